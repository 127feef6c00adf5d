"""Call the running call centre from the command line.

    python -m local.phone --from +6281200000001 --keys "1 4 1"

Each word of --keys is what is pressed at one question; "-" is silence. Without --keys the keys are typed. Who waits for
an agent waits as long as it takes; where there are no agents, a queue's messages are skipped to its next question.
"""

import argparse
import json
import re
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

CALLER = "+6281200000001"
SILENCE = "-"
SECONDS_FOR_AN_ANSWER = 30
LOOK_SECONDS = 0.2
WITH_PEOPLE = ("queued", "talking")
SENTENCE = re.compile(r"[A-Z]\S*\s")
END_OF_SENTENCE = re.compile(r"[.?!:…][\"”’']?$")


class NoCall(Exception):
    """Why there is no call, or no more of it, in one sentence."""


class Telephone:
    """The phone door, called over HTTP. Every answer is the call as JSON."""

    def __init__(self, calls: str) -> None:
        self._calls = calls

    def dial(self, caller: str | None) -> dict[str, Any]:
        return self._ask("POST", self._calls, {"from": caller})

    def show(self, call_id: str) -> dict[str, Any]:
        return self._ask("GET", f"{self._calls}/{call_id}")

    def press(self, call_id: str, keys: str) -> dict[str, Any]:
        return self._ask("POST", f"{self._calls}/{call_id}/keys", {"keys": keys})

    def interrupt(self, call_id: str) -> dict[str, Any]:
        return self._ask("POST", f"{self._calls}/{call_id}/interrupt", {})

    def hang_up(self, call_id: str) -> dict[str, Any]:
        return self._ask("POST", f"{self._calls}/{call_id}/hangup", {})

    def agents(self) -> int:
        """How many there are."""
        return int(self._ask("GET", f"{self._calls.removesuffix('calls')}agents")["agents"])

    def _ask(self, method: str, url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=SECONDS_FOR_AN_ANSWER) as answer:
                told: dict[str, Any] = json.load(answer)
                return told
        except urllib.error.HTTPError as problem:
            raise NoCall(_reason(problem)) from problem
        except OSError as problem:
            raise NoCall(f"Nobody answers at {url}: {problem}.") from problem


def _reason(problem: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(problem)["error"])
    except (ValueError, KeyError, TypeError):
        return f"The phone answered {problem.code} {problem.reason}."


def find_phone(doors: Path) -> Telephone:
    """Raises NoCall when the call centre is not running."""
    try:
        page = json.loads(doors.read_text(encoding="utf-8"))["phone"]
    except FileNotFoundError:
        raise NoCall(f"The call centre is not running: there is no {doors}. Start it with `make run`.") from None
    except (ValueError, KeyError):
        raise NoCall(f"{doors} does not say where the phone is.") from None
    return Telephone(page.rstrip("/") + "/calls")


def lines(pieces: Iterable[str]) -> Iterator[str]:
    """What is said in pieces, as lines: a piece goes on with the one before it, unless a sentence ends or begins."""
    said: list[str] = []
    for piece in pieces:
        if said and (END_OF_SENTENCE.search(said[-1]) or SENTENCE.match(piece)):
            yield " ".join(said)
            said = []
        said.append(piece)
    if said:
        yield " ".join(said)


def tell(call: dict[str, Any], before: dict[str, Any] | None = None) -> None:
    """Print what is heard, pieces of a sentence on one line, and who came or went since `before`."""
    met = before["agent"] if before else None
    if call["agent"] and not met:
        for text in call["whispered"]:
            print(f"  [heard by the agent alone: {text}]")
        print(f"[agent {call['agent']}]")
    if call["agent"] and call["state"] != "talking" and (not met or (before and before["state"] == "talking")):
        print("[the agent hung up]")
    for line in lines(heard["text"] for heard in call["heard"]):
        print(f"  {line}")
    if call["position"] and not (before and call["position"] == before["position"]):
        print(f"[queue: number {call['position']}]")


def with_people(telephone: Telephone, call: dict[str, Any], *, skips: bool) -> dict[str, Any]:
    """Wait in the queue and while people talk, until keys are asked for or the call is over.

    `skips`: without agents, what the queue plays is interrupted at once; where it never is, the call stays as it is.
    """
    interrupt_at = _interrupt_at(call)
    while call["state"] in WITH_PEOPLE and not call["waits_for"]:
        before = call
        alone = call["state"] == "queued" and not telephone.agents()
        if alone and skips and interrupt_at is None:
            return call
        if interrupt_at is not None and ((alone and skips) or time.monotonic() >= interrupt_at):
            call = telephone.interrupt(call["call_id"])
            interrupt_at = _interrupt_at(call)
        else:
            time.sleep(LOOK_SECONDS)
            call = telephone.show(call["call_id"])
        tell(call, before)
    return call


def _interrupt_at(call: dict[str, Any]) -> float | None:
    return None if call["interrupts_after"] is None else time.monotonic() + call["interrupts_after"]


def play_keys(telephone: Telephone, call: dict[str, Any], words: list[str]) -> dict[str, Any]:
    """Press the words one by one, then hang up. Raises NoCall when the call ends before the last."""
    for number, word in enumerate(words):
        call = with_people(telephone, call, skips=True)
        if not call["waits_for"]:
            left = " ".join(words[number:])
            what = "waits for an agent, and there are none," if call["state"] == "queued" else "was over"
            raise NoCall(f"The call {what} before {left!r} could be pressed.")
        print(f"[{'silence' if word == SILENCE else word}]")
        before, call = call, telephone.press(call["call_id"], "" if word == SILENCE else word)
        tell(call, before)
    if call["state"] == "queued" and not telephone.agents():
        print("[there are no agents: set some on the phone's page]")
        return telephone.hang_up(call["call_id"])
    call = with_people(telephone, call, skips=True)
    return telephone.hang_up(call["call_id"]) if call["waits_for"] or call["state"] in WITH_PEOPLE else call


def talk(telephone: Telephone, call: dict[str, Any]) -> dict[str, Any]:
    """Ask for keys until the call is over."""
    while (call := with_people(telephone, call, skips=False))["waits_for"]:
        waits_for = call["waits_for"]
        most = waits_for["max_digits"]
        wanted = "one key" if most == 1 else f"up to {most} digits"
        try:
            keys = input(f"[{wanted}, Enter for silence, Ctrl-D to hang up] ").strip()
        except EOFError:
            print()
            return telephone.hang_up(call["call_id"])
        try:
            before, call = call, telephone.press(call["call_id"], keys)
        except NoCall as problem:
            print(problem)
            continue
        tell(call, before)
    return call


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.phone", description="Call the running call centre.")
    parser.add_argument("--from", dest="caller", default=CALLER, help=f"the caller's number ({CALLER})")
    parser.add_argument("--withheld", action="store_true", help="call without showing a number")
    parser.add_argument("--keys", help='keys for each question, "1 4 1"; "-" is silence')
    parser.add_argument("--doors", type=Path, default=Path(".local/doors.json"), help="where the doors are")
    options = parser.parse_args(arguments)
    try:
        telephone = find_phone(options.doors)
        call = telephone.dial(None if options.withheld else options.caller)
        tell(call)
        keys = options.keys
        call = talk(telephone, call) if keys is None else play_keys(telephone, call, keys.split())
    except NoCall as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print()
        return 130
    if call["state"] == "transferred":
        print("handed on to somewhere that is not on this machine")
    if (reference := call["attributes"].get("reference", "")).isdigit():
        print(f"reference {reference}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
