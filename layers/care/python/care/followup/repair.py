"""Repair of a drift: a complaint that is not closed and whose follow-up does not run gets a new one."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from care.cases import following
from care.cases.case import Case
from care.centre import Centre
from care.services.executions import Executions
from care.services.table.commit import Conflict
from care.words import Status

# A follow-up starts within seconds of the change that asks for it; what changed just now is left alone.
_SETTLED = timedelta(seconds=60)


def restart_lost_follow_ups(centre: Centre, executions: Executions, now: datetime) -> Iterator[str]:
    """Gives the references of the cases whose follow-up was restarted; the stream starts it."""
    for reference in centre.store.cases.unfinished():
        # A list tells little of a case, and that a moment late.
        case = centre.store.cases.get(reference)
        if _should_run(case, now) and not executions.is_running(reference, case.cycle, case.part):
            draft = centre.edit(case, now)
            following.restart(draft)
            try:
                centre.store.commit(drafts=[draft])
            except Conflict:
                continue
            yield reference


def _should_run(case: Case, now: datetime) -> bool:
    return case.is_followed_up and case.status is not Status.CLOSED and now - case.changed_at >= _SETTLED
