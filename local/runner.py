"""Starts everything in its order, says where to go, and stops all of it."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from local.children import last_lines, start_child, stop_child
from local.control import add_control_routes
from local.data_plane import DataPlane
from local.faults import Faults
from local.functions import FUNCTION, Functions
from local.logs import Logs
from local.ministack import Ministack, installed_at, make_resources
from local.pages import ROOT_PAGE, add_file_routes
from local.ports import choose_ports
from local.router import Router
from local.sources.schedule import ScheduleSource
from local.sources.sqs import QueueSource
from local.sources.stream import StreamSource
from local.stack import REGION, Refusal, Settings, Stack
from local.stepfunctions import STATE_MACHINE, TASKS_KEY, StepFunctions, make_state_machines
from local.template import Addresses, read_template

PATIENCE_SECONDS = 60
# boto3 calls of the runner and the doors wait in these.
THREADS = 32
SERVICE_DOORS = ("aws", "stepfunctions", "runner")
# Events of SAM functions that a door serves, not a source.
DOOR_EVENTS = {"HttpApi", "Api"}


async def run(settings: Settings, port_base: int) -> None:
    """Run the stack until a signal or the end of one of its processes; raises Refusal for what is wrong."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, "runner"))
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, _stop_or_leave, stop)
    started = time.monotonic()
    doors_file = settings.state_dir / "doors.json"
    doors_file.unlink(missing_ok=True)
    (settings.state_dir / "logs").mkdir(parents=True, exist_ok=True)
    ports = choose_ports(port_base)
    stack = _stack(settings, ports)
    async with contextlib.AsyncExitStack() as closing:
        running = asyncio.create_task(_start(stack, closing))
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([running, stopped], return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            return
        ended = running.result()
        doors = _doors(stack)
        _write_whole(doors_file, json.dumps(doors, indent=2) + "\n")
        closing.callback(doors_file.unlink, missing_ok=True)
        _greet(stack, doors, time.monotonic() - started)
        await asyncio.wait([stopped, *ended], return_when=asyncio.FIRST_COMPLETED)
        lost = next((task for task in ended if task.done()), None)
        if lost and not stop.is_set():
            raise Refusal(f"{lost.result()}")
    print("Stopped.", flush=True)


def _stop_or_leave(stop: asyncio.Event) -> None:
    """The first signal stops in order; the second leaves at once, and the children die with their parent."""
    if stop.is_set():
        os._exit(130)
    stop.set()


def _stack(settings: Settings, ports: dict[str, int]) -> Stack:
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items() if name != "smtp"}
    urls |= {
        "smtp": f"smtp://127.0.0.1:{ports['smtp']}",
        "issuer": f"{urls['gateway']}/issuer",
        "runner": f"{urls['pages']}/_runner",
    }
    urls |= {name: f"{urls['pages']}/{name}/" for name in settings.pages if name != ROOT_PAGE}
    addresses = Addresses(urls["aws"], urls["gateway"], urls["issuer"], urls["pages"])
    path = settings.root / settings.template
    template = read_template(path, settings.stack, settings.parameters, addresses)
    return Stack(template, settings, ports, urls, keys={TASKS_KEY: "StepFunctions"})


async def _start(stack: Stack, closing: contextlib.AsyncExitStack) -> list["asyncio.Task[str]"]:
    """Start all parts; the tasks returned end, with a sentence, when a process the stack needs has ended."""
    settings = stack.settings
    logs = Logs(stack, settings.state_dir / "logs" / "runner.log")
    faults = Faults()
    functions = Functions(stack, logs)
    stack.invoker = functions
    sources_of = _Sources(stack, logs)

    ministack = Ministack(stack.ports["ministack"], settings.state_dir)
    closing.push_async_callback(ministack.stop)
    engine = StepFunctions(stack.ports["stepfunctions"], stack.ports["aws"], settings.state_dir)
    needs_engine = bool(stack.resources(STATE_MACHINE))
    closing.push_async_callback(engine.stop)
    await asyncio.gather(_data_plane(stack, ministack), *([_engine(stack, engine)] if needs_engine else []))

    logs.start()
    closing.push_async_callback(logs.close)
    router = Router(stack, functions, faults)
    await _serve(router.application(), stack.ports["aws"], closing)
    closing.push_async_callback(functions.close)
    await functions.start()

    pages, gateway = web.Application(client_max_size=64 << 20), web.Application(client_max_size=16 << 20)
    add_control_routes(pages, stack, functions, faults)
    doors = _open_doors(stack, pages, gateway)
    add_file_routes(pages, stack)
    await _serve(gateway, stack.ports["gateway"], closing)
    await _serve(pages, stack.ports["pages"], closing)
    await closing.enter_async_context(sources_of.running())
    if doors:
        await doors.open()
        closing.push_async_callback(doors.close)

    ended = [_watched("ministack", ministack.ended(), ministack.log)]
    if needs_engine:
        ended.append(_watched("The Step Functions engine", engine.ended(), engine.log))
    for name, arguments in settings.processes.items():
        log = settings.state_dir / "logs" / f"{name}.log"
        process = await _start_process(stack, name, arguments, log)
        closing.push_async_callback(stop_child, process)
        ended.append(_watched(f"The process {name}", _end_of(process), log))
    return ended


async def _data_plane(stack: Stack, ministack: Ministack) -> None:
    await ministack.start(installed_at(Path(__file__).resolve().parent.parent))
    await make_resources(stack)


async def _engine(stack: Stack, engine: StepFunctions) -> None:
    await engine.start()
    await make_state_machines(stack)


def _open_doors(stack: Stack, pages: web.Application, gateway: web.Application) -> Any:
    if find_spec("local.phone") and stack.settings.phone:
        from local.phone import add_routes

        add_routes(pages, stack)
    from local.doors import Doors

    doors = Doors(stack)
    doors.add_pages_routes(pages)
    doors.add_gateway_routes(gateway)
    return doors


async def _serve(app: web.Application, port: int, closing: contextlib.AsyncExitStack) -> None:
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1)
    await runner.setup()
    closing.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", port).start()


class _Sources:
    """The event sources of all functions; made before anything starts, so that a wrong one is said at once."""

    def __init__(self, stack: Stack, logs: Logs) -> None:
        self._plane = DataPlane(stack.urls["ministack"])
        self._logs = logs
        self._sources: list[Any] = []
        most = int(stack.settings.runtime.get("processes", 4))
        for function in stack.resources(FUNCTION).values():
            for name, event in (function.properties.get("Events") or {}).items():
                self._add(stack, function, name, event["Type"], event.get("Properties") or {}, most)

    def _add(self, stack: Stack, function: Any, name: str, kind: str, properties: dict[str, Any], most: int) -> None:
        if properties.get("Enabled", True) is False or kind in DOOR_EVENTS:
            return
        match kind:
            case "SQS":
                source: Any = QueueSource(stack, self._plane, self._logs, function, properties, most)
            case "DynamoDB":
                source = StreamSource(stack, self._plane, self._logs, function, properties)
            case "Schedule" | "ScheduleV2":
                source = ScheduleSource(stack, function, name, kind, properties)
            case _:
                raise Refusal(
                    f"Function {function.logical_id} has the event {name} of type {kind}, "
                    "which has no stand-in on one machine."
                )
        self._sources.append(source)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        await self._plane.open()
        tasks = [asyncio.create_task(self._run(source)) for source in self._sources]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._plane.close()

    async def _run(self, source: Any) -> None:
        try:
            await source.run()
        except asyncio.CancelledError:
            raise
        except Exception as error:
            self._logs.runner_line(f"an event source stopped: {error!r}")
            raise


async def _start_process(stack: Stack, name: str, arguments: list[str], log: Path) -> asyncio.subprocess.Process:
    """A process of local.toml's [processes], told by its environment where everything is."""
    port = stack.ports.get(name)
    environment = {
        **os.environ,
        "PORT": str(port) if port else "0",
        "STACK_TEMPLATE": str(stack.template.path.resolve()),
        "STACK_OUTPUTS": json.dumps(stack.template.outputs),
        "RUNNER_URL": stack.urls["runner"],
        "DOORS": json.dumps(_doors(stack)),
        "AWS_ENDPOINT_URL": stack.urls["aws"],
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": name.upper().ljust(16, "0"),
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONUNBUFFERED": "1",
    }
    with log.open("wb") as output:
        process = await start_child(
            [sys.executable, *arguments], environment, folder=stack.settings.root, output=output
        )
    if port:
        await _until_it_answers(f"The process {name}", process, port, log)
    return process


async def _until_it_answers(what: str, process: asyncio.subprocess.Process, port: int, log: Path) -> None:
    async with aiohttp.ClientSession() as session:
        for _ in range(PATIENCE_SECONDS * 20):
            if process.returncode is not None:
                raise Refusal(f"{what} ended at its start: {last_lines(log)}")
            try:
                async with session.get(f"http://127.0.0.1:{port}/"):
                    return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)
    raise Refusal(f"{what} did not answer within {PATIENCE_SECONDS} s: {last_lines(log)}")


def _watched(what: str, end: Any, log: Path) -> "asyncio.Task[str]":
    async def watch() -> str:
        await end
        return f"{what} ended: {last_lines(log)}"

    return asyncio.create_task(watch())


async def _end_of(process: asyncio.subprocess.Process) -> None:
    await process.wait()


def _doors(stack: Stack) -> dict[str, str]:
    """Name → address: of SMTP, each page and process of local.toml, the AWS services, and what [doors] names."""
    pages = [name for name in stack.settings.pages if name != ROOT_PAGE]
    processes = [name for name in stack.settings.processes if name in stack.ports]
    doors = {name: stack.urls[name] for name in ("smtp", *pages, *processes, *SERVICE_DOORS)}
    for door, parameter in stack.settings.doors.items():
        doors[door] = stack.template.parameters.get(parameter) or str(stack.template.outputs[parameter])
    return doors


def _greet(stack: Stack, doors: dict[str, str], seconds: float) -> None:
    width = max(map(len, doors))
    print(f"{stack.settings.stack} is open ({seconds:.1f} s). Nothing leaves this machine; state ends with Ctrl-C.")
    for name, address in doors.items():
        print(f"  {name:<{width}}  {address}")
    sys.stdout.flush()


def _write_whole(path: Path, text: str) -> None:
    """A reader sees the old file or the new one, never a part."""
    part = path.with_suffix(".part")
    part.write_text(text, encoding="utf-8")
    shutil.move(part, path)
