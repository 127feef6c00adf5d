"""Call the running call centre from the command line.

    python -m local.phone --from +6281200000001 --keys "1 4 1"

Each word of --keys is what is pressed at one question; "-" is silence. Without --keys the keys are typed.
"""

import argparse
import json
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

CALLER = "+6281200000001"
SILENCE = "-"
SECONDS_FOR_AN_ANSWER = 30


class NoCall(Exception):
    """Why there is no call, or no more of it, in one sentence."""


class Telephone:
    """The phone door, called over HTTP. Every answer is the call as JSON."""

    def __init__(self, calls: str) -> None:
        self._calls = calls

    def dial(self, caller: str | None) -> dict[str, Any]:
        return self._post(self._calls, {"from": caller})

    def press(self, call_id: str, keys: str) -> dict[str, Any]:
        return self._post(f"{self._calls}/{call_id}/keys", {"keys": keys})

    def hang_up(self, call_id: str) -> dict[str, Any]:
        return self._post(f"{self._calls}/{call_id}/hangup", {})

    def _post(self, url: str, body: dict[str, Any]) -> dict[str, Any]:
        request = urllib.request.Request(
            url, json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS_FOR_AN_ANSWER) as answer:
                call: dict[str, Any] = json.load(answer)
                return call
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


def tell(call: dict[str, Any]) -> None:
    """Print what is heard; digits said one after the other share a line."""
    digits: list[str] = []
    for heard in call["heard"]:
        if "/digits/" in (heard["prompt"] or ""):
            digits.append(heard["text"])
            continue
        if digits:
            print("  " + " ".join(digits))
            digits = []
        print("  " + heard["text"])
    if digits:
        print("  " + " ".join(digits))


def play_keys(telephone: Telephone, call: dict[str, Any], words: list[str]) -> dict[str, Any]:
    """Press the words one by one, then hang up. Raises NoCall when the call ends before the last."""
    for number, word in enumerate(words):
        if call["state"] != "listening":
            raise NoCall(f"The call was over before {' '.join(words[number:])!r} could be pressed.")
        print(f"[{'silence' if word == SILENCE else word}]")
        call = telephone.press(call["call_id"], "" if word == SILENCE else word)
        tell(call)
    return telephone.hang_up(call["call_id"]) if call["state"] == "listening" else call


def talk(telephone: Telephone, call: dict[str, Any]) -> dict[str, Any]:
    """Ask for keys until the call is over."""
    while call["state"] == "listening":
        waits_for = call["waits_for"]
        most = waits_for["max_digits"]
        wanted = "one key" if most == 1 else f"up to {most} digits"
        try:
            keys = input(f"[{wanted}, Enter for silence, Ctrl-D to hang up] ").strip()
        except EOFError:
            print()
            return telephone.hang_up(call["call_id"])
        try:
            call = telephone.press(call["call_id"], keys)
        except NoCall as problem:
            print(problem)
            continue
        tell(call)
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
        print("transferred to a queue, which nobody answers on this machine")
    if reference := call["attributes"].get("reference"):
        print(f"reference {reference}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
