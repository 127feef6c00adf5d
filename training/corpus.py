"""The texts to learn from, and noise laid over them."""

import hashlib
import json
import random
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from care.content import FOLDER
from care.words import Priority

TEXTS = Path(__file__).parent / "texts"
UNSEEN = Path(__file__).parent / "unseen"
RULES = FOLDER / "triage.toml"


@dataclass(frozen=True)
class Example:
    """A text with its labels; ``""`` where a label is not known. ``genre`` is the name of its file."""

    text: str
    genre: str
    kind: str = ""
    category: str = ""
    priority: str = Priority.NORMAL
    language: str = ""
    weight: float = 1.0


def own() -> list[Example]:
    """The texts to learn from: ``training/texts``."""
    return [example for path in sorted(TEXTS.glob("*.tsv")) for example in texts(path)]


def unseen() -> dict[str, list[Example]]:
    """The texts nothing is learned from, by author."""
    return {path.stem: texts(path) for path in sorted(UNSEEN.glob("*.tsv"))}


def texts(path: Path) -> list[Example]:
    """A file of kind, category, priority, language, text and, where one file has several, genre, parted by tabs.

    ``LABELS.md`` says what the labels mean. Raises ``ValueError`` for a line that is none.
    """
    examples = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        match line.split("\t"):
            case [""]:
                continue
            case [kind, category, priority, language, text, *genre] if len(genre) < 2 and priority in set(Priority):
                examples.append(Example(text, (genre or [path.stem])[0], kind, category, priority, language))
            case _:
                raise ValueError(f"{path.name}:{number}: five fields parted by tabs are needed")
    return examples


def digest() -> str:
    """SHA-256 of our own texts, by which a model tells what it learned from."""
    whole = hashlib.sha256()
    for path in sorted(TEXTS.glob("*.tsv")):
        whole.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


def rules() -> dict[str, Any]:
    """``content/triage.toml``."""
    return tomllib.loads(RULES.read_text(encoding="utf-8"))


def digest_of(values: object) -> str:
    """SHA-256 of what can be written as JSON."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


class Noise:
    """Writes a text as a hurried customer might: misspelt, without vowels, without some words."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def over(self, example: Example) -> Example:
        rough = self._random.choice((0.04, 0.1, 0.2))
        words = [self._word(word, rough) for word in example.text.split()]
        kept = [word for word in words if self._random.random() > 0.08] or words
        return replace(example, text=" ".join(kept))

    def _word(self, word: str, rough: float) -> str:
        rnd = self._random
        if rnd.random() > rough or not word.isalpha() or len(word) < 4:
            return word
        at = rnd.randrange(1, len(word) - 1)
        match rnd.randrange(5):
            case 0:
                return word[0] + "".join(letter for letter in word[1:-1] if letter not in "aeiou") + word[-1]
            case 1:
                return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
            case 2:
                return word[:at] + word[at + 1 :]
            case 3:
                return word + word[-1] * rnd.randrange(1, 3)
            case _:
                return word[:at] + word[at] * 2 + word[at + 1 :]


def runs(words: list[str], rnd: random.Random, longest: int) -> list[list[str]]:
    """A text's words in runs of random length."""
    found = []
    at = 0
    while at < len(words):
        size = rnd.randint(1, longest)
        found.append(words[at : at + size])
        at += size
    return found
