"""Gives open cases whose follow-up was lost a new one, and ends follow-ups without a case to see to.

Comes by the clock; on one machine also when Step Functions has lost what ran.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field

from care.clients import centre, executions
from care.followup.repair import SETTLED, drifts, mend
from care.observability import count, event, logger
from care.value import Value


class Round(Value):
    """What the template's schedule says, or whoever knows better."""

    settled_seconds: int = Field(int(SETTLED.total_seconds()), ge=0)
    """What changed within these is left alone."""


@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> dict[str, int]:
    """Mend every drift; gives how many there were. A second round at the same time changes nothing more."""
    settled, now, mended = timedelta(seconds=Round.model_validate(raw).settled_seconds), datetime.now(UTC), 0
    for drift in drifts(centre(), executions(), now, settled):
        if mend(centre(), executions(), drift, now):
            reference, cycle, part = drift.followup
            event(drift.done, case_id=reference, cycle=cycle, part=part)
            count("FollowupsRepaired")
            mended += 1
    return {"repaired": mended}
