"""Who shows no number is asked for one: keyed in, read back, confirmed; who gives none goes on without."""

from collections.abc import Callable

from care import phone
from care.calling import complaints, guides, own_line, queueing
from care.calling.call import Call
from care.calling.turn import Turn
from care.telling import pieces

_TRIES = 3
_ONWARDS: dict[str, Callable[[Call], Turn]] = {
    "complaint": complaints.complain,
    "suggestion": complaints.suggest,
    "urgent": complaints.urgent_stored,
    "guide": guides.fails,
    "callback": Call.callback,
    "called_back": queueing.called_back,
    "line": own_line.begin,
}


def read_phone(call: Call, digits: str) -> Turn:
    """A number to be reached at. Silence is told so once; the second time it goes on without one."""
    number = phone.to_e164(digits)
    if number:
        said = ("phone_confirm", *pieces.digits(phone.written(number), call.state.language))
        return call.go("phone_right", *said, keyed=number)
    misses = call.state.misses + 1
    if misses >= _TRIES:
        return _onwards(call.with_(nameless=True))
    return call.with_(misses=misses).again("phone_wrong" if digits else "silence")


def read_right(call: Call, key: str) -> Turn:
    """Whether the number was heard right."""
    match key:
        case "1":
            return _onwards(call.with_(number=call.state.keyed, keyed=""))
        case "2":
            return call.go("phone", keyed="")
    return call.missed(key)


def _onwards(call: Call) -> Turn:
    return _ONWARDS.get(call.state.then, Call.menu)(call)
