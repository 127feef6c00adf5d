"""The types of blocks in Connect's flow language, and what each must have and may have: a table.

Sources: "Flow language" in the Amazon Connect API reference and its page of each action; where flows that really
deploy differ from it, they are followed, and the entry says so.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from local.phone import values
from local.phone.values import (
    FREE,
    PATH,
    STATIC,
    Check,
    by_name,
    either,
    one_of,
    partly,
    record,
    resource,
    several,
    tree,
    truth,
    whole,
    words,
)

Parameters = Mapping[str, Any]

MAX_ACTIONS = 250

TEXT_OPERATORS = words("Equals TextStartsWith TextEndsWith TextContains KeyExists")
NUMBER_OPERATORS = words("NumberGreaterThan NumberGreaterOrEqualTo NumberLessThan NumberLessOrEqualTo")

# The kinds of flows, in the words of CreateContactFlow; a module is created by a call of its own.
WHISPERS = words("CUSTOMER_WHISPER AGENT_WHISPER OUTBOUND_WHISPER")
HOLDS = words("CUSTOMER_HOLD AGENT_HOLD")
QUEUES = frozenset({"CUSTOMER_QUEUE"})
MODULE = "MODULE"
KINDS = WHISPERS | HOLDS | QUEUES | words(f"CONTACT_FLOW AGENT_TRANSFER QUEUE_TRANSFER CAMPAIGN {MODULE}")


@dataclass(frozen=True)
class Results:
    """What a block can come out with, and how its conditions may ask for it."""

    operators: frozenset[str] = frozenset({"Equals"})
    operand: Check = FREE
    needed: frozenset[str] = frozenset()
    """Operands that must each have a condition."""
    rising: bool = False
    """Whether every operand must be a greater number than the one before."""
    may_repeat: bool = False
    """Whether the same question may be asked twice: harmless, where both lead the same way."""


@dataclass(frozen=True)
class Rule:
    """A type of block. Empty where nothing is said: no parameters, no errors, no conditions, goes on by NextAction."""

    needed: Mapping[str, Check] = field(default_factory=dict)
    optional: Mapping[str, Check] = field(default_factory=dict)
    one_of_these: tuple[str, ...] = ()
    """Optional parameters of which exactly one must be there."""
    some_of_these: tuple[str, ...] = ()
    """Optional parameters of which at least one must be there."""
    not_together: tuple[str, ...] = ()
    """Optional parameters of which at most one may be there."""
    errors: frozenset[str] = frozenset()
    """Errors that must have a branch."""
    optional_errors: frozenset[str] = frozenset()
    results: Results | None = None
    """None: it takes no conditions."""
    terminal: bool = False
    """Ends the flow: it leads nowhere."""
    leaves: bool = False
    """Needs no NextAction, though it may have one."""
    only_in: frozenset[str] = KINDS
    respelt: Mapping[str, str] = field(default_factory=dict)
    """Parameters that the reference spells otherwise than the service: its name → the service's."""


Varying = Callable[[Parameters], Rule]
"""A type whose rule depends on the parameters."""


def rule_of(type_: str, parameters: Parameters) -> Rule | None:
    """The rule of a block; None for a type that Connect does not have. Takes any parameters whatever."""
    rule = RULES.get(type_)
    return rule(parameters) if callable(rule) else rule


ERROR = words("NoMatchingError")
LINKING = words("ContactNotLinked")

BOTH_WAYS = one_of("Enabled", "Disabled")
QUEUE = {"QueueId": resource("queue", "a queue", "agent"), "AgentId": resource("agent", "an agent", "queue")}
FLOW = resource("contact-flow", "a flow")
TARGET_CONTACT = {"TargetContact": one_of("Current", "Related")}
PHONE_NUMBER = values.matching(r"\+?[0-9xX][0-9xX ().-]{1,25}", "a phone number", dynamic=True)
CALLER_ID = {"CallerId": record(optional={"Number": PHONE_NUMBER, "Name": FREE})}
LANGUAGE = values.matching("[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", "a language's code", dynamic=True)


def _address(name: str, value: Any) -> Iterator[str]:
    """Of an object in S3. A path alone, or a placeholder, may be all of it."""
    yield from values.text(
        "an https address", lambda address: address.startswith("https://") or values.is_path(address)
    )(name, value)


# "MessageParticipant": exactly one; of a recording in S3 its address.
PROMPTS: Mapping[str, Check] = {
    "Text": FREE,
    "SSML": FREE,
    "PromptId": resource("prompt", "a prompt"),
    "Media": record({"Uri": _address, "SourceType": one_of("S3"), "MediaType": one_of("Audio")}),
}
PROMPT_NAMES = tuple(PROMPTS)

KEYS = one_of(*"0123456789*#")
SECONDS_FOR_INPUT = {"InputTimeLimitSeconds": whole(1, 300)}
# A block that switches touchtone buffering: "Set Touchtone Buffer Behavior".
BUFFER_SWITCH = Rule(
    needed={"EnableDTMFBuffer": truth},
    optional={"StoreInput": one_of("True", "False"), "InputEncryption": tree},
    errors=ERROR,
    optional_errors=words("NoMatchingCondition InputTimeLimitExceeded"),
)
# The reference lets StoreInput be absent; the service refuses a block without it.
CHOICE = Rule(
    needed={**SECONDS_FOR_INPUT, "StoreInput": one_of("True", "False")},
    optional=PROMPTS,
    one_of_these=PROMPT_NAMES,
    errors=words("NoMatchingError NoMatchingCondition InputTimeLimitExceeded"),
    results=Results(operand=KEYS),
)
VALIDATION = record(
    optional={
        "PhoneNumberValidation": record(
            {"NumberFormat": one_of("Local", "E164")},
            {"CountryCode": values.matching("[A-Z]{2}", "a country's two letters")},
        ),
        "CustomValidation": record({"MaximumLength": whole(1)}),
    },
    one_of_these=("PhoneNumberValidation", "CustomValidation"),
)
STORING = Rule(
    needed={**SECONDS_FOR_INPUT, "StoreInput": one_of("True"), "InputValidation": VALIDATION},
    optional={
        **PROMPTS,
        "InputEncryption": record({"EncryptionKeyId": FREE, "Key": FREE}),
        "DTMFConfiguration": record(
            optional={
                "InputTerminationSequence": values.matching("[0-9*#]{1,5}", "one to five keys"),
                "DisableCancelKey": truth,
                "InterdigitTimeLimitSeconds": whole(1, 300),
            }
        ),
    },
    one_of_these=PROMPT_NAMES,
    errors=ERROR,
)


def _input(parameters: Parameters) -> Rule:
    if "EnableDTMFBuffer" in parameters:
        return BUFFER_SWITCH
    if parameters.get("StoreInput") != "True":
        return CHOICE
    validation = parameters.get("InputValidation")
    phone = _entry(validation, "PhoneNumberValidation")
    if phone is None:
        return STORING
    country_needed = _entry(phone, "NumberFormat") == "Local"
    optional = {name: check for name, check in STORING.optional.items() if name != "InputEncryption"}
    needed = {**STORING.needed, "InputValidation": _country_told if country_needed else VALIDATION}
    return replace(STORING, needed=needed, optional=optional, errors=words("NoMatchingError InvalidPhoneNumber"))


def _country_told(name: str, value: Any) -> Iterator[str]:
    yield from VALIDATION(name, value)
    if _entry(_entry(value, "PhoneNumberValidation"), "CountryCode") is None:
        yield f"{name}.PhoneNumberValidation needs CountryCode for a local number."


def _iteratively(parameters: Parameters) -> Rule:
    """Without an interval it plays until somebody answers: it needs no way on."""
    message = record(optional=PROMPTS, one_of_these=PROMPT_NAMES)
    interrupted = "InterruptFrequencySeconds" in parameters
    return Rule(
        needed={"Messages": several(message, least=1)},
        optional={
            "InterruptFrequencySeconds": whole(1, dynamic=True),
            "ContinueMessagingDuringInterrupt": truth,
        },
        optional_errors=ERROR,
        results=Results(
            operand=one_of("MessagesInterrupted"),
            needed=words("MessagesInterrupted") if interrupted else frozenset(),
        ),
        leaves=not interrupted,
        only_in=QUEUES | HOLDS | {MODULE},
    )


REGION = values.matching("[a-z]{2}(?:-[a-z]+)+-[0-9]", "a region", dynamic=True)


def _lex(parameters: Parameters) -> Rule:
    """Something is said, unless the bot begins; the reference misspells how it does."""
    begins = "LexInitializationData" in parameters or "LexInitilizationData" in parameters
    return Rule(
        optional={
            **PROMPTS,
            "LexV2Bot": record({"AliasArn": values.arn("a bot alias")}),
            "LexBot": record({"Name": FREE, "Region": REGION, "Alias": FREE}),
            "LexSessionAttributes": by_name(FREE),
            "LexTimeoutSeconds": record({"Text": whole(1, dynamic=True)}),
            "LexInitializationData": record(optional={"InitialMessage": FREE}),
            "LexInitilizationData": record(optional={"InitialMessage": FREE}),
        },
        one_of_these=("LexV2Bot", "LexBot"),
        some_of_these=() if begins else PROMPT_NAMES,
        not_together=PROMPT_NAMES,
        errors=words("NoMatchingError NoMatchingCondition")
        | (words("InputTimeLimitExceeded") if "LexTimeoutSeconds" in parameters else frozenset()),
        optional_errors=words("InputTimeLimitExceeded"),
        results=Results(),
    )


def _metric(parameters: Parameters) -> Rule:
    metric = parameters.get("MetricType")
    of_agents = isinstance(metric, str) and metric.startswith("NumberOfAgents")
    results = Results(operators=NUMBER_OPERATORS | {"Equals"}, operand=values.decimal)
    if of_agents:
        results = Results(operators=words("NumberGreaterThan"), operand=one_of("0"))
    return Rule(
        needed={
            "MetricType": one_of(
                "NumberOfAgentsAvailable",
                "NumberOfAgentsStaffed",
                "NumberOfAgentsOnline",
                "OldestContactInQueueAgeSeconds",
                "NumberOfContactsInQueue",
            )
        },
        optional=QUEUE,
        not_together=tuple(QUEUE),
        errors=words("NoMatchingError NoMatchingCondition"),
        results=results,
    )


def _invocation(parameters: Parameters) -> Rule:
    """What is absent means synchronous and a flat answer. One that is not waited for may take a minute."""
    asynchronous = parameters.get("InvocationType") == "ASYNCHRONOUS"
    return Rule(
        needed={
            "LambdaFunctionARN": values.arn("a function"),
            "InvocationTimeLimitSeconds": whole(1, 60 if asynchronous else 8),
        },
        optional={
            "LambdaInvocationAttributes": by_name(FREE),
            "ResponseValidation": record({"ResponseType": one_of("STRING_MAP", "JSON")}),
            "InvocationType": one_of("SYNCHRONOUS", "ASYNCHRONOUS"),
        },
        errors=ERROR,
    )


def _third_party(parameters: Parameters) -> Rule:
    comes_back = parameters.get("ContinueFlowExecution") != "False"
    return Rule(
        needed={
            "ThirdPartyPhoneNumber": PHONE_NUMBER,
            "ContinueFlowExecution": one_of("True", "False"),
            "ThirdPartyConnectionTimeLimitSeconds": whole(0, 600, dynamic=True),
        },
        optional={
            **CALLER_ID,
            "ThirdPartyDTMFDigits": values.matching("[0-9,*#]{1,50}", "up to fifty keys and commas", dynamic=True),
        },
        errors=words("NoMatchingError CallFailed ConnectionTimeLimitExceeded") if comes_back else ERROR,
        respelt={"ThirdPartyConnectionTimeoutSeconds": "ThirdPartyConnectionTimeLimitSeconds"},
    )


def _wait(parameters: Parameters) -> Rule:
    events = parameters.get("Events")
    waited_for = frozenset(one for one in events if isinstance(one, str)) if isinstance(events, list) else frozenset()
    bot = "BotParticipantDisconnected" in waited_for
    return Rule(
        needed={"TimeLimitSeconds": whole(1, 604_800, dynamic=True)},
        optional={"Events": several(one_of("CustomerReturned", "BotParticipantDisconnected"), twice=False)},
        errors=ERROR,
        optional_errors=words("ParticipantNotFound") if bot else frozenset(),
        results=Results(
            operand=one_of("WaitCompleted", *sorted(waited_for)), needed=words("WaitCompleted") | waited_for
        ),
        respelt={"TimeoutSeconds": "TimeLimitSeconds"},
    )


def _analytics(parameters: Parameters) -> Rule:
    chat = "ChatBehavior" in parameters
    return Rule(
        optional={"VoiceBehavior": tree, "ChatBehavior": tree, "ScreenRecordingBehavior": tree},
        some_of_these=("VoiceBehavior", "ChatBehavior"),
        not_together=("VoiceBehavior", "ChatBehavior"),
        errors=words("NoMatchingError ChannelMismatch"),
        optional_errors=words("InFlightRedactionConfigurationFailed") if chat else frozenset(),
    )


CONTACT_DATA = ("LanguageCode", "CustomerId", "Name", "Description", "WisdomSessionArn", "WatchlistId")
VOICE_ID_SWITCHES = ("IsVoiceIdStreamingEnabled", "IsVoiceAuthenticationEnabled", "IsFraudDetectionEnabled")
VOICE_ID_NUMBERS = ("VoiceAuthenticationThreshold", "VoiceAuthenticationResponseTime", "FraudDetectionThreshold")
HOOKS = (
    "AgentWhisper",
    "CustomerWhisper",
    "CustomerQueue",
    "CustomerHold",
    "AgentHold",
    "CustomerRemaining",
    "DefaultAgentUI",
    "DisconnectAgentUI",
    "PauseContact",
    "ResumeContact",
)


def _hooks(parameters: Parameters) -> Rule:
    """One hook a block; newer blocks may switch hooks off instead."""
    flows = dict.fromkeys(HOOKS, FLOW)
    switches = dict.fromkeys(HOOKS, record({"DisableExecution": truth}))
    return Rule(
        optional={
            "EventHooks": record(optional=flows, one_of_these=() if "EventHooksConfiguration" in parameters else HOOKS),
            "EventHooksConfiguration": record(optional=switches, one_of_these=HOOKS),
        },
        some_of_these=("EventHooks", "EventHooksConfiguration"),
        errors=ERROR,
    )


CASE_FIELDS = {"CaseRequestFields": by_name(FREE)}
LINK = {"LinkContactToCase": truth}


def _get_case(parameters: Parameters) -> Rule:
    """Where only the last case is asked for there are never several."""
    only_last = values.is_true(parameters.get("GetLastUpdatedCase"))
    several_found = words("MultipleFound")
    return Rule(
        optional={
            **LINK,
            **CASE_FIELDS,
            "CustomerId": FREE,
            "CaseResponseFields": several(FREE),
            "GetLastUpdatedCase": truth,
        },
        errors=words("NoMatchingError NoneFound") | (frozenset() if only_last else several_found),
        optional_errors=LINKING | several_found,
    )


IDENTIFIER = {"IdentifierName": FREE, "IdentifierValue": FREE}
SEARCH = {"SearchCriteria": several(record(IDENTIFIER), least=1), "LogicalOperator": one_of("AND", "OR")}


def _search(name: str, value: Any) -> Iterator[str]:
    """By one identifier, or by several."""
    yield from record(SEARCH)(name, value) if _entry(value, "SearchCriteria") else record(IDENTIFIER)(name, value)


def _get_profile(parameters: Parameters) -> Rule:
    """What is to be told back is a list in flows that deploy, an object in the reference."""
    criteria = "SearchCriteria" in parameters
    return Rule(
        needed=SEARCH if criteria else {"ProfileRequestData": _search},
        optional={
            "ProfileResponseData": either(several(FREE), by_name(values.anything)),
            **({"ProfileRequestData": tree} if criteria else {}),
        },
        errors=words("NoMatchingError NoneFoundError MultipleFoundError"),
    )


def _profile(*more_errors: str) -> Rule:
    return Rule(
        needed={"ProfileRequestData": tree},
        optional={"ProfileResponseData": either(several(FREE), by_name(values.anything))},
        errors=ERROR | frozenset(more_errors),
    )


def _entry(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


STEP = record({"Expression": tree}, {"Expiry": partly({"DurationInSeconds": whole(1, dynamic=True)})})
ANALYTICS = partly(
    {
        "Enabled": truth,
        "AnalyticsLanguage": LANGUAGE,
        "AnalyticsRedactionBehavior": BOTH_WAYS,
        "AnalyticsRedactionResults": one_of("RedactedAndOriginal", "RedactedOnly", dynamic=True),
    }
)
# The reference's name is UpdateRoutingCriteria.
ROUTING_CRITERIA = Rule(
    needed={"RoutingCriteria": either(record({"Steps": either(several(STEP, least=1), PATH)}), PATH)}, errors=ERROR
)
# The reference's name is UnTagContact, the service's UntagContact.
UNTAG = Rule(needed={"TagKeys": several(FREE, least=1, twice=False)}, errors=ERROR)

RULES: Mapping[str, Rule | Varying] = {
    # Contact actions
    "CompleteOutboundCall": Rule(
        optional={
            **CALLER_ID,
            "VoiceConnector": tree,
            "ConnectionTimeLimitSeconds": whole(1, 600, dynamic=True),
        }
    ),
    "CreateCase": Rule(
        needed={"CaseTemplateId": FREE},
        optional={**LINK, **CASE_FIELDS},
        errors=ERROR,
        optional_errors=LINKING,
    ),
    "CreateTask": Rule(
        needed={"Name": FREE},
        optional={
            "ContactFlowId": FLOW,
            "TaskTemplateId": resource("task-template", "a task template"),
            "Description": FREE,
            "Attributes": by_name(FREE),
            "References": by_name(either(FREE, record({"Value": FREE}, {"Type": FREE}))),
            "DelaySeconds": whole(1, 518_400, dynamic=True),
            "ScheduledTime": FREE,
        },
        some_of_these=("ContactFlowId", "TaskTemplateId"),
        not_together=("DelaySeconds", "ScheduledTime"),
        errors=ERROR,
    ),
    "CreateWisdomSession": Rule(needed={"WisdomAssistantArn": values.arn("an assistant")}, errors=ERROR),
    "DequeueContactAndTransferToQueue": Rule(
        optional=QUEUE,
        some_of_these=tuple(QUEUE),
        not_together=tuple(QUEUE),
        errors=words("QueueAtCapacity NoMatchingError"),
        leaves=True,
        only_in=QUEUES | {MODULE},
    ),
    "EndFlowModuleExecution": Rule(
        optional={"Result": FREE, "ResultData": tree}, terminal=True, only_in=frozenset({MODULE})
    ),
    "GetCase": _get_case,
    "InvokeFlowModule": Rule(
        needed={"FlowModuleId": resource("flow-module", "a module")},
        optional={"Input": tree},
        errors=ERROR,
        optional_errors=words("NoMatchingCondition"),
        results=Results(),
    ),
    "ResumeContact": Rule(errors=ERROR),
    "StartOutboundChatContact": Rule(
        needed={
            "SourceEndpoint": record({"Address": FREE, "Type": one_of("CONNECT_PHONENUMBER_ARN")}),
            "DestinationEndpoint": record({"Address": PHONE_NUMBER, "Type": one_of("TELEPHONE_NUMBER")}),
            "ContactFlowArn": FLOW,
        },
        optional={
            "ContactSubtype": values.matching(r"connect:\w+", "a subtype of chat", dynamic=True),
            "InitialSystemMessage": tree,
            "RelatedContact": one_of("CURRENT"),
        },
        errors=ERROR,
    ),
    "TagContact": Rule(needed={"Tags": by_name(FREE, least=1)}, optional_errors=ERROR),
    "TransferContactToAgent": Rule(leaves=True),
    "TransferContactToQueue": Rule(
        errors=words("QueueAtCapacity NoMatchingError"), only_in=KINDS - WHISPERS - HOLDS - QUEUES
    ),
    "UnTagContact": UNTAG,
    "UntagContact": UNTAG,
    "UpdateCase": Rule(
        needed={"CaseId": FREE}, optional={**LINK, **CASE_FIELDS}, errors=ERROR, optional_errors=LINKING
    ),
    "UpdateContactAttributes": Rule(
        needed={"Attributes": by_name(FREE, least=1)}, optional=TARGET_CONTACT, errors=ERROR
    ),
    "UpdateContactCallbackNumber": Rule(
        needed={"CallbackNumber": PATH},
        errors=words("InvalidCallbackNumber CallbackNumberNotDialable"),
        only_in=KINDS - WHISPERS - HOLDS,
    ),
    "UpdateContactData": Rule(
        optional={
            **dict.fromkeys(CONTACT_DATA, FREE),
            "LanguageCode": LANGUAGE,
            **dict.fromkeys(VOICE_ID_SWITCHES, truth),
            **dict.fromkeys(VOICE_ID_NUMBERS, whole(0, dynamic=True)),
            **TARGET_CONTACT,
        },
        some_of_these=(*CONTACT_DATA, *VOICE_ID_SWITCHES, *VOICE_ID_NUMBERS),
        errors=ERROR,
    ),
    "UpdateContactEventHooks": _hooks,
    "UpdateContactMediaProcessing": Rule(
        needed={"ChatProcessor": tree}, errors=words("NoMatchingError ChannelMismatch")
    ),
    "UpdateContactMediaStreamingBehavior": Rule(
        needed={
            "MediaStreamingState": BOTH_WAYS,
            "MediaStreamType": one_of("Audio"),
            "Participants": several(
                record(
                    {
                        "ParticipantType": one_of("Customer"),
                        "MediaDirections": several(one_of("From", "To"), least=1, twice=False),
                    }
                ),
                least=1,
            ),
        },
        errors=ERROR,
        only_in=KINDS - HOLDS,
    ),
    "UpdateContactRecordingAndAnalyticsBehavior": _analytics,
    "UpdateContactRecordingBehavior": Rule(
        needed={
            "RecordingBehavior": record(
                {"RecordedParticipants": several(one_of("Agent", "Customer"), twice=False)},
                {
                    "ScreenRecordedParticipants": several(one_of("Agent"), twice=False),
                    "IVRRecordingBehavior": BOTH_WAYS,
                },
            )
        },
        optional={"AnalyticsBehavior": ANALYTICS},
    ),
    "UpdateContactRoutingBehavior": Rule(
        optional={
            "QueuePriority": whole(1, dynamic=True),
            "QueueTimeAdjustmentSeconds": whole(-(10**9), 10**9, dynamic=True),
        },
        some_of_these=("QueuePriority", "QueueTimeAdjustmentSeconds"),
    ),
    "UpdateContactTargetQueue": Rule(optional=QUEUE, one_of_these=tuple(QUEUE), errors=ERROR),
    "UpdateContactTextToSpeechVoice": Rule(
        needed={"TextToSpeechVoice": values.matching("[A-Za-z][A-Za-z0-9_-]*", "a voice's name", dynamic=True)},
        optional={
            "TextToSpeechEngine": values.matching(
                "(?i)standard|neural|generative|long-?form", "an engine of Polly", dynamic=True
            ),
            "TextToSpeechStyle": one_of("None", "Conversational", "Newscaster", dynamic=True),
        },
        optional_errors=ERROR,
    ),
    "UpdatePreviousContactParticipantState": Rule(
        needed={"PreviousContactParticipantState": one_of("AgentOnHold", "CustomerOnHold", "OffHold")}, errors=ERROR
    ),
    # Flow control
    "CheckHoursOfOperation": Rule(
        optional={"HoursOfOperationId": resource("operating-hours", "hours of operation")},
        errors=ERROR,
        results=Results(operand=one_of("True", "False"), needed=words("True False")),
    ),
    "CheckMetricData": _metric,
    "CheckOutboundCallStatus": Rule(
        errors=ERROR, results=Results(operand=one_of("CallAnswered", "VoicemailBeep", "VoicemailNoBeep", "NotDetected"))
    ),
    "CheckVoiceId": Rule(
        needed={"CheckVoiceIdOption": STATIC},
        errors=ERROR,
        results=Results(
            operand=one_of(
                "Enrolled",
                "NotEnrolled",
                "OptedOut",
                "Authenticated",
                "NotAuthenticated",
                "Inconclusive",
                "Expired",
                "HighRisk",
                "LowRisk",
            )
        ),
    ),
    "Compare": Rule(
        needed={"ComparisonValue": PATH},
        errors=words("NoMatchingCondition"),
        results=Results(operators=TEXT_OPERATORS | NUMBER_OPERATORS, may_repeat=True),
    ),
    # The page of the action says NumericLessThan, the list of operators NumberLessThan.
    "DistributeByPercentage": Rule(
        errors=words("NoMatchingCondition"),
        results=Results(operators=words("NumberLessThan NumericLessThan"), operand=whole(1, 100), rising=True),
    ),
    "EndFlowExecution": Rule(terminal=True),
    "GetMetricData": Rule(
        optional={**QUEUE, "QueueChannel": one_of("Voice", "Chat", "Task", "Email", dynamic=True)},
        not_together=tuple(QUEUE),
        errors=ERROR,
    ),
    "Loop": Rule(
        needed={"LoopCount": whole(0, 100, dynamic=True)},
        optional_errors=ERROR,
        results=Results(operand=one_of("ContinueLooping", "DoneLooping"), needed=words("ContinueLooping DoneLooping")),
    ),
    "StartVoiceIdStream": Rule(errors=ERROR),
    "TransferToFlow": Rule(needed={"ContactFlowId": FLOW}, errors=ERROR, only_in=KINDS - HOLDS - QUEUES - WHISPERS),
    "UpdateContactRoutingCriteria": ROUTING_CRITERIA,
    "UpdateFlowAttributes": Rule(
        needed={"FlowAttributes": by_name(record({"Value": FREE}, {"Type": one_of("String")}), least=1)}, errors=ERROR
    ),
    "UpdateFlowLoggingBehavior": Rule(needed={"FlowLoggingBehavior": BOTH_WAYS}),
    "UpdateRoutingCriteria": ROUTING_CRITERIA,
    "Wait": _wait,
    # Interactions
    "AssociateContactToCustomerProfile": _profile(),
    "CreateCallbackContact": Rule(
        needed={
            "InitialCallDelaySeconds": whole(1, 259_200),
            "MaximumConnectionAttempts": whole(1),
            "RetryDelaySeconds": whole(1, 259_200),
        },
        optional={
            **QUEUE,
            **CALLER_ID,
            "ContactFlowId": FLOW,
            "CallbackMode": one_of("AgentFirst", "CustomerFirst"),
        },
        not_together=tuple(QUEUE),
        errors=ERROR,
    ),
    "CreateCustomerProfile": _profile(),
    "GetCalculatedAttributesForCustomerProfile": _profile("NoneFoundError"),
    "GetCustomerProfile": _get_profile,
    "GetCustomerProfileObject": _profile("NoneFoundError"),
    "InvokeLambdaFunction": _invocation,
    "UpdateCustomerProfile": _profile(),
    # Participant actions
    "ConnectParticipantWithLexBot": _lex,
    "DisconnectParticipant": Rule(terminal=True, only_in=KINDS - WHISPERS - HOLDS),
    "GetParticipantInput": _input,
    "MessageParticipant": Rule(
        optional={**PROMPTS, "SkipWhenDTMFBufferEnabled": truth},
        one_of_these=PROMPT_NAMES,
        optional_errors=ERROR,
        only_in=KINDS - HOLDS,
    ),
    "MessageParticipantIteratively": _iteratively,
    "ShowView": Rule(
        needed={"ViewResource": record({"Id": values.matching(r"\S+", "a view's id or ARN")}, {"Version": FREE})},
        optional={
            "InvocationTimeLimitSeconds": whole(1, dynamic=True),
            "ViewData": either(by_name(values.anything), PATH),
            "SensitiveDataConfiguration": record({"HideResponseOn": several(one_of("TRANSCRIPT"))}),
        },
        errors=words("NoMatchingError NoMatchingCondition TimeLimitExceeded"),
        results=Results(),
    ),
    "TransferParticipantToThirdParty": _third_party,
}
