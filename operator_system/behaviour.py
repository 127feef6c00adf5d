"""How the stand-in misbehaves, when it is asked to."""

import asyncio
from collections.abc import Callable
from typing import Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field

Deed = Literal["", "line", "charge", "activate", "refund", "submit"]


class Behaviour(BaseModel):
    """What goes wrong; at its defaults nothing does."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    only: Deed = ""
    """The one deed that this is about; "" is every one."""
    slow_seconds: float = Field(default=0.0, ge=0, le=120)
    """To wait before doing anything; it is done even when nobody waits any more."""
    down: bool = False
    """Refuse all with 503."""
    fail_next: int = Field(default=0, ge=0)
    """So many next requests are refused with 503."""
    lose_next: int = Field(default=0, ge=0)
    """So many next requests are done, and the connection is cut before the answer."""

    async def around(self, deed: Deed, request: web.Request, do: Callable[[], web.Response]) -> web.Response:
        """Do it, or not, and answer, or not."""
        if self.only not in ("", deed):
            return do()
        if self.slow_seconds:
            await asyncio.sleep(self.slow_seconds)
        if self.down or self.fail_next:
            self.fail_next = max(0, self.fail_next - (not self.down))
            return web.json_response({"reason": "down"}, status=503)
        answer = do()
        if self.lose_next and request.transport:
            self.lose_next -= 1
            request.transport.abort()
        return answer
