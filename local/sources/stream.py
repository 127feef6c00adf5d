"""A table's stream → function, with the promises of Lambda's own reader.

Records of one item stay in order; records of different items are deliberately shuffled against each other, since
DynamoDB promises no more. What fails is retried, bisected, and at last handed whole to the on-failure destination.
"""

import asyncio
import json
import logging
import random
import time
import uuid
from collections import deque
from datetime import UTC, datetime
from typing import Any

from local.awslambda.destinations import Destinations
from local.cloudformation.data_plane import DYNAMODB, STREAMS, CallFailed
from local.cloudformation.stack import Invocation, Stack
from local.cloudformation.template import Resource, arn_of, name_in_arn
from local.sources.batch import failed_items
from local.sources.filtering import Filters

# Lambda polls a shard four times a second.
POLL_SECONDS = 0.25
AFTER_ERROR_SECONDS = 1.0
MOST_A_CALL = 1000
FIRST_RETRY_SECONDS = 0.2
LONGEST_RETRY_SECONDS = 10.0
SHUFFLE_SEED = 817
logger = logging.getLogger(__name__)

Record = dict[str, Any]


class StreamSource:
    """One event source mapping of a table's stream; ministack's streams have one shard."""

    def __init__(self, stack: Stack, function: Resource, properties: dict[str, Any]) -> None:
        self._stack = stack
        self._function = function
        self._destinations = Destinations(stack)
        self._table = name_in_arn(str(properties["Stream"]))
        self._batch_size = int(properties.get("BatchSize", 100))
        self._window = float(properties.get("MaximumBatchingWindowInSeconds", 0))
        self._start = str(properties.get("StartingPosition", "LATEST"))
        self._retries = int(properties.get("MaximumRetryAttempts", -1))
        self._oldest = float(properties.get("MaximumRecordAgeInSeconds", -1))
        self._bisects = bool(properties.get("BisectBatchOnFunctionError", False))
        self._reports = "ReportBatchItemFailures" in (properties.get("FunctionResponseTypes") or [])
        self._filters = Filters(properties.get("FilterCriteria"), f"function {function.logical_id}")
        on_failure = (properties.get("DestinationConfig") or {}).get("OnFailure") or {}
        self._on_failure: str | None = on_failure.get("Destination")
        self._mapping_id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{function.physical_id}/{self._table}"))
        self._random = random.Random(stack.settings.runtime.get("shuffle_seed", SHUFFLE_SEED))
        self._stream_arn = ""
        self._shard = ""

    async def run(self) -> None:
        """Read until cancelled."""
        iterator = await self._first_iterator()
        pending: deque[Record] = deque()
        while True:
            try:
                answer = await self._stack.plane.call(STREAMS, "GetRecords", ShardIterator=iterator, Limit=MOST_A_CALL)
                iterator = answer["NextShardIterator"]
                pending.extend(shuffled(answer["Records"], self._random))
                if not pending:
                    await asyncio.sleep(POLL_SECONDS)
                    continue
                if self._window and len(pending) < self._batch_size:
                    # What comes within the batching window is read by the next poll.
                    await asyncio.sleep(self._window)
                while pending:
                    size = min(self._batch_size, len(pending))
                    await self._deliver([pending.popleft() for _ in range(size)], attempt=1)
            except CallFailed as error:
                logger.warning("reading the stream of %s: %s", self._table, error)
                await asyncio.sleep(AFTER_ERROR_SECONDS)
                if error.code in ("ExpiredIteratorException", "TrimmedDataAccessException"):
                    iterator = await self._first_iterator()

    async def _first_iterator(self) -> str:
        table = await self._stack.plane.call(DYNAMODB, "DescribeTable", TableName=self._table)
        self._stream_arn = str(table["Table"]["LatestStreamArn"])
        stream = await self._stack.plane.call(STREAMS, "DescribeStream", StreamArn=self._stream_arn)
        self._shard = str(stream["StreamDescription"]["Shards"][0]["ShardId"])
        answer = await self._stack.plane.call(
            STREAMS,
            "GetShardIterator",
            StreamArn=self._stream_arn,
            ShardId=self._shard,
            ShardIteratorType=self._start,
        )
        return str(answer["ShardIterator"])

    async def _deliver(self, batch: list[Record], attempt: int) -> None:
        """Deliver a batch to its end: all of it succeeded, or what did not was given up."""
        while batch := await self._without_expired(batch):
            invocation, failed = await self._attempt(batch)
            if not failed:
                return
            first = next(i for i, record in enumerate(batch) if _sequence(record) in failed)
            if first > 0 and invocation.error is None:
                # The lowest failed number is the checkpoint: what stands before it is done.
                batch = batch[first:]
            elif self._bisects and len(batch) > 1:
                # Splitting does not consume the retry quota.
                middle = len(batch) // 2
                await self._deliver(batch[:middle], attempt)
                batch = batch[middle:]
                continue
            if 0 <= self._retries < attempt:
                await self._give_up(batch, invocation, "RetryAttemptsExhausted", attempt)
                return
            await asyncio.sleep(min(LONGEST_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** (attempt - 1)))
            attempt += 1

    async def _attempt(self, batch: list[Record]) -> tuple[Invocation, set[str]]:
        wanted = [record for record in batch if self._filters.pass_(record)]
        if not wanted:
            return Invocation(b"{}", None, "", 0.0), set()
        invocation = await self._stack.invoke(self._function.logical_id, self._event(wanted))
        return invocation, failed_items(invocation, self._reports, [_sequence(each) for each in wanted])

    async def _without_expired(self, batch: list[Record]) -> list[Record]:
        if self._oldest < 0:
            return batch
        limit = time.time() - self._oldest
        expired = [each for each in batch if each["dynamodb"]["ApproximateCreationDateTime"] < limit]
        if expired:
            await self._give_up(expired, None, "RecordAgeExceeded", 0)
        return [each for each in batch if each not in expired]

    async def _give_up(self, batch: list[Record], invocation: Invocation | None, condition: str, attempts: int) -> None:
        """Send the failed batch to the destination, whole to S3, and go on with the stream.

        Format: Lambda developer guide, "Retain discarded records for a DynamoDB event source".
        """
        wanted = [record for record in batch if self._filters.pass_(record)]
        logger.warning("%s gave up %d records: %s", self._function.logical_id, len(wanted), condition)
        if not self._on_failure or not wanted:
            return
        times = [record["dynamodb"]["ApproximateCreationDateTime"] for record in wanted]
        record: dict[str, Any] = {
            "requestContext": {
                "requestId": invocation.request_id if invocation else str(uuid.uuid4()),
                "functionArn": arn_of(self._function.type, self._function.physical_id),
                "condition": condition,
                "approximateInvokeCount": attempts,
            },
            "version": "1.0",
            "timestamp": _utc(time.time()),
            "DDBStreamBatchInfo": {
                "shardId": self._shard,
                "startSequenceNumber": _sequence(wanted[0]),
                "endSequenceNumber": _sequence(wanted[-1]),
                "approximateArrivalOfFirstRecord": _utc(min(times)),
                "approximateArrivalOfLastRecord": _utc(max(times)),
                "batchSize": len(wanted),
                "streamArn": self._stream_arn,
            },
        }
        if invocation:
            record["responseContext"] = {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": "Unhandled" if invocation.error else None,
            }
        if self._on_failure.split(":")[2] == "s3":
            record["payload"] = self._event(wanted).decode()
        await self._destinations.send(self._on_failure, json.dumps(record), f"{self._mapping_id}/{self._shard}")

    def _event(self, batch: list[Record]) -> bytes:
        records = [{**record, "eventSourceARN": self._stream_arn} for record in batch]
        return json.dumps({"Records": records}).encode()


def shuffled(records: list[Record], dice: random.Random) -> list[Record]:
    """The records in another order that DynamoDB could have given: each item's own records stay in order.

    Sequence numbers are dealt anew in ascending order, so that a checkpoint means what it says.
    """
    by_item: dict[str, deque[Record]] = {}
    for record in records:
        by_item.setdefault(json.dumps(record["dynamodb"]["Keys"], sort_keys=True), deque()).append(record)
    # One ticket a record: drawing among tickets keeps long items from being left to the end.
    tickets = [item for item, own in by_item.items() for _ in own]
    dice.shuffle(tickets)
    numbers = [_sequence(record) for record in records]
    order = [by_item[item].popleft() for item in tickets]
    return [
        {**record, "dynamodb": {**record["dynamodb"], "SequenceNumber": number}}
        for record, number in zip(order, numbers, strict=True)
    ]


def _sequence(record: Record) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def _utc(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
