"""Each function is killed before and after each AWS call of a complaint's way. Nothing is lost, nothing doubled."""

import functools
import operator
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from uuid import uuid4

import pytest
from websockets.exceptions import InvalidStatus

from care import reference as references
from care.channels import EMAIL
from care.customer import Address
from care.doors.email import read as mails
from care.services.executions import name as execution
from tests.e2e.doors import Agent, Answer, Correspondent, body, until
from tests.e2e.invariants import broken_promises
from tests.e2e.stack import CallCentre, running

AT_A_TIME = 8
BUSY_COMPLAINTS = 8
PATIENCE = 240.0
KILLS_WHILE_BUSY = 2
UNDISTURBED = 3

# The way of one complaint by mail with a file, in three stages: until it is acknowledged, asked, thanked. How often in
# each every function surely makes each call. A call that is not here is found by the first test and joins the matrix.
CALLS = {
    "EmailFunction": {
        "s3:GetObject": (1, 0, 1),
        "s3:PutObject": (1, 0, 0),
        "dynamodb:Query": (1, 0, 0),
        "dynamodb:BatchGetItem": (0, 0, 1),
        "dynamodb:TransactWriteItems": (1, 0, 1),
    },
    "FanoutFunction": {"sqs:SendMessageBatch": (2, 2, 2)},
    "FollowupFunction": {
        "states:StartExecution": (1, 0, 0),
        # Waits are kept, and ended when the case moves.
        "dynamodb:TransactWriteItems": (1, 1, 0),
        "dynamodb:GetItem": (0, 1, 1),
        "states:SendTaskSuccess": (0, 1, 1),
    },
    "StepFunction": {
        # Acknowledge; look, ask; look, settle.
        "dynamodb:GetItem": (1, 2, 2),
        "dynamodb:BatchGetItem": (0, 1, 0),
        "dynamodb:Query": (0, 1, 0),
        "dynamodb:TransactWriteItems": (1, 1, 1),
    },
    "NotifyFunction": {
        "dynamodb:UpdateItem": (1, 1, 1),
        "ses:SendEmail": (1, 1, 1),
        "dynamodb:TransactWriteItems": (1, 1, 1),
    },
    "DeliveryFunction": {"dynamodb:TransactWriteItems": (1, 1, 1)},
    "DeskFunction": {"dynamodb:Query": (0, 1, 0), "dynamodb:TransactWriteItems": (0, 1, 0)},
}
# What names no case: a raw mail's object has SES's id, a resumption only its token. These hit whichever comes next.
NAMELESS = {"s3:GetObject", "states:SendTaskSuccess"}
# What names the customer alone.
OF_CUSTOMER = {
    ("EmailFunction", "dynamodb:Query"),
    ("StepFunction", "dynamodb:BatchGetItem"),
    ("StepFunction", "dynamodb:Query"),
}


@dataclass(frozen=True)
class Fault:
    """Where a function is killed: before or after a call it makes for one complaint, ``skip`` such calls later.

    It is armed when the complaint reaches its ``stage``: a redelivered message makes its calls again, and would
    otherwise use up the faults of all stages at once.
    """

    function: str
    operation: str
    when: str
    stage: int
    skip: int


def faults_of(function: str, operation: str, stages: tuple[int, ...]) -> Iterator[Fault]:
    """Before and after each of the calls of each stage."""
    for stage, times in enumerate(stages):
        for when, skip in product(("before", "after"), range(times)):
            yield Fault(function, operation, when, stage, skip)


@dataclass
class Complaint:
    """A complaint by mail, and all that its customer and an agent do until it is closed."""

    centre: CallCentre
    agent: Agent
    person: Correspondent
    reference: str = ""
    faults: list[Fault] = field(default_factory=list)

    def walk(self) -> None:
        records = self.centre.records
        mail = self.person.compose("Pulsa hilang", f"Pulsa saya hilang 25 ribu. Nomor laporan saya {uuid4()}.")
        mail.add_attachment(b"\x89PNG bukti", maintype="image", subtype="png", filename="bukti.png")
        read = mails.read(mail.as_bytes(), self.centre.doors["care"])
        contact_id = read.contact_id
        self.reference = references.derive(mails.opening_event(read.author, read.message_id))
        self._arm(0, contact_id)
        self.person.send(mail)
        self.person.awaits("Terima kasih telah menyampaikan keluhan Anda", PATIENCE)
        self._arm(1, contact_id)
        self._resolve()
        question = self.person.awaits("1 sampai 5", PATIENCE)
        self._arm(2, contact_id)
        self.person.reply(question, "5")
        records.becomes(self.reference, "closed", seconds=PATIENCE)
        self.person.awaits("Terima kasih atas kabarnya", PATIENCE)

    def _arm(self, stage: int, contact_id: str) -> None:
        for one in self.faults:
            if one.stage == stage:
                arm(
                    self.centre,
                    function=one.function,
                    operation=one.operation,
                    contains=self._needle(one, contact_id),
                    skip=0 if one.operation in NAMELESS else one.skip,
                    when=one.when,
                )

    def _needle(self, fault: Fault, contact_id: str) -> str:
        """By what a call is known to be made for this complaint."""
        if fault.operation in NAMELESS:
            return ""
        if fault.operation == "s3:PutObject":
            return contact_id
        if (fault.function, fault.operation) in OF_CUSTOMER:
            return Address(channel=EMAIL, value=self.person.address).customer_id
        return self.reference

    def _resolve(self) -> None:
        """The agent clicks again when the desk did not answer."""
        words = {"id": uuid4().hex, "text": "Pulsa sudah kami kembalikan."}

        def click() -> Answer | None:
            answer = self.agent.asks("POST", f"/cases/{self.reference}/resolve", words)
            assert answer.status in (200, 409, 500, 502, 503, 504), answer
            return answer if answer.status in (200, 409) else None

        until(f"{self.reference} to be resolved at the desk", click, PATIENCE)

    def what_is_wrong(self) -> Iterator[str]:
        records = self.centre.records
        file = records.file(self.reference)
        if (file.case.status, file.case.closed_as, file.case.cycle) != ("closed", "satisfied", 1):
            yield f"{self.reference} is {file.case.status} {file.case.closed_as} in cycle {file.case.cycle}"
        got = Counter(_kind(body(one)) for one in self.person.received())
        if got != {"acknowledgement": 1, "question": 1, "thanks": 1}:
            yield f"{self.reference} got {dict(got)}: {self.faults}"
        keys = sorted(one.key for one in file.messages)
        if keys != ["acknowledgement-1", "question-1", "thanks-1"]:
            yield f"{self.reference} was due {keys}: {self.faults}"
        if len(file.timeline[0].attachments) != 1:
            yield f"{self.reference} lost its file"
        if records.executions(self.reference) != {execution(self.reference, 1, 1): "SUCCEEDED"}:
            yield f"{self.reference} has the follow-ups {records.executions(self.reference)}"


def _kind(text: str) -> str:
    return (
        "acknowledgement"
        if "telah menyampaikan keluhan" in text
        else "question"
        if "1 sampai 5" in text
        else "thanks"
        if "atas kabarnya" in text
        else text
    )


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CallCentre]:
    """A call centre of its own, that nobody else uses; a day is a quarter of an hour, and no promise is broken."""
    with running(tmp_path_factory.mktemp("killed"), time_scale="0.011") as opened:
        yield opened


@pytest.fixture(scope="module")
def calls(centre: CallCentre) -> dict[str, dict[str, int]]:
    """Function → operation → how often, learned from a complaint that nothing happens to."""
    complaint(centre).walk()
    centre.records.control("DELETE", "calls")
    undisturbed = complaint(centre)
    undisturbed.walk()
    centre.records.ended(undisturbed.reference)

    until(
        "its messages to be delivered",
        lambda: {one.state for one in centre.records.file(undisturbed.reference).messages} == {"delivered"},
    )
    counted: dict[str, dict[str, int]] = centre.records.control("GET", "calls")
    assert list(undisturbed.what_is_wrong()) == []
    functions = {one["logical_id"] for one in centre.records.control("GET", "functions")}
    return {function: counted[function] for function in counted if function in functions}


def arm(centre: CallCentre, **fault: str | int) -> int:
    """Arm a kill; gives its id."""
    return int(centre.records.control("POST", "faults", {**fault, "action": "kill"})["id"])


def complaint(centre: CallCentre, *faults: Fault) -> Complaint:
    return Complaint(centre, centre.agent(), centre.correspondent(), faults=list(faults))


def walk_all(complaints: list[Complaint]) -> None:
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for walked in [pool.submit(one.walk) for one in complaints]:
            walked.result()


def in_rows(faults: list[Fault]) -> list[list[Fault]]:
    """The faults dealt to complaints so that none has two of the same function."""
    by_function: dict[str, list[Fault]] = {}
    for one in faults:
        by_function.setdefault(one.function, []).append(one)
    longest = max(len(own) for own in by_function.values())
    return [[own[place] for own in by_function.values() if place < len(own)] for place in range(longest)]


def by_phone(centre: CallCentre) -> str:
    return centre.caller().complain("2").reference


def by_sms(centre: CallCentre) -> str:
    writer = centre.caller()
    writer.text("internet lemot terus dari kemarin")
    return until("a case of the number", lambda: centre.records.case_of_number(writer.number)).reference


def by_chat(centre: CallCentre) -> str:
    chatter = centre.chatter()

    def opened() -> bool:
        with suppress(InvalidStatus):
            chatter.open()
            return True
        return False

    until("the chat to open", opened)
    chatter.says("Sampaikan keluhan")
    chatter.says("Internet di rumah lemot terus")
    chatter.close()
    assert chatter.reference
    return chatter.reference


DOORS = {"VoiceFunction": by_phone, "ChatFunction": by_chat, "SmsFunction": by_sms}


def killed_at_each_call(centre: CallCentre, function: str, complain: Callable[[CallCentre], str]) -> list[str]:
    """The references of the complaints taken while a door's function was killed before and after each call.

    How often it surely makes each is the least of a few undisturbed complaints: what others write at the same moment
    may make it read again.
    """
    references_told: list[str] = []
    counts = []
    for _ in range(UNDISTURBED):
        before = Counter(centre.records.control("GET", "calls").get(function, {}))
        references_told.append(complain(centre))
        counts.append(Counter(centre.records.control("GET", "calls")[function]) - before)
    calls = functools.reduce(operator.and_, counts)
    assert calls.total() >= 2, f"{function}: {counts}"
    for operation, times in calls.items():
        for nth, when in product(range(times), ("before", "after")):
            armed = arm(centre, function=function, operation=operation, skip=nth, when=when)
            references_told.append(complain(centre))
            state = next(one for one in centre.records.control("GET", "faults") if one["id"] == armed)
            assert state["fired"], state
    return references_told


def test_the_calls_of_a_complaints_way_are_known(calls: dict[str, dict[str, int]]) -> None:
    made = {(function, operation): times for function, own in calls.items() for operation, times in own.items()}
    known = {(function, operation): sum(stages) for function, own in CALLS.items() for operation, stages in own.items()}
    assert set(made) - set(known) == set(), "a new call: say in CALLS how often it is surely made"
    assert {call: times for call, times in known.items() if made.get(call, 0) < times} == {}, f"made less often: {made}"


def test_a_function_killed_before_and_after_each_call_loses_and_doubles_nothing(centre: CallCentre) -> None:
    faults = [
        fault
        for function, operations in CALLS.items()
        for operation, stages in operations.items()
        for fault in faults_of(function, operation, stages)
    ]
    complaints = [complaint(centre, *row) for row in in_rows(faults)]
    # The other doors are functions of their own: nothing of theirs is hit by the faults above.
    with ThreadPoolExecutor(len(DOORS)) as pool:
        others = [pool.submit(killed_at_each_call, centre, *door) for door in DOORS.items()]
        walk_all(complaints)
        told = [reference for walked in others for reference in walked.result()]

    armed = centre.records.control("GET", "faults")
    assert len(armed) > len(faults)
    assert [one for one in armed if not one["fired"]] == []
    assert [wrong for one in complaints for wrong in one.what_is_wrong()] == []
    assert len(told) == len(set(told))
    for reference in told:
        case = centre.records.case(reference)
        assert case.acknowledged == 1
        assert [one.reference for one in centre.records.store.cases.of_customer(case.customer_id)] == [reference]
    assert broken_promises(centre.records, centre.doors) == []


def test_functions_killed_while_busy_lose_and_double_nothing(centre: CallCentre) -> None:
    complaints = [complaint(centre) for _ in range(BUSY_COMPLAINTS)]
    killed: Counter[str] = Counter()
    with ThreadPoolExecutor(BUSY_COMPLAINTS) as pool:
        walking = [pool.submit(one.walk) for one in complaints]

        def kill_who_is_busy() -> bool:
            for one in centre.records.control("GET", "functions"):
                name = one["logical_id"]
                if one["state"] == "busy" and killed[name] < KILLS_WHILE_BUSY:
                    killed[name] += bool(centre.records.control("POST", f"functions/{name}/kill")["killed"])
            return all(walk.done() for walk in walking)

        until("all complaints to be closed", kill_who_is_busy, PATIENCE)
        for walk in walking:
            walk.result()
    assert sum(killed.values()) >= BUSY_COMPLAINTS, f"killed: {dict(killed)}"
    assert [wrong for one in complaints for wrong in one.what_is_wrong()] == []
    assert broken_promises(centre.records, centre.doors) == []
