"""How a flow invokes a Lambda function: tries, time, and which answers it takes."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from local.cloudformation.stack import Invocation

Invoke = Callable[[str, bytes], Awaitable[Invocation]]

# "Invoke AWS Lambda functions": a failed invocation is tried again up to three times within eight seconds.
RETRIES = 3
SECONDS_FOR_ALL_TRIES = 8.0
MAX_ANSWER_BYTES = 32 * 1024


async def answer_of(
    invoke: Invoke, function: str, event: bytes, *, seconds: float, seconds_between_tries: float
) -> bytes | None:
    """The function's answer; None when it failed every time or was late. Raises LookupError when there is none.

    A late invocation is not cut off: the function goes on, only nobody waits for it.
    """
    end = time.monotonic() + SECONDS_FOR_ALL_TRIES
    for attempt in range(1 + RETRIES):
        if attempt:
            await asyncio.sleep(seconds_between_tries)
        limit = min(seconds, end - time.monotonic())
        if limit <= 0:
            return None
        running = asyncio.ensure_future(invoke(function, event))
        done, _ = await asyncio.wait({running}, timeout=limit)
        if not done:
            running.add_done_callback(forget)
            return None
        invocation = running.result()
        if invocation.error is None:
            return invocation.payload
    return None


def valid_answer(payload: bytes, *, nested: bool) -> dict[str, Any] | None:
    """A STRING_MAP is a flat object of text; either kind is at most 32 KB. None when it is not that."""
    if len(payload) > MAX_ANSWER_BYTES:
        return None
    try:
        answer = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    if not isinstance(answer, dict):
        return None
    return answer if nested or all(isinstance(value, str) for value in answer.values()) else None


def forget(running: asyncio.Future[Invocation]) -> None:
    """For an invocation that nobody waits for: its failure is no one's."""
    if not running.cancelled():
        running.exception()
