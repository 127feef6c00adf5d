"""Makes the index of ``care.search``: BM25F, the fields of both languages weighed for a question in each.

BM25F adds a word's counts in the fields, each divided by the field's length against the usual and multiplied by the
field's weight, before it flattens the sum: Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
Beyond", Foundations and Trends in Information Retrieval 3 (2009), section 3.5.
"""

import math
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from care.knowledge import Article, Text
from care.search import Index, Words, parts, stem, stems
from care.words import Language

WORDS = Path(__file__).with_name("words.toml")


class Ranking(NamedTuple):
    """All that was tuned by measurement."""

    title: float = 3.0
    words: float = 3.0
    answer: float = 1.0
    steps: float = 0.5
    length: float = 0.5
    """How far a field's length counts, 0 to 1 (BM25's b)."""
    flat: float = 1.5
    """How slowly more of a word counts less (BM25's k1)."""
    other_language: float = 0.5
    """What the words of the language the question is not in count."""
    parts: float = 0.7
    """What the parts of an unknown word count together, against the word."""


RANKING = Ranking()


def words() -> Words:
    """What ``words.toml`` says; raises ``ValueError`` when it gives a way of typing two words."""
    listed = tomllib.loads(WORDS.read_text(encoding="utf-8"))
    same: dict[str, dict[str, str]] = {language: {} for language in Language}
    for language, lines in listed["same"].items():
        for word, typed in lines.items():
            for way in typed.split():
                if way in same[language]:
                    raise ValueError(f"{way} stands for {same[language][way]} and {word}")
                same[language][way] = word
        for way, word in tuple(same[language].items()):
            if stem(way) != stem(word):
                same[language].setdefault(stem(way), stem(word))
    stop = " ".join(listed["stop"].values()).split()
    return Words(same, frozenset(stop) | frozenset(map(stem, stop)))


def fields(article: Article, language: Language, ranking: Ranking) -> list[tuple[str, float]]:
    """The texts of an article in a language, each with its weight."""

    def told(texts: Iterable[Text]) -> str:
        return " ".join(text.in_(language) for text in texts)

    labels = (choice.label for step in article.steps for choice in step.choices)
    return [
        (article.title.in_(language), ranking.title),
        (article.words.in_(language), ranking.words),
        (article.answer.in_(language), ranking.answer),
        (told([*(step.do for step in article.steps), *labels]), ranking.steps),
    ]


def build(articles: Mapping[str, Article], ranking: Ranking = RANKING) -> Index:
    """The index of these articles."""
    listed = words()
    order = sorted(articles)
    weights: dict[str, dict[str, list[int]]] = {}
    worth: dict[str, int] = {}
    for language in Language:
        counted = _counts([articles[id] for id in order], language, listed, ranking)
        weights[language], ceilings = _weights(counted, ranking)
        worth.update(ceilings)
    return Index(order, listed, dict(sorted(worth.items())), weights)


def _counts(articles: list[Article], first: Language, listed: Words, ranking: Ranking) -> list[dict[str, float]]:
    """For each article its features and their weighed counts, for questions in the ``first`` language."""
    totals: list[dict[str, float]] = [defaultdict(float) for _ in articles]
    for language in Language:
        share = 1.0 if language is first else ranking.other_language
        columns = zip(*(fields(article, language, ranking) for article in articles), strict=True)
        for number, column in enumerate(columns):
            found = [stems(text, language, listed) for text, _ in column]
            usual = sum(map(len, found)) / len(found) or 1.0
            for total, field, (_, weight) in zip(totals, found, column, strict=True):
                counted = Counter(field)
                if number < 2:
                    for word, times in tuple(counted.items()):
                        for part in parts(word):
                            counted[part] += times
                long = 1 - ranking.length + ranking.length * len(field) / usual
                for feature, times in counted.items():
                    total[feature] += share * weight * times / long
    return totals


def _weights(counted: list[dict[str, float]], ranking: Ranking) -> tuple[dict[str, list[int]], dict[str, int]]:
    """Pairs of place and weight by feature, and what each word, not part, is worth where it is all there is."""
    within = Counter(feature for total in counted for feature in total)
    weights: dict[str, list[int]] = {feature: [] for feature in sorted(within)}
    rarity = {feature: _rarity(many, len(counted)) for feature, many in within.items()}
    for place, total in enumerate(counted):
        for feature, count in total.items():
            scale = ranking.parts if feature.startswith("~") else 1.0
            weight = round(100 * scale * rarity[feature] * count * (ranking.flat + 1) / (count + ranking.flat))
            if weight:
                weights[feature] += [place, weight]
    full = ranking.flat + 1
    worth = {word: round(100 * rarity[word] * full) for word in sorted(within) if not word.startswith("~")}
    worth[""] = round(100 * _rarity(1, len(counted)) * full)
    return {feature: pairs for feature, pairs in weights.items() if pairs or not feature.startswith("~")}, worth


def _rarity(many: int, of: int) -> float:
    """BM25's idf, never under 0: how telling a feature is that ``many`` of the articles have."""
    return math.log(1 + (of - many + 0.5) / (many + 0.5))
