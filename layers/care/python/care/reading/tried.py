"""Which steps of a guide a customer's words tell of before they are asked: ``content/tried.toml``."""

from functools import cache, lru_cache

from care.content import toml
from care.reading import wording
from care.reading.knowledge import Article, Step
from care.reading.phrases import END, Phrases, words_of
from care.words import Category

_READ = 2000
_EVERY = "*"
_ALL = "**"
_NOT = "-"
_OF_EVERYBODY = (Category.NETWORK, Category.INTERNET)
"""What an area has together: no phone's own steps help."""
_JUST_BEFORE = 3
_PARTS = ("did", "not_done", "does", "rules_out", "first")


@cache
def _phrases() -> dict[str, Phrases]:
    return {part: Phrases(toml("tried")[part]) for part in _PARTS}


@lru_cache(maxsize=64)
def _sentences(text: str) -> tuple[tuple[str, ...], ...]:
    found: list[list[str]] = [[]]
    for word in words_of(wording.plain(text[:_READ])):
        if word == END:
            found.append([])
        else:
            found[-1].append(word)
    return tuple(map(tuple, found))


def _named(part: str, sentence: tuple[str, ...]) -> list[tuple[int, str]]:
    """Names of steps said of in a sentence, and where."""
    return [(one.start, name) for one in _phrases()[part].find(sentence) for name in one.name.split()]


@lru_cache(maxsize=64)
def _done(text: str) -> frozenset[str]:
    names: set[str] = set()
    for sentence in _sentences(text):
        names |= {name for _, name in _named("rules_out", sentence)}
        names |= {name.removeprefix(_NOT) for _, name in _named("first", sentence) if name.startswith(_NOT)}
        if not _named("did", sentence):
            continue
        undone = [at for at, _ in _named("not_done", sentence)]
        names |= {
            name for at, name in _named("does", sentence) if not any(at - _JUST_BEFORE <= one <= at for one in undone)
        }
    return frozenset(names)


def done(text: str, article: Article) -> tuple[str, ...]:
    """The steps of an article that a text says were tried, or that it says cannot help; in their order."""
    names = _done(text)
    every = _ALL in names or (_EVERY in names and article.category in _OF_EVERYBODY)
    return tuple(step.name for step in article.steps if every or _is_of(step, article, names))


def first(text: str, article: Article) -> Step | None:
    """The step of an article that a text calls for before the others."""
    names = frozenset(name for sentence in _sentences(text) for _, name in _named("first", sentence))
    return next((step for step in article.steps if _is_of(step, article, names)), None)


def _is_of(step: Step, article: Article, names: frozenset[str]) -> bool:
    return step.name in names or f"{article.id}.{step.name}" in names
