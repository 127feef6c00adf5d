"""Amazon SES sending (sesv2 `SendEmail`): own Message-ID and Date, the rest kept, events of its fate.

Mail to the local parts of `FATES` (with or without a +label) comes back or is spoken of, as to the addresses of
SES's mailbox simulator; any other is delivered. What goes to an address that the template's receipt rules accept
comes in again by that door, as it would on AWS.
Events: "Examples of event data that Amazon SES publishes to Amazon SNS" in the SES developer guide.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
import re
import time
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from functools import cached_property
from typing import Any

from aiohttp import web

from local.cloudformation.account import ACCOUNT, REGION
from local.cloudformation.stack import AwsCall, Stack
from local.doors import mime
from local.doors.mailbox import Mailbox
from local.doors.receiving import MailReceiver, NotAccepted
from local.doors.wire import Background, error, iso, milliseconds, publish

MAX_BYTES = 40 * 1024 * 1024
MAX_RECIPIENTS = 50
SECONDS_TO_DELIVERY = 0.05
SUBJECT = "Amazon SES Email Event Notification"
TAG = re.compile(r"[A-Za-z0-9_\-]{1,256}")
TAG_VALUE = re.compile(r"[A-Za-z0-9_\-.@]{1,256}")
OWN_HEADERS = ("message-id", "date", "bcc", "return-path", "x-ses-configuration-set", "x-ses-message-tags")
LINE_END = re.compile(rb"\r?\n")
FOUND = "Successfully validated SNS topic for Amazon SES event publishing."


@dataclass(frozen=True)
class Fate:
    """What becomes of a mail to an address: whether a server takes it, its reader reports it, and how it comes back."""

    accepted: bool
    reported: bool = False
    bounce: tuple[str, str, str, str] | None = None
    """bounceType, bounceSubType, status, diagnosticCode."""


UNKNOWN_USER = ("Permanent", "General", "5.1.1", "smtp; 550 5.1.1 user unknown")
FATES = {
    "bounce": Fate(accepted=False, bounce=UNKNOWN_USER),
    # As above, of a person: nobody answers who writes as the one above.
    "gone": Fate(accepted=False, bounce=UNKNOWN_USER),
    "full": Fate(accepted=False, bounce=("Transient", "MailboxFull", "4.2.2", "smtp; 452 4.2.2 mailbox full")),
    "ooto": Fate(accepted=True, bounce=("Transient", "General", "4.0.0", "out of office")),
    "complaint": Fate(accepted=True, reported=True),
}
USUAL = Fate(accepted=True)


class Refused(Exception):
    """A request that SES refuses: status, error code, message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True)
class Sending:
    """One accepted request. `tags` are as events carry them: each name with a list of values."""

    id: str
    at: float
    source: str
    recipients: list[str]
    raw: bytes
    configuration_set: str | None
    tags: dict[str, list[str]]

    @cached_property
    def described(self) -> dict[str, Any]:
        """The `mail` of every event about it."""
        mail = mime.read_headers(self.raw)
        domain = mime.bare_address(self.source).rpartition("@")[2]
        return {
            "timestamp": iso(self.at),
            "source": self.source,
            "sourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/{domain}",
            "sendingAccountId": ACCOUNT,
            "messageId": self.id,
            "destination": self.recipients,
            "headersTruncated": False,
            "headers": [{"name": name, "value": value} for name, value in mail.fields],
            "commonHeaders": {
                "from": mail.named_addresses("From"),
                "date": mail.header("Date"),
                "to": mail.named_addresses("To"),
                "messageId": self.id,
                "subject": mail.header("Subject"),
            },
            "tags": {
                "ses:operation": ["SendEmail"],
                "ses:configuration-set": [self.configuration_set or ""],
                "ses:source-ip": ["127.0.0.1"],
                "ses:from-domain": [domain],
                "ses:caller-identity": ["local"],
                **self.tags,
            },
        }


@dataclass(frozen=True)
class Destination:
    """One event destination of a configuration set that publishes to SNS."""

    topic: str
    kinds: frozenset[str]


class EmailSender:
    def __init__(self, stack: Stack, mailbox: Mailbox, receiver: MailReceiver) -> None:
        self._stack = stack
        self._mailbox = mailbox
        self._receiver = receiver
        self._configuration_sets = {
            resource.physical_id for resource in stack.resources("AWS::SES::ConfigurationSet").values()
        }
        self._destinations = _destinations(stack)
        self._background = Background()
        stack.serve("ses", "SendEmail", self.send_email)

    async def open(self) -> None:
        """Tell each topic in plain words that it was found, as SES does once when an event destination is made."""
        for destinations in self._destinations.values():
            for destination in destinations:
                await publish(self._stack, destination.topic, FOUND)

    async def close(self) -> None:
        await self._background.close()

    async def send_email(self, call: AwsCall) -> web.Response:
        """Answers `{"MessageId": …}`; what becomes of the mail is told after."""
        try:
            sending = self._accept(json.loads(call.body))
        except Refused as refused:
            return error(refused.status, refused.code, str(refused))
        except (ValueError, KeyError, TypeError, AttributeError, MessageError) as wrong:
            return error(400, "BadRequestException", f"Malformed request: {wrong!r}")
        self._background.start(self._deliver(sending))
        return web.json_response({"MessageId": sending.id})

    def _accept(self, request: dict[str, Any]) -> Sending:
        content = request.get("Content") or {}
        if "Raw" in content:
            try:
                original = base64.b64decode(content["Raw"]["Data"], validate=True)
            except binascii.Error as wrong:
                raise Refused(400, "BadRequestException", "Raw data is not base64.") from wrong
        elif "Simple" in content:
            original = _simple(request, content["Simple"])
        else:
            raise Refused(400, "BadRequestException", "Only raw and simple content can be sent on one machine.")
        mail = mime.read_headers(original)
        source = request.get("FromEmailAddress") or mail.header("From")
        recipients = _recipients(request.get("Destination") or {}) or mail.addresses("To", "Cc", "Bcc")
        if not source:
            raise Refused(400, "BadRequestException", "Missing required header 'From'.")
        if not 0 < len(recipients) <= MAX_RECIPIENTS:
            raise Refused(400, "BadRequestException", f"Recipient count must be 1 to {MAX_RECIPIENTS}.")
        if len(original) > MAX_BYTES:
            raise Refused(400, "MessageRejected", "Message length is more than 41943040 bytes long.")
        configuration_set = request.get("ConfigurationSetName") or mail.header("X-SES-CONFIGURATION-SET") or None
        if configuration_set and configuration_set not in self._configuration_sets:
            raise Refused(404, "NotFoundException", f"Configuration set <{configuration_set}> does not exist.")
        tags = _tags(request.get("EmailTags") or [], mail.header("X-SES-MESSAGE-TAGS"))
        id_ = f"010e{milliseconds():012x}-{uuid.uuid4()}-000000"
        at = time.time()
        return Sending(id_, at, source, recipients, _stamped(original, id_, at), configuration_set, tags)

    async def _deliver(self, sending: Sending) -> None:
        delivered = [address for address in sending.recipients if _fate(address).accepted]
        status = "sent" if delivered else "bounced"
        self._mailbox.add(sending.id, sending.raw, sending.recipients, box="received", status=status)
        await self._tell(sending, "Send", {})
        await asyncio.sleep(SECONDS_TO_DELIVERY)
        if delivered:
            self._mailbox.mark(sending.id, "delivered")
            await self._tell(sending, "Delivery", _delivery(sending, delivered))
        for address in sending.recipients:
            if bounce := _fate(address).bounce:
                await self._tell(sending, "Bounce", _bounce(sending, [address], bounce))
            if _fate(address).reported:
                await self._tell(sending, "Complaint", _complaint(sending, address))
        returning = [address for address in delivered if self._receiver.accepts(address)]
        if returning:
            await self._take_in(sending, returning)

    async def _take_in(self, sending: Sending, recipients: list[str]) -> None:
        """SES's own mail servers are the ones that the receipt rules' domain names."""
        return_path = f"{sending.id}@{REGION}.amazonses.com"
        try:
            await self._receiver.receive(return_path, recipients, sending.raw)
        except NotAccepted:
            await self._tell(sending, "Bounce", _bounce(sending, recipients, UNKNOWN_USER))

    async def _tell(self, sending: Sending, kind: str, details: dict[str, Any]) -> None:
        event = {"eventType": kind, "mail": sending.described, kind.lower(): details}
        for destination in self._destinations.get(sending.configuration_set or "", []):
            if kind.lower() in destination.kinds:
                await publish(self._stack, destination.topic, event, SUBJECT)


def _destinations(stack: Stack) -> dict[str, list[Destination]]:
    """Configuration set → its enabled event destinations on SNS."""
    found: dict[str, list[Destination]] = {}
    for resource in stack.resources("AWS::SES::ConfigurationSetEventDestination").values():
        values = resource.properties["EventDestination"]
        topic = (values.get("SnsDestination") or {}).get("TopicARN")
        if topic and values.get("Enabled", False) in (True, "true"):
            kinds = frozenset(str(kind).lower().replace("_", "") for kind in values["MatchingEventTypes"])
            found.setdefault(resource.properties["ConfigurationSetName"], []).append(Destination(topic, kinds))
    return found


def _recipients(destination: dict[str, Any]) -> list[str]:
    lists = (destination.get(name) or [] for name in ("ToAddresses", "CcAddresses", "BccAddresses"))
    return [mime.bare_address(address) for addresses in lists for address in addresses]


def _simple(request: dict[str, Any], simple: dict[str, Any]) -> bytes:
    """The mail SES makes of a Simple content."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = request["FromEmailAddress"]
    destination = request.get("Destination") or {}
    for header, addresses in (
        ("To", destination.get("ToAddresses")),
        ("Cc", destination.get("CcAddresses")),
        ("Reply-To", request.get("ReplyToAddresses")),
    ):
        if addresses:
            mail[header] = ", ".join(addresses)
    mail["Subject"] = simple["Subject"]["Data"]
    for header in simple.get("Headers") or []:
        mail[header["Name"]] = header["Value"]
    body = simple["Body"]
    if "Text" in body:
        mail.set_content(body["Text"]["Data"])
    if "Html" in body and "Text" in body:
        mail.add_alternative(body["Html"]["Data"], subtype="html")
    elif "Html" in body:
        mail.set_content(body["Html"]["Data"], subtype="html")
    return mail.as_bytes()


def _tags(listed: list[dict[str, str]], header: str) -> dict[str, list[str]]:
    """Tags of the request and of an X-SES-MESSAGE-TAGS header ("name=value, name=value")."""
    pairs = [(tag["Name"], tag["Value"]) for tag in listed]
    pairs += [
        (name.strip(), value.strip())
        for name, _, value in (part.partition("=") for part in header.split(","))
        if name.strip()
    ]
    tags: dict[str, list[str]] = {}
    for name, value in pairs:
        if not TAG.fullmatch(name):
            raise Refused(400, "BadRequestException", f"Invalid tag name: {name!r}.")
        if not TAG_VALUE.fullmatch(value):
            raise Refused(400, "BadRequestException", f"Invalid tag value: {value!r}.")
        tags.setdefault(name, []).append(value)
    return tags


def _stamped(original: bytes, id_: str, at: float) -> bytes:
    """The mail with SES's Message-ID and Date in place of the sender's; other headers and the body stay."""
    head, _, body = LINE_END.sub(b"\r\n", original).partition(b"\r\n\r\n")
    kept = [field for field in _fields(head) if _name(field) not in OWN_HEADERS]
    own = f"Message-ID: <{id_}@{REGION}.amazonses.com>\r\nDate: {formatdate(at)}".encode()
    return b"\r\n".join([*kept, own]) + b"\r\n\r\n" + body


def _fields(head: bytes) -> Iterable[bytes]:
    """Header fields, each with its folded lines."""
    return re.split(rb"\r\n(?![ \t])", head)


def _name(field: bytes) -> str:
    return field.partition(b":")[0].strip().decode("ascii", "replace").lower()


def _fate(address: str) -> Fate:
    local_part = address.lower().partition("@")[0].partition("+")[0]
    return FATES.get(local_part, USUAL)


def _delivery(sending: Sending, recipients: list[str]) -> dict[str, Any]:
    now = time.time()
    return {
        "timestamp": iso(now),
        "processingTimeMillis": int((now - sending.at) * 1000),
        "recipients": recipients,
        "smtpResponse": "250 2.0.0 OK",
        "remoteMtaIp": "127.0.0.1",
        "reportingMTA": "a8-1.smtp-out.amazonses.com",
    }


def _feedback_id(sending: Sending) -> str:
    return f"{sending.id.partition('-')[0]}-{uuid.uuid4()}-000000"


def _complaint(sending: Sending, address: str) -> dict[str, Any]:
    return {
        "feedbackId": _feedback_id(sending),
        "complaintSubType": None,
        "complainedRecipients": [{"emailAddress": address}],
        "timestamp": iso(time.time()),
        "userAgent": "one machine",
        "complaintFeedbackType": "abuse",
        "arrivalDate": iso(sending.at),
    }


def _bounce(sending: Sending, recipients: list[str], bounce: tuple[str, str, str, str]) -> dict[str, Any]:
    kind, subtype, status, code = bounce
    return {
        "feedbackId": _feedback_id(sending),
        "bounceType": kind,
        "bounceSubType": subtype,
        "bouncedRecipients": [
            {
                "emailAddress": address,
                "action": "failed",
                "status": status,
                "diagnosticCode": code,
            }
            for address in recipients
        ],
        "timestamp": iso(time.time()),
        "reportingMTA": "dns; a8-1.smtp-out.amazonses.com",
    }
