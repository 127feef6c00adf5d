"""The picture of the follow-up is drawn from its definition, whatever kinds of states that has."""

from pathlib import Path

import pytest

from operations.draw import DEFINITION, PAGE, drawing, drawn

MACHINE = """
StartAt: Look
States:
  Look:
    Type: Task
    Resource: arn:one
    Retry: [{ErrorEquals: [States.ALL]}]
    Catch:
      - {ErrorEquals: [States.Timeout, States.TaskFailed], Next: Rest}
      - {ErrorEquals: [States.ALL], Next: Lost}
      - {ErrorEquals: [States.Runtime], Next: Which}
    Next: Which
  Rest: {Type: Wait, Seconds: 10, Next: Note}
  Note: {Type: Pass, Next: Look}
  Which:
    Type: Choice
    Choices:
      - {Variable: $.plan.step, StringEquals: "ask: now", Next: Ask}
      - {Variable: $.plan.seconds, NumericGreaterThanEqualsPath: $.plan.least, Next: Ask}
      - And:
          - {Variable: $.plan.step, IsPresent: false}
          - Not: {Variable: $.plan.over, BooleanEquals: true}
        Next: Rest
    Default: Done
  Ask: {Type: Task, Resource: arn:two, End: true}
  Done: {Type: Succeed}
  Lost: {Type: Fail, Error: Nobody}
"""
PICTURE = """
[*] --> Look
Look --> Rest: Timeout or TaskFailed
Look --> Lost: any error
Look --> Which: Runtime, done
Rest --> Note
Note --> Look
Which --> Ask: step is ask now, seconds is at least least
Which --> Rest: step is not present and not (over is true)
Which --> Done: else
Ask --> [*]
Done --> [*]
Lost --> [*]: Nobody
"""


def test_the_page_shows_the_definition_as_it_is() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert drawn(page, drawing(DEFINITION)) == page, "make draw"


def test_every_way_is_an_arrow_that_says_when_it_is_taken(tmp_path: Path) -> None:
    (tmp_path / "machine.yaml").write_text(MACHINE, encoding="utf-8")
    fence, kind, *arrows, end = drawing(tmp_path / "machine.yaml")
    assert (fence, kind, end) == ("```mermaid", "stateDiagram-v2", "```")
    assert [one.strip() for one in arrows] == PICTURE.split("\n")[1:-1]


def test_an_error_that_leads_many_states_to_one_place_is_a_note(tmp_path: Path) -> None:
    state = "  S{}: {{Type: Task, Catch: [{{ErrorEquals: [States.ALL], Next: End}}], Next: End}}"
    states = "\n".join(state.format(number) for number in range(5))
    (tmp_path / "machine.yaml").write_text(
        f"StartAt: S0\nStates:\n{states}\n  End: {{Type: Succeed}}", encoding="utf-8"
    )
    arrows = [one.strip() for one in drawing(tmp_path / "machine.yaml")[2:-1]]
    assert arrows[-1] == "note right of End: from 5 states, on any error"
    assert arrows[1:6] == [f"S{number} --> End" for number in range(5)]


def test_what_cannot_be_drawn_is_said(tmp_path: Path) -> None:
    (tmp_path / "machine.yaml").write_text("StartAt: Each\nStates: {Each: {Type: Map, End: true}}", encoding="utf-8")
    with pytest.raises(ValueError, match="a Map such as Each"):
        drawing(tmp_path / "machine.yaml")
    with pytest.raises(ValueError, match="to draw between"):
        drawn("a page without marks", [])


def test_drawing_again_changes_nothing() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert drawn(drawn(page, ["one"]), drawing(DEFINITION)) == page
