"""Requests over HTTP and JSON to a system of the operator's: each ends by its answer, or by the time it may take."""

import contextlib
import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from queue import Empty, SimpleQueue
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError
from pydantic_core import from_json

MOST_BYTES = 64 * 1024
_ONCE_BYTES = 16 * 1024
_SECONDS_TO_CONNECT = 2.0


class NoAnswer(Exception):
    """Nobody knows whether it was done. Its text is the kind of failure alone, for the errors of sockets and HTTP may
    repeat what was sent or answered."""


class NotReached(NoAnswer):
    """There was no connection, so nothing was asked."""


class Breaker:
    """Keeps customers from waiting for a system that is down.

    It opens after so many failed tries in a row. Open, it lets one call through every ``seconds``: success closes
    it, failure leaves it open.
    """

    def __init__(self, failures: int = 5, seconds: float = 10.0, now: Callable[[], float] = time.monotonic) -> None:
        """``now`` gives seconds that never go back."""
        self._limit = failures
        self._seconds = seconds
        self._now = now
        self._failed = 0
        self._next_call = 0.0
        self._lock = threading.Lock()

    @property
    def open(self) -> bool:
        """Whether the system counts as down."""
        with self._lock:
            return self._failed >= self._limit

    def lets_through(self) -> bool:
        """Whether to call. While open, asking takes the one call there is."""
        with self._lock:
            if self._failed < self._limit:
                return True
            if self._now() < self._next_call:
                return False
            self._next_call = self._now() + self._seconds
            return True

    def succeeded(self) -> None:
        """The system answered, be it with a refusal."""
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        """The system did not answer, or not in words that can be read."""
        with self._lock:
            self._failed += 1
            self._next_call = self._now() + self._seconds


@dataclass(frozen=True)
class Request:
    """What is asked; ``path`` comes after the server's own, ``key`` is the ``Idempotency-Key`` of a change."""

    method: str
    path: str
    values: Mapping[str, object] | None = None
    key: str = ""


@dataclass(frozen=True)
class Answer:
    """Whatever it answered."""

    status: int
    body: bytes

    def text(self, field: str) -> str | None:
        """The text that its JSON object has in a field; ``None`` when there is none."""
        try:
            told = from_json(self.body)
        except ValueError:
            return None
        said = told.get(field) if isinstance(told, dict) else None
        return said if isinstance(said, str) else None


class Server:
    """A server at one URL, which knows us by a bearer key."""

    def __init__(self, url: str, key: Callable[[], str]) -> None:
        """Connects to nothing and asks for no key yet. Raises ``ValueError`` for a URL that is neither https nor on
        this machine."""
        parts = urlsplit(url)
        here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
        if not parts.hostname or not (here or parts.scheme == "https"):
            raise ValueError("a system of the operator's is spoken to by https, or on this machine")
        self._secure = parts.scheme == "https"
        self._host, self._port, self._base = parts.hostname, parts.port, parts.path.rstrip("/")
        self._key = key

    def ask(self, request: Request, seconds: float) -> Answer:
        """One request, in a thread of its own: looking a name up, or an answer in drops, knows no time-out. Nor would
        the store of the bearer key, which is asked there too.

        Raises ``NotReached``, ``NoAnswer``, and ``ValueError`` for an idempotency key that no header can carry.
        """
        headers = {"Accept": "application/json", "Connection": "close"}
        if request.values is not None:
            _in_a_header(request.key)
            headers |= {"Content-Type": "application/json", "Idempotency-Key": request.key}
        connection = self._connection(min(seconds, _SECONDS_TO_CONNECT))
        told: SimpleQueue[Answer | NoAnswer] = SimpleQueue()
        work = threading.Thread(
            target=lambda: told.put(self._exchange(connection, request, headers, seconds)),
            name="http-client",
            daemon=True,
        )
        work.start()
        try:
            answer = told.get(timeout=seconds)
        except Empty:
            _cut(connection)
            raise NoAnswer("no answer in time") from None
        if isinstance(answer, NoAnswer):
            raise answer
        return answer

    def _exchange(
        self, connection: http.client.HTTPConnection, request: Request, headers: dict[str, str], seconds: float
    ) -> Answer | NoAnswer:
        try:
            key = self._key()
            _in_a_header(key)
        except (BotoCoreError, ClientError, ValueError) as error:
            return NotReached(f"no key: {type(error).__name__}")
        return _exchange(connection, self._base, request, headers | {"Authorization": f"Bearer {key}"}, seconds)

    def _connection(self, seconds: float) -> http.client.HTTPConnection:
        if self._secure:
            return http.client.HTTPSConnection(self._host, self._port, timeout=seconds, context=_context())
        return http.client.HTTPConnection(self._host, self._port, timeout=seconds)


@cache
def _context() -> ssl.SSLContext:
    """Made at first use: reading the certificates takes some milliseconds."""
    return ssl.create_default_context()


def _exchange(
    connection: http.client.HTTPConnection, base: str, request: Request, headers: Mapping[str, str], seconds: float
) -> Answer | NoAnswer:
    with contextlib.closing(connection):
        try:
            connection.connect()
        except (OSError, ValueError) as error:
            return NotReached(f"no connection: {type(error).__name__}")
        try:
            connection.sock.settimeout(seconds)
            body = None if request.values is None else json.dumps(request.values).encode()
            connection.request(request.method, f"{base}{request.path}", body, dict(headers))
            response = connection.getresponse()
            answered = bytearray()
            while part := response.read1(_ONCE_BYTES):
                answered += part
                if len(answered) > MOST_BYTES:
                    return NoAnswer("the answer is too long")
            return Answer(response.status, bytes(answered))
        except (OSError, http.client.HTTPException, ValueError) as error:
            return NoAnswer(f"no answer: {type(error).__name__}")


def _in_a_header(key: str) -> None:
    """Raises ``ValueError`` for what is not printable ASCII, without repeating it."""
    if not (key.isascii() and key.isprintable()):
        raise ValueError("a key is printable ASCII")


def _cut(connection: http.client.HTTPConnection) -> None:
    """Wake the thread that still waits for an answer, so that it ends."""
    if connection.sock:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
