"""The template's functions: their processes, synchronous and asynchronous invocation, reload on change."""

import asyncio
import hashlib
import itertools
import json
import os
import re
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from local.destinations import Destinations
from local.environment import Environment, Function
from local.logs import Logs
from local.stack import Invocation, Refusal, Resource, Stack
from local.template import arn_of, name_in_arn

FUNCTION = "AWS::Serverless::Function"
LAYER = "AWS::Serverless::LayerVersion"
MOST_PROCESSES = 4
LOOK_FOR_CHANGES_SECONDS = 1.0
IDLE_SECONDS = 60.0
# The cloud waits one and then two minutes between the attempts of an asynchronous invocation.
RETRY_SECONDS = (1.0, 2.0)


@dataclass
class _Pool:
    """The processes of one function."""

    function: Function
    free: asyncio.Semaphore
    idle: list[Environment] = field(default_factory=list)
    busy: list[Environment] = field(default_factory=list)
    invocations: int = 0
    generation: int = 0
    """Counts changes of the code; a process of an older one ends after its invocation."""
    born: dict[str, int] = field(default_factory=dict)
    signature: str = ""

    @property
    def environments(self) -> list[Environment]:
        return self.busy + self.idle


class Functions:
    """Implements local.stack.Invoker."""

    def __init__(self, stack: Stack, logs: Logs) -> None:
        self._stack = stack
        self._logs = logs
        self._destinations = Destinations(stack)
        self._pools = {
            logical_id: _Pool(function, asyncio.Semaphore(function.concurrency))
            for logical_id, function in _functions(stack).items()
        }
        self._by_name = {pool.function.name: pool for pool in self._pools.values()}
        for pool in self._pools.values():
            stack.keys[pool.function.access_key] = pool.function.logical_id
        self._tasks: set[asyncio.Task[None]] = set()
        self._retry_seconds = tuple(stack.settings.runtime.get("async_retry_seconds", RETRY_SECONDS))
        self._closing = False

    async def start(self) -> None:
        """Watch for changes, and load one process of each function ahead, one at a time."""
        for logical_id, signature in (await asyncio.to_thread(self._signatures)).items():
            self._pools[logical_id].signature = signature
        self._spawn(self._watch())
        self._spawn(self._load_ahead())

    async def close(self) -> None:
        self._closing = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        environments = [each for pool in self._pools.values() for each in pool.environments]
        await asyncio.gather(*(each.close() for each in environments))

    async def invoke(self, function: str, payload: bytes) -> Invocation:
        return await self._run(self._pool(function), payload, str(uuid.uuid4()), function)

    async def invoke_async(self, function: str, payload: bytes) -> None:
        pool = self._pool(function)
        self._spawn(self._run_until_done(pool, payload, function))

    def has(self, function: str) -> bool:
        name = name_in_arn(function)
        return name in self._by_name or name in self._pools

    def environment(self, environment_id: str) -> Environment | None:
        return next((each for each in self._all_environments() if each.id == environment_id), None)

    def kill(self, logical_id: str) -> list[int]:
        """Kill the function's processes, the busy ones first of all; their pids. LookupError if unknown."""
        pool = self._pools[logical_id]
        victims = pool.busy or pool.idle
        pids = [each.pid for each in victims if each.pid is not None]
        for each in victims:
            each.kill()
        return pids

    def states(self) -> list[dict[str, Any]]:
        """One object a function: name, logical_id, pid, state (cold, idle or busy), invocations."""
        return [
            {
                "name": pool.function.name,
                "logical_id": logical_id,
                "pid": next((each.pid for each in pool.environments if each.alive), None),
                "state": "busy" if pool.busy else "idle" if any(e.alive for e in pool.idle) else "cold",
                "invocations": pool.invocations,
            }
            for logical_id, pool in self._pools.items()
        ]

    def _pool(self, function: str) -> _Pool:
        name = name_in_arn(function)
        pool = self._by_name.get(name) or self._pools.get(name)
        if pool is None:
            raise LookupError(f"no function {function}")
        return pool

    def _all_environments(self) -> Iterator[Environment]:
        return itertools.chain.from_iterable(pool.environments for pool in self._pools.values())

    async def _run(self, pool: _Pool, payload: bytes, request_id: str, invoked_as: str) -> Invocation:
        arn = invoked_as if invoked_as.startswith("arn:") else pool.function.arn
        async with pool.free:
            pool.invocations += 1
            invocation = None
            while invocation is None:
                environment = await self._take(pool)
                try:
                    invocation = await environment.run(payload, request_id, arn)
                finally:
                    self._give_back(pool, environment)
        self._logs.count(pool.function.name, invocation)
        return invocation

    async def _take(self, pool: _Pool) -> Environment:
        while pool.idle:
            environment = pool.idle.pop()
            if environment.alive:
                pool.busy.append(environment)
                return environment
            self._forget(pool, environment)
            await environment.close()
        return await self._new(pool, pool.busy)

    async def _new(self, pool: _Pool, place: list[Environment]) -> Environment:
        environment = Environment(pool.function, self._logs.writer(pool.function.log_group))
        pool.born[environment.id] = pool.generation
        place.append(environment)
        await environment.start(self._stack.urls["aws"])
        return environment

    def _give_back(self, pool: _Pool, environment: Environment) -> None:
        pool.busy.remove(environment)
        current = pool.born.get(environment.id) == pool.generation
        if environment.alive and current and not self._closing:
            pool.idle.append(environment)
        else:
            self._forget(pool, environment)
            self._spawn(environment.close())

    @staticmethod
    def _forget(pool: _Pool, environment: Environment) -> None:
        pool.born.pop(environment.id, None)

    async def _run_until_done(self, pool: _Pool, payload: bytes, invoked_as: str) -> None:
        """Lambda's asynchronous invocation: the same request id on every attempt, then the destination."""
        resource = self._stack.template.resources[pool.function.logical_id]
        config = resource.properties.get("EventInvokeConfig") or {}
        retries = int(config.get("MaximumRetryAttempts", 2))
        oldest = float(config.get("MaximumEventAgeInSeconds", 21600))
        request_id = str(uuid.uuid4())
        arrived = time.monotonic()
        attempt = 1
        while True:
            invocation = await self._run(pool, payload, request_id, invoked_as)
            if invocation.error is None:
                condition = "Success"
                break
            if attempt > retries:
                condition = "RetriesExhausted"
                break
            pause = self._retry_seconds[min(attempt, len(self._retry_seconds)) - 1]
            if time.monotonic() + pause - arrived > oldest:
                condition = "EventAgeExceeded"
                break
            await asyncio.sleep(pause)
            attempt += 1
        await self._tell_destination(resource, pool.function, payload, invocation, condition, attempt)

    async def _tell_destination(
        self,
        resource: Resource,
        function: Function,
        payload: bytes,
        invocation: Invocation,
        condition: str,
        attempts: int,
    ) -> None:
        """Send the invocation record (Lambda developer guide, "Retaining records of asynchronous invocations")."""
        config = (resource.properties.get("EventInvokeConfig") or {}).get("DestinationConfig") or {}
        side = "OnSuccess" if condition == "Success" else "OnFailure"
        destination = (config.get(side) or {}).get("Destination")
        if side == "OnFailure" and (queue := resource.properties.get("DeadLetterQueue")):
            await self._destinations.send(queue["TargetArn"], payload.decode(), function.name)
        if not destination:
            return
        response: dict[str, Any] = {"statusCode": 200, "executedVersion": "$LATEST"}
        if invocation.error:
            response["functionError"] = "Unhandled"
        record = {
            "version": "1.0",
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "requestContext": {
                "requestId": invocation.request_id,
                "functionArn": f"{function.arn}:$LATEST",
                "condition": condition,
                "approximateInvokeCount": attempts,
            },
            "requestPayload": json.loads(payload or b"null"),
            "responseContext": response,
            "responsePayload": json.loads(invocation.payload or b"null"),
        }
        await self._destinations.send(destination, json.dumps(record), f"async/{function.name}")

    async def _load_ahead(self) -> None:
        for pool in self._pools.values():
            if not pool.environments:
                environment = await self._new(pool, pool.idle)
                await environment.loaded()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_FOR_CHANGES_SECONDS)
            signatures = await asyncio.to_thread(self._signatures)
            for logical_id, pool in self._pools.items():
                if signatures[logical_id] != pool.signature:
                    pool.signature = signatures[logical_id]
                    await self._renew(pool)
                await self._end_surplus(pool)

    def _signatures(self) -> dict[str, str]:
        """By logical id, what changes with any file of the function's code and layers; blocks."""
        of_folder = cache(_signature)
        return {logical_id: "".join(map(of_folder, pool.function.folders)) for logical_id, pool in self._pools.items()}

    async def _end_surplus(self, pool: _Pool) -> None:
        """After a burst one waiting process is enough; the last used is the last of the list."""
        limit = time.monotonic() - IDLE_SECONDS
        for environment in [each for each in pool.idle[:-1] if each.last_used < limit]:
            pool.idle.remove(environment)
            self._forget(pool, environment)
            await environment.close()

    async def _renew(self, pool: _Pool) -> None:
        pool.generation += 1
        old, pool.idle = pool.idle, []
        for environment in old:
            self._forget(pool, environment)
            await environment.close()
        self._logs.runner_line(f"{pool.function.logical_id} changed; its next invocation runs the new code")

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._logs.runner_line(f"a task of the runner failed: {error!r}")


def _functions(stack: Stack) -> dict[str, Function]:
    keys = _access_keys(resource.physical_id for resource in stack.resources(FUNCTION).values())
    return {
        logical_id: _function(stack, resource, keys[resource.physical_id])
        for logical_id, resource in stack.resources(FUNCTION).items()
    }


def _function(stack: Stack, resource: Resource, access_key: str) -> Function:
    template, properties = stack.template, resource.properties
    code = template.folder / str(properties.get("CodeUri", "."))
    handler = str(properties.get("Handler", ""))
    module = handler.rpartition(".")[0].replace(".", "/")
    if not (code / f"{module}.py").is_file() and not (code / module / "__init__.py").is_file():
        raise Refusal(f"Function {resource.logical_id} has no {module}.py in {code}.")
    layers = tuple(_layer_folder(stack, resource, arn) for arn in properties.get("Layers") or [])
    reserved = properties.get("ReservedConcurrentExecutions")
    most = int(stack.settings.runtime.get("processes", MOST_PROCESSES))
    log_group = (properties.get("LoggingConfig") or {}).get("LogGroup")
    variables = (properties.get("Environment") or {}).get("Variables") or {}
    own = {name: _text(value) for name, value in variables.items()}
    return Function(
        logical_id=resource.logical_id,
        name=resource.physical_id,
        arn=arn_of(FUNCTION, resource.physical_id),
        handler=handler,
        code=code.resolve(),
        layers=layers,
        timeout_seconds=float(properties.get("Timeout", 3)),
        memory_mb=int(properties.get("MemorySize", 128)),
        log_group=str(log_group or f"/aws/lambda/{resource.physical_id}"),
        variables={**own, **stack.settings.runtime.get("environment", {})},
        access_key=access_key,
        concurrency=most if reserved is None else max(1, min(int(reserved), most)),
    )


def _layer_folder(stack: Stack, resource: Resource, arn: str) -> Path:
    for layer in stack.resources(LAYER).values():
        if arn_of(LAYER, layer.physical_id) == arn:
            return (stack.template.folder / str(layer.properties.get("ContentUri", "."))).resolve()
    raise Refusal(f"Function {resource.logical_id} uses the layer {arn}, which the template does not make.")


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _access_keys(names: Iterator[str] | Any) -> dict[str, str]:
    """Key-shaped function names: "care-voice" → "CAREVOICE0000000"; letters and digits, 16 or more, unique."""
    keys: dict[str, str] = {}
    taken: Counter[str] = Counter()
    for name in names:
        key = re.sub(r"[^A-Z0-9]", "", name.upper()).ljust(16, "0")
        taken[key] += 1
        keys[name] = key if taken[key] == 1 else f"{key}{taken[key]}"
    return keys


def _signature(folder: Path) -> str:
    """Changes when any file below the folder is written, added or removed."""
    digest = hashlib.blake2b(digest_size=16)
    for path, modified in sorted(_files(str(folder))):
        digest.update(f"{path}\0{modified}\0".encode())
    return digest.hexdigest()


def _files(folder: str) -> Iterator[tuple[str, int]]:
    try:
        entries = list(os.scandir(folder))
    except FileNotFoundError:
        return
    for entry in entries:
        if entry.is_dir():
            if entry.name != "__pycache__":
                yield from _files(entry.path)
        else:
            try:
                yield entry.path, entry.stat().st_mtime_ns
            except FileNotFoundError:
                continue
