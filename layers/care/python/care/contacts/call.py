"""What is known of a call from its events and its record: told in any order, again or in part, it comes to the same.

What they mean: Amazon Connect administrator guide, "Amazon Connect contact events".
"""

from datetime import datetime
from enum import StrEnum

from care.value import Value

INBOUND = "INBOUND"
"""How a call to the short number begins, as Connect names it."""


class Outcome(StrEnum):
    """What a call that ended came to: a person spoke to its caller, or he waited for one and left, or he was served
    without.
    """

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    SERVED = "served"


class Since(Value):
    """Who or what has a call, by its id, and since when."""

    at: datetime
    id: str


class Call(Value):
    """A call, as far as it is known. ``way`` is how it began (``INBOUND``, ``CALLBACK``, …), ``reason`` why it ended,
    in Connect's words.

    ``queue`` and ``agent`` are those it was with last; ``held_seconds`` it was on hold by its agent;
    ``promised_seconds`` is the longest wait that its caller was told; ``recordings`` are bucket and key. ``outcome``
    says that it is settled. ``revision`` counts what was stored.
    """

    began_at: datetime | None = None
    connected_at: datetime | None = None
    queued_at: datetime | None = None
    answered_at: datetime | None = None
    ended_at: datetime | None = None
    way: str = ""
    reason: str = ""
    queue: Since | None = None
    agent: Since | None = None
    held_seconds: int | None = None
    promised_seconds: int | None = None
    recordings: tuple[str, ...] = ()
    outcome: Outcome | None = None
    revision: int = 0

    def with_(self, told: "Call") -> "Call":
        """The call as it is known with what is told besides: the same in whatever order, and however often."""
        return self.evolve(
            began_at=_earlier(self.began_at, told.began_at),
            connected_at=_earlier(self.connected_at, told.connected_at),
            queued_at=_earlier(self.queued_at, told.queued_at),
            answered_at=_earlier(self.answered_at, told.answered_at),
            ended_at=_earlier(self.ended_at, told.ended_at),
            way=max(self.way, told.way),
            reason=max(self.reason, told.reason),
            queue=_later(self.queue, told.queue),
            agent=_later(self.agent, told.agent),
            held_seconds=_longer(self.held_seconds, told.held_seconds),
            promised_seconds=_longer(self.promised_seconds, told.promised_seconds),
            recordings=tuple(sorted({*self.recordings, *told.recordings})),
        )

    @property
    def came_to(self) -> Outcome:
        """What it comes to, ended as it is."""
        if self.answered_at:
            return Outcome.ANSWERED
        return Outcome.ABANDONED if self.queued_at else Outcome.SERVED

    @property
    def is_open(self) -> bool:
        """Whether it ended and is not settled, or was settled before all was told of it."""
        return self.ended_at is not None and self.outcome is not self.came_to

    @property
    def is_inbound(self) -> bool:
        """Whether somebody called us, as far as is known."""
        return self.way in ("", INBOUND)

    @property
    def waited_seconds(self) -> int | None:
        """How long its caller waited for a person; ``None`` where he never did, or waits."""
        until = self.answered_at or self.ended_at
        return _seconds(self.queued_at, until)

    @property
    def talked_seconds(self) -> int | None:
        """How long a person spoke to its caller."""
        return _seconds(self.answered_at, self.ended_at)

    @property
    def kept_promise(self) -> bool | None:
        """Whether its caller waited no longer than was told; ``None`` where nothing was, or who left did so in time."""
        waited = self.waited_seconds
        if waited is None or self.promised_seconds is None:
            return None
        if waited > self.promised_seconds:
            return False
        return True if self.answered_at else None


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at), default=None)


def _later(one: Since | None, other: Since | None) -> Since | None:
    return max((since for since in (one, other) if since), key=lambda since: (since.at, since.id), default=None)


def _longer(one: int | None, other: int | None) -> int | None:
    return max((seconds for seconds in (one, other) if seconds is not None), default=None)


def _seconds(start: datetime | None, end: datetime | None) -> int | None:
    return max(0, round((end - start).total_seconds())) if start and end else None
