"""Phrases as files of content write them, found in a text's words.

Words are parted by blanks and written in any of the spellings triage knows. ``/`` parts alternatives of a word, ``_``
joins the words of one alternative, ``*`` is any ending, ``?`` after a word says that it may be missing, ``..`` is up to
three words of the same sentence. A phrase begins with a whole word.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from care.reading import wording

_ANY = "*"
"""The second word of what can begin with one word alone."""
_LONGEST = 40
"""No phrase has so many words."""
END = "."
"""The word that parts two sentences: no phrase runs over it."""

_SENTENCE_END = re.compile(r"[.!?;\n]+(?:\s+|$)|\n+")


class Found(NamedTuple):
    """A phrase of the list ``name`` stands from ``start`` to ``end``, counted in words."""

    name: str
    start: int
    end: int

    def overlaps(self, other: "Found") -> bool:
        """Whether the two share a word."""
        return self.start < other.end and other.start < self.end


class Phrases:
    """Named lists of phrases, looked for together.

    Raises ``ValueError`` for a phrase whose first word may be missing or is not whole.
    """

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        starts: dict[str, dict[str, dict[str, list[str]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
        for name, phrases in lists.items():
            for phrase in phrases:
                first, _, rest = phrase.partition(" ")
                if not _is_whole(first):
                    raise ValueError(f"{name}: {phrase!r} begins with no whole word")
                for one in first.split("/"):
                    begin, *more = _spelled(one).split()
                    for second in more[:1] or _seconds(rest):
                        starts[begin][second][name].append(f"{one} {rest}")
        # By the first word and the second: most texts have no phrase's first two words, and no pattern is tried.
        self._starts: dict[str, dict[str, _Patterns]] = {
            begin: {second: _Patterns(named) for second, named in seconds.items()} for begin, seconds in starts.items()
        }

    def find(self, words: Sequence[str]) -> Iterator[Found]:
        """Where phrases stand in words as ``words_of`` gives them: the first of each list at each word."""
        starts = self._starts
        for start, word in enumerate(words):
            if word in starts:
                seconds = starts[word]
                following = words[start + 1] if start + 1 < len(words) else END
                for second in (following, _ANY):
                    if second in seconds:
                        yield from seconds[second].at(words, start)


class _Patterns:
    """Named patterns of phrases that begin alike; made when a text first has that beginning."""

    def __init__(self, named: Mapping[str, Sequence[str]]) -> None:
        self._named = named

    @cached_property
    def _made(self) -> list[tuple[str, re.Pattern[str]]]:
        named = self._named.items()
        return [(name, re.compile("|".join(map(_pattern, phrases)))) for name, phrases in named]

    def at(self, words: Sequence[str], start: int) -> Iterator[Found]:
        """What stands there."""
        said = " ".join(words[start : start + _LONGEST]) + " "
        for name, pattern in self._made:
            match = pattern.match(said)
            if match:
                yield Found(name, start, start + match.group().count(" "))


def _is_whole(word: str) -> bool:
    return word != ".." and not {"*", "?"} & {*word}


def _seconds(rest: str) -> set[str]:
    """The words that can follow the first one of a phrase, by what follows it there; ``_ANY`` where any can."""
    second = rest.partition(" ")[0]
    return {_spelled(one).split()[0] for one in second.split("/")} if second and _is_whole(second) else {_ANY}


def words_of(plain_text: str) -> list[str]:
    """The spelled words and numbers of a plain text, ``END`` after each sentence."""
    words = []
    for sentence in _SENTENCE_END.split(plain_text):
        said = [wording.spelled(token) for token in wording.tokens(sentence) if token[0].isalnum()]
        words += [*said, END] if said else said
    return words


def _spelled(words: str) -> str:
    return " ".join(word if "*" in word else wording.spelled(word) for word in words.split("_"))


def _pattern(phrase: str) -> str:
    return "".join(r"(?:[^ .]+ ){0,3}?" if word == ".." else _alternatives(word) for word in phrase.split())


def _alternatives(word: str) -> str:
    ways = (re.escape(_spelled(one)).replace(r"\*", "[^ ]*") for one in word.removesuffix("?").split("/"))
    return f"(?:(?:{'|'.join(ways)}) ){'?' if word.endswith('?') else ''}"
