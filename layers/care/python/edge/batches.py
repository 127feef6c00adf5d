"""A batch of SQS messages, each handled alone; the answer names those to be delivered again, and they come ever later.

Contract: Lambda developer guide, "Reporting batch item failures"; of a message that failed the time of its next
delivery is the function's to choose (SQS developer guide, "Amazon SQS visibility timeout").
"""

import random
from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from care.clients import redelivery
from care.observability import logger

_FIRST_SECONDS = 5
_LONGEST_SECONDS = 3600


class NotNow(Exception):
    """The message cannot be handled at present and nothing is wrong with the function: no error, it comes again."""


class AllFailed(Exception):
    """No message of a batch could be handled: the error alarms see it, and a bad release rolls back."""


class _Outcome(Enum):
    DONE = auto()
    HELD = auto()
    FAILED = auto()


def each_message(event: dict[str, Any], handle: Callable[[str], None]) -> dict[str, Any]:
    """Call ``handle`` with the body of each message; a raised exception fails that message alone.

    Every line of the log about it names its id. Raises ``AllFailed`` when none is done, unless all are only held.
    """
    outcomes = {record["messageId"]: _outcome(record, handle) for record in event["Records"]}
    if _Outcome.DONE not in outcomes.values() and _Outcome.FAILED in outcomes.values():
        raise AllFailed(f"{len(outcomes)} messages")
    again = [message_id for message_id, outcome in outcomes.items() if outcome is not _Outcome.DONE]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in again]}


def _outcome(record: dict[str, Any], handle: Callable[[str], None]) -> _Outcome:
    with logger.append_context_keys(message_id=record["messageId"]):
        try:
            handle(record["body"])
        except NotNow as held:
            logger.warning("message held", extra={"why": str(held)})
            outcome = _Outcome.HELD
        except Exception:  # whatever it is, the messages beside it go on
            logger.exception("message failed")
            outcome = _Outcome.FAILED
        else:
            return _Outcome.DONE
        _deliver_later(record)
        return outcome


def pause(receives: int) -> int:
    """Seconds until a message that was received so often comes again: doubled each time up to an hour, and scattered,
    so that what failed together does not come together.
    """
    longest = min(_LONGEST_SECONDS, _FIRST_SECONDS * 2 ** min(receives - 1, 16))
    return random.randint(longest // 2, longest)


def _deliver_later(record: dict[str, Any]) -> None:
    seconds = pause(int(record["attributes"]["ApproximateReceiveCount"]))
    if not redelivery(record["eventSourceARN"]).hide(record["receiptHandle"], seconds):
        logger.warning("message comes when the queue says")
