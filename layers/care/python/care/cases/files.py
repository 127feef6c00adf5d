"""The files a customer sends: as they come, and as they are kept."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from io import SEEK_END, BytesIO
from typing import NamedTuple

from care.value import Value
from care.words import Danger


class _Measured(NamedTuple):
    digest: str
    size: int


@dataclass(frozen=True)
class File:
    """A file that came: the name and type the sender gave it. Its content, decoded, is made of ``pieces`` each time it
    is asked for, so that a mail of many files holds one at a time.
    """

    name: str
    type: str
    pieces: Callable[[], Iterable[bytes]] = field(repr=False)

    @property
    def content(self) -> bytes:
        """All its bytes, made anew each time."""
        pieces = iter(self.pieces())
        content = BytesIO(next(pieces, b""))
        content.seek(0, SEEK_END)
        for piece in pieces:
            content.write(piece)
        return content.getvalue()

    @cached_property
    def _measured(self) -> _Measured:
        digest, size = hashlib.sha256(), 0
        for piece in self.pieces():
            digest.update(piece)
            size += len(piece)
        return _Measured(digest.hexdigest(), size)

    @property
    def digest(self) -> str:
        """The content's SHA-256, as hexadecimal digits."""
        return self._measured.digest

    @property
    def size(self) -> int:
        """In bytes."""
        return self._measured.size


class Attachment(Value):
    """A file a customer sent: where it is kept, what the customer called it, what it is.

    One with a ``danger`` is kept apart, and nobody is given it.
    """

    number: int
    name: str
    type: str
    size: int
    key: str
    danger: Danger | None = None
