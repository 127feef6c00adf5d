"""Blocks that a caller hears, and that listen."""

import base64
import secrets
from collections.abc import Mapping
from typing import Any

from local.phone.flow import NEXT, Action, Branch, FlowError
from local.phone.keys import SILENCE, Entry, Storing, is_true, stores
from local.phone.playing import Playing
from local.phone.prompts import Heard, plain

PROMPTS = ("Text", "SSML", "PromptId", "Media")


def message(call: Playing, action: Action) -> Branch:
    """Skipped while keys are buffered, where the block allows it. A recording that cannot be fetched is the error."""
    may_skip = call.buffer.on and is_true(action.parameters.get("SkipWhenDTMFBufferEnabled"))
    if may_skip and call.buffer.keys:
        return action.on()
    heard = said(call, action, action.parameters, takes_keys=call.buffer.on, stops_at_key=may_skip)
    if heard is None:
        return action.first("NoMatchingError", NEXT)
    call.hearing.add(heard)
    return action.on()


def message_again_and_again(call: Playing, action: Action) -> None:
    """Plays until the queue takes the call, or until it is interrupted ("Loop prompts")."""
    messages = action.parameters.get("Messages")
    if not isinstance(messages, list):
        raise FlowError(f"Block {action.identifier}: Messages is no list.")
    for one in messages:
        if not isinstance(one, Mapping):
            raise FlowError(f"Block {action.identifier}: a message is no object.")
        if heard := said(call, action, one, takes_keys=call.buffer.on):
            call.hearing.add(heard)
    call.wait_in_queue(action)


def get_input(call: Playing, action: Action) -> Branch | None:
    if "EnableDTMFBuffer" in action.parameters:
        return _set_buffer(call, action)
    if stores(action):
        # Wrong parameters are told before anything is heard.
        Storing.of(action)
    if call.buffer.keys and (branch := feed(call, action)):
        return branch
    return _listen(call, action, silently=bool(call.keyed))


def connect_bot(call: Playing, action: Action) -> Branch | None:
    """A bot takes no buffered keys, and buffering ends with it."""
    call.stop_buffer()
    prompted = any(name in action.parameters for name in PROMPTS)
    return _listen(call, action, silently=not prompted)


def said(
    call: Playing,
    action: Action,
    parameters: Mapping[str, Any],
    *,
    takes_keys: bool = False,
    stops_at_key: bool = False,
) -> Heard | None:
    """What is heard of a prompt; None when it cannot be fetched. Raises FlowError for a block without one."""
    block = action.identifier
    for name, read in (("Text", str), ("SSML", plain), ("PromptId", str)):
        if name in parameters:
            text = read(call.filled(action, parameters[name]))
            return Heard(None, text, block, None, takes_keys, stops_at_key)
    media = parameters.get("Media")
    if not isinstance(media, Mapping):
        raise FlowError(f"Block {block} has none of {', '.join(PROMPTS)}.")
    address = call.filled(action, media.get("Uri", ""))
    prompt = call.flow_played.prompt(address) or address
    audio = call.prompts.audio(prompt)
    if audio is None:
        return None
    return Heard(prompt, call.prompts.texts.get(prompt, prompt), block, audio, takes_keys, stops_at_key)


def pressed(call: Playing, action: Action, keys: str) -> Branch:
    """What the keys that are pressed while a block listens come to; silence is none."""
    if stores(action):
        storing = Storing.of(action)
        return _store(call, action, storing, storing.entry(call.take_keyed() + keys))
    call.buffer.add(keys[1:])
    if not keys:
        return action.failed("InputTimeLimitExceeded")
    return action.first(keys[0], "NoMatchingCondition")


def feed(call: Playing, action: Action) -> Branch | None:
    """Give a block what is buffered: one key, or as many as it stores. None when it waits for more."""
    keys, call.buffer.keys = call.buffer.keys, ""
    if not stores(action):
        return pressed(call, action, keys)
    storing = Storing.of(action)
    keyed = call.take_keyed() + keys
    entry = storing.entry(keyed)
    if entry.complete:
        return _store(call, action, storing, entry)
    call.keyed = keyed
    return None


def say_to_bot(call: Playing, action: Action, words: str) -> Branch:
    """What is said is the name of an intent."""
    if not words:
        return action.failed("InputTimeLimitExceeded")
    session = action.part("LexSessionAttributes")
    call.contact.lex = {
        "IntentName": words,
        "DialogState": "Fulfilled",
        "Slots": {},
        "SessionAttributes": {str(name): call.filled(action, value) for name, value in session.items()},
    }
    return action.first(words, "NoMatchingCondition", NEXT)


def _listen(call: Playing, action: Action, *, silently: bool) -> Branch | None:
    """Ask, and wait for what is pressed or said. A prompt that cannot be fetched is the error, where there is one."""
    if not silently:
        heard = said(call, action, action.parameters, takes_keys=True, stops_at_key=True)
        if heard:
            call.hearing.add(heard)
        elif failed := action.branch("NoMatchingError"):
            return failed
    return call.listen(action)


def _set_buffer(call: Playing, action: Action) -> Branch:
    """Switch touchtone buffering; stopping it may store what was buffered."""
    if is_true(action.parameters["EnableDTMFBuffer"]):
        call.buffer.on = True
        return action.on()
    keys = call.stop_buffer()
    if not stores(action):
        return action.on()
    return _keep(call, action, keys)


def _store(call: Playing, action: Action, storing: Storing, entry: Entry) -> Branch:
    call.buffer.add(entry.rest)
    kept = storing.kept(entry)
    if kept is None:
        return action.failed("InvalidPhoneNumber")
    return action.on() if _set_stored(call, action, kept) else action.failed()


def _keep(call: Playing, action: Action, keys: str) -> Branch:
    return action.on() if _set_stored(call, action, keys) else action.failed()


def _set_stored(call: Playing, action: Action, value: str) -> bool:
    """False where it is to be encrypted and the block does not say by which key."""
    encryption = action.part("InputEncryption")
    if "InputEncryption" in action.parameters and not (encryption.get("EncryptionKeyId") and encryption.get("Key")):
        return False
    secret = bool(encryption) and value not in ("", SILENCE)
    # Nobody here has the key: what stands for the ciphertext cannot be read back.
    call.contact.stored_input = base64.b64encode(secrets.token_bytes(96)).decode() if secret else value
    return True
