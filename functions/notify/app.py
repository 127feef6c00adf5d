"""Sends what is due to a customer, by the messages of the notify queue. The only function that sends."""

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from care import sending
from care.clients import centre, queues, senders
from care.observability import count, event, logger
from care.services.queues import Notify
from edge.batches import NotNow, each_message


@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Send each message."""
    return each_message(raw, _send)


def _send(body: str) -> None:
    due = Notify.model_validate_json(body)
    try:
        done = sending.send(centre(), senders(), queues(), due, datetime.now(UTC))
    except sending.Held as held:
        count("SendingBarred" if held.barred else "SendingHeld", held.channel)
        raise NotNow(str(held)) from held
    event(done.what, **due.ids)
    if done.sent:
        count("MessagesSent", done.sent)
