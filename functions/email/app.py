"""Makes a contact and a case of every mail received, by the messages of the mail queue.

Message: SES developer guide, "Contents of notifications for Amazon SES email receiving", published by the rule's S3
action to a topic and delivered raw to the queue. It carries no body: the mail was stored before.
"""

import json
from datetime import UTC, datetime
from typing import Any, Literal

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field

from care.channels import EMAIL
from care.clients import centre, mail_objects
from care.config import settings
from care.doors.email.accept import MailEvent, accept
from care.doors.email.read import read
from care.observability import accepted, event, logger
from care.value import Value
from edge.batches import each_message

# The object that SES writes when a rule is saved (SES developer guide, "Deliver to S3 bucket action").
_SETUP = "AMAZON_SES_SETUP_NOTIFICATION"


class ReceivedMail(Value):
    """SES's id of the mail."""

    messageId: str = Field(min_length=1)


class StoredAt(Value):
    """Where the rule's S3 action stored the mail."""

    objectKey: str = Field(min_length=1)


class Receipt(Value):
    """What became of the mail at SES."""

    action: StoredAt


class Received(Value):
    """SES's notification of a mail."""

    notificationType: Literal["Received"]
    mail: ReceivedMail
    receipt: Receipt


@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Take each mail."""
    return each_message(raw, _take)


def _take(body: str) -> None:
    """Store a mail whole, then accept it."""
    received = _read(body)
    if received is None:
        event("notification of no mail")
        return
    event_id = received.mail.messageId
    mail = read(mail_objects().raw(received.receipt.action.objectKey), settings().CARE_ADDRESS)
    files = mail_objects().keep(mail.contact_id, mail.files)
    taken = accept(centre(), MailEvent(event_id, mail, files), datetime.now(UTC))
    accepted("mail known" if taken.again else f"mail {taken.entry.what}", EMAIL, taken, ses_id=event_id)


def _read(body: str) -> Received | None:
    """What SES tells; ``None`` when it is about the rule, or in plain text about the topic.

    Raises ``ValueError`` for what is neither: a mail may be behind it.
    """
    try:
        told = json.loads(body)
    except json.JSONDecodeError:
        return None
    received = Received.model_validate(told)
    return None if received.mail.messageId == _SETUP else received
