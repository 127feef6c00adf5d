"""A follow-up is started, waits, and goes on. Every verb may run twice and changes once."""

from datetime import datetime
from typing import assert_never

from care.cases.timeline import What
from care.centre import Centre
from care.services.executions import Executions
from care.services.queues import FollowupMessage, Resume, Start, Stuck, WaitFor
from care.services.table.commit import until_stored
from care.services.table.waits import Wait
from care.words import CARE, Attention, Status


def handle(centre: Centre, executions: Executions, message: FollowupMessage, now: datetime) -> str:
    """Start, keep a wait, go on, or call a person; gives what was done, for the log. Raises ``NotFound``."""
    match message:
        case Start():
            started = executions.start(message.reference, message.cycle, message.part)
            return "follow-up started" if started else "follow-up already started"
        case WaitFor():
            return _wait(centre, executions, message, now)
        case Resume():
            return _resume(centre, executions, message)
        case Stuck():
            return _call_person(centre, message, now)
        case _:
            assert_never(message)


def _wait(centre: Centre, executions: Executions, message: WaitFor, now: datetime) -> str:
    """Keep the token. What has happened since it was decided to wait ends the wait at once."""
    wait = Wait(
        reference=message.reference,
        cycle=message.cycle,
        part=message.part,
        length=message.length,
        entered_at=message.entered_at,
        task_token=message.task_token,
    )
    if until_stored(lambda: centre.store.waits.keep(wait, now)):
        return "follow-up waits"
    return _end(executions, wait)


def _resume(centre: Centre, executions: Executions, message: Resume) -> str:
    """End the wait that a change is news to. A wait that is not kept yet looks for changes itself."""
    wait = centre.store.waits.get(message.reference, message.cycle, message.part)
    if wait is None:
        return "nothing waits"
    if message.length <= wait.length:
        return "change already known"
    return _end(executions, wait)


def _end(executions: Executions, wait: Wait) -> str:
    return "follow-up resumed" if executions.resume(wait.task_token) else "wait already over"


def _call_person(centre: Centre, message: Stuck, now: datetime) -> str:
    def write() -> str:
        case = centre.store.cases.get(message.reference)
        if case.status is Status.CLOSED or case.attention is Attention.FOLLOW_UP_STUCK:
            return "person already called"
        draft = centre.edit(case, now)
        draft.set(attention=Attention.FOLLOW_UP_STUCK)
        draft.note(What.NOTE, CARE, "follow-up stuck")
        centre.store.commit(drafts=[draft])
        return "person called"

    return until_stored(write)
