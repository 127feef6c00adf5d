"""Makes a contact and a case of every mail received.

Event: SES developer guide, "Contents of notifications for Amazon SES email receiving". It carries no body: the rule's
S3 action stored the mail before.
"""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field

from care.channels import EMAIL
from care.clients import centre, mail_objects
from care.config import settings
from care.doors.email.accept import MailEvent, accept
from care.doors.email.read import read
from care.observability import accepted, logger, tracer
from care.value import Value


class ReceivedMail(Value):
    """SES's id of the mail, which is also its object's name."""

    messageId: str = Field(min_length=1)


class Received(Value):
    """The SES half of a record."""

    mail: ReceivedMail


class Record(Value):
    """One mail."""

    ses: Received


class SesEvent(Value):
    """SES sends one record an event."""

    Records: list[Record]


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> None:
    """Store each mail whole, then accept it."""
    for record in SesEvent.model_validate(raw).Records:
        event_id = record.ses.mail.messageId
        mail = read(mail_objects().raw(event_id), settings().CARE_ADDRESS)
        files = mail_objects().keep(mail.contact_id, mail.files)
        taken = accept(centre(), MailEvent(event_id, mail, files), datetime.now(UTC))
        accepted("mail known" if taken.again else f"mail {taken.entry.what}", EMAIL, taken, ses_id=event_id)
