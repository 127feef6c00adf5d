"""Carries out one step of the follow-up machine, ``statemachines/complaint_followup.asl.yaml``."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field

from care.clients import centre
from care.followup.steps import Step, carry_out
from care.observability import event, logger, tracer
from care.value import Value


class StepTask(Value):
    """The payload of a task state: ids and decisions only."""

    step: Step
    reference: str
    cycle: int = Field(ge=1)
    level: int = Field(0, ge=0)
    """The escalation level to reach; only an escalation has one."""


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Gives the seconds to wait next, and the level as it was asked for."""
    task = StepTask.model_validate(raw)
    seconds = carry_out(centre(), task.step, task.reference, task.cycle, task.level, datetime.now(UTC))
    event(f"step {task.step}", case_id=task.reference, cycle=task.cycle, level=task.level)
    return {"level": task.level, "seconds": seconds}
