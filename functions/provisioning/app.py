"""Carries out the package orders customers confirmed, through the operator's system."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from care import orders
from care.clients import centre, queues
from care.observability import event, logger
from care.services.queues import Provision
from edge.batches import each_message


@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Carry out each order as far as it goes."""
    return each_message(raw, _provision)


def _provision(body: str) -> None:
    message = Provision.model_validate_json(body)
    done = orders.carry_out(centre(), queues(), message, datetime.now(UTC))
    event(done, **message.ids)
