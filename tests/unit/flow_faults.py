"""Faults for the validator's tests: each a sound flow, what is changed in it, and the sentence that must come of it."""

from typing import Any, NamedTuple

from tests.unit.flow_samples import FLOW, ID, QUEUE

GONE = object()
"""As a value: the part is taken away."""


class Fault(NamedTuple):
    sample: str
    where: str
    """The part that is changed: "/" and names in the flow, or names in its block "here"; numbers count in lists."""
    value: Any
    problem: str


NOT_A_QUEUE = "not a queue's id or ARN, nor one JSONPath."
ONE_PROMPT = "here: needs exactly one of Text, SSML, PromptId and Media."


def error(type_: str, to: str = "end") -> dict[str, str]:
    return {"ErrorType": type_, "NextAction": to}


def condition(operator: Any, *operands: Any, to: str = "end") -> dict[str, Any]:
    return {"NextAction": to, "Condition": {"Operator": operator, "Operands": [*operands]}}


def equals(*operands: str) -> list[dict[str, Any]]:
    return [condition("Equals", operand) for operand in operands]


FAULTS = [
    # The flow
    Fault("logging", "/Version", "2012-10-17", "Version is '2012-10-17', not 2019-10-30."),
    Fault("logging", "/Version", GONE, "Version is null, not 2019-10-30."),
    Fault("logging", "/StartAction", "nowhere", "StartAction is 'nowhere', which is no block."),
    Fault("logging", "/StartAction", {"Identifier": "here"}, "StartAction is an object, which is no block."),
    Fault("logging", "/StartAction", GONE, "StartAction is null, which is no block."),
    Fault("logging", "/Actions", GONE, "Actions is null, not a list."),
    Fault("logging", "/Actions", {}, "Actions is an object, not a list."),
    Fault("logging", "/Actions/1", "end", "Block 2 is 'end', not an object."),
    Fault("logging", "/Metadata", [], "Metadata is a list, not an object."),
    Fault("logging", "/Settings", "none", "Settings is 'none', not an object."),
    Fault("logging", "/Configuration", {"Stages": []}, "Configuration is no part of a flow."),
    # Identifiers, types and shapes
    Fault("logging", "/Actions/1/Identifier", "here", "here: named 2 times."),
    Fault("logging", "/Actions/1/Identifier", GONE, "Block 2: its Identifier is null, not text."),
    Fault("logging", "/Actions/1/Identifier", 7, "Block 2: its Identifier is 7, not text."),
    Fault("logging", "/Actions/1/Identifier", "a/b", "a/b: not a name that Connect takes."),
    Fault("logging", "/Actions/1/Identifier", "toString", "toString: not a name that Connect takes."),
    Fault("logging", "/Actions/1/Identifier", "x" * 51, f"{'x' * 51}: not a name that Connect takes."),
    Fault("logging", "Type", GONE, "here: null is no type that is known here."),
    Fault("logging", "Type", ["Wait"], "here: a list is no type that is known here."),
    *(
        Fault("logging", "Type", invented, f"here: {invented} is no type that is known here.")
        for invented in (
            "Start",
            "PlayPrompt",
            "GetDigits",
            "SetVoice",
            "SetLoggingBehavior",
            "CheckAttribute",
            "TransferToQueue",
            "Disconnect",
            "ConnectParticipant",
            "StartMediaStreaming",
            "messageparticipant",
        )
    ),
    Fault("logging", "Parameters", [], "here: Parameters is a list, not an object."),
    Fault("logging", "Transitions", "end", "here: Transitions is 'end', not an object."),
    Fault("logging", "Transitions", GONE, "here: needs a NextAction."),
    Fault("logging", "Transitions.NextAction", GONE, "here: needs a NextAction."),
    Fault("logging", "Transitions.NextAction", "", "here: needs a NextAction."),
    Fault("logging", "Transitions.NextAction", 3, "here: NextAction is 3, not text."),
    Fault("logging", "Transitions.NextAction", "nowhere", "here: leads to 'nowhere', which is no block."),
    Fault("logging", "Transitions.Default", "end", "here: Transitions never has Default."),
    Fault("loop", "Transitions.NextAction", GONE, "here: needs a NextAction."),
    Fault("compare channel", "Transitions.NextAction", GONE, "here: needs a NextAction."),
    Fault("end of a flow", "Transitions.NextAction", "here", "here: ends the flow, so it leads nowhere."),
    Fault("end at once", "/Actions/0/Transitions/NextAction", "end", "end: ends the flow, so it leads nowhere."),
    Fault("module", "Transitions.Errors", [error("NoMatchingError")], "here: ends the flow, so it leads nowhere."),
    # Errors
    Fault("function", "Transitions.Errors", [], "here: needs a branch for NoMatchingError."),
    Fault("function", "Transitions.Errors", GONE, "here: needs a branch for NoMatchingError."),
    Fault("function", "Transitions.Errors", {}, "here: Errors is an object, not a list."),
    Fault("function", "Transitions.Errors.0", "end", "here: Errors holds 'end', not an object."),
    Fault("function", "Transitions.Errors.0.ErrorType", GONE, "here: an error's ErrorType is null, not text."),
    Fault("function", "Transitions.Errors.0.NextAction", GONE, "here: an error leads to null, which is no block."),
    Fault("function", "Transitions.Errors.0.NextAction", "gone", "here: leads to 'gone', which is no block."),
    Fault("function", "Transitions.Errors.0.Default", "end", "here: an error never has Default."),
    Fault(
        "function",
        "Transitions.Errors.1",
        error("InputTimeLimitExceeded"),
        "here: never has the error InputTimeLimitExceeded.",
    ),
    Fault("function", "Transitions.Errors.1", error("NoMatchingError"), "here: has 2 branches for NoMatchingError."),
    Fault("menu", "Transitions.Errors.0", GONE, "here: needs a branch for NoMatchingError."),
    Fault("menu", "Transitions.Errors.1", GONE, "here: needs a branch for NoMatchingCondition."),
    Fault("menu", "Transitions.Errors.2", GONE, "here: needs a branch for InputTimeLimitExceeded."),
    Fault("stored", "Transitions.Errors.0", GONE, "here: needs a branch for NoMatchingError."),
    Fault(
        "stored",
        "Transitions.Errors.1",
        error("InputTimeLimitExceeded"),
        "here: never has the error InputTimeLimitExceeded.",
    ),
    Fault(
        "stored", "Transitions.Errors.1", error("InvalidPhoneNumber"), "here: never has the error InvalidPhoneNumber."
    ),
    Fault("phone number", "Transitions.Errors.1", GONE, "here: needs a branch for InvalidPhoneNumber."),
    Fault("buffer", "Transitions.Errors", [], "here: needs a branch for NoMatchingError."),
    Fault("compare channel", "Transitions.Errors", [], "here: needs a branch for NoMatchingCondition."),
    Fault(
        "compare channel",
        "Transitions.Errors.1",
        error("NoMatchingError"),
        "here: never has the error NoMatchingError.",
    ),
    Fault("to a queue", "Transitions.Errors.0", GONE, "here: needs a branch for QueueAtCapacity."),
    Fault("to a queue", "Transitions.Errors.1", GONE, "here: needs a branch for NoMatchingError."),
    Fault("attributes", "Transitions.Errors", [], "here: needs a branch for NoMatchingError."),
    Fault("flow attributes", "Transitions.Errors", [], "here: needs a branch for NoMatchingError."),
    Fault("target queue", "Transitions.Errors", [], "here: needs a branch for NoMatchingError."),
    Fault("callback number", "Transitions.Errors.0", GONE, "here: needs a branch for InvalidCallbackNumber."),
    Fault(
        "callback number",
        "Transitions.Errors.2",
        error("NoMatchingError"),
        "here: never has the error NoMatchingError.",
    ),
    Fault("recording", "Transitions.Errors", [error("NoMatchingError")], "here: never has the error NoMatchingError."),
    Fault("logging", "Transitions.Errors", [error("NoMatchingError")], "here: never has the error NoMatchingError."),
    Fault("agents", "Transitions.Errors.1", GONE, "here: needs a branch for NoMatchingCondition."),
    Fault("view", "Transitions.Errors.2", GONE, "here: needs a branch for TimeLimitExceeded."),
    Fault("bot", "Transitions.Errors.1", GONE, "here: needs a branch for NoMatchingCondition."),
    Fault("bot of old", "Transitions.Errors.2", GONE, "here: needs a branch for InputTimeLimitExceeded."),
    Fault("get case", "Transitions.Errors.1", GONE, "here: needs a branch for NoneFound."),
    Fault("get case", "Transitions.Errors.2", error("NoneFoundError"), "here: never has the error NoneFoundError."),
    Fault("profile", "Transitions.Errors.1", error("NoneFound"), "here: never has the error NoneFound."),
    Fault("profile", "Transitions.Errors.2", GONE, "here: needs a branch for MultipleFoundError."),
    Fault("third party", "Transitions.Errors.1", GONE, "here: needs a branch for CallFailed."),
    Fault("third party for good", "Transitions.Errors.1", error("CallFailed"), "here: never has the error CallFailed."),
    Fault(
        "analytics of a call",
        "Transitions.Errors.2",
        error("InFlightRedactionConfigurationFailed"),
        "here: never has the error InFlightRedactionConfigurationFailed.",
    ),
    Fault(
        "wait", "Transitions.Errors.1", error("ParticipantNotFound"), "here: never has the error ParticipantNotFound."
    ),
    # Conditions
    Fault("function", "Transitions.Conditions", equals("True"), "here: takes no conditions."),
    Fault("stored", "Transitions.Conditions", equals("1"), "here: takes no conditions."),
    Fault("loop", "Transitions.Conditions.1", GONE, "here: needs a branch for DoneLooping."),
    Fault("loop", "Transitions.Conditions.0", GONE, "here: needs a branch for ContinueLooping."),
    Fault(
        "loop",
        "Transitions.Conditions.2",
        condition("Equals", "Broken"),
        "here: an operand is 'Broken', not one of ContinueLooping, DoneLooping.",
    ),
    Fault("loop", "Transitions.Conditions.0.Condition.Operator", "Is", "here: cannot compare by 'Is'."),
    Fault("hours", "Transitions.Conditions.1", GONE, "here: needs a branch for False."),
    Fault("hours", "Transitions.Conditions.0.Condition.Operands.0", "Open", "here: needs a branch for True."),
    Fault(
        "menu",
        "Transitions.Conditions.0.Condition.Operands.0",
        "12",
        "here: an operand is '12', not one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, *, #.",
    ),
    Fault(
        "menu",
        "Transitions.Conditions.0.Condition.Operator",
        "NumberLessThan",
        "here: cannot compare by 'NumberLessThan'.",
    ),
    Fault("menu", "Transitions.Conditions.0.Condition.Operands.0", "2", "here: asks twice whether it is Equals '2'."),
    Fault("menu", "Transitions.Conditions.0.Condition.Operands.0", 1, "here: an operand is 1, not text."),
    Fault("menu", "Transitions.Conditions.0.Condition.Operands.0", "", "here: an operand is '', not text."),
    Fault("menu", "Transitions.Conditions.0.Condition.Operands", [], "here: a condition takes one operand, not 0."),
    Fault(
        "menu", "Transitions.Conditions.0.Condition.Operands", ["1", "2"], "here: a condition takes one operand, not 2."
    ),
    Fault(
        "menu", "Transitions.Conditions.0.Condition.Operands", "1", "here: a condition's Operands is '1', not a list."
    ),
    Fault("menu", "Transitions.Conditions.0.Condition", GONE, "here: a condition is null, not an object."),
    Fault("menu", "Transitions.Conditions.0.NextAction", GONE, "here: a condition leads to null, which is no block."),
    Fault("menu", "Transitions.Conditions.0.NextAction", "gone", "here: leads to 'gone', which is no block."),
    Fault("menu", "Transitions.Conditions", {}, "here: Conditions is an object, not a list."),
    Fault(
        "agents",
        "Transitions.Conditions.0",
        condition("NumberGreaterThan", "2"),
        "here: an operand is '2', not 0.",
    ),
    Fault("agents", "Transitions.Conditions.0", condition("Equals", "0"), "here: cannot compare by 'Equals'."),
    Fault(
        "queue", "Transitions.Conditions.0", condition("TextContains", "5"), "here: cannot compare by 'TextContains'."
    ),
    Fault(
        "queue",
        "Transitions.Conditions.0",
        condition("NumberLessThan", "few"),
        "here: an operand is 'few', not a number.",
    ),
    Fault(
        "compare numbers",
        "Transitions.Conditions.0",
        condition("NumberGreaterThan", "gold"),
        "here: an operand is 'gold', not a number.",
    ),
    Fault(
        "compare channel", "Transitions.Conditions.0.Condition.Operator", "Equal", "here: cannot compare by 'Equal'."
    ),
    Fault("compare channel", "Transitions.Conditions.0.Condition.Operator", GONE, "here: cannot compare by null."),
    Fault(
        "compare channel",
        "Transitions.Conditions.0.Condition.Operands.0",
        {"Operator": "Equals", "Operands": ["1"]},
        "here: an operand is an object, not text.",
    ),
    Fault(
        "compare the same twice",
        "Transitions.Conditions.1.NextAction",
        "here",
        "here: asks twice whether it is Equals '1'.",
    ),
    Fault("share", "Transitions.Conditions.1.Condition.Operands.0", "10", "here: its thresholds do not rise."),
    Fault(
        "share",
        "Transitions.Conditions.1.Condition.Operands.0",
        "200",
        "here: an operand is '200', not a whole number from 1 to 100.",
    ),
    Fault("wait", "Transitions.Conditions", [], "here: needs a branch for WaitCompleted."),
    Fault("wait for the bot", "Transitions.Conditions.1", GONE, "here: needs a branch for BotParticipantDisconnected."),
    Fault(
        "voice id status",
        "Transitions.Conditions.0.Condition.Operands.0",
        "Not enrolled",
        "here: an operand is 'Not enrolled', not one of Enrolled, NotEnrolled, OptedOut, Authenticated, "
        "NotAuthenticated, Inconclusive, Expired, HighRisk, LowRisk.",
    ),
    Fault("waiting music, interrupted", "Transitions.Conditions", [], "here: needs a branch for MessagesInterrupted."),
    # Which parameters there are
    Fault("function", "Parameters.LambdaFunctionARN", GONE, "here: needs the parameter LambdaFunctionARN."),
    Fault(
        "function",
        "Parameters.InvocationTimeLimitSeconds",
        GONE,
        "here: needs the parameter InvocationTimeLimitSeconds.",
    ),
    Fault("function", "Parameters.Timeout", "8", "here: never has the parameter Timeout."),
    Fault("to a queue", "Parameters.QueueId", QUEUE, "here: never has the parameter QueueId."),
    Fault("target queue", "Parameters", {}, "here: needs exactly one of QueueId and AgentId."),
    Fault("target queue", "Parameters.AgentId", ID, "here: needs exactly one of QueueId and AgentId."),
    Fault("agents", "Parameters.AgentId", ID, "here: takes only one of QueueId and AgentId."),
    Fault("message", "Parameters", {}, ONE_PROMPT),
    Fault("message", "Parameters.SSML", "<speak>Hi</speak>", ONE_PROMPT),
    Fault("menu", "Parameters.Text", GONE, ONE_PROMPT),
    Fault("menu", "Parameters.StoreInput", GONE, "here: needs the parameter StoreInput."),
    Fault("menu", "Parameters.InputTimeLimitSeconds", GONE, "here: needs the parameter InputTimeLimitSeconds."),
    Fault("menu", "Parameters.InputValidation", {}, "here: never has the parameter InputValidation."),
    Fault("stored", "Parameters.InputValidation", GONE, "here: needs the parameter InputValidation."),
    Fault("buffer", "Parameters.Text", "Hello", "here: never has the parameter Text."),
    Fault("callback number", "Parameters", {}, "here: needs the parameter CallbackNumber."),
    Fault("task", "Parameters.ContactFlowId", GONE, "here: needs ContactFlowId or TaskTemplateId."),
    Fault(
        "task later",
        "Parameters.ScheduledTime",
        "2026-12-01",
        "here: takes only one of DelaySeconds and ScheduledTime.",
    ),
    Fault(
        "wait",
        "Parameters",
        {"TimeoutSeconds": "60"},
        "here: never has the parameter TimeoutSeconds; it is called TimeLimitSeconds.",
    ),
    Fault("contact data", "Parameters.References", {}, "here: never has the parameter References."),
    Fault("bot", "Parameters.Text", GONE, "here: needs Text, SSML, PromptId or Media."),
    Fault("bot of old", "Parameters.LexBot.Region", "here", "here: LexBot.Region is 'here', not a region."),
    Fault(
        "voice", "Parameters.TextToSpeechVoice", "a voice", "here: TextToSpeechVoice is 'a voice', not a voice's name."
    ),
    Fault(
        "contact data",
        "Parameters.LanguageCode",
        "in English",
        "here: LanguageCode is 'in English', not a language's code.",
    ),
    Fault(
        "outbound chat",
        "Parameters.SourceEndpoint.Type",
        "PHONE",
        "here: SourceEndpoint.Type is 'PHONE', not CONNECT_PHONENUMBER_ARN.",
    ),
    Fault(
        "recording",
        "Parameters.AnalyticsBehavior.Enabled",
        "Yes",
        "here: AnalyticsBehavior.Enabled is 'Yes', not one of True, False, true, false, TRUE, FALSE.",
    ),
    Fault("module", "Parameters.ResultData.a", 1, "here: ResultData holds 1, not text."),
    Fault("bot", "Parameters.LexV2Bot", GONE, "here: needs exactly one of LexV2Bot and LexBot."),
    Fault("bot", "Parameters.SSML", "<speak/>", "here: takes only one of Text, SSML, PromptId and Media."),
    Fault("third party", "Parameters.ContinueFlowExecution", GONE, "here: needs the parameter ContinueFlowExecution."),
    Fault(
        "analytics of a call", "Parameters.ChatBehavior", {}, "here: takes only one of VoiceBehavior and ChatBehavior."
    ),
    Fault("hook", "Parameters", {}, "here: needs EventHooks or EventHooksConfiguration."),
    # What parameters hold
    Fault("logging", "Parameters.FlowLoggingBehavior", "", "here: FlowLoggingBehavior is '', not text."),
    Fault("logging", "Parameters.FlowLoggingBehavior", True, "here: FlowLoggingBehavior is true, not text."),
    Fault(
        "logging",
        "Parameters.FlowLoggingBehavior",
        "On",
        "here: FlowLoggingBehavior is 'On', not one of Enabled, Disabled.",
    ),
    Fault("function", "Parameters.InvocationTimeLimitSeconds", 8, "here: InvocationTimeLimitSeconds is 8, not text."),
    *(
        Fault(
            "function",
            "Parameters.InvocationTimeLimitSeconds",
            wrong,
            f"here: InvocationTimeLimitSeconds is {wrong!r}, not a whole number from 1 to 8.",
        )
        for wrong in ("soon", "0", "9", "-1", "2.5", "$.Attributes.t", "８")
    ),
    Fault(
        "function",
        "Parameters.LambdaFunctionARN",
        "answer",
        "here: LambdaFunctionARN is 'answer', not a function's ARN, nor one JSONPath.",
    ),
    Fault(
        "function as exported",
        "Parameters.LambdaInvocationAttributes",
        {"a": 1},
        "here: LambdaInvocationAttributes.a is 1, not text.",
    ),
    Fault(
        "function as exported",
        "Parameters.ResponseValidation.ResponseType",
        "XML",
        "here: ResponseValidation.ResponseType is 'XML', not one of STRING_MAP, JSON.",
    ),
    *(
        Fault("target queue", "Parameters.QueueId", wrong, f"here: QueueId is {wrong!r}, {NOT_A_QUEUE}")
        for wrong in ("sales", "none", " ", "$.Attributes", "a $.Attributes.queue", "$.Nowhere.queue")
    ),
    Fault("target queue", "Parameters.QueueId", FLOW, f"here: QueueId is {FLOW[:60]!r}…, {NOT_A_QUEUE}"),
    Fault("target queue", "Parameters.QueueId", "", "here: QueueId is '', not text."),
    Fault("target queue", "Parameters.QueueId", None, "here: QueueId is null, not text."),
    Fault(
        "to a flow",
        "Parameters.ContactFlowId",
        "main",
        "here: ContactFlowId is 'main', not a flow's id or ARN, nor one JSONPath.",
    ),
    Fault(
        "invoke module",
        "Parameters.FlowModuleId",
        "m",
        "here: FlowModuleId is 'm', not a module's id or ARN, nor one JSONPath.",
    ),
    Fault(
        "prompt",
        "Parameters.PromptId",
        "hello.wav",
        "here: PromptId is 'hello.wav', not a prompt's id or ARN, nor one JSONPath.",
    ),
    Fault(
        "hours",
        "Parameters.HoursOfOperationId",
        "always",
        "here: HoursOfOperationId is 'always', not hours of operation's id or ARN, nor one JSONPath.",
    ),
    *(
        Fault(
            "compare channel",
            "Parameters.ComparisonValue",
            wrong,
            f"here: ComparisonValue is {wrong!r}, not one JSONPath from a root that Connect has.",
        )
        for wrong in (
            "gold",
            "$.Attributes",
            "$.Attributes.",
            "$",
            "$.External",
            "$.attributes.segment",
            "$.Nowhere.x",
            "Attributes.segment",
            "$.Attributes.a $.Attributes.b",
            " $.Channel",
        )
    ),
    *(
        Fault(
            "loop",
            "Parameters.LoopCount",
            wrong,
            f"here: LoopCount is {wrong!r}, not a whole number from 0 to 100, nor one JSONPath.",
        )
        for wrong in ("101", "-1", "many", "$.Attributes")
    ),
    Fault("loop", "Parameters.LoopCount", 3, "here: LoopCount is 3, not text."),
    *(
        Fault(
            "menu",
            "Parameters.InputTimeLimitSeconds",
            wrong,
            f"here: InputTimeLimitSeconds is {wrong!r}, not a whole number from 1 to 300.",
        )
        for wrong in ("0", "301", "five", "$.Attributes.s")
    ),
    Fault("menu", "Parameters.StoreInput", "No", "here: StoreInput is 'No', not one of True, False."),
    Fault("menu", "Parameters.StoreInput", False, "here: StoreInput is false, not text."),
    Fault(
        "stored",
        "Parameters.InputValidation.CustomValidation.MaximumLength",
        "0",
        "here: InputValidation.CustomValidation.MaximumLength is '0', not a whole number from 1 up.",
    ),
    Fault(
        "stored",
        "Parameters.InputValidation.CustomValidation",
        {},
        "here: InputValidation.CustomValidation needs MaximumLength.",
    ),
    Fault(
        "stored",
        "Parameters.InputValidation",
        {},
        "here: InputValidation needs exactly one of PhoneNumberValidation, CustomValidation.",
    ),
    Fault(
        "phone number",
        "Parameters.InputValidation.PhoneNumberValidation.NumberFormat",
        "Any",
        "here: InputValidation.PhoneNumberValidation.NumberFormat is 'Any', not one of Local, E164.",
    ),
    Fault(
        "phone number",
        "Parameters.InputValidation.PhoneNumberValidation.CountryCode",
        GONE,
        "here: InputValidation.PhoneNumberValidation needs CountryCode for a local number.",
    ),
    Fault("phone number", "Parameters.InputEncryption", {}, "here: never has the parameter InputEncryption."),
    Fault("stored and encrypted", "Parameters.InputEncryption.Key", GONE, "here: InputEncryption needs Key."),
    Fault(
        "stored and encrypted",
        "Parameters.DTMFConfiguration.InputTerminationSequence",
        "stop",
        "here: DTMFConfiguration.InputTerminationSequence is 'stop', not one to five keys.",
    ),
    Fault(
        "stored and encrypted",
        "Parameters.DTMFConfiguration.InterdigitTimeLimitSeconds",
        "0",
        "here: DTMFConfiguration.InterdigitTimeLimitSeconds is '0', not a whole number from 1 to 300.",
    ),
    Fault(
        "stored and encrypted",
        "Parameters.DTMFConfiguration.Terminator",
        "#",
        "here: DTMFConfiguration never has Terminator.",
    ),
    Fault("message in audio", "Parameters.Media.SourceType", "Web", "here: Media.SourceType is 'Web', not S3."),
    Fault("message in audio", "Parameters.Media.MediaType", "Video", "here: Media.MediaType is 'Video', not Audio."),
    Fault("message in audio", "Parameters.Media.Uri", GONE, "here: Media needs Uri."),
    Fault(
        "message in audio", "Parameters.Media.Uri", "menu.wav", "here: Media.Uri is 'menu.wav', not an https address."
    ),
    Fault("message in audio", "Parameters.Media", "menu.wav", "here: Media is 'menu.wav', not an object."),
    Fault("message", "Parameters.Text", "", "here: Text is '', not text."),
    Fault("message", "Parameters.Text", ["Hi"], "here: Text is a list, not text."),
    Fault(
        "hook",
        "Parameters.EventHooks",
        {},
        "here: EventHooks needs exactly one of AgentWhisper, CustomerWhisper, "
        "CustomerQueue, CustomerHold, AgentHold, CustomerRemaining, DefaultAgentUI, DisconnectAgentUI, PauseContact, "
        "ResumeContact.",
    ),
    Fault(
        "hook",
        "Parameters.EventHooks.AgentHold",
        FLOW,
        "here: EventHooks needs exactly one of AgentWhisper, CustomerWhisper, "
        "CustomerQueue, CustomerHold, AgentHold, CustomerRemaining, DefaultAgentUI, DisconnectAgentUI, PauseContact, "
        "ResumeContact.",
    ),
    Fault("hook", "Parameters.EventHooks.AfterCall", FLOW, "here: EventHooks never has AfterCall."),
    Fault(
        "hook",
        "Parameters.EventHooks.CustomerQueue",
        "queue flow",
        "here: EventHooks.CustomerQueue is 'queue flow', not a flow's id or ARN, nor one JSONPath.",
    ),
    Fault("streaming", "Parameters.MediaStreamType", "Video", "here: MediaStreamType is 'Video', not Audio."),
    Fault(
        "streaming",
        "Parameters.MediaStreamingState",
        "On",
        "here: MediaStreamingState is 'On', not one of Enabled, Disabled.",
    ),
    Fault("streaming", "Parameters.Participants", [], "here: Participants is empty."),
    Fault(
        "streaming",
        "Parameters.Participants.0.ParticipantType",
        "Agent",
        "here: Participants.ParticipantType is 'Agent', not Customer.",
    ),
    Fault(
        "streaming",
        "Parameters.Participants.0.MediaDirections.0",
        "Up",
        "here: Participants.MediaDirections is 'Up', not one of From, To.",
    ),
    Fault(
        "recording",
        "Parameters.RecordingBehavior.RecordedParticipants.0",
        "Supervisor",
        "here: RecordingBehavior.RecordedParticipants is 'Supervisor', not one of Agent, Customer.",
    ),
    Fault(
        "recording",
        "Parameters.RecordingBehavior.RecordedParticipants",
        ["Agent", "Agent"],
        "here: RecordingBehavior.RecordedParticipants names something twice.",
    ),
    Fault(
        "recording",
        "Parameters.RecordingBehavior.RecordedParticipants",
        GONE,
        "here: RecordingBehavior needs RecordedParticipants.",
    ),
    Fault("recording", "Parameters.AnalyticsBehavior.Enabled", True, "here: AnalyticsBehavior holds true, not text."),
    Fault(
        "voice as exported",
        "Parameters.TextToSpeechStyle",
        "Loud",
        "here: TextToSpeechStyle is 'Loud', not one of None, Conversational, Newscaster.",
    ),
    Fault(
        "voice as exported",
        "Parameters.TextToSpeechEngine",
        "Steam",
        "here: TextToSpeechEngine is 'Steam', not an engine of Polly.",
    ),
    Fault(
        "off hold",
        "Parameters.PreviousContactParticipantState",
        "Held",
        "here: PreviousContactParticipantState is 'Held', not one of AgentOnHold, CustomerOnHold, OffHold.",
    ),
    Fault(
        "callback number",
        "Parameters.CallbackNumber",
        "+62812000000",
        "here: CallbackNumber is '+62812000000', not one JSONPath from a root that Connect has.",
    ),
    *(
        Fault(
            "callback", f"Parameters.{name}", wrong, f"here: {name} is {wrong!r}, not a whole number from 1 to 259200."
        )
        for name in ("InitialCallDelaySeconds", "RetryDelaySeconds")
        for wrong in ("259201", "later", "$.Attributes.d")
    ),
    Fault(
        "callback",
        "Parameters.MaximumConnectionAttempts",
        "0",
        "here: MaximumConnectionAttempts is '0', not a whole number from 1 up.",
    ),
    Fault(
        "task later",
        "Parameters.DelaySeconds",
        "518401",
        "here: DelaySeconds is '518401', not a whole number from 1 to 518400, nor one JSONPath.",
    ),
    Fault("attributes", "Parameters.Attributes", {}, "here: Attributes is empty."),
    Fault("attributes", "Parameters.Attributes", ["a"], "here: Attributes is a list, not an object."),
    Fault("attributes", "Parameters.Attributes", {"a": ""}, "here: Attributes.a is '', not text."),
    Fault(
        "attributes of another",
        "Parameters.TargetContact",
        "Next",
        "here: TargetContact is 'Next', not one of Current, Related.",
    ),
    Fault("flow attributes", "Parameters.FlowAttributes.a", "1", "here: FlowAttributes.a is '1', not an object."),
    Fault("flow attributes", "Parameters.FlowAttributes.a.Value", GONE, "here: FlowAttributes.a needs Value."),
    Fault(
        "agents",
        "Parameters.MetricType",
        "Agents",
        "here: MetricType is 'Agents', not one of NumberOfAgentsAvailable, NumberOfAgentsStaffed, "
        "NumberOfAgentsOnline, OldestContactInQueueAgeSeconds, NumberOfContactsInQueue.",
    ),
    Fault(
        "metrics of a channel",
        "Parameters.QueueChannel",
        "Fax",
        "here: QueueChannel is 'Fax', not one of Voice, Chat, Task, Email.",
    ),
    Fault("bot", "Parameters.LexV2Bot.AliasArn", GONE, "here: LexV2Bot needs AliasArn."),
    Fault(
        "bot",
        "Parameters.LexV2Bot.AliasArn",
        "bot",
        "here: LexV2Bot.AliasArn is 'bot', not a bot alias's ARN, nor one JSONPath.",
    ),
    Fault("view", "Parameters.ViewResource.Id", GONE, "here: ViewResource needs Id."),
    Fault("view", "Parameters.InvocationTimeLimitSeconds", 400, "here: InvocationTimeLimitSeconds is 400, not text."),
    Fault(
        "third party",
        "Parameters.ThirdPartyPhoneNumber",
        "the boss",
        "here: ThirdPartyPhoneNumber is 'the boss', not a phone number.",
    ),
    Fault(
        "third party",
        "Parameters.ContinueFlowExecution",
        "Maybe",
        "here: ContinueFlowExecution is 'Maybe', not one of True, False.",
    ),
    Fault(
        "third party",
        "Parameters.ThirdPartyConnectionTimeLimitSeconds",
        "601",
        "here: ThirdPartyConnectionTimeLimitSeconds is '601', not a whole number from 0 to 600, nor one JSONPath.",
    ),
    Fault("waiting music", "Parameters.Messages", [], "here: Messages is empty."),
    Fault(
        "waiting music", "Parameters.Messages.0", {}, "here: Messages needs exactly one of Text, SSML, PromptId, Media."
    ),
    Fault(
        "waiting music, interrupted",
        "Parameters.InterruptFrequencySeconds",
        "0",
        "here: InterruptFrequencySeconds is '0', not a whole number from 1 up, nor one JSONPath.",
    ),
    Fault(
        "linked case",
        "Parameters.LinkContactToCase",
        "yes",
        "here: LinkContactToCase is 'yes', not one of True, False, true, false, TRUE, FALSE.",
    ),
    Fault("untag", "Parameters.TagKeys", [], "here: TagKeys is empty."),
    Fault(
        "priority",
        "Parameters.QueuePriority",
        "first",
        "here: QueuePriority is 'first', not a whole number from 1 up, nor one JSONPath.",
    ),
    Fault("routing criteria", "Parameters.RoutingCriteria.Steps", [], "here: RoutingCriteria.Steps is empty."),
    Fault("profile", "Parameters.ProfileRequestData", {}, "here: ProfileRequestData needs IdentifierName."),
    Fault(
        "wait",
        "Parameters.TimeLimitSeconds",
        "a day",
        "here: TimeLimitSeconds is 'a day', not a whole number from 1 to 604800, nor one JSONPath.",
    ),
    Fault(
        "wait for the bot",
        "Parameters.Events.0",
        "Rain",
        "here: Events is 'Rain', not one of CustomerReturned, BotParticipantDisconnected.",
    ),
    Fault(
        "assistant",
        "Parameters.WisdomAssistantArn",
        ID,
        f"here: WisdomAssistantArn is {ID!r}, not an assistant's ARN, nor one JSONPath.",
    ),
    # Circles
    Fault(
        "compare channel", "Transitions.Conditions.0.NextAction", "here", "here: goes in a circle that nothing ends."
    ),
    Fault("logging", "Transitions.NextAction", "here", "here: goes in a circle that nothing ends."),
    Fault("target queue", "Transitions.Errors.0.NextAction", "here", "here: goes in a circle that nothing ends."),
    Fault("message", "Transitions.NextAction", "here", "here: goes in a circle that nothing ends."),
    Fault("function", "Transitions.NextAction", "here", "here: goes in a circle that nothing ends."),
    Fault("function", "Transitions.Errors.0.NextAction", "here", "here: goes in a circle that nothing ends."),
    Fault("to a queue", "Transitions.Errors.1.NextAction", "here", "here: goes in a circle that nothing ends."),
    Fault(
        "asking a function until it knows",
        "/Actions/1/Transitions/Conditions/0/NextAction",
        "here",
        "here, known: goes in a circle that nothing ends.",
    ),
    Fault("counting", "Transitions.Conditions.1.NextAction", "note", "here, note: goes in a circle that nothing ends."),
    Fault(
        "set once, then on",
        "/Actions/1/Parameters/Attributes",
        {"b": "1"},
        "here, note: goes in a circle that nothing ends.",
    ),
]
