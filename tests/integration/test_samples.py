"""Every sample of events/ goes through its function, as `sam local invoke` would send it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.integration.stage import ROOT, Event, Stage, came_to, client, sample

FUNCTION_OF = {
    "connect": "voice",
    "sqs_calls": "calls",
    "sqs_email": "email",
    "websocket_connect": "chat",
    "websocket_message": "chat",
    "websocket_resume": "chat",
    "websocket_disconnect": "chat",
    "sqs_sms": "sms",
    "sqs_followup": "followup",
    "sqs_notify": "notify",
    "sqs_provisioning": "provisioning",
    "sqs_delivery_email": "delivery",
    "sqs_delivery_bounce": "delivery",
    "sqs_delivery_sms": "delivery",
    "dynamodb_stream": "fanout",
    "http_api": "desk",
    "http_status": "status",
    "http_sms_report": "sms_gateway",
    "http_sms_message": "sms_gateway",
    "step": "step",
    "schedule_repair": "repair",
}


def store(stage: Stage, records: list[Event]) -> None:
    """The case, the message due and the mail that the samples speak of."""
    for record in records:
        client("dynamodb").put_item(TableName="care", Item=record["dynamodb"]["NewImage"])
    told = json.loads(sample("sqs_email")["Records"][0]["body"])
    stage.put_mail(told["mail"]["messageId"], (ROOT / "events/email.eml").read_bytes())


class WhenSigned(datetime):
    """The clock of a function that takes what was signed lately."""

    @classmethod
    def now(cls, tz: Any = None) -> "WhenSigned":
        return cls.fromtimestamp(sample("http_sms_report")["requestContext"]["timeEpoch"] / 1000, tz or UTC)


@pytest.mark.parametrize("name", FUNCTION_OF)
def test_a_sample_is_accepted_and_the_same_again(stage: Stage, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage.modules["sms_gateway"], "datetime", WhenSigned)
    records = sample("dynamodb_stream")["Records"]
    store(stage, records[:1] if name == "step" else records)
    first = stage.invoke(FUNCTION_OF[name], sample(name))
    assert_accepted(name, first)
    before = stage.items()
    if name != "sqs_notify":
        assert_accepted(name, stage.invoke(FUNCTION_OF[name], sample(name)))
        assert len(stage.items()) == len(before)


def assert_accepted(name: str, answer: Any) -> None:
    json.dumps(answer)
    if name.startswith(("sqs", "dynamodb")):
        assert answer == {"batchItemFailures": []}
    elif name.startswith(("websocket", "http")):
        assert answer["statusCode"] == 200
    elif name == "connect":
        assert came_to(answer) == "stored"
    elif name == "step":
        assert answer["seconds"] > 0
    elif name == "schedule_repair":
        assert answer["repaired"] <= 1


def test_there_is_a_sample_for_every_function_and_no_other() -> None:
    assert {path.stem for path in (ROOT / "events").glob("*.json")} == set(FUNCTION_OF)
    assert set(FUNCTION_OF.values()) == {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}


def test_samples_are_of_nobody() -> None:
    for path in (ROOT / "events").iterdir():
        text = path.read_text(encoding="utf-8")
        assert "gmail" not in text
        assert "+62817000000" not in text.replace("+6281700000001", "").replace("+6281700000817", "")
