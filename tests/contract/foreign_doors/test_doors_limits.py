"""Limits of the doors that take too long to meet on a running stack: the same code with shorter times."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web as server
from aiohttp.test_utils import TestServer

from local.cloudformation.settings import Settings
from local.cloudformation.stack import Invocation, Stack
from local.cloudformation.template import Addresses, read_template
from local.doors import websocket
from local.doors.gateway import add_gateway_routes
from local.doors.http_api import HttpApis
from local.doors.issuer import Issuer
from local.doors.mailbox import KEPT_MESSAGES, Mailbox
from local.doors.websocket import WebSocketApis

HERE = Path(__file__).parent


class Yes:
    """Functions that agree to everything, and remember who called."""

    def __init__(self) -> None:
        self.events: list[bytes] = []

    async def invoke(self, function: str, payload: bytes) -> Invocation:
        self.events.append(payload)
        return Invocation(b'{"statusCode": 200}', None, "request", 1.0)

    async def invoke_async(self, function: str, payload: bytes) -> None:
        self.events.append(payload)


@pytest.fixture
async def radio() -> AsyncIterator[tuple[str, Yes]]:
    """Address of a gateway without any process behind it."""
    base = "http://127.0.0.1:1"
    template = read_template(HERE / "template.yaml", "ferry", {}, Addresses(base, base, f"{base}/issuer", base))
    settings = Settings(HERE, HERE, "template.yaml", "ferry")
    functions = Yes()
    urls = dict.fromkeys(("aws", "pages", "gateway"), base) | {"issuer": f"{base}/issuer"}
    stack = Stack(template, settings, {}, urls, functions)
    app = server.Application()
    sockets = WebSocketApis(stack)
    add_gateway_routes(app, stack, Issuer(stack), HttpApis(stack), sockets)
    async with TestServer(app) as running:
        yield str(running.make_url("/radioapi/air")), functions
        await sockets.close()


async def test_an_idle_connection_is_ended(
    radio: tuple[str, Yes], web: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, functions = radio
    monkeypatch.setattr(websocket, "IDLE_SECONDS", 0.3)
    async with web.ws_connect(address) as socket:
        for _ in range(3):
            await asyncio.sleep(0.15)
            await socket.send_str('{"say": "quiet"}')
        closed = await socket.receive(timeout=5)
    assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, 1001)
    await asyncio.sleep(0.05)
    assert [event for event in functions.events if b'"DISCONNECT"' in event]


async def test_a_busy_connection_is_ended_too_in_the_end(
    radio: tuple[str, Yes], web: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, _ = radio
    monkeypatch.setattr(websocket, "MAX_SECONDS", 0.3)
    async with web.ws_connect(address) as socket:
        for _ in range(2):
            await asyncio.sleep(0.1)
            await socket.send_str('{"say": "quiet"}')
        closed = await socket.receive(timeout=5)
    assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, 1001)


def test_the_mailbox_keeps_the_newest() -> None:
    mailbox = Mailbox()
    for number in range(KEPT_MESSAGES + 5):
        mailbox.add(str(number), b"Subject: x\r\n\r\n", ["a@example.org"], box="received", status="sent")
    kept = list(mailbox.newest_first())
    assert len(kept) == KEPT_MESSAGES
    assert kept[0].id == str(KEPT_MESSAGES + 4)
    assert mailbox.get("0") is None
