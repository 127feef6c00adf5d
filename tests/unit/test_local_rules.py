"""EventBridge rules: which targets get an event, and what may befall it on the way."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from local.cloudformation.settings import Settings
from local.cloudformation.stack import Stack
from local.cloudformation.template import Resource, Template
from local.machine.refusal import Refusal
from local.sources import Sources
from local.sources.rules import Rules, Trouble

SQS = "arn:aws:sqs:ap-southeast-1:000000000000:shop-events"
EVENT = {"source": "aws.connect", "detail-type": "Amazon Connect Contact Event", "detail": {"eventType": "QUEUED"}}


class Plane:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, dict[str, Any]]] = []

    async def call(self, service: tuple[str, str, str], operation: str, **parameters: Any) -> dict[str, Any]:
        assert operation == "SendMessage"
        self.sent.append((parameters["QueueUrl"], json.loads(parameters["MessageBody"])))
        return {}


class Functions:
    """Keeps what is invoked."""

    def __init__(self) -> None:
        self.invoked: list[tuple[str, dict[str, Any]]] = []

    async def invoke_async(self, function: str, payload: bytes) -> None:
        self.invoked.append((function, json.loads(payload)))


def stack(tmp_path: Path, *resources: Resource) -> tuple[Stack, Plane, Functions]:
    template = Template(tmp_path / "t.yaml", "shop", {}, {each.logical_id: each for each in resources}, {})
    running = Stack(template, Settings(tmp_path, tmp_path, "t.yaml", "shop"), {}, {"ministack": "http://here"})
    plane, functions = Plane(), Functions()
    running.__dict__["plane"] = plane
    running.invoker = functions  # type: ignore[assignment]
    return running, plane, functions


def rule(targets: list[dict[str, Any]], **properties: Any) -> Resource:
    body = {"EventPattern": {"source": ["aws.connect"]}, "Targets": targets, **properties}
    return Resource("Events", "AWS::Events::Rule", body, "shop-events")


def function(**properties: Any) -> Resource:
    event = {"Type": "EventBridgeRule", "Properties": {"Pattern": {"source": ["aws.connect"]}, **properties}}
    return Resource("Reader", "AWS::Serverless::Function", {"Events": {"Told": event}}, "shop-reader")


async def delivered() -> None:
    """Once nothing is under way any more."""
    await asyncio.gather(*(task for task in asyncio.all_tasks() if task is not asyncio.current_task()))


async def test_an_event_goes_to_each_target_of_each_rule_it_matches(tmp_path: Path) -> None:
    queue_rule = rule([{"Arn": SQS, "Id": "one"}])
    other = Resource("Other", "AWS::Events::Rule", {"EventPattern": {"source": ["aws.ec2"]}, "Targets": []}, "other")
    running, plane, functions = stack(tmp_path, queue_rule, other, function())
    rules = Rules(running)
    rules.put(EVENT)
    rules.put({**EVENT, "source": "aws.s3"})
    await delivered()
    assert plane.sent == [("http://here/000000000000/shop-events", EVENT)]
    assert functions.invoked == [("arn:aws:lambda:ap-southeast-1:000000000000:function:shop-reader", EVENT)]


@pytest.mark.parametrize("properties", [{"State": "DISABLED"}, {"EventBusName": "orders"}])
async def test_a_rule_that_is_off_or_of_another_bus_gets_nothing(tmp_path: Path, properties: dict[str, str]) -> None:
    running, plane, functions = stack(tmp_path, rule([{"Arn": SQS}], **properties), function(**properties))
    rules = Rules(running)
    rules.put(EVENT)
    await delivered()
    assert (plane.sent, functions.invoked) == ([], [])


@pytest.mark.parametrize(
    ("resource", "sentence"),
    [
        (rule([{"Arn": "arn:aws:states:ap-southeast-1:000000000000:stateMachine:m"}]), "rule Events has the target"),
        (rule([{"Arn": SQS, "Input": "{}"}]), "Rule Events has Input"),
        (function(InputPath="$.detail"), "The event Told of function Reader has InputPath"),
    ],
)
def test_what_has_no_stand_in_is_refused(tmp_path: Path, resource: Resource, sentence: str) -> None:
    with pytest.raises(Refusal, match=sentence):
        Rules(stack(tmp_path, resource)[0])


def test_a_functions_rule_is_no_source_of_its_own(tmp_path: Path) -> None:
    Sources(stack(tmp_path, function())[0])


@pytest.mark.parametrize(("trouble", "times"), [({"lose": 1}, 0), ({"double": 1}, 2), ({"late_seconds": 0.01}, 1)])
async def test_events_are_lost_doubled_or_late(tmp_path: Path, trouble: dict[str, Any], times: int) -> None:
    running, plane, _ = stack(tmp_path, rule([{"Arn": SQS}]))
    rules = Rules(running)
    rules.let(Trouble.read({"pattern": {"detail": {"eventType": ["QUEUED"]}}, **trouble}))
    rules.put(EVENT)
    rules.put({**EVENT, "detail": {"eventType": "INITIATED"}})
    await delivered()
    kinds = [event["detail"]["eventType"] for _, event in plane.sent]
    assert (kinds.count("QUEUED"), kinds.count("INITIATED")) == (times, 1)
    rules.let(Trouble())
    rules.put(EVENT)
    await delivered()
    assert len(plane.sent) == times + 2


async def test_late_events_come_out_of_order(tmp_path: Path) -> None:
    running, plane, _ = stack(tmp_path, rule([{"Arn": SQS}]))
    rules = Rules(running)
    rules.let(Trouble(late_seconds=0.05))
    for number in range(30):
        rules.put({**EVENT, "id": number})
    await delivered()
    order = [event["id"] for _, event in plane.sent]
    assert sorted(order) == list(range(30))
    assert order != sorted(order)


@pytest.mark.parametrize("wanted", [None, [], {"loose": 1}, {"lose": "1"}, {"late_seconds": -1}, {"pattern": 1}])
def test_what_is_no_trouble_is_refused(wanted: object) -> None:
    with pytest.raises(ValueError, match=r"trouble|chances|pattern"):
        Trouble.read(wanted)
