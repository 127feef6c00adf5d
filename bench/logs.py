"""Bytes of log that each happening of `bench.calls` leaves, as CloudWatch counts them.

Measured is what a function writes: a line a decision, and a line a metric in CloudWatch's embedded format. Lambda adds
lines of its own, in text since the template asks for no other format; they are as long as the samples here. Ids are
those of the tests: a queue's message or a call has a longer one on AWS, by some thirty bytes.
"""

import io
import os
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Any

from bench import calls
from tests.integration import stage as stages
from tests.integration.stage import Stage, sample

# "PutLogEvents" in CloudWatch Logs' API reference.
BYTES_A_LINE = 26
_REQUEST = "8f507cfc-1a2b-4697-b07a-ac58fc914c95"
TRACE = "1-5e34a614-10bd1a2bf1fb44f07bc535a1"
# Lambda developer guide, "Log and monitor Python Lambda functions"; the last line is REPORT's own second one.
PLATFORM = (
    f"START RequestId: {_REQUEST} Version: 12",
    f"END RequestId: {_REQUEST}",
    f"REPORT RequestId: {_REQUEST}\tDuration: 15.74 ms\tBilled Duration: 16 ms\tMemory Size: 1024 MB\t"
    f"Max Memory Used: 118 MB\t\nXRAY TraceId: {TRACE}\tSegmentId: 07f51a2b2d1f6f85\tSampled: true\t",
)
OPENED = ("chat", "a chat is opened")


@dataclass(frozen=True)
class Written:
    """What one invocation leaves, by who writes it."""

    decisions: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()

    @property
    def bytes(self) -> int:
        """With what Lambda adds."""
        return size(self.decisions) + size(self.metrics) + size(PLATFORM)


def size(lines: tuple[str, ...]) -> int:
    """What CloudWatch counts for these lines."""
    return sum(len(line.encode()) + BYTES_A_LINE for line in lines)


@dataclass
class Logged(Stage):
    """A stage that also keeps what the last invocation wrote."""

    said: str = ""

    def invoke(self, function: str, event: stages.Event) -> Any:
        from care.observability import logger

        said = io.StringIO()
        handler: Any = logger.registered_handler
        usual, handler.stream = handler.stream, said
        try:
            with redirect_stdout(said):
                return super().invoke(function, event)
        finally:
            handler.stream = usual
            # On Lambda each function is a service of its own; here all of them share one logger.
            self.said = said.getvalue().replace(f'"service":"{logger.service}"', f'"service":"{function}"')


def measure() -> dict[tuple[str, str], Written]:
    """By function and happening; of each its last invocation. A chat's opening is among them."""
    os.environ["_X_AMZN_TRACE_ID"] = f"Root={TRACE};Parent=557abcec3ee5a047;Sampled=1"
    try:
        happenings = [*calls.HAPPENINGS, (*OPENED, _open, 0)]
        return {
            (function, happening): _written(stage.said)
            for function, happening, _, stage in calls.carried_out(Logged, happenings)
        }
    finally:
        del os.environ["_X_AMZN_TRACE_ID"]


def table(written: Mapping[tuple[str, str], Written]) -> list[str]:
    """Every happening, as Markdown."""
    lines = [
        "| function | happening | decisions | metrics | Lambda's own | bytes |",
        "| --- | --- " + "| ---: " * 4 + "|",
    ]
    for (function, happening), one in written.items():
        parts = f"{size(one.decisions)} | {size(one.metrics)} | {size(PLATFORM)} | {one.bytes:,}"
        lines.append(f"| {function} | {happening} | {parts} |")
    return lines


def _open(stage: Stage) -> None:
    stage.invoke("chat", sample("websocket_connect"))


def _written(said: str) -> Written:
    lines = said.splitlines()
    metrics = tuple(line for line in lines if line.startswith('{"_aws":'))
    return Written(tuple(line for line in lines if line not in metrics), metrics)
