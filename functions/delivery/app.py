"""Settles what was sent by the provider's events.

Events: SES developer guide, "Contents of event data that Amazon SES publishes to Amazon SNS", and End User Messaging
SMS guide, "Event types for SMS, MMS, and voice", published to a topic and delivered raw to the queue. The tags and the
context are those ``senders.port`` gave. What is no such event (SES says in plain words that it found the topic) is
logged and done: delivered again it would be the same.
"""

import json
from collections.abc import Collection
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field, TypeAdapter

from care import sending
from care.clients import centre, queues, region
from care.observability import event, logger
from care.services.senders.email import message_id as id_on_the_mail
from care.services.senders.port import tagged
from care.telling.outbox import Fate, Report
from care.value import BUILT_AT_USE, Value
from edge.batches import each_message

_MAILS = {
    "Send": Fate.TAKEN,
    "DeliveryDelay": Fate.TAKEN,
    "Delivery": Fate.ACCEPTED,
    "Reject": Fate.LOST,
    "Rendering Failure": Fate.LOST,
    "Complaint": Fate.UNWANTED,
}
# A bounce is told when SES tries no longer.
_BOUNCES = {"Permanent": Fate.CAME_BACK, "Undetermined": Fate.CAME_BACK, "Transient": Fate.NOT_NOW}
# The same mail would come back again.
_ABOUT_THE_MAIL = ("MessageTooLarge", "ContentRejected", "AttachmentRejected")
# The address complained before, and SES sends nothing there any more.
_SUPPRESSED = "OnAccountSuppressionList"

_TEXTS = {
    "TEXT_QUEUED": Fate.TAKEN,
    "TEXT_PENDING": Fate.TAKEN,
    "TEXT_SENT": Fate.TAKEN,
    "TEXT_SUCCESSFUL": Fate.ARRIVED,
    "TEXT_DELIVERED": Fate.ARRIVED,
    # No carrier said anything for 72 hours, as is usual for some.
    "TEXT_UNKNOWN": Fate.TAKEN,
    "TEXT_INVALID": Fate.LOST,
    "TEXT_INVALID_MESSAGE": Fate.LOST,
    "TEXT_UNREACHABLE": Fate.LOST,
    "TEXT_CARRIER_UNREACHABLE": Fate.LOST,
    "TEXT_BLOCKED": Fate.LOST,
    "TEXT_CARRIER_BLOCKED": Fate.LOST,
    "TEXT_PROTECT_BLOCKED": Fate.LOST,
    "TEXT_SPAM": Fate.LOST,
    "TEXT_TTL_EXPIRED": Fate.LOST,
}
_TYPE = r"^[A-Za-z_ ]{1,40}$"


class SentMail(Value):
    """The mail an event is about."""

    messageId: str
    tags: dict[str, list[str]] | None = None


class Bounce(Value):
    """Why a mail came back."""

    bounceType: str = ""
    bounceSubType: str = ""


class Complaint(Value):
    """What a mail's reader says of it."""

    complaintSubType: str | None = None
    complaintFeedbackType: str | None = None


class EmailEvent(Value):
    """An event of SES."""

    eventType: str = Field(pattern=_TYPE)
    mail: SentMail
    bounce: Bounce | None = None
    complaint: Complaint | None = None

    @property
    def given(self) -> dict[str, str]:
        """The tags we gave."""
        return {name: values[0] for name, values in (self.mail.tags or {}).items() if values}

    @property
    def provider_id(self) -> str:
        """SES's id of the mail."""
        return self.mail.messageId

    @property
    def message_id(self) -> str:
        """The Message-ID on it. Whichever event comes first lets answers find their case; the order is not given."""
        return id_on_the_mail(self.provider_id, region())

    @property
    def reason(self) -> str:
        """Why it did not get there, if it did not."""
        why = (self.bounce.bounceType, self.bounce.bounceSubType) if self.bounce else ()
        return " ".join((self.eventType, *why)).rstrip()

    @property
    def fate(self) -> Fate | None:
        """What became of it; ``None`` when that is not known here."""
        if self.bounce:
            if self.bounce.bounceSubType in _ABOUT_THE_MAIL:
                return Fate.CAME_BACK
            return _BOUNCES.get(self.bounce.bounceType)
        if self.complaint and self.complaint.complaintSubType == _SUPPRESSED:
            return Fate.LOST
        if self.complaint and self.complaint.complaintFeedbackType == "not-spam":
            return Fate.ACCEPTED
        return _MAILS.get(self.eventType)


class SmsEvent(Value):
    """An event of End User Messaging. What is not final is followed by another."""

    eventType: str = Field(pattern=_TYPE)
    messageId: str
    isFinal: bool = True
    context: dict[str, str] | None = None
    kind: Literal["sms"] = "sms"

    @property
    def given(self) -> dict[str, str]:
        """The context we gave."""
        return self.context or {}

    @property
    def provider_id(self) -> str:
        """The service's id of the message."""
        return self.messageId

    @property
    def message_id(self) -> str:
        """Mails alone have one."""
        return ""

    @property
    def reason(self) -> str:
        """Why it did not get there, if it did not."""
        return self.eventType

    @property
    def fate(self) -> Fate | None:
        """What became of it; ``None`` when that is not known here."""
        fate = _TEXTS.get(self.eventType)
        return Fate.TAKEN if fate and not self.isFinal else fate


EVENT: TypeAdapter[EmailEvent | SmsEvent] = TypeAdapter(EmailEvent | SmsEvent, config=BUILT_AT_USE)


@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Take over each event."""
    read = cache(_read)
    told = [read(record["body"]) for record in raw["Records"]]
    further = {said.provider_id for said in told if said and said.fate not in (None, Fate.TAKEN)}
    return each_message(raw, lambda body: _settle(read(body), further))


def _settle(said: EmailEvent | SmsEvent | None, further: Collection[str]) -> None:
    """Take over an event. That a provider took a message is no news where the batch tells what came after: ``further``
    are the ids of those messages."""
    if said is None:
        event("event not understood")
        return
    ours = tagged(said.given)
    if ours is None:
        event("event of no message of ours", event_type=said.eventType)
        return
    owner, key = ours
    fate = said.fate
    if fate is None:
        event("event of no known kind", **owner.ids, key=key, event_type=said.eventType)
        return
    if fate is Fate.TAKEN and said.provider_id in further:
        return
    report = Report(
        owner=owner,
        key=key,
        fate=fate,
        provider_id=said.provider_id,
        reason=said.reason,
        message_id=said.message_id,
    )
    done = sending.settle(centre(), queues(), report, datetime.now(UTC))
    event(done, **owner.ids, key=key, event_type=said.eventType)


def _read(body: str) -> EmailEvent | SmsEvent | None:
    try:
        return EVENT.validate_python(json.loads(body))
    except (ValueError, RecursionError):
        return None
