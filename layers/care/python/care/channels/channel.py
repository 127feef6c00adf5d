"""What there is to know of any channel. Each stands in a file of its own beside this one."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

_HINT = 4


class Form(StrEnum):
    """How a message is shaped: a letter with its greeting, a line of a chat with its buttons, a short text alone."""

    LETTER = "letter"
    CHAT = "chat"
    SHORT = "short"


def ending(value: str) -> str:
    """Of a number or an id, as much as tells one from another."""
    return f"…{value[-_HINT:]}"


@dataclass(frozen=True, eq=False)
class Channel:
    """A way a contact reaches the centre and a customer is reached. Making one makes it known by its name, once.

    Every trait without a default has to be said, so that no channel falls into another's branch.
    """

    name: str
    scheme: str
    """Of the identity it gives (RFC 3986), ``tel`` for a phone number: two channels of one scheme know one customer."""
    form: Form
    """How what is sent to its customers is shaped."""
    honorific: str
    """How Indonesian addresses its customers."""
    longest_text: int | None
    """How many characters of a customer's message are read; ``None``: as many as come."""
    longest_sent: int | None
    """How many characters a message to its customers may have, by ``length``; ``None``: as many as are written."""
    canonical: Callable[[str], str] = str
    """All spellings of one address made the same."""
    hint: Callable[[str], str] = ending
    """Enough of an address to know it again, not enough to use it."""

    def __post_init__(self) -> None:
        if self.name in _KNOWN:
            raise ValueError(f"there is a channel {self.name} already")
        _KNOWN[self.name] = self

    def __str__(self) -> str:
        return self.name

    __repr__ = __str__

    @property
    def by_number(self) -> bool:
        """Whether its customers are known by a phone number, which may be given to somebody else one day."""
        return self.scheme == "tel"

    @staticmethod
    def length(text: str) -> int:
        """Characters as browsers count them (UTF-16): most emoji are two, so that no service counts more."""
        return len(text.encode("utf-16-le", "surrogatepass")) // 2

    def takes(self, text: str) -> bool:
        """Whether a message to its customers may be so long."""
        return self.longest_sent is None or self.length(text) <= self.longest_sent

    @classmethod
    def named(cls, name: object) -> "Channel":
        """The channel of that name, or the channel itself. Raises ``ValueError`` when there is none."""
        if isinstance(name, Channel):
            return name
        if not isinstance(name, str) or name not in _KNOWN:
            raise ValueError("no such channel")
        return _KNOWN[name]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """In a stored value a channel is its name."""
        written = core_schema.plain_serializer_function_ser_schema(str, return_schema=core_schema.str_schema())
        return core_schema.no_info_plain_validator_function(cls.named, serialization=written)


_KNOWN: dict[str, Channel] = {}
