"""What a flow knows of the queues: the simulated agents give it; without them nobody is staffed and nobody waits."""

from collections.abc import Mapping
from typing import Any, Protocol

USUAL_PRIORITY = 5

# Where "Get metrics" puts what it finds under $.Metrics ("List of available contact attributes"), by the names that
# CheckMetricData has for it.
METRICS: Mapping[str, tuple[str, ...]] = {
    "NumberOfContactsInQueue": ("Queue", "Size"),
    "OldestContactInQueueAgeSeconds": ("Queue", "OldestContactAge"),
    "EstimatedWaitTimeSeconds": ("Queue", "EstimatedWaitTime"),
    "NumberOfAgentsStaffed": ("Agents", "Staffed", "Count"),
    "NumberOfAgentsOnline": ("Agents", "Online", "Count"),
    "NumberOfAgentsAvailable": ("Agents", "Available", "Count"),
    "NumberOfAgentsAfterContactWork": ("Agents", "AfterContactWork", "Count"),
    "NumberOfAgentsBusy": ("Agents", "Busy", "Count"),
    "NumberOfAgentsMissed": ("Agents", "Missed", "Count"),
    "NumberOfAgentsNonProductive": ("Agents", "NonProductive", "Count"),
}
NOBODY: Mapping[str, str] = {
    "NumberOfContactsInQueue": "0",
    "OldestContactInQueueAgeSeconds": "0",
    "NumberOfAgentsStaffed": "0",
    "NumberOfAgentsOnline": "0",
    "NumberOfAgentsAvailable": "0",
}


class Queue(Protocol):
    """The queues, as a call knows them. A queue is named by its ARN or id; `call` is the Call that asks."""

    def metrics(self, queue: str, /) -> Mapping[str, str]:
        """By the names of METRICS; what is not known is absent."""
        ...

    def join(self, call: Any, queue: str, priority: int, /) -> None:
        """The call waits; it leaves the queue where it waited before."""
        ...

    def leave(self, call: Any, /) -> None:
        """The call waits or talks no more."""
        ...

    def position(self, call: Any, /) -> int | None:
        """From 1; None for a call that does not wait."""
        ...


def as_attributes(metrics: Mapping[str, str], queue: str, name: str, position: int | None) -> dict[str, Any]:
    """What $.Metrics holds after "Get metrics"; a position in the queue only while the contact waits."""
    found: dict[str, Any] = {"Queue": {"ARN": queue, "Name": name}, "Agents": {}, "Contact": {}}
    for metric, value in metrics.items():
        if metric not in METRICS:
            continue
        *way, last = METRICS[metric]
        inner = found
        for step in way:
            inner = inner.setdefault(step, {})
        inner[last] = value
    if position is not None:
        found["Contact"]["PositionInQueue"] = str(position)
        if wait := metrics.get("EstimatedWaitTimeSeconds"):
            found["Contact"]["EstimatedWaitTime"] = wait
    return found
