"""The flows keep our own rules, beyond those of Connect's flow language and of the house (test_flow_validate.py)."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from care.reading.triage import read as read_text
from care.words import Language
from flows import build
from flows.prompts import make
from local.phone.flow import PATH
from local.phone.prompts import plain
from local.phone.validate import prompt_problems, prompts_of, targets
from tests.unit.making import POLICY

ROOT = Path(__file__).parents[2]
FLOWS = sorted((ROOT / "flows").glob("*.json"))
PROMPTS = ROOT / "flows/prompts"
# Amazon Polly's voices for English that have a neural engine ("Available voices").
ENGLISH_VOICES = frozenset({"Amy", "Arthur", "Brian", "Emma", "Danielle", "Gregory", "Joanna", "Matthew", "Olivia"})
ASKING = "GetParticipantInput"
INVOKING = "InvokeLambdaFunction"


def read(path: Path) -> dict[str, Any]:
    flow: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return flow


each = pytest.mark.parametrize("flow", [read(path) for path in FLOWS], ids=[path.stem for path in FLOWS])


def block(flow: dict[str, Any], identifier: str) -> dict[str, Any]:
    return next(action for action in flow["Actions"] if action["Identifier"] == identifier)


def of_type(flow: dict[str, Any], type_: str) -> Iterator[dict[str, Any]]:
    return (action for action in flow["Actions"] if action["Type"] == type_)


@pytest.mark.parametrize("name", build.FLOWS)
def test_the_files_are_what_is_built(name: str) -> None:
    assert (ROOT / f"flows/{name}.json").read_text(encoding="utf-8") == build.FLOWS[name]().write(), "run make flows"


@each
def test_every_prompt_it_names_is_recorded_and_written(flow: dict[str, Any]) -> None:
    assert prompt_problems(flow, PROMPTS) == []


@each
def test_every_invocation_tells_its_step_and_the_answer_counts_it_on(flow: dict[str, Any]) -> None:
    for action in of_type(flow, INVOKING):
        given = action["Parameters"]["LambdaInvocationAttributes"]
        assert (given["step"], given["state"]) == ("$.Attributes.step", "$.Attributes.state")
        ahead, reached = [action["Transitions"]["NextAction"]], set[str]()
        while ahead and "keep" not in reached and "trouble-outcome" not in reached:
            name = ahead.pop()
            reached.add(name)
            assert block(flow, name)["Type"] != INVOKING, f"{action['Identifier']} is not counted before {name}"
            ahead += targets(block(flow, name))[:1]
    if any(of_type(flow, INVOKING)):
        assert block(flow, "keep")["Parameters"]["Attributes"]["step"] == "$.External.next_step"


@each
def test_what_is_keyed_reaches_the_function_with_the_flow_log_off(flow: dict[str, Any]) -> None:
    """Connect's flow log has the parameters of each block; what was keyed before counts no more."""
    private = {a["Identifier"] for a in flow["Actions"] if a["Parameters"].get("StoreInput") == "True"}
    private |= {a["Identifier"] for a in of_type(flow, INVOKING) if "$.StoredCustomerInput" in json.dumps(a)}
    start = (flow["StartAction"], "Disabled", "False")
    reached, ahead = set[tuple[str, str, str]](), [start]
    while ahead:
        name, log, buffer = ahead.pop()
        if (name, log, buffer) in reached:
            continue
        reached.add((name, log, buffer))
        parameters = block(flow, name)["Parameters"]
        log = parameters.get("FlowLoggingBehavior", log)
        buffer = parameters.get("EnableDTMFBuffer", buffer)
        ahead += [(target, log, buffer) for target in targets(block(flow, name))]
    assert {(name, log) for name, log, _ in reached if name in private} == {(name, "Disabled") for name in private}
    digits = {name for name in private if name.startswith("digits-")}
    assert {(name, buffer) for name, _, buffer in reached if name in digits} == {(name, "False") for name in digits}


@each
def test_what_is_spoken_is_english_by_an_english_voice(flow: dict[str, Any]) -> None:
    """Amazon Polly speaks no Indonesian, and what an instance speaks by default is its own matter."""
    spoken = {}
    for action in flow["Actions"]:
        for one in (action["Parameters"], *action["Parameters"].get("Messages", ())):
            if text := one.get("Text") or plain(one.get("SSML", "")):
                spoken[action["Identifier"]] = text
    for name, text in spoken.items():
        for sentence in re.split(r"(?<=\.) ", PATH.sub("7", text)):
            if len(sentence.split()) > 1:
                assert read_text(sentence).language is Language.ENGLISH, f"{name}: {sentence}"
    voices = list(of_type(flow, "UpdateContactTextToSpeechVoice"))
    if spoken:
        (voice,) = voices
        assert voice["Parameters"]["TextToSpeechVoice"] in ENGLISH_VOICES
        assert targets(block(flow, flow["StartAction"])) == ["speech"], "nothing is spoken before the voice is set"


def test_where_recordings_fail_the_way_on_needs_none() -> None:
    """Save for one that says so to who can still hear one."""
    flow = read(ROOT / "flows/817.json")
    ahead, reached = ["trouble"], set[str]()
    while ahead:
        name = ahead.pop()
        reached.add(name)
        ahead += [target for target in targets(block(flow, name)) if target not in reached]
    playing = {name for name in reached if list(prompts_of(block(flow, name)))}
    assert playing == {"trouble-stored"}
    assert "hang-up" in reached


def test_nobody_is_told_that_anything_is_closed() -> None:
    texts = (PROMPTS / "texts.toml").read_text(encoding="utf-8").lower()
    for word in ("layanan kami tutup", "sedang tutup", "di luar jam", "we are closed", "outside our hours"):
        assert word not in texts
    assert not [one for path in FLOWS for one in of_type(read(path), "CheckHoursOfOperation")]


def test_the_hours_of_calls_are_those_of_the_policy() -> None:
    rules = POLICY.satisfaction
    assert (rules.quiet_until, rules.quiet_from) == (8, 21)
    text = make.tables("texts")["callback_hours"]
    assert "delapan pagi" in text["id"]
    assert "sembilan malam" in text["id"]
    assert "eight in the morning" in text["en"]
    assert "nine in the evening" in text["en"]
