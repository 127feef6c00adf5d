"""Which stack a command works on: one in the cloud, or the one that runs on this machine."""

import argparse
import json
import os
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import boto3

from operations.settings import settings
from operations.stack import ROOT, Refusal, read_stack


@dataclass(frozen=True)
class Target:
    """A stack: its outputs by name, and a session whose clients reach it."""

    outputs: dict[str, str]
    session: boto3.Session


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that choose a stack."""
    parser.add_argument("--stack", help="name of a stack on AWS; without it, the stack that runs on this machine")
    parser.add_argument("--config-env", default="default", help="environment of samconfig.toml, for the region")
    parser.add_argument("--state-dir", default=ROOT / ".local", type=Path, help="of the stack on this machine")


def chosen(arguments: argparse.Namespace) -> Target:
    """Raises ``Refusal`` when there is nothing to work on."""
    region = settings(ROOT / "samconfig.toml", arguments.config_env).region
    if arguments.stack:
        session = boto3.Session(region_name=region)
        return Target(read_stack(session.client("cloudformation"), arguments.stack).outputs, session)
    return _here(arguments.state_dir, region)


def _here(state_dir: Path, region: str) -> Target:
    try:
        doors: dict[str, str] = json.loads((state_dir / "doors.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refusal("Nothing runs here: start it with make run, or name a stack on AWS with --stack.") from None
    with urllib.request.urlopen(f"{doors['runner']}/outputs", timeout=10) as answer:
        outputs: dict[str, str] = json.load(answer)
    # boto3's one setting that reaches every client of a session.
    os.environ["AWS_ENDPOINT_URL"] = doors["aws"]
    return Target(outputs, boto3.Session("operations", "local", region_name=region))
