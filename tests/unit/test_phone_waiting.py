"""A call leaves its flow: for a queue and an agent, for a call-back, for somebody outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from local.phone.call import Call
from local.phone.contact import CallBack
from tests.unit.flow_making import asking, block, flow, ring, say, texts

QUEUE = "arn:aws:connect:instance/1/queue/help"
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@dataclass
class OneQueue:
    """Two staffed agents, none free, three contacts before."""

    joined: list[tuple[str, str, int]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)

    def metrics(self, queue: str) -> Mapping[str, str]:
        return {
            "NumberOfContactsInQueue": "3",
            "OldestContactInQueueAgeSeconds": "95",
            "EstimatedWaitTimeSeconds": "240",
            "NumberOfAgentsStaffed": "2",
            "NumberOfAgentsAvailable": "0",
        }

    def join(self, call: Call, queue: str, priority: int) -> None:
        self.joined.append((call.call_id, queue, priority))

    def leave(self, call: Call) -> None:
        self.left.append(call.call_id)

    def position(self, call: Call) -> int | None:
        return 4 if self.joined and not self.left else None


def to_queue(**hooks: str) -> list[dict[str, Any]]:
    """Sets the flows for what comes, and goes to the queue."""
    names = list(hooks)
    after = [*(f"hook-{name}" for name in names), "queue"]
    setting = [
        block(f"hook-{name}", "UpdateContactEventHooks", {"EventHooks": {name: hooks[name]}}, following)
        for name, following in zip(names, after[1:], strict=True)
    ]
    return [
        *setting,
        block("queue", "UpdateContactTargetQueue", {"QueueId": QUEUE}, "go", {"NoMatchingError": "end"}),
        block("go", "TransferContactToQueue", {}, "end", {"NoMatchingError": "full", "QueueAtCapacity": "full"}),
        say("full", "full"),
    ]


def music(seconds: str | None = "20") -> list[dict[str, Any]]:
    messages = {"Messages": [{"Text": "music"}, {"SSML": "<speak>tip</speak>"}]}
    interval = {"InterruptFrequencySeconds": seconds} if seconds else {}
    playing = block(
        "music", "MessageParticipantIteratively", messages | interval, "", {}, {"MessagesInterrupted": "ask"}
    )
    return [playing, asking("ask", {"1": "music", "2": "resume"}), block("resume", "EndFlowExecution", {})]


WAITING = flow(*music(), name="waiting")


async def queued(*blocks: dict[str, Any], **hooks: str) -> tuple[Call, OneQueue]:
    queue = OneQueue()
    flows = {
        "waiting": WAITING,
        "whisper": flow(say("who", "A customer of $.Queue.Name for $.Agent.UserName")),
        "greeting": flow(say("hold", "An agent comes")),
        "survey": flow(asking("score", {"5": "thanks"}), say("thanks", "Thanks")),
    }
    call = ring(*blocks, *to_queue(**hooks), flows=flows, queue=queue)
    await call.start()
    return call, queue


# ---- in the queue ----------------------------------------------------------------------------------------------------


async def test_a_call_waits_with_the_flow_of_its_queue() -> None:
    call, queue = await queued(
        block("first", "UpdateContactRoutingBehavior", {"QueuePriority": "2"}, "hook-CustomerQueue"),
        CustomerQueue="waiting",
    )
    assert (call.state, call.waits_for, call.interrupts_after) == ("queued", None, 20)
    assert queue.joined == [(call.call_id, QUEUE, 2)]
    assert texts(call) == ["music", "tip"]
    await call.interrupted()
    assert texts(call) == ["ask?"]
    assert call.state == "queued"
    assert call.waits_for is not None
    await call.press("1")
    assert texts(call) == ["music", "tip"]
    await call.interrupted()
    await call.press("2")
    assert (call.state, call.interrupts_after) == ("queued", None), "the flow is over, the waiting is not"
    call.hang_up()
    assert (call.state, queue.left) == ("ended", [call.call_id])


async def test_without_an_interval_the_messages_are_not_interrupted() -> None:
    call = ring(*music(None))
    await call.start()
    await call.interrupted()
    assert (call.state, call.interrupts_after, texts(call)) == ("queued", None, ["music", "tip"])


async def test_without_queue_and_flow_the_call_is_transferred() -> None:
    call = ring(*to_queue())
    await call.start()
    assert call.state == "transferred"


async def test_buffered_keys_do_not_follow_into_the_queue() -> None:
    on = block("on", "GetParticipantInput", {"EnableDTMFBuffer": "True"}, "menu", {"NoMatchingError": "end"})
    call, _ = await queued(on, asking("menu", {"1": "hook-CustomerQueue"}), CustomerQueue="waiting")
    await call.press("12")
    await call.interrupted()
    assert call.waits_for is not None
    assert not call.buffer.on


async def test_a_call_is_moved_to_another_queue_and_its_flow_goes_on() -> None:
    move = block("move", "DequeueContactAndTransferToQueue", {"QueueId": "other"}, "said", {"NoMatchingError": "end"})
    queue = OneQueue()
    stays = block("stays", "EndFlowExecution", {})
    flows = {"waiting": flow(move, say("said", "moved to $.Queue.Name", "stays"), stays)}
    call = ring(*to_queue(CustomerQueue="waiting"), flows=flows, queue=queue)
    await call.start()
    assert [name for _, name, _ in queue.joined] == [QUEUE, "other"]
    assert (texts(call), call.state, queue.left) == (["moved to other"], "queued", [])


# ---- with an agent ---------------------------------------------------------------------------------------------------


async def test_an_agent_hears_his_whisper_and_the_caller_theirs() -> None:
    call, queue = await queued(
        CustomerQueue="waiting", AgentWhisper="whisper", CustomerWhisper="greeting", CustomerRemaining="survey"
    )
    call.take_heard()
    await call.connected("rina")
    assert (call.state, call.waits_for, queue.left) == ("talking", None, [])
    assert [one.text for one in call.whispered] == ["A customer of help for rina"]
    assert texts(call) == ["An agent comes"]
    await call.interrupted()
    assert texts(call) == []
    await call.agent_hangs_up()
    assert (call.state, texts(call)) == ("listening", ["score?"])
    await call.press("5")
    assert (call.state, texts(call)) == ("ended", ["Thanks"])


async def test_without_a_flow_for_it_the_call_ends_with_the_talk() -> None:
    call, queue = await queued()
    assert call.state == "queued"
    await call.connected({"UserName": "rina", "ARN": "arn:rina"})
    await call.agent_hangs_up()
    assert (call.state, queue.left) == ("ended", [call.call_id])


async def test_who_hung_up_is_connected_to_nobody() -> None:
    call, _ = await queued(CustomerQueue="waiting")
    call.hang_up()
    await call.connected("rina")
    await call.agent_hangs_up()
    assert call.state == "ended"


@pytest.mark.parametrize("last", ["EndFlowExecution", "DisconnectParticipant"])
async def test_a_whisper_neither_listens_nor_ends_the_call(last: str) -> None:
    ask = asking("ask")
    ask["Transitions"]["Errors"][2]["NextAction"] = "told"
    whisper = flow(ask, say("told", "told", "last"), block("last", last, {}))
    call = ring(*to_queue(AgentWhisper="whisper"), flows={"whisper": whisper}, queue=OneQueue())
    await call.start()
    await call.connected("rina")
    assert (call.state, call.waits_for) == ("talking", None)
    assert call.whispered[-1].text == "told"


async def test_a_call_back_begins_when_an_agent_has_it() -> None:
    call = ring(say("inbound", "inbound"), initiation_method="CALLBACK")
    await call.connected("rina")
    assert (call.state, texts(call)) == ("talking", [])
    assert call.contact.event({})["Details"]["ContactData"]["InitiationMethod"] == "CALLBACK"


# ---- metrics ---------------------------------------------------------------------------------------------------------

MEASURED = (
    "$.Metrics.Queue.Size|$.Metrics.Queue.OldestContactAge|$.Metrics.Queue.EstimatedWaitTime|$.Metrics.Agents.Staffed.Count"
    "|$.Metrics.Agents.Available.Count|$.Metrics.Queue.Name|$.Metrics.Contact.PositionInQueue"
)


@pytest.mark.parametrize(
    ("queue", "measured"), [(OneQueue(), "3|95|240|2|0|help|"), (None, "0|0||0|0|help|")], ids=["staffed", "nobody"]
)
async def test_metrics_are_read(queue: OneQueue | None, measured: str) -> None:
    call = ring(
        block("get", "GetMetricData", {"QueueId": QUEUE}, "told", {"NoMatchingError": "end"}),
        say("told", MEASURED),
        queue=queue,
    )
    await call.start()
    assert texts(call) == [measured]


async def test_a_contact_has_a_position_while_it_waits() -> None:
    queue = OneQueue()
    waiting = flow(
        block("get", "GetMetricData", {}, "told", {"NoMatchingError": "end"}),
        say("told", "$.Metrics.Contact.PositionInQueue"),
    )
    call = ring(*to_queue(CustomerQueue="waiting"), flows={"waiting": waiting}, queue=queue)
    await call.start()
    assert texts(call) == ["4"]


@pytest.mark.parametrize(
    ("metric", "operator", "operand", "queue", "holds"),
    [
        ("NumberOfAgentsStaffed", "NumberGreaterThan", "0", OneQueue(), True),
        ("NumberOfAgentsAvailable", "NumberGreaterThan", "0", OneQueue(), False),
        ("NumberOfAgentsStaffed", "NumberGreaterThan", "0", None, False),
        ("NumberOfContactsInQueue", "NumberLessThan", "4", OneQueue(), True),
        ("NumberOfContactsInQueue", "Equals", "0", None, True),
        ("NumberOfAgentsOnline", "NumberGreaterThan", "0", OneQueue(), False),
    ],
)
async def test_a_metric_is_checked(
    metric: str, operator: str, operand: str, queue: OneQueue | None, holds: bool
) -> None:
    errors = {"NoMatchingError": "end", "NoMatchingCondition": "no"}
    check = block("check", "CheckMetricData", {"MetricType": metric}, "no", errors, {operand: "yes"}, operator)
    call = ring(check, say("yes", "yes"), say("no", "no"), queue=queue)
    await call.start()
    assert texts(call) == ["yes" if holds else "no"]


# ---- call-backs and others -------------------------------------------------------------------------------------------


def calling_back(number: str | None, queue: str = QUEUE) -> list[dict[str, Any]]:
    invalid = {"InvalidCallbackNumber": "invalid", "CallbackNumberNotDialable": "not-dialable"}
    asked = {
        "InitialCallDelaySeconds": "60",
        "MaximumConnectionAttempts": "3",
        "RetryDelaySeconds": "600",
        "QueueId": queue,
    }
    numbers = {"Attributes": {"number": number or ""}}
    set_number = block("set", "UpdateContactCallbackNumber", {"CallbackNumber": "$.Attributes.number"}, "wish", invalid)
    return [
        block("number", "UpdateContactAttributes", numbers, "set" if number is not None else "wish"),
        set_number,
        block("wish", "CreateCallbackContact", asked, "wished", {"NoMatchingError": "failed"}),
        *(say(name, name) for name in ("wished", "failed", "invalid", "not-dialable")),
    ]


@pytest.mark.parametrize(
    ("number", "caller", "heard"),
    [
        ("+6281200000002", None, "wished"),
        (None, "+6281200000001", "wished"),
        (None, None, "failed"),
        ("", "+6281200000001", "invalid"),
        ("Timeout", "+6281200000001", "invalid"),
        ("112", "+6281200000001", "not-dialable"),
        ("081200000001", "+6281200000001", "not-dialable"),
    ],
)
async def test_a_call_back_needs_a_number(number: str | None, caller: str | None, heard: str) -> None:
    call = ring(*calling_back(number), caller=caller)
    await call.start()
    assert texts(call) == [heard]
    wished = [CallBack(number or caller or "", QUEUE, 60, 3, 600, "")]
    assert call.callbacks == (wished if heard == "wished" else [])


async def test_a_call_back_needs_a_queue() -> None:
    call = ring(*calling_back(None, queue="$.Attributes.none"))
    await call.start()
    assert texts(call) == ["failed"]


@pytest.mark.parametrize(("goes_on", "state"), [("True", "ended"), ("False", "transferred")])
async def test_somebody_outside_is_called(goes_on: str, state: str) -> None:
    given = {"ThirdPartyPhoneNumber": "+622100000000", "ContinueFlowExecution": goes_on}
    call = ring(block("call", "TransferParticipantToThirdParty", given, "end", {"NoMatchingError": "end"}))
    await call.start()
    assert (call.state, call.third_parties) == (state, ["+622100000000"])


async def test_what_is_created_is_kept() -> None:
    given = {"Name": "Call $.CustomerEndpoint.Address", "References": {"a": {"Value": "$.Channel"}}}
    call = ring(block("task", "CreateTask", given, "end", {"NoMatchingError": "end"}))
    await call.start()
    assert call.created == [("CreateTask", {"Name": "Call +6281200000001", "References": {"a": {"Value": "VOICE"}}})]


# ---- what is kept of the call ----------------------------------------------------------------------------------------


def record(identifier: str, ivr: str, following: str, *, new: bool = False) -> dict[str, Any]:
    behavior = {"RecordedParticipants": ["Agent", "Customer"], "IVRRecordingBehavior": ivr}
    if not new:
        return block(identifier, "UpdateContactRecordingBehavior", {"RecordingBehavior": behavior}, following)
    parameters = {"VoiceBehavior": {"VoiceRecordingBehavior": behavior}}
    type_ = "UpdateContactRecordingAndAnalyticsBehavior"
    return block(identifier, type_, parameters, following, {"NoMatchingError": "end", "ChannelMismatch": "end"})


@pytest.mark.parametrize("new", [False, True])
async def test_what_is_recorded_is_kept_in_pieces(new: bool) -> None:
    call = ring(
        record("on", "Enabled", "message", new=new),
        asking("message", {"1": "off"}),
        record("off", "Disabled", "between", new=new),
        say("between", "not recorded", "again"),
        record("again", "Enabled", "last", new=new),
        say("last", "recorded"),
    )
    await call.start()
    await call.press("1")
    assert call.recording.participants == ("Agent", "Customer")
    assert call.recording.pieces == [["message", "off"], ["last", "end"]]


async def test_the_log_of_the_flow_is_switched() -> None:
    logs = block("logs", "UpdateFlowLoggingBehavior", {"FlowLoggingBehavior": "Enabled"}, "ask")
    off = block("off", "UpdateFlowLoggingBehavior", {"FlowLoggingBehavior": "Disabled"})
    call = ring(logs, asking("ask", {"1": "off"}), off)
    await call.start()
    assert call.logging
    await call.press("1")
    assert not call.logging


async def test_an_observer_is_told_of_contact_events() -> None:
    told: list[tuple[str, Mapping[str, Any]]] = []
    set_language = block("set", "UpdateContactAttributes", {"Attributes": {"language": "id"}}, "queue")
    call = ring(
        set_language,
        *to_queue(),
        queue=OneQueue(),
        observer=lambda event, detail: told.append((event, detail)),
        now=lambda: NOON,
    )
    await call.start()
    await call.connected("arn:rina")
    await call.agent_hangs_up()
    call.after_work_done()
    assert [event for event, _ in told] == [
        *("INITIATED", "CONNECTED_TO_SYSTEM", "CONTACT_DATA_UPDATED", "QUEUED"),
        *("CONNECTED_TO_AGENT", "DISCONNECTED", "COMPLETED"),
    ]
    noon = "2026-12-01T12:00:00.000Z"
    last = told[-1][1]
    assert last["disconnectTimestamp"] == noon
    assert last["queueInfo"] == {"queueArn": QUEUE, "queueType": "STANDARD", "enqueueTimestamp": noon}
    assert last["agentInfo"] == {"agentArn": "arn:rina", "connectedToAgentTimestamp": noon}
    assert "disconnectTimestamp" not in told[0][1]


async def test_a_call_without_an_agent_is_completed_when_it_ends() -> None:
    told: list[str] = []
    call = ring(say("one", "a"), observer=lambda event, detail: told.append(event))
    await call.start()
    call.hang_up()
    assert told[2:] == ["DISCONNECTED", "COMPLETED"]
