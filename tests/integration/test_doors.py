"""The doors: one event leaves one entry, however often it is delivered, and is answered the same."""

import json
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from care import reference
from care.calling import State
from care.doors.sms import LONGEST
from edge.batches import AllFailed
from tests.integration.stage import Stage, batch, call_block, call_step, came_to, frame, letter, request, sample, sms


def cases(stage: Stage) -> list[dict[str, Any]]:
    return stage.items("CASE#", "CASE")


def spoken(answer: dict[str, Any]) -> list[str]:
    return [one["text"] for one in json.loads(answer["body"])["messages"]]


# ---- phone -----------------------------------------------------------------------------------------------------------


def test_a_complaint_by_phone_is_answered_with_its_digits(stage: Stage) -> None:
    answer = stage.invoke("voice", call_step("complain", category="network"))
    assert all(isinstance(value, str) for value in answer.values())
    assert reference.is_valid(answer["reference"])
    said = [answer[f"say_{place}"] for place in range(1, int(answer["pieces"]) + 1)]
    digits = "".join(one.removeprefix("d_") for one in said if one.startswith("d_"))
    assert digits == answer["reference"] * 2, "it is told twice"
    assert answer["next_step"] == "2"
    (case,) = cases(stage)
    assert (case["kind"]["S"], case["category"]["S"]) == ("complaint", "network")


def test_a_block_that_connect_tries_again_is_the_same_block(stage: Stage) -> None:
    first = stage.invoke("voice", call_step("complain", 2, category="network"))
    assert stage.invoke("voice", call_step("complain", 2, category="network")) == first
    assert len(cases(stage)) == 1


def test_two_complaints_in_one_call_are_two_cases(stage: Stage) -> None:
    stage.invoke("voice", call_step("complain", 1, category="network"))
    stage.invoke("voice", call_step("complain", 2, category="billing"))
    assert len(cases(stage)) == 2
    assert len(stage.items("CONTACT#", "CONTACT")) == 1


def test_a_caller_whose_answer_was_lost_may_press_another_key(stage: Stage) -> None:
    stage.invoke("voice", call_step("complain", 2, category="network"))
    stage.invoke("voice", call_step("complain", 2, category="billing"))
    assert len(cases(stage)) == 2


def test_a_withheld_number_is_asked_for(stage: Stage) -> None:
    assert came_to(stage.invoke("voice", call_step("complain", 1, caller=None))) == "need_phone"
    assert came_to(stage.invoke("voice", call_step("callback", 2, caller="anonymous"))) == "need_phone"
    assert came_to(stage.invoke("voice", call_step("complain", 4, caller=None, phone="0817000000001"))) == "stored"


@pytest.mark.parametrize("caller", ["+266696687", "+86282452253", "+17378742833", "anonymous"])
def test_who_withholds_a_number_is_asked_for_it_whatever_the_gateway_puts_there(stage: Stage, caller: str) -> None:
    assert came_to(stage.invoke("voice", call_step("complain", caller=caller))) == "need_phone"
    assert not cases(stage), "callers who withhold their numbers are not one customer"


def test_what_follows_the_last_star_is_what_was_keyed(stage: Stage) -> None:
    stored = stage.invoke("voice", call_step("complain", caller=None, phone="0817*081700000001#"))
    (case,) = cases(stage)
    assert case["address"]["M"]["value"]["S"] == "+6281700000001"
    for nothing in ("081700000001*", "", "Timeout"):
        asks = State(place="phone", then="complaint").write()
        answer = stage.invoke("voice", call_block("turn", 2, caller=None, state=asks, keys=nothing))
        assert (answer["say_1"], answer["ask"]) == ("silence", "phone_ask")
    asked = call_step("status", 3, reference=f"99*{stored['reference']}")
    assert came_to(stage.invoke("voice", asked)) == "told"


def test_a_call_in_trouble_is_a_call_back_with_what_the_caller_gave(stage: Stage) -> None:
    asked = call_step("trouble", 3, language="en", category="sim", priority="urgent")
    answer = stage.invoke("voice", asked)
    assert stage.invoke("voice", asked) == answer, "the same block again is the same call-back"
    (case,) = cases(stage)
    assert (came_to(answer), answer["reference"]) == ("stored", case["reference"]["S"])
    assert "".join(answer[f"digit_{place}"] for place in range(1, 11)) == answer["reference"]
    kept = {name: case[name]["S"] for name in ("kind", "category", "language", "status")}
    assert kept == {"kind": "information", "category": "sim", "language": "en", "status": "acknowledged"}
    assert case["priority"]["S"] == "urgent"
    assert case["address"]["M"]["value"]["S"] == "+6281700000001"


@pytest.mark.parametrize("left", ["complain", "callback"])
def test_a_call_in_trouble_that_left_a_case_makes_no_second_one(stage: Stage, left: str) -> None:
    reference = stage.invoke("voice", call_step(left, 2, category="network"))["reference"]
    asked = call_step("trouble", 3, category="network")
    for _ in range(2):
        assert stage.invoke("voice", asked)["reference"] == reference
    (case,) = cases(stage)
    assert case["attention"]["S"] == "person_wanted"
    noted = [item["text"]["S"] for item in stage.items("CASE#", "TIMELINE#") if item["what"]["S"] == "note"]
    assert noted == ["Perlu ditelepon petugas: panggilan terputus karena gangguan kami"]


def test_a_call_in_trouble_after_its_case_is_answered_is_a_new_call_back(stage: Stage) -> None:
    one = stage.invoke("voice", call_step("callback", 2))["reference"]
    resolved = {"id": "click-0001", "text": "Sudah kami telepon."}
    stage.invoke("desk", request("POST", f"/cases/{one}/resolve", resolved))
    assert stage.invoke("voice", call_step("trouble", 3))["reference"] != one
    assert len(cases(stage)) == 2


def test_in_trouble_the_number_that_calls_is_called_back_not_the_one_keyed_for_a_status(stage: Stage) -> None:
    stage.invoke("voice", call_step("trouble", 3, phone="081700000002"))
    stage.invoke("voice", call_step("trouble", 3, call="call-2", caller=None, phone="081700000002"))
    called = {case["contact_id"]["S"]: case["address"]["M"]["value"]["S"] for case in cases(stage)}
    assert called == {"call-1": "+6281700000001", "call-2": "+6281700000002"}


def test_a_call_in_trouble_that_nobody_can_call_back_is_kept_as_a_contact(stage: Stage) -> None:
    asked = stage.invoke("voice", call_step("trouble", 1, caller=None, category="network", phone=""))
    assert (asked["outcome"], asked["next_step"]) == ("no_number", "2")
    assert came_to(stage.invoke("voice", call_step("trouble", 2, caller=None, phone="12"))) == "invalid_phone"
    assert not cases(stage)
    assert len(stage.items("CONTACT#call-1", "CONTACT")) == 1
    first, _ = stage.items("CONTACT#call-1", "ENTRY#")
    assert (first["what"]["S"], first["answer"]["M"]["outcome"]["S"]) == ("trouble", "no_number")


def test_a_call_whose_first_attributes_could_not_be_set_is_called_back_all_the_same(stage: Stage) -> None:
    asked = call_step("trouble")
    unset = dict.fromkeys(("step", "state", "keys", "queue"), "")
    asked["Details"]["Parameters"] = {"operation": "trouble", **unset}
    answer = stage.invoke("voice", asked)
    assert (came_to(answer), answer["next_step"]) == ("stored", "2")


def test_the_caller_is_known_next_time_in_his_language(stage: Stage) -> None:
    first = stage.invoke("voice", call_step("greet"))
    assert (first["say_1"], first["ask"]) == ("greet_unknown", "menu")
    chooses = State(place="language").write()
    stage.invoke("voice", call_block("turn", 2, state=chooses, keys="2"))
    stage.invoke("voice", call_step("complain", 3, language="en"))
    stage.follow()
    silent = State(place="language_again").write()
    again = stage.invoke("voice", call_block("turn", call="call-2", state=silent, keys=""))
    assert (again["language"], again["say_1"], again["ask"]) == ("en", "greet_known", "greet_open_case")


def test_status_is_told_to_the_number_of_the_case_alone(stage: Stage) -> None:
    one = stage.invoke("voice", call_step("complain"))["reference"]

    def status(call: str, **more: Any) -> dict[str, str]:
        answer: dict[str, str] = stage.invoke("voice", call_step("status", call=call, **{"reference": one, **more}))
        return answer

    assert came_to(status("a")) == "told"
    assert came_to(status("b", caller="+6281700000002")) == "need_phone"
    assert came_to(status("c", caller="+6281700000002", phone="081700000001")) == "told"
    assert came_to(status("d", caller=None, phone="081700000003")) == "not_found"
    assert came_to(status("e", reference="1234567890")) == "not_found"
    assert came_to(status("f", reference=reference.derive("no such case"), phone="081700000001")) == "not_found"


def test_guesses_are_limited_by_caller(stage: Stage) -> None:
    one = stage.invoke("voice", call_step("complain"))["reference"]
    stranger = {"caller": "+6281700000002", "phone": "081700000003", "reference": one}
    outcomes = [came_to(stage.invoke("voice", call_step("status", call=f"call {n}", **stranger))) for n in range(6)]
    assert outcomes == ["not_found"] * 5 + ["too_many"]
    assert came_to(stage.invoke("voice", call_step("status", call="own", reference=one))) == "told"


@pytest.mark.parametrize("text", ["", "x" * 40, "²", "٤", "\0", "4172 2019"])
def test_odd_keys_are_no_error(stage: Stage, text: str) -> None:
    assert came_to(stage.invoke("voice", call_step("status", reference=text, phone=text))) in (
        "not_found",
        "need_phone",
    )


# ---- e-mail ----------------------------------------------------------------------------------------------------------


def test_a_mail_is_a_case_with_its_files(stage: Stage) -> None:
    stage.invoke("email", stage.put_mail("ses-1", (b"From: a@b.example\nSubject: Tagihan salah\n\nPulsa terpotong")))
    (case,) = cases(stage)
    assert (case["kind"]["S"], case["category"]["S"], case["summary"]["S"]) == ("complaint", "billing", "Tagihan salah")


def test_a_mail_delivered_twice_even_under_two_ids_is_one(stage: Stage) -> None:
    raw = letter("Internet lemot", "Sejak kemarin")
    for event_id in ("ses-1", "ses-1", "ses-2"):
        stage.invoke("email", stage.put_mail(event_id, raw))
    assert len(cases(stage)) == len(stage.items("CONTACT#", "CONTACT")) == 1


def test_answers_join_their_case_by_thread_and_by_reference(stage: Stage) -> None:
    stage.invoke("email", stage.put_mail("ses-1", letter("Internet lemot", "Sejak kemarin", Message_ID="<1@x>")))
    one = cases(stage)[0]["reference"]["S"]
    stage.invoke("email", stage.put_mail("ses-2", letter("Re: lemot", "di Bandung", References="<1@x>")))
    stage.invoke("email", stage.put_mail("ses-3", letter(f"tambahan [#{one}]", "rumah nomor 3")))
    assert len(cases(stage)) == 1
    timeline = sorted(stage.items(f"CASE#{one}", "TIMELINE#"), key=lambda each: each["sk"]["S"])
    heard = [each["text"]["S"] for each in timeline if each["what"]["S"] == "message_in"]
    assert heard[-2:] == ["di Bandung", "rumah nomor 3"]


def test_a_strangers_mail_joins_nobodys_case(stage: Stage) -> None:
    stage.invoke("email", stage.put_mail("ses-1", letter("Internet lemot", "Sejak kemarin", Message_ID="<1@x>")))
    one = cases(stage)[0]["reference"]["S"]
    stranger = letter(f"Re: [#{one}]", "apa isinya?", sender="lain@pelanggan.example", References="<1@x>")
    stage.invoke("email", stage.put_mail("ses-2", stranger))
    assert len(cases(stage)) == 2


def test_automatic_mail_is_kept_and_changes_nothing(stage: Stage) -> None:
    for number, headers in enumerate([{"Auto_Submitted": "auto-replied"}, {"Return_Path": "<>"}]):
        stage.invoke("email", stage.put_mail(f"ses-{number}", letter(f"Out of office {number}", "away", **headers)))
    assert len(stage.items("CONTACT#", "CONTACT")) == 2
    assert cases(stage) == []


def first_letter(stage: Stage, subject: str, text: str) -> str:
    """The only letter that a new mail is answered with, once all is done."""
    stage.invoke("email", stage.put_mail("ses-1", letter(subject, text)))
    stage.follow()
    ((_, sent),) = [one for one in stage.sent if "lead." not in str(one[1]["Destination"])]
    mail = message_from_bytes(sent["Content"]["Raw"]["Data"], _class=EmailMessage, policy=policy.default)
    return str(mail.get_body(("plain",)).get_content()).replace("\r\n", "\n")  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("subject", "text", "says"),
    [
        ("APN setting", "How do I set up the APN on my phone?", ["Thank you for writing", "APN", "Your reference"]),
        (
            "Internet lemot",
            "Internet saya lemot sekali di Bandung.",
            ["keluhan Anda", "mode pesawat", "Nomor referensi"],
        ),
        ("Saran", "Saran saya, sebaiknya gerai buka hari Minggu.", ["Terima kasih", "Nomor referensi"]),
    ],
)
def test_the_first_letter_answers_what_it_can_and_has_the_reference(
    stage: Stage, subject: str, text: str, says: list[str]
) -> None:
    told = first_letter(stage, subject, text)
    assert [one for one in says if one in told] == says
    assert sorted(says, key=told.index) == says
    assert "\n\n\n" not in told, "nothing leaves no gap"
    assert "told" not in cases(stage)[0] or cases(stage)[0]["told"]["S"] == "", "it is not kept"


@pytest.mark.parametrize(
    ("text", "says", "priority"),
    [
        ("Rumah saya kebakaran, tolong, ada orang di dalam", "112", "danger"),
        ("Saya sudah tidak sanggup, saya mau bunuh diri saja", "119", "danger"),
        ("I was tricked into giving my OTP and the money is gone", "bank", "urgent"),
    ],
)
def test_who_is_in_need_reads_what_to_do_first_and_little_else(
    stage: Stage, text: str, says: str, priority: str
) -> None:
    told = first_letter(stage, "Tolong", text)
    assert says in told
    assert "ketidaknyamanan" not in told
    (case,) = cases(stage)
    assert case["priority"]["S"] == priority
    assert reference.grouped(case["reference"]["S"]) in told


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"From: a@b.example\nSubject: " + b"s" * 600_000 + b"\n\n",
        b"From: a@b.example\nReferences: " + b"".join(b"<%d@x>\n " % n for n in range(3000)) + b"\n\nlemot",
        b"From: a@b.example\nContent-Type: text/html\n\n" + b"<p>lemot " * 200_000,
        b"From: a@b.example\nContent-Type: text/plain; charset=utf-7\n\n+2AA- lemot",
        b"From: \xff\xfe <a@b.example>\nSubject: \xed\xa0\x80\n\nlemot \xff",
        b"From: =?utf-8?b?AAAA?= <a@b.example>\nMessage-ID: <\xff@\x80>\n\n",
    ],
)
def test_a_mail_made_to_break_the_store_is_stored(stage: Stage, raw: bytes) -> None:
    stage.invoke("email", stage.put_mail("ses-1", raw))
    assert len(stage.items("CONTACT#", "CONTACT")) == 1
    for item in stage.items():
        assert len(json.dumps(item)) < 350_000


def test_a_mail_whose_object_is_missing_is_tried_again(stage: Stage) -> None:
    with pytest.raises(AllFailed):
        stage.invoke("email", sample("sqs_email"))


def test_what_ses_says_of_the_topic_is_no_mail(stage: Stage) -> None:
    told = json.loads(sample("sqs_email")["Records"][0]["body"])
    told["mail"]["messageId"] = "AMAZON_SES_SETUP_NOTIFICATION"
    for body in ("Successfully validated SNS topic for Amazon SES.", json.dumps(told)):
        assert stage.invoke("email", batch(body)) == {"batchItemFailures": []}
    assert stage.items() == []


# ---- chat ------------------------------------------------------------------------------------------------------------


def test_a_chat_message_is_answered_at_once_and_the_same_again(stage: Stage) -> None:
    first = stage.invoke("chat", frame("internet saya lemot dari kemarin"))
    assert stage.invoke("chat", frame("internet saya lemot dari kemarin")) == first
    (case,) = cases(stage)
    assert reference.grouped(case["reference"]["S"]) in spoken(first)[-1]


def test_a_chat_is_numbered_without_gaps_and_resumed_where_it_stopped(stage: Stage) -> None:
    for number in range(4):
        stage.invoke("chat", frame(f"internet lemot bagian {number}", f"message-{number}"))
    resume = sample("websocket_resume")
    resume["body"] = json.dumps({"action": "resume", "session": "s" * 32, "after": 0})
    seqs = [one["seq"] for one in json.loads(stage.invoke("chat", resume)["body"])["messages"]]
    assert seqs == list(range(1, len(seqs) + 1))
    resume["body"] = json.dumps({"action": "resume", "session": "s" * 32, "after": seqs[-2]})
    assert [one["seq"] for one in json.loads(stage.invoke("chat", resume)["body"])["messages"]] == seqs[-1:]


def test_two_messages_at_once_are_both_answered(stage: Stage) -> None:
    stage.invoke("chat", frame("halo", "message-0"))
    stage.before["TransactWriteItems"] = lambda: stage.invoke("chat", frame("sinyal hilang terus", "message-1"))
    stage.invoke("chat", frame("pulsa saya kesedot", "message-2"))
    resume = sample("websocket_resume")
    resume["body"] = json.dumps({"action": "resume", "session": "s" * 32, "after": 0})
    messages = json.loads(stage.invoke("chat", resume)["body"])["messages"]
    assert [one["seq"] for one in messages] == list(range(1, len(messages) + 1))
    assert {one["id"] for one in messages} >= {"message-0", "message-1", "message-2"}


def test_a_chat_sees_its_own_cases_only(stage: Stage) -> None:
    stage.invoke("chat", frame("internet saya lemot dari kemarin"))
    one = cases(stage)[0]["reference"]["S"]
    own = spoken(stage.invoke("chat", frame(f"status {one}", "message-2")))
    other = spoken(stage.invoke("chat", frame(f"status {one}", "message-1", session="t" * 32)))
    assert any(reference.grouped(one) in text for text in own)
    assert not any(reference.grouped(one) in text for text in other[2:])


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "{",
        "[" * 100_000,
        '{"action": "message"}',
        '{"action": "steal", "session": "x"}',
        json.dumps({"action": "message", "session": "short", "id": "message-1", "text": "x"}),
        json.dumps({"action": "message", "session": "s" * 32, "id": "message-1", "text": "x" * 4001}),
        json.dumps({"action": "message", "session": "s" * 32, "id": "message-1", "text": "\ud800"}),
        json.dumps({"action": "message", "session": "s" * 32, "id": "a#b c d e", "text": "x"}),
        json.dumps({"action": "resume", "session": "s" * 32, "after": -1}),
        json.dumps({"action": "resume", "session": "s" * 32, "before": 0}),
        json.dumps({"action": "resume", "session": "s" * 32, "after": 10**40}),
        json.dumps({"action": "resume", "session": "s" * 32, "after": 1, "before": 9}),
    ],
    ids=range(15),
)
def test_a_frame_that_cannot_be_read_is_said_to_be(stage: Stage, body: str) -> None:
    answer = stage.invoke("chat", {**sample("websocket_message"), "body": body})
    assert json.loads(answer["body"])["code"] == "invalid"
    assert stage.items() == []


@pytest.mark.parametrize("text", ["", " ", "\0", "\x07", "👩‍👩‍👧", "x" * 4000, "{reference}", "'; DROP", "<script>"])
def test_any_readable_text_is_stored(stage: Stage, text: str) -> None:
    assert json.loads(stage.invoke("chat", frame(text))["body"])["type"] == "messages"


# ---- SMS -------------------------------------------------------------------------------------------------------------


def written(stage: Stage, text: str, id_: str, *, sender: str = "+6281700000001") -> list[str]:
    """What is sent by SMS after somebody wrote one, all that follows from it done."""
    before = len(stage.sent)
    assert stage.invoke("sms", sms(text, id_, sender=sender)) == {"batchItemFailures": []}
    stage.follow()
    return [sent["MessageBody"] for channel, sent in stage.sent[before:] if channel == "sms"]


def test_a_complaint_by_sms_is_one_case_and_one_answer_however_often_it_is_delivered(stage: Stage) -> None:
    (answer,) = written(stage, "pulsa saya kesedot 20rb", "sms-1")
    assert written(stage, "pulsa saya kesedot 20rb", "sms-1") == []
    (case,) = cases(stage)
    assert reference.grouped(case["reference"]["S"]) in answer
    assert "Target selesai" in answer
    assert len(answer) <= LONGEST
    assert case["status"]["S"] == "acknowledged"
    assert [one["sk"]["S"] for one in stage.items("CASE#", "OUTBOX#")] == ["OUTBOX#acknowledgement-1"]


def test_two_sms_of_one_number_are_one_talk(stage: Stage) -> None:
    written(stage, "internet saya lemot sekali dari kemarin", "sms-1")
    (answer,) = written(stage, "saya pakai iPhone di Bandung", "sms-2")
    assert answer
    assert len(cases(stage)) == len(stage.items("CONTACT#", "CONTACT")) == 1
    numbered = [
        int(one["M"]["seq"]["N"]) for item in stage.items("CONTACT#", "ENTRY#") for one in item["messages"]["L"]
    ]
    assert sorted(numbered) == [1, 2, 3, 4]


@pytest.mark.parametrize("text", ["cara cek puk", "KUOTA", "STATUS", "MENU", "HELP", "paket", "halo", "?", "👍"])
def test_every_sms_of_a_person_is_answered_with_one(stage: Stage, text: str) -> None:
    (answer,) = written(stage, text, "sms-1")
    assert 0 < len(answer) <= LONGEST
    assert cases(stage) == []


def test_an_sms_names_the_case_it_is_for(stage: Stage) -> None:
    one = stage.invoke("voice", call_step("complain", 1))["reference"]
    stage.invoke("voice", call_step("complain", 2))
    stage.follow()
    (answer,) = written(stage, f"{one} {reference.grouped(one)} rumah saya di Bandung", "sms-1")
    assert reference.grouped(one) in answer
    heard = [item["pk"]["S"] for item in stage.items("CASE#", "TIMELINE#") if item["what"]["S"] == "message_in"]
    assert heard == [f"CASE#{one}"]


def test_a_case_that_began_by_phone_is_told_of_by_sms(stage: Stage) -> None:
    one = stage.invoke("voice", call_step("complain"))["reference"]
    stage.follow()
    (answer,) = written(stage, "STATUS", "sms-1")
    assert reference.grouped(one) in answer
    (answer,) = written(stage, f"status {one}", "sms-2", sender="+6281700000009")
    assert reference.grouped(one) not in answer


def test_an_sms_of_a_stranger_who_knows_a_reference_changes_nothing_of_its_case(stage: Stage) -> None:
    one = stage.invoke("voice", call_step("complain"))["reference"]
    stage.invoke("sms", sms(f"{one} sudah 5", sender="+6281700000009"))
    assert [item["what"]["S"] for item in stage.items(f"CASE#{one}", "TIMELINE#")] == ["opened"]


def test_several_open_questions_are_asked_which_and_one_alone_is_answered(stage: Stage) -> None:
    both = [stage.invoke("voice", call_step("complain", step))["reference"] for step in (1, 2)]
    stage.follow()
    for place, one in enumerate(both):
        stage.invoke("desk", request("POST", f"/cases/{one}/resolve", {"id": f"click-000{place}", "text": "Sudah."}))
    (answer,) = written(stage, "5", "sms-1")
    assert "beserta nomor referensi" in answer
    assert {case["status"]["S"] for case in cases(stage)} == {"resolved"}
    written(stage, f"{both[0]} 5", "sms-2")
    (answered,) = [case for case in cases(stage) if "answer" in case]
    assert answered["reference"]["S"] == both[0]


def test_who_says_stop_gets_no_more_sms_but_what_is_asked_for(stage: Stage) -> None:
    one = stage.invoke("voice", call_step("complain"))["reference"]
    stage.follow()
    (answer,) = written(stage, "Stop.", "sms-1")
    assert "START" in answer
    resolved = {"id": "click-0001", "text": "Sudah normal."}
    stage.invoke("desk", request("POST", f"/cases/{one}/resolve", resolved))
    stage.step("ask", one)
    before = len(stage.sent)
    stage.follow()
    assert len(stage.sent) == before
    (case,) = cases(stage)
    assert case["attention"]["S"] == "not_delivered"
    noted = [item["text"]["S"] for item in stage.items("CASE#", "TIMELINE#") if item["what"]["S"] == "note"]
    assert len([text for text in noted if "STOP" in text]) == 1
    assert len(written(stage, "cara cek puk", "sms-2")) == 1, "who asks is answered"
    assert written(stage, "terima kasih", "sms-3") == []


@pytest.mark.parametrize("word", ["START", "mulai"])
def test_start_undoes_stop(stage: Stage, word: str) -> None:
    written(stage, "BERHENTI", "sms-1")
    assert len(stage.items("SILENCE#")) == 1
    (answer,) = written(stage, word, "sms-2")
    assert "mengirim SMS lagi" in answer
    assert stage.items("SILENCE#") == []
    stage.invoke("voice", call_step("complain"))
    before = len(stage.sent)
    stage.follow()
    assert len(stage.sent) == before + 1


@pytest.mark.parametrize("text", ["stop paket", "STOP PAKET BULANAN", "mulai", "berhenti langganan gimana"])
def test_more_than_stop_alone_is_a_matter_of_its_own(stage: Stage, text: str) -> None:
    assert len(written(stage, text, "sms-1")) == 1
    assert stage.items("SILENCE#") == []


def test_a_sender_that_is_no_number_is_kept(stage: Stage) -> None:
    assert written(stage, "promo", "sms-1", sender="BANK-XYZ") == []
    assert [one["what"]["S"] for one in stage.items("CONTACT#", "ENTRY#")] == ["no_number"]
    assert len(stage.items("CONTACT#", "CONTACT")) == 1


@pytest.mark.parametrize("missing", ["inboundMessageId", "originationNumber", "messageBody"])
@pytest.mark.parametrize("instead", [None, "", ["x"]])
def test_an_sms_that_lacks_a_part_is_stored_and_reaches_somebody(stage: Stage, missing: str, instead: Any) -> None:
    whole = json.loads(sms("pulsa saya kesedot")["Records"][0]["body"])
    for _ in range(2):
        assert stage.invoke("sms", batch({**whole, missing: instead})) == {"batchItemFailures": []}
    stage.follow()
    if missing == "messageBody":
        assert len(stage.sent) == 1, "without words there is no case, and an answer"
        return
    (case,) = cases(stage)
    assert case["summary"]["S"] == "pulsa saya kesedot"
    assert ("attention" in case) == (missing == "originationNumber")


def test_a_message_of_nobody_and_nothing_is_counted_and_done(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    rubbish = ["{", "[]", "null", "[" * 100_000, "{}", json.dumps({"messageBody": None, "originationNumber": 7})]
    assert stage.invoke("sms", batch(*rubbish)) == {"batchItemFailures": []}
    assert stage.items() == []
    assert capsys.readouterr().out.count('"MessagesUnreadable":[1.0]') == len(rubbish)


def test_an_sms_that_cannot_be_stored_fails_alone(stage: Stage) -> None:
    good = json.loads(sample("sqs_sms")["Records"][0]["body"])
    stage.refusals["TransactWriteItems"] = "InternalServerError"
    answer = stage.invoke("sms", batch({**good, "inboundMessageId": "other"}, good))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}


def test_a_reference_that_another_case_has_is_passed_over(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    derive = reference.derive
    monkeypatch.setattr(
        reference, "derive", lambda event, attempt=0: derive("same" if attempt == 0 else event, attempt)
    )
    one = stage.invoke("voice", call_step("complain", 1))["reference"]
    two = stage.invoke("voice", call_step("complain", 2))["reference"]
    assert one != two
    assert len(cases(stage)) == 2
