"""Shows an agent a case and carries out what the agent decides. HTTP API, payload 2.0, behind a JWT authoriser."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import StringConstraints, ValidationError
from snapshot_restore_py import register_before_snapshot

from care import desk as desks
from care.cases.agent import TooLong
from care.cases.case import Listed
from care.cases.lifecycle import IllegalMove
from care.clients import centre, mail_objects
from care.observability import event, logger, tracer
from care.services.table.cases import CaseFile
from care.services.table.items import NotFound
from care.telling import messages
from care.value import Value
from care.words import CaseList, Language, Team

app = APIGatewayHttpResolver(strip_prefixes=["/live"])


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


# Somebody waits: SnapStart keeps the client made in its snapshot (Lambda developer guide, "Runtime hooks").
register_before_snapshot(centre)


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Route the request."""
    return app.resolve(raw, context)


@app.get("/cases")
def list_cases() -> dict[str, Any]:
    """A page of the cases of a team, or of all; ``next`` is what the following page is asked for ``after``."""
    try:
        asked = Listing.model_validate(app.current_event.query_string_parameters)
    except ValidationError as error:
        raise Unreadable from error
    page = desks.cases(centre(), asked.list, asked.teams, asked.after)
    return {"cases": [_summary(case) for case in page.cases], "next": page.next or None}


@app.get("/cases/<reference>")
def show_case(reference: str) -> dict[str, Any]:
    """One case with all that happened; ``?unmasked=<click>`` shows personal numbers too, and notes who looked."""
    click = app.current_event.query_string_parameters.get("unmasked")
    if click is None:
        return _masked(centre().store.cases.file(reference))
    try:
        look = Look(unmasked=click)
    except ValidationError as error:
        raise Unreadable from error
    file, is_new = desks.unmasked(centre(), reference, _agent(), look.unmasked, datetime.now(UTC))
    if is_new:
        event("case shown unmasked", case_id=reference, contact_id=file.case.contact_id, agent_id=_agent_id())
    return _shown(file) | {"masked": False, "unmasked": True}


@app.get("/cases/<reference>/attachments/<number>")
def show_attachment(reference: str, number: str) -> dict[str, str]:
    """A link that downloads a file."""
    if not number.isdecimal():
        raise Unreadable
    return {"url": mail_objects().link(desks.attachment(centre(), reference, int(number)))}


@app.post("/cases/<reference>/take")
def take(reference: str) -> dict[str, Any]:
    """Make the case the agent's own."""
    return _done("taken", desks.take(centre(), reference, _agent(), datetime.now(UTC)))


@app.post("/cases/<reference>/reply")
def reply(reference: str) -> dict[str, Any]:
    """Write to the customer."""
    sent = _written()
    return _done("replied", desks.reply(centre(), reference, _agent(), sent.id, sent.text, datetime.now(UTC)))


@app.post("/cases/<reference>/resolve")
def resolve(reference: str) -> dict[str, Any]:
    """Resolve the case; its customer is asked next."""
    sent = _written()
    return _done("resolved", desks.resolve(centre(), reference, _agent(), sent.id, sent.text, datetime.now(UTC)))


@app.exception_handler(NotFound)  # type: ignore[untyped-decorator]
def not_found(_: NotFound) -> Response[Any]:
    return _error(404, "not_found", "There is no such case. / Kasus tidak ditemukan.")


@app.exception_handler(IllegalMove)  # type: ignore[untyped-decorator]
def illegal_move(move: IllegalMove) -> Response[Any]:
    return _error(409, "illegal_move", f"The case is already {move.current}. / Kasus sudah berstatus {move.current}.")


@app.exception_handler(TooLong)  # type: ignore[untyped-decorator]
def too_long(text: TooLong) -> Response[Any]:
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


@app.exception_handler(Unreadable)  # type: ignore[untyped-decorator]
def unreadable(_: Unreadable) -> Response[Any]:
    return _error(400, "invalid", "The request could not be read. / Permintaan tidak terbaca.")


def _error(status: int, code: str, message: str, **more: int) -> Response[Any]:
    return Response(status, "application/json", {"error": {"code": code, "message": message, **more}})


def _written() -> Written:
    try:
        return Written.model_validate_json(app.current_event.decoded_body or "")
    except (ValidationError, UnicodeDecodeError) as error:
        raise Unreadable from error


def _claims() -> dict[str, Any]:
    authorizer = app.current_event.request_context.authorizer
    return (authorizer.jwt_claim if authorizer else None) or {}


def _agent_id() -> str:
    """The signed-in agent's id, which says nothing of the person."""
    return str(_claims().get("sub", ""))


def _agent() -> str:
    """The signed-in agent's name, from the authoriser's claims."""
    claims = _claims()
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
