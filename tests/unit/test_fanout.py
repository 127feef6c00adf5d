from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.cases import agent as agents
from care.cases import following
from care.cases.case import Case
from care.cases.hearing import hear
from care.channels import SMS
from care.followup import fanout
from care.line.order import Order
from care.services.queues import Notify, Provision, Queue, Resume, Start
from care.services.table.changes import MessageDue
from care.telling.outbox import Owner
from care.value import Value
from care.words import CUSTOMER, Attention, Kind, Priority, Status
from tests.unit.making import NOW, POLICY, REFERENCE, RINA, edit, opened
from tests.unit.test_lifecycle import HAPPENINGS, REFUSALS

ORDER = Order(number="+6281700000001", package="mingguan-5-gb", name="Mingguan 5 GB", price=25_000)


def follows(before: Case | None, now: Case) -> list[Value]:
    return [message for _, message in fanout.after_case(before, now, POLICY)]


def test_a_new_complaint_starts_its_follow_up() -> None:
    assert fanout.after_case(None, opened().case, POLICY) == [
        (Queue.FOLLOWUP, Start(reference=REFERENCE, cycle=1, part=1)),
    ]


def test_requests_and_suggestions_have_one_too() -> None:
    for kind in Kind:
        assert follows(None, opened(kind).case) == [Start(reference=REFERENCE, cycle=1, part=1)]


def test_an_order_is_carried_out_and_followed_up_once_a_person_is_needed() -> None:
    draft = opened(Kind.PACKAGE_CHANGE)
    ordered = draft.case.evolve(order=ORDER)
    assert follows(None, ordered) == [Provision(reference=REFERENCE)]
    stuck = ordered.evolve(attention=Attention.ORDER_STUCK, length=9)
    assert follows(ordered, stuck) == [Start(reference=REFERENCE, cycle=1, part=1)]
    assert follows(stuck, stuck.evolve(status=Status.CLOSED)) == [resume(stuck)]
    taken = ordered.evolve(owner="Rina", length=9)
    assert follows(ordered, taken) == [Start(reference=REFERENCE, cycle=1, part=1)]


def resume(case: Case, cycle: int = 1) -> Resume:
    return Resume(reference=REFERENCE, cycle=cycle, part=1, length=case.length)


def test_what_moves_the_next_step_wakes_it_and_nothing_else_does() -> None:
    draft = edit(opened().case)
    before = draft.case
    agents.resolve(draft, RINA, "Sudah.")
    resolved = draft.case
    assert follows(before, resolved) == [resume(resolved)]
    hear(draft, "makasih", SMS)
    assert follows(resolved, draft.case) == []
    hear(draft, "5", SMS)
    assert follows(resolved, draft.case) == [resume(draft.case)]


@pytest.mark.parametrize("change", ["need", "priority", "promise"])
def test_whatever_moves_a_deadline_wakes_it(change: str) -> None:
    draft = edit(opened().case)
    following.acknowledge(draft)
    agents.reply(draft, RINA, "Kami periksa.", "reply-1")
    before = draft.case
    match change:
        case "need":
            agents.need(draft, RINA, "Nomor berapa?", "need-1")
        case "priority":
            agents.set_priority(draft, RINA, Priority.HIGH)
        case _:
            agents.promise(draft, RINA, "Kami telepon", NOW + timedelta(hours=1), "promise-1")
    assert follows(before, draft.case) == [resume(draft.case)]


def test_a_reopening_starts_the_next_cycle_and_ends_the_last() -> None:
    draft = edit(opened().case)
    agents.resolve(draft, RINA, "Sudah.")
    before = draft.case
    following.reopen(draft, CUSTOMER)
    assert follows(before, draft.case) == [resume(draft.case), Start(reference=REFERENCE, cycle=2, part=1)]


def test_the_same_record_again_queues_the_same_and_an_unchanged_case_nothing() -> None:
    case = opened().case
    assert follows(case, case) == []
    assert follows(None, case) == follows(None, case)


@given(st.lists(st.sampled_from(sorted(HAPPENINGS)), max_size=20))
def test_every_cycle_is_started_once_however_a_case_goes(names: list[str]) -> None:
    case: Case | None = None
    changed = opened().case
    queued: list[Value] = []
    now = NOW
    for turn, name in enumerate(["", *names]):
        if case is not None:
            draft = edit(case, now + timedelta(minutes=turn))
            try:
                HAPPENINGS[name](draft, turn)
            except REFUSALS:
                continue
            changed, now = draft.case, draft.now
        queued += follows(case, changed)
        case = changed
    starts = [message.cycle for message in queued if isinstance(message, Start)]
    assert starts == list(range(1, changed.cycle + 1))


def test_a_message_due_is_sent_by_its_key() -> None:
    (message,) = opened(Kind.INFORMATION).outbox
    assert fanout.follows(MessageDue(message.owner, message.key), POLICY) == [
        (Queue.NOTIFY, Notify(owner=Owner(case=REFERENCE), key="received-1")),
    ]
