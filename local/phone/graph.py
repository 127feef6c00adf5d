"""The blocks of a flow and the ways between them, read from any JSON whatever: what is not as it should be is empty."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from local.phone.rules import Rule, rule_of
from local.phone.values import named


@dataclass(frozen=True)
class Branch:
    """A way out of a block that something opens: an error, or what it came out with."""

    name: str
    """The type of error; of a condition, its operator and operand."""
    to: str
    of_error: bool


@dataclass(frozen=True)
class Block:
    """One action. `body` is what stands in the file; everything else is read from it."""

    number: int
    body: Mapping[str, Any]

    @cached_property
    def identifier(self) -> str:
        return _text(self.body.get("Identifier"))

    @cached_property
    def label(self) -> str:
        """What to call it when something is wrong with it."""
        return named(self.identifier) if self.identifier else f"Block {self.number}"

    @cached_property
    def type(self) -> str:
        return _text(self.body.get("Type"))

    @cached_property
    def parameters(self) -> Mapping[str, Any]:
        return _object(self.body.get("Parameters"))

    @cached_property
    def transitions(self) -> Mapping[str, Any]:
        return _object(self.body.get("Transitions"))

    @cached_property
    def rule(self) -> Rule | None:
        return rule_of(self.type, self.parameters)

    @cached_property
    def next(self) -> str:
        return _text(self.transitions.get("NextAction"))

    @cached_property
    def branches(self) -> tuple[Branch, ...]:
        return (*self._conditions(), *self._errors())

    @cached_property
    def targets(self) -> list[str]:
        """Where it may lead, every way once for each that opens it."""
        return [*([self.next] if self.next else []), *(branch.to for branch in self.branches)]

    def on(self, name: str) -> str:
        """Where an error leads; empty when it has no branch."""
        return next((branch.to for branch in self.branches if branch.of_error and branch.name == name), "")

    def _conditions(self) -> Iterator[Branch]:
        for entry in _objects(self.transitions.get("Conditions")):
            if to := _text(entry.get("NextAction")):
                condition = _object(entry.get("Condition"))
                operands = condition.get("Operands")
                asked = [_text(condition.get("Operator")), *map(_text, operands if isinstance(operands, list) else [])]
                yield Branch(" ".join(asked), to, of_error=False)

    def _errors(self) -> Iterator[Branch]:
        for entry in _objects(self.transitions.get("Errors")):
            if to := _text(entry.get("NextAction")):
                yield Branch(_text(entry.get("ErrorType")), to, of_error=True)


def blocks(flow: Any) -> list[Block]:
    """What stands in Actions, as far as it is objects."""
    actions = flow.get("Actions") if isinstance(flow, Mapping) else None
    if not isinstance(actions, list):
        return []
    return [Block(number, body) for number, body in enumerate(actions, start=1) if isinstance(body, Mapping)]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from map(_object, value if isinstance(value, list) else [])


def start_of(flow: Any) -> str:
    return _text(_object(flow).get("StartAction"))


def by_identifier(found: Iterable[Block]) -> dict[str, Block]:
    """The last of a name that stands twice, as in any JSON object."""
    return {block.identifier: block for block in found if block.identifier}


def reached(
    start: str, named_blocks: Mapping[str, Block], *, stops: Callable[[Block], bool] | None = None
) -> dict[str, Block]:
    """The blocks to which a way leads, the first too. Where the way `stops` it is not followed on."""
    found: dict[str, Block] = {}
    ahead = [start]
    while ahead:
        name = ahead.pop()
        block = named_blocks.get(name)
        if block is None or name in found:
            continue
        found[name] = block
        if stops is None or not stops(block):
            ahead += block.targets
    return found


def circles(ways: Mapping[str, Collection[str]]) -> list[list[str]]:
    """The sets of names that can each be reached from each other (strongly connected; Kosaraju), in linear time.

    A single name is a circle only when a way leads from it to itself.
    """
    order: list[str] = []
    seen: set[str] = set()
    for first in ways:
        ahead = [(first, False)]
        while ahead:
            name, done = ahead.pop()
            if done:
                order.append(name)
            elif name not in seen:
                seen.add(name)
                ahead.append((name, True))
                ahead += [(to, False) for to in ways[name] if to in ways and to not in seen]
    back: dict[str, list[str]] = {name: [] for name in ways}
    for name, tos in ways.items():
        for to in tos:
            if to in back:
                back[to].append(name)
    taken: set[str] = set()
    found = []
    for first in reversed(order):
        ring, ahead_back = [], [first]
        while ahead_back:
            name = ahead_back.pop()
            if name not in taken:
                taken.add(name)
                ring.append(name)
                ahead_back += back[name]
        if len(ring) > 1 or (ring and ring[0] in ways[ring[0]]):
            found.append(ring)
    return found
