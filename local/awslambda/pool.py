"""The processes of one function: started on demand up to its concurrency, kept while they are of use."""

import asyncio
import logging
import time

from local.awslambda.configuration import Function
from local.awslambda.environment import Environment
from local.awslambda.logs import Logs
from local.cloudformation.stack import Invocation

IDLE_SECONDS = 60.0
logger = logging.getLogger(__name__)


class Pool:
    def __init__(self, function: Function, logs: Logs, aws_url: str) -> None:
        self.function = function
        self.invocations = 0
        self._logs = logs
        self._aws_url = aws_url
        self._free = asyncio.Semaphore(function.concurrency)
        self._idle: list[Environment] = []
        """The last used at the end."""
        self._busy: list[Environment] = []
        self._outdated: set[str] = set()
        """Ids of busy environments that run old code."""
        self._loads = True
        """False once the present code failed to load."""
        self._ending: set[asyncio.Task[None]] = set()

    @property
    def environments(self) -> list[Environment]:
        return self._busy + self._idle

    @property
    def state(self) -> str:
        if self._busy:
            return "busy"
        return "idle" if any(each.alive for each in self._idle) else "cold"

    async def run(self, payload: bytes, request_id: str, arn: str) -> Invocation:
        """Run one invocation, waiting for a process where all are busy. Must not be cancelled while it runs."""
        async with self._free:
            self.invocations += 1
            invocation = None
            while invocation is None:
                environment = await self._take()
                self._busy.append(environment)
                try:
                    invocation = await environment.run(payload, request_id, arn)
                finally:
                    self._give_back(environment)
        self._logs.count(self.function.name, invocation)
        return invocation

    async def load_ahead(self) -> None:
        """Have one process ready, also in place of one that was lost; not of code that does not load."""
        dead = [each for each in self._idle if not each.alive]
        self._idle = [each for each in self._idle if each.alive]
        await asyncio.gather(*(each.close() for each in dead))
        if not self.environments and self._loads:
            environment = await self._new()
            self._idle.append(environment)
            self._loads = await environment.loaded()
            if not self._loads:
                logger.warning("%s does not load; its log group says why", self.function.logical_id)

    async def renew(self) -> None:
        """The code has changed: no process of the old one takes another invocation."""
        self._loads = True
        self._outdated |= {each.id for each in self._busy}
        old, self._idle = self._idle, []
        await asyncio.gather(*(each.close() for each in old))

    async def end_surplus(self) -> None:
        """After a burst one waiting process is enough."""
        limit = time.monotonic() - IDLE_SECONDS
        for environment in [each for each in self._idle[:-1] if each.last_used < limit]:
            self._idle.remove(environment)
            await environment.close()

    def kill(self) -> list[int]:
        """Kill the busy processes, or the idle ones when none is busy; their pids."""
        victims = [each for each in self._busy or self._idle if each.alive]
        pids = [each.pid for each in victims if each.pid is not None]
        for each in victims:
            each.kill()
        return pids

    async def close(self) -> None:
        await asyncio.gather(*(each.close() for each in self.environments), *self._ending)

    async def _take(self) -> Environment:
        while self._idle:
            environment = self._idle.pop()
            if environment.alive:
                return environment
            await environment.close()
        return await self._new()

    async def _new(self) -> Environment:
        environment = Environment(self.function, self._logs.writer(self.function.log_group))
        await environment.start(self._aws_url)
        return environment

    def _give_back(self, environment: Environment) -> None:
        self._busy.remove(environment)
        if environment.alive and environment.id not in self._outdated:
            self._idle.append(environment)
            return
        self._outdated.discard(environment.id)
        task = asyncio.create_task(environment.close())
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)
