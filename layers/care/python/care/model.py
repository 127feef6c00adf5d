"""The base of every value of the domain: immutable, checked when made, nothing unknown let in."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable value; ``model_copy(update=…)`` makes the next one."""

    model_config = ConfigDict(frozen=True, extra="forbid")
