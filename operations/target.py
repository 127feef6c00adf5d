"""Which stack a command works on: one in the cloud, or the one that runs on this machine."""

import json
import os
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import boto3

DOORS = Path(".local/doors.json")
_REGION = "ap-southeast-1"


class NoStack(Exception):
    """There is nothing to work on; the message says what to do."""


@dataclass(frozen=True)
class Target:
    """A stack: its outputs by name, and a session whose clients reach it."""

    outputs: dict[str, str]
    session: boto3.Session


def cloud(stack: str) -> Target:
    """A deployed stack, with the credentials of whoever asks."""
    session = boto3.Session(region_name=os.environ.get("AWS_REGION", _REGION))
    (described,) = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return Target({one["OutputKey"]: one["OutputValue"] for one in described.get("Outputs", [])}, session)


def this_machine(doors: Path = DOORS) -> Target:
    """The stack of ``make run``. Raises ``NoStack`` when none runs."""
    try:
        addresses = json.loads(doors.read_text(encoding="utf-8"))
        with urllib.request.urlopen(f"{addresses['runner']}/outputs", timeout=10) as answer:
            outputs = json.load(answer)
    except (OSError, ValueError, KeyError):
        raise NoStack(
            "No call centre runs on this machine: make run starts one, --stack NAME names one in the cloud."
        ) from None
    os.environ["AWS_ENDPOINT_URL"] = addresses["aws"]
    session = boto3.Session(aws_access_key_id="OPERATIONS000000", aws_secret_access_key="local", region_name=_REGION)
    return Target(outputs, session)
