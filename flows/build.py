"""The contact flows, from what they have in common: `make flows` writes the JSON files beside this one.

A flow is a small loop. The function says which prompts to play, what to ask and what to listen for; the flow plays them
one after the other, asks, and gives back what was pressed. Everything a caller may be told stands in the function.

    python flows/build.py            write the files
    python flows/build.py --check    say which differ, and fail
"""

import argparse
import json
import sys
from collections import deque
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PROMPTS = "${PromptsUrl}"
LANGUAGE = "$['Attributes']['language']"
KEYS = {**{str(digit): f"key-{digit}" for digit in range(10)}, "*": "key-star", "#": "key-hash"}
DIGITS = (4, 5, 6, 10, 16)
PIECES = 28
"""As many as the function ever says before a question (care.calling.MOST_PIECES)."""
ERROR = "NoMatchingError"

Block = dict[str, Any]


class Flow:
    """A contact flow in the making."""

    def __init__(self) -> None:
        self.blocks: dict[str, Block] = {}

    def add(
        self,
        name: str,
        type_: str,
        parameters: Mapping[str, Any] | None = None,
        then: str = "",
        errors: Mapping[str, str] | None = None,
        conditions: Mapping[str, str] | None = None,
        operator: str = "Equals",
    ) -> None:
        """A block; without ``then`` it ends the flow. The first one added begins it."""
        transitions: dict[str, Any] = {}
        if then:
            transitions = {
                "NextAction": then,
                "Errors": [{"ErrorType": one, "NextAction": to} for one, to in (errors or {}).items()],
                "Conditions": [
                    {"NextAction": to, "Condition": {"Operator": operator, "Operands": [operand]}}
                    for operand, to in (conditions or {}).items()
                ],
            }
        self.blocks[name] = {
            "Identifier": name,
            "Type": type_,
            "Parameters": dict(parameters or {}),
            "Transitions": transitions,
        }

    # ---- blocks as the flows use them ------------------------------------------------------------------------------

    def logs(self, name: str, on: bool, then: str) -> None:
        """The flow's log on, or off while what is keyed is nobody's business."""
        self.add(name, "UpdateFlowLoggingBehavior", {"FlowLoggingBehavior": "Enabled" if on else "Disabled"}, then)

    def buffers(self, name: str, on: bool, then: str) -> None:
        """Keys pressed while something is played count at the next question, or are cleared and count no more.

        Administrator guide, "Set Touchtone Buffer Behavior".
        """
        self.add(name, "GetParticipantInput", {"EnableDTMFBuffer": str(on)}, then, {ERROR: then})

    def sets(self, name: str, values: Mapping[str, str], then: str, failing: str) -> None:
        """Contact attributes, all of them or none."""
        parameters = {"Attributes": dict(values), "TargetContact": "Current"}
        self.add(name, "UpdateContactAttributes", parameters, then, {ERROR: failing})

    def asks(self, name: str, function: str, then: str, failing: str, **given: str) -> None:
        """The function, with where the call stands."""
        attributes = {
            "operation": function,
            "step": "$.Attributes.step",
            "state": "$.Attributes.state",
            "queue": "$.Attributes.queue",
            **given,
        }
        parameters = {
            "LambdaFunctionARN": "${VoiceFunctionArn}",
            "InvocationTimeLimitSeconds": "8",
            "LambdaInvocationAttributes": attributes,
            "ResponseValidation": {"ResponseType": "STRING_MAP"},
        }
        self.add(name, "InvokeLambdaFunction", parameters, then, {ERROR: failing})

    def plays(self, name: str, prompt: str, then: str, failing: str = "") -> None:
        """A recording; a key that is pressed passes it over."""
        parameters = {"Media": _media(prompt), "SkipWhenDTMFBufferEnabled": "true"}
        self.add(name, "MessageParticipant", parameters, then, {ERROR: failing or then})

    def speaks(self, name: str, text: str, then: str) -> None:
        """Words by a voice that reads: English, for none reads Indonesian."""
        self.add(name, "MessageParticipant", {"Text": text}, then, {ERROR: then})

    def compares(self, name: str, value: str, conditions: Mapping[str, str], otherwise: str, **kwargs: str) -> None:
        """Where a value leads."""
        parameters = {"ComparisonValue": value}
        branches = {"NoMatchingCondition": otherwise}
        self.add(name, "Compare", parameters, otherwise, branches, conditions, **kwargs)

    def loops(self, name: str, times: int, then: str, done: str) -> None:
        """So many times on, then done."""
        ways = {"ContinueLooping": then, "DoneLooping": done}
        self.add(name, "Loop", {"LoopCount": str(times)}, done, conditions=ways)

    # ---- what several flows have in common -------------------------------------------------------------------------

    def begins(self) -> None:
        """A voice that reads English, whatever the instance's own is."""
        voice = {"TextToSpeechVoice": "Amy", "TextToSpeechEngine": "Neural", "TextToSpeechStyle": "None"}
        self.logs("start", True, "speech")
        self.add("speech", "UpdateContactTextToSpeechVoice", voice, "first", {ERROR: "first"})

    def says(self, then: str, failing: str) -> None:
        """``keep``: where the call stands now; then what the function says, piece by piece, and on to ``then``."""
        kept = {name: f"$.External.{name}" for name in ("state", "language", "reference")}
        self.sets("keep", {"step": "$.External.next_step", **kept}, "pieces", failing)
        self.compares("pieces", "$.External.pieces", {"0": then}, "say-1")
        for number in range(1, PIECES + 1):
            prompt = f"{LANGUAGE}/$['External']['say_{number}']"
            following = f"more-{number}" if number < PIECES else then
            self.plays(f"say-{number}", prompt, following, "unsaid")
            if number < PIECES:
                self.compares(f"more-{number}", "$.External.pieces", {str(number): then}, f"say-{number + 1}")
        # A piece that cannot be fetched: what must be written down is read out whole.
        self.compares("unsaid", "$.External.reference", {"none": then}, "unsaid-reference")
        digits = '<speak>Your reference number is <say-as interpret-as="digits">$.External.reference</say-as>.</speak>'
        self.add("unsaid-reference", "MessageParticipant", {"SSML": digits}, then, {ERROR: then})

    def hears_a_key(self, turn: str, failing: str) -> None:
        """``ask``: the question, and one key, or silence; then ``turn``."""
        self.add(
            "ask",
            "GetParticipantInput",
            {
                "Media": _media(f"{LANGUAGE}/$['External']['ask']"),
                "InputTimeLimitSeconds": "6",
                "StoreInput": "False",
            },
            "key-silence",
            {"InputTimeLimitExceeded": "key-silence", "NoMatchingCondition": "key-silence", ERROR: failing},
            KEYS,
        )
        for key, name in {**KEYS, "silence": "key-silence"}.items():
            self.sets(name, {"keys": key}, turn, failing)

    def calls_back(self, then: str) -> None:
        """``callback``: Connect keeps the place and calls; where it cannot, the case that stands for it does."""
        refused = {"InvalidCallbackNumber": then, "CallbackNumberNotDialable": then}
        number = {"CallbackNumber": "$.External.number"}
        self.add("callback", "UpdateContactCallbackNumber", number, "callback-place", refused)
        tries = {"InitialCallDelaySeconds": "5", "MaximumConnectionAttempts": "3", "RetryDelaySeconds": "600"}
        self.add("callback-place", "CreateCallbackContact", tries, then, {ERROR: then})

    def listens(self, conditions: Mapping[str, str], otherwise: str) -> None:
        """``listen``: how the function wants it to go on."""
        self.compares("listen", "$.External.listen", conditions, otherwise)

    def write(self) -> str:
        """The file: a block is a few lines."""
        positions = _positions(self.blocks)
        lines = ["{", '  "Version": "2019-10-30",', f'  "StartAction": {_json(next(iter(self.blocks)))},']
        lines += ['  "Metadata": {', '    "entryPointPosition": {"x": 20, "y": 40},', '    "ActionMetadata": {']
        lines.append(
            ",\n".join(f'      {_json(name)}: {{"position": {_json(positions[name])}}}' for name in self.blocks)
        )
        lines += ["    }", "  },", '  "Actions": [']
        lines.append(",\n".join(_written(block) for block in self.blocks.values()))
        return "\n".join([*lines, "  ]", "}"]) + "\n"


def _media(prompt: str) -> dict[str, str]:
    return {"Uri": f"{PROMPTS}/{prompt}/said.wav", "SourceType": "S3", "MediaType": "Audio"}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _written(block: Block) -> str:
    head = ",\n".join(f"      {_json(name)}: {_json(block[name])}" for name in ("Identifier", "Type", "Parameters"))
    transitions = block["Transitions"]
    if not transitions:
        return f'    {{\n{head},\n      "Transitions": {{}}\n    }}'
    ways = [f'        "NextAction": {_json(transitions["NextAction"])}']
    for name in ("Errors", "Conditions"):
        listed = ",\n".join(f"          {_json(one)}" for one in transitions[name])
        ways.append(f'        "{name}": [\n{listed}\n        ]' if listed else f'        "{name}": []')
    between = ",\n".join(ways)
    return f'    {{\n{head},\n      "Transitions": {{\n{between}\n      }}\n    }}'


def _targets(block: Block) -> Iterable[str]:
    transitions = block["Transitions"]
    if transitions:
        yield transitions["NextAction"]
        yield from (one["NextAction"] for one in (*transitions["Conditions"], *transitions["Errors"]))


def _positions(blocks: Mapping[str, Block]) -> dict[str, dict[str, int]]:
    """Where the designer draws each block: a column further than what leads to it."""
    start = next(iter(blocks))
    column, ahead = {start: 0}, deque([start])
    while ahead:
        name = ahead.popleft()
        for target in _targets(blocks[name]):
            if target not in column:
                column[target] = column[name] + 1
                ahead.append(target)
    rows: dict[int, int] = {}
    found = {}
    for name in blocks:
        place = column[name]
        rows[place] = rows.get(place, 0) + 1
        found[name] = {"x": 160 + 240 * place, "y": 200 * rows[place] - 160}
    return found


# ---- the flows -------------------------------------------------------------------------------------------------------


def inbound() -> Flow:
    """Who calls the short number: greeted, asked, answered, put through."""
    flow = Flow()
    flow.begins()
    flow.sets("first", {"step": "1", "language": "both", "queue": "${AgentQueue}"}, "hook-queue", "trouble")
    for name, hook, placeholder, then in (
        ("hook-queue", "CustomerQueue", "${QueueFlowArn}", "hook-whisper"),
        ("hook-whisper", "AgentWhisper", "${WhisperFlowArn}", "hook-after"),
        ("hook-after", "CustomerRemaining", "${SurveyFlowArn}", "buffer"),
    ):
        flow.add(name, "UpdateContactEventHooks", {"EventHooks": {hook: placeholder}}, then, {ERROR: then})
    flow.buffers("buffer", True, "begin")
    flow.asks("begin", "begin", "keep", "begin-sorry")
    flow.plays("begin-sorry", "both/begin_sorry", "trouble-log", "trouble")
    flow.says("listen", "trouble")
    flow.listens(
        {
            "key": "ask",
            **{f"digits_{most}": "private" for most in DIGITS},
            "message": "record",
            "queue": "queue-target",
            "transfer": "talk",
            "callback": "callback",
            "end": "hang-up",
        },
        "trouble",
    )
    flow.hears_a_key("turn", "trouble")
    flow.asks("turn", "turn", "keep", "turn-again", keys="$.Attributes.keys")
    flow.loops("turn-again", 1, "turn-sorry", "unreached")
    flow.plays("turn-sorry", f"{LANGUAGE}/sorry_again", "turn")
    _hears_digits(flow)
    _hears_a_message(flow)
    _puts_through(flow)
    flow.calls_back("bye")
    flow.plays("bye", f"{LANGUAGE}/goodbye", "hang-up", "bye-in-words")
    _trouble(flow)
    flow.speaks("bye-in-words", "Thank you for calling us. Goodbye.", "hang-up")
    flow.add("hang-up", "DisconnectParticipant")
    return flow


def _hears_digits(flow: Flow) -> None:
    """A number or a reference: nothing pressed before counts, and the flow's log is off until the function has it."""
    flow.logs("private", False, "private-keys")
    flow.buffers("private-keys", False, "digits")
    flow.compares("digits", "$.External.listen", {f"digits_{most}": f"digits-{most}" for most in DIGITS}, "trouble")
    for most in DIGITS:
        flow.add(
            f"digits-{most}",
            "GetParticipantInput",
            {
                "Media": _media(f"{LANGUAGE}/$['External']['ask']"),
                "InputTimeLimitSeconds": "10",
                "StoreInput": "True",
                "InputValidation": {"CustomValidation": {"MaximumLength": str(most)}},
                "DTMFConfiguration": {
                    "InputTerminationSequence": "#",
                    "DisableCancelKey": "False",
                    "InterdigitTimeLimitSeconds": "5",
                },
            },
            "turn-digits",
            {ERROR: "trouble"},
        )
    flow.asks("turn-digits", "turn", "public", "turn-digits-again", keys="$.StoredCustomerInput")
    flow.loops("turn-digits-again", 1, "turn-digits-sorry", "unreached")
    flow.plays("turn-digits-sorry", f"{LANGUAGE}/sorry_again", "turn-digits")
    flow.logs("public", True, "public-keys")
    flow.buffers("public-keys", True, "keep")


def _hears_a_message(flow: Flow) -> None:
    """The caller agreed: recorded until a key or a minute is over. Connect has no block that records; it records the
    automated part of a call, between on and off, and the recording comes after the call.
    """
    on = {"RecordedParticipants": ["Customer"], "IVRRecordingBehavior": "Enabled"}
    off = {"RecordedParticipants": [], "IVRRecordingBehavior": "Disabled"}
    flow.add("record", "UpdateContactRecordingBehavior", {"RecordingBehavior": on}, "record-keys")
    flow.buffers("record-keys", False, "message")
    ends = "record-off"
    flow.add(
        "message",
        "GetParticipantInput",
        {
            "Media": _media(f"{LANGUAGE}/$['External']['ask']"),
            "InputTimeLimitSeconds": "60",
            "StoreInput": "False",
        },
        ends,
        {"InputTimeLimitExceeded": ends, "NoMatchingCondition": ends, ERROR: "message-off"},
        {"#": ends},
    )
    flow.add("record-off", "UpdateContactRecordingBehavior", {"RecordingBehavior": off}, "record-heard")
    flow.buffers("record-heard", True, "key-hash")
    flow.add("message-off", "UpdateContactRecordingBehavior", {"RecordingBehavior": off}, "trouble")


def _puts_through(flow: Flow) -> None:
    """The queue is looked at and told of; then the caller waits in it, recorded or not."""
    flow.add("queue-target", "UpdateContactTargetQueue", {"QueueId": "$.Attributes.queue"}, "metrics", {ERROR: "full"})
    flow.add("metrics", "GetMetricData", {}, "wait", {ERROR: "wait"})
    flow.asks(
        "wait",
        "wait",
        "screen-pop",
        "unreached",
        waiting="$.Metrics.Queue.Size",
        staffed="$.Metrics.Agents.Staffed.Count",
        available="$.Metrics.Agents.Available.Count",
    )
    shown = ("name", "segment", "language", "case", "contacts", "urgent")
    pop = {f"pop_{one}": f"$.External.pop_{one}" for one in shown}
    flow.sets("screen-pop", pop, "keep", "keep")
    flow.compares("talk", "$.External.recorded", {"true": "talk-recorded"}, "talk-promised")
    both = {"RecordedParticipants": ["Agent", "Customer"]}
    flow.add("talk-recorded", "UpdateContactRecordingBehavior", {"RecordingBehavior": both}, "talk-promised")
    promised = {"wait_low": "$.External.wait_low", "wait_high": "$.External.wait_high"}
    flow.sets("talk-promised", promised, "transfer", "transfer")
    refused = {"QueueAtCapacity": "full", ERROR: "full"}
    flow.add("transfer", "TransferContactToQueue", {}, "full", refused)
    flow.asks("full", "full", "keep", "unreached")


def _trouble(flow: Flow) -> None:
    """The flow cannot go on: a call-back is stored, and an agent is tried. ``trouble``: prompts cannot be fetched or
    attributes not be kept, so it is spoken; ``unreached``: the function does not answer, so a recording says it.
    No way leads back.
    """
    flow.speaks(
        "trouble", "We are sorry, part of our service does not work at the moment. One moment, please.", "trouble-log"
    )
    flow.plays("unreached", f"{LANGUAGE}/one_moment", "trouble-log", "trouble")
    flow.logs("trouble-log", False, "trouble-callback")
    flow.asks("trouble-callback", "trouble", "trouble-outcome", "trouble-unrecorded", keys="$.StoredCustomerInput")
    flow.compares(
        "trouble-outcome",
        "$.External.outcome",
        {"stored": "trouble-stored", "no_number": "trouble-ask", "invalid_phone": "trouble-ask"},
        "trouble-unrecorded",
    )
    flow.loops("trouble-ask", 2, "trouble-step", "trouble-no-phone")
    flow.sets("trouble-step", {"step": "$.External.next_step"}, "trouble-phone", "trouble-phone")
    flow.add(
        "trouble-phone",
        "GetParticipantInput",
        {
            "Text": "We cannot see your number. Enter a phone number we can reach you on, then press hash.",
            "InputTimeLimitSeconds": "10",
            "StoreInput": "True",
            "InputValidation": {"CustomValidation": {"MaximumLength": "16"}},
            "DTMFConfiguration": {
                "InputTerminationSequence": "#",
                "DisableCancelKey": "False",
                "InterdigitTimeLimitSeconds": "5",
            },
        },
        "trouble-phone-given",
        {ERROR: "trouble-no-phone"},
    )
    flow.compares("trouble-phone-given", "$.StoredCustomerInput", {"Timeout": "trouble-ask"}, "trouble-callback")
    flow.plays("trouble-stored", f"{LANGUAGE}/unreached_callback", "trouble-public", "trouble-reference")
    digits = (
        "<speak>Your call is recorded, and an agent will call you back. Your reference number is "
        '<say-as interpret-as="digits">$.External.reference</say-as>.</speak>'
    )
    flow.add("trouble-reference", "MessageParticipant", {"SSML": digits}, "trouble-public", {ERROR: "trouble-public"})
    flow.speaks(
        "trouble-no-phone",
        "Without a phone number we cannot call you back. Please write by chat on our website or by email.",
        "trouble-public",
    )
    flow.speaks(
        "trouble-unrecorded",
        "We are sorry, we could not record your call. Please call again in a few minutes.",
        "trouble-public",
    )
    flow.logs("trouble-public", True, "trouble-queue")
    flow.compares(
        "trouble-queue", "$.Attributes.queue", {"arn:": "trouble-agent"}, "bye-in-words", operator="TextStartsWith"
    )
    flow.speaks("trouble-agent", "We now try to put you through to an agent.", "trouble-target")
    flow.add(
        "trouble-target",
        "UpdateContactTargetQueue",
        {"QueueId": "$.Attributes.queue"},
        "trouble-transfer",
        {ERROR: "trouble-no-agent"},
    )
    refused = {"QueueAtCapacity": "trouble-no-agent", ERROR: "trouble-no-agent"}
    flow.add("trouble-transfer", "TransferContactToQueue", {}, "trouble-no-agent", refused)
    flow.speaks("trouble-no-agent", "No agent can take your call now.", "bye-in-words")


def queue() -> Flow:
    """Who waits for an agent: music, and now and then where one stands, something that helps, and a call-back."""
    flow = Flow()
    flow.begins()
    flow.buffers("first", False, "hold")
    flow.add(
        "hold",
        "MessageParticipantIteratively",
        {"Messages": [{"Media": _media("both/music")}], "InterruptFrequencySeconds": "40"},
        "queued",
        {ERROR: "hold-in-words"},
        {"MessagesInterrupted": "queued"},
    )
    flow.add(
        "hold-in-words",
        "MessageParticipantIteratively",
        {
            "Messages": [{"Text": "Please stay on the line. An agent will answer your call."}],
            "InterruptFrequencySeconds": "40",
        },
        "queued",
        {ERROR: "queued"},
        {"MessagesInterrupted": "queued"},
    )
    flow.asks("queued", "queued", "keep", "hold")
    flow.says("listen", "hold")
    flow.listens({"key": "ask", "callback": "callback"}, "hold")
    flow.hears_a_key("turn", "hold")
    flow.asks("turn", "turn", "keep", "hold", keys="$.Attributes.keys")
    flow.calls_back("bye")
    flow.plays("bye", f"{LANGUAGE}/goodbye", "hang-up")
    flow.add("hang-up", "DisconnectParticipant")
    return flow


def survey() -> Flow:
    """Whom the agent left: was it solved, and how was it? What is not answered here is asked by SMS."""
    flow = Flow()
    flow.begins()
    flow.buffers("first", True, "after")
    flow.asks("after", "after", "keep", "bye")
    flow.says("listen", "bye")
    flow.listens({"key": "ask", "end": "hang-up"}, "bye")
    flow.hears_a_key("turn", "bye")
    flow.asks("turn", "turn", "keep", "bye", keys="$.Attributes.keys")
    flow.plays("bye", f"{LANGUAGE}/goodbye", "hang-up")
    flow.add("hang-up", "DisconnectParticipant")
    return flow


def whisper() -> Flow:
    """What an agent hears before a call."""
    flow = Flow()
    flow.compares("start", "$.Attributes.pop_urgent", {"true": "urgent"}, "call")
    flow.plays("urgent", "id/whisper_urgent", "end")
    flow.plays("call", "id/whisper_call", "end")
    flow.add("end", "EndFlowExecution")
    return flow


FLOWS = {"817": inbound, "queue": queue, "survey": survey, "whisper": whisper}


def main() -> int:
    parser = argparse.ArgumentParser(description="Write the contact flows.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file differs")
    check = parser.parse_args().check
    differs = False
    for name, made in FLOWS.items():
        file, text = HERE / f"{name}.json", made().write()
        if check:
            same = file.is_file() and file.read_text(encoding="utf-8") == text
            differs = differs or not same
            print(f"{file.name}: {'as made' if same else 'differs'}")
        else:
            file.write_text(text, encoding="utf-8")
    return int(differs)


if __name__ == "__main__":
    sys.exit(main())
