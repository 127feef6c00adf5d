"""The steps of a complaint's follow-up. Each may run twice and changes once."""

from datetime import datetime, timedelta

from care.cases import lifecycle
from care.cases.draft import Draft
from care.cases.opening import tell_first
from care.cases.timeline import What
from care.reading.satisfaction import Verdict
from care.telling.messages import Template
from care.words import CARE, CUSTOMER, ClosedAs, Status


def acknowledge(draft: Draft) -> timedelta:
    """First step of a cycle's follow-up; gives how long to wait for the resolution."""
    case = draft.case
    if case.acknowledged < case.cycle:
        if case.cycle == 1:
            tell_first(draft, Template.ACKNOWLEDGEMENT)
        else:
            draft.set(acknowledged=case.cycle)
            draft.tell(Template.REOPENED, f"{Template.REOPENED}-{case.cycle}")
    if case.status is Status.OPEN:
        draft.move(Status.ACKNOWLEDGED, CARE)
    if case.owner and draft.case.status in (Status.ACKNOWLEDGED, Status.REOPENED):
        draft.move(Status.IN_PROGRESS, case.owner)
    return _until(case.due_at, draft.now)


def escalate(draft: Draft, level: int) -> timedelta:
    """Raise the escalation level to ``level`` (1 is the first breach), and the priority; gives how long to the next."""
    case = draft.case
    wait = draft.policy.escalation_time(level)
    if lifecycle.is_unresolved(case.status) and case.escalation_level < level:
        draft.set(escalation_level=level, due_at=draft.now + wait, priority=case.priority.raised)
        draft.note(What.ESCALATED, CARE, str(level))
        draft.tell(Template.ESCALATION, f"escalation-{case.cycle}-{level}")
    return wait


def ask(draft: Draft) -> timedelta:
    """Ask the customer of a resolved case; gives how long to wait before the reminder."""
    case = draft.case
    if case.status is Status.RESOLVED and case.asked < case.cycle:
        draft.set(asked=case.cycle)
        draft.note(What.ASKED, CARE)
        draft.tell(Template.QUESTION, f"question-{case.cycle}", values={"words": case.resolution}, buttons=True)
    return draft.policy.scaled(draft.policy.satisfaction.remind_after_hours)


def remind(draft: Draft) -> timedelta:
    """Ask once more; gives how long to wait before the case is closed as unconfirmed."""
    case = draft.case
    wait = draft.policy.scaled(draft.policy.satisfaction.close_after_hours)
    if case.status is Status.RESOLVED and case.reminded < case.cycle and not case.answer_of(case.cycle):
        draft.set(reminded=case.cycle)
        draft.note(What.REMINDED, CARE)
        draft.tell(Template.REMINDER, f"reminder-{case.cycle}", due=draft.now + wait, buttons=True)
    return wait


def settle(draft: Draft) -> None:
    """End the cycle of a resolved case as its customer answered; silence closes it as unconfirmed."""
    case = draft.case
    if case.status is not Status.RESOLVED:
        return
    verdict = case.answer_of(case.cycle)
    if verdict is Verdict.DISSATISFIED:
        reopen(draft, CUSTOMER)
        return
    satisfied = verdict is Verdict.SATISFIED
    closed_as = ClosedAs.SATISFIED if satisfied else ClosedAs.UNCONFIRMED
    draft.set(closed_as=closed_as, closed_at=draft.now, attention=None)
    draft.move(Status.CLOSED, CUSTOMER if satisfied else CARE, closed_as)
    if satisfied:
        draft.tell(Template.THANKS, f"thanks-{case.cycle}")


def reopen(draft: Draft, by: str) -> None:
    """The next cycle, more pressing than the one before; a complaint's new follow-up tells the customer."""
    priority = draft.case.priority.raised
    draft.set(
        cycle=draft.case.cycle + 1,
        part=1,
        escalation_level=0,
        priority=priority,
        answer=None,
        resolution="",
        closed_as=None,
        resolved_at=None,
        closed_at=None,
        due_at=draft.now + draft.policy.resolution_time(draft.case.kind, priority),
    )
    draft.move(Status.REOPENED, by)


def restart(draft: Draft) -> None:
    """The next part of the cycle: an execution that was lost gets a successor."""
    draft.set(part=draft.case.part + 1)
    draft.note(What.NOTE, CARE, "follow-up restarted")


def _until(due: datetime, now: datetime) -> timedelta:
    return max(due - now, timedelta(seconds=1))
