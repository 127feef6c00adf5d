"""Scripted calls: what a caller does and hears, what the queue is like, what fails, and what is stored afterwards.

A file in tests/calls/ is one call, or some after each other: the flows that are deployed, played on the functions
themselves. Its first lines, until an empty one, say what it is about. Then, a line each:

    caller +6281700000001       who calls from now on; "withheld" shows no number
    line sari balance=0         the operator's system has this subscriber (tests/unit/chatting.py), so changed
    agents staffed=2 free=0 waiting=3     the agents' queue; without this line nobody can be put through
    time 2026-12-01T20:00       the time it is, UTC
    unreadable id/phone_ask     a recording that cannot be fetched
    takes turn NoMatchingError  the block takes these branches, one after the other, instead of being carried out
    leaves turn                 the caller hangs up as this block begins
    dials                       a call begins
    hears id/menu REFERENCE …   the recordings since the last line of this kind. Digits make one word, REFERENCE
                                is that of the newest case, "…" stands for any others, [block] for what speech says
    presses 4                   keys; "142" is typed fast, REFERENCE and LAST4 are of the newest case
    during menu 4               keys while that prompt of an earlier block is still playing
    silent                      until the block's time is over
    code                        the code that came by SMS
    waits                       until the music is interrupted
    agent takes                 … or hangs_up, or resolves: the newest case, at the desk
    hangs_up                    the caller does
    afterwards                  what Connect tells of the call reaches us, each event twice
    is listening                … or queued, talking, transferred, ended
    attribute step=3            of the contact
    recorded message            the blocks that were recorded
    callback +62… 3             Connect was asked to call there so many times
    cases 1                     how many there are
    case kind=complaint …       the newest case
    noted "Kode pos"            words on its timeline
    told "Nomor"                words of an SMS that was sent since the last line of this kind; "told" alone: none was
"""

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from care import clients
from care.centre import Centre
from care.policy import Policy
from local.cloudformation.stack import Invocation
from local.phone.call import Call, Prompts
from local.phone.flow import Flow, read_flow
from tests.integration.stage import Stage, batch, request
from tests.unit.chatting import LINES, MemorySystem

ROOT = Path(__file__).parents[2]
CALLS = sorted((ROOT / "tests/calls").glob("*.txt"))
QUEUE = "arn:aws:connect:ap-southeast-1:123456789012:instance/1/queue/2"
FUNCTION = "arn:aws:lambda:ap-southeast-1:000000000000:function:care-voice:live"
OUTPUTS = {
    "VoiceFunctionArn": FUNCTION,
    "PromptsUrl": "https://prompts.example",
    "QueueFlowArn": "queue",
    "WhisperFlowArn": "whisper",
    "SurveyFlowArn": "survey",
}
ALLOWED = Policy.allowed


def flows(queue: str = QUEUE) -> dict[str, Flow]:
    """The flows by name, of a deployment whose agents' queue this is; "none" is none."""
    outputs = {**OUTPUTS, "AgentQueue": queue}
    return {path.stem: read_flow(path, outputs) for path in sorted((ROOT / "flows").glob("*.json"))}


def prompts(*unreadable: str) -> Prompts:
    """The recordings, of which some cannot be fetched; "*": none can."""
    read = _recordings()
    kept = {} if "*" in unreadable else {name: text for name, text in read.texts.items() if name not in unreadable}
    return replace(read, texts=kept)


@cache
def _recordings() -> Prompts:
    return Prompts.read(ROOT / "flows/prompts")


@dataclass
class Agents:
    """The queue as a script says it is."""

    staffed: int = 0
    free: int = 0
    waiting: int = 0

    def metrics(self, queue: str, /) -> Mapping[str, str]:
        return {
            "NumberOfContactsInQueue": str(self.waiting),
            "NumberOfAgentsStaffed": str(self.staffed),
            "NumberOfAgentsAvailable": str(self.free),
        }

    def join(self, call: Call, queue: str, priority: int, /) -> None:
        self.waiting += 1

    def leave(self, call: Call, /) -> None:
        self.waiting -= 1

    def position(self, call: Call, /) -> int | None:
        return self.waiting


@dataclass
class Script:
    """A scripted call as it is played."""

    stage: Stage
    monkeypatch: pytest.MonkeyPatch
    name: str
    caller: str | None = "+6281700000009"
    agents: Agents | None = None
    lines: list[Any] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    outcomes: dict[str, list[str]] = field(default_factory=dict)
    leaves: list[str] = field(default_factory=list)
    call: Call | None = None
    events: list[dict[str, Any]] = field(default_factory=list)
    """What Connect tells of the call."""
    told: int = 0

    def centre(self) -> Centre:
        return replace(clients.centre(), system=MemorySystem(lines=tuple(self.lines)) if self.lines else None)

    async def invoke(self, function: str, payload: bytes) -> Invocation:
        assert function == FUNCTION
        answer = self.stage.invoke("voice", json.loads(payload))
        return Invocation(json.dumps(answer).encode(), None, "request", 1.0)

    async def play(self, lines: Iterable[str], *, heard: bool = True) -> None:
        """Raises AssertionError at the first line that does not hold; ``heard``: and for what no line has heard."""
        self.monkeypatch.setattr(self.stage.modules["voice"], "centre", self.centre)
        for number, line in enumerate(lines, 1):
            if line.strip():
                verb, *words = shlex.split(line)
                await self._do(verb, words, f"{self.name}, line {number} after the heading: {line}")
        if self.call and heard:
            assert not list(spoken(self.call, self._reference())), f"{self.name}: more was heard than the script says"

    @property
    def _waiting(self) -> int:
        return self.agents.waiting - 1 if self.agents else 0

    async def _do(self, verb: str, words: list[str], where: str) -> None:
        if verb in _BEFORE:
            self._prepare(verb, words)
            return
        if verb == "dials":
            await self._dial()
            return
        assert self.call is not None, f"{where}: nobody has dialled"
        match verb:
            case "hears":
                heard = list(spoken(self.call, self._reference()))
                assert _fits(heard, words), f"{where}: {' '.join(heard)}"
            case "presses":
                await self.call.press(self._keys(words[0]))
            case "silent":
                await self.call.press("")
            case "during":
                await self.call.press(words[1], during=words[0])
            case "code":
                self.stage.follow()
                (text,) = [sent["MessageBody"] for _, sent in self.stage.sent[-1:]]
                await self.call.press(re.findall(r"\d{6}", text)[0])
            case "waits":
                self.stage.positions[self.call.call_id] = 1 + self._waiting
                await self.call.interrupted()
            case "agent":
                await self._agent(words[0])
            case "hangs_up":
                self.call.hang_up()
            case "afterwards":
                seen = {"InitiationMethod": "INBOUND", "CustomerEndpoint": {"Address": self.caller}}
                self.stage.records[self.call.call_id] = seen
                for detail in [*self.events, *reversed(self.events)]:
                    event = {"detail-type": "Amazon Connect Contact Event", "source": "aws.connect", "detail": detail}
                    assert self.stage.invoke("calls", batch(json.dumps(event))) == {"batchItemFailures": []}, where
            case "is":
                assert self.call.state == words[0], f"{where}: {self.call.state}"
            case "attribute":
                wanted = _pairs(words)
                assert {name: self.call.attributes.get(name) for name in wanted} == wanted, where
            case "recorded":
                assert self.call.recording.pieces == [words], f"{where}: {self.call.recording.pieces}"
            case "callback":
                (asked,) = self.call.callbacks
                assert [asked.number, str(asked.attempts)] == words, f"{where}: {asked}"
            case "cases":
                assert len(self._cases()) == int(words[0]), f"{where}: {len(self._cases())}"
            case "case":
                case = self._cases()[-1]
                assert {name: _text(case.get(name)) for name in _pairs(words)} == _pairs(words), f"{where}: {case}"
            case "noted":
                timeline = json.dumps(self.stage.items(f"CASE#{self._reference()}", "TIMELINE"), ensure_ascii=False)
                assert words[0] in timeline, f"{where}: {timeline}"
            case "told":
                self.stage.follow()
                new = [sent["MessageBody"] for channel, sent in self.stage.sent if channel == "sms"][self.told :]
                self.told += len(new)
                assert any(words[0] in text for text in new) if words else not new, f"{where}: {new}"
            case _:
                raise AssertionError(f"{where}: no such word")

    def _prepare(self, verb: str, words: list[str]) -> None:
        match verb:
            case "caller":
                self.caller = None if words == ["withheld"] else words[0]
            case "line":
                changes = {name: json.loads(value) for name, value in _pairs(words[1:]).items()}
                self.lines.append(LINES[words[0]].evolve(**changes))
            case "agents":
                self.agents = Agents(**{name: int(value) for name, value in _pairs(words).items()})
            case "time":
                fixed = datetime.fromisoformat(words[0]).replace(tzinfo=UTC)
                clock = type("Clock", (datetime,), {"now": classmethod(lambda cls, tz=None: fixed)})
                self.monkeypatch.setattr(self.stage.modules["voice"], "datetime", clock)
                self.monkeypatch.setattr(Policy, "allowed", ALLOWED)
            case "unreadable":
                self.unreadable += words
            case "takes":
                self.outcomes[words[0]] = words[1:]
            case "leaves":
                self.leaves += words

    async def _dial(self) -> None:
        made = flows(QUEUE if self.agents else "none")
        self.call = Call(
            made["817"],
            prompts(*self.unreadable),
            self.invoke,
            self.caller,
            "817",
            flows=made,
            outcomes=self.outcomes,
            hangs_up_at=self.leaves,
            queue=self.agents or Agents(),
            observer=lambda kind, detail: self.events.append({"eventType": kind, **detail}),
        )
        self.events.clear()
        await self.call.start()

    async def _agent(self, does: str) -> None:
        assert self.call is not None
        match does:
            case "takes":
                await self.call.connected("arn:aws:connect:ap-southeast-1:123456789012:instance/1/agent/3")
            case "hangs_up":
                await self.call.agent_hangs_up()
            case "resolves":
                self.stage.follow()
                path = f"/cases/{self._reference()}/resolve"
                answer = self.stage.invoke(
                    "desk", request("POST", path, {"text": "Sudah kami perbaiki.", "id": "click-0001"})
                )
                assert answer["statusCode"] == 200, answer
            case _:
                raise AssertionError(f"an agent does not {does}")

    def _keys(self, word: str) -> str:
        reference = self._reference()
        return word.replace("REFERENCE", reference).replace("LAST4", reference[-4:])

    def _cases(self) -> list[dict[str, Any]]:
        return sorted(self.stage.items("CASE#", "CASE"), key=lambda case: str(case["opened_at"]["S"]))

    def _reference(self) -> str:
        cases = self._cases()
        return str(cases[-1]["reference"]["S"]) if cases else ""


def lines_of(script: Path) -> list[str]:
    """What a script says to do and to find."""
    return script.read_text(encoding="utf-8").partition("\n\n")[2].splitlines()


def in_the_other_language(lines: Iterable[str]) -> Iterator[str]:
    """The same calls by who chooses the other language; what is written in words is only there, whatever it says."""
    swapped = {"id": "en", "en": "id"}
    chosen = {"1": "2", "2": "1"}
    chooses = False
    for line in lines:
        verb, *words = line.split() or [""]
        if verb == "dials" or words[-1:] == ["both/language"]:
            chooses = True
        elif verb == "presses" and chooses and words[0] in chosen:
            line, chooses = f"presses {chosen[words[0]]}", False
        elif verb in ("noted", "told") and words:
            line = f'{verb} ""'
        yield re.sub(r"\b(id|en)(?=/)|(?<=language=)(id|en)\b", lambda found: swapped[found[0]], line)


def chooses_a_language(script: Path) -> bool:
    """Whether each call of a script does, so that it can go in the other one."""
    text = script.read_text(encoding="utf-8")
    return "dials\nsilent" not in text and "dials\nhears both/welcome\nsilent" not in text


_BEFORE = frozenset({"caller", "line", "agents", "time", "unreadable", "takes", "leaves"})


def spoken(call: Call, reference: str) -> Iterator[str]:
    """What was heard, as a script names it."""
    digits: list[str] = []

    def word() -> Iterator[str]:
        if digits:
            text = "".join(one.rpartition("d_")[2] for one in digits)
            yield "REFERENCE" if text == reference else text
            digits.clear()

    for one in call.take_heard():
        name = one.prompt or f"[{one.block}]"
        if re.fullmatch(r"(id|en)/d_\d+", name):
            digits.append(name)
            if "".join(each.rpartition("d_")[2] for each in digits) == reference:
                yield from word()
            continue
        yield from word()
        yield name
    yield from word()


def _fits(heard: list[str], words: list[str]) -> bool:
    """Whether what was heard is what a script says; "…" stands for any."""
    pattern = "".join(r"(?:\S+ )*" if word == "…" else f"{re.escape(word)} " for word in words)
    return re.fullmatch(pattern, "".join(f"{one} " for one in heard)) is not None


def _pairs(words: Iterable[str]) -> dict[str, str]:
    return {name: value for name, equals, value in (word.partition("=") for word in words) if equals}


def _text(attribute: Any) -> str:
    """An attribute of a stored item as a script writes it."""
    if attribute is None:
        return "none"
    ((_, value),) = attribute.items()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
