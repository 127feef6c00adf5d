"""Play a contact flow by itself, and print each block with the branch that it takes.

    python -m local.phone.play FLOW.json --press "1 - 2" --flows flows/

Each word of --press is what is pressed where the call listens; "-" is silence. --steps is a file with a JSON list:

    {"press": "1"}  {"press": ""}  {"say": "AnIntent"}            what the caller does, silence too
    {"press_during": "welcome", "keys": "1"}                      while that block still plays
    {"outcome": {"block": "open", "takes": "False"}}              instead of being carried out; "next" is its success
    {"lambda": {"known": "true"}}  {"lambda": "fails"}            the answers of functions, in their order
    {"agent": "rina"}  {"agent_hangs_up": true}                   an agent takes the call, and hangs up
    {"interrupted": true}  {"hang_up": true}                      the interval of messages is over; the caller hangs up

What nobody tells is taken by default, and named: silence, a function that answers {}, a queue where nobody waits.
"""

import argparse
import asyncio
import json
import os
import sys
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.cloudformation.stack import Invocation
from local.machine.refusal import Refusal
from local.phone.call import BadKeys, Call, NotListening, Prompts, Step
from local.phone.flow import Flow, FlowError, read_flow
from local.phone.functions import RETRIES
from local.phone.prompts import AnyPrompts

CALLER, DIALLED = "+6281200000001", "817"
FAILS = "fails"
MOST_SILENCES = 10
"""Before the caller hangs up."""
PLAYS_ON = ("ringing", "listening", "queued", "talking")


class Named(dict[str, str]):
    """A placeholder without a value stands for its own name."""

    def __missing__(self, name: str) -> str:
        return name


@dataclass
class Script:
    """What the caller and everybody else does, in order; what the functions answer; what blocks come to."""

    deeds: list[Mapping[str, Any]] = field(default_factory=list)
    answers: deque[object] = field(default_factory=deque)
    outcomes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, steps: object) -> "Script":
        """Raises FlowError for what is no list of steps."""
        script = cls()
        if not isinstance(steps, list):
            raise FlowError("The steps are no list.")
        for number, step in enumerate(steps, 1):
            match step:
                case {"outcome": {"block": str() as block, "takes": str() as takes}}:
                    script.outcomes[block].append(takes)
                case {"lambda": answer}:
                    script.answers.append(answer)
                case {"press": str()} | {"say": str()} | {"agent": str()}:
                    script.deeds.append(step)
                case {"press_during": str(), "keys": str()}:
                    script.deeds.append(step)
                case {"agent_hangs_up": True} | {"interrupted": True} | {"hang_up": True}:
                    script.deeds.append(step)
                case _:
                    raise FlowError(f"Step {number} is none that is known: {json.dumps(step)[:80]}.")
        return script

    @classmethod
    def of_keys(cls, words: str) -> "Script":
        return cls([{"press": "" if word == "-" else word} for word in words.split()])


class Player:
    """A call whose blocks are printed as they are played."""

    def __init__(self, flow: Flow, flows: Mapping[str, Flow], prompts: Prompts, script: Script) -> None:
        self._script = script
        self._failed_tries = self._whispered = 0
        self._call = Call(
            *(flow, prompts, self._invoke, CALLER, DIALLED),
            flows=flows,
            outcomes=script.outcomes,
            watcher=self._print_step,
        )

    async def play(self) -> None:
        """Raises FlowError, NotListening or BadKeys where the call cannot go on."""
        try:
            await self._call.start()
            for deed in self._script.deeds:
                self._print_heard()
                await self._do(deed)
            await self._fall_silent()
        finally:
            self._print_heard()
        print(f"The call is {self._call.state}.")

    async def _do(self, deed: Mapping[str, Any]) -> None:
        print(f"[{', '.join(_shown(name, value) for name, value in deed.items())}]")
        match deed:
            case {"press": keys}:
                await self._call.press(keys)
            case {"say": words}:
                await self._call.say(words)
            case {"press_during": block, "keys": keys}:
                await self._call.press(keys, during=block)
            case {"agent": agent}:
                await self._call.connected(agent)
            case {"agent_hangs_up": _}:
                await self._call.agent_hangs_up()
            case {"interrupted": _}:
                await self._call.interrupted()
            case _:
                self._call.hang_up()

    async def _fall_silent(self) -> None:
        for _ in range(MOST_SILENCES):
            if self._call.waits_for is None:
                return
            self._print_heard()
            print("[silence, by default]")
            await self._call.press("")
        if self._call.waits_for:
            self._print_heard()
            print("[hangs up, by default]")
            self._call.hang_up()

    async def _invoke(self, function: str, event: bytes) -> Invocation:
        answers = self._script.answers
        if not answers:
            print(f"[{function} answers {{}}, by default]")
            return _answered({})
        if answers[0] != FAILS:
            return _answered(answers.popleft())
        # A function that fails is tried again; one answer stands for all tries.
        self._failed_tries = (self._failed_tries + 1) % (1 + RETRIES)
        if not self._failed_tries:
            answers.popleft()
        return Invocation(b"{}", "Unhandled", "play", 0.0)

    def _print_step(self, step: Step) -> None:
        self._print_heard()
        leads = f"{step.branch} -> {step.next}" if step.branch else self._call.state
        print(f"{step.block} {step.type}: {leads}{' (by default)' if step.by_default else ''}")

    def _print_heard(self) -> None:
        for heard in self._call.take_heard():
            print(f'  "{heard.text}"')
        for heard in self._call.whispered[self._whispered :]:
            print(f'  (to the agent) "{heard.text}"')
        self._whispered = len(self._call.whispered)


def _answered(answer: object) -> Invocation:
    return Invocation(json.dumps(answer).encode(), None, "play", 0.0)


def _shown(name: str, value: object) -> str:
    """ "press 1", "press silence", "hang up"."""
    name = name.replace("_", " ")
    return name if value is True else f"{name} {value or 'silence'}"


def _flows(folder: Path | None) -> dict[str, Flow]:
    """Every flow of a folder that can be read, by its file's name."""
    flows = {}
    for path in sorted(folder.glob("*.json")) if folder else ():
        try:
            flows[path.stem] = read_flow(path, Named())
        except FlowError as problem:
            print(f"Left out: {problem}", file=sys.stderr)
    return flows


def _script(steps: Path | None, keys: str) -> Script:
    if steps is None:
        return Script.of_keys(keys)
    try:
        return Script.of(json.loads(steps.read_text(encoding="utf-8")))
    except OSError as problem:
        raise FlowError(f"{steps} cannot be read: {problem.strerror}.") from problem
    except (ValueError, RecursionError) as problem:
        raise FlowError(f"{steps} is not JSON: {problem}.") from problem


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.phone.play", description="Play a contact flow by itself.")
    parser.add_argument("flow", type=Path)
    told = parser.add_mutually_exclusive_group()
    told.add_argument("--steps", type=Path, help="a file with a JSON list of steps")
    told.add_argument("--press", default="", help='what is pressed at each question, "1 - 2"; "-" is silence')
    parser.add_argument("--flows", type=Path, help="a folder of flows that this one may go to")
    parser.add_argument("--prompts", type=Path, help="a folder of recordings and their texts; without it all are there")
    options = parser.parse_args(arguments)
    # A flow may hold text that no terminal can show.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        prompts = Prompts.read(options.prompts) if options.prompts else AnyPrompts()
        script = _script(options.steps, options.press)
        flow = read_flow(options.flow, Named())
        asyncio.run(Player(flow, _flows(options.flows), prompts, script).play())
    except (Refusal, NotListening, BadKeys) as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Who reads has seen enough; what is still to be written goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
