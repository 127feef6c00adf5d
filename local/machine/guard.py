"""Keeps other people's web pages, open in the same browser, from reaching into the stack.

A browser says what it asks for a page: in `Host` by what name the server was called (RFC 9110), in `Origin` or
`Referer` which page asks (Fetch standard), in `Sec-Fetch-*` how (Fetch Metadata). No page can choose them. Programs say
`Host` alone. Needs nothing that is installed: ministack's Python loads it too.
"""

import json
from collections.abc import Callable, Container
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

NAMES = ("127.0.0.1", "localhost")
SUFFIX = ".localhost"
"""Any name under it is this machine, whoever is asked (RFC 6761)."""


def nowhere(_: str) -> bool:
    return False


def anywhere(_: str) -> bool:
    return True


@dataclass(frozen=True)
class Guard:
    """What stands before one server. By itself it lets programs in and no page."""

    pages: bool = False
    """Whether the server has pages, which may ask it."""
    others: Container[int] = ()
    """Ports of the other servers whose pages may ask it."""
    linked: Callable[[str], object] = nowhere
    """Tells whether a link, on whatever page, may lead a person to a target (path and query)."""

    def refusal(self, method: str, target: str, header: Callable[[str], str | None]) -> bytes | None:
        """The body, JSON, of the 403 that answers a request; None for one that may ask.

        `header` gives a field's value by its name, None when it is not there.
        """
        host = header("Host") or NAMES[0]
        if not _here(host):
            return _said(f"{host} is no name of this machine")
        asking = header("Origin")
        if asking is None:
            site = header("Sec-Fetch-Site")
            if site is None or site == "none":
                return None
            if site == "same-origin":
                return None if self.pages else _said("no page may ask here")
            # A frame is a document to nobody but the page around it.
            visit = header("Sec-Fetch-Mode") == "navigate" and header("Sec-Fetch-Dest") == "document"
            if visit and method == "GET" and self.linked(target):
                return None
            asking = header("Referer") or "elsewhere"
        port = _port_here(asking)
        if port is not None and (port in self.others or (self.pages and port == _port_here(f"http://{host}"))):
            return None
        return _said(f"pages of {asking} may not ask here")


def _said(why: str) -> bytes:
    return json.dumps({"error": why}).encode()


@lru_cache(maxsize=256)
def _here(host: str) -> bool:
    name = host.partition(":")[0].lower()
    return name in NAMES or name.endswith(SUFFIX)


@lru_cache(maxsize=256)
def _port_here(page: str) -> int | None:
    """The port of this machine that a page came from; None when it came from elsewhere."""
    try:
        parts = urlsplit(page)
        return (parts.port or 80) if parts.scheme == "http" and _here(parts.hostname or "") else None
    except ValueError:
        return None
