"""Takes a customer's SMS to the case it answers.

Message: End User Messaging SMS guide, "Two-way SMS messaging", published to a topic and delivered raw to the queue.
"""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field

from care.channels import SMS
from care.clients import centre
from care.doors.sms import Sms, accept
from care.observability import accepted, logger, tracer
from care.value import Value
from edge.batches import each_message
from edge.texts import without_halves


class InboundSms(Value):
    """The parts that count here."""

    originationNumber: str
    messageBody: str
    inboundMessageId: str = Field(min_length=1)


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Accept each SMS."""
    return each_message(raw, context, _accept)


def _accept(body: str) -> None:
    inbound = InboundSms.model_validate_json(without_halves(body))
    sms = Sms(inbound.inboundMessageId, inbound.originationNumber, inbound.messageBody)
    taken = accept(centre(), sms, datetime.now(UTC))
    accepted(f"sms {taken.entry.what}", SMS, taken)
