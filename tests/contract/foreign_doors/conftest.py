"""One running stack of a foreign template for all tests of the doors."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import aiohttp
import boto3
import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
START_SECONDS = 90
SEEN_SECONDS = 15
ACCESS_KEY = "ATESTOFTHEDOORS0"


@dataclass
class Ferry:
    doors: dict[str, str]
    outputs: dict[str, str]
    _seen: list[dict[str, Any]] = field(default_factory=list)

    @property
    def pages(self) -> str:
        """Base of the pages port, where the JSON APIs behind the mailbox and the SMS page are."""
        return self.doors["runner"].removesuffix("/_runner")

    def client(self, service: str, endpoint: str | None = None) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=endpoint or self.doors["aws"],
            region_name="ap-southeast-1",
            aws_access_key_id=ACCESS_KEY,
            aws_secret_access_key="x",
        )

    async def seen(self, wanted: Callable[[dict[str, Any]], Any]) -> dict[str, Any]:
        """The first event on the queue that is wanted; the others stay for later questions."""
        until = time.monotonic() + SEEN_SECONDS
        looked = 0
        while True:
            for event in self._seen[looked:]:
                if wanted(event):
                    return event
            looked = len(self._seen)
            if time.monotonic() > until:
                raise AssertionError(f"no such event among {self._seen!r:.4000}")
            self._seen += await asyncio.to_thread(self._receive)

    def _receive(self) -> list[dict[str, Any]]:
        sqs, url = self.client("sqs"), self.outputs["SeenUrl"]
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", [])
        for message in found:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [_read(message["Body"]) for message in found]


def _read(body: str) -> dict[str, Any]:
    """An event; what is said in plain words is a text."""
    try:
        return dict(json.loads(body))
    except ValueError:
        return {"text": body}


@pytest.fixture(scope="session")
def ferry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ferry]:
    state = tmp_path_factory.mktemp("ferry")
    command = [sys.executable, "-m", "local", "--config", str(HERE / "local.toml"), "--port-base", "0"]
    log = (state / "log").open("wb")
    process = subprocess.Popen([*command, "--state-dir", str(state)], cwd=ROOT, stdout=log, stderr=log)
    try:
        until = time.monotonic() + START_SECONDS
        while not (state / "doors.json").exists():
            if process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"the foreign stack did not start:\n{(state / 'log').read_text()}")
            time.sleep(0.1)
        doors = json.loads((state / "doors.json").read_text())
        with urlopen(f"{doors['runner']}/outputs") as answer:
            outputs = json.load(answer)
        yield Ferry(doors, outputs)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        finally:
            process.kill()
            log.close()


@pytest.fixture(scope="session")
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session
