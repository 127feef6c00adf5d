"""The base of every value of the domain, and of what is read of an event: immutable, and checked when made."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict

BUILT_AT_USE = ConfigDict(defer_build=True)
"""What checks a value, or a ``TypeAdapter``'s, is built when it is first needed: a start is for one event, and pays for
what that event needs."""


class Value(BaseModel):
    """An immutable value, whose errors never repeat what came in. What it does not name is let be: fields of newer
    versions, and the parts of an event that nobody here reads.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True, **BUILT_AT_USE)

    def evolve(self, **changes: Any) -> Self:
        """The next one, checked as the first was. ``tests/checked_changes.py`` shows mypy its names and types.

        Raises ``TypeError`` for a name it does not have, ``pydantic.ValidationError`` for a value it cannot have.
        """
        unknown = changes.keys() - type(self).model_fields.keys()
        if unknown:
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        return self.model_validate({**dict(self), **changes})


def build() -> None:
    """Build now what checks each value imported so far."""
    kinds: list[type[Value]] = [Value]
    for kind in kinds:
        kind.model_rebuild()
        kinds += kind.__subclasses__()
