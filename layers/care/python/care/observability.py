"""One logger and one set of metrics for every function. Nothing personal is ever logged.

What we log ourselves are ids and fixed names. An exception's text comes from elsewhere: it is masked on its way out.

The service name and the namespace come from the environment (``POWERTOOLS_SERVICE_NAME``,
``POWERTOOLS_METRICS_NAMESPACE``).
"""

import json
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from care.channels import Channel

if TYPE_CHECKING:
    from care.doors.accepting import Accepted


# What Powertools adds and the log group, Lambda's own lines or CloudWatch's time tell already.
_KNOWN = {"location", "timestamp", "cold_start", "function_name", "function_memory_size", "function_arn"}


def _line(record: dict[str, Any]) -> str:
    """A line of the log: one JSON object."""
    kept = {name: one for name, one in record.items() if name not in _KNOWN}
    failed = {name: _without_numbers(record[name]) for name in ("exception", "stack_trace") if record.get(name)}
    return json.dumps(kept | failed, default=str, separators=(",", ":"), ensure_ascii=False)


def _without_numbers(said: Any) -> Any:
    from care.reading.mask import masked  # only a failure pays for it

    if isinstance(said, dict):
        return {name: _without_numbers(one) for name, one in said.items()}
    if isinstance(said, list):
        return [_without_numbers(one) for one in said]
    return said if isinstance(said, int) else masked(str(said))


logger = Logger(json_serializer=_line)


def event(name: str, **ids: str | int) -> None:
    """One structured line for one decision: ``contact_id``, ``case_id`` and the like, never words or addresses."""
    logger.info(name, extra=ids)


def accepted(what: str, channel: Channel, outcome: "Accepted", **ids: str | int) -> None:
    """One line for an event that a door accepted, and its counts; one that was known already is not counted again."""
    event(what, contact_id=outcome.entry.contact_id, case_id=outcome.reference, **ids)
    if outcome.again:
        return
    count("ContactsStored" if outcome.began else "ContactsContinued", channel)
    if outcome.opened:
        count("CasesOpened", channel)


def count(name: str, channel: Channel | None = None, times: int = 1) -> None:
    """Count one happening, on a channel if it has one, at once: a function that dies later has still counted it.

    ``times`` is 0 for one that might have been: their mean is its share.
    """
    _measured(name, MetricUnit.Count, times, channel)


def took(name: str, seconds: int, channel: Channel) -> None:
    """How long one happening took, at once."""
    _measured(name, MetricUnit.Seconds, seconds, channel)


def _measured(name: str, unit: MetricUnit, value: int, channel: Channel | None) -> None:
    with single_metric(name=name, unit=unit, value=value) as metric:
        metric.add_dimension(name="service", value=logger.service)
        if channel:
            metric.add_dimension(name="channel", value=channel.name)
