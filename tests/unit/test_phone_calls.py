"""Every scripted call, played on the flow that is deployed (tests/unit/calls/)."""

import random
from pathlib import Path

import pytest

from local.phone import call as phone_call
from local.phone.call import Call
from tests.unit.phone_script import CALLS, ScriptedFunction, flow_817, play, prompts_817

KEYS = [*"0123456789*#", "", "4830012756", "081200000001#"]
ANSWERS = [
    "outcome=stored reference=4830012756",
    "outcome=need_phone",
    "outcome=invalid_phone",
    "outcome=no_number",
    "outcome=told status=open due_in=hours",
    "outcome=told status=closed due_in=",
    "outcome=told status=unheard-of due_in=some-day",
    "outcome=not_found",
    "outcome=too_many",
    "outcome=unheard-of",
    "nonsense",
    "fails",
]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phone_call, "SECONDS_BETWEEN_TRIES", 0.0)


@pytest.mark.parametrize("script", CALLS, ids=lambda script: script.stem)
async def test_the_call_goes_as_scripted(script: Path) -> None:
    await play(script)


@pytest.mark.parametrize("seed", range(40))
async def test_whatever_is_pressed_and_answered_the_caller_hears_something(seed: int) -> None:
    choose = random.Random(seed)
    function = ScriptedFunction()
    for operation in ("greet", "complain", "callback", "status", "trouble"):
        function.answers[operation].extend(choose.choice(ANSWERS).split() for _ in range(200))
    call = Call(flow_817(), prompts_817(), function.invoke, None, "817")
    await call.start()
    for _ in range(60):
        assert call.take_heard(), f"silence at {call.attributes}"
        if call.state != "listening":
            break
        waits_for = call.waits_for
        assert waits_for is not None
        keys = choose.choice(KEYS)
        await call.press(keys if waits_for.max_digits > 1 else keys[:1])
