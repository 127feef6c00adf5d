"""The way to an agent: the wait told before it begins, a call-back instead, consent to a recording, position and tips
while waiting, and how it was after.
"""

from math import ceil, floor
from typing import NamedTuple

from care.calling.call import Call
from care.calling.turn import Answer, Listen, Open, Turn
from care.telling import pieces
from care.words import Category, Kind, Language

_TIPS = 5
_LEAST, _MOST = 0.7, 1.5
"""Of what is expected: talks differ, and what is told is to hold."""


class Queue(NamedTuple):
    """What the queue is like: calls waiting, agents who are there, agents who are free."""

    waiting: int
    staffed: int
    available: int


class Wait(NamedTuple):
    """How long it may take, in whole minutes."""

    low: int
    high: int


def expected(queue: Queue, talk_minutes: float) -> Wait | None:
    """The wait of who joins a queue now; ``None`` when an agent is free at once. Somebody has to be there."""
    if queue.available > queue.waiting:
        return None
    likely = (queue.waiting - queue.available + 1) * talk_minutes / queue.staffed
    low = max(1, floor(likely * _LEAST))
    return Wait(low, max(low + 1, ceil(likely * _MOST)))


def told(call: Call, queue: Queue, talk_minutes: float) -> Turn:
    """The wait, before it begins, and the choice of a call back; nobody there is a call back with a time."""
    if not queue.staffed:
        return call.callback("no_agent_callback")
    wait = expected(queue, talk_minutes)
    if wait is None:
        return call.go("recording", "wait_short", low=0, high=60)
    said = ("wait_range", *pieces.span(wait.low, wait.high, call.state.language))
    return call.go("wait", *said, low=wait.low * 60, high=wait.high * 60)


def read_wait(call: Call, key: str) -> Turn:
    """Wait, or be called back; who says nothing waits."""
    match key:
        case "1" | "":
            return call.go("recording")
        case "2":
            return called_back(call)
    return call.missed(key)


def read_recording(call: Call, key: str) -> Turn:
    """The talk is recorded; who does not want that says so, and goes on all the same."""
    match key:
        case "2":
            return call.on(Listen.TRANSFER, "to_agent", recorded=False)
        case "1" | "":
            return call.on(Listen.TRANSFER, "to_agent", recorded=True)
    return call.missed(key)


def called_back(call: Call) -> Turn:
    """A call back that keeps the place: a case stands for it here, so that it is lost in neither system."""
    if not call.number and not call.state.nameless:
        return call.go("phone", then="called_back")
    if not call.number:
        return call.go("recording", "no_phone")
    wish = Open(Kind.INFORMATION, Category.SERVICE, call.state.priority, "callback", "callback_keeps_place")
    return call.wish(wish, then="called_back")


def position(call: Call, place: int | None) -> Turn:
    """Where a waiting caller stands, and something that helps; who can be called back is offered it."""
    tip = call.state.tip % _TIPS + 1
    stands = _stands(place, call.state.language) if place else ()
    said = (*stands, f"tip_{tip}")
    return call.go("queued", *said, tip=tip) if call.number else call.on(Listen.WAIT, *said, tip=tip)


def _stands(place: int, language: Language) -> tuple[str, ...]:
    return ("queue_next",) if place == 1 else ("queue_position", *pieces.number(place, language))


def read_queued(call: Call, key: str) -> Turn:
    """A call back instead, or on with waiting."""
    return called_back(call) if key == "1" else call.on(Listen.WAIT)


# ---- after the agent -------------------------------------------------------------------------------------------------


def ask(call: Call) -> Turn:
    """The case was resolved in the call: is it solved?"""
    return call.go("survey_solved")


def read_solved(call: Call, key: str) -> Turn:
    """Solved or not; who says nothing is asked by SMS later."""
    match key:
        case "1":
            return call.go("survey_score")
        case "2":
            return call.wish(Answer(solved=False))
    return _unanswered(call, key)


def read_score(call: Call, key: str) -> Turn:
    """One to five."""
    if key in ("1", "2", "3", "4", "5"):
        return call.wish(Answer(solved=True, score=int(key)))
    return _unanswered(call, key)


def _unanswered(call: Call, key: str) -> Turn:
    misses = call.state.misses + 1
    if misses > 1:
        return call.end()
    return call.with_(misses=misses).again("wrong_key" if key else "silence")


def answered(call: Call) -> Turn:
    """Thanks; what is not solved is open again."""
    return call.end("survey_reopened" if call.state.place == "survey_solved" else "survey_thanks")
