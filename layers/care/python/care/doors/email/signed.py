"""What a letter says, and who signs it: a town on a card is no destination, a program's line nobody's language."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from care.doors.email.endings import closing, ending, is_card
from care.doors.email.lines import ASKS, Line, is_name, known, read, words_in, words_of
from care.reading import areas

_BELOW = 6
"""Lines that may stand below a closing formula."""
_MOST_WORDS = 4
_LONGEST_NAME = 40
# "Joko - Solo", "Sari Dewi, Denpasar", "Budi (0817...)".
_AFTER_NAME = re.compile(r"\s*(?:[,(/|]|\s-+\s).*", re.DOTALL)
_DASHES = re.compile(r"\s*--\s*")
# "Halo, saya Tono.", "Perkenalkan nama saya Wati, guru SD", "My name is Mark Evans and".
_INTRODUCED = re.compile(
    r"(?:\b(?i:nama saya|my name is)|\b(?i:halo|hai|hallo|selamat \w+|assalamualaikum|perkenalkan)\W+(?i:saya))"
    r"\s+(?!(?i:mau|ingin|sudah|baru|tidak|belum|punya|pelanggan|pengguna|adalah|ada|on|not)\b)"
    r"((?:(?i:ibu|bapak|bu|pak) )?[A-Z][^\W\d_]+(?: [A-Z][^\W\d_]+){0,2})(?=\W|$)"
)
_NAME = re.compile(r"(?:[^\W\d_][^\W\d_.'’-]*[.'’-]?[ ]?)+", re.UNICODE)
_COMPANY = re.compile(
    r"\b(?:pt|cv|ud|tbk|koperasi|yayasan|toko|warung|ltd|inc|llc|gmbh|corp|team|tim|dept|group)\b", re.I
)


class Signed(NamedTuple):
    """The words of a letter without its signature, "" if there are none; and the name signed, else the one by which
    its author is introduced, "" if none is.
    """

    said: str
    name: str = ""


def signed(text: str) -> Signed:
    """A letter's words and its signature, which stands below a closing formula or alone at the end."""
    whole = [read(one) for one in text.splitlines()]
    end = ending(whole, may_empty=True)
    lines = whole[:end]
    begin, names = _signature(lines)
    said = "\n".join(one.raw for one in lines[:begin]).strip()
    below = [one for one in whole[end:] if not one.is_blank]
    if below and _DASHES.fullmatch(below[0].raw):
        names += [one.shown for one in below[1:2] if _is_named(one)]
    introduced = _INTRODUCED.search(said)
    names += [introduced[1]] if introduced else []
    return Signed(said, next(filter(None, map(_name, names)), ""))


def _signature(lines: Sequence[Line]) -> tuple[int, list[str]]:
    """Where a signature begins, and what of it may be the name; after the last line if there is none."""
    shown = [number for number, one in enumerate(lines) if not one.is_blank]
    for number in shown[: -_BELOW - 2 : -1]:
        formula = closing(lines[number])
        below = [lines[one] for one in shown if one > number]
        if formula and len(below) <= _BELOW and all(is_card(one) or _is_named(one) for one in below):
            rest = [lines[number].shown.partition(",")[2]] if formula == "with name" else []
            return number, [*rest, *(one.shown for one in below)]
    if len(shown) > 1 and _is_alone(lines, shown[-1]):
        return shown[-1], [lines[shown[-1]].shown]
    return len(lines), []


def _is_alone(lines: Sequence[Line], last: int) -> bool:
    """Whether the last line is a name that is set off from what is said above it."""
    above = lines[last - 1]
    is_set_off = above.is_blank or above.shown.endswith((".", "!", "?"))
    return is_set_off and _is_named(lines[last]) and bool(_name(lines[last].shown))


def _is_named(line: Line) -> bool:
    is_said = ASKS.search(line.plain) or not words_of(line.shown).isdisjoint(known("ends", "said"))
    return not is_said and not line.shown.endswith((".", ":")) and is_name(line.shown, _MOST_WORDS)


def _name(words: str) -> str:
    """A name as a letter may begin with it; "" for what is none, for a company's, and for a town's."""
    name = _AFTER_NAME.sub("", words.strip(" -.,_")).strip()
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME or _COMPANY.search(name):
        return ""
    is_other = name.casefold() in known("ends", "closings") | known("ends", "thanks") or areas.find(name)
    return "" if is_other or len(words_in(name)) > _MOST_WORDS or name.islower() else name
