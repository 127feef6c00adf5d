"""Repair of a drift between the cases and their follow-ups: an open case has one that runs, and nothing else runs."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import ClassVar, assert_never

from care.cases import following
from care.cases.case import Case
from care.centre import Centre
from care.policy import Policy
from care.services.executions import Executions, Followup
from care.services.table.cases import MOST_CASES
from care.services.table.commit import Conflict
from care.words import Status

SETTLED = timedelta(seconds=60)
"""A follow-up starts and ends within seconds of the change that asks for it; what changed just now is left alone."""

Running = Mapping[str, Set[Followup]]
"""What runs, by the case's reference."""


@dataclass(frozen=True)
class Lost:
    """A case that is followed up by nobody."""

    case: Case
    done: ClassVar[str] = "follow-up restarted"
    why: ClassVar[str] = "its case is followed up by nobody"

    @property
    def followup(self) -> Followup:
        """The one that should run."""
        return Followup(self.case.reference, self.case.cycle, self.case.part)


@dataclass(frozen=True)
class Astray:
    """A follow-up that goes on without a case to see to, and why it has none."""

    followup: Followup
    why: str
    done: ClassVar[str] = "follow-up stopped"


Drift = Lost | Astray
"""``why`` it is one, and what it is called in the log once it is ``done`` away with."""


def drifts(centre: Centre, executions: Executions, now: datetime, settled: timedelta = SETTLED) -> Iterator[Drift]:
    """Each drift of cases that did not change within ``settled``.

    A case of whose cycle just one follow-up runs is well and not read. Requests: those of ``Executions.running`` and of
    ``Cases.unfinished``, one for each twenty other cases, and one for each that seems to be lost.
    """
    running: defaultdict[str, set[Followup]] = defaultdict(set)
    # Read first: what starts after it is of a case that is found open, and looked at again.
    for one in executions.running():
        running[one.reference].add(one)
    suspected = _suspected(centre, running)
    while references := list(islice(suspected, MOST_CASES)):
        cases = centre.store.cases.named(references)
        for reference in references:
            case = cases.get(reference)
            if case is None or now - case.changed_at >= settled:
                yield from _drifts(centre, executions, case, running.get(reference, set()))


def mend(centre: Centre, executions: Executions, drift: Drift, now: datetime) -> bool:
    """Give a case its next follow-up, which the stream starts, or end one; whether it still had to be. One request."""
    match drift:
        case Lost():
            draft = centre.edit(drift.case, now)
            following.restart(draft)
            try:
                centre.store.commit(drafts=[draft])
            except Conflict:
                return False
            return True
        case Astray():
            return executions.stop(*drift.followup, drift.why)
        case _:
            assert_never(drift)


def _suspected(centre: Centre, running: Running) -> Iterator[str]:
    """The references of open cases of whose cycle not just one follow-up runs, and of all others that have any."""
    # Between two requests a case may go from one list to another.
    seen, well = set(), set()
    for listed in centre.store.cases.unfinished():
        reference, cycles = listed.reference, [one.cycle for one in running.get(listed.reference, ())]
        if cycles == [listed.cycle] and listed.status is not Status.CLOSED:
            well.add(reference)
        elif not cycles and listed.status is not Status.CLOSED and reference not in seen:
            seen.add(reference)
            yield reference
    yield from sorted(running.keys() - well)


def _drifts(centre: Centre, executions: Executions, case: Case | None, running: Set[Followup]) -> Iterator[Drift]:
    astray = {one: why for one in sorted(running) if (why := _why_astray(case, one))}
    yield from (Astray(one, why) for one, why in astray.items())
    if case and _should_run(case, centre.policy) and not running - astray.keys():
        lost = Lost(case)
        # What began just now may not have been told.
        if not executions.is_running(*lost.followup):
            yield lost


def _why_astray(case: Case | None, followup: Followup) -> str:
    """Empty while it has a case to see to."""
    if case is None:
        return "there is no such case"
    if case.status is Status.CLOSED:
        return "its case is closed"
    if case.cycle != followup.cycle:
        return f"its case is in cycle {case.cycle}"
    return f"part {case.part} follows it up" if case.part != followup.part else ""


def _should_run(case: Case, policy: Policy) -> bool:
    return case.is_followed_up and following.next_step(case, policy) is not None
