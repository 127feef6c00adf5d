"""What customers are answered from: ``content/articles/<id>.toml``, one article a file, a guide when it has steps."""

import re
from datetime import date
from enum import StrEnum
from functools import cache

from pydantic import Field

from care import content
from care.value import Value
from care.words import Category, Kind, Text

_SENTENCE_ENDS = re.compile(r"(?<=[.?!])\s+")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@cache
def not_asked() -> Text:
    """The words of what has none by which it is asked on for."""
    return Text(id="", en="")


class Choice(Value, extra="forbid"):
    """An answer to what a step asks, and the name of the step it leads to."""

    label: Text
    next: str


class Asks(StrEnum):
    """What is asked after a step: whether it ``worked``, what was ``found``, or only whether it is ``done``."""

    WORKED = "worked"
    FOUND = "found"
    DONE = "done"


class Step(Value, extra="forbid"):
    """One thing to do or, with choices, one thing to tell; ``asked_on`` are words by which it is asked for.

    After a step without choices the customer is asked what ``asks`` says, else what its article does; when it did not
    help, ``then`` names the step to go on with, the next in the article when empty.
    """

    name: str
    do: Text
    asks: Asks | None = None
    choices: tuple[Choice, ...] = ()
    then: str = ""
    asked_on: Text = Field(default_factory=not_asked)


class Article(Value, extra="forbid"):
    """One subject: a short answer, steps when there is something to try, when to call. ``search_words`` find it too.

    ``asks`` is what is asked after its steps: of what does not work, whether it works now. ``asked_on`` are words by
    which each sentence of the answer is asked for, once the article was told.
    """

    id: str
    category: Category
    kind: Kind
    asks: Asks = Asks.WORKED
    title: Text
    answer: Text
    steps: tuple[Step, ...] = ()
    person: Text
    always_person: bool = False
    search_words: Text
    asked_on: tuple[Text, ...] = ()
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


def sentences(answer: str) -> list[str]:
    """The sentences of an article's answer in one language."""
    return _SENTENCE_ENDS.split(answer)


@cache
def article(id: str) -> Article:
    """The article of that id, the only file read for it; raises ``KeyError`` when there is none."""
    if not _ID.fullmatch(id):
        raise KeyError(id)
    try:
        return Article.model_validate(content.toml(f"articles/{id}"))
    except FileNotFoundError:
        raise KeyError(id) from None


def is_there(id: str) -> bool:
    """Whether there is an article of that id."""
    try:
        return article(id).id == id
    except KeyError:
        return False


@cache
def articles() -> dict[str, Article]:
    """All articles by id, in the order of their ids."""
    return {id: article(id) for id in content.names("articles")}
