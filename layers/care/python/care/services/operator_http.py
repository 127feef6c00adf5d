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

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

from pydantic import ValidationError

from care.line.line import Line, RefusalReason, Refused, Unavailable
from care.services.http_client import Answer, Breaker, NoAnswer, Request, Server

T = TypeVar("T")
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


def jittered(failures: int) -> float:
    """Seconds to wait after so many failed tries: up to 0.1, 0.2, 0.4 …, never less than half of it."""
    return 0.1 * 2.0 ** (failures - 1) * random.uniform(0.5, 1.0)


class HttpOperatorSystem:
    """`care.line.line.OperatorSystem` over HTTP. The texts of its errors name no number and nobody."""

    def __init__(
        self,
        url: str,
        key: Callable[[], str],
        *,
        reading: Patience = READING,
        changing: Patience = CHANGING,
        breaker: Breaker | None = None,
        backoff: Callable[[int], float] = jittered,
    ) -> None:
        """Connects to nothing and asks for no key yet. Raises ``ValueError`` for a URL that is neither https nor on
        this machine."""
        self._server = Server(url, key)
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
    ) -> Request:
        return Request(method, f"/lines/{quote(number, safe='')}{under}", values, key)

    def _change(self, request: Request) -> None:
        self._call(self._changing, request, _done)

    def _call(self, patience: Patience, request: Request, read: Callable[[Answer], T]) -> T:
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

    def _try(self, request: Request, seconds: float) -> Answer:
        try:
            return self._server.ask(request, seconds)
        except NoAnswer as unknown:
            raise Unavailable(str(unknown)) from None


def _line(answer: Answer, number: str) -> Line | None:
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


def _done(answer: Answer) -> None:
    if 200 <= answer.status < 300:
        return
    reason = _refusal(answer)
    if reason is None:
        raise Unavailable(f"it answered {answer.status}")
    raise Refused(reason)


def _refusal(answer: Answer) -> RefusalReason | None:
    """Why it refused; None when the answer is no refusal."""
    if answer.status not in (404, 409, 422):
        return None
    reason = answer.text("reason")
    if reason is None:
        return None
    if answer.status == 404:
        return RefusalReason.UNKNOWN_NUMBER if reason == RefusalReason.UNKNOWN_NUMBER else None
    return RefusalReason(reason) if reason in set(RefusalReason) else RefusalReason.OTHER
