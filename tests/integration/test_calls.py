"""Every scripted call of tests/calls, played on the flows that are deployed and the functions themselves."""

from pathlib import Path

import pytest

from local.phone import call as phone_call
from tests.integration.phone_script import CALLS, Script, chooses_a_language, in_the_other_language, lines_of
from tests.integration.stage import Stage

IN_BOTH = [script for script in CALLS if chooses_a_language(script)]


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phone_call, "SECONDS_BETWEEN_TRIES", 0.0)


@pytest.mark.parametrize("script", CALLS, ids=lambda script: script.stem)
async def test_the_call_goes_as_scripted(script: Path, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await Script(stage, monkeypatch, script.name).play(lines_of(script))


@pytest.mark.parametrize("script", IN_BOTH, ids=lambda script: script.stem)
async def test_it_goes_the_same_way_in_the_other_language(
    script: Path, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Script(stage, monkeypatch, script.name).play(in_the_other_language(lines_of(script)))
