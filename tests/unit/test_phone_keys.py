"""What a caller keys or says: storing, phone numbers, bots, and touchtone buffering.

Administrator guide: "Store customer input", "Set Touchtone Buffer Behavior", "Touchtone buffering".
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.phone.call import BadKeys, Call, NotListening, WaitsForWords
from local.phone.keys import LONGEST_BUFFER, e164
from tests.unit.flow_making import asking, block, ring, say, texts


def buffering(
    identifier: str, on: bool, following: str, errors: dict[str, str] | None = None, **more: Any
) -> dict[str, Any]:
    parameters = {"EnableDTMFBuffer": "True" if on else "False", **more}
    return block(identifier, "GetParticipantInput", parameters, following, errors or {"NoMatchingError": "end"})


def storing(identifier: str = "store", longest: int = 4, following: str = "told", **more: Any) -> dict[str, Any]:
    parameters = {
        "Text": f"{identifier}?",
        "StoreInput": "True",
        "InputTimeLimitSeconds": "10",
        "InputValidation": {"CustomValidation": {"MaximumLength": str(longest)}},
    }
    errors = {"NoMatchingError": "end", "InvalidPhoneNumber": "invalid"}
    return block(identifier, "GetParticipantInput", parameters | more, following, errors)


TOLD = say("told", "<$.StoredCustomerInput>")
INVALID = say("invalid", "invalid")


def menus(first: str, *, skip: str = "False", after_first: str = "between") -> list[dict[str, Any]]:
    """Two menus and a stored number, with a message between."""
    between = block("between", "MessageParticipant", {"Text": "...", "SkipWhenDTMFBufferEnabled": skip}, "two")
    return [
        say("welcome", "Welcome", first),
        asking("one", {"1": after_first}),
        between,
        asking("two", {"4": "store"}),
        storing(),
        TOLD,
    ]


async def buffered(*, skip: str = "False") -> Call:
    call = ring(buffering("on", True, "welcome"), *menus("one", skip=skip))
    await call.start()
    return call


# ---- without buffering -----------------------------------------------------------------------------------------------


async def test_without_buffering_only_the_first_key_counts() -> None:
    call = ring(*menus("one"))
    await call.start()
    await call.press("142")
    assert texts(call) == ["Welcome", "one?", "...", "two?"]
    assert call.way[-2:] == [("one", "1"), ("between", "next")]


async def test_without_buffering_keys_pressed_during_a_message_are_lost() -> None:
    call = ring(*menus("one"))
    await call.start()
    assert [(one.block, one.takes_keys) for one in call.take_heard()] == [("welcome", False), ("one", True)]
    await call.press("1", during="welcome")
    assert call.way == [("welcome", "next")]
    await call.press("1", during="one")
    assert call.way[1] == ("one", "1")
    with pytest.raises(BadKeys, match="does not play now"):
        await call.press("1", during="welcome")


# ---- with it ---------------------------------------------------------------------------------------------------------


async def test_with_buffering_the_keys_go_to_one_block_after_the_other() -> None:
    call = await buffered()
    await call.press("14" + "2357" + "9")
    assert texts(call) == ["Welcome", "one?", "...", "<2357>"]
    assert call.state == "ended"


async def test_a_message_that_may_be_skipped_is_while_keys_are_buffered() -> None:
    call = await buffered(skip="true")
    await call.press("14")
    assert texts(call) == ["Welcome", "one?", "store?"]
    call = await buffered(skip="true")
    await call.press("1")
    assert texts(call) == ["Welcome", "one?", "...", "two?"]


async def test_a_block_that_stores_waits_for_the_rest_without_asking() -> None:
    call = await buffered()
    await call.press("1423")
    assert texts(call) == ["Welcome", "one?", "..."]
    waits_for = call.waits_for
    assert waits_for is not None
    assert (waits_for.max_digits, waits_for.seconds) == (2, 5)
    await call.press("57")
    assert texts(call) == ["<2357>"]


async def test_what_is_buffered_is_stored_when_nothing_follows() -> None:
    call = await buffered()
    await call.press("1423")
    await call.press("")
    assert texts(call)[-1] == "<23>"


async def test_a_key_pressed_during_a_message_counts_and_cuts_what_would_have_followed() -> None:
    call = await buffered()
    await call.press("1", during="welcome")
    assert texts(call) == ["Welcome", "...", "two?"], "the question is not heard"
    assert call.way[-2:] == [("one", "1"), ("between", "next")]


async def test_what_was_heard_already_stays_heard() -> None:
    call = await buffered()
    heard = call.take_heard()
    assert [(one.takes_keys, one.stops_at_key) for one in heard] == [(True, False), (True, True)]
    await call.press("1", during="welcome")
    assert texts(call) == ["...", "two?"]


async def test_keys_pressed_during_a_message_may_be_too_few_to_store() -> None:
    call = ring(buffering("on", True, "welcome"), say("welcome", "Welcome", "store"), storing(), TOLD)
    await call.start()
    await call.press("12", during="welcome")
    assert call.state == "listening"
    await call.press("3#")
    assert texts(call) == ["Welcome", "<123>"]


async def test_stopping_clears_and_keys_pressed_before_are_lost() -> None:
    blocks = menus("stop", after_first="stop")
    call = ring(buffering("on", True, "welcome"), *blocks, buffering("stop", False, "two"))
    await call.start()
    assert [one.takes_keys for one in call.take_heard()] == [False, True]
    await call.press("4", during="welcome")
    assert call.way[-1] == ("stop", "next")
    await call.press("42357")
    assert texts(call) == ["store?"], "what was typed after the first key is lost"


@pytest.mark.parametrize(
    ("encryption", "stored"),
    [({}, ["<23>"]), ({"InputEncryption": {"EncryptionKeyId": "1"}}, ["refused"])],
    ids=["plain", "without a key"],
)
async def test_stopping_may_store_what_was_buffered(encryption: dict[str, Any], stored: list[str]) -> None:
    stop = buffering("stop", False, "told", {"NoMatchingError": "refused"}, StoreInput="True", **encryption)
    call = ring(buffering("on", True, "one"), asking("one", {"1": "stop"}), stop, TOLD, say("refused", "refused"))
    await call.start()
    await call.press("123")
    assert texts(call)[1:] == stored


async def test_the_buffer_holds_thirty_keys() -> None:
    call = await buffered()
    await call.press("1" + "9" * 50, during="welcome")
    assert call.way[-1] == ("two", "NoMatchingCondition")
    call = ring(buffering("on", True, "one"), asking("one", {"1": "store"}), storing(longest=50), TOLD)
    await call.start()
    await call.press("1" + "9" * 50)
    await call.press("")
    assert texts(call)[-1] == f"<{'9' * LONGEST_BUFFER}>"


async def test_a_bot_takes_no_buffered_keys_and_ends_buffering() -> None:
    bot = block("bot", "ConnectParticipantWithLexBot", {"Text": "bot?"}, "end", {"NoMatchingCondition": "two"})
    call = ring(buffering("on", True, "one"), asking("one", {"1": "bot"}), bot, asking("two"))
    await call.start()
    await call.press("14")
    assert isinstance(call.waits_for, WaitsForWords)
    assert not call.buffer.on


# ---- storing ---------------------------------------------------------------------------------------------------------


async def test_what_is_encrypted_cannot_be_read_and_silence_is_not_encrypted() -> None:
    for keys, told in (("1234", False), ("", True)):
        call = ring(storing(InputEncryption={"EncryptionKeyId": "1", "Key": "pem"}), TOLD)
        await call.start()
        await call.press(keys)
        heard = texts(call)[-1]
        assert (heard == "<Timeout>") is told
        assert "1234" not in heard
        assert len(heard) > 2


@pytest.mark.parametrize(
    ("validation", "keys", "heard"),
    [
        ({"NumberFormat": "E164"}, "6281200000001#", "<+6281200000001>"),
        ({"NumberFormat": "E164"}, "081200000001#", "invalid"),
        ({"NumberFormat": "E164"}, "12", "invalid"),
        ({"NumberFormat": "Local", "CountryCode": "ID"}, "081200000001#", "<+6281200000001>"),
        ({"NumberFormat": "Local", "CountryCode": "ID"}, "81200000001", "<+6281200000001>"),
        ({"NumberFormat": "Local", "CountryCode": "US"}, "2065550100", "<+12065550100>"),
        ({"NumberFormat": "Local", "CountryCode": "US"}, "206555", "invalid"),
        ({"NumberFormat": "E164"}, "#", "invalid"),
        ({"NumberFormat": "E164"}, "", "<Timeout>"),
        ({"NumberFormat": "E164"}, "99*6281200000001#", "<+6281200000001>"),
    ],
)
async def test_a_phone_number_is_stored_in_e164(validation: dict[str, str], keys: str, heard: str) -> None:
    call = ring(storing(InputValidation={"PhoneNumberValidation": validation}), TOLD, INVALID)
    await call.start()
    await call.press(keys)
    assert texts(call)[-1] == heard


@given(st.text("0123456789*#+ ", max_size=20), st.sampled_from(["", "ID", "US", "XX"]))
def test_a_number_is_e164_or_none(keyed: str, country: str) -> None:
    number = e164(keyed, country)
    assert number is None or (number[1:].isdecimal() and 9 <= len(number) <= 16)


@pytest.mark.parametrize(
    ("terminator", "keys", "stored"),
    [("##", "1#2##", "1#2"), ("*", "12*", "12"), ("9", "12934", "12")],
)
async def test_a_terminator_is_any_keys(terminator: str, keys: str, stored: str) -> None:
    call = ring(storing(longest=9, DTMFConfiguration={"InputTerminationSequence": terminator}), TOLD)
    await call.start()
    await call.press(keys)
    assert texts(call)[-1] == f"<{stored}>"


# ---- bots ------------------------------------------------------------------------------------------------------------


def bot(**errors: str) -> list[dict[str, Any]]:
    parameters = {"SSML": "<speak>Ya?</speak>", "LexV2Bot": {"AliasArn": "arn"}, "LexTimeoutSeconds": {"Text": "7"}}
    known = {"NoMatchingError": "failed", "NoMatchingCondition": "other"}
    return [
        block("bot", "ConnectParticipantWithLexBot", parameters, "end", known | errors, {"Status": "status"}),
        say("status", "$.Lex.IntentName"),
        say("other", "other"),
        say("failed", "failed"),
        say("late", "late"),
    ]


@pytest.mark.parametrize(
    ("errors", "said", "heard"),
    [
        ({}, "Status", "Status"),
        ({}, "Anything", "other"),
        ({}, "1", "other"),
        ({}, "", "failed"),
        ({"InputTimeLimitExceeded": "late"}, "", "late"),
    ],
)
async def test_what_is_said_to_a_bot_is_an_intent(errors: dict[str, str], said: str, heard: str) -> None:
    call = ring(*bot(**errors))
    await call.start()
    assert call.waits_for == WaitsForWords(1000, 7, intents=("Status",))
    await call.say(said)
    assert texts(call) == ["Ya?", heard]


async def test_only_a_bot_is_spoken_to() -> None:
    call = ring(asking())
    await call.start()
    with pytest.raises(NotListening):
        await call.say("Status")
