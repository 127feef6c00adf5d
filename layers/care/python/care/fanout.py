"""What follows a write: from what an item was and is now to the messages the queues get."""

from care.case import Case
from care.model import Value
from care.order import OrderState
from care.queues import Notify, Provision, Queue, Resume, Start
from care.words import Status


def after_case(before: Case | None, now: Case) -> list[tuple[Queue, Value]]:
    """A new cycle or part starts a follow-up; a resolution, an answer or an end resumes it. An order is carried out."""
    if not now.is_followed_up:
        ordered = now.order and now.order.state is OrderState.CONFIRMED and (before is None or before.order is None)
        return [(Queue.PROVISIONING, Provision(reference=now.reference))] if ordered else []
    if before is None or (before.cycle, before.part) != (now.cycle, now.part):
        started: list[tuple[Queue, Value]] = [
            (Queue.FOLLOWUP, Start(reference=now.reference, cycle=now.cycle, part=now.part))
        ]
        if before and before.cycle != now.cycle:
            started.append((Queue.FOLLOWUP, Resume(reference=now.reference, cycle=before.cycle)))
        return started
    ended = now.status in (Status.RESOLVED, Status.CLOSED) and now.status is not before.status
    if ended or now.answer != before.answer:
        return [(Queue.FOLLOWUP, Resume(reference=now.reference, cycle=now.cycle))]
    return []


def after_message(reference: str, key: str) -> list[tuple[Queue, Value]]:
    """A message that became due is sent."""
    return [(Queue.NOTIFY, Notify(reference=reference, key=key))]
