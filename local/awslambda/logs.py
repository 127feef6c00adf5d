"""What functions print, as CloudWatch keeps it: log lines in Logs, embedded metrics and Lambda's own in Metrics."""

import asyncio
import json
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from local.cloudformation.data_plane import CLOUDWATCH, LOGS, CallFailed
from local.cloudformation.stack import Invocation, Stack

FLUSH_SECONDS = 0.5
MOST_LINES_A_CALL = 500
MOST_METRICS_A_CALL = 200
logger = logging.getLogger(__name__)


class Logs:
    """Collects without waiting; a task writes what has come together, and sleeps while nothing comes."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._lines: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
        self._metrics: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._made: set[tuple[str, str]] = set()
        self._something = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._write_on())

    async def close(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def writer(self, group: str) -> Callable[[str, str], None]:
        """A function of (log stream, line)."""

        def write(stream: str, line: str) -> None:
            self._lines[group, stream].append({"timestamp": int(time.time() * 1000), "message": line})
            if '"_aws"' in line and line.startswith("{"):
                for namespace, datum in embedded_metrics(line):
                    self._metrics[namespace].append(datum)
            self._something.set()

        return write

    def count(self, function: str, invocation: Invocation) -> None:
        """Lambda's own metrics of one invocation."""
        dimensions = [{"Name": "FunctionName", "Value": function}]
        now = time.time()
        for name, value, unit in (
            ("Invocations", 1.0, "Count"),
            ("Errors", 1.0 if invocation.error else 0.0, "Count"),
            ("Duration", invocation.milliseconds, "Milliseconds"),
        ):
            self._metrics["AWS/Lambda"].append(
                {"MetricName": name, "Dimensions": dimensions, "Value": value, "Unit": unit, "Timestamp": now}
            )
        self._something.set()

    async def _write_on(self) -> None:
        while True:
            await self._something.wait()
            await asyncio.sleep(FLUSH_SECONDS)
            self._something.clear()
            lines, self._lines = self._lines, defaultdict(list)
            metrics, self._metrics = self._metrics, defaultdict(list)
            try:
                await self._put(lines, metrics)
            except CallFailed as error:
                logger.warning("log lines were lost: %s", error)

    async def _put(
        self, lines: dict[tuple[str, str], list[dict[str, Any]]], metrics: dict[str, list[dict[str, Any]]]
    ) -> None:
        plane = self._stack.plane
        for (group, stream), events in lines.items():
            await self._make(group, stream)
            for part in _parts(events, MOST_LINES_A_CALL):
                await plane.call(LOGS, "PutLogEvents", logGroupName=group, logStreamName=stream, logEvents=part)
        for namespace, data in metrics.items():
            for part in _parts(data, MOST_METRICS_A_CALL):
                await plane.call(CLOUDWATCH, "PutMetricData", Namespace=namespace, MetricData=part)

    async def _make(self, group: str, stream: str) -> None:
        if (group, stream) in self._made:
            return
        for operation, names in (
            ("CreateLogGroup", {"logGroupName": group}),
            ("CreateLogStream", {"logGroupName": group, "logStreamName": stream}),
        ):
            try:
                await self._stack.plane.call(LOGS, operation, **names)
            except CallFailed as error:
                if error.code != "ResourceAlreadyExistsException":
                    raise
        self._made.add((group, stream))


def embedded_metrics(line: str) -> list[tuple[str, dict[str, Any]]]:
    """The metrics of one line in CloudWatch's embedded metric format, as (namespace, PutMetricData datum).

    Empty for a line that is not in that format; CloudWatch too takes such a line as mere text.
    """
    try:
        event = json.loads(line)
        directives = event["_aws"]["CloudWatchMetrics"]
        when = event["_aws"]["Timestamp"] / 1000
        return [
            (
                directive["Namespace"],
                {
                    "MetricName": metric["Name"],
                    "Dimensions": [{"Name": name, "Value": str(event[name])} for name in names],
                    "Values": [float(value) for value in _values(event[metric["Name"]])],
                    "Unit": metric.get("Unit", "None"),
                    "Timestamp": when,
                },
            )
            for directive in directives
            for names in directive.get("Dimensions") or [[]]
            for metric in directive["Metrics"]
        ]
    except (ValueError, KeyError, TypeError):
        return []


def _values(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _parts(items: list[Any], size: int) -> list[list[Any]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
