"""Answers a customer's SMS, and takes it to its case.

Message: End User Messaging SMS guide, "Two-way SMS messaging", published to a topic and delivered raw to the queue.
"""

from datetime import UTC, datetime
from typing import Annotated, Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BeforeValidator

from care.channels import SMS
from care.clients import centre
from care.customer import hashed
from care.doors.sms import Sms, accept
from care.observability import accepted, count, event, logger
from care.value import Value
from edge.batches import each_message
from edge.texts import without_halves

Words = Annotated[str, BeforeValidator(lambda given: given if isinstance(given, str) else "")]


class InboundSms(Value):
    """The parts that count here; one that is missing costs not the others."""

    originationNumber: Words = ""
    messageBody: Words = ""
    inboundMessageId: Words = ""


@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Accept each SMS."""
    return each_message(raw, _accept)


def _accept(body: str) -> None:
    sms = _read(body)
    if sms is None:
        count("MessagesUnreadable", SMS)
        event("message not understood")
        return
    taken = accept(centre(), sms, datetime.now(UTC))
    accepted(f"sms {taken.entry.what}", SMS, taken)


def _read(body: str) -> Sms | None:
    """The SMS in a message; ``None`` if it has neither words nor a number: delivered again it would be the same."""
    try:
        inbound = InboundSms.model_validate_json(without_halves(body))
    except (ValueError, RecursionError):
        return None
    if not (inbound.originationNumber or inbound.messageBody):
        return None
    return Sms(inbound.inboundMessageId or hashed(body), inbound.originationNumber, inbound.messageBody)
