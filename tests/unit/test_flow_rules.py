"""The flows keep the rules of Connect's flow language, and our own."""

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from care.reading.triage import read as read_text
from care.words import Language
from local.phone.flow import PATH
from local.phone.validate import problems, prompt_problems, prompts_of, targets

ROOT = Path(__file__).parents[2]
FLOWS = sorted((ROOT / "flows").glob("*.json"))
PROMPTS = ROOT / "flows/prompts"
# Amazon Polly's voices for English that have a neural engine ("Available voices").
ENGLISH_VOICES = frozenset({"Amy", "Arthur", "Brian", "Emma", "Danielle", "Gregory", "Joanna", "Matthew", "Olivia"})


def read(path: Path) -> dict[str, Any]:
    flow: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return flow


@pytest.fixture
def flow() -> dict[str, Any]:
    return read(ROOT / "flows/817.json")


def block(flow: dict[str, Any], identifier: str) -> dict[str, Any]:
    return next(action for action in flow["Actions"] if action["Identifier"] == identifier)


@pytest.mark.parametrize("path", FLOWS, ids=lambda path: path.stem)
def test_connect_would_take_the_flow(path: Path) -> None:
    assert problems(read(path)) == []


def test_every_prompt_is_recorded_and_written_in_both_languages(flow: dict[str, Any]) -> None:
    assert prompt_problems(flow, PROMPTS) == []


def test_recordings_are_what_connect_plays() -> None:
    for path in PROMPTS.rglob("*.wav"):
        header = path.read_bytes()[:36]
        encoding, channels = header[20:22], header[22:24]
        samples_a_second = int.from_bytes(header[24:28], "little")
        assert (encoding, channels, samples_a_second) == (b"\x07\x00", b"\x01\x00", 8000), path


def test_every_invocation_tells_its_step_and_takes_the_next(flow: dict[str, Any]) -> None:
    for action in flow["Actions"]:
        if action["Type"] != "InvokeLambdaFunction":
            continue
        given = action["Parameters"]["LambdaInvocationAttributes"]
        assert given["step"] == "$.Attributes.step"
        assert given["language"] == "$.Attributes.language"
        following = block(flow, action["Transitions"]["NextAction"])
        assert following["Parameters"]["Attributes"]["step"] == "$.External.next_step"


def test_an_unreachable_function_is_never_the_end_in_silence(flow: dict[str, Any]) -> None:
    """From the error branch of every function block something is said before anything else can happen."""
    for action in flow["Actions"]:
        if action["Type"] != "InvokeLambdaFunction":
            continue
        ahead = [action["Transitions"]["Errors"][0]["NextAction"]]
        while ahead:
            following = block(flow, ahead.pop())
            if following["Type"] in ("MessageParticipant", "GetParticipantInput"):
                continue
            assert following["Type"] == "Loop", f"{action['Identifier']} fails into {following['Identifier']}"
            ahead += targets(following)


def test_phone_numbers_are_keyed_with_the_flow_log_off(flow: dict[str, Any]) -> None:
    asking = [a for a in flow["Actions"] if "phone" in "".join(prompts_of(a)) and a["Type"] == "GetParticipantInput"]
    assert len(asking) == 3
    for action in asking:
        before = [a for a in flow["Actions"] if action["Identifier"] in targets(a) and a["Type"] != "Loop"]
        assert [a["Parameters"] for a in before] == [{"FlowLoggingBehavior": "Disabled"}]


def test_a_number_that_was_keyed_reaches_the_function_with_the_flow_log_off(flow: dict[str, Any]) -> None:
    """Connect's flow log has the parameters of each block."""
    given = [a["Identifier"] for a in flow["Actions"] if "$.StoredCustomerInput" in json.dumps(a["Parameters"])]
    invoking = {name for name in given if block(flow, name)["Type"] == "InvokeLambdaFunction"}
    assert len(invoking) == 4
    reached, ahead = set(), [(flow["StartAction"], "Disabled")]
    while ahead:
        name, log = ahead.pop()
        if (name, log) in reached:
            continue
        reached.add((name, log))
        log = block(flow, name)["Parameters"].get("FlowLoggingBehavior", log)
        ahead += [(target, log) for target in targets(block(flow, name))]
    assert {(name, log) for name, log in reached if name in invoking} == {(name, "Disabled") for name in invoking}


def test_what_is_spoken_is_english_by_an_english_voice(flow: dict[str, Any]) -> None:
    """Amazon Polly speaks no Indonesian, and what an instance speaks by default is its own matter."""
    spoken = {a["Identifier"]: a["Parameters"]["Text"] for a in flow["Actions"] if "Text" in a["Parameters"]}
    assert len(spoken) >= 10
    for name, text in spoken.items():
        for sentence in re.split(r"(?<=\.) ", PATH.sub("7", text)):
            if len(sentence.split()) > 1:
                assert read_text(sentence).language is Language.ENGLISH, f"{name}: {sentence}"
    (voice,) = (a for a in flow["Actions"] if a["Type"] == "UpdateContactTextToSpeechVoice")
    assert voice["Parameters"]["TextToSpeechVoice"] in ENGLISH_VOICES
    first = block(flow, flow["StartAction"])
    assert targets(first) == [voice["Identifier"]], "nothing is spoken before the voice is set"


def test_trouble_plays_no_recording(flow: dict[str, Any]) -> None:
    ahead, reached = ["trouble"], set()
    while ahead:
        name = ahead.pop()
        reached.add(name)
        assert not list(prompts_of(block(flow, name))), f"{name} plays a recording"
        ahead += [target for target in targets(block(flow, name)) if target not in reached]
    assert "hang-up" in reached


def test_silence_in_a_storing_block_is_looked_for(flow: dict[str, Any]) -> None:
    for action in flow["Actions"]:
        if action["Parameters"].get("StoreInput") == "True":
            following = block(flow, action["Transitions"]["NextAction"])
            assert following["Parameters"] == {"ComparisonValue": "$.StoredCustomerInput"}
            assert following["Transitions"]["Conditions"][0]["Condition"]["Operands"] == ["Timeout"]


MISTAKES: list[tuple[str, Callable[[dict[str, Any]], Any]]] = [
    (
        "menu: leads to 'nowhere', which is no block.",
        lambda b: b["menu"]["Transitions"].update(NextAction="nowhere"),
    ),
    ("menu: needs a branch for InputTimeLimitExceeded.", lambda b: b["menu"]["Transitions"]["Errors"].pop(0)),
    ("greet: PlayPrompt is no type that is known here.", lambda b: b["greet"].update(Type="PlayPrompt")),
    ("greet: needs a branch for NoMatchingError.", lambda b: b["greet"]["Transitions"]["Errors"].clear()),
    (
        "greet: InvocationTimeLimitSeconds is 8, not text.",
        lambda b: b["greet"]["Parameters"].update(InvocationTimeLimitSeconds=8),
    ),
    (
        "main: FlowLoggingBehavior is '', not text.",
        lambda b: b["main"]["Parameters"].update(FlowLoggingBehavior=""),
    ),
    (
        "menu-again: needs a branch for DoneLooping.",
        lambda b: b["menu-again"]["Transitions"]["Conditions"].pop(),
    ),
    (
        "hang-up: ends the flow, so it leads nowhere.",
        lambda b: b["hang-up"]["Transitions"].update(NextAction="menu"),
    ),
    (
        "goodbye: needs exactly one of Text, SSML, PromptId and Media.",
        lambda b: b["goodbye"]["Parameters"].update(Text="a"),
    ),
    (
        "status-reference: never has the error InputTimeLimitExceeded.",
        lambda b: b["status-reference"]["Transitions"]["Errors"].append(
            {"ErrorType": "InputTimeLimitExceeded", "NextAction": "menu"}
        ),
    ),
    ("greet-known: no way leads here.", lambda b: b["is-known"]["Transitions"]["Conditions"].clear()),
    (
        "wrong/name: not a name that Connect takes.",
        lambda b: b["greet-known"].update(Identifier="wrong/name"),
    ),
]


@pytest.mark.parametrize(("problem", "make"), MISTAKES, ids=[problem for problem, _ in MISTAKES])
def test_a_mistake_is_named(flow: dict[str, Any], problem: str, make: Callable[[dict[str, Any]], Any]) -> None:
    broken = copy.deepcopy(flow)
    make({action["Identifier"]: action for action in broken["Actions"]})
    assert problem in problems(broken)


def test_a_missing_or_forgotten_recording_is_named(flow: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "texts.json").write_text('{"id/old": "Lama"}', encoding="utf-8")
    found = prompt_problems(flow, tmp_path)
    assert "both/welcome: no recording." in found
    assert "en/digits/7/said: no text." in found
    assert "id/old: never played." in found
