"""A call on which things go wrong: answers that are lost, a caller who hangs up wherever it may be, prompts that cannot
be fetched. What the store has afterwards is exactly what was said.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from local.cloudformation.stack import Invocation
from local.phone import call as phone_call
from tests.integration.phone_script import Agents, Script, flows
from tests.integration.stage import Stage
from tests.unit.making import REFERENCE

AGENTS = {"staffed": 1, "free": 0, "waiting": 2}
# Ways through the call that together come to every block of the flow but those of trouble.
TOURS: dict[str, tuple[str, ...]] = {
    "complaint": ("1", "4", "1", "1", "60231#"),
    "spoken": ("1", "4", "8", "3", "1", "#"),
    "urgent": ("2", "9", "1", "1", "1"),
    "suggestion": ("1", "5", "1", "#"),
    "status": ("1", "6", REFERENCE, "081700000001#"),
    "guide": ("2", "2", "1", "2", "1"),
    "call back": ("1", "0", "2"),
    "waiting": ("1", "0", "1", "1"),
    "silence": ("", "", "", "8", "*", "0"),
    "keys": ("1", "7", "#", "3", "5", "6"),
}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phone_call, "SECONDS_BETWEEN_TRIES", 0.0)


@dataclass
class Lossy(Script):
    """The function does all it is asked; of these invocations Connect does not get the answer."""

    lost: frozenset[int] = frozenset()
    invoked: int = 0
    answers: list[bytes] = field(default_factory=list)

    async def invoke(self, function: str, payload: bytes) -> Invocation:
        done = await super().invoke(function, payload)
        self.invoked += 1
        if self.invoked in self.lost:
            return Invocation(b"{}", "Timeout", "request", 1.0)
        self.answers.append(done.payload)
        return done


async def tour(script: Script, keys: Sequence[str]) -> None:
    await script.play([f"agents {' '.join(f'{name}={value}' for name, value in AGENTS.items())}", "dials"], heard=False)
    call = script.call
    assert call is not None
    for pressed in keys:
        if call.waits_for:
            await call.press(pressed)


def entries(stage: Stage) -> list[str]:
    return [item["sk"]["S"] for item in stage.items("CONTACT#", "ENTRY#")]


@pytest.mark.parametrize("name", ["complaint", "spoken", "urgent", "suggestion", "call back"])
@pytest.mark.parametrize("lost", range(1, 7))
async def test_an_answer_that_is_lost_is_given_again_and_nothing_is_stored_twice(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, name: str, lost: int
) -> None:
    script = Lossy(stage, monkeypatch, name, lost=frozenset({lost}))
    await tour(script, TOURS[name])
    assert len(stage.items("CONTACT#", "CONTACT")) == 1
    assert len(stage.items("CASE#", "CASE")) == 1
    assert len(entries(stage)) == len(script.answers), "an entry a step, however often Connect asked for it"


async def test_where_every_answer_is_lost_three_times_it_is_the_same_call(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Connect asks four times in all within its eight seconds."""
    lost = frozenset(number for number in range(1, 30) if number % 4)
    script = Lossy(stage, monkeypatch, "complaint", lost=lost)
    await tour(script, TOURS["complaint"])
    (case,) = stage.items("CASE#", "CASE")
    assert case["category"]["S"] == "network"
    assert len(entries(stage)) == len(script.answers) == 6


async def test_the_tours_come_everywhere_but_into_trouble(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = Counter[str]()
    for name, keys in TOURS.items():
        script = Script(stage, monkeypatch, name)
        await tour(script, keys)
        assert script.call is not None
        seen.update(step.block for step in script.call.steps)
    left = {block for block in flows()["817"].actions if block not in seen}
    rare = {"bye-in-words", "hang-up", "full", "begin-sorry", "message-off", "unsaid", "unsaid-reference", "unreached"}
    rare |= {"turn-again", "turn-sorry", "turn-digits-again", "turn-digits-sorry", "digits-6", "digits-4"}
    pieces = {block for block in left if block.startswith(("say-", "more-"))}
    assert {block for block in left - rare - pieces if not block.startswith("trouble")} == set()


@pytest.mark.parametrize("name", TOURS)
async def test_hanging_up_at_any_block_loses_nothing_and_doubles_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """At each block that this tour comes to, in a call of its own from a number of its own."""
    whole = Script(stage, monkeypatch, name, caller="+6281700000100")
    await tour(whole, TOURS[name])
    assert whole.call is not None
    way = dict.fromkeys(block for block, _ in whole.call.way if not block.startswith(("say-", "more-", "key-")))
    for number, block in enumerate(way):
        caller = f"+62817{1_000_000 + number}"
        script = Script(stage, monkeypatch, f"{name} {block}", caller=caller, leaves=[block])
        before = len(stage.items("CASE#", "CASE"))
        await tour(script, TOURS[name])
        assert script.call is not None
        assert script.call.state == "ended", block
        stored = len(stage.items("CASE#", "CASE"))
        await script.play(["afterwards"], heard=False)
        cases = [case for case in stage.items("CASE#", "CASE") if case["contact_id"]["S"] == script.call.call_id]
        assert stored - before <= len(cases) <= (2 if name == "urgent" else 1), block
        contacts = stage.items(f"CONTACT#{script.call.call_id}", "CONTACT")
        assert len(contacts) == 1, block
        assert "ended_at" in contacts[0]["call"]["M"], block
        category_said = name == "complaint" and list(way).index(block) > list(way).index("turn") + 8
        if category_said and script.call.attributes.get("step", "1") >= "4":
            assert len(cases) == 1, f"{block}: the complaint was begun"


@pytest.mark.parametrize("name", TOURS)
async def test_where_no_prompt_can_be_fetched_a_person_calls_back(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    script = Script(stage, monkeypatch, name)
    script.unreadable = ["*"]
    await tour(script, TOURS[name])
    (case,) = stage.items("CASE#", "CASE")
    assert case["summary"]["S"] == "Perlu ditelepon petugas: panggilan terputus karena gangguan kami"
    heard = [one.block for one in script.call.take_heard()] if script.call else []
    assert heard[0] == "trouble"
    assert Agents(**AGENTS).waiting == 2
