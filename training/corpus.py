"""The texts to learn from: our own, the public ones in a folder outside the repository, and noise laid over them."""

import csv
import hashlib
import json
import random
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from care.content import FOLDER

TEXTS = Path(__file__).parent / "texts"
UNSEEN = Path(__file__).parent / "unseen" / "texts.tsv"
PHRASES = Path(__file__).parent / "phrases.toml"
RULES = FOLDER / "triage.toml"


@dataclass(frozen=True)
class Example:
    """A text with its labels; ``""`` where a label is not known. ``genre`` is the name of its file."""

    text: str
    genre: str
    kind: str = ""
    category: str = ""
    urgent: bool = False
    language: str = ""
    weight: float = 1.0
    topic: bool = False
    """Whether the text is no more than what another would be about."""


def own() -> list[Example]:
    """The texts to learn from: ``training/texts``."""
    return [example for path in sorted(TEXTS.glob("*.tsv")) for example in texts(path)]


def unseen() -> list[Example]:
    """The texts nothing is learned from."""
    return texts(UNSEEN)


def texts(path: Path) -> list[Example]:
    """A file of kind, category, urgent, language, text and, where one file has several, genre, parted by tabs."""
    examples = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        match line.split("\t"):
            case [""]:
                continue
            case [kind, category, urgent, language, text, *genre] if len(genre) < 2:
                examples.append(Example(text, (genre or [path.stem])[0], kind, category, urgent == "1", language))
            case _:
                raise ValueError(f"{path.name}:{number}: five fields parted by tabs are needed")
    return examples


def digest() -> str:
    """SHA-256 of our own texts and phrases, by which a model tells what it learned from."""
    whole = hashlib.sha256()
    for path in [*sorted(TEXTS.glob("*.tsv")), PHRASES]:
        whole.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


def rules() -> dict[str, Any]:
    """``content/triage.toml``."""
    return tomllib.loads(RULES.read_text(encoding="utf-8"))


def digest_of(values: object) -> str:
    """SHA-256 of what can be written as JSON."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True)
class Public:
    """What is read from the public folder; empty without one."""

    sentiment: list[tuple[str, str]]
    """Texts with positive, neutral or negative."""
    slang: dict[str, list[str]]
    """Formal words and their colloquial spellings."""
    regional: list[str]
    """Javanese and Sundanese words."""


def public(folder: Path | None) -> Public:
    """Read ``smsa_*.tsv``, ``kamus_alay.csv``, ``slang_words.json`` and ``lexicon_*.csv`` from a folder."""
    if folder is None:
        return Public([], {}, [])
    sentiment = []
    for name in ("smsa_train.tsv", "smsa_valid.tsv"):
        for line in (folder / name).read_text(encoding="utf-8").splitlines():
            text, _, feeling = line.rpartition("\t")
            sentiment.append((text, feeling))
    slang: dict[str, list[str]] = {}
    with (folder / "kamus_alay.csv").open(encoding="utf-8", newline="") as file:
        pairs = [(row["slang"], row["formal"]) for row in csv.DictReader(file)]
    pairs += list(json.loads((folder / "slang_words.json").read_text(encoding="utf-8")).items())
    for written, formal in pairs:
        slang.setdefault(formal, []).append(written)
    regional = []
    for language in ("javanese", "sundanese"):
        with (folder / f"lexicon_{language}.csv").open(encoding="utf-8", newline="") as file:
            regional += [row[language].strip() for row in csv.DictReader(file)]
    return Public(sentiment, slang, regional)


class Noise:
    """Writes a text as a hurried customer might: colloquial, misspelt, without vowels, without some words."""

    def __init__(self, slang: dict[str, list[str]], seed: int) -> None:
        self._slang = slang
        self._random = random.Random(seed)

    def over(self, example: Example) -> Example:
        rough = self._random.choice((0.04, 0.1, 0.2))
        words = [self._word(word, rough) for word in example.text.split()]
        kept = [word for word in words if self._random.random() > 0.08] or words
        return replace(example, text=" ".join(kept))

    def _word(self, word: str, rough: float) -> str:
        rnd = self._random
        low = word.lower()
        if low in self._slang and rnd.random() < 0.35:
            return rnd.choice(self._slang[low])
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


def phrases(number: int, seed: int) -> list[Example]:
    """Topics of ``training/phrases.toml`` alone, and ``number`` phrases made of a topic and a way of speaking of it."""
    parts = tomllib.loads(PHRASES.read_text(encoding="utf-8"))
    rnd = random.Random(seed)
    topics = [
        (category, language, topic)
        for category, languages in parts["topics"].items()
        for language, topics in languages.items()
        for topic in topics.split("; ")
    ]
    examples = [
        Example(topic, "phrases", "", category, False, language, topic=True) for category, language, topic in topics
    ]
    frames = [
        (category, language, frame)
        for category, languages in parts["frames"].items()
        for language, frames in languages.items()
        for frame in frames.split("; ")
    ]
    for turn in range(number):
        category, language, topic = rnd.choice(topics)
        kind = ""
        if turn % 3:
            kind = rnd.choice(list(parts["ways"]))
            way = rnd.choice(parts["ways"][kind][language].split("; "))
        else:
            category, language, way = rnd.choice(frames)
            topic = rnd.choice([one for _, spoken, one in topics if spoken == language])
        examples.append(Example(way.replace("{}", topic), "phrases", kind, category, False, language))
    return examples
