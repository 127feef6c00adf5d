"""Which case a mail goes on with, what makes two mails one, and what stops two machines that answer each other."""

import json
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from care.customer import hashed
from care.services.table import keys
from care.services.table.attributes import to_item
from tests.integration.stage import Stage, client, letter, request
from tests.integration.test_mail_guard import FORGED, SARI, cases, opened, sent, timeline
from tests.unit.making import POLICY

LIMITS = POLICY.limits
QUOTE = "Pada Sen, 30 Nov 2026 10.00, Layanan 817 <care@care817.example> menulis:"


def heard(stage: Stage, reference: str) -> list[tuple[str, str]]:
    """What its customer wrote after the first mail, with the sign by which it came."""
    items = sorted(stage.items(f"CASE#{reference}", "TIMELINE#"), key=lambda one: one["sk"]["S"])
    return [(one["text"]["S"], one["sign"]["S"]) for one in items if one["what"]["S"] == "message_in"]


def change(stage: Stage, reference: str, **values: str) -> None:
    names = {f"#{name}": name for name in values}
    client("dynamodb").update_item(
        TableName="care",
        Key=to_item(keys.case(reference)),
        UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in values),
        ExpressionAttributeNames=names,
        ExpressionAttributeValues=to_item({f":{name}": value for name, value in values.items()}),
    )


def close(stage: Stage, reference: str, days: int) -> None:
    then = (datetime.now(UTC) - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    change(stage, reference, status="closed", closed_at=then, closed_as="unconfirmed")


def write(stage: Stage, event_id: str, raw: bytes, **how: str) -> None:
    stage.invoke("email", stage.put_mail(event_id, raw, **how))


@pytest.fixture
def case(stage: Stage) -> str:
    """A complaint of Sari's, acknowledged."""
    one = opened(stage, "ses-1", letter("Internet lemot", "Sejak kemarin di Solo", Message_ID="<1@x>"))
    stage.follow()
    return one


def test_a_reply_finds_its_case_though_we_never_learned_the_id_of_our_letter(stage: Stage, case: str) -> None:
    (told,) = sent(stage)
    ours = str(told["References"]).split()
    assert ours[-1] == "<1@x>"
    assert len(ours) == 2
    for item in stage.items("MAIL#", "MAIL"):
        client("dynamodb").delete_item(TableName="care", Key={name: item[name] for name in ("pk", "sk")})
    write(stage, "ses-2", letter("Halo", "di Bandung", References=f"{ours[0]} <never-stored@amazonses.com>"))
    assert heard(stage, case) == [("di Bandung", "signed")]
    assert stage.counted["dynamodb:BatchGetItem"] == 1
    stranger = letter("Halo", "apa ini?", sender="budi@pelanggan.example", References=ours[0])
    other = opened(stage, "ses-3", stranger)
    assert any(case[:3] in text for what, text in timeline(stage, other) if what == "note"), "the team reads of it"
    assert len(heard(stage, case)) == 1


def test_the_signs_in_their_order(stage: Stage, case: str) -> None:
    other = opened(stage, "ses-2", letter("Pulsa hilang", "Pulsa saya hilang 20 ribu", Message_ID="<2@x>"))
    (told,) = sent(stage)
    to = str(told["Reply-To"])
    write(stage, "ses-3", letter(f"Re: x [#{other}]", "satu", References="<2@x>"), to=to)
    write(stage, "ses-4", letter(f"Re: x [#{other}]", "dua", References="<2@x> <1@x>"))
    write(stage, "ses-5", letter(f"Re: x [#{case}]", f"tiga, beda dengan {other}"))
    write(stage, "ses-6", letter("Halo", f"empat\n\n{QUOTE}\n> Nomor referensi Anda: {case}"))
    assert heard(stage, case) == [
        ("satu", "signed"),
        ("dua", "thread"),
        (f"tiga, beda dengan {other}", "subject"),
        ("empat", "text"),
    ]
    assert heard(stage, other) == []


@pytest.mark.parametrize(
    "subject", ["Re: Internet lemot", "RE[2]: internet  LEMOT", "Balas: Internet lemot", "AW: Re: Internet lemot"]
)
def test_a_reply_that_lost_its_thread_finds_the_only_open_case_of_its_subject(
    stage: Stage, case: str, subject: str
) -> None:
    write(stage, "ses-2", letter(subject, "Ini tambahan dari saya: di Bandung, tiap malam sejak hujan"))
    assert [sign for _, sign in heard(stage, case)] == ["like"]


@pytest.mark.parametrize(
    ("subject", "sender"),
    [
        ("Internet lemot", SARI),
        ("Re: Internet lemot sekali", SARI),
        ("Re:", SARI),
        ("Fwd: Internet lemot", SARI),
        ("Re: Internet lemot", "budi@pelanggan.example"),
    ],
)
def test_another_subject_or_another_author_is_another_matter(
    stage: Stage, case: str, subject: str, sender: str
) -> None:
    opened(stage, "ses-2", letter(subject, "Pulsa saya hilang dua puluh ribu tanpa sebab", sender=sender))
    assert heard(stage, case) == []


def test_two_open_cases_of_a_subject_are_not_told_apart(stage: Stage, case: str) -> None:
    opened(stage, "ses-2", letter("Internet lemot", "Di rumah yang lain juga", Message_ID="<2@x>"))
    opened(stage, "ses-3", letter("Re: Internet lemot", "Yang di rumah kedua masih lemot sekali sampai hari ini"))
    assert heard(stage, case) == []


def test_a_case_closed_for_long_is_named_to_who_has_its_successor(stage: Stage, case: str) -> None:
    close(stage, case, days=30)
    new = opened(stage, "ses-2", letter("Re: Internet lemot", "Lemot lagi", References="<1@x>"))
    notes = [text for what, text in timeline(stage, new) if what == "note"]
    assert any(f"{case[:3]} {case[3:6]} {case[6:]}" in text for text in notes)
    assert heard(stage, case) == []


def test_a_stranger_who_names_a_case_gets_one_of_his_own_and_its_team_knows(stage: Stage, case: str) -> None:
    before = cases(stage)[case], timeline(stage, case)
    for number, how in enumerate(({}, FORGED)):
        sender = SARI if how else "budi@lain.example"
        raw = letter(f"Re: [#{case}]", f"Apa isi laporan ini? {number}", sender=sender)
        new = opened(stage, f"ses-{number}", raw, source=sender, **how)
        assert any("menyebut laporan" in text for what, text in timeline(stage, new) if what == "note")
    assert (cases(stage)[case], timeline(stage, case)) == before


def test_a_mail_is_one_contact_by_its_id_or_by_its_date_however_it_is_delivered(stage: Stage) -> None:
    date = "Mon, 30 Nov 2026 10:00:00 +0700"
    same = {"subject": "Internet lemot", "text": "Sejak kemarin"}
    for number, headers in enumerate(
        (
            {"Message_ID": "<1@x>", "Date": date},
            {"Message_ID": "<1@x>", "Date": date, "Received": "by mx"},
            {"Message_ID": "<2@x>", "Date": "Mon, 30 Nov 2026 03:00:00 +0000"},
            {"Message_ID": "<1@x>", "Date": "Mon, 30 Nov 2026 10:05:00 +0700"},
            {"Message_ID": "<1@x>"},
        )
    ):
        write(stage, f"ses-{number}", letter(**same, **headers))
        assert len(cases(stage)) == 1, headers
    assert len(stage.items("CONTACT#", "CONTACT")) == 1
    write(stage, "ses-9", letter(**same, Message_ID="<3@x>", Date="Mon, 30 Nov 2026 10:00:01 +0700"))
    write(stage, "ses-10", letter(**same, sender="budi@pelanggan.example", Message_ID="<2@x>", Date=date))
    assert len(cases(stage)) == 3


def test_a_mail_with_anothers_id_and_other_words_is_a_contact_of_its_own_and_marked(stage: Stage, case: str) -> None:
    new = opened(stage, "ses-2", letter("Pulsa hilang", "Pulsa saya hilang 20 ribu", Message_ID="<1@x>"))
    assert any("Message-ID" in text for what, text in timeline(stage, new) if what == "note")
    write(stage, "ses-3", letter(f"Re: [#{new}]", "Tambahan", Message_ID="<1@x>"))
    assert heard(stage, new) == [("Tambahan", "subject")]
    assert [text for what, text in timeline(stage, new) if what == "note" and "Message-ID" in text][1:]
    assert len(stage.items("CONTACT#", "CONTACT")) == 3


def test_what_no_person_wrote_changes_nothing_and_says_why(stage: Stage, case: str) -> None:
    before = cases(stage)[case], timeline(stage, case)
    raw = letter("Re: Internet lemot", "Saya sedang cuti", References="<1@x>", Auto_Submitted="auto-replied")
    write(stage, "ses-2", raw)
    assert (cases(stage)[case], timeline(stage, case)) == before
    (entry,) = [one for one in stage.items("CONTACT#", "ENTRY#") if one["what"]["S"] == "automatic"]
    assert entry["answer"]["M"]["kind"]["S"] == "reply"
    assert "Auto-Submitted" in entry["answer"]["M"]["why"]["S"]


def has_written(who: str, times: int, span: keys.Span = keys.Span.TEN_MINUTES) -> None:
    """Let so many be counted in these ten minutes or today, and in the next, which may begin any moment."""
    now = datetime.now(UTC)
    for at in (now, now + (timedelta(days=1) if span is keys.Span.DAY else timedelta(minutes=10))):
        key = keys.tally(who, at, span)
        client("dynamodb").put_item(TableName="care", Item=to_item({**key, "times": times}))


def held(stage: Stage) -> list[str]:
    return [one["reference"]["S"] for one in cases(stage).values() if one.get("held", {}).get("S") == "flood"]


def test_a_machine_that_writes_again_and_again_is_held(stage: Stage) -> None:
    opened(stage, "ses-1", letter("Info 1", "Sinyal hilang di lokasi 1"))
    assert held(stage) == []
    has_written(f"mailed-{hashed(f'mailto:{SARI}')}", LIMITS.mailed_at_once)
    second = opened(stage, "ses-2", letter("Info 2", "Sinyal hilang di lokasi 2"))
    assert held(stage) == [second]


@pytest.mark.parametrize("how", [{}, FORGED], ids=["proven", "not proven"])
@pytest.mark.parametrize("lost", [False, True], ids=["to our address", "by our id alone"])
def test_a_machine_that_answers_our_letter_from_a_new_address_each_time_is_held(
    stage: Stage, case: str, how: dict[str, str], lost: bool
) -> None:
    (told,) = sent(stage)

    def answers(number: int) -> str:
        sender = f"robot{number}@lain.example"
        raw = letter("Pesan Anda", f"Kami terima {number}", sender=sender, References=str(told["References"]))
        to = {} if lost else {"to": str(told["Reply-To"])}
        return opened(stage, f"ses-{number + 2}", raw, source=sender, **to, **how)

    first = answers(1)
    assert held(stage) == []
    has_written(f"naming-now-{case}", LIMITS.naming_one_at_once)
    second = answers(2)
    assert held(stage) == [second]
    stage.follow()
    named = [one for one in sent(stage) if first in str(one["Subject"]) or second in str(one["Subject"])]
    assert [first in str(one["Subject"]) for one in named] == [True], "one is answered, and only one"


def test_a_complaint_that_lacks_something_is_asked_for_it_once(stage: Stage) -> None:
    one = opened(stage, "ses-1", letter("Komplain", "Keluhan: internet saya lemot sekali!", Message_ID="<1@x>"))
    stage.follow()
    (told,) = sent(stage)
    text = told.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "Di kota atau daerah mana?" in text
    write(stage, "ses-2", letter("Re: Komplain", "Di Bandung, sejak kemarin", References="<1@x>"))
    stage.follow()
    _, thanked = sent(stage)
    assert "Keterangan Anda sudah kami teruskan" in words(thanked)
    assert "?" not in words(thanked)
    assert cases(stage)[one]["area"]["S"]
    other = opened(stage, "ses-3", letter("Lemot", "Keluhan: internet 081712345678 di Solo lemot sejak kemarin!"))
    stage.follow()
    assert other in str(sent(stage)[-1]["Subject"])
    assert "Di kota" not in sent(stage)[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]


# ---- replies ---------------------------------------------------------------------------------------------------------


def words(told: EmailMessage) -> str:
    return told.get_body(("plain",)).get_content()  # type: ignore[union-attr,no-any-return]


def replies(stage: Stage) -> list[str]:
    """What was sent after the first letter."""
    stage.follow()
    return [words(one) for one in sent(stage)[1:]]


def test_a_reply_is_answered_once_in_its_thread_however_often_it_comes(stage: Stage, case: str) -> None:
    raw = letter("Re: Internet lemot", "masih belum beres juga nih", References="<1@x>", Message_ID="<2@x>")
    for event in ("ses-2", "ses-2", "ses-3"):
        stage.invoke("email", stage.put_mail(event, raw))
    (said,) = replies(stage)
    assert "Mohon maaf masalah Anda belum beres" in said
    told = sent(stage)[-1]
    assert "<2@x>" in str(told["References"])
    assert case in str(told["Subject"])
    assert told["To"] == SARI
    assert heard(stage, case) == [("masih belum beres juga nih", "thread")], "and its team reads it"


def test_a_question_is_asked_of_what_the_letter_before_told(stage: Stage) -> None:
    write(stage, "ses-1", letter("Umrah", "Paket apa untuk umrah 12 hari dan berapa harganya?", Message_ID="<1@x>"))
    stage.follow()
    write(stage, "ses-2", letter("Re: Umrah", "Paket itu bisa untuk hotspot?", References="<1@x>"))
    (said,) = replies(stage)
    assert "Umrah 8 GB" in said
    assert "hotspot" in said


@pytest.mark.parametrize("text", ["Terima kasih banyak", "baik, saya tunggu ya", "OK siap"])
def test_thanks_need_no_answer(stage: Stage, case: str, text: str) -> None:
    write(stage, "ses-2", letter("Re: Internet lemot", text, References="<1@x>"))
    assert replies(stage) == []


def test_what_a_follow_up_answers_is_answered_by_it_alone(stage: Stage, case: str) -> None:
    change(stage, case, status="resolved")
    write(stage, "ses-2", letter("Re: Internet lemot", "belum beres", References="<1@x>"))
    stage.follow()
    assert not [one for one in stage.items(f"CASE#{case}", "OUTBOX#") if one["template"]["S"] == "replied"]


def test_what_no_person_wrote_gets_no_answer(stage: Stage, case: str) -> None:
    raw = letter("Re: Internet lemot", "Kapan beres?", References="<1@x>", Auto_Submitted="auto-replied")
    write(stage, "ses-2", raw)
    assert replies(stage) == []


@pytest.mark.parametrize("who", ["case", "address"])
def test_past_the_limit_a_reply_is_heard_and_not_answered(stage: Stage, case: str, who: str) -> None:
    if who == "case":
        has_written(f"replied-{case}", LIMITS.replies_at_once)
    else:
        has_written(f"replied-{hashed(f'mailto:{SARI}')}", LIMITS.replies_a_day, keys.Span.DAY)
    write(stage, "ses-2", letter("Re: Internet lemot", "Kapan beres?", References="<1@x>"))
    assert replies(stage) == []
    assert heard(stage, case) == [("Kapan beres?", "thread")]


def test_the_same_is_not_said_twice_in_a_row(stage: Stage, case: str) -> None:
    for number in range(2, 6):
        raw = letter("Re: Internet lemot", "Kapan beres?", References="<1@x>", Message_ID=f"<{number}@x>")
        write(stage, f"ses-{number}", raw)
    said = replies(stage)
    assert len(said) == len(set(said)) == 2


def test_a_reply_that_tells_of_danger_is_a_case_of_its_own(stage: Stage, case: str) -> None:
    new = opened(stage, "ses-2", letter("Re: Internet lemot", "Rumah saya kebakaran, tolong!", References="<1@x>"))
    stage.follow()
    assert "112" in words(sent(stage)[-1])
    assert cases(stage)[new]["priority"]["S"] == "danger"
    assert any(case[:3] in text for what, text in timeline(stage, new) if what == "note")


def test_a_town_in_a_signature_is_no_destination_and_a_programs_line_no_language(stage: Stage) -> None:
    text = "What data package do you have for 30 days in Bali?\n\nCheers,\nMark Evans\nPerth, Australia"
    write(stage, "ses-1", letter("SIM", text))
    write(stage, "ses-2", letter("Bayar tagihan lewat Indomaret bisa?", "\n\nSent from my iPhone"))
    stage.follow()
    first, second = (words(one) for one in sent(stage))
    assert first.startswith("Dear Mark Evans,")
    assert "Australia" not in first
    assert second.startswith("Yth. Bapak/Ibu")
    assert "iPhone" not in second
    assert "minimarket" in second


def returned(told: EmailMessage, address: str, *, headers: bool = True) -> bytes:
    """A mail server's word that a mail of ours did not get to an address, as a mail."""
    names = ("From", "To", "Subject", "Reply-To", "References") if headers else ("From", "To", "Subject")
    head = "".join(f"{name}: {' '.join(str(told[name]).split())}\n" for name in names)
    parts = (
        "--b\nContent-Type: text/plain\n\nYour message could not be delivered.\n"
        f"--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; {address}\n"
        "Action: failed\nStatus: 5.1.1\n"
        f"--b\nContent-Type: text/rfc822-headers\n\n{head}\n--b--\n"
    )
    report = "multipart/report; report-type=delivery-status; boundary=b"
    return letter("Undelivered Mail", parts, sender="MAILER-DAEMON@mx.example", Content_Type=report)


def test_a_mail_of_ours_that_comes_back_is_told_on_its_case(stage: Stage, case: str) -> None:
    (told,) = sent(stage)
    write(stage, "ses-2", returned(told, SARI), source="")
    assert cases(stage)[case]["attention"]["S"] == "not_delivered"
    assert any(SARI in text for what, text in timeline(stage, case) if what == "note")
    assert len(cases(stage)) == 1


@pytest.mark.parametrize(("address", "headers"), [("budi@pelanggan.example", True), (SARI, False)])
def test_nobody_says_so_who_does_not_have_the_mail(stage: Stage, case: str, address: str, headers: bool) -> None:
    (told,) = sent(stage)
    before = cases(stage)[case], timeline(stage, case)
    write(stage, "ses-2", returned(told, address, headers=headers), source="")
    assert (cases(stage)[case], timeline(stage, case)) == before


def original(stage: Stage, reference: str, number: int, **asked: str) -> Any:
    path = f"/cases/{reference}/timeline/{number}"
    return stage.invoke("desk", request("GET", path, None, **asked))


def test_all_words_of_a_mail_are_a_click_away(stage: Stage, case: str) -> None:
    write(
        stage, "ses-2", letter("Re: x", f"Masih, NIK 3171011708450001\n\n{QUOTE}\n> Kami periksa.", References="<1@x>")
    )
    (number,) = (
        int(one["number"]["N"]) for one in stage.items(f"CASE#{case}", "TIMELINE#") if one["what"]["S"] == "message_in"
    )
    shown = json.loads(original(stage, case, number)["body"])["entry"]
    assert (shown["text"], shown["original"]) == ("Masih, NIK [NIK]", True)
    assert "raw" not in shown
    whole = json.loads(original(stage, case, number, original="true")["body"])["entry"]["text"]
    assert whole.startswith("Masih, NIK [NIK]")
    assert "> Kami periksa." in whole
    client("s3").delete_object(Bucket="mail", Key="raw/ses-2")
    assert original(stage, case, number, original="true")["statusCode"] == 404
    assert not json.loads(original(stage, case, 1)["body"])["entry"]["original"], "it has no more words"


def test_a_first_mail_is_never_trimmed(stage: Stage) -> None:
    text = f"Lihat:\n\n{QUOTE}\n> Kami periksa.\n-- \nSari"
    one = opened(stage, "ses-1", letter("Tanya", text))
    assert timeline(stage, one)[0] == ("opened", text)


def test_a_mail_that_our_reading_fails_on_is_kept_whole_and_a_person_sees_it(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise RecursionError

    raw = letter("Internet lemot", "Sejak kemarin")
    monkeypatch.setattr("care.doors.email.read.contents", fails)
    one = opened(stage, "ses-1", raw)
    assert cases(stage)[one]["attention"]["S"] == "no_address"
    assert any("tidak terbaca" in text for what, text in timeline(stage, one) if what == "note")
    (file,) = next(iter(stage.items(f"CASE#{one}", "TIMELINE#")))["attachments"]["L"]
    kept = client("s3").get_object(Bucket="mail", Key=file["M"]["key"]["S"])["Body"].read()
    assert kept == raw.replace(b"\n", b"\r\n")
    write(stage, "ses-2", raw)
    assert len(cases(stage)) == 1


@pytest.mark.parametrize(
    ("status", "text"),
    [
        ("acknowledged", "Terima kasih, sudah beres."),
        ("resolved", "Terima kasih, sudah beres."),
        ("closed", "Terima kasih, sudah beres."),
        ("closed", "Makasih ya."),
        ("resolved", "Belum beres juga."),
    ],
)
def test_a_short_answer_in_a_mail_of_its_own_comes_to_the_case_that_it_can_be_about(
    stage: Stage, case: str, status: str, text: str
) -> None:
    if status == "closed":
        close(stage, case, days=1)
    else:
        change(stage, case, status=status)
    write(stage, "ses-2", letter("Kabar", text))
    assert heard(stage, case) == [(text, "answer")]
    assert cases(stage)[case]["status"]["S"] != "reopened"


def test_a_number_answers_nothing_where_nothing_was_asked(stage: Stage, case: str) -> None:
    opened(stage, "ses-2", letter("Tanya 3", "Berapa tarif roaming ke negara 3?"))
    assert heard(stage, case) == []


def test_nobody_guesses_which_of_two_cases_is_answered(stage: Stage, case: str) -> None:
    other = opened(stage, "ses-2", letter("Pulsa hilang", "Pulsa saya hilang 20 ribu", Message_ID="<2@x>"))
    for one in (case, other):
        change(stage, one, status="resolved")
    opened(stage, "ses-3", letter("Kabar", "5 puas"))
    assert heard(stage, case) == heard(stage, other) == []
