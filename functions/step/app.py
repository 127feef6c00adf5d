"""Carries out one step of the follow-up machine, ``statemachines/complaint_followup.asl.yaml``."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field

from care import followup
from care.clients import centre
from care.observability import event, logger, tracer
from edge.shape import Shape


class StepTask(Shape):
    """The payload of a task state: ids and decisions only."""

    step: followup.Step
    reference: str
    cycle: int = Field(ge=1)
    level: int = Field(ge=0)


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Gives the level reached and the seconds to wait next."""
    task = StepTask.model_validate(raw)
    level, seconds = followup.carry_out(centre(), task.step, task.reference, task.cycle, task.level, datetime.now(UTC))
    event(f"step {task.step}", case_id=task.reference, cycle=task.cycle, level=level)
    return {"level": level, "seconds": seconds}
