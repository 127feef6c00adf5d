"""What a flow reads of a contact by JSONPath ("List of available contact attributes")."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.cloudformation.stack import Invocation
from local.phone.paths import as_text, filled, references, value_at
from tests.unit.flow_making import block, ring, say, texts

DOCUMENT = {"External": {"list": [{"name": "a"}, "b"], "n": 1.5, "yes": True, "none": None, "a b": "c", "o": {}}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("$.External.list[0].name", "a"),
        ("$['External']['list'][1]", "b"),
        ('$["External"]["a b"]', "c"),
        ("$.External.list.1", "b"),
        ("$.External.list[9]", ""),
        ("$.External.list", ""),
        ("$.External.o", ""),
        ("$.External.n", "1.5"),
        ("$.External.yes", "true"),
        ("$.External.none", ""),
        ("$.External.n.more", ""),
        ("$.Unheard.Of[0]['x']", ""),
        ("($.External.n; $.External.n)", "(1.5; 1.5)"),
        ("$", "$"),
        ("Rp$1", "Rp$1"),
    ],
)
def test_a_path_is_filled(text: str, value: str) -> None:
    assert filled(text, DOCUMENT, "block") == value


def test_paths_are_found_in_a_text() -> None:
    assert references("$.Attributes.a-b and $['External']['x y'].") == [("Attributes", "a-b"), ("External", "x y")]


ANY_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=10,
)


@given(st.text("$.[]'\"01aA-", max_size=40), st.dictionaries(st.text("aA01", max_size=2), ANY_JSON, max_size=3))
def test_any_text_is_filled_from_any_data(text: str, document: dict[str, object]) -> None:
    assert isinstance(filled(text, document, "block"), str)
    assert isinstance(as_text(value_at(text, document)), str)


async def test_every_root_is_there_and_an_unknown_one_is_empty() -> None:
    queue = "arn:aws:connect:instance/1/queue/two"
    told = (
        "$.AwsRegion|$.Channel|$.CustomerEndpoint.Type|$.CustomerCallbackNumber|$.InitiationMethod|$.Queue.ARN"
        "|$.Queue.Name|$.LanguageCode|$.Name|$.Tags.team|$.TextToSpeechVoiceId|$.SystemEndpoint.Address"
        "|$.Lex.IntentName|$.Customer.FirstName|$.Case.case_id|$.Views.Action|$.Agent.UserName|$.Loop.x.index"
        "|$.MediaStreams.Customer.Audio.StreamARN|$.Metrics.Queue.Size|$.References.a.Value|$.Modules.Result"
        "|$.Description|$.NoSuchRoot.x"
    )
    call = ring(
        block("queue", "UpdateContactTargetQueue", {"QueueId": queue}, "data"),
        block("data", "UpdateContactData", {"LanguageCode": "id-ID", "Name": "Sari"}, "tag"),
        block("tag", "TagContact", {"Tags": {"team": "one", "gone": "x"}}, "untag"),
        block("untag", "UnTagContact", {"TagKeys": ["gone"]}, "voice"),
        block("voice", "UpdateContactTextToSpeechVoice", {"TextToSpeechVoice": "Joanna"}, "told"),
        say("told", told),
    )
    await call.start()
    known = ["ap-southeast-1", "VOICE", "TELEPHONE_NUMBER", "+6281200000001", "INBOUND", queue, "two", "id-ID", "Sari"]
    assert texts(call)[0].split("|") == [*known, "one", "Joanna", "817", *[""] * 12]
    assert call.contact.tags == {"team": "one"}


async def test_a_stream_of_the_customers_audio_is_named_to_the_function() -> None:
    events = []

    async def keep(function: str, event: bytes) -> Invocation:
        events.append(json.loads(event)["Details"]["ContactData"])
        return Invocation(b"{}", None, "request", 1.0)

    def streaming(identifier: str, state: str, following: str) -> dict[str, object]:
        return block(identifier, "UpdateContactMediaStreamingBehavior", {"MediaStreamingState": state}, following)

    def invoking(identifier: str, following: str) -> dict[str, object]:
        given = {"LambdaFunctionARN": "f", "InvocationTimeLimitSeconds": "8"}
        return block(identifier, "InvokeLambdaFunction", given, following, {"NoMatchingError": "end"})

    call = ring(
        invoking("before", "on"),
        streaming("on", "Enabled", "during"),
        invoking("during", "off"),
        streaming("off", "Disabled", "after"),
        invoking("after", "end"),
        invoke=keep,
    )
    await call.start()
    streams = [event["MediaStreams"]["Customer"]["Audio"] for event in events]
    assert streams[0] is None
    assert set(streams[1]) == {"StreamARN", "StartTimestamp", "StartFragmentNumber"}
    assert set(streams[2]) == {*streams[1], "StopTimestamp"}
