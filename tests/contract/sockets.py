"""Who listens where on this machine, as Linux tells it."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

LISTEN = "0A"
THIS_MACHINE = "0100007F"
"""127.0.0.1, as /proc/net/tcp writes it."""
INHERITED = {"PATH", "HOME", "LANG", "TMPDIR", "AWS_EC2_METADATA_DISABLED", "PYTHONUNBUFFERED"}
"""What a process of the stack may have in common with who started it; it is told the last two anyway."""
GONE = (FileNotFoundError, ProcessLookupError)


@dataclass(frozen=True)
class Listener:
    """A socket that listens."""

    pid: int
    address: str
    port: int


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def family(pid: int) -> list[int]:
    """The process and all that came from it."""
    found = [pid]
    for each in found:
        with suppress(*GONE):
            found += children_of(each)
    return found


def listeners(pid: int) -> list[Listener]:
    """Where a process and all that came from it listen."""
    return [listener for each in family(pid) for listener in _of(each)]


def environment_of(pid: int) -> dict[str, str]:
    """What it was started with."""
    pairs = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace").split("\0")
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def _of(pid: int) -> Iterator[Listener]:
    with suppress(*GONE):
        own = set(_sockets(pid))
        for table in ("tcp", "tcp6"):
            for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
                _, local, _, state, *rest = line.split()
                if state == LISTEN and rest[5] in own:
                    address, _, port = local.partition(":")
                    yield Listener(pid, address, int(port, 16))


def _sockets(pid: int) -> Iterator[str]:
    """The inodes of its sockets."""
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(*GONE):
            name = os.readlink(descriptor)
            if name.startswith("socket:["):
                yield name.removeprefix("socket:[").removesuffix("]")
