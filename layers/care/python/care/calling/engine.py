"""A call, step by step: a key or some digits come in, what is said and asked next goes out, or what is wished first.

Nothing here knows of Amazon Connect: a flow plays the prompts by name and gives back what was pressed.
"""

from collections.abc import Callable
from typing import assert_never

from care.calling import complaints, guides, numbers, own_line, places, queueing, statuses
from care.calling.call import Call
from care.calling.queueing import Queue
from care.calling.state import State
from care.calling.turn import Answered, Facts, Found, Listen, NotFound, Opened, Outcome, Turn
from care.line.asking import CodeSent, CodeTried, LineRead, NoSystem, TooManyCodes
from care.telling import pieces
from care.words import Language, Segment

Read = Callable[[Call, str], Turn]


def begin(facts: Facts) -> Turn:
    """The call begins: it costs nothing, and in which language?"""
    state = State(language=facts.remembered or Language.INDONESIAN)
    return Call(state, facts).go("language")


def pressed(state: State, keys: str, facts: Facts) -> Turn:
    """Keys at the question where the call stands; none is silence."""
    call = Call(state, facts)
    listen = places.of(state).listen
    own = state.place in _ALL_KEYS or keys == _OWN_KEYS.get(state.place)
    if listen is Listen.KEY and not own:
        # The same at every question that takes a key.
        match keys:
            case "*":
                return call.again()
            case "#":
                return call.menu()
            case "0":
                return call.agent()
    return _READERS.get(state.place, read_menu)(call, keys)


def waiting(state: State, queue: Queue, talk_minutes: float, facts: Facts) -> Turn:
    """The queue was looked at."""
    return queueing.told(Call(state, facts), queue, talk_minutes)


def queued(state: State, place: int | None, facts: Facts) -> Turn:
    """The caller waits, at ``place`` in the queue if that is known."""
    return queueing.position(Call(state, facts), place)


def full(state: State, facts: Facts) -> Turn:
    """The queue takes no more, or is not there: a person calls back."""
    return Call(state, facts).callback("no_agent_callback")


def after(state: State, facts: Facts, *, asks: bool) -> Turn:
    """The agent hung up; ``asks``: the case was resolved in this call."""
    call = Call(state, facts)
    return queueing.ask(call) if asks else call.on(Listen.END)


def told(turn: Turn, outcome: Outcome, facts: Facts) -> Turn:
    """What comes of what a turn wished; what it said first is kept before it."""
    call = Call(turn.state, facts)
    return _told(call, outcome).after(*turn.say)


def _told(call: Call, outcome: Outcome) -> Turn:
    match outcome:
        case Opened():
            return _opened(call, outcome)
        case Found():
            return statuses.found(call, outcome)
        case NotFound():
            return statuses.not_found(call, outcome)
        case CodeSent():
            return own_line.code_sent(call)
        case TooManyCodes():
            return own_line.too_many_codes(call)
        case CodeTried():
            return own_line.code_tried(call, outcome)
        case LineRead():
            return own_line.line_read(call, outcome)
        case NoSystem():
            return call.go("no_system")
        case Answered():
            return queueing.answered(call)
        case _:
            assert_never(outcome)


def _opened(call: Call, outcome: Opened) -> Turn:
    """What was stored, its reference twice, and how it goes on."""
    state = call.state
    digits = pieces.digits(outcome.reference, state.language)
    first = "complaint_joined" if outcome.joined else outcome.wish.thanks
    sent = "no_phone" if outcome.unreached else "reference_sms"
    back = ("callback_time", *outcome.back_at, "callback_hours") if outcome.back_at and not outcome.unreached else ()
    said = (first, *back, "reference_is", *digits, "reference_again", *digits)
    call = call.with_(reference=outcome.reference, then="")
    if state.then == "called_back":
        return call.on(Listen.CALLBACK, *said, "callback_tries")
    if state.then == "urgent":
        return call.go("urgent", "reference_is", *digits).instead("danger", *said, sent)
    return call.go("stored", "reference_is", *digits).instead(*said, sent)


# ---- the questions ---------------------------------------------------------------------------------------------------


def read_language(call: Call, key: str) -> Turn:
    """One of two; silence twice means the one remembered."""
    chosen = {"1": Language.INDONESIAN, "2": Language.ENGLISH}.get(key)
    if chosen is None and call.state.place == "language":
        return call.go("language_again")
    if call.state.greeted:
        return call.with_(language=chosen or call.state.language).menu()
    return greeted(call.with_(language=chosen or call.facts.remembered or call.state.language))


def greeted(call: Call) -> Turn:
    """Greeted as one is known; who has an open case is offered its status first."""
    facts = call.facts
    call = call.with_(greeted=True, name=facts.name, segment=facts.segment)
    greeting = {Segment.PREPAID: "greet_prepaid", Segment.POSTPAID: "greet_postpaid"}
    said = greeting[facts.segment] if facts.segment else "greet_known" if facts.known else "greet_unknown"
    name = pieces.name(facts.name, call.state.language)
    greeted = ("greet_name", *name) if name else (said,)
    return call.go("open_case").after(*greeted) if facts.has_open else call.menu(*greeted)


def read_menu(call: Call, key: str) -> Turn:
    """A key of the main menu."""
    match key:
        case "1":
            return call.go("product")
        case "2":
            return call.go("technical")
        case "3":
            return own_line.begin(call)
        case "4":
            return call.go("complaint")
        case "5":
            return call.go("suggestion")
        case "6":
            return call.go("status")
        case "#":
            return call.go("language_again")
        case "9":
            return complaints.urgent(call)
        case "0":
            return call.agent()
    return call.missed(key)


def read_open_case(call: Call, key: str) -> Turn:
    """Whether the open case is to be heard of; any other key is one of the main menu."""
    match key:
        case "1":
            return call.go("last_four")
        case "" | "2":
            return call.menu()
    return read_menu(call.with_(place=places.START), key)


def _read_urgent(call: Call, key: str) -> Turn:
    """What to do first, and then an agent; who says nothing is put through at once."""
    match key:
        case "1":
            return call.agent("lost_sim_help")
        case "2":
            return call.agent("fraud_first_aid")
        case "":
            return call.agent()
    return call.missed(key)


def _read_last(call: Call, key: str) -> Turn:
    """Nothing more is wanted, or it would have been said."""
    return call.missed(key) if key else call.end()


_ALL_KEYS = frozenset({"language", "language_again", "survey_solved", "survey_score"})
_OWN_KEYS = {"menu": "#", "packages": "*"}
"""Where star, hash and zero are keys like any other; and where one of them means something of its own."""

_READERS: dict[str, Read] = {
    "language": read_language,
    "language_again": read_language,
    "open_case": read_open_case,
    "last_four": statuses.read_last_four,
    "menu": read_menu,
    "product": guides.read_product,
    "group": guides.read_group,
    "answer": guides.read_answer,
    "technical": guides.read_technical,
    "technical_more": guides.read_technical_more,
    "guide": guides.read_step,
    "guide_choice": guides.read_choice,
    "complaint": complaints.read_category,
    "sub": complaints.read_sub,
    "postcode": complaints.read_postcode,
    "consent": complaints.read_consent,
    "message": complaints.read_message,
    "postcode_again": complaints.read_postcode,
    "suggestion": complaints.read_suggestion,
    "stored": _read_last,
    "too_many": _read_last,
    "no_system": _read_last,
    "code_again": own_line.read_code,
    "code_over": _read_last,
    "urgent": _read_urgent,
    "status": statuses.read_reference,
    "status_phone": statuses.read_phone,
    "told": _read_last,
    "phone": numbers.read_phone,
    "phone_right": numbers.read_right,
    "code": own_line.read_code,
    "line": own_line.read_line,
    "packages": own_line.read_packages,
    "package": own_line.read_package,
    "recording": queueing.read_recording,
    "wait": queueing.read_wait,
    "queued": queueing.read_queued,
    "anything_else": _read_last,
    "survey_solved": queueing.read_solved,
    "survey_score": queueing.read_score,
}
