"""What a flow of ours must keep beyond Connect's rules: a call costs nothing, is never turned away, and a failing
function still leads to a person."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from local.phone.circling import is_instant
from local.phone.graph import Block, blocks, by_identifier, reached, start_of
from local.phone.rules import MAX_ACTIONS, PROMPT_NAMES
from local.phone.values import is_true, named, shown, words

SAYING = words("MessageParticipant MessageParticipantIteratively GetParticipantInput ConnectParticipantWithLexBot")
TO_A_PERSON = words(
    "TransferContactToQueue TransferContactToAgent DequeueContactAndTransferToQueue CreateCallbackContact"
)
# Behind these a closed door is none: a person is asked for, or the function decides.
HELP = TO_A_PERSON | {"InvokeLambdaFunction"}
GOODBYE = "DisconnectParticipant"
SEPARATORS = str.maketrans("", "", " -().")


def house_problems(flow: Any, *, free_numbers: Collection[str] = (), after_talk: bool = False) -> list[str]:
    """What breaks our own rules, each as one sentence. Takes any JSON whatever.

    `free_numbers` are the numbers a call may go on to: E.164, or as the flow writes them, `${Placeholder}` too.
    `after_talk` tells that an agent has been spoken to already: a function that fails may then end the call.
    """
    found = blocks(flow)[:MAX_ACTIONS]
    named_blocks = by_identifier(found)
    there = reached(start_of(flow), named_blocks)
    free = {number.translate(SEPARATORS) for number in free_numbers}
    buffered = any(is_true(block.parameters.get("EnableDTMFBuffer")) for block in found)
    sentences = []
    for block in found:
        wrong = [*_of_numbers(block, free), *_of_hours(block, named_blocks)]
        if not after_talk:
            wrong += _of_functions(block, named_blocks)
        if block.identifier not in there:
            wrong.append("no way leads here.")
        if buffered and not _can_be_interrupted(block, named_blocks):
            wrong.append("cannot be interrupted: it needs SkipWhenDTMFBufferEnabled.")
        sentences += [f"{block.label}: {problem}" for problem in wrong]
    return sentences


def _of_numbers(block: Block, free: Collection[str]) -> Iterator[str]:
    """Numbers that are dialled, and the number that somebody who was called sees and calls back."""
    dialled = []
    if block.type == "TransferParticipantToThirdParty":
        dialled = [block.parameters.get("ThirdPartyPhoneNumber"), _part(block.parameters, "VoiceConnector", "ToUser")]
    elif block.type == "CompleteOutboundCall":
        dialled = [_part(block.parameters, "CallerId", "Number"), _part(block.parameters, "VoiceConnector", "ToUser")]
    for number in dialled:
        if number is not None and not (isinstance(number, str) and number.translate(SEPARATORS) in free):
            yield f"goes to {shown(number)}, which is no free number."


def _part(parameters: Mapping[str, Any], name: str, part: str) -> Any:
    inner = parameters.get(name)
    return inner.get(part) if isinstance(inner, Mapping) else None


def _of_hours(block: Block, named_blocks: Mapping[str, Block]) -> Iterator[str]:
    """At no hour may a caller be sent away with nothing."""
    if block.type != "CheckHoursOfOperation":
        return
    ways = {block.next: "NextAction"} if block.next else {}
    ways |= {branch.to: branch.name for branch in block.branches}
    for target, name in ways.items():
        ahead = reached(target, named_blocks, stops=lambda one: one.type in HELP).values()
        for end in [one for one in ahead if one.type == GOODBYE][:1]:
            yield f"{named(name)} can end in goodbye at {end.label} without a person, a call-back or a function."


def _of_functions(block: Block, named_blocks: Mapping[str, Block]) -> Iterator[str]:
    """A function that fails is told to the caller, and does not keep him from a person."""
    if block.type != "InvokeLambdaFunction":
        return
    failed = block.on("NoMatchingError")
    if not failed:
        yield "has no way on when its function fails."
        return
    if not any(one.type in TO_A_PERSON for one in reached(failed, named_blocks).values()):
        yield "reaches no person when its function fails: no queue, no call-back."
    for other in _first_deeds(failed, named_blocks):
        yield f"goes to {other.label} when its function fails, before anything is said."


def _first_deeds(start: str, named_blocks: Mapping[str, Block]) -> Iterator[Block]:
    """What is done before anything is said: blocks that neither speak nor are over in no time."""
    seen = reached(start, named_blocks, stops=lambda block: not is_instant(block))
    return (one for one in seen.values() if not is_instant(one) and not _says(one))


def _can_be_interrupted(block: Block, named_blocks: Mapping[str, Block]) -> bool:
    """Whether a key need not wait for a recording. Where no key is asked for any more there is nothing to wait for.

    What is spoken where a recording failed is to be heard.
    """
    if "Media" not in block.parameters or is_true(block.parameters.get("SkipWhenDTMFBufferEnabled")):
        return True
    if block.type != "MessageParticipant":
        return True
    ahead = reached(block.identifier, named_blocks, stops=lambda block: block.type in TO_A_PERSON).values()
    return not any(one.type == "GetParticipantInput" and _says(one) for one in ahead)


def _says(block: Block) -> bool:
    if block.type == "MessageParticipantIteratively":
        return True
    return block.type in SAYING and any(name in block.parameters for name in PROMPT_NAMES)
