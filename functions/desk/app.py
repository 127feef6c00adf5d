"""Shows an agent a case and carries out what the agent decides. HTTP API, payload 2.0, behind a JWT authoriser."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import StringConstraints, ValidationError
from snapshot_restore_py import register_before_snapshot

from care import desk as desks
from care.cases.agent import TooLong
from care.cases.case import Listed
from care.cases.lifecycle import IllegalMove
from care.clients import centre, mail_objects
from care.observability import event, logger
from care.services.table.cases import CaseFile
from care.services.table.items import NotFound
from care.telling import messages
from care.value import Value
from care.words import CaseList, Language, Team
from edge.http_api import answer, parameter, query, raw_body
from edge.snapshots import make_ready

Request = dict[str, Any]


class Unreadable(Exception):
    """What was asked cannot be read."""


_LONGEST = 10_000
_Click = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]


class Listing(Value):
    """Which cases an agent wants to see."""

    team: Team | Literal["all"] = "all"
    list: CaseList = CaseList.OPEN
    after: Annotated[str, StringConstraints(pattern=r"^([01]#[0-9TZ.:-]{27}#[0-9]{10})?$")] = ""

    @property
    def teams(self) -> tuple[Team, ...]:
        """The team, or all."""
        return tuple(Team) if self.team == "all" else (self.team,)


class Look(Value):
    """An agent's wish to see the case unmasked, named by its click."""

    unmasked: _Click


class Written(Value):
    """What an agent writes to a customer; ``id`` names the click."""

    id: _Click
    text: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=_LONGEST)]


# Somebody waits.
register_before_snapshot(make_ready)


@logger.inject_lambda_context(clear_state=True)
def handler(raw: Request, context: LambdaContext) -> dict[str, Any]:
    """Do what the route says."""
    act = _ROUTES.get(raw["routeKey"])
    if act is None:
        return _error(404, "no_such_route", "There is no such thing to do. / Permintaan ini tidak ada.")
    try:
        return answer(200, act(raw))
    except NotFound:
        return _error(404, "not_found", "There is no such case. / Kasus tidak ditemukan.")
    except IllegalMove as move:
        said = f"The case is already {move.current}. / Kasus sudah berstatus {move.current}."
        return _error(409, "illegal_move", said)
    except TooLong as text:
        return _too_long(text)
    except Unreadable:
        return _error(400, "invalid", "The request could not be read. / Permintaan tidak terbaca.")


def list_cases(raw: Request) -> dict[str, Any]:
    """A page of the cases of a team, or of all; ``next`` is what the following page is asked for ``after``."""
    try:
        asked = Listing.model_validate(query(raw))
    except ValidationError as error:
        raise Unreadable from error
    page = desks.cases(centre(), asked.list, asked.teams, asked.after)
    return {"cases": [_summary(case) for case in page.cases], "next": page.next or None}


def show_case(raw: Request) -> dict[str, Any]:
    """One case with all that happened; ``?unmasked=<click>`` shows personal numbers too, and notes who looked."""
    reference, click = parameter(raw, "reference"), query(raw).get("unmasked")
    if click is None:
        return _masked(centre().store.cases.file(reference))
    try:
        look = Look(unmasked=click)
    except ValidationError as error:
        raise Unreadable from error
    file, is_new = desks.unmasked(centre(), reference, _agent(raw), look.unmasked, datetime.now(UTC))
    if is_new:
        event("case shown unmasked", case_id=reference, contact_id=file.case.contact_id, agent_id=_agent_id(raw))
    return _shown(file) | {"masked": False, "unmasked": True}


def show_attachment(raw: Request) -> dict[str, Any]:
    """A link that downloads a file."""
    number = parameter(raw, "number")
    if not number.isdecimal():
        raise Unreadable
    return {"url": mail_objects().link(desks.attachment(centre(), parameter(raw, "reference"), int(number)))}


def take(raw: Request) -> dict[str, Any]:
    """Make the case the agent's own."""
    return _done("taken", desks.take(centre(), parameter(raw, "reference"), _agent(raw), datetime.now(UTC)))


def reply(raw: Request) -> dict[str, Any]:
    """Write to the customer."""
    reference, sent = parameter(raw, "reference"), _written(raw)
    return _done("replied", desks.reply(centre(), reference, _agent(raw), sent.id, sent.text, datetime.now(UTC)))


def resolve(raw: Request) -> dict[str, Any]:
    """Resolve the case; its customer is asked next."""
    reference, sent = parameter(raw, "reference"), _written(raw)
    return _done("resolved", desks.resolve(centre(), reference, _agent(raw), sent.id, sent.text, datetime.now(UTC)))


_ROUTES: dict[str, Callable[[Request], dict[str, Any]]] = {
    "GET /cases": list_cases,
    "GET /cases/{reference}": show_case,
    "GET /cases/{reference}/attachments/{number}": show_attachment,
    "POST /cases/{reference}/take": take,
    "POST /cases/{reference}/reply": reply,
    "POST /cases/{reference}/resolve": resolve,
}


def _error(status: int, code: str, message: str, **more: int) -> dict[str, Any]:
    return answer(status, {"error": {"code": code, "message": message, **more}})


def _too_long(text: TooLong) -> dict[str, Any]:
    said = {
        language: [messages.number(amount, language) for amount in (text.length, text.longest)] for language in Language
    }
    return _error(
        422,
        "too_long",
        "It has {} characters; {} reach the customer. / ".format(*said[Language.ENGLISH])
        + "Panjangnya {} karakter; yang sampai kepada pelanggan {}.".format(*said[Language.INDONESIAN]),
        length=text.length,
        longest=text.longest,
    )


def _written(raw: Request) -> Written:
    try:
        return Written.model_validate_json(raw_body(raw))
    except ValidationError as error:
        raise Unreadable from error


def _claims(raw: Request) -> dict[str, Any]:
    claims: dict[str, Any] = raw["requestContext"]["authorizer"]["jwt"]["claims"]
    return claims


def _agent_id(raw: Request) -> str:
    """The signed-in agent's id, which says nothing of the person."""
    return str(_claims(raw).get("sub", ""))


def _agent(raw: Request) -> str:
    """The signed-in agent's name, from the authoriser's claims."""
    claims = _claims(raw)
    return str(
        claims.get("name") or claims.get("username") or claims.get("cognito:username") or claims.get("sub") or "agent"
    )


def _done(what: str, file: CaseFile) -> dict[str, Any]:
    event(f"case {what}", case_id=file.case.reference, contact_id=file.case.contact_id)
    return _masked(file)


def _summary(case: Listed) -> dict[str, Any]:
    return case.model_dump(mode="json") | {"summary": desks.summary_without_numbers(case)}


def _masked(file: CaseFile) -> dict[str, Any]:
    seen = desks.without_numbers(file)
    return _shown(seen) | {"masked": seen != file, "unmasked": False}


def _shown(file: CaseFile) -> dict[str, Any]:
    case = file.case
    room = desks.room(centre(), case, datetime.now(UTC))
    return {
        "case": {
            **_summary(case),
            "customer": case.address.model_dump(mode="json") if case.address else None,
            "escalation_level": case.escalation_level,
            "closed_as": case.closed_as,
            "order": case.order.model_dump(mode="json") if case.order else None,
            "satisfaction": case.answer.model_dump(mode="json") if case.answer else None,
        },
        "timeline": [
            entry.model_dump(mode="json", exclude={"attachments": {"__all__": {"key"}}}) for entry in file.timeline
        ],
        "messages": [
            {
                **one.model_dump(mode="json", include={"key", "text", "attempts", "sent_at"}),
                "channel": one.address.channel.name,
                "status": one.state,
            }
            for one in file.messages
        ],
        "longest": {"reply": _longest(room.reply), "resolve": _longest(room.resolution)},
        "attachments": [one.model_dump(mode="json", exclude={"key"}) for one in desks.attachments(file)],
    }


def _longest(room: int | None) -> int:
    return _LONGEST if room is None else min(room, _LONGEST)
