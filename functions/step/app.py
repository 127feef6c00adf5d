"""Carries out one step of the follow-up machine, ``statemachines/complaint_followup.asl.yaml``."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field

from care.cases.case import Case
from care.cases.following import Step
from care.clients import centre
from care.followup.steps import carry_out
from care.observability import count, event, logger
from care.value import Value
from care.words import ClosedAs


class StepTask(Value):
    """The payload of a task state: ids and decisions only. ``laps`` is how often the execution was here before."""

    step: str
    reference: str
    cycle: int = Field(ge=1)
    part: int = Field(ge=1)
    laps: int = Field(0, ge=0)
    refused: bool = False
    """The queue did not take what the machine waits for; it looks again."""


@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Gives what the machine does next, how many seconds it waits at most, and as of which change of the case."""
    task = StepTask.model_validate(raw)
    laps = task.laps + 1
    plan = carry_out(centre(), task.step, task.reference, task.cycle, task.part, laps, datetime.now(UTC))
    if task.refused:
        count("WaitsRefused")
    if plan.changed:
        event(f"step {task.step}", case_id=task.reference, cycle=task.cycle, part=task.part)
        _measure(task.step, plan.changed)
    seconds = round(plan.wait.total_seconds())
    return {"do": plan.do, "seconds": max(1, seconds), "length": plan.length, "laps": laps}


def _measure(step: str, case: Case) -> None:
    """Satisfaction, with silence apart, and what was late."""
    names = {
        Step.ASK: "NotAsked" if case.unasked else "Asked",
        Step.SETTLE: _SETTLED[case.closed_as] if case.closed_as else "Dissatisfied",
        Step.ESCALATE: "DeadlinesMissed",
        Step.CHASE: "PromisesBroken",
    }
    if step in names:
        count(names[Step(step)])


_SETTLED = {ClosedAs.SATISFIED: "Satisfied", ClosedAs.UNCONFIRMED: "Silent"}
