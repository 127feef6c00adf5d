"""Phrases as files of content write them, found in a text's words.

Words are parted by blanks and written in any of the spellings triage knows. ``/`` parts alternatives of a word, ``_``
joins the words of one alternative, ``*`` is any ending, ``?`` after a word says that it may be missing, ``..`` is up to
three words of the same sentence. A phrase begins with a whole word.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from care.reading import wording

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
        starts: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for name, phrases in lists.items():
            for phrase in phrases:
                first, _, rest = phrase.partition(" ")
                if {"*", "?"} & {*first} or first == "..":
                    raise ValueError(f"{name}: {phrase!r} begins with no whole word")
                for one in first.split("/"):
                    starts[_spelled(one).split()[0]][name].append(f"{one} {rest}")
        self._starts = dict(starts)
        self._made: dict[str, list[tuple[str, re.Pattern[str]]]] = {}

    def find(self, words: Sequence[str]) -> Iterator[Found]:
        """Where phrases stand in words as ``words_of`` gives them: the first of each list at each word."""
        if self._starts.keys().isdisjoint(words):
            return
        said = " ".join(words) + " "
        offset = 0
        for start, word in enumerate(words):
            if word in self._starts:
                for name, pattern in self._patterns(word):
                    match = pattern.match(said, offset)
                    if match:
                        yield Found(name, start, start + match.group().count(" "))
            offset += len(word) + 1

    def _patterns(self, word: str) -> list[tuple[str, re.Pattern[str]]]:
        """What can begin with a word; made when a text first has it."""
        if word not in self._made:
            named = self._starts[word].items()
            self._made[word] = [(name, re.compile("|".join(map(_pattern, phrases)))) for name, phrases in named]
        return self._made[word]


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
