"""The ports of one stack, and whether they can be had."""

import errno
import random
import socket
from contextlib import suppress

from local.stack import Refusal

OFFSETS = {
    "console": 0,
    "pages": 1,
    "gateway": 2,
    "aws": 3,
    "stepfunctions": 4,
    "ministack": 5,
    "smtp": 9,
}

FREE_PORTS = range(10_000, 32_000)
TRIES = 1000


def choose_ports(base: int) -> dict[str, int]:
    """Ports from one base, or free ones anywhere for base 0. Raises Refusal when one is taken."""
    if base == 0:
        return _free_ports()
    ports = {name: base + offset for name, offset in OFFSETS.items()}
    for name, port in ports.items():
        if not 0 < port < 65536:
            raise Refusal(f"Port {port} does not exist; choose another with --port-base.")
        try:
            _bind(port).close()
        except OSError as error:
            reason = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be had ({error.strerror})"
            raise Refusal(f"Port {port} ({name}) {reason}; choose others with --port-base.") from None
    return ports


def _free_ports() -> dict[str, int]:
    """Any free ports, below those the system gives to outgoing connections: those may be gone when they are used."""
    found: list[int] = []
    for port in random.sample(FREE_PORTS, TRIES):
        with suppress(OSError):
            _bind(port).close()
            found.append(port)
        if len(found) == len(OFFSETS):
            return dict(zip(OFFSETS, found, strict=True))
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
