"""A stranger tries every door to see or change somebody else's line, and learns and changes nothing."""

import itertools
from typing import Any

import pytest

from tests.e2e.doors import Agent, Caller, fetch, until
from tests.e2e.records import Records
from tests.e2e.stack import CallCentre

# A subscriber that no other story is about.
NUMBER = "+6281708170119"
WRITTEN = "081708170119"
WISHES = [
    f"cek sisa pulsa dan kuota nomor {WRITTEN}",
    f"ganti paket nomor {WRITTEN} ke Bulanan 25 GB",
    f"siapa pemilik nomor {WRITTEN}",
]


@pytest.fixture(scope="module")
def victim(centre: CallCentre) -> dict[str, Any]:
    """What the operator's system knows of the line."""
    listed = fetch(f"{centre.doors['operator_system']}/stand-in/subscribers")
    return next(one for one in listed if one["number"] == NUMBER)


def secrets(victim: dict[str, Any]) -> list[str]:
    """How what is known of the line might be told."""
    amounts = [victim.get("balance"), victim.get("bill"), victim.get("quota_mb")]
    told = [f"{amount:,}".replace(",", ".") for amount in amounts if amount and amount > 999]
    return [victim["name"], victim["area"], *told]


def assert_nothing_learned(victim: dict[str, Any], said: str) -> None:
    assert [one for one in secrets(victim) if one in said] == []


def assert_nothing_changed(centre: CallCentre) -> None:
    changes = fetch(f"{centre.doors['operator_system']}/stand-in/changes")
    assert [one for one in changes if one["number"] == NUMBER] == []


def test_in_a_chat_the_code_goes_to_the_owner_and_guessing_ends(centre: CallCentre, victim: dict[str, Any]) -> None:
    owner = Caller(centre.doors, NUMBER)
    chatter = centre.chatter().open()
    chatter.says(WISHES[0])
    code = until("a code at the owner's", lambda: next(iter(owner.received()), None))["text"]
    guesses = (f"{number:06d}" for number in itertools.count(100_000, 7) if f"{number:06d}" not in code)
    for guess in itertools.islice(guesses, 8):
        chatter.says(guess)
    for wish in WISHES[1:]:
        chatter.says(wish)
        chatter.says("ya")
    assert_nothing_learned(victim, " ".join(one["text"] for one in chatter.lines if one["from"] == "care"))
    assert_nothing_changed(centre)
    chatter.close()


def test_in_a_chat_a_number_that_nobody_has_is_answered_the_same(centre: CallCentre) -> None:
    answers = []
    for number in (WRITTEN, "081708179999"):
        chatter = centre.chatter().open()
        said = chatter.says(f"cek kuota nomor {number}")
        read = f"{number[:4]}-{number[4:8]}-{number[8:]}"
        assert read in said[-1]["text"]
        answers.append([one["text"].replace(read, "") for one in said])
        chatter.close()
    assert answers[0] == answers[1]


def test_by_mail_nothing_is_told_or_changed(centre: CallCentre, records: Records, victim: dict[str, Any]) -> None:
    stranger = centre.correspondent("Orang Lain")
    for wish in WISHES:
        stranger.write("Permintaan", f"Mohon {wish}. Terima kasih.")
    mails = until("an answer to each", lambda: found if len(found := stranger.received()) >= len(WISHES) else None)
    assert_nothing_learned(victim, " ".join(str(one.get_body(("plain",)).get_content()) for one in mails))  # type: ignore[union-attr]
    assert_nothing_changed(centre)


@pytest.mark.parametrize("how", ["reply-to", "forged", "two authors"])
def test_by_mail_nobody_answers_as_the_customer(centre: CallCentre, records: Records, agent: Agent, how: str) -> None:
    """Who knows the reference and the thread still is not who was asked."""
    customer, stranger = centre.correspondent("Rina"), centre.correspondent("Orang Lain")
    case = records.case_of(customer.write("Internet lemot", "Internet lemot sekali di Bandung."))
    customer.awaits("Terima kasih telah menyampaikan keluhan Anda")
    agent.resolve(case.reference, "Sudah kami perbaiki.")
    question = customer.awaits("1 sampai 5")
    before = records.file(case.reference).timeline

    guess = stranger.compose(f"Re: [#{case.reference}]", "5 sangat puas", answers=question)
    if how == "reply-to":
        guess["Reply-To"] = customer.address
    else:
        del guess["From"]
        guess["From"] = customer.address if how == "forged" else f"{customer.address}, {stranger.address}"
    other = records.case_of(stranger.send(guess, sender="orang@lain.example" if how == "forged" else None))
    assert other.reference != case.reference
    until("an answer to whoever wrote", lambda: records.file(other.reference).messages)
    assert records.file(case.reference).timeline == before
    assert records.case(case.reference).status == "resolved"
    if how == "reply-to":
        assert len(customer.received()) == 2, "an acknowledgement and a question; nothing that a stranger asked for"

    customer.reply(question, "5")
    assert records.becomes(case.reference, "closed").closed_as == "satisfied"


def test_by_sms_of_another_number_nothing_is_told_or_changed(centre: CallCentre, victim: dict[str, Any]) -> None:
    stranger = centre.caller()
    for wish in WISHES:
        stranger.text(wish)
    until("an answer", stranger.received)
    assert_nothing_learned(victim, " ".join(str(one["text"]) for one in stranger.received()))
    assert_nothing_changed(centre)


def test_on_the_phone_the_line_itself_hears_no_details(centre: CallCentre, victim: dict[str, Any]) -> None:
    """A caller id can be forged: it is enough for a greeting, not for what is known of the line."""
    call = Caller(centre.doors, NUMBER).dial_and_press("1", "1", "#", "2", "#", "3")
    assert_nothing_learned(victim, " ".join(call.heard))
    call.hang_up()
    assert_nothing_changed(centre)
