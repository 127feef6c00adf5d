"""What is written in a regional language, as Indonesian says it: ``content/regional.toml``."""

import re
from functools import cache

from care.content import toml

_WORD = re.compile(r"[^\W\d_]+")
_FEWEST = 2


@cache
def _indonesian() -> dict[str, str]:
    return {way: word for word, ways in toml("regional")["words"].items() for way in ways.split()}


def in_indonesian(text: str) -> str:
    """The text with the regional words that are known as Indonesian ones; a text with fewer than two stays as it is."""
    known = _indonesian()
    if sum(word in known for word in _WORD.findall(text.lower())) < _FEWEST:
        return text
    return _WORD.sub(lambda found: known.get(found.group().lower(), found.group()), text)
