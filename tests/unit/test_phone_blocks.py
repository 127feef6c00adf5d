"""Blocks do on this machine what they do in Connect (its flow language and administrator guide)."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from local.cloudformation.stack import Invocation
from local.phone import call as phone_call
from local.phone.call import BadKeys, Call, Invoke, NotListening, Prompts
from local.phone.flow import FlowError, read_flow

END: dict[str, Any] = {
    "Identifier": "end",
    "Type": "DisconnectParticipant",
    "Parameters": {},
    "Transitions": {},
}


def block(
    identifier: str,
    type_: str,
    parameters: dict[str, Any],
    following: str = "end",
    errors: dict[str, str] | None = None,
    results: dict[str, str] | None = None,
    operator: str = "Equals",
) -> dict[str, Any]:
    return {
        "Identifier": identifier,
        "Type": type_,
        "Parameters": parameters,
        "Transitions": {
            "NextAction": following,
            "Errors": [{"ErrorType": e, "NextAction": n} for e, n in (errors or {}).items()],
            "Conditions": [
                {"NextAction": n, "Condition": {"Operator": operator, "Operands": [v]}}
                for v, n in (results or {}).items()
            ],
        },
    }


def say(identifier: str, text: str, following: str = "end") -> dict[str, Any]:
    return block(identifier, "MessageParticipant", {"Text": text}, following)


async def no_function(function: str, payload: bytes) -> Invocation:
    raise LookupError(function)


def ring(
    tmp_path: Path,
    *blocks: dict[str, Any],
    invoke: Invoke = no_function,
    caller: str | None = "+6281200000001",
) -> Call:
    path = tmp_path / "flow.json"
    actions = [*blocks, END]
    flow = {"Version": "2019-10-30", "StartAction": actions[0]["Identifier"], "Actions": actions}
    path.write_text(json.dumps(flow), encoding="utf-8")
    prompts = Prompts(tmp_path, {"id/menu": "Menu"})
    return Call(read_flow(path, {"Base": "https://bucket"}), prompts, invoke, caller, "817")


def texts(call: Call) -> list[str]:
    return [heard.text for heard in call.take_heard()]


async def test_paths_are_filled_in_in_either_notation(tmp_path: Path) -> None:
    call = ring(
        tmp_path,
        block("set", "UpdateContactAttributes", {"Attributes": {"language": "id", "to": "$.Channel"}}, "say"),
        say("say", "$.Attributes.language $['Attributes']['to'] $.CustomerEndpoint.Address $.Attributes.none."),
    )
    await call.start()
    assert texts(call) == ["id VOICE +6281200000001 ."]
    assert call.state == "ended"


async def test_a_withheld_number_is_empty(tmp_path: Path) -> None:
    call = ring(tmp_path, say("say", "<$.CustomerEndpoint.Address>"), caller=None)
    await call.start()
    assert texts(call) == ["<>"]


async def test_a_recording_is_found_by_its_address_and_a_missing_one_is_the_error_branch(
    tmp_path: Path,
) -> None:
    (tmp_path / "id").mkdir()
    (tmp_path / "id/menu.wav").write_bytes(b"RIFF")
    uri = "${Base}/$['Attributes']['language']/menu.wav"
    call = ring(
        tmp_path,
        block("missing", "MessageParticipant", {"Media": {"Uri": uri}}, "end", {"NoMatchingError": "set"}),
        block("set", "UpdateContactAttributes", {"Attributes": {"language": "id"}}, "play"),
        block("play", "MessageParticipant", {"Media": {"Uri": uri}}),
    )
    await call.start()
    heard = [item.shown() for item in call.take_heard()]
    assert heard == [{"prompt": "id/menu", "text": "Menu", "audio": "/prompts/id/menu.wav", "block": "play"}]


async def test_a_loop_counts_then_is_done_then_starts_anew(tmp_path: Path) -> None:
    results = {"ContinueLooping": "again", "DoneLooping": "done"}
    call = ring(
        tmp_path,
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
async def test_compare(tmp_path: Path, operator: str, operand: str, holds: bool) -> None:
    call = ring(
        tmp_path,
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
async def test_a_storing_block_keeps_what_was_keyed(tmp_path: Path, keys: str, stored: str) -> None:
    call = ring(tmp_path, storing(), say("told", "<$.StoredCustomerInput>"))
    await call.start()
    waits_for = call.waits_for
    assert waits_for is not None
    assert (waits_for.max_digits, waits_for.seconds, waits_for.terminator) == (4, 10, "#")
    await call.press(keys)
    assert texts(call) == ["?", f"<{stored}>"]


async def test_the_star_is_a_key_when_cancelling_is_off(tmp_path: Path) -> None:
    call = ring(tmp_path, storing(DisableCancelKey="True"), say("told", "<$.StoredCustomerInput>"))
    await call.start()
    await call.press("1*2#")
    assert texts(call) == ["?", "<1*2>"]


async def test_keys_that_no_phone_has_leave_the_call_where_it_is(tmp_path: Path) -> None:
    call = ring(
        tmp_path,
        block(
            "ask",
            "GetParticipantInput",
            {"Text": "?", "InputTimeLimitSeconds": "5", "StoreInput": "False"},
            errors={"InputTimeLimitExceeded": "end", "NoMatchingCondition": "end", "NoMatchingError": "end"},
        ),
    )
    await call.start()
    for keys in ("a", "12"):
        with pytest.raises(BadKeys):
            await call.press(keys)
    assert call.state == "listening"
    call.hang_up()
    with pytest.raises(NotListening):
        await call.press("1")


@pytest.mark.parametrize(
    ("name", "value"), [("a b", "1"), ("name", "x" * 40_000)], ids=["a name with a space", "more than 32 KB"]
)
async def test_attributes_are_set_all_or_none(tmp_path: Path, name: str, value: str) -> None:
    call = ring(
        tmp_path,
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
async def test_an_answer_is_flat_text(tmp_path: Path, payload: bytes, heard: str) -> None:
    async def answer(function: str, event: bytes) -> Invocation:
        return Invocation(payload, None, "request", 1.0)

    call = ring(tmp_path, *invoking(), invoke=answer)
    await call.start()
    assert texts(call) == [heard]


async def test_an_answer_may_be_nested_when_the_block_says_json(tmp_path: Path) -> None:
    async def answer(function: str, event: bytes) -> Invocation:
        return Invocation(b'{"a": {"b": "c"}}', None, "request", 1.0)

    call = ring(tmp_path, *invoking(response="JSON"), invoke=answer)
    await call.start()
    assert texts(call) == ["answered "]


async def test_a_failing_function_is_tried_four_times_in_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phone_call, "SECONDS_BETWEEN_TRIES", 0.0)
    events = []

    async def fail(function: str, event: bytes) -> Invocation:
        events.append(event)
        return Invocation(b"{}", "Unhandled", "request", 1.0)

    call = ring(tmp_path, *invoking(), invoke=fail)
    await call.start()
    assert texts(call) == ["failed"]
    assert len(events) == 4
    assert len(set(events)) == 1


async def test_a_late_function_is_not_waited_for_and_not_cut_off(tmp_path: Path) -> None:
    finished = asyncio.Event()

    async def slow(function: str, event: bytes) -> Invocation:
        await asyncio.sleep(0.05)
        finished.set()
        return Invocation(b"{}", None, "request", 50.0)

    call = ring(tmp_path, *invoking(seconds="0.01"), invoke=slow)
    await call.start()
    assert texts(call) == ["failed"]
    await asyncio.wait_for(finished.wait(), 5)


async def test_the_function_gets_the_event_that_connect_sends(tmp_path: Path) -> None:
    events: list[dict[str, Any]] = []

    async def keep(function: str, event: bytes) -> Invocation:
        events.append(json.loads(event))
        return Invocation(b"{}", None, "request", 1.0)

    call = ring(tmp_path, *invoking(), invoke=keep)
    await call.start()
    data = events[0]["Details"]["ContactData"]
    assert events[0]["Name"] == "ContactFlowEvent"
    assert events[0]["Details"]["Parameters"] == {"asked": call.call_id}
    assert data["ContactId"] == data["InitialContactId"] == call.call_id
    assert data["CustomerEndpoint"] == {"Address": "+6281200000001", "Type": "TELEPHONE_NUMBER"}
    assert data["SystemEndpoint"] == {"Address": "817", "Type": "TELEPHONE_NUMBER"}
    assert (data["Channel"], data["InitiationMethod"], data["Attributes"]) == ("VOICE", "INBOUND", {})


async def test_a_withheld_number_is_no_endpoint_in_the_event(tmp_path: Path) -> None:
    events: list[dict[str, Any]] = []

    async def keep(function: str, event: bytes) -> Invocation:
        events.append(json.loads(event))
        return Invocation(b"{}", None, "request", 1.0)

    await ring(tmp_path, *invoking(), invoke=keep, caller=None).start()
    assert events[0]["Details"]["ContactData"]["CustomerEndpoint"] is None


@pytest.mark.parametrize(
    ("queue", "state"), [("arn:aws:connect:queue/1", "transferred"), ("$.Attributes.none", "ended")]
)
async def test_a_transfer_leaves_the_flow_for_the_queue_that_is_set(tmp_path: Path, queue: str, state: str) -> None:
    errors = {"QueueAtCapacity": "end", "NoMatchingError": "end"}
    call = ring(
        tmp_path,
        block("set", "UpdateContactTargetQueue", {"QueueId": queue}, "go", {"NoMatchingError": "go"}),
        block("go", "TransferContactToQueue", {}, errors=errors),
    )
    await call.start()
    assert call.state == state


async def test_what_cannot_be_played_is_named(tmp_path: Path) -> None:
    with pytest.raises(FlowError, match=r"Block bot of flow\.json is a ConnectParticipantWithLexBot"):
        ring(tmp_path, block("bot", "ConnectParticipantWithLexBot", {}))
    with pytest.raises(FlowError, match=r"Block say needs \$\{Unknown\}"):
        ring(tmp_path, say("say", "${Unknown}"))
    circle = ring(tmp_path, say("one", "a", "two"), say("two", "b", "one"))
    with pytest.raises(FlowError, match="goes in a circle"):
        await circle.start()
    lex = ring(tmp_path, say("say", "$.Lex.IntentName"))
    with pytest.raises(FlowError, match=r"Block say reads \$.Lex.IntentName"):
        await lex.start()
    lost = ring(tmp_path, *invoking())
    with pytest.raises(FlowError, match="which does not exist"):
        await lost.start()
    assert lost.state == "ended"
