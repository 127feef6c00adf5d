"""Shows an agent a case and carries out what the agent decides. HTTP API, payload 2.0, behind a JWT authoriser."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self, TypeVar

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import AwareDatetime, Field, StringConstraints, ValidationError, model_validator
from snapshot_restore_py import register_before_snapshot

from care import desk as desks
from care import reference as references
from care.cases.agent import (
    Agent,
    AnotherAgent,
    BadTime,
    NoAddress,
    NoPromise,
    NotHeld,
    SameTeam,
    StillHeld,
    TooLong,
)
from care.cases.case import Listed, Promise
from care.cases.joining import OrderUnderWay, OtherCustomer, SameCase
from care.cases.lifecycle import IllegalMove
from care.cases.timeline import TimelineEntry, What
from care.clients import centre, mail_objects
from care.config import settings
from care.observability import event, logger
from care.services.table.cases import CaseFile
from care.services.table.items import NotFound
from care.services.table.keys import LIST_SORT
from care.telling import links, messages
from care.value import Value
from care.words import CARE, CUSTOMER, CaseList, Category, Danger, Kind, Language, Priority, Team
from edge.http_api import answer, parameter, query, raw_body, written
from edge.snapshots import make_ready

Request = dict[str, Any]
T = TypeVar("T", bound=Value)


class Unreadable(Exception):
    """What was asked cannot be read."""


class NoAgent(Exception):
    """The token says nothing of an agent."""


_LONGEST = 10_000
_WHOLE = 4_000
"""So many characters of an entry's text are in a page; the entry alone has all of them."""
_PAGE = 1_000_000
"""So many bytes of entries are in a page, as they are sent: an answer of Lambda's has 6 MB (its quotas), in which each
of these may be escaped once more."""
_SHOWN = {
    "area",
    "closed_as",
    "escalation_level",
    "from_regulator",
    "merged_into",
    "order",
    "others",
    "resolver",
    "responded_at",
    "response_due_at",
    "scores",
    "segment",
    "tier",
    "unasked",
    "zone",
}
"""What is shown of a case besides what its list says, by its own names."""
_Click = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=_LONGEST)]


class Listing(Value):
    """Which cases an agent wants to see."""

    team: Team | Literal["all"] = "all"
    list: CaseList = CaseList.OPEN
    after: Annotated[str, StringConstraints(pattern=rf"^({LIST_SORT})?$")] = ""

    @property
    def teams(self) -> tuple[Team, ...]:
        """The team, or all."""
        return tuple(Team) if self.team == "all" else (self.team,)


class Page(Value):
    """Which page of a case an agent wants to see: the newest, or the one before an entry.

    ``unmasked`` names the click that asks for personal numbers too; of one entry ``original`` asks for all words of its
    mail.
    """

    before: Annotated[int, Field(ge=1, le=999_999)] | None = None
    unmasked: _Click | None = None
    original: bool = False


class Click(Value):
    """What an agent does once, however often it is asked for; ``id`` names the click."""

    id: _Click


class Written(Click):
    """What an agent writes."""

    text: _Text


class Promised(Written):
    """What an agent promises: by a time, or within so many working days."""

    due_at: AwareDatetime | None = None
    working_days: Annotated[int, Field(ge=1, le=60)] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.due_at is None) == (self.working_days is None):
            raise ValueError("due_at or working_days")
        return self

    @property
    def by(self) -> datetime | int:
        """By when it is done, as it was said."""
        return self.due_at or self.working_days or 0


class Kept(Value):
    """Which promise is kept, by its id."""

    promise: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class Prioritised(Click):
    """How long a case can wait."""

    priority: Priority


class Transferred(Click):
    """To which team a case goes, and what that has to know."""

    team: Team
    text: Annotated[str, StringConstraints(strip_whitespace=True, max_length=_LONGEST)] = ""


class Merged(Click):
    """As which case one goes on; ``same_customer``: the agent knows that both are of one person."""

    into: str
    same_customer: bool = False


class Split(Written):
    """What another case is about."""

    kind: Kind
    category: Category
    priority: Priority


_REFUSALS: dict[type[Exception], tuple[int, str, str]] = {
    NoAgent: (403, "no_agent", "This token is no agent's. / Token ini bukan milik petugas."),
    StillHeld: (
        409,
        "still_held",
        "The case is held: release or discard it first. / Kasus ditahan: lepaskan atau buang dahulu.",
    ),
    NotHeld: (409, "not_held", "The case is not held. / Kasus tidak sedang ditahan."),
    NoAddress: (
        409,
        "no_address",
        "Nobody knows where the customer can be asked. / Tidak diketahui ke mana pelanggan dapat ditanya.",
    ),
    NoPromise: (404, "no_promise", "There is no such promise. / Janji itu tidak ada."),
    SameTeam: (409, "same_team", "The case is this team's already. / Kasus sudah di tim ini."),
    SameCase: (409, "same_case", "A case is not merged into itself. / Kasus tidak digabung dengan dirinya sendiri."),
    OtherCustomer: (
        409,
        "other_customer",
        "The cases are of different customers. Say that it is one person, if you know it. / "
        "Pelanggan kedua kasus berbeda. Nyatakan bahwa orangnya sama, bila Anda yakin.",
    ),
    OrderUnderWay: (
        409,
        "order_under_way",
        "A package order of one of them is not carried out yet. / Pesanan paket salah satunya belum selesai.",
    ),
    BadTime: (
        422,
        "bad_time",
        "A promise is for a time to come, 90 days ahead at most. / Janji untuk waktu mendatang, paling lama 90 hari.",
    ),
    Unreadable: (400, "invalid", "The request could not be read. / Permintaan tidak terbaca."),
}

# Somebody waits.
register_before_snapshot(make_ready)


@logger.inject_lambda_context(clear_state=True)
def handler(raw: Request, context: LambdaContext) -> dict[str, Any]:
    """Do what the route says."""
    act = _ROUTES.get(raw["routeKey"])
    if act is None:
        return _error(404, "no_such_route", "There is no such thing to do. / Permintaan ini tidak ada.")
    try:
        # Whoever asks for anything is an agent.
        _agent(raw)
        return answer(200, act(raw))
    except NotFound:
        return _error(404, "not_found", "There is no such case. / Kasus tidak ditemukan.")
    except IllegalMove as move:
        case = references.grouped(move.reference)
        said = f"The case {case} is already {move.current}. / Kasus {case} sudah berstatus {move.current}."
        return _error(409, "illegal_move", said)
    except TooLong as text:
        return _too_long(text)
    except AnotherAgent as others:
        return _another_agent(others)
    except desks.Quarantined as kept:
        return _quarantined(kept.danger)
    except tuple(_REFUSALS) as refusal:
        return _error(*_REFUSALS[type(refusal)])


def list_cases(raw: Request) -> dict[str, Any]:
    """A page of the cases of a team, or of all; ``next`` is what the following page is asked for ``after``."""
    try:
        asked = Listing.model_validate(query(raw))
    except ValidationError as error:
        raise Unreadable from error
    page = desks.cases(centre(), asked.list, asked.teams, asked.after)
    return {"cases": [_summary(case) for case in page.cases], "next": page.next or None}


def show_case(raw: Request) -> dict[str, Any]:
    """A page of one case; ``?unmasked=<click>`` shows personal numbers too, and notes who looked."""
    reference, asked = _reference(raw), _page(raw)
    if asked.unmasked is None:
        return _masked(centre().store.cases.file(reference, asked.before))
    return _unmasked(_looked(raw, reference, asked.unmasked, asked.before))


def show_entry(raw: Request) -> dict[str, Any]:
    """One entry of the timeline, its text whole, with ``?original=true`` all words of its mail; ``?unmasked=<click>``
    as for the case.
    """
    reference, number, asked = _reference(raw), _number(raw, "entry"), _page(raw)
    look = asked.unmasked
    entry = centre().store.cases.entry(reference, number)
    if asked.original and entry.raw:
        entry = entry.evolve(text=_words_of(entry.raw))
    if look is None:
        seen = desks.entry_without_numbers(entry)
        return {"entry": _entry(seen), "masked": seen != entry, "unmasked": False}
    _looked(raw, reference, look)
    return {"entry": _entry(entry), "masked": False, "unmasked": True}


def _words_of(key: str) -> str:
    """All words of a mail. Raises ``NotFound`` when it is not kept any more."""
    from care.doors.email.read import read  # an agent seldom asks

    return read(mail_objects().raw(key), settings().CARE_ADDRESS).full_text


def show_attachment(raw: Request) -> dict[str, Any]:
    """A link that downloads a file."""
    reference, entry, number = _reference(raw), _number(raw, "entry"), _number(raw, "number")
    return {"url": mail_objects().link(desks.attachment(centre(), reference, entry, number))}


def take(raw: Request) -> dict[str, Any]:
    """Make the case the agent's own."""
    return _done("taken", desks.take(centre(), _reference(raw), _agent(raw), datetime.now(UTC)))


def release(raw: Request) -> dict[str, Any]:
    """Let a case that was held be handled as any other."""
    return _done("released", desks.release(centre(), _reference(raw), _agent(raw), datetime.now(UTC)))


def discard(raw: Request) -> dict[str, Any]:
    """End a case that was held, and tell nobody."""
    return _done("discarded", desks.discard(centre(), _reference(raw), _agent(raw), datetime.now(UTC)))


def reply(raw: Request) -> dict[str, Any]:
    """Write to the customer."""
    reference, sent = _reference(raw), _said(raw, Written)
    return _done("replied", desks.reply(centre(), reference, _agent(raw), sent.id, sent.text, datetime.now(UTC)))


def resolve(raw: Request) -> dict[str, Any]:
    """Resolve the case; its customer is asked next."""
    reference, sent = _reference(raw), _said(raw, Written)
    return _done("resolved", desks.resolve(centre(), reference, _agent(raw), sent.id, sent.text, datetime.now(UTC)))


def need(raw: Request) -> dict[str, Any]:
    """Ask the customer for something; the case waits for it."""
    reference, sent = _reference(raw), _said(raw, Written)
    return _done("asked for", desks.need(centre(), reference, _agent(raw), sent.id, sent.text, datetime.now(UTC)))


def promise(raw: Request) -> dict[str, Any]:
    """Promise the customer something."""
    reference, sent = _reference(raw), _said(raw, Promised)
    file = desks.promise(centre(), reference, _agent(raw), sent.id, sent.text, sent.by, datetime.now(UTC))
    return _done("promised", file)


def keep(raw: Request) -> dict[str, Any]:
    """What was promised is done."""
    reference, kept = _reference(raw), _said(raw, Kept)
    return _done("kept", desks.keep(centre(), reference, _agent(raw), kept.promise, datetime.now(UTC)))


def refuse(raw: Request) -> dict[str, Any]:
    """Refuse what the customer wants; a manager has the case then."""
    reference, sent = _reference(raw), _said(raw, Written)
    return _done("refused", desks.refuse(centre(), reference, _agent(raw), sent.id, sent.text, datetime.now(UTC)))


def set_priority(raw: Request) -> dict[str, Any]:
    """Say how long the case can wait."""
    reference, said = _reference(raw), _said(raw, Prioritised)
    file = desks.set_priority(centre(), reference, _agent(raw), said.id, said.priority, datetime.now(UTC))
    return _done("prioritised", file)


def transfer(raw: Request) -> dict[str, Any]:
    """Give the case to another team."""
    reference, said = _reference(raw), _said(raw, Transferred)
    file = desks.transfer(centre(), reference, _agent(raw), said.id, said.team, said.text, datetime.now(UTC))
    return _done("transferred", file)


def note(raw: Request) -> dict[str, Any]:
    """Note what the customer is not told."""
    reference, sent = _reference(raw), _said(raw, Written)
    return _done("noted", desks.note(centre(), reference, _agent(raw), sent.id, sent.text, datetime.now(UTC)))


def merge(raw: Request) -> dict[str, Any]:
    """Let the case go on as another; gives what is left of it."""
    reference, said = _reference(raw), _said(raw, Merged)
    into = _valid(said.into)
    file = desks.merge(centre(), reference, _agent(raw), said.id, into, said.same_customer, datetime.now(UTC))
    return _done("merged", file)


def split(raw: Request) -> dict[str, Any]:
    """Open another case of the same customer; the newest entry names it."""
    reference, said = _reference(raw), _said(raw, Split)
    matter = desks.Matter(said.kind, said.category, said.priority, said.text)
    return _done("split", desks.split(centre(), reference, _agent(raw), said.id, matter, datetime.now(UTC)))


_ROUTES: dict[str, Callable[[Request], dict[str, Any]]] = {
    "GET /cases": list_cases,
    "GET /cases/{reference}": show_case,
    "GET /cases/{reference}/timeline/{entry}": show_entry,
    "GET /cases/{reference}/timeline/{entry}/attachments/{number}": show_attachment,
    "POST /cases/{reference}/take": take,
    "POST /cases/{reference}/reply": reply,
    "POST /cases/{reference}/resolve": resolve,
    "POST /cases/{reference}/release": release,
    "POST /cases/{reference}/discard": discard,
    "POST /cases/{reference}/need": need,
    "POST /cases/{reference}/promise": promise,
    "POST /cases/{reference}/keep": keep,
    "POST /cases/{reference}/refuse": refuse,
    "POST /cases/{reference}/priority": set_priority,
    "POST /cases/{reference}/transfer": transfer,
    "POST /cases/{reference}/note": note,
    "POST /cases/{reference}/merge": merge,
    "POST /cases/{reference}/split": split,
}


def _error(status: int, code: str, message: str, **more: int | str) -> dict[str, Any]:
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


def _another_agent(others: AnotherAgent) -> dict[str, Any]:
    english, indonesian = (
        messages.moment(others.until, language) for language in (Language.ENGLISH, Language.INDONESIAN)
    )
    return _error(
        409,
        "another_agent",
        f"You resolved this case before, and its customer is not satisfied: until {english} it is for another agent. / "
        f"Anda yang menyelesaikan kasus ini sebelumnya, dan pelanggan belum puas: sampai {indonesian} untuk yang lain.",
        until=others.until.isoformat(),
    )


def _quarantined(danger: Danger) -> dict[str, Any]:
    return _error(
        403,
        "quarantined",
        "This file may do harm and is given to nobody. Ask the customer for a picture or a PDF. / "
        "Berkas ini mungkin berbahaya dan tidak diberikan kepada siapa pun. Minta foto atau PDF kepada pelanggan.",
        danger=danger,
    )


def _said(raw: Request, kind: type[T]) -> T:
    try:
        return kind.model_validate_json(raw_body(raw))
    except ValidationError as error:
        raise Unreadable from error


def _page(raw: Request) -> Page:
    try:
        return Page.model_validate(query(raw))
    except ValidationError as error:
        raise Unreadable from error


def _reference(raw: Request) -> str:
    return _valid(parameter(raw, "reference"))


def _valid(reference: str) -> str:
    if not references.is_valid(reference):
        raise NotFound(reference)
    return reference


def _number(raw: Request, name: str) -> int:
    """A number of the path, of as many digits as entries are numbered with."""
    number = parameter(raw, name)
    if not (number.isascii() and number.isdecimal() and len(number) <= 6):
        raise Unreadable
    return int(number)


def _agent(raw: Request) -> Agent:
    """Who is signed in, by an access token (Cognito developer guide, "Understanding the access token").

    Its ``sub`` is nobody else's for ever, its ``username`` at a time. Raises ``NoAgent``.
    """
    claims: dict[str, str] = raw["requestContext"]["authorizer"]["jwt"]["claims"]
    id_, name = claims.get("sub"), claims.get("username")
    # An agent of the centre's own name would speak as the centre on every timeline.
    if claims.get("token_use") != "access" or not id_ or not name or name.casefold() in (CARE, CUSTOMER):
        raise NoAgent
    return Agent(id=id_, name=name)


def _looked(raw: Request, reference: str, look: str, before: int | None = None) -> CaseFile:
    agent = _agent(raw)
    file, is_new = desks.unmasked(centre(), reference, agent, look, datetime.now(UTC), before)
    if is_new:
        event("case shown unmasked", case_id=reference, contact_id=file.case.contact_id, agent_id=agent.id)
    return file


def _done(what: str, file: CaseFile) -> dict[str, Any]:
    event(f"case {what}", case_id=file.case.reference, contact_id=file.case.contact_id)
    return _masked(file)


def _summary(case: Listed) -> dict[str, Any]:
    shown = case.model_dump(mode="json", include=set(Listed.model_fields))
    return shown | {"summary": desks.summary_without_numbers(case)}


def _masked(file: CaseFile) -> dict[str, Any]:
    # What is not shown need not be read: a page of the longest texts takes seconds.
    page = desks.beginnings(file, _WHOLE)
    seen = desks.without_numbers(page)
    return _shown(seen, _cut(file)) | {"masked": seen != page, "unmasked": False}


def _unmasked(file: CaseFile) -> dict[str, Any]:
    return _shown(desks.beginnings(file, _WHOLE), _cut(file)) | {"masked": False, "unmasked": True}


def _cut(file: CaseFile) -> set[int]:
    return {entry.number for entry in file.timeline if len(entry.text) > _WHOLE}


def _shown(file: CaseFile, cut: set[int]) -> dict[str, Any]:
    case = file.case
    timeline = _entries(file.timeline, cut)
    first = timeline[0]["number"] if timeline else 1
    told = {one["message"] for one in timeline}
    room = desks.room(centre(), case, datetime.now(UTC))
    return {
        "case": {
            **_summary(case),
            **case.model_dump(mode="json", include=_SHOWN),
            "customer": case.address.model_dump(mode="json") if case.address else None,
            "answerable": centre().policy.answerable(case.team, case.tier).name,
            "paused": case.paused_at is not None,
            "promises": [_promise(one) for one in case.promises],
            "satisfaction": case.answer.model_dump(mode="json") if case.answer else None,
        },
        "timeline": timeline,
        "before": first if first > 1 else None,
        "messages": [
            {
                **one.model_dump(mode="json", include={"key", "attempts", "sent_at"}),
                "channel": one.address.channel.name,
                "status": one.state,
            }
            for one in file.messages
            if one.key in told
        ],
        "longest": {what: _longest(length) for what, length in room.items()},
    }


def _promise(one: Promise) -> dict[str, Any]:
    state = "broken" if one.broken else "open"
    return one.model_dump(mode="json", exclude={"broken"}) | {"state": state if one.is_open else "kept"}


def _entries(timeline: list[TimelineEntry], cut: set[int]) -> list[dict[str, Any]]:
    """As many of the newest as there is room for in a page."""
    shown: list[dict[str, Any]] = []
    room = _PAGE
    for entry in reversed(timeline):
        one = _entry(entry, is_cut=entry.number in cut)
        room -= len(written(one).encode())
        if room < 0 and shown:
            break
        shown.append(one)
    return shown[::-1]


def _entry(entry: TimelineEntry, *, is_cut: bool = False) -> dict[str, Any]:
    """``cut`` says that its text goes on, ``original`` that its mail says more."""
    shown = entry.model_dump(mode="json", exclude={"attachments": {"__all__": {"key"}}, "raw": True})
    shown |= {"cut": is_cut, "original": bool(entry.raw)}
    if entry.what is What.MESSAGE_OUT:
        shown["text"] = links.hidden(entry.text)
    return shown


def _longest(room: int | None) -> int:
    return _LONGEST if room is None else min(room, _LONGEST)
