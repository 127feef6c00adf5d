"""The articles nearest to a question, from ``content/search.json``, which ``python -m knowledge --write`` makes.

A text becomes features: the stems of its words, pairs of neighbouring ones, and the parts of those the index does not
know. The index has the weight of each feature in each article for a question in each language (BM25F, see
``knowledge/index.py``), so that a search only adds up what it finds.
"""

import json
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from care.content import FOLDER
from care.value import Value
from care.words import Language

GOOD = 0.27
"""From this score on a hit is good enough to be offered; chosen by measurement (docs/search.md)."""

_FLOOR = 0.05
"""Below it nothing is a hit: only parts of words were alike."""
_UNKNOWN = 0.6
"""What a word no article has counts against the rarest: it may only be a name of a place."""
_LONGEST_TEXT = 1000
_MOST_WORDS = 60
_COLUMN = {language: at for at, language in enumerate(Language, 1)}
_STRIDE = 1 + len(_COLUMN)
_WORD = re.compile(r"[a-z]+|\d+[a-z]+")
_THRICE = re.compile(r"(.)\1{2,}")
_SUFFIXES = ("nya", "lah", "kah"), ("kan", "an", "in", "i", "ing", "ed", "es", "s", "e")
_PREFIX = re.compile(r"^(?:di|ber|ter|ke|se|per|pe|me|nge)(?=\w{4})")
# A beginning that me- and pe- swallow: memakai, pakai; mengirim, ngirim, kirim.
_SWALLOWED = re.compile(r"^(?:ng|ny|[kptsmn])(?=[aeiou]\w{3})")


class Hit(Value):
    """An article and how well it fits, 0 to 1; from ``GOOD`` on it may be offered."""

    article: str
    score: float


class Words(NamedTuple):
    """``same``: by language, a word as articles write it by each way it is typed. ``stop``: words that tell nothing.

    Both have the stems of these words as well.
    """

    same: dict[str, dict[str, str]]
    stop: frozenset[str]


def stem(word: str) -> str:
    """A word without what Indonesian or English adds at its ends: rough, but alike for text and question."""
    for suffixes in _SUFFIXES:
        for suffix in suffixes:
            if word.endswith(suffix) and len(word) - len(suffix) >= 4:
                word = word[: -len(suffix)]
                break
    return _SWALLOWED.sub("", _PREFIX.sub("", word, count=1), count=1)


def stems(text: str, language: Language, words: Words) -> list[str]:
    """The words of a text that tell something, as stems, in order; digits only count with letters ("5g")."""
    same = words.same[language]
    plain = unicodedata.normalize("NFKD", text.lower().replace("'", "").replace("’", ""))[: 2 * _LONGEST_TEXT]
    plain = _THRICE.sub(r"\1", "".join(letter for letter in plain if not unicodedata.combining(letter)))
    found = []
    for word in _WORD.findall(plain):
        short = stem(same.get(word, word))
        short = same.get(short, short)
        if word not in words.stop and short not in words.stop and len(short) > 1:
            found.append(short)
    return found


def parts(word: str) -> list[str]:
    """Runs of three letters of a stem, each once, its ends marked; by them a misspelt word is still found."""
    marked = f"^{word}$"
    return list(dict.fromkeys(f"~{marked[at : at + 3]}" for at in range(len(marked) - 2)))


def pairs(found: list[str]) -> list[str]:
    """Stems that follow each other, or with one between: "beli paket" says more than both words, and its order tells
    prepaid to postpaid and back.
    """
    nears = (found[at + 1 : at + 3] for at in range(len(found)))
    return [f"{first} {second}" for first, near in zip(found, nears, strict=True) for second in near if first != second]


@dataclass(frozen=True)
class Index:
    """What ``content/search.json`` holds.

    ``weights`` has for a feature, one after the other, an article's place in ``articles`` and the feature's weight in
    it for a question in each language; ``worth`` the weight of a word in an article all about it, and under "" that
    of a word no article has.
    """

    articles: list[str]
    words: Words
    worth: dict[str, int]
    weights: dict[str, list[int]]

    @classmethod
    def read(cls, text: str) -> "Index":
        """The index a file holds."""
        held = json.loads(text)
        words = Words(held["same"], frozenset(held["stop"]))
        return cls(held["articles"], words, held["worth"], held["weights"])

    def written(self) -> str:
        """The file's text, always alike for the same articles."""
        held = {
            "articles": self.articles,
            "same": self.words.same,
            "stop": sorted(self.words.stop),
            "worth": self.worth,
            "weights": self.weights,
        }
        return json.dumps(held, ensure_ascii=False, separators=(",", ":")) + "\n"

    def search(self, text: str, language: Language, most: int) -> list[Hit]:
        """As the function ``search``.

        A word the index does not know counts by its parts, each for a share of it. The score is what was reached of
        what an article all about these words would have, and about one more word that nobody knows: without it, a
        single common word would be as sure as a whole sentence.
        """
        unknown = self.worth[""]
        totals: dict[int, float] = defaultdict(float)
        reachable = float(unknown)
        said = stems(text[:_LONGEST_TEXT], language, self.words)[:_MOST_WORDS]
        for word in dict.fromkeys(said):
            if word in self.worth:
                reachable += self.worth[word]
                self._add(totals, word, language, 1.0)
            else:
                reachable += unknown * _UNKNOWN
                pieces = parts(word)
                for piece in pieces:
                    self._add(totals, piece, language, 1.0 / len(pieces))
        for pair in dict.fromkeys(pairs(said)):
            self._add(totals, pair, language, 1.0)
        best = sorted(totals.items(), key=lambda found: (-found[1], found[0]))[:most]
        hits = (Hit(article=self.articles[place], score=min(1.0, total / reachable)) for place, total in best)
        return [hit for hit in hits if hit.score >= _FLOOR]

    def _add(self, totals: dict[int, float], feature: str, language: Language, share: float) -> None:
        held = self.weights.get(feature, ())
        for at in range(0, len(held), _STRIDE):
            totals[held[at]] += held[at + _COLUMN[language]] * share


@cache
def index() -> Index:
    """The index in ``content/search.json``, read once."""
    return Index.read((FOLDER / "search.json").read_text(encoding="utf-8"))


def search(text: str, language: Language, most: int = 3) -> list[Hit]:
    """At most ``most`` articles for any text, best first; none for a text that shares no word with them.

    The articles' words of both languages are searched, those of ``language`` count more. Of a text the first
    1,000 characters and of these 60 words count.
    """
    return index().search(text, language, most)
