"""What can be asked of what was told, and which words answer it: ``content/conversation/asked_on.toml``."""

from functools import cache, lru_cache
from typing import Any

from care import content
from care.reading.places import says, spotted, words

_LONGEST = 4
"""Words of the longest phrase."""


@cache
def _file() -> dict[str, Any]:
    return content.toml("conversation/asked_on")


@lru_cache(maxsize=64)
def asked(text: str) -> tuple[str, ...]:
    """The names of all that a text asks: its costs, how long it takes; "bayarnya di mana" asks only where."""
    said = words(text)
    names = [name for name in _file() if any(meant for _, meant in spotted(said, _asking(name), _LONGEST))]
    return tuple(name for name in names if not {*_file()[name].get("unless", ())} & {*names})


@cache
def _asking(name: str) -> dict[str, str]:
    """The phrases that ask for a name; those that only seem to mean ""."""
    return phrases(name, "asked") | dict.fromkeys(phrases(name, "seems"), "")


def answers(name: str, text: str, *groups: str) -> bool:
    """Whether a text answers what is asked by a name, by the phrases of those ``groups``, or of both that answer."""
    return says(words(text), phrases(name, *(groups or ("answers", "rather"))))


@cache
def phrases(name: str, *groups: str) -> dict[str, str]:
    """The phrases of some ``groups`` of a name: ``asked``, ``answers``, and ``rather``, which answer it better."""
    return dict.fromkeys((one for group in groups for one in _file()[name].get(group, ())), name)
