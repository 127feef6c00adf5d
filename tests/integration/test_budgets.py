"""What each happening costs in AWS calls of the function's own; docs/performance.md has the table."""

import pytest

from tests.integration.stage import Stage, batch, call_step, frame, letter, request, sample, sms

DUE = "acknowledgement-1"


def test_a_mail(stage: Stage) -> None:
    stage.invoke("email", stage.put_mail("ses-1", letter("Internet lemot", "Sejak kemarin", Message_ID="<1@x>")))
    assert stage.counted == {"s3:GetObject": 1, "dynamodb:TransactWriteItems": 1}
    reference = stage.items("CASE#", "CASE")[0]["reference"]["S"]
    answer = letter(f"Re: Internet lemot [#{reference}]", "di Bandung", References="<1@x>")
    stage.invoke("email", stage.put_mail("ses-2", answer))
    assert stage.calls == 3


def test_a_reply_without_the_reference_costs_no_more(stage: Stage) -> None:
    stage.invoke("email", stage.put_mail("ses-1", letter("Internet lemot", "Sejak kemarin", Message_ID="<1@x>")))
    answer = letter("Re: Internet lemot", "di Bandung", References="<1@x> <ours@ap-southeast-1.amazonses.com>")
    stage.invoke("email", stage.put_mail("ses-2", answer))
    assert stage.counted == {"s3:GetObject": 1, "dynamodb:BatchGetItem": 1, "dynamodb:TransactWriteItems": 1}
    assert len(stage.items("CASE#", "CASE")) == 1


def test_a_reply_to_another_answer_of_ours_costs_one_more(stage: Stage) -> None:
    """Its id alone says which case it is, so that is read after it."""
    stage.invoke("email", stage.put_mail("ses-1", letter("Internet lemot", "Sejak kemarin", Message_ID="<1@x>")))
    reference = stage.items("CASE#", "CASE")[0]["reference"]["S"]
    stage.step("acknowledge", reference)
    stage.invoke("notify", batch({"action": "notify", "owner": {"case": reference}, "key": DUE}))
    answer = letter("Internet", "di Bandung", References="<provider-1@ap-southeast-1.amazonses.com>")
    stage.invoke("email", stage.put_mail("ses-2", answer))
    assert stage.counted["dynamodb:BatchGetItem"] == 2
    assert stage.calls == 4
    assert len(stage.items("CASE#", "CASE")) == 1


def test_a_mail_that_names_thirty_cases_costs_no_more_than_one_that_names_one(stage: Stage) -> None:
    for number in range(30):
        named = letter(f"Keluhan {number}", "Sinyal hilang", Message_ID=f"<{number}@x>", sender=f"a{number}@x.example")
        stage.invoke("email", stage.put_mail(f"ses-{number}", named))
    everything = " ".join(f"<{number}@x>" for number in range(30))
    stage.invoke("email", stage.put_mail("ses-all", letter("Re: semua", "Halo", References=everything)))
    assert stage.counted["dynamodb:BatchGetItem"] == 2
    assert stage.calls == 4
    assert len(stage.items("CASE#", "CASE")) == 31


def test_a_mail_with_files_costs_one_more_each(stage: Stage) -> None:
    raw = (
        b"From: sari@pelanggan.example\nSubject: lemot\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\n\nlihat lampiran\n"
        + b"".join(b"--b\nContent-Type: image/png; name=a.png\n\n%d\n" % number for number in range(3))
        + b"--b--\n"
    )
    stage.invoke("email", stage.put_mail("ses-1", raw))
    assert stage.counted["s3:PutObject"] == 3
    assert stage.calls - 3 <= 3


@pytest.mark.parametrize("operation", ["greet", "complain", "callback", "status", "trouble"])
def test_a_step_of_a_call(stage: Stage, operation: str) -> None:
    one = stage.invoke("voice", call_step("complain", call="earlier"))["reference"]
    stage.invoke("voice", call_step(operation, reference=one))
    assert stage.calls <= 3
    stage.invoke("voice", call_step(operation, reference=one))
    assert stage.calls <= 3


def test_a_chat_message(stage: Stage) -> None:
    said = [
        "halo",
        "internet saya lemot dari kemarin",
        "di Bandung",
        "cek status",
        "English",
        "thanks",
        "status 4172201930",
    ]
    for number, text in enumerate(said):
        stage.invoke("chat", frame(text, f"message-{number}"))
        assert stage.calls <= 3, text
    stage.invoke("chat", sample("websocket_resume"))
    assert stage.calls == 1
    stage.invoke("chat", sample("websocket_connect"))
    assert stage.calls == 1


def test_an_sms(stage: Stage) -> None:
    written = [
        "pulsa saya kesedot 20 ribu",
        "di Bandung",
        "5 makasih",
        "STATUS",
        "cek kuota",
        "0817-0000-0001",
        "STOP",
        "START",
        "status 4172201930",
    ]
    for number, text in enumerate(written):
        stage.invoke("sms", sms(text, f"sms-{number}"))
        assert stage.calls <= (4 if number in (5, 8) else 3), text


@pytest.mark.parametrize("door", ["voice", "email"])
def test_sending_an_acknowledgement(stage: Stage, door: str) -> None:
    event = (
        stage.put_mail("ses-1", letter("Internet lemot", "Sejak kemarin")) if door == "email" else call_step("complain")
    )
    stage.invoke(door, event)
    reference = stage.items("CASE#", "CASE")[0]["reference"]["S"]
    stage.step("acknowledge", reference)
    assert stage.counted == {"dynamodb:GetItem": 1, "dynamodb:TransactWriteItems": 1}
    stage.invoke("notify", batch({"action": "notify", "owner": {"case": reference}, "key": DUE}))
    assert len(stage.sent) == 1
    assert stage.calls == (4 if door == "voice" else 3), "who gets an SMS may have said STOP"


def test_a_screen_pop_is_one_request_and_two_however_long_the_case(stage: Stage) -> None:
    one = stage.invoke("voice", call_step("complain"))["reference"]
    for number, read in ((5, {"dynamodb:Query": 1}), (110, {"dynamodb:Query": 1, "dynamodb:BatchGetItem": 1})):
        stage.lengthen(one, number)
        stage.invoke("desk", request("GET", f"/cases/{one}"))
        assert stage.counted == read
        stage.invoke("desk", request("POST", f"/cases/{one}/reply", {"id": f"click-{number:04}", "text": "Baik."}))
        assert stage.counted == {**read, "dynamodb:TransactWriteItems": 1}


def test_following_a_batch_is_a_request_a_queue(stage: Stage) -> None:
    stage.invoke("fanout", sample("dynamodb_stream"))
    assert stage.counted == {"sqs:SendMessageBatch": 2, "dynamodb:BatchGetItem": 1, "dynamodb:UpdateItem": 1}


def test_starting_a_follow_up_and_keeping_its_wait(stage: Stage) -> None:
    one = stage.invoke("voice", call_step("complain"))["reference"]
    stage.invoke("followup", batch({"action": "start", "reference": one, "cycle": 1, "part": 1}))
    assert stage.calls == 1
    wait = {"action": "wait", "reference": one, "cycle": 1, "part": 1, "length": 1, "entered_at": "2026"}
    stage.invoke("followup", batch({**wait, "task_token": "token"}))
    assert stage.calls == 1


def test_an_event_of_a_provider(stage: Stage) -> None:
    one = stage.invoke("voice", call_step("complain"))["reference"]
    stage.step("acknowledge", one)
    for event in sample("sqs_delivery_sms")["Records"]:
        stage.invoke("delivery", batch(event["body"].replace(sample("step")["reference"], one)))
        assert stage.calls == 1
