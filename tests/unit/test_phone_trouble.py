"""Whatever part of the flow fails, the caller hears something, and what was wanted is stored or a call-back is.

The flow that is deployed is walked to each of its blocks by keys and answers; then one block at a time fails.
"""

import asyncio
import json
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise

import pytest

from care.phone import to_e164
from local.cloudformation.stack import Invocation
from local.phone.call import Call, Heard
from local.phone.flow import Action, Flow
from tests.unit.phone_script import flow_817, prompts_817, without

CALLER = "+6281200000001"
QUEUE = "arn:aws:connect:ap-southeast-1:123456789012:instance/1/queue/2"
REFERENCE = {"reference": "4830012756"} | {f"digit_{place}": digit for place, digit in enumerate("4830012756", 1)}
# What a block may come to when nothing fails; every other branch is a failure.
OTHERWISE = "NoMatchingCondition"
RESULTS = frozenset({"InputTimeLimitExceeded", OTHERWISE})


@cache
def flow(*, queue: bool = True) -> Flow:
    """The flow of a deployment that names a queue for agents, or of one that has none."""
    read = flow_817()
    naming = read.actions["trouble-queue"]
    named = replace(naming, parameters={"Attributes": {"queue": QUEUE}})
    return replace(read, actions={**read.actions, "trouble-queue": named}) if queue else read


def failing(read: Flow, block: str, error: str) -> Flow:
    """The flow with a block that always takes one of its error branches."""
    action = read.actions[block]
    fails = Action(block, "Compare", {"ComparisonValue": "$.Channel"}, None, {OTHERWISE: action.errors[error]}, ())
    return replace(read, actions={**read.actions, block: fails})


@dataclass(frozen=True)
class Walked(Flow):
    """A flow that remembers which blocks a call came through."""

    way: list[str] = field(default_factory=list)

    def action(self, identifier: str, named_by: str) -> Action:
        self.way.append(identifier)
        return super().action(identifier, named_by)


def walked(read: Flow) -> Walked:
    return Walked(read.start, read.actions, read.prompt_bases)


def answer(parameters: Mapping[str, str], **told: str) -> Invocation:
    known = REFERENCE if told.get("outcome") == "stored" else {}
    step = {"next_step": str(int(parameters["step"] or "1") + 1)}
    return Invocation(json.dumps({**step, **told, **known}).encode(), None, "request", 1.0)


# ---- every block, every branch ---------------------------------------------------------------------------------------

STATUSES = ("open", "acknowledged", "in_progress", "waiting", "resolved", "reopened", "closed", "unheard-of")
DUE = ("hours", "today", "tomorrow", "days", "passed", "", "", "some-day")
ASKING = ("need_phone", "no_number", "invalid_phone", "unheard-of")
ANSWERS: Mapping[str, tuple[dict[str, str], ...]] = {
    "greet": (
        {"known": "false", "open_case": "false", "language": ""},
        {"known": "true", "open_case": "true", "language": "en"},
        {"known": "true", "open_case": "false", "language": "id"},
    ),
    "complain": tuple({"outcome": outcome} for outcome in ("stored", *ASKING)),
    "callback": tuple({"outcome": outcome} for outcome in ("stored", *ASKING)),
    "trouble": tuple({"outcome": outcome} for outcome in ("stored", *ASKING)),
    "status": (
        *({"outcome": "told", "status": one, "due_in": due} for one, due in zip(STATUSES, DUE, strict=True)),
        *({"outcome": outcome} for outcome in ("not_found", "too_many", *ASKING)),
    ),
}
NOTHING: dict[str, str] = {}
"""Of an answer: none that Connect takes."""

Choice = str | dict[str, str]


class Undecided(Exception):
    """The walk is at a fork that its choices do not decide."""

    def __init__(self, options: tuple[Choice, ...]) -> None:
        super().__init__(options)
        self.options = options


@dataclass
class Walk:
    """A call by choices: keys at each question, answers of the function. After them the caller is silent and the
    function answers as it does when all is well, or the walk is undecided.
    """

    choices: deque[Choice]
    explores: bool = False
    asked: list[str] = field(default_factory=list)

    async def invoke(self, function: str, payload: bytes) -> Invocation:
        parameters = json.loads(payload)["Details"]["Parameters"]
        self.asked.append(parameters["operation"])
        told = self._choose((*ANSWERS[parameters["operation"]], NOTHING))
        assert isinstance(told, dict)
        return answer(parameters, **told) if told else Invocation(b"[]", None, "request", 1.0)

    async def take(self, flow: Flow) -> tuple[Call, list[list[Heard]]]:
        """The call, and what was heard at each turn."""
        call = Call(flow, prompts_817(), self.invoke, CALLER, "817")
        await call.start()
        turns = [call.take_heard()]
        while call.state == "listening":
            keys = self._choose(tuple(_keys(call, flow, turns[-1][-1].block)))
            assert isinstance(keys, str)
            await call.press(keys)
            turns.append(call.take_heard())
        return call, turns

    def _choose(self, options: tuple[Choice, ...]) -> Choice:
        if self.choices:
            return self.choices.popleft()
        if self.explores:
            raise Undecided(options)
        return options[0]


def _keys(call: Call, flow: Flow, block: str) -> Iterator[str]:
    """What may be pressed where the call listens, silence first."""
    yield ""
    waits_for = call.waits_for
    if waits_for and waits_for.max_digits > 1:
        yield "081200000001#"
        return
    means = [operand for condition in flow.actions[block].conditions for operand in condition.operands]
    yield from means
    yield next(key for key in "8#" if key not in means)


def _steps(way: list[str], read: Flow) -> Iterator[tuple[str, str, int]]:
    """From which block to which; of a loop also which round it is."""
    rounds: Counter[str] = Counter()
    for block, following in pairwise(way):
        rounds[block] += 1
        count = int(read.actions[block].parameters["LoopCount"]) if read.actions[block].type == "Loop" else 0
        yield block, following, min(rounds[block], count + 1)


@dataclass(frozen=True)
class Explored:
    """The shortest choices that lead to each block, and all steps from block to block that were taken."""

    ways: dict[str, tuple[Choice, ...]]
    steps: set[tuple[str, str]]


@cache
def explored() -> Explored:
    """Breadth first over the choices; a walk goes on from where it saw something new."""
    return asyncio.run(_explore())


async def _explore() -> Explored:
    ways: dict[str, tuple[Choice, ...]] = {}
    seen: set[tuple[str, str, int]] = set()
    ahead: deque[tuple[Choice, ...]] = deque([()])
    while ahead:
        choices = ahead.popleft()
        on = walked(flow())
        options: tuple[Choice, ...] = ()
        try:
            await Walk(deque(choices), explores=True).take(on)
        except Undecided as fork:
            options = fork.options
        for block in on.way:
            ways.setdefault(block, choices)
        new = set(_steps(on.way, on)) - seen
        seen |= new
        if new:
            ahead.extend((*choices, option) for option in options)
    return Explored(ways, {(block, following) for block, following, _ in seen})


FAILURES = [
    (action.identifier, error)
    for action in flow_817().actions.values()
    for error in action.errors
    if error not in RESULTS
]


def led_to(block: str) -> tuple[Flow, tuple[Choice, ...]]:
    """A flow and choices that lead to a block: where only a failure leads, that block fails."""
    if block in explored().ways:
        return flow(), explored().ways[block]
    before, error = next(one for one in FAILURES if flow().actions[one[0]].errors[one[1]] == block)
    read, choices = led_to(before)
    return failing(read, before, error), choices


def test_the_walks_come_through_every_block_and_every_branch_of_choice() -> None:
    """What stays out is what only a failure, or a deployment without a queue, leads to."""
    read, found = flow(), explored()
    assert set(read.actions) - set(found.ways) == {
        *("complaint-urgent-in-words", "complain-unspoken", "callback-unspoken", "unspoken-in-words"),
        *("no-phone-in-words", "reference-in-words", "goodbye-in-words", "trouble-no-agent"),
    }
    branches = {
        (action.identifier, following)
        for action in read.actions.values()
        for following in (
            *(condition.next for condition in action.conditions),
            *(following for error, following in action.errors.items() if error in RESULTS),
        )
    }
    assert branches - found.steps == {("trouble-has-queue", "goodbye-in-words")}


@pytest.mark.parametrize(
    # The last words of all: where they fail too, nothing is left to speak.
    ("block", "error"),
    [one for one in FAILURES if one[0] != "goodbye-in-words"],
)
async def test_a_block_that_fails_ends_no_call_in_silence(block: str, error: str) -> None:
    read, choices = led_to(block)
    on, walk = walked(failing(read, block, error)), Walk(deque(choices))
    call, turns = await walk.take(on)
    after = on.way[on.way.index(block) :]
    assert all(turns), "something is heard at once, whatever was pressed"
    assert call.state in ("ended", "transferred")
    if "trouble" in after and not block.startswith("trouble"):
        assert "trouble-recorded" in after, "a call-back is stored"
        assert call.state == "transferred", "then the caller goes on to the queue"


@pytest.mark.parametrize("block", [block for block, _ in FAILURES if block.startswith("trouble")])
async def test_trouble_itself_never_goes_in_a_circle_and_ends_in_words(block: str) -> None:
    """Nothing can be fetched, and a block of the trouble path fails too."""
    for read in (flow(), flow(queue=False)):
        on = walked(failing(read, block, next(iter(read.actions[block].errors))))
        call = Call(on, without(prompts_817(), *prompts_817().texts), Walk(deque()).invoke, None, "817")
        await call.start()
        turns = [call.take_heard()]
        while call.state == "listening":
            await call.press("")
            turns.append(call.take_heard())
        assert all(turns)
        assert max(Counter(on.way).values()) <= 3


# ---- what callers want -----------------------------------------------------------------------------------------------


@dataclass
class VoiceFunction:
    """Answers as the voice function does when all is well (docs/channels.md), and keeps what it stored."""

    stored: list[dict[str, str]] = field(default_factory=list)

    async def invoke(self, function: str, payload: bytes) -> Invocation:
        details = json.loads(payload)["Details"]
        asked = details["Parameters"]
        shown = details["ContactData"]["CustomerEndpoint"]
        number = to_e164(asked.get("phone")) or (shown and shown["Address"])
        if asked["operation"] == "greet":
            return answer(asked, known="false", open_case="false", language="")
        if not number:
            return answer(asked, outcome="no_number" if asked["operation"] == "trouble" else "need_phone")
        if asked["operation"] == "status":
            return answer(asked, outcome="told", status="in_progress", due_in="today")
        self.stored.append(asked)
        return answer(asked, outcome="stored")


@dataclass(frozen=True)
class Caller:
    """Who calls, and what is pressed at which block, each once; else the caller is silent."""

    wants: str
    keys: Mapping[str, str]
    number: str | None = CALLER

    async def call(self, flow: Flow, unreadable: Iterable[str] = ()) -> tuple[VoiceFunction, list[Heard]]:
        """What the function stored, and all that was heard. Raises AssertionError at a silence."""
        function, keys = VoiceFunction(), dict(self.keys)
        call = Call(flow, without(prompts_817(), *unreadable), function.invoke, self.number, "817")
        await call.start()
        heard: list[Heard] = []
        while True:
            new = call.take_heard()
            assert new, "silence"
            heard += new
            if call.state != "listening":
                return function, heard
            await call.press(keys.pop(new[-1].block, ""))


KEYED = "081298765432#"
CALLERS = (
    Caller("complaint", {"welcome": "1", "menu": "4", "complaint": "1"}),
    Caller("complaint", {"welcome": "2", "menu": "4", "complaint": "7"}),
    Caller(
        "complaint",
        {"welcome": "1", "menu": "4", "complaint": "3", "complain-phone": KEYED, "trouble-phone": KEYED},
        number=None,
    ),
    Caller("call-back", {"language": "2", "menu": "0"}),
    Caller("call-back", {"welcome": "1", "menu": "0", "callback-phone": KEYED, "trouble-phone": KEYED}, number=None),
    Caller("call-back", {"welcome": "1", "menu": "2", "technical-next": "0"}),
    Caller("status", {"welcome": "1", "menu": "6", "status-reference": "4830012756", "status-given-up": "0"}),
    Caller(
        "status",
        {
            "welcome": "2",
            "menu": "6",
            "status-reference": "4830012756",
            "status-phone": KEYED,
            "status-given-up": "0",
            "callback-phone": KEYED,
            "trouble-phone": KEYED,
        },
        number=None,
    ),
)


def is_served(caller: Caller, function: VoiceFunction, heard: list[Heard]) -> bool:
    told = any(one.prompt and one.prompt.endswith("/status_in_progress") for one in heard)
    return bool(function.stored) or (caller.wants == "status" and told)


@pytest.mark.parametrize("queue", [True, False], ids=["queue", "no queue"])
@pytest.mark.parametrize("caller", CALLERS, ids=lambda one: f"{one.wants} {one.number or 'withheld'} {len(one.keys)}")
async def test_whichever_prompt_cannot_be_fetched_the_caller_is_served_or_called_back(
    caller: Caller, queue: bool
) -> None:
    read = flow(queue=queue)
    function, heard = await caller.call(read)
    assert is_served(caller, function, heard)
    assert not [one for one in heard if one.prompt is None], "nothing is spoken while every prompt is there"
    played = list(dict.fromkeys(one.prompt for one in heard if one.prompt))
    for prompt in played:
        function, heard = await caller.call(read, [prompt])
        assert is_served(caller, function, heard), prompt
    function, heard = await caller.call(read, prompts_817().texts)
    assert is_served(caller, function, heard)
    assert [asked["operation"] for asked in function.stored] == ["trouble"]


@pytest.mark.parametrize("caller", CALLERS, ids=lambda one: f"{one.wants} {one.number or 'withheld'} {len(one.keys)}")
async def test_whichever_block_fails_the_caller_is_served_or_called_back(caller: Caller) -> None:
    on = walked(flow())
    await caller.call(on)
    for block in dict.fromkeys(on.way):
        for error in set(on.actions[block].errors) - RESULTS:
            function, heard = await caller.call(failing(flow(), block, error))
            assert is_served(caller, function, heard), block


async def test_what_was_chosen_goes_with_the_call_back() -> None:
    lost, *_ = (one for one in CALLERS if one.keys.get("complaint") == "7")
    function, _ = await lost.call(failing(flow(), "complain", "NoMatchingError"))
    (kept,) = function.stored
    assert {name: kept[name] for name in ("operation", "language", "category", "priority")} == {
        "operation": "trouble",
        "language": "en",
        "category": "sim",
        "priority": "urgent",
    }
