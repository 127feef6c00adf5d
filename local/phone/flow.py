"""A contact flow in Amazon Connect's language (version 2019-10-30), read for playing."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from local.phone.paths import PATH, FlowError, filled, references

__all__ = ["NEXT", "PATH", "Action", "Branch", "Condition", "Flow", "FlowError", "filled", "flow_of", "read_flow"]
__all__ += ["find_flow", "references"]

PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9_]+)\}")
BASE = re.compile(r"(\$\{[A-Za-z0-9_]+\})/")
NEW_NAME = re.compile(r"([^/]+/[^/]+)/said")
# "QueueFlowArn" names the flow "queue".
KIND_OF_NAME = re.compile(r"(?:contact)?(?:flow|module)*(?:arn|id)?$")
MOST_LEVELS = 50

NEXT = "next"
"""The branch of a block that did what it is for."""


class Branch(NamedTuple):
    """A way out of a block: NEXT, an error type or a condition's operand; and the block it leads to."""

    name: str
    next: str


@dataclass(frozen=True)
class Condition:
    operator: str
    operands: tuple[str, ...]
    next: str

    @property
    def branch(self) -> Branch:
        return Branch(self.operands[0], self.next)


@dataclass(frozen=True)
class Action:
    """One block. A block that ends the flow has no `next`."""

    identifier: str
    type: str
    parameters: Mapping[str, Any]
    next: str | None
    errors: Mapping[str, str]
    """Error type → next block."""
    conditions: tuple[Condition, ...]

    def branch(self, name: str) -> Branch | None:
        """The branch of that name, if the block has it."""
        if name == NEXT:
            return Branch(NEXT, self.next) if self.next else None
        if name in self.errors:
            return Branch(name, self.errors[name])
        return next((Branch(name, one.next) for one in self.conditions if name in one.operands), None)

    def first(self, *names: str) -> Branch:
        """The first of these branches that the block has. Raises FlowError when it has none of them."""
        for name in names:
            if found := self.branch(name):
                return found
        missing = "NextAction" if names[0] == NEXT else f"branch for {names[0]}"
        raise FlowError(f"Block {self.identifier} has no {missing}.")

    def on(self) -> Branch:
        return self.first(NEXT)

    def failed(self, *errors: str) -> Branch:
        return self.first(*errors, "NoMatchingError")

    def result(self, value: str) -> Branch:
        """Where a block's own result leads. NoMatchingCondition comes before NextAction."""
        return self.first(value, "NoMatchingCondition", NEXT)

    def part(self, name: str) -> Mapping[str, Any]:
        """A parameter that is an object; empty when it is not there."""
        found = self.parameters.get(name, {})
        if not isinstance(found, Mapping):
            raise FlowError(f"Block {self.identifier}: {name} is no object.")
        return found


@dataclass(frozen=True)
class Flow:
    start: str
    actions: Mapping[str, Action]
    prompt_bases: frozenset[str]
    """What stands before a prompt's name in the addresses of recordings, resolved."""
    name: str = ""

    def action(self, identifier: str, named_by: str) -> Action:
        try:
            return self.actions[identifier]
        except KeyError:
            raise FlowError(f"Block {named_by} leads to {identifier!r}, which the flow does not have.") from None

    def prompt(self, uri: str) -> str | None:
        """The name of a recording, "id/menu", from its resolved address …/id/menu/said.wav or …/id/menu.wav; None
        when it is not one of ours.
        """
        for base in self.prompt_bases:
            if uri.startswith(base + "/") and uri.endswith(".wav"):
                name = uri[len(base) + 1 : -len(".wav")]
                new = NEW_NAME.fullmatch(name)
                return new[1] if new else name
        return None


def read_flow(path: Path, values: Mapping[str, str]) -> Flow:
    """Read a flow file, its `${Name}` placeholders replaced by the values of that name.

    Raises FlowError for a placeholder without a value, and for what is no flow.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as problem:
        raise FlowError(f"The contact flow {path} cannot be read: {problem.strerror}.") from problem
    except ValueError as problem:
        raise FlowError(f"The contact flow {path} is not JSON: {problem}.") from problem
    except RecursionError:
        raise FlowError(f"The contact flow {path} is nested too deep.") from None
    return flow_of(document, values, path.stem)


def flow_of(document: object, values: Mapping[str, str], name: str = "") -> Flow:
    """The flow of a JSON document. Raises FlowError as `read_flow` does."""
    whole = _Shape("The flow", document).object()
    actions: dict[str, Action] = {}
    bases: set[str] = set()
    for place, body in enumerate(_Shape("Actions", whole.get("Actions")).list()):
        identifier = _Shape(f"The Identifier of action {place}", _Shape("An action", body).object().get("Identifier"))
        action = _action(identifier.text(), body, values)
        if action.identifier in actions:
            raise FlowError(f"Two blocks are named {action.identifier}.")
        actions[action.identifier] = action
        for uri in _uris(body.get("Parameters")):
            if before := BASE.match(uri):
                bases.add(str(_replaced(before[1], values, action.identifier)))
    start = _Shape("StartAction", whole.get("StartAction")).text()
    if start not in actions:
        raise FlowError(f"The flow starts at {start!r}, which it does not have.")
    return Flow(start, actions, frozenset(bases), name)


def find_flow(flows: Mapping[str, Flow], asked: str) -> Flow | None:
    """The flow of an id, an ARN, or the name of its file or placeholder: "queue", "QueueFlowArn"."""
    last = asked.rpartition("/")[2].partition(":")[0]
    if found := flows.get(asked) or flows.get(last):
        return found
    plain = _plain_name(last)
    return next((flow for name, flow in flows.items() if plain and _plain_name(name) == plain), None)


def _plain_name(name: str) -> str:
    letters = re.sub(r"[^a-z0-9]", "", name.rpartition("/")[2].lower())
    return KIND_OF_NAME.sub("", letters, count=1) if len(letters) < 100 else letters


@dataclass(frozen=True)
class _Shape:
    """A value of the file that must be of one kind. Raises FlowError when it is not."""

    what: str
    value: object

    def object(self) -> dict[str, Any]:
        if isinstance(self.value, dict):
            return self.value
        raise FlowError(f"{self.what} is no object.")

    def list(self) -> list[Any]:
        if isinstance(self.value, list):
            return self.value
        raise FlowError(f"{self.what} is no list.")

    def text(self) -> str:
        if isinstance(self.value, str):
            return self.value
        raise FlowError(f"{self.what} is no text.")


def _action(identifier: str, body: Mapping[str, Any], values: Mapping[str, str]) -> Action:
    def of(what: str, value: object) -> _Shape:
        return _Shape(f"Block {identifier}: {what}", value)

    def optional(found: Mapping[str, Any], name: str, empty: object) -> _Shape:
        return of(name, empty if found.get(name) is None else found[name])

    transitions = optional(body, "Transitions", {}).object()
    errors: dict[str, str] = {}
    for one in optional(transitions, "Errors", []).list():
        error = of("an entry of Errors", one).object()
        errors.setdefault(of("ErrorType", error.get("ErrorType")).text(), _leads(of, error))
    conditions = []
    for one in optional(transitions, "Conditions", []).list():
        entry = of("an entry of Conditions", one).object()
        condition = of("Condition", entry.get("Condition")).object()
        operands = of("Operands", condition.get("Operands")).list()
        if not operands:
            raise FlowError(f"Block {identifier}: Operands is empty.")
        conditions.append(
            Condition(
                of("Operator", condition.get("Operator")).text(),
                tuple(of("an operand", _replaced(operand, values, identifier)).text() for operand in operands),
                _leads(of, entry),
            )
        )
    return Action(
        identifier=identifier,
        type=of("Type", body.get("Type")).text(),
        parameters=_replaced(optional(body, "Parameters", {}).object(), values, identifier),
        next=optional(transitions, "NextAction", "").text() or None,
        errors=errors,
        conditions=tuple(conditions),
    )


def _leads(of: Callable[[str, object], _Shape], branch: Mapping[str, Any]) -> str:
    return of("NextAction", branch.get("NextAction")).text()


def _uris(value: object) -> Iterator[str]:
    """The addresses of recordings among the parameters, at any depth."""
    ahead = [value]
    while ahead:
        one = ahead.pop()
        if isinstance(one, dict):
            if isinstance(one.get("Uri"), str):
                yield one["Uri"]
            ahead += one.values()
        elif isinstance(one, list):
            ahead += one


def _replaced(value: Any, values: Mapping[str, str], block: str, levels: int = MOST_LEVELS) -> Any:
    if not levels:
        raise FlowError(f"Block {block} is nested too deep.")
    if isinstance(value, dict):
        return {key: _replaced(item, values, block, levels - 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, values, block, levels - 1) for item in value]
    if not isinstance(value, str):
        return value

    def known(match: re.Match[str]) -> str:
        try:
            return values[match[1]]
        except KeyError:
            raise FlowError(
                f"Block {block} needs ${{{match[1]}}}, but the template has no output of that name."
            ) from None

    return PLACEHOLDER.sub(known, value)
