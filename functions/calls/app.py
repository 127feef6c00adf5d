"""Takes over what Amazon Connect tells of calls, and settles those that ended.

Event: Amazon Connect administrator guide, "Amazon Connect contact events", as EventBridge puts it on the queue. They
are told as well as may be, in no order, with types and fields that nobody here knows. The guide's own samples differ in
how names and values are capitalised. What is no such event is logged and done: delivered again it would be the same.
"""

import json
import re
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from care import afterwards
from care.afterwards import NoRecordingYet, Told
from care.channels import VOICE
from care.clients import call_records, centre
from care.contacts.call import Call, Outcome, Since
from care.observability import count, event, logger, took
from care.services.connect import Busy
from edge.batches import NotNow, each_message

_CONTACT_ID = re.compile(r"[A-Za-z0-9-]{1,256}")
_NAME = re.compile(r"[A-Z_]{1,40}")
_LONGEST = 1024
_ENDED = ("DISCONNECTED", "COMPLETED")


@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Take over each event."""
    return each_message(raw, _take)


def _take(body: str) -> None:
    told = _read(body)
    if told is None:
        event("event not understood")
        return
    try:
        done = afterwards.take(centre(), call_records(), told, datetime.now(UTC))
    except (Busy, NoRecordingYet) as later:
        raise NotNow(f"{type(later).__name__} {later}".rstrip()) from later
    event(done.what, contact_id=told.contact_id)
    if done.settled and done.settled.is_inbound:
        _count(done.settled)


def _count(call: Call) -> None:
    """Of who waited for a person: whether one came, after how long, and whether that was no longer than was told."""
    if call.outcome is Outcome.SERVED:
        return
    count("CallsAnswered" if call.outcome is Outcome.ANSWERED else "CallsAbandoned", VOICE)
    if call.waited_seconds is not None:
        took("WaitSeconds", call.waited_seconds, VOICE)
    if call.kept_promise is not None:
        count("WaitWithinPromise", VOICE, times=int(call.kept_promise))


# ---- an event -------------------------------------------------------------------------------------------------------


def _read(body: str) -> Told | None:
    """What an event of a call tells; ``None`` of anything else."""
    try:
        whole = json.loads(body)
    except (ValueError, RecursionError):
        return None
    detail = _lower(_lower(whole).get("detail"))
    at = _time(_lower(whole).get("time")) or datetime.now(UTC)
    contact_id = _text(detail, "contactid")
    if not _CONTACT_ID.fullmatch(contact_id) or _text(detail, "channel").upper() != "VOICE":
        return None
    return Told(contact_id, at, _call(detail, at))


def _call(detail: dict[str, Any], at: datetime) -> Call:
    """What is known by then. Where a time is missing the event's own stands for what it tells of."""
    kind = _text(detail, "eventtype").upper()
    queue, agent = _lower(detail.get("queueinfo")), _lower(detail.get("agentinfo"))
    queued_at = _time(queue.get("enqueuetimestamp")) or (at if kind == "QUEUED" else None)
    answered_at = _time(agent.get("connectedtoagenttimestamp")) or (at if kind == "CONNECTED_TO_AGENT" else None)
    return Call(
        began_at=_time(detail.get("initiationtimestamp")) or (at if kind == "INITIATED" else None),
        connected_at=_time(detail.get("connectedtosystemtimestamp")),
        queued_at=queued_at,
        answered_at=answered_at,
        ended_at=_time(detail.get("disconnecttimestamp")) or (at if kind in _ENDED else None),
        way=_name(detail, "initiationmethod"),
        reason=_name(detail, "disconnectreason"),
        queue=_since(queued_at, _text(queue, "queuearn")),
        agent=_since(answered_at, _text(agent, "agentarn")),
    )


def _lower(part: Any) -> dict[str, Any]:
    """A part of an event by names in small letters; an empty one of what is none."""
    return {name.lower(): value for name, value in part.items()} if isinstance(part, dict) else {}


def _text(part: dict[str, Any], name: str) -> str:
    value = part.get(name)
    return value if isinstance(value, str) and len(value) <= _LONGEST else ""


def _name(part: dict[str, Any], name: str) -> str:
    """A name out of a list of Connect's."""
    value = _text(part, name).upper()
    return value if _NAME.fullmatch(value) else ""


def _since(at: datetime | None, arn: str) -> Since | None:
    id_ = arn.rpartition("/")[2]
    return Since(at=at, id=id_) if at and _CONTACT_ID.fullmatch(id_) else None


def _time(told: Any) -> datetime | None:
    """A time with its zone, ISO 8601; UTC where it has none."""
    if not isinstance(told, str):
        return None
    try:
        at = datetime.fromisoformat(told)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
