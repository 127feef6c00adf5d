import pytest

from care.cases import agent as agents
from care.cases import following
from care.cases.hearing import hear
from care.cases.lifecycle import IllegalMove
from care.cases.opening import SUMMARY_LENGTH, open_case
from care.cases.timeline import What
from care.channels import EMAIL, SMS, VOICE
from care.reading.satisfaction import Verdict
from care.telling.messages import Template
from care.telling.outbox import MailThread
from care.words import Kind, Language, Priority, Status, Tier
from tests.unit.making import BUDI, NOW, OPERATOR, POLICY, REFERENCE, RINA, edit, opened, opening


def test_a_complaint_is_acknowledged_by_its_follow_up_not_by_its_door() -> None:
    draft = opened(Kind.COMPLAINT)
    assert draft.outbox == []
    assert [entry.what for entry in draft.entries] == [What.OPENED]
    assert draft.case.due_at == NOW + POLICY.resolution_time(Kind.COMPLAINT, Priority.NORMAL)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.COMPLAINT])
def test_a_request_is_confirmed_at_once(kind: Kind) -> None:
    draft = opened(kind)
    told = [message.key for message in draft.outbox if message.template is not Template.NOTICE]
    assert told == ["received-1"]
    assert draft.case.status is Status.ACKNOWLEDGED


def test_without_an_address_a_person_has_to_know() -> None:
    draft = opened(Kind.INFORMATION, reachable=False)
    assert draft.outbox == []
    assert draft.case.attention == "no_address"
    assert draft.case.status is Status.ACKNOWLEDGED


def test_acknowledged_once_a_cycle() -> None:
    draft = edit(opened().case)
    following.acknowledge(draft)
    again = edit(draft.case)
    following.acknowledge(again)
    assert [message.key for message in draft.outbox] == ["acknowledgement-1"]
    assert again.case == draft.case


def test_a_case_taken_before_its_acknowledgement_goes_on_to_its_owner() -> None:
    draft = edit(opened().case)
    agents.take(draft, RINA)
    assert draft.case.status is Status.OPEN
    acknowledged = edit(draft.case)
    following.acknowledge(acknowledged)
    assert acknowledged.case.status is Status.IN_PROGRESS


def test_a_satisfied_customer_closes_the_case() -> None:
    draft = edit(opened().case)
    agents.resolve(draft, RINA, "Menara sudah diperbaiki.")
    following.ask(draft, None)
    assert hear(draft, "sudah, 5", SMS) is Verdict.SATISFIED
    following.settle(draft)
    assert (draft.case.status, draft.case.closed_as) == (Status.CLOSED, "satisfied")
    assert [message.key for message in draft.outbox] == ["question-1", "thanks-1"]
    assert "Menara sudah diperbaiki." in draft.outbox[0].text


def test_a_dissatisfied_customer_opens_the_next_cycle() -> None:
    draft = edit(opened().case)
    agents.resolve(draft, RINA, "Sudah.")
    hear(draft, "belum", EMAIL)
    following.settle(draft)
    assert (draft.case.status, draft.case.cycle, draft.case.priority) == (Status.REOPENED, 2, Priority.HIGH)
    assert draft.case.due_at == NOW + POLICY.resolution_time(Kind.COMPLAINT, Priority.HIGH)
    assert (draft.case.answer, draft.case.resolution, draft.case.resolved_at) == (None, "", None)
    following.acknowledge(draft)
    assert draft.outbox[-1].key == "reopened-2"
    assert (draft.case.status, draft.case.owner, draft.case.tier) == (Status.REOPENED, "", Tier.LEAD)


def test_silence_closes_as_unconfirmed_and_says_nothing() -> None:
    draft = edit(opened().case)
    agents.resolve(draft, RINA, "Sudah.")
    following.settle(draft)
    assert (draft.case.closed_as, draft.outbox) == ("unconfirmed", [])


def test_a_courtesy_after_the_end_changes_nothing_but_news_reopens() -> None:
    draft = edit(opened().case)
    agents.resolve(draft, RINA, "Sudah.")
    following.settle(draft)
    assert hear(draft, "terima kasih", EMAIL) is Verdict.COURTESY
    later = edit(draft.case)
    assert later.case.closed_as == "unconfirmed"
    assert hear(later, "hari ini mati lagi", EMAIL) is Verdict.DISSATISFIED
    assert later.case.status is Status.REOPENED


@pytest.mark.parametrize("words", ["kayaknya udah, belum saya cek", "mantap", "👍👍", "seems ok"])
def test_a_doubt_is_noted_and_settles_nothing(words: str) -> None:
    draft = edit(opened().case)
    agents.resolve(draft, RINA, "Sudah.")
    assert hear(draft, words, SMS) is Verdict.UNSURE
    assert (draft.case.status, draft.case.answer) == (Status.RESOLVED, None)
    assert draft.entries[-1].text == words
    following.settle(draft)
    assert draft.case.closed_as == "unconfirmed"


def test_a_customers_word_ends_the_wait_for_it() -> None:
    draft = edit(opened().case)
    agents.take(draft, RINA)
    following.acknowledge(draft)
    draft.move(Status.WAITING_FOR_CUSTOMER, "Rina")
    assert hear(draft, "nomor saya yang lama", EMAIL) is None
    assert draft.case.status is Status.IN_PROGRESS


def test_a_request_is_answered_and_closed_by_its_agent() -> None:
    draft = edit(opened(Kind.INFORMATION).case)
    agents.resolve(draft, RINA, "Paket itu Rp 50.000.")
    assert draft.case.status is Status.CLOSED
    assert [message.key for message in draft.outbox] == ["answered-1"]


def test_what_is_resolved_is_neither_taken_nor_resolved_again() -> None:
    draft = edit(opened().case)
    agents.resolve(draft, RINA, "Sudah.")
    with pytest.raises(IllegalMove):
        agents.take(draft, BUDI)
    with pytest.raises(IllegalMove):
        agents.resolve(draft, BUDI, "Sudah juga.")


def test_a_caller_is_written_to_by_sms_and_a_mail_answers_in_its_thread() -> None:
    phone = edit(opened(channel=VOICE).case)
    following.acknowledge(phone)
    assert phone.outbox[0].subject == ""
    assert phone.outbox[0].text.startswith("XL 817:")

    mail = edit(opened(channel=EMAIL).case)
    mail.set(thread=MailThread(subject="Internet lemot", message_id="<1@pelanggan.example>"))
    following.acknowledge(mail)
    assert mail.outbox[0].subject == f"Re: Internet lemot [#{REFERENCE}]"
    assert mail.outbox[0].text.startswith("Yth. Bapak/Ibu Sari,")


@pytest.mark.parametrize(
    ("subject", "answered"),
    [
        ("", f"XL 817: nomor referensi [#{REFERENCE}]"),
        ("Halo", f"Re: Halo [#{REFERENCE}]"),
        ("RE: Halo", f"RE: Halo [#{REFERENCE}]"),
        (f"Re: Halo [#{REFERENCE}]", f"Re: Halo [#{REFERENCE}]"),
    ],
)
def test_the_subject_stays_the_customers_and_carries_the_reference(subject: str, answered: str) -> None:
    draft = edit(opened().case)
    draft.set(thread=MailThread(subject=subject, message_id="<1@x>"))
    following.acknowledge(draft)
    assert draft.outbox[0].subject == answered


def test_the_summary_is_one_short_line() -> None:
    long = opening(text="baris satu\n\tbaris dua " + "x" * 500)
    draft = open_case(long, NOW, POLICY, OPERATOR)
    assert draft.case.summary.startswith("baris satu baris dua x")
    assert len(draft.case.summary) == SUMMARY_LENGTH


def test_a_message_is_in_the_customers_language() -> None:
    english = open_case(opening(Kind.INFORMATION, language=Language.ENGLISH), NOW, POLICY, OPERATOR)
    assert english.outbox[0].text.startswith("Dear Sari,")
