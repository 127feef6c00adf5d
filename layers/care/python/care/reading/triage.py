"""From a customer's own words to language, kind, category, urgency and danger to life.

Linear models over words, pairs of words and pieces of words, learned by ``python -m training.train`` and kept in
``content/triage.model``, and a few rules in ``content/triage.toml``. ``docs/triage.md`` has how well they do.

Every feature is hashed to a bucket, and a bucket holds one byte for each output. The bytes of a bucket are read as one
large integer with 32 bits for each output, so that adding two of these adds all outputs at once; what a word adds is
worked out once and remembered.
"""

import json
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise
from math import exp
from struct import Struct
from typing import NamedTuple

from care.content import FOLDER, toml
from care.value import Value
from care.words import Category, Kind, Language

SURE = 0.6
"""Below this ``kind_confidence`` the customer is asked what is meant; measured in ``docs/triage.md``."""

READ = 4000
"""So many characters of a text count: what is the matter stands at the beginning."""

NONE = "none"
"""The model's own kind for praise, greetings and talk about other things."""

MAGIC = b"triage 1\n"
PIECES = (3, 5)
"""Shortest and longest pieces of a word, in bytes, that tell the meaning."""
LANGUAGE_PIECES = (2, 4)
"""The same for the language."""
WORD_WEIGHT = 4
"""A word or a pair of words counts as much as so many pieces."""
ZERO = 128
"""The byte that stands for no weight."""

_LONGEST_WORD = 24
# Addresses, links, handles and tags; each alternative passes over a text once, whatever the text.
_NOT_THEIRS = re.compile(
    r"https?://\S+|www\.\S+|(?<!\S)[^\s@]+@[\w-]+\.[\w.]+|@\s?\w+|<\w+>|\[\w+\]|&\w{2,6};"
    r"|(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.(?:com|co|id|net|org|io)\b(?:/\S*)?"
)
_HASHTAG = re.compile(r"#\w+")
_TOKEN = re.compile(r"[345]g\b|[^\W\d_]+(?:'[^\W\d_]+)?|\d+|[?!\U0001f000-\U0001faff\u2600-\u27bf]|:['-]?[()]")
_LATIN = re.compile(r"[a-z\u00df-\u024f]+(?:'[a-z]+)?")
_ENDING = r"\w*"
_REPEATED = re.compile(r"(.)\1{2,}")


class Triage(Value):
    """What a text is about; ``language`` is ``None`` when the text does not show it.

    The confidences are shares of right answers to be expected, 0 to 1. Talk that asks for nothing is ``INFORMATION``
    with a confidence below ``SURE``. ``danger`` is danger to life, which is always ``urgent``.
    """

    language: Language | None
    kind: Kind
    category: Category
    urgent: bool
    danger: bool
    language_confidence: float
    kind_confidence: float
    category_confidence: float


class Rules(NamedTuple):
    """``content/triage.toml``."""

    spelling: dict[str, str]
    """Ways of writing a word to the one the models know."""
    neutral: frozenset[str]
    """Words of no language: names of companies, products and places, and sounds."""
    phrases: dict[str, list[str]]
    """What makes a text urgent or one of danger to life, and what does not."""
    first: frozenset[str]
    """The words a phrase can begin with."""
    prefixes: tuple[str, ...]
    """The beginnings of words a phrase can begin with."""


class Word(NamedTuple):
    """What the models know of a word."""

    spelled: str
    hash: int
    sums: int
    """What the word adds to every output, 32 bits each."""
    signals: bool
    """Whether a phrase of the rules can begin with it."""


@cache
def rules() -> Rules:
    """The file of rules, read once."""
    parts = toml("triage")
    phrases: dict[str, list[str]] = parts["phrases"]
    firsts = {word for words in phrases.values() for phrase in words for word in phrase.split()[0].split("/")}
    return Rules(
        spelling={way: word for word, ways in parts["spelling"].items() for way in ways.split()},
        neutral=frozenset(f"{parts['language']['neutral']} {parts['language']['places']}".split()),
        phrases=phrases,
        first=frozenset(firsts),
        prefixes=tuple(sorted(word[:-1] for word in firsts if word.endswith("*"))),
    )


@cache
def _expression(name: str) -> re.Pattern[str]:
    """Any of the phrases of this name; made when a text first has a word that could begin one."""
    return re.compile(r"\b(?:" + "|".join(map(_pattern, rules().phrases[name])) + ")")


def _pattern(phrase: str) -> str:
    """The expression for a phrase: ``*`` is any ending, ``..`` up to three words, ``/`` parts alternatives."""
    return "".join(
        r"(?:\S+ ){0,3}?" if word == ".." else f"(?:{word.replace('*', _ENDING).replace('/', '|')})(?!\\w) ?"
        for word in phrase.split()
    )


def plain(text: str) -> str:
    """The beginning of a text in small letters, without what is not the writer's: addresses, handles, links, tags."""
    sample = text[:READ]
    if not sample.isascii():
        sample = unicodedata.normalize("NFKC", sample)[:READ].replace("’", "'")
    return _NOT_THEIRS.sub(" ", sample.lower())


def tokens(plain_text: str) -> list[str]:
    """The words, numbers, marks and emoji of a plain text."""
    return _TOKEN.findall(plain_text)


def own_words(plain_text: str) -> list[str]:
    """The words of a plain text that can show its language; those of hashtags only if there are no others."""
    words = _LATIN.findall(_HASHTAG.sub(" ", plain_text) if "#" in plain_text else plain_text)
    neutral = rules().neutral
    return [word for word in words or _LATIN.findall(plain_text) if word not in neutral]


def spelled(token: str) -> str:
    """A token as the models know it: numbers alike, letters drawn out shortened, common spellings made one."""
    if token.isdigit():
        return "0"
    return rules().spelling.get(token) or rules().spelling.get(drawn_in(token), drawn_in(token))


def drawn_in(word: str) -> str:
    """A word without letters repeated for emphasis, and no longer than a word may be."""
    return _REPEATED.sub(r"\1", word[:_LONGEST_WORD])


def word_hash(word: str) -> int:
    return zlib.crc32(word.encode("utf-8", "surrogatepass"))


def pair_hash(first: int, second: int) -> int:
    """Hash of a pair of words from those of its words."""
    return (first * 40503 + second * 2654435 + 1) & 0x7FFFFFFF


def piece_hashes(word: str, shortest: int, longest: int) -> Iterator[int]:
    """Hashes of the pieces of a word of ``shortest`` to ``longest`` bytes, with its beginning and end marked."""
    marked = b"<%b>" % word.encode("utf-8", "surrogatepass")
    for size in range(shortest, longest + 1):
        for start in range(len(marked) - size + 1):
            yield zlib.crc32(marked[start : start + size])


class Model:
    """The learned weights of ``content/triage.model``, whose shape ``training/train.py`` describes."""

    def __init__(self, data: bytes) -> None:
        if not data.startswith(MAGIC):
            raise ValueError("not a triage model")
        start = len(MAGIC) + 4
        end = start + int.from_bytes(data[len(MAGIC) : start], "little")
        self.about = json.loads(data[start:end])
        weights = zlib.decompress(data[end:])
        outputs: list[str] = self.about["outputs"]
        self._kinds = [name.partition(":")[2] for name in outputs if name.startswith("kind:")]
        self._categories = [Category(name.partition(":")[2]) for name in outputs if name.startswith("category:")]
        self._scales: list[float] = self.about["scales"]
        self._biases: list[float] = self.about["biases"]
        self._power: float = self.about["power"]
        self._buckets: int = self.about["buckets"]
        self._lanes = Struct(f"<{len(outputs) + 1}I")
        size = self._lanes.size
        wide = bytearray(self._buckets * size)
        wide[::size] = b"\1" * self._buckets  # the first lane counts features
        for lane in range(len(outputs)):
            wide[4 * lane + 4 :: size] = weights[lane * self._buckets : (lane + 1) * self._buckets]
        self._rows = bytes(wide)
        language = self.about["language"]
        self._language = memoryview(weights[self._buckets * len(outputs) :]).cast("b")
        self._language_scale: float = language["scale"]
        self._language_bias: float = language["bias"]
        self._language_power: float = language["power"]
        self.word = lru_cache(maxsize=1 << 15)(self._word)
        self.own_word = lru_cache(maxsize=1 << 15)(self._own_word)

    def _row(self, hash_: int) -> int:
        start = hash_ % self._buckets * self._lanes.size
        return int.from_bytes(self._rows[start : start + self._lanes.size], "little")

    def _word(self, token: str) -> Word:
        word = spelled(token)
        hashed = word_hash(word)
        sums = self._row(hashed) * WORD_WEIGHT
        if word.isalpha():
            sums += sum(map(self._row, piece_hashes(word, *PIECES)))
        known = rules()
        return Word(word, hashed, sums, word in known.first or word.startswith(known.prefixes))

    def _own_word(self, word: str) -> int:
        """What a word says for Indonesian; below zero it says English."""
        weights, buckets = self._language, len(self._language)
        word = drawn_in(word)
        return WORD_WEIGHT * weights[word_hash(word) % buckets] + sum(
            weights[hash_ % buckets] for hash_ in piece_hashes(word, *LANGUAGE_PIECES)
        )

    def indonesian(self, words: list[str]) -> float:
        """Probability that who wrote these words, one at least, writes Indonesian."""
        total = sum(map(self.own_word, words)) * self._language_scale / len(words) ** self._language_power
        return _logistic(total + self._language_bias)

    def meaning(self, words: list[Word]) -> tuple[dict[str, float], dict[Category, float], float]:
        """Probabilities of the kinds with ``NONE``, of the categories, and of urgency."""
        row = self._row
        pairs = sum(row(pair_hash(one.hash, two.hash)) for one, two in pairwise(words))
        both = sum(word.sums for word in words) + WORD_WEIGHT * pairs
        count, *sums = self._lanes.unpack(both.to_bytes(self._lanes.size, "little"))
        length = max(count, 1) ** self._power
        scores = [
            (total - ZERO * count) * scale / length + bias
            for total, scale, bias in zip(sums, self._scales, self._biases, strict=True)
        ]
        kinds = len(self._kinds)
        return (
            dict(zip(self._kinds, _shares(scores[:kinds]), strict=True)),
            dict(zip(self._categories, _shares(scores[kinds:-1]), strict=True)),
            _logistic(scores[-1]),
        )


def _logistic(score: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, score))))


def _shares(scores: list[float]) -> Iterable[float]:
    """Probabilities from scores (softmax)."""
    highest = max(scores)
    parts = [exp(score - highest) for score in scores]
    whole = sum(parts)
    return [part / whole for part in parts]


@cache
def model() -> Model:
    """The model, read at the first text."""
    return Model((FOLDER / "triage.model").read_bytes())


def _language(known: Model, plain_text: str) -> tuple[Language | None, float]:
    words = own_words(plain_text)
    if not words:
        return None, 0.0
    indonesian = known.indonesian(words)
    if indonesian >= 0.5:
        return Language.INDONESIAN, indonesian
    return Language.ENGLISH, 1 - indonesian


def language_of(text: str) -> Language | None:
    """The language of a text's own words, ``None`` when it has none that tell."""
    return _language(model(), plain(text))[0]


def read(text: str) -> Triage:
    """Triage of any text; its first ``READ`` characters count."""
    return judge(model(), text)


def judge(known: Model, text: str) -> Triage:
    """``read`` by a given model."""
    plain_text = plain(text)
    language, language_confidence = _language(known, plain_text)
    words = [known.word(token) for token in tokens(plain_text)]
    if not any(word.spelled.isalpha() for word in words):
        words = []
    kinds, categories, urgent = known.meaning(words)
    kind = max(kinds, key=kinds.__getitem__) if words else NONE
    category = max(categories, key=categories.__getitem__) if words else Category.OTHER
    danger, pressing = False, False
    if any(word.signals for word in words):
        danger, pressing = _signals(" ".join(word.spelled for word in words))
    return Triage(
        language=language,
        kind=Kind.INFORMATION if kind == NONE else Kind(kind),
        category=category,
        urgent=danger or pressing or urgent > 0.5,
        danger=danger,
        language_confidence=language_confidence,
        kind_confidence=0.0 if kind == NONE else kinds[kind],
        category_confidence=categories[category],
    )


def _signals(words: str) -> tuple[bool, bool]:
    """Whether the rules see danger to life, and whether they see urgency."""
    danger, pressing = (
        _expression(name).search(words) is not None and _expression(f"not_{name}").search(words) is None
        for name in ("danger", "urgent")
    )
    return danger, pressing
