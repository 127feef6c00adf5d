"""A service refuses for a while: what was due then comes late, once, and nobody is troubled with it."""

from uuid import uuid4

import pytest

from care import reference as references
from care.doors.email import read as mails
from tests.e2e.doors import body, until
from tests.e2e.stack import CallCentre

REFUSALS = 2
PATIENCE = 120.0
ACKNOWLEDGED = "telah menyampaikan keluhan"
ASKED = "1 sampai 5"


def refuse(centre: CallCentre, function: str, operation: str, contains: str, code: str, skip: int = 0) -> int:
    """Let calls be refused that name something; gives the fault's id."""
    fault = {"function": function, "operation": operation, "contains": contains, "code": code, "skip": skip}
    armed = centre.records.control("POST", "faults", {**fault, "action": "error", "times": REFUSALS})
    return int(armed["id"])


def is_over(centre: CallCentre, fault: int) -> bool:
    return any(one["fired"] for one in centre.records.control("GET", "faults") if one["id"] == fault)


@pytest.mark.parametrize("code", ["SendingPausedException", "TooManyRequestsException"])
def test_what_the_account_may_not_send_is_sent_when_it_may(centre: CallCentre, code: str) -> None:
    person = centre.correspondent("Dewi")
    fault = refuse(centre, "NotifyFunction", "ses:SendEmail", person.address, code)
    sent = person.write("Pulsa hilang", f"Pulsa saya hilang 25 ribu. Nomor laporan saya {uuid4()}.")
    person.awaits(ACKNOWLEDGED, PATIENCE)
    assert is_over(centre, fault)
    assert [ACKNOWLEDGED in body(one) for one in person.received()].count(True) == 1
    file = centre.records.file(centre.records.case_of(sent).reference)
    assert (file.case.attention, file.messages[0].attempts) == (None, 1)


@pytest.mark.parametrize("wait", ["resolution", "answer"])
def test_a_wait_that_the_queue_does_not_take_goes_on(centre: CallCentre, wait: str) -> None:
    person = centre.correspondent("Bima")
    mail = person.compose("Pulsa hilang", f"Pulsa saya hilang 25 ribu. Nomor laporan saya {uuid4()}.")
    read = mails.read(mail.as_bytes(), centre.doors["care"])
    reference = references.derive(mails.opening_event(read.author, read.message_id))
    earlier = 0 if wait == "resolution" else 1
    fault = refuse(centre, "StepFunctions", "sqs:SendMessage", reference, "AccessDenied", skip=earlier)
    person.send(mail)
    person.awaits(ACKNOWLEDGED, PATIENCE)
    resolved = {"id": uuid4().hex, "text": "Pulsa sudah kami kembalikan."}
    assert centre.agent().asks("POST", f"/cases/{reference}/resolve", resolved).status == 200
    question = person.awaits(ASKED, PATIENCE)
    until("the queue to refuse the wait", lambda: is_over(centre, fault), PATIENCE)
    person.reply(question, "5")
    centre.records.becomes(reference, "closed", seconds=PATIENCE)
    assert centre.records.ended(reference) == {f"complaint-{reference}-1-1": "SUCCEEDED"}
