"""What one asker may cause, and nobody pays for: codes, urgent cases, messages to a number, guesses."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from care.centre import Centre
from care.channels import SMS
from care.customer import Address, hashed
from care.doors.chat import contact_id
from care.services.table import keys
from care.services.table.attributes import to_item
from care.services.table.keys import Span
from care.services.table.store import Store
from tests.integration.stage import Event, Stage, batch, call_step, came_to, client, frame, request, sms
from tests.unit.chatting import MemorySystem
from tests.unit.making import OPERATOR, POLICY

LIMITS = POLICY.limits
URGENT = "HP saya hilang dicuri, tolong blokir kartu saya sekarang"
VICTIM = "081700000009"
OTHER = "081700000002"


def cases(stage: Stage) -> list[dict[str, Any]]:
    return stage.items("CASE#", "CASE")


def said(stage: Stage, text: str, session: str = "s" * 32, *, id_: str = "", source: str = "203.0.113.7") -> str:
    event = frame(text, id_ or f"message-{abs(hash(text)) % 10**9}", session=session)
    event["requestContext"]["identity"]["sourceIp"] = source
    return " ".join(one["text"] for one in json.loads(stage.invoke("chat", event)["body"])["messages"])


def counted(stage: Stage, who: str, times: int, span: Span = Span.DAY) -> None:
    """As if it had been done so often in this span of time."""
    item = {**to_item(keys.tally(who, datetime.now(UTC), span)), "times": {"N": str(times)}}
    client("dynamodb").put_item(TableName="care", Item=item)


def any_number(place: int) -> str:
    return f"0817000001{place:02}"


def sent(stage: Stage, by: str) -> list[dict[str, Any]]:
    return [params for channel, params in stage.sent if channel == by]


def listed(stage: Stage, which: str = "open") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(stage.invoke("desk", request("GET", "/cases", list=which))["body"])[
        "cases"
    ]
    return found


# ---- floods ----------------------------------------------------------------------------------------------------------


def test_past_those_of_an_address_that_go_first_none_does(stage: Stage) -> None:
    counted(stage, f"first-{hashed('source:203.0.113.7')}", LIMITS.first_at_once - 2, Span.TEN_MINUTES)
    for place in range(5):
        answer = said(stage, URGENT, f"{place:032}")
    assert len(cases(stage)) == 5, "nothing is refused"
    assert [case["priority"]["S"] for case in cases(stage)].count("urgent") == 2
    assert "817" in answer, "who must go first has a way"
    said(stage, URGENT, "h" * 32, source="198.51.100.2")
    first = [one["reference"] for one in listed(stage) if one["priority"] == "urgent"]
    (honest,) = stage.items(f"CONTACT#{contact_id('h' * 32)}", "CONTACT")
    assert len(first) == 3
    assert honest["reference"]["S"] in first


def test_what_a_chat_says_past_its_cases_goes_to_the_last_one(stage: Stage) -> None:
    counted(stage, f"cases-{hashed(contact_id('s' * 32))}", LIMITS.cases_a_day - 1)
    for place in range(3):
        said(
            stage, f"saran saya, tolong tambah menara di desa nomor {place} supaya sinyal bagus", id_=f"idea-{place:04}"
        )
    (case,) = cases(stage)
    heard = [item["text"]["S"] for item in stage.items("CASE#", "TIMELINE#") if item["what"]["S"] == "message_in"]
    assert len(heard) == 2
    assert case["length"]["N"] >= "3"


def test_calls_that_key_a_victims_number_send_it_few_sms(stage: Stage) -> None:
    for place in range(15):
        asked = call_step("complain", 2, call=f"call-{place}", caller=None, phone=VICTIM, category="network")
        assert came_to(stage.invoke("voice", asked)) == "stored"
    stage.follow()
    assert len(sent(stage, "sms")) == LIMITS.claimed_cases_a_day
    assert len(cases(stage)) == 15
    looked_at = [case for case in cases(stage) if case.get("attention", {}).get("S") == "no_address"]
    assert len(looked_at) == 15 - LIMITS.claimed_cases_a_day
    notes = [item["text"]["S"] for item in stage.items("CASE#", "TIMELINE#") if item["what"]["S"] == "note"]
    assert all("+6281700000009" in one for one in notes), "a person can still call"


def test_one_number_that_calls_without_end_has_so_many_cases(stage: Stage) -> None:
    number = Address(channel=SMS, value="+6281700000001").customer_id
    counted(stage, f"cases-{number}", LIMITS.cases_a_day - 2)
    references = {
        stage.invoke("voice", call_step("complain", call=f"call-{place}", category="network"))["reference"]
        for place in range(5)
    }
    assert len(references) == len(cases(stage)) == 2
    added = [item for item in stage.items("CASE#", "TIMELINE#") if item["what"]["S"] == "message_in"]
    assert len(added) == 3


@pytest.mark.parametrize("number", ["+88165012345678", "+19005550123", "+6799012345"])
def test_nothing_is_sent_to_numbers_abroad(stage: Stage, number: str) -> None:
    stage.invoke("voice", call_step("complain", caller=None, phone=number, category="network"))
    stage.invoke("voice", call_step("complain", call="call-2", caller=number, category="network"))
    stage.invoke("sms", sms("internet saya mati", sender=number))
    stage.follow()
    assert not sent(stage, "sms")
    assert len(cases(stage)) >= 2
    assert {case["attention"]["S"] for case in cases(stage)} == {"not_delivered"}


def test_an_address_gets_so_many_automatic_messages_a_day(stage: Stage) -> None:
    number = Address(channel=SMS, value="+6281700000001").customer_id
    counted(stage, f"told-{number}", LIMITS.told_a_day - 2)
    for place in range(4):
        one = stage.invoke("voice", call_step("complain", call=f"call-{place}", category="network"))["reference"]
        stage.follow()
        words = {"id": f"click-{place:06}", "text": "Buka jam 8."}
        stage.invoke("desk", request("POST", f"/cases/{one}/reply", words))
        stage.follow()
    by_agents = [one for one in sent(stage, "sms") if "Buka jam 8." in one["MessageBody"]]
    assert len(sent(stage, "sms")) - len(by_agents) == 2
    assert len(by_agents) == 4, "what a person writes is not counted"
    kept = [item for item in stage.items("CASE#", "OUTBOX#") if item["state"]["S"] == "failed"]
    assert len(kept) == 2
    noted = [item for item in stage.items("CASE#", "TIMELINE#") if item["what"]["S"] == "not_sent"]
    assert len(noted) == 2


def test_a_telephone_that_answers_by_itself_is_not_answered_without_end(stage: Stage) -> None:
    references = [
        stage.invoke("voice", call_step("complain", call=f"call-{n}", category="network"))["reference"] for n in "12"
    ]
    stage.follow()
    for place, one in enumerate(references):
        stage.invoke("desk", request("POST", f"/cases/{one}/resolve", {"id": f"click-000{place}", "text": "Sudah."}))
    stage.follow()
    answered = 0
    for _ in range(60):
        new = sent(stage, "sms")[answered:]
        if not new:
            break
        answered += len(new)
        for one in new:
            stage.invoke(
                "sms", sms("Saya sedang menyetir, nanti saya balas.", f"auto-{answered}-{abs(hash(str(one)))}")
            )
        stage.follow()
    assert answered <= 6, "two acknowledgements, two questions, and the same words are answered twice"


def test_a_number_gets_so_many_answers_a_day(stage: Stage) -> None:
    number = Address(channel=SMS, value="+6281700000001").customer_id
    counted(stage, f"answers-{number}", LIMITS.answers_a_day - 2)
    for place in range(4):
        stage.invoke("sms", sms(f"cara cek kuota nomor {place}", f"sms-{place}"))
    stage.follow()
    assert len(sent(stage, "sms")) == 2
    assert len(stage.items("CONTACT#sms-", "ENTRY#")) == 4, "all is kept"
    stage.invoke("sms", sms("internet saya lemot sekali dari kemarin di Bandung", "sms-last"))
    stage.follow()
    assert len(cases(stage)) == 1
    assert "keluhan Anda kami terima" in sent(stage, "sms")[-1]["MessageBody"], "whose answer is not sent is told so"


# ---- guesses ---------------------------------------------------------------------------------------------------------


def test_who_pretends_to_call_from_a_number_does_not_lock_its_status(stage: Stage) -> None:
    one = stage.invoke("voice", call_step("complain", category="network"))["reference"]
    for place in range(POLICY.status.wrong_guesses_a_day + 2):
        wrong = call_step(
            "status", 2, call=f"spoofed-{place}", reference=one, phone="081700000002", caller="+6281700000003"
        )
        guess = call_step("status", 3, call=f"spoofed-{place}", reference="1234567897", phone="081700000001")
        stage.invoke("voice", wrong)
        stage.invoke("voice", guess)
    told = stage.invoke("voice", call_step("status", call="own", reference=one))
    assert came_to(told) == "told"


def test_new_calls_buy_no_new_guesses_at_a_reference(stage: Stage) -> None:
    one = stage.invoke("voice", call_step("complain", category="network"))["reference"]
    outcomes = []
    for place in range(POLICY.status.wrong_at_one_a_day + 3):
        wrong = call_step(
            "status", 2, call=f"call-{place}-x", caller=None, reference=one, phone=f"0817000001{place:02}"
        )
        outcomes.append(came_to(stage.invoke("voice", wrong)))
    assert outcomes == ["not_found"] * POLICY.status.wrong_at_one_a_day + ["too_many"] * 3
    right = call_step("status", 2, call="call-last", caller=None, reference=one, phone="081700000001")
    assert came_to(stage.invoke("voice", right)) == "too_many", "the right one is not told by guessing"


def test_guesses_at_once_are_no_more_than_one_after_the_other(stage: Stage) -> None:
    one = stage.invoke("voice", call_step("complain", category="network"))["reference"]
    most = POLICY.status.wrong_at_one_a_day

    def guess(place: int) -> Event:
        return call_step("status", 2, call=f"call-{place}", caller=None, reference=one, phone=any_number(place))

    for place in range(most - 1):
        stage.invoke("voice", guess(place))
    # Between reading and writing another guess comes in: the last that is left.
    stage.before["TransactWriteItems"] = lambda: stage.modules["voice"].handler(guess(90), _Context())
    assert came_to(stage.invoke("voice", guess(91))) == "too_many"


def test_codes_at_once_are_no_more_than_one_after_the_other(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(client("dynamodb"), "care", POLICY.retention_days)
    centre = Centre(store, POLICY, OPERATOR, MemorySystem())
    monkeypatch.setattr(stage.modules["chat"], "centre", lambda: centre)
    counted(stage, hashed("code:+6281700000001"), POLICY.proof.codes_to_number_a_day - 1)
    for session in ("a" * 32, "b" * 32):
        said(stage, "cek kuota", session)
    number = {"action": "message", "session": "b" * 32, "id": "message-2", "text": "0817-0000-0001"}

    def other() -> None:
        event = frame("", session="b" * 32)
        event["body"] = json.dumps(number)
        stage.modules["chat"].handler(event, _Context())

    stage.before["TransactWriteItems"] = other
    said(stage, "0817-0000-0001", "a" * 32, id_="message-2")
    assert len(stage.items("CONTACT#chat-", "OUTBOX#code-")) == 1


class _Context:
    function_name = "voice"
    memory_limit_in_mb = 512
    aws_request_id = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
    invoked_function_arn = "arn:aws:lambda:ap-southeast-1:123456789012:function:care-voice:live"


# ---- a chat's own ids and letters ------------------------------------------------------------------------------------


def test_no_id_of_a_browser_is_that_of_a_message_of_ours(stage: Stage) -> None:
    said(stage, "internet saya lambat sekali sejak kemarin", id_="message-1")
    stage.follow()
    (case,) = cases(stage)
    one = case["reference"]["S"]
    for key in ("question-1", f"answered-{1}", "acknowledgement-1"):
        said(stage, "halo", id_=f"out-{one}-{key}")
    stage.invoke("desk", request("POST", f"/cases/{one}/resolve", {"id": "click-0001", "text": "Sudah normal."}))
    stage.follow()
    stage.step("ask", one)
    stage.follow()
    assert [item for item in stage.items("CONTACT#chat-", "ENTRY#out:") if f"{one}-question-1" in item["sk"]["S"]]


def test_letters_that_stand_for_many_make_no_text_longer(stage: Stage) -> None:
    said(stage, "cek kuota", id_="message-1")
    said(stage, "0817-0000-0001 " + "\ufdfa" * 3900, id_="message-2")
    said(stage, "123456 " + "\ufdfa" * 3900, id_="message-3")
    longest = max(
        len(one["M"]["text"]["S"]) for item in stage.items("CONTACT#chat-", "ENTRY#") for one in item["messages"]["L"]
    )
    assert longest <= 4000


def test_a_batch_of_sms_over_the_limit_is_taken_whole(stage: Stage) -> None:
    bodies = [json.loads(sms("halo, paket saya hilang", f"sms-{n}")["Records"][0]["body"]) for n in range(10)]
    assert stage.invoke("sms", batch(*bodies)) == {"batchItemFailures": []}
    assert len(stage.items("CONTACT#sms-", "ENTRY#")) == 10
