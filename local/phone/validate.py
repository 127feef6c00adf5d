"""Check contact flows against the rules of Connect's flow language, as far as this repository's flows go.

python -m local.phone.validate flows/817.json --prompts flows/prompts
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.phone.flow import references

VERSION = "2019-10-30"
MAX_ACTIONS = 250
MAX_IDENTIFIER = 50
NOT_IN_IDENTIFIERS = re.compile(r"[%:(\\/)=$,;\[\]{}]")
RESERVED = frozenset({"__proto__", "constructor", "toString", "hasOwnProperty", "valueOf"})
OPERATORS = frozenset(
    {
        "Equals",
        "TextStartsWith",
        "TextEndsWith",
        "TextContains",
        "NumberGreaterThan",
        "NumberGreaterOrEqualTo",
        "NumberLessThan",
        "NumberLessOrEqualTo",
    }
)
ANSWERS = frozenset("0123456789*#")
LANGUAGES = ("id", "en")
RECORDING = re.compile(r"\$\{[A-Za-z0-9]+\}/(.+)\.wav")
DIGIT = re.compile(r"digit_\d+")


@dataclass(frozen=True)
class Rule:
    """What a type of block must have and may have."""

    parameters: frozenset[str] = frozenset()
    errors: frozenset[str] = frozenset()
    optional_errors: frozenset[str] = frozenset()
    results: frozenset[str] | None = frozenset()
    """The operands its conditions may name; None for any."""
    all_results: bool = False
    terminal: bool = False


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


RULES: Mapping[str, Rule] = {
    "Compare": Rule(_names("ComparisonValue"), _names("NoMatchingCondition"), results=None),
    "DisconnectParticipant": Rule(terminal=True),
    "EndFlowExecution": Rule(terminal=True),
    "InvokeLambdaFunction": Rule(_names("LambdaFunctionARN InvocationTimeLimitSeconds"), _names("NoMatchingError")),
    "Loop": Rule(
        _names("LoopCount"),
        optional_errors=_names("NoMatchingError"),
        results=_names("ContinueLooping DoneLooping"),
        all_results=True,
    ),
    "MessageParticipant": Rule(optional_errors=_names("NoMatchingError")),
    "TransferContactToQueue": Rule(errors=_names("QueueAtCapacity NoMatchingError")),
    "UpdateContactAttributes": Rule(_names("Attributes"), _names("NoMatchingError")),
    "UpdateContactRecordingBehavior": Rule(_names("RecordingBehavior")),
    "UpdateContactTargetQueue": Rule(errors=_names("NoMatchingError")),
    "UpdateContactTextToSpeechVoice": Rule(_names("TextToSpeechVoice"), optional_errors=_names("NoMatchingError")),
    "UpdateFlowAttributes": Rule(_names("FlowAttributes"), _names("NoMatchingError")),
    "UpdateFlowLoggingBehavior": Rule(_names("FlowLoggingBehavior")),
}
CHOICE = Rule(
    _names("InputTimeLimitSeconds"),
    _names("NoMatchingError NoMatchingCondition InputTimeLimitExceeded"),
    results=ANSWERS,
)
STORING = Rule(
    _names("InputTimeLimitSeconds InputValidation"),
    _names("NoMatchingError"),
    optional_errors=_names("InvalidPhoneNumber"),
)


def rule_of(action: Mapping[str, Any]) -> Rule | None:
    if action["Type"] == "GetParticipantInput":
        return STORING if action["Parameters"].get("StoreInput") == "True" else CHOICE
    return RULES.get(action["Type"])


def problems(flow: Mapping[str, Any]) -> list[str]:
    """What Connect would refuse, or a caller would stumble over, each as one sentence."""
    actions: list[dict[str, Any]] = flow["Actions"]
    found = []
    if flow.get("Version") != VERSION:
        found.append(f"Version is {flow.get('Version')!r}, not {VERSION}.")
    if len(actions) > MAX_ACTIONS:
        found.append(f"{len(actions)} blocks; Connect takes {MAX_ACTIONS}.")
    by_identifier = {action["Identifier"]: action for action in actions}
    counts = Counter(action["Identifier"] for action in actions)
    found += [f"{name}: named {count} times." for name, count in counts.items() if count > 1]
    if flow.get("StartAction") not in by_identifier:
        found.append(f"StartAction {flow.get('StartAction')!r} is no block.")
    for action in actions:
        found += [f"{action['Identifier']}: {problem}" for problem in _problems(action, by_identifier)]
    reached = _reached(flow["StartAction"], by_identifier)
    found += [f"{name}: no way leads here." for name in by_identifier if name not in reached]
    return found


def prompt_problems(flow: Mapping[str, Any], folder: Path) -> list[str]:
    """Recordings or texts that the flow plays and the folder lacks, and those that no block plays."""
    texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
    played = {prompt for action in flow["Actions"] for prompt in prompts_of(action)}
    recorded = {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.wav")}
    return [
        *(f"{prompt}: no recording." for prompt in sorted(played - recorded)),
        *(f"{prompt}: no text." for prompt in sorted(played - set(texts))),
        *(f"{prompt}: never played." for prompt in sorted((set(texts) | recorded) - played)),
    ]


def prompts_of(action: Mapping[str, Any]) -> Iterator[str]:
    """Names of the recordings a block may play: every language, every digit."""
    uri = action["Parameters"].get("Media", {}).get("Uri", "")
    if not (named := RECORDING.fullmatch(uri)):
        return
    choices: dict[str, tuple[str, ...]] = {}
    for path in references(named[1]):
        written = "$" + "".join(f"['{step}']" for step in path)
        choices[written] = tuple("0123456789") if DIGIT.fullmatch(path[-1]) else LANGUAGES
    names = [named[1]]
    for written, values in choices.items():
        names = [name.replace(written, value) for name in names for value in values]
    yield from names


def _problems(action: Mapping[str, Any], others: Mapping[str, Any]) -> Iterator[str]:
    identifier = action["Identifier"]
    if len(identifier) > MAX_IDENTIFIER or NOT_IN_IDENTIFIERS.search(identifier) or identifier in RESERVED:
        yield "not a name that Connect takes."
    rule = rule_of(action)
    if rule is None:
        yield f"{action['Type']} is no type that is known here."
        return
    for name in sorted(rule.parameters - set(action["Parameters"])):
        yield f"needs the parameter {name}."
    yield from _text_problems(action["Parameters"], "parameter")
    yield from _prompt_problems(action)
    yield from _transition_problems(action["Transitions"], rule)
    for target in targets(action):
        if target not in others:
            yield f"leads to {target!r}, which is no block."


def _text_problems(value: Any, name: str) -> Iterator[str]:
    """Every scalar must be text, and not empty."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _text_problems(item, key)
    elif isinstance(value, list):
        for item in value:
            yield from _text_problems(item, name)
    elif not isinstance(value, str) or not value:
        yield f"{name} is {value!r}, not text."


def _prompt_problems(action: Mapping[str, Any]) -> Iterator[str]:
    if action["Type"] not in ("MessageParticipant", "GetParticipantInput"):
        return
    parameters = action["Parameters"]
    if len({"Text", "SSML", "PromptId", "Media"} & set(parameters)) != 1:
        yield "needs exactly one of Text, SSML, PromptId and Media."
    media = parameters.get("Media")
    if media and (media.get("SourceType"), media.get("MediaType")) != ("S3", "Audio"):
        yield "Media is S3 and Audio."


def _transition_problems(transitions: Mapping[str, Any], rule: Rule) -> Iterator[str]:
    if rule.terminal:
        if transitions:
            yield "ends the flow, so it leads nowhere."
        return
    if not transitions.get("NextAction"):
        yield "needs a NextAction."
    errors = {error["ErrorType"] for error in transitions.get("Errors", [])}
    for error in sorted(rule.errors - errors):
        yield f"needs a branch for {error}."
    for error in sorted(errors - rule.errors - rule.optional_errors):
        yield f"never has the error {error}."
    operands = set()
    for condition in transitions.get("Conditions", []):
        if condition["Condition"]["Operator"] not in OPERATORS:
            yield f"{condition['Condition']['Operator']} is no operator."
        operands |= set(condition["Condition"]["Operands"])
    yield from _text_problems(sorted(operands, key=str), "operand")
    if rule.results is not None:
        for operand in sorted(operands - rule.results):
            yield f"never has the result {operand!r}."
        if rule.all_results:
            for operand in sorted(rule.results - operands):
                yield f"needs a branch for {operand}."


def targets(action: Mapping[str, Any]) -> list[str]:
    """Where a block may lead."""
    transitions = action["Transitions"]
    following = [transitions["NextAction"]] if transitions.get("NextAction") else []
    branches = [*transitions.get("Conditions", []), *transitions.get("Errors", [])]
    return following + [branch["NextAction"] for branch in branches]


def _reached(start: str, actions: Mapping[str, Mapping[str, Any]]) -> set[str]:
    reached: set[str] = set()
    ahead = [start]
    while ahead:
        name = ahead.pop()
        if name in reached or name not in actions:
            continue
        reached.add(name)
        ahead += targets(actions[name])
    return reached


def main() -> int:
    parser = argparse.ArgumentParser(description="Check contact flows.")
    parser.add_argument("flows", nargs="+", type=Path)
    parser.add_argument("--prompts", type=Path, required=True, help="folder of texts.json and recordings")
    options = parser.parse_args()
    count = 0
    for path in options.flows:
        flow = json.loads(path.read_text(encoding="utf-8"))
        for problem in problems(flow) + prompt_problems(flow, options.prompts):
            print(f"{path}: {problem}")
            count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
