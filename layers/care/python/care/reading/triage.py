"""From a customer's own words to language, kind, category, priority and alarm.

Linear models over words, pairs of words and pieces of words, learned by ``python -m training.train`` and kept in
``content/triage.model``, and a few rules in ``content/triage.toml``. ``docs/triage.md`` has how well they do.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from heapq import nlargest

from care.content import FOLDER, toml
from care.reading import alarms, frame
from care.reading.alarms import Alarm
from care.reading.hashed import ENDS, WORD_WEIGHT, Table, logistic, piece_hashes, shares, unpacked, word_hash
from care.reading.phrases import Phrases, words_of
from care.reading.wording import drawn_in, plain, spelled, tokens
from care.words import Category, Kind, Language, Priority

CLOSE = 0.3
"""Two that differ by less are about as likely; how often that is stands in ``docs/triage.md``."""
SURE = 0.6
"""Below this ``kind_confidence`` the customer is asked what is meant; measured in ``docs/triage.md``."""

NONE = "none"
"""The model's own kind for praise, greetings and talk about other things."""

KINDS = (*map(str, Kind), NONE)
CATEGORIES = tuple(Category)
PRIORITIES = (Priority.URGENT, Priority.HIGH)
"""What the model tells of a text, in this order; each priority means that one or a more pressing one."""

MAGIC = b"triage 2\n"
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
_PRESSES = 0.5
_WEIGHS = 0.5
"""From which share on something is urgent, and of high priority."""
_KINDS = len(KINDS)
_CATEGORIES = _KINDS + len(CATEGORIES)
"""Where in the model's outputs kinds and categories end."""
_HASHTAG = re.compile(r"#\w+")
_LATIN = re.compile(r"[a-z\u00df-\u024f]+(?:'[a-z]+)?")


@dataclass(frozen=True)
class Triage:
    """What a text is about; ``language`` is ``None`` when the text does not show it.

    The confidences are shares of right answers to be expected, 0 to 1. ``kind`` is ``None`` for what asks for nothing:
    praise, greetings, advertising, talk about other things. An ``alarm`` is ``URGENT`` at least.
    """

    language: Language | None
    kind: Kind | None
    category: Category
    priority: Priority
    alarm: Alarm | None
    language_confidence: float
    kind_confidence: float
    category_confidence: float
    kind_shares: tuple[float, ...]
    category_shares: tuple[float, ...]

    @cached_property
    def kinds(self) -> dict[str, float]:
        """The share of every kind, and of ``NONE``, together 1."""
        return dict(zip(KINDS, self.kind_shares, strict=True))

    @cached_property
    def categories(self) -> dict[Category, float]:
        """The share of every category, together 1."""
        return dict(zip(CATEGORIES, self.category_shares, strict=True))

    @property
    def danger(self) -> bool:
        """Whether a life may be at stake: 112 is told first."""
        return self.priority is Priority.DANGER

    @property
    def sure(self) -> bool:
        """Whether a kind is told so surely that it need not be asked."""
        return self.kind is not None and self.kind_confidence >= SURE


def margin(shares: Iterable[float]) -> float:
    """By how much the likeliest is likelier than the next."""
    first, second = nlargest(2, shares)
    return first - second


def is_doubtful(seen: Triage) -> bool:
    """Whether two kinds are about as likely; nothing is doubtful of who is in need."""
    return seen.alarm is None and margin(seen.kind_shares) < CLOSE


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
        self.about, weights = unpacked(data, MAGIC)
        size = self.about["buckets"] * len(self.about["scales"])
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
        pieces = [weights[hash_ % buckets] for hash_ in piece_hashes(word, *LANGUAGE_PIECES)]
        return WORD_WEIGHT * weights[word_hash(word) % buckets] + sum(pieces)

    def leaning(self, words: list[str]) -> float:
        """How far these words, one at least, lean to Indonesian (log odds); below zero to English."""
        total = sum(map(self.own_word, words)) * self._language_scale / len(words) ** self._language_power
        return float(total + self._language_bias)

    def meaning(self, words: list[str]) -> tuple[list[float], list[float], list[float]]:
        """Probabilities of ``KINDS``, of ``CATEGORIES`` and of ``PRIORITIES``."""
        scores = self._table.scores(words)
        return shares(scores[:_KINDS]), shares(scores[_KINDS:_CATEGORIES]), [*map(logistic, scores[_CATEGORIES:])]


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
    voices = _VOICE * (_INDONESIAN_VOICE * mine - other)
    if abs(voices) >= _MOST:  # the model can change nothing: it is not asked
        return voices
    leaning = max(-_MOST, min(_MOST, known.leaning(words))) + voices
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
    if any(word.isalpha() for word in words):
        begin, end = ENDS
        words = [begin, *words, end]
    else:
        words = []
    kinds, categories, priorities = known.meaning(words)
    kind_share, category_share = max(kinds), max(categories)
    kind = KINDS[kinds.index(kind_share)] if words else NONE
    said = words_of(plain_text)
    alarm = alarms.of_words(said)
    return Triage(
        language=language,
        kind=None if kind == NONE else Kind(kind),
        category=CATEGORIES[categories.index(category_share)] if words else Category.OTHER,
        priority=_priority(kind, priorities, said, alarm),
        alarm=alarm,
        language_confidence=language_confidence,
        kind_confidence=kind_share if words else 0.0,
        category_confidence=category_share,
        kind_shares=tuple(kinds),
        category_shares=tuple(categories),
    )


def _priority(kind: str, shares: Sequence[float], words: list[str], alarm: Alarm | None) -> Priority:
    """By an alarm, by the rules and by what the model gives; what asks for nothing can wait."""
    urgent, high = shares
    if alarm:
        return alarm.priority
    if _is_pressing(words) or (kind != NONE and urgent > _PRESSES):
        return Priority.URGENT
    return Priority.HIGH if kind == Kind.COMPLAINT and high > _WEIGHS else Priority.NORMAL


def _is_pressing(words: list[str]) -> bool:
    """Whether the rules find it urgent."""
    names = {one.name for one in _urgent().find(words)}
    return "urgent" in names and "not_urgent" not in names
