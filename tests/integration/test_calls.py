"""Calls as Connect makes them: the deployed flow, played on the voice function itself."""

import json
from collections.abc import Iterable

from local.cloudformation.stack import Invocation
from local.phone.call import Call
from tests.integration.stage import Stage
from tests.unit.phone_script import flow_817, prompts_817, without

CALLER = "+6281700000001"


async def call(stage: Stage, *pressed: str, unreadable: Iterable[str], caller: str | None = CALLER) -> list[str]:
    """Press keys one after the other, then be silent to the end; gives the blocks that were heard."""

    async def invoke(function: str, payload: bytes) -> Invocation:
        answer = stage.invoke("voice", json.loads(payload))
        return Invocation(json.dumps(answer).encode(), None, "request", 1.0)

    made = Call(flow_817(), without(prompts_817(), *unreadable), invoke, caller, "817")
    await made.start()
    keys = iter(pressed)
    while made.state == "listening":
        await made.press(next(keys, ""))
    return [one.block for one in made.take_heard()]


async def test_where_no_prompt_can_be_fetched_every_call_is_a_call_back(stage: Stage) -> None:
    heard = await call(stage, unreadable=prompts_817().texts)
    assert heard == ["trouble", "trouble-recorded", "goodbye-in-words"]
    (case,) = stage.items("CASE#", "CASE")
    assert case["summary"]["S"] == "Perlu ditelepon petugas: panggilan terputus karena gangguan kami"
    stage.follow()
    (told,) = [sent for channel, sent in stage.sent if channel == "sms"]
    assert told["DestinationPhoneNumber"] == CALLER


async def test_a_complaint_whose_number_cannot_be_asked_for_is_a_call_back_with_all_that_was_chosen(
    stage: Stage,
) -> None:
    keys = ("2", "4", "7", "12#", "081700000002#")
    heard = await call(stage, *keys, unreadable=["en/phone"], caller=None)
    assert heard[-5:] == ["trouble", "trouble-phone", "trouble-phone", "trouble-recorded", "goodbye-in-words"]
    (case,) = stage.items("CASE#", "CASE")
    assert (case["category"]["S"], case["priority"]["S"], case["language"]["S"]) == ("sim", "urgent", "en")
    assert case["address"]["M"]["value"]["S"] == "+6281700000002"


async def test_a_complaint_that_is_stored_stays_the_one_case_of_its_call(stage: Stage) -> None:
    heard = await call(stage, "1", "4", "1", unreadable=["id/reference_next"])
    assert heard[-3:] == ["trouble", "trouble-recorded", "goodbye-in-words"]
    (case,) = stage.items("CASE#", "CASE")
    assert (case["kind"]["S"], case["attention"]["S"]) == ("complaint", "person_wanted")
