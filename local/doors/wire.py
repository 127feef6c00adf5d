"""How AWS writes things down: times, ids, error bodies, topics."""

from __future__ import annotations

import asyncio
import json
import logging
import time
import uuid
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from local.cloudformation.data_plane import CallFailed
from local.cloudformation.stack import Stack

log = logging.getLogger(__name__)


def iso(seconds: float) -> str:
    """2026-01-04T17:43:48.123Z, as SES and API Gateway write it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds() -> int:
    return int(time.time() * 1000)


def common_log_time(seconds: float) -> str:
    """04/Jan/2026:17:43:48 +0000, as API Gateway's requestTime."""
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    at = datetime.fromtimestamp(seconds, UTC)
    return f"{at:%d}/{months[at.month - 1]}/{at:%Y:%H:%M:%S} +0000"


def short_id() -> str:
    """An id in the form of API Gateway's extended request ids."""
    return uuid.uuid4().hex[:15] + "="


def error(status: int, code: str, message: str, reason: str = "") -> web.Response:
    """An error as AWS's JSON protocols answer it; SDKs take the code from header or body."""
    body = {"__type": code, "message": message, "Message": message, **({"Reason": reason} if reason else {})}
    return web.json_response(body, status=status, headers={"x-amzn-ErrorType": code})


async def publish(stack: Stack, topic: str, message: dict[str, Any] | str, subject: str | None = None) -> None:
    """Publish as a service does, an object as JSON.

    What cannot be published is logged: the service would not know either.
    """
    text = message if isinstance(message, str) else json.dumps(message)
    try:
        await stack.plane.publish(topic, text, subject)
    except CallFailed as failure:
        log.warning("event not published to %s: %s", topic, failure)


class Background:
    """Tasks that outlive the request that started them; ended with the door."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
