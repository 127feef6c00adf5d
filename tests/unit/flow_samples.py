"""Flows for the validator's tests: small builders, and sound flows of every type of block."""

from typing import Any

Json = dict[str, Any]

INSTANCE = "arn:aws:connect:ap-southeast-1:123456789012:instance/9308c2a1-9bc6-4cea-8290-6c0b4a6d38fa"
ID = "5ca32fbd-8f92-46af-92a5-6b0f970f0efe"
QUEUE = f"{INSTANCE}/queue/{ID}"
FLOW = f"{INSTANCE}/contact-flow/{ID}"
MODULE = f"{INSTANCE}/flow-module/{ID}:$LATEST"
PROMPT = f"{INSTANCE}/prompt/{ID}"
HOURS = f"{INSTANCE}/operating-hours/{ID}"
FUNCTION = "arn:aws:lambda:ap-southeast-1:123456789012:function:answer"
BOT = "arn:aws:lex:ap-southeast-1:123456789012:bot-alias/ABCDEFGHIJ/TSTALIASID"
ASSISTANT = f"arn:aws:wisdom:ap-southeast-1:123456789012:assistant/{ID}"
AUDIO = {"Uri": "https://prompts.example/menu.wav", "SourceType": "S3", "MediaType": "Audio"}


def block(
    identifier: str,
    type_: str,
    parameters: Json | None = None,
    following: str | None = None,
    errors: dict[str, str] | None = None,
    conditions: list[tuple[str, str, str]] | None = None,
) -> Json:
    """One action. `errors`: type → where to; `conditions`: operator, operand, where to."""
    transitions: Json = {}
    if following is not None:
        transitions = {
            "NextAction": following,
            "Errors": [{"ErrorType": type_, "NextAction": to} for type_, to in (errors or {}).items()],
            "Conditions": [
                {"NextAction": to, "Condition": {"Operator": operator, "Operands": [operand]}}
                for operator, operand, to in conditions or []
            ],
        }
    return {"Identifier": identifier, "Type": type_, "Parameters": parameters or {}, "Transitions": transitions}


def flow(*actions: Json, **more: Any) -> Json:
    """A flow that starts at its first action."""
    start = actions[0]["Identifier"]
    return {"Version": "2019-10-30", "StartAction": start, "Metadata": {}, "Actions": list(actions), **more}


END = block("end", "DisconnectParticipant")


def single(type_: str, parameters: Json | None = None, errors: str = "", results: str = "", **more: Any) -> Json:
    """A flow of one block "here", all of whose ways lead to the end. Words: its errors, what it comes out with."""
    conditions = [("Equals", result, "end") for result in results.split()]
    here = block("here", type_, parameters, "end", dict.fromkeys(errors.split(), "end"), conditions)
    return flow(here, END, **more)


def compared(*conditions: tuple[str, str, str], value: str = "$.Attributes.segment") -> Json:
    here = block("here", "Compare", {"ComparisonValue": value}, "end", {"NoMatchingCondition": "end"}, [*conditions])
    return flow(here, END)


def lasting(type_: str, parameters: Json | None = None) -> Json:
    """A flow whose first block leads nowhere at all."""
    return flow(block("here", type_, parameters))


NO_MATCH = "NoMatchingError"
INPUT_ERRORS = "NoMatchingError NoMatchingCondition InputTimeLimitExceeded"
LAMBDA: Json = {"LambdaFunctionARN": FUNCTION, "InvocationTimeLimitSeconds": "8"}
MENU: Json = {"Text": "Press 1.", "InputTimeLimitSeconds": "5", "StoreInput": "False"}
STORED: Json = {
    "Text": "Your number?",
    "InputTimeLimitSeconds": "5",
    "StoreInput": "True",
    "InputValidation": {"CustomValidation": {"MaximumLength": "12"}},
}
PHONE: Json = {**STORED, "InputValidation": {"PhoneNumberValidation": {"NumberFormat": "Local", "CountryCode": "ID"}}}
STREAM: Json = {
    "MediaStreamingState": "Enabled",
    "MediaStreamType": "Audio",
    "Participants": [{"ParticipantType": "Customer", "MediaDirections": ["From", "To"]}],
}
CALLBACK: Json = {"InitialCallDelaySeconds": "5", "MaximumConnectionAttempts": "3", "RetryDelaySeconds": "600"}
THIRD: Json = {
    "ThirdPartyPhoneNumber": "+62812000000",
    "ContinueFlowExecution": "True",
    "ThirdPartyConnectionTimeLimitSeconds": "30",
}
THIRD_ERRORS = "NoMatchingError CallFailed ConnectionTimeLimitExceeded"
TASK: Json = {"Name": "Call back", "ContactFlowId": FLOW}
PROFILE: Json = {"ProfileRequestData": {"IdentifierName": "_phone", "IdentifierValue": "$.CustomerEndpoint.Address"}}
PROFILE_ERRORS = "NoMatchingError NoneFoundError MultipleFoundError"
VIEW: Json = {
    "ViewResource": {"Id": "arn:aws:connect:ap-southeast-1:aws:view/form", "Version": "1"},
    "InvocationTimeLimitSeconds": "400",
    "ViewData": {"Count": 3, "Shown": True, "Rows": [{"a": None}]},
}
VIEW_ERRORS = "NoMatchingError NoMatchingCondition TimeLimitExceeded"
METRIC: Json = {"MetricType": "NumberOfAgentsAvailable", "QueueId": QUEUE}
ROUTING: Json = {
    "RoutingCriteria": {
        "Steps": [
            {
                "Expression": {
                    "AttributeCondition": {
                        "Name": "language",
                        "Value": "id",
                        "ProficiencyLevel": "3",
                        "ComparisonOperator": "NumberGreaterOrEqualTo",
                    }
                },
                "Expiry": {"DurationInSeconds": "60"},
            }
        ]
    }
}
OUTBOUND_CHAT: Json = {
    "SourceEndpoint": {"Address": f"{INSTANCE}/phone-number/{ID}", "Type": "CONNECT_PHONENUMBER_ARN"},
    "DestinationEndpoint": {"Address": "$.CustomerEndpoint.Address", "Type": "TELEPHONE_NUMBER"},
    "ContactFlowArn": FLOW,
    "ContactSubtype": "connect:SMS",
}
RECORDING: Json = {"RecordingBehavior": {"RecordedParticipants": ["Agent", "Customer"]}}
INTERRUPTED: Json = {"Messages": [{"Text": "Please wait."}, {"PromptId": PROMPT}], "InterruptFrequencySeconds": "20"}

SOUND: dict[str, Json] = {
    "end at once": flow(END),
    "end of a flow": flow(block("here", "EndFlowExecution")),
    "terminal with empty lists": flow(
        {"Identifier": "here", "Type": "DisconnectParticipant", "Transitions": {"Errors": [], "Conditions": []}}
    ),
    "terminal without Transitions": flow({"Identifier": "here", "Type": "DisconnectParticipant"}),
    "module": lasting("EndFlowModuleExecution", {"Result": "Done", "ResultData": {"a": "1"}}) | {"Settings": {}},
    "module without Settings": lasting("EndFlowModuleExecution"),
    "unreachable block": flow(END, block("here", "MessageParticipant", {"Text": "Hi"}, "end")),
    "other names": flow({**END, "Identifier": "Ende – über & out"}, Metadata={"entryPointPosition": {"x": 1.5}}),
    "outbound call": single("CompleteOutboundCall", {"CallerId": {"Number": "+62210000000"}}),
    "case": single("CreateCase", {"CaseTemplateId": ID, "LinkContactToCase": "false"}, NO_MATCH),
    "linked case": single(
        "CreateCase",
        {"CaseTemplateId": ID, "LinkContactToCase": "true", "CaseRequestFields": {"title": "$.Attributes.title"}},
        "NoMatchingError ContactNotLinked",
    ),
    "task": single("CreateTask", TASK, NO_MATCH),
    "task later": single(
        "CreateTask",
        {
            **TASK,
            "DelaySeconds": "518400",
            "Attributes": {"a": "$.Attributes.a"},
            "References": {"link": {"Type": "URL", "Value": "https://example.org"}},
        },
        NO_MATCH,
    ),
    "task by template": single("CreateTask", {"Name": "$.Attributes.name", "TaskTemplateId": ID}, NO_MATCH),
    "assistant": single("CreateWisdomSession", {"WisdomAssistantArn": ASSISTANT}, NO_MATCH),
    "out of the queue": flow(
        block(
            "here",
            "DequeueContactAndTransferToQueue",
            {"QueueId": QUEUE},
            "",
            {"QueueAtCapacity": "end", NO_MATCH: "end"},
        ),
        END,
    ),
    "get case": single(
        "GetCase",
        {"CustomerId": "$.Customer.ProfileARN", "CaseResponseFields": ["status"]},
        "NoMatchingError NoneFound MultipleFound",
    ),
    "get last case": single(
        "GetCase",
        {"GetLastUpdatedCase": "true", "LinkContactToCase": "true"},
        "NoMatchingError NoneFound ContactNotLinked",
    ),
    "invoke module": single("InvokeFlowModule", {"FlowModuleId": MODULE}, NO_MATCH),
    "invoke module with results": single(
        "InvokeFlowModule",
        {"FlowModuleId": ID, "Input": {"a": "$.Attributes.a"}},
        "NoMatchingError NoMatchingCondition",
        "Good Bad",
    ),
    "resume": single("ResumeContact", {}, NO_MATCH),
    "outbound chat": single("StartOutboundChatContact", OUTBOUND_CHAT, NO_MATCH),
    "tag": single("TagContact", {"Tags": {"team": "billing"}}, NO_MATCH),
    "tag by the reference": single("TagContact", {"Tags": {"team": "billing"}}),
    "untag": single("UntagContact", {"TagKeys": ["team"]}, NO_MATCH),
    "untag by the reference": single("UnTagContact", {"TagKeys": ["team"]}, NO_MATCH),
    "to an agent": lasting("TransferContactToAgent"),
    "to a queue": single("TransferContactToQueue", {}, "QueueAtCapacity NoMatchingError"),
    "update case": single("UpdateCase", {"CaseId": "$.Case.case_id"}, "NoMatchingError ContactNotLinked"),
    "attributes": single("UpdateContactAttributes", {"Attributes": {"a b": "x $.External.y z"}}, NO_MATCH),
    "attributes of another": single(
        "UpdateContactAttributes", {"Attributes": {"a": "1"}, "TargetContact": "Related"}, NO_MATCH
    ),
    "callback number": single(
        "UpdateContactCallbackNumber",
        {"CallbackNumber": "$.StoredCustomerInput"},
        "InvalidCallbackNumber CallbackNumberNotDialable",
    ),
    "contact data": single("UpdateContactData", {"LanguageCode": "id-ID"}, NO_MATCH),
    "voice id": single(
        "UpdateContactData", {"IsVoiceIdStreamingEnabled": "TRUE", "VoiceAuthenticationThreshold": "90"}, NO_MATCH
    ),
    "hook": single("UpdateContactEventHooks", {"EventHooks": {"CustomerQueue": FLOW}}, NO_MATCH),
    "hook off": single(
        "UpdateContactEventHooks", {"EventHooksConfiguration": {"CustomerHold": {"DisableExecution": "True"}}}, NO_MATCH
    ),
    "media processing": single(
        "UpdateContactMediaProcessing", {"ChatProcessor": {"ProcessorArn": FUNCTION}}, "NoMatchingError ChannelMismatch"
    ),
    "streaming": single("UpdateContactMediaStreamingBehavior", STREAM, NO_MATCH),
    "analytics of a call": single(
        "UpdateContactRecordingAndAnalyticsBehavior",
        {"VoiceBehavior": {"VoiceRecordingBehavior": {"RecordedParticipants": ["Agent"]}}},
        "NoMatchingError ChannelMismatch",
    ),
    "analytics of a chat": single(
        "UpdateContactRecordingAndAnalyticsBehavior",
        {"ChatBehavior": {"ChatAnalyticsBehavior": {"Enabled": "True"}}},
        "NoMatchingError ChannelMismatch InFlightRedactionConfigurationFailed",
    ),
    "recording": single("UpdateContactRecordingBehavior", {**RECORDING, "AnalyticsBehavior": {"Enabled": "True"}}),
    "recording off": single("UpdateContactRecordingBehavior", {"RecordingBehavior": {"RecordedParticipants": []}}),
    "recording of the machine": single(
        "UpdateContactRecordingBehavior",
        {"RecordingBehavior": {"RecordedParticipants": ["Agent"], "IVRRecordingBehavior": "Enabled"}},
    ),
    "priority": single("UpdateContactRoutingBehavior", {"QueuePriority": "1"}),
    "waited longer": single("UpdateContactRoutingBehavior", {"QueueTimeAdjustmentSeconds": "-60"}),
    "routing criteria": single("UpdateContactRoutingCriteria", ROUTING, NO_MATCH),
    "routing criteria by the reference": single("UpdateRoutingCriteria", ROUTING, NO_MATCH),
    "target queue": single("UpdateContactTargetQueue", {"QueueId": QUEUE}, NO_MATCH),
    "target queue by id": single("UpdateContactTargetQueue", {"QueueId": ID}, NO_MATCH),
    "target queue of the call": single("UpdateContactTargetQueue", {"QueueId": "$.Attributes.queue"}, NO_MATCH),
    "target queue of the deployment": single("UpdateContactTargetQueue", {"QueueId": "${QueueArn}"}, NO_MATCH),
    "target agent": single("UpdateContactTargetQueue", {"AgentId": f"{INSTANCE}/agent/{ID}"}, NO_MATCH),
    "voice": single("UpdateContactTextToSpeechVoice", {"TextToSpeechVoice": "Joanna"}),
    "voice as exported": single(
        "UpdateContactTextToSpeechVoice",
        {"TextToSpeechVoice": "Joanna", "TextToSpeechEngine": "Neural", "TextToSpeechStyle": "None"},
        NO_MATCH,
    ),
    "off hold": single(
        "UpdatePreviousContactParticipantState", {"PreviousContactParticipantState": "OffHold"}, NO_MATCH
    ),
    "hours": single("CheckHoursOfOperation", {"HoursOfOperationId": HOURS}, NO_MATCH, "True False"),
    "hours of the queue": single("CheckHoursOfOperation", {}, NO_MATCH, "True False"),
    "agents": flow(
        block(
            "here",
            "CheckMetricData",
            METRIC,
            "end",
            {NO_MATCH: "end", "NoMatchingCondition": "end"},
            [("NumberGreaterThan", "0", "end")],
        ),
        END,
    ),
    "queue": flow(
        block(
            "here",
            "CheckMetricData",
            {"MetricType": "NumberOfContactsInQueue"},
            "end",
            {NO_MATCH: "end", "NoMatchingCondition": "end"},
            [("NumberLessThan", "5", "end"), ("Equals", "5", "end")],
        ),
        END,
    ),
    "outbound status": single("CheckOutboundCallStatus", {}, NO_MATCH, "CallAnswered NotDetected"),
    "voice id status": single(
        "CheckVoiceId", {"CheckVoiceIdOption": "EnrollmentStatus"}, NO_MATCH, "NotEnrolled OptedOut"
    ),
    "compare": compared(("Equals", "gold", "end"), ("TextStartsWith", "silver", "end")),
    "compare numbers": compared(
        ("NumberGreaterThan", "3.5", "end"), ("NumberLessOrEqualTo", "$.Attributes.x", "end"), value="$.External.n"
    ),
    "compare brackets": compared(("Equals", "1", "end"), value="$['Attributes']['my key']"),
    "compare channel": compared(("Equals", "VOICE", "end"), value="$.Channel"),
    "compare segment attribute": compared(
        ("Equals", "connect:SMS", "end"), value="$.SegmentAttributes['connect:Subtype']"
    ),
    "compare the same twice": compared(("Equals", "1", "end"), ("Equals", "1", "end")),
    "compare for a key": compared(("KeyExists", "a", "end"), value="$.Attributes.a"),
    "share": flow(
        block(
            "here",
            "DistributeByPercentage",
            {},
            "end",
            {"NoMatchingCondition": "end"},
            [("NumberLessThan", "21", "end"), ("NumberLessThan", "61", "end")],
        ),
        END,
    ),
    "metrics": single("GetMetricData", {}, NO_MATCH),
    "metrics of a channel": single("GetMetricData", {"QueueId": QUEUE, "QueueChannel": "Voice"}, NO_MATCH),
    "loop": single("Loop", {"LoopCount": "0"}, "", "ContinueLooping DoneLooping"),
    "loop with an error": single("Loop", {"LoopCount": "$.Attributes.n"}, NO_MATCH, "ContinueLooping DoneLooping"),
    "voice id stream": single("StartVoiceIdStream", {}, NO_MATCH),
    "to a flow": single("TransferToFlow", {"ContactFlowId": "$.Attributes.flow"}, NO_MATCH),
    "flow attributes": single("UpdateFlowAttributes", {"FlowAttributes": {"a": {"Value": "1"}}}, NO_MATCH),
    "logging": single("UpdateFlowLoggingBehavior", {"FlowLoggingBehavior": "Enabled"}),
    "wait": single("Wait", {"TimeLimitSeconds": "60"}, NO_MATCH, "WaitCompleted"),
    "wait for the bot": single(
        "Wait",
        {"TimeLimitSeconds": "$.Attributes.t", "Events": ["BotParticipantDisconnected"]},
        "NoMatchingError ParticipantNotFound",
        "WaitCompleted BotParticipantDisconnected",
    ),
    "callback": single("CreateCallbackContact", CALLBACK, NO_MATCH),
    "callback with all": single(
        "CreateCallbackContact",
        {**CALLBACK, "QueueId": QUEUE, "ContactFlowId": FLOW, "CallbackMode": "AgentFirst"},
        NO_MATCH,
    ),
    "function": single("InvokeLambdaFunction", LAMBDA, NO_MATCH),
    "function as exported": single(
        "InvokeLambdaFunction",
        {
            **LAMBDA,
            "LambdaInvocationAttributes": {"number": "$.CustomerEndpoint.Address"},
            "ResponseValidation": {"ResponseType": "JSON"},
            "InvocationType": "SYNCHRONOUS",
        },
        NO_MATCH,
    ),
    "function not waited for": single(
        "InvokeLambdaFunction",
        {**LAMBDA, "InvocationTimeLimitSeconds": "60", "InvocationType": "ASYNCHRONOUS"},
        NO_MATCH,
    ),
    "profile": single("GetCustomerProfile", {**PROFILE, "ProfileResponseData": ["FirstName"]}, PROFILE_ERRORS),
    "profile by several": single(
        "GetCustomerProfile",
        {
            "ProfileRequestData": {
                "SearchCriteria": [{"IdentifierName": "_email", "IdentifierValue": "$.Attributes.mail"}],
                "LogicalOperator": "AND",
            }
        },
        PROFILE_ERRORS,
    ),
    "new profile": single("CreateCustomerProfile", {"ProfileRequestData": {"FirstName": "Sari"}}, NO_MATCH),
    "changed profile": single("UpdateCustomerProfile", {"ProfileRequestData": {"FirstName": "Sari"}}, NO_MATCH),
    "profile of a contact": single(
        "AssociateContactToCustomerProfile", {"ProfileRequestData": {"ProfileId": "$.Customer.ProfileId"}}, NO_MATCH
    ),
    "profile object": single("GetCustomerProfileObject", PROFILE, "NoMatchingError NoneFoundError"),
    "profile figures": single("GetCalculatedAttributesForCustomerProfile", PROFILE, "NoMatchingError NoneFoundError"),
    "bot": single(
        "ConnectParticipantWithLexBot",
        {"Text": "How can I help?", "LexV2Bot": {"AliasArn": BOT}, "LexSessionAttributes": {"a": "$.Attributes.a"}},
        "NoMatchingError NoMatchingCondition",
        "Billing Roaming",
    ),
    "bot of old": single(
        "ConnectParticipantWithLexBot",
        {
            "SSML": "<speak>Hi</speak>",
            "LexBot": {"Name": "a", "Region": "us-east-1", "Alias": "$LATEST"},
            "LexTimeoutSeconds": {"Text": "300"},
        },
        INPUT_ERRORS,
        "Billing",
    ),
    "bot that begins": single(
        "ConnectParticipantWithLexBot",
        {"LexV2Bot": {"AliasArn": "$.Attributes.bot"}, "LexInitializationData": {"InitialMessage": "Hello"}},
        "NoMatchingError NoMatchingCondition",
    ),
    "menu": single("GetParticipantInput", MENU, INPUT_ERRORS, "1 2 * #"),
    "menu in audio": single(
        "GetParticipantInput",
        {"Media": AUDIO, "InputTimeLimitSeconds": "300", "StoreInput": "False"},
        INPUT_ERRORS,
    ),
    "stored": single("GetParticipantInput", STORED, NO_MATCH),
    "stored and encrypted": single(
        "GetParticipantInput",
        {
            **STORED,
            "InputEncryption": {"EncryptionKeyId": "key", "Key": "-----BEGIN CERTIFICATE-----"},
            "DTMFConfiguration": {
                "InputTerminationSequence": "#",
                "DisableCancelKey": "False",
                "InterdigitTimeLimitSeconds": "5",
            },
        },
        NO_MATCH,
    ),
    "phone number": single("GetParticipantInput", PHONE, "NoMatchingError InvalidPhoneNumber"),
    "buffer": single("GetParticipantInput", {"EnableDTMFBuffer": "True"}, NO_MATCH),
    "message": single("MessageParticipant", {"Text": "Hello $.Attributes.name, it is $.Attributes.time."}),
    "message in audio": single("MessageParticipant", {"Media": AUDIO, "SkipWhenDTMFBufferEnabled": "true"}, NO_MATCH),
    "message in the caller's language": single(
        "MessageParticipant",
        {"Media": {**AUDIO, "Uri": "${PromptsUrl}/$['Attributes']['language']/$['External']['say_1']/said.wav"}},
    ),
    "prompt": single("MessageParticipant", {"PromptId": "$.Attributes.prompt"}, NO_MATCH),
    "waiting music": lasting("MessageParticipantIteratively", {"Messages": [{"PromptId": PROMPT}]}),
    "waiting music, interrupted": single("MessageParticipantIteratively", INTERRUPTED, NO_MATCH, "MessagesInterrupted"),
    "view": single("ShowView", VIEW, VIEW_ERRORS, "Back Next"),
    "third party": single("TransferParticipantToThirdParty", THIRD, THIRD_ERRORS),
    "third party for good": single(
        "TransferParticipantToThirdParty",
        {**THIRD, "ContinueFlowExecution": "False", "CallerId": {"Name": "Care", "Number": "+62210000000"}},
        NO_MATCH,
    ),
    "retry of a menu": flow(
        block("here", "GetParticipantInput", MENU, "again", dict.fromkeys(INPUT_ERRORS.split(), "again")),
        block(
            "again",
            "Loop",
            {"LoopCount": "2"},
            "end",
            {},
            [("Equals", "ContinueLooping", "here"), ("Equals", "DoneLooping", "end")],
        ),
        END,
    ),
    "counting": flow(
        block(
            "here",
            "Loop",
            {"LoopCount": "3"},
            "end",
            {},
            [("Equals", "ContinueLooping", "note"), ("Equals", "DoneLooping", "end")],
        ),
        block("note", "UpdateContactAttributes", {"Attributes": {"a": "1"}}, "here", {NO_MATCH: "here"}),
        END,
    ),
    "set once, then on": flow(
        block(
            "here",
            "Compare",
            {"ComparisonValue": "$.Attributes.a"},
            "note",
            {"NoMatchingCondition": "note"},
            [("Equals", "1", "end")],
        ),
        block("note", "UpdateContactAttributes", {"Attributes": {"a": "1"}}, "here", {NO_MATCH: "end"}),
        END,
    ),
    "another queue when there is none": flow(
        block("here", "UpdateContactTargetQueue", {"QueueId": "$.Attributes.queue"}, "end", {NO_MATCH: "other"}),
        block("other", "UpdateContactAttributes", {"Attributes": {"queue": QUEUE}}, "here", {NO_MATCH: "end"}),
        END,
    ),
    "asking a function until it knows": flow(
        block("here", "InvokeLambdaFunction", LAMBDA, "known", {NO_MATCH: "end"}),
        block(
            "known",
            "Compare",
            {"ComparisonValue": "$.External.known"},
            "here",
            {"NoMatchingCondition": "here"},
            [("Equals", "yes", "end")],
        ),
        END,
    ),
    "a function asked once more": flow(
        block("here", "InvokeLambdaFunction", LAMBDA, "end", {NO_MATCH: "again"}),
        block(
            "again",
            "Loop",
            {"LoopCount": "1"},
            "end",
            {},
            [("Equals", "ContinueLooping", "here"), ("Equals", "DoneLooping", "end")],
        ),
        END,
    ),
    "a menu that fails into itself": flow(
        block(
            "here",
            "GetParticipantInput",
            MENU,
            "here",
            dict.fromkeys(INPUT_ERRORS.split(), "here"),
            [("Equals", "1", "end")],
        ),
        END,
    ),
    "music until somebody answers": flow(block("here", "MessageParticipant", {"PromptId": PROMPT}, "here")),
    "hours until they open": flow(
        block(
            "here",
            "CheckHoursOfOperation",
            {},
            "end",
            {NO_MATCH: "end"},
            [("Equals", "True", "end"), ("Equals", "False", "say")],
        ),
        block("say", "MessageParticipant", {"Text": "One moment."}, "here"),
        END,
    ),
    "messages while a stream runs": flow(
        block("here", "UpdateContactMediaStreamingBehavior", STREAM, "say", {NO_MATCH: "end"}),
        block("say", "MessageParticipant", {"Text": "…"}, "say"),
        END,
    ),
    "messages in a queue": flow(
        block(
            "here", "MessageParticipantIteratively", INTERRUPTED, "say", {}, [("Equals", "MessagesInterrupted", "say")]
        ),
        block("say", "MessageParticipant", {"Text": "Still waiting."}, "here"),
    ),
}
