"""One running stack of a foreign template for all tests of the runner's promises."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pytest
from aiohttp import web
from botocore.config import Config

ROOT = Path(__file__).parents[2]
FOREIGN = Path(__file__).parent / "foreign"
START_SECONDS = 90
PATIENCE_SECONDS = 20
# S3's links are signed the older way unless asked.
SIGNATURES = {"s3": "s3v4"}


def eventually(wanted: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
    """The first true answer; fails when none comes."""
    until = time.monotonic() + seconds
    while not (answer := wanted()):
        assert time.monotonic() < until, f"not within {seconds} s: {answer!r}"
        time.sleep(0.1)
    return answer


@cache
def client(service: str, endpoint: str) -> Any:
    make: Any = boto3.client
    return make(
        service,
        endpoint_url=endpoint,
        region_name="ap-southeast-1",
        aws_access_key_id="TESTOFTHERUNNER0",
        aws_secret_access_key="x",
        config=Config(retries={"total_max_attempts": 1}, read_timeout=60, signature_version=SIGNATURES.get(service)),
    )


def start_runner(config: Path, state: Path, *options: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "local", "--config", str(config), "--state-dir", str(state), *options]
    # Tests that ran in this process before leave it the names of their own region and keys.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with (state / "output").open("wb") as output:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)


def doors_of(process: "subprocess.Popen[bytes]", state: Path) -> dict[str, str]:
    """Wait until everything answers."""

    def there() -> bool:
        assert process.poll() is None, (state / "output").read_text()
        return (state / "doors.json").exists()

    eventually(there, START_SECONDS)
    doors: dict[str, str] = json.loads((state / "doors.json").read_text())
    return doors


def stop(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


def command_of(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


@dataclass
class Library:
    """The running foreign stack, and the AWS calls the tests make of it."""

    folder: Path
    """A copy of the foreign template that tests may change."""
    state: Path
    doors: dict[str, str]
    process: "subprocess.Popen[bytes]"
    outputs: dict[str, str] = field(default_factory=dict)
    _seen: list[dict[str, Any]] = field(default_factory=list)

    def aws(self, service: str) -> Any:
        return client(service, self.doors["aws"])

    def control(self, method: str, path: str, body: Any = None) -> Any:
        request = urllib.request.Request(
            self.doors["runner"] + path,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")

    def ask(self, do: str, **details: Any) -> tuple[Any, str | None]:
        """Invoke the workshop; (answer or error object, kind of error)."""
        answer = self.aws("lambda").invoke(
            FunctionName=self.outputs["WorkshopArn"], Payload=json.dumps({"do": do, **details})
        )
        return json.loads(answer["Payload"].read()), answer.get("FunctionError")

    def order(self, do: str, **details: Any) -> None:
        """Invoke the workshop asynchronously."""
        self.aws("lambda").invoke(
            FunctionName=self.outputs["WorkshopArn"],
            InvocationType="Event",
            Payload=json.dumps({"do": do, **details}),
        )

    def count_of(self, key: str, attribute: str = "attempts") -> int:
        item = self.aws("dynamodb").get_item(
            TableName=self.outputs["TableName"], Key={"pk": {"S": key}, "sk": {"S": "-"}}, ConsistentRead=True
        )
        return int(item.get("Item", {}).get(attribute, {"N": "0"})["N"])

    def take(self, queue: str, wait: int = 1) -> list[Any]:
        """Receive and delete what is on a queue, parsed."""
        sqs, url = self.aws("sqs"), self.outputs[queue]
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=wait)
        messages = found.get("Messages", [])
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in messages]

    def seen(self, book: str) -> list[dict[str, Any]]:
        """What the stream's reader said of one book, in the order of the stream."""
        self._seen += self.take("SeenUrl", wait=0)
        return sorted((each for each in self._seen if each["pk"] == book), key=lambda each: int(each["sequence"]))


@contextlib.contextmanager
def serving(app: web.Application) -> Iterator[str]:
    """The URL of an application of this process, which answers in a thread of its own."""
    loop = asyncio.new_event_loop()
    runner = web.AppRunner(app, shutdown_timeout=0.1)

    async def start() -> int:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return int(runner.addresses[0][1])

    port = loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@dataclass
class StandIn:
    """The operator's system, as its page and scripts ask it."""

    url: str

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refused:
            text = refused.read()
            return refused.code, json.loads(text) if text.startswith(b"{") else text.decode()

    def behave(self, **wished: Any) -> None:
        assert self.ask("PATCH", "/stand-in/behaviour", wished)[0] == 200


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("library") / "foreign"
    shutil.copytree(FOREIGN, folder, ignore=shutil.ignore_patterns("__pycache__"))
    state = tmp_path_factory.mktemp("state")
    process = start_runner(folder / "local.toml", state, "--port-base", "0", "--visibility-seconds", "1")
    try:
        running = Library(folder, state, doors_of(process, state), process)
        running.outputs = running.control("GET", "/outputs")
        yield running
    finally:
        stop(process)


@pytest.fixture
def key() -> str:
    """A name nothing else uses."""
    return uuid.uuid4().hex[:12]
