"""Circles in a flow that nothing ends: blocks that neither take time nor change what they decide on, that try again for
ever, or that a caller hears over and over who is never asked and has no other way."""

from collections.abc import Iterator, Mapping

from local.phone.graph import Block, circles
from local.phone.values import paths_in, words

# Over in no time, and with the same outcome every time as long as what they read stays the same.
INSTANT = words(
    """Compare Loop TagContact UnTagContact UntagContact UpdateContactAttributes UpdateContactCallbackNumber
    UpdateContactData UpdateContactEventHooks UpdateContactMediaProcessing UpdateContactMediaStreamingBehavior
    UpdateContactRecordingAndAnalyticsBehavior UpdateContactRecordingBehavior UpdateContactRoutingBehavior
    UpdateContactRoutingCriteria UpdateContactTargetQueue UpdateContactTextToSpeechVoice UpdateFlowAttributes
    UpdateFlowLoggingBehavior UpdatePreviousContactParticipantState UpdateRoutingCriteria"""
)
# The caller acts in these, somebody else takes over, or they last: whatever goes round through one may end.
WAITING = words(
    """ConnectParticipantWithLexBot DequeueContactAndTransferToQueue DisconnectParticipant EndFlowExecution
    EndFlowModuleExecution GetParticipantInput InvokeFlowModule MessageParticipantIteratively ShowView
    TransferContactToAgent TransferContactToQueue TransferParticipantToThirdParty TransferToFlow Wait"""
)
# In a flow with one of these somebody else may end what goes round: an agent who answers, whoever listens to a stream.
ENDED_FROM_OUTSIDE = words(
    """DequeueContactAndTransferToQueue EndFlowExecution MessageParticipantIteratively ShowView
    UpdateContactMediaStreamingBehavior Wait"""
)
# A flow without any of these is one that goes round until an agent answers.
ENDS_BY_ITSELF = words("DisconnectParticipant TransferContactToQueue TransferToFlow")
# What a block of a type writes, besides attributes.
WRITES: Mapping[str, tuple[str, ...]] = {
    "UpdateContactCallbackNumber": ("CustomerCallbackNumber", "CallbackNumber"),
    "UpdateContactData": ("LanguageCode", "CustomerId", "Name", "Description"),
    "UpdateContactTargetQueue": ("Queue",),
    "UpdateContactTextToSpeechVoice": ("TextToSpeechVoiceId",),
}


def endless(named_blocks: Mapping[str, Block], *, until_answered: bool = False) -> Iterator[list[str]]:
    """The circles that nothing ends, each as its blocks in the order of the flow.

    `until_answered` tells that the flow is one for a queue or for hold, which may go round.
    """
    found = [*_instant(named_blocks), *_failing(named_blocks)]
    types = {block.type for block in named_blocks.values()}
    if not until_answered and types & ENDS_BY_ITSELF and not types & ENDED_FROM_OUTSIDE:
        found += _without_way_out(named_blocks)
    rings = {tuple(sorted(ring, key=lambda name: named_blocks[name].number)) for ring in found}
    yield from map(list, sorted(rings, key=lambda ring: named_blocks[ring[0]].number))


def _failing(named_blocks: Mapping[str, Block]) -> list[list[str]]:
    """Blocks that try again at once when they fail, for ever. Where the caller is asked he may hang up."""
    return [
        [name]
        for name, block in named_blocks.items()
        if block.on("NoMatchingError") == name and block.type not in words("GetParticipantInput ShowView Wait")
    ]


def _instant(named_blocks: Mapping[str, Block]) -> list[list[str]]:
    """Circles of instant blocks. A block that may lead out the next time round is taken away, until none is left."""
    ways = {name: _every_way(block) for name, block in named_blocks.items() if is_instant(block)}
    while True:
        found = circles(ways)
        leaving = [name for ring in found for name in ring if _may_leave(name, ways[name], ring, named_blocks)]
        if not leaving:
            return found
        for name in leaving:
            del ways[name]


def is_instant(block: Block) -> bool:
    return block.type in INSTANT or "EnableDTMFBuffer" in block.parameters


def _every_way(block: Block) -> list[str]:
    """A Compare never takes its NextAction while it has a branch for no match."""
    if block.type == "Compare" and block.on("NoMatchingCondition"):
        return [branch.to for branch in block.branches]
    if block.type == "Loop":
        return [branch.to for branch in block.branches if not branch.of_error]
    return block.targets


def _may_leave(name: str, ways: list[str], ring: list[str], named_blocks: Mapping[str, Block]) -> bool:
    """Whether a block leads out of the ring, and may do so another time: it counts, or reads what the ring writes."""
    if set(ways) <= set(ring):
        return False
    block = named_blocks[name]
    if block.type == "Loop":
        return True
    written = {path for other in ring for path in _writes(named_blocks[other])}
    return any(path[:1] in written or path[:2] in written for path in paths_in(block.parameters))


def _writes(block: Block) -> Iterator[tuple[str, ...]]:
    for root in ("Attributes", "FlowAttributes"):
        values = block.parameters.get(root)
        if isinstance(values, Mapping):
            yield from ((root, name) for name in values)
    yield from ((root,) for root in WRITES.get(block.type, ()))


def _without_way_out(named_blocks: Mapping[str, Block]) -> list[list[str]]:
    """Circles in which nobody is asked anything and that no way leads out of, save that a block fails."""
    ways = {
        name: _every_way(block) if block.type in ("Compare", "Loop") else _ways_without_failing(block)
        for name, block in named_blocks.items()
        if block.type not in WAITING or is_instant(block)
    }
    return [ring for ring in circles(ways) if all(set(ways[name]) <= set(ring) for name in ring)]


def _ways_without_failing(block: Block) -> list[str]:
    met = (branch.to for branch in block.branches if not branch.of_error or branch.name == "NoMatchingCondition")
    return [block.next, *met]
