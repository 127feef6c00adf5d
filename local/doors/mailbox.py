"""The mailbox: every mail sent from this machine, and what its page writes. JSON for web pages and tests.

GET  /mailbox/messages[?to=address][&box=received|written|all]   → [summary …], newest first
GET  /mailbox/messages/{id}                                      → summary + headers, text, html, attachments
GET  /mailbox/messages/{id}/raw                                  → message/rfc822
GET  /mailbox/messages/{id}/attachments/{number}                 → the attachment's content
POST /mailbox/send {from, to, subject, text, in_reply_to?, references?}  → {id, message_id, answer}

A summary is {id, at, box, status, from, to, subject, date, message_id, in_reply_to, references, preview,
attachments}. `box` is "received" (a customer got it) or "written" (a customer wrote it here); `status` is
"sent", "delivered" or "bounced"; `at` is ISO 8601 in UTC; `to`, `references` are lists. `answer` is what the
SMTP server answered, e.g. "250 OK <id>".
"""

from __future__ import annotations

import asyncio
import smtplib
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import web

from local.cloudformation.stack import Stack
from local.doors import mime
from local.doors.wire import iso

KEPT_MESSAGES = 2000
KEPT_BYTES = 128 * 1024 * 1024
PREVIEW_LENGTH = 140


@dataclass
class Stored:
    """One mail. `recipients` are the envelope's, so that Bcc is found too."""

    id: str
    raw: bytes
    recipients: list[str]
    at: float
    box: str
    status: str

    @cached_property
    def mail(self) -> mime.Mail:
        """Read when somebody looks at it."""
        return mime.read(self.raw)


class Mailbox:
    """The newest mails, bounded in number and in bytes."""

    def __init__(self) -> None:
        self._messages: OrderedDict[str, Stored] = OrderedDict()
        self._bytes = 0

    def add(self, id_: str, raw: bytes, recipients: list[str], *, box: str, status: str) -> None:
        self._messages[id_] = Stored(id_, raw, recipients, time.time(), box, status)
        self._bytes += len(raw)
        while len(self._messages) > KEPT_MESSAGES or (self._bytes > KEPT_BYTES and len(self._messages) > 1):
            _, oldest = self._messages.popitem(last=False)
            self._bytes -= len(oldest.raw)

    def mark(self, id_: str, status: str) -> None:
        if stored := self._messages.get(id_):
            stored.status = status

    def get(self, id_: str) -> Stored | None:
        return self._messages.get(id_)

    def newest_first(self) -> Iterable[Stored]:
        return reversed(self._messages.values())


def add_mailbox_routes(app: web.Application, stack: Stack, mailbox: Mailbox) -> None:
    routes = MailboxRoutes(stack, mailbox)
    app.router.add_get("/mailbox/messages", routes.messages)
    app.router.add_get("/mailbox/messages/{id}", routes.message)
    app.router.add_get("/mailbox/messages/{id}/raw", routes.raw)
    app.router.add_get("/mailbox/messages/{id}/attachments/{number}", routes.attachment)
    app.router.add_post("/mailbox/send", routes.send)


class MailboxRoutes:
    def __init__(self, stack: Stack, mailbox: Mailbox) -> None:
        self._stack = stack
        self._mailbox = mailbox

    async def messages(self, request: web.Request) -> web.Response:
        box = request.query.get("box", "received")
        to = request.query.get("to", "").strip().lower()
        return web.json_response(
            [
                _summary(stored)
                for stored in self._mailbox.newest_first()
                if box in (stored.box, "all") and (not to or to in map(str.lower, stored.recipients))
            ]
        )

    async def message(self, request: web.Request) -> web.Response:
        stored = self._find(request)
        path = f"/mailbox/messages/{quote(stored.id, safe='')}"
        return web.json_response(
            {
                **_summary(stored),
                "headers": [{"name": name, "value": value} for name, value in stored.mail.headers],
                "text": stored.mail.text,
                "html": stored.mail.html,
                "attachments": [
                    {
                        "number": number,
                        "name": part.name,
                        "type": part.type,
                        "size": len(part.content),
                        "url": f"{path}/attachments/{number}",
                    }
                    for number, part in enumerate(stored.mail.attachments, start=1)
                ],
                "raw": f"{path}/raw",
            }
        )

    async def raw(self, request: web.Request) -> web.Response:
        return web.Response(body=self._find(request).raw, content_type="message/rfc822")

    async def attachment(self, request: web.Request) -> web.Response:
        """Always as a download: what a stranger sent must not run as a page of this origin."""
        number = request.match_info["number"]
        parts = self._find(request).mail.attachments
        if not number.isdecimal() or not 1 <= int(number) <= len(parts):
            raise web.HTTPNotFound(text="no such attachment")
        part = parts[int(number) - 1]
        return web.Response(
            body=part.content,
            headers={
                "Content-Type": "application/octet-stream",
                "Content-Disposition": f"attachment; filename*=UTF-8''{quote(part.name, safe='')}",
            },
        )

    async def send(self, request: web.Request) -> web.Response:
        try:
            mail = _compose(await request.json())
            raw = mail.as_bytes(policy=SMTP)
        except (MessageError, ValueError, KeyError, TypeError) as wrong:
            return web.json_response({"error": f"not a mail that can be sent: {wrong}"}, status=400)
        recipients = mime.read_headers(raw).addresses("To")
        try:
            answer = await asyncio.to_thread(_deliver, self._stack.urls["smtp"], mail["From"], recipients, raw)
        except smtplib.SMTPRecipientsRefused as refused:
            code, text = next(iter(refused.recipients.values()))
            return web.json_response({"error": f"{code} {text.decode(errors='replace')}"}, status=422)
        except (smtplib.SMTPException, OSError, UnicodeError) as failure:
            return web.json_response({"error": str(failure)}, status=502)
        id_ = mail["Message-ID"].strip("<>")
        self._mailbox.add(id_, raw, recipients, box="written", status="sent")
        return web.json_response({"id": id_, "message_id": mail["Message-ID"], "answer": answer})

    def _find(self, request: web.Request) -> Stored:
        stored = self._mailbox.get(request.match_info["id"])
        if stored is None:
            raise web.HTTPNotFound(text="no such message")
        return stored


def _summary(stored: Stored) -> dict[str, Any]:
    mail = stored.mail
    return {
        "id": stored.id,
        "at": iso(stored.at),
        "box": stored.box,
        "status": stored.status,
        "from": ", ".join(mail.named_addresses("From")) or mail.header("From"),
        "to": stored.recipients,
        "subject": mail.header("Subject"),
        "date": mail.header("Date"),
        "message_id": mail.header("Message-ID"),
        "in_reply_to": mail.header("In-Reply-To"),
        "references": mail.header("References").split(),
        "preview": " ".join(mail.text.split())[:PREVIEW_LENGTH],
        "attachments": len(mail.attachments),
    }


def _compose(values: dict[str, Any]) -> EmailMessage:
    """Raises KeyError, TypeError, ValueError or MessageError for values that make no mail."""
    mail = EmailMessage()
    mail["From"] = str(values["from"])
    mail["To"] = ", ".join(values["to"]) if isinstance(values["to"], list) else str(values["to"])
    mail["Subject"] = str(values.get("subject", ""))
    mail["Date"] = formatdate(localtime=True)
    mail["Message-ID"] = make_msgid(domain="mailbox.local")
    references = values.get("references") or []
    if values.get("in_reply_to"):
        mail["In-Reply-To"] = str(values["in_reply_to"])
        references = references or [values["in_reply_to"]]
    if references:
        mail["References"] = references if isinstance(references, str) else " ".join(map(str, references))
    mail.set_content(str(values["text"]))
    return mail


def _deliver(smtp_url: str, sender: str, recipients: list[str], raw: bytes) -> str:
    """Send by SMTP as any mail client does; returns the server's answer to the data."""
    url = urlsplit(smtp_url)
    with smtplib.SMTP(url.hostname or "127.0.0.1", url.port or 25, timeout=30) as client:
        client.ehlo()
        code, text = client.mail(mime.read_headers(raw).addresses("From")[0] if sender else "")
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, text, sender)
        for recipient in recipients:
            code, text = client.rcpt(recipient)
            if code not in (250, 251):
                raise smtplib.SMTPRecipientsRefused({recipient: (code, text)})
        code, text = client.data(raw)
        if code != 250:
            raise smtplib.SMTPDataError(code, text)
        return f"{code} {text.decode(errors='replace')}"
