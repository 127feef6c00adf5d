"""How a case is followed up: what is to be done next and when, and each step. A step may run twice and changes once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from care.cases import deadlines
from care.cases.case import Case
from care.cases.draft import Draft
from care.cases.opening import tell_first
from care.cases.timeline import What
from care.policy import Policy
from care.reading.satisfaction import Verdict
from care.telling.messages import Template
from care.words import CARE, CUSTOMER, Attention, Awaited, ClosedAs, Kind, Status, Tier, Unasked


class Step(StrEnum):
    """What a follow-up does, in the order in which what is due at once is done."""

    ACKNOWLEDGE = "acknowledge"
    """The customer is told that it is stored, or open again."""
    SETTLE = "settle"
    """The cycle of a resolved case ends as its customer answered, or did not."""
    CHASE = "chase"
    """A promise was not kept."""
    ESCALATE = "escalate"
    """A deadline passed."""
    WARN = "warn"
    """A deadline comes near."""
    UNPAUSE = "unpause"
    """The customer did not give what was asked for; the team goes on."""
    NUDGE = "nudge"
    """The customer is reminded of what was asked for."""
    UPDATE = "update"
    """The customer is told where it stands."""
    ASK = "ask"
    """The customer of a resolved complaint is asked whether it is solved."""
    REMIND = "remind"
    """He is asked once more."""


_ORDER = {step: place for place, step in enumerate(Step)}


@dataclass(frozen=True)
class Next:
    """What is done next, and when: at once if that passed."""

    step: Step
    at: datetime


def next_step(case: Case, policy: Policy) -> Next | None:
    """What the follow-up of a case does next, if nothing changes before; ``None``: it is over.

    By the case alone, whatever was done before by whom: so each change of a case may change it, and nothing else does.
    """
    if case.status is Status.CLOSED or case.held:
        return None
    return min(_due(case, policy), key=lambda one: (one.at, _ORDER[one.step]), default=None)


def awaited(case: Case) -> Awaited:
    """What a case waits for while nothing is due."""
    if case.status is Status.RESOLVED:
        return Awaited.ANSWER
    return Awaited.CUSTOMER if case.paused_at else Awaited.WORK


def _due(case: Case, policy: Policy) -> Iterator[Next]:
    promise = case.next_promise
    if promise:
        yield Next(Step.CHASE, promise.due_at)
    if case.status is Status.RESOLVED:
        yield _of_resolved(case, policy)
        return
    if case.acknowledged < case.cycle or case.status is Status.OPEN:
        yield Next(Step.ACKNOWLEDGE, case.began_at)
    if case.paused_at:
        yield _of_paused(case, case.paused_at, policy)
        return
    deadline = _deadline(case)
    yield Next(Step.ESCALATE, deadline)
    if case.warned != deadline:
        yield Next(Step.WARN, deadline - policy.warning.share * _given(case, policy))
    if case.kind is not Kind.SUGGESTION and case.told_at:
        # What is told of by an escalation is not told twice at once.
        at = policy.allowed(case.told_at + policy.update_time(case.priority), case.zone)
        yield Next(Step.UPDATE, at)


def _of_resolved(case: Case, policy: Policy) -> Next:
    rules = policy.satisfaction
    verdict = case.answer_of(case.cycle)
    if not case.is_complaint or (verdict and verdict.is_answer):
        return Next(Step.SETTLE, case.resolved_at or case.changed_at)
    if case.asked_at is None:
        at = (case.resolved_at or case.changed_at) + policy.asks_after(case.channel)
        return Next(Step.ASK, policy.allowed(at, case.zone, on_holidays=False))
    if case.reminded_at is None and not case.unasked:
        at = case.asked_at + policy.scaled(rules.remind_after_hours)
        return Next(Step.REMIND, policy.allowed(at, case.zone, on_holidays=False))
    return Next(Step.SETTLE, (case.reminded_at or case.asked_at) + policy.scaled(rules.close_after_hours))


def _of_paused(case: Case, since: datetime, policy: Policy) -> Next:
    if case.nudged_at is None:
        return Next(Step.NUDGE, policy.allowed(since + policy.scaled(policy.waiting.nudge_hours), case.zone))
    return Next(Step.UNPAUSE, case.nudged_at + policy.scaled(policy.waiting.resume_hours))


def _deadline(case: Case) -> datetime:
    """What is due first: a person's first word, while it is not said, or the resolution."""
    if case.responded_at is None and case.response_due_at:
        return min(case.response_due_at, case.due_at)
    return case.due_at


def _is_response(case: Case) -> bool:
    return _deadline(case) != case.due_at


def _given(case: Case, policy: Policy) -> timedelta:
    """How much time the deadline gave."""
    if _is_response(case):
        return policy.response_time(case.kind, case.priority, case.segment)
    if case.escalation_level:
        return policy.escalation_time(case.escalation_level)
    return policy.resolution_time(case.kind, case.priority, case.segment)


# ---- the steps -------------------------------------------------------------------------------------------------------


def take(draft: Draft, step: Step, unasked: Unasked | None = None) -> None:
    """Take a step that is due; ``unasked`` says why a question is not asked, if it is not."""
    match step:
        case Step.ACKNOWLEDGE:
            acknowledge(draft)
        case Step.SETTLE:
            settle(draft)
        case Step.CHASE:
            chase(draft)
        case Step.ESCALATE:
            escalate(draft)
        case Step.WARN:
            warn(draft)
        case Step.UNPAUSE:
            go_on_without_answer(draft)
        case Step.NUDGE:
            nudge(draft)
        case Step.UPDATE:
            update(draft)
        case Step.ASK:
            ask(draft, unasked)
        case Step.REMIND:
            remind(draft)
        case _:
            assert_never(step)


def acknowledge(draft: Draft) -> None:
    """Tell the customer that the complaint is stored, or, in a later cycle, open again and by whom."""
    case = draft.case
    if case.acknowledged < case.cycle:
        if case.cycle == 1:
            tell_first(draft, Template.ACKNOWLEDGEMENT)
        else:
            draft.set(acknowledged=case.cycle)
            by_manager = case.tier is Tier.MANAGER
            template = Template.REOPENED_BY_MANAGER if by_manager else Template.REOPENED
            draft.tell(template, f"{Template.REOPENED}-{case.cycle}")
    if case.status is Status.OPEN:
        draft.move(Status.ACKNOWLEDGED, CARE)
    if case.owner and draft.case.status is Status.ACKNOWLEDGED:
        draft.move(Status.IN_PROGRESS, case.owner)


def warn(draft: Draft) -> None:
    """The lead, or who is answerable, knows that a deadline comes near; of one that passed meanwhile he hears else."""
    case = draft.case
    deadline = _deadline(case)
    which = "response" if _is_response(case) else "resolution"
    draft.set(warned=deadline)
    draft.note(What.WARNED, CARE, which)
    if draft.now < deadline:
        draft.notify(f"warning_{which}")


def escalate(draft: Draft) -> None:
    """A deadline passed. Of the first word the lead knows; of the resolution the next level, and the customer."""
    case = draft.case
    if _is_response(case):
        draft.set(response_due_at=None)
        draft.note(What.ESCALATED, CARE, "response")
        draft.notify("late_response")
        return
    level = case.escalation_level + 1
    # The first breach is the lead's, the next the manager's.
    tier = Tier(max(case.tier, Tier.LEAD if level == 1 else Tier.MANAGER))
    draft.set(
        escalation_level=level,
        tier=tier,
        due_at=draft.now + draft.policy.escalation_time(level),
        response_due_at=None,
        priority=case.priority if case.kind is Kind.SUGGESTION else case.priority.raised,
    )
    draft.note(What.ESCALATED, CARE, str(level))
    draft.notify("late", level=str(level))
    if case.kind is not Kind.SUGGESTION:
        draft.tell(Template.ESCALATION, f"{Template.ESCALATION}-{case.cycle}-{level}")


def update(draft: Draft) -> None:
    """Tell the customer that it is not forgotten."""
    case = draft.case
    number = case.updates + 1
    draft.set(updates=number, told_at=draft.now)
    draft.note(What.UPDATED, CARE)
    draft.tell(Template.UPDATE, f"{Template.UPDATE}-{number}")


def nudge(draft: Draft) -> None:
    """Remind the customer of what he was asked for."""
    case = draft.case
    draft.set(nudged_at=draft.now)
    draft.note(What.NUDGED, CARE)
    wait = draft.policy.scaled(draft.policy.waiting.resume_hours)
    draft.tell(Template.NUDGE, f"{Template.NUDGE}-{case.length}", due=draft.now + wait)


def go_on_without_answer(draft: Draft) -> None:
    """The customer gave nothing: the team goes on with what it has, and a person looks."""
    draft.unpause()
    draft.set(attention=Attention.CUSTOMER_SILENT)
    draft.move(Status.IN_PROGRESS, CARE, "customer silent")


def chase(draft: Draft) -> None:
    """A promise was not kept: the customer is told so, the lead knows, a person looks."""
    promise = draft.case.next_promise
    if promise is None:
        return
    draft.set(promises=draft.case.promises_with(promise.evolve(broken=True)), attention=Attention.PROMISE_BROKEN)
    draft.note(What.BROKEN, CARE, promise.words, message=promise.id)
    draft.notify("broken_promise", by=promise.by)
    draft.tell(Template.PROMISE_LATE, f"{Template.PROMISE_LATE}-{promise.id}")


def ask(draft: Draft, unasked: Unasked | None) -> None:
    """Tell the customer that it is resolved, and ask whether it is; ``unasked``: just tell."""
    case = draft.case
    draft.set(asked_at=draft.now, unasked=unasked)
    if unasked:
        draft.note(What.UNASKED, CARE, unasked)
        if case.address:
            draft.tell(Template.RESOLVED, f"{Template.RESOLVED}-{case.cycle}", values={"words": case.resolution})
        return
    draft.note(What.ASKED, CARE)
    key = f"{Template.QUESTION}-{case.cycle}"
    draft.tell(Template.QUESTION, key, values={"words": case.resolution}, buttons=True)


def remind(draft: Draft) -> None:
    """Ask once more, on another of the customer's channels where there is one."""
    case = draft.case
    wait = draft.policy.scaled(draft.policy.satisfaction.close_after_hours)
    other = next((one for one in case.others if not case.address or one.channel != case.address.channel), None)
    draft.set(reminded_at=draft.now)
    draft.note(What.REMINDED, CARE)
    draft.tell(Template.REMINDER, f"{Template.REMINDER}-{case.cycle}", due=draft.now + wait, buttons=True, to=other)


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
        draft.tell(Template.THANKS, f"{Template.THANKS}-{case.cycle}")


def reopen(draft: Draft, by: str) -> None:
    """The next cycle: more pressing than the one before, a tier higher, and another agent's; its first step tells the
    customer.
    """
    case = draft.case
    priority, tier = case.priority.raised, case.tier.next
    draft.set(
        cycle=case.cycle + 1,
        part=1,
        tier=tier,
        escalation_level=0,
        priority=priority,
        owner="",
        owner_id="",
        attention=None,
        answer=None,
        resolution="",
        closed_as=None,
        resolved_at=None,
        closed_at=None,
        responded_at=None,
        warned=None,
        asked_at=None,
        reminded_at=None,
        unasked=None,
    )
    begin_cycle(draft)
    draft.move(Status.REOPENED, by)
    # Who was answerable knows already that its customer is not satisfied.
    if draft.policy.answerable(case.team, tier) != draft.policy.answerable(case.team, case.tier):
        draft.notify("reopened", resolver=case.resolver or "-")


def begin_cycle(draft: Draft) -> None:
    """The cycle begins now, and its deadlines with it."""
    draft.set(began_at=draft.now, paused_seconds=0)
    due = deadlines.of_cycle(draft.case, draft.policy)
    draft.set(due_at=due.resolution, response_due_at=due.response)


def rebase(draft: Draft) -> None:
    """Count the deadlines of a cycle anew from its beginning: by the kind, priority and segment it has now.

    What an escalation gave stays, and a first word that was late already is not late again.
    """
    case, due = draft.case, deadlines.of_cycle(draft.case, draft.policy)
    if case.escalation_level == 0:
        draft.set(due_at=due.resolution, response_due_at=case.response_due_at and due.response)


def restart(draft: Draft) -> None:
    """The next part of the cycle: an execution that was lost, or grew long, gets a successor."""
    draft.set(part=draft.case.part + 1)
    draft.note(What.NOTE, CARE, "follow-up restarted")
