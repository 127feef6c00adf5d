"""Mail in (SMTP, receipt rule, S3, function) and out (SendEmail, mailbox, events)."""

import asyncio
import smtplib
import uuid
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from tests.contract.foreign_doors.conftest import Ferry

pytestmark = pytest.mark.stack

OFFICE = "found@ferry.example"
FOREIGN = (
    b"From: =?iso-2022-jp?B?GyRCOzNFRBsoQg==?= <yamada@example.jp>\r\n"
    b"To: Found things <found@ferry.example>\r\n"
    b"Cc: purser@ferry.example\r\n"
    b"Subject: =?iso-8859-1?Q?Mein_gr=FCner_Schirm?=\r\n"
    b"Message-ID: <%s@example.jp>\r\n"
    b"Date: Sun, 04 Jan 2026 17:43:48 +0700\r\n"
    b"References: <one@example.jp>\r\n <two@example.jp>\r\n"
    b"MIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=shift_jis\r\n"
    b"Content-Transfer-Encoding: 8bit\r\n"
    b"\r\n"
    b"\x8eP\x82\xf0\x96Y\x82\xea\x82\xdc\x82\xb5\x82\xbd\r\n"
    b".a line that begins with a dot\r\n"
)


def post(ferry: Ferry, raw: bytes, *recipients: str, sender: str = "yamada@example.jp") -> str:
    """Send by SMTP; returns the message id in the server's last answer."""
    url = urlsplit(ferry.doors["smtp"])
    with smtplib.SMTP(str(url.hostname), url.port or 0, timeout=20) as client:
        client.ehlo()
        client.mail(sender)
        for recipient in recipients:
            code, answer = client.rcpt(recipient)
            if code != 250:
                raise smtplib.SMTPRecipientsRefused({recipient: (code, answer)})
        code, answer = client.data(raw)
    assert code == 250
    ok, id_ = answer.decode().split()
    assert ok == "OK"
    return id_


async def event_of(ferry: Ferry, id_: str) -> dict[str, Any]:
    found = await ferry.seen(lambda e: "Records" in e and e["Records"][0]["ses"]["mail"]["messageId"] == id_)
    record: dict[str, Any] = found["Records"][0]
    return record


async def mailbox(ferry: Ferry, web: aiohttp.ClientSession, to: str) -> list[dict[str, Any]]:
    address = f"{ferry.pages}/mailbox"
    async with web.get(f"{address}/messages", params={"to": to}) as answer:
        found: list[dict[str, Any]] = await answer.json()
    for message in found:
        async with web.get(f"{address}/messages/{message['id']}") as answer:
            message.update(await answer.json())
        async with web.get(f"{address}/messages/{message['id']}/raw") as answer:
            message["bytes"] = await answer.read()
    return found


async def test_a_mail_is_stored_as_it_came_and_the_function_gets_sess_event(ferry: Ferry) -> None:
    sent = FOREIGN % uuid.uuid4().hex.encode()
    id_ = await asyncio.to_thread(post, ferry, sent, "found+42@ferry.example", "FOUND@ferry.example")
    record = await event_of(ferry, id_)

    stored = ferry.client("s3").get_object(Bucket=ferry.outputs["LettersBucket"], Key=f"in/{id_}")["Body"].read()
    assert stored.endswith(b"\r\n" + sent)
    assert stored.startswith(b"Return-Path: <yamada@example.jp>\r\nReceived: from ")

    assert record["eventSource"] == "aws:ses"
    assert record["eventVersion"] == "1.0"
    mail, receipt = record["ses"]["mail"], record["ses"]["receipt"]
    assert mail["source"] == "yamada@example.jp"
    assert mail["destination"] == ["found@ferry.example", "purser@ferry.example"]
    assert mail["headersTruncated"] is False
    assert {"name": "References", "value": "<one@example.jp> <two@example.jp>"} in mail["headers"]
    assert mail["commonHeaders"]["subject"] == "Mein grüner Schirm"
    assert mail["commonHeaders"]["from"] == ["山田 <yamada@example.jp>"]
    assert mail["commonHeaders"]["to"] == ["Found things <found@ferry.example>"]
    assert mail["commonHeaders"]["returnPath"] == "yamada@example.jp"
    assert receipt["recipients"] == ["found+42@ferry.example", "FOUND@ferry.example"]
    assert receipt["action"]["type"] == "Lambda"
    assert receipt["action"]["invocationType"] == "Event"
    assert receipt["action"]["functionArn"].endswith(":live")
    for verdict in ("spam", "virus", "spf", "dkim", "dmarc"):
        assert receipt[f"{verdict}Verdict"] == {"status": "PASS"}


async def test_spam_has_its_verdict(ferry: Ferry) -> None:
    gtube = b"XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
    raw = b"From: a@b.example\r\nTo: found@ferry.example\r\n\r\n" + gtube + b"\r\n"
    id_ = await asyncio.to_thread(post, ferry, raw, OFFICE, sender="a@b.example")
    receipt = (await event_of(ferry, id_))["ses"]["receipt"]
    assert receipt["spamVerdict"] == {"status": "FAIL"}
    assert receipt["virusVerdict"] == {"status": "PASS"}


@pytest.mark.parametrize(
    ("author", "sender", "spf", "dkim", "dmarc"),
    [
        ("a@b.example", "bounces@b.example", "PASS", "PASS", "PASS"),
        ("a@b.example", "a@elsewhere.example", "PASS", "GRAY", "FAIL"),
        ("a@b.example", "", "GRAY", "GRAY", "FAIL"),
        ("a@forged.example", "a@forged.example", "FAIL", "FAIL", "FAIL"),
        ("a@no-policy.example", "a@no-policy.example", "GRAY", "GRAY", "GRAY"),
    ],
)
async def test_who_a_mail_is_from_is_judged_by_the_table_and_the_envelope(
    ferry: Ferry, author: str, sender: str, spf: str, dkim: str, dmarc: str
) -> None:
    raw = f"From: A <{author}>\r\nAuthentication-Results: amazonses.com; dmarc=pass\r\n\r\nhai\r\n".encode()
    id_ = await asyncio.to_thread(post, ferry, raw, OFFICE, sender=sender)
    receipt = (await event_of(ferry, id_))["ses"]["receipt"]
    assert [receipt[f"{name}Verdict"]["status"] for name in ("spf", "dkim", "dmarc")] == [spf, dkim, dmarc]
    assert receipt.get("dmarcPolicy") == ("reject" if dmarc == "FAIL" else None)
    stored = ferry.client("s3").get_object(Bucket=ferry.outputs["LettersBucket"], Key=f"in/{id_}")["Body"].read()
    said = {"PASS": "pass", "FAIL": "fail", "GRAY": "none"}
    topmost = message_from_bytes(stored)["Authentication-Results"]
    assert topmost.startswith("amazonses.com;")
    assert f"spf={said[spf]} " in topmost
    assert f"dkim={said[dkim]}" in topmost
    assert f"dmarc={said[dmarc]} header.from={author.split('@')[1]}" in topmost


async def test_headers_beyond_ten_kilobytes_are_cut_off_in_the_event(ferry: Ferry) -> None:
    long = b"".join(b"X-Long-%d: %s\r\n" % (number, b"x" * 500) for number in range(30))
    id_ = await asyncio.to_thread(post, ferry, long + b"Subject: late\r\n\r\nbody\r\n", OFFICE, sender="")
    mail = (await event_of(ferry, id_))["ses"]["mail"]
    assert mail["headersTruncated"] is True
    assert mail["source"] == ""
    assert len(mail["headers"]) < 30


@pytest.mark.parametrize("address", ["lost@ferry.example", "found@elsewhere.example", "closed@ferry.example"])
async def test_an_address_without_an_enabled_rule_is_unknown(ferry: Ferry, address: str) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        await asyncio.to_thread(post, ferry, b"Subject: x\r\n\r\nx\r\n", address)
    assert refused.value.recipients[address][0] == 550


async def test_more_than_forty_megabytes_are_refused_at_once(ferry: Ferry) -> None:
    url = urlsplit(ferry.doors["smtp"])

    def announce() -> int:
        with smtplib.SMTP(str(url.hostname), url.port or 0) as client:
            client.ehlo()
            return client.mail("a@b.example", [f"SIZE={40 * 1024 * 1024 + 1}"])[0]

    assert await asyncio.to_thread(announce) == 552


async def test_a_sent_mail_keeps_its_content_but_gets_sess_message_id_and_date(
    ferry: Ferry, web: aiohttp.ClientSession
) -> None:
    to = f"{uuid.uuid4().hex}@example.org"
    mail = EmailMessage()
    mail["From"] = "Kantor Barang Hilang <found@ferry.example>"
    mail["To"] = to
    mail["Subject"] = "Payung Anda – ditemukan"
    mail["Message-ID"] = "<mine@ferry.example>"
    mail["Date"] = "Thu, 01 Jan 2015 00:00:00 +0000"
    mail["References"] = "<one@example.jp> <two@example.jp>"
    mail["Auto-Submitted"] = "auto-replied"
    mail.set_content("Sudah kami temukan. ☂\n")
    mail.add_alternative("<p>Sudah kami temukan. ☂</p>", subtype="html")
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="payung hijau.png")

    answer = ferry.client("sesv2").send_email(
        FromEmailAddress="found@ferry.example",
        Destination={"ToAddresses": [to]},
        Content={"Raw": {"Data": mail.as_bytes()}},
        ConfigurationSetName="ferry-mailing",
        EmailTags=[{"Name": "thing", "Value": "umbrella-7"}],
    )
    id_ = answer["MessageId"]
    sent = await ferry.seen(lambda e: e.get("eventType") == "Send" and e["mail"]["messageId"] == id_)
    delivery = await ferry.seen(lambda e: e.get("eventType") == "Delivery" and e["mail"]["messageId"] == id_)
    assert sent["send"] == {}
    assert sent["mail"]["tags"]["thing"] == ["umbrella-7"]
    assert sent["mail"]["tags"]["ses:configuration-set"] == ["ferry-mailing"]
    assert sent["mail"]["destination"] == [to]
    assert sent["mail"]["sendingAccountId"] == "000000000000"
    assert delivery["delivery"]["recipients"] == [to]
    assert delivery["delivery"]["smtpResponse"].startswith("250 ")

    (arrived,) = await mailbox(ferry, web, to)
    received = message_from_bytes(arrived["bytes"])
    assert received["Message-ID"] == f"<{id_}@ap-southeast-1.amazonses.com>"
    assert received.get_all("Date") != ["Thu, 01 Jan 2015 00:00:00 +0000"]
    assert len(received.get_all("Date", [])) == len(received.get_all("Message-ID", [])) == 1
    assert received["References"] == "<one@example.jp> <two@example.jp>"
    assert arrived["bytes"].partition(b"\r\n\r\n")[2] == mail.as_bytes().partition(b"\n\n")[2].replace(b"\n", b"\r\n")
    assert arrived["subject"] == "Payung Anda – ditemukan"
    assert arrived["text"] == "Sudah kami temukan. ☂\n"
    assert arrived["html"].strip() == "<p>Sudah kami temukan. ☂</p>"
    assert [(a["name"], a["type"], a["size"]) for a in arrived["attachments"]] == [("payung hijau.png", "image/png", 4)]
    assert arrived["status"] == "delivered"
    assert arrived["references"] == ["<one@example.jp>", "<two@example.jp>"]


async def test_the_topic_of_events_is_told_in_plain_words_that_it_was_found(ferry: Ferry) -> None:
    assert await ferry.seen(lambda e: e.get("text", "").startswith("Successfully validated SNS topic"))


def greet(ferry: Ferry, to: str) -> str:
    answer = ferry.client("sesv2").send_email(
        FromEmailAddress="found@ferry.example",
        Destination={"ToAddresses": [to]},
        Content={"Simple": {"Subject": {"Data": "Hai"}, "Body": {"Text": {"Data": "Halo"}}}},
        ConfigurationSetName="ferry-mailing",
        EmailTags=[{"Name": "thing", "Value": "hat"}],
    )
    return str(answer["MessageId"])


@pytest.mark.parametrize(
    ("to", "bounce", "status"),
    [("full", ("Transient", "MailboxFull"), "bounced"), ("ooto", ("Transient", "General"), "delivered")],
)
async def test_what_comes_back_for_now_says_so(
    ferry: Ferry, web: aiohttp.ClientSession, to: str, bounce: tuple[str, str], status: str
) -> None:
    address = f"{to}+{uuid.uuid4().hex}@example.org"
    id_ = greet(ferry, address)
    event = await ferry.seen(lambda e: e.get("eventType") == "Bounce" and e["mail"]["messageId"] == id_)
    assert (event["bounce"]["bounceType"], event["bounce"]["bounceSubType"]) == bounce
    assert [one["status"] for one in await mailbox(ferry, web, address)] == [status]


async def test_a_reader_may_report_spam(ferry: Ferry) -> None:
    id_ = greet(ferry, f"complaint+{uuid.uuid4().hex}@example.org")
    event = await ferry.seen(lambda e: e.get("eventType") == "Complaint" and e["mail"]["messageId"] == id_)
    assert event["complaint"]["complaintFeedbackType"] == "abuse"
    assert event["mail"]["tags"]["thing"] == ["hat"]


async def test_what_cannot_be_delivered_bounces(ferry: Ferry, web: aiohttp.ClientSession) -> None:
    to = f"bounce+{uuid.uuid4().hex}@example.org"
    id_ = greet(ferry, to)
    bounce = await ferry.seen(lambda e: e.get("eventType") == "Bounce" and e["mail"]["messageId"] == id_)
    assert bounce["bounce"]["bounceType"] == "Permanent"
    assert bounce["bounce"]["bouncedRecipients"][0]["emailAddress"] == to
    assert bounce["mail"]["tags"]["thing"] == ["hat"]
    (arrived,) = await mailbox(ferry, web, to)
    assert arrived["status"] == "bounced"


async def test_what_ses_refuses_is_refused(ferry: Ferry) -> None:
    ses = ferry.client("sesv2")
    simple = {"Simple": {"Subject": {"Data": "Hai"}, "Body": {"Text": {"Data": "Halo"}}}}
    to = {"ToAddresses": ["a@example.org"]}
    with pytest.raises(ses.exceptions.NotFoundException):
        ses.send_email(FromEmailAddress="a@b.example", Destination=to, Content=simple, ConfigurationSetName="none")
    with pytest.raises(ses.exceptions.BadRequestException, match="tag value"):
        ses.send_email(
            FromEmailAddress="a@b.example",
            Destination=to,
            Content=simple,
            EmailTags=[{"Name": "a", "Value": "two words"}],
        )


async def test_the_mailbox_page_writes_and_replies_by_smtp(ferry: Ferry, web: aiohttp.ClientSession) -> None:
    writer = f"{uuid.uuid4().hex}@example.org"
    letter = {
        "from": f"Sari <{writer}>",
        "to": "found+9@ferry.example",
        "subject": "Re: Payung",
        "text": "Itu payung saya. ☂",
        "in_reply_to": "<one@example.jp>",
    }
    send = f"{ferry.pages}/mailbox/send"
    async with web.post(send, json=letter) as answer:
        assert answer.status == 200
        id_ = (await answer.json())["answer"].split()[-1]
    async with web.post(send, json={**letter, "to": "nobody@ferry.example"}) as answer:
        assert answer.status == 422
        assert "550" in (await answer.json())["error"]
    async with web.post(send, json={"subject": "no text"}) as answer:
        assert answer.status == 400
    record = await event_of(ferry, id_)
    assert record["ses"]["receipt"]["recipients"] == ["found+9@ferry.example"]
    assert {"name": "In-Reply-To", "value": "<one@example.jp>"} in record["ses"]["mail"]["headers"]


async def test_mail_to_an_address_of_the_rules_comes_in_again(ferry: Ferry) -> None:
    subject = uuid.uuid4().hex
    ferry.client("sesv2").send_email(
        FromEmailAddress="purser@ferry.example",
        Destination={"ToAddresses": ["found+back@ferry.example"]},
        Content={"Simple": {"Subject": {"Data": subject}, "Body": {"Html": {"Data": "<p>Halo"}}}},
    )
    found = await ferry.seen(
        lambda e: "Records" in e and e["Records"][0]["ses"]["mail"]["commonHeaders"].get("subject") == subject
    )
    assert found["Records"][0]["ses"]["receipt"]["recipients"] == ["found+back@ferry.example"]
