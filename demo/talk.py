"""One talk in the chat, through its WebSocket as the chat page has it: each line once the last one is answered."""

import asyncio
import json
import urllib.parse
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp

from demo.doors import SECONDS_FOR_AN_ANSWER, Closed

LINES = Path(__file__).with_name("talk.txt")


def talk(socket: str, tell: Callable[[str, str], None]) -> None:
    """Write the lines of ``talk.txt`` to the chat at ``socket``; ``tell`` hears who says what. Raises ``Closed``."""
    try:
        asyncio.run(_talk(socket, tell))
    except (aiohttp.ClientError, TimeoutError) as problem:
        raise Closed(f"the chat did not answer: {problem}") from problem


async def _talk(socket: str, tell: Callable[[str, str], None]) -> None:
    secret = uuid.uuid4().hex + uuid.uuid4().hex
    address = f"{socket}?{urllib.parse.urlencode({'session': secret})}"
    async with aiohttp.ClientSession() as session, session.ws_connect(address) as open_socket:
        for line in LINES.read_text(encoding="utf-8").splitlines():
            tell("customer", line)
            sent = {"action": "message", "id": uuid.uuid4().hex, "text": line, "session": secret}
            await open_socket.send_json(sent)
            for said in await _answers(open_socket, sent["id"]):
                tell("care", said)


async def _answers(open_socket: aiohttp.ClientWebSocketResponse, id_: str) -> list[str]:
    """What the centre says to the message of that id."""
    while True:
        frame: dict[str, Any] = json.loads(await open_socket.receive_str(timeout=SECONDS_FOR_AN_ANSWER))
        said = frame.get("messages", [])
        mine = next((one["seq"] for one in said if one["id"] == id_), None)
        if mine is not None:
            return [one["text"] for one in said if one["seq"] > mine]
