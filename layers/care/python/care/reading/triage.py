"""From a customer's own words to language, kind, category, urgency and alarm.

Linear models over words, pairs of words and pieces of words, learned by ``python -m training.train`` and kept in
``content/triage.model``, and a few rules in ``content/triage.toml``. ``docs/triage.md`` has how well they do.
"""

import json
import re
import zlib
from functools import cache, lru_cache

from pydantic import Field

from care.content import FOLDER, toml
from care.reading import alarms, frame
from care.reading.alarms import Alarm
from care.reading.hashed import WORD_WEIGHT, Table, logistic, piece_hashes, shares, word_hash
from care.reading.phrases import Phrases, words_of
from care.reading.wording import drawn_in, plain, spelled, tokens
from care.value import Value
from care.words import Category, Kind, Language

SURE = 0.6
"""Below this ``kind_confidence`` the customer is asked what is meant; measured in ``docs/triage.md``."""

NONE = "none"
"""The model's own kind for praise, greetings and talk about other things."""

MAGIC = b"triage 1\n"
LANGUAGE_PIECES = (2, 4)
"""Shortest and longest pieces of a word, in bytes, that tell the language."""

# How much the model of languages and each word of the frame count, as log odds, and from how many voices on a sentence
# is of the language they are of; chosen on training/acts. An Indonesian word counts more: there is much English in
# Indonesian sentences, and little the other way.
_MOST = 3.0
_VOICE = 2.0
_INDONESIAN_VOICE = 1.5
_ALONE = 1.5
_BARELY = 0.2
_HASHTAG = re.compile(r"#\w+")
_LATIN = re.compile(r"[a-z\u00df-\u024f]+(?:'[a-z]+)?")


class Triage(Value):
    """What a text is about; ``language`` is ``None`` when the text does not show it.

    The confidences are shares of right answers to be expected, 0 to 1. Talk that asks for nothing is ``INFORMATION``
    with a confidence below ``SURE``. An ``alarm`` is always ``urgent``. ``kinds`` has the share of every kind, and of
    ``NONE``; ``categories`` that of
    every category.
    """

    language: Language | None
    kind: Kind
    category: Category
    urgent: bool
    alarm: Alarm | None
    language_confidence: float
    kind_confidence: float
    category_confidence: float
    kinds: dict[str, float] = Field(default_factory=dict)
    categories: dict[Category, float] = Field(default_factory=dict)

    @property
    def danger(self) -> bool:
        """Whether a life may be at stake: 112 is told first."""
        return self.alarm is not None and self.alarm.is_of_life


@cache
def neutral() -> frozenset[str]:
    """Words of no language: names of companies, products and places, and sounds."""
    words = toml("triage")["language"]
    return frozenset(f"{words['neutral']} {words['places']}".split())


@cache
def _urgent() -> Phrases:
    """What an agent has to act on now, and what only sounds so."""
    return Phrases(toml("triage")["phrases"])


def own_words(plain_text: str) -> list[str]:
    """The words of a plain text that can show its language; those of hashtags only if there are no others."""
    words = _LATIN.findall(_HASHTAG.sub(" ", plain_text) if "#" in plain_text else plain_text)
    return [word for word in words or _LATIN.findall(plain_text) if word not in neutral()]


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
        size = self.about["buckets"] * len(outputs)
        self._table = Table(weights[:size], self.about["scales"], self.about["biases"], self.about["power"])
        language = self.about["language"]
        self._language = memoryview(weights[size:]).cast("b")
        self._language_scale: float = language["scale"]
        self._language_bias: float = language["bias"]
        self._language_power: float = language["power"]
        self.own_word = lru_cache(maxsize=1 << 15)(self._own_word)

    def _own_word(self, word: str) -> int:
        """What a word says for Indonesian; below zero it says English."""
        weights, buckets = self._language, len(self._language)
        word = drawn_in(word)
        return WORD_WEIGHT * weights[word_hash(word) % buckets] + sum(
            weights[hash_ % buckets] for hash_ in piece_hashes(word, *LANGUAGE_PIECES)
        )

    def leaning(self, words: list[str]) -> float:
        """How far these words, one at least, lean to Indonesian (log odds); below zero to English."""
        total = sum(map(self.own_word, words)) * self._language_scale / len(words) ** self._language_power
        return float(total + self._language_bias)

    def meaning(self, words: list[str]) -> tuple[dict[str, float], dict[Category, float], float]:
        """Probabilities of the kinds with ``NONE``, of the categories, and of urgency."""
        scores = self._table.scores(words)
        kinds = len(self._kinds)
        return (
            dict(zip(self._kinds, shares(scores[:kinds]), strict=True)),
            dict(zip(self._categories, shares(scores[kinds:-1]), strict=True)),
            logistic(scores[-1]),
        )


@cache
def model() -> Model:
    """The model, read at the first text."""
    return Model((FOLDER / "triage.model").read_bytes())


def _language(known: Model, plain_text: str) -> tuple[Language | None, float]:
    words = own_words(plain_text)
    if not words:
        return None, 0.0
    indonesian = logistic(_leaning(known, words))
    if indonesian >= 0.5:
        return Language.INDONESIAN, indonesian
    return Language.ENGLISH, 1 - indonesian


def _leaning(known: Model, words: list[str]) -> float:
    """How far the words lean to Indonesian; below zero to English.

    The small words of the frame outvote the model, which takes names it does not know for Indonesian; where only one
    language has such words it is that one.
    """
    mine, other = frame.votes(words)
    leaning = max(-_MOST, min(_MOST, known.leaning(words))) + _VOICE * (_INDONESIAN_VOICE * mine - other)
    if mine < 1 and other - mine >= _ALONE:
        return min(leaning, -_BARELY)
    return max(leaning, _BARELY) if other < 1 and mine - other >= _ALONE else leaning


def spoken(plain_text: str) -> tuple[Language | None, float]:
    """The language of a plain text's own words, ``None`` when it has none that tell, and its confidence."""
    return _language(model(), plain_text)


def language_of(text: str) -> Language | None:
    """The language of a text's own words, ``None`` when it has none that tell."""
    return spoken(plain(text))[0]


def read(text: str) -> Triage:
    """Triage of any text; its beginning counts (``wording.READ``)."""
    return judge(model(), text)


def judge(known: Model, text: str) -> Triage:
    """``read`` by a given model."""
    plain_text = plain(text)
    language, language_confidence = _language(known, plain_text)
    words = [spelled(token) for token in tokens(plain_text)]
    if not any(word.isalpha() for word in words):
        words = []
    kinds, categories, urgent = known.meaning(words)
    kind = max(kinds, key=kinds.__getitem__) if words else NONE
    category = max(categories, key=categories.__getitem__) if words else Category.OTHER
    said = words_of(plain_text)
    alarm = alarms.of_words(said)
    return Triage(
        language=language,
        kind=Kind.INFORMATION if kind == NONE else Kind(kind),
        category=category,
        urgent=alarm is not None or _is_pressing(said) or (urgent > 0.5 and kind != NONE),
        alarm=alarm,
        language_confidence=language_confidence,
        kind_confidence=0.0 if kind == NONE else kinds[kind],
        category_confidence=categories[category],
        kinds=kinds,
        categories=categories,
    )


def _is_pressing(words: list[str]) -> bool:
    """Whether the rules see urgency."""
    names = {one.name for one in _urgent().find(words)}
    return "urgent" in names and "not_urgent" not in names
