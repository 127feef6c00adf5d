"""SMS, by the operator's own gateway. Its contract: docs/channels.md, "The operator's SMS gateway"."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from care.customer import hashed
from care.services.http_client import Answer, Breaker, NoAnswer, NotReached, Request, Server
from care.services.senders.port import Barred, Refused, Sent, TryLater, tags
from care.telling.outbox import OutboxMessage

SECONDS = 4.0
# Two messages that wait in vain leave the rest of a batch within the time of the function.
_FAILURES = 2
# It knows us not, or not at this URL.
_BARRED = (401, 403, 404)


class Problem(StrEnum):
    """Why a gateway takes this message never."""

    INVALID_NUMBER = "invalid_number"
    INVALID_TEXT = "invalid_text"
    TEXT_TOO_LONG = "text_too_long"
    BLOCKED = "blocked"
    KEY_REUSED = "key_reused"
    OTHER = "other"


class GatewaySender:
    """A gateway that knows a message by its id: submitted again it is the same message, and goes out once."""

    def __init__(
        self,
        url: str,
        key: Callable[[], str],
        sender: str,
        *,
        seconds: float = SECONDS,
        breaker: Breaker | None = None,
    ) -> None:
        """Connects to nothing and asks for no key yet. Raises ``ValueError`` as `care.services.http_client.Server`."""
        self._server = Server(url, key)
        self._sender = sender
        self._seconds = seconds
        self._breaker = breaker or Breaker(_FAILURES)

    def send(self, message: OutboxMessage, now: datetime) -> Sent:
        """Gives our own id, which the gateway takes over. One request. Raises ``NoAnswer`` when its end is unknown."""
        if not self._breaker.lets_through():
            raise TryLater("it is down, and was not asked")
        id_ = message_id(message)
        values = {
            "id": id_,
            "to": message.address.value,
            "from": self._sender,
            "text": message.text,
            "tags": tags(message),
        }
        try:
            answer = self._server.ask(Request("POST", "/messages", values, id_), self._seconds)
        except NotReached as down:
            self._breaker.failed()
            raise TryLater(str(down)) from down
        except NoAnswer:
            self._breaker.failed()
            raise
        return self._told(answer, id_)

    def _told(self, answer: Answer, id_: str) -> Sent:
        problem = _problem(answer)
        if problem is None and not 200 <= answer.status < 300:
            self._breaker.failed()
            why = f"it answered {answer.status}"
            raise Barred(why) if answer.status in _BARRED else TryLater(why)
        self._breaker.succeeded()
        if problem:
            raise Refused(problem)
        return Sent(id_)


def message_id(message: OutboxMessage) -> str:
    """The id of a message at the gateway: the same for every try, and says nothing of whom it is for."""
    owner = message.owner
    return hashed("\n".join((owner.case, owner.contact, message.key, message.due_at.isoformat())))


def _problem(answer: Answer) -> Problem | None:
    """What it has against this message; ``None`` when the answer is no refusal of it."""
    if answer.status not in (400, 422):
        return None
    code = answer.text("code")
    if code is None:
        return None
    return Problem(code) if code in set(Problem) else Problem.OTHER
