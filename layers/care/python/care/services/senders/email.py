"""Mail, by SES."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from care.services.senders.port import Refused, Sent, named, tags
from care.telling.outbox import OutboxMessage

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

    from care.telling.reply_address import ReplyAddresses


@dataclass(frozen=True)
class EmailSender:
    """SES. It takes no idempotency token and puts its own Message-ID and Date on what it sends.

    A letter about a case is answered at an address of ``reply_addresses``, which is first called for one, and is known
    again by an id of theirs. ``site`` is where the operator's pages are: a link to anywhere else is only words.
    """

    client: "SESV2Client"
    address: str
    name: str
    configuration_set: str
    reply_addresses: "Callable[[], ReplyAddresses]"
    site: str = ""

    def send(self, message: OutboxMessage, now: datetime) -> Sent:
        """Gives SES's id and the Message-ID it puts on the mail. One request."""
        from care.telling import letter_html, mime  # who reads what became of a mail, or sends an SMS, writes none

        reply_to, thread_id = self._answered_by(message, now)
        thread = message.thread
        try:
            to = mime.mailbox(message.address.value)
            raw = mime.compose(
                sender=self.address,
                sender_name=self.name,
                to=to,
                subject=message.subject,
                text=message.text,
                html=letter_html.written(message, self.name, self.site),
                reply_to=reply_to,
                in_reply_to=thread.message_id if thread else "",
                references=thread.references if thread else (),
                thread_id=thread_id,
                asks=message.asks,
            )
        except mime.Unsendable as error:
            raise Refused(str(error)) from error
        try:
            sent = self.client.send_email(
                FromEmailAddress=self.address,
                Destination={"ToAddresses": [to]},
                Content={"Raw": {"Data": raw}},
                ConfigurationSetName=self.configuration_set,
                EmailTags=[{"Name": name, "Value": value} for name, value in tags(message).items()],
            )
        except ClientError as error:
            raise named(error) from error
        return Sent(sent["MessageId"], message_id(sent["MessageId"], self.client.meta.region_name))

    def _answered_by(self, message: OutboxMessage, now: datetime) -> tuple[str, str]:
        """The address and the id by which a customer answers to a case; of the operator's own people nobody does."""
        case, identity = message.owner.case, message.address.identity
        if not case or message.is_notice:
            return "", ""
        addresses = self.reply_addresses()
        return addresses.of(case, identity, now), addresses.thread_id(case, identity, now)


def message_id(ses_id: str, region: str) -> str:
    """The Message-ID SES puts on a mail (SES developer guide, "Header fields"; us-east-1 has a host of its own)."""
    host = "email.amazonses.com" if region == "us-east-1" else f"{region}.amazonses.com"
    return f"<{ses_id}@{host}>"
