"""Answers the Lambda blocks of the contact flows.

Event: Amazon Connect administrator guide, "Invoke a Lambda function". The answer is a STRING_MAP: flat, strings only.
"""

from datetime import UTC, datetime
from typing import Annotated, Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import AfterValidator, BeforeValidator, Field
from snapshot_restore_py import register_before_snapshot

from care import phone
from care.calling import Queue, State, read
from care.channels import VOICE
from care.clients import centre, queue_positions
from care.doors.voice import CallStep, Operation, accept
from care.observability import accepted, count, logger
from care.value import Value
from edge.snapshots import make_ready


def _keyed(stored: str) -> str:
    """What a "Store customer input" block stored: silence is "Timeout", and the cancel key may come along."""
    return "" if stored in ("Timeout", "silence") else phone.keyed(stored) if len(stored) > 1 else stored


def _count(text: Any) -> int:
    """A metric of the queue; Connect gives none where there are no agents."""
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() else 0


class Parameters(Value):
    """What the block passes; a flow's unset attribute arrives as empty text."""

    operation: Operation
    step: Annotated[int, BeforeValidator(lambda value: value or 1), Field(ge=1, le=1000)]
    state: Annotated[str, Field(max_length=20_000)] = ""
    keys: Annotated[str, Field(max_length=40), AfterValidator(_keyed)] = ""
    queue: str = ""
    waiting: Annotated[int, BeforeValidator(_count)] = 0
    staffed: Annotated[int, BeforeValidator(_count)] = 0
    available: Annotated[int, BeforeValidator(_count)] = 0


class Endpoint(Value):
    """Who calls, as the carrier says."""

    Address: str | None = None


class ContactData(Value):
    """The parts of the contact that count here."""

    ContactId: str = Field(min_length=1, max_length=256)
    InstanceARN: str | None = None
    CustomerEndpoint: Endpoint | None = None


class Details(Value):
    """The two halves of the event."""

    ContactData: ContactData
    Parameters: Parameters


class ConnectEvent(Value):
    """The event of a Lambda block."""

    Details: Details


# Somebody waits.
register_before_snapshot(make_ready)


@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> dict[str, str]:
    """Accept one step of a call and answer the flow."""
    details = ConnectEvent.model_validate(raw).Details
    contact, asked = details.ContactData, details.Parameters
    step = CallStep(
        contact_id=contact.ContactId,
        step=asked.step,
        operation=asked.operation,
        caller=contact.CustomerEndpoint.Address if contact.CustomerEndpoint else None,
        state=read(asked.state) if asked.state else State(),
        keys=asked.keys,
        has_queue=asked.queue.startswith("arn:"),
        queue=Queue(asked.waiting, asked.staffed, asked.available),
        position=_position(contact) if asked.operation is Operation.QUEUED else None,
    )
    answered = accept(centre(), step, datetime.now(UTC))
    accepted("call step", VOICE, answered, operation=step.operation)
    if step.operation is Operation.TROUBLE and not answered.again:
        count("CallsInTrouble", VOICE)
    return answered.entry.answer


def _position(contact: ContactData) -> int | None:
    """The caller's place in the queue, where Connect says it."""
    return queue_positions().of(contact.InstanceARN or "", contact.ContactId)
