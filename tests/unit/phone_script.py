"""Scripted calls: what a caller does, what the function answers, what is heard.

A file in tests/unit/calls/ is one call. Its first lines, until an empty one, say what it is about. Then:

    caller +6281200000001       who calls; "withheld" shows no number
    answers greet known=true    the function's next answer to an operation ("fails", "late" and "nonsense"
                                are answers too); next_step counts up by itself
    unreadable id/phone         a recording that cannot be fetched in this call
    hears id/menu 4830012756    the recordings since the last press, digits of the reference in one word;
                                what speech says is named by its block: [trouble]
    presses 4
    silent                      until the block's time is over
    invoked complain step=2     the next invocation, with these parameters among its own
    attribute language=en
    ends
"""

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from local.cloudformation.stack import Invocation
from local.phone.call import Call, Prompts
from local.phone.flow import Flow, read_flow

ROOT = Path(__file__).parents[2]
FUNCTION_ARN = "arn:aws:lambda:ap-southeast-1:000000000000:function:care-voice:live"
OUTPUTS = {"VoiceFunctionArn": FUNCTION_ARN, "PromptsUrl": "https://prompts.example", "AgentQueue": "none"}

CALLS = sorted((Path(__file__).parent / "calls").glob("*.txt"))


def flow_817() -> Flow:
    return read_flow(ROOT / "flows/817.json", OUTPUTS)


def prompts_817() -> Prompts:
    return Prompts.read(ROOT / "flows/prompts")


def without(prompts: Prompts, *unreadable: str) -> Prompts:
    """The prompts of which some cannot be fetched."""
    return replace(prompts, texts={name: text for name, text in prompts.texts.items() if name not in unreadable})


@dataclass
class ScriptedFunction:
    """Stands in for the voice function: answers what the script says, and keeps what it was asked."""

    answers: dict[str, deque[list[str]]] = field(default_factory=lambda: defaultdict(deque))
    events: deque[dict[str, dict[str, str]]] = field(default_factory=deque)

    async def invoke(self, function: str, payload: bytes) -> Invocation:
        assert function == FUNCTION_ARN
        details = json.loads(payload)["Details"]
        self.events.append(details)
        parameters = details["Parameters"]
        answers = self.answers[parameters["operation"]]
        words = answers.popleft() if answers else []
        if words == ["fails"]:
            return Invocation(b'{"errorMessage": "killed"}', "Unhandled", "request", 1.0)
        if words == ["late"]:
            await asyncio.sleep(60)
        answer = {"next_step": str(int(parameters["step"]) + 1)} | _pairs(words)
        if reference := answer.get("reference"):
            answer |= {f"digit_{place}": digit for place, digit in enumerate(reference, 1)}
        body = b"[]" if words == ["nonsense"] else json.dumps(answer).encode()
        return Invocation(body, None, "request", 1.0)


async def play(script: Path) -> None:
    """Carry out a scripted call. Raises AssertionError at the first line that does not hold."""
    lines = script.read_text(encoding="utf-8").partition("\n\n")[2].splitlines()
    function = ScriptedFunction()
    call: Call | None = None
    caller: str | None = "+6281200000001"
    unreadable: list[str] = []
    for number, line in enumerate(lines, 1):
        verb, *words = line.split()
        where = f"{script.name}, line {number} after the heading: {line}"
        if verb == "caller":
            caller = None if words == ["withheld"] else words[0]
            continue
        if verb == "answers":
            function.answers[words[0]].append(words[1:])
            continue
        if verb == "unreadable":
            unreadable += words
            continue
        if call is None:
            call = Call(flow_817(), without(prompts_817(), *unreadable), function.invoke, caller, "817")
            await call.start()
        match verb:
            case "hears":
                heard = [item.prompt or f"[{item.block}]" for item in call.take_heard()]
                assert list(spoken(heard)) == words, where
            case "presses":
                await call.press(words[0])
            case "silent":
                await call.press("")
            case "invoked":
                parameters = function.events.popleft()["Parameters"]
                assert parameters["operation"] == words[0], where
                asked = _pairs(words[1:])
                assert {name: parameters.get(name) for name in asked} == asked, where
            case "attribute":
                wanted = _pairs(words)
                assert {name: call.attributes.get(name) for name in wanted} == wanted, where
            case "ends":
                assert call.state == "ended", where
            case _:
                raise AssertionError(f"{where}: no such word")
    assert call is not None, f"{script.name} has no call"
    assert not call.take_heard(), f"{script.name}: more was heard than the script says"


def spoken(prompts: Iterable[str]) -> Iterable[str]:
    """Prompts as a script names them: digits said one after the other become one word."""
    digits = ""
    for prompt in prompts:
        if "/digits/" in prompt:
            digits += prompt.split("/")[2]
            continue
        if digits:
            yield digits
            digits = ""
        yield prompt
    if digits:
        yield digits


def _pairs(words: list[str]) -> dict[str, str]:
    """ "a=1 b=" → {"a": "1", "b": ""}; words without "=" are no pairs."""
    return {name: value for name, equals, value in (word.partition("=") for word in words) if equals}
