"""One execution environment: a process of one function, and the Lambda Runtime API it talks to.

The process is AWS's own runtime client (`awslambdaric`); the API is that of the Lambda developer guide, "Using
the Lambda runtime API". Each process has the API on a port of its own, which is how it is told apart.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.awslambda.configuration import Function
from local.cloudformation.stack import Invocation
from local.machine.children import inherited, kill_group, start_child
from local.machine.http import JSON, Answer, Request, Server

API = "/2018-06-01/runtime"
MAXIMUM_PAYLOAD = 6 * 1024 * 1024
# A machine at work on other things must not fail what the cloud's 10 s would let through.
INIT_SECONDS = 60.0
LONGEST_LINE = 1 << 20
TAKEN = Answer(202, JSON, b'{"status": "OK"}')


@dataclass
class _Work:
    request_id: str
    payload: bytes
    arn: str
    result: "asyncio.Future[tuple[bytes, str | None]]"
    handed: bool = False


class Environment:
    """Runs one invocation at a time. It is dead once its process has ended or an invocation timed out."""

    def __init__(self, function: Function, write_line: Callable[[str, str], None]) -> None:
        """`write_line(stream, line)` takes what the process prints, and the platform's own lines."""
        self.function = function
        self.id = uuid.uuid4().hex
        self.stream = f"{time.strftime('%Y/%m/%d', time.gmtime())}/[$LATEST]{self.id}"
        self.init_milliseconds: float | None = None
        self.last_used = time.monotonic()
        self._write_line = write_line
        self._process: asyncio.subprocess.Process | None = None
        self._exited: asyncio.Task[int] | None = None
        self._api: Server | None = None
        self._reader: asyncio.Task[None] | None = None
        self._work: asyncio.Queue[_Work] = asyncio.Queue()
        self._current: _Work | None = None
        self._asked = asyncio.Event()
        self._init_error: bytes | None = None
        self._told_init = False
        self._killed = False

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process and self._process.returncode is None else None

    @property
    def alive(self) -> bool:
        return self.pid is not None and not self._killed

    async def start(self, aws_url: str) -> None:
        """Start the process; it goes on loading after this returns."""
        port = await self._serve()
        command = [sys.executable, "-m", "awslambdaric", self.function.handler]
        self._started = time.monotonic()
        self._process = await start_child(
            command,
            self._variables(aws_url, port),
            folder=self.function.code,
            output=asyncio.subprocess.PIPE,
            line_limit=LONGEST_LINE,
        )
        self._exited = asyncio.create_task(self._process.wait())
        self._reader = asyncio.create_task(self._read_lines(self._process))

    async def loaded(self) -> bool:
        """Wait until the function's module is loaded; False when that failed."""
        if self._exited is None:
            return False
        if not self._asked.is_set():
            asked = asyncio.create_task(self._asked.wait())
            try:
                either: list[asyncio.Future[Any]] = [asked, self._exited]
                await asyncio.wait(either, timeout=INIT_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            finally:
                asked.cancel()
        return self._asked.is_set() and self.alive

    async def run(self, payload: bytes, request_id: str, arn: str) -> Invocation | None:
        """Run one invocation to its end, whatever that is; None when the process was gone before it got it."""
        started = time.monotonic()
        if not await self.loaded():
            await self.close()
            failure, reason = self._load_failure(request_id)
            self._write(f"END RequestId: {request_id}")
            return Invocation(failure, reason, request_id, _milliseconds_since(started))
        future: asyncio.Future[tuple[bytes, str | None]] = asyncio.get_running_loop().create_future()
        work = _Work(request_id, payload, arn, future)
        self._current = work
        started = time.monotonic()
        self._work.put_nowait(work)
        answer, error = await self._end_of(work)
        if not work.handed:
            return None
        milliseconds = _milliseconds_since(started)
        self._current = None
        self.last_used = time.monotonic()
        # What the process printed last may still be in the pipe.
        asyncio.get_running_loop().call_later(0.03, self._report, request_id, milliseconds, error)
        return Invocation(answer, error, request_id, milliseconds)

    def kill(self) -> None:
        """Kill the process at once, as when a machine is lost."""
        self._killed = True
        if self._process and self._process.returncode is None:
            kill_group(self._process)

    async def close(self) -> None:
        self.kill()
        if self._process:
            await self._process.wait()
        if self._reader:
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
        if self._api:
            await self._api.close()

    async def _end_of(self, work: _Work) -> tuple[bytes, str | None]:
        if self._exited is None:
            raise RuntimeError("not started")
        limit = self.function.timeout_seconds
        either: list[asyncio.Future[Any]] = [work.result, self._exited]
        done, _ = await asyncio.wait(either, timeout=limit, return_when=asyncio.FIRST_COMPLETED)
        if work.result in done:
            return work.result.result()
        if not done:
            self.kill()
            message = f"{_utc_now()} {work.request_id} Task timed out after {limit:.2f} seconds"
            self._write(message)
            return _error("Sandbox.Timedout", message), "Timeout"
        code = self._exited.result()
        status = f"signal: {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
        message = f"RequestId: {work.request_id} Error: Runtime exited with error: {status}"
        if work.handed:
            self._write(message)
        return _error("Runtime.ExitError", message), "Runtime.ExitError"

    def _load_failure(self, request_id: str) -> tuple[bytes, str]:
        if self._init_error is not None:
            return self._init_error, "Unhandled"
        message = f"RequestId: {request_id} Error: Runtime exited before it was ready"
        return _error("Runtime.ExitError", message), "Runtime.ExitError"

    def _report(self, request_id: str, milliseconds: float, error: str | None) -> None:
        billed = int(milliseconds) + 1
        init = ""
        if not self._told_init and self.init_milliseconds is not None:
            init = f"\tInit Duration: {self.init_milliseconds:.2f} ms"
            self._told_init = True
        status = {None: "", "Timeout": "\tStatus: timeout"}.get(error, "\tStatus: error")
        self._write(f"END RequestId: {request_id}")
        self._write(
            f"REPORT RequestId: {request_id}\tDuration: {milliseconds:.2f} ms\tBilled Duration: {billed} ms"
            f"\tMemory Size: {self.function.memory_mb} MB{init}{status}"
        )

    def _variables(self, aws_url: str, port: int) -> dict[str, str]:
        function = self.function
        python_path = [str(function.code), *(str(layer / "python") for layer in function.layers)]
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        platform = {
            "_HANDLER": function.handler,
            "AWS_ACCESS_KEY_ID": function.access_key,
            "AWS_SECRET_ACCESS_KEY": "local",
            # Tells the router which process a call came from; a function's processes share its key.
            "AWS_SESSION_TOKEN": self.id,
            "AWS_REGION": _region_of(function.arn),
            "AWS_DEFAULT_REGION": _region_of(function.arn),
            "AWS_ENDPOINT_URL": aws_url,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_EXECUTION_ENV": f"AWS_Lambda_python{version}",
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
            "AWS_LAMBDA_LOG_STREAM_NAME": self.stream,
            "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{port}",
            "LAMBDA_TASK_ROOT": str(function.code),
            "PYTHONPATH": os.pathsep.join(python_path),
            "PYTHONUNBUFFERED": "1",
            "TZ": ":UTC",
        }
        return {**inherited(), **function.variables, **platform}

    def _write(self, line: str) -> None:
        self._write_line(self.stream, line)

    async def _serve(self) -> int:
        # A process that ended must not be handed what comes next.
        self._api = Server(self._answer, MAXIMUM_PAYLOAD + 1024, ends_with_caller=True)
        return await self._api.open()

    async def _answer(self, request: Request) -> Answer:
        match request.method, request.target.removeprefix(API).split("/")[1:]:
            case "GET", ["invocation", "next"]:
                return await self._next()
            case "POST", ["invocation", request_id, "response"]:
                return self._response(request_id, request.body)
            case "POST", ["invocation", request_id, "error"]:
                self._finish(request_id, request.body, "Unhandled")
                return TAKEN
            case "POST", ["init", "error"]:
                self._init_error = request.body
                return TAKEN
        return Answer(404)

    async def _next(self) -> Answer:
        if self.init_milliseconds is None:
            self.init_milliseconds = _milliseconds_since(self._started)
        self._asked.set()
        work = await self._work.get()
        work.handed = True
        self._write(f"START RequestId: {work.request_id} Version: $LATEST")
        deadline = time.time() + self.function.timeout_seconds
        now = f"{int(time.time()):08x}"
        headers = [
            ("Content-Type", "application/json"),
            ("Lambda-Runtime-Aws-Request-Id", work.request_id),
            ("Lambda-Runtime-Deadline-Ms", str(int(deadline * 1000))),
            ("Lambda-Runtime-Invoked-Function-Arn", work.arn),
            ("Lambda-Runtime-Trace-Id", f"Root=1-{now}-{work.request_id.replace('-', '')[:24]};Sampled=0"),
        ]
        return Answer(200, headers, work.payload)

    def _response(self, request_id: str, body: bytes) -> Answer:
        if len(body) > MAXIMUM_PAYLOAD:
            message = f"Response payload size exceeded maximum allowed payload size ({MAXIMUM_PAYLOAD} bytes)."
            self._finish(request_id, _error("Function.ResponseSizeTooLarge", message), "Unhandled")
            return Answer(413, JSON, b'{"errorType": "RequestEntityTooLarge"}')
        self._finish(request_id, body, None)
        return TAKEN

    def _finish(self, request_id: str, body: bytes, error: str | None) -> None:
        work = self._current
        if work and work.request_id == request_id and not work.result.done():
            work.result.set_result((body, error))

    async def _read_lines(self, process: asyncio.subprocess.Process) -> None:
        stdout = process.stdout
        if stdout is None:
            return
        while True:
            try:
                line = await stdout.readline()
            except ValueError:
                self._write(f"[a line longer than {LONGEST_LINE} bytes was dropped]")
                continue
            if not line:
                return
            # The runtime client writes a line break inside an event as a carriage return.
            text = line.decode("utf-8", errors="replace").rstrip("\n").replace("\r", "\n").rstrip()
            if text:
                self._write(text)


def _error(type_: str, message: str) -> bytes:
    return json.dumps({"errorType": type_, "errorMessage": message}).encode()


def _milliseconds_since(started: float) -> float:
    return (time.monotonic() - started) * 1000


def _region_of(arn: str) -> str:
    return arn.split(":")[3]


def _utc_now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime()) + f".{int(time.time() * 1000) % 1000:03d}Z"
