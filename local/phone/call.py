"""One call: the blocks of a flow carried out as Amazon Connect does, from ringing to the end.

Time passes only outside: whoever holds the phone says when keys were pressed and when silence has lasted
until the block's limit.
"""

import asyncio
import json
import operator
import re
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.cloudformation.account import ACCOUNT, REGION
from local.cloudformation.stack import Invocation
from local.phone.flow import Action, Flow, FlowError, filled

Invoke = Callable[[str, bytes], Awaitable[Invocation]]

INSTANCE_ARN = f"arn:aws:connect:{REGION}:{ACCOUNT}:instance/00000000-0000-4000-8000-000000000817"
KEYS = re.compile(r"[0-9*#]*")

# "Invoke AWS Lambda functions": a failed invocation is tried again up to three times within eight seconds.
RETRIES = 3
SECONDS_FOR_ALL_TRIES = 8.0
SECONDS_BETWEEN_TRIES = 0.2
MAX_ANSWER_BYTES = 32 * 1024
MAX_ATTRIBUTES_BYTES = 32_768
ATTRIBUTE_NAME = re.compile(r"[A-Za-z0-9_-]+")

# A flow that runs this long without listening or ending goes in a circle.
MAX_BLOCKS_WITHOUT_PAUSE = 500


class NotListening(Exception):
    """Keys were pressed in a call that takes none: it is over."""


class BadKeys(ValueError):
    """Keys no phone has, or more at once than the block takes."""


@dataclass(frozen=True)
class Prompts:
    """The recordings a flow may play, with their texts."""

    folder: Path
    texts: Mapping[str, str]

    @classmethod
    def read(cls, folder: Path) -> "Prompts":
        """Raises FlowError when texts.json is missing or broken."""
        try:
            return cls(folder, json.loads((folder / "texts.json").read_text(encoding="utf-8")))
        except (OSError, ValueError) as problem:
            raise FlowError(f"The texts of the prompts in {folder} cannot be read: {problem}.") from problem

    def has(self, prompt: str) -> bool:
        return prompt in self.texts and (self.folder / f"{prompt}.wav").is_file()


@dataclass(frozen=True)
class Heard:
    """One thing played to the caller; text to speech has neither prompt nor audio."""

    prompt: str | None
    text: str
    block: str

    def shown(self) -> dict[str, str | None]:
        audio = f"/prompts/{self.prompt}.wav" if self.prompt else None
        return {"prompt": self.prompt, "text": self.text, "audio": audio, "block": self.block}


@dataclass(frozen=True)
class WaitsFor:
    """The keys a block listens for."""

    max_digits: int
    seconds: int
    """Of silence before the first key."""
    terminator: str | None = None
    interdigit_seconds: int | None = None
    """Of silence after a key, before what was keyed counts as finished; None when one key is all."""


COMPARISONS: dict[str, Callable[[str, str], bool]] = {
    "Equals": operator.eq,
    "TextStartsWith": str.startswith,
    "TextEndsWith": str.endswith,
    "TextContains": operator.contains,
    "NumberGreaterThan": lambda a, b: _number(a) > _number(b),
    "NumberGreaterOrEqualTo": lambda a, b: _number(a) >= _number(b),
    "NumberLessThan": lambda a, b: _number(a) < _number(b),
    "NumberLessOrEqualTo": lambda a, b: _number(a) <= _number(b),
}


def _number(text: str) -> float:
    """Not a number where Connect finds none, which makes every comparison false."""
    try:
        return float(text)
    except ValueError:
        return float("nan")


@dataclass
class Call:
    flow: Flow
    prompts: Prompts
    invoke: Invoke
    caller: str | None
    """E.164 number; None when it is withheld."""
    dialled: str
    call_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    state: str = "ringing"
    """ringing, listening, ended or transferred."""
    attributes: dict[str, str] = field(default_factory=dict)
    _flow_attributes: dict[str, str] = field(default_factory=dict)
    _external: dict[str, Any] = field(default_factory=dict)
    _stored_input: str = ""
    _queue: str = ""
    _rounds: dict[str, int] = field(default_factory=dict)
    _heard: list[Heard] = field(default_factory=list)
    _at: Action | None = None
    """The block that listens."""

    async def start(self) -> None:
        await self._run(self.flow.start)

    async def press(self, keys: str) -> None:
        """Keys pressed at the listening block; no keys are silence until its limit.

        Raises NotListening when the call is over, BadKeys for what cannot be pressed there.
        """
        if self._at is None:
            raise NotListening(f"The call is {self.state}.")
        if not KEYS.fullmatch(keys):
            raise BadKeys("Keys are 0 to 9, * and #.")
        action = self._at
        following = self._stored(action, keys) if _stores(action) else self._pressed(action, keys)
        self._at = None
        await self._run(following)

    def hang_up(self) -> None:
        if self.state in ("ringing", "listening"):
            self.state, self._at = "ended", None

    def take_heard(self) -> list[Heard]:
        """What was played since the last time this was asked."""
        heard, self._heard = self._heard, []
        return heard

    @property
    def waits_for(self) -> WaitsFor | None:
        return _waits_for(self._at) if self._at else None

    async def _run(self, identifier: str) -> None:
        """Carry out blocks from this one until one listens or the flow is left."""
        named_by = "the start"
        following: str | None = identifier
        for _ in range(MAX_BLOCKS_WITHOUT_PAUSE):
            if following is None:
                return
            action = self.flow.action(following, named_by)
            named_by = action.identifier
            try:
                following = await self._carry_out(action)
            except FlowError:
                self.state = "ended"
                raise
        self.state = "ended"
        raise FlowError(f"The flow goes in a circle without listening, near block {named_by}.")

    async def _carry_out(self, action: Action) -> str | None:
        """Do what a block does; the next block, or None when the flow pauses or ends here."""
        match action.type:
            case "MessageParticipant":
                return action.next if self._play(action) else self._failed(action, or_go_on=True)
            case "GetParticipantInput":
                return self._listen(action)
            case "Compare":
                return self._compare(action)
            case "Loop":
                return self._loop(action)
            case "InvokeLambdaFunction":
                return await self._invoke(action)
            case "UpdateContactAttributes":
                return self._update_attributes(action)
            case "UpdateFlowAttributes":
                values = action.parameters["FlowAttributes"]
                new = {name: self._filled(action, entry["Value"]) for name, entry in values.items()}
                self._flow_attributes |= new
                return action.next
            case "UpdateContactTargetQueue":
                self._queue = self._filled(action, action.parameters["QueueId"])
                return self._go_on(action) if self._queue else self._failed(action)
            case "TransferContactToQueue":
                return self._transfer(action)
            case "DisconnectParticipant" | "EndFlowExecution":
                self.state = "ended"
                return None
            case _:
                # Logging, recording and voice of a contact: nothing that a caller hears here.
                return action.next

    def _play(self, action: Action) -> bool:
        """Add the block's prompt to what is heard; False when there is no such recording."""
        parameters = action.parameters
        if "Text" in parameters:
            self._heard.append(Heard(None, self._filled(action, parameters["Text"]), action.identifier))
            return True
        if "Media" not in parameters:
            raise FlowError(f"Block {action.identifier} has neither Media nor Text, which the phone needs.")
        prompt = self.flow.prompt(self._filled(action, parameters["Media"]["Uri"]))
        if prompt is None or not self.prompts.has(prompt):
            return False
        self._heard.append(Heard(prompt, self.prompts.texts[prompt], action.identifier))
        return True

    def _transfer(self, action: Action) -> str | None:
        """Leave the flow for the queue that was set; nobody answers it here. Without one it is the error branch."""
        if not self._queue:
            return self._failed(action)
        self.state = "transferred"
        return None

    def _listen(self, action: Action) -> str | None:
        if _stores(action) and "CustomValidation" not in action.parameters["InputValidation"]:
            raise FlowError(f"Block {action.identifier} validates a phone number, which is not played here.")
        if not self._play(action):
            return self._failed(action)
        self.state, self._at = "listening", action
        return None

    def _pressed(self, action: Action, keys: str) -> str:
        if len(keys) > 1:
            raise BadKeys(f"Block {action.identifier} takes one key at a time.")
        if not keys:
            return self._branch(action, "InputTimeLimitExceeded")
        following = self._result(action, keys)
        return following if following else self._branch(action, "NoMatchingCondition")

    def _stored(self, action: Action, keys: str) -> str:
        """Keep what was keyed; silence is the value "Timeout", on the success branch."""
        waits_for = _waits_for(action)
        if action.parameters.get("DTMFConfiguration", {}).get("DisableCancelKey") != "True":
            keys = keys.rpartition("*")[2]
        if waits_for.terminator:
            entered, ended, _ = keys.partition(waits_for.terminator)
        else:
            entered, ended = keys, ""
        silent = not entered and not ended
        self._stored_input = "Timeout" if silent else entered[: waits_for.max_digits]
        return self._go_on(action)

    def _compare(self, action: Action) -> str:
        value = self._filled(action, action.parameters["ComparisonValue"])
        for condition in action.conditions:
            if condition.operator not in COMPARISONS:
                raise FlowError(f"Block {action.identifier} compares by {condition.operator}, not known here.")
            operand = self._filled(action, condition.operands[0])
            if COMPARISONS[condition.operator](value, operand):
                return condition.next
        return self._branch(action, "NoMatchingCondition")

    def _loop(self, action: Action) -> str:
        count = int(self._filled(action, action.parameters["LoopCount"]))
        done = self._rounds.get(action.identifier, 0)
        self._rounds[action.identifier] = (done + 1) % (count + 1)
        result = "ContinueLooping" if done < count else "DoneLooping"
        return self._result(action, result) or self._go_on(action)

    def _update_attributes(self, action: Action) -> str:
        """All or nothing."""
        values = action.parameters["Attributes"]
        merged = self.attributes | {name: self._filled(action, text) for name, text in values.items()}
        size = sum(len(name.encode()) + len(text.encode()) for name, text in merged.items())
        if size > MAX_ATTRIBUTES_BYTES or not all(ATTRIBUTE_NAME.fullmatch(name) for name in values):
            return self._failed(action)
        self.attributes = merged
        return self._go_on(action)

    async def _invoke(self, action: Action) -> str:
        parameters = action.parameters
        given = parameters.get("LambdaInvocationAttributes", {})
        event = self._event({name: self._filled(action, text) for name, text in given.items()})
        function = self._filled(action, parameters["LambdaFunctionARN"])
        seconds = float(parameters["InvocationTimeLimitSeconds"])
        try:
            payload = await self._answer(function, json.dumps(event).encode(), seconds)
        except LookupError as problem:
            raise FlowError(f"Block {action.identifier} invokes {function}, which does not exist.") from problem
        nested = parameters.get("ResponseValidation", {}).get("ResponseType") == "JSON"
        answer = _valid_answer(payload, nested) if payload is not None else None
        if answer is None:
            return self._failed(action)
        self._external = answer
        return self._go_on(action)

    async def _answer(self, function: str, event: bytes, seconds: float) -> bytes | None:
        """The function's answer; None when it failed every time or was late.

        A late invocation is not cut off: the function goes on, only nobody waits for it.
        """
        end = time.monotonic() + SECONDS_FOR_ALL_TRIES
        for attempt in range(1 + RETRIES):
            if attempt:
                await asyncio.sleep(SECONDS_BETWEEN_TRIES)
            limit = min(seconds, end - time.monotonic())
            if limit <= 0:
                return None
            running = asyncio.ensure_future(self.invoke(function, event))
            done, _ = await asyncio.wait({running}, timeout=limit)
            if not done:
                running.add_done_callback(_forget)
                return None
            invocation = running.result()
            if invocation.error is None:
                return invocation.payload
        return None

    def _event(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        """What Connect gives a function ("ContactFlowEvent"); a withheld number is no endpoint at all."""
        return {
            "Name": "ContactFlowEvent",
            "Details": {
                "ContactData": {
                    "Attributes": dict(self.attributes),
                    "Channel": "VOICE",
                    "ContactId": self.call_id,
                    "CustomerEndpoint": _endpoint(self.caller) if self.caller else None,
                    "InitialContactId": self.call_id,
                    "InitiationMethod": "INBOUND",
                    "InstanceARN": INSTANCE_ARN,
                    "LanguageCode": "en-US",
                    "MediaStreams": {"Customer": {"Audio": None}},
                    "PreviousContactId": self.call_id,
                    "Queue": None,
                    "References": {},
                    "SystemEndpoint": _endpoint(self.dialled),
                },
                "Parameters": dict(parameters),
            },
        }

    def _filled(self, action: Action, text: str) -> str:
        document = {
            "Attributes": self.attributes,
            "Channel": "VOICE",
            "ContactId": self.call_id,
            "CustomerEndpoint": _endpoint(self.caller) if self.caller else {},
            "External": self._external,
            "FlowAttributes": self._flow_attributes,
            "InitialContactId": self.call_id,
            "LanguageCode": "en-US",
            "StoredCustomerInput": self._stored_input,
            "SystemEndpoint": _endpoint(self.dialled),
        }
        return filled(text, document, action.identifier)

    def _result(self, action: Action, value: str) -> str | None:
        """Where a block's own result leads."""
        return next((c.next for c in action.conditions if value in c.operands), None)

    def _go_on(self, action: Action) -> str:
        if action.next is None:
            raise FlowError(f"Block {action.identifier} has no NextAction.")
        return action.next

    def _failed(self, action: Action, *, or_go_on: bool = False) -> str:
        if or_go_on and "NoMatchingError" not in action.errors:
            return self._go_on(action)
        return self._branch(action, "NoMatchingError")

    def _branch(self, action: Action, error: str) -> str:
        if error not in action.errors:
            raise FlowError(f"Block {action.identifier} has no branch for {error}.")
        return action.errors[error]


def _stores(action: Action) -> bool:
    return action.parameters.get("StoreInput") == "True"


def _waits_for(action: Action) -> WaitsFor:
    seconds = int(action.parameters["InputTimeLimitSeconds"])
    if not _stores(action):
        return WaitsFor(1, seconds)
    configuration = action.parameters.get("DTMFConfiguration", {})
    return WaitsFor(
        int(action.parameters["InputValidation"]["CustomValidation"]["MaximumLength"]),
        seconds,
        configuration.get("InputTerminationSequence"),
        int(configuration.get("InterdigitTimeLimitSeconds", "5")),
    )


def _endpoint(address: str) -> dict[str, str]:
    return {"Address": address, "Type": "TELEPHONE_NUMBER"}


def _valid_answer(payload: bytes, nested: bool) -> dict[str, Any] | None:
    """A STRING_MAP is a flat object of text; either kind is at most 32 KB. None when it is not that."""
    if len(payload) > MAX_ANSWER_BYTES:
        return None
    try:
        answer = json.loads(payload)
    except ValueError:
        return None
    if not isinstance(answer, dict):
        return None
    return answer if nested or all(isinstance(value, str) for value in answer.values()) else None


def _forget(running: asyncio.Future[Invocation]) -> None:
    if not running.cancelled():
        running.exception()
