"""The rooms of `care` tell which way imports run: a room knows the floors below its own, and no room in a circle.

A floor is a line of FLOORS; rooms of one floor do not know each other, save those of the ground and the wiring.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAYER = ROOT / "layers/care/python"
CARE = LAYER / "care"

GROUND = {"content", "value", "words", "reference", "phone", "channels", "customer", "policy"}
WIRING = {"config", "clients", "observability"}
FLOORS = (
    GROUND,
    {"reading", "telling", "line"},
    {"contacts", "cases"},
    {"conversation", "services"},
    {"centre"},
    {"doors", "followup", "orders", "sending", "desk"},
    WIRING,
)
ROOMS = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
AWS = ("boto3", "botocore", "mypy_boto3")
SPEAKS_TO_AWS = {"services", "clients"}


def module_of(path: Path) -> str:
    parts = path.relative_to(LAYER).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in sorted(CARE.rglob("*.py"))}


@cache
def imported(module: str) -> frozenset[str]:
    """The modules that a module imports anywhere in it; of ours, each as far as it is one."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{one.name}" for one in node.names}
            found |= {one if one in MODULES else node.module for one in inner}
    return frozenset(found)


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def between_modules() -> Iterator[tuple[str, str]]:
    for module in MODULES:
        for other in imported(module):
            if other in MODULES and other != module:
                yield module, other


def between_rooms() -> set[tuple[str, str]]:
    pairs = {(room_of(one), room_of(other)) for one, other in between_modules()}
    return {(one, other) for one, other in pairs if one and other and one != other}


def circle(arrows: set[tuple[str, str]]) -> list[str]:
    """One circle of arrows, if there is any."""
    after: dict[str, list[str]] = {}
    for one, other in sorted(arrows):
        after.setdefault(one, []).append(other)
    done: set[str] = set()

    def walk(node: str, way: list[str]) -> list[str]:
        if node in way:
            return [*way[way.index(node) :], node]
        if node in done:
            return []
        found = next(filter(None, (walk(other, [*way, node]) for other in after.get(node, []))), [])
        done.add(node)
        return found

    return next(filter(None, (walk(node, []) for node in sorted(after))), [])


def runs_down(one: str, other: str) -> bool:
    if ROOMS[one] != ROOMS[other]:
        return ROOMS[one] > ROOMS[other]
    return {one, other} <= GROUND or {one, other} <= WIRING


def test_every_room_has_its_floor() -> None:
    there = {path.stem for path in CARE.glob("*.py")} | {path.parent.name for path in CARE.glob("*/__init__.py")}
    assert there - {"__init__"} == set(ROOMS)


def test_imports_run_down() -> None:
    wrong = sorted(
        f"{one} imports {other}: {room_of(one)} may not know {room_of(other)}"
        for one, other in between_modules()
        if room_of(one) and room_of(other) and room_of(one) != room_of(other)
        if not runs_down(room_of(one), room_of(other))
    )
    assert wrong == []


def test_no_rooms_and_no_modules_import_each_other_in_a_circle() -> None:
    assert circle(between_rooms()) == []
    assert circle(set(between_modules())) == []


@pytest.mark.parametrize("module", MODULES)
def test_only_the_services_and_their_clients_speak_to_aws(module: str) -> None:
    if room_of(module) not in SPEAKS_TO_AWS:
        assert [one for one in imported(module) if one.startswith(AWS)] == []


@pytest.mark.parametrize("module", MODULES)
def test_the_domain_knows_no_function_no_event_and_nothing_local(module: str) -> None:
    outside = {one.partition(".")[0] for one in imported(module)}
    assert not outside & {"functions", "edge", "local", "console", "operations"}


def test_a_wrong_import_is_named_by_both_its_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not runs_down("reading", "cases")
    assert not runs_down("conversation", "services")
    assert not runs_down("doors", "sending")
    assert runs_down("doors", "conversation")
    assert circle({("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")}) == ["a", "b", "c", "a"]
