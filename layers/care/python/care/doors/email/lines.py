"""The lines of a mail's text as they are compared, and the words of ``content/quoting.toml`` they are compared with."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from care.content import toml

_LONGEST = 1000
_SHORT = 100

# What is not seen, marks of print, and the vowel signs that Arabic is written with or without.
_UNSEEN = re.compile(r"[*®\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0f\ufeff\ufffc\u0640\u064b-\u0652]")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−─━"), "-")
# No mark of a quote: ">:(" and ">_<", and "> 5000" and "> Rp 50.000/hari", which compare.
_QUOTED = re.compile(r"\s{0,3}(?:>(?![_.:;]?[<()])|»)")
_MARK = re.compile(r"\s{0,3}[>»]\s?")
_COMPARED = re.compile(r"\s*>=?\s*(?:rp\.?|idr|usd|[$€£])?\s*\d(?:[\d.,]*\d)?\s*\S{0,10}\s*", re.IGNORECASE)
_WORD = re.compile(r"[^\s,;:()<>\"“”«»\[\]|/]+")
# The vowel signs of India and Thailand belong to their words.
_EDGES = re.compile(r"^(?:_|[^\w\u0900-\u0eff])+|(?:_|[^\w\u0900-\u0eff])+$")
_DECORATED = re.compile(r"[-_=~#+<>]{2,}.*|.*[-_=~#+<>]{2,}")

ASKS = re.compile(r"[?!？！]")
MAILBOX = re.compile(r"[^\s@<>\"'(),;:\[\]]{1,64}@[^\s@<>\"'(),;:\[\]]{2,255}")


class Line(NamedTuple):
    """A line as it came; as it is shown, with one kind of dash; and as it is compared. Too long a line is no mark."""

    raw: str
    shown: str
    plain: str
    is_quoted: bool

    @property
    def is_blank(self) -> bool:
        return not self.raw.strip()

    @property
    def is_text(self) -> bool:
        return not self.is_quoted and not self.is_blank

    @property
    def name(self) -> str:
        """What stands in it without what decorates it."""
        return _EDGES.sub("", self.plain)

    @property
    def is_decorated(self) -> bool:
        return bool(_DECORATED.fullmatch(self.plain))


def read(raw: str) -> Line:
    text = shown(raw) if len(raw) <= _LONGEST else ""
    compares = len(raw) < _SHORT and _COMPARED.fullmatch(raw)
    return Line(raw, text, text.casefold(), has_mark(raw) and not compares)


def has_mark(raw: str) -> bool:
    """Whether it begins with the mark of a quote, if only to compare ("> 5000")."""
    return bool(_QUOTED.match(raw))


def bare(line: Line) -> Line:
    """A quoted line without its first mark."""
    return read(_MARK.sub("", line.raw, count=1))


def shown(text: str) -> str:
    return " ".join(_UNSEEN.sub("", unicodedata.normalize("NFKC", text)).translate(_DASHES).split())


def plain(text: str) -> str:
    return shown(text).casefold()


def words_in(text: str) -> list[str]:
    return _WORD.findall(text)


def words_of(text: str) -> set[str]:
    """Its words as they are compared."""
    return {word.strip(".'’-").casefold() for word in _WORD.findall(text)}


def is_name(text: str, most: int) -> bool:
    """Whether it may be a name: at most so many words, none in lower case but "van" and the like."""
    words = _WORD.findall(text)
    return len(words) <= most and all(
        not word[0].islower() or word.casefold() in known("attribution", "particles") for word in words
    )


@cache
def phrases(part: str, name: str) -> tuple[str, ...]:
    """A list of ``content/quoting.toml`` as its words are compared."""
    return tuple(map(plain, _content()[part][name]))


@cache
def known(part: str, name: str) -> frozenset[str]:
    return frozenset(phrases(part, name))


@cache
def names(part: str) -> tuple[str, ...]:
    """The names of a part's lists."""
    return tuple(_content()[part])


@cache
def _content() -> dict[str, dict[str, list[str]]]:
    return toml("quoting")


def any_of(texts: Iterable[str]) -> str:
    """An expression for one of them, the longest first, as what begins another would hide it."""
    return "|".join(map(re.escape, sorted(texts, key=len, reverse=True)))
