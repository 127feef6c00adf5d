"""What Amazon Connect keeps of each contact, as DescribeContact answers it (`Contact` of the API reference)."""

from collections import OrderedDict
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

KEPT_RECORDS = 1000


@dataclass(frozen=True)
class StoredRecording:
    """A recording in its bucket."""

    location: str
    """Bucket and key."""
    participant: str
    """ALL, or CUSTOMER for what was recorded before an agent came."""
    started_at: datetime
    stopped_at: datetime

    def described(self) -> dict[str, Any]:
        return {
            "StorageType": "S3",
            "Location": self.location,
            "MediaStreamType": "AUDIO",
            "ParticipantType": self.participant,
            "StartTimestamp": self.started_at.timestamp(),
            "StopTimestamp": self.stopped_at.timestamp(),
            "Status": "AVAILABLE",
        }


@dataclass
class Record:
    """One contact from its beginning."""

    contact_id: str
    attributes: MutableMapping[str, str]
    """The contact's own, as they change."""
    customer: str | None = None
    system: str | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)
    """Of its latest event, which has all that is known of its way."""
    updated_at: datetime | None = None
    recordings: list[StoredRecording] = field(default_factory=list)
    """They are told of once the contact has ended."""

    @property
    def arn(self) -> str:
        return f"{self.detail.get('instanceArn', '')}/contact/{self.contact_id}"

    @property
    def has_ended(self) -> bool:
        return "disconnectTimestamp" in self.detail

    def described(self) -> dict[str, Any]:
        """`Contact` as the API's JSON has it: times are seconds since 1970, what is not known is absent."""
        known = self.detail
        queue, agent = known.get("queueInfo"), known.get("agentInfo")
        found = {
            "Arn": self.arn,
            "Id": self.contact_id,
            "InitialContactId": known.get("initialContactId"),
            "PreviousContactId": known.get("previousContactId"),
            "InitiationMethod": known.get("initiationMethod"),
            "Channel": known.get("channel"),
            "CustomerEndpoint": _endpoint(self.customer),
            "SystemEndpoint": _endpoint(self.system),
            "InitiationTimestamp": _seconds(known.get("initiationTimestamp")),
            "ConnectedToSystemTimestamp": _seconds(known.get("connectedToSystemTimestamp")),
            "DisconnectTimestamp": _seconds(known.get("disconnectTimestamp")),
            "LastUpdateTimestamp": self.updated_at.timestamp() if self.updated_at else None,
            "QueueInfo": queue
            and {"Id": _last(queue["queueArn"]), "EnqueueTimestamp": _seconds(queue["enqueueTimestamp"])},
            "AgentInfo": agent
            and {
                "Id": _last(agent["agentArn"]),
                "ConnectedToAgentTimestamp": _seconds(agent["connectedToAgentTimestamp"]),
            },
            "Attributes": dict(self.attributes),
            "Recordings": [one.described() for one in self.recordings] if self.has_ended else None,
        }
        return {name: value for name, value in found.items() if value is not None}


class Records:
    """The newest contacts, by their ids."""

    def __init__(self, most: int = KEPT_RECORDS) -> None:
        self._most = most
        self._kept: OrderedDict[str, Record] = OrderedDict()

    def keep(self, record: Record) -> None:
        self._kept[record.contact_id] = record
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def get(self, contact_id: str) -> Record | None:
        return self._kept.get(contact_id)


def _endpoint(address: str | None) -> dict[str, str] | None:
    return {"Type": "TELEPHONE_NUMBER", "Address": address} if address else None


def _last(arn: str) -> str:
    return arn.rpartition("/")[2]


def _seconds(at: str | None) -> float | None:
    return datetime.fromisoformat(at).timestamp() if at else None
