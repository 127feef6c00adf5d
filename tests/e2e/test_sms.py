"""Stories of customers who write SMS."""

from care.channels import SMS
from tests.e2e.doors import Agent, Caller, until
from tests.e2e.records import Records
from tests.e2e.stack import CallCentre


def test_an_sms_out_of_the_blue_is_a_complaint_followed_up_to_its_end(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    writer = centre.caller()
    writer.text("min kuota saya ilang 2gb padahal ga dipake")
    case = until("a case of the number", lambda: records.case_of_number(writer.number))
    reference = case.reference
    assert (case.kind, case.category, case.channel, case.team) == ("complaint", "package", SMS, "billing")
    writer.awaits("sudah saya sampaikan")
    agent.resolve(reference, "Kuota 2 GB sudah kembali.")
    writer.awaits("Sudah teratasi?")
    writer.text("Puas, makasih ya")
    assert records.becomes(reference, "closed").closed_as == "satisfied"
    assert len(records.store.cases.of_customer(case.customer_id)) == 1
    texts = [str(one["text"]) for one in writer.received()]
    assert len([one for one in texts if reference[:3] in one and "sampaikan" in one]) == 1, "one answer, no second one"


def test_a_question_and_a_command_are_answered_in_their_language(centre: CallCentre, records: Records) -> None:
    asker = centre.caller()
    asker.text("PUK itu apa ya, cara ceknya gimana?")
    asker.awaits("PUK tercetak pada bingkai")
    asker.text("How do I set up the APN on my phone?")
    asker.awaits("is called internet")
    asker.text("STATUS")
    asker.awaits("There is no report from this number yet")
    assert records.case_of_number(asker.number) is None


def test_stop_alone_ends_what_we_send_by_ourselves_and_start_begins_it_again(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    caller = centre.caller()
    reference = caller.complain("2").reference
    caller.awaits("keluhan Anda kami terima")
    caller.text("STOP PAKET")
    until("an answer about packages", lambda: len(caller.received()) == 2)
    caller.text("STOP")
    caller.awaits("Kirim START")
    agent.resolve(reference, "Jaringan sudah normal.")
    until("the question not to be sent", lambda: records.case(reference).attention == "not_delivered")
    caller.text("start")
    caller.awaits("kami mengirim SMS lagi")
    caller.text(f"{reference} 5")
    caller.awaits("terima kasih atas")
    assert not [one for one in caller.received() if "Sudah teratasi?" in one["text"]]
    notes = [one.text for one in records.file(reference).timeline if one.what == "note"]
    assert len([one for one in notes if "STOP" in one or "START" in one]) == 2


def test_of_two_resolved_cases_one_is_asked_about_and_the_reference_tells_which_is_answered(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    caller = centre.caller()
    first = caller.complain("1").reference
    second = caller.complain("3").reference
    assert first != second
    agent.resolve(first, "Selesai kami perbaiki.")
    caller.awaits("Sudah teratasi?")
    agent.resolve(second, "Selesai kami perbaiki.")
    caller.awaits("Kalau ternyata belum, balas BELUM")
    assert records.case(second).unasked == "asked_lately"

    caller.text("5")
    caller.awaits("Anda memiliki beberapa keluhan")
    assert {records.case(one).status for one in (first, second)} == {"resolved"}
    caller.text(f"5 {first}")
    records.becomes(first, "closed")
    assert records.case(second).status == "resolved"
    caller.text(f"{second} belum")
    records.becomes(second, "reopened", cycle=2)
    centre.agent("budi").resolve(second, "Tagihan dihitung ulang.")
    records.becomes(second, "resolved", cycle=2)
    caller.text("4")
    assert records.becomes(second, "closed", cycle=2).closed_as == "satisfied"


def test_thanks_alone_do_not_close_a_case(centre: CallCentre, records: Records, agent: Agent) -> None:
    caller = centre.caller()
    reference = caller.complain("8").reference
    agent.resolve(reference, "Sudah kami bantu.")
    caller.awaits("Sudah teratasi?")
    caller.text("terima kasih")
    until("the courtesy", lambda: "terima kasih" in [one.text for one in records.file(reference).timeline])
    assert records.case(reference).status == "resolved"
    caller.text("ya sudah beres")
    assert records.becomes(reference, "closed").closed_as == "satisfied"


def test_a_number_that_cannot_be_reached_is_on_the_case(centre: CallCentre, records: Records, agent: Agent) -> None:
    caller = Caller(centre.doors, "+6281700000000")
    reference = caller.complain("2").reference
    until("the case to ask for attention", lambda: records.case(reference).attention == "not_delivered")
    agent.resolve(reference, "Ditangani di gerai.")


def test_a_receipt_that_comes_after_a_failure_leaves_nothing_to_look_at(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    caller = Caller(centre.doors, "+628179000004")
    reference = caller.complain("2").reference
    until(
        "the acknowledgement to be delivered",
        lambda: [one.state for one in records.file(reference).messages] == ["delivered"],
    )
    assert records.case(reference).attention is None
    agent.resolve(reference, "Sudah diperbaiki.")
    caller.text(f"{reference} 5")
    records.becomes(reference, "closed")


def test_a_carrier_that_says_nothing_is_no_failure(centre: CallCentre, records: Records, agent: Agent) -> None:
    caller = Caller(centre.doors, "+628179000002")
    reference = caller.complain("2").reference
    caller.awaits("keluhan Anda kami terima")
    agent.resolve(reference, "Sudah diperbaiki.")
    caller.awaits("Sudah teratasi?")
    caller.text(f"{reference} 5")
    caller.awaits("terima kasih atas kabarnya")
    assert records.becomes(reference, "closed").attention is None
    assert {one.state for one in records.file(reference).messages} <= {"claimed", "sent"}
