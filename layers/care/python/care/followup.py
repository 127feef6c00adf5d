"""The follow-up of a complaint: its start, its waits, and its steps. Every verb may run twice and changes once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum

from care import case as cases
from care.case import Case, Draft
from care.centre import Centre
from care.executions import Executions
from care.lifecycle import is_unresolved
from care.queues import FollowupMessage, Start, WaitFor
from care.satisfaction import Verdict
from care.store import Store, Wait, until_stored
from care.words import Status


class Step(StrEnum):
    """The steps of the state machine that change a case."""

    ACKNOWLEDGE = "acknowledge"
    ESCALATE = "escalate"
    ASK = "ask"
    REMIND = "remind"
    CLOSE_SATISFIED = "close_satisfied"
    CLOSE_UNCONFIRMED = "close_unconfirmed"
    REOPEN = "reopen"


_NO_WAIT = timedelta(seconds=1)


def carry_out(centre: Centre, step: Step, reference: str, cycle: int, level: int, now: datetime) -> tuple[int, int]:
    """Carry out a step; gives the level reached and the seconds to wait next."""

    def write() -> tuple[int, int]:
        case = centre.store.case(reference)
        draft = centre.edit(case, now)
        wait = _NO_WAIT if case.cycle != cycle else _change(draft, step, level)
        if draft.case != case:
            centre.store.commit(drafts=[draft])
        reached = level + 1 if step in (Step.ESCALATE, Step.REMIND) else level
        return reached, max(1, round(wait.total_seconds()))

    return until_stored(write)


def _change(draft: Draft, step: Step, level: int) -> timedelta:
    def settle() -> timedelta:
        cases.settle(draft)
        return _NO_WAIT

    changes: dict[Step, Callable[[], timedelta]] = {
        Step.ACKNOWLEDGE: lambda: cases.acknowledge(draft),
        Step.ESCALATE: lambda: cases.escalate(draft, level),
        Step.ASK: lambda: cases.ask(draft),
        Step.REMIND: lambda: cases.remind(draft),
        Step.CLOSE_SATISFIED: settle,
        Step.CLOSE_UNCONFIRMED: settle,
        Step.REOPEN: settle,
    }
    return changes[step]()


def outcome(case: Case, waiting_for: str, cycle: int) -> str | None:
    """What a wait of a cycle has come to, ``None`` while it goes on."""
    if case.cycle > cycle:
        return "superseded"
    if case.status is Status.CLOSED:
        return "closed"
    if waiting_for == "resolution":
        return None if is_unresolved(case.status) else "resolved"
    verdict = case.answer_of(cycle)
    return str(verdict) if verdict in (Verdict.SATISFIED, Verdict.DISSATISFIED) else None


def handle(store: Store, executions: Executions, message: FollowupMessage, now: datetime) -> str:
    """Start, keep a wait or resume; gives what was done, for the log.

    A wait is kept before the case is read, and the case is written before the resumption is queued, so whichever
    comes last sees the other.
    """
    if isinstance(message, Start):
        started = executions.start(message.reference, message.cycle, message.part)
        return "follow-up started" if started else "follow-up already started"
    if isinstance(message, WaitFor):
        wait = Wait(message.reference, message.cycle, message.waiting_for, message.entered_at, message.task_token)
        store.keep_wait(wait, now)
        came = outcome(store.case(message.reference), message.waiting_for, message.cycle)
        return _resume(executions, wait, came) if came else f"waiting for {message.waiting_for}"
    case = store.case(message.reference)
    done = "nothing waits"
    for waiting_for in ("resolution", "answer"):
        came = outcome(case, waiting_for, message.cycle)
        kept = store.wait(message.reference, message.cycle, waiting_for) if came else None
        if came and kept and _resume(executions, kept, came) == "follow-up resumed":
            done = "follow-up resumed"
    return done


def _resume(executions: Executions, wait: Wait, came: str) -> str:
    return "follow-up resumed" if executions.resume(wait.task_token, came) else "wait already over"
