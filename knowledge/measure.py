"""How well the search finds what the questions in ``tests/unit/questions`` ask for."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from care.reading.search import Hit
from care.words import Language

QUESTIONS = Path(__file__).resolve().parents[1] / "tests/unit/questions"
FIRST = 3
"""Among how many hits the right article has to be."""

Search = Callable[[str, Language, int], list[Hit]]


class Question(NamedTuple):
    """As a customer writes it, what it is about, and the articles that answer it: none when nothing does yet."""

    language: Language
    text: str
    topic: str
    articles: tuple[str, ...]


class Answer(NamedTuple):
    question: Question
    hits: list[Hit]

    @property
    def place(self) -> int | None:
        """Where the first right article stands, from 1; ``None`` when it is not among the hits."""
        right = (at for at, hit in enumerate(self.hits, 1) if hit.article in self.question.articles)
        return next(right, None)


def questions() -> list[Question]:
    """All 200, from ``id.tsv`` and ``en.tsv``: question, topic, ids of articles separated by blanks."""
    found = []
    for language in Language:
        with (QUESTIONS / f"{language}.tsv").open(encoding="utf-8", newline="") as file:
            for text, topic, articles in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                found.append(Question(language, text, topic, tuple(articles.split())))
    return found


def off_topic() -> list[str]:
    """Greetings, small talk and matters of others, which no article answers."""
    return (QUESTIONS / "off_topic.tsv").read_text(encoding="utf-8").splitlines()


def answers(search: Search) -> list[Answer]:
    """What the search finds for each question."""
    return [Answer(question, search(question.text, question.language, FIRST)) for question in questions()]


def found(given: list[Answer]) -> int:
    """How many questions have the right article among the first hits."""
    return sum(answer.place is not None for answer in given)


def off_topic_scores(search: Search) -> list[float]:
    """The best score of each text that no article answers, 0 where nothing was found; the greater of both languages."""
    return [
        max((hit.score for language in Language for hit in search(text, language, 1)), default=0.0)
        for text in off_topic()
    ]
