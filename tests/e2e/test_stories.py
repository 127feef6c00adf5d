"""Whole stories of cases that are followed up until their customers are satisfied, through the real doors.

Meanwhile the function that takes their steps is killed at each kind of step.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile

import pytest

from care import policy
from care import reference as references
from care.areas import Zone
from care.cases.case import Case
from care.cases.following import Step
from care.cases.timeline import What
from care.customer import Address
from care.doors.email import read as mails
from care.services.executions import name
from care.words import Priority, Team, Tier, Unasked
from tests.e2e.doors import Agent, Caller, Chatter, Correspondent, body, http, until
from tests.e2e.invariants import broken_promises
from tests.e2e.records import Records
from tests.e2e.stack import CallCentre, running

ACKNOWLEDGED = "Terima kasih telah menyampaikan keluhan Anda"
ASKED = "1 sampai 5"
THANKED = "Terima kasih atas kabarnya"
TOLD = "kami nyatakan selesai"
LINK = re.compile(r"/status/#(\w+)")
A_FEW_DAYS = 150.0
"""In seconds."""
# Subscribers of the operator's system.
NUMBER, ANOTHER_NUMBER = "+6281708170104", "+6281708170107"
WHEN = ("before", "after")


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CallCentre]:
    """A call centre of its own, in which a day is 26 seconds and half of it night."""
    with running(tmp_path_factory.mktemp("stories"), time_scale="0.0003") as opened:
        yield opened


@pytest.fixture(scope="module")
def records(centre: CallCentre) -> Records:
    return centre.records


@pytest.fixture(scope="module")
def agent(centre: CallCentre) -> Agent:
    return centre.agent()


# What the write of a step surely has in it and no other write of that function.
STEPS = {
    Step.ACKNOWLEDGE: "acknowledgement-1",
    Step.WARN: What.WARNED,
    Step.ESCALATE: What.ESCALATED,
    Step.UPDATE: What.UPDATED,
    Step.CHASE: What.BROKEN,
    Step.NUDGE: What.NUDGED,
    Step.UNPAUSE: "customer silent",
    Step.ASK: What.ASKED,
    Step.REMIND: What.REMINDED,
    Step.SETTLE: "thanks-1",
}


@dataclass(frozen=True)
class Begun:
    """Stories that take days, begun before all others, and the faults that meet whoever comes to a step first."""

    late: Correspondent
    late_reference: str
    silent: Chatter
    silent_reference: str
    unheard: Correspondent
    unheard_reference: str
    asked_back: Correspondent
    asked_back_reference: str
    faults: dict[int, str]


@pytest.fixture(scope="module", autouse=True)
def begun(centre: CallCentre) -> Begun:
    faults = {kill(centre, when, words): f"{when} {step}" for step, words in STEPS.items() for when in WHEN}
    late, unheard, asked_back = (centre.correspondent(one) for one in ("Made", "Gede", "Nyoman"))
    lost = late.write("Darurat", "Kartu SIM hilang dicuri dan dipakai orang lain, pulsa hilang.")
    question = unheard.write("Tanya", "Apakah ada rencana menambah gerai di Sumbawa tahun depan?")
    needs = asked_back.write("Keluhan", "Keluhan saya: internet saya lemot sekali sejak kemarin.")
    silent = proven(centre, NUMBER)
    silent.says("Sampaikan keluhan")
    silent.says("Sinyal hilang terus di rumah saya, Kak")
    assert silent.reference
    centre.agent("budi").resolve(silent.reference, "Antena sudah diarahkan ulang.")
    late_reference, unheard_reference, needs_reference = (
        centre.records.case_of(one).reference for one in (lost, question, needs)
    )
    centre.agent("budi").act(needs_reference, "need", text="Mohon sebutkan nama jalannya.")
    return Begun(
        late,
        late_reference,
        silent,
        silent.reference,
        unheard,
        unheard_reference,
        asked_back,
        needs_reference,
        faults,
    )


def proven(centre: CallCentre, number: str) -> Chatter:
    """A chatter who showed that a number is theirs."""
    chatter = centre.chatter().open()
    chatter.says("cek kuota")
    chatter.says(number)
    code = re.search(r"\b\d{6}\b", Caller(centre.doors, number).awaits("kode Anda"))
    assert code
    chatter.says(code.group())
    return chatter


def kill(centre: CallCentre, when: str, words: str) -> int:
    """Let the function that takes steps be killed at the next write that says so; gives the fault's id."""
    fault = {"function": "StepFunction", "operation": "dynamodb:TransactWriteItems", "contains": f'"S": "{words}"'}
    return int(centre.records.control("POST", "faults", {**fault, "when": when, "action": "kill"})["id"])


def complain(writer: Correspondent, records: Records, text: str = "Internet saya lemot sekali sejak kemarin.") -> str:
    """A complaint by mail that is acknowledged; its reference."""
    reference = records.case_of(writer.write("Keluhan", f"Keluhan saya: {text}")).reference
    records.becomes(reference, "acknowledged")
    return reference


def notices(centre: CallCentre, person: Address, reference: str) -> list[str]:
    """What a lead or manager is told of a case, oldest first."""
    grouped = f"[#{reference[:3]} {reference[3:6]} {reference[6:]}] "
    subjects = [str(one["Subject"]).strip() for one in Correspondent(centre.doors, person.value).received()]
    return [one.removeprefix(grouped) for one in subjects if one.startswith(grouped)]


def is_told(centre: CallCentre, person: Address, reference: str, what: str) -> None:
    until(
        f"{person.value} to be told {what!r} of {reference}",
        lambda: any(what in one for one in notices(centre, person, reference)),
    )


def whats(records: Records, reference: str) -> list[str]:
    return [entry.what for entry in records.file(reference).timeline]


def satisfied(records: Records, reference: str, *, cycle: int = 1) -> None:
    assert records.becomes(reference, "closed", cycle=cycle).closed_as == "satisfied"
    assert records.ended(reference) == {name(reference, one, 1): "SUCCEEDED" for one in range(1, cycle + 1)}


def test_satisfied_at_once(centre: CallCentre, records: Records, agent: Agent) -> None:
    writer = centre.correspondent("Siti")
    reference = complain(writer, records)
    agent.resolve(reference, "Menara sudah diperbaiki.")
    writer.reply(writer.awaits(ASKED), "5, mantap")
    satisfied(records, reference)
    writer.awaits(THANKED)
    (answer,) = records.case(reference).scores
    assert (answer.score, answer.channel.name, answer.agent, answer.team) == (5, "email", "ratna", "network")
    assert [one for one in whats(records, reference) if one in ("asked", "reminded", "answered", "unasked")] == [
        "asked",
        "answered",
    ]
    assert len(writer.received()) == 3, "an acknowledgement, a question, thanks"


def test_dissatisfied_twice_then_satisfied_on_another_channel(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    people = policy.load().teams[Team.NETWORK]
    caller = centre.caller()
    reference = caller.complain("2").reference
    caller.awaits("keluhan Anda kami terima")
    agent.resolve(reference, "Menara sudah diperbaiki.")
    caller.awaits("Sudah teratasi?")
    caller.text("belum beres!")
    again = records.becomes(reference, "reopened", cycle=2)
    assert (again.tier, again.owner) == (Tier.LEAD, "")
    assert agent.asks("POST", f"/cases/{reference}/take", {}).status == 409, "it is for another agent"
    caller.awaits("Kami membuka kembali")
    is_told(centre, people.lead, reference, "Pelanggan tidak puas, nilai -; diselesaikan oleh ratna")

    centre.agent("budi").resolve(reference, "Modul radio diganti.")
    until("the second question", lambda: len(texts(caller, "Sudah teratasi?")) == 2)
    caller.text("1")
    third = records.becomes(reference, "reopened", cycle=3)
    assert third.tier is Tier.MANAGER
    assert third.priority is again.priority.raised
    told = caller.awaits("Kini ditangani manajer tim jaringan")
    assert "Komdigi (159)" in told
    assert "BPSK" in told
    is_told(centre, people.manager, reference, "Dibuka kembali dan menjadi tanggung jawab Anda")

    centre.agent("sari").resolve(reference, "Kabel serat optik diganti.")
    until("the third question", lambda: len(texts(caller, "Sudah teratasi?")) == 3)
    link = LINK.search(texts(caller, "Sudah teratasi?")[-1])
    assert link
    answered = {"token": link[1], "id": uuid.uuid4().hex, "score": 4, "text": "akhirnya"}
    assert http("POST", f"{centre.outputs['StatusApiUrl']}/status/answer", answered).status == 200
    satisfied(records, reference, cycle=3)
    scores = [(one.score, one.channel.name, one.agent) for one in records.case(reference).scores]
    assert scores == [(None, "sms", "ratna"), (1, "sms", "budi"), (4, "web", "sari")]


def texts(caller: Caller, what: str) -> list[str]:
    return [str(one["text"]) for one in caller.received() if what in one["text"]]


def test_a_customer_who_writes_while_asked_answers_or_has_a_new_matter(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    writer = centre.correspondent("Rina")
    reference = complain(writer, records)
    agent.resolve(reference, "Menara sudah diperbaiki.")
    question = writer.awaits(ASKED)
    other = records.case_of(writer.write("Tagihan", "Tagihan saya bulan ini ditarik dua kali, mohon dikembalikan."))
    assert (other.reference != reference, other.team) == (True, "billing")
    assert records.case(reference).status == "resolved"
    writer.reply(question, "Masih lemot setiap malam, tolong dicek lagi.")
    again = records.becomes(reference, "reopened", cycle=2)
    assert (again.scores[0].verdict, again.scores[0].score) == ("dissatisfied", None)

    agent.resolve(other.reference, "Tagihan dikembalikan.")
    centre.agent("budi").resolve(reference, "Modul radio diganti.")
    until("the second question", lambda: [one for one in writer.received() if "Modul radio" in body(one)])
    writer.reply(writer.awaits("Modul radio"), "4")
    satisfied(records, reference, cycle=2)
    assert records.case(other.reference).status == "resolved", "another matter has its own answer"


def test_a_customer_who_texts_of_a_new_matter_while_asked_has_a_case_of_it(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    caller = centre.caller()
    reference = caller.complain("2").reference
    agent.resolve(reference, "Menara sudah diperbaiki.")
    caller.awaits("Sudah teratasi?")
    caller.text("min pulsa saya kepotong 20rb tanpa alasan")
    other = until(
        "a case of it", lambda: newest if (newest := latest(records, caller)).reference != reference else None
    )
    assert other.team == "billing"
    caller.text("5")
    satisfied(records, reference)
    assert records.case(other.reference).status in ("open", "acknowledged")
    agent.resolve(other.reference, "Pulsa dikembalikan.")


def latest(records: Records, caller: Caller) -> Case:
    found = records.case_of_number(caller.number)
    assert found
    return found


def test_resolved_before_it_was_acknowledged_it_is_only_asked(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    writer = centre.correspondent("Bima")
    mail = writer.compose("Pulsa hilang", f"Pulsa saya hilang 25 ribu. Nomor laporan saya {uuid.uuid4()}.")
    read = mails.read(mail.as_bytes(), centre.doors["care"])
    reference = references.derive(mails.opening_event(read.author, read.message_id))
    fault = {"function": "FollowupFunction", "operation": "states:StartExecution", "contains": reference}
    records.control("POST", "faults", {**fault, "action": "error", "code": "AccessDenied", "times": 1})
    case = records.case_of(writer.send(mail))
    agent.resolve(case.reference, "Pulsa sudah kami kembalikan.")
    writer.reply(writer.awaits(ASKED), "5")
    satisfied(records, reference)
    keys = [one.key for one in records.file(reference).messages]
    assert sorted(keys) == ["question-1", "thanks-1"]


def test_merged_while_waiting_its_customer_is_followed_up_once(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    writer = centre.correspondent("Sari")
    first = complain(writer, records)
    second = complain(writer, records, "masih lemot juga internetnya malam ini.")
    assert first != second
    agent.act(second, "need", text="Mohon sebutkan nama jalannya.")
    needed = writer.awaits("nama jalannya")
    records.becomes(second, "waiting_for_customer")
    agent.act(second, "merge", into=first)
    gone = records.becomes(second, "closed")
    assert (gone.closed_as, gone.merged_into) == ("merged", first)
    assert records.ended(second) == {name(second, 1, 1): "SUCCEEDED"}
    writer.awaits("nama jalannya")
    writer.reply(needed, "Jalan Merdeka nomor 5.")
    until("the words to come to the case that goes on", lambda: "Jalan Merdeka nomor 5." in said(records, first))
    agent.resolve(first, "Menara di Jalan Merdeka diperbaiki.")
    writer.reply(writer.awaits(ASKED), "5")
    satisfied(records, first)
    assert len([one for one in writer.received() if ASKED in body(one)]) == 1


def said(records: Records, reference: str) -> list[str]:
    return [entry.text for entry in records.file(reference).timeline if entry.what == What.MESSAGE_IN]


def test_who_wants_no_questions_by_mail_is_told_and_not_asked(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    writer = centre.correspondent("Putu")
    first = complain(writer, records)
    agent.resolve(first, "Menara sudah diperbaiki.")
    writer.reply(writer.awaits(ASKED), "Tolong jangan tanya saya lagi.")
    until("it to be known", lambda: records.case(first).unasked is Unasked.UNSUBSCRIBED)
    second = complain(writer, records, "pulsa saya terpotong 20 ribu.")
    agent.resolve(second, "Pulsa sudah kembali.")
    assert ASKED not in body(writer.awaits(TOLD))
    assert not_asked(records, second)


def test_who_wants_no_questions_by_sms_is_told_and_not_asked(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    caller = centre.caller()
    first = caller.complain("2", language="2").reference
    agent.resolve(first, "The tower is repaired.")
    caller.awaits("Solved for you?")
    caller.text("please stop asking me")
    until("it to be known", lambda: records.case(first).unasked is Unasked.UNSUBSCRIBED)
    second = caller.complain("3", language="2").reference
    agent.resolve(second, "The wrong charge is refunded.")
    caller.awaits("If it is not, reply NOT YET")
    assert not_asked(records, second)
    assert len(texts(caller, "Solved for you?")) == 1


def test_who_wants_no_questions_in_the_chat_is_told_and_not_asked(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    chatter = centre.chatter().open()
    first = complain_in_chat(chatter, "Sinyal hilang terus di rumah saya")
    agent.resolve(first, "Antena sudah diarahkan ulang.")
    chatter.awaits("Balas 1 sampai 5")
    chatter.says("jangan tanya-tanya lagi ya")
    until("it to be known", lambda: records.case(first).unasked is Unasked.UNSUBSCRIBED)
    second = complain_in_chat(chatter, "Aplikasi error terus tidak bisa login")
    assert second != first
    agent.resolve(second, "Aplikasi sudah diperbaiki.")
    chatter.awaits("Kalau ternyata belum, tulis saja di sini.")
    assert not_asked(records, second)
    assert len([one for one in chatter.lines if "Balas 1 sampai 5" in one["text"]]) == 1
    chatter.close()


def complain_in_chat(chatter: Chatter, words: str) -> str:
    chatter.says("Sampaikan keluhan")
    chatter.says(words)
    assert chatter.reference
    return chatter.reference


def not_asked(records: Records, reference: str) -> bool:
    reasons = [one.text for one in records.file(reference).timeline if one.what == What.UNASKED]
    return (records.case(reference).unasked, reasons) == (Unasked.UNSUBSCRIBED, ["unsubscribed"])


def test_who_called_answers_in_a_chat_once_the_number_is_shown_to_be_theirs(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    caller = Caller(centre.doors, ANOTHER_NUMBER)
    reference = caller.complain("2").reference
    agent.resolve(reference, "Menara sudah diperbaiki.")
    caller.awaits("Sudah teratasi?")
    stranger = centre.chatter().open()
    stranger.says(f"status {reference}")
    stranger.says("belum beres!")
    assert records.case(reference).status == "resolved"
    chatter = proven(centre, ANOTHER_NUMBER)
    chatter.says(f"status {reference}")
    chatter.says("belum beres!")
    assert records.becomes(reference, "reopened", cycle=2).scores[0].channel.name == "chat"
    centre.agent("budi").resolve(reference, "Modul radio diganti.")
    until("the second question", lambda: len(texts(caller, "Sudah teratasi?")) == 2)
    caller.text("5")
    satisfied(records, reference, cycle=2)
    stranger.close()
    chatter.close()


def test_a_broken_promise_is_told_to_the_customer_and_to_the_lead(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    writer = centre.correspondent("Dewi")
    reference = complain(writer, records)
    due_at = datetime.now(UTC) + timedelta(seconds=3)
    agent.act(reference, "promise", text="Teknisi kami menelepon Ibu.", due_at=due_at.isoformat())
    writer.awaits("Kami menjanjikannya paling lambat")
    writer.awaits("belum kami tepati pada waktunya")
    is_told(centre, policy.load().teams[Team.NETWORK].lead, reference, "Janji ratna kepada pelanggan tidak ditepati")
    case = records.case(reference)
    assert case.attention == "promise_broken"
    agent.act(reference, "keep", promise=case.promises[0].id)
    assert records.case(reference).attention is None
    agent.resolve(reference, "Sudah kami telepon dan perbaiki.")
    writer.reply(writer.awaits(ASKED), "5")
    satisfied(records, reference)


def test_while_the_customer_is_asked_back_no_deadline_comes_nearer(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    writer = centre.correspondent("Komang")
    reference = complain(writer, records)
    agent.act(reference, "need", text="Mohon sebutkan nama jalannya.")
    agent.act(reference, "priority", priority=Priority.HIGH)
    waiting = records.becomes(reference, "waiting_for_customer")
    needed = writer.awaits("nama jalannya")
    until("its deadline to pass", lambda: datetime.now(UTC) > waiting.due_at)
    assert records.case(reference).escalation_level == 0
    writer.reply(needed, "Jalan Raya Ubud.")
    going_on = records.becomes(reference, "in_progress")
    assert going_on.due_at - waiting.due_at == pytest.approx(
        timedelta(seconds=going_on.paused_seconds), abs=timedelta(seconds=1)
    )
    assert going_on.due_at > datetime.now(UTC)
    agent.resolve(reference, "Menara di Jalan Raya Ubud diperbaiki.")
    writer.reply(writer.awaits(ASKED), "5")
    satisfied(records, reference)


def test_a_regulators_word_is_a_managers_from_the_start(centre: CallCentre, records: Records, agent: Agent) -> None:
    regulator = Correspondent(centre.doors, "pengaduan@komdigi.go.id", "Pusat Bantuan")
    sent = regulator.write("Pengaduan pelanggan", "Keluhan pelanggan Anda: internet lemot sejak Senin di Bandung.")
    case = records.case_of(sent)
    assert (case.from_regulator, case.tier, case.priority) == (True, Tier.MANAGER, Priority.HIGH)
    assert case.response_due_at
    assert case.response_due_at - case.began_at == policy.load(0.0003).scaled(2)
    is_told(centre, policy.load().teams[Team.NETWORK].manager, case.reference, "Dari regulator atau lembaga konsumen")
    regulator.awaits(ACKNOWLEDGED)
    agent.resolve(case.reference, "Menara sudah diperbaiki.")
    regulator.reply(regulator.awaits(ASKED), "sudah selesai")
    satisfied(records, case.reference)


def test_a_customer_in_jayapura_reads_his_own_time(centre: CallCentre, records: Records, agent: Agent) -> None:
    writer = centre.correspondent("Yohana")
    reference = complain(writer, records, "sinyal hilang sejak kemarin. Saya di Jalan Irian 7, kode pos 99111.")
    case = records.case(reference)
    assert (case.zone, case.team) == (Zone.WIT, "network_east")
    assert " WIT," in body(writer.awaits(ACKNOWLEDGED)).replace("WIT.", "WIT,")
    agent.resolve(reference, "Menara di Jayapura diperbaiki.")
    writer.reply(writer.awaits(ASKED), "5")
    satisfied(records, reference)


def test_a_mail_of_no_thread_finds_its_only_open_question_and_thanks_open_nothing(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    writer = centre.correspondent("Agus")
    reference = complain(writer, records)
    agent.resolve(reference, "Menara sudah diperbaiki.")
    writer.awaits(ASKED)
    assert records.case_of(writer.write("Jawaban", "5")).reference == reference
    satisfied(records, reference)
    thanked = records.case_of(writer.write("Re", "makasih"))
    assert (thanked.reference, thanked.status) == (reference, "closed")
    assert len(records.store.cases.of_customer(thanked.customer_id)) == 1


def test_a_breach_goes_up_all_levels_each_with_notice_and_the_customer_is_told(
    centre: CallCentre, records: Records, agent: Agent, begun: Begun
) -> None:
    reference, late = begun.late_reference, begun.late
    until("the second level", lambda: records.case(reference).escalation_level >= 2, A_FEW_DAYS)
    case = records.case(reference)
    assert (case.tier, case.responded_at) == (Tier.MANAGER, None)
    people = policy.load().teams[case.team]
    is_told(centre, people.manager, reference, "Lewat waktu penyelesaian, tingkat 2")
    said = [one for one in notices(centre, people.lead, reference) if one.startswith("Lewat")]
    assert said == ["Lewat waktu: belum ada petugas yang menjawab pelanggan", "Lewat waktu penyelesaian, tingkat 1"]
    told = until(
        "the customer to be told of both",
        lambda: (
            found if len(found := [one for one in late.received() if "belum selesai pada" in body(one)]) >= 2 else []
        ),
    )
    assert "Target kami berikutnya" in body(told[0])
    agent.resolve(reference, "Kartu sudah kami blokir, pulsa dikembalikan.")
    late.reply(late.awaits(ASKED), "4")
    satisfied(records, reference)


def test_who_is_silent_is_asked_once_more_on_another_channel_then_it_is_closed_unconfirmed(
    records: Records, begun: Begun, centre: CallCentre
) -> None:
    reference = begun.silent_reference
    by_sms = Caller(centre.doors, NUMBER)
    assert "Balas 1-5 atau BELUM" in by_sms.awaits(reference[6:], A_FEW_DAYS)
    closed = records.becomes(reference, "closed", seconds=A_FEW_DAYS)
    assert (closed.closed_as, closed.scores) == ("unconfirmed", ())
    keys = [one.key for one in records.file(reference).messages]
    assert [keys.count(one) for one in ("question-1", "reminder-1", "thanks-1")] == [1, 1, 0]
    assert len([one for one in begun.silent.open().hears()["messages"] if "Balas 1 sampai 5" in one["text"]]) == 1
    begun.silent.close()


def test_who_does_not_give_what_was_asked_for_is_reminded_then_the_team_goes_on(
    records: Records, agent: Agent, begun: Begun
) -> None:
    reference, writer = begun.asked_back_reference, begun.asked_back
    writer.awaits("Kami masih menunggu jawaban Anda", A_FEW_DAYS)
    case = records.becomes(reference, "in_progress", seconds=A_FEW_DAYS)
    # Its deadline goes on with it, and may have passed by the time that it is seen here.
    until_then = takewhile(lambda one: one.text != "customer silent", records.file(reference).timeline)
    assert (case.attention, What.ESCALATED in [one.what for one in until_then]) == ("customer_silent", False)
    agent.resolve(reference, "Kami perbaiki dengan yang ada.")
    writer.reply(writer.awaits(ASKED), "3")
    satisfied(records, reference)
    assert len([one for one in writer.received() if "Kami masih menunggu" in body(one)]) == 1


def test_who_hears_nothing_is_told_where_it_stands(records: Records, agent: Agent, begun: Begun) -> None:
    writer, reference = begun.unheard, begun.unheard_reference
    writer.awaits("Kami masih menangani", A_FEW_DAYS)
    agent.resolve(reference, "Gerai di Sumbawa dibuka bulan Maret.")
    writer.awaits("dibuka bulan Maret")
    assert records.becomes(reference, "closed").closed_as == "answered"
    keys = [one.key for one in records.file(reference).messages]
    assert len(keys) == len(set(keys))


def test_the_step_function_was_killed_before_and_after_each_step(records: Records, begun: Begun) -> None:
    waiting = {one["id"] for one in records.control("GET", "faults") if not one["fired"]}
    assert [what for id_, what in begun.faults.items() if id_ in waiting] == []


def test_every_promise_is_kept(centre: CallCentre, records: Records) -> None:
    assert broken_promises(records, centre.doors) == []
