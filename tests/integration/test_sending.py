"""Messages out: claimed before they are sent, recorded after, and settled by what the provider says."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from botocore.exceptions import ReadTimeoutError

from care.channels import SMS
from care.customer import Address
from care.policy import load
from care.services.table.store import Store
from care.telling.messages import Template
from care.telling.outbox import OutboxMessage, Owner
from care.words import Language
from tests.integration.stage import Stage, batch, call_step, client, frame, letter, sample

DONE: dict[str, Any] = {"batchItemFailures": []}


class Clock(datetime):
    """The wall clock of a function, moved by the test."""

    ahead = timedelta()

    @classmethod
    def now(cls, tz: Any = None) -> "Clock":
        real = datetime.now(UTC) + cls.ahead
        return cls(*real.timetuple()[:6], real.microsecond, tz)


@pytest.fixture
def clock(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Clock]]:
    for name in ("notify", "delivery"):
        monkeypatch.setattr(stage.modules[name], "datetime", Clock)
    Clock.ahead = timedelta()
    yield Clock
    Clock.ahead = timedelta()


@pytest.fixture
def due(stage: Stage) -> dict[str, Any]:
    """An acknowledgement that is due by SMS."""
    return acknowledge(stage, stage.invoke("voice", call_step("complain"))["reference"])


def acknowledge(stage: Stage, one: str) -> dict[str, Any]:
    stage.invoke("step", {"step": "acknowledge", "reference": one, "cycle": 1, "level": 0})
    return {"action": "notify", "owner": {"case": one}, "key": "acknowledgement-1"}


def outbox(stage: Stage, due: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = client("dynamodb").get_item(
        TableName="care",
        Key={"pk": {"S": f"CASE#{due['owner']['case']}"}, "sk": {"S": f"OUTBOX#{due['key']}"}},
    )["Item"]
    return found


def case(stage: Stage, due: dict[str, Any]) -> dict[str, Any]:
    (item,) = stage.items(f"CASE#{due['owner']['case']}", "CASE")
    return item


def whats(stage: Stage, due: dict[str, Any]) -> list[str]:
    return [item["what"]["S"] for item in stage.items(f"CASE#{due['owner']['case']}", "TIMELINE#")]


def said(due: dict[str, Any], event: str, name: str = "sqs_delivery_sms") -> dict[str, Any]:
    """A provider's event about the message due."""
    body = json.loads(sample(name)["Records"][0]["body"])
    body["eventType"] = event
    names = {"case": "care_reference", "contact": "care_contact"}
    tags = {names[whose]: id_ for whose, id_ in due["owner"].items() if id_} | {"care_key": due["key"]}
    if "mail" in body:
        body["mail"]["tags"] |= {name: [value] for name, value in tags.items()}
    else:
        body["context"] = tags
    return batch(body)


def test_it_is_sent_once_however_often_it_is_asked_for(stage: Stage, due: dict[str, Any]) -> None:
    for _ in range(3):
        assert stage.invoke("notify", batch(due, due)) == DONE
    assert len(stage.sent) == 1
    assert (outbox(stage, due)["state"]["S"], outbox(stage, due)["provider_id"]["S"]) == ("sent", "provider-1")
    assert stage.sent[0][1]["DestinationPhoneNumber"] == "+6281700000001"


def test_a_mail_is_sent_with_its_tags_and_its_answer_finds_the_case(stage: Stage) -> None:
    stage.invoke("email", stage.put_mail("ses-1", letter("Internet lemot", "Sejak kemarin", Message_ID="<1@x>")))
    due = acknowledge(stage, stage.items("CASE#", "CASE")[0]["reference"]["S"])
    stage.invoke("notify", batch(due))
    (_, sent), *_ = stage.sent
    assert {tag["Name"]: tag["Value"] for tag in sent["EmailTags"]}["care_key"] == "acknowledgement-1"
    assert b"In-Reply-To: <1@x>" in sent["Content"]["Raw"]["Data"]
    answer = letter("lain judul", "di Bandung", In_Reply_To="<provider-1@ap-southeast-1.amazonses.com>")
    stage.invoke("email", stage.put_mail("ses-2", answer))
    assert len(stage.items("CASE#", "CASE")) == 1


def test_a_chat_is_told_in_its_transcript_and_on_the_screens_open_now(stage: Stage) -> None:
    connect = sample("websocket_connect")
    connect["queryStringParameters"]["session"] = "s" * 32
    stage.invoke("chat", connect)
    stage.invoke("chat", frame("internet saya lemot dari kemarin"))
    due = acknowledge(stage, stage.items("CASE#", "CASE")[0]["reference"]["S"])
    for _ in range(2):
        assert stage.invoke("notify", batch(due)) == DONE
    ((_, posted),) = stage.sent
    assert posted["ConnectionId"] == connect["requestContext"]["connectionId"]
    assert json.loads(posted["Data"])["messages"][0]["from"] == "care"


def test_a_chatter_who_left_is_forgotten_and_finds_it_in_the_transcript(stage: Stage) -> None:
    connect = sample("websocket_connect")
    connect["queryStringParameters"]["session"] = "s" * 32
    stage.invoke("chat", connect)
    stage.invoke("chat", frame("internet saya lemot dari kemarin"))
    due = acknowledge(stage, stage.items("CASE#", "CASE")[0]["reference"]["S"])
    stage.refusals["PostToConnection"] = "GoneException"
    assert stage.invoke("notify", batch(due)) == DONE
    assert stage.items("CONTACT#", "CONNECTION#") == []
    assert outbox(stage, due)["state"]["S"] == "sent"


@pytest.mark.parametrize("code", ["ValidationException", "AccessDeniedException", "ConflictException"])
def test_what_a_provider_refuses_is_on_the_case_and_a_person_knows(
    stage: Stage, due: dict[str, Any], code: str
) -> None:
    stage.refusals["SendTextMessage"] = code
    assert stage.invoke("notify", batch(due)) == DONE
    assert (outbox(stage, due)["state"]["S"], outbox(stage, due)["problem"]["S"]) == ("failed", code)
    assert case(stage, due)["attention"]["S"] == "not_delivered"
    assert whats(stage, due)[-1] == "not_sent"


def test_what_is_longer_than_the_channel_takes_is_on_the_case_and_a_person_knows(
    stage: Stage, due: dict[str, Any]
) -> None:
    client("dynamodb").update_item(
        TableName="care",
        Key={"pk": {"S": f"CASE#{due['owner']['case']}"}, "sk": {"S": f"OUTBOX#{due['key']}"}},
        UpdateExpression="SET #text = :long",
        ExpressionAttributeNames={"#text": "text"},
        ExpressionAttributeValues={":long": {"S": "x" * 1601}},
    )
    assert stage.invoke("notify", batch(due)) == DONE
    assert stage.sent == []
    assert (outbox(stage, due)["state"]["S"], outbox(stage, due)["problem"]["S"]) == ("failed", "too long")
    assert case(stage, due)["attention"]["S"] == "not_delivered"
    assert whats(stage, due)[-1] == "not_sent"


def test_a_throttled_message_is_due_again(stage: Stage, due: dict[str, Any]) -> None:
    stage.refusals["SendTextMessage"] = "ThrottlingException"
    with pytest.raises(BatchProcessingError):
        stage.invoke("notify", batch(due))
    assert outbox(stage, due)["state"]["S"] == "due"
    assert stage.invoke("notify", batch(due)) == DONE
    assert outbox(stage, due)["state"]["S"] == "sent"


@pytest.fixture
def unknown(stage: Stage, due: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A message whose sending never said how it ended."""
    on_call = stage.on_call

    def lost(caller: Any, operation: str, params: dict[str, Any]) -> Any:
        if operation == "SendTextMessage":
            raise ReadTimeoutError(endpoint_url="https://sms")
        return on_call(caller, operation, params)

    with monkeypatch.context() as patch:
        patch.setattr(stage, "on_call", lost)
        with pytest.raises(BatchProcessingError):
            stage.invoke("notify", batch(due))
    assert outbox(stage, due)["state"]["S"] == "claimed"
    return due


def test_an_unknown_message_is_not_sent_again_at_once(
    stage: Stage, unknown: dict[str, Any], clock: type[Clock]
) -> None:
    assert stage.invoke("notify", batch(unknown)) == DONE
    assert stage.sent == []
    attributes = client("sqs").get_queue_attributes(
        QueueUrl=client("sqs").get_queue_url(QueueName="care-notify")["QueueUrl"], AttributeNames=["All"]
    )["Attributes"]
    assert attributes["ApproximateNumberOfMessagesDelayed"] == "1"


def test_the_providers_event_settles_it(stage: Stage, unknown: dict[str, Any], clock: type[Clock]) -> None:
    assert stage.invoke("delivery", said(unknown, "TEXT_DELIVERED")) == DONE
    clock.ahead = timedelta(hours=1)
    assert stage.invoke("notify", batch(unknown)) == DONE
    assert stage.sent == []
    assert outbox(stage, unknown)["state"]["S"] == "delivered"


def test_unsettled_it_is_sent_again_and_the_timeline_says_so(
    stage: Stage, unknown: dict[str, Any], clock: type[Clock]
) -> None:
    clock.ahead = timedelta(hours=1)
    for _ in range(2):
        assert stage.invoke("notify", batch(unknown)) == DONE
    assert len(stage.sent) == 1
    assert whats(stage, unknown).count("sent_again") == 1
    assert outbox(stage, unknown)["attempts"]["N"] == "2"


def test_after_the_last_attempt_a_person_knows(stage: Stage, unknown: dict[str, Any], clock: type[Clock]) -> None:
    client("dynamodb").update_item(
        TableName="care",
        Key={"pk": {"S": f"CASE#{unknown['owner']['case']}"}, "sk": {"S": f"OUTBOX#{unknown['key']}"}},
        UpdateExpression="SET attempts = :three",
        ExpressionAttributeValues={":three": {"N": "3"}},
    )
    clock.ahead = timedelta(hours=1)
    assert stage.invoke("notify", batch(unknown)) == DONE
    assert stage.sent == []
    assert outbox(stage, unknown)["state"]["S"] == "failed"
    assert case(stage, unknown)["attention"]["S"] == "not_delivered"


@pytest.mark.parametrize(
    ("events", "state"),
    [
        (["TEXT_SENT", "TEXT_DELIVERED"], "delivered"),
        (["TEXT_DELIVERED", "TEXT_SENT"], "delivered"),
        (["TEXT_DELIVERED", "TEXT_DELIVERED"], "delivered"),
        (["TEXT_QUEUED"], "sent"),
        (["TEXT_UNREACHABLE"], "failed"),
        (["TEXT_SENT", "TEXT_CARRIER_BLOCKED"], "failed"),
    ],
)
def test_a_message_only_moves_forward(stage: Stage, due: dict[str, Any], events: list[str], state: str) -> None:
    stage.invoke("notify", batch(due))
    for event in events:
        assert stage.invoke("delivery", said(due, event)) == DONE
    assert outbox(stage, due)["state"]["S"] == state
    assert ("not_sent" in whats(stage, due)) == (state == "failed")


def test_a_bounce_told_twice_is_noted_once(stage: Stage, due: dict[str, Any]) -> None:
    stage.invoke("notify", batch(due))
    for _ in range(2):
        assert stage.invoke("delivery", said(due, "Bounce", "sqs_delivery_email")) == DONE
    assert whats(stage, due).count("not_sent") == 1


def test_an_event_of_no_message_of_ours_is_let_be(stage: Stage, due: dict[str, Any]) -> None:
    body = json.loads(sample("sqs_delivery_sms")["Records"][0]["body"])
    assert stage.invoke("delivery", batch({**body, "context": {}})) == DONE
    assert stage.invoke("delivery", said({"owner": {"case": "1234567890"}, "key": "none"}, "TEXT_DELIVERED")) == DONE
    assert stage.invoke("delivery", said({"owner": {"case": "1234567890"}, "key": "none"}, "TEXT_BLOCKED")) == DONE
    assert stage.items("CASE#1234567890") == []


def test_a_message_that_is_gone_is_let_be(stage: Stage) -> None:
    assert stage.invoke("notify", batch({"action": "notify", "owner": {"case": "1234567890"}, "key": "none"})) == DONE


def code_due() -> OutboxMessage:
    """A code by SMS, as a chat leaves it."""
    message = OutboxMessage(
        owner=Owner(contact="chat-0123456789abcdef0123456789abcdef"),
        key="code-1",
        template=Template.CODE,
        values={"code": "482913", "minutes": "10"},
        address=Address(channel=SMS, value="+6281700000001"),
        language=Language.INDONESIAN,
        text="XL 817: kode Anda 482913",
        due_at=datetime.now(UTC),
        secret=True,
    )
    Store(client("dynamodb"), "care", load().retention_days).commit(messages=[message])
    return message


def test_a_code_is_sent_once_and_its_words_are_not_kept(stage: Stage) -> None:
    message = code_due()
    stage.follow()
    stage.invoke("notify", batch({"action": "notify", "owner": message.owner.model_dump(), "key": message.key}))
    assert [params["MessageBody"] for _, params in stage.sent] == [message.text]
    (kept,) = stage.items("CONTACT#", "OUTBOX#")
    assert (kept["state"]["S"], kept["text"]["S"], kept["values"]["M"]) == ("sent", "", {})
    stage.invoke("delivery", said({"owner": message.owner.model_dump(), "key": message.key}, "TEXT_DELIVERED"))
    assert stage.items("CONTACT#", "OUTBOX#")[0]["state"]["S"] == "delivered"


def test_a_code_that_cannot_be_sent_is_gone(stage: Stage) -> None:
    code_due()
    stage.refusals["SendTextMessage"] = "ValidationException"
    stage.follow()
    (kept,) = stage.items("CONTACT#", "OUTBOX#")
    assert (kept["state"]["S"], kept["text"]["S"], kept["values"]["M"]) == ("failed", "", {})
    assert stage.items("CASE#") == []
