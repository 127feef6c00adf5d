"""Which process an invocation gets, and when another is started."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from local.awslambda import pool as pools
from local.awslambda.configuration import Function
from local.awslambda.pool import Pool
from local.cloudformation.stack import Invocation


@dataclass
class Machine:
    """Processes that load and answer when the test says so."""

    started: list["Process"] = field(default_factory=list)
    done: list[tuple[str, str]] = field(default_factory=list)
    """(what was asked, the process that answered), in order."""


@dataclass
class Process:
    machine: Machine
    id: str = ""
    alive: bool = True
    pid: int = 1
    last_used: float = 0.0
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    may_answer: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    async def start(self, _: str) -> None:
        self.id = f"process {len(self.machine.started) + 1}"
        self.machine.started.append(self)

    async def loaded(self) -> bool:
        await self.ready.wait()
        return self.alive

    async def run(self, payload: bytes, request_id: str, arn: str) -> Invocation | None:
        if not self.alive:
            return Invocation(b"", "Unhandled", request_id, 0.0)
        await self.may_answer.acquire()
        self.machine.done.append((payload.decode(), self.id))
        return Invocation(payload, None, request_id, 0.0)

    def kill(self) -> None:
        self.alive = False
        self.ready.set()

    async def close(self) -> None:
        self.alive = False


class NoLogs:
    def writer(self, _: str) -> Callable[[str, str], None]:
        return lambda stream, line: None

    def count(self, function: str, invocation: Invocation) -> None:
        """Nobody asks."""


def in_a_pool(
    monkeypatch: pytest.MonkeyPatch, test: Callable[[Pool, Machine], Coroutine[Any, Any, None]], stuck_after: float
) -> None:
    async def run() -> None:
        machine = Machine()
        monkeypatch.setattr(pools, "Environment", lambda function, write: Process(machine))
        monkeypatch.setattr(pools, "PROCESSORS", 2)
        monkeypatch.setattr(pools, "STUCK_SECONDS", stuck_after)
        function = Function("F", "f", "arn", "app.handler", Path(), (), 3.0, 128, "/f", {}, "KEY", 4)
        await test(Pool(function, cast(Any, NoLogs()), "http://aws"), machine)

    asyncio.run(run())


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


NEVER, AT_ONCE = 3600.0, 0.0


def ask(pool: Pool, *names: str) -> list[asyncio.Task[Invocation]]:
    return [asyncio.create_task(pool.run(name.encode(), name, "arn")) for name in names]


def test_what_waits_gets_the_process_that_is_free_first_and_the_oldest_comes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def test(pool: Pool, machine: Machine) -> None:
        asked = ask(pool, "a", "b", "c")
        await settled()
        first, _still_loading = machine.started
        first.ready.set()
        for _ in asked:
            first.may_answer.release()
        await asyncio.gather(*asked)
        assert machine.done == [("a", "process 1"), ("b", "process 1"), ("c", "process 1")]

    in_a_pool(monkeypatch, test, NEVER)


def test_there_are_no_more_processes_than_processors_while_some_come_free(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(pool: Pool, machine: Machine) -> None:
        asked = ask(pool, *map(str, range(20)))
        await settled()
        for process in machine.started:
            process.ready.set()
        for _ in range(10):
            for process in machine.started:
                process.may_answer.release()
            await settled()
        await asyncio.gather(*asked)
        assert {process for _, process in machine.done} == {"process 1", "process 2"}
        assert len(machine.started) == 2

    in_a_pool(monkeypatch, test, NEVER)


def test_when_none_comes_free_there_are_as_many_as_the_function_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(pool: Pool, machine: Machine) -> None:
        asked = ask(pool, *map(str, range(20)))
        await settled()
        while len(machine.started) < 4:
            for process in machine.started:
                process.ready.set()
            await settled()
        await settled()
        assert len(machine.started) == 4
        for task in asked:
            task.cancel()

    in_a_pool(monkeypatch, test, AT_ONCE)


def test_code_that_does_not_load_answers_everybody_who_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(pool: Pool, machine: Machine) -> None:
        asked = ask(pool, "a", "b", "c")
        while not all(task.done() for task in asked):
            for process in machine.started:
                process.alive = False
                process.ready.set()
            await settled()
        assert [task.result().error for task in asked] == ["Unhandled"] * 3

    in_a_pool(monkeypatch, test, NEVER)


def test_a_process_that_was_starting_when_its_code_changed_takes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(pool: Pool, machine: Machine) -> None:
        (asked,) = ask(pool, "a")
        await settled()
        (old,) = machine.started
        await pool.renew()
        old.ready.set()
        await settled()
        _, new = machine.started
        new.ready.set()
        new.may_answer.release()
        await asked
        assert machine.done == [("a", "process 2")]
        assert not old.alive

    in_a_pool(monkeypatch, test, NEVER)


def test_a_process_killed_before_it_was_ready_fails_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    async def test(pool: Pool, machine: Machine) -> None:
        (asked,) = ask(pool, "a")
        await settled()
        (lost,) = machine.started
        assert pool.kill() == [lost.pid]
        await settled()
        _, new = machine.started
        new.ready.set()
        new.may_answer.release()
        assert (await asked).error is None

    in_a_pool(monkeypatch, test, NEVER)
