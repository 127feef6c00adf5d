"""Reads the table's stream and queues what follows each write.

Event: DynamoDB developer guide, "DynamoDB Streams and Lambda". The first record that fails is named; Lambda delivers it
and all after it again.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from care.clients import queues
from care.followup.fanout import follows
from care.observability import event, logger, tracer
from care.services.queues import FanoutMessage, Queue
from care.services.table.changes import change


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Queue what follows the records, in their order."""
    due: dict[Queue, list[tuple[str, FanoutMessage]]] = {}
    failed: list[str] = []
    for record in raw["Records"]:
        number = record["dynamodb"]["SequenceNumber"]
        try:
            changed = change(record["dynamodb"])
            for queue, message in follows(changed) if changed else ():
                due.setdefault(queue, []).append((number, message))
        except (KeyError, ValueError):
            logger.exception("record not understood", extra={"sequence_number": number})
            failed.append(number)
            break
    for queue, numbered in due.items():
        refused = queues().send_all(queue, [message for _, message in numbered])
        failed.extend(numbered[place][0] for place in refused)
        for place, (_, message) in enumerate(numbered):
            if place not in refused:
                event(f"queued for {queue}", action=message.action, **message.ids)
    return {"batchItemFailures": [{"itemIdentifier": min(failed, key=int)}] if failed else []}
