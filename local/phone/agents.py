"""The simulated agents of the queues: who is taken next, how long they talk, and whom they call back.

Nothing happens here: who holds it asks what is due, does it, and says what came of it. All times are seconds of the
clock it is given.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

USUAL_PRIORITY = 5
"""Of a contact that none was set for ("Change routing priority / age"); 1 comes first."""
CALL_BACK_LONGEST = 7 * 24 * 3600.0
"""A call-back leaves its queue after seven days ("Set up queued callback")."""


class Call(Protocol):
    """A call, as its agents know it."""

    @property
    def call_id(self) -> str: ...


@dataclass(frozen=True)
class CallBack:
    """A wish to be called back. Times in seconds."""

    number: str
    queue: str
    delay: float
    """Before the first attempt may be made."""
    attempts: int
    """At most, this one counted."""
    retry_delay: float
    """Between an attempt that nobody answers and the next."""
    priority: int = USUAL_PRIORITY


@dataclass(frozen=True)
class Waiting:
    """A contact in a queue, a call or a call-back."""

    contact_id: str
    queue: str
    priority: int
    since: float
    """What its place counts from."""
    turn: int
    """Which of two of one moment came first."""
    not_before: float
    call_back: CallBack | None = None
    entered: bool = True
    """It is in the queue: a call-back only after its delay."""

    @property
    def place(self) -> tuple[int, float, int]:
        return self.priority, self.since, self.turn


@dataclass
class Talk:
    """An agent at work with a contact: the customer's telephone rings, or they talk."""

    contact: Waiting
    agent: int
    began: float
    until: float | None
    """When the ringing is given up or the talk ends by itself; None: when somebody says so."""
    ringing: bool


@dataclass(frozen=True)
class Enter:
    """The delay of a call-back is over: now it waits for an agent."""

    contact_id: str


@dataclass(frozen=True)
class Connect:
    """An agent takes a call that waits."""

    contact_id: str
    agent: int


@dataclass(frozen=True)
class Ring:
    """An agent takes a call-back, and the customer's telephone rings."""

    contact_id: str
    agent: int
    number: str


@dataclass(frozen=True)
class Missed:
    """Nobody picked up; `again` is what is left of the wish, None when this was the last attempt."""

    contact_id: str
    again: CallBack | None


@dataclass(frozen=True)
class HangUp:
    """An agent has talked long enough."""

    contact_id: str


@dataclass(frozen=True)
class Expired:
    """A call-back waited too long and is dropped."""

    contact_id: str


Deed = Enter | Connect | Ring | Missed | HangUp | Expired


@dataclass
class Agents:
    """The agents, all of whom serve every queue: by priority, then by who came first."""

    clock: Callable[[], float]
    staffed: int = 0
    talk_seconds: float = 120.0
    """Of a talk; 0: until the agent is told to hang up."""
    ring_seconds: float = 20.0
    """After so long without an answer a call-back's attempt is given up."""
    _waiting: dict[str, Waiting] = field(default_factory=dict)
    _talks: dict[str, Talk] = field(default_factory=dict)
    _joined: dict[str, float] = field(default_factory=dict)
    _turns: "itertools.count[int]" = field(default_factory=itertools.count)

    # --- what the flows ask ---

    def join(self, call: Call, queue: str, priority: int = USUAL_PRIORITY) -> None:
        """Put a call into a queue. One that is moved from another keeps its place, and so does a call-back."""
        now = self.clock()
        if (there := self._waiting.get(call.call_id)) and there.call_back:
            self._waiting[call.call_id] = replace(there, queue=queue, priority=priority)
            return
        since = self._joined.setdefault(call.call_id, now)
        self._waiting[call.call_id] = Waiting(call.call_id, queue, priority, since, next(self._turns), now)

    def leave(self, call: Call) -> None:
        """A call that waits no more, or talks no more."""
        self.ended(call.call_id)

    def position(self, call: Call) -> int | None:
        """From 1; None for a call that does not wait."""
        return self.position_of(call.call_id)

    def metrics(self, queue: str) -> Mapping[str, str]:
        """What "Get queue metrics" and "Check staffing" know of a queue, by the metrics' names there."""
        ages = [self.clock() - one.since for one in self._ready() if one.queue == queue]
        wait = self.estimated_wait(len(self._ready()) + 1)
        return {
            "NumberOfContactsInQueue": str(len(ages)),
            "OldestContactInQueueAgeSeconds": str(int(max(ages, default=0))),
            "NumberOfAgentsStaffed": str(self.staffed),
            "NumberOfAgentsOnline": str(self.staffed),
            "NumberOfAgentsAvailable": str(self.free),
            **({} if wait is None else {"EstimatedWaitTimeSeconds": str(int(wait))}),
        }

    # --- what people say ---

    def staff(self, number: int, talk_seconds: float) -> None:
        """Set how many agents there are and how long they talk. Who talks finishes, as it was begun."""
        self.staffed, self.talk_seconds = number, talk_seconds

    def call_back(self, contact_id: str, wish: CallBack, after: str) -> None:
        """Put a call-back into its queue, at the place of the contact `after` which it was wished."""
        now = self.clock()
        since = self._joined.setdefault(contact_id, self._joined.get(after, now))
        self._waiting[contact_id] = Waiting(
            contact_id, wish.queue, wish.priority, since, next(self._turns), now + wish.delay, wish, entered=False
        )

    def answered(self, contact_id: str) -> bool:
        """The customer picked up, and the talk begins; False when it no longer rings."""
        talk = self._talks.get(contact_id)
        if talk is None or not talk.ringing:
            return False
        talk.ringing, talk.began, talk.until = False, self.clock(), self._end_of_talk()
        return True

    def unanswered(self, contact_id: str) -> Missed | None:
        """The customer does not pick up; None when it no longer rings."""
        talk = self._talks.get(contact_id)
        if talk is None or not talk.ringing:
            return None
        del self._talks[contact_id]
        return _missed(talk.contact)

    def ended(self, contact_id: str) -> None:
        """A contact is over; its agent is free for the next."""
        self._waiting.pop(contact_id, None)
        self._talks.pop(contact_id, None)

    def forget(self, contact_id: str) -> None:
        """No call-back will be wished after this contact any more."""
        self.ended(contact_id)
        self._joined.pop(contact_id, None)

    # --- what is to be done, and seen ---

    def due(self) -> list[Deed]:
        """What happens now, in its order. It counts as done: the agents are at work."""
        return [*self._ends(), *self._enters(), *self._begins()]

    def next_at(self) -> float | None:
        """When something is due that nobody will say."""
        times = [talk.until for talk in self._talks.values() if talk.until is not None]
        for one in self._waiting.values():
            if one.call_back:
                times.append(one.not_before + CALL_BACK_LONGEST)
                if not one.entered:
                    times.append(one.not_before)
        return min(times, default=None)

    @property
    def free(self) -> int:
        """How many agents have nothing to do."""
        return max(0, self.staffed - len(self._talks))

    @property
    def waiting(self) -> list[Waiting]:
        """Who waits, the next first; call-backs whose time has not come are at their place too."""
        return sorted(self._waiting.values(), key=lambda one: one.place)

    @property
    def talks(self) -> list[Talk]:
        """What the agents do, by their numbers."""
        return sorted(self._talks.values(), key=lambda talk: talk.agent)

    def position_of(self, contact_id: str) -> int | None:
        """From 1; None for who does not wait."""
        return next((place for place, one in enumerate(self._ready(), 1) if one.contact_id == contact_id), None)

    def estimated_wait(self, position: int) -> float | None:
        """Until an agent takes who is at this position; None when there are no agents or nobody knows how long
        they talk.
        """
        if not self.staffed:
            return None
        if self.free >= position:
            return 0.0
        return self.talk_seconds * -(-position // self.staffed) if self.talk_seconds else None

    def _ready(self) -> list[Waiting]:
        return [one for one in self.waiting if one.entered]

    def _ends(self) -> Iterator[Deed]:
        now = self.clock()
        for talk in [talk for talk in self._talks.values() if talk.until is not None and talk.until <= now]:
            if talk.ringing:
                del self._talks[talk.contact.contact_id]
                yield _missed(talk.contact)
            else:
                # The agent is free once the call has really ended: a flow may go on after it.
                talk.until = None
                yield HangUp(talk.contact.contact_id)
        for one in list(self._waiting.values()):
            if one.call_back and one.not_before + CALL_BACK_LONGEST <= now:
                del self._waiting[one.contact_id]
                yield Expired(one.contact_id)

    def _enters(self) -> Iterator[Deed]:
        now = self.clock()
        for one in self.waiting:
            if not one.entered and one.not_before <= now:
                self._waiting[one.contact_id] = replace(one, entered=True)
                yield Enter(one.contact_id)

    def _begins(self) -> Iterator[Deed]:
        for one in self._ready()[: self.free]:
            del self._waiting[one.contact_id]
            agent = self._free_agent()
            now = self.clock()
            until = now + self.ring_seconds if one.call_back else self._end_of_talk()
            self._talks[one.contact_id] = Talk(one, agent, now, until, ringing=one.call_back is not None)
            if one.call_back:
                yield Ring(one.contact_id, agent, one.call_back.number)
            else:
                yield Connect(one.contact_id, agent)

    def _end_of_talk(self) -> float | None:
        return self.clock() + self.talk_seconds if self.talk_seconds else None

    def _free_agent(self) -> int:
        busy = {talk.agent for talk in self._talks.values()}
        return next(number for number in itertools.count(1) if number not in busy)


def _missed(contact: Waiting) -> Missed:
    wish = contact.call_back
    if wish is None or wish.attempts <= 1:
        return Missed(contact.contact_id, None)
    return Missed(contact.contact_id, replace(wish, delay=wish.retry_delay, attempts=wish.attempts - 1))
