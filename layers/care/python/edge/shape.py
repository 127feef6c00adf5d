"""The base of every event shape: what is not named is let through unread, and no error repeats what came in."""

from pydantic import BaseModel, ConfigDict


class Shape(BaseModel):
    """The parts of an event that a function reads."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)
