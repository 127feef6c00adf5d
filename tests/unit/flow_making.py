"""Flows of a few blocks, and calls to them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.cloudformation.stack import Invocation
from local.phone.call import Call, Invoke, Prompts
from local.phone.flow import Flow, flow_of

END: dict[str, Any] = {
    "Identifier": "end",
    "Type": "DisconnectParticipant",
    "Parameters": {},
    "Transitions": {},
}


def block(
    identifier: str,
    type_: str,
    parameters: dict[str, Any],
    following: str = "end",
    errors: dict[str, str] | None = None,
    results: dict[str, str] | None = None,
    operator: str = "Equals",
) -> dict[str, Any]:
    return {
        "Identifier": identifier,
        "Type": type_,
        "Parameters": parameters,
        "Transitions": {
            "NextAction": following,
            "Errors": [{"ErrorType": e, "NextAction": n} for e, n in (errors or {}).items()],
            "Conditions": [
                {"NextAction": n, "Condition": {"Operator": operator, "Operands": [v]}}
                for v, n in (results or {}).items()
            ],
        },
    }


def say(identifier: str, text: str, following: str = "end") -> dict[str, Any]:
    return block(identifier, "MessageParticipant", {"Text": text}, following)


async def no_function(function: str, payload: bytes) -> Invocation:
    raise LookupError(function)


def flow(*blocks: dict[str, Any], name: str = "flow") -> Flow:
    """Starts with the first; all may lead to "end", which hangs up."""
    return flow_of(document(*blocks), {"Base": "https://bucket"}, name)


def document(*blocks: dict[str, Any]) -> dict[str, Any]:
    actions = [*blocks, END]
    return {"Version": "2019-10-30", "StartAction": actions[0]["Identifier"], "Actions": actions}


def ring(
    *blocks: dict[str, Any],
    invoke: Invoke = no_function,
    caller: str | None = "+6281200000001",
    folder: Path = Path("none"),
    **more: Any,
) -> Call:
    """A call to a flow of these blocks; `more` is what else a call has."""
    return Call(flow(*blocks), Prompts(folder, {"id/menu": "Menu"}), invoke, caller, "817", **more)


def asking(identifier: str = "ask", following: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A block that takes one key: key → next block."""
    return block(
        identifier,
        "GetParticipantInput",
        {"Text": f"{identifier}?", "InputTimeLimitSeconds": "5", "StoreInput": "False"},
        errors={"InputTimeLimitExceeded": "end", "NoMatchingCondition": "end", "NoMatchingError": "end"},
        results=dict(following or {}),
    )


def texts(call: Call) -> list[str]:
    return [heard.text for heard in call.take_heard()]
