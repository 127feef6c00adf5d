"""A contact flow in Amazon Connect's language (version 2019-10-30), read for playing."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.machine.refusal import Refusal

PLAYED = frozenset(
    {
        "Compare",
        "DisconnectParticipant",
        "EndFlowExecution",
        "GetParticipantInput",
        "InvokeLambdaFunction",
        "Loop",
        "MessageParticipant",
        "TransferContactToQueue",
        "UpdateContactAttributes",
        "UpdateContactRecordingBehavior",
        "UpdateContactTargetQueue",
        "UpdateContactTextToSpeechVoice",
        "UpdateFlowAttributes",
        "UpdateFlowLoggingBehavior",
    }
)

PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9]+)\}")
PATH = re.compile(r"\$(?:\.[A-Za-z0-9_-]+|\['[^']+'\])+")
STEP = re.compile(r"\.([A-Za-z0-9_-]+)|\['([^']+)'\]")


class FlowError(Refusal):
    """A flow that cannot be played, and why, in one sentence."""


@dataclass(frozen=True)
class Condition:
    operator: str
    operands: tuple[str, ...]
    next: str


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


@dataclass(frozen=True)
class Flow:
    start: str
    actions: Mapping[str, Action]
    prompt_bases: frozenset[str]
    """What stands before a prompt's name in the addresses of recordings, resolved."""

    def action(self, identifier: str, named_by: str) -> Action:
        try:
            return self.actions[identifier]
        except KeyError:
            raise FlowError(f"Block {named_by} leads to {identifier!r}, which the flow does not have.") from None

    def prompt(self, uri: str) -> str | None:
        """The name of a recording, "id/menu", from its resolved address; None when it is not one of ours."""
        for base in self.prompt_bases:
            if uri.startswith(base + "/") and uri.endswith(".wav"):
                return uri[len(base) + 1 : -len(".wav")]
        return None


def read_flow(path: Path, values: Mapping[str, str]) -> Flow:
    """Read a flow file, its `${Name}` placeholders replaced by the values of that name.

    Raises FlowError for a placeholder without a value and for a block that cannot be played here.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise FlowError(f"The contact flow {path} cannot be read: {problem.strerror}.") from problem
    except ValueError as problem:
        raise FlowError(f"The contact flow {path} is not JSON: {problem}.") from problem
    actions = {}
    bases = set()
    for body in document["Actions"]:
        identifier = body["Identifier"]
        if body["Type"] not in PLAYED:
            raise FlowError(f"Block {identifier} of {path.name} is a {body['Type']}, which is not played here.")
        uri = body["Parameters"].get("Media", {}).get("Uri", "")
        if before := re.match(r"(\$\{[A-Za-z0-9]+\})/", uri):
            bases.add(str(_replaced(before[1], values, identifier)))
        actions[identifier] = _action(body, _replaced(body["Parameters"], values, identifier))
    return Flow(document["StartAction"], actions, frozenset(bases))


def references(text: str) -> list[tuple[str, ...]]:
    """The JSONPaths in a text, each as its steps: "$.Attributes.language" → ("Attributes", "language")."""
    return [_steps(match[0]) for match in PATH.finditer(text)]


def filled(text: str, document: Mapping[str, Any], block: str) -> str:
    """The text with its JSONPaths replaced. What is not set yet is empty text, as in Connect.

    Raises FlowError for a path whose first step the document does not know.
    """

    def value(match: re.Match[str]) -> str:
        steps = _steps(match[0])
        if steps[0] not in document:
            raise FlowError(f"Block {block} reads {match[0]}, which the phone does not have.")
        found: Any = document
        for step in steps:
            found = found.get(step) if isinstance(found, Mapping) else None
        return found if isinstance(found, str) else ""

    return PATH.sub(value, text)


def _steps(path: str) -> tuple[str, ...]:
    return tuple(plain or quoted for plain, quoted in STEP.findall(path))


def _replaced(value: Any, values: Mapping[str, str], block: str) -> Any:
    if isinstance(value, dict):
        return {key: _replaced(item, values, block) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, values, block) for item in value]
    if not isinstance(value, str):
        return value

    def known(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise FlowError(f"Block {block} needs ${{{match[1]}}}, but the template has no output of that name.")
        return values[match[1]]

    return PLACEHOLDER.sub(known, value)


def _action(body: Mapping[str, Any], parameters: Mapping[str, Any]) -> Action:
    transitions = body["Transitions"]
    return Action(
        identifier=body["Identifier"],
        type=body["Type"],
        parameters=parameters,
        next=transitions.get("NextAction"),
        errors={error["ErrorType"]: error["NextAction"] for error in transitions.get("Errors", [])},
        conditions=tuple(
            Condition(
                condition["Condition"]["Operator"],
                tuple(condition["Condition"]["Operands"]),
                condition["NextAction"],
            )
            for condition in transitions.get("Conditions", [])
        ),
    )
