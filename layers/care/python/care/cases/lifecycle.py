"""The moves a case may make. Only these exist."""

from care.words import Status

_BEFORE_RESOLVED = (
    Status.OPEN,
    Status.ACKNOWLEDGED,
    Status.IN_PROGRESS,
    Status.WAITING_FOR_CUSTOMER,
    Status.REOPENED,
)

MOVES: dict[Status, frozenset[Status]] = {
    Status.OPEN: frozenset({Status.ACKNOWLEDGED, Status.RESOLVED, Status.CLOSED}),
    Status.ACKNOWLEDGED: frozenset({Status.IN_PROGRESS, Status.RESOLVED, Status.CLOSED}),
    Status.IN_PROGRESS: frozenset({Status.WAITING_FOR_CUSTOMER, Status.RESOLVED, Status.CLOSED}),
    Status.WAITING_FOR_CUSTOMER: frozenset({Status.IN_PROGRESS, Status.RESOLVED, Status.CLOSED}),
    Status.RESOLVED: frozenset({Status.CLOSED, Status.REOPENED}),
    Status.CLOSED: frozenset({Status.REOPENED}),
    Status.REOPENED: frozenset({Status.IN_PROGRESS, Status.RESOLVED, Status.CLOSED}),
}


class IllegalMove(Exception):
    """The case cannot go from where it stands to where it was sent."""

    def __init__(self, reference: str, current: Status, wanted: Status) -> None:
        super().__init__(f"{reference} is {current}, which does not lead to {wanted}")
        self.reference = reference
        self.current = current
        self.wanted = wanted


def is_unresolved(status: Status) -> bool:
    """Whether somebody still has work to do on it."""
    return status in _BEFORE_RESOLVED
