"""A service refuses for a while: what was due then comes late, once, and nobody is troubled with it."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from care import reference as references
from care.doors.email import read as mails
from care.services.executions import name
from tests.e2e.doors import Correspondent, body, until
from tests.e2e.stack import CallCentre, running

PATIENCE = 120.0
ACKNOWLEDGED = "telah menyampaikan keluhan"
ASKED = "1 sampai 5"
MACHINE = {"function": "StepFunctions", "operation": "sqs:SendMessage", "code": "AccessDenied"}


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CallCentre]:
    """A call centre of its own, in which a day is 26 seconds: what is due later comes soon."""
    with running(tmp_path_factory.mktemp("trouble"), time_scale="0.0003") as opened:
        yield opened


def refuse(centre: CallCentre, contains: str, **fault: str | int) -> int:
    """Let calls be refused that name something; gives the fault's id."""
    armed = centre.records.control("POST", "faults", {"contains": contains, "action": "error", **fault})
    return int(armed["id"])


def is_over(centre: CallCentre, fault: int) -> bool:
    return any(one["fired"] for one in centre.records.control("GET", "faults") if one["id"] == fault)


@pytest.mark.parametrize("code", ["SendingPausedException", "TooManyRequestsException"])
def test_what_the_account_may_not_send_is_sent_when_it_may(centre: CallCentre, code: str) -> None:
    person = centre.correspondent("Dewi")
    fault = refuse(centre, person.address, function="NotifyFunction", operation="ses:SendEmail", code=code, times=2)
    sent = person.write("Pulsa hilang", f"Pulsa saya hilang 25 ribu. Nomor laporan saya {uuid4()}.")
    person.awaits(ACKNOWLEDGED, PATIENCE)
    assert is_over(centre, fault)
    assert [ACKNOWLEDGED in body(one) for one in person.received()].count(True) == 1
    file = centre.records.file(centre.records.case_of(sent).reference)
    assert (file.case.attention, file.messages[0].attempts) == (None, 1)


def test_a_wait_that_the_queue_does_not_take_is_told_again_and_its_deadline_kept(centre: CallCentre) -> None:
    person = centre.correspondent("Bima")
    mail = person.compose("Pulsa hilang", f"Pulsa saya hilang 25 ribu. Nomor laporan saya {uuid4()}.")
    read = mails.read(mail.as_bytes(), centre.doors["care"])
    reference = references.derive(mails.opening_event(read.author, read.message_id))
    # A try each ten seconds: the time for the resolution is over before the queue takes the wait.
    first = refuse(centre, reference, times=4, **MACHINE)
    person.send(mail)
    person.awaits(ACKNOWLEDGED, PATIENCE)
    until("the case to be escalated", lambda: centre.records.case(reference).escalation_level == 1, PATIENCE)
    until("the queue to take the wait", lambda: is_over(centre, first), PATIENCE)
    # The next wait is refused too: the one for the answer, if the case is resolved before the next level is due.
    second = refuse(centre, reference, times=1, **MACHINE)
    resolved = {"id": uuid4().hex, "text": "Pulsa sudah kami kembalikan."}
    assert centre.agent().asks("POST", f"/cases/{reference}/resolve", resolved).status == 200
    question = person.awaits(ASKED, PATIENCE)
    until("the queue to refuse the wait", lambda: is_over(centre, second), PATIENCE)
    person.reply(question, "5")
    centre.records.becomes(reference, "closed", seconds=PATIENCE)
    assert centre.records.ended(reference) == {name(reference, 1, 1): "SUCCEEDED"}


def test_a_mailbox_that_stays_full_is_tried_again_and_then_a_person_knows(
    centre: CallCentre,
) -> None:
    records, agent = centre.records, centre.agent()
    full = Correspondent(centre.doors, "full+1@mail.example")
    case = records.case_of(full.write("Tanya", "Berapa tarif paket roaming ke Jepang?"))
    assert case.kind == "information"
    until("a person to be told", lambda: records.case(case.reference).attention == "not_delivered")
    assert len([entry for entry in records.file(case.reference).timeline if entry.what == "sent_again"]) == 2

    agent.resolve(case.reference, "Paket roaming 5 GB Rp150.000.")
    until("the answer to come back too", lambda: records.case(case.reference).attention == "not_delivered")
    assert case.reference in [one["reference"] for one in agent.cases(which="attention")]
    agent.take(case.reference)
    assert case.reference not in [one["reference"] for one in agent.cases(which="attention")]
