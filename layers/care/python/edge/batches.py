"""A batch of SQS messages, each handled alone; the answer names those to be delivered again, and they come ever later.

Contract: Lambda developer guide, "Reporting batch item failures"; of a message that failed the time of its next
delivery is the function's to choose (SQS developer guide, "Amazon SQS visibility timeout").
"""

import random
from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.typing import LambdaContext

from care.clients import redelivery
from care.observability import logger

_FIRST_SECONDS = 5
_LONGEST_SECONDS = 3600


class NotNow(Exception):
    """The message cannot be handled at present and nothing is wrong with the function: no error, it comes again."""


class _Processor(BatchProcessor):
    """Says in the log why a message failed; the message's id leads to it."""

    def __init__(self) -> None:
        super().__init__(event_type=EventType.SQS, raise_on_entire_batch_failure=False)

    def failure_handler(self, record: Any, exception: Any) -> Any:
        if isinstance(exception[1], NotNow):
            logger.warning("message held", extra={"message_id": record.message_id, "why": str(exception[1])})
        else:
            logger.error("message failed", exc_info=exception, extra={"message_id": record.message_id})
            # When every message fails it raises, so that the error alarms see it and a bad release rolls back.
            self.raise_on_entire_batch_failure = True
        _deliver_later(record)
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

    return process_partial_response(event=event, record_handler=record_handler, processor=_Processor(), context=context)


def pause(receives: int) -> int:
    """Seconds until a message that was received so often comes again: doubled each time up to an hour, and scattered,
    so that what failed together does not come together.
    """
    longest = min(_LONGEST_SECONDS, _FIRST_SECONDS * 2 ** min(receives - 1, 16))
    return random.randint(longest // 2, longest)


def _deliver_later(record: Any) -> None:
    seconds = pause(int(record.attributes.approximate_receive_count))
    if not redelivery(record.event_source_arn).hide(record.receipt_handle, seconds):
        logger.warning("message comes when the queue says", extra={"message_id": record.message_id})
