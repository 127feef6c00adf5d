"""What customers are answered from: ``content/articles/<id>.toml``, one article a file, a guide when it has steps."""

import re
import tomllib
from datetime import date
from functools import cache
from pathlib import Path

from care.model import Value
from care.words import Category, Kind, Language, Segment

_FOLDER = Path(__file__).parent / "content" / "articles"
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class Text(Value):
    """The same words in both languages; ``{operator}`` and ``{short_number}`` are the only placeholders."""

    id: str
    en: str

    def in_(self, language: Language, **values: str) -> str:
        """The words in one language, placeholders filled when values are given.

        Raises ``KeyError`` when values are given and one is missing.
        """
        words = self.id if language is Language.INDONESIAN else self.en
        return words.format_map(values) if values else words


class Choice(Value):
    """An answer to what a step asks, and the name of the step it leads to."""

    label: Text
    next: str


class Step(Value):
    """One thing to do or, with choices, one thing to tell.

    After a step without choices the customer is asked whether it worked; when it did not, ``then`` names the step to
    go on with, the next in the article when empty.
    """

    name: str
    do: Text
    choices: tuple[Choice, ...] = ()
    then: str = ""


class Article(Value):
    """One subject, for the ``segments`` named: a short answer, steps when there is something to try, when to call."""

    id: str
    category: Category
    kind: Kind
    segments: tuple[Segment, ...]
    title: Text
    answer: Text
    steps: tuple[Step, ...] = ()
    person: Text
    always_person: bool = False
    links: tuple[str, ...] = ()
    words: Text
    date: date
    source: str

    def step(self, name: str) -> Step:
        """The step of that name; raises ``KeyError`` when there is none."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)

    def after(self, name: str) -> Step | None:
        """What to try when the step of that name, one without choices, did not work; ``None`` when all was tried."""
        step = self.step(name)
        if step.then:
            return self.step(step.then)
        place = self.steps.index(step) + 1
        return self.steps[place] if place < len(self.steps) else None


@cache
def article(id: str) -> Article:
    """The article of that id, the only file read for it; raises ``KeyError`` when there is none."""
    if not _ID.fullmatch(id):
        raise KeyError(id)
    try:
        text = (_FOLDER / f"{id}.toml").read_text(encoding="utf-8")
    except FileNotFoundError:
        raise KeyError(id) from None
    return Article.model_validate(tomllib.loads(text))


@cache
def articles() -> dict[str, Article]:
    """All articles by id, in the order of their ids."""
    return {id: article(id) for id in sorted(file.stem for file in _FOLDER.glob("*.toml"))}
