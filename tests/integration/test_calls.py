"""Every scripted call of tests/calls, played on the flows that are deployed and the functions themselves."""

from pathlib import Path

import pytest

from local.phone import call as phone_call
from tests.integration.phone_script import CALLS, Script
from tests.integration.stage import Stage


@pytest.mark.parametrize("script", CALLS, ids=lambda script: script.stem)
async def test_the_call_goes_as_scripted(script: Path, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phone_call, "SECONDS_BETWEEN_TRIES", 0.0)
    lines = script.read_text(encoding="utf-8").partition("\n\n")[2].splitlines()
    await Script(stage, monkeypatch, script.name).play(lines)
