"""Which sentences of an answer must not be lost where there is room for few: those that say what was asked.

What is asked and by which words a sentence answers it is ``content/conversation/asked_on.toml``'s.
"""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from care import content
from care.reading import search
from care.reading.knowledge import sentences
from care.reading.places import says, words
from care.words import Language

_ANSWERS = ("answers", "rather")


def essential(text: str, said: Iterable[str], language: Language) -> Callable[[str], bool]:
    """Whether a sentence of what is ``said`` answers what a text asks: of "syaratnya apa?" the one that names what to
    bring, of "kena denda ga?" the only one that speaks of it.
    """
    asked = words(text)
    answering = [_phrases(name, *_ANSWERS) for name in _aspects() if says(asked, _phrases(name, "asked"))]
    known = search.index().words
    having = [{*search.stems(one, language, known)} for each in said for one in sentences(each)]
    named = {one for one in search.stems(text, language, known) if sum(one in each for each in having) == 1}

    def is_essential(sentence: str) -> bool:
        answers = any(says(words(sentence), each) for each in answering)
        return answers or not named.isdisjoint(search.stems(sentence, language, known))

    return is_essential


@cache
def _aspects() -> dict[str, Any]:
    return content.toml("conversation/asked_on")


@cache
def _phrases(name: str, *groups: str) -> dict[str, str]:
    return dict.fromkeys((one for group in groups for one in _aspects()[name].get(group, ())), name)
