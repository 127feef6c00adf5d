"""The reference of a case: ten digits a customer can say, hear and key in on a phone.

The last digit is H. M. Damm's check digit ("Total anti-symmetrische Quasigruppen", 2004): it catches every single wrong
digit and every swap of neighbours. The first digit is never 0, 6 or 8, so no Indonesian phone number looks like one.
"""

import hashlib
import re
from typing import NamedTuple

LENGTH = 10
_FIRST = "1234579"
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)
_WRITTEN = re.compile(rf"(?<![\d+])[{_FIRST}](?:[ .\-]?\d){{{LENGTH - 1}}}(?![ .\-]?\d)")
_MIDDLE = LENGTH - 2
"""The digits between the first and the check digit."""


def _check_digit(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def derive(event: str, attempt: int = 0) -> str:
    """The reference of the case that an event opens: the same event always gives the same one.

    ``attempt`` counts the references of this event that were already taken by other cases.
    """
    number = int.from_bytes(hashlib.sha256(f"{attempt}:{event}".encode("utf-8", "surrogatepass")).digest()[:8])
    digits = _FIRST[number % len(_FIRST)] + f"{number // len(_FIRST) % 10**_MIDDLE:0{_MIDDLE}d}"
    return digits + str(_check_digit(digits))


def is_valid(text: str) -> bool:
    """Whether ``text`` is so many ASCII digits that check."""
    return len(text) == LENGTH and text.isascii() and text.isdigit() and text[0] in _FIRST and _check_digit(text) == 0


class Found(NamedTuple):
    """A reference written in a text: where it stands there, and its digits alone."""

    start: int
    end: int
    reference: str


def spans(text: str) -> list[Found]:
    """The valid references written anywhere in ``text``, in order; spaces, dots and dashes between digits allowed."""
    written = (Found(*one.span(), re.sub(r"\D", "", one.group())) for one in _WRITTEN.finditer(text))
    return [one for one in written if is_valid(one.reference)]


def find(text: str) -> list[str]:
    """As ``spans``, the references alone, each once."""
    return list(dict.fromkeys(one.reference for one in spans(text)))


def without(text: str) -> str:
    """The words beside the references, so that their digits are not read as anything else."""
    for one in reversed(spans(text)):
        text = text[: one.start] + text[one.end :]
    return text.strip()


def grouped(reference: str) -> str:
    """As it is written for reading: ``417 220 1935``."""
    return f"{reference[:3]} {reference[3:6]} {reference[6:]}"
