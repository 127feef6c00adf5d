"""The follow-up's executions: started once for each cycle and part, resumed by task token."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

INPUT_VERSION = 1
# Of a page of what runs (Step Functions API reference, "ListExecutions": a hundred unless asked).
_PAGE = 1000
_NAME = re.compile(r"case-(?P<reference>[^-]+)-(?P<cycle>[0-9]+)-(?P<part>[0-9]+)")


class Followup(NamedTuple):
    """What an execution's name says: whose it is, of which cycle, and the how manieth of it."""

    reference: str
    cycle: int
    part: int


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
        try:
            found = self.client.describe_execution(executionArn=self._arn(reference, cycle, part))
        except self.client.exceptions.ExecutionDoesNotExist:
            return False
        return found["status"] == "RUNNING"

    def running(self) -> Iterator[Followup]:
        """All follow-ups that go on; what began or ended just now may be told late. A request for each thousand."""
        pages = self.client.get_paginator("list_executions").paginate(
            stateMachineArn=self.machine_arn, statusFilter="RUNNING", PaginationConfig={"PageSize": _PAGE}
        )
        return (found for page in pages for one in page["executions"] if (found := named(one["name"])))

    def stop(self, reference: str, cycle: int, part: int, cause: str) -> bool:
        """End a follow-up from outside; whether there is one of this name. One request."""
        try:
            self.client.stop_execution(executionArn=self._arn(reference, cycle, part), cause=cause)
        except self.client.exceptions.ExecutionDoesNotExist:
            return False
        return True

    def resume(self, task_token: str) -> bool:
        """End a wait; whether it was still waiting. One request."""
        gone = self.client.exceptions
        try:
            self.client.send_task_success(taskToken=task_token, output="{}")
        except (gone.TaskTimedOut, gone.TaskDoesNotExist, gone.InvalidToken):
            return False
        return True

    def _arn(self, reference: str, cycle: int, part: int) -> str:
        return f"{self.machine_arn.replace(':stateMachine:', ':execution:')}:{name(reference, cycle, part)}"


def name(reference: str, cycle: int, part: int) -> str:
    """``case-<reference>-<cycle>-<part>``."""
    return f"case-{reference}-{cycle}-{part}"


def named(execution: str) -> Followup | None:
    """What the name of an execution says; ``None`` of one that was not started here."""
    found = _NAME.fullmatch(execution)
    return Followup(found["reference"], int(found["cycle"]), int(found["part"])) if found else None
