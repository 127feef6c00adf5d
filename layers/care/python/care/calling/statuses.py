"""Where a case stands: the caller's own by the last four digits, any other by its reference and the number on it."""

from typing import assert_never

from care.calling.call import Call
from care.calling.turn import FindLast, FindStatus, Found, NotFound, Turn

_LAST = 4
_TRIES = 3


def read_last_four(call: Call, digits: str) -> Turn:
    """The end of a reference of the caller's own; the whole one is as good."""
    if len(digits) < _LAST:
        return call.missed(digits)
    return call.wish(FindLast(digits[-_LAST:]))


def read_reference(call: Call, digits: str) -> Turn:
    """A reference keyed in."""
    if not digits:
        return call.missed("")
    call = call.with_(asked=digits)
    return call.wish(FindStatus(digits), misses=call.state.misses, asked=digits)


def read_phone(call: Call, digits: str) -> Turn:
    """The number on the case that was asked for."""
    if not digits:
        return call.missed("")
    return call.wish(FindStatus(call.state.asked, digits), misses=call.state.misses)


def found(call: Call, outcome: Found) -> Turn:
    """A status is told, and what is promised."""
    said = (f"status_{outcome.status}", *outcome.due)
    return call.go("told", *said, reference=outcome.case.reference)


def not_found(call: Call, outcome: NotFound) -> Turn:
    """The number is asked for, or the reference once more; too many guesses end it."""
    match outcome:
        case NotFound.TOO_MANY:
            return call.go("too_many")
        case NotFound.NEED_PHONE:
            return call.go("status_phone", asked=call.state.asked)
        case NotFound.NOT_FOUND:
            misses = call.state.misses + 1
            again = "last_four" if call.state.place == "last_four" else "status"
            said = "last_four_wrong" if again == "last_four" else "status_not_found"
            if misses >= _TRIES:
                return call.agent(said)
            return call.go(again, misses=misses).after(said)
        case _:
            assert_never(outcome)
