"""What is asked where a purchase or a stop stands: "kuotanya hangus ga?", "masuknya ke nomor ibu ya?".

``content/conversation/standing.toml`` has for each standing what may be asked there, by names of ``lookups.toml``, and
the text that answers it. What is so for the package alone, whatever is done with it, its facts say (``lookups.py``).
"""

from enum import StrEnum
from functools import cache

from care import content
from care.cases.case import Case
from care.conversation import lookups, pointing, script
from care.conversation.talk import Talk, Turn
from care.line import packages
from care.line.line import RefusalReason
from care.words import Kind, Segment

_STOPPED = "stopped:"
"""Stands before the segment in ``told`` where a package was handed over to be stopped."""
_GIFT = "gift-package"
_BUYING = ("packages", "package", "confirm", "number", "code")
_PROVES = ("number", "code")
_ASKED_OF_CUSTOMER = (*_PROVES, "stop_confirm")
_MOST = 14
"""Words of a question about where things stand."""
_FEW = 8
"""So few words ask without saying so."""


class Standing(StrEnum):
    """Where a purchase or a stop stands, by the names of ``standing.toml``."""

    PROVING = "proving"
    STOPPING = "stopping"
    STOPPED = "stopped"
    ORDERED = "ordered"
    GIFT = "gift"
    CHOOSING = "choosing"
    REFUSED = "refused"
    GIVEN_UP = "given_up"


def standing(talk: Talk) -> Standing | None:
    """Where things stand; ``None`` where nothing is bought or stopped."""
    dialogue = talk.dialogue
    if dialogue.place == "stop_confirm" or (dialogue.place in _PROVES and dialogue.after == "stop"):
        return Standing.STOPPING
    if _stops(talk.open_case) and any(one.startswith(_STOPPED) for one in dialogue.told):
        return Standing.STOPPED
    if talk.open_order and dialogue.place == "start":
        return Standing.ORDERED
    if _GIFT in dialogue.told:
        return Standing.GIFT
    if pointing.refused_before(talk):
        return Standing.REFUSED
    if pointing.NOTHING_BOUGHT in dialogue.told:
        return Standing.GIVEN_UP
    if dialogue.place in _BUYING and pointing.told(talk):
        return Standing.CHOOSING
    return Standing.PROVING if dialogue.place in _PROVES else None


_LEFT_ALONE = (None, Standing.ORDERED, Standing.STOPPED, Standing.PROVING)
"""Where nothing waits for what the customer decides."""


def ponders(talk: Talk) -> bool:
    """Whether the customer thinks over first what was offered or asked, or asks somebody."""
    undecided = standing(talk) not in _LEFT_ALONE and not lookups.is_asked(talk)
    return undecided and lookups.asks(talk.text, "ponders")


def answer(talk: Talk) -> Turn | None:
    """What answers a question about where things stand; what is asked of the customer stays asked."""
    where, said = standing(talk), len(script.tokens(talk.text))
    if where is None or said > _MOST or not (said <= _FEW or lookups.is_asked(talk)):
        return None
    if talk.dialogue.place in _PROVES and lookups.first(talk.text, *_questions()[Standing.PROVING]):
        where = Standing.PROVING
    asked = lookups.first(talk.text, *_questions()[where])
    if not asked or packages.named(talk.text) or (asked == "once_cleared" and not _can_clear(talk)):
        return None
    key = _questions()[where][asked].format(segment=_segment(talk), reason=pointing.refused_before(talk))
    words = talk.voice.text(key)
    if talk.dialogue.place in _ASKED_OF_CUSTOMER:
        question = talk.ask("number") if talk.dialogue.place == "number" else talk.ask_again()
        return talk.stay(talk.voice.say("said", words=words), question)
    return talk.stay(lookups.with_question(talk, words, pointing.told(talk)))


def _can_clear(talk: Talk) -> bool:
    """Whether the customer can clear what the line is refused for; which packages it may have nobody can."""
    return pointing.refused_before(talk) != RefusalReason.NOT_ELIGIBLE


def _segment(talk: Talk) -> Segment:
    """The segment of the package that is to be stopped; prepaid where that is not known."""
    one = packages.packages().get(talk.dialogue.package)
    marks = (mark.removeprefix(_STOPPED) for mark in talk.dialogue.told if mark.startswith(_STOPPED))
    return one.segment if one else Segment(next(marks, Segment.PREPAID))


def stopped(segment: Segment) -> str:
    """What stands in ``told`` where a package was handed over to be stopped."""
    return f"{_STOPPED}{segment}"


def of_told(talk: Talk) -> bool:
    """Whether what is said may be about packages that were told, offered or refused."""
    offered = talk.dialogue.place in ("packages", "package", "confirm")
    return offered or bool(pointing.refused(talk) and pointing.told(talk))


def _stops(case: Case | None) -> bool:
    return case is not None and case.kind is Kind.PACKAGE_CHANGE and case.order is None


@cache
def _questions() -> dict[str, dict[str, str]]:
    """The texts that answer, by standing and by what is asked, in the order in which they are looked for."""
    found: dict[str, dict[str, str]] = content.toml("conversation/standing")
    return found
