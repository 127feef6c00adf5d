"""Blocks by which a call leaves for a queue, an agent or another number, or ends."""

from local.phone.contact import CallBack
from local.phone.flow import Action, Branch
from local.phone.keys import is_true, whole
from local.phone.playing import Playing


def transfer_to_queue(call: Playing, action: Action) -> Branch | None:
    """To the queue that was set; without one, and in a whisper, it is the error."""
    if not call.contact.queue or call.whispers:
        return action.failed()
    call.enter_queue()
    return None


def change_queue(call: Playing, action: Action) -> Branch | None:
    """From one queue to another; the queue flow goes on where it says so."""
    queue = call.filled(action, action.parameters.get("QueueId", action.parameters.get("AgentId", "")))
    if not (queue or call.contact.queue):
        return action.failed()
    call.contact.queue = queue or call.contact.queue
    call.join_queue()
    return action.on() if action.next else None


def transfer_to_agent(call: Playing, action: Action) -> None:
    call.leave_for("agent")


def transfer_outside(call: Playing, action: Action) -> Branch | None:
    """To another number, which picks up. The flow goes on after that talk where it says so."""
    number = call.filled(action, action.parameters.get("ThirdPartyPhoneNumber", ""))
    if not number:
        return action.failed()
    call.third_parties.append(number)
    if is_true(action.parameters.get("ContinueFlowExecution")):
        return action.on()
    call.leave_for(number)
    return None


def create_callback(call: Playing, action: Action) -> Branch:
    """Needs a number, set before or the caller's, and a queue."""
    parameters = action.parameters
    number = call.contact.callback_number
    queue = call.filled(action, parameters.get("QueueId", parameters.get("AgentId", ""))) or call.contact.queue
    if not (number and queue):
        return action.failed()

    def amount(name: str) -> int:
        return whole(action, name, call.filled(action, parameters.get(name, "")))

    wish = CallBack(
        number,
        queue,
        amount("InitialCallDelaySeconds"),
        amount("MaximumConnectionAttempts"),
        amount("RetryDelaySeconds"),
        call.filled(action, parameters.get("ContactFlowId", "")),
        call.contact.priority,
    )
    call.callbacks.append(wish)
    return action.on()


def disconnect(call: Playing, action: Action) -> None:
    """A whisper ends alone, not the call."""
    if call.whispers:
        call.end_flow()
    else:
        call.end()
