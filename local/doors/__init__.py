"""The doors of one machine: what Amazon SES, End User Messaging, API Gateway and Cognito are on AWS.

Everything they do is read from the template's resources; they know no name of the system they serve.
`Doors` is what the runner opens; each module is one service.
"""

from __future__ import annotations

from aiohttp import web

from local.cloudformation.stack import Stack
from local.doors.email_out import EmailSender
from local.doors.gateway import add_gateway_routes
from local.doors.http_api import HttpApis
from local.doors.issuer import Issuer
from local.doors.mailbox import Mailbox, add_mailbox_routes
from local.doors.receiving import MailReceiver
from local.doors.sms import Sms, add_sms_routes
from local.doors.smtp import SmtpDoor
from local.doors.websocket import WebSocketApis

__all__ = ["Doors"]


class Doors:
    """All doors of one stack.

    Make it once the stack's resources are resolved: it then serves SES SendEmail, SMS SendTextMessage and
    execute-api (`Stack.serve`). Add its routes to the runner's two web applications before they start,
    `open` it when functions can be invoked, `close` it at stop.
    """

    def __init__(self, stack: Stack) -> None:
        self._mailbox = Mailbox()
        self._receiver = MailReceiver(stack)
        self._smtp = SmtpDoor(stack, self._receiver)
        self._email = EmailSender(stack, self._mailbox, self._receiver)
        self._sms = Sms(stack)
        self._issuer = Issuer(stack)
        self._http_apis = HttpApis(stack)
        self._web_sockets = WebSocketApis(stack)
        self._stack = stack

    def add_pages_routes(self, app: web.Application) -> None:
        """The JSON APIs behind the mailbox and the SMS page: `/mailbox/…` and `/sms/…`."""
        add_mailbox_routes(app, self._stack, self._mailbox)
        add_sms_routes(app, self._sms)

    def add_gateway_routes(self, app: web.Application) -> None:
        """Sign-in, HTTP APIs, WebSocket APIs and `@connections`."""
        add_gateway_routes(app, self._stack, self._issuer, self._http_apis, self._web_sockets)

    async def open(self) -> None:
        """Listen for mail on the stack's smtp port; tell the topics that SES found them."""
        await self._smtp.open()
        await self._email.open()

    async def close(self) -> None:
        await self._smtp.close()
        await self._web_sockets.close()
        await self._email.close()
        await self._sms.close()
        await self._http_apis.close()
