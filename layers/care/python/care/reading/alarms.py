"""What comes before anything else: danger to life, distress, threats, fraud, loss. By phrases that mean it.

``content/alarms.toml`` has them: whoever wrote a phrase can read what a person in danger is heard by.
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any, NamedTuple

from care.content import toml
from care.reading import wording
from care.reading.phrases import Found, Phrases, words_of
from care.words import Priority

_FAMILY_CARD = re.compile(r"\bkk\b")
_REGISTERS = re.compile(r"\b(?:e?ktp|nik|regis\w*|(?:men|di|ter)?daftar\w*|dukcapil)\b")
_BEFORE = 2
"""So many words before a phrase can make it no report."""


class Alarm(StrEnum):
    """What a customer is in."""

    DANGER = "danger"
    """Somebody's life or body: 112."""
    DISTRESS = "distress"
    """Who wants to die or to hurt himself."""
    WORRIED = "worried"
    """Who knows of another that wants to."""
    MISSING = "missing"
    """A person who cannot be found."""
    HARASSED = "harassed"
    """Threatened, blackmailed, or sent obscene pictures."""
    TAKEN_OVER = "taken_over"
    """The number, a messenger or an account is in other hands, or a code was given away."""
    CHEATED = "cheated"
    """Money is gone to a cheat."""
    IDENTITY = "identity"
    """Loans or numbers in one's name that are not one's own."""
    LOST = "lost"
    """Phone or SIM card lost or stolen."""
    INFECTED = "infected"
    """A malicious app or link was opened."""

    @property
    def is_of_life(self) -> bool:
        """Whether a life may be at stake, so that 112 is told first."""
        return self in (Alarm.DANGER, Alarm.DISTRESS, Alarm.WORRIED, Alarm.MISSING)

    @property
    def priority(self) -> Priority:
        """How long it can wait."""
        return Priority.DANGER if self.is_of_life else Priority.URGENT


class Relief(StrEnum):
    """What makes an alarm another matter."""

    FOUND = "found"
    """What was lost is there again."""
    UNTOUCHED = "untouched"
    """A cheat tried, and was given nothing."""
    ELSEWHERE = "elsewhere"
    """What was stolen is no phone or card."""
    DOUBTED = "doubted"
    """Whether it is us who answer here is doubted."""
    ASKED = "asked"
    """Whether a message, a call or a prize is genuine is only asked."""


_ALARMS: frozenset[str] = frozenset(Alarm)
_DRAWN_IN = frozenset({"minor", "lured"})
"""Signs that together tell of a child whom a stranger wants something of."""
_OF_AGE, _YOUNGEST = 18, 5
_AGE = re.compile(
    r"\b(?:umur(?:ku|nya)?|usia(?:ku|nya)?|i'?m|i am|she'?s|he'?s|is|aged?)\W{1,3}"
    r"(?:(?:aku|saya|sy|gue|gw|baru|masih|cuma|only|just)\W{1,3}){0,3}"
    r"(\d{1,2})\b(?! ?(?:gb|mb|rb|ribu|k|juta|jam|menit|hari|bulan|minutes?|hours?|days?|months?|%))"
    r"|\b(\d{1,2}) ?(?:tahun|thn|th|taun|years? old|yo|y/o)\b(?! (?:lalu|pakai|pake|jadi|langganan|ago))"
)
"""An age as it is told: "umur 13", "I'm 15", "14 tahun"."""


_OF_LURE = {"refused": Relief.UNTOUCHED, "genuine": Relief.ASKED}
"""What other signs mean in a text that tells of a cheat's message or call."""


class _Known(NamedTuple):
    says: Phrases
    but: Phrases
    despite: Phrases
    unless: dict[str, frozenset[str]]
    """By name, in the order in which they count."""


@cache
def _known() -> _Known:
    sections: dict[str, dict[str, Any]] = toml("alarms")
    unless = {name: frozenset(map(wording.spelled, one["unless"].split())) for name, one in sections.items()}
    says, but, despite = (
        Phrases({name: one.get(part, ()) for name, one in sections.items()}) for part in ("says", "but", "despite")
    )
    return _Known(says, but, despite, unless)


def read(text: str) -> Alarm | None:
    """What a text says of the writer, or of somebody with him; ``None``: nothing of the kind."""
    return _first(_heard_in(text).meant)


def of_words(words: Sequence[str]) -> Alarm | None:
    """``read`` of words as ``phrases.words_of`` gives them."""
    said = list(_known().says.find(words))
    return _first(_meant(said, _excused(words), words)) if said else None


def _first(meant: frozenset[str]) -> Alarm | None:
    if meant >= _DRAWN_IN:
        meant |= {Alarm.HARASSED}
    return next((Alarm(name) for name in _known().unless if name in meant & _ALARMS), None)


def only_sounded(text: str) -> frozenset[Alarm]:
    """The alarms that a text has words of which mean something else: "mau mati nunggu CS" is no distress."""
    heard = _heard_in(text)
    return frozenset(Alarm(name) for name in (heard.sounded - heard.meant) & _ALARMS)


def relief(text: str, *, of_cheat: bool = False) -> Relief | None:
    """What a text says that makes an alarm another matter; ``None``: nothing of the kind.

    ``of_cheat``: a cheat's message or call is what was spoken of before.
    """
    meant = _heard_in(text).meant
    if of_cheat or "lure" in meant:
        meant = (meant | {relief for sign, relief in _OF_LURE.items() if sign in meant}) - {Relief.DOUBTED}
    return next((one for one in Relief if one in meant), None)


def of_minor(text: str) -> bool:
    """Whether a text is of somebody under eighteen, by the age or the school it tells."""
    return "minor" in _heard_in(text).meant


class _Heard(NamedTuple):
    meant: frozenset[str]
    sounded: frozenset[str]


def _plain(text: str) -> str:
    """A text as it is read; "kk" beside an identity card is the family's card, and nobody's brother."""
    said = wording.plain(text)
    return _FAMILY_CARD.sub("dokumen", said) if _REGISTERS.search(said) else said


@lru_cache(maxsize=16)
def _heard_in(text: str) -> _Heard:
    plain = _plain(text)
    words = words_of(plain)
    said, excused = list(_known().says.find(words)), _excused(words)
    ages = (int(one[1] or one[2]) for one in _AGE.finditer(plain))
    young = {"minor"} if any(_YOUNGEST <= one < _OF_AGE for one in ages) else set()
    return _Heard(_meant(said, excused, words) | young, frozenset(one.name for one in (*said, *excused)))


def _excused(words: Sequence[str]) -> list[Found]:
    """What only sounds like an alarm, without those of which something else in the text says that it is one."""
    excused = list(_known().but.find(words))
    kept = {one.name for one in _known().despite.find(words)} if excused else set()
    return [one for one in excused if one.name not in kept]


def _meant(said: Sequence[Found], excused: Sequence[Found], words: Sequence[str]) -> frozenset[str]:
    return frozenset(one.name for one in said if _is_meant(one, excused, words))


def _is_meant(one: Found, excused: Sequence[Found], words: Sequence[str]) -> bool:
    """Whether nothing around a phrase makes it another thing."""
    before = words[max(0, one.start - _BEFORE) : one.start]
    return _known().unless[one.name].isdisjoint(before) and not any(
        other.name == one.name and one.overlaps(other) for other in excused
    )
