"""The files a customer sends: as they come, and as they are kept."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

from care.value import Value


@dataclass(frozen=True)
class File:
    """A file that came: its decoded content and the name and type the sender gave it."""

    name: str
    type: str
    content: bytes

    @cached_property
    def digest(self) -> str:
        """The content's SHA-256, as hexadecimal digits."""
        return hashlib.sha256(self.content).hexdigest()


class Attachment(Value):
    """A file a customer sent: where it is kept and what the customer called it."""

    number: int
    name: str
    type: str
    size: int
    key: str
