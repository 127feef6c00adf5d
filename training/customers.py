"""What customers write, as texts to learn from: what each does, and which articles each asks for."""

from pathlib import Path
from typing import NamedTuple

from care.reading.acts import Act
from care.reading.subjects import NOTHING
from care.words import Language
from training import corpus
from training.corpus import Example

SENTENCES = Path(__file__).parent / "acts"
QUESTIONS = Path(__file__).parent / "questions"
ASKED_ON = Path(__file__).parent / "asked_on"
_ACTS = frozenset(map(str, Act))


class Question(NamedTuple):
    """A text, and the ids of the articles that answer it: none where nothing does."""

    text: str
    language: Language
    articles: frozenset[str]


class AskedOn(NamedTuple):
    """A question after the article ``told``, and the ids of the articles that answer it: none where nothing does."""

    told: str
    language: Language
    text: str
    articles: frozenset[str]


def sentences() -> list[Example]:
    """The texts of ``training/acts``: an act, a language and a text, parted by tabs; ``kind`` is the act."""
    found = []
    for path in sorted(SENTENCES.glob("*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match line.split("\t"):
                case [act, language, text] if act in _ACTS:
                    found.append(Example(text, path.stem, kind=act, language=language))
                case _:
                    raise ValueError(f"{path.name}:{number}: an act, a language and a text parted by tabs are needed")
    return found


def questions() -> list[Question]:
    """The texts of ``training/questions``: a text, the ids of articles and a language, parted by tabs."""
    found = []
    for path in sorted(QUESTIONS.glob("*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match line.split("\t"):
                case [text, right, language]:
                    found.append(Question(text, Language(language), frozenset(right.split()) - {NOTHING}))
                case _:
                    raise ValueError(f"{path.name}:{number}: a text, articles and a language parted by tabs are needed")
    return found


def asked_on() -> list[AskedOn]:
    """The texts of ``training/asked_on``: the article told, a language, a text, and the articles that answer, parted by
    tabs; then whether it is the ``same``, some ``other`` or ``none``, or a ``fresh`` matter.
    """
    found = []
    for path in sorted(ASKED_ON.glob("*.tsv")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match line.split("\t"):
                case [told, language, text, right, "same" | "other" | "none" | "fresh"]:
                    found.append(AskedOn(told, Language(language), text, frozenset(right.split()) - {NOTHING}))
                case _:
                    raise ValueError(f"{path.name}:{number}: five fields parted by tabs are needed")
    return found


def sentences_digest() -> str:
    """SHA-256 of the sentences, by which the model of acts tells what it learned from."""
    return corpus.digest_of([[one.kind, one.language, one.text] for one in sentences()])


def questions_digest() -> str:
    """SHA-256 of the questions, by which the model of subjects tells what it learned from."""
    return corpus.digest_of([[one.text, one.language, sorted(one.articles)] for one in questions()])
