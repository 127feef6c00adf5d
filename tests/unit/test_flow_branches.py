"""Every branch of every block of the flows that deploy is taken: no call ends there in silence, and none goes in a
circle. The function is a stand-in that answers as it may; with the real one, see tests/integration/test_calls.py.
"""

import json
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

import pytest

from local.cloudformation.stack import Invocation
from local.phone import call as phone_call
from local.phone.call import Call
from local.phone.flow import Action
from tests.integration.phone_script import QUEUE, Agents, flows, prompts

CALLER = "+6281200000001"
ENDS = {"DisconnectParticipant", "EndFlowExecution"}
MOST_TURNS = 12


@dataclass
class Function:
    """Answers each step with a question, then ends the call; or fails."""

    fails: bool = False
    asked: list[str] = field(default_factory=list)

    async def invoke(self, function: str, payload: bytes) -> Invocation:
        parameters = json.loads(payload)["Details"]["Parameters"]
        self.asked.append(parameters["operation"])
        if self.fails:
            return Invocation(b"{}", "Unhandled", "request", 1.0)
        step = {"next_step": str(int(parameters["step"] or "1") + 1)}
        if parameters["operation"] == "trouble":
            answer = {**step, "outcome": "stored", "reference": "4830012756"}
        else:
            over = len(self.asked) > 3
            answer = {
                **step,
                "state": "e30",
                "language": "id",
                "reference": "none",
                "number": CALLER,
                "recorded": "true",
                "pieces": "1",
                "say_1": "goodbye" if over else "one_moment",
                "ask": "menu",
                "listen": "end" if over else "key",
            }
        return Invocation(json.dumps(answer).encode(), None, "request", 1.0)


def branches(action: Action) -> Iterator[tuple[str, str]]:
    """The names of a block's branches, as a call's ``outcomes`` has them, and where they lead."""
    if action.next and action.type not in ENDS:
        yield "next", action.next
    yield from action.errors.items()
    for condition in action.conditions:
        yield condition.operands[0], condition.next


@cache
def ways(name: str) -> dict[str, list[tuple[str, str]]]:
    """For each block of a flow the branches by which the shortest way leads there."""
    flow = flows()[name]
    found: dict[str, list[tuple[str, str]]] = {flow.start: []}
    ahead = deque([flow.start])
    while ahead:
        block = ahead.popleft()
        for branch, target in branches(flow.actions[block]):
            if target not in found:
                found[target] = [*found[block], (block, branch)]
                ahead.append(target)
    return found


def every_branch() -> Iterator[tuple[str, str, str]]:
    for name, flow in sorted(flows().items()):
        for block, action in flow.actions.items():
            for branch, _ in branches(action):
                yield name, block, branch


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phone_call, "SECONDS_BETWEEN_TRIES", 0.0)


async def call_by(name: str, block: str, branch: str, function: Function) -> Call:
    """A call that takes this branch, and what follows when the caller is silent from then on."""
    made = flows()
    outcomes: dict[str, list[str]] = {}
    for one, taken in [*ways(name)[block], (block, branch)]:
        outcomes.setdefault(one, []).append(taken)
    call = Call(made[name], prompts(), function.invoke, CALLER, "817", flows=made, outcomes=outcomes, queue=Agents(1))
    call.contact.queue = QUEUE
    call.contact.attributes["language"] = "id"
    await call.start()
    for _ in range(MOST_TURNS):
        if call.waits_for:
            await call.press("")
    return call


PARTS = sorted({(name, block) for name, block, _ in every_branch()})


@pytest.mark.parametrize(("name", "block"), PARTS, ids=[f"{name}-{block}" for name, block in PARTS])
async def test_every_branch_leads_on(name: str, block: str) -> None:
    action = flows()[name].actions[block]
    for branch, target in branches(action):
        call = await call_by(name, block, branch, Function())
        assert (block, branch) in call.way, f"{branch}: {call.way}"
        following = call.steps[[(one.block, one.branch) for one in call.steps].index((block, branch)) + 1 :]
        assert following or call.waits_for or call.state in ("queued", "ended"), branch
        if following:
            assert following[0].block == target, branch
        assert call.state in ("ended", "queued") or call.waits_for, f"{branch}: {call.state}"


def test_all_branches_are_taken(request: pytest.FixtureRequest) -> None:
    """How many there are of each flow: the tests above take each of them."""
    counted = Counter(name for name, _, _ in every_branch())
    reachable = {name: set(ways(name)) for name in flows()}
    assert {name: len(flow.actions) for name, flow in flows().items()} == {n: len(r) for n, r in reachable.items()}
    assert set(counted) == {"817", "queue", "survey", "whisper"}
    assert counted["817"] > 300


LAMBDAS = sorted(
    (name, block) for name, flow in flows().items() for block, one in flow.actions.items() if "Lambda" in one.type
)


@pytest.mark.parametrize(("name", "block"), LAMBDAS)
async def test_where_no_function_answers_somebody_or_something_does(name: str, block: str) -> None:
    """From each of its blocks on the function is dead: the caller hears so, and waits for a person."""
    function = Function()
    made = flows()
    outcomes: dict[str, list[str]] = {}
    for one, taken in ways(name)[block]:
        outcomes.setdefault(one, []).append(taken)
    function.fails = True
    call = Call(made[name], prompts(), function.invoke, CALLER, "817", flows=made, outcomes=outcomes, queue=Agents(1))
    call.contact.queue = QUEUE
    call.contact.attributes["language"] = "id"
    call.contact.attributes["queue"] = QUEUE
    await call.start()
    for _ in range(MOST_TURNS):
        if call.waits_for:
            await call.press("")
    assert call.take_heard(), "something is said"
    assert call.state == ("ended" if name == "survey" else "queued")
