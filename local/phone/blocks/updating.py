"""Blocks that change what is known of the contact."""

import re
import uuid
from collections.abc import Mapping
from typing import Any

from local.phone.flow import Action, Branch, FlowError
from local.phone.keys import LONGEST_NUMBER, SHORTEST_NUMBER, whole
from local.phone.playing import Playing
from local.phone.queues import USUAL_PRIORITY

MAX_ATTRIBUTES_BYTES = 32_768
ATTRIBUTE_NAME = re.compile(r"[A-Za-z0-9_-]+")
NUMBER = re.compile(r"\+?[0-9]+")
DATA = ("CustomerId", "Description", "LanguageCode", "Name", "WisdomSessionArn")
# Of the segments of a call, which of the two behaviours of its recording says so.
RECORDED = ("RecordedParticipants", "IVRRecordingBehavior")


def attributes(call: Playing, action: Action) -> Branch:
    """All or nothing."""
    values = action.part("Attributes")
    new = {name: call.filled(action, value) for name, value in values.items()}
    if _size({**call.contact.attributes, **new}) > MAX_ATTRIBUTES_BYTES or not all(
        ATTRIBUTE_NAME.fullmatch(name) for name in values
    ):
        return action.failed()
    call.contact.attributes.update(new)
    call.tell("CONTACT_DATA_UPDATED")
    return action.on()


def flow_attributes(call: Playing, action: Action) -> Branch:
    new = {}
    for name, entry in action.part("FlowAttributes").items():
        if not isinstance(entry, Mapping):
            raise FlowError(f"Block {action.identifier}: the attribute {name} is no object.")
        new[name] = call.filled(action, entry.get("Value", ""))
    merged = call.frame.attributes | new
    if _size(merged) > MAX_ATTRIBUTES_BYTES:
        return action.failed()
    call.frame.attributes = merged
    return action.on()


def data(call: Playing, action: Action) -> Branch:
    known = {name: call.filled(action, action.parameters[name]) for name in DATA if name in action.parameters}
    call.contact.data |= known
    call.tell("CONTACT_DATA_UPDATED")
    return action.on()


def tag(call: Playing, action: Action) -> Branch:
    tags = action.part("Tags")
    call.contact.tags |= {str(name): call.filled(action, value) for name, value in tags.items()}
    call.tell("CONTACT_DATA_UPDATED")
    return action.on()


def untag(call: Playing, action: Action) -> Branch:
    keys = action.parameters.get("TagKeys", [])
    gone = {call.filled(action, key) for key in keys} if isinstance(keys, list) else set()
    call.contact.tags = {name: value for name, value in call.contact.tags.items() if name not in gone}
    call.tell("CONTACT_DATA_UPDATED")
    return action.on()


def callback_number(call: Playing, action: Action) -> Branch:
    """A number is dialable when it is one in E.164, by its length."""
    number = call.filled(action, action.parameters.get("CallbackNumber", ""))
    if not NUMBER.fullmatch(number):
        return action.failed("InvalidCallbackNumber")
    digits = number.removeprefix("+")
    if digits == number or digits.startswith("0") or not SHORTEST_NUMBER <= len(digits) <= LONGEST_NUMBER:
        return action.failed("CallbackNumberNotDialable")
    call.contact.callback_number = number
    return action.on()


def event_hooks(call: Playing, action: Action) -> Branch:
    hooks = action.part("EventHooks")
    call.hooks |= {str(name): call.filled(action, flow) for name, flow in hooks.items()}
    return action.on()


def media_streaming(call: Playing, action: Action) -> Branch:
    now = str(int(call.now().timestamp() * 1000))
    if action.parameters.get("MediaStreamingState") == "Enabled":
        call.contact.start_stream(now)
    elif call.contact.audio_stream:
        call.contact.audio_stream["StopTimestamp"] = now
    return action.on()


def recording(call: Playing, action: Action) -> Branch:
    _record(call, action, action.part("RecordingBehavior"))
    return action.on()


def recording_and_analytics(call: Playing, action: Action) -> Branch:
    """The behaviour of a call; that of a chat is not for this channel."""
    if "VoiceBehavior" not in action.parameters and "ChatBehavior" in action.parameters:
        return action.failed("ChannelMismatch")
    voice = action.part("VoiceBehavior")
    inner = next((one for one in voice.values() if isinstance(one, Mapping) and set(RECORDED) & set(one)), voice)
    if set(RECORDED) & set(inner):
        _record(call, action, inner)
    return action.on()


def routing(call: Playing, action: Action) -> Branch:
    """1 comes first. An age is added by Connect alone."""
    given = action.parameters.get("QueuePriority")
    if given is not None:
        call.contact.priority = whole(action, "QueuePriority", call.filled(action, given)) or USUAL_PRIORITY
    return action.on()


def target_queue(call: Playing, action: Action) -> Branch:
    queue = call.filled(action, action.parameters.get("QueueId", action.parameters.get("AgentId", "")))
    if not queue:
        return action.failed()
    call.contact.queue = queue
    return action.on()


def voice(call: Playing, action: Action) -> Branch:
    call.contact.voice = call.filled(action, action.parameters.get("TextToSpeechVoice", ""))
    return action.on()


def logging(call: Playing, action: Action) -> Branch:
    call.logging = action.parameters.get("FlowLoggingBehavior") == "Enabled"
    return action.on()


def create(call: Playing, action: Action) -> Branch:
    """A task, a case or a chat: kept for who looks."""
    asked = {name: call.filled_all(action, value) for name, value in action.parameters.items()}
    call.created.append((action.type, asked))
    if action.type == "CreateCase":
        call.contact.case = {"case_id": str(uuid.uuid4())}
    return action.on()


def nothing_heard(call: Playing, action: Action) -> Branch:
    return action.on()


def _record(call: Playing, action: Action, behavior: Mapping[str, Any]) -> None:
    participants = behavior.get("RecordedParticipants", [])
    if not isinstance(participants, list):
        raise FlowError(f"Block {action.identifier}: RecordedParticipants is no list.")
    recorded = tuple(str(one) for one in participants)
    call.recording.switch(recorded, ivr=behavior.get("IVRRecordingBehavior") == "Enabled")


def _size(values: Mapping[str, str]) -> int:
    return sum(len(part.encode("utf-8", "surrogatepass")) for pair in values.items() for part in pair)
