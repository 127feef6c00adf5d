"""The phone over HTTP, and the command that calls it."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from local.cloudformation.settings import Settings
from local.cloudformation.stack import Stack
from local.cloudformation.template import Template
from local.phone import add_routes
from local.phone.__main__ import main
from local.phone.flow import FlowError
from tests.unit.phone_script import OUTPUTS, ROOT, ScriptedFunction

Client = TestClient[web.Request, web.Application]


@pytest.fixture
def function() -> ScriptedFunction:
    function = ScriptedFunction()
    function.answers["greet"].append(["known=false", "language=", "open_case=false"])
    function.answers["complain"].append(["outcome=stored", "reference=4830012756"])
    return function


def stack(function: ScriptedFunction, outputs: dict[str, str], tmp_path: Path) -> Stack:
    settings = Settings(
        root=ROOT,
        state_dir=tmp_path,
        template="template.yaml",
        stack="care",
        phone={"flow": "flows/817.json", "prompts": "flows/prompts", "number": "ShortNumber"},
    )
    template = Template(ROOT / "template.yaml", "care", {"ShortNumber": "817"}, {}, dict(outputs))
    running = Stack(template, settings, {}, {})
    running.invoke = function.invoke  # type: ignore[method-assign]
    return running


@pytest.fixture
async def client(function: ScriptedFunction, tmp_path: Path) -> AsyncIterator[Client]:
    app = web.Application()
    add_routes(app, stack(function, OUTPUTS, tmp_path))
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
def doors(client: Client, tmp_path: Path) -> Path:
    path = tmp_path / "doors.json"
    path.write_text(json.dumps({"phone": str(client.make_url("/phone/"))}), encoding="utf-8")
    return path


async def post(client: Client, path: str, body: dict[str, Any], status: int = 200) -> dict[str, Any]:
    async with client.post(path, json=body) as answer:
        assert answer.status == status
        told: dict[str, Any] = await answer.json()
        return told


async def test_a_call_is_dialled_pressed_through_and_hung_up(client: Client, function: ScriptedFunction) -> None:
    call = await post(client, "/phone/calls", {"from": "+6281200000001"}, status=201)
    assert call["state"] == "listening"
    assert [heard["prompt"] for heard in call["heard"]] == ["both/welcome"]
    one_key = {"max_digits": 1, "seconds": 6, "terminator": None, "interdigit_seconds": None}
    assert call["waits_for"] == one_key
    path = f"/phone/calls/{call['call_id']}"
    call = await post(client, path + "/keys", {"keys": "1"})
    assert [heard["audio"] for heard in call["heard"]] == ["/prompts/id/menu.wav"]
    call = await post(client, path + "/hangup", {})
    assert (call["state"], call["waits_for"], call["heard"]) == ("ended", None, [])
    assert "error" in await post(client, path + "/keys", {"keys": "1"}, status=409)
    assert function.events[0]["ContactData"]["ContactId"] == call["call_id"]


async def test_recordings_are_served(client: Client) -> None:
    async with client.get("/prompts/both/welcome.wav") as answer:
        assert answer.status == 200
        assert (await answer.read())[:4] == b"RIFF"


@pytest.mark.parametrize("caller", ["0812", "+62 812 0000", 5, "817"])
async def test_a_number_that_is_none_is_refused(client: Client, caller: object) -> None:
    assert "error" in await post(client, "/phone/calls", {"from": caller}, status=400)


async def test_bad_keys_and_unknown_calls_are_refused(client: Client) -> None:
    call = await post(client, "/phone/calls", {"from": None}, status=201)
    path = f"/phone/calls/{call['call_id']}/keys"
    for body in ({"keys": "12"}, {"keys": "x"}, {"keys": 1}, {}):
        assert "error" in await post(client, path, body, status=400)
    assert "error" in await post(client, "/phone/calls/none/keys", {"keys": "1"}, status=404)


async def test_a_flow_that_cannot_be_played_is_refused_at_start(function: ScriptedFunction, tmp_path: Path) -> None:
    with pytest.raises(FlowError, match="VoiceFunctionArn"):
        add_routes(web.Application(), stack(function, {"PromptsUrl": "https://prompts"}, tmp_path))


async def test_the_command_prints_what_is_heard_and_the_reference(
    doors: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--doors", str(doors), "--from", "+6281200000001", "--keys", "1 4 1"]
    assert await asyncio.to_thread(main, arguments) == 0
    printed = capsys.readouterr().out
    assert "Keluhan Anda telah tercatat" in printed
    assert "  empat delapan tiga nol nol satu dua tujuh lima enam\n" in printed
    assert printed.splitlines()[-1] == "reference 4830012756"


async def test_the_command_says_when_the_call_was_over_too_soon(
    doors: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--doors", str(doors), "--withheld", "--keys", "1 - - - - 4"]
    assert await asyncio.to_thread(main, arguments) == 1
    assert "before '4' could be pressed" in capsys.readouterr().err


async def test_the_command_says_that_nothing_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--doors", str(tmp_path / "none.json"), "--keys", "1"]) == 1
    assert "make run" in capsys.readouterr().err
