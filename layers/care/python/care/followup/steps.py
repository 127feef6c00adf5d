"""The steps of a complaint's follow-up that change its case. Each may run twice and changes once."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from care.cases import following
from care.cases.draft import Draft
from care.centre import Centre
from care.services.table.commit import until_stored

_NO_WAIT = timedelta(seconds=1)


class Step(StrEnum):
    """The steps of the state machine."""

    ACKNOWLEDGE = "acknowledge"
    ESCALATE = "escalate"
    ASK = "ask"
    REMIND = "remind"
    SETTLE = "settle"


def carry_out(centre: Centre, step: Step, reference: str, cycle: int, level: int, now: datetime) -> timedelta:
    """Carry out a step; gives how long to wait next. ``level`` is the one to escalate to.

    A step of a cycle that is over changes nothing. Raises ``NotFound``.
    """

    def write() -> timedelta:
        case = centre.store.cases.get(reference)
        draft = centre.edit(case, now)
        wait = _NO_WAIT if case.cycle != cycle else _change(draft, step, level)
        if draft.case != case:
            centre.store.commit(drafts=[draft])
        return wait

    return until_stored(write)


def _change(draft: Draft, step: Step, level: int) -> timedelta:
    match step:
        case Step.ACKNOWLEDGE:
            return following.acknowledge(draft)
        case Step.ESCALATE:
            return following.escalate(draft, level)
        case Step.ASK:
            return following.ask(draft)
        case Step.REMIND:
            return following.remind(draft)
        case Step.SETTLE:
            following.settle(draft)
            return _NO_WAIT
        case _:
            assert_never(step)
