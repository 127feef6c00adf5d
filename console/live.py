"""Reads the panels of the page while somebody looks, and tells every page what changed."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from botocore.exceptions import BotoCoreError, ClientError

# What reading a store, an AWS API or the runner can fail with; it is shown in the panel it concerns.
READ_ERRORS = (BotoCoreError, ClientError, aiohttp.ClientError, OSError, ValueError, LookupError)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Panel:
    """A part of the page, read every `seconds`."""

    name: str
    seconds: float
    read: Callable[[], Awaitable[Any]]


Message = dict[str, Any]


class Live:
    """Broadcasts `{"panel", "data"}` or `{"panel", "error"}` to its watchers.

    Without a watcher nothing is read.
    """

    def __init__(self, panels: list[Panel]) -> None:
        self._panels = panels
        self._watchers: set[asyncio.Queue[Message | None]] = set()
        self._last: dict[str, Message] = {}
        self._readers: list[asyncio.Task[None]] = []

    def join(self) -> asyncio.Queue[Message | None]:
        """A queue of messages, beginning with what is known; None means that the page should end."""
        queue: asyncio.Queue[Message | None] = asyncio.Queue()
        for message in self._last.values():
            queue.put_nowait(message)
        self._watchers.add(queue)
        if not self._readers:
            self._readers = [asyncio.create_task(self._follow(panel)) for panel in self._panels]
        return queue

    def leave(self, queue: asyncio.Queue[Message | None]) -> None:
        self._watchers.discard(queue)
        if not self._watchers:
            for reader in self._readers:
                reader.cancel()
            self._readers = []

    async def close(self) -> None:
        readers, self._readers = self._readers, []
        for reader in readers:
            reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await reader
        for queue in self._watchers:
            queue.put_nowait(None)

    def tell(self, message: Message) -> None:
        for queue in self._watchers:
            queue.put_nowait(message)

    async def _follow(self, panel: Panel) -> None:
        while True:
            message = await self._read(panel)
            if message != self._last.get(panel.name):
                self._last[panel.name] = message
                self.tell(message)
            await asyncio.sleep(panel.seconds)

    async def _read(self, panel: Panel) -> Message:
        try:
            return {"panel": panel.name, "data": await panel.read()}
        except READ_ERRORS as error:
            _log.warning("cannot read %s: %s", panel.name, error)
            return {"panel": panel.name, "error": f"{type(error).__name__}: {error}"}
