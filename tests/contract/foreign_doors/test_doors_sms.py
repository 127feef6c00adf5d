"""SMS out with its events, and a customer's answer in."""

import uuid
from typing import Any

import aiohttp
import pytest

from tests.contract.foreign_doors.conftest import Ferry

pytestmark = pytest.mark.stack


def send(ferry: Ferry, number: str, **more: Any) -> str:
    answer = ferry.client("pinpoint-sms-voice-v2").send_text_message(
        DestinationPhoneNumber=number,
        OriginationIdentity="FERRY",
        MessageBody="Payung Anda ada di kantor kami.",
        ConfigurationSetName="ferry-texting",
        Context={"thing": "umbrella"},
        **more,
    )
    return str(answer["MessageId"])


def events(kind: str, id_: str) -> Any:
    return lambda event: event.get("eventType") == kind and event["messageId"] == id_


async def test_a_message_is_sent_and_delivered_and_says_so(ferry: Ferry) -> None:
    id_ = send(ferry, "+628170000001", MessageType="TRANSACTIONAL")
    queued = await ferry.seen(events("TEXT_QUEUED", id_))
    delivered = await ferry.seen(events("TEXT_DELIVERED", id_))
    assert queued["isFinal"] is False
    assert delivered["isFinal"] is True
    assert delivered["messageStatus"] == "DELIVERED"
    assert delivered["context"] == {"thing": "umbrella"}
    assert delivered["originationPhoneNumber"] == "FERRY"
    assert delivered["destinationPhoneNumber"] == "+628170000001"
    assert delivered["messageRequestTimestamp"] <= delivered["eventTimestamp"]
    assert delivered["messageEncoding"] == "GSM"
    assert delivered["totalMessageParts"] == 1


@pytest.mark.parametrize(
    ("ending", "told"),
    [
        ("0000000", {"QUEUED": False, "UNREACHABLE": True}),
        ("9000001", {"PENDING": False, "DELIVERED": True}),
        ("9000002", {"PENDING": False, "UNKNOWN": True}),
        ("9000003", {"CARRIER_UNREACHABLE": False, "DELIVERED": True}),
        ("9000004", {"UNREACHABLE": True, "DELIVERED": True}),
    ],
)
async def test_what_carriers_may_say_is_told_of_numbers_with_certain_endings(
    ferry: Ferry, ending: str, told: dict[str, bool]
) -> None:
    id_ = send(ferry, f"+62817{ending}")
    assert {status: (await ferry.seen(events(f"TEXT_{status}", id_)))["isFinal"] for status in told} == told


async def test_the_customer_reads_and_answers(ferry: Ferry, web: aiohttp.ClientSession) -> None:
    number = f"+62817{uuid.uuid4().int % 10**8:08}"
    id_ = send(ferry, number)
    messages = f"{ferry.pages}/sms/messages"
    async with web.post(messages, json={"from": number, "text": "Ya, itu punya saya"}) as answer:
        assert answer.status == 201
        reply = await answer.json()
    async with web.get(messages, params={"to": number}) as answer:
        talk = await answer.json()
    async with web.post(messages, json={"from": "nobody", "text": "x"}) as answer:
        assert answer.status == 400
    assert [(m["direction"], m["id"]) for m in talk] == [("out", id_), ("in", reply["id"])]
    event = await ferry.seen(lambda e: e.get("inboundMessageId") == reply["id"])
    assert event == {
        "originationNumber": number,
        "destinationNumber": "FERRY",
        "messageKeyword": event["messageKeyword"],
        "messageBody": "Ya, itu punya saya",
        "inboundMessageId": reply["id"],
        "previousPublishedMessageId": id_,
    }


async def test_the_service_answers_keywords_itself_where_opt_outs_are_not_self_managed(
    ferry: Ferry, web: aiohttp.ClientSession
) -> None:
    number = f"+62817{uuid.uuid4().int % 10**8:08}"
    messages = f"{ferry.pages}/sms/messages"
    async with web.post(messages, json={"from": number, "text": "Stop paket"}) as answer:
        assert answer.status == 201
    async with web.get(messages, params={"to": number}) as answer:
        assert [(one["direction"], one["text"]) for one in await answer.json()] == [
            ("in", "Stop paket"),
            ("out", "Ferry"),
        ]
    sms = ferry.client("pinpoint-sms-voice-v2")
    with pytest.raises(sms.exceptions.ConflictException) as refused:
        send(ferry, number)
    assert refused.value.response["Reason"] == "DESTINATION_PHONE_NUMBER_OPTED_OUT"


async def test_what_the_service_refuses_is_refused(ferry: Ferry) -> None:
    sms = ferry.client("pinpoint-sms-voice-v2")
    with pytest.raises(sms.exceptions.ValidationException):
        sms.send_text_message(DestinationPhoneNumber="+62817123", MessageBody="x" * 1601)
    with pytest.raises(sms.exceptions.ResourceNotFoundException):
        sms.send_text_message(DestinationPhoneNumber="+62817123", MessageBody="x", ConfigurationSetName="none")
