"""Messages out: claimed before they are sent, recorded after, and settled by what the provider says."""

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from care.channels import SMS
from care.customer import Address
from care.observability import logger
from care.policy import load
from care.services.table.cases import PAGE
from care.services.table.store import Store
from care.telling.messages import Template
from care.telling.outbox import OutboxMessage, Owner
from care.words import Language
from edge.batches import AllFailed
from tests.integration.stage import Stage, batch, call_step, client, frame, letter, request, sample, sms

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
    stage.step("acknowledge", one)
    return {"action": "notify", "owner": {"case": one}, "key": "acknowledgement-1"}


def outbox(stage: Stage, due: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = client("dynamodb").get_item(
        TableName="care",
        Key={"pk": {"S": f"CASE#{due['owner']['case']}"}, "sk": {"S": f"OUTBOX#{due['key']}"}},
    )["Item"]
    return found


def alter(due: dict[str, Any], expression: str, **values: dict[str, Any]) -> None:
    """Change a message due as an update expression says."""
    names = {name: name[1:] for name in re.findall(r"#\w+", expression)}
    client("dynamodb").update_item(
        TableName="care",
        Key={"pk": {"S": f"CASE#{due['owner']['case']}"}, "sk": {"S": f"OUTBOX#{due['key']}"}},
        UpdateExpression=expression,
        ExpressionAttributeValues={f":{name}": value for name, value in values.items()},
        **({"ExpressionAttributeNames": names} if names else {}),
    )


def case(stage: Stage, due: dict[str, Any]) -> dict[str, Any]:
    (item,) = stage.items(f"CASE#{due['owner']['case']}", "CASE")
    return item


def whats(stage: Stage, due: dict[str, Any]) -> list[str]:
    return [item["what"]["S"] for item in stage.items(f"CASE#{due['owner']['case']}", "TIMELINE#")]


def said(due: dict[str, Any], event: str, name: str = "sqs_delivery_sms", **more: Any) -> dict[str, Any]:
    """A provider's event about the message due. Of an SMS, ``TEXT_BLOCKED?`` is one that is not final."""
    body = {**json.loads(sample(name)["Records"][0]["body"]), **more}
    body["eventType"] = event.removesuffix("?")
    body["isFinal"] = not event.endswith("?")
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


@pytest.mark.parametrize(
    "error",
    [
        "ValidationException",
        "ValidationException CANNOT_PARSE",
        "ConflictException DESTINATION_PHONE_NUMBER_OPTED_OUT",
        "ConflictException DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION",
    ],
)
def test_what_a_provider_refuses_is_on_the_case_and_a_person_knows(
    stage: Stage, due: dict[str, Any], error: str
) -> None:
    stage.refusals["SendTextMessage"] = error
    assert stage.invoke("notify", batch(due)) == DONE
    assert (outbox(stage, due)["state"]["S"], outbox(stage, due)["problem"]["S"]) == ("failed", error)
    assert case(stage, due)["attention"]["S"] == "not_delivered"
    assert whats(stage, due)[-1] == "not_sent"


BARRED = [
    "AccessDeniedException ACCOUNT_DISABLED",
    "ConflictException DESTINATION_PHONE_NUMBER_NOT_VERIFIED",
    "ResourceNotFoundException",
    "ServiceQuotaExceededException MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT",
    "ValidationException SENDER_ID_NOT_REGISTERED",
]


@pytest.mark.parametrize("error", ["ThrottlingException", *BARRED])
def test_what_the_account_may_not_now_is_sent_later_and_counted(
    stage: Stage, due: dict[str, Any], error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = outbox(stage, due)
    stage.refusals["SendTextMessage"] = error
    assert stage.invoke("notify", batch(due)) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert stage.counted["sqs:ChangeMessageVisibility"] == 1
    assert ("SendingBarred" if error in BARRED else "SendingHeld") in capsys.readouterr().out
    after = outbox(stage, due)
    assert (after["state"], after["attempts"]) == (before["state"], before["attempts"])
    assert "attention" not in case(stage, due)
    assert stage.invoke("notify", batch(due)) == DONE
    assert outbox(stage, due)["state"]["S"] == "sent"


def test_what_is_longer_than_the_channel_takes_is_on_the_case_and_a_person_knows(
    stage: Stage, due: dict[str, Any]
) -> None:
    alter(due, "SET #text = :long", long={"S": "x" * 1601})
    assert stage.invoke("notify", batch(due)) == DONE
    assert stage.sent == []
    assert (outbox(stage, due)["state"]["S"], outbox(stage, due)["problem"]["S"]) == ("failed", "too long")
    assert case(stage, due)["attention"]["S"] == "not_delivered"
    assert whats(stage, due)[-1] == "not_sent"


@pytest.mark.parametrize(
    "error",
    [
        "AccountSuspendedException",
        "MailFromDomainNotVerifiedException",
        "MessageRejected Email address is not verified. The following identities failed the check",
        "NotFoundException",
        "SendingPausedException",
        "TooManyRequestsException",
    ],
)
def test_a_mail_waits_until_the_account_may_send(stage: Stage, error: str) -> None:
    stage.invoke("email", stage.put_mail("ses-1", letter("Internet lemot", "Sejak kemarin")))
    due = acknowledge(stage, stage.items("CASE#", "CASE")[0]["reference"]["S"])
    stage.refusals["SendEmail"] = error
    assert stage.invoke("notify", batch(due)) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert stage.invoke("notify", batch(due)) == DONE
    assert len(stage.sent) == 1


def test_a_message_that_failed_comes_later_each_time_and_scattered(stage: Stage, due: dict[str, Any]) -> None:
    asked: list[int] = []

    def hidden(receives: int) -> int:
        event = batch(due)
        event["Records"][0]["attributes"]["ApproximateReceiveCount"] = str(receives)
        stage.refusals["SendTextMessage"] = "ThrottlingException"
        stage.invoke("notify", event)
        return asked.pop()

    on_call = stage.on_call

    def noted(caller: Any, operation: str, params: dict[str, Any]) -> Any:
        if operation == "ChangeMessageVisibility":
            asked.append(params["VisibilityTimeout"])
        return on_call(caller, operation, params)

    stage.on_call = noted  # type: ignore[method-assign]
    for receives, least, most in [(1, 2, 5), (2, 5, 10), (5, 40, 80), (11, 1800, 3600), (30, 1800, 3600)]:
        found = {hidden(receives) for _ in range(8)}
        assert all(least <= one <= most for one in found), receives
        assert len(found) > 1


def test_a_message_whose_delay_is_refused_comes_when_the_queue_says(stage: Stage, due: dict[str, Any]) -> None:
    stage.refusals |= {"SendTextMessage": "ThrottlingException", "ChangeMessageVisibility": "InternalError"}
    assert stage.invoke("notify", batch(due)) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}


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
        with pytest.raises(AllFailed):
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
    alter(unknown, "SET attempts = :three", three={"N": "3"})
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
        (["TEXT_PENDING?", "TEXT_DELIVERED"], "delivered"),
        (["TEXT_PENDING?", "TEXT_UNKNOWN"], "sent"),
        (["TEXT_CARRIER_UNREACHABLE?", "TEXT_DELIVERED"], "delivered"),
        (["TEXT_DELIVERED", "TEXT_UNREACHABLE"], "delivered"),
        (["TEXT_NEW_ONE"], "sent"),
        (["TEXT_UNREACHABLE"], "failed"),
        (["TEXT_SENT", "TEXT_CARRIER_BLOCKED"], "failed"),
    ],
)
def test_only_a_final_failure_fails(stage: Stage, due: dict[str, Any], events: list[str], state: str) -> None:
    stage.invoke("notify", batch(due))
    for event in events:
        assert stage.invoke("delivery", said(due, event)) == DONE
    assert outbox(stage, due)["state"]["S"] == state
    assert ("not_sent" in whats(stage, due)) == (state == "failed")
    assert ("attention" in case(stage, due)) == (state == "failed")


def test_every_event_a_text_may_have_is_known(stage: Stage) -> None:
    model = client("pinpoint-sms-voice-v2").meta.service_model.shape_for("EventType")
    known = stage.modules["delivery"]._TEXTS
    assert set(known) == {one for one in model.enum if one.startswith("TEXT_") and one != "TEXT_ALL"}


def test_every_event_a_mail_may_have_is_known(stage: Stage) -> None:
    model = client("sesv2").meta.service_model
    known = {re.sub(r"(?<=[a-z])(?=[A-Z])| ", "_", one).upper() for one in stage.modules["delivery"]._MAILS}
    # Pictures and links that tell on their reader are not sent, and there is no list to leave.
    never = {"OPEN", "CLICK", "SUBSCRIPTION"}
    assert known | {"BOUNCE"} | never == set(model.shape_for("EventType").enum)
    bounces = {one.upper() for one in stage.modules["delivery"]._BOUNCES}
    assert bounces == set(model.shape_for("BounceType").enum)


def test_a_receipt_after_a_failure_corrects_it(stage: Stage, due: dict[str, Any]) -> None:
    stage.invoke("notify", batch(due))
    for event in ("TEXT_UNREACHABLE", "TEXT_DELIVERED", "TEXT_UNREACHABLE", "TEXT_DELIVERED"):
        assert stage.invoke("delivery", said(due, event)) == DONE
    assert outbox(stage, due)["state"]["S"] == "delivered"
    assert "attention" not in case(stage, due)
    assert whats(stage, due)[-2:] == ["not_sent", "note"]


def test_a_receipt_leaves_what_else_asks_for_attention(stage: Stage, due: dict[str, Any]) -> None:
    stage.invoke("notify", batch(due))
    reply = {**due, "key": "reply-click-0001"}
    stage.invoke("desk", request("POST", f"/cases/{due['owner']['case']}/reply", {"id": "click-0001", "text": "Halo"}))
    stage.invoke("notify", batch(reply))
    for one, event in ((due, "TEXT_UNREACHABLE"), (reply, "TEXT_BLOCKED"), (reply, "TEXT_DELIVERED")):
        stage.invoke("delivery", said(one, event))
    assert case(stage, due)["attention"]["S"] == "not_delivered"
    stage.invoke("delivery", said(due, "TEXT_DELIVERED"))
    assert "attention" not in case(stage, due)


# ---- what is closed --------------------------------------------------------------------------------------------------


def listed(stage: Stage, which: str = "open") -> list[str]:
    """The cases agents have in a list."""
    answer = stage.invoke("desk", request("GET", "/cases", team="all", list=which))
    return [one["reference"] for one in json.loads(answer["body"])["cases"]]


def closed_complaint(stage: Stage) -> dict[str, Any]:
    """Of a satisfied customer; the thanks that are due to him."""
    one = stage.invoke("voice", call_step("complain"))["reference"]
    stage.follow()
    stage.invoke("desk", request("POST", f"/cases/{one}/resolve", {"id": "click-0001", "text": "Sudah."}))
    stage.invoke("sms", sms(f"{one} 5"))
    for step in ("ask", "settle"):
        stage.step(step, one)
    due = {"action": "notify", "owner": {"case": one}, "key": "thanks-1"}
    stage.invoke("notify", batch(due))
    return due


@pytest.mark.parametrize("event", ["TEXT_UNKNOWN", "TEXT_UNREACHABLE"])
def test_a_closed_case_that_missed_a_courtesy_stays_out_of_the_list(stage: Stage, event: str) -> None:
    due = closed_complaint(stage)
    stage.invoke("delivery", said(due, event))
    assert case(stage, due)["status"]["S"] == "closed"
    assert ("not_sent" in whats(stage, due)) == (event == "TEXT_UNREACHABLE")
    assert listed(stage) == []


def test_a_closed_case_whose_customer_missed_the_answer_is_taken_out_by_an_agent(stage: Stage) -> None:
    one = stage.invoke("voice", call_step("callback"))["reference"]
    stage.invoke("desk", request("POST", f"/cases/{one}/resolve", {"id": "click-0001", "text": "Tarifnya Rp0."}))
    due = {"action": "notify", "owner": {"case": one}, "key": "answered-1"}
    stage.invoke("notify", batch(due))
    stage.invoke("delivery", said(due, "TEXT_UNREACHABLE"))
    assert (listed(stage), listed(stage, "attention")) == ([], [one])
    for _ in range(2):
        answer = stage.invoke("desk", request("POST", f"/cases/{one}/take", {}, agent="Budi"))
    assert answer["statusCode"] == 409, "there is nothing to take any more"
    assert listed(stage, "attention") == []
    assert (case(stage, due)["status"]["S"], case(stage, due)["owner"]["S"]) == ("closed", "Budi")


def test_a_request_of_nobody_reachable_leaves_the_list_with_its_answer(stage: Stage) -> None:
    stage.invoke("email", stage.put_mail("ses-1", b"Subject: Tanya\nMessage-ID: <1@x>\n\nBerapa tarif roaming?"))
    (one,) = listed(stage)
    stage.invoke("desk", request("POST", f"/cases/{one}/resolve", {"id": "click-0001", "text": "Rp0."}))
    assert listed(stage) == []


# ---- mails that come back --------------------------------------------------------------------------------------------


@pytest.fixture
def mailed(stage: Stage) -> dict[str, Any]:
    """An acknowledgement that went out by mail."""
    stage.invoke("email", stage.put_mail("ses-1", letter("Internet lemot", "Sejak kemarin", Message_ID="<1@x>")))
    due = acknowledge(stage, stage.items("CASE#", "CASE")[0]["reference"]["S"])
    stage.invoke("notify", batch(due))
    return due


def mail(stage: Stage, due: dict[str, Any], event: str, number: int = 1, **more: Any) -> dict[str, Any]:
    """An event of a mail's sending of that number."""
    told = json.loads(said(due, event, "sqs_delivery_email", **more)["Records"][0]["body"])
    told["mail"]["messageId"] = f"provider-{number}"
    return batch(told)


def bounce(stage: Stage, due: dict[str, Any], type_: str, subtype: str, number: int = 1) -> dict[str, Any]:
    return mail(stage, due, "Bounce", number, bounce={"bounceType": type_, "bounceSubType": subtype})


@pytest.mark.parametrize("order", [("Send", "Delivery"), ("Delivery", "Send"), ("Send", "Delivery", "Send")])
def test_that_a_mail_was_sent_and_arrived_is_one_write(
    stage: Stage, mailed: dict[str, Any], order: tuple[str, ...]
) -> None:
    alter(mailed, "SET #state = :claimed", claimed={"S": "claimed"})
    told = [mail(stage, mailed, event)["Records"][0]["body"] for event in order]
    assert stage.invoke("delivery", batch(*told)) == DONE
    assert stage.counted == {"dynamodb:TransactWriteItems": 1}
    assert outbox(stage, mailed)["state"]["S"] == "delivered"


def test_that_a_mail_arrived_says_nothing_of_another(stage: Stage, mailed: dict[str, Any]) -> None:
    other = acknowledge(stage, stage.invoke("voice", call_step("complain"))["reference"])
    alter(other, "SET #state = :claimed", claimed={"S": "claimed"})
    told = [mail(stage, mailed, "Delivery", 1), mail(stage, other, "Send", 2)]
    assert stage.invoke("delivery", batch(*(one["Records"][0]["body"] for one in told))) == DONE
    assert (outbox(stage, mailed)["state"]["S"], outbox(stage, other)["state"]["S"]) == ("delivered", "sent")


@pytest.mark.parametrize("also", [[], ["Delivery"]])
@pytest.mark.parametrize(
    ("type_", "subtype"),
    [("Permanent", "NoEmail"), ("Undetermined", "Undetermined"), ("Transient", "ContentRejected")],
)
def test_a_bounce_told_twice_is_noted_once(
    stage: Stage, mailed: dict[str, Any], type_: str, subtype: str, also: list[str]
) -> None:
    for event in also:
        stage.invoke("delivery", mail(stage, mailed, event))
    for _ in range(2):
        assert stage.invoke("delivery", bounce(stage, mailed, type_, subtype)) == DONE
    assert whats(stage, mailed).count("not_sent") == 1
    assert outbox(stage, mailed)["problem"]["S"] == f"Bounce {type_} {subtype}"
    assert case(stage, mailed)["attention"]["S"] == "not_delivered"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_automatic_answer_is_no_bounce(stage: Stage, mailed: dict[str, Any], order: tuple[int, int]) -> None:
    events = [mail(stage, mailed, "Delivery"), bounce(stage, mailed, "Transient", "General")]
    for one in order:
        assert stage.invoke("delivery", events[one]) == DONE
    assert outbox(stage, mailed)["state"]["S"] == "delivered"
    assert stage.invoke("notify", batch(mailed)) == DONE
    assert len(stage.sent) == 1
    assert {"not_sent", "sent_again"}.isdisjoint(whats(stage, mailed))


def test_a_full_mailbox_is_tried_again_later_and_at_last_a_person_knows(
    stage: Stage, mailed: dict[str, Any], clock: type[Clock]
) -> None:
    for sending in (1, 2, 3):
        for _ in range(2):
            assert stage.invoke("delivery", bounce(stage, mailed, "Transient", "MailboxFull", sending)) == DONE
        assert stage.invoke("notify", batch(mailed)) == DONE
        assert len(stage.sent) == sending, "it is not sent before its time"
        clock.ahead += timedelta(hours=5)
        assert stage.invoke("notify", batch(mailed, mailed)) == DONE
        # What was said of an earlier sending says nothing of this one.
        assert stage.invoke("delivery", bounce(stage, mailed, "Transient", "MailboxFull", sending)) == DONE
        assert stage.invoke("delivery", mail(stage, mailed, "Send", sending)) == DONE
    assert len(stage.sent) == 3
    assert outbox(stage, mailed)["state"]["S"] == "failed"
    assert whats(stage, mailed).count("sent_again") == 2
    assert case(stage, mailed)["attention"]["S"] == "not_delivered"


def test_a_mailbox_with_room_again_gets_it(stage: Stage, mailed: dict[str, Any], clock: type[Clock]) -> None:
    stage.invoke("delivery", bounce(stage, mailed, "Transient", "MailboxFull"))
    attributes = client("sqs").get_queue_attributes(
        QueueUrl=client("sqs").get_queue_url(QueueName="care-notify")["QueueUrl"], AttributeNames=["All"]
    )["Attributes"]
    assert attributes["ApproximateNumberOfMessagesDelayed"] == "1"
    clock.ahead = timedelta(hours=5)
    stage.invoke("notify", batch(mailed))
    stage.invoke("delivery", mail(stage, mailed, "Delivery", 2))
    assert outbox(stage, mailed)["state"]["S"] == "delivered"
    assert "attention" not in case(stage, mailed)


def test_a_bounce_that_overtakes_the_record_of_its_sending_counts(stage: Stage, mailed: dict[str, Any]) -> None:
    alter(mailed, "SET #state = :claimed REMOVE provider_id", claimed={"S": "claimed"})
    stage.invoke("delivery", bounce(stage, mailed, "Transient", "MailboxFull"))
    assert outbox(stage, mailed)["state"]["S"] == "due"
    assert "not_before" in outbox(stage, mailed)


def test_a_mail_reported_as_spam_is_noted_once(stage: Stage, mailed: dict[str, Any]) -> None:
    for _ in range(2):
        stage.invoke("delivery", mail(stage, mailed, "Complaint", complaint={"complaintFeedbackType": "abuse"}))
    stage.invoke("delivery", mail(stage, mailed, "Complaint", complaint={"complaintFeedbackType": "not-spam"}))
    assert whats(stage, mailed).count("note") == 1
    assert outbox(stage, mailed)["state"]["S"] == "delivered"
    assert "attention" not in case(stage, mailed)


def test_a_mail_that_an_earlier_report_of_spam_holds_back_is_a_failure(stage: Stage, mailed: dict[str, Any]) -> None:
    held = {"complaintSubType": "OnAccountSuppressionList"}
    stage.invoke("delivery", mail(stage, mailed, "Complaint", complaint=held))
    assert outbox(stage, mailed)["state"]["S"] == "failed"
    assert case(stage, mailed)["attention"]["S"] == "not_delivered"


# ---- what is none of ours --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "Successfully validated SNS topic for Amazon SES event publishing.",
        "",
        "null",
        "[]",
        "[" * 100_000,
        '{"Type": "UnsubscribeConfirmation", "Message": "sari@pelanggan.example"}',
        '{"eventType": "+6281700000001", "messageId": "1"}',
        '{"eventType": "Delivery", "mail": "sari@pelanggan.example"}',
    ],
    ids=range(8),
)
def test_what_is_no_event_is_logged_and_done(stage: Stage, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    assert stage.invoke("delivery", batch(body)) == DONE
    line = json.loads(written.getvalue())
    assert (line["message"], line["message_id"]) == ("event not understood", "m0")
    assert "pelanggan" not in written.getvalue()
    assert "+62817" not in written.getvalue()


def test_what_is_ours_and_cannot_be_stored_comes_again(
    stage: Stage, due: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.invoke("notify", batch(due))
    stage.refusals["UpdateItem"] = "InternalServerError"
    with pytest.raises(AllFailed):
        stage.invoke("delivery", said(due, "TEXT_DELIVERED"))


def test_a_failure_is_on_the_case_or_not_recorded_at_all(stage: Stage, due: dict[str, Any]) -> None:
    stage.invoke("notify", batch(due))
    stage.refusals["TransactWriteItems"] = "InternalServerError"
    with pytest.raises(AllFailed):
        stage.invoke("delivery", said(due, "TEXT_BLOCKED"))
    assert outbox(stage, due)["state"]["S"] == "sent"
    assert stage.invoke("delivery", said(due, "TEXT_BLOCKED")) == DONE
    assert whats(stage, due)[-1] == "not_sent"


def test_of_a_long_case_a_person_looks_though_the_message_arrived_after_all(stage: Stage, due: dict[str, Any]) -> None:
    stage.invoke("notify", batch(due))
    stage.invoke("delivery", said(due, "TEXT_BLOCKED"))
    stage.lengthen(due["owner"]["case"], 2 * PAGE)
    assert stage.invoke("delivery", said(due, "TEXT_DELIVERED")) == DONE
    assert outbox(stage, due)["state"]["S"] == "delivered"
    assert case(stage, due)["attention"]["S"] == "not_delivered"


def test_an_event_of_no_message_of_ours_is_let_be(stage: Stage, due: dict[str, Any]) -> None:
    body = json.loads(sample("sqs_delivery_sms")["Records"][0]["body"])
    of_mail = json.loads(sample("sqs_delivery_email")["Records"][0]["body"])
    assert stage.invoke("delivery", batch({**body, "context": {}}, {**body, "context": None})) == DONE
    assert stage.invoke("delivery", batch({**of_mail, "mail": {"messageId": "1", "tags": None}})) == DONE
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


def test_a_code_waits_for_the_account_but_not_longer_than_it_is_valid(stage: Stage, clock: type[Clock]) -> None:
    message = code_due()
    due = {"action": "notify", "owner": message.owner.model_dump(), "key": message.key}
    for minutes in (0, 9):
        clock.ahead = timedelta(minutes=minutes)
        stage.refusals["SendTextMessage"] = "AccessDeniedException ACCOUNT_DISABLED"
        assert stage.invoke("notify", batch(due)) != DONE
    clock.ahead = timedelta(minutes=11)
    assert stage.invoke("notify", batch(due)) == DONE
    assert stage.sent == []
    (kept,) = stage.items("CONTACT#", "OUTBOX#")
    assert (kept["state"]["S"], kept["text"]["S"]) == ("failed", "")


@pytest.mark.parametrize("reason", ["ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_throttled_record_of_a_mail_is_not_taken_for_known(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    """Of what was sent, its record is tried again: nothing is sent twice."""
    stage.invoke("email", stage.put_mail("ses-1", letter("Internet lemot", "Sejak kemarin")))
    due = acknowledge(stage, stage.items("CASE#", "CASE")[0]["reference"]["S"])
    on_call = stage.on_call

    def throttled(caller: Any, operation: str, params: dict[str, Any]) -> Any:
        if operation == "TransactWriteItems":
            told = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": [{"Code": reason}]}
            raise caller.exceptions.TransactionCanceledException(told, operation)
        return on_call(caller, operation, params)

    with monkeypatch.context() as patch:
        patch.setattr(stage, "on_call", throttled)
        with pytest.raises(AllFailed):
            stage.invoke("notify", batch(due))
    assert outbox(stage, due)["state"]["S"] == "claimed"
    event = said(due, "Delivery", "sqs_delivery_email")
    assert stage.invoke("delivery", event) == DONE
    assert outbox(stage, due)["state"]["S"] == "delivered"
    assert len(stage.sent) == 1


def test_a_code_that_cannot_be_sent_is_gone(stage: Stage) -> None:
    code_due()
    stage.refusals["SendTextMessage"] = "ValidationException"
    stage.follow()
    (kept,) = stage.items("CONTACT#", "OUTBOX#")
    assert (kept["state"]["S"], kept["text"]["S"], kept["values"]["M"]) == ("failed", "", {})
    assert stage.items("CASE#") == []
