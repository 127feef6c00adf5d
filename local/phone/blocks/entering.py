"""Blocks that go on elsewhere: in a function, in another flow, in a module and back."""

import asyncio
import json

from local.phone.flow import Action, Branch, FlowError, find_flow
from local.phone.functions import forget, valid_answer
from local.phone.playing import Playing

MOST_MODULES = 20
"""One in another."""
LONGEST_INVOCATION = "8"


async def invoke_function(call: Playing, action: Action) -> Branch:
    """Raises FlowError for a function that does not exist, and for a time limit that is none."""
    parameters = action.parameters
    given = action.part("LambdaInvocationAttributes")
    event = call.contact.event({name: call.filled_all(action, value) for name, value in given.items()})
    function = call.filled(action, parameters.get("LambdaFunctionARN", ""))
    body = json.dumps(event).encode()
    try:
        if parameters.get("InvocationType") == "ASYNCHRONOUS":
            _let_run(call, function, body)
            return action.on()
        payload = await call.answer_of(function, body, _seconds(action))
    except LookupError as problem:
        raise FlowError(f"Block {action.identifier} invokes {function}, which does not exist.") from problem
    nested = action.part("ResponseValidation").get("ResponseType") == "JSON"
    answer = valid_answer(payload, nested=nested) if payload is not None else None
    if answer is None:
        return action.failed()
    call.contact.external = answer
    return action.on()


def transfer_to_flow(call: Playing, action: Action) -> Branch | None:
    """The call leaves this flow for another; which is not here is elsewhere, and the call with it."""
    named = call.filled(action, action.parameters.get("ContactFlowId", ""))
    if not named:
        return action.failed()
    flow = find_flow(call.flows, named)
    if flow:
        call.go_to(flow)
    else:
        call.leave_for(named)
    return None


def invoke_module(call: Playing, action: Action) -> Branch | None:
    """The call comes back to this block when the module ends; one that is not here is over at once."""
    named = call.filled(action, action.parameters.get("FlowModuleId", ""))
    if not named or len(call.frames) > MOST_MODULES:
        return action.failed()
    module = find_flow(call.flows, named)
    if module is None:
        return action.on()
    given = {name: call.filled_all(action, value) for name, value in action.part("Input").items()}
    call.go_into(module, action, given)
    return None


def end_module(call: Playing, action: Action) -> None:
    result = call.filled(action, action.parameters.get("Result", ""))
    told = {name: call.filled_all(action, value) for name, value in action.part("ResultData").items()}
    call.contact.modules = {"Result": result, "ResultData": told}
    call.come_back(result)


def end_flow(call: Playing, action: Action) -> None:
    call.end_flow()


def _let_run(call: Playing, function: str, body: bytes) -> None:
    """Nobody waits for its answer."""
    running = asyncio.ensure_future(call.invoke(function, body))
    call.running.add(running)
    running.add_done_callback(call.running.discard)
    running.add_done_callback(forget)


def _seconds(action: Action) -> float:
    text = str(action.parameters.get("InvocationTimeLimitSeconds", LONGEST_INVOCATION))
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if 0 < seconds < 1000:
        return seconds
    raise FlowError(f"Block {action.identifier}: InvocationTimeLimitSeconds is {text[:40]!r}, not a number of seconds.")
