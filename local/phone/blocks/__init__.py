"""What each type of block does to a call (developer guide, "Actions in the Connect flow language").

A block that is done gives the branch it takes. None: the call listens, waits in a queue, has ended, or plays another
flow.
"""

from collections.abc import Awaitable, Callable, Mapping

from local.phone.blocks import deciding, entering, leaving, speaking, updating
from local.phone.flow import NEXT, Action, Branch, FlowError
from local.phone.playing import Playing

Outcome = Branch | None
Block = Callable[[Playing, Action], Outcome | Awaitable[Outcome]]

# Blocks that need a service which is not here. Each takes the first of these branches that it has, unless an outcome
# is told: what a telephone call without that service comes to.
DEFAULTS: Mapping[str, tuple[str, ...]] = {
    "AssociateContactToCustomerProfile": (NEXT,),
    "CheckHoursOfOperation": ("True", NEXT),
    "CheckOutboundCallStatus": ("CallAnswered", NEXT),
    "CheckVoiceId": ("NotEnrolled", "NoMatchingError"),
    "CompleteOutboundCall": (NEXT,),
    "CreateCustomerProfile": (NEXT,),
    "CreateWisdomSession": (NEXT,),
    "GetCalculatedAttributesForCustomerProfile": ("NoneFoundError", "NoMatchingError"),
    "GetCase": ("NoneFound", "NoMatchingError"),
    "GetCustomerProfile": ("NoneFoundError", "NoMatchingError"),
    "GetCustomerProfileObject": ("NoneFoundError", "NoMatchingError"),
    # Tasks alone are resumed.
    "ResumeContact": ("NoMatchingError", NEXT),
    # Views are shown in chats and to agents.
    "ShowView": ("NoMatchingError", NEXT),
    "StartVoiceIdStream": (NEXT,),
    "UpdateContactMediaProcessing": ("ChannelMismatch", "NoMatchingError", NEXT),
    "UpdateCase": (NEXT,),
    "UpdateCustomerProfile": (NEXT,),
    "UpdatePreviousContactParticipantState": (NEXT,),
    # Time passes outside.
    "Wait": ("WaitCompleted", NEXT),
}

BLOCKS: Mapping[str, Block] = {
    "CheckMetricData": deciding.check_metric,
    "Compare": deciding.compare,
    "ConnectParticipantWithLexBot": speaking.connect_bot,
    "CreateCallbackContact": leaving.create_callback,
    "CreateCase": updating.create,
    "CreateTask": updating.create,
    "DequeueContactAndTransferToQueue": leaving.change_queue,
    "DisconnectParticipant": leaving.disconnect,
    "DistributeByPercentage": deciding.distribute,
    "EndFlowExecution": entering.end_flow,
    "EndFlowModuleExecution": entering.end_module,
    "GetMetricData": deciding.get_metrics,
    "GetParticipantInput": speaking.get_input,
    "InvokeFlowModule": entering.invoke_module,
    "InvokeLambdaFunction": entering.invoke_function,
    "Loop": deciding.loop,
    "MessageParticipant": speaking.message,
    "MessageParticipantIteratively": speaking.message_again_and_again,
    "StartOutboundChatContact": updating.create,
    "TagContact": updating.tag,
    "TransferContactToAgent": leaving.transfer_to_agent,
    "TransferContactToQueue": leaving.transfer_to_queue,
    "TransferParticipantToThirdParty": leaving.transfer_outside,
    "TransferToFlow": entering.transfer_to_flow,
    "UnTagContact": updating.untag,
    "UntagContact": updating.untag,
    "UpdateContactAttributes": updating.attributes,
    "UpdateContactCallbackNumber": updating.callback_number,
    "UpdateContactData": updating.data,
    "UpdateContactEventHooks": updating.event_hooks,
    "UpdateContactMediaStreamingBehavior": updating.media_streaming,
    "UpdateContactRecordingAndAnalyticsBehavior": updating.recording_and_analytics,
    "UpdateContactRecordingBehavior": updating.recording,
    "UpdateContactRoutingBehavior": updating.routing,
    "UpdateContactRoutingCriteria": updating.nothing_heard,
    "UpdateContactTargetQueue": updating.target_queue,
    "UpdateContactTextToSpeechVoice": updating.voice,
    "UpdateFlowAttributes": updating.flow_attributes,
    "UpdateFlowLoggingBehavior": updating.logging,
    "UpdateRoutingCriteria": updating.nothing_heard,
}


def carry_out(call: Playing, action: Action) -> Outcome | Awaitable[Outcome]:
    """Raises FlowError for a block that cannot be played here."""
    if block := BLOCKS.get(action.type):
        return block(call, action)
    if default := DEFAULTS.get(action.type):
        return action.first(*default)
    raise FlowError(f"Block {action.identifier} is a {action.type}, which is not played here.")
