"""Reads the table's stream and queues what follows each write.

Event: DynamoDB developer guide, "DynamoDB Streams and Lambda". A record that nobody understands is parked alone and the
others go on. The first record whose message a queue did not take is named; Lambda delivers it and all after it again.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from care.clients import parked_records, queues
from care.config import settings
from care.followup.fanout import follows
from care.observability import event, logger
from care.services.queues import FanoutMessage, Queue
from care.services.table.changes import change


@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Queue what follows the records, in their order."""
    due: dict[Queue, list[tuple[str, FanoutMessage]]] = {}
    failed: list[str] = []
    for record in raw["Records"]:
        number = record["dynamodb"]["SequenceNumber"]
        for queue, message in _follows(record):
            due.setdefault(queue, []).append((number, message))
    for queue, numbered in due.items():
        refused = queues().send_all(queue, [message for _, message in numbered])
        failed.extend(numbered[place][0] for place in refused)
        for place, (_, message) in enumerate(numbered):
            if place not in refused:
                event(f"queued for {queue}", action=message.action, **message.ids)
    return {"batchItemFailures": [{"itemIdentifier": min(failed, key=int)}] if failed else []}


def _follows(record: dict[str, Any]) -> Sequence[tuple[Queue, FanoutMessage]]:
    try:
        changed = change(record["dynamodb"])
        return follows(changed, settings().policy) if changed else ()
    except (KeyError, ValueError, TypeError):
        logger.exception("record not understood", extra={"sequence_number": record["dynamodb"]["SequenceNumber"]})
    parked_records().park(record, datetime.now(UTC))
    return ()
