"""Nobody answers for another by mail: who is surely who, what is kept apart, and what a stranger is told."""

import json
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest

from care.customer import hashed
from care.doors.accepting import Asker
from care.services.table import keys
from tests.integration.stage import Stage, client, letter
from tests.unit.making import POLICY

SARI = "sari@pelanggan.example"
FORGED = {"dmarc": "FAIL", "spf": "PASS", "dkim": "GRAY"}
FORGED_RESULTS = "Authentication-Results: amazonses.com; dkim=pass header.i=@pelanggan.example"
NO_POLICY = {"dmarc": "GRAY", "spf": "GRAY", "dkim": "GRAY"}


def cases(stage: Stage) -> dict[str, dict[str, Any]]:
    return {one["reference"]["S"]: one for one in stage.items("CASE#", "CASE")}


def opened(stage: Stage, event_id: str, raw: bytes, **how: str) -> str:
    """The case that a mail opens."""
    before = cases(stage).keys()
    stage.invoke("email", stage.put_mail(event_id, raw, **how))
    (reference,) = cases(stage).keys() - before
    return reference


def timeline(stage: Stage, reference: str) -> list[tuple[str, str]]:
    items = sorted(stage.items(f"CASE#{reference}", "TIMELINE#"), key=lambda one: one["sk"]["S"])
    return [(one["what"]["S"], one.get("text", {}).get("S", "")) for one in items]


def sent(stage: Stage) -> list[EmailMessage]:
    raw = (told["Content"]["Raw"]["Data"] for by, told in stage.sent if by == "email")
    return [message_from_bytes(one, _class=EmailMessage, policy=policy.default) for one in raw]


def resolved(stage: Stage) -> str:
    """A complaint of Sari's that is resolved, and its customer asked."""
    reference = opened(stage, "ses-1", letter("Internet lemot", "Sejak kemarin", Message_ID="<1@x>"))
    stage.follow()
    key = {"pk": {"S": f"CASE#{reference}"}, "sk": {"S": "CASE"}}
    client("dynamodb").update_item(
        TableName="care",
        Key=key,
        UpdateExpression="SET #s = :s",
        ExpressionAttributeNames={"#s": "status"},
        ExpressionAttributeValues={":s": {"S": "resolved"}},
    )
    return reference


@pytest.mark.parametrize(
    ("headers", "how"),
    [
        ({"sender": "x@lain.example", "Reply_To": SARI}, {"source": "x@lain.example"}),
        ({"sender": SARI}, FORGED),
        ({"sender": SARI}, NO_POLICY),
        ({"sender": f"{SARI}, x@lain.example"}, {}),
        ({"sender": "x@lain.example\nFrom: " + SARI}, {}),
        (
            {"sender": f"{SARI}\nAuthentication-Results: amazonses.com; dkim=pass header.i=@pelanggan.example"},
            NO_POLICY,
        ),
    ],
    ids=["reply-to", "forged", "no policy", "two authors", "two headers", "forged results"],
)
def test_a_stranger_does_not_answer_as_the_customer(stage: Stage, headers: dict[str, str], how: dict[str, str]) -> None:
    one = resolved(stage)
    before = timeline(stage, one), cases(stage)[one]
    raw = letter(f"Re: Internet lemot [#{one}]", "5 sangat puas", References="<1@x>", **headers)
    opened(stage, "ses-2", raw, **how)
    stage.follow()
    assert (timeline(stage, one), cases(stage)[one]) == before


def test_the_customer_whose_domain_vouches_for_them_does(stage: Stage) -> None:
    one = resolved(stage)
    raw = letter(f"Re: Internet lemot [#{one}]", "5 sangat puas", References="<1@x>")
    stage.invoke("email", stage.put_mail("ses-2", raw, dmarc="GRAY", dkim="GRAY"))
    assert "answered" in [what for what, _ in timeline(stage, one)]
    assert len(cases(stage)) == 1


def test_who_is_not_proven_is_told_nothing_of_what_they_wrote(stage: Stage) -> None:
    raw = letter(
        "Menangkan hadiah RAHASIA",
        "Klik RAHASIA untuk keluhan internet lemot",
        sender=f"RAHASIA <{SARI}>",
        Message_ID="<=?utf-8?q?RAHASIA=0D=0A?=@x>",
        In_Reply_To="<=?utf-8?q?=0D=0A=0D=0ARAHASIA?=@x>",
    )
    reference = opened(stage, "ses-1", raw, **FORGED)
    stage.follow()
    (told,) = sent(stage)
    assert told["To"] == SARI
    assert "RAHASIA" not in told.as_string()
    assert told["Subject"] == f"XL 817: nomor referensi [#{reference}]"
    case = cases(stage)[reference]
    assert case["summary"]["S"] == "Menangkan hadiah RAHASIA"
    assert case["address"]["M"]["claimed"]["BOOL"]
    assert case["customer_id"] == case["contact_id"]
    assert any("belum terverifikasi" in text for what, text in timeline(stage, reference) if what == "note")


def test_an_answer_goes_to_the_author_and_the_team_knows_where_it_was_asked_for(stage: Stage) -> None:
    reference = opened(stage, "ses-1", letter("Internet lemot", "Sejak kemarin", Reply_To="kantor@lain.example"))
    stage.follow()
    assert [one["To"] for one in sent(stage)] == [SARI]
    assert any("kantor@lain.example" in text for what, text in timeline(stage, reference) if what == "note")


def test_a_mail_that_names_only_where_to_answer_claims_that(stage: Stage) -> None:
    raw = b"Reply-To: sari@pelanggan.example\nSubject: Tanya\nMessage-ID: <1@x>\n\nBerapa tarif roaming?"
    reference = opened(stage, "ses-1", raw)
    assert cases(stage)[reference]["address"]["M"]["value"]["S"] == SARI
    assert cases(stage)[reference]["address"]["M"]["claimed"]["BOOL"]


def test_the_address_in_our_letter_is_answered_by_its_addressee_whatever_the_domain_says(stage: Stage) -> None:
    one = opened(stage, "ses-1", letter("Internet lemot", "Sejak kemarin"), **NO_POLICY)
    stage.follow()
    (told,) = sent(stage)
    where = str(told["Reply-To"])
    assert where.startswith(f"care+{one}.")

    stage.invoke("email", stage.put_mail("ses-2", letter("Halo", "di Bandung, tiap malam"), to=where, **NO_POLICY))
    assert ("message_in", "di Bandung, tiap malam") in timeline(stage, one)
    assert not cases(stage)[one]["address"]["M"].get("claimed", {}).get("BOOL")

    stranger = letter("Halo", "apa isinya?", sender="budi@pelanggan.example")
    opened(stage, "ses-3", stranger, to=where, **NO_POLICY)
    opened(stage, "ses-4", letter("Halo", "lagi"), to=where.replace(".", ".x", 1), **NO_POLICY)
    assert [text for what, text in timeline(stage, one) if what == "message_in"] == ["di Bandung, tiap malam"]


def test_our_own_letter_that_comes_back_is_answered_by_nobody(stage: Stage) -> None:
    opened(stage, "ses-1", letter("Internet lemot", "Sejak kemarin"))
    stage.follow()
    (told,) = sent(stage)
    back = letter("Re: lemot", "Sejak kemarin", sender=str(told["Reply-To"]))
    stage.invoke("email", stage.put_mail("ses-2", back))
    assert len(cases(stage)) == 1


@pytest.mark.parametrize("verdict", ["spam", "virus"])
def test_what_ses_found_to_be_spam_or_to_carry_a_virus_is_held_and_answered_by_nobody(
    stage: Stage, verdict: str
) -> None:
    one = opened(stage, "ses-1", letter("Internet lemot", "Sejak kemarin", Message_ID="<1@x>"))
    stage.follow()
    before, told = timeline(stage, one), len(stage.sent)
    raw = letter(
        f"Re: Internet lemot [#{one}]", "--b\n\nini jahat\n--b\nContent-Type: image/png; name=a.png\n\nx\n--b--",
        References="<1@x>", Content_Type="multipart/mixed; boundary=b",
    )  # fmt: skip
    reference = opened(stage, "ses-2", raw, **{verdict: "FAIL"})
    stage.follow()
    case = cases(stage)[reference]
    assert case["held"]["S"] == verdict
    assert case["status"]["S"] == "open"
    assert case["list_key"]["S"].startswith("HELD#")
    assert timeline(stage, one) == before
    assert len(stage.sent) == told
    files = client("s3").list_objects_v2(Bucket="mail", Prefix="attachments/")["KeyCount"]
    assert files == (0 if verdict == "virus" else 1)


def test_automatic_mail_is_a_contact_whatever_it_carries(stage: Stage) -> None:
    raw = letter("Out of office", "away", Auto_Submitted="auto-replied")
    stage.invoke("email", stage.put_mail("ses-1", raw, virus="FAIL", spam="FAIL"))
    assert cases(stage) == {}
    assert len(stage.items("CONTACT#", "CONTACT")) == 1


def has_opened(asker: Asker, times: int) -> None:
    """Let an asker have opened so many cases today."""
    key = keys.tally(asker.cases, datetime.now(UTC))
    item = {name: {"S": value} for name, value in key.items()}
    client("dynamodb").put_item(TableName="care", Item={**item, "times": {"N": str(times)}})


IDENTITY = hashed(f"mailto:{SARI}")
AUTHOR, CLAIMED = Asker(IDENTITY), Asker(IDENTITY, claimed=True)
LIMITS = POLICY.limits


@pytest.mark.parametrize(
    ("asker", "most", "how"),
    [(AUTHOR, LIMITS.cases_a_day, {}), (CLAIMED, LIMITS.claimed_cases_a_day, FORGED)],
    ids=["authenticated", "claimed"],
)
def test_past_a_days_number_an_authors_cases_are_held(
    stage: Stage, asker: Asker, most: int, how: dict[str, str]
) -> None:
    has_opened(asker, most - 1)
    one = opened(stage, "ses-1", letter("Internet lemot", "Sejak kemarin"), **how)
    other = opened(stage, "ses-2", letter("Internet lemot lagi", "Sejak kemarin"), **how)
    stage.follow()
    assert "held" not in cases(stage)[one]
    assert cases(stage)[other]["held"]["S"] == "flood"
    assert len(sent(stage)) == 1


def test_who_claims_an_address_uses_up_nothing_of_who_has_it(stage: Stage) -> None:
    has_opened(CLAIMED, LIMITS.claimed_cases_a_day)
    own = opened(stage, "ses-1", letter("Internet lemot", "Sejak kemarin"))
    assert "held" not in cases(stage)[own]


def test_a_file_is_never_overwritten_by_another_mails(stage: Stage) -> None:
    def with_file(content: str) -> bytes:
        parts = f"--b\n\nlihat\n--b\nContent-Type: text/plain; name=a.txt\n\n{content}\n--b--\n"
        return letter("Bukti", parts, Message_ID="<1@x>", Content_Type="multipart/mixed; boundary=b")

    for event_id, content in (("ses-1", "asli"), ("ses-2", "TAMPERED!"), ("ses-3", "asli")):
        stage.invoke("email", stage.put_mail(event_id, with_file(content)))
    listed = client("s3").list_objects_v2(Bucket="mail", Prefix="attachments/")["Contents"]
    bodies = {one["Key"]: client("s3").get_object(Bucket="mail", Key=one["Key"])["Body"].read() for one in listed}
    assert sorted(bodies.values()) == [b"TAMPERED!", b"asli"]
    assert len({key.split("/")[1] for key in bodies}) == 2, "a contact each"


def test_a_file_that_comes_twice_in_a_mail_is_one_object_and_two_attachments(stage: Stage) -> None:
    part = "--b\nContent-Type: text/plain; name=a.txt\n\nsama\n"
    raw = letter("Bukti", f"{part}{part}--b--\n", Content_Type="multipart/mixed; boundary=b")
    reference = opened(stage, "ses-1", raw)
    assert stage.counted["s3:PutObject"] == 1
    (entry, *_) = stage.items(f"CASE#{reference}", "TIMELINE#")
    assert len(entry["attachments"]["L"]) == 2


def test_a_letter_that_would_break_is_given_up_and_a_person_knows(stage: Stage) -> None:
    reference = opened(stage, "ses-1", letter("Internet lemot", "Sejak kemarin", sender='"a b"@pelanggan.example'))
    stage.follow()
    assert sent(stage) == []
    assert cases(stage)[reference]["attention"]["S"] == "not_delivered"


def test_verdicts_that_are_missing_prove_nothing(stage: Stage) -> None:
    event = stage.put_mail("ses-1", letter("Internet lemot", "Sejak kemarin"))
    told = json.loads(event["Records"][0]["body"])
    told["receipt"] = {"action": told["receipt"]["action"]}
    event["Records"][0]["body"] = json.dumps(told)
    stage.invoke("email", event)
    (case,) = cases(stage).values()
    assert case["address"]["M"]["claimed"]["BOOL"]
