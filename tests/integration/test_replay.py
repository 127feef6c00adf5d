"""`make replay`: what succeeds goes, what fails again stays, and a second time does no harm."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from operations import parked, replay
from tests.integration.stage import QUEUES, REGION, Stage, client, sample

ACCOUNT = "123456789012"
FANOUT = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:care-fanout:live"


class Answered:
    """The streaming body of an invocation's answer."""

    def __init__(self, said: Any) -> None:
        self._said = said

    def read(self) -> bytes:
        return json.dumps(self._said).encode()


class Functions:
    """Lambda's Invoke, on the functions of this process."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        name = FunctionName.split(":")[6].removeprefix("care-")
        try:
            return {"Payload": Answered(self._stage.invoke(name, json.loads(Payload)))}
        except Exception as error:  # noqa: BLE001 - Lambda tells of any
            return {"Payload": Answered({"errorType": type(error).__name__}), "FunctionError": "Unhandled"}


@pytest.fixture
def outputs(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The stack's outputs, their queues and bucket made."""
    monkeypatch.setattr(parked, "POLL_SECONDS", 0)
    sqs = client("sqs")
    parked_queue = sqs.create_queue(QueueName="care-parked")["QueueUrl"]
    found = {"ParkedBucket": "parked", "FanoutFunctionArn": FANOUT, "ParkedQueueUrl": parked_queue}
    for name in map(str.capitalize, QUEUES):
        dead = sqs.create_queue(QueueName=f"care-{name.lower()}-dead-letter")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        queue = sqs.get_queue_url(QueueName=f"care-{name.lower()}")["QueueUrl"]
        policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 5})
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": policy})
        found |= {f"{name}DeadLetterQueueUrl": dead, f"{name}QueueUrl": queue}
    return found


def run(stage: Stage, outputs: dict[str, str]) -> dict[str, replay.Done]:
    functions: Any = Functions(stage)
    return {one.place: one for one in replay.replay(client("s3"), client("sqs"), functions, outputs)}


def park(key: str, records: list[dict[str, Any]], outputs: dict[str, str]) -> None:
    whole = {"requestContext": {"condition": "RetryAttemptsExhausted"}, "payload": json.dumps({"Records": records})}
    client("s3").put_object(Bucket="parked", Key=key, Body=json.dumps(whole).encode())
    told = {"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": key.replace(" ", "+")}}}]}
    client("sqs").send_message(QueueUrl=outputs["ParkedQueueUrl"], MessageBody=json.dumps(told))


def left() -> int:
    return int(client("s3").list_objects_v2(Bucket="parked")["KeyCount"])


def test_parked_records_are_followed_after_all(stage: Stage, outputs: dict[str, str]) -> None:
    park("aws/lambda/1 a", sample("dynamodb_stream")["Records"], outputs)
    client("sqs").send_message(QueueUrl=outputs["ParkedQueueUrl"], MessageBody='{"Event": "s3:TestEvent"}')
    assert run(stage, outputs)["parked records"] == replay.Done("parked records", 1)
    assert left() == 0
    assert stage.waiting("parked") == []
    assert len(stage.waiting("followup")) == 1
    assert len(stage.waiting("notify")) == 1
    assert run(stage, outputs)["parked records"] == replay.Done("parked records")


def test_of_a_parked_batch_what_is_not_understood_stays_alone_and_the_rest_goes_on(
    stage: Stage, outputs: dict[str, str]
) -> None:
    records = sample("dynamodb_stream")["Records"]
    del records[0]["dynamodb"]["NewImage"]["status"]
    park("aws/lambda/1", records, outputs)
    for again in range(2):
        done = run(stage, outputs)["parked records"]
        assert done == replay.Done("parked records", 1 - again, 1, "not understood")
        assert left() == 1
    assert len(stage.waiting("notify")) == 1
    assert stage.waiting("followup") == []


def test_what_a_function_refuses_stays_parked(stage: Stage, outputs: dict[str, str]) -> None:
    park("aws/lambda/1", sample("dynamodb_stream")["Records"], outputs)
    stage.refusals["SendMessageBatch"] = "InternalError"
    assert run(stage, outputs)["parked records"] == replay.Done("parked records", 0, 1, "ClientError")
    assert left() == 1
    assert run(stage, outputs)["parked records"] == replay.Done("parked records", 1)


@pytest.mark.parametrize("by_hand", [False, True])
def test_dead_letters_go_back_to_their_queue(
    stage: Stage, outputs: dict[str, str], monkeypatch: pytest.MonkeyPatch, by_hand: bool
) -> None:
    sqs = client("sqs")
    for number in range(12):
        sqs.send_message(QueueUrl=outputs["NotifyDeadLetterQueueUrl"], MessageBody=f"message {number}")
    if by_hand:
        refused = ClientError({"Error": {"Code": "InvalidAction"}}, "StartMessageMoveTask")
        monkeypatch.setattr(sqs, "start_message_move_task", _raises(refused), raising=False)
    else:
        monkeypatch.setattr(sqs, "start_message_move_task", lambda SourceArn: moved.append(SourceArn), raising=False)
        task = {"Status": "COMPLETED", "ApproximateNumberOfMessagesMoved": 12, "ApproximateNumberOfMessagesToMove": 12}
        monkeypatch.setattr(sqs, "list_message_move_tasks", lambda **_: {"Results": [task]}, raising=False)
    moved: list[str] = []
    assert run(stage, outputs)["notify"] == replay.Done("notify", 12)
    if by_hand:
        assert sorted(stage.waiting("notify")) == sorted(f"message {number}" for number in range(12))
    else:
        assert moved == [f"arn:aws:sqs:{REGION}:{ACCOUNT}:care-notify-dead-letter"]


def _raises(error: Exception) -> Any:
    def raising(**_: Any) -> None:
        raise error

    return raising


def test_it_says_what_it_did() -> None:
    assert str(replay.Done("notify")) == "notify             nothing waits"
    assert str(replay.Done("email", 2, 1, "NoSuchKey")).endswith("2 put through, 1 failed again and stay (NoSuchKey)")
