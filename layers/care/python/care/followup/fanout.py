"""What follows a write: from a change of the table to the messages the queues get."""

from typing import assert_never

from care.cases.case import Case
from care.line.order import OrderState
from care.services.queues import FanoutMessage, Notify, Provision, Queue, Resume, Start
from care.services.table.changes import CaseChanged, Change, MessageDue
from care.words import Status


def follows(change: Change) -> list[tuple[Queue, FanoutMessage]]:
    """A case is followed up, or its order carried out; a message that became due is sent."""
    match change:
        case CaseChanged():
            return after_case(change.before, change.now)
        case MessageDue():
            return [(Queue.NOTIFY, Notify(owner=change.owner, key=change.key))]
        case _:
            assert_never(change)


def after_case(before: Case | None, now: Case) -> list[tuple[Queue, FanoutMessage]]:
    """A new cycle or part starts a follow-up; a resolution, an answer or an end resumes it. An order is carried out.

    What is held begins when it is released.
    """
    if now.held:
        return []
    if before and before.held:
        before = None
    if not now.is_followed_up:
        ordered = now.order and now.order.state is OrderState.CONFIRMED and (before is None or before.order is None)
        return [(Queue.PROVISIONING, Provision(reference=now.reference))] if ordered else []
    if before is None or (before.cycle, before.part) != (now.cycle, now.part):
        started: list[tuple[Queue, FanoutMessage]] = [
            (Queue.FOLLOWUP, Start(reference=now.reference, cycle=now.cycle, part=now.part))
        ]
        if before and before.cycle != now.cycle:
            started.append((Queue.FOLLOWUP, Resume(reference=now.reference, cycle=before.cycle)))
        return started
    ended = now.status in (Status.RESOLVED, Status.CLOSED) and now.status is not before.status
    if ended or now.answer != before.answer:
        return [(Queue.FOLLOWUP, Resume(reference=now.reference, cycle=now.cycle))]
    return []
