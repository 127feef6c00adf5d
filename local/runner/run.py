"""Starts everything in its order, says where to go, and stops all of it."""

import asyncio
import contextlib
import fcntl
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from local.awslambda.configuration import FUNCTION
from local.awslambda.functions import Functions
from local.awslambda.logs import Logs
from local.cloudformation.account import REGION
from local.cloudformation.settings import Settings, parameters_at
from local.cloudformation.stack import Stack
from local.cloudformation.template import Addresses, read_template
from local.doors import Doors
from local.machine.children import Server, inherited
from local.machine.guard import Guard, anywhere
from local.machine.guarded import guarded
from local.machine.ports import choose_ports
from local.machine.refusal import Refusal
from local.phone import add_routes as add_phone_routes
from local.runner.announcement import doors, filled_in, greeting, write_doors
from local.runner.control import add_control_routes
from local.runner.pages import ROOT_PAGE, add_file_routes
from local.services.faults import Faults
from local.services.ministack import make_resources, ministack
from local.services.permissions import Permissions
from local.services.router import LARGEST_BODY, Router
from local.services.stepfunctions import TASKS_KEY, engine, make_state_machines, read_definitions
from local.sources import Sources
from local.sources.rules import Rules

# boto3 calls of the runner and the doors wait in these.
THREADS = 32
RESTART_SECONDS = 1.0
logger = logging.getLogger(__name__)


async def run(settings: Settings, port_base: int) -> None:
    """Run the stack until a signal; raises Refusal for what is wrong, or when ministack is lost."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(THREADS, "runner"))
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, _stop_or_leave, stop)
    began = time.monotonic()
    doors_file = settings.state_dir / "doors.json"
    async with contextlib.AsyncExitStack() as closing:
        closing.enter_context(_only_runner_of(settings.state_dir))
        doors_file.unlink(missing_ok=True)
        # What is for who develops goes to a file; the terminal is for who uses the stack.
        logging.basicConfig(
            filename=settings.state_dir / "logs" / "runner.log",
            format="%(asctime)s %(name)s %(message)s",
            level=logging.WARNING,
        )
        logging.getLogger("local").setLevel(logging.INFO)
        stack = _stack(settings, choose_ports(port_base, list(settings.processes)))
        # Made once before anything starts: what is wrong in local.toml is said at once.
        greeting(stack, 0)
        stopped = asyncio.create_task(stop.wait())
        started = asyncio.create_task(_start(stack, closing))
        await asyncio.wait([started, stopped], return_when=asyncio.FIRST_COMPLETED)
        if not started.done():
            started.cancel()
            await asyncio.gather(started, return_exceptions=True)
            return
        watched = started.result()
        write_doors(stack, doors_file)
        closing.callback(doors_file.unlink, missing_ok=True)
        print(greeting(stack, time.monotonic() - began), flush=True)
        await asyncio.wait([stopped, *watched], return_when=asyncio.FIRST_COMPLETED)
        for task in watched:
            if task.done():
                task.result()
    print("Stopped.", flush=True)


def _stop_or_leave(stop: asyncio.Event) -> None:
    """The first signal stops in order; the second leaves at once, and the children die with their parent."""
    if stop.is_set():
        os._exit(130)
    stop.set()


@contextlib.contextmanager
def _only_runner_of(state_dir: Path) -> Iterator[None]:
    """Holds the folder, emptied of old logs. Raises Refusal when another runner holds it."""
    logs = state_dir / "logs"
    try:
        logs.mkdir(parents=True, exist_ok=True)
        lock = (state_dir / "runner.lock").open("w")
    except OSError as error:
        raise Refusal(f"The state folder {state_dir} cannot be used: {error.strerror}.") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refusal(
                f"A stack is already running with {state_dir}; stop it, or choose another --state-dir."
            ) from None
        for log in logs.glob("*.log"):
            log.unlink()
        yield


def _stack(settings: Settings, ports: dict[str, int]) -> Stack:
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    urls |= {
        "smtp": f"smtp://127.0.0.1:{ports['smtp']}",
        "issuer": f"{urls['gateway']}/issuer",
        "runner": f"{urls['pages']}/_runner",
    }
    urls |= {name: f"{urls['pages']}/{name}/" for name in settings.pages if name != ROOT_PAGE}
    addresses = Addresses(urls["aws"], urls["gateway"], urls["issuer"], urls["pages"])
    path = settings.root / settings.template
    template = read_template(path, settings.stack, parameters_at(settings, urls, datetime.now(UTC)), addresses)
    return Stack(template, settings, ports, urls, keys={TASKS_KEY: "StepFunctions"})


async def _start(stack: Stack, closing: contextlib.AsyncExitStack) -> list["asyncio.Task[None]"]:
    """Start all parts; the tasks returned raise Refusal when a process the stack needs is lost."""
    settings, ports = stack.settings, stack.ports
    logs = Logs(stack)
    faults = Faults()
    permissions = Permissions(stack.template)
    functions = Functions(stack, logs)
    stack.invoker = functions
    sources = Sources(stack)
    rules = Rules(stack)
    definitions = read_definitions(stack)
    told, event = _after_engine_restart(stack)

    types = {resource.type for resource in stack.template.resources.values()}
    data = ministack(ports["ministack"], settings.state_dir, types)
    machines = engine(ports["stepfunctions"], ports["aws"], settings.state_dir)
    closing.push_async_callback(data.stop)
    closing.push_async_callback(machines.stop)

    async def start_data() -> None:
        await data.start()
        await make_resources(stack)

    async def start_machines() -> None:
        await machines.start()
        await make_state_machines(stack, definitions)

    await asyncio.gather(start_data(), *([start_machines()] if definitions else []))

    closing.callback(stack.plane.close)
    logs.start()
    closing.push_async_callback(logs.close)
    router = Router(stack, functions, faults, permissions)
    closing.push_async_callback(router.close)
    await _listening(router.open(), ports["aws"])
    closing.push_async_callback(functions.close)

    guard = Guard(pages=True, others={ports["pages"], ports["gateway"]}, linked=anywhere)
    pages, gateway = (web.Application(client_max_size=LARGEST_BODY, middlewares=[guarded(guard)]) for _ in range(2))
    all_doors = Doors(stack)
    all_doors.add_pages_routes(pages)
    all_doors.add_gateway_routes(gateway)
    add_control_routes(pages, stack, functions, faults, permissions, rules)
    closing.push_async_callback(rules.close)
    if settings.phone:
        add_phone_routes(pages, stack, rules.put)
    add_file_routes(pages, stack)
    await _serve(gateway, ports["gateway"], closing)
    await _serve(pages, ports["pages"], closing)
    await closing.enter_async_context(sources.running())
    await all_doors.open()
    closing.push_async_callback(all_doors.close)

    watched = [_lost(data)]
    if definitions:

        async def start_machines_again() -> None:
            await start_machines()
            if told:
                await stack.invoke_async(told, event)

        watched.append(_kept_running(machines, start_machines_again))
    processes = [_process(stack, name, arguments) for name, arguments in settings.processes.items()]
    for process in processes:
        closing.push_async_callback(process.stop)
        watched.append(_kept_running(process, process.start))
    await asyncio.gather(*(process.start() for process in processes))
    tasks = [asyncio.create_task(each) for each in watched]
    closing.push_async_callback(_cancel, tasks)
    # Last, so that loading every function does not keep the doors from opening.
    await functions.start()
    return tasks


async def _serve(app: web.Application, port: int, closing: contextlib.AsyncExitStack) -> None:
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=0.5)
    await runner.setup()
    closing.push_async_callback(runner.cleanup)
    await _listening(web.TCPSite(runner, "127.0.0.1", port).start(), port)


async def _listening(start: Awaitable[None], port: int) -> None:
    try:
        await start
    except OSError as error:
        raise Refusal(f"Port {port} cannot be had: {error.strerror}.") from None


def _process(stack: Stack, name: str, arguments: list[str]) -> Server:
    """A process of local.toml's [processes], told by its environment where everything is and what port is its own."""
    port = stack.ports[name]
    environment = {
        **inherited(),
        "PORT": str(port),
        "STACK_TEMPLATE": str(stack.template.path.resolve()),
        "STACK_OUTPUTS": json.dumps(stack.template.outputs),
        "RUNNER_URL": stack.urls["runner"],
        "DOORS": json.dumps(doors(stack)),
        "AWS_ENDPOINT_URL": stack.urls["aws"],
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": name.upper().ljust(16, "0"),
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONUNBUFFERED": "1",
    }
    return Server(
        what=f"The process {name}",
        command=[sys.executable, *(filled_in(stack, "processes", each) for each in arguments)],
        environment=environment,
        log=stack.settings.state_dir / "logs" / f"{name}.log",
        answers_at=f"http://127.0.0.1:{port}/",
        folder=stack.settings.root,
    )


def _after_engine_restart(stack: Stack) -> tuple[str, bytes]:
    """Which function local.toml names, if any, and its event: with the engine's process all executions end, and who
    started them has to know. Raises Refusal for a function that is not there.
    """
    told = stack.settings.after_engine_restart
    function = str(told.get("function", ""))
    if function and function not in stack.resources(FUNCTION):
        raise Refusal(f"after_engine_restart names {function}, which is no function of the template.")
    return function, json.dumps(told.get("event", {})).encode()


async def _lost(server: Server) -> None:
    """ministack holds the state: without it there is nothing to go on with."""
    await server.ended()
    raise Refusal(f"{server.what} ended, and the state with it: {server.last_words()}")


async def _kept_running(server: Server, start: Callable[[], Awaitable[None]]) -> None:
    while True:
        await server.ended()
        logger.warning("%s ended and is started again: %s", server.what, server.last_words())
        await asyncio.sleep(RESTART_SECONDS)
        await start()


async def _cancel(tasks: list["asyncio.Task[None]"]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
