"""Makes a contact and a case of every mail received.

Event: SES developer guide, "Contents of notifications for Amazon SES email receiving". It carries no body: the rule's
S3 action stored the mail before.
"""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field

from care import mail
from care.clients import centre, mail_objects
from care.config import settings
from care.intake import mails
from care.observability import count, event, logger, tracer
from care.words import Channel
from edge.shape import Shape


class ReceivedMail(Shape):
    """SES's id of the mail, which is also its object's name."""

    messageId: str = Field(min_length=1)


class Received(Shape):
    """The SES half of a record."""

    mail: ReceivedMail


class Record(Shape):
    """One mail."""

    ses: Received


class SesEvent(Shape):
    """SES sends one record an event."""

    Records: list[Record]


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> None:
    """Store each mail whole, then accept it."""
    for record in SesEvent.model_validate(raw).Records:
        event_id = record.ses.mail.messageId
        received = mail.read(mail_objects().raw(event_id), settings().CARE_ADDRESS)
        attachments = mail_objects().keep(received.contact_id, received.files)
        accepted = mails.mail(centre(), mails.MailEvent(event_id, received, attachments), datetime.now(UTC))
        event(
            "mail known" if accepted.again else f"mail {accepted.entry.what}",
            contact_id=received.contact_id,
            case_id=accepted.reference,
            ses_id=event_id,
        )
        if not accepted.again:
            count("ContactsStored", Channel.EMAIL)
            if accepted.opened:
                count("CasesOpened", Channel.EMAIL)
