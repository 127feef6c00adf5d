"""Makes the index of ``care.search``: BM25F, the fields of both languages weighed for a question in each.

BM25F adds a word's counts in the fields, each divided by the field's length against the usual and multiplied by the
field's weight, before it flattens the sum: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
Beyond", Foundations and Trends in Information Retrieval 3 (2009), section 3.5.
"""

import math
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from care.reading.knowledge import Article
from care.reading.search import Index, Words, pairs, parts, stem, stems
from care.words import Language, Text

_PHRASE = re.compile(r"[,.;:!?()]")
_PLACEHOLDER = re.compile(r"\{\w+\}")
_UNIT = 8
"""Weights are whole numbers, in this part of one."""
WORDS = Path(__file__).with_name("words.toml")


class Ranking(NamedTuple):
    """All that was tuned by measurement."""

    title: float = 3.0
    words: float = 2.5
    answer: float = 1.0
    steps: float = 0.5
    length: float = 0.75
    """How far a field's length counts, 0 to 1 (BM25's b)."""
    flat: float = 2.5
    """How slowly more of a word counts less (BM25's k1)."""
    other_language: float = 0.5
    """What the words of the language the question is not in count."""
    parts: float = 0.5
    """What the parts of an unknown word count together, against the word."""
    pairs: float = 0.3
    """What a pair of words near each other counts, besides the words."""


RANKING = Ranking()


def words() -> Words:
    """What ``words.toml`` says; raises ``ValueError`` when it gives a way of typing two words."""
    listed = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    same: dict[str, dict[str, str]] = {language: {} for language in Language}
    for language, lines in listed["same"].items():
        for word, typed in [*listed["names"].items(), *lines.items()]:
            for way in typed.split():
                if way in same[language]:
                    raise ValueError(f"{way} stands for {same[language][way]} and {word}")
                same[language][way] = word
        for way, word in tuple(same[language].items()):
            if stem(way) != stem(word):
                same[language].setdefault(stem(way), stem(word))
    stop = " ".join(listed["stop"].values()).split()
    return Words(same, frozenset(stop) | frozenset(map(stem, stop)))


class Field(NamedTuple):
    """A text of an article. One that is searched ``whole`` is found by parts and pairs of its words as well."""

    text: str
    weight: float
    whole: bool


def fields(article: Article, language: Language, ranking: Ranking) -> list[Field]:
    """The texts of an article in a language, without placeholders."""

    def told(*texts: Text) -> str:
        return _PLACEHOLDER.sub(" ", " ".join(text.in_(language) for text in texts))

    labels = (choice.label for step in article.steps for choice in step.choices)
    return [
        Field(told(article.title), ranking.title, whole=True),
        Field(told(article.search_words), ranking.words, whole=True),
        Field(told(article.answer), ranking.answer, whole=False),
        Field(told(*(step.do for step in article.steps), *labels), ranking.steps, whole=False),
    ]


def build(articles: Mapping[str, Article], ranking: Ranking = RANKING) -> Index:
    """The index of these articles."""
    listed = words()
    order = sorted(articles)
    counted = [_counts([articles[id] for id in order], language, listed, ranking) for language in Language]
    weights, worth = _weights(counted, ranking)
    return Index(order, listed, worth, weights)


def _counts(articles: list[Article], first: Language, listed: Words, ranking: Ranking) -> list[dict[str, float]]:
    """For each article its features and their weighed counts, for questions in the ``first`` language."""
    totals: list[dict[str, float]] = [defaultdict(float) for _ in articles]
    for language in Language:
        share = 1.0 if language is first else ranking.other_language
        for column in zip(*(fields(article, language, ranking) for article in articles), strict=True):
            found = [_features(field, language, listed) for field in column]
            usual = sum(long for _, long in found) / len(found) or 1.0
            for total, field, (counted, long) in zip(totals, column, found, strict=True):
                counts = share * field.weight / (1 - ranking.length + ranking.length * long / usual)
                for feature, times in counted.items():
                    total[feature] += counts * times
    return totals


def _features(field: Field, language: Language, listed: Words) -> tuple[Counter[str], int]:
    """What a field is found by, and how many words it has. Pairs are made within a phrase only."""
    phrases = [stems(phrase, language, listed) for phrase in _PHRASE.split(field.text)]
    counted = Counter(word for phrase in phrases for word in phrase)
    long = counted.total()
    if field.whole:
        counted.update(part for phrase in phrases for word in phrase for part in parts(word))
        counted.update(pair for phrase in phrases for pair in pairs(phrase))
    return counted, long


def _weights(counted: list[list[dict[str, float]]], ranking: Ranking) -> tuple[dict[str, list[int]], dict[str, int]]:
    """``weights`` and ``worth`` of an index, from the weighed counts for questions in each language."""
    many = len(counted[0])
    within = Counter(feature for total in counted[0] for feature in total)
    worth = {feature: _rarity(within[feature], many) * (ranking.flat + 1) for feature in sorted(within)}
    weights: dict[str, list[int]] = {feature: [] for feature in worth}
    for place, totals in enumerate(zip(*counted, strict=True)):
        for feature in totals[0]:
            scale = ranking.parts if feature.startswith("~") else ranking.pairs if " " in feature else 1.0
            shares = (total[feature] / (total[feature] + ranking.flat) for total in totals)
            weights[feature] += [place, *(round(_UNIT * scale * worth[feature] * share) for share in shares)]
    words_only = {"": _rarity(1, many) * (ranking.flat + 1)} | {word: worth[word] for word in worth if word.isalnum()}
    return weights, {word: round(_UNIT * value) for word, value in words_only.items()}


def _rarity(many: int, of: int) -> float:
    """BM25's idf, never under 0: how telling a feature is that ``many`` of the articles have."""
    return math.log(1 + (of - many + 0.5) / (many + 0.5))
