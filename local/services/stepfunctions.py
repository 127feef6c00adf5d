"""Step Functions: moto's engine in a process of its own, and the template's state machines made in it."""

import asyncio
import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from botocore.exceptions import BotoCoreError, ClientError

from local.cloudformation.account import ACCOUNT, REGION, blocking_client
from local.cloudformation.stack import Stack
from local.cloudformation.template import Resource
from local.machine.children import Server, inherited
from local.machine.refusal import Refusal

ROOT = Path(__file__).resolve().parents[2]
STATE_MACHINE = "AWS::Serverless::StateMachine"
# moto signs what its tasks call with this key.
TASKS_KEY = "ak"


def engine(port: int, aws_port: int, state_dir: Path) -> Server:
    environment = inherited() | {
        # Where the engine's own tasks go: the router.
        "MOTO_PORT": str(aws_port),
        "MOTO_ACCOUNT_ID": ACCOUNT,
        "AWS_DEFAULT_REGION": REGION,
        "PYTHONUNBUFFERED": "1",
    }
    return Server(
        what="The Step Functions engine",
        command=[sys.executable, "-m", "local.services.engine", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        environment=environment,
        log=state_dir / "logs" / "stepfunctions.log",
        answers_at=f"http://127.0.0.1:{port}/",
        folder=ROOT,
    )


def read_definitions(stack: Stack) -> dict[str, str]:
    """Logical id → ASL as JSON. Raises Refusal for a definition that cannot be read."""
    machines = stack.resources(STATE_MACHINE)
    return {logical_id: definition(stack.template.folder, machine) for logical_id, machine in machines.items()}


async def make_state_machines(stack: Stack, definitions: Mapping[str, str]) -> None:
    """Make the template's state machines in an engine that has just started."""
    client = blocking_client("stepfunctions", stack.urls["stepfunctions"])
    for machine in stack.resources(STATE_MACHINE).values():
        try:
            await asyncio.to_thread(
                client.create_state_machine,
                name=machine.physical_id,
                definition=definitions[machine.logical_id],
                roleArn=f"arn:aws:iam::{ACCOUNT}:role/{machine.physical_id}",
                type=machine.properties.get("Type", "STANDARD"),
            )
        except (ClientError, BotoCoreError) as error:
            raise Refusal(f"State machine {machine.logical_id} could not be made: {error}") from None


def definition(folder: Path, machine: Resource) -> str:
    """The machine's ASL as JSON, DefinitionSubstitutions put in. Raises Refusal when it cannot be read."""
    inline = machine.properties.get("Definition")
    substitutions = machine.properties.get("DefinitionSubstitutions") or {}
    if inline is not None:
        return _substituted(json.dumps(inline), substitutions)
    path = folder / str(machine.properties.get("DefinitionUri", ""))
    try:
        text = path.read_text(encoding="utf-8")
        # JSON is YAML; anchors and comments of a YAML definition end here.
        parsed: Any = yaml.safe_load(text)
    except OSError:
        raise Refusal(f"State machine {machine.logical_id} has no definition at {path}.") from None
    except yaml.YAMLError as error:
        raise Refusal(f"The definition {path} cannot be parsed: {error}") from None
    return _substituted(json.dumps(parsed), substitutions)


def _substituted(text: str, substitutions: dict[str, Any]) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in substitutions:
            return match[0]
        return json.dumps(str(substitutions[match[1]]))[1:-1]

    return re.sub(r"\$\{([A-Za-z0-9_]+)\}", value, text)
