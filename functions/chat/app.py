"""Talks with a chatter over the WebSocket API; the direct answer is the route's response.

Events: API Gateway developer guide, "Working with WebSocket APIs". A session is a secret that the browser keeps and
sends with each message; only its hash is stored.
"""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field, StringConstraints, TypeAdapter, ValidationError, model_validator
from snapshot_restore_py import register_before_snapshot

from care.channels import CHAT
from care.clients import centre
from care.contacts.transcript import shown, written
from care.doors import chat
from care.observability import accepted, event, logger
from care.services.table.commit import Conflict
from care.telling import messages
from care.value import BUILT_AT_USE, Value
from care.words import Language
from edge.snapshots import make_ready

_LAST = 999_999_999
"""No chat has a message of a higher number."""
Session = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{32,128}$")]


class Write(Value):
    """The customer writes. ``id`` makes a message sent twice the same one."""

    action: Literal["message"]
    session: Session
    id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
    text: str = Field(max_length=CHAT.longest_text)


class Resume(Value):
    """The browser wants what was said after the last message it has, before the first it has, or the newest."""

    action: Literal["resume"]
    session: Session
    after: int | None = Field(None, ge=0, le=_LAST)
    before: int | None = Field(None, ge=1, le=_LAST)

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.after is not None and self.before is not None:
            raise ValueError("a page goes one way")
        return self


class Ping(Value):
    """Keeps the connection from idling out."""

    action: Literal["ping"]


Frame = Annotated[Write | Resume | Ping, Field(discriminator="action")]
FRAME: TypeAdapter[Write | Resume | Ping] = TypeAdapter(Frame, config=BUILT_AT_USE)
SESSION: TypeAdapter[str] = TypeAdapter(Session, config=BUILT_AT_USE)


# Somebody waits.
register_before_snapshot(make_ready, FRAME, SESSION)


@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Accept a connection or a frame."""
    request = raw["requestContext"]
    if request["eventType"] == "CONNECT":
        return _connect(raw, request["connectionId"])
    if request["eventType"] == "DISCONNECT":
        return {"statusCode": 200}
    source = request.get("identity", {}).get("sourceIp", "")
    return {"statusCode": 200, "body": written(_answer(raw.get("body") or "", source))}


def _connect(raw: dict[str, Any], connection_id: str) -> dict[str, Any]:
    try:
        session = SESSION.validate_python((raw.get("queryStringParameters") or {}).get("session"))
    except ValidationError:
        return {"statusCode": 400}
    contact_id = chat.contact_id(session)
    centre().store.contacts.connect(contact_id, connection_id, datetime.now(UTC))
    event("chat connected", contact_id=contact_id)
    return {"statusCode": 200}


def _answer(body: str, source: str) -> dict[str, Any]:
    try:
        frame = FRAME.validate_json(body)
    except ValidationError:
        return _error("invalid")
    if isinstance(frame, Ping):
        return {"type": "pong"}
    contact_id = chat.contact_id(frame.session)
    now = datetime.now(UTC)
    if isinstance(frame, Resume):
        return _page(frame, chat.resume(centre(), contact_id, now, after=frame.after, before=frame.before))
    try:
        answered = chat.accept(centre(), chat.ChatMessage(contact_id, frame.id, frame.text, source), now)
    except Conflict:
        return {**_error("busy"), "id": frame.id}
    accepted("chat message", CHAT, answered)
    return shown(answered.entry.messages, answered.reference or None)


def _page(asked: Resume, page: chat.Page) -> dict[str, Any]:
    """A page says what it answers: the browser may have asked for another meanwhile."""
    which = {"after": asked.after, "before": asked.before, "more": page.more}
    return {**shown(page.messages, page.reference), **which}


def _error(code: str) -> dict[str, Any]:
    """In both languages: what cannot be read does not tell its writer's."""
    longest = CHAT.longest_text or 0
    texts = [
        messages.text(f"chat.{code}", language, longest=messages.number(longest, language)) for language in Language
    ]
    return {"type": "error", "code": code, "text": " / ".join(texts)}
