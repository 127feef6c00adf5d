"""A batch of SQS messages, each handled alone; the answer names those to be delivered again.

Contract: Lambda developer guide, "Reporting batch item failures".
"""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from care.observability import logger


class _Logged(BatchProcessor):
    """Says in the log why a message failed; the message's id leads to it."""

    def failure_handler(self, record: Any, exception: Any) -> Any:
        logger.error("message failed", exc_info=exception, extra={"message_id": record.message_id})
        return super().failure_handler(record, exception)


def each_message(
    event: dict[str, Any], context: LambdaContext, handle: Callable[[str], None]
) -> PartialItemFailureResponse:
    """Call ``handle`` with the body of each message; a raised exception fails that message alone.

    Every line of the log about it names its id.
    """

    def record_handler(record: Any) -> None:
        with logger.append_context_keys(message_id=record.message_id):
            handle(record.body)

    # When every message fails it raises, so that the function's error alarm sees it and a bad release rolls back.
    processor = _Logged(event_type=EventType.SQS)
    return process_partial_response(event=event, record_handler=record_handler, processor=processor, context=context)
