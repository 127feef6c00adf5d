"""The base of every value of the domain: immutable, checked when made; fields of newer versions are let be."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """An immutable value, whose errors never repeat what came in; ``model_copy(update=…)`` makes the next one."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)
