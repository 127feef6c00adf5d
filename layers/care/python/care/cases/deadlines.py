"""By when a person's first word and the resolution of a case are due."""

from datetime import datetime, timedelta
from typing import NamedTuple

from care.cases.case import Case
from care.policy import Policy
from care.words import Kind, Priority, Segment


class Deadlines(NamedTuple):
    """When the first word and the resolution are due."""

    response: datetime
    resolution: datetime


def from_now(
    begin: datetime, policy: Policy, kind: Kind, priority: Priority, segment: Segment | None, from_regulator: bool
) -> Deadlines:
    """Those of a cycle that begins then; what a regulator asks has its own, unless its priority's are earlier."""
    response = policy.response_time(kind, priority, segment)
    resolution = policy.resolution_time(kind, priority, segment)
    if from_regulator:
        response = min(response, policy.scaled(policy.regulator.response_hours))
        resolution = min(resolution, policy.scaled(policy.regulator.resolution_hours))
    return Deadlines(begin + response, begin + resolution)


def of_cycle(case: Case, policy: Policy) -> Deadlines:
    """Those of a case's cycle as it is now: by its kind, priority and segment, later by the time it waited."""
    begin = case.began_at + timedelta(seconds=case.paused_seconds)
    return from_now(begin, policy, case.kind, case.priority, case.segment, case.from_regulator)
