"""What the language model learns from: our texts, and phrases put together from the words of each language.

Words and how frequent they are come from the package ``wordfreq``; Malay counts as Indonesian, and so does an English
phrase with an Indonesian word in it.
"""

# mypy: disable-error-code="import-not-found,import-untyped"
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

import wordfreq

from care.reading import triage, wording
from care.words import Language
from training.corpus import Example, rules, runs

TOP = 30_000
"""So many words of each language."""
FLAT = 0.6
"""Exponent of a word's frequency when phrases are made: below 1, rare words come more often than in life."""
PHRASES = {"id": 20_000, "ms": 6_000, "en": 40_000}
MIXED = 9_000
NAMES = 4_000
"""So many long English texts with one Indonesian word in twenty, as names of places and offices are."""
BORROWED = 3_000
OWN_WEIGHT = 3.0

Words = list[str]


@dataclass
class Phrases:
    """Word lists with whether they are Indonesian and what they weigh."""

    words: list[Words] = field(default_factory=list)
    indonesian: list[bool] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)

    def add(self, words: Sequence[str], indonesian: bool, weight: float = 1.0) -> None:
        neutral = triage.neutral()
        telling = [word for word in words if word not in neutral]
        if telling:
            self.words.append(telling)
            self.indonesian.append(indonesian)
            self.weights.append(weight)


def frequencies(language: str) -> dict[str, float]:
    """The most frequent words of Latin letters, with their share of all words."""
    words = wordfreq.top_n_list(language, TOP)
    return {word: wordfreq.word_frequency(word, language) for word in words if triage.own_words(word) == [word]}


def phrases(own: Sequence[Example], seed: int) -> Phrases:
    """Everything to learn from, the same for the same ``seed``."""
    rnd = random.Random(seed)
    shares = {name: frequencies(name) for name in PHRASES}
    english = shares["en"]
    parts = rules()
    borrowed = sorted(set(parts["language"]["borrowed"].split()))
    found = Phrases()
    told: dict[bool, list[Words]] = {True: [], False: []}
    for example in own:
        if example.language not in set(Language):
            continue
        words = triage.own_words(wording.plain(example.text))
        indonesian = example.language == Language.INDONESIAN
        found.add(words, indonesian, OWN_WEIGHT)
        if example.genre != "mixed":
            told[indonesian] += runs(words, rnd, 6)
    for words in told[False]:
        found.add(words, False)
    for name, number in PHRASES.items():
        words = [word for word, share in shares[name].items() if name == "en" or english.get(word, 0) < 10 * share]
        weights = [shares[name][word] ** FLAT * (0.2 if word in borrowed else 1) for word in words]
        for _ in range(number):
            phrase = rnd.choices(words, weights, k=min(rnd.randint(1, 10), rnd.randint(1, 10)))
            found.add(phrase, name != "en")
            told[name != "en"].append(phrase)
    strong = [word for word, share in shares["id"].items() if share > 1e-5 and english.get(word, 0) < share / 40]
    written = _not_english([way for ways in parts["spelling"].values() for way in ways.split()], english)
    often = [shares["id"][word] ** 0.5 for word in strong]
    for number in range(2 * MIXED):
        mixed = [word for _ in range(rnd.randint(1, 3)) for word in rnd.choice(told[False])][: rnd.randint(2, 9)]
        at = rnd.randint(0, len(mixed))
        if number % 2:
            mixed[at:at] = rnd.choice(told[True])[: rnd.randint(1, 4)]
        else:
            mixed[at:at] = rnd.choices(strong, often) if rnd.random() < 0.6 else rnd.choices(written)
        found.add(mixed, True)
    for _ in range(NAMES):
        long = [word for _ in range(rnd.randint(5, 12)) for word in rnd.choice(told[False])]
        for _ in range(len(long) // 20):
            long.insert(rnd.randint(0, len(long)), rnd.choices(strong, often)[0])
        found.add(long, False)
    for _ in range(BORROWED):
        found.add(rnd.choices(borrowed, k=rnd.randint(1, 3)), rnd.random() < 0.65)
    return found


def _not_english(words: Sequence[str], english: dict[str, float]) -> list[str]:
    single = [word for written in words for word in triage.own_words(wording.plain(written))]
    return sorted({word for word in single if len(word) > 1 and english.get(word, 0) < 2e-6})
