"""Stories of customers who call 817, and are written to by SMS."""

import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from care.channels import VOICE
from care.phone import to_e164
from care.reference import derive
from care.services.executions import name
from tests.e2e.doors import Agent, Caller, http, until
from tests.e2e.records import Records
from tests.e2e.stack import CallCentre


def test_a_complaint_by_keys_is_reopened_when_not_solved_and_closed_when_it_is(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    caller = centre.caller()
    call = caller.complain("2")
    assert "id/complaint_stored" in call.prompts
    case = records.case(call.reference)
    assert (case.kind, case.category, case.channel, case.language) == ("complaint", "internet", VOICE, "id")
    assert case.contact_id == call.state["call_id"]

    assert "id/reference_is" in call.press("*"), "the reference is told again"
    assert call.reference == case.reference
    call.hang_up()

    spoken = f"{case.reference[:3]} {case.reference[3:6]} {case.reference[6:]}"
    assert "menargetkan selesai" in caller.awaits(spoken)
    agent.take(case.reference)
    agent.resolve(case.reference, "Menara di daerah Anda sudah diperbaiki.")
    assert "Balas 1-5" in caller.awaits("Sudah teratasi?")

    before = records.case(case.reference)
    caller.text("belum")
    reopened = records.becomes(case.reference, "reopened", cycle=2)
    assert (reopened.priority, reopened.tier) == (before.priority.raised, before.tier.next)
    assert agent.asks("POST", f"/cases/{case.reference}/take", {}).status == 409, "it is for another agent"
    caller.awaits("Kami membuka kembali")
    until(
        "the second cycle's own follow-up",
        lambda: records.executions(case.reference).get(name(case.reference, 2, 1)) == "RUNNING",
    )

    centre.agent("budi").resolve(case.reference, "Modul radio diganti.")
    until(
        "the second question", lambda: len([one for one in caller.received() if "Sudah teratasi?" in one["text"]]) == 2
    )
    caller.text("puas")
    closed = records.becomes(case.reference, "closed", cycle=2)
    assert closed.closed_as == "satisfied"
    caller.awaits("terima kasih atas kabarnya")
    assert records.ended(case.reference) == {
        name(case.reference, 1, 1): "SUCCEEDED",
        name(case.reference, 2, 1): "SUCCEEDED",
    }


def test_a_caller_known_before_is_greeted_in_the_language_chosen_then(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    caller = centre.caller()
    first = caller.complain("3", language="2")
    assert "en/complaint_stored" in first.prompts
    caller.awaits("we have your complaint")

    again = caller.dial_and_press("2")
    assert "en/greet_open_case" in again.prompts
    agent.resolve(first.reference, "The wrong charge is refunded.")
    caller.awaits("Solved for you?")
    caller.text("5")
    records.becomes(first.reference, "closed")


def test_the_status_is_told_to_its_own_number_and_to_no_stranger(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    owner, stranger, nobody = centre.caller(), centre.caller(), centre.withheld()
    reference = owner.complain("1").reference
    assert owner.number
    owner.awaits("menargetkan selesai")

    told = owner.dial_and_press("1", "6", reference)
    assert "id/status_acknowledged" in told.prompts

    curious = stranger.dial_and_press("1", "6", reference)
    assert "id/status_phone" in curious.prompts, "the number on the case is asked for"
    curious.press("081299999999#")
    assert "id/status_not_found" in curious.prompts
    imagined = stranger.dial_and_press("1", "6", unused(records))
    imagined.press("081299999999#")
    assert imagined.prompts[2:] == curious.prompts[2:], "a stranger cannot tell whether a reference exists"

    knowing = nobody.dial_and_press("1", "6", reference)
    assert "id/status_phone" in knowing.prompts
    knowing.press(owner.number.replace("+62", "0") + "#")
    assert "id/status_acknowledged" in knowing.prompts

    agent.resolve(reference, "Sudah kami perbaiki.")


def unused(records: Records) -> str:
    """A valid reference that no case has."""
    free = (derive("nobody complained of this", attempt) for attempt in count())
    return next(one for one in free if one not in {item.get("reference") for item in records.items()})


def test_guessing_references_ends_after_a_few_tries(centre: CallCentre, records: Records) -> None:
    stranger = centre.caller()
    for _ in range(10):
        call = stranger.dial_and_press("1", "6", unused(records))
        if "id/status_too_many" in call.prompts:
            break
        call.press("081299999999#")
        assert "id/status_not_found" in call.prompts
    assert "id/status_too_many" in call.prompts


def test_who_wants_an_agent_is_called_back(centre: CallCentre, records: Records, agent: Agent) -> None:
    caller = centre.caller()
    call = caller.dial_and_press("2", "0")
    assert "en/callback_stored" in call.prompts
    case = records.case(call.reference)
    assert (case.kind, case.team) == ("information", "care")
    assert agent.case(case.reference)["case"]["customer"]["value"] == caller.number
    assert case.reference in [one["reference"] for one in agent.cases("care")]
    caller.awaits("we have your request")
    agent.resolve(case.reference, "We called you back today.")
    caller.awaits("We called you back today.")


def test_a_withheld_number_is_asked_for_and_used(centre: CallCentre, records: Records, agent: Agent) -> None:
    reachable = centre.caller()
    assert reachable.number
    call = centre.withheld().complain("5")
    assert "id/phone_ask" in call.prompts
    call.press("12#")
    assert "id/phone_wrong" in call.prompts
    keyed = reachable.number.replace("+62", "0")
    assert call.press(f"{keyed}#")[-1] == "id/phone_right"
    call.press("1")
    assert "id/complaint_stored" in call.prompts
    case = records.case(call.reference)
    assert case.address is not None
    assert case.address.value == to_e164(keyed) == reachable.number
    reachable.awaits("keluhan Anda kami terima")
    agent.resolve(case.reference, "Kartu Anda sudah aktif.")


def test_every_way_of_the_menu_leads_on_and_back(centre: CallCentre) -> None:
    call = centre.caller().dial_and_press("2")
    ways = {"1": "product_menu", "2": "technical_menu", "4": "complaint_menu", "5": "suggestion_ask", "#": "language"}
    for key, prompt in ways.items():
        assert call.press(key)[-1].endswith(f"/{prompt}")
        assert call.press("2" if key == "#" else "#")[-1] == "en/menu"
    call.hang_up()


def test_a_guide_is_walked_and_helps(centre: CallCentre) -> None:
    call = centre.caller().dial_and_press("1", "2", "2")
    assert "id/guide_slow-internet" in call.prompts
    steps = [call.press("2") for _ in range(2)]
    assert all(one[0].startswith("id/guide_slow-internet_") for one in steps)
    assert call.press("1") == ["id/guide_solved", "id/anything_else"]
    assert call.press("")[-1] == "id/goodbye"
    assert call.state["state"] == "ended"


def test_wrong_keys_and_silence_lead_to_a_person(centre: CallCentre, records: Records, agent: Agent) -> None:
    call = centre.caller().dial_and_press("1")
    assert "id/wrong_key" in call.press("8")
    assert "id/silence" in call.press("")
    assert "id/to_agent_after_tries" in call.press("")
    case = records.case(call.reference)
    assert (case.kind, case.attention) == ("information", "person_wanted")
    agent.resolve(case.reference, "Kami sudah menelepon Anda.")
    call.hang_up()


# A subscriber with pulsa enough for a day's package, and no other story's.
SUBSCRIBER = "+6281708170120"


def test_a_package_is_bought_by_phone_with_the_code_that_came_to_the_line(centre: CallCentre, records: Records) -> None:
    caller = Caller(centre.doors, SUBSCRIBER)
    call = caller.dial_and_press("1", "3")
    assert "id/greet_prepaid" in call.prompts
    assert call.prompts[-1] == "id/code_sent"
    code = re.search(r"\b\d{6}\b", caller.awaits("kode Anda"))
    assert code
    assert "id/line_balance" in call.press(code.group())
    assert "id/option_1" in call.press("1")
    assert call.press("1")[0] == "id/package_chosen"
    assert call.press("1")[0] == "id/package_ordered"
    assert records.case(call.reference).kind == "package_change"
    caller.awaits("sudah aktif")


@pytest.fixture
def one_agent(centre: CallCentre) -> Iterator[str]:
    """One agent answers, and talks until told to hang up; afterwards nobody does."""
    agents = f"{centre.doors['phone']}agents"
    assert http("PUT", agents, {"agents": 1, "talk_seconds": 0}).status == 200
    yield agents
    http("PUT", agents, {"agents": 0})


def test_an_agent_answers_resolves_and_the_caller_says_there_how_it_was(
    centre: CallCentre, records: Records, agent: Agent, one_agent: str
) -> None:
    caller = centre.caller()
    call = caller.complain("3")
    reference = call.reference
    caller.awaits("menargetkan selesai")
    assert "id/wait_short" in call.press("0")
    call.press("1")
    until("an agent to take the call", lambda: call.look()["state"] == "talking")
    assert call.state["attributes"]["pop_case"] == reference
    assert call.state["whispered"] == ["Panggilan masuk."]
    agent.resolve(reference, "Pulsa Anda sudah kembali.")
    assert http("POST", f"{call.url}/{call.state['call_id']}/agent-hangup").status == 204
    until("the question after the talk", lambda: call.look()["waits_for"])
    assert call.prompts[-1] == "id/survey_solved"
    call.press("1")
    assert "id/survey_thanks" in call.press("5")
    closed = records.becomes(reference, "closed")
    assert closed.closed_as == "satisfied"
    assert not [one for one in caller.received() if "Sudah teratasi?" in one["text"]], "it is not asked twice"
    contact = until("the call's contact to be complete", lambda: _settled(records, call.state["call_id"]))
    assert (contact.call.outcome, contact.call.way) == ("answered", "INBOUND")


def _settled(records: Records, contact_id: str) -> Any:
    stored = records.contact(contact_id)
    return stored.contact if stored and stored.contact.call and stored.contact.call.outcome else None


def test_who_leaves_the_queue_is_offered_a_call_back_and_takes_it(
    centre: CallCentre, records: Records, agent: Agent, one_agent: str
) -> None:
    busy, caller = centre.caller(), centre.caller()
    first = busy.dial_and_press("1", "0", "1")
    until("an agent to take the call", lambda: first.look()["state"] == "talking")
    second = caller.dial_and_press("1", "0")
    assert "id/wait_range" in second.prompts
    second.press("1")
    second.press("1")
    assert second.look()["state"] == "queued"
    after_music = second.take(http("POST", f"{second.url}/{second.state['call_id']}/interrupt").body)
    assert {"id/queue_next", "id/tip_1", "id/queue_offer"} <= set(after_music)
    second.hang_up()
    caller.awaits("Balas TELEPON")
    caller.text("TELEPON")
    said = re.search(r"\d{3} \d{3} \d{4}", caller.awaits("petugas kami menelepon ke nomor ini"))
    assert said
    case = records.case(said.group().replace(" ", ""))
    assert (case.team, case.kind, case.summary) == ("care", "information", "Minta ditelepon petugas")
    agent.resolve(case.reference, "Kami sudah menelepon Anda.")
    first.hang_up()
