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
    writer.awaits("keluhan Anda kami terima")
    agent.resolve(reference, "Kuota 2 GB sudah kembali.")
    writer.awaits("Sudah teratasi?")
    writer.text("Puas, makasih ya")
    assert records.becomes(reference, "closed").closed_as == "satisfied"
    assert len(records.store.cases.of_customer(case.customer_id)) == 1


def test_with_two_open_questions_the_reference_tells_which_is_answered(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    caller = centre.caller()
    first = caller.dial_and_press("1", "4", "1").reference
    second = caller.dial_and_press("1", "4", "3").reference
    assert first != second
    for one in (first, second):
        agent.resolve(one, "Selesai kami perbaiki.")
    until("two questions", lambda: len([one for one in caller.received() if "Sudah teratasi?" in one["text"]]) == 2)

    caller.text("5")
    caller.awaits("Anda memiliki beberapa keluhan")
    assert {records.case(one).status for one in (first, second)} == {"resolved"}
    caller.text(f"5 {first}")
    records.becomes(first, "closed")
    assert records.case(second).status == "resolved"
    caller.text(f"{second} belum")
    records.becomes(second, "in_progress", cycle=2)
    agent.resolve(second, "Tagihan dihitung ulang.")
    records.becomes(second, "resolved", cycle=2)
    caller.text("4")
    assert records.becomes(second, "closed", cycle=2).closed_as == "satisfied"


def test_thanks_alone_do_not_close_a_case(centre: CallCentre, records: Records, agent: Agent) -> None:
    caller = centre.caller()
    reference = caller.dial_and_press("1", "4", "6").reference
    agent.resolve(reference, "Sudah kami bantu.")
    caller.awaits("Sudah teratasi?")
    caller.text("terima kasih")
    until("the courtesy to be on the timeline", lambda: records.file(reference).timeline[-1].text == "terima kasih")
    assert records.case(reference).status == "resolved"
    caller.text("ya sudah beres")
    assert records.becomes(reference, "closed").closed_as == "satisfied"


def test_a_number_that_cannot_be_reached_is_on_the_case(centre: CallCentre, records: Records, agent: Agent) -> None:
    caller = Caller(centre.doors, "+6281700000000")
    reference = caller.dial_and_press("1", "4", "2").reference
    until("the case to ask for attention", lambda: records.case(reference).attention == "not_delivered")
    agent.resolve(reference, "Ditangani di gerai.")


def test_a_receipt_that_comes_after_a_failure_leaves_nothing_to_look_at(
    centre: CallCentre, records: Records, agent: Agent
) -> None:
    caller = Caller(centre.doors, "+628179000004")
    reference = caller.dial_and_press("1", "4", "2").reference
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
    reference = caller.dial_and_press("1", "4", "2").reference
    caller.awaits("keluhan Anda kami terima")
    agent.resolve(reference, "Sudah diperbaiki.")
    caller.awaits("Sudah teratasi?")
    caller.text(f"{reference} 5")
    caller.awaits("terima kasih atas penilaian")
    assert records.becomes(reference, "closed").attention is None
    assert {one.state for one in records.file(reference).messages} <= {"claimed", "sent"}
