"""The operator's system over HTTP and JSON.

What it must answer, all under the URL of the setting, all with ``Authorization: Bearer <key>``:

- ``GET /lines/{number}`` → 200 and a `care.line.line.Line`, dates as ``YYYY-MM-DD``.
- ``POST /lines/{number}/charges`` ``{"amount": 5000}`` → 2xx. The charge is known by its key.
- ``POST /lines/{number}/refunds`` ``{"charge": "<key of the charge>"}`` → 2xx. Nothing stays charged under that
  key, also when the charge comes later than its refund: that is refused with ``charge_voided``.
- ``PUT /lines/{number}/package`` ``{"package": "<id>"}`` → 2xx.

``{number}`` is E.164, its plus as ``%2B``. Each change carries an ``Idempotency-Key`` (IETF draft
httpapi-idempotency-key-header): repeated under its key it is done once and answered as the first time, refusals too.

- 404 with ``{"reason": "unknown_number"}``: there is no such line. Any other 404 is a wrong address.
- 409 or 422 with ``{"reason": …}``, a `care.line.line.RefusalReason`: refused, nothing was done.
- Anything else (429, 5xx, no answer in time, an answer that cannot be read): unavailable, the outcome unknown.
"""

import contextlib
import http.client
import json
import random
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from queue import Empty, SimpleQueue
from typing import TypeVar
from urllib.parse import quote, urlsplit

from pydantic import ValidationError
from pydantic_core import from_json

from care.line.line import Line, RefusalReason, Refused, Unavailable

T = TypeVar("T")
MOST_BYTES = 64 * 1024
_ONCE_BYTES = 16 * 1024
# Less time than this is not worth another try.
_LEAST_SECONDS = 0.05


@dataclass(frozen=True)
class Patience:
    """How long one call may take with all its tries, how long one try, and how many there are; in seconds."""

    total: float
    one: float
    tries: int


# A caller on the phone hears an answer within two seconds, also when the system is silent.
READING = Patience(total=1.0, one=1.0, tries=3)
CHANGING = Patience(total=5.0, one=2.0, tries=3)


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
class _Request:
    method: str
    path: str
    body: bytes | None
    headers: Mapping[str, str]


@dataclass(frozen=True)
class _Answer:
    status: int
    body: bytes


def jittered(failures: int) -> float:
    """Seconds to wait after so many failed tries: up to 0.1, 0.2, 0.4 …, never less than half of it."""
    return 0.1 * 2.0 ** (failures - 1) * random.uniform(0.5, 1.0)


class HttpOperatorSystem:
    """`care.line.line.OperatorSystem` over HTTP. The texts of its errors name no number and nobody."""

    def __init__(
        self,
        url: str,
        key: str,
        *,
        reading: Patience = READING,
        changing: Patience = CHANGING,
        breaker: Breaker | None = None,
        backoff: Callable[[int], float] = jittered,
    ) -> None:
        """Connects to nothing yet. Raises ``ValueError`` for a key that no header can carry, and for a URL that is
        neither https nor on this machine."""
        parts = urlsplit(url)
        here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")
        if not parts.hostname or not (here or parts.scheme == "https"):
            raise ValueError("the operator's system is spoken to by https, or on this machine")
        _in_a_header(key)
        self._secure = parts.scheme == "https"
        self._host, self._port, self._base = parts.hostname, parts.port, parts.path.rstrip("/")
        self._headers = {"Authorization": f"Bearer {key}", "Accept": "application/json", "Connection": "close"}
        self._reading = reading
        self._changing = changing
        self._breaker = breaker or Breaker()
        self._backoff = backoff

    def line(self, number: str) -> Line | None:
        """The line of an E.164 number, within a second; None if the operator has no such number."""
        return self._call(self._reading, self._request("GET", number), lambda answer: _line(answer, number))

    def charge(self, number: str, amount: int, key: str) -> None:
        """Take ``amount`` IDR, once for each key; refused after a refund under that key."""
        self._change(self._request("POST", number, "/charges", {"amount": amount}, key))

    def activate(self, number: str, package: str, key: str) -> None:
        """Give the line a package, once for each key."""
        self._change(self._request("PUT", number, "/package", {"package": package}, key))

    def refund(self, number: str, key: str) -> None:
        """Undo the charge made under ``key``, and keep it from being made later."""
        self._change(self._request("POST", number, "/refunds", {"charge": key}, f"refund-{key}"))

    def _request(
        self, method: str, number: str, under: str = "", values: Mapping[str, object] | None = None, key: str = ""
    ) -> _Request:
        path = f"{self._base}/lines/{quote(number, safe='')}{under}"
        if values is None:
            return _Request(method, path, None, self._headers)
        _in_a_header(key)
        headers = {**self._headers, "Content-Type": "application/json", "Idempotency-Key": key}
        return _Request(method, path, json.dumps(values).encode(), headers)

    def _change(self, request: _Request) -> None:
        self._call(self._changing, request, _done)

    def _call(self, patience: Patience, request: _Request, read: Callable[[_Answer], T]) -> T:
        """Try until ``read`` takes an answer, or patience ends."""
        if not self._breaker.lets_through():
            raise Unavailable("it is down, and was not asked")
        deadline = time.monotonic() + patience.total
        failures = 0
        while True:
            try:
                answer = self._try(request, min(patience.one, deadline - time.monotonic()))
                result = read(answer)
            except Refused:
                self._breaker.succeeded()
                raise
            except Unavailable:
                failures += 1
                self._breaker.failed()
                wait = self._backoff(failures)
                late = time.monotonic() + wait + _LEAST_SECONDS > deadline
                if failures == patience.tries or late or self._breaker.open:
                    raise
                time.sleep(wait)
            else:
                self._breaker.succeeded()
                return result

    def _try(self, request: _Request, seconds: float) -> _Answer:
        """One request in a thread of its own: looking a name up, or an answer in drops, knows no time-out."""
        context = _context() if self._secure else None
        connection = (
            http.client.HTTPSConnection(self._host, self._port, timeout=seconds, context=context)
            if context
            else http.client.HTTPConnection(self._host, self._port, timeout=seconds)
        )
        told: SimpleQueue[_Answer | Unavailable] = SimpleQueue()
        work = threading.Thread(
            target=lambda: told.put(_exchange(connection, request)), name="operator-system", daemon=True
        )
        work.start()
        try:
            answer = told.get(timeout=seconds)
        except Empty:
            _cut(connection)
            raise Unavailable("no answer in time") from None
        if isinstance(answer, Unavailable):
            raise answer
        return answer


@cache
def _context() -> ssl.SSLContext:
    """Made at first use: reading the certificates takes some milliseconds."""
    return ssl.create_default_context()


def _exchange(connection: http.client.HTTPConnection, request: _Request) -> _Answer | Unavailable:
    try:
        connection.request(request.method, request.path, request.body, dict(request.headers))
        response = connection.getresponse()
        body = bytearray()
        while part := response.read1(_ONCE_BYTES):
            body += part
            if len(body) > MOST_BYTES:
                return Unavailable("the answer is too long")
        return _Answer(response.status, bytes(body))
    except (OSError, http.client.HTTPException, ValueError) as error:
        # Only the kind: the text of such an error may repeat what was sent or answered.
        return Unavailable(f"no answer: {type(error).__name__}")
    finally:
        connection.close()


def _in_a_header(key: str) -> None:
    """Raises ``ValueError`` for what is not printable ASCII, without repeating it."""
    if not (key.isascii() and key.isprintable()):
        raise ValueError("a key is printable ASCII")


def _cut(connection: http.client.HTTPConnection) -> None:
    """Wake the thread that still waits for an answer, so that it ends."""
    if connection.sock:
        with contextlib.suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _line(answer: _Answer, number: str) -> Line | None:
    if answer.status != 200:
        if _refusal(answer) is RefusalReason.UNKNOWN_NUMBER:
            return None
        raise Unavailable(f"it answered {answer.status}")
    try:
        line = Line.model_validate_json(answer.body)
    except ValidationError:
        raise Unavailable("the line it answered cannot be read") from None
    if line.number != number:
        raise Unavailable("it answered another line than was asked for")
    return line


def _done(answer: _Answer) -> None:
    if 200 <= answer.status < 300:
        return
    reason = _refusal(answer)
    if reason is None:
        raise Unavailable(f"it answered {answer.status}")
    raise Refused(reason)


def _refusal(answer: _Answer) -> RefusalReason | None:
    """Why it refused; None when the answer is no refusal."""
    if answer.status not in (404, 409, 422):
        return None
    try:
        told = from_json(answer.body)
    except ValueError:
        return None
    reason = told.get("reason") if isinstance(told, dict) else None
    if not isinstance(reason, str):
        return None
    if answer.status == 404:
        return RefusalReason.UNKNOWN_NUMBER if reason == RefusalReason.UNKNOWN_NUMBER else None
    return RefusalReason(reason) if reason in set(RefusalReason) else RefusalReason.OTHER
