"""What an article leaves open and the line says: whether it is suspended, may pay in parts, may borrow credit.

Where the line may be read, it is told with the article.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from care.conversation import guides
from care.conversation.articles import Fitting
from care.conversation.pointing import REFUSED
from care.conversation.talk import ReadLine, Said, Talk, Turn, Voice
from care.line import packages
from care.line.line import Line
from care.reading import knowledge

AFTER = "note"
"""What a line is read for here, as ``Dialogue.after``."""
_WISHED = ("emergency-credit",)
"""Articles on what a line may have, or not."""
_IN_PARTS = 300_000
"""A bill above it may be paid in instalments, in rupiah, as the article ``payment-extension`` says."""


def tell(talk: Talk, told: list[Fitting]) -> Turn:
    """The articles that answer; the line is read before, where it may be and says more."""
    number = talk.facts.readable
    if not number or not talk.facts.has_system or told[0].article.id not in _NOTES:
        return guides.tell(talk, told)
    offered = tuple(one.article.id for one in told)
    return talk.turn(talk.dialogue.at("start", after=AFTER, offered=offered), wish=ReadLine(number))


def tell_of(talk: Talk, id: str) -> Turn:
    """An article that words alone are about, and its guide."""
    return tell(talk, [Fitting(knowledge.article(id), 1.0)])


def alone(talk: Talk, *ids: str) -> Turn:
    """Articles, and nothing asked."""
    said = (Said(talk.spoken(knowledge.article(id).answer)) for id in ids)
    return talk.turn(talk.dialogue.at("start", told=ids), *said)


def noted(talk: Talk, line: Line | None) -> Turn:
    """The articles that were to be told, with what the line says of the first; alone where it says nothing."""
    told = [Fitting(knowledge.article(id), 1.0) for id in talk.dialogue.offered]
    id, today = told[0].article.id, talk.facts.today
    note = _NOTES[id](talk.voice, line, today) if line else ""
    after = guides.tell(talk, told, Said(note) if note else None)
    reason = packages.barrier(line, today) if line and note and id in _WISHED else None
    return (
        replace(after, dialogue=after.dialogue.evolve(told=(*after.dialogue.told, f"{REFUSED}{reason}")))
        if reason
        else after
    )


def _bill(voice: Voice, line: Line, today: date) -> str:
    if not line.bill or not line.bill_due:
        return ""
    key = "note_bill_suspended" if line.is_suspended(today) else "note_bill"
    return voice.text(key, amount=voice.rupiah(line.bill), due=voice.day(line.bill_due))


def _in_parts(voice: Voice, line: Line, today: date) -> str:
    if not line.bill or not line.bill_due:
        return ""
    key = "note_in_parts" if line.is_suspended(today) or line.bill > _IN_PARTS else "note_bill"
    return voice.text(key, amount=voice.rupiah(line.bill), due=voice.day(line.bill_due))


def _loan(voice: Voice, line: Line, today: date) -> str:
    if line.registered:
        return voice.text("note_no_loan_grace") if line.in_grace(today) else ""
    return voice.text("note_no_loan_both" if line.in_grace(today) else "note_no_loan_unregistered")


def _active(voice: Voice, line: Line, today: date) -> str:
    if line.grace_until and line.in_grace(today):
        return voice.text("note_grace", day=voice.day(line.grace_until))
    is_active = line.active_until and line.active_until >= today
    return voice.text("note_active", day=voice.day(line.active_until)) if line.active_until and is_active else ""


_NOTES: dict[str, Callable[[Voice, Line, date], str]] = {
    **dict.fromkeys(("pay-bill", "pay-places", "late-payment"), _bill),
    "payment-extension": _in_parts,
    "emergency-credit": _loan,
    **dict.fromkeys(("active-period", "extend-active-period"), _active),
}
"""What the line says to an article; "" where it says nothing."""
