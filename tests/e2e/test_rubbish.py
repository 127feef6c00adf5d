"""Whatever comes through a door is answered clearly and lost by nobody; chat has its own in test_chat."""

import os
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from care.doors.sms import LONGEST
from care.reference import find
from tests.e2e.doors import Agent, Correspondent, http, until
from tests.e2e.records import Records
from tests.e2e.stack import CallCentre


def headers(writer: Correspondent, *more: bytes) -> bytes:
    lines = [
        b"From: " + writer.address.encode(),
        b"To: " + writer.doors["care"].encode(),
        b"Message-ID: <" + uuid.uuid4().hex.encode() + b"@mail.example>",
        *more,
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n"


def binary(writer: Correspondent) -> bytes:
    noise = os.urandom(20_000).replace(b"\r", b"").replace(b"\n", b"").replace(b"\0", b"")
    return headers(writer, b"Subject: biner", b"Content-Type: application/octet-stream") + noise + b"\r\n"


def one_line_of_a_megabyte(writer: Correspondent) -> bytes:
    return headers(writer, b"Subject: panjang") + b"keluhan sinyal hilang " * 47_000 + b"\r\n"


def no_text_at_all(writer: Correspondent) -> bytes:
    return headers(writer)


def impossible_charset(writer: Correspondent) -> bytes:
    kind = b'Content-Type: text/plain; charset="klingon"'
    return headers(writer, b"Subject: =?klingon?B?!!!?=", kind) + b"Sinyal hilang \xff\xfe\xed\xa0\x80 terus\r\n"


def a_thousand_parts(writer: Correspondent) -> bytes:
    part = b"--x\r\nContent-Type: text/plain\r\n\r\nkeluhan jaringan\r\n"
    kind = b'Content-Type: multipart/mixed; boundary="x"'
    return headers(writer, b"Subject: seribu bagian", kind) + part * 1000 + b"--x--\r\n"


def deeply_nested(writer: Correspondent) -> bytes:
    nested = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (depth, depth) for depth in range(200)
    )
    return headers(writer, b"Subject: matryoshka", b"X-Nested: yes")[:-2] + nested + b"\r\nKeluhan sinyal hilang\r\n"


def broken_addresses(writer: Correspondent) -> bytes:
    return (
        b"From: =?utf-8?q?=ED=A0=80?= <" + writer.address.encode() + b'>, "unterminated\r\n'
        b"Reply-To: @@@, <>\r\n"
        b"References: " + b"<a@b> " * 3000 + b"\r\n"
        b"Message-ID: not an id\r\n"
        b"Subject: \xe9\xe8 keluhan\r\n\r\nInternet lemot.\r\n"
    )


@pytest.mark.parametrize(
    "mail",
    [
        binary,
        one_line_of_a_megabyte,
        no_text_at_all,
        impossible_charset,
        a_thousand_parts,
        deeply_nested,
        broken_addresses,
    ],
)
def test_a_mail_of_any_shape_from_a_person_becomes_a_case(
    centre: CallCentre, records: Records, agent: Agent, mail: Callable[[Correspondent], bytes]
) -> None:
    writer = centre.correspondent()
    writer.send(mail(writer))
    answer = until("an answer with the reference", lambda: next(iter(writer.received()), None))
    case = records.case(find(str(answer["Subject"]))[0])
    assert case.address is not None
    assert case.address.value == writer.address
    assert case.team
    assert agent.resolve(case.reference, "Sudah kami baca.")["case"]["status"] in ("resolved", "closed")


def test_mail_for_somebody_else_is_refused(centre: CallCentre) -> None:
    writer = centre.correspondent()
    assert writer.offer(headers(writer), to="someone@else.example")[0] == 550


@pytest.mark.parametrize("number", ["", "817", "+62abc", "x" * 10_000, 62817, ["+62817"], {"number": 1}, True])
def test_a_call_from_what_is_no_number_is_refused_clearly(centre: CallCentre, number: object) -> None:
    answer = http("POST", f"{centre.doors['phone']}calls", {"from": number})
    assert answer.status in (201, 400), answer
    if answer.status == 400:
        assert "number like +62" in answer.body["error"]


@pytest.mark.parametrize("keys", ["A", "1;2", "٣", " ", None, 4, "1" * 10_000])
def test_keys_no_telephone_has_are_refused_and_the_call_goes_on(centre: CallCentre, keys: object) -> None:
    call = centre.caller().dial()
    answer = http("POST", f"{call.url}/{call.state['call_id']}/keys", {"keys": keys})
    assert answer.status == 400, answer
    assert answer.body["error"]
    assert "id/menu" in call.press("1")
    call.hang_up()


def test_a_call_that_is_not_there_is_told_so(centre: CallCentre) -> None:
    assert http("POST", f"{centre.doors['phone']}calls/nobody/keys", {"keys": "1"}).status == 404
    ended = centre.caller().dial()
    ended.hang_up()
    assert http("POST", f"{ended.url}/{ended.state['call_id']}/keys", {"keys": "1"}).status == 409


def test_a_call_without_json_is_answered_clearly(centre: CallCentre) -> None:
    for rubbish in (b"", b"{", b"\xff\xfe", b"[]", b"1" * 100_000):
        assert http("POST", f"{centre.doors['phone']}calls", rubbish).status in (201, 400)


def test_an_unknown_reference_is_told_so_at_the_desk(agent: Agent) -> None:
    for reference in ("1234567890", "0", "x" * 500, "..%2F..%2Fetc", "%00", "%F0%9F%98%A1"):
        for method, path in (("GET", ""), ("POST", "/take"), ("GET", "/timeline/1/attachments/1")):
            answer = agent.asks(method, f"/cases/{reference}{path}", {} if method == "POST" else None)
            assert answer.status == 404, f"{method} {reference}{path}: {answer}"


def test_a_click_that_cannot_be_read_is_refused_at_the_desk(centre: CallCentre, records: Records, agent: Agent) -> None:
    reference = centre.caller().complain("8").reference
    unreadable: list[Any] = [
        b"",
        b"{",
        b"\xff\xfe",
        [],
        {},
        {"id": "kliksatu", "text": ""},
        {"id": "kliksatu", "text": "   "},
        {"id": "kliksatu", "text": "x" * 10_001},
        {"id": "../../etc", "text": "halo"},
        {"id": "kliksatu", "text": ["halo"]},
        {"id": "kliksatu", "text": "\ud800"},
    ]
    for words in unreadable:
        for action in ("reply", "resolve"):
            answer = agent.asks("POST", f"/cases/{reference}/{action}", words)
            assert answer.status == 400, f"{action} {words!r:.80}: {answer}"
            assert answer.body["error"]["message"]
    assert agent.asks("GET", "/cases?team=nobody").status == 400
    assert agent.asks("GET", f"/cases/{reference}/timeline/1/attachments/x").status == 400
    assert records.case(reference).status in ("open", "acknowledged")
    agent.resolve(reference, "Selesai.")


def test_nobody_gets_in_at_the_desk_without_a_token_of_its_issuer(centre: CallCentre, agent: Agent) -> None:
    head, payload, signature = agent.token.split(".")
    for token in (None, "", "x", f"{head}.{payload}.", f"{head}.{payload}.{signature[::-1]}"):
        answer = Agent(agent.api, token or "").asks("GET", "/cases") if token else http("GET", f"{agent.api}/cases")
        assert answer.status == 401, answer


@pytest.mark.parametrize(
    "text", ["pulsa saya hilang \ud83d", "pulsa\u0000hilang", "😡" * 400, "' OR 1=1 --", "<script>alert(1)</script>"]
)
def test_an_sms_of_any_shape_is_answered_with_one(centre: CallCentre, text: str) -> None:
    caller = centre.caller()
    caller.text(text)
    (answer,) = until("an answer", caller.received)
    assert 0 < len(answer["text"]) <= LONGEST
