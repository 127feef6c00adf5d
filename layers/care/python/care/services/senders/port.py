"""What every sender promises, and how what it sent is known again: the provider's events carry our tags."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from botocore.exceptions import ClientError

from care.telling.outbox import OutboxMessage, Owner

CASE_TAG = "care_reference"
CONTACT_TAG = "care_contact"
KEY_TAG = "care_key"
_REFUSED = {
    "MessageRejected",
    "BadRequestException",
    "ValidationException",
    "MailFromDomainNotVerifiedException",
    "AccountSuspendedException",
    "SendingPausedException",
    "NotFoundException",
    "ResourceNotFoundException",
    "ConflictException",
    "AccessDeniedException",
    "ServiceQuotaExceededException",
}
_LATER = {"TooManyRequestsException", "ThrottlingException", "LimitExceededException", "Throttling"}


class Refused(Exception):
    """The service will not send this; trying again changes nothing."""


class TryLater(Exception):
    """The service surely did not send this now, and may later."""


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
    code = error.response.get("Error", {}).get("Code", "")
    if code in _LATER:
        return TryLater(code)
    return Refused(code) if code in _REFUSED else error


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
