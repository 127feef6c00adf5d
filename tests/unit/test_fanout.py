from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from care.cases import agent as agents
from care.cases import following
from care.cases.case import Case
from care.cases.hearing import hear
from care.cases.lifecycle import IllegalMove
from care.channels import SMS
from care.followup import fanout
from care.services.queues import Notify, Queue, Resume, Start
from care.services.table.changes import MessageDue
from care.telling.outbox import Owner
from care.value import Value
from care.words import CUSTOMER, Kind
from tests.unit.making import NOW, REFERENCE, RINA, edit, opened
from tests.unit.test_lifecycle import HAPPENINGS


def follows(before: Case | None, now: Case) -> list[Value]:
    return [message for _, message in fanout.after_case(before, now)]


def test_a_new_complaint_starts_its_follow_up() -> None:
    assert fanout.after_case(None, opened().case) == [
        (Queue.FOLLOWUP, Start(reference=REFERENCE, cycle=1, part=1)),
    ]


def test_requests_and_suggestions_have_none() -> None:
    for kind in Kind:
        if kind is not Kind.COMPLAINT:
            assert follows(None, opened(kind).case) == []


def test_a_resolution_and_an_answer_resume_it() -> None:
    draft = edit(opened().case)
    before = draft.case
    agents.resolve(draft, RINA, "Sudah.")
    resolved = draft.case
    assert follows(before, resolved) == [Resume(reference=REFERENCE, cycle=1)]
    hear(draft, "5", SMS)
    assert follows(resolved, draft.case) == [Resume(reference=REFERENCE, cycle=1)]


def test_a_reopening_starts_the_next_cycle_and_ends_the_last() -> None:
    draft = edit(opened().case)
    agents.resolve(draft, RINA, "Sudah.")
    before = draft.case
    following.reopen(draft, CUSTOMER)
    assert follows(before, draft.case) == [
        Start(reference=REFERENCE, cycle=2, part=1),
        Resume(reference=REFERENCE, cycle=1),
    ]


def test_the_same_record_again_queues_the_same_and_an_unchanged_case_nothing() -> None:
    case = opened().case
    assert follows(case, case) == []
    assert follows(None, case) == follows(None, case)


@given(st.lists(st.sampled_from(sorted(HAPPENINGS)), max_size=20))
def test_every_cycle_is_started_once_however_a_case_goes(names: list[str]) -> None:
    case: Case | None = None
    changed = opened().case
    queued: list[Value] = []
    for turn, name in enumerate(["", *names]):
        if case is not None:
            draft = edit(case, NOW + timedelta(minutes=turn))
            try:
                HAPPENINGS[name](draft, turn)
            except IllegalMove:
                continue
            changed = draft.case
        queued += follows(case, changed)
        case = changed
    starts = [message.cycle for message in queued if isinstance(message, Start)]
    assert starts == list(range(1, changed.cycle + 1))


def test_a_message_due_is_sent_by_its_key() -> None:
    (message,) = opened(Kind.INFORMATION).outbox
    assert fanout.follows(MessageDue(message.owner, message.key)) == [
        (Queue.NOTIFY, Notify(owner=Owner(case=REFERENCE), key="received-1")),
    ]
