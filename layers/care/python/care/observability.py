"""One logger, one set of metrics and one tracer for every function. Nothing personal is ever logged.

The service name and the namespace come from the environment (``POWERTOOLS_SERVICE_NAME``,
``POWERTOOLS_METRICS_NAMESPACE``).
"""

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from care.words import Channel

logger = Logger()
tracer = Tracer(auto_patch=False)


def event(name: str, **ids: str | int) -> None:
    """One structured line for one decision: ``contact_id``, ``case_id`` and the like, never words or addresses."""
    logger.info(name, extra=ids)


def count(name: str, channel: Channel) -> None:
    """Count one happening on a channel, at once: a function that dies later has still counted it."""
    with single_metric(name=name, unit=MetricUnit.Count, value=1) as metric:
        metric.add_dimension(name="service", value=logger.service)
        metric.add_dimension(name="channel", value=channel)
