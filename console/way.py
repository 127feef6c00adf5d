"""Each event's way through the system, read from the functions' CloudWatch logs.

A function writes one JSON line a decision, with `contact_id` and `case_id`, and Lambda ends every
invocation with a `REPORT` line that carries its duration. Lines of one invocation meet by request
id (a log stream is one process, which serves one request at a time), invocations of one event by
contact and case id.
"""

import json
import re
import time
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

GROUP_PREFIX = "/aws/lambda/"
# A killed or hung function never reports; after this its lines are shown without a duration.
SILENT_AFTER_MS = 20_000
# CloudWatch may take lines in late; each look goes back this far and drops what was seen.
OVERLAP_MS = 4_000
KEPT_VISITS = 2_000
FAILURE_LENGTH = 160

# How Lambda's runtime client begins the line of an exception nobody caught.
_FAILED = "[ERROR]"

_START = re.compile(r"^START RequestId: (\S+)")
_REPORT = re.compile(r"^REPORT RequestId: (\S+).*?Duration: ([\d.]+) ms")
_INIT = re.compile(r"Init Duration: [\d.]+ ms")


@dataclass(frozen=True)
class Decision:
    """One structured line: what was decided, about whom, when (epoch milliseconds)."""

    at: int
    what: str
    level: str
    contact: str | None
    case: str | None


@dataclass
class Visit:
    """One invocation of a function. `milliseconds` is None until Lambda reports it."""

    request: str
    function: str
    at: int
    decisions: list[Decision] = field(default_factory=list)
    milliseconds: float | None = None
    cold: bool = False
    silent: bool = False

    @property
    def contacts(self) -> list[str]:
        return list(dict.fromkeys(d.contact for d in self.decisions if d.contact))

    @property
    def cases(self) -> list[str]:
        return list(dict.fromkeys(d.case for d in self.decisions if d.case))

    def shown(self) -> dict[str, Any]:
        return asdict(self) | {"contacts": self.contacts, "cases": self.cases}


class Ways:
    """The invocations seen so far, oldest first, and which contact became which case."""

    def __init__(self) -> None:
        self._visits: dict[str, Visit] = {}
        self._order: deque[str] = deque()
        self._cases_of_contact: dict[str, str] = {}
        self._serving: dict[tuple[str, str], str] = {}

    def take(self, function: str, at: int, line: str, stream: str = "") -> None:
        """Add one log line of `function`, written to a log stream at `at` (epoch milliseconds)."""
        if start := _START.match(line):
            self._serving[function, stream] = start[1]
            self._visit(start[1], function, at)
        elif report := _REPORT.match(line):
            self._report(report[1], function, at, float(report[2]), _INIT.search(line) is not None)
        elif line.startswith("{"):
            self._take_record(function, at, line, stream)
        elif line.startswith(_FAILED):
            self._take_failure(function, at, line, stream)

    def _take_failure(self, function: str, at: int, line: str, stream: str) -> None:
        what = line.removeprefix(_FAILED).splitlines()[0][:FAILURE_LENGTH].strip()
        request = self._serving.get((function, stream))
        # Without a request the code could not even be loaded.
        visit = self._visit(request or f"{stream}-{at}", function, at)
        visit.silent = request is None
        visit.decisions.append(Decision(at=at, what=what, level="ERROR", contact=None, case=None))

    def _report(self, request: str, function: str, at: int, milliseconds: float, cold: bool) -> None:
        visit = self._visit(request, function, at)
        visit.milliseconds = milliseconds
        visit.cold = cold
        visit.silent = False

    def _take_record(self, function: str, at: int, line: str, stream: str) -> None:
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            return
        if record.get("type") == "platform.report":
            # The form of REPORT under the log format JSON.
            metrics = record["record"]["metrics"]
            self._report(
                record["record"]["requestId"],
                function,
                at,
                metrics["durationMs"],
                "initDurationMs" in metrics,
            )
            return
        request = record.get("function_request_id") or self._serving.get((function, stream))
        if not request or "_aws" in record:
            return
        decision = Decision(
            at=at,
            what=": ".join(str(record[key]) for key in ("message", "exception_name") if record.get(key)),
            level=str(record.get("level", "INFO")),
            contact=record.get("contact_id"),
            case=record.get("case_id"),
        )
        if decision.contact and decision.case:
            self._cases_of_contact[decision.contact] = decision.case
        self._visit(request, function, at).decisions.append(decision)

    def _visit(self, request: str, function: str, at: int) -> Visit:
        visit = self._visits.get(request)
        if visit is None:
            visit = self._visits[request] = Visit(request=request, function=function, at=at)
            self._order.append(request)
            if len(self._order) > KEPT_VISITS:
                del self._visits[self._order.popleft()]
        visit.at = min(visit.at, at)
        return visit

    def latest(self, limit: int, now: int) -> list[Visit]:
        """The last invocations that ended or, killed, fell silent, in the order they began."""
        for visit in self._visits.values():
            if visit.milliseconds is None and now - visit.at > SILENT_AFTER_MS:
                visit.silent = True
        ended = (visit for visit in self._visits.values() if visit.silent or visit.milliseconds is not None)
        return sorted(ended, key=lambda visit: visit.at)[-limit:]

    def of_case(self, case: str) -> list[Visit]:
        """Every invocation that touched the case, or a contact that became it, in order of time."""
        contacts = {contact for contact, found in self._cases_of_contact.items() if found == case}
        touched = (v for v in self._visits.values() if case in v.cases or contacts.intersection(v.contacts))
        return sorted(touched, key=lambda visit: visit.at)


class Logs:
    """Follows the log group of every function whose group name begins with `prefix`."""

    def __init__(self, client: "CloudWatchLogsClient", ways: Ways, prefix: str) -> None:
        self._client = client
        self._ways = ways
        self._prefix = prefix
        self._since: dict[str, int] = {}
        self._seen: dict[str, set[tuple[int, str, str]]] = {}

    def follow(self) -> None:
        """Read what is new."""
        pages = self._client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=self._prefix)
        for group in (group["logGroupName"] for page in pages for group in page["logGroups"]):
            self._follow_one(group, group.removeprefix(self._prefix))

    def _follow_one(self, group: str, function: str) -> None:
        since = self._since.get(group, 0)
        seen = self._seen.setdefault(group, set())
        pages = self._client.get_paginator("filter_log_events").paginate(logGroupName=group, startTime=since)
        newest = since + OVERLAP_MS
        for event in (event for page in pages for event in page["events"]):
            key = (event["timestamp"], event["logStreamName"], event["message"])
            newest = max(newest, event["timestamp"])
            if key not in seen:
                seen.add(key)
                self._ways.take(function, event["timestamp"], event["message"].rstrip(), event["logStreamName"])
        self._since[group] = newest - OVERLAP_MS
        self._seen[group] = {key for key in seen if key[0] >= self._since[group]}


def epoch_ms() -> int:
    return int(time.time() * 1000)
