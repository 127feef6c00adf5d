"""Flows are read or refused in one sentence; whatever is in them, a call listens, waits or ends."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.cloudformation.stack import Invocation
from local.phone.blocks import BLOCKS, DEFAULTS
from local.phone.call import BadKeys, Call, NotListening, Prompts
from local.phone.flow import Flow, FlowError, find_flow, flow_of, read_flow
from tests.unit.flow_making import END, asking, block, document, flow, ring, say, texts

STATES = {"listening", "queued", "talking", "transferred", "ended"}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in END.items() if key != name}


def ending(**transitions: Any) -> dict[str, Any]:
    return {**END, "Identifier": "first", "Transitions": transitions}


EQUALS = {"Operator": "Equals", "Operands": ["1"]}


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        ([], "The flow is no object."),
        ({"StartAction": "end"}, "Actions is no list."),
        ({"StartAction": "end", "Actions": ["end"]}, "An action is no object."),
        ({"StartAction": "end", "Actions": [without("Identifier")]}, "The Identifier of action 0 is no text."),
        ({"StartAction": {"Identifier": "end"}, "Actions": [END]}, "StartAction is no text."),
        ({"StartAction": "begin", "Actions": [END]}, "The flow starts at 'begin', which it does not have."),
        ({"StartAction": "end", "Actions": [END, END]}, "Two blocks are named end."),
        ({"StartAction": "end", "Actions": [without("Type")]}, "Block end: Type is no text."),
        (document({**END, "Identifier": "first", "Parameters": []}), "Block first: Parameters is no object."),
        (document(ending(NextAction=5)), "Block first: NextAction is no text."),
        (document(ending(Errors={})), "Block first: Errors is no list."),
        (document(ending(Errors=[{"NextAction": "end"}])), "Block first: ErrorType is no text."),
        (document(ending(Errors=[{"ErrorType": "NoMatchingError"}])), "Block first: NextAction is no text."),
        (document(ending(Conditions=["1"])), "Block first: an entry of Conditions is no object."),
        (document(ending(Conditions=[{"NextAction": "end"}])), "Block first: Condition is no object."),
        (document(ending(Conditions=[{"Condition": EQUALS}])), "Block first: NextAction is no text."),
        (
            document(ending(Conditions=[{"NextAction": "end", "Condition": {"Operator": "Equals", "Operands": []}}])),
            "Block first: Operands is empty.",
        ),
        (
            document(say("first", "${Unknown}")),
            "Block first needs ${Unknown}, but the template has no output of that name.",
        ),
    ],
)
def test_what_is_no_flow_is_refused(broken: object, problem: str) -> None:
    with pytest.raises(FlowError) as told:
        flow_of(broken, {})
    assert str(told.value) == problem


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 100_000, "\udcff", "[" * 900 + "]" * 900, '{"Actions": 1' + "0" * 9999]
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "flow.json"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(FlowError):
        read_flow(path, {})
    with pytest.raises(FlowError, match="cannot be read"):
        read_flow(tmp_path, {})


def test_parameters_nested_too_deep_are_refused() -> None:
    deep: Any = "x"
    for _ in range(200):
        deep = [deep]
    with pytest.raises(FlowError, match="nested too deep"):
        flow_of(document(block("first", "ShowView", {"ViewData": deep})), {})


def test_a_block_may_be_without_parameters_and_transitions(tmp_path: Path) -> None:
    path = tmp_path / "flow.json"
    bare = {"Identifier": "end", "Type": "DisconnectParticipant"}
    path.write_text("\ufeff" + json.dumps({"StartAction": "end", "Actions": [bare]}), encoding="utf-8")
    assert read_flow(path, {}).actions["end"].parameters == {}


FLOW = flow(say("hello", "hello"))


@pytest.mark.parametrize(
    ("known", "asked"),
    [
        ("1234", "1234"),
        ("1234", "arn:aws:connect:ap-southeast-1:000000000000:instance/1/contact-flow/1234"),
        ("1234", "arn:aws:connect:ap-southeast-1:000000000000:instance/1/flow-module/1234:$LATEST"),
        ("queue", "QueueFlowArn"),
        ("after_call", "AfterCallFlow"),
        ("arn:aws:connect:1:contact-flow/5", "arn:aws:connect:1:contact-flow/5"),
    ],
)
def test_a_flow_is_found_by_what_names_it(known: str, asked: str) -> None:
    assert find_flow({"other": flow(say("other", "other")), known: FLOW}, asked) is FLOW


@pytest.mark.parametrize("asked", ["", "FlowArn", "5678", "/"])
def test_a_flow_that_nobody_knows_is_none(asked: str) -> None:
    assert find_flow({"queue": FLOW}, asked) is None


# ---- other flows and modules -----------------------------------------------------------------------------------------


async def test_a_call_goes_to_another_flow_and_its_flow_attributes_are_gone() -> None:
    other = flow(say("hello", "<$.FlowAttributes.a> $.Attributes.b"), name="other")
    call = ring(
        block("flow", "UpdateFlowAttributes", {"FlowAttributes": {"a": {"Value": "1"}}}, "set"),
        block("set", "UpdateContactAttributes", {"Attributes": {"b": "2"}}, "go"),
        block("go", "TransferToFlow", {"ContactFlowId": "other"}, "end", {"NoMatchingError": "end"}),
        flows={"other": other},
    )
    await call.start()
    assert texts(call) == ["<> 2"]
    assert [(step.flow, step.block, step.branch) for step in call.steps[2:]] == [
        ("flow", "go", ""),
        ("other", "hello", "next"),
        ("other", "end", ""),
    ]


@pytest.mark.parametrize(("named", "state"), [("arn:elsewhere", "transferred"), ("$.Attributes.unset", "ended")])
async def test_a_flow_that_is_not_here_takes_the_call_and_none_is_the_error_branch(named: str, state: str) -> None:
    call = ring(
        block("go", "TransferToFlow", {"ContactFlowId": named}, "end", {"NoMatchingError": "failed"}),
        say("failed", "failed"),
    )
    await call.start()
    assert texts(call) == (["failed"] if state == "ended" else [])
    assert call.state == state


def module(result: str) -> Flow:
    ends = block("ends", "EndFlowModuleExecution", {"Result": result, "ResultData": {"to": "$.Modules.Input.who"}})
    return flow(asking("which", {"1": "ends"}), ends)


@pytest.mark.parametrize(("result", "heard"), [("Done", "done Sari"), ("Unheard of", "other")])
async def test_a_module_comes_back_with_its_result(result: str, heard: str) -> None:
    call = ring(
        block(
            "call",
            "InvokeFlowModule",
            {"FlowModuleId": "module", "Input": {"who": "Sari"}},
            "plain",
            {"NoMatchingError": "end", "NoMatchingCondition": "other"},
            {"Done": "done"},
        ),
        say("done", "done $.Modules.ResultData.to"),
        say("other", "other"),
        say("plain", "plain"),
        flows={"module": module(result)},
    )
    await call.start()
    await call.press("1")
    assert texts(call) == ["which?", heard]
    assert [branch for name, branch in call.way if name == "call"] == [
        "Done" if result == "Done" else "NoMatchingCondition"
    ]


async def test_modules_do_not_go_into_each_other_for_ever() -> None:
    inside = block("call", "InvokeFlowModule", {"FlowModuleId": "module"}, errors={"NoMatchingError": "deep"})
    call = ring(inside, say("deep", "deep"), flows={"module": flow(inside, say("deep", "deep"))})
    await call.start()
    assert texts(call) == ["deep"]


# ---- told outcomes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["next", "NoMatchingError", "1"])
async def test_a_block_takes_the_branch_that_is_told(outcome: str) -> None:
    told = {"next": "next", "NoMatchingError": "failed", "1": "one"}
    call = ring(
        block("ask", "GetParticipantInput", {}, "next", {"NoMatchingError": "failed"}, {"1": "one"}),
        *(say(name, name) for name in told.values()),
        outcomes={"ask": outcome},
    )
    await call.start()
    assert texts(call) == [told[outcome]]
    assert call.way[0] == ("ask", outcome)


async def test_outcomes_are_taken_one_after_the_other_and_then_the_block_is_carried_out() -> None:
    call = ring(
        block("loop", "Loop", {"LoopCount": "1"}, results={"ContinueLooping": "loop", "DoneLooping": "end"}),
        outcomes={"loop": ["ContinueLooping", "ContinueLooping"]},
    )
    await call.start()
    assert [branch for _, branch in call.way] == [*["ContinueLooping"] * 3, "DoneLooping"]


async def test_an_outcome_that_a_block_does_not_have_is_refused() -> None:
    call = ring(say("one", "a"), outcomes={"one": "NoMatchingError"})
    with pytest.raises(FlowError, match="Block one has no branch 'NoMatchingError', which it is told to take"):
        await call.start()
    assert call.state == "ended"


async def test_the_caller_hangs_up_at_a_block() -> None:
    call = ring(say("one", "a", "two"), say("two", "b"), hangs_up_at={"two"})
    await call.start()
    assert (texts(call), call.state) == (["a"], "ended")


@pytest.mark.parametrize(("type_", "branches"), DEFAULTS.items())
async def test_a_block_without_its_service_takes_its_first_default(type_: str, branches: tuple[str, ...]) -> None:
    errors = {name: name for name in branches if name.startswith("No") or name.endswith("Mismatch")}
    results = {name: name for name in branches if name not in {*errors, "next"}}
    names = ["next", *errors, *results]
    call = ring(block("first", type_, {}, "next", errors, results), *(say(name, name) for name in names))
    await call.start()
    assert texts(call) == [branches[0]]
    assert call.steps[0].by_default


# ---- any flow, any keys ----------------------------------------------------------------------------------------------

NAMES = [f"b{number}" for number in range(8)]
ERRORS = [
    "NoMatchingError",
    "NoMatchingCondition",
    "InputTimeLimitExceeded",
    "InvalidPhoneNumber",
    "InvalidCallbackNumber",
    "CallbackNumberNotDialable",
    "QueueAtCapacity",
    "ChannelMismatch",
]
VALUES = st.sampled_from(
    ["", "1", "5", "True", "Enabled", "$.Attributes.a", "$.External.a", "f0", "f1", "+6281200000001", "\ud800"]
)
NUMBERS = st.sampled_from(["1", "2", "20", "60", "soon"])
FLOWS = st.sampled_from(["f0", "f1", "f1", "none"])
# All that blocks need; where one of a few is wrong, the call ends there.
NEEDED = {
    "Attributes": st.dictionaries(st.sampled_from(["a", "b", "b c"]), VALUES, max_size=2),
    "CallbackNumber": VALUES,
    "ComparisonValue": VALUES,
    "ContactFlowId": FLOWS,
    "EventHooks": st.dictionaries(
        st.sampled_from(["CustomerQueue", "AgentWhisper", "CustomerWhisper", "CustomerRemaining"]), FLOWS
    ),
    "FlowAttributes": st.dictionaries(st.just("a"), st.fixed_dictionaries({"Value": VALUES})),
    "FlowModuleId": FLOWS,
    "InitialCallDelaySeconds": NUMBERS,
    "InputTimeLimitSeconds": st.just("5"),
    "InputValidation": st.sampled_from(
        [{"CustomValidation": {"MaximumLength": "3"}}, {"PhoneNumberValidation": {"NumberFormat": "E164"}}]
    ),
    "InvocationTimeLimitSeconds": st.just("8"),
    "LambdaFunctionARN": st.just("f"),
    "LoopCount": st.sampled_from(["0", "2", "3", "$.External.list"]),
    "MaximumConnectionAttempts": NUMBERS,
    "Messages": st.lists(st.sampled_from([{"Text": "music"}, {"PromptId": "$.External.a"}]), max_size=2),
    "MetricType": st.sampled_from(["NumberOfAgentsStaffed", "NumberOfContactsInQueue"]),
    "QueueId": VALUES,
    "RecordingBehavior": st.just({"RecordedParticipants": ["Agent"], "IVRRecordingBehavior": "Enabled"}),
    "Result": VALUES,
    "RetryDelaySeconds": NUMBERS,
    "Text": VALUES,
    "ThirdPartyPhoneNumber": VALUES,
}
MORE = {
    "ContinueFlowExecution": st.just("True"),
    "EnableDTMFBuffer": st.sampled_from(["True", "False"]),
    "InterruptFrequencySeconds": st.just("20"),
    "SkipWhenDTMFBufferEnabled": st.just("True"),
    "StoreInput": st.sampled_from(["True", "False"]),
}
LISTENS = ["GetParticipantInput", "ConnectParticipantWithLexBot", "MessageParticipant", "TransferContactToQueue"]
TYPES = st.one_of(st.sampled_from(LISTENS), st.sampled_from([*BLOCKS, *DEFAULTS, "Unheard"]))
OPERATORS = st.sampled_from(["Equals", "NumberGreaterThan", "TextContains", "KeyExists"])


@st.composite
def blocks(draw: st.DrawFn) -> list[dict[str, Any]]:
    names = NAMES[: draw(st.integers(1, len(NAMES)))]
    leads = st.sampled_from([*names, "end"])
    return [
        block(
            name,
            draw(TYPES),
            draw(st.fixed_dictionaries(NEEDED, optional=MORE)),
            draw(leads),
            draw(st.fixed_dictionaries(dict.fromkeys(ERRORS, leads))),
            draw(st.dictionaries(VALUES, leads, max_size=3)),
            draw(OPERATORS),
        )
        for name in names
    ]


DEEDS = st.one_of(
    st.tuples(st.just("press"), st.text("0123456789*#", max_size=5)),
    st.tuples(st.just("during"), st.text("0123456789*#", max_size=5)),
    st.tuples(st.sampled_from(["connected", "agent_hangs_up", "interrupted", "hang_up"]), st.just("")),
)


async def carried_on(call: Call, deeds: list[tuple[str, str]]) -> str:
    """What the call cannot go on for, if so."""
    try:
        await call.start()
        for deed, keys in deeds:
            match deed:
                case "press":
                    await call.press(keys)
                case "during":
                    heard = [one.block for one in call.take_heard()]
                    await call.press(keys, during=heard[0] if heard else None)
                case "connected":
                    await call.connected("agent")
                case "agent_hangs_up":
                    await call.agent_hangs_up()
                case "interrupted":
                    await call.interrupted()
                case _:
                    call.hang_up()
    except FlowError as problem:
        return str(problem)
    except (NotListening, BadKeys):
        return ""
    return ""


@settings(max_examples=200, deadline=None)
@given(st.lists(blocks(), min_size=1, max_size=3), st.lists(DEEDS, max_size=8))
async def test_whatever_a_flow_is_and_whatever_is_pressed_the_call_is_in_a_known_state(
    flows: list[list[dict[str, Any]]], deeds: list[tuple[str, str]]
) -> None:
    async def answers(function: str, event: bytes) -> Invocation:
        return Invocation(b'{"a": "b", "list": "[]"}', None, "request", 1.0)

    first, *others = [flow(*one) for one in flows]
    known = {f"f{place}": one for place, one in enumerate(others)}
    call = Call(first, Prompts(Path("none"), {}), answers, "+6281200000001", "817", flows=known)
    trouble = await carried_on(call, deeds)
    assert call.state in STATES
    if trouble:
        assert is_one_sentence(trouble)
        assert call.state in ("ended", "transferred")
    assert call.waits_for is None or call.state in ("listening", "queued")


def is_one_sentence(problem: str) -> bool:
    return problem.startswith(("Block", "The flow")) and problem.endswith(".") and "\n" not in problem


FIELDS = [
    *("Actions", "StartAction", "Identifier", "Type", "Parameters", "Transitions"),
    *("Errors", "Conditions", "Condition", "Operands", "NextAction"),
]
LEAVES = st.one_of(st.none(), st.text(max_size=5), st.integers())
ANY_JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5)),
    max_leaves=30,
)


@given(ANY_JSON, st.sampled_from(FIELDS))
def test_a_flow_with_any_json_in_it_is_read_or_refused(any_json: object, where: str) -> None:
    first = asking("ask", {"1": "end"})
    first["Transitions"] |= {where: any_json}
    whole = {**document({**first, where: any_json}), where: any_json}
    try:
        read = flow_of(whole, {})
    except FlowError:
        return
    assert set(read.actions) >= {"end"}
