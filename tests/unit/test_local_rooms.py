"""The rooms of the runner: each imports only what stands below it, and nothing runs in a circle."""

import re
import sys
from pathlib import Path

from tests.unit.imports import arrows, circle, modules, tops

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


PATHS = modules(ROOT / "local", ROOT)
ARROWS = arrows(PATHS)


def room(module: str) -> str:
    return module.split(".")[1]


def test_a_room_imports_only_the_rooms_it_may() -> None:
    wrong = [(a, b) for a, b in ARROWS if room(b) != room(a) and room(b) not in MAY_IMPORT[room(a)]]
    assert [f"{module} imports {other}" for module, other in wrong] == []


def test_neither_rooms_nor_modules_import_in_a_circle() -> None:
    assert circle({(room(a), room(b)) for a, b in ARROWS if room(a) != room(b)}) == ""
    assert circle(ARROWS) == ""


def test_every_room_has_its_row_above_those_it_imports() -> None:
    text = (ROOT / "docs" / "local.md").read_text(encoding="utf-8")
    listed = re.findall(r"^\| `local/(\w+)/` ", text, re.MULTILINE)
    assert sorted(listed) == [path.parent.name for path in sorted((ROOT / "local").glob("*/__init__.py"))]
    for above, name in enumerate(listed):
        assert MAY_IMPORT[name] <= set(listed[above:]), f"{name} imports a room whose row is above its own"


def test_installing_needs_nothing_installed() -> None:
    assert tops(PATHS["local.install"]) <= sys.stdlib_module_names
