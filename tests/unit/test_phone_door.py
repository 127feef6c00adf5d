"""The phone over HTTP: calls, agents, call-backs, what is told of them; and the command that calls."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from local.cloudformation.settings import Settings
from local.cloudformation.stack import AwsCall, Invocation, Stack
from local.cloudformation.template import Template
from local.phone import add_routes
from local.phone.__main__ import main
from local.phone.flow import FlowError
from tests.unit.phone_flows import NUMBER, QUEUE, write_flows

Client = TestClient[web.Request, web.Application]

T = TypeVar("T")
CALLER = "+6281200000001"
PATIENCE_SECONDS = 30
# A second of the stack's clock, here.
SCALE = "0.0001"
OUTPUTS = {"PromptsUrl": "https://prompts.example", "FunctionArn": "arn:aws:lambda:ap-southeast-1:0:function:cases"}


async def invoke(function: str, payload: bytes) -> Invocation:
    assert function == OUTPUTS["FunctionArn"]
    return Invocation(b'{"reference": "4830012756"}', None, "request", 1.0)


def stack(tmp_path: Path, outputs: dict[str, str]) -> Stack:
    settings = Settings(tmp_path, tmp_path, "template.yaml", "shop", phone=write_flows(tmp_path))
    template = Template(tmp_path / "template.yaml", "shop", {"Number": NUMBER, "Scale": SCALE}, {}, dict(outputs))
    running = Stack(template, settings, {}, {})
    running.invoke = invoke  # type: ignore[method-assign]
    return running


class Centre:
    """The phone's door, and what it told of contacts."""

    def __init__(self, running: Stack) -> None:
        self.stack = running
        self.events: list[dict[str, Any]] = []
        app = web.Application()
        add_routes(app, running, self.events.append)
        self.client: Client = TestClient(TestServer(app))

    async def asks(self, method: str, path: str, body: Any = None, status: int = 200) -> dict[str, Any]:
        async with self.client.request(method, f"/phone/{path}", json=body) as answer:
            assert answer.status == status, await answer.text()
            told: dict[str, Any] = await answer.json() if answer.status != 204 else {}
            return told

    async def dials(self, caller: str | None = CALLER, **more: Any) -> dict[str, Any]:
        return await self.asks("POST", "calls", {"from": caller, **more}, status=201)

    async def presses(self, call: dict[str, Any], keys: str, **more: Any) -> dict[str, Any]:
        return await self.asks("POST", f"calls/{call['call_id']}/keys", {"keys": keys, **more})

    async def now(self, call: dict[str, Any]) -> dict[str, Any]:
        return await self.asks("GET", f"calls/{call['call_id']}")

    async def staff(self, agents: int, talk_seconds: float = 0) -> None:
        await self.asks("PUT", "agents", {"agents": agents, "talk_seconds": talk_seconds})

    async def becomes(self, call: dict[str, Any], state: str) -> dict[str, Any]:
        """The call in that state, with all that was heard on the way."""
        heard: list[dict[str, Any]] = []

        async def look() -> dict[str, Any] | None:
            now = await self.now(call)
            heard.extend(now["heard"])
            return now if now["state"] == state else None

        return {**await until(look), "heard": heard}

    async def contact(self, state: str) -> dict[str, Any]:
        """Once there is one, the agents' contact in that state."""

        async def look() -> dict[str, Any] | None:
            contacts = (await self.asks("GET", "agents"))["contacts"]
            return next((one for one in contacts if one["state"] == state), None)

        return await until(look)

    async def nobody_left(self) -> None:
        async def look() -> bool:
            return not (await self.asks("GET", "agents"))["contacts"]

        await until(look)

    def told(self, call_id: str) -> list[str]:
        """The types of the events of a contact."""
        details = [event["detail"] for event in self.events]
        return [detail["eventType"] for detail in details if detail["contactId"] == call_id]

    async def described(self, call_id: str) -> dict[str, Any]:
        """What a function would be answered by DescribeContact."""
        handler = self.stack.stand_ins["connect", "DescribeContact"]
        answer = await handler(
            AwsCall("k", None, "connect", "DescribeContact", "GET", f"/contacts/i/{call_id}", {}, b"")
        )
        assert isinstance(answer.body, bytes)
        contact: dict[str, Any] = json.loads(answer.body)["Contact"]
        return contact


async def until(look: Callable[[], Awaitable[T | None]]) -> T:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (found := await look()):
            await asyncio.sleep(0.005)
        return found


@pytest.fixture
async def centre(tmp_path: Path) -> AsyncIterator[Centre]:
    opened = Centre(stack(tmp_path, OUTPUTS))
    async with opened.client:
        yield opened


def heard(call: dict[str, Any]) -> list[str]:
    return [one["text"] for one in call["heard"]]


# --- a call ---


async def test_a_call_is_dialled_pressed_through_and_hung_up(centre: Centre) -> None:
    call = await centre.dials()
    assert (call["state"], call["from"], call["back"]) == ("listening", CALLER, False)
    assert [one["prompt"] for one in call["heard"]] == ["both/welcome", None]
    assert call["heard"][0]["audio"] == "/prompts/both/welcome/said.wav"
    one_key = {"max_digits": 1, "seconds": 6, "terminator": None, "interdigit_seconds": None}
    assert call["waits_for"] == one_key
    call = await centre.presses(call, "1")
    assert call["state"] == "ended"
    assert heard(call) == ["Your number is", "4830012756", "Thank you.", "Goodbye."]
    assert call["attributes"] == {"reference": "4830012756"}
    assert "error" in await centre.asks("POST", f"calls/{call['call_id']}/keys", {"keys": "1"}, status=409)


async def test_who_hangs_up_is_gone(centre: Centre) -> None:
    call = await centre.dials()
    assert [one["call_id"] for one in (await centre.asks("GET", "calls"))["calls"]] == [call["call_id"]]
    call = await centre.asks("POST", f"calls/{call['call_id']}/hangup")
    assert (call["state"], call["waits_for"], call["heard"]) == ("ended", None, [])
    assert (await centre.asks("GET", "calls"))["calls"] == []


async def test_recordings_are_served(centre: Centre) -> None:
    async with centre.client.get("/prompts/both/welcome/said.wav") as answer:
        assert answer.status == 200
        assert (await answer.read())[:4] == b"RIFF"


async def test_two_calls_go_on_beside_each_other(centre: Centre) -> None:
    one, other = await centre.dials(), await centre.dials("+6281200000002")
    one = await centre.presses(one, "2")
    other = await centre.presses(other, "1")
    assert (one["state"], other["state"]) == ("queued", "ended")
    assert (await centre.now(one))["attributes"] == {}


async def test_a_key_during_a_prompt_that_takes_none_is_lost(centre: Centre) -> None:
    call = await centre.dials()
    assert call["heard"][0]["takes_keys"] is False
    call = await centre.presses(call, "1", during="welcome")
    assert (call["state"], call["heard"], call["buffers"]) == ("listening", [], False)


async def test_a_test_may_say_what_befalls_a_block(centre: Centre) -> None:
    call = await centre.dials(outcomes={"case": "NoMatchingError"})
    assert heard(await centre.presses(call, "1")) == ["Goodbye."]
    call = await centre.dials(hangs_up_at=["case"])
    assert (await centre.presses(call, "1"))["state"] == "ended"


@pytest.mark.parametrize(
    "body",
    [
        {"from": "0812"},
        {"from": "+62 812 0000"},
        {"from": 5},
        {"from": NUMBER},
        {"outcomes": ["case"]},
        {"outcomes": {"case": 1}},
        {"outcomes": {"case": []}},
        {"hangs_up_at": "case"},
        {"hangs_up_at": [1]},
    ],
)
async def test_what_cannot_be_dialled_is_refused(centre: Centre, body: dict[str, Any]) -> None:
    assert "error" in await centre.asks("POST", "calls", body, status=400)


async def test_bad_keys_and_unknown_calls_are_refused(centre: Centre) -> None:
    call = await centre.dials(None)
    wrong: list[Any] = [{"keys": "x"}, {"keys": 1}, {}, [], {"keys": "1", "during": 1}, {"keys": "1", "during": "no"}]
    for body in wrong:
        assert "error" in await centre.asks("POST", f"calls/{call['call_id']}/keys", body, status=400)
    for path in ("keys", "hangup", "answer", "interrupt", "agent-hangup"):
        assert "error" in await centre.asks("POST", f"calls/none/{path}", {"keys": "1"}, status=404)
    for path in ("answer", "agent-hangup"):
        assert "error" in await centre.asks("POST", f"calls/{call['call_id']}/{path}", status=409)


async def test_a_flow_that_cannot_be_played_is_refused_at_start(tmp_path: Path) -> None:
    with pytest.raises(FlowError, match="FunctionArn"):
        Centre(stack(tmp_path, {"PromptsUrl": "https://prompts"}))


# --- agents ---


async def test_a_caller_waits_talks_and_is_asked_how_it_was(centre: Centre) -> None:
    call = await centre.presses(await centre.dials(), "2")
    assert (call["state"], call["position"], call["agent"]) == ("queued", 1, None)
    assert (heard(call), call["interrupts_after"]) == (["Please wait."], 20)
    waiting = await centre.contact("waiting")
    assert (waiting["contact_id"], waiting["number"], waiting["position"]) == (call["call_id"], CALLER, 1)

    await centre.staff(1)
    call = await centre.becomes(call, "talking")
    assert (call["position"], call["agent"], call["whispered"]) == (None, 1, ["A call from the menu."])
    assert (await centre.asks("GET", "agents"))["free"] == 0

    await centre.asks("POST", f"calls/{call['call_id']}/agent-hangup", status=204)
    call = await centre.now(call)
    assert (call["state"], heard(call)) == ("listening", ["How was it, one to five?"])
    assert (await centre.asks("GET", "agents"))["free"] == 1, "the agent is free while the caller answers"
    call = await centre.presses(call, "5")
    assert (call["state"], heard(call)) == ("ended", ["Thanks for the score."])


async def test_an_agent_hangs_up_by_himself_and_takes_the_next(centre: Centre) -> None:
    await centre.staff(1, talk_seconds=1)
    calls = [await centre.presses(await centre.dials(f"+628120000000{place}"), "2") for place in range(3)]
    for call in calls:
        assert "How was it, one to five?" in heard(await centre.becomes(call, "listening"))
    await centre.nobody_left()


async def test_who_hangs_up_while_waiting_or_talking_leaves_the_agent_free(centre: Centre) -> None:
    first = await centre.presses(await centre.dials(), "2")
    second = await centre.presses(await centre.dials("+6281200000002"), "2")
    assert (await centre.now(second))["position"] == 2
    await centre.asks("POST", f"calls/{first['call_id']}/hangup")
    assert (await centre.now(second))["position"] == 1
    await centre.staff(1)
    await centre.becomes(second, "talking")
    await centre.asks("POST", f"calls/{second['call_id']}/hangup")
    await centre.nobody_left()


async def test_the_queues_flow_goes_on_when_its_messages_are_interrupted(centre: Centre) -> None:
    call = await centre.presses(await centre.dials(), "2")
    call = await centre.asks("POST", f"calls/{call['call_id']}/interrupt")
    assert (call["state"], heard(call)) == ("queued", ["One for a call-back."])
    assert call["waits_for"]["max_digits"] == 1
    call = await centre.presses(call, "1")
    assert call["state"] == "ended"
    await centre.contact("waiting")


@pytest.mark.parametrize(
    "body", [{"agents": -1}, {"agents": 51}, {"agents": True}, {"agents": 1.5}, {"talk_seconds": -1}, {"agents": "2"}]
)
async def test_agents_that_cannot_be_are_refused(centre: Centre, body: dict[str, Any]) -> None:
    assert "error" in await centre.asks("PUT", "agents", body, status=400)
    assert (await centre.asks("GET", "agents"))["agents"] == 0


async def test_agents_and_their_speed_are_set_apart(centre: Centre) -> None:
    await centre.asks("PUT", "agents", {"agents": 2})
    told = await centre.asks("PUT", "agents", {"talk_seconds": 300})
    assert (told["agents"], told["talk_seconds"], told["talk_seconds_here"]) == (2, 300, 0.03)


# --- call-backs ---


async def test_a_call_back_rings_and_is_answered(centre: Centre) -> None:
    call = await centre.presses(await centre.dials(), "3")
    assert call["state"] == "ended"
    await centre.staff(1)
    ringing = await centre.contact("ringing")
    assert (ringing["number"], ringing["back"], ringing["after"]) == (CALLER, True, call["call_id"])
    assert (await centre.now({"call_id": ringing["contact_id"]}))["state"] == "ringing"
    back = await centre.asks("POST", f"calls/{ringing['contact_id']}/answer")
    assert (back["state"], back["back"], back["agent"]) == ("talking", True, 1)
    assert "error" in await centre.asks("POST", f"calls/{ringing['contact_id']}/answer", status=409)
    await centre.asks("POST", f"calls/{back['call_id']}/agent-hangup", status=204)
    assert (await centre.now(back))["state"] == "ended"
    await centre.nobody_left()


async def test_a_call_back_that_nobody_answers_is_tried_again_and_not_for_ever(centre: Centre) -> None:
    await centre.staff(1)
    call = await centre.presses(await centre.dials(), "3")
    attempts = []
    for _ in range(2):
        ringing = await centre.contact("ringing")
        attempts.append(ringing["contact_id"])
        ignored = await centre.asks("POST", f"calls/{ringing['contact_id']}/hangup")
        assert ignored["state"] == "ended"
    await centre.nobody_left()
    assert len(set(attempts)) == 2
    first, second = [await centre.described(attempt) for attempt in attempts]
    assert (first["PreviousContactId"], second["PreviousContactId"]) == (call["call_id"], first["Id"])
    assert {first["InitialContactId"], second["InitialContactId"]} == {call["call_id"]}
    for one in (first, second):
        assert one["InitiationMethod"] == "CALLBACK"
        assert not {"ConnectedToSystemTimestamp", "AgentInfo", "SystemEndpoint"} & set(one)
        assert centre.told(one["Id"]) == ["INITIATED", "QUEUED", "DISCONNECTED", "COMPLETED"]


async def test_a_call_back_from_the_queue_keeps_whispers_and_survey(centre: Centre) -> None:
    call = await centre.presses(await centre.dials(), "2")
    await centre.asks("POST", f"calls/{call['call_id']}/interrupt")
    await centre.presses(call, "1")
    await centre.staff(1)
    ringing = await centre.contact("ringing")
    back = await centre.asks("POST", f"calls/{ringing['contact_id']}/answer")
    assert back["whispered"] == ["A call from the menu."]
    await centre.asks("POST", f"calls/{back['call_id']}/agent-hangup", status=204)
    assert heard(await centre.now(back)) == ["How was it, one to five?"]


# --- what is told ---


async def test_all_that_happens_to_a_contact_is_told(centre: Centre) -> None:
    await centre.staff(1)
    call = await centre.becomes(await centre.presses(await centre.dials(), "2"), "talking")
    await centre.asks("POST", f"calls/{call['call_id']}/agent-hangup", status=204)
    await centre.presses(call, "5")
    types = ["INITIATED", "CONNECTED_TO_SYSTEM", "QUEUED", "CONNECTED_TO_AGENT", "DISCONNECTED", "COMPLETED"]
    assert centre.told(call["call_id"]) == types
    detail = centre.events[-1]["detail"]
    assert detail["queueInfo"]["queueArn"] == QUEUE
    assert detail["agentInfo"]["agentArn"].startswith(f"{detail['instanceArn']}/agent/")
    assert detail["initiationTimestamp"] <= detail["queueInfo"]["enqueueTimestamp"] <= detail["disconnectTimestamp"]
    assert centre.events[-1]["source"] == "aws.connect"


async def test_a_contact_is_described_with_its_recordings_once_it_has_ended(centre: Centre) -> None:
    await centre.staff(1)
    call = await centre.becomes(await centre.presses(await centre.dials(), "2"), "talking")
    found = await centre.described(call["call_id"])
    assert found["AgentInfo"]["Id"] == "00000000-0000-4000-8000-000000000001"
    assert "Recordings" not in found
    await centre.asks("POST", f"calls/{call['call_id']}/hangup")
    found = await centre.described(call["call_id"])
    automated, talk = found["Recordings"]
    assert "/CallRecordings/ivr/" in automated["Location"]
    assert call["call_id"] in talk["Location"]
    assert automated["StopTimestamp"] == talk["StartTimestamp"] <= talk["StopTimestamp"] == found["DisconnectTimestamp"]


# --- the command ---


@pytest.fixture
def doors(centre: Centre, tmp_path: Path) -> Path:
    path = tmp_path / "doors.json"
    path.write_text(json.dumps({"phone": str(centre.client.make_url("/phone/"))}), encoding="utf-8")
    return path


async def run(doors: Path, *arguments: str) -> int:
    return await asyncio.to_thread(main, ["--doors", str(doors), *arguments])


async def test_the_command_prints_what_is_heard_and_the_reference(
    doors: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(doors, "--from", CALLER, "--keys", "1") == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[-4:-1] == ["  Your number is 4830012756", "  Thank you.", "  Goodbye."], "pieces make sentences"
    assert printed[-1] == "reference 4830012756"


async def test_the_command_waits_for_an_agent_and_for_the_end_of_the_talk(
    centre: Centre, doors: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await centre.staff(1, talk_seconds=1)
    assert await run(doors, "--keys", "2 5") == 0
    printed = capsys.readouterr().out
    places = [printed.index(words) for words in ("[queue: number 1]", "[agent 1]", "[the agent hung up]", "How was it")]
    assert places == sorted(places)
    assert "Thanks for the score." in printed


async def test_the_command_does_not_wait_where_there_are_no_agents(
    doors: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(doors, "--keys", "2") == 0
    assert "there are no agents" in capsys.readouterr().out


async def test_the_command_says_when_the_call_was_over_too_soon(
    doors: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(doors, "--withheld", "--keys", "- 4") == 1
    assert "before '4' could be pressed" in capsys.readouterr().err


async def test_the_command_says_that_nothing_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--doors", str(tmp_path / "none.json"), "--keys", "1"]) == 1
    assert "make run" in capsys.readouterr().err
