"""Answers the Lambda blocks of the contact flow.

Event: Amazon Connect administrator guide, "Invoke a Lambda function". The answer is a STRING_MAP: flat, strings only.
"""

from datetime import UTC, datetime
from typing import Annotated, Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import AfterValidator, BeforeValidator, Field
from snapshot_restore_py import register_before_snapshot

from care import phone
from care.channels import VOICE
from care.clients import centre
from care.doors.voice import CallStep, Operation, accept
from care.observability import accepted, count, logger
from care.value import Value
from care.words import Category, Language, Priority
from edge.snapshots import make_ready


def _or(default: str, known: type[Language | Category | Priority]) -> BeforeValidator:
    return BeforeValidator(lambda value: value if value in set(known) else default)


def _keyed(stored: str) -> str:
    """What a "Store customer input" block stored: silence is "Timeout", and the cancel key may come along."""
    return "" if stored == "Timeout" else phone.keyed(stored)


Keyed = Annotated[str, Field(max_length=40), AfterValidator(_keyed)]


class Parameters(Value):
    """What the block passes; a flow's unset attribute arrives as empty text."""

    operation: Operation
    step: Annotated[int, BeforeValidator(lambda value: value or 1), Field(ge=1, le=1000)]
    language: Annotated[Language, _or("id", Language)] = Language.INDONESIAN
    category: Annotated[Category, _or("other", Category)] = Category.OTHER
    priority: Annotated[Priority, _or("normal", Priority)] = Priority.NORMAL
    phone: Keyed = ""
    reference: Keyed = ""


class Endpoint(Value):
    """Who calls, as the carrier says."""

    Address: str | None = None


class ContactData(Value):
    """The parts of the contact that count here."""

    ContactId: str = Field(min_length=1, max_length=256)
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
        language=asked.language,
        caller=contact.CustomerEndpoint.Address if contact.CustomerEndpoint else None,
        category=asked.category,
        priority=asked.priority,
        phone=asked.phone,
        reference=asked.reference,
    )
    answered = accept(centre(), step, datetime.now(UTC))
    accepted("call step", VOICE, answered, operation=step.operation)
    if step.operation is Operation.TROUBLE and not answered.again:
        count("CallsInTrouble", VOICE)
    return answered.entry.answer
