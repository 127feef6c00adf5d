"""The validator takes every sound flow, names what is wrong with a broken one, and stumbles over nothing.

The samples in `flow_samples.py` and the faults in `flow_faults.py` are ours, written from the rules: that they are told
apart says nothing about flows of others.
"""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.phone.rules import KINDS, RULES
from local.phone.validate import house_problems, main, problems, prompt_problems, prompts_of, targets, warnings
from tests.unit.flow_faults import FAULTS, GONE, Fault
from tests.unit.flow_samples import (
    AUDIO,
    CALLBACK,
    END,
    INPUT_ERRORS,
    LAMBDA,
    MENU,
    SOUND,
    THIRD,
    THIRD_ERRORS,
    Json,
    block,
    flow,
    single,
)

FLOWS = sorted((Path(__file__).parents[2] / "flows").glob("*.json"))
AFTER_TALK = {"survey"}


def changed(sample: Json, where: str, value: Any) -> Json:
    """The flow with one part of it replaced, added to the end of a list, or taken away."""
    broken = copy.deepcopy(sample)
    place: Any = broken
    if where.startswith("/"):
        *steps, last = where[1:].split("/")
    else:
        place = next(action for action in broken["Actions"] if action["Identifier"] == "here")
        *steps, last = where.split(".")
    for step in steps:
        place = place[int(step) if isinstance(place, list) else step]
    if isinstance(place, list):
        place[int(last) : int(last) + 1] = [] if value is GONE else [value]
    elif value is GONE:
        del place[last]
    else:
        place[last] = value
    return broken


@pytest.mark.parametrize("sample", SOUND.values(), ids=SOUND)
def test_a_sound_flow_is_taken(sample: Json) -> None:
    assert problems(sample) == []


def test_every_type_of_block_has_a_sound_flow() -> None:
    assert {action["Type"] for sample in SOUND.values() for action in sample["Actions"]} == set(RULES)


@pytest.mark.parametrize("fault", FAULTS, ids=[f"{fault.sample}-{fault.where}-{fault.problem}" for fault in FAULTS])
def test_a_fault_is_named(fault: Fault) -> None:
    found = problems(changed(SOUND[fault.sample], fault.where, fault.value))
    assert fault.problem in found


def test_there_are_as_many_samples_as_are_claimed() -> None:
    assert len(SOUND) >= 60
    assert len({(fault.sample, fault.where, repr(fault.value)) for fault in FAULTS}) == len(FAULTS) >= 150


def test_too_many_blocks_are_counted() -> None:
    many = [block(f"b{number}", "UpdateFlowLoggingBehavior", following="end") for number in range(250)]
    assert "251 blocks; Connect takes 250." in problems(flow(*many, END))


@pytest.mark.parametrize(
    ("sample", "kind"),
    [
        ("to a queue", "CUSTOMER_WHISPER"),
        ("to a queue", "AGENT_HOLD"),
        ("to a queue", "CUSTOMER_QUEUE"),
        ("to a flow", "OUTBOUND_WHISPER"),
        ("end at once", "CUSTOMER_HOLD"),
        ("end at once", "AGENT_WHISPER"),
        ("message", "CUSTOMER_HOLD"),
        ("waiting music", "CONTACT_FLOW"),
        ("out of the queue", "CONTACT_FLOW"),
        ("callback number", "AGENT_WHISPER"),
        ("streaming", "CUSTOMER_HOLD"),
        ("module without Settings", "CONTACT_FLOW"),
    ],
)
def test_a_block_in_the_wrong_kind_of_flow_is_named(sample: str, kind: str) -> None:
    type_ = next(action["Type"] for action in SOUND[sample]["Actions"] if action["Identifier"] in ("here", "end"))
    found = problems(SOUND[sample], kind)
    assert any(problem.endswith(f"{type_} cannot stand in a flow of the kind {kind}.") for problem in found)


@pytest.mark.parametrize(
    ("sample", "kind"),
    [
        ("to a queue", "CONTACT_FLOW"),
        ("to a queue", "QUEUE_TRANSFER"),
        ("waiting music", "CUSTOMER_HOLD"),
        ("message", "AGENT_WHISPER"),
        ("end of a flow", "CUSTOMER_WHISPER"),
        ("module", "MODULE"),
        ("logging", "CUSTOMER_HOLD"),
    ],
)
def test_a_block_in_its_kind_of_flow_is_taken(sample: str, kind: str) -> None:
    assert [problem for problem in problems(SOUND[sample], kind) if problem.startswith("here")] == []


def test_settings_make_a_module() -> None:
    assert problems(SOUND["module without Settings"], "MODULE") == ["A module needs Settings."]
    assert "Only a module has Settings." in problems(SOUND["logging"] | {"Settings": {}}, "CONTACT_FLOW")
    assert "here: DequeueContactAndTransferToQueue" not in str(problems(SOUND["out of the queue"] | {"Settings": {}}))


def test_what_is_only_strange_is_a_warning() -> None:
    assert warnings(SOUND["unreachable block"]) == ["here: no way leads here."]
    assert warnings(changed(SOUND["logging"], "Comment", "to do")) == ["here: Comment means nothing."]
    assert warnings(changed(SOUND["logging"], "/name", "main")) == ["name means nothing in a flow."]
    assert warnings(SOUND["retry of a menu"]) == []


def test_ways_are_told() -> None:
    assert targets(SOUND["retry of a menu"]["Actions"][1]) == ["end", "here", "end"]
    assert targets(END) == targets(None) == []


# Our own rules

SAY = {"Text": "We are sorry."}
TO_QUEUE = block("queue", "TransferContactToQueue", {}, "end", {"QueueAtCapacity": "end", "NoMatchingError": "end"})


def failing_into(*actions: Json) -> Json:
    """A flow that asks a function, whose error leads to the first of these blocks."""
    function = block("function", "InvokeLambdaFunction", LAMBDA, "end", {"NoMatchingError": actions[0]["Identifier"]})
    return flow(function, *actions, TO_QUEUE, END)


def at_hours(opened: str, closed: str, failed: str, *actions: Json) -> Json:
    conditions = [("Equals", "True", opened), ("Equals", "False", closed)]
    hours = block("hours", "CheckHoursOfOperation", {}, opened, {"NoMatchingError": failed}, conditions)
    callback = block("callback", "CreateCallbackContact", CALLBACK, "end", {"NoMatchingError": "end"})
    return flow(hours, *actions, TO_QUEUE, callback, END)


def without_unreached(flow_: Json) -> list[str]:
    return [problem for problem in house_problems(flow_) if "no way leads here" not in problem]


def test_a_failing_function_that_is_told_and_leads_to_a_person_is_ours() -> None:
    assert house_problems(failing_into(block("sorry", "MessageParticipant", SAY, "queue"))) == []


@pytest.mark.parametrize(
    ("flow_", "problem"),
    [
        (
            failing_into(block("sorry", "MessageParticipant", SAY, "end")),
            "function: reaches no person when its function fails: no queue, no call-back.",
        ),
        (
            failing_into(TO_QUEUE | {"Identifier": "at once"}),
            "function: goes to at once when its function fails, before anything is said.",
        ),
        (
            failing_into(
                block("quiet", "UpdateFlowLoggingBehavior", {"FlowLoggingBehavior": "Disabled"}, "again"),
                block("again", "InvokeLambdaFunction", LAMBDA, "end", {"NoMatchingError": "queue"}),
            ),
            "function: goes to again when its function fails, before anything is said.",
        ),
        (
            flow(block("function", "InvokeLambdaFunction", LAMBDA, "end"), END),
            "function: has no way on when its function fails.",
        ),
        (
            at_hours("queue", "closed", "queue", block("closed", "MessageParticipant", SAY, "end")),
            "hours: Equals False can end in goodbye at end without a person, a call-back or a function.",
        ),
        (
            at_hours("queue", "callback", "end"),
            "hours: NoMatchingError can end in goodbye at end without a person, a call-back or a function.",
        ),
        (SOUND["unreachable block"], "here: no way leads here."),
        (
            single("TransferParticipantToThirdParty", THIRD, THIRD_ERRORS),
            "here: goes to '+62812000000', which is no free number.",
        ),
        (
            single(
                "TransferParticipantToThirdParty", {**THIRD, "ThirdPartyPhoneNumber": "$.Attributes.n"}, THIRD_ERRORS
            ),
            "here: goes to '$.Attributes.n', which is no free number.",
        ),
        (
            single("CompleteOutboundCall", {"CallerId": {"Number": "+62812000000"}}),
            "here: goes to '+62812000000', which is no free number.",
        ),
        (
            flow(
                block("here", "GetParticipantInput", {"EnableDTMFBuffer": "True"}, "say", {"NoMatchingError": "say"}),
                block("say", "MessageParticipant", {"Media": AUDIO}, "menu"),
                block("menu", "GetParticipantInput", MENU, "end", dict.fromkeys(INPUT_ERRORS.split(), "end")),
                END,
            ),
            "say: cannot be interrupted: it needs SkipWhenDTMFBufferEnabled.",
        ),
    ],
)
def test_what_breaks_a_rule_of_ours_is_named(flow_: Json, problem: str) -> None:
    assert problem in house_problems(flow_)


def test_hours_that_lead_to_a_person_or_a_call_back_are_ours() -> None:
    assert without_unreached(at_hours("queue", "callback", "queue")) == []


def test_after_a_talk_a_failing_function_may_end_the_call() -> None:
    ended = failing_into(END | {"Identifier": "bye"})
    assert without_unreached(ended) != []
    assert [one for one in house_problems(ended, after_talk=True) if "no way" not in one] == []


def test_a_goodbye_need_not_be_interrupted() -> None:
    switch = block("here", "GetParticipantInput", {"EnableDTMFBuffer": "True"}, "bye", {"NoMatchingError": "bye"})
    assert house_problems(flow(switch, block("bye", "MessageParticipant", SAY, "end"), END)) == []


def test_a_free_number_is_known_however_it_is_written() -> None:
    sample = single("TransferParticipantToThirdParty", THIRD, THIRD_ERRORS)
    assert house_problems(sample, free_numbers=("+62 812-000000",)) == []
    placed = changed(sample, "Parameters.ThirdPartyPhoneNumber", "${FreeNumber}")
    assert house_problems(placed, free_numbers=("${FreeNumber}",)) == []


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[2] / "flows").glob("*.json")), ids=lambda path: path.stem
)
def test_our_flows_keep_our_rules(path: Path) -> None:
    own = json.loads(path.read_text(encoding="utf-8"))
    assert house_problems(own, after_talk=path.stem in AFTER_TALK) == []
    assert warnings(own) == []


# Recordings


def playing(uri: str) -> Json:
    return single("MessageParticipant", {"Media": {**AUDIO, "Uri": uri}})


@pytest.mark.parametrize(
    ("uri", "names"),
    [
        ("${PromptsUrl}/$['Attributes']['language']/menu/said.wav", ["id/menu", "en/menu"]),
        ("${PromptsUrl}/$.Attributes.language/menu.wav", ["id/menu", "en/menu"]),
        ("${PromptsUrl}/both/welcome/said.wav", ["both/welcome"]),
        ("${PromptsUrl}/$['Attributes']['language']/$['External']['say_1']/said.wav", []),
        ("https://elsewhere.example/menu.wav", []),
    ],
)
def test_the_recordings_of_a_block_are_named_in_each_language(uri: str, names: list[str]) -> None:
    assert list(prompts_of(playing(uri)["Actions"][0])) == names


def test_what_a_flow_plays_must_be_recorded_and_written(tmp_path: Path) -> None:
    (tmp_path / "texts.toml").write_text('[menu]\nid = "Menu."\nvoice = "en"\n', encoding="utf-8")
    (tmp_path / "en/menu").mkdir(parents=True)
    (tmp_path / "en/menu/said.wav").touch()
    sample = playing("${PromptsUrl}/$['Attributes']['language']/menu/said.wav")
    assert prompt_problems(sample, tmp_path) == ["id/menu: no recording.", "en/menu: no text."]


def test_texts_that_cannot_be_read_are_a_problem(tmp_path: Path) -> None:
    (tmp_path / "texts.toml").write_text("[menu", encoding="utf-8")
    (problem,) = prompt_problems(SOUND["message"], tmp_path)
    assert problem.startswith(f"The texts of the prompts in {tmp_path} cannot be read: ")


# The command


def on_file(tmp_path: Path, content: bytes, *options: str) -> tuple[int, Path]:
    path = tmp_path / "flow.json"
    path.write_bytes(content)
    return main([str(path), *options]), path


def test_a_sound_file_is_silent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _ = on_file(tmp_path, json.dumps(SOUND["menu"]).encode())
    assert (code, capsys.readouterr().out) == (0, "")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "It is not JSON: Expecting value: line 1 column 1 (char 0)."),
        (b"{'Version'}", "It is not JSON: "),
        (b'{"Version": NaN}', "It is not JSON: NaN is no value of JSON."),
        (b"\xff\xfe{}", "It is not UTF-8: invalid start byte at byte 0."),
        (b"[" * 100_000, "It is nested too deeply."),
        (b"1" * 5_000, "It is not JSON: "),
        (b"[]", "The flow is a list, not an object."),
        (b"{}", "Version is null, not 2019-10-30."),
        (b'{"Actions": [{"Identifier": "\\ud800"}]}', "'\\ud800': null is no type that is known here."),
    ],
    ids=["empty", "no JSON", "NaN", "UTF-16", "deep", "huge number", "list", "nothing in it", "half a character"],
)
def test_what_is_no_flow_is_a_problem(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, problem: str
) -> None:
    code, path = on_file(tmp_path, content)
    assert code == 1
    assert any(line.startswith(f"{path}: {problem}") for line in capsys.readouterr().out.splitlines())


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.json"), str(tmp_path)]) == 1
    missing, folder = capsys.readouterr().out.splitlines()
    assert missing == f"{tmp_path / 'none.json'}: It cannot be read: No such file or directory."
    assert folder.startswith(f"{tmp_path}: It cannot be read: ")


def test_the_command_checks_what_it_is_asked_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    third = json.dumps(single("TransferParticipantToThirdParty", THIRD, THIRD_ERRORS)).encode()
    assert on_file(tmp_path, third)[0] == 0
    assert on_file(tmp_path, third, "--house")[0] == 1
    assert on_file(tmp_path, third, "--house", "--free", "+62812000000")[0] == 0
    assert on_file(tmp_path, third, "--kind", "CUSTOMER_HOLD")[0] == 1
    assert on_file(tmp_path, third, "--prompts", str(tmp_path))[0] == 1
    assert f"The texts of the prompts in {tmp_path} cannot be read: " in capsys.readouterr().out


# Any JSON whatever

UNHURRIED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ODD: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1, 10**400, float("nan"), float("inf"), "", "\ud800", "$", "$.", "${", "{{", [], {}]
)
WORDS = st.sampled_from(
    [
        *("Version", "StartAction", "Actions", "Metadata", "Settings", "Identifier", "Type", "Parameters"),
        *("Transitions", "NextAction", "Errors", "ErrorType", "Conditions", "Condition", "Operator", "Operands"),
        *("here", "end", "Equals", "True", "1", "$.Attributes.a", "Media", "Uri", "Text", "Attributes", "LoopCount"),
        *("MessageParticipant", "GetParticipantInput", "Compare", "Loop", "Wait", "Events", "InputValidation"),
    ]
)
JSON: st.SearchStrategy[Any] = st.recursive(
    ODD | WORDS | st.text() | st.floats() | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(), inner, max_size=5),
    max_leaves=25,
)
ACTIONS = st.fixed_dictionaries(
    {},
    optional={
        "Identifier": st.sampled_from(["here", "end"]) | JSON,
        "Type": st.sampled_from(sorted(RULES)) | JSON,
        "Parameters": JSON,
        "Transitions": st.fixed_dictionaries(
            {}, optional={"NextAction": st.sampled_from(["here", "end"]) | JSON, "Errors": JSON, "Conditions": JSON}
        )
        | JSON,
    },
)


def looked_at(anything: Any) -> None:
    """Everything that reads a flow answers with sentences."""
    for found in (problems(anything), *(problems(anything, kind) for kind in sorted(KINDS)), warnings(anything)):
        assert all(isinstance(sentence, str) and sentence.endswith(".") for sentence in found)
    assert all(isinstance(sentence, str) for sentence in house_problems(anything))
    actions = anything.get("Actions") if isinstance(anything, dict) else None
    for action in actions if isinstance(actions, list) else [anything]:
        assert all(isinstance(name, str) for name in [*targets(action), *prompts_of(action)])


@UNHURRIED
@given(JSON)
def test_any_json_is_answered(anything: Any) -> None:
    looked_at(anything)


@UNHURRIED
@given(st.lists(ACTIONS | JSON, max_size=4))
def test_any_actions_are_answered(actions: list[Any]) -> None:
    looked_at({"Version": "2019-10-30", "StartAction": "here", "Actions": actions})


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every part of a flow: what it is in, and by what key."""
    found: list[tuple[Any, Any]] = []
    ahead = [value]
    while ahead:
        item = ahead.pop()
        inner = (
            list(item.items()) if isinstance(item, dict) else list(enumerate(item)) if isinstance(item, list) else []
        )
        found += [(item, key) for key, _ in inner]
        ahead += [one for _, one in inner]
    return found


@UNHURRIED
@given(st.sampled_from(sorted(SOUND)), st.data())
def test_a_flow_with_any_part_replaced_is_answered(sample: str, data: st.DataObject) -> None:
    broken = copy.deepcopy(SOUND[sample])
    for _ in range(data.draw(st.integers(1, 3))):
        inside, key = data.draw(st.sampled_from(places(broken)))
        if data.draw(st.booleans()):
            inside[key] = data.draw(JSON)
        else:
            del inside[key]
        if not places(broken):
            break
    looked_at(broken)


def test_any_part_may_be_nested_without_end() -> None:
    for sample in ("menu", "stored", "hook", "view", "routing criteria", "message in audio", "retry of a menu"):
        for number in range(len(places(SOUND[sample]))):
            broken = copy.deepcopy(SOUND[sample])
            inside, key = places(broken)[number]
            endless: Any = []
            for _ in range(3_000):
                endless = [endless] if number % 2 else {"Text": endless}
            inside[key] = endless
            looked_at(broken)
            inside[key] = None


def test_a_huge_flow_is_answered() -> None:
    menu = block("b0", "GetParticipantInput", MENU, "b1", dict.fromkeys(INPUT_ERRORS.split(), "b1"))
    many = [
        menu,
        *(block(f"b{number}", "InvokeLambdaFunction", LAMBDA, f"b{number + 1}") for number in range(1, 5_000)),
    ]
    assert "5000 blocks; Connect takes 250." in problems(flow(*many))
    assert house_problems(flow(*many))
