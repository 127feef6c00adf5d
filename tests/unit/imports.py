"""What files import, read as text: which way it runs, and whether it runs in a circle."""

import ast
from collections.abc import Iterable
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path


def modules(folder: Path, root: Path) -> dict[str, Path]:
    """The files of a package by the names they are imported by; ``root`` is where Python looks."""

    def name(path: Path) -> str:
        return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")

    return {name(path): path for path in sorted(folder.rglob("*.py"))}


@cache
def imported(path: Path) -> frozenset[str]:
    """Every name that a file imports anywhere in it, in full: "os", "care.words", "care.words.Kind"."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports relative to itself"
            found |= {f"{node.module}.{one.name}" for one in node.names}
    return frozenset(found)


def tops(path: Path) -> set[str]:
    """The packages that a file imports from, without what is in them."""
    return {name.partition(".")[0] for name in imported(path)}


def arrows(known: dict[str, Path]) -> list[tuple[str, str]]:
    """Which of these modules imports which other."""
    found = []
    for module, path in known.items():
        others = {name if name in known else name.rpartition(".")[0] for name in imported(path)}
        found += [(module, other) for other in sorted(others) if other in known and other != module]
    return found


def below(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """What each end of an arrow leads to."""
    known: dict[str, set[str]] = {}
    for one, other in pairs:
        known.setdefault(one, set()).add(other)
    return known


def circle(pairs: Iterable[tuple[str, str]]) -> str:
    """A circle of arrows, "a → b → a"; empty when there is none."""
    try:
        TopologicalSorter(below(pairs)).prepare()
    except CycleError as error:
        return " → ".join(reversed(error.args[1]))
    return ""
