"""The steps of a follow-up. Each may run twice and changes once, and gives what is next."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from care.cases import following
from care.cases.case import Case
from care.cases.draft import Draft
from care.cases.following import Step
from care.centre import Centre
from care.line.line import OperatorSystem, Unavailable
from care.services.table.commit import until_stored
from care.words import Unasked

LONGEST_PART = 400
"""Steps and waits of an execution, after which the next part goes on: some twenty events each, of 25,000 at most (Step
Functions developer guide, "Quotas related to state machine executions")."""
LONGEST_WAIT = timedelta(days=300)
"""An execution ends after a year, whatever it waits for; a wait that is longer is begun again."""
_SHORTEST = timedelta(seconds=1)
"""A task that waits less than a second never waits."""


class Turn(StrEnum):
    """What the machine does next besides steps and waits."""

    LOOK = "look"
    """Nothing was done, it is only looked at what is next."""
    HAND_OVER = "hand_over"
    """The next part goes on."""
    OVER = "over"
    """The cycle is over, or another execution has it."""


@dataclass(frozen=True)
class Plan:
    """What the machine does next: a step, a wait by what it is for, or a turn; how long it waits at most; and how long
    the case's timeline was when that was decided.
    """

    do: str
    wait: timedelta
    length: int
    changed: Case | None = None
    """The case, if the step changed it."""


def carry_out(centre: Centre, step: str, reference: str, cycle: int, part: int, laps: int, now: datetime) -> Plan:
    """Take a step if it is due, or just look; gives what is next. ``laps`` counts what the execution did.

    What belongs to a cycle or part that is over changes nothing. A step that is not known here was known to another
    version: the next part goes on with this one's. Raises ``NotFound``.
    """

    def write() -> Plan:
        case = centre.store.cases.get(reference)
        if (case.cycle, case.part) != (cycle, part):
            return Plan(Turn.OVER, _SHORTEST, case.length)
        draft = centre.edit(case, now)
        due = following.next_step(case, centre.policy)
        if step == Turn.HAND_OVER or step not in (*Step, Turn.LOOK):
            if due:
                following.restart(draft)
        elif due and due.step == step and due.at <= now:
            if due.step is Step.ACKNOWLEDGE:
                _take_segment(draft, centre.system)
            following.take(draft, due.step, _unasked(centre, case, now) if due.step is Step.ASK else None)
        changed = None
        if draft.case != case:
            draft.set(stepped=draft.case.length)
            centre.store.commit(drafts=[draft])
            changed = draft.case
        if (draft.case.cycle, draft.case.part) != (cycle, part):
            return Plan(Turn.OVER, _SHORTEST, draft.case.length, changed)
        return _plan(centre, draft.case, laps, now, changed)

    return until_stored(write)


def _plan(centre: Centre, case: Case, laps: int, now: datetime, changed: Case | None) -> Plan:
    due = following.next_step(case, centre.policy)
    if due is None:
        return Plan(Turn.OVER, _SHORTEST, case.length, changed)
    if laps >= LONGEST_PART:
        return Plan(Turn.HAND_OVER, _SHORTEST, case.length, changed)
    if due.at <= now:
        return Plan(due.step, _SHORTEST, case.length, changed)
    wait = min(max(due.at - now, _SHORTEST), LONGEST_WAIT)
    return Plan(following.awaited(case), wait, case.length, changed)


def _take_segment(draft: Draft, system: OperatorSystem | None) -> None:
    """How the customer's line is paid for: its deadlines go by that too. One request to the operator's system."""
    case = draft.case
    numbers = [one.value for one in case.addresses if one.channel.by_number]
    if system is None or case.segment or not numbers:
        return
    try:
        line = system.line(numbers[0])
    except Unavailable:
        return
    if line:
        draft.set(segment=line.segment)
        following.rebase(draft)


def _unasked(centre: Centre, case: Case, now: datetime) -> Unasked | None:
    """Why the customer is not asked, if so. Two requests, and one to the operator's system."""
    if case.address is None:
        return Unasked.NO_ADDRESS
    if case.unasked or not centre.store.contacts.wants_questions(case.customer_id):
        return Unasked.UNSUBSCRIBED
    since = now - centre.policy.scaled(centre.policy.satisfaction.window_hours)
    for one in centre.own_cases(case.address, now):
        if one.reference != case.reference and one.asked_at and one.asked_at > since and not one.unasked:
            return Unasked.ASKED_LATELY
    return None
