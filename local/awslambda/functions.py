"""All functions of the template: invoked by name, killed by name, loaded anew when their files change."""

import asyncio
import logging
import uuid
from collections.abc import Coroutine
from functools import cache
from typing import Any

from local.awslambda.asynchronous import AsynchronousInvocations
from local.awslambda.code_changes import signature
from local.awslambda.configuration import read_functions
from local.awslambda.environment import Environment
from local.awslambda.logs import Logs
from local.awslambda.pool import Pool
from local.cloudformation.stack import Invocation, Stack
from local.cloudformation.template import name_in_arn

LOOK_FOR_CHANGES_SECONDS = 1.0
logger = logging.getLogger(__name__)


class Functions:
    """Implements local.cloudformation.stack.Invoker."""

    def __init__(self, stack: Stack, logs: Logs) -> None:
        self._asynchronous = AsynchronousInvocations(stack)
        self._pools = {
            logical_id: Pool(function, logs, stack.urls["aws"])
            for logical_id, function in read_functions(stack).items()
        }
        self._by_name = {pool.function.name: pool for pool in self._pools.values()}
        stack.keys |= {pool.function.access_key: logical_id for logical_id, pool in self._pools.items()}
        self._tasks: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        """From now on have one process of each function ready, of the code as it is."""
        self._spawn(self._keep_ready(await asyncio.to_thread(self._signatures)))

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(pool.close() for pool in self._pools.values()))

    async def invoke(self, function: str, payload: bytes) -> Invocation:
        """Raises LookupError for an unknown function. A caller that goes away does not end the invocation."""
        pool = self._pool(function)
        return await asyncio.shield(self._spawn(pool.run(payload, str(uuid.uuid4()), _arn(pool, function))))

    async def invoke_async(self, function: str, payload: bytes) -> None:
        """Raises LookupError for an unknown function."""
        pool = self._pool(function)
        self._spawn(self._asynchronous.run(pool, payload, _arn(pool, function)))

    def has(self, function: str) -> bool:
        name = name_in_arn(function)
        return name in self._by_name or name in self._pools

    def environment(self, environment_id: str) -> Environment | None:
        """The process whose calls carry this session token."""
        everywhere = (each for pool in self._pools.values() for each in pool.environments)
        return next((each for each in everywhere if each.id == environment_id), None)

    def kill(self, logical_id: str) -> list[int]:
        """Kill the function's busy processes, or its idle ones; their pids. LookupError if it is unknown."""
        return self._pools[logical_id].kill()

    def states(self) -> list[dict[str, Any]]:
        """One object a function: name, logical_id, pid, state (cold, idle or busy), invocations, killed."""
        return [
            {
                "name": pool.function.name,
                "logical_id": logical_id,
                "pid": next((each.pid for each in pool.environments if each.alive), None),
                "state": pool.state,
                "invocations": pool.invocations,
                "killed": pool.killed,
            }
            for logical_id, pool in self._pools.items()
        ]

    def _pool(self, function: str) -> Pool:
        name = name_in_arn(function)
        pool = self._by_name.get(name) or self._pools.get(name)
        if pool is None:
            raise LookupError(f"no function {function}")
        return pool

    async def _keep_ready(self, known: dict[str, str]) -> None:
        while True:
            # One at a time: loading is what costs most, and people's requests come first.
            for pool in self._pools.values():
                await pool.end_surplus()
                await pool.load_ahead()
            await asyncio.sleep(LOOK_FOR_CHANGES_SECONDS)
            now = await asyncio.to_thread(self._signatures)
            for logical_id, pool in self._pools.items():
                if now[logical_id] != known[logical_id]:
                    await pool.renew()
                    logger.info("%s changed; its next invocation runs the new code", logical_id)
            known = now

    def _signatures(self) -> dict[str, str]:
        """By logical id, what changes with any file of the function's code and layers; blocks."""
        once = cache(signature)
        return {logical_id: "".join(map(once, pool.function.folders)) for logical_id, pool in self._pools.items()}

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("an invocation was lost", exc_info=error)


def _arn(pool: Pool, function: str) -> str:
    """What the context object calls the invoked function: with the alias, when that was invoked."""
    return function if function.startswith("arn:") else pool.function.arn
