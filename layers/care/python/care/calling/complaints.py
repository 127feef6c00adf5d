"""Complaints and suggestions by keys: what it is about, where, in one's own words if one likes, and it is stored."""

from care import areas
from care.calling import subjects
from care.calling.call import Call
from care.calling.turn import Open, Turn
from care.words import Category, Kind, Priority

_CATEGORIES = {
    "1": Category.NETWORK,
    "2": Category.INTERNET,
    "3": Category.BILLING,
    "4": Category.PACKAGE,
    "5": Category.SIM,
    "6": Category.ROAMING,
    "7": Category.APP,
    "8": Category.OTHER,
}
_SOMEWHERE = (Category.NETWORK, Category.INTERNET)
"""What is wrong somewhere: where, is asked."""


def read_category(call: Call, key: str) -> Turn:
    """A key of the complaint menu."""
    if key == "9":
        return urgent(call)
    category = _CATEGORIES.get(key)
    if category is None:
        return call.missed(key)
    return call.go("sub", category=category, sub="", postcode="", spoken=False, priority=Priority.NORMAL)


def read_sub(call: Call, key: str) -> Turn:
    """What of a category it is. Who does not say is asked once more; then the category is enough."""
    if not key and call.state.misses:
        return complain(call)
    sub = subjects.of(call.state.category).get(key)
    if sub is None:
        return call.missed(key)
    if sub.id == "urgent":
        return urgent(call)
    call = call.with_(sub=sub.id, category=sub.category or call.state.category)
    if call.state.category in _SOMEWHERE:
        return call.go("postcode")
    return call.go("consent", then="complaint") if sub.in_words else complain(call)


def read_postcode(call: Call, digits: str) -> Turn:
    """Five digits; without them, or with wrong ones twice, the place may be spoken."""
    if areas.zone_of_postcode(digits):
        return complain(call.with_(postcode=digits))
    if digits and not call.state.misses:
        return call.go("postcode_again", misses=1)
    return call.go("consent", then="complaint")


def read_consent(call: Call, key: str) -> Turn:
    """Whether a message may be recorded: only a plain yes is one; silence goes on without."""
    match key:
        case "1":
            return call.go("message")
        case "2" | "":
            return spoken(call, recorded=False)
    return call.missed(key)


def read_message(call: Call, key: str) -> Turn:
    """The message is spoken; what ended it says nothing."""
    return spoken(call, recorded=True).after("message_thanks")


def read_suggestion(call: Call, key: str) -> Turn:
    """Whether the suggestion may be recorded; else a person calls to hear it."""
    match key:
        case "1":
            return call.go("message", then="suggestion")
        case "2":
            return suggest(call.with_(spoken=False))
    return call.missed(key)


def spoken(call: Call, *, recorded: bool) -> Turn:
    """On with what the message is of."""
    call = call.with_(spoken=recorded)
    return suggest(call) if call.state.then == "suggestion" else complain(call)


def complain(call: Call) -> Turn:
    """The complaint is stored; who shows no number is asked for one first. What keys say may have been said before."""
    state = call.state
    subject = subjects.named(state.category, state.sub)
    if not call.number and not state.nameless:
        return call.go("phone", then="complaint")
    wish = Open(
        Kind.COMPLAINT,
        state.category,
        state.priority,
        state.sub,
        "complaint_stored",
        postcode=state.postcode,
        joins=subject is not None and not subject.in_words,
        spoken=state.spoken,
    )
    return call.wish(wish)


def suggest(call: Call) -> Turn:
    """The suggestion is stored: as it was spoken, else a person calls to hear it."""
    if not call.number and not call.state.nameless:
        return call.go("phone", then="suggestion")
    wish = Open(
        Kind.SUGGESTION,
        Category.SERVICE,
        Priority.NORMAL,
        "suggestion",
        "suggestion_thanks",
        calls_back=not call.state.spoken,
        spoken=call.state.spoken,
    )
    return call.wish(wish)


def urgent(call: Call) -> Turn:
    """A lost phone or card, or fraud: stored at once, so that hanging up loses nothing."""
    call = call.with_(category=Category.SIM, sub="urgent", priority=Priority.URGENT, postcode="", spoken=False)
    if not call.number and not call.state.nameless:
        return call.go("phone", then="urgent")
    return urgent_stored(call)


def urgent_stored(call: Call) -> Turn:
    """The urgent case."""
    return call.wish(Open(Kind.COMPLAINT, Category.SIM, Priority.URGENT, "urgent", "complaint_stored"), then="urgent")
