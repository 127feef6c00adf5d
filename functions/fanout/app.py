"""Reads the table's stream and queues what follows each write.

Event: DynamoDB developer guide, "DynamoDB Streams and Lambda". The first record that fails is named; Lambda delivers it
and all after it again.
"""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from care import fanout
from care.clients import queues
from care.model import Value
from care.observability import event, logger, tracer
from care.queues import Queue
from care.store import case_of


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Queue what follows the records, in their order."""
    due: dict[Queue, list[tuple[str, Value]]] = {}
    failed: list[str] = []
    for record in raw["Records"]:
        number = record["dynamodb"]["SequenceNumber"]
        try:
            for queue, message in _follows(record["dynamodb"]):
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
                event(
                    f"queued for {queue}",
                    **message.model_dump(include={"cycle", "key", "action"}),
                    case_id=getattr(message, "reference", ""),
                )
    return {"batchItemFailures": [{"itemIdentifier": min(failed, key=int)}] if failed else []}


def _follows(change: dict[str, Any]) -> list[tuple[Queue, Value]]:
    key = change["Keys"]["sk"]["S"]
    if key == "CASE":
        before = change.get("OldImage")
        return fanout.after_case(case_of(before) if before else None, case_of(change["NewImage"]))
    if key.startswith("OUTBOX#"):
        image = change["NewImage"]
        return fanout.after_message(image["reference"]["S"], image["key"]["S"])
    return []
