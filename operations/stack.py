"""A stack as CloudFormation describes it, and why a command on it stops."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

ROOT = Path(__file__).resolve().parent.parent


class Refusal(Exception):
    """Why the command stops, in one sentence for the person who started it."""


@dataclass(frozen=True)
class Stack:
    name: str
    parameters: dict[str, str]
    outputs: dict[str, str]

    def output(self, name: str) -> str:
        try:
            return self.outputs[name]
        except KeyError:
            raise Refusal(f"The stack {self.name} has no output named {name}.") from None


def read_stack(cloudformation: CloudFormationClient, name: str) -> Stack:
    (described,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
    return Stack(
        name=name,
        parameters={item["ParameterKey"]: item["ParameterValue"] for item in described.get("Parameters", [])},
        outputs={item["OutputKey"]: item["OutputValue"] for item in described.get("Outputs", [])},
    )
