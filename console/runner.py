"""The runner's control API: what AWS would not tell, a function's process id, and its end."""

from typing import Any

import aiohttp


class Runner:
    def __init__(self, session: aiohttp.ClientSession, base: str) -> None:
        self._session = session
        self._base = base

    async def functions(self) -> list[dict[str, Any]]:
        """`name` (physical), `logical_id`, `pid` or None, `state` cold|idle|busy, `invocations`."""
        async with self._session.get(f"{self._base}/functions") as answer:
            answer.raise_for_status()
            found: list[dict[str, Any]] = await answer.json()
            return found

    async def kill(self, logical_id: str) -> None:
        async with self._session.post(f"{self._base}/functions/{logical_id}/kill") as answer:
            answer.raise_for_status()
