"""Event sources: what calls a function when nobody invokes it directly."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any, Protocol

from local.awslambda.configuration import FUNCTION, MOST_PROCESSES
from local.cloudformation.stack import Stack
from local.cloudformation.template import Resource
from local.machine.refusal import Refusal
from local.sources.rules import AT_RULES
from local.sources.schedule import ScheduleSource
from local.sources.sqs import QueueSource
from local.sources.stream import StreamSource

# Events that a door serves.
AT_DOORS = {"HttpApi", "Api"}
logger = logging.getLogger(__name__)


class Source(Protocol):
    async def run(self) -> None:
        """Until cancelled."""


class Sources:
    """All event sources of a template; made before anything starts, so that a wrong one is said at once."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._sources = [
            source
            for function in stack.resources(FUNCTION).values()
            for name, event in (function.properties.get("Events") or {}).items()
            for source in self._of(function, name, event["Type"], event.get("Properties") or {})
        ]

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(source.run()) for source in self._sources]
        for task in tasks:
            task.add_done_callback(self._ended)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    @staticmethod
    def _ended(task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()):
            logger.error("an event source stopped", exc_info=error)

    def _of(self, function: Resource, name: str, kind: str, properties: dict[str, Any]) -> list[Source]:
        if kind in AT_DOORS | AT_RULES or properties.get("Enabled", True) is False:
            return []
        stack = self._stack
        match kind:
            case "SQS":
                most = int(stack.settings.runtime.get("processes", MOST_PROCESSES))
                return [QueueSource(stack, function, properties, most)]
            case "DynamoDB":
                return [StreamSource(stack, function, properties)]
            case "Schedule" | "ScheduleV2":
                return [ScheduleSource(stack, function, name, kind, properties)]
        raise Refusal(
            f"Function {function.logical_id} has the event {name} of type {kind}, which has no stand-in on one machine."
        )
