"""Start of each function beside bare boto3 with the same clients, each in a process of its own, in one run.

A function's start is its imports and the clients it makes; boto3's is ``import boto3`` and the same clients. They take
turns, in CPU time, and the middle one of many is taken: a processor is faster at times, and slower. What was
imported once is compiled, as it is in the layers. The first event comes after the start, or after what is made before a
snapshot, and pays for what it is the first to need; AWS answers it as moto did when it was recorded.
"""

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import botocore.endpoint

from bench import calls
from tests.integration.stage import ENVIRONMENT, ROOT, Event, Stage

TURNS, IMPORTS = 15, 6
# Somebody waits for these; the others are behind a queue, the stream or the machine.
WAITED_FOR, BEHIND = 1.25, 1.4
ARE_WAITED_FOR = {"voice", "chat", "desk", "status", "sms_gateway"}
# What each function makes at its start or first event, by care.clients' names, and the services these stand for.
CLIENTS = {
    "voice": (["centre"], ["dynamodb"]),
    "calls": (["centre", "call_records"], ["dynamodb", "connect"]),
    "email": (["centre", "mail_objects"], ["dynamodb", "s3"]),
    "chat": (["centre"], ["dynamodb"]),
    "sms": (["centre"], ["dynamodb"]),
    "desk": (["centre", "mail_objects"], ["dynamodb", "s3"]),
    "status": (["centre", "secrets"], ["dynamodb", "secretsmanager"]),
    "fanout": (["centre", "queues"], ["dynamodb", "sqs"]),
    "followup": (["centre", "executions"], ["dynamodb", "stepfunctions"]),
    "step": (["centre"], ["dynamodb"]),
    "notify": (
        ["centre", "queues", "senders"],
        ["dynamodb", "sqs", "sesv2", "pinpoint-sms-voice-v2", "apigatewaymanagementapi"],
    ),
    "delivery": (["centre"], ["dynamodb"]),
    "provisioning": (["centre", "queues"], ["dynamodb", "sqs"]),
    "sms_gateway": (["queues"], ["sqs"]),
    "repair": (["centre", "executions"], ["dynamodb", "stepfunctions"]),
}
FUNCTION = """
import app
from care import clients
for name in {clients}: getattr(clients, name)()
"""
BARE = """
import boto3
session = boto3.Session()
for name in {services}: session.client(name, endpoint_url="https://x.example" if "management" in name else None)
"""
TIMED = """
import time; begun = time.process_time()
{program}
print((time.process_time() - begun) * 1000)
"""
FIRST_EVENT = """
import json, sys
from snapshot_restore_py import get_before_snapshot
from bench import replay
from care.services.models import session
recorded = json.load(sys.stdin)
replay.play(session(), recorded["answers"])
{program}
for hook, arguments, named in get_before_snapshot(): hook(*arguments, **named)
print(replay.milliseconds(app.handler, recorded["event"]))
"""
# Whose a module is, by the package it is in; the others are Python's own, or small.
PACKAGES = {
    "app": "the function",
    "care": "care",
    "edge": "care",
    "aws_lambda_powertools": "Powertools",
    "pydantic": "pydantic",
    "pydantic_core": "pydantic",
    "annotated_types": "pydantic",
    "typing_inspection": "pydantic",
    "botocore": "botocore",
    "urllib3": "botocore",
    "dateutil": "botocore",
    "jmespath": "botocore",
}
OTHERS = "Python and others"


@dataclass(frozen=True)
class Start:
    """Times in milliseconds; ``first_event`` is what the first event takes after the start, where one is known."""

    function: str
    milliseconds: float
    bare: float
    first_event: float | None

    @property
    def ratio(self) -> float:
        return self.milliseconds / self.bare

    @property
    def goal(self) -> float:
        return WAITED_FOR if self.function in ARE_WAITED_FOR else BEHIND


@dataclass
class Recorded(Stage):
    """Keeps the last event of a function and what AWS answered to its calls."""

    event: Event = field(default_factory=dict)
    answers: list[dict[str, Any]] = field(default_factory=list)

    def invoke(self, function: str, event: Event) -> Any:
        self.event, self.answers = event, []
        with _heard(self.answers):
            return super().invoke(function, event)


@contextmanager
def _heard(answers: list[dict[str, Any]]) -> Iterator[None]:
    """Note each answer that comes from outside."""
    original = botocore.endpoint.convert_to_response_dict

    def convert(http_response: Any, operation_model: Any) -> Any:
        body = base64.b64encode(http_response.content).decode()
        http_response.raw.seek(0)
        answer = {"status": http_response.status_code, "headers": dict(http_response.headers), "body": body}
        answers.append({"operation": operation_model.name, **answer})
        return original(http_response, operation_model)

    botocore.endpoint.convert_to_response_dict = convert
    try:
        yield
    finally:
        botocore.endpoint.convert_to_response_dict = original


def record() -> dict[str, str]:
    """The first happening of each function that has one, as the process that plays it reads it."""
    found: dict[str, str] = {}
    for function, _, _, stage in calls.carried_out(Recorded):
        told = {"function": function, "event": stage.event, "answers": stage.answers}
        found.setdefault(function, json.dumps(told))
    return found


def measure(recorded: dict[str, str], compiled: str) -> list[Start]:
    """The starts, and the first events that were ``recorded``; ``compiled`` is the folder for what is compiled."""
    found = []
    for function, (clients, services) in CLIENTS.items():
        environment = _environment(function, compiled)
        start, bare = FUNCTION.format(clients=clients), BARE.format(services=services)
        first = FIRST_EVENT.format(program=start)
        turns = []
        for _ in range(TURNS):
            both = [_run(TIMED.format(program=program), environment) for program in (start, bare)]
            turns.append([*both, _run(first, environment, recorded[function]) if function in recorded else 0])
        milliseconds, alone, event = map(median, zip(*turns, strict=True))
        found.append(Start(function, milliseconds, alone, event or None))
    return found


def modules(program: str, function: str, compiled: str) -> dict[str, float]:
    """What a program imports with a function's folder at hand, and the milliseconds of each module by itself, the best
    of several; measuring it is in them.
    """
    best: dict[str, float] = {}
    for _ in range(IMPORTS):
        told = _process(["-X", "importtime", "-c", program], _environment(function, compiled)).stderr
        for own, name in re.findall(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)", told):
            best[name] = min(best.get(name, float("inf")), int(own) / 1000)
    return best


def by_package(times: dict[str, float]) -> dict[str, float]:
    """The milliseconds of modules, added up by whose they are."""
    found = dict.fromkeys([*PACKAGES.values(), OTHERS], 0.0)
    for name, milliseconds in times.items():
        found[PACKAGES.get(name.partition(".")[0], OTHERS)] += milliseconds
    return found


def _environment(function: str, compiled: str) -> dict[str, str]:
    path = os.pathsep.join([str(ROOT / "functions" / function), str(ROOT / "layers/care/python"), str(ROOT)])
    environment = {**os.environ, **ENVIRONMENT, "PYTHONPATH": path, "PYTHONPYCACHEPREFIX": compiled}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment


def _run(program: str, environment: dict[str, str], given: str = "") -> float:
    return float(_process(["-c", program], environment, given).stdout.splitlines()[-1])


def _process(arguments: list[str], environment: dict[str, str], given: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        input=given,
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(environment["PYTHONPYCACHEPREFIX"]),
    )
