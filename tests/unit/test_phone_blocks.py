"""Blocks do on this machine what they do in Connect (its flow language and administrator guide)."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from local.cloudformation.stack import Invocation
from local.phone import call as phone_call
from local.phone.call import BadKeys, NotListening
from local.phone.flow import FlowError
from tests.unit.flow_making import asking, block, ring, say, texts


async def test_paths_are_filled_in_in_either_notation() -> None:
    call = ring(
        block("set", "UpdateContactAttributes", {"Attributes": {"language": "id", "to": "$.Channel"}}, "say"),
        say("say", "$.Attributes.language $['Attributes']['to'] $.CustomerEndpoint.Address $.Attributes.none."),
    )
    await call.start()
    assert texts(call) == ["id VOICE +6281200000001 ."]
    assert call.state == "ended"


async def test_a_withheld_number_is_empty() -> None:
    call = ring(say("say", "<$.CustomerEndpoint.Address>"), caller=None)
    await call.start()
    assert texts(call) == ["<>"]


@pytest.mark.parametrize(
    ("address", "file"),
    [("${Base}/$['Attributes']['language']/menu/said.wav", "id/menu/said.wav"), ("${Base}/id/menu.wav", "id/menu.wav")],
)
async def test_a_recording_is_found_by_its_address(tmp_path: Path, address: str, file: str) -> None:
    (tmp_path / file).parent.mkdir(parents=True)
    (tmp_path / file).write_bytes(b"RIFF")
    call = ring(
        block("set", "UpdateContactAttributes", {"Attributes": {"language": "id"}}, "play"),
        block("play", "MessageParticipant", {"Media": {"Uri": address}}),
        folder=tmp_path,
    )
    await call.start()
    heard = [item.shown() for item in call.take_heard()]
    lost = {"takes_keys": False, "stops_at_key": False}
    assert heard == [{"prompt": "id/menu", "text": "Menu", "audio": f"/prompts/{file}", "block": "play"} | lost]


@pytest.mark.parametrize(("errors", "heard"), [({"NoMatchingError": "failed"}, ["failed"]), ({}, ["went on"])])
async def test_a_recording_that_cannot_be_fetched_is_the_error_branch_if_there_is_one(
    errors: dict[str, str], heard: list[str]
) -> None:
    media = {"Media": {"Uri": "${Base}/id/menu/said.wav"}}
    call = ring(block("play", "MessageParticipant", media, "on", errors), say("failed", "failed"), say("on", "went on"))
    await call.start()
    assert texts(call) == heard


@pytest.mark.parametrize(
    ("prompt", "heard"),
    [
        ({"Text": "Halo $.Channel"}, "Halo VOICE"),
        ({"SSML": "<speak>Satu &amp; <break time='1s'/>dua</speak>"}, "Satu & dua"),
        ({"PromptId": "arn:aws:connect:prompt/1"}, "arn:aws:connect:prompt/1"),
    ],
)
async def test_what_is_spoken_is_heard(prompt: dict[str, str], heard: str) -> None:
    call = ring(block("play", "MessageParticipant", prompt))
    await call.start()
    assert texts(call) == [heard]


async def test_a_loop_counts_then_is_done_then_starts_anew() -> None:
    results = {"ContinueLooping": "again", "DoneLooping": "done"}
    call = ring(
        block("loop", "Loop", {"LoopCount": "2"}, results=results),
        say("again", "again", "loop"),
        say("done", "done", "ask"),
        block(
            "ask",
            "GetParticipantInput",
            {"Text": "?", "InputTimeLimitSeconds": "5"},
            errors={"InputTimeLimitExceeded": "loop", "NoMatchingCondition": "end", "NoMatchingError": "end"},
        ),
    )
    await call.start()
    assert texts(call) == ["again", "again", "done", "?"]
    await call.press("")
    assert texts(call) == ["again", "again", "done", "?"]


@pytest.mark.parametrize(
    ("operator", "operand", "holds"),
    [
        ("Equals", "12", True),
        ("Equals", "1", False),
        ("TextStartsWith", "1", True),
        ("TextEndsWith", "1", False),
        ("TextContains", "2", True),
        ("NumberGreaterThan", "9", True),
        ("NumberGreaterOrEqualTo", "12.0", True),
        ("NumberLessThan", "9", False),
        ("NumberLessOrEqualTo", "12", True),
        ("NumberLessThan", "many", False),
    ],
)
async def test_compare(operator: str, operand: str, holds: bool) -> None:
    call = ring(
        block("set", "UpdateContactAttributes", {"Attributes": {"value": "12"}}, "compare"),
        block(
            "compare",
            "Compare",
            {"ComparisonValue": "$.Attributes.value"},
            errors={"NoMatchingCondition": "no"},
            results={operand: "yes"},
            operator=operator,
        ),
        say("yes", "yes"),
        say("no", "no"),
    )
    await call.start()
    assert texts(call) == ["yes" if holds else "no"]


def storing(**more: Any) -> dict[str, Any]:
    parameters = {
        "Text": "?",
        "StoreInput": "True",
        "InputTimeLimitSeconds": "10",
        "InputValidation": {"CustomValidation": {"MaximumLength": "4"}},
        "DTMFConfiguration": {"InputTerminationSequence": "#", "InterdigitTimeLimitSeconds": "3"} | more,
    }
    return block("ask", "GetParticipantInput", parameters, "told", {"NoMatchingError": "end"})


@pytest.mark.parametrize(
    ("keys", "stored"),
    [
        ("", "Timeout"),
        ("12", "12"),
        ("12#", "12"),
        ("#", ""),
        ("123456", "1234"),
        ("99*12#", "12"),
        ("12*", "Timeout"),
    ],
)
async def test_a_storing_block_keeps_what_was_keyed(keys: str, stored: str) -> None:
    call = ring(storing(), say("told", "<$.StoredCustomerInput>"))
    await call.start()
    waits_for = call.waits_for
    assert waits_for is not None
    assert (waits_for.max_digits, waits_for.seconds, waits_for.terminator) == (4, 10, "#")
    await call.press(keys)
    assert texts(call) == ["?", f"<{stored}>"]


async def test_the_star_is_a_key_when_cancelling_is_off() -> None:
    call = ring(storing(DisableCancelKey="True"), say("told", "<$.StoredCustomerInput>"))
    await call.start()
    await call.press("1*2#")
    assert texts(call) == ["?", "<1*2>"]


async def test_keys_that_no_phone_has_leave_the_call_where_it_is() -> None:
    call = ring(asking())
    await call.start()
    with pytest.raises(BadKeys):
        await call.press("a")
    assert call.state == "listening"
    call.hang_up()
    with pytest.raises(NotListening):
        await call.press("1")


@pytest.mark.parametrize(
    ("name", "value"), [("a b", "1"), ("name", "x" * 40_000)], ids=["a name with a space", "more than 32 KB"]
)
async def test_attributes_are_set_all_or_none(name: str, value: str) -> None:
    call = ring(
        block(
            "set",
            "UpdateContactAttributes",
            {"Attributes": {"first": "1", name: value}},
            errors={"NoMatchingError": "refused"},
        ),
        say("refused", "refused"),
    )
    await call.start()
    assert texts(call) == ["refused"]
    assert call.attributes == {}


def invoking(seconds: str = "8", response: str = "STRING_MAP") -> list[dict[str, Any]]:
    parameters = {
        "LambdaFunctionARN": "arn:aws:lambda:function:f",
        "InvocationTimeLimitSeconds": seconds,
        "LambdaInvocationAttributes": {"asked": "$.ContactId"},
        "ResponseValidation": {"ResponseType": response},
    }
    return [
        block("invoke", "InvokeLambdaFunction", parameters, "answered", {"NoMatchingError": "failed"}),
        say("answered", "answered $.External.a"),
        say("failed", "failed"),
    ]


@pytest.mark.parametrize(
    ("payload", "heard"),
    [
        (b'{"a": "b"}', "answered b"),
        (b"{}", "answered "),
        (b'{"a": 1}', "failed"),
        (b'{"a": null}', "failed"),
        (b'{"a": {"b": "c"}}', "failed"),
        (b'["a"]', "failed"),
        (b"null", "failed"),
        (b"not JSON", "failed"),
        (b'{"a": "' + b"b" * 33_000 + b'"}', "failed"),
    ],
)
async def test_an_answer_is_flat_text(payload: bytes, heard: str) -> None:
    async def answer(function: str, event: bytes) -> Invocation:
        return Invocation(payload, None, "request", 1.0)

    call = ring(*invoking(), invoke=answer)
    await call.start()
    assert texts(call) == [heard]


async def test_an_answer_may_be_nested_when_the_block_says_json() -> None:
    async def answer(function: str, event: bytes) -> Invocation:
        return Invocation(b'{"a": {"b": "c"}}', None, "request", 1.0)

    call = ring(*invoking(response="JSON"), invoke=answer)
    await call.start()
    assert texts(call) == ["answered "]


async def test_a_failing_function_is_tried_four_times_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phone_call, "SECONDS_BETWEEN_TRIES", 0.0)
    events = []

    async def fail(function: str, event: bytes) -> Invocation:
        events.append(event)
        return Invocation(b"{}", "Unhandled", "request", 1.0)

    call = ring(*invoking(), invoke=fail)
    await call.start()
    assert texts(call) == ["failed"]
    assert len(events) == 4
    assert len(set(events)) == 1


async def test_a_late_function_is_not_waited_for_and_not_cut_off() -> None:
    finished = asyncio.Event()

    async def slow(function: str, event: bytes) -> Invocation:
        await asyncio.sleep(0.05)
        finished.set()
        return Invocation(b"{}", None, "request", 50.0)

    call = ring(*invoking(seconds="0.01"), invoke=slow)
    await call.start()
    assert texts(call) == ["failed"]
    await asyncio.wait_for(finished.wait(), 5)


async def test_the_function_gets_the_event_that_connect_sends() -> None:
    events: list[dict[str, Any]] = []

    async def keep(function: str, event: bytes) -> Invocation:
        events.append(json.loads(event))
        return Invocation(b"{}", None, "request", 1.0)

    call = ring(*invoking(), invoke=keep)
    await call.start()
    data = events[0]["Details"]["ContactData"]
    assert events[0]["Name"] == "ContactFlowEvent"
    assert events[0]["Details"]["Parameters"] == {"asked": call.call_id}
    assert data["ContactId"] == data["InitialContactId"] == call.call_id
    assert data["CustomerEndpoint"] == {"Address": "+6281200000001", "Type": "TELEPHONE_NUMBER"}
    assert data["SystemEndpoint"] == {"Address": "817", "Type": "TELEPHONE_NUMBER"}
    assert (data["Channel"], data["InitiationMethod"], data["Attributes"]) == ("VOICE", "INBOUND", {})


async def test_a_withheld_number_is_no_endpoint_in_the_event() -> None:
    events: list[dict[str, Any]] = []

    async def keep(function: str, event: bytes) -> Invocation:
        events.append(json.loads(event))
        return Invocation(b"{}", None, "request", 1.0)

    await ring(*invoking(), invoke=keep, caller=None).start()
    assert events[0]["Details"]["ContactData"]["CustomerEndpoint"] is None


@pytest.mark.parametrize(
    ("queue", "state"), [("arn:aws:connect:queue/1", "transferred"), ("$.Attributes.none", "ended")]
)
async def test_a_transfer_leaves_the_flow_for_the_queue_that_is_set(queue: str, state: str) -> None:
    errors = {"QueueAtCapacity": "end", "NoMatchingError": "end"}
    call = ring(
        block("set", "UpdateContactTargetQueue", {"QueueId": queue}, "go", {"NoMatchingError": "go"}),
        block("go", "TransferContactToQueue", {}, errors=errors),
    )
    await call.start()
    assert call.state == state


@pytest.mark.parametrize(
    ("blocks", "problem"),
    [
        ([block("odd", "PlayPrompt", {})], "Block odd is a PlayPrompt, which is not played here."),
        ([say("one", "a", "two"), say("two", "b", "one")], "goes in a circle"),
        ([say("one", "a", "nowhere")], "Block one leads to 'nowhere'"),
        (invoking(), "which does not exist"),
        (invoking(seconds="soon"), "InvocationTimeLimitSeconds is 'soon', not a number of seconds"),
        ([block("say", "MessageParticipant", {})], "Block say has none of Text"),
        ([block("loop", "Loop", {"LoopCount": "many"})], "Block loop: LoopCount is 'many', not a number"),
        ([block("compare", "Compare", {"ComparisonValue": "$.Channel"})], "no branch for NoMatchingCondition"),
        ([block("set", "UpdateContactAttributes", {"Attributes": "all"})], "Block set: Attributes is no object"),
        ([block("set", "UpdateFlowAttributes", {"FlowAttributes": {"a": "b"}})], "the attribute a is no object"),
    ],
)
async def test_what_cannot_be_played_is_named(blocks: list[dict[str, Any]], problem: str) -> None:
    call = ring(*blocks)
    with pytest.raises(FlowError) as told:
        await call.start()
    assert problem in str(told.value)
    assert call.state == "ended"


async def test_a_text_that_a_flow_doubles_again_and_again_does_not_fill_the_memory() -> None:
    twice = {"FlowAttributes": {"a": {"Value": "$.FlowAttributes.a$.FlowAttributes.a"}}}
    call = ring(
        block("one", "UpdateFlowAttributes", {"FlowAttributes": {"a": {"Value": "x" * 1000}}}, "double"),
        block("double", "UpdateFlowAttributes", twice, "double", {"NoMatchingError": "end"}),
    )
    await call.start()
    assert call.way[-1] == ("double", "NoMatchingError")
