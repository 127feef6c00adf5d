"""Step Functions: moto's engine in a process of its own, and the template's state machines made in it."""

import asyncio
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import aiohttp
import yaml
from botocore.exceptions import BotoCoreError, ClientError

from local.children import last_lines, start_child, stop_child
from local.stack import ACCOUNT, REGION, Refusal, Resource, Stack, blocking_client

STATE_MACHINE = "AWS::Serverless::StateMachine"
# moto signs what its tasks call with this key.
TASKS_KEY = "ak"
PATIENCE_SECONDS = 60


class StepFunctions:
    def __init__(self, port: int, aws_port: int, state_dir: Path) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.log = state_dir / "logs" / "stepfunctions.log"
        self._aws_port = aws_port
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
        environment = kept | {
            # Where the engine's own tasks go: the router.
            "MOTO_PORT": str(self._aws_port),
            "MOTO_ACCOUNT_ID": ACCOUNT,
            "AWS_DEFAULT_REGION": REGION,
            "PYTHONUNBUFFERED": "1",
        }
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        with self.log.open("wb") as output:
            self._process = await start_child(command, environment, output=output)
        await self._configure(self._process)

    async def stop(self) -> None:
        if self._process:
            await stop_child(self._process, patience=0.5)

    async def ended(self) -> None:
        """Returns when the process has ended by itself."""
        if self._process:
            await self._process.wait()

    async def _configure(self, process: asyncio.subprocess.Process) -> None:
        async with aiohttp.ClientSession() as session:
            for _ in range(PATIENCE_SECONDS * 20):
                if process.returncode is not None:
                    raise Refusal(f"The Step Functions engine ended at its start: {last_lines(self.log)}")
                try:
                    config = {"stepfunctions": {"execute_state_machine": True}}
                    async with session.post(f"{self.url}/moto-api/config", json=config) as answer:
                        answer.raise_for_status()
                        return
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.05)
        raise Refusal(f"The Step Functions engine did not answer within {PATIENCE_SECONDS} s: {last_lines(self.log)}")


async def make_state_machines(stack: Stack) -> None:
    client = blocking_client("stepfunctions", stack.urls["stepfunctions"])
    for machine in stack.resources(STATE_MACHINE).values():
        try:
            await asyncio.to_thread(
                client.create_state_machine,
                name=machine.physical_id,
                definition=definition(stack.template.folder, machine),
                roleArn=f"arn:aws:iam::{ACCOUNT}:role/{machine.physical_id}",
                type=machine.properties.get("Type", "STANDARD"),
            )
        except (ClientError, BotoCoreError) as error:
            raise Refusal(f"State machine {machine.logical_id} could not be made: {error}") from None


def definition(folder: Path, machine: Resource) -> str:
    """The machine's ASL as JSON, DefinitionSubstitutions put in. Raises Refusal when there is none to read."""
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
