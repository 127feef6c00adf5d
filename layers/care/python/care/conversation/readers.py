"""What a customer's words already tell of what a checklist asks. Each reader gives the telling part, or ""."""

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise

from care import phone
from care.conversation.script import listed, tokens
from care.reading import places

_READ = 2000
_AMOUNT = re.compile(
    r"\b(?:rp|idr)[. ]{0,2}\d[\d.,]{0,12}\d?(?: ?(?:rb|ribu|k|jt|juta))?\b"
    r"|(?<![\d.,])\d{1,3}(?:[.,]\d{1,2})? ?(?:rb|rbu|ribu|k|jt|juta|rupiah|perak)\b"
    r"|(?<![\d.,+])\d{1,3}(?:[.,]\d{3})+(?![\d.,]\d)"
    r"|(?<![\d.,])\d{3,7} ?(?:rupiah|perak)\b",
    re.I,
)
_DAY = re.compile(
    r"\b(?:tgl|tanggal|tg) ?\d{1,2}\b"
    r"|(?<![\d/.-])\d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?(?![\d/-])"
    r"|\b(?:jam|pukul|pkl) ?\d{1,2}\b|\b\d{1,2} ?(?:am|pm)\b|\b\d{1,2}[.:]\d{2}\b"
    r"|\b\d{1,3} ?(?:hari|jam|menit|minggu|bulan|days?|hours?|weeks?|months?)\b"
    r"(?: (?:lalu|yang lalu|yg lalu|ago|ini|terakhir))?",
    re.I,
)
_AT_DIGIT = re.compile(r"\b\d{1,2} (\w+)\b|\b(\w+) \d{1,2}(?:st|nd|rd|th)?\b", re.I)


def number(text: str) -> str:
    """A phone number, E.164."""
    return next(iter(phone.find(text[:_READ])), "")


def when(text: str) -> str:
    """A day or a time: ``tgl 3``, ``kemarin``, ``3/11``, ``jam 9``, ``5 Mei``, ``2 days ago``."""
    found = _DAY.search(text[:_READ])
    if found:
        return found.group()
    for match in _AT_DIGIT.finditer(text[:_READ].lower()):
        if (match.group(1) or match.group(2)) in listed("months"):
            return match.group()
    return _first(text, "days")


def where(text: str) -> str:
    """A place: a known town, or what follows "di", "in", "kota" … unless that is no place on a map."""
    said = tokens(text[:_READ])
    known = next((word for word in said if word in listed("places")), "")
    if known:
        return known
    for at, (before, word) in enumerate(pairwise(said), start=1):
        if before in listed("before") and word not in listed("nowhere") and len(word) > 3 and word.isalpha():
            named = _with_name(said[at:]) if word in listed("landforms") else word
            if named:
                return named
    return places.town(text[:_READ])


def _with_name(said: tuple[str, ...]) -> str:
    """A landform with its name, "gunung rinjani"; "" without one."""
    is_named = len(said) > 1 and said[1].isalpha() and said[1] not in (*listed("asides"), *listed("nowhere"))
    return " ".join(said[:2]) if is_named else ""


def device(text: str) -> str:
    """A make or kind of device."""
    return _first(text, "devices")


def amount(text: str) -> str:
    """An amount of money: ``25rb``, ``Rp 50.000``, ``10 ribu``."""
    found = _AMOUNT.search(text[:_READ])
    return found.group().strip() if found else ""


def evidence(text: str) -> str:
    """A mention of something that shows it."""
    return _first(text, "evidence")


@cache
def _ordinals() -> re.Pattern[str]:
    words = "|".join(sorted(listed("ordinals"), key=len, reverse=True))
    return re.compile(rf"(?:^|(?<=[\s,.;:(]))(?:(?:{words})\b[,:]?|\d[.)](?!\d))\s*", re.I)


def numbered(text: str) -> list[str]:
    """The parts of a text that counts them: "first …, second …", "1. … 2. …"; none of one that does not."""
    said = text[:_READ]
    found = list(_ordinals().finditer(said))
    ends = [one.start() for one in found[1:]] + [len(said)] * bool(found)
    return [said[one.end() : end].strip(" ,.;") for one, end in zip(found, ends, strict=True)]


def _first(text: str, name: str) -> str:
    known = listed(name)
    return next((word for word in tokens(text[:_READ]) if word in known), "")


READERS: dict[str, Callable[[str], str]] = {
    "number": number,
    "when": when,
    "where": where,
    "device": device,
    "amount": amount,
    "evidence": evidence,
}


def missing(items: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Of what is asked, that which a text does not tell."""
    return tuple(item for item in items if not READERS[item](text))
