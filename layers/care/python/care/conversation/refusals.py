"""Why a line may not have a package, once more and with what helps; and when it may."""

from care.conversation import (
    line_notes,
    lookups,
    pointing,
    readers,
    script,
)
from care.conversation.never_twice import fresh
from care.conversation.proving import need_line
from care.conversation.talk import Talk, Turn
from care.line.line import RefusalReason
from care.reading import slots
from care.reading.acts import Act

_PLAIN = 5
_BARE = 4
"""Words of a text that says little more than a country, a size or a time."""
_SHORT = 10
"""Words of a question about what was shown."""
_AGREES = 0.5
_CLEARS = {
    RefusalReason.NOT_REGISTERED: "sim-registration",
    RefusalReason.NOT_ACTIVE: "extend-active-period",
    RefusalReason.BILL_OVERDUE: "pay-bill",
    RefusalReason.NOT_ENOUGH_BALANCE: "top-up",
}
"""The article that tells how what a line is refused for is cleared."""


def _agrees_alone(talk: Talk) -> bool:
    """Whether no more than a yes is said: what was wanted is still refused."""
    agrees = talk.meant[Act.YES] + talk.meant[Act.BUY] >= _AGREES and not slots.read(talk.text).looks
    here = talk.dialogue.place == "start" or (talk.dialogue.place == "packages" and lookups.is_settled(talk))
    return here and len(script.tokens(talk.text)) <= _BARE and agrees


def why_refused(talk: Talk) -> Turn | None:
    """Why the line could not have what was wanted, once more and with what helps."""
    reason = pointing.refused(talk)
    if reason in _CLEARS and len(script.tokens(talk.text)) <= _PLAIN and lookups.asks(talk.text, "clears"):
        where = lookups.asks(talk.text, "where") and reason == RefusalReason.NOT_ACTIVE
        return line_notes.tell_of(talk, "top-up" if where else _CLEARS[RefusalReason(reason)])
    if not reason or len(script.tokens(talk.text)) > _SHORT:
        return _settled(talk)
    if reason == RefusalReason.BILL_OVERDUE and slots.asked_of_line(talk.text) == "bill" and talk.asks:
        return need_line(talk, "bill")
    if lookups.asks(talk.text, "how_much_fills") and reason == RefusalReason.NOT_ENOUGH_BALANCE:
        return need_line(talk, "enough", talk.dialogue.package or pointing.told(talk)[0].id)
    if lookups.asks(talk.text, "how_much_fills") and reason == RefusalReason.NOT_ACTIVE:
        return line_notes.tell_of(talk, "extend-active-period")
    of_credit = lookups.asks(talk.text, "credit") or readers.amount(talk.text)
    if of_credit and lookups.asks(talk.text, "insists"):
        return _once_more(talk, f"why_{reason}", f"still_{reason}")
    if lookups.asks(talk.text, "why"):
        return _once_more(talk, f"why_{reason}", f"still_{reason}")
    return _once_more(talk, f"still_{reason}", f"why_{reason}") if _agrees_alone(talk) else _settled(talk)


def _once_more(talk: Talk, *keys: str) -> Turn:
    """The refusal in the first of these words that was not said just before."""
    return talk.stay(talk.voice.say("said", "agent", words=fresh(talk, *keys)))


def _settled(talk: Talk) -> Turn | None:
    """Who says that what stood in the way is paid or done hears when the package can be bought."""
    reason = pointing.refused_before(talk)
    done = reason not in ("", RefusalReason.NOT_ELIGIBLE) and script.says("settled", talk.text) and not talk.asks
    return talk.stay(talk.voice.say(f"cleared_{reason}")) if done else None
