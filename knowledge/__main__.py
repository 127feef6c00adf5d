"""`python -m knowledge`: how well the search finds; `--write` makes the index and docs/search.md again."""

import argparse
import os
import platform
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path

from care.reading import search
from care.reading.knowledge import articles
from care.words import Language
from knowledge import measure
from knowledge.index import RANKING, build
from knowledge.measure import Answer

ROOT = Path(__file__).resolve().parents[1]
INDEX = ROOT / "layers/care/python/care/content/search.json"
DOCUMENT = ROOT / "docs/search.md"
BEGIN, END = "<!-- measured: python -m knowledge --write -->", "<!-- end -->"


def share(part: int, whole: int) -> str:
    return f"{part} of {whole} ({100 * part / whole:.1f} %)"


def total_table(given: list[Answer]) -> list[str]:
    lines = ["| questions | right article first | among the first three |", "| --- | ---: | ---: |"]
    for name, chosen in (
        ("Indonesian", [one for one in given if one.question.language is Language.INDONESIAN]),
        ("English", [one for one in given if one.question.language is Language.ENGLISH]),
        ("all", given),
    ):
        first = sum(one.place == 1 for one in chosen)
        lines.append(f"| {name} | {share(first, len(chosen))} | {share(measure.found(chosen), len(chosen))} |")
    return lines


def offer_table(given: list[Answer], off_topic: list[float]) -> list[str]:
    lines = [
        "| score at least | questions with an offer | of them the first hit right | off-topic texts with an offer |",
        "| ---: | ---: | ---: | ---: |",
    ]
    for bound in sorted({search.GOOD, *(twentieth / 20 for twentieth in range(3, 13))}):
        offered = [one for one in given if one.hits and one.hits[0].score >= bound]
        right = sum(one.place == 1 for one in offered)
        wrong = sum(score >= bound for score in off_topic)
        name = f"**{bound:.2f}** (`GOOD`)" if bound == search.GOOD else f"{bound:.2f}"
        lines.append(
            f"| {name} | {share(len(offered), len(given))} | {share(right, len(offered))} "
            f"| {share(wrong, len(off_topic))} |"
        )
    return lines


def topic_table(given: list[Answer]) -> list[str]:
    topics: dict[str, list[Answer]] = defaultdict(list)
    for one in given:
        topics[one.question.topic].append(one)
    lines = ["| topic | questions | found |", "| --- | ---: | ---: |"]
    return lines + [f"| {name} | {len(some)} | {measure.found(some)} |" for name, some in topics.items()]


def question_table(given: list[Answer]) -> list[str]:
    lines = ["| question | right | found | place |", "| --- | --- | --- | ---: |"]
    for one in given:
        hits = ", ".join(f"{hit.article} {hit.score:.2f}" for hit in one.hits)
        right = ", ".join(one.question.articles) or "no article"
        lines.append(f"| {one.question.text} | {right} | {hits} | {one.place or '–'} |")
    return lines


def without_table() -> list[str]:
    """What each means of the search gives: the same questions without it."""
    lines = ["| without | right article first | among the first three |", "| --- | ---: | ---: |"]
    for name, ranking in (
        ("nothing", RANKING),
        ("titles", RANKING._replace(title=0)),
        ("customers' words", RANKING._replace(words=0)),
        ("answers and steps", RANKING._replace(answer=0, steps=0)),
        ("the other language", RANKING._replace(other_language=0)),
        ("parts of unknown words", RANKING._replace(parts=0)),
        ("pairs of words", RANKING._replace(pairs=0)),
    ):
        given = measure.answers(build(articles(), ranking).search)
        lines.append(f"| {name} | {sum(one.place == 1 for one in given)} | {measure.found(given)} |")
    return lines


def time_line() -> str:
    """How long the first search and the following ones take here."""
    loading = min(_first() for _ in range(5))
    taken = [min(_seconds(one.text, one.language) for _ in range(5)) for one in measure.questions()]
    return (
        f"The index has {INDEX.stat().st_size / 1024:.0f} KB. The first search, which reads it, takes "
        f"{1000 * loading:.0f} ms, another {1000 * statistics.median(taken):.2f} ms (the slowest of the 200 "
        f"{1000 * max(taken):.2f} ms), on {os.cpu_count()} cores, Python {platform.python_version()}."
    )


def _first() -> float:
    search.index.cache_clear()
    return _seconds("puk", Language.INDONESIAN)


def _seconds(text: str, language: Language) -> float:
    start = time.perf_counter()
    search.search(text, language)
    return time.perf_counter() - start


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m knowledge", description=__doc__)
    parser.add_argument("--write", action="store_true", help="make the index and docs/search.md again")
    chosen = parser.parse_args()
    index = build(articles())
    if chosen.write:
        INDEX.write_text(index.written(), encoding="utf-8")
    given = measure.answers(index.search)
    summary = [*total_table(given), "", *offer_table(given, measure.off_topic_scores(index.search)), "", time_line()]
    print("\n".join(summary))
    if chosen.write:
        sections = {
            "What each means gives": without_table(),
            "By topic": topic_table(given),
            "Each question": question_table(given),
        }
        lines = [line for name, table in sections.items() for line in ("", f"### {name}", "", *table)]
        text = "\n".join([*summary, *lines])
        before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        DOCUMENT.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
