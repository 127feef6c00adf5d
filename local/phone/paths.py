"""JSONPaths in the texts of a flow, and what they name in the data of a contact."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from local.machine.refusal import Refusal

PATH = re.compile(r"""\$(?:\.[A-Za-z0-9_-]+|\['[^']+'\]|\["[^"]+"\]|\[[0-9]{1,9}\])+""")
STEP = re.compile(r"""\.([A-Za-z0-9_-]+)|\['([^']+)'\]|\["([^"]+)"\]|\[([0-9]{1,9})\]""")

# Beyond all that Connect takes; keeps a flow that doubles a text in a loop from filling the memory.
LONGEST_TEXT = 200_000


class FlowError(Refusal):
    """A flow that cannot be played, and why, in one sentence."""


def references(text: str) -> list[tuple[str, ...]]:
    """The JSONPaths in a text, each as its steps: "$.Attributes.language" → ("Attributes", "language")."""
    return [_steps(match[0]) for match in PATH.finditer(text)]


def value_at(path: str, document: Mapping[str, Any]) -> Any:
    """What a whole JSONPath names; None where there is nothing."""
    found: Any = document
    for step in _steps(path):
        if isinstance(found, Mapping):
            found = found.get(step)
        elif isinstance(found, Sequence) and not isinstance(found, str) and step.isdecimal() and step.isascii():
            found = found[int(step)] if int(step) < len(found) else None
        else:
            return None
    return found


def filled(text: str, document: Mapping[str, Any], block: str) -> str:
    """The text with its JSONPaths replaced. What is not set, or is no single value, is empty text, as in Connect.

    Raises FlowError when it becomes longer than any text of a flow may be.
    """
    parts: list[str] = []
    length = end = 0
    for match in PATH.finditer(text):
        parts += text[end : match.start()], as_text(value_at(match[0], document))
        length += len(parts[-1]) + len(parts[-2])
        end = match.end()
        if length > LONGEST_TEXT:
            raise FlowError(f"Block {block} makes a text that is longer than Connect takes.")
    return "".join(parts) + text[end:]


def as_text(value: Any) -> str:
    """A single value as the text that a flow sees; anything else is empty text."""
    if isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, bool | int | float) else ""


def _steps(path: str) -> tuple[str, ...]:
    return tuple("".join(parts) for parts in STEP.findall(path))
