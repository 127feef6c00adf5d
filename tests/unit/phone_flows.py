"""Small flows for the door of the phone: a menu, a queue that can be left for a call-back, a whisper, a survey."""

import json
from pathlib import Path
from typing import Any

QUEUE = "arn:aws:connect:ap-southeast-1:000000000000:instance/1/queue/care"
NUMBER = "800"


def block(identifier: str, type_: str, parameters: dict[str, Any], next_: str = "", **branches: str) -> dict[str, Any]:
    """`branches` are errors by their type, and keys as k1, k2."""
    errors = [{"ErrorType": name, "NextAction": to} for name, to in branches.items() if not name.startswith("k")]
    keys = [
        {"Condition": {"Operator": "Equals", "Operands": [name[1:]]}, "NextAction": to}
        for name, to in branches.items()
        if name.startswith("k")
    ]
    transitions = {"Errors": errors, "Conditions": keys} | ({"NextAction": next_} if next_ else {})
    return {"Identifier": identifier, "Type": type_, "Parameters": parameters, "Transitions": transitions}


def says(identifier: str, text: str, next_: str) -> dict[str, Any]:
    return block(identifier, "MessageParticipant", {"Text": text}, next_, NoMatchingError=next_)


def asks(identifier: str, text: str, otherwise: str, **keys: str) -> dict[str, Any]:
    errors = dict.fromkeys(("InputTimeLimitExceeded", "NoMatchingCondition", "NoMatchingError"), otherwise)
    parameters = {"Text": text, "StoreInput": "False", "InputTimeLimitSeconds": "6"}
    return block(identifier, "GetParticipantInput", parameters, otherwise, **errors, **keys)


def call_back(identifier: str, next_: str) -> dict[str, Any]:
    parameters = {"InitialCallDelaySeconds": "60", "MaximumConnectionAttempts": "2", "RetryDelaySeconds": "120"}
    return block(identifier, "CreateCallbackContact", {**parameters, "QueueId": QUEUE}, next_, NoMatchingError=next_)


def hook(identifier: str, event: str, flow: str, next_: str) -> dict[str, Any]:
    parameters = {"EventHooks": {event: f"${{{flow}}}"}}
    return block(identifier, "UpdateContactEventHooks", parameters, next_, NoMatchingError=next_)


INBOUND = [
    block("welcome", "MessageParticipant", {"Media": {"Uri": "${PromptsUrl}/both/welcome/said.wav"}}, "menu"),
    asks("menu", "One for a case, two for an agent, three for a call-back.", "bye", k1="case", k2="queue", k3="back"),
    block(
        "case",
        "InvokeLambdaFunction",
        {"LambdaFunctionARN": "${FunctionArn}", "InvocationTimeLimitSeconds": "8"},
        "keep",
        NoMatchingError="bye",
    ),
    block(
        "keep",
        "UpdateContactAttributes",
        {"Attributes": {"reference": "$.External.reference"}},
        "number",
        NoMatchingError="bye",
    ),
    says("number", "Your number is", "digits"),
    says("digits", "$.External.reference", "full_stop"),
    says("full_stop", "Thank you.", "bye"),
    block(
        "record",
        "UpdateContactRecordingBehavior",
        {"RecordingBehavior": {"RecordedParticipants": ["Agent", "Customer"], "IVRRecordingBehavior": "Enabled"}},
        "to_queue",
    ),
    block("queue", "UpdateContactTargetQueue", {"QueueId": QUEUE}, "record", NoMatchingError="bye"),
    hook("to_queue", "CustomerQueue", "QueueFlowArn", "to_whisper"),
    hook("to_whisper", "AgentWhisper", "WhisperFlowArn", "to_survey"),
    hook("to_survey", "CustomerRemaining", "SurveyFlowArn", "leave"),
    block("leave", "TransferContactToQueue", {}, "bye", QueueAtCapacity="bye", NoMatchingError="bye"),
    call_back("back", "bye"),
    says("bye", "Goodbye.", "end"),
    block("end", "DisconnectParticipant", {}),
]
WAITING = [
    block(
        "wait",
        "MessageParticipantIteratively",
        {"Messages": [{"Text": "Please wait."}], "InterruptFrequencySeconds": "20"},
        "offer",
        kMessagesInterrupted="offer",
        NoMatchingError="offer",
    ),
    asks("offer", "One for a call-back.", "wait", k1="back"),
    call_back("back", "end"),
    block("end", "DisconnectParticipant", {}),
]
WHISPER = [says("whisper", "A call from the menu.", "end"), block("end", "EndFlowExecution", {})]
SURVEY = [
    asks("score", "How was it, one to five?", "end", k5="thanks"),
    says("thanks", "Thanks for the score.", "end"),
    block("end", "DisconnectParticipant", {}),
]


def write_flows(folder: Path) -> dict[str, Any]:
    """The flows and their prompts; `[phone]` of a local.toml beside them."""
    flows = {"inbound": INBOUND, "waiting": WAITING, "whisper": WHISPER, "survey": SURVEY}
    for name, actions in flows.items():
        flow = {"Version": "2019-10-30", "StartAction": actions[0]["Identifier"], "Actions": actions}
        (folder / f"{name}.json").write_text(json.dumps(flow), encoding="utf-8")
    recording = folder / "prompts/both/welcome/said.wav"
    recording.parent.mkdir(parents=True)
    recording.write_bytes(b"RIFF")
    (folder / "prompts/texts.toml").write_text('[welcome]\nboth = "Welcome."\n', encoding="utf-8")
    names = {"QueueFlowArn": "waiting.json", "WhisperFlowArn": "whisper.json", "SurveyFlowArn": "survey.json"}
    return {"flow": "inbound.json", "flows": names, "prompts": "prompts", "number": "Number", "time_scale": "Scale"}
