"""The frame of a sentence: the small words that tell its language, whatever names and borrowed words stand in it."""

from collections.abc import Iterable
from functools import cache

from care.content import toml
from care.words import Language

_WEAK = 0.5


@cache
def _voices() -> dict[str, float]:
    """What each word says: above zero for Indonesian, below for English."""
    signs = {Language.INDONESIAN: 1.0, Language.ENGLISH: -1.0}
    lists = toml("language")
    voices: dict[str, float] = {}
    for weight, part in ((_WEAK, "weak"), (1.0, "words")):
        for language, sign in signs.items():
            voices |= dict.fromkeys(lists[language][part].split(), sign * weight)
    return voices


@cache
def _borrowed() -> frozenset[str]:
    return frozenset(toml("language")["borrowed"]["words"].split())


def votes(words: Iterable[str]) -> tuple[float, float]:
    """How many voices a text's words give for Indonesian and for English."""
    known = _voices()
    said = [known[word] for word in words if word in known]
    return sum(one for one in said if one > 0), -sum(one for one in said if one < 0)


def is_borrowed(words: Iterable[str]) -> bool:
    """Whether all of the words are English ones that Indonesians use as well."""
    return _borrowed().issuperset(words)
