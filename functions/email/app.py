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
from care.clients import centre, mail_objects, reply_addresses
from care.config import settings
from care.customer import Address
from care.doors.email.accept import MailEvent, accept
from care.doors.email.authentic import Verdicts
from care.doors.email.read import Mail, read
from care.observability import accepted, event, logger
from care.telling.reply_address import label_of
from care.value import Value
from care.words import Held
from edge.batches import each_message

# The object that SES writes when a rule is saved (SES developer guide, "Deliver to S3 bucket action").
_SETUP = "AMAZON_SES_SETUP_NOTIFICATION"


class ReceivedMail(Value):
    """SES's id of the mail, and its envelope's sender."""

    messageId: str = Field(min_length=1)
    source: str = ""


class Verdict(Value):
    """What one of SES's checks said."""

    status: str = ""


class StoredAt(Value):
    """Where the rule's S3 action stored the mail."""

    objectKey: str = Field(min_length=1)


class Receipt(Value):
    """What became of the mail at SES; a check that is not told says nothing."""

    action: StoredAt
    recipients: tuple[str, ...] = ()
    spfVerdict: Verdict = Field(default_factory=Verdict)
    dkimVerdict: Verdict = Field(default_factory=Verdict)
    dmarcVerdict: Verdict = Field(default_factory=Verdict)
    spamVerdict: Verdict = Field(default_factory=Verdict)
    virusVerdict: Verdict = Field(default_factory=Verdict)


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
    """Store a mail whole, then accept it. Of one with a virus no file is taken out."""
    received = _read(body)
    if received is None:
        event("notification of no mail")
        return
    event_id, found = received.mail.messageId, _verdicts(received)
    mail = read(mail_objects().raw(received.receipt.action.objectKey), settings().CARE_ADDRESS)
    files = () if found.held is Held.VIRUS else mail_objects().keep(mail.contact_id, mail.files)
    told = MailEvent(event_id, mail, found, files, _answers(mail, received.receipt.recipients))
    taken = accept(centre(), told, datetime.now(UTC))
    accepted("mail known" if taken.again else f"mail {taken.entry.what}", EMAIL, taken, ses_id=event_id)


def _verdicts(received: Received) -> Verdicts:
    receipt = received.receipt
    return Verdicts(
        envelope_from=received.mail.source,
        spf=receipt.spfVerdict.status,
        dkim=receipt.dkimVerdict.status,
        dmarc=receipt.dmarcVerdict.status,
        spam=receipt.spamVerdict.status,
        virus=receipt.virusVerdict.status,
    )


def _answers(mail: Mail, recipients: tuple[str, ...]) -> str:
    """The case whose own address is among the recipients, if it was made for the author; else ""."""
    labelled = [one for one in recipients if label_of(one, settings().CARE_ADDRESS)]
    if not labelled or not mail.author_is_clear:
        return ""
    identity = Address(channel=EMAIL, value=mail.author).identity
    return next((case for case in (reply_addresses().case_of(one, identity) for one in labelled) if case), "")


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
