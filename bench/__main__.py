"""`python -m bench`: prints the figures as Markdown; `--write` puts them into the pages of docs/ that show them."""

import argparse
import logging
import os
import platform
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import (
    calls,
    chats,
    costs,
    followups,
    growth,
    keys,
    logs,
    mail_memory,
    mail_soak,
    mails,
    soak_letters,
    starts,
    talks,
    units,
)
from tests.integration.stage import ROOT
from tests.unit import talking

PERFORMANCE = ROOT / "docs/performance.md"
END = "<!-- end -->"
LARGEST_LAYER = 40


@dataclass(frozen=True)
class Measured:
    """What a part found: the lines of each page that shows it, and whether what is promised is kept."""

    pages: dict[Path, list[str]]
    kept: bool = True


# ---- the parts -----------------------------------------------------------------------------------------------------


def measure_calls() -> Measured:
    with _silence():
        rows = calls.measure()
    lines = ["| function | happening | calls | budget | which |", "| --- | --- | ---: | ---: | --- |"]
    for row in rows:
        which = ", ".join(f"{name}{f' × {n}' if n > 1 else ''}" for name, n in sorted(row.counted.items()))
        over = "" if row.kept else " (over)"
        lines.append(
            f"| {row.function} | {row.happening} | {row.counted.total()}{over} | {row.budget or '–'} | {which} |"
        )
    return Measured({PERFORMANCE: lines}, all(row.kept for row in rows))


def measure_starts() -> Measured:
    with _silence():
        recorded = starts.record()
    with TemporaryDirectory() as compiled:
        found, imports = starts.measure(recorded, compiled), _imports(compiled)
    lines = ["| function | ratio | goal | start, ms | bare boto3, ms | first event, ms |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: |")
    for one in found:
        ratio = f"{one.ratio:.2f}{'' if one.ratio <= one.goal else ' (over)'}"
        first = "–" if one.first_event is None else f"{one.first_event:.0f}"
        lines.append(f"| {one.function} | {ratio} | {one.goal} | {one.milliseconds:.0f} | {one.bare:.0f} | {first} |")
    return Measured({PERFORMANCE: [_on_this_machine(), "", *lines, "", *imports]})


def _imports(compiled: str) -> list[str]:
    """Where the time of a start goes: by package for each function, and the dearest modules beyond boto3's."""
    start = starts.FUNCTION.format(clients=[])
    times = {function: starts.modules(start, function, compiled) for function in starts.CLIENTS}
    times["*bare boto3*"] = starts.modules("import boto3", "voice", compiled)
    columns = list(dict.fromkeys([*starts.PACKAGES.values(), starts.OTHERS]))
    lines = [f"| imports, ms | {' | '.join(columns)} |", f"| --- | {' | '.join('---:' for _ in columns)} |"]
    for function, modules in times.items():
        packages = starts.by_package(modules)
        lines.append(f"| {function} | {' | '.join(f'{packages[one]:.0f}' for one in columns)} |")
    added = {name: least for name, least in times["chat"].items() if name not in times["*bare boto3*"]}
    dearest = sorted(added.items(), key=lambda one: -one[1])[:16]
    named = ", ".join(f"`{name}` {milliseconds:.1f}" for name, milliseconds in dearest)
    return [*lines, "", f"The dearest modules that the chat adds, each by itself, in ms: {named}."]


def measure_layers() -> Measured:
    lines = []
    for layer, budget in (("CareLayer", ""), ("DependenciesLayer", f" (budget {LARGEST_LAYER} MB)")):
        built = ROOT / ".aws-sam/build" / layer
        files = [path for path in built.rglob("*") if path.is_file()]
        size = f"{sum(path.stat().st_size for path in files) / 1024**2:.1f} MB unzipped, compiled"
        lines.append(f"- `{layer}`: {size if files else 'not built here; `make build` first'}{budget}")
    return Measured({PERFORMANCE: lines})


def measure_costs() -> Measured:
    with _silence():
        measured = units.measure()
    return Measured(costs.pages(costs.Measured(measured, logs.measure())))


def measure_keys() -> Measured:
    with _silence():
        measured = units.measure()
    day = keys.play(costs.assumed(), measured)
    return Measured({PERFORMANCE: keys.table(day, costs.assumed())}, day.is_kept)


def measure_growth() -> Measured:
    found = growth.measure()
    return Measured({growth.PAGE: growth.rows(found)}, not growth.grew(found))


def measure_mails() -> Measured:
    result = mails.measure()
    for complaint in mails.complaints(result):
        print(complaint, file=sys.stderr)
    return Measured({PERFORMANCE: [_on_this_machine(), "", *mails.lines(result)]}, not result.wrong)


def measure_mail_memory() -> Measured:
    with _silence():
        result = mail_memory.measure()
    for complaint in result.complaints:
        print(complaint, file=sys.stderr)
    return Measured({PERFORMANCE: [_on_this_machine(), "", *mail_memory.lines(result)]}, not result.complaints)


def measure_mail_soak(mails: int = soak_letters.MAILS) -> Measured:
    result = mail_soak.measure(mails)
    for wrong in result.wrong:
        print(wrong, file=sys.stderr)
    return Measured({PERFORMANCE: [_on_this_machine(), "", *mail_soak.lines(result)]}, result.is_right)


def measure_followups(complaints: int = followups.COMPLAINTS) -> Measured:
    result = followups.measure(complaints)
    for wrong in result.wrong:
        print(wrong, file=sys.stderr)
    return Measured({PERFORMANCE: [_on_this_machine(), "", *followups.lines(result)]}, not result.wrong)


def measure_talks() -> Measured:
    found = talking.played()
    for complaint in talks.complaints(found):
        print(complaint, file=sys.stderr)
    return Measured({talks.PAGE: talks.lines(found, talking.asked())}, not any(one.harms for one in found))


def measure_chats() -> Measured:
    loads = chats.measure()
    return Measured({PERFORMANCE: [_on_this_machine(), "", *chats.lines(loads)]}, chats.are_kept(loads))


PARTS: dict[str, tuple[Callable[..., Measured], str]] = {
    "calls": (measure_calls, "AWS calls of each happening, against their budgets"),
    "starts": (measure_starts, "the start of each function, beside bare boto3"),
    "layers": (measure_layers, "the size of the layers"),
    "keys": (measure_keys, "the busiest keys of a day with an outage"),
    "costs": (measure_costs, "what a month costs, and what quotas have to hold"),
    "mails": (measure_mails, "500 mails through a call centre of its own, and what each process costs"),
    "mail_memory": (measure_mail_memory, "what the largest mails cost the function that takes them"),
    "mail_soak": (measure_mail_soak, "5,000 mails of every sort while functions die, counted; it takes half an hour"),
    "followups": (measure_followups, "500 complaints at once at a call centre of its own, each followed up"),
    "chats": (measure_chats, "many chatters at once at a call centre of their own, and how long each waits"),
    "talks": (measure_talks, "the talks that are helped, and the questions answered at once"),
    "growth": (measure_growth, "the cost of each request in a small and in a large table; it takes ten minutes"),
}
ONLY_BY_NAME = {"growth", "mail_soak"}


# ---- printed, and put into the pages -------------------------------------------------------------------------------


def shown(page: Path, part: str) -> str:
    """What a page shows of a part."""
    return _around(page, part)[1].strip()


def put(page: Path, part: str, lines: list[str]) -> None:
    """Write a part's lines over what its page shows of it."""
    before, _, after = _around(page, part)
    page.write_text("\n".join([before, "", *lines, "", f"{END}{after}"]), encoding="utf-8")


def _around(page: Path, part: str) -> tuple[str, str, str]:
    """A page up to the mark of a part, which may name options, what stands between that and its end, and the rest."""
    text = page.read_text(encoding="utf-8")
    mark = re.search(rf'<!-- measured: make bench ARGS="{part}(?: [^"]*)? --write" -->', text)
    assert mark, f"{page.name} shows nothing of {part}"
    own, _, after = text[mark.end() :].partition(END)
    return text[: mark.end()], own, after


def _on_this_machine() -> str:
    model = re.findall(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo").read_text()) if os.name == "posix" else []
    name = model[0] if model else platform.processor() or platform.machine()
    return f"On {name}, {os.cpu_count()} cores, Python {platform.python_version()}."


@contextmanager
def _silence() -> Iterator[None]:
    """What functions print of themselves is no figure."""
    logging.disable(logging.CRITICAL)
    try:
        with open(os.devnull, "w", encoding="utf-8") as nothing, redirect_stdout(nothing):
            yield
    finally:
        logging.disable(logging.NOTSET)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.epilog = "\n".join(f"  {name:11} {what}" for name, (_, what) in PARTS.items())
    parser.add_argument("part", nargs="*", metavar="part", help="which parts; by itself all but the longest")
    parser.add_argument("--write", action="store_true", help="put the figures into the pages of docs/")
    parser.add_argument(
        "--complaints", type=int, default=followups.COMPLAINTS, help="how many complaints the part followups takes"
    )
    parser.add_argument("--mails", type=int, default=soak_letters.MAILS, help="how many mails the part mail_soak sends")
    chosen = parser.parse_args()
    if unknown := set(chosen.part) - PARTS.keys():
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    given = {"followups": {"complaints": chosen.complaints}, "mail_soak": {"mails": chosen.mails}}
    kept = True
    for part in chosen.part or [name for name in PARTS if name not in ONLY_BY_NAME]:
        measured = PARTS[part][0](**given.get(part, {}))
        kept = kept and measured.kept
        for page, lines in measured.pages.items():
            print("\n".join([f"## {page.name}: {part}", "", *lines, ""]), flush=True)
            if chosen.write:
                put(page, part, lines)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
