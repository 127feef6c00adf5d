"""Settles what was sent by the provider's events.

Events: SES developer guide, "Event publishing", and End User Messaging SMS guide, "Event types", published to a topic
and delivered raw to the queue. The tags and the context are those ``senders.port`` gave.
"""

from datetime import UTC, datetime
from typing import Any, Literal, assert_never

from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field, TypeAdapter

from care import sending
from care.clients import centre, region
from care.observability import event, logger, tracer
from care.services.senders.email import message_id
from care.services.senders.port import tagged
from care.telling.outbox import Delivery
from care.value import Value
from edge.batches import each_message

_EMAIL_STATES = {
    "Send": Delivery.SENT,
    "Delivery": Delivery.DELIVERED,
    "Bounce": Delivery.FAILED,
    "Reject": Delivery.FAILED,
}
_SMS_STATES = {
    "TEXT_SENT": Delivery.SENT,
    "TEXT_QUEUED": Delivery.SENT,
    "TEXT_SUCCESSFUL": Delivery.DELIVERED,
    "TEXT_DELIVERED": Delivery.DELIVERED,
}


class SentMail(Value):
    """The mail an event is about."""

    messageId: str
    tags: dict[str, list[str]] = Field(default_factory=dict)


class EmailEvent(Value):
    """An event of SES."""

    eventType: str
    mail: SentMail


class SmsEvent(Value):
    """An event of End User Messaging."""

    eventType: str
    messageId: str
    context: dict[str, str] = Field(default_factory=dict)
    messageStatus: str = ""
    kind: Literal["sms"] = "sms"


EVENT: TypeAdapter[EmailEvent | SmsEvent] = TypeAdapter(EmailEvent | SmsEvent)


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    """Take over each event."""
    return each_message(raw, context, _settle)


def _settle(body: str) -> None:
    said = EVENT.validate_json(body)
    mail_id = ""
    match said:
        case EmailEvent():
            tags = {name: values[0] for name, values in said.mail.tags.items() if values}
            state, provider_id = _EMAIL_STATES.get(said.eventType), said.mail.messageId
            # Whichever event comes first lets answers find their case; the order is not given.
            went_out = state in (Delivery.SENT, Delivery.DELIVERED)
            mail_id = message_id(provider_id, region()) if went_out else ""
        case SmsEvent():
            tags, provider_id = said.context, said.messageId
            state = _SMS_STATES.get(said.eventType, Delivery.FAILED)
        case _:
            assert_never(said)
    ours = tagged(tags)
    if not (ours and state):
        event("event of no message of ours", event_type=said.eventType)
        return
    owner, key = ours
    done = sending.settle(centre(), owner, key, state, provider_id, mail_id, said.eventType, datetime.now(UTC))
    event(done, **owner.ids, key=key)
