"""The command that plays a flow by itself."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from local.phone.play import main
from tests.unit.flow_making import asking, block, document, say


async def played(tmp_path: Path, *blocks: dict[str, Any], steps: object = None, **options: str) -> int:
    path = tmp_path / "main.json"
    path.write_text(json.dumps(document(*blocks)), encoding="utf-8")
    arguments = [str(path)]
    if steps is not None:
        (tmp_path / "steps").write_text(json.dumps(steps), encoding="utf-8")
        arguments += ["--steps", str(tmp_path / "steps")]
    for name, value in options.items():
        arguments += [f"--{name}", value]
    return await asyncio.to_thread(main, arguments)


def invoking() -> dict[str, Any]:
    given = {"LambdaFunctionARN": "${VoiceFunctionArn}", "InvocationTimeLimitSeconds": "8"}
    return block("invoke", "InvokeLambdaFunction", given, "told", {"NoMatchingError": "failed"})


TOLD = [say("told", "told $.External.a"), say("failed", "failed")]


async def test_each_block_is_a_line_and_what_is_heard_stands_before_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recording = {"Media": {"Uri": "${PromptsUrl}/id/menu/said.wav"}}
    greet = block("greet", "MessageParticipant", recording, "open", {"NoMatchingError": "end"})
    hours = block("open", "CheckHoursOfOperation", {}, "ask", {}, {"True": "ask", "False": "end"})
    assert await played(tmp_path, greet, hours, asking("ask", {"1": "ask"}), press="1 -") == 0
    assert capsys.readouterr().out.splitlines() == [
        '  "id/menu"',
        "greet MessageParticipant: next -> open",
        "open CheckHoursOfOperation: True -> ask (by default)",
        '  "ask?"',
        "[press 1]",
        "ask GetParticipantInput: 1 -> ask",
        '  "ask?"',
        "[press silence]",
        "ask GetParticipantInput: InputTimeLimitExceeded -> end",
        "end DisconnectParticipant: ended",
        "The call is ended.",
    ]


async def test_what_is_not_told_is_a_named_default(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    again = asking("ask")
    again["Transitions"]["Errors"][0]["NextAction"] = "ask"
    assert await played(tmp_path, invoking(), say("told", "told", "ask"), TOLD[1], again) == 0
    printed = capsys.readouterr().out
    assert "[VoiceFunctionArn answers {}, by default]" in printed
    assert printed.count("[silence, by default]") == 10
    assert "[hangs up, by default]" in printed


@pytest.mark.parametrize(("answer", "heard"), [({"a": "b"}, "told b"), ("fails", "failed"), ([], "failed")])
async def test_functions_answer_as_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], answer: object, heard: str
) -> None:
    assert await played(tmp_path, invoking(), *TOLD, steps=[{"lambda": answer}]) == 0
    assert f'  "{heard}"' in capsys.readouterr().out


async def test_steps_are_done_in_their_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "whisper.json").write_text(json.dumps(document(say("who", "A customer"))), encoding="utf-8")
    (folder / "broken.json").write_text("[]", encoding="utf-8")
    bot = block("bot", "ConnectParticipantWithLexBot", {"Text": "?"}, "end", {"NoMatchingError": "end"}, {"Go": "hook"})
    on = block("on", "GetParticipantInput", {"EnableDTMFBuffer": "True"}, "hello", {"NoMatchingError": "end"})
    blocks = [
        on,
        say("hello", "hello", "ask"),
        asking("ask", {"1": "hours"}),
        block("hours", "CheckHoursOfOperation", {}, "end", {}, {"True": "end", "False": "bot"}),
        bot,
        block("hook", "UpdateContactEventHooks", {"EventHooks": {"AgentWhisper": "${WhisperFlow}"}}, "queue"),
        block("queue", "UpdateContactTargetQueue", {"QueueId": "q"}, "go", {"NoMatchingError": "end"}),
        block("go", "TransferContactToQueue", {}, "end", {"NoMatchingError": "end"}),
    ]
    steps = [
        {"outcome": {"block": "hours", "takes": "False"}},
        {"press_during": "hello", "keys": "1"},
        {"say": "Go"},
        {"agent": "rina"},
        {"interrupted": True},
        {"agent_hangs_up": True},
        {"hang_up": True},
    ]
    assert await played(tmp_path, *blocks, steps=steps, flows=str(folder)) == 0
    printed = capsys.readouterr()
    assert "Left out: The flow is no object." in printed.err
    lines = printed.out.splitlines()
    assert "[press during hello, keys 1]" in lines
    assert "hours CheckHoursOfOperation: False -> bot" in lines
    assert "bot ConnectParticipantWithLexBot: Go -> hook" in lines
    assert '  (to the agent) "A customer"' in lines
    assert lines[-1] == "The call is ended."


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        ({}, "The steps are no list."),
        ([{"press": 1}], 'Step 1 is none that is known: {"press": 1}.'),
        ([{"press": "x"}], "Keys are 0 to 9, * and #, at most 100 at once."),
        ([{"press": ""}, {"press": "1"}], "The call is ended."),
        ([{"say": "Go"}], "Nobody listens to words."),
        ([{"press_during": "none", "keys": "1"}], "Block none does not play now."),
        ([{"outcome": {"block": "ask", "takes": "9"}}], "Block ask has no branch '9', which it is told to take."),
    ],
)
async def test_what_cannot_be_done_is_said_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], steps: object, problem: str
) -> None:
    assert await played(tmp_path, asking(), steps=steps) == 1
    assert capsys.readouterr().err == problem + "\n"


async def test_what_no_terminal_shows_is_printed(tmp_path: Path) -> None:
    assert await played(tmp_path, say("odd", "\ud800")) == 0


@pytest.mark.parametrize("arguments", [["none.json"], ["none.json", "--steps", "none"]])
def test_a_file_that_is_not_there_is_said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 1
    assert "cannot be read" in capsys.readouterr().err
