"""What follows a write: the stream, the queues, the follow-up's start, waits and steps."""

import json
import random
from typing import Any

import pytest
from botocore.exceptions import ClientError

from care.services.table.items import NotFound
from edge.batches import AllFailed
from tests.integration.stage import Stage, batch, call_step, client, frame, letter, request, sample, sms


def complain(stage: Stage) -> str:
    reference: str = stage.invoke("voice", call_step("complain", category="network"))["reference"]
    return reference


def case(stage: Stage, reference: str) -> dict[str, Any]:
    (item,) = stage.items(f"CASE#{reference}", "CASE")
    return item


def step(stage: Stage, name: str, reference: str, cycle: int = 1, level: int = 0) -> dict[str, Any]:
    answer: dict[str, Any] = stage.invoke(
        "step", {"step": name, "reference": reference, "cycle": cycle, "level": level}
    )
    return answer


def test_a_complaint_is_followed_up_and_acknowledged(stage: Stage) -> None:
    one = complain(stage)
    stage.follow()
    assert stage.executions() == [f"complaint-{one}-1-1"]
    assert [(channel, sent["Context"]["care_key"]) for channel, sent in stage.sent] == [("sms", "acknowledgement-1")]
    assert case(stage, one)["status"]["S"] == "acknowledged"


@pytest.mark.parametrize("seed", range(4))
def test_in_any_order_and_however_often_it_is_one_follow_up_and_one_acknowledgement(stage: Stage, seed: int) -> None:
    dice = random.Random(seed)
    events = [
        ("voice", call_step("complain", category="network")),
        ("voice", call_step("complain", call="call-2", category="billing")),
        ("email", stage.put_mail("ses-1", letter("Internet lemot", "Sejak kemarin"))),
        ("email", stage.put_mail("ses-2", letter("Internet lemot", "Sejak kemarin"))),
        ("chat", frame("sinyal hilang terus di rumah saya")),
        ("sms", sms("pulsa kesedot 20rb", sender="+6281700000005")),
        ("email", stage.put_mail("ses-3", letter("Info paket", "berapa harga paket roaming?"))),
    ]
    deliveries = [event for event in events for _ in range(dice.choice((1, 2, 3)))]
    dice.shuffle(deliveries)
    for function, event in deliveries:
        stage.invoke(function, event)
        if dice.random() < 0.3:
            stage.follow(dice)
    stage.follow(dice)
    assert_promises(stage, complaints=5, cases=6)


def assert_promises(stage: Stage, complaints: int, cases: int) -> None:
    """The promises of the store, from the store alone."""
    items = stage.items()
    found = [item for item in items if item["sk"]["S"] == "CASE"]
    assert len(found) == cases
    complaining = [item["reference"]["S"] for item in found if item["kind"]["S"] == "complaint"]
    assert len(complaining) == complaints
    assert stage.executions() == sorted(f"complaint-{one}-1-1" for one in complaining)
    for item in found:
        own = [one for one in items if one["pk"] == item["pk"]]
        numbers = sorted(int(one["number"]["N"]) for one in own if one["sk"]["S"].startswith("TIMELINE#"))
        assert numbers == list(range(1, int(item["length"]["N"]) + 1))
        outbox = [one for one in own if one["sk"]["S"].startswith("OUTBOX#")]
        expected = "acknowledgement-1" if item["kind"]["S"] == "complaint" else "received-1"
        assert [(one["key"]["S"], one["state"]["S"]) for one in outbox] == [(expected, "sent")]
    keys = [
        (sent["Context"]["care_reference"], sent["Context"]["care_key"])
        if channel == "sms"
        else tuple(tag["Value"] for tag in sent["EmailTags"])
        for channel, sent in stage.sent
        if channel != "chat"
    ]
    assert len(keys) == len(set(keys)) == cases - 1  # the chat's acknowledgement is in its transcript
    assert len(stage.items("CONTACT#chat-", "ENTRY#out:")) == 1


def test_a_record_that_is_not_understood_is_parked_alone_and_the_rest_goes_on(stage: Stage) -> None:
    records = sample("dynamodb_stream")["Records"]
    broken = json.loads(json.dumps(records[0]))
    del broken["dynamodb"]["NewImage"]["status"]
    assert stage.invoke("fanout", {"Records": [broken, *records]}) == {"batchItemFailures": []}
    assert len(stage.waiting("followup")) == len(stage.waiting("notify")) == 1
    (parked,) = client("s3").list_objects_v2(Bucket="parked")["Contents"]
    whole = json.loads(client("s3").get_object(Bucket="parked", Key=parked["Key"])["Body"].read())
    assert whole["payload"] == {"Records": [broken]}


def test_what_can_not_even_be_parked_is_delivered_again(stage: Stage) -> None:
    records = sample("dynamodb_stream")["Records"]
    del records[0]["dynamodb"]["NewImage"]["status"]
    stage.refusals["PutObject"] = "ServiceUnavailable"
    with pytest.raises(ClientError):
        stage.invoke("fanout", {"Records": records})


def test_what_a_queue_refuses_is_delivered_again(stage: Stage) -> None:
    stage.refusals["SendMessageBatch"] = "ServiceUnavailable"
    with pytest.raises(ClientError):
        stage.invoke("fanout", sample("dynamodb_stream"))


def test_queues_and_executions_carry_no_word_address_or_number(stage: Stage) -> None:
    stage.invoke(
        "email", stage.put_mail("ses-1", letter("Rahasia lemot", "kata sandi saya mawar", sender="sari@x.example"))
    )
    stage.invoke("fanout", {"Records": stage.changes()})
    bodies = stage.waiting("followup") + stage.waiting("notify")
    stage.invoke("followup", batch(*bodies))
    said = " ".join([*bodies, *stage.executions()])
    assert bodies
    assert not any(secret in said for secret in ("Rahasia", "mawar", "sari", "x.example"))


def wait(one: str, waiting_for: str, token: str, *, cycle: int = 1, entered_at: str = "2026-11-24T03:30:01Z") -> Any:
    return {
        "action": "wait",
        "waiting_for": waiting_for,
        "reference": one,
        "cycle": cycle,
        "entered_at": entered_at,
        "task_token": token,
    }


@pytest.fixture
def resumed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """(token, outcome) of every wait ended."""
    ended: list[tuple[str, str]] = []
    on_call = stage.on_call

    def call(caller: Any, operation: str, params: dict[str, Any]) -> Any:
        if operation == "SendTaskSuccess":
            ended.append((params["taskToken"], json.loads(params["output"])["outcome"]))
            return {}
        return on_call(caller, operation, params)

    monkeypatch.setattr(stage, "on_call", call)
    return ended


def test_a_wait_ends_whether_its_message_comes_before_or_after_the_resolution(
    stage: Stage, resumed: list[tuple[str, str]]
) -> None:
    one = complain(stage)
    stage.invoke("followup", batch(wait(one, "resolution", "early")))
    assert resumed == []
    stage.changes()
    stage.invoke("desk", _resolve(one))
    stage.invoke("fanout", {"Records": stage.changes()})
    stage.invoke("followup", batch(*stage.waiting("followup")))
    assert resumed == [("early", "resolved")]
    stage.invoke("followup", batch(wait(one, "resolution", "late", entered_at="2026-11-24T03:31:00Z")))
    assert resumed[1:] == [("late", "resolved")]


def _resolve(one: str, click: str = "click-0001") -> dict[str, Any]:
    return request("POST", f"/cases/{one}/resolve", {"id": click, "text": "Sudah diperbaiki."})


def test_an_older_token_never_takes_the_place_of_a_newer(stage: Stage, resumed: list[tuple[str, str]]) -> None:
    one = complain(stage)
    stage.invoke("followup", batch(wait(one, "resolution", "second", entered_at="2026-11-24T04:00:00Z")))
    stage.invoke("followup", batch(wait(one, "resolution", "first", entered_at="2026-11-24T03:00:00Z")))
    stage.invoke("desk", _resolve(one))
    stage.invoke("followup", batch({"action": "resume", "reference": one, "cycle": 1}))
    assert resumed == [("second", "resolved")]


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_a_wait_that_is_over_is_already_handled(stage: Stage, code: str) -> None:
    one = complain(stage)
    stage.invoke("desk", _resolve(one))
    stage.refusals["SendTaskSuccess"] = code
    assert stage.invoke("followup", batch(wait(one, "resolution", "gone"))) == {"batchItemFailures": []}


def test_a_follow_up_message_of_an_unknown_case_or_shape_is_kept_for_a_person(stage: Stage) -> None:
    with pytest.raises(AllFailed):
        stage.invoke("followup", batch({"action": "resume", "reference": "none", "cycle": 1}, {"action": "x"}))


def test_the_whole_way_step_by_step(stage: Stage) -> None:
    one = complain(stage)
    stage.follow()
    escalated = step(stage, "escalate", one, level=1)
    assert (escalated["level"], escalated["deadline"]["seconds"]) == (1, 12 * 3600)
    stage.invoke("desk", _resolve(one))
    assert step(stage, "ask", one)["deadline"]["seconds"] == 24 * 3600
    assert step(stage, "remind", one)["deadline"]["seconds"] == 48 * 3600
    stage.invoke("sms", sms(f"{one} belum"))
    step(stage, "settle", one)
    assert (case(stage, one)["status"]["S"], case(stage, one)["cycle"]["N"]) == ("reopened", "2")
    assert step(stage, "ask", one, cycle=1)["deadline"]["seconds"] == 1
    step(stage, "acknowledge", one, cycle=2)
    stage.invoke("desk", _resolve(one, "click-0002"))
    step(stage, "ask", one, cycle=2)
    stage.invoke("sms", sms("5 makasih", "sms-2"))
    step(stage, "settle", one, cycle=2)
    assert (case(stage, one)["status"]["S"], case(stage, one)["closed_as"]["S"]) == ("closed", "satisfied")
    stage.follow()
    sent = [params["Context"]["care_key"] for _, params in stage.sent]
    assert sorted(sent) == sorted(
        ["acknowledgement-1", "escalation-1-1", "question-1", "reminder-1", "reopened-2", "question-2", "thanks-2"]
    )
    assert stage.executions() == [f"complaint-{one}-1-1", f"complaint-{one}-2-1"]


@pytest.mark.parametrize("name", ["acknowledge", "escalate", "ask", "remind", "settle"])
def test_every_step_may_run_twice_and_changes_once(stage: Stage, name: str) -> None:
    one = complain(stage)
    if name not in ("acknowledge", "escalate"):
        stage.invoke("desk", _resolve(one))
    level = 1 if name == "escalate" else 0
    first = step(stage, name, one, level=level)
    items = stage.items()
    again = step(stage, name, one, level=level)
    assert again["level"] == first["level"]
    assert abs(again["deadline"]["seconds"] - first["deadline"]["seconds"]) <= 1
    assert stage.items() == items


def test_a_wait_that_is_told_again_ends_at_the_same_deadline_and_is_counted(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    deadline = step(stage, "acknowledge", complain(stage))["deadline"]
    again = stage.invoke("step", {"step": "recount", "until": deadline["until"]})["deadline"]
    assert again["until"] == deadline["until"]
    assert "WaitsRefused" in capsys.readouterr().out
    assert 0 <= deadline["seconds"] - again["seconds"] <= 60
    assert stage.calls == 0
    passed = stage.invoke("step", {"step": "recount", "until": "2026-01-01T00:00:00+00:00"})
    assert passed["deadline"]["seconds"] == 1


def test_a_step_meets_a_customers_word_and_both_are_kept(stage: Stage) -> None:
    one = complain(stage)
    stage.before["TransactWriteItems"] = lambda: stage.invoke("sms", sms(f"{one} tambahan: di Bandung"))
    step(stage, "acknowledge", one)
    texts = [item["what"]["S"] for item in stage.items(f"CASE#{one}", "TIMELINE#")]
    assert sorted(texts) == sorted(["opened", "message_in", "message_out", "message_out", "moved"])


def test_a_step_of_a_case_that_is_gone_fails_and_is_retried_by_the_machine(stage: Stage) -> None:
    with pytest.raises(NotFound):
        step(stage, "acknowledge", "1234567890")


def test_the_table_has_the_templates_indexes_and_stream(stage: Stage) -> None:
    table = client("dynamodb").describe_table(TableName="care")["Table"]
    assert {index["IndexName"] for index in table["GlobalSecondaryIndexes"]} == {"by-customer", "by-list"}
    assert {index["IndexName"] for index in table["LocalSecondaryIndexes"]} == {"by-number"}
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"


def test_a_second_click_on_resolve_is_the_same(stage: Stage) -> None:
    one = complain(stage)
    first = stage.invoke("desk", _resolve(one))
    second = stage.invoke("desk", _resolve(one))
    assert (first["statusCode"], second["statusCode"]) == (200, 200)
    assert json.loads(first["body"])["timeline"] == json.loads(second["body"])["timeline"]
    assert stage.invoke("desk", _resolve(one, "click-0002"))["statusCode"] == 409
