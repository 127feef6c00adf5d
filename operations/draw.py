"""`make draw`: the follow-up's state machine as a picture, drawn from its definition into docs/followup.md.

Each way from a state to the next is an arrow that says when it is taken: what a Choice asks, or which error is caught;
an error that leads many states to one place is told in a note there. Retries are no ways. Contract: Amazon States
Language (states-language.net/spec.html); mermaid's `stateDiagram-v2`, in which an arrow's words have neither colon nor
semicolon.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from operations.stack import ROOT

DEFINITION = ROOT / "statemachines/complaint_followup.asl.yaml"
PAGE = ROOT / "docs/followup.md"
BEGIN, END = "<!-- drawn: make draw -->", "<!-- end -->"
KINDS = {"Task", "Choice", "Wait", "Pass", "Succeed", "Fail"}
OUTSIDE = "[*]"
# So many states that an error leads to the same place are told of in a note.
MANY = 4
# How a comparison of a Choice is read, by the end of its name ("NumericGreaterThanPath").
COMPARED = {
    "GreaterThanEquals": "is at least",
    "LessThanEquals": "is at most",
    "GreaterThan": "is above",
    "LessThan": "is below",
    "Matches": "is like",
    "Equals": "is",
}
TYPES = re.compile(r"(?:String|Numeric|Boolean|Timestamp)")

State = dict[str, Any]


class Arrow(NamedTuple):
    """A way from one state to another, and when it is taken; where it says nothing, once the state is done."""

    start: str
    end: str
    when: str = ""
    is_caught: bool = False

    def __str__(self) -> str:
        return f"{self.start} --> {self.end}{f': {self.when}' if self.when else ''}"


def drawing(definition: Path) -> list[str]:
    """The picture's lines, as a fenced block. Raises ``ValueError`` for a kind of state that cannot be drawn."""
    machine: State = yaml.safe_load(definition.read_text(encoding="utf-8"))
    arrows = [Arrow(OUTSIDE, machine["StartAt"])]
    for name, state in machine["States"].items():
        if state["Type"] not in KINDS:
            raise ValueError(f"{definition.name}: a {state['Type']} such as {name} cannot be drawn")
        arrows += [Arrow(name, one["Next"], _caught(one), is_caught=True) for one in state.get("Catch", ())]
        arrows += [Arrow(name, end, when) for end, when in _ways(state)]
    notes, others = _noted(arrows)
    return ["```mermaid", "stateDiagram-v2", *(f"  {one}" for one in [*_together(others), *notes]), "```"]


def drawn(page: str, picture: list[str]) -> str:
    """The page with the picture between its marks. Raises ``ValueError`` when it has none."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"no {BEGIN} and {END} to draw between")
    return "\n".join([f"{before}{BEGIN}", "", *picture, "", f"{END}{after}"])


def _ways(state: State) -> Iterator[tuple[str, str]]:
    """Where a state leads that does not fail, and when."""
    for one in state.get("Choices", ()):
        yield one["Next"], _asked(one)
    if "Next" in state:
        yield state["Next"], ""
    elif "Default" in state:
        yield state["Default"], "else"
    elif state["Type"] in ("Succeed", "Fail") or state.get("End"):
        yield OUTSIDE, state.get("Error", "failed") if state["Type"] == "Fail" else ""


def _caught(catcher: State) -> str:
    """Which errors are caught."""
    errors = [error.rpartition(".")[2] for error in catcher["ErrorEquals"]]
    return "any error" if "ALL" in errors else " or ".join(errors)


def _asked(rule: State) -> str:
    """What a rule of a Choice asks, in words."""
    for joint in ("And", "Or"):
        if joint in rule:
            return f" {joint.lower()} ".join(map(_asked, rule[joint]))
    if "Not" in rule:
        return f"not ({_asked(rule['Not'])})"
    if "Condition" in rule:
        return _spoken(str(rule["Condition"]))
    subject = _spoken(str(rule["Variable"]))
    comparison, value = next((name, one) for name, one in rule.items() if name not in ("Variable", "Next", "Comment"))
    if comparison.startswith("Is"):
        negated = "" if value else "not "
        return f"{subject} is {negated}{comparison[2:].lower()}"
    words = COMPARED[TYPES.sub("", comparison, count=1).removesuffix("Path")]
    return f"{subject} {words} {_spoken(str(value).lower() if isinstance(value, bool) else str(value))}"


def _spoken(text: str) -> str:
    """A path by its last name alone; what mermaid does not take in an arrow's words is left out."""
    short = text.rpartition(".")[2] if text.startswith("$") else text
    return re.sub(r"[:;{}%]", "", short).strip()


def _noted(arrows: list[Arrow]) -> tuple[list[str], list[Arrow]]:
    """Notes for what many states' errors lead to, and the arrows without those."""
    places = Counter((one.end, one.when) for one in arrows if one.is_caught)
    many = {place: number for place, number in places.items() if number >= MANY}
    notes = [f"note right of {end}: from {number} states, on {when}" for (end, when), number in many.items()]
    return notes, [one for one in arrows if not one.is_caught or (one.end, one.when) not in many]


def _together(arrows: list[Arrow]) -> list[Arrow]:
    """Several ways between the same two states as one arrow."""
    between: dict[tuple[str, str], list[str]] = {}
    for one in arrows:
        between.setdefault((one.start, one.end), []).append(one.when)
    return [
        Arrow(*ends, ", ".join(when or "done" for when in whens) if any(whens) else "")
        for ends, whens in between.items()
    ]


def main() -> int:
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(drawn(page, drawing(DEFINITION)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
