"""The processes of one function: started on demand up to its concurrency, kept while they are of use.

Starting one takes as much of the machine as many answers do. So what waits is given to whichever process is free first,
and beyond one process for each processor another is started only when for a while none has come free: those at work
are then waiting themselves, and leave a processor to it.
"""

import asyncio
import logging
import os
import time
from collections import deque
from collections.abc import Coroutine
from typing import Any

from local.awslambda.configuration import Function
from local.awslambda.environment import Environment
from local.awslambda.logs import Logs
from local.cloudformation.stack import Invocation

IDLE_SECONDS = 60.0
# Longer than a start takes, and than any answer that does not wait for something slow.
STUCK_SECONDS = 1.0
PROCESSORS = os.cpu_count() or 1
logger = logging.getLogger(__name__)


class Pool:
    def __init__(self, function: Function, logs: Logs, aws_url: str) -> None:
        self.function = function
        self.invocations = 0
        self.killed = 0
        self._logs = logs
        self._aws_url = aws_url
        self._idle: list[Environment] = []
        """The last used at the end."""
        self._busy: list[Environment] = []
        self._starting: list[Environment] = []
        self._waiting: deque[asyncio.Future[Environment]] = deque()
        """Invocations without a process, the oldest first."""
        self._came_free = 0.0
        self._outdated: set[str] = set()
        """Ids of busy and starting environments that run old code, or were killed before they were ready."""
        self._loads = True
        """False once the present code failed to load."""
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def environments(self) -> list[Environment]:
        return self._busy + self._starting + self._idle

    @property
    def state(self) -> str:
        if self._busy or self._waiting:
            return "busy"
        return "idle" if any(each.alive for each in self._starting + self._idle) else "cold"

    async def run(self, payload: bytes, request_id: str, arn: str) -> Invocation:
        """Run one invocation, waiting for a process where all are busy. Must not be cancelled while it runs."""
        self.invocations += 1
        invocation = None
        while invocation is None:
            environment = await self._take()
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
            self._loads = await self._start(self._new())
            if not self._loads:
                logger.warning("%s does not load; its log group says why", self.function.logical_id)

    async def renew(self) -> None:
        """The code has changed: no process of the old one takes another invocation."""
        self._loads = True
        self._outdated |= {each.id for each in self._busy + self._starting}
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
        victims = [each for each in self._busy or self._starting + self._idle if each.alive]
        pids = [each.pid for each in victims if each.pid is not None]
        # What was killed before it was ready tells nothing about the code: another takes its place.
        self._outdated |= {each.id for each in victims if each in self._starting}
        self.killed += len(victims)
        for each in victims:
            each.kill()
        return pids

    async def close(self) -> None:
        await asyncio.gather(*(each.close() for each in self.environments), *self._tasks, return_exceptions=True)

    async def _take(self) -> Environment:
        while self._idle:
            environment = self._idle.pop()
            if environment.alive:
                self._busy.append(environment)
                return environment
            await environment.close()
        place: asyncio.Future[Environment] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        self._start_for_those_waiting(PROCESSORS)
        while not (await asyncio.wait([place], timeout=STUCK_SECONDS))[0]:
            if not self._starting and time.monotonic() - self._came_free >= STUCK_SECONDS:
                self._start_for_those_waiting(self.function.concurrency)
        return place.result()

    def _start_for_those_waiting(self, most: int) -> None:
        under_way = len(self._starting)
        room = min(most, self.function.concurrency) - len(self._busy) - under_way
        for _ in range(min(len(self._waiting) - under_way, room)):
            self._spawn(self._start(self._new()))

    def _new(self) -> Environment:
        environment = Environment(self.function, self._logs.writer(self.function.log_group))
        self._starting.append(environment)
        return environment

    async def _start(self, environment: Environment) -> bool:
        """Whether it did load. Where it does not, one of those waiting is answered with that."""
        try:
            await environment.start(self._aws_url)
            loaded = await environment.loaded()
        finally:
            self._starting.remove(environment)
        if loaded or environment.id in self._outdated:
            self._offer(environment)
        elif not self._hand(environment):
            await environment.close()
        return loaded

    def _give_back(self, environment: Environment) -> None:
        self._busy.remove(environment)
        self._offer(environment)

    def _offer(self, environment: Environment) -> None:
        self._came_free = time.monotonic()
        if not environment.alive or environment.id in self._outdated:
            self._outdated.discard(environment.id)
            self._spawn(environment.close())
            self._start_for_those_waiting(PROCESSORS)
        elif not self._hand(environment):
            self._idle.append(environment)

    def _hand(self, environment: Environment) -> bool:
        """Give it to the oldest that waits; False when nobody does."""
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                self._busy.append(environment)
                place.set_result(environment)
                return True
        return False

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            logger.error("a process of %s did not start", self.function.logical_id, exc_info=error)
