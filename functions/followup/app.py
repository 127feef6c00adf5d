"""Starts and resumes the follow-up of a case, by the messages of the follow-up queue."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from care.clients import centre, executions
from care.followup import waits
from care.observability import event, logger
from care.services.queues import FOLLOWUP_MESSAGE
from edge.batches import each_message


@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Handle each message."""
    return each_message(raw, _handle)


def _handle(body: str) -> None:
    message = FOLLOWUP_MESSAGE.validate_json(body)
    done = waits.handle(centre(), executions(), message, datetime.now(UTC))
    event(done, **message.ids)
