"""The ports of one stack, and whether they can be had."""

import errno
import socket

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
    # All are held until all are chosen, so that no two are the same.
    held = {name: _bind(0) for name in OFFSETS}
    ports = {name: int(each.getsockname()[1]) for name, each in held.items()}
    for each in held.values():
        each.close()
    return ports


def _bind(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        raise
    return listener
