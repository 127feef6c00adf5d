"""The rooms of the runner: each imports only what stands below it, and nothing runs in a circle."""

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[2]
GROUND = {"machine", "cloudformation"}
# Room, or module beside the rooms → the rooms it may import besides itself.
MAY_IMPORT = {
    "machine": set(),
    "cloudformation": {"machine"},
    "awslambda": GROUND,
    "services": {*GROUND, "awslambda"},
    "sources": {*GROUND, "awslambda", "services"},
    "doors": GROUND,
    "phone": GROUND,
    "runner": {*GROUND, "awslambda", "services", "sources", "doors", "phone"},
    "__main__": {*GROUND, "runner"},
    "install": set(),
}


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


PATHS = {module_of(path): path for path in sorted((ROOT / "local").rglob("*.py"))}


def imported(path: Path) -> Iterator[str]:
    """Every name that a file imports, in full: "os", "local.doors.mime", "local.doors.Doors"."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports relative to itself"
            yield from (f"{node.module}.{each.name}" for each in node.names)


def own(name: str) -> str:
    """The module of the runner that a full name stands in."""
    return name if name in PATHS else name.rpartition(".")[0]


def room(module: str) -> str:
    return module.split(".")[1]


IMPORTS = {
    module: {own(name) for name in imported(path) if name.startswith("local.")} for module, path in PATHS.items()
}


def circle(imports: dict[str, set[str]]) -> str:
    """The first circle found, "a → b → a"; empty when there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return " → ".join(reversed(error.args[1]))
    return ""


def test_a_room_imports_only_the_rooms_it_may() -> None:
    pairs = [(module, other) for module, others in IMPORTS.items() for other in others]
    wrong = [(a, b) for a, b in pairs if room(b) != room(a) and room(b) not in MAY_IMPORT[room(a)]]
    assert [f"{module} imports {other}" for module, other in wrong] == []


def test_neither_rooms_nor_modules_import_in_a_circle() -> None:
    rooms: dict[str, set[str]] = {name: set() for name in MAY_IMPORT}
    for module, others in IMPORTS.items():
        for other in others:
            if room(other) != room(module):
                rooms[room(module)].add(room(other))
    assert circle(rooms) == ""
    assert circle(IMPORTS) == ""


def test_every_room_has_its_row_above_those_it_imports() -> None:
    text = (ROOT / "docs" / "local.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `local/(\w+)/` ", text, re.MULTILINE)
    assert sorted(listed) == [path.parent.name for path in sorted((ROOT / "local").glob("*/__init__.py"))]
    for above, name in enumerate(listed):
        assert MAY_IMPORT[name] <= set(listed[above:]), f"{name} imports a room whose row is above its own"


def test_installing_needs_nothing_installed() -> None:
    assert {name.partition(".")[0] for name in imported(PATHS["local.install"])} <= sys.stdlib_module_names
