"""Amazon Connect's record of a call (Amazon Connect API reference, "DescribeContact"), kept there for two years.

Of a record's attributes those alone are read that are named here; of its recordings, where they lie.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from care.contacts.call import Call, Since

LONGEST_WAIT = "wait_high"
"""The contact attribute with the longest wait that the caller was told, in seconds."""
_BUSY = {"ThrottlingException", "TooManyRequestsException", "InternalServiceException"}
_GONE = "ResourceNotFoundException"
_DELETED = "DELETED"
_MOST_DIGITS = 6


class Busy(Exception):
    """Connect does not answer so many at present; its code says why."""


@dataclass(frozen=True)
class Record:
    """A call as Connect recorded it, and the number that it came from, as the carrier gives it."""

    call: Call
    number: str = ""


class Client(Protocol):
    """The one call of ``boto3``'s client that is used."""

    def describe_contact(self, **asked: Any) -> Any: ...


@dataclass(frozen=True)
class CallRecords:
    """The records of an instance, through one client."""

    client: Client
    instance_arn: str

    def of(self, contact_id: str) -> Record | None:
        """One request; ``None`` where there is no such contact. Raises ``Busy``."""
        instance_id = self.instance_arn.rpartition("/")[2]
        try:
            found = self.client.describe_contact(InstanceId=instance_id, ContactId=contact_id)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code == _GONE:
                return None
            if code in _BUSY:
                raise Busy(code) from error
            raise
        return _record(found["Contact"])


class Metrics(Protocol):
    """The one call of ``boto3``'s client that is used."""

    def get_contact_metrics(self, **asked: Any) -> Any: ...


@dataclass(frozen=True)
class QueuePositions:
    """Where callers stand in their queue (Amazon Connect API reference, "GetContactMetrics"): while they wait there."""

    client: Metrics

    def of(self, instance_arn: str, contact_id: str) -> int | None:
        """The place of a contact, 1 for who is next. One request; ``None`` where it is not told: the caller hears of
        it only if it is.
        """
        asked = [{"Name": "POSITION_IN_QUEUE"}]
        try:
            found = self.client.get_contact_metrics(
                InstanceId=instance_arn.rpartition("/")[2], ContactId=contact_id, Metrics=asked
            )
        except (ClientError, ConnectionError, HTTPClientError):
            return None
        values = [one.get("Value", {}).get("Number") for one in found.get("MetricResults", ())]
        return next((int(one) for one in values if one), None)


def _record(contact: Mapping[str, Any]) -> Record:
    queue, agent = contact.get("QueueInfo") or {}, contact.get("AgentInfo") or {}
    queued_at, answered_at = _time(queue.get("EnqueueTimestamp")), _time(agent.get("ConnectedToAgentTimestamp"))
    call = Call(
        began_at=_time(contact.get("InitiationTimestamp")),
        connected_at=_time(contact.get("ConnectedToSystemTimestamp")),
        queued_at=queued_at,
        answered_at=answered_at,
        ended_at=_time(contact.get("DisconnectTimestamp")),
        way=contact.get("InitiationMethod") or "",
        reason=contact.get("DisconnectReason") or "",
        queue=_since(queued_at, queue.get("Id")),
        agent=_since(answered_at, agent.get("Id")),
        held_seconds=agent.get("AgentInitiatedHoldDuration"),
        promised_seconds=_whole((contact.get("Attributes") or {}).get(LONGEST_WAIT)),
        recordings=tuple(one["Location"] for one in contact.get("Recordings") or () if _is_there(one)),
    )
    return Record(call, (contact.get("CustomerEndpoint") or {}).get("Address") or "")


def _is_there(recording: Mapping[str, Any]) -> bool:
    return bool(recording.get("Location")) and recording.get("Status") != _DELETED


def _since(at: datetime | None, id_: str | None) -> Since | None:
    return Since(at=at, id=id_) if at and id_ else None


def _time(told: Any) -> datetime | None:
    """A time as the client gives it: its text, seconds since 1970 (``care.services.models``)."""
    return datetime.fromtimestamp(float(told), UTC) if told else None


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None
