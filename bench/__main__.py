"""`python -m bench`: prints the figures as Markdown; `--write` puts them into the pages of docs/ that show them."""

import argparse
import logging
import os
import platform
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path

from bench import calls, chats, costs, logs, starts, units
from tests.integration.stage import ROOT

DOCUMENT = ROOT / "docs/performance.md"
BEGIN, END = "<!-- measured: make bench ARGS=--write -->", "<!-- end -->"
BEGIN_CHATS = '<!-- measured: make bench ARGS="chats --write" -->'


def call_table(rows: list[calls.Row]) -> list[str]:
    lines = ["| function | happening | calls | budget | which |", "| --- | --- | ---: | ---: | --- |"]
    for row in rows:
        which = ", ".join(f"{name}{f' × {n}' if n > 1 else ''}" for name, n in sorted(row.counted.items()))
        over = "" if row.kept else " (over)"
        lines.append(
            f"| {row.function} | {row.happening} | {row.counted.total()}{over} | {row.budget or '–'} | {which} |"
        )
    return lines


def start_table(found: list[starts.Start]) -> list[str]:
    lines = [
        "| function | ratio | of it the libraries alone | function, ms | bare boto3, ms |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {one.function} | {one.ratio:.2f} | {one.libraries_ratio:.2f} | {one.milliseconds:.0f} | {one.bare:.0f} |"
        for one in found
    ]
    return lines


def size(folder: Path) -> int:
    """Bytes of a folder's files, compiled ones left out."""
    files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return sum(path.stat().st_size for path in files)


def size_lines() -> list[str]:
    lines = [f"- `layers/care`: {size(ROOT / 'layers/care/python') / 1024:.0f} KB unzipped"]
    built = ROOT / ".aws-sam/build/DependenciesLayer"
    if built.is_dir():
        lines.append(f"- dependencies layer: {size(built) / 1024**2:.1f} MB unzipped (budget 40 MB)")
    else:
        lines.append("- dependencies layer: not built here; `make build`, then `make bench` (budget 40 MB)")
    return lines


def machine() -> str:
    model = re.findall(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text()) if os.name == "posix" else []
    name = model[0] if model else platform.processor() or platform.machine()
    return f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}"


def performance() -> tuple[list[str], bool]:
    """The measured part of docs/performance.md, and whether every budget is kept."""
    with _silence():
        rows = calls.measure()
    found = starts.measure()
    lines = ["### AWS calls", "", *call_table(rows), "", "### Start-up", "", f"On {machine()}.", ""]
    lines += [*start_table(found), "", "### Layers", "", *size_lines()]
    return lines, all(row.kept for row in rows)


def cost_pages() -> dict[Path, list[str]]:
    with _silence():
        found = units.measure()
    return costs.pages(costs.Measured(found, logs.measure()))


@contextmanager
def _silence() -> Iterator[None]:
    """What functions print of themselves is no figure."""
    logging.disable(logging.CRITICAL)
    try:
        with open(os.devnull, "w", encoding="utf-8") as nothing, redirect_stdout(nothing):
            yield
    finally:
        logging.disable(logging.NOTSET)


def put(page: Path, lines: list[str], begin: str) -> None:
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(begin)
    after = rest.partition(END)[2]
    page.write_text("\n".join([f"{before}{begin}", "", *lines, "", f"{END}{after}"]), encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "part",
        nargs="?",
        choices=["all", "costs", "logs", "chats"],
        default="all",
        help="costs: what a month costs; logs: what each happening writes into them; chats: many people chat at once",
    )
    parser.add_argument("--write", action="store_true", help="put the figures into the pages of docs/")
    chosen = parser.parse_args()
    begin, kept = BEGIN, True
    match chosen.part:
        case "chats":
            pages, begin = {DOCUMENT: chats.page(chats.measure(), machine())}, BEGIN_CHATS
        case "logs":
            print("\n".join(costs.log_part(costs.assumed(), logs.measure())))
            return 0
        case "costs":
            pages = cost_pages()
        case _:
            lines, kept = performance()
            pages = {DOCUMENT: lines, **cost_pages()}
    for page, lines in pages.items():
        print("\n".join([f"## {page.name}", "", *lines, ""]))
        if chosen.write:
            put(page, lines, begin)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
