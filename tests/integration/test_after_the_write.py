"""What follows a write: the stream, the queues, the follow-up's start, waits and steps."""

import json
import random
import re
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Any

import pytest
from botocore.exceptions import ClientError

from care.followup.steps import LONGEST_PART
from care.services.table.items import NotFound
from edge.batches import AllFailed
from tests.integration.stage import Stage, batch, call_step, client, frame, letter, request, sample, sms


def complain(stage: Stage) -> str:
    reference: str = stage.invoke("voice", call_step("complain", category="network"))["reference"]
    return reference


def case(stage: Stage, reference: str) -> dict[str, Any]:
    (item,) = stage.items(f"CASE#{reference}", "CASE")
    return item


def test_a_complaint_is_followed_up_and_acknowledged(stage: Stage) -> None:
    one = complain(stage)
    stage.follow()
    assert stage.executions() == [f"case-{one}-1-1"]
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
    assert sum(item["kind"]["S"] == "complaint" for item in found) == complaints
    assert stage.executions() == sorted(f"case-{item['reference']['S']}-1-1" for item in found)
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


def wait(one: str, token: str, length: int, *, entered_at: str = "2026-11-24T03:30:01Z") -> Any:
    return {
        "action": "wait",
        "reference": one,
        "cycle": 1,
        "part": 1,
        "length": length,
        "entered_at": entered_at,
        "task_token": token,
    }


@pytest.fixture
def resumed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The token of every wait ended."""
    ended: list[str] = []
    on_call = stage.on_call

    def call(caller: Any, operation: str, params: dict[str, Any]) -> Any:
        if operation == "SendTaskSuccess":
            ended.append(params["taskToken"])
            return {}
        return on_call(caller, operation, params)

    monkeypatch.setattr(stage, "on_call", call)
    return ended


def length(stage: Stage, one: str) -> int:
    return int(case(stage, one)["length"]["N"])


def test_a_wait_ends_whether_its_message_comes_before_or_after_the_resolution(stage: Stage, resumed: list[str]) -> None:
    one = complain(stage)
    stage.invoke("followup", batch(wait(one, "early", length(stage, one))))
    assert resumed == []
    assert stage.calls == 1, "the token is kept and the case looked at in one request"
    before = length(stage, one)
    stage.changes()
    stage.invoke("desk", _resolve(one))
    stage.invoke("fanout", {"Records": stage.changes()})
    stage.invoke("followup", batch(*stage.waiting("followup")))
    assert resumed == ["early"]
    # It was decided to wait before the resolution, and the token came after it.
    stage.invoke("followup", batch(wait(one, "late", before, entered_at="2026-11-24T03:31:00Z")))
    assert resumed[1:] == ["late"]


def test_a_change_that_the_wait_knows_already_ends_nothing(stage: Stage, resumed: list[str]) -> None:
    one = complain(stage)
    stage.invoke("desk", _resolve(one))
    now = length(stage, one)
    stage.invoke("followup", batch(wait(one, "token", now)))
    stale = {"action": "resume", "reference": one, "cycle": 1, "part": 1, "length": now}
    stage.invoke("followup", batch(stale, {**stale, "length": now - 1}))
    assert resumed == []
    stage.invoke("followup", batch({**stale, "length": now + 1}))
    assert resumed == ["token"]


def _resolve(one: str, click: str = "click-0001") -> dict[str, Any]:
    return request("POST", f"/cases/{one}/resolve", {"id": click, "text": "Sudah diperbaiki."})


def test_an_older_token_never_takes_the_place_of_a_newer(stage: Stage, resumed: list[str]) -> None:
    one = complain(stage)
    now = length(stage, one)
    stage.invoke("followup", batch(wait(one, "second", now, entered_at="2026-11-24T04:00:00Z")))
    stage.invoke("followup", batch(wait(one, "first", now, entered_at="2026-11-24T03:00:00Z")))
    stage.invoke("followup", batch({"action": "resume", "reference": one, "cycle": 1, "part": 1, "length": now + 1}))
    assert resumed == ["second"]


@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_a_wait_that_is_over_is_already_handled(stage: Stage, code: str) -> None:
    one = complain(stage)
    stage.invoke("desk", _resolve(one))
    stage.refusals["SendTaskSuccess"] = code
    assert stage.invoke("followup", batch(wait(one, "gone", 1))) == {"batchItemFailures": []}


def test_a_follow_up_message_of_an_unknown_case_or_shape_is_kept_for_a_person(stage: Stage) -> None:
    with pytest.raises(AllFailed):
        stage.invoke(
            "followup", batch({"action": "stuck", "reference": "none", "cycle": 1, "part": 1}, {"action": "x"})
        )


def _later(stage: Stage, one: str, **hours: int) -> None:
    """Set times of the case back, as if they were longer ago."""
    item = case(stage, one)
    for name, back in hours.items():
        at = datetime.fromisoformat(item[name]["S"]) - timedelta(hours=back)
        item[name] = {"S": at.isoformat().replace("+00:00", "Z")}
    client("dynamodb").put_item(TableName="care", Item=item)


def test_the_whole_way_step_by_step(stage: Stage) -> None:
    one = complain(stage)
    stage.follow()
    _later(stage, one, response_due_at=10, due_at=25)
    assert stage.walk(one, first="look") == "work"
    assert case(stage, one)["escalation_level"]["N"] == "1"
    stage.invoke("desk", _resolve(one))
    assert stage.walk(one, first="look") == "answer"
    _later(stage, one, asked_at=25)
    assert stage.walk(one, first="look") == "answer"
    stage.invoke("sms", sms(f"{one} belum"))
    assert stage.walk(one, first="look") == "over"
    assert (case(stage, one)["status"]["S"], case(stage, one)["cycle"]["N"]) == ("reopened", "2")
    assert stage.step("ask", one)["do"] == "over", "its cycle is over"
    assert stage.walk(one, cycle=2) == "work"
    stage.invoke(
        "desk", request("POST", f"/cases/{one}/resolve", {"id": "click-0002", "text": "Kini sudah."}, agent="Budi")
    )
    assert stage.walk(one, cycle=2, first="look") == "answer"
    stage.invoke("sms", sms("5 makasih", "sms-2"))
    assert stage.walk(one, cycle=2, first="look") == "over"
    assert (case(stage, one)["status"]["S"], case(stage, one)["closed_as"]["S"]) == ("closed", "satisfied")
    stage.follow()
    sent = [params["Context"]["care_key"] for channel, params in stage.sent if channel == "sms"]
    assert sorted(sent) == sorted(
        ["acknowledgement-1", "escalation-1-1", "question-1", "reminder-1", "reopened-2", "question-2", "thanks-2"]
    )
    to = [
        params["Destination"]["ToAddresses"][0].partition("@")[0]
        for channel, params in stage.sent
        if channel == "email"
    ]
    whom = [one.partition("@")[0] for one in to]
    assert whom == [*["lead.network"] * 3, "manager.network"], "a late first word, late, not satisfied; reopened"
    assert stage.executions() == [f"case-{one}-1-1", f"case-{one}-2-1"]


@pytest.mark.parametrize("name", ["acknowledge", "escalate", "warn", "ask", "remind", "settle", "update"])
def test_every_step_may_run_twice_and_changes_once(stage: Stage, name: str) -> None:
    one = complain(stage)
    if name != "acknowledge":
        stage.walk(one)
    match name:
        case "escalate":
            _later(stage, one, response_due_at=9)
            stage.step("warn", one)
        case "warn":
            _later(stage, one, response_due_at=7)
        case "update":
            _later(stage, one, told_at=25)
        case "ask" | "remind" | "settle":
            stage.invoke("desk", _resolve(one))
    if name in ("remind", "settle"):
        stage.step("ask", one)
        _later(stage, one, asked_at=25)
    if name == "settle":
        stage.step("remind", one)
        _later(stage, one, reminded_at=49)
    untouched = stage.items()
    stage.step(name, one)
    items = stage.items()
    assert items != untouched
    stage.step(name, one)
    assert stage.items() == items


def test_who_was_asked_about_another_case_lately_is_told_and_not_asked(stage: Stage) -> None:
    first, second = complain(stage), stage.invoke("voice", call_step("complain", call="call-2"))["reference"]
    for one in (first, second):
        stage.walk(one)
        stage.invoke("desk", _resolve(one))
        assert stage.walk(one, first="look") == "answer"
    assert "unasked" not in case(stage, first)
    assert case(stage, second)["unasked"]["S"] == "asked_lately"


def test_who_wants_no_questions_is_never_asked_again(stage: Stage) -> None:
    first = complain(stage)
    stage.walk(first)
    stage.invoke("desk", _resolve(first))
    stage.walk(first, first="look")
    stage.invoke("sms", sms("jangan tanya lagi"))
    assert case(stage, first)["unasked"]["S"] == "unsubscribed"
    _later(stage, first, asked_at=100)
    second = stage.invoke("voice", call_step("complain", call="call-2"))["reference"]
    stage.walk(second)
    stage.invoke("desk", _resolve(second))
    stage.walk(second, first="look")
    assert case(stage, second)["unasked"]["S"] == "unsubscribed"


def test_a_step_of_another_version_hands_over_to_the_next_part(stage: Stage) -> None:
    one = complain(stage)
    stage.follow()
    assert stage.step("dance", one)["do"] == "over"
    stage.follow()
    assert stage.executions() == [f"case-{one}-1-1", f"case-{one}-1-2"]
    assert stage.step("look", one, part=1)["do"] == "over"
    assert stage.step("look", one, part=2)["do"] == "work"


def test_an_execution_that_grew_long_hands_over(stage: Stage) -> None:
    one = complain(stage)
    stage.follow()
    task = {"step": "look", "reference": one, "cycle": 1, "part": 1, "laps": LONGEST_PART}
    assert stage.invoke("step", task)["do"] == "hand_over"
    assert stage.walk(one, first="hand_over") == "over"
    assert case(stage, one)["part"]["N"] == "2"


def test_a_follow_up_that_is_stuck_calls_a_person_once(stage: Stage) -> None:
    one = complain(stage)
    stuck = {"action": "stuck", "reference": one, "cycle": 1, "part": 1}
    stage.invoke("followup", batch(stuck))
    assert case(stage, one)["attention"]["S"] == "follow_up_stuck"
    items = stage.items()
    stage.invoke("followup", batch(stuck))
    assert stage.items() == items


def test_a_wait_the_queue_refused_is_counted(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    one = complain(stage)
    stage.follow()
    stage.invoke("step", {"step": "look", "refused": True, "reference": one, "cycle": 1, "part": 1})
    assert "WaitsRefused" in capsys.readouterr().out


def test_a_step_meets_a_customers_word_and_both_are_kept(stage: Stage) -> None:
    one = complain(stage)
    stage.before["TransactWriteItems"] = lambda: stage.invoke("sms", sms(f"{one} tambahan: di Bandung"))
    stage.step("acknowledge", one)
    texts = [item["what"]["S"] for item in stage.items(f"CASE#{one}", "TIMELINE#")]
    assert sorted(texts) == sorted(["opened", "message_in", "message_out", "message_out", "moved"])


def test_a_step_of_a_case_that_is_gone_fails_and_is_retried_by_the_machine(stage: Stage) -> None:
    with pytest.raises(NotFound):
        stage.step("acknowledge", "1234567890")


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


def test_a_case_is_found_by_every_identity_of_its_customer(stage: Stage) -> None:
    stage.invoke("email", stage.put_mail("ses-1", letter("Internet lemot", "Sejak kemarin")))
    (mailed,) = [item["reference"]["S"] for item in stage.items("CASE#", "CASE")]
    called = complain(stage)
    stage.follow()
    merge = {"id": "click-0001", "into": mailed, "same_customer": True}
    assert stage.invoke("desk", request("POST", f"/cases/{called}/merge", merge))["statusCode"] == 200
    stage.invoke("desk", _resolve(mailed, "click-0002"))
    stage.walk(mailed, first="look")
    _later(stage, mailed, asked_at=25)
    stage.follow()
    assert stage.walk(mailed, first="look") == "answer"
    stage.follow()
    asked = [params["Context"]["care_key"] for channel, params in stage.sent if channel == "sms"]
    assert asked[-1] == "reminder-1", "once more, on the other channel"
    stage.invoke("sms", sms("5 makasih"))
    assert stage.walk(mailed, first="look") == "over"
    assert case(stage, mailed)["closed_as"]["S"] == "satisfied"
    assert case(stage, mailed)["scores"]["L"][0]["M"]["channel"]["S"] == "sms"


def test_a_score_that_comes_late_by_sms_is_recorded_and_answered(stage: Stage) -> None:
    one = complain(stage)
    stage.follow()
    stage.invoke("desk", _resolve(one))
    stage.walk(one, first="look")
    _later(stage, one, asked_at=25)
    stage.walk(one, first="look")
    _later(stage, one, reminded_at=49)
    assert stage.walk(one, first="look") == "over"
    assert case(stage, one)["closed_as"]["S"] == "unconfirmed"
    stage.follow()
    before = len(stage.sent)
    stage.invoke("sms", sms("4"))
    stage.follow()
    assert case(stage, one)["closed_as"]["S"] == "satisfied"
    assert len(stage.sent) == before + 1


def test_a_mail_that_asks_can_be_unsubscribed_from_by_the_mail_program(stage: Stage) -> None:
    stage.invoke("email", stage.put_mail("ses-1", letter("Internet lemot", "Sejak kemarin")))
    (one,) = [item["reference"]["S"] for item in stage.items("CASE#", "CASE")]
    stage.follow()
    stage.invoke("desk", _resolve(one))
    stage.walk(one, first="look")
    stage.follow()
    acknowledged, asked = (message_from_bytes(sent["Content"]["Raw"]["Data"]) for _, sent in stage.sent)
    assert "List-Unsubscribe" not in acknowledged
    to = re.fullmatch(r"<mailto:(.+)[?]subject=unsubscribe>", asked["List-Unsubscribe"])
    assert to
    assert to[1] == asked["Reply-To"]
    mail = letter("unsubscribe", "This message was generated by a mail program. It is still not working.")
    stage.invoke("email", stage.put_mail("ses-2", mail, to=to[1]))
    stage.walk(one, first="look")
    assert (case(stage, one)["status"]["S"], case(stage, one)["unasked"]["S"]) == ("resolved", "unsubscribed")
