"""Carries out one step of the follow-up machine, ``statemachines/complaint_followup.asl.yaml``."""

from datetime import UTC, datetime
from typing import Any, Literal

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import AwareDatetime, Field, TypeAdapter

from care.clients import centre
from care.followup.steps import Step, carry_out
from care.observability import count, event, logger
from care.value import BUILT_AT_USE, Value


class StepTask(Value):
    """The payload of a task state: ids and decisions only."""

    step: Step
    reference: str
    cycle: int = Field(ge=1)
    level: int = Field(0, ge=0)
    """The escalation level to reach; only an escalation has one."""


class Recount(Value):
    """A wait that failed goes on to the same deadline."""

    step: Literal["recount"]
    until: AwareDatetime


TASK: TypeAdapter[StepTask | Recount] = TypeAdapter(StepTask | Recount, config=BUILT_AT_USE)


@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Gives the deadline of the next wait, as time and in seconds from now, and the level as it was asked for."""
    task, now = TASK.validate_python(raw), datetime.now(UTC)
    if isinstance(task, Recount):
        count("WaitsRefused")
        return {"deadline": _deadline(task.until, now)}
    wait = carry_out(centre(), task.step, task.reference, task.cycle, task.level, now)
    event(f"step {task.step}", case_id=task.reference, cycle=task.cycle, level=task.level)
    return {"level": task.level, "deadline": _deadline(now + wait, now)}


def _deadline(until: datetime, now: datetime) -> dict[str, Any]:
    """A task that waits less than a second never waits."""
    return {"until": until.isoformat(), "seconds": max(1, round((until - now).total_seconds()))}
