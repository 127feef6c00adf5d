"""The ports of one stack, and whether they can be had."""

import errno
import random
import socket
from collections.abc import Sequence
from contextlib import suppress

from local.machine.refusal import Refusal

OFFSETS = {
    "pages": 1,
    "gateway": 2,
    "aws": 3,
    "stepfunctions": 4,
    "ministack": 5,
    "smtp": 9,
}
# The first process of local.toml is at the base itself, the others come after all the runner's own.
FIRST_PROCESS = 0
NEXT_PROCESSES = 10

FREE_PORTS = range(10_000, 32_000)
TRIES = 1000


def choose_ports(base: int, processes: Sequence[str] = ()) -> dict[str, int]:
    """Ports from one base, or free ones anywhere for base 0, by name; each of `processes` has one of its own.

    Raises Refusal when one is taken, or when a process has the name of a port of the runner's.
    """
    offsets = OFFSETS | {
        name: NEXT_PROCESSES + place - 1 if place else FIRST_PROCESS for place, name in enumerate(processes)
    }
    taken = next((name for name in processes if name in OFFSETS), None)
    if taken:
        raise Refusal(f"A process of local.toml cannot be named {taken}: that is a port of the runner's own.")
    if base == 0:
        return _free_ports(list(offsets))
    ports = {name: base + offset for name, offset in offsets.items()}
    for name, port in ports.items():
        if not 0 < port < 65536:
            raise Refusal(f"Port {port} does not exist; choose another with --port-base.")
        try:
            _bind(port).close()
        except OSError as error:
            reason = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be had ({error.strerror})"
            raise Refusal(f"Port {port} ({name}) {reason}; choose others with --port-base.") from None
    return ports


def _free_ports(names: Sequence[str]) -> dict[str, int]:
    """Any free ports, below those the system gives to outgoing connections: those may be gone when they are used."""
    found: list[int] = []
    for port in random.sample(FREE_PORTS, TRIES):
        with suppress(OSError):
            _bind(port).close()
            found.append(port)
        if len(found) == len(names):
            return dict(zip(names, found, strict=True))
    raise Refusal("There are not enough free ports.")


def _bind(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        raise
    return listener
