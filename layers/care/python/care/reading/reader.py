"""A second reader: asked where our own reading is in doubt, if the operator names one. It reads, and no more.

It is given a customer's words without the numbers and addresses in them, and answers with one of each of our lists. All
that is told, promised or done follows from those in code, as it does from our own reading.
"""

import re
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from care.reading.acts import Act
from care.reading.mask import masked
from care.reading.triage import NONE, Triage
from care.words import Category, Kind, Language, Priority

T = TypeVar("T", bound=str)

LONGEST = 1000
"""So many characters of a text are shown to it."""
_TRUST = 0.8
"""What its word counts beside the shares of our own reading."""
# Whatever may tell who somebody is; the words around it say what is the matter.
_ADDRESSES = re.compile(r"[^\s@<>]+@[^\s@<>]+|https?://\S+|www\.\S+|(?<!\w)@\w+", re.I)
_NUMBERS = re.compile(r"\+?\d(?:[ .\-()]{0,2}\d){4,}")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a text says, of each list one; ``language`` and ``kind`` are ``None`` for none of them."""

    language: Language | None
    kind: Kind | None
    category: Category
    priority: Priority
    act: Act


class Reader(Protocol):
    """Reads one text."""

    def read(self, text: str) -> Reading | None:
        """What the text says; ``None`` when no answer came in two seconds, or none that is of our lists."""


def asked(reader: Reader, text: str) -> Reading | None:
    """What a reader says of a customer's words, as much of them as it may be shown."""
    return reader.read(shown(text))


def shown(text: str) -> str:
    """The beginning of a text without personal numbers, secrets, addresses, and any number of five digits or more."""
    return _NUMBERS.sub("[nomor]", _ADDRESSES.sub("[alamat]", masked(text[: 2 * LONGEST])))[:LONGEST]


def settled(seen: Triage, reading: Reading) -> Triage:
    """Our own triage as a reader settles it. What is pressing by our own rules stays so."""
    kinds, categories = blended(seen.kinds, reading.kind or NONE), blended(seen.categories, reading.category)
    return replace(
        seen,
        language=seen.language or reading.language,
        kind=reading.kind,
        category=reading.category,
        priority=seen.priority.or_more(reading.priority),
        kind_confidence=kinds[reading.kind or NONE],
        category_confidence=categories[reading.category],
        kind_shares=tuple(kinds.values()),
        category_shares=tuple(categories.values()),
    )


def blended(shares: dict[T, float], said: str) -> dict[T, float]:
    """Shares, together 1, in which what the reader said has its weight."""
    return {one: share * (1 - _TRUST) + _TRUST * (one == said) for one, share in shares.items()}
