"""The talk as data, ``content/conversation``: phrases and what they lead to, places, checklists."""

import re
from functools import cache, lru_cache
from typing import Any

from pydantic import Field

from care import content, phone
from care.reading.places import small_letters
from care.telling import messages
from care.telling.outbox import Button
from care.value import Value
from care.words import Category, Language

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_DIGIT = re.compile(r"\d")
_BEFORE_NUMBER = re.compile(r"(?:\b(?:nomor|nomer|no|hp|number|phone|for|of|untuk|dari|di|punya)\W*)+$", re.I)
_FEWEST_DIGITS = 8
_READ = 2000
_WHOLE = 12


class Phrases(Value, extra="forbid"):
    """One group of ``phrases.toml``."""

    leads: str = ""
    whole: frozenset[str] = frozenset()
    begins: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    most_words: int = 400


class Place(Value, extra="forbid"):
    """One place of ``places.toml``."""

    ask: str = ""
    about: str = ""
    again: str = ""
    buttons: tuple[str, ...] = ()
    answers: dict[str, str] = Field(default_factory=dict)
    takes: str = ""


class Checklists(Value, extra="forbid"):
    """``checklists.toml``."""

    ask: dict[Category, tuple[str, ...]]
    lists: dict[str, str]


def _file(name: str) -> dict[str, Any]:
    return content.toml(f"conversation/{name}")


@cache
def phrases() -> dict[str, Phrases]:
    """All groups by name, in the file's order."""
    groups = {name: group for name, group in _file("phrases").items() if name != "padding"}
    return {name: Phrases.model_validate(group) for name, group in groups.items()}


@cache
def places() -> dict[str, Place]:
    """All places by name."""
    return {name: Place.model_validate(place) for name, place in _file("places").items()}


@cache
def checklists() -> Checklists:
    """What is asked of complaints."""
    return Checklists.model_validate(_file("checklists"))


@cache
def listed(name: str) -> frozenset[str]:
    """One of the lists of words in ``checklists.toml``."""
    return frozenset(checklists().lists[name].split())


@cache
def padding() -> frozenset[str]:
    """Words that say nothing around and between phrases."""
    return frozenset(_file("phrases")["padding"]["listed"].split())


@lru_cache(maxsize=64)
def tokens(text: str) -> tuple[str, ...]:
    """The words and numbers of the beginning of a text, in small letters, apostrophes left out."""
    return tuple(_WORD.findall(small_letters(text)))


@lru_cache(maxsize=64)
def bare(said: tuple[str, ...]) -> str:
    """What is said without the padding around and between."""
    nothing = padding()
    return " ".join(word for word in said if word not in nothing)


def says(name: str, text: str) -> bool:
    """Whether a text says one of a group's phrases."""
    said = tokens(text)
    return bool(said) and _says(phrases()[name], said)


def begins(name: str, text: str) -> bool:
    """Whether a text begins with one of a group's phrases."""
    sentence = f"{' '.join(tokens(text))} "
    return any(sentence.startswith(f"{phrase} ") for phrase in phrases()[name].begins)


def is_whole(name: str, text: str) -> bool:
    """Whether all a text says is one of a group's phrases."""
    said = tokens(text)
    whole = phrases()[name].whole
    return " ".join(said) in whole or bare(said) in whole


def _says(group: Phrases, said: tuple[str, ...]) -> bool:
    sentence = " ".join(said)
    if len(said) <= _WHOLE and (sentence in group.whole or bare(said) in group.whole):
        return True
    if len(said) <= _WHOLE and not bare(said) and any(word in group.whole for word in said):
        return True
    if any(sentence.startswith(f"{phrase} ") for phrase in group.begins):
        return True
    words = f" {sentence} "
    return len(said) <= group.most_words and any(f" {phrase} " in words for phrase in group.within)


def leads(text: str) -> str:
    """What a text leads to wherever a talk stands; "" if it is none of the phrases that do."""
    said = tokens(without_number(text))
    if not said:
        return ""
    return next((group.leads for group in phrases().values() if group.leads and _says(group, said)), "")


def without_number(text: str) -> str:
    """The text without a phone number and the words before it: "cek kuota nomor 0817…" is "cek kuota"."""
    if len(_DIGIT.findall(text[:_READ])) < _FEWEST_DIGITS:
        return text
    for found in reversed(phone.spans(text[:_READ])):
        text = _BEFORE_NUMBER.sub("", text[: found.start]) + text[found.end :]
    return text


def answer(place: Place, text: str) -> str:
    """What a text leads to at a place by its answers; "" if to nothing."""
    return next((leads for name, leads in place.answers.items() if says(name, text)), "")


def button(name: str, language: Language) -> Button:
    """The button ``talk.button_<name>``, which sends what it says."""
    label = messages.text(f"talk.button_{name}", language)
    return Button(label=label, text=label)
