"""`python -m training.measure [--left-out [FILE …]] [--write]`: how well triage does, as Markdown.

Measures on training/unseen, from which nothing is learned: the word lists triage was first made of
(training/keywords.toml), TF-IDF with logistic regression on the same texts, and the model as it is committed. With
`--left-out` each file of training/texts is measured instead, by a model that learned from the other files. `--write`
puts the tables into docs/triage.md. Needs requirements/training.txt.
"""

# mypy: disable-error-code="import-not-found,import-untyped"
import argparse
import re
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from care.conversation import Dialogue, Facts, ReadAgain, turn
from care.reading import triage, wording
from care.words import Category, Kind, Language, Priority
from training import corpus, train
from training.corpus import Example

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs/triage.md"
COMMAND, END = "python -m training.measure", "<!-- end -->"
_EVERYDAY = "everyday"
"""The genre of what is asked of a household's assistant."""
_ROUNDS = 40
THRESHOLDS = (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.8, 0.9)


@dataclass(frozen=True)
class Answer:
    """What a reader says of a text; ``None`` where it says nothing."""

    kind: str
    category: str
    priority: str = Priority.NORMAL
    language: str | None = None
    sure: float = 1.0


Reader = Callable[[str], Answer]


def by_words() -> Reader:
    """The word lists: the first kind with a word in the text, the category with most."""
    lists = tomllib.loads((Path(__file__).parent / "keywords.toml").read_text(encoding="utf-8"))

    def any_of(words: str) -> re.Pattern[str]:
        phrases = (re.escape(one.strip()).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for one in words.split(","))
        return re.compile(r"\b(?:" + "|".join(phrases) + r")\b", re.IGNORECASE)

    patterns = {part: {name: any_of(words) for name, words in named.items()} for part, named in lists.items()}

    def read(text: str) -> Answer:
        counts = Counter({name: len(pattern.findall(text)) for name, pattern in patterns["category"].items()})
        category, times = counts.most_common(1)[0]
        kinds = [kind for kind in map(str, Kind) if patterns["kind"][kind].search(text)]
        languages = Counter({name: len(pattern.findall(text)) for name, pattern in patterns["language"].items()})
        (language, most), (_, fewer) = languages.most_common(2)
        return Answer(
            kinds[0] if kinds else triage.NONE,
            category if times else str(Category.OTHER),
            Priority.URGENT if patterns["urgent"]["urgent"].search(text) else Priority.NORMAL,
            language if most > fewer else None,
        )

    return read


def by_tfidf(own: Sequence[Example]) -> Reader:
    """Logistic regression over TF-IDF of words and pairs of words."""

    def learned(truth: Sequence[str]) -> Pipeline:
        weights = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        return make_pipeline(weights, LogisticRegression(C=10, max_iter=500)).fit([one.text for one in own], truth)

    kinds, categories = learned([one.kind for one in own]), learned([one.category for one in own])
    languages, priorities = learned([one.language for one in own]), learned([one.priority for one in own])

    def read(text: str) -> Answer:
        return Answer(*(each.predict([text])[0] for each in (kinds, categories, priorities, languages)))

    return read


def by_model(known: triage.Model) -> Reader:
    """``triage.read`` by a model."""

    def read(text: str) -> Answer:
        seen = triage.judge(known, text)
        return Answer(seen.kind or triage.NONE, seen.category, seen.priority, seen.language, seen.kind_confidence)

    return read


def f1(truth: Sequence[object], said: Sequence[object], one: object) -> tuple[float, float, float]:
    """F1, precision and recall of one class."""
    both = sum(a == b == one for a, b in zip(truth, said, strict=True))
    precision, recall = both / max(1, said.count(one)), both / max(1, truth.count(one))
    return 2 * precision * recall / max(1e-9, precision + recall), precision, recall


def macro(truth: Sequence[object], said: Sequence[object]) -> float:
    classes = set(truth)
    return sum(f1(truth, said, one)[0] for one in classes) / len(classes)


def share(truth: Sequence[object], said: Sequence[object]) -> float:
    return sum(a == b for a, b in zip(truth, said, strict=True)) / max(1, len(truth))


COLUMNS = (
    "texts | language | complaint F1 (precision, recall) | kind | macro F1 | category | macro F1 | high or more F1"
    " | urgent or more F1"
)


def row(name: str, examples: Sequence[Example], answers: Sequence[Answer]) -> str:
    """Category is measured on texts that have a kind, the rest on all; asking for nothing is a kind of its own."""
    truth = [one.kind for one in examples]
    said = [one.kind for one in answers]
    complaint = f1(truth, said, str(Kind.COMPLAINT))
    asked = [at for at, one in enumerate(examples) if one.kind != triage.NONE]
    categories, named = [examples[at].category for at in asked], [answers[at].category for at in asked]
    figures = [
        f"{share([one.language for one in examples], [one.language or 'none' for one in answers]):.1%}",
        "{:.1%} ({:.1%}, {:.1%})".format(*complaint),
        f"{share(truth, said):.1%}",
        f"{macro(truth, said):.1%}",
        f"{share(categories, named):.1%}",
        f"{macro(categories, named):.1%}",
        *(f"{pressing(examples, answers, least):.1%}" for least in (Priority.HIGH, Priority.URGENT)),
    ]
    return f"| {name} | {len(examples)} | " + " | ".join(figures) + " |"


def pressing(examples: Sequence[Example], answers: Sequence[Answer], least: Priority) -> float:
    """F1 of a priority or a more pressing one."""

    def is_pressing(one: Example | Answer) -> bool:
        return Priority(one.priority).rank <= least.rank

    return f1([*map(is_pressing, examples)], [*map(is_pressing, answers)], True)[0]


def head(first: str) -> list[str]:
    return [f"| {first} | {COLUMNS} |", "| --- |" + " ---: |" * (COLUMNS.count("|") + 1)]


def confusion(classes: Sequence[str], truth: Sequence[str], said: Sequence[str]) -> list[str]:
    """Rows are what is true, columns what was said."""
    seen = Counter(zip(truth, said, strict=True))
    columns = [one for one in classes if one in set(said)]
    lines = ["| true \\ said | " + " | ".join(columns) + " |", "| --- |" + " ---: |" * len(columns)]
    return lines + [
        f"| {one} | " + " | ".join(str(seen[one, other] or "") for other in columns) + " |"
        for one in classes
        if one in set(truth)
    ]


def thresholds(examples: Sequence[Example], answers: Sequence[Answer]) -> list[str]:
    """For each threshold, how many kinds are not asked for, and how many of these are right."""
    lines = ["| threshold | asked | right of those not asked |", "| ---: | ---: | ---: |"]
    for threshold in sorted({*THRESHOLDS, triage.SURE}):
        kept = [at for at, one in enumerate(answers) if one.sure >= threshold]
        right = share([examples[at].kind for at in kept], [answers[at].kind for at in kept])
        mark = " (`SURE`)" if threshold == triage.SURE else ""
        lines.append(f"| {threshold}{mark} | {1 - len(kept) / len(examples):.1%} | {right:.1%} |")
    return lines


def speed(texts: Sequence[str]) -> list[str]:
    """Texts a second, and milliseconds to load, in this process."""
    words = len([None for text in texts for _ in text.split()]) / len(texts)
    started = time.perf_counter()
    fresh = triage.Model(train.MODEL.read_bytes())
    loading = time.perf_counter() - started
    for text in texts:  # phrases and spellings are read at the first text that has them, whatever the model
        triage.read(text)
    rates, each = [], []
    for _ in range(5):
        began = time.perf_counter()
        for text in texts:
            started = time.perf_counter()
            triage.judge(fresh, text)
            each.append(time.perf_counter() - started)
        rates.append(len(texts) / (time.perf_counter() - began))
    first = sorted(each[: len(texts)])
    hostile = {
        "100 kB of one letter": "a" * 100_000,
        "100 kB without blanks": "lemotbgt" * 12_500,
        "a million emoji": "😤" * 1_000_000,
        "lone surrogates": "\ud800" * 100_000,
        "zeros": "\0" * 100_000,
        "at signs": "@" * 100_000,
        "accents": "a" + "\u0301\u0316" * 50_000,
        "30,000 different words": " ".join(f"{at * 7919:x}" for at in range(30_000)),
    }
    slowest = []
    for name, text in hostile.items():
        started = time.perf_counter()
        triage.judge(fresh, text)
        slowest.append((time.perf_counter() - started, name))
    slow, name = max(slowest)
    return [
        f"- {max(rates):,.0f} texts a second (best of five turns over {len(texts)} texts of {words:.0f} words on"
        f" average), {rates[0]:,.0f} in the first turn, before the model knows the words.",
        f"- In the first turn 99 of 100 texts take no more than {first[len(first) * 99 // 100] * 1000:.2f} ms.",
        f"- Loading the model: {loading * 1000:.0f} ms, {train.MODEL.stat().st_size / 1024:.0f} KB.",
        f"- Slowest hostile text ({name}): {slow * 1000:.0f} ms.",
    ]


def on_unseen(own: Sequence[Example]) -> list[str]:
    by_author = corpus.unseen()
    examples = [one for texts in by_author.values() for one in texts]
    readers = {
        "keyword lists": by_words(),
        "TF-IDF, logistic regression": by_tfidf(own),
        "this model": by_model(triage.model()),
    }
    answers = {name: [read(one.text) for one in examples] for name, read in readers.items()}
    lines = ["### Unseen texts", "", *head("method")]
    lines += [row(name, examples, said) for name, said in answers.items()]
    said = answers["this model"]
    lines += ["", "This model by author (the file), by genre, and on the shortest:", "", *head("of")]
    known = dict(zip((one.text for one in examples), said, strict=True))
    parts = {f"`{author}`": texts for author, texts in by_author.items()}
    for genre in sorted({one.genre for one in examples} - {_EVERYDAY}):
        parts[genre] = [one for one in examples if one.genre == genre]
    parts["under four words"] = [one for one in examples if len(triage.own_words(wording.plain(one.text))) < 4]
    lines += [row(name, texts, [known[one.text] for one in texts]) for name, texts in parts.items()]
    quiet = [at for at, one in enumerate(examples) if one.genre == _EVERYDAY]
    alarms = sum(said[at].kind == Kind.COMPLAINT for at in quiet)
    lines += ["", f"Of {len(quiet)} everyday requests in English {alarms} are taken for a complaint."]
    facts = Facts("XL", "817", "Kak", date.today(), has_reader=True)
    chats = sum(isinstance(turn(Dialogue(), one.text, facts).wish, ReadAgain) for one in examples)
    mails = sum(triage.is_doubtful(triage.read(one.text)) for one in examples)
    lines += [
        f"A second reader would be asked for {chats / len(examples):.0%} of all these texts in a chat, and for"
        f" {mails / len(examples):.0%} of them as mails."
    ]
    languages = [*map(str, Language), "none"]
    asked = [at for at, one in enumerate(examples) if one.kind != triage.NONE]
    lines += ["", "### Confusion of this model on unseen texts", "", "Kind:", ""]
    lines += confusion(triage.KINDS, [one.kind for one in examples], [one.kind for one in said])
    lines += ["", "Category:", ""]
    lines += confusion(triage.CATEGORIES, [examples[at].category for at in asked], [said[at].category for at in asked])
    lines += ["", "Priority:", ""]
    lines += confusion([*map(str, Priority)], [one.priority for one in examples], [one.priority for one in said])
    lines += ["", "Language:", ""]
    lines += confusion(languages, [one.language for one in examples], [str(one.language or "none") for one in said])
    return [*lines, "", "### When the customer is asked", "", *thresholds(examples, said)]


def left_out(files: Sequence[str]) -> list[str]:
    """Each of these files by a model that learned from all others, in fewer rounds."""
    with ProcessPoolExecutor() as pool:
        read = dict(zip(files, pool.map(_read_without, files), strict=True))
    lines = ["### Each file left out", "", *head("file")]
    lines += [row(f"`{file}`", [one for one, _ in found], [one for _, one in found]) for file, found in read.items()]
    everything = [both for found in read.values() for both in found]
    return [*lines, row("all", [one for one, _ in everything], [one for _, one in everything])]


def _read_without(file: str) -> list[tuple[Example, Answer]]:
    """The texts of a file as a model reads them that learned from the other files."""
    own = corpus.own()
    read = by_model(triage.Model(train.written([one for one in own if one.genre != file], _ROUNDS)))
    return [(one, read(one.text)) for one in own if one.genre == file]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m training.measure", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--left-out", nargs="*", metavar="FILE", help="of texts/, each file, or these, by what was learned without it"
    )
    parser.add_argument("--write", action="store_true", help="put the tables into docs/triage.md")
    chosen = parser.parse_args()
    own = corpus.own()
    if chosen.left_out is not None:
        files = chosen.left_out or sorted({one.genre for one in own})
        command, lines = f"{COMMAND} --left-out", left_out(files)
    else:
        with ProcessPoolExecutor(1, get_context("spawn")) as alone:  # as a function runs: nothing else in its memory
            quick = alone.submit(speed, [one.text for one in own if one.genre == "tweets"]).result()
        command, lines = COMMAND, [*on_unseen(own), "", "### Speed", "", *quick]
    text = "\n".join(lines)
    print(text)
    if chosen.write:
        begin = f"<!-- measured: {command} --write -->"
        before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(begin)
        DOCUMENT.write_text(f"{before}{begin}\n\n{text}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
