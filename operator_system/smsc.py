"""The operator's SMSC behind its gateway: sends once what is submitted, reports it, passes on what subscribers write.

The contract is in docs/channels.md, "The operator's SMS gateway". A number that ends in seven zeros cannot be reached.
"""

import asyncio
import hashlib
import hmac
import json
import re
import time
import uuid
from collections.abc import Coroutine
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import chain, repeat
from typing import Any

import aiohttp
from aiohttp import web

MAX_LENGTH = 1600
SECONDS_TO_DELIVERY = 0.05
SECONDS_TO_TELL = 10
# Between two tries of a webhook; the last for ever.
WAITS = (0.2, 0.5, 1.0, 2.0, 5.0)
SENDER = re.compile(r"[A-Za-z0-9]{1,11}")
NUMBER = re.compile(r"\+[1-9][0-9]{7,14}")


@dataclass(frozen=True)
class Gateway:
    """What both sides have agreed on: the bearer key of submits, the secret of webhooks, and their base URL."""

    key: str = ""
    secret: str = ""
    webhooks: str = ""


@dataclass
class Sms:
    """A message to a subscriber (``direction`` "out") or from one; ``repeats`` counts how often it came again."""

    id: str
    direction: str
    sender: str
    recipient: str
    text: str
    status: str
    context: dict[str, str] = field(default_factory=dict)
    repeats: int = 0
    at: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="milliseconds"))

    def shown(self) -> dict[str, Any]:
        values = asdict(self)
        return {"from": values.pop("sender"), "to": values.pop("recipient"), **values}


class Smsc:
    """The messages since it began, and what is still to be told of them."""

    def __init__(self, gateway: Gateway) -> None:
        self.gateway = gateway
        self._messages: dict[str, Sms] = {}
        self._telling: set[asyncio.Task[None]] = set()

    def close(self) -> None:
        """Tells nobody anything more."""
        for task in self._telling:
            task.cancel()

    def submit(self, body: Any, key: str) -> web.Response:
        """What a submit is answered; the same id again is the same message."""
        match body:
            case {"id": str(id_), "to": str(to), "from": str(sender), "text": str(text), "tags": dict(tags)} if (
                id_ and id_ == key
            ):
                message = Sms(id_, "out", sender, to, text, "sent", tags)
            case _:
                return web.json_response({"error": "not understood"}, status=400)
        if problem := _problem(message):
            return web.json_response({"code": problem}, status=422)
        known = self._messages.setdefault(id_, message)
        if (known.recipient, known.text) != (to, text):
            return web.json_response({"code": "key_reused"}, status=422)
        if known is message:
            self._start(self._deliver(message))
        else:
            known.repeats += 1
        return web.json_response({"id": id_}, status=202)

    def write(self, body: Any) -> web.Response:
        """A subscriber's SMS, passed on."""
        match body:
            case {"from": str(sender), "text": str(text)} if NUMBER.fullmatch(sender) and text.strip():
                message = Sms(uuid.uuid4().hex, "in", sender, str(body.get("to", "")), text, "received")
            case _:
                return web.json_response({"error": "a message needs from, a telephone number, and text"}, status=400)
        self._messages[message.id] = message
        self._start(self._pass_on(message))
        return web.json_response(message.shown(), status=201)

    def of(self, number: str) -> list[dict[str, Any]]:
        """What went to a number and came from it, oldest first; all for an empty one."""
        found = (one for one in self._messages.values() if number in ("", one.recipient, one.sender))
        return [one.shown() for one in found]

    async def _deliver(self, message: Sms) -> None:
        await self._tell("/sms/reports", {"id": message.id, "status": "sent", "tags": message.context})
        await asyncio.sleep(SECONDS_TO_DELIVERY)
        message.status = "undeliverable" if message.recipient.endswith("0000000") else "delivered"
        await self._tell("/sms/reports", {"id": message.id, "status": message.status, "tags": message.context})

    async def _pass_on(self, message: Sms) -> None:
        said = {"id": message.id, "from": message.sender, "to": message.recipient, "text": message.text}
        message.status = "passed on" if await self._tell("/sms/messages", said) else "not passed on"

    async def _tell(self, path: str, said: dict[str, Any]) -> bool:
        """Until it is taken, or not understood; whether it was taken."""
        if not self.gateway.webhooks:
            return False
        body, waits = json.dumps(said).encode(), chain(WAITS, repeat(WAITS[-1]))
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(SECONDS_TO_TELL)) as session:
            while (status := await self._try(session, path, body)) not in (200, 400):
                await asyncio.sleep(next(waits))
        return status == 200

    async def _try(self, session: aiohttp.ClientSession, path: str, body: bytes) -> int:
        headers = {"Content-Type": "application/json", **signed(self.gateway.secret, body, int(time.time()))}
        try:
            async with session.post(f"{self.gateway.webhooks}{path}", data=body, headers=headers) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 0

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)


def signed(secret: str, body: bytes, at: int) -> dict[str, str]:
    """The headers that sign a webhook; ``at`` is in seconds since 1970."""
    right = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Sms-Timestamp": str(at), "X-Sms-Signature": right}


def _problem(message: Sms) -> str:
    if not NUMBER.fullmatch(message.recipient):
        return "invalid_number"
    if not SENDER.fullmatch(message.sender):
        return "other"
    if not message.text.strip():
        return "invalid_text"
    return "text_too_long" if len(message.text) > MAX_LENGTH else ""
