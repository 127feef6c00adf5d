"""The follow-ups: Step Functions executions, and the state in which each stands."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from care.services.executions import named

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import ExecutionListItemTypeDef, HistoryEventTypeDef

SHOWN = 20
# States in which the machine only sees what is next; they are shown while it stands there.
PASSED = frozenset({"WhatIsNext", "Look", "LookAgain", "Pause"})
# How the states begin in which an execution waits.
AWAIT = "Await"


@dataclass(frozen=True)
class Stay:
    """One state and when the execution was in it; `left` is None while it stands there."""

    state: str
    entered: datetime
    left: datetime | None
    until: datetime | None


def stays(history: "list[HistoryEventTypeDef]") -> list[Stay]:
    """The states an execution went through, from its history in the order it happened."""
    found: list[Stay] = []
    for event in history:
        kind = event["type"]
        at = event["timestamp"]
        if kind.endswith("StateEntered"):
            name = event.get("stateEnteredEventDetails", {}).get("name", "?")
            found.append(Stay(name, at, None, None))
        elif kind.endswith("StateExited"):
            name = event.get("stateExitedEventDetails", {}).get("name", "?")
            for place in range(len(found) - 1, -1, -1):
                if found[place].state == name and found[place].left is None:
                    found[place] = Stay(name, found[place].entered, at, found[place].until)
                    break
        elif kind == "TaskScheduled" and found:
            seconds = event.get("taskScheduledEventDetails", {}).get("timeoutInSeconds")
            # Step Functions writes 99999999 for a task without a time limit.
            if seconds and seconds < 99_999_999:
                last = found[-1]
                found[-1] = Stay(last.state, last.entered, last.left, at + timedelta(seconds=seconds))
    return found


def steps_and_waits(all_: list[Stay]) -> list[Stay]:
    """Without the states that are only passed; a wait that was looked up from and gone back to is one."""
    found: list[Stay] = []
    for stay in all_:
        if stay.state in PASSED and stay.left:
            continue
        if found and found[-1].state == stay.state and stay.state.startswith(AWAIT):
            found[-1] = Stay(stay.state, found[-1].entered, stay.left, stay.until)
        else:
            found.append(stay)
    return found


class Followups:
    """Reads executions; the history of one that ended is read once."""

    def __init__(self, client: "SFNClient", machine_arn: str) -> None:
        self._client = client
        self._machine_arn = machine_arn
        self._ended: dict[str, list[Stay]] = {}

    def read(self) -> dict[str, Any]:
        listed = self._client.list_executions(stateMachineArn=self._machine_arn, maxResults=200)["executions"]
        running = [execution for execution in listed if execution["status"] == "RUNNING"]
        ended = [execution for execution in listed if execution["status"] != "RUNNING"]
        shown = (running + ended)[:SHOWN]
        counts: dict[str, int] = {}
        for execution in listed:
            counts[execution["status"]] = counts.get(execution["status"], 0) + 1
        return {"counts": counts, "executions": [self._shown(execution) for execution in shown]}

    def of_case(self, reference: str) -> list[dict[str, Any]]:
        listed = self._client.list_executions(stateMachineArn=self._machine_arn, maxResults=1000)["executions"]
        mine = [e for e in listed if (one := named(e["name"])) and one.reference == reference]
        return [self._shown(execution) for execution in sorted(mine, key=lambda e: e["startDate"])]

    def _shown(self, execution: "ExecutionListItemTypeDef") -> dict[str, Any]:
        states = self._stays(execution)
        case = named(execution["name"])
        stop = execution.get("stopDate")
        return {
            "name": execution["name"],
            "reference": case.reference if case else None,
            "cycle": case.cycle if case else None,
            "part": case.part if case else None,
            "status": execution["status"],
            "started": _ms(execution["startDate"]),
            "stopped": _ms(stop) if stop else None,
            "state": states[-1].state if states else None,
            "until": _ms(states[-1].until) if states and states[-1].until else None,
            "states": [
                {"state": s.state, "entered": _ms(s.entered), "left": _ms(s.left) if s.left else None} for s in states
            ],
        }

    def _stays(self, execution: "ExecutionListItemTypeDef") -> list[Stay]:
        arn = execution["executionArn"]
        if arn in self._ended:
            return self._ended[arn]
        pages = self._client.get_paginator("get_execution_history").paginate(executionArn=arn)
        found = steps_and_waits(stays([event for page in pages for event in page["events"]]))
        if execution["status"] != "RUNNING":
            self._ended[arn] = found
        return found


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)
