"""Shows a customer a case of theirs and takes what they add. HTTP API, payload 2.0, open to everybody.

Who has the token of a link sees its case; reference and second factor give one. The token comes in the body alone, so
no log of requests has it, and every route is a POST, so nothing is done by opening a link.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field, StringConstraints, ValidationError
from snapshot_restore_py import register_before_snapshot

from care import status
from care.clients import centre
from care.observability import event, logger
from care.status import NoCase, StatusView, TooManyNotes, TooManyTries
from care.telling import messages
from care.value import Value
from care.words import Language
from edge.http_api import answer, raw_body
from edge.snapshots import make_ready

Request = dict[str, Any]
Asked = TypeVar("Asked", bound=Value)

_LARGEST = 32 * 1024
"""In bytes: the longest words, each character escaped, with all around them."""
_Token = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)]
_Click = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
_Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=status.LONGEST)]


class Unreadable(Exception):
    """What was asked cannot be read."""


class Opened(Value):
    """Whose case is asked for."""

    token: _Token


class Found(Value):
    """A reference, and the number or mail address on its case."""

    reference: Annotated[str, StringConstraints(max_length=40)]
    contact: Annotated[str, StringConstraints(max_length=254)]


class Noted(Opened):
    """What is added; ``id`` makes a click sent twice the same one."""

    id: _Click
    text: Annotated[_Words, StringConstraints(min_length=1)]


class Answered(Opened):
    """Whether it is solved: a score, or ``null`` for not yet, and words."""

    id: _Click
    score: int | None = Field(ge=1, le=5)
    text: _Words = ""


# Somebody waits.
register_before_snapshot(make_ready)


@logger.inject_lambda_context(clear_state=True)
def handler(raw: Request, context: LambdaContext) -> dict[str, Any]:
    """Do what the route says."""
    act = _ROUTES.get(raw["routeKey"])
    if act is None:
        return _error(404, "not_found")
    try:
        return answer(200, act(raw))
    except NoCase:
        return _error(404, "not_found")
    except TooManyTries:
        event("status page locked")
        return _error(429, "too_many_tries")
    except TooManyNotes:
        return _error(429, "too_many_notes")
    except Unreadable:
        return _error(400, "invalid")


def show(raw: Request) -> dict[str, Any]:
    """The case of a link."""
    asked = _read(raw, Opened)
    return _page(status.show(centre(), status.case_of(centre(), asked.token), datetime.now(UTC)))


def find(raw: Request) -> dict[str, Any]:
    """The case of a reference and its second factor, with the token for what follows."""
    asked, now = _read(raw, Found), datetime.now(UTC)
    source = raw["requestContext"]["http"]["sourceIp"]
    found = status.find(centre(), asked.reference, asked.contact, source, now)
    return _page(status.show(centre(), found, now)) | {"token": status.token(centre(), found, now)}


def note(raw: Request) -> dict[str, Any]:
    """Add something to the case."""
    said, now = _read(raw, Noted), datetime.now(UTC)
    view = status.note(centre(), status.case_of(centre(), said.token), said.id, said.text, now)
    event("status note", case_id=view.reference)
    return _page(view)


def say_whether_solved(raw: Request) -> dict[str, Any]:
    """Answer whether it is solved; "not yet" reopens."""
    said, now = _read(raw, Answered), datetime.now(UTC)
    view = status.answer(centre(), status.case_of(centre(), said.token), said.id, said.score, said.text, now)
    event("status answer", case_id=view.reference)
    return _page(view)


_ROUTES: dict[str, Callable[[Request], dict[str, Any]]] = {
    "POST /status/show": show,
    "POST /status/find": find,
    "POST /status/note": note,
    "POST /status/answer": say_whether_solved,
}


def _read(raw: Request, what: type[Asked]) -> Asked:
    body = raw_body(raw)
    if len(body) > _LARGEST:
        raise Unreadable
    try:
        return what.model_validate_json(body)
    except ValidationError as error:
        raise Unreadable from error


def _page(view: StatusView) -> dict[str, Any]:
    return {
        "reference": view.reference,
        "language": view.language,
        "status": view.status,
        "state": view.state.model_dump(),
        "next": view.next.model_dump(),
        "due": view.due.model_dump() if view.due else None,
        "said": [{"at": one.at.model_dump(), "text": one.text} for one in view.said],
        "may": sorted(view.may),
    }


def _error(code: int, why: str) -> dict[str, Any]:
    """In both languages: who is refused has told none."""
    number = centre().operator.short_number
    said = {language: messages.text(f"error.{why}", language, short_number=number) for language in Language}
    return answer(code, {"error": {"code": why, "message": said}})
