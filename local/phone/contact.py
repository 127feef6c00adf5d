"""The contact of a call: what its flows read of it, and what a function and a listener for contact events are given."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.cloudformation.account import ACCOUNT, REGION
from local.phone.queues import USUAL_PRIORITY

INSTANCE_ARN = f"arn:aws:connect:{REGION}:{ACCOUNT}:instance/00000000-0000-4000-8000-000000000817"
USUAL_LANGUAGE = "en-US"


@dataclass(frozen=True)
class CallBack:
    """A call-back that was asked for. Times in seconds."""

    number: str
    queue: str
    delay: int
    """Before the first attempt."""
    attempts: int
    retry_delay: int
    flow: str
    """That is played when the customer picks up; empty for the usual one."""
    priority: int = USUAL_PRIORITY


@dataclass
class Recording:
    """What is recorded of a call."""

    participants: tuple[str, ...] = ()
    """Agent, Customer: of the talk."""
    ivr: bool = False
    """Of the automated part."""
    pieces: list[list[str]] = field(default_factory=list)
    """The blocks played between on and off of the automated part, in their order."""

    def switch(self, participants: tuple[str, ...], *, ivr: bool) -> None:
        if ivr and not self.ivr:
            self.pieces.append([])
        self.participants, self.ivr = participants, ivr

    def pass_through(self, block: str) -> None:
        if self.ivr:
            self.pieces[-1].append(block)


@dataclass
class Contact:
    caller: str | None
    dialled: str
    contact_id: str
    initiation_method: str = "INBOUND"
    initial_contact_id: str = ""
    """The first of the contacts that this one came from; empty for itself."""
    previous_contact_id: str = ""
    """The contact in which this call-back was wished, or the attempt before; empty for itself."""
    attributes: dict[str, str] = field(default_factory=dict)
    external: dict[str, Any] = field(default_factory=dict)
    """The latest answer of a function."""
    stored_input: str = ""
    queue: str = ""
    """Its ARN or id."""
    callback_number: str = ""
    priority: int = USUAL_PRIORITY
    data: dict[str, str] = field(default_factory=lambda: {"LanguageCode": USUAL_LANGUAGE})
    """Name, Description, CustomerId, LanguageCode and the like."""
    tags: dict[str, str] = field(default_factory=dict)
    voice: str = ""
    lex: dict[str, Any] = field(default_factory=dict)
    case: dict[str, Any] = field(default_factory=dict)
    customer: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, Any] = field(default_factory=dict)
    audio_stream: dict[str, str] | None = None
    agent: Mapping[str, str] = field(default_factory=dict)
    modules: dict[str, Any] = field(default_factory=dict)
    """What the last module came to: Result, ResultData."""

    def document(self, frame: Mapping[str, Any]) -> dict[str, Any]:
        """What JSONPaths read ("List of available contact attributes"); `frame` is what only this flow has."""
        return {
            "Agent": self.agent,
            "Attributes": self.attributes,
            "AwsRegion": REGION,
            "Case": self.case,
            "Channel": "VOICE",
            "ContactId": self.contact_id,
            "Customer": self.customer,
            "CustomerCallbackNumber": self.callback_number,
            "CustomerEndpoint": _endpoint(self.caller) or {},
            "External": self.external,
            "InitialContactId": self.initial_contact_id or self.contact_id,
            "InitiationMethod": self.initiation_method,
            "InstanceARN": INSTANCE_ARN,
            "Lex": self.lex,
            "MediaStreams": self._media_streams,
            "Metrics": self.metrics,
            "PreviousContactId": self.previous_contact_id or self.contact_id,
            "Queue": self._queue or {},
            "References": {},
            "StoredCustomerInput": self.stored_input,
            "SystemEndpoint": _endpoint(self.dialled),
            "Tags": self.tags,
            "TextToSpeechVoiceId": self.voice,
            **self.data,
            **frame,
            "Modules": {**self.modules, **frame.get("Modules", {})},
        }

    def event(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """What Connect gives a function ("ContactFlowEvent"); a withheld number is no endpoint at all."""
        return {
            "Name": "ContactFlowEvent",
            "Details": {
                "ContactData": {
                    "Attributes": dict(self.attributes),
                    "Channel": "VOICE",
                    "ContactId": self.contact_id,
                    "CustomerEndpoint": _endpoint(self.caller),
                    "InitialContactId": self.initial_contact_id or self.contact_id,
                    "InitiationMethod": self.initiation_method,
                    "InstanceARN": INSTANCE_ARN,
                    "MediaStreams": self._media_streams,
                    "PreviousContactId": self.previous_contact_id or self.contact_id,
                    "Queue": self._queue,
                    "References": {},
                    "SystemEndpoint": _endpoint(self.dialled),
                    **{name: self.data[name] for name in sorted(self.data) if name in IN_EVENTS},
                },
                "Parameters": dict(parameters),
            },
        }

    def start_stream(self, began: str) -> None:
        """The customer's audio goes to an invented Kinesis video stream from `began`, milliseconds since 1970."""
        self.audio_stream = {
            "StreamARN": f"arn:aws:kinesisvideo:{REGION}:{ACCOUNT}:stream/{self.contact_id}/1",
            "StartTimestamp": began,
            "StartFragmentNumber": str(uuid.uuid4().int),
        }

    @property
    def queue_name(self) -> str:
        return self.queue.rpartition("/")[2]

    @property
    def _media_streams(self) -> dict[str, Any]:
        return {"Customer": {"Audio": dict(self.audio_stream) if self.audio_stream else None}}

    @property
    def _queue(self) -> dict[str, Any] | None:
        if not self.queue:
            return None
        return {"ARN": self.queue, "Name": self.queue_name, "OutboundCallerId": _endpoint(self.dialled)}


IN_EVENTS = frozenset({"CustomerId", "Description", "LanguageCode", "Name"})


def _endpoint(address: str | None) -> dict[str, str] | None:
    return {"Address": address, "Type": "TELEPHONE_NUMBER"} if address else None
