"""From a customer's own words to language, kind, category and urgency, by the word lists of ``content/triage.toml``."""

import re
import tomllib
from functools import cache
from pathlib import Path

from care.model import Value
from care.words import Category, Kind, Language

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


class Triage(Value):
    """What a text is about; ``language`` is ``None`` when the text does not show it."""

    language: Language | None
    kind: Kind
    category: Category
    urgent: bool


@cache
def _lists() -> dict[str, dict[str, re.Pattern[str]]]:
    text = (Path(__file__).parent / "content" / "triage.toml").read_text(encoding="utf-8")
    return {
        part: {name: _any_of(words) for name, words in lists.items()} for part, lists in tomllib.loads(text).items()
    }


def _any_of(words: str) -> re.Pattern[str]:
    """One pattern for a list of words and phrases separated by commas; ``*`` ends a word's beginning."""
    phrases = (re.escape(phrase.strip()).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for phrase in words.split(","))
    return re.compile(r"\b(?:" + "|".join(phrases) + r")\b", re.IGNORECASE)


def language_of(text: str) -> Language | None:
    """The language a text is written in, ``None`` when too few of its words tell."""
    words = [word.lower() for word in _WORD.findall(text[:5000])]
    counts = {
        language: sum(1 for word in words if _lists()["language"][language].fullmatch(word)) for language in Language
    }
    best, other = sorted(counts.values(), reverse=True)
    if best == other:
        return None
    return max(counts, key=lambda language: counts[language])


def read(text: str) -> Triage:
    """Triage of a text of any length and content (the first 5,000 characters count)."""
    sample = text[:5000]
    categories = {
        category: len(pattern.findall(sample))
        for category, pattern in _lists()["category"].items()
        if pattern.search(sample)
    }
    kinds = [kind for kind in Kind if kind in _lists()["kind"] and _lists()["kind"][kind].search(sample)]
    return Triage(
        language=language_of(sample),
        kind=kinds[0] if kinds else Kind.INFORMATION,
        category=Category(max(categories, key=lambda name: categories[name])) if categories else Category.OTHER,
        urgent=bool(_lists()["urgent"]["urgent"].search(sample)),
    )
