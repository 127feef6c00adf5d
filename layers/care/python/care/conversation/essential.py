"""Which sentences of an answer must not be lost where there is room for few: those that say what was asked.

What is asked and by which words a sentence answers it is ``content/conversation/asked_on.toml``'s.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from care import content
from care.reading.places import says, words

_ANSWERS = ("answers", "rather")


def essential(text: str) -> Callable[[str], bool]:
    """Whether a sentence answers what a text asks: of "syaratnya apa?" the one that names what to bring."""
    said = words(text)
    answering = [_phrases(name, *_ANSWERS) for name in _aspects() if says(said, _phrases(name, "asked"))]
    return lambda sentence: any(says(words(sentence), each) for each in answering)


@cache
def _aspects() -> dict[str, Any]:
    return content.toml("conversation/asked_on")


@cache
def _phrases(name: str, *groups: str) -> dict[str, str]:
    return dict.fromkeys((one for group in groups for one in _aspects()[name].get(group, ())), name)
