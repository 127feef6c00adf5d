"""What every sender promises, and how what it sent is known again: the provider's events carry our tags."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from botocore.exceptions import ClientError

from care.telling.outbox import OutboxMessage, Owner

CASE_TAG = "care_reference"
CONTACT_TAG = "care_contact"
KEY_TAG = "care_key"
# The errors of SES's SendEmail, and of End User Messaging's SendTextMessage with their reasons (API references).
# What concerns the one message:
_REFUSED = {"MessageRejected", "BadRequestException", "ValidationException"}
_REFUSED_BY_REASON = {
    "DESTINATION_PHONE_NUMBER_OPTED_OUT",
    "DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION",
    "DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE",
}
_BUSY = {"TooManyRequestsException", "ThrottlingException", "Throttling", "LimitExceededException"}
# What the account lacks, which every message meets and a person has to mend:
_ACCOUNT = {
    "AccessDeniedException",
    "AccountSuspendedException",
    "ConflictException",
    "MailFromDomainNotVerifiedException",
    "NotFoundException",
    "ResourceNotFoundException",
    "SendingPausedException",
    "ServiceQuotaExceededException",
}
_ACCOUNT_BY_REASON = {
    "CHANNEL_NOT_ENABLED",
    "INVALID_ARN",
    "RESOURCE_NOT_ACCESSIBLE",
    "SENDER_ID_NOT_REGISTERED",
    "SENDER_ID_REQUIRES_REGISTRATION",
}
_OUR_FIELDS = {"OriginationIdentity", "ConfigurationSetName"}


class Refused(Exception):
    """The service will not send this; trying again changes nothing."""


class TryLater(Exception):
    """The service surely did not send this now, and may later."""


class Barred(TryLater):
    """The service sends nothing of ours until a person mends what the account lacks."""


@dataclass(frozen=True)
class Sent:
    """The provider took it: its id, and the Message-ID it put on a mail."""

    provider_id: str
    message_id: str = ""


class Sender(Protocol):
    """Sends by one service. Any other error than the named ones leaves unknown whether it was sent."""

    def send(self, message: OutboxMessage, now: datetime) -> Sent:
        """Raises ``Refused``, ``TryLater``."""


def named(error: ClientError) -> Exception:
    """A service's error as a sure refusal, a sure delay, or as it is."""
    told: Mapping[str, Any] = error.response
    code, reason = told.get("Error", {}).get("Code", ""), told.get("Reason", "")
    why = f"{code} {reason}".strip()
    if code in _BUSY:
        return TryLater(why)
    if reason in _REFUSED_BY_REASON:
        return Refused(why)
    if code in _ACCOUNT or reason in _ACCOUNT_BY_REASON or _is_ours(told):
        return Barred(why)
    return Refused(why) if code in _REFUSED else error


def _is_ours(told: Mapping[str, Any]) -> bool:
    """Whether what is wrong is what we send from: a sender or a configuration set, or an identity not verified.

    SES refuses a message from or, in its sandbox, to an identity that is not verified as ``MessageRejected`` (SES
    developer guide, "Amazon SES email sending errors").
    """
    fields = {field.get("Name") for field in told.get("Fields") or []}
    return (bool(fields) and fields <= _OUR_FIELDS) or "is not verified" in told.get("Error", {}).get("Message", "")


def tags(message: OutboxMessage) -> dict[str, str]:
    """What a provider gives back with its events."""
    owner = message.owner
    whose = {CASE_TAG: owner.case} if owner.case else {CONTACT_TAG: owner.contact}
    return whose | {KEY_TAG: message.key}


def tagged(given: Mapping[str, str]) -> tuple[Owner, str] | None:
    """Whose message an event is about, and its key; ``None`` if it is none of ours."""
    case, contact, key = (given.get(tag, "") for tag in (CASE_TAG, CONTACT_TAG, KEY_TAG))
    if not key or bool(case) == bool(contact):
        return None
    return Owner(case=case, contact=contact), key
