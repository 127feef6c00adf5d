"""The follow-up's executions: started once for each cycle and part, resumed by task token."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

INPUT_VERSION = 1


@dataclass(frozen=True)
class Executions:
    """The state machine, through one client."""

    client: "SFNClient"
    machine_arn: str

    def start(self, reference: str, cycle: int, part: int) -> bool:
        """Start a follow-up; whether it is new. Its name and input make a second start the same one. One request."""
        try:
            self.client.start_execution(
                stateMachineArn=self.machine_arn,
                name=name(reference, cycle, part),
                input=json.dumps({"version": INPUT_VERSION, "reference": reference, "cycle": cycle, "part": part}),
            )
        except self.client.exceptions.ExecutionAlreadyExists:
            return False
        return True

    def is_running(self, reference: str, cycle: int, part: int) -> bool:
        """Whether a follow-up goes on. One request."""
        arn = f"{self.machine_arn.replace(':stateMachine:', ':execution:')}:{name(reference, cycle, part)}"
        try:
            return self.client.describe_execution(executionArn=arn)["status"] == "RUNNING"
        except self.client.exceptions.ExecutionDoesNotExist:
            return False

    def resume(self, task_token: str, outcome: str) -> bool:
        """End a wait; whether it was still waiting. One request."""
        gone = self.client.exceptions
        try:
            self.client.send_task_success(taskToken=task_token, output=json.dumps({"outcome": outcome}))
        except (gone.TaskTimedOut, gone.TaskDoesNotExist, gone.InvalidToken):
            return False
        return True


def name(reference: str, cycle: int, part: int) -> str:
    """``complaint-<reference>-<cycle>-<part>``."""
    return f"complaint-{reference}-{cycle}-{part}"
