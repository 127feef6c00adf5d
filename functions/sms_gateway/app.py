"""Takes over what the operator's SMS gateway says: what became of a message, and what a customer wrote.

HTTP API, payload 2.0, open to everybody: who knows the secret is the gateway. The contract: docs/channels.md, "The
operator's SMS gateway". What it says goes on as AWS End User Messaging would say it (SMS guide, "Event types" and
"Two-way SMS messaging"), into the queues that its topics feed.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field, StringConstraints

from care.clients import queues, secret
from care.config import settings
from care.observability import event, logger
from care.services.queues import Queue
from care.value import Value
from edge.http_api import answer, header, raw_body
from edge.texts import without_halves
from edge.webhooks import is_signed

MOST_SECONDS_OFF = 300
# 255 parts of 153 characters (3GPP TS 23.040): longer than any SMS there can be, and short enough for its queue.
LONGEST_TEXT = 255 * 153
_Short = Annotated[str, StringConstraints(min_length=1, max_length=256)]


class Status(StrEnum):
    """What became of a message, in the gateway's words."""

    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERABLE = "undeliverable"
    EXPIRED = "expired"
    REJECTED = "rejected"


class Report(Value):
    """A delivery report: ``id`` and ``tags`` are those that the message was submitted with."""

    id: _Short
    status: Status
    tags: dict[_Short, _Short] = Field(max_length=5)


class Message(Value):
    """A customer's SMS; ``id`` is the gateway's own."""

    id: _Short
    sender: _Short = Field(alias="from")
    text: str = Field(max_length=LONGEST_TEXT)


_IN_AWS_WORDS = {
    Status.SENT: "SENT",
    Status.DELIVERED: "DELIVERED",
    Status.UNDELIVERABLE: "UNREACHABLE",
    Status.EXPIRED: "TTL_EXPIRED",
    Status.REJECTED: "CARRIER_BLOCKED",
}


@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Queue it. The gateway comes again until it hears a 200; what a queue does not take is a 500, and an alarm."""
    body = raw_body(raw)
    if not _is_of_gateway(raw, body):
        event("webhook refused", operation=raw["routeKey"])
        return answer(401, {"error": "unauthorised"})
    queue, translated = _ROUTES[raw["routeKey"]]
    try:
        said = translated(without_halves(body))
    except (ValueError, RecursionError):
        logger.exception("webhook cannot be read", extra={"operation": raw["routeKey"]})
        return answer(400, {"error": "invalid"})
    queues().pass_on(queue, said)
    event(f"webhook queued for {queue}", operation=raw["routeKey"])
    return answer(200, {})


def _is_of_gateway(raw: dict[str, Any], body: bytes) -> bool:
    """Whether the gateway signed it, and lately: an old one is somebody's copy."""
    at = header(raw, "x-sms-timestamp")
    said = at.encode(errors="replace") + b"." + body
    return _is_of_now(at) and is_signed(
        secret(settings().SMS_GATEWAY_SIGNING_SECRET), said, header(raw, "x-sms-signature")
    )


def _is_of_now(at: str) -> bool:
    """``at``: seconds since 1970."""
    now = datetime.now(UTC).timestamp()
    return bool(re.fullmatch(r"[0-9]{1,12}", at)) and abs(now - int(at)) <= MOST_SECONDS_OFF


def _report(body: bytes) -> dict[str, Any]:
    report = Report.model_validate_json(body)
    status = _IN_AWS_WORDS[report.status]
    return {
        "eventType": f"TEXT_{status}",
        "isFinal": report.status is not Status.SENT,
        "messageId": report.id,
        "messageStatus": status,
        "context": report.tags,
    }


def _message(body: bytes) -> dict[str, Any]:
    message = Message.model_validate_json(body)
    return {"originationNumber": message.sender, "messageBody": message.text, "inboundMessageId": message.id}


_ROUTES: dict[str, tuple[Queue, Callable[[bytes], dict[str, Any]]]] = {
    "POST /sms/reports": (Queue.DELIVERY, _report),
    "POST /sms/messages": (Queue.SMS, _message),
}
