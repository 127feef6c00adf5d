"""The rooms of `care` tell which way imports run: a room knows the floors below its own, and no room in a circle.

A floor is a line of FLOORS; rooms of one floor do not know each other, save those of the ground and the wiring.
"""

import ast
import builtins
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.unit.imports import arrows, below, circle, imported, modules, tops

ROOT = Path(__file__).parents[2]
LAYER = ROOT / "layers/care/python"
CARE = LAYER / "care"

GROUND = {"content", "value", "words", "areas", "calendar", "reference", "phone", "channels", "customer", "policy"}
WIRING = {"config", "clients", "observability"}
FLOORS = (
    GROUND,
    {"reading", "telling", "line"},
    {"contacts", "cases"},
    {"calling", "conversation", "services"},
    {"centre"},
    {"afterwards", "doors", "followup", "orders", "sending", "desk", "status"},
    WIRING,
)
ROOMS = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
AWS = ("boto3", "botocore", "mypy_boto3")
SPEAKS_TO_AWS = {"services", "clients"}
# A door is one channel's, as the page of a case is and a call afterwards; what sends is a table of them; a package
# order is told by SMS to its line.
NAMES_A_CHANNEL = {"afterwards", "channels", "doors", "clients", "orders", "status"}


MODULES = modules(CARE, LAYER)
ARROWS = arrows(MODULES)


def room_of(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def between_rooms() -> set[tuple[str, str]]:
    pairs = {(room_of(one), room_of(other)) for one, other in ARROWS}
    return {(one, other) for one, other in pairs if one and other and one != other}


def floors(pairs: set[tuple[str, str]]) -> int:
    """How many rooms the longest way down passes."""
    known, height = below(pairs), dict[str, int]()
    for room in TopologicalSorter(known).static_order():
        height[room] = 1 + max((height[other] for other in known.get(room, ())), default=0)
    return max(height.values())


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
        for one, other in ARROWS
        if room_of(one) and room_of(other) and room_of(one) != room_of(other)
        if not runs_down(room_of(one), room_of(other))
    )
    assert wrong == []


def test_no_rooms_and_no_modules_import_each_other_in_a_circle() -> None:
    assert circle(between_rooms()) == ""
    assert circle(ARROWS) == ""


@pytest.mark.parametrize("module", MODULES)
def test_only_the_services_and_their_clients_speak_to_aws(module: str) -> None:
    if room_of(module) not in SPEAKS_TO_AWS:
        assert [one for one in imported(MODULES[module]) if one.startswith(AWS)] == []


@pytest.mark.parametrize("module", MODULES)
def test_the_domain_knows_no_function_no_event_and_nothing_local(module: str) -> None:
    assert not tops(MODULES[module]) & {"functions", "edge", "local", "console", "operations"}


def test_the_graph_is_what_the_document_says() -> None:
    pairs = between_rooms()
    counted = f"| now | {len(ROOMS)} | {floors(pairs)} | {len(pairs)} | 0 |"
    assert counted in (ROOT / "docs/architecture.md").read_text(encoding="utf-8")


def test_nobody_asks_which_channel_it_is() -> None:
    """What differs by channel is a trait of it; who does not speak for one channel cannot name one."""
    for module, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("care.channels"):
                named = {one.name for one in node.names} - {"Channel", "Form"}
                assert not named or room_of(module) in NAMES_A_CHANNEL, f"{module} names {named}"


def is_chosen_from_a_list(pattern: ast.pattern) -> bool:
    """A member of an enumeration, or one of our own classes: what mypy can see to be all there are."""
    if isinstance(pattern, ast.MatchOr):
        return any(map(is_chosen_from_a_list, pattern.patterns))
    if isinstance(pattern, ast.MatchValue):
        return isinstance(pattern.value, ast.Attribute)
    return isinstance(pattern, ast.MatchClass) and ast.unparse(pattern.cls) not in dir(builtins)


@pytest.mark.parametrize(
    "path", [*MODULES.values(), *(ROOT / "functions").rglob("*.py")], ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_a_choice_from_a_list_ends_in_assert_never(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Match) and any(is_chosen_from_a_list(case.pattern) for case in node.cases):
            last = node.cases[-1]
            assert ast.unparse(last.pattern) == "_", f"line {node.lineno}"
            assert ast.unparse(last.body[0]).startswith("assert_never("), f"line {node.lineno}"


def test_what_runs_up_or_in_a_circle_is_seen() -> None:
    assert not runs_down("reading", "cases")
    assert not runs_down("conversation", "services")
    assert not runs_down("doors", "sending")
    assert runs_down("doors", "conversation")
    assert set(circle([("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")]).split(" → ")) == {"a", "b", "c"}
