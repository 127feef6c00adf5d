"""A follow-up is started, waits, and goes on. Every verb may run twice and changes once."""

from datetime import datetime
from enum import StrEnum
from typing import assert_never

from care.cases.case import Case
from care.cases.lifecycle import is_unresolved
from care.reading.satisfaction import Verdict
from care.services.executions import Executions
from care.services.queues import FollowupMessage, Resume, Start, WaitFor
from care.services.table.store import Store
from care.services.table.waits import Wait
from care.words import Awaited, Status


class Outcome(StrEnum):
    """What a wait came to, as the execution's history tells it; what follows is decided by the case alone."""

    RESOLVED = "resolved"
    SATISFIED = "satisfied"
    DISSATISFIED = "dissatisfied"
    CLOSED = "closed"
    SUPERSEDED = "superseded"


def outcome(case: Case, waiting_for: Awaited, cycle: int) -> Outcome | None:
    """What a wait of a cycle has come to, ``None`` while it goes on."""
    if case.cycle > cycle:
        return Outcome.SUPERSEDED
    if case.status is Status.CLOSED:
        return Outcome.CLOSED
    match waiting_for:
        case Awaited.RESOLUTION:
            return None if is_unresolved(case.status) else Outcome.RESOLVED
        case Awaited.ANSWER:
            return _answered(case.answer_of(cycle))
        case _:
            assert_never(waiting_for)


def _answered(verdict: Verdict | None) -> Outcome | None:
    match verdict:
        case Verdict.SATISFIED:
            return Outcome.SATISFIED
        case Verdict.DISSATISFIED:
            return Outcome.DISSATISFIED
        case Verdict.COURTESY | Verdict.UNSURE | None:
            return None
        case _:
            assert_never(verdict)


def handle(store: Store, executions: Executions, message: FollowupMessage, now: datetime) -> str:
    """Start, keep a wait or resume; gives what was done, for the log.

    A wait is kept before the case is read, and the case is written before the resumption is queued, so whichever
    comes last sees the other. Raises ``NotFound``.
    """
    match message:
        case Start():
            started = executions.start(message.reference, message.cycle, message.part)
            return "follow-up started" if started else "follow-up already started"
        case WaitFor():
            return _wait(store, executions, message, now)
        case Resume():
            return _resume_all(store, executions, message)
        case _:
            assert_never(message)


def _wait(store: Store, executions: Executions, message: WaitFor, now: datetime) -> str:
    wait = Wait(
        reference=message.reference,
        cycle=message.cycle,
        waiting_for=message.waiting_for,
        entered_at=message.entered_at,
        task_token=message.task_token,
    )
    store.waits.keep(wait, now)
    came = outcome(store.cases.get(message.reference), message.waiting_for, message.cycle)
    return _resume(executions, wait, came) if came else f"waiting for {message.waiting_for}"


def _resume_all(store: Store, executions: Executions, message: Resume) -> str:
    case = store.cases.get(message.reference)
    done = "nothing waits"
    for waiting_for in Awaited:
        came = outcome(case, waiting_for, message.cycle)
        kept = store.waits.get(message.reference, message.cycle, waiting_for) if came else None
        if came and kept and _resume(executions, kept, came) == "follow-up resumed":
            done = "follow-up resumed"
    return done


def _resume(executions: Executions, wait: Wait, came: Outcome) -> str:
    return "follow-up resumed" if executions.resume(wait.task_token, came) else "wait already over"
