"""SQS → function: long polls, batches, deletes what succeeded, leaves the rest to visibility and redrive."""

import asyncio
import json
import logging
from typing import Any

from local.cloudformation.account import ACCOUNT, REGION
from local.cloudformation.data_plane import SQS, CallFailed
from local.cloudformation.stack import Stack
from local.cloudformation.template import Resource, name_in_arn
from local.machine.refusal import Refusal
from local.sources.batch import failed_items
from local.sources.filtering import Filters

# Most that one ReceiveMessage or DeleteMessageBatch takes.
MOST_A_CALL = 10
LONG_POLL_SECONDS = 20
AFTER_ERROR_SECONDS = 1.0
DEFAULT_VISIBILITY_SECONDS = 30
logger = logging.getLogger(__name__)


class QueueSource:
    """One event source mapping of a queue. The queue's own RedrivePolicy moves what keeps failing."""

    def __init__(
        self,
        stack: Stack,
        function: Resource,
        properties: dict[str, Any],
        concurrency: int,
    ) -> None:
        self._stack = stack
        self._function = function
        self._arn = str(properties["Queue"])
        self._queue_url = f"{stack.urls['ministack']}/{ACCOUNT}/{name_in_arn(self._arn.rpartition(':')[2])}"
        self._batch_size = int(properties.get("BatchSize", 10))
        self._window = float(properties.get("MaximumBatchingWindowInSeconds", 0))
        self._reports = "ReportBatchItemFailures" in (properties.get("FunctionResponseTypes") or [])
        self._filters = Filters(properties.get("FilterCriteria"), f"function {function.logical_id}")
        most = (properties.get("ScalingConfig") or {}).get("MaximumConcurrency")
        self._slots = asyncio.Semaphore(min(int(most), concurrency) if most else concurrency)
        self._running: set[asyncio.Task[None]] = set()
        self._check_visibility()

    async def run(self) -> None:
        """Poll until cancelled."""
        try:
            while True:
                await self._slots.acquire()
                messages: list[dict[str, Any]] = []
                try:
                    messages = await self._collect()
                except CallFailed as error:
                    logger.warning("polling %s: %r", self._arn, error)
                    await asyncio.sleep(AFTER_ERROR_SECONDS)
                finally:
                    if not messages:
                        self._slots.release()
                if messages:
                    task = asyncio.create_task(self._process(messages))
                    self._running.add(task)
                    task.add_done_callback(self._processed)
        finally:
            for task in self._running:
                task.cancel()

    def _processed(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._slots.release()
        if not task.cancelled() and (error := task.exception()):
            logger.error("a batch of %s was lost until it is seen again", self._arn, exc_info=error)

    async def _collect(self) -> list[dict[str, Any]]:
        """A batch: what the first poll brings, and with a batching window what comes until it is over."""
        messages = await self._receive(min(MOST_A_CALL, self._batch_size), LONG_POLL_SECONDS)
        loop = asyncio.get_running_loop()
        until = loop.time() + self._window
        while messages and len(messages) < self._batch_size and loop.time() < until:
            wanted = min(MOST_A_CALL, self._batch_size - len(messages))
            more = await self._receive(wanted, min(1, max(0, int(until - loop.time()))))
            messages += more
            if not more:
                await asyncio.sleep(0.1)
        return messages

    async def _receive(self, most: int, wait: int) -> list[dict[str, Any]]:
        answer = await self._stack.plane.call(
            SQS,
            "ReceiveMessage",
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=most,
            WaitTimeSeconds=wait,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        return list(answer.get("Messages") or [])

    async def _process(self, messages: list[dict[str, Any]]) -> None:
        records = {message["MessageId"]: self._record(message) for message in messages}
        wanted = {id_: record for id_, record in records.items() if self._filters.pass_message(record)}
        failed: set[str] = set()
        if wanted:
            payload = json.dumps({"Records": list(wanted.values())}).encode()
            invocation = await self._stack.invoke(self._function.logical_id, payload)
            failed = failed_items(invocation, self._reports, wanted)
        await self._delete([record["receiptHandle"] for id_, record in records.items() if id_ not in failed])
        if self._stack.settings.visibility_seconds is not None:
            await self._show_again(
                [records[id_]["receiptHandle"] for id_ in failed], self._stack.settings.visibility_seconds
            )

    async def _delete(self, handles: list[str]) -> None:
        await self._in_batches("DeleteMessageBatch", handles)

    async def _show_again(self, handles: list[str], seconds: int) -> None:
        """What failed is seen again after these seconds, not after the rest of the queue's visibility time-out."""
        await self._in_batches("ChangeMessageVisibilityBatch", handles, VisibilityTimeout=seconds)

    async def _in_batches(self, operation: str, handles: list[str], **each: Any) -> None:
        for start in range(0, len(handles), MOST_A_CALL):
            entries = [
                {"Id": str(number), "ReceiptHandle": handle, **each}
                for number, handle in enumerate(handles[start : start + MOST_A_CALL])
            ]
            await self._stack.plane.call(SQS, operation, QueueUrl=self._queue_url, Entries=entries)

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes") or {},
            "messageAttributes": {
                name: {
                    "stringValue": value.get("StringValue"),
                    "binaryValue": value.get("BinaryValue"),
                    "stringListValues": [],
                    "binaryListValues": [],
                    "dataType": value["DataType"],
                }
                for name, value in (message.get("MessageAttributes") or {}).items()
            },
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._arn,
            "awsRegion": REGION,
        }

    def _check_visibility(self) -> None:
        """Lambda refuses a mapping whose queue would show a message again while the function may still run."""
        queue = self._stack.template.by_arn(self._arn)
        if queue is None or queue.type != "AWS::SQS::Queue":
            raise Refusal(f"Function {self._function.logical_id} reads {self._arn}, no queue of the template.")
        visibility = int(queue.properties.get("VisibilityTimeout", DEFAULT_VISIBILITY_SECONDS))
        timeout = int(self._function.properties.get("Timeout", 3))
        if visibility < timeout:
            raise Refusal(
                f"Queue {queue.logical_id} has a visibility timeout of {visibility} s, less than the {timeout} s of "
                f"function {self._function.logical_id} that reads it."
            )
