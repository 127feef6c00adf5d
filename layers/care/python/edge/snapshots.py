"""What is made before the snapshot that a function is restored from (Lambda developer guide, "Runtime hooks")."""

from typing import Any

from pydantic import TypeAdapter

from care.clients import centre
from care.value import build


def make_ready(*readers: TypeAdapter[Any]) -> None:
    """The store with its client, and what checks values and those of ``readers``: the first event would wait for it."""
    centre()
    build()
    for reader in readers:
        reader.rebuild()
