"""Faults armed to hit one AWS call of a function: lose the process, fail the call, or delay it. For tests."""

import itertools
from dataclasses import asdict, dataclass, field
from typing import Any

from local.cloudformation.stack import AwsCall

WHEN = ("before", "after")
ACTIONS = ("kill", "error", "delay")
FIELDS = {"function", "operation", "contains", "skip", "when", "action", "seconds", "times", "code"}


@dataclass
class Fault:
    """Fires `times` times, from the call after `skip` matching ones."""

    id: int
    function: str
    """Logical id; "StepFunctions" for what the state machines call."""
    operation: str
    """"dynamodb:PutItem", or "*"."""
    contains: str
    when: str
    action: str
    skip: int = 0
    seconds: float = 0
    times: int = 1
    code: str = "InternalFailure"
    """Of the error that the call ends with; any other than this one is the caller's own fault."""
    fired: bool = False
    """It is over."""

    def matches(self, call: AwsCall) -> bool:
        return (
            not self.fired
            and call.function == self.function
            and self.operation in ("*", call.name)
            and (self.contains.encode() in call.body or self.contains in call.path)
        )


@dataclass
class Faults:
    armed: list[Fault] = field(default_factory=list)
    _ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def arm(self, wanted: dict[str, Any]) -> Fault:
        """Raises ValueError for what is no fault."""
        unknown = set(wanted) - FIELDS
        if unknown or not isinstance(wanted.get("function"), str):
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}" if unknown else "function is missing")
        fault = Fault(
            id=next(self._ids),
            function=wanted["function"],
            operation=str(wanted.get("operation", "*")),
            contains=str(wanted.get("contains", "")),
            when=wanted.get("when", "before"),
            action=wanted.get("action", "kill"),
            skip=int(wanted.get("skip", 0)),
            seconds=float(wanted.get("seconds", 0)),
            times=int(wanted.get("times", 1)),
            code=str(wanted.get("code", "InternalFailure")),
        )
        if fault.when not in WHEN or fault.action not in ACTIONS:
            raise ValueError(f"when is one of {WHEN}, action one of {ACTIONS}")
        self.armed.append(fault)
        return fault

    def strike(self, call: AwsCall) -> Fault | None:
        """The fault that hits this call, counted."""
        for fault in self.armed:
            if fault.matches(call):
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                fault.fired = fault.times <= 0
                return fault
        return None

    def described(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self.armed]
