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
from care.contacts.contact import EntryKind
from care.doors.accepting import Accepted
from care.doors.email.accept import accept
from care.doors.email.authentic import Verdicts
from care.doors.email.read import read
from care.doors.email.received import MailEvent, signs
from care.observability import accepted, count, event, logger
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
    found, own, key = _verdicts(received), settings().CARE_ADDRESS, received.receipt.action.objectKey
    mail = read(mail_objects().raw(key), own)
    if mail.fault:
        # The case has it whole; that it was not read is a fault of ours.
        count("MailsNotRead", EMAIL)
        event("mail not read", ses_id=received.mail.messageId, why=mail.fault)
    files = () if found.held is Held.VIRUS else mail_objects().keep(mail.contact_id, mail.files)
    ours = signs(mail, received.receipt.recipients, own, reply_addresses)
    taken = accept(centre(), MailEvent(received.mail.messageId, mail, found, key, files, ours), datetime.now(UTC))
    _log(taken, received.mail.messageId)


def _log(taken: Accepted, ses_id: str) -> None:
    """One line that says what became of a mail and why; it is counted once."""
    if taken.again:
        return accepted("mail known", EMAIL, taken, ses_id=ses_id)
    why = {name: said for name in ("kind", "why", "held") if (said := taken.entry.answer.get(name))}
    if taken.entry.what is EntryKind.AUTOMATIC:
        count("MailsByMachines", EMAIL)
    if held := why.get("held"):
        count(f"MailsHeldAs{held.title()}", EMAIL)
    accepted(f"mail {taken.entry.what}", EMAIL, taken, ses_id=ses_id, **why)


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
