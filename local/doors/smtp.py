"""The SMTP door: takes mail for the addresses that the template's receipt rules accept."""

from __future__ import annotations

import asyncio

from aiosmtpd.smtp import SMTP, Envelope, Session

from local.cloudformation.stack import Stack
from local.doors.receiving import MAX_BYTES, MailReceiver, NotAccepted
from local.machine.refusal import Refusal


class LongLines(SMTP):
    """Takes lines longer than RFC 5321's thousand octets, as SES does: real programs write them."""

    line_length_limit = 1024 * 1024


class Handler:
    """What aiosmtpd asks for each command; the method names are its protocol."""

    def __init__(self, receiver: MailReceiver) -> None:
        self._receiver = receiver

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not self._receiver.accepts(address):
            return "550 5.1.1 Requested action not taken: mailbox unavailable"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.original_content or b""
        source = (envelope.mail_from or "").strip("<>")
        try:
            id_ = await self._receiver.receive(source, list(envelope.rcpt_tos), content)
        except NotAccepted as refusal:
            return str(refusal)
        return f"250 OK {id_}"


class SmtpDoor:
    def __init__(self, stack: Stack, receiver: MailReceiver) -> None:
        self._port = stack.ports["smtp"]
        self._handler = Handler(receiver)
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Raises Refusal when the port is taken."""
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._session, "127.0.0.1", self._port)
        except OSError as failure:
            raise Refusal(f"Port {self._port} for mail is in use: {failure.strerror}.") from failure

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()

    def _session(self) -> SMTP:
        return LongLines(
            self._handler,
            data_size_limit=MAX_BYTES,
            enable_SMTPUTF8=True,
            hostname="inbound-smtp.localhost",
            ident="ESMTP",
            loop=asyncio.get_running_loop(),
        )
