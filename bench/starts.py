"""Cold start of each function beside bare boto3 with the same clients, each in a process of its own, in one run.

A function's start is its imports and the clients it makes; boto3's is `import boto3` and the same clients. The two take
turns, and the best of several is taken, since what disturbs a start only makes it longer.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass

from tests.integration.stage import ENVIRONMENT, ROOT

TURNS = 6
# What each function makes at its start or first event, by care.clients' names, and the services these stand for.
CLIENTS = {
    "voice": (["centre"], ["dynamodb"]),
    "email": (["centre", "mail_objects"], ["dynamodb", "s3"]),
    "chat": (["centre"], ["dynamodb"]),
    "sms": (["centre"], ["dynamodb"]),
    "desk": (["centre", "mail_objects"], ["dynamodb", "s3"]),
    "fanout": (["queues"], ["sqs"]),
    "followup": (["centre", "executions"], ["dynamodb", "stepfunctions"]),
    "step": (["centre"], ["dynamodb"]),
    "notify": (
        ["centre", "queues", "senders"],
        ["dynamodb", "sqs", "sesv2", "pinpoint-sms-voice-v2", "apigatewaymanagementapi"],
    ),
    "delivery": (["centre"], ["dynamodb"]),
    "provisioning": (["centre", "queues"], ["dynamodb", "sqs"]),
    "sms_gateway": (["queues"], ["sqs"]),
}
FUNCTION = """
import time; begun = time.perf_counter()
import app
from care import clients
for name in {clients}: getattr(clients, name)()
print(round((time.perf_counter() - begun) * 1000, 1))
"""
BARE = """
import time; begun = time.perf_counter()
import boto3
session = boto3.Session()
for name in {services}: session.client(name, endpoint_url="https://x.example" if "management" in name else None)
{libraries}
print(round((time.perf_counter() - begun) * 1000, 1))
"""

LIBRARIES = """
from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.metrics import single_metric
from pydantic import BaseModel, Field
Logger(); Tracer(auto_patch=False)
"""


@dataclass(frozen=True)
class Start:
    """Best times in milliseconds."""

    function: str
    milliseconds: float
    bare: float
    with_libraries: float

    @property
    def libraries_ratio(self) -> float:
        """What Powertools and pydantic alone make of it."""
        return self.with_libraries / self.bare

    @property
    def ratio(self) -> float:
        return self.milliseconds / self.bare


def measure() -> list[Start]:
    found = []
    for function, (clients, services) in CLIENTS.items():
        path = os.pathsep.join([str(ROOT / "functions" / function), str(ROOT / "layers/care/python")])
        environment = {**os.environ, **ENVIRONMENT, "PYTHONPATH": path}
        programs = (
            FUNCTION.format(clients=clients),
            BARE.format(services=services, libraries=""),
            BARE.format(services=services, libraries=LIBRARIES),
        )
        times = [[_run(program, environment) for program in programs] for _ in range(TURNS)]
        found.append(Start(function, *(min(column) for column in zip(*times, strict=True))))
    return found


def _run(program: str, environment: dict[str, str]) -> float:
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    milliseconds: float = json.loads(done.stdout.splitlines()[-1])
    return milliseconds
