"""Files that customers send: kept under what they contain, known by what is in them, given out by links that end."""

import io
import json
import zipfile
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from care.words import Danger
from tests import permissions
from tests.integration.stage import CARE, FUNCTIONS, NAMES, Stage, client, request

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PROGRAM = b"MZ\x90\x00" + bytes(56) + b"\x40\0\0\0PE\0\0"
DYNAMODB_ITEM = 400 * 1024
"""DynamoDB developer guide, "Quotas": the longest item."""


def with_files(*files: tuple[str, str, bytes], text: str = "Keluhan: internet lemot, bukti terlampir.") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = "sari@pelanggan.example", CARE, "Keluhan", "<1@x>"
    mail.set_content(text)
    for name, kind, content in files:
        maintype, subtype = kind.split("/")
        mail.add_attachment(content, maintype=maintype, subtype=subtype, filename=name)
    return mail


def opened(stage: Stage, *files: tuple[str, str, bytes], **how: str) -> str:
    stage.invoke("email", stage.put_mail("ses-1", with_files(*files).as_bytes(), **how))
    (case,) = stage.items("CASE#", "CASE")
    reference: str = case["reference"]["S"]
    return reference


def ask(stage: Stage, path: str) -> tuple[int, dict[str, Any]]:
    answer = stage.invoke("desk", request("GET", path))
    return answer["statusCode"], json.loads(answer["body"])


def shown(stage: Stage, reference: str) -> list[dict[str, Any]]:
    _, file = ask(stage, f"/cases/{reference}")
    found: list[dict[str, Any]] = file["timeline"][0]["attachments"]
    return found


def stored() -> dict[str, bytes]:
    """What is in the bucket besides mail as it came, by where it lies."""
    s3 = client("s3")
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket="mail")["Contents"]]
    return {key: s3.get_object(Bucket="mail", Key=key)["Body"].read() for key in keys if not key.startswith("raw/")}


def test_a_file_is_shown_with_the_type_that_it_has(stage: Stage) -> None:
    reference = opened(stage, ("layar.jpg", "image/jpeg", PNG), ("catatan", "application/octet-stream", b"sinyal"))
    assert [(one["name"], one["type"], one["danger"]) for one in shown(stage, reference)] == [
        ("layar.jpg", "image/png", None),
        ("catatan", "text/plain", None),
    ]


def test_what_may_do_harm_is_kept_where_nobody_reads_and_is_named_with_the_reason(stage: Stage) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("pasang.exe", PROGRAM)
    reference = opened(
        stage,
        ("foto.jpg", "image/jpeg", PROGRAM),
        ("bukti.zip", "application/zip", made.getvalue()),
        ("masuk.html", "text/html", b"<html>masuk</html>"),
        ("layar.png", "image/png", PNG),
    )
    files = shown(stage, reference)
    assert [one["danger"] for one in files] == [Danger.DISGUISED, Danger.PACKED, Danger.PAGE, None]
    assert [key.split("/")[0] for key, content in stored().items() if content == PNG] == ["attachments"]
    assert sorted(key.split("/")[0] for key in stored()) == ["attachments"] + 3 * ["quarantine"]
    for one in files[:3]:
        status, refused = ask(stage, f"/cases/{reference}/timeline/1/attachments/{one['number']}")
        assert (status, refused["error"]["code"], refused["error"]["danger"]) == (403, "quarantined", one["danger"])
        assert "PDF" in refused["error"]["message"]
    assert ask(stage, f"/cases/{reference}/timeline/1/attachments/4")[0] == 200


def test_a_dangerous_name_keeps_no_other_name_of_the_same_content(stage: Stage) -> None:
    """A file that comes under two names is two objects where only one name does harm."""
    reference = opened(stage, ("catatan.txt", "text/plain", b"start x"), ("catatan.bat", "text/plain", b"start x"))
    assert [one["danger"] for one in shown(stage, reference)] == [None, Danger.SCRIPT]
    assert sorted(key.split("/")[0] for key in stored()) == ["attachments", "quarantine"]
    assert ask(stage, f"/cases/{reference}/timeline/1/attachments/1")[0] == 200


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_part_of_the_centre_may_read_what_is_kept_apart(function: str) -> None:
    where = {"Bucket": "mail", "Key": "quarantine/email-1/abc"}
    assert permissions.asked(f"{function.title().replace('_', '')}Function", "s3", "GetObject", where, NAMES)


def disposition(stage: Stage, name: str) -> str:
    reference = opened(stage, (name, "image/png", PNG))
    _, link = ask(stage, f"/cases/{reference}/timeline/1/attachments/1")
    return parse_qs(urlsplit(str(link["url"])).query)["response-content-disposition"][0]


@pytest.mark.parametrize(
    ("name", "plain", "written"),
    [
        ("layar.png", "layar.png", ""),
        ("layar (2) - akhir.png", "layar (2) - akhir.png", ""),
        ("laporan gangguan é.png", "laporan gangguan _.png", "laporan gangguan é.png"),
        ("雨傘 50%.png", "__ 50_.png", "雨傘 50%.png"),
        ('a"b;c*|.png', "a_b_c__.png", "a_b;c__.png"),
        ("a\u200b.png. .", "a_.png", ""),
    ],
)
def test_a_download_is_called_what_its_sender_called_it(stage: Stage, name: str, plain: str, written: str) -> None:
    said = disposition(stage, name)
    assert said.isascii()
    kind, first, *second = said.split("; ")
    assert (kind, first) == ("attachment", f'filename="{plain}"')
    assert [unquote(one.removeprefix("filename*=UTF-8''")) for one in second] == ([written] if written else [])


def test_a_link_ends_after_five_minutes_and_is_kept_by_nobody(stage: Stage) -> None:
    reference = opened(stage, ("layar.png", "image/png", PNG))
    status, link = ask(stage, f"/cases/{reference}/timeline/1/attachments/1")
    asked = parse_qs(urlsplit(link["url"]).query)
    assert status == 200
    assert asked["X-Amz-Expires"] == ["300"]
    assert asked["response-cache-control"] == ["no-store"]
    assert (
        client("s3").head_object(Bucket="mail", Key=next(iter(stored())))["ContentType"] == "application/octet-stream"
    )


def size(item: dict[str, Any]) -> int:
    """At least as long as DynamoDB counts it (developer guide, "DynamoDB item sizes and formats")."""
    return len(json.dumps(item, ensure_ascii=False).encode())


def test_as_many_files_of_as_long_names_as_are_taken_fit_in_one_entry(stage: Stage) -> None:
    """Every letter takes four bytes; the mail has one file more than are taken, so the whole of it is the last."""
    files = [(f"{number:03}{'😀' * 300}.bat", "application/octet-stream", b"%d" % number) for number in range(101)]
    mail = with_files(*files, text="😀" * 20_000)
    stage.invoke("email", stage.put_mail("ses-1", mail.as_bytes()))
    (case,) = stage.items("CASE#", "CASE")
    (entry, *_) = stage.items(f"CASE#{case['reference']['S']}", "TIMELINE#")
    kept = entry["attachments"]["L"]
    assert len(kept) == 101
    assert kept[-1]["M"]["name"]["S"] == "message.eml"
    assert size(entry) < DYNAMODB_ITEM / 2
    status, page = ask(stage, f"/cases/{case['reference']['S']}")
    assert (status, len(page["timeline"][0]["attachments"])) == (200, 101)
    assert any("berkas terakhir" in one["text"] for one in page["timeline"]), "it is said that something was left out"
