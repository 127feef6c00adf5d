"""What a talk or a call wishes of a line that its customer is to prove, and what came of it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from care.line.line import Line
    from care.line.proof import Checked


@dataclass(frozen=True)
class SendCode:
    """Send a code to a number, if it is one of the operator's."""

    number: str


@dataclass(frozen=True)
class TryCode:
    """Try the code."""

    code: str = field(repr=False)


@dataclass(frozen=True)
class CodeSent:
    """The code is on its way, if there is anybody to get it: nothing here tells."""


@dataclass(frozen=True)
class TooManyCodes:
    """No more codes today, to this number."""


@dataclass(frozen=True)
class CodeTried:
    """What the code came to. ``left``: tries that are left."""

    checked: "Checked"
    left: int = 0


@dataclass(frozen=True)
class LineRead:
    """The line; ``None`` if the operator has none of that number, or, in a call, another owner by now."""

    line: "Line | None"


@dataclass(frozen=True)
class NoSystem:
    """The operator's system is slow, down or absent."""
