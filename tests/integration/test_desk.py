"""The desk: what an agent sees and does, and what is refused."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

import pytest

from care.cases import following
from care.cases.files import Attachment
from care.cases.opening import open_case
from care.cases.timeline import What
from care.clients import centre as the_centre
from care.observability import logger
from care.reference import derive
from care.words import CUSTOMER, CaseList, Held, Kind, Team, Tier
from tests.integration.stage import REGION, Stage, batch, call_step, frame, letter, request, sms
from tests.unit.making import OPERATOR, POLICY, opening

Answer = tuple[int, dict[str, Any]]


def ask(stage: Stage, method: str, path: str, body: Any = None, **more: str) -> Answer:
    answer = stage.invoke("desk", request(method, path, body, **more))
    return answer["statusCode"], json.loads(answer["body"])


def words(text: str, click: str = "click-0001") -> dict[str, str]:
    return {"id": click, "text": text}


@pytest.fixture
def one(stage: Stage) -> str:
    reference: str = stage.invoke("voice", call_step("complain", category="network"))["reference"]
    return reference


def test_cases_are_listed_most_pressing_first_and_by_team(stage: Stage, one: str) -> None:
    stage.invoke("voice", call_step("complain", call="call-2", category="billing"))
    stage.invoke("chat", frame("HP hilang, tolong blokir kartu saya"))
    status, answer = ask(stage, "GET", "/cases", team="all")
    assert status == 200
    assert [case["team"] for case in answer["cases"]] == ["registration", "network", "billing"]
    assert answer["cases"][0]["priority"] == "urgent"
    assert [case["reference"] for case in ask(stage, "GET", "/cases", team="network")[1]["cases"]] == [one]


def test_a_case_is_taken_answered_and_resolved(stage: Stage, one: str) -> None:
    stage.follow()
    assert ask(stage, "POST", f"/cases/{one}/take", {})[1]["case"]["status"] == "in_progress"
    status, answer = ask(stage, "POST", f"/cases/{one}/reply", words("Kami periksa menaranya."))
    assert (status, answer["messages"][-1]["status"]) == (200, "due")
    status, answer = ask(stage, "POST", f"/cases/{one}/resolve", words("Sudah diperbaiki.", "click-0002"))
    assert (status, answer["case"]["status"], answer["case"]["owner"]) == (200, "resolved", "Rina")
    assert [entry["number"] for entry in answer["timeline"]] == list(range(1, len(answer["timeline"]) + 1))


def test_a_second_click_is_the_same_click(stage: Stage, one: str) -> None:
    for _ in range(2):
        assert ask(stage, "POST", f"/cases/{one}/reply", words("Kami periksa."))[0] == 200
    assert len(stage.items(f"CASE#{one}", "OUTBOX#")) == 1


def test_two_agents_at_once_both_have_their_way_or_are_told(stage: Stage, one: str) -> None:
    def meanwhile() -> None:
        stage.invoke("desk", request("POST", f"/cases/{one}/reply", words("dari Budi", "click-0002"), agent="Budi"))

    stage.before["TransactWriteItems"] = meanwhile
    status, answer = ask(stage, "POST", f"/cases/{one}/reply", words("dari Rina"))
    assert status == 200
    assert len(answer["messages"]) == 2
    assert answer["case"]["owner"] == "Budi"


def test_a_case_of_nobody_reachable_is_worked_on_like_any_other(stage: Stage, one: str) -> None:
    raw = b"Subject: Sinyal hilang\nMessage-ID: <1@x>\n\nSinyal hilang terus di Bandung"
    stage.invoke("email", stage.put_mail("ses-1", raw))
    stage.follow()
    _, listed = ask(stage, "GET", "/cases", team="network")
    (nobody,) = [case["reference"] for case in listed["cases"] if case["summary"] == "Sinyal hilang"]
    _, file = ask(stage, "GET", f"/cases/{nobody}")
    assert (file["case"]["attention"], file["case"]["status"], file["case"]["customer"]) == (
        "no_address",
        "acknowledged",
        None,
    )
    status, file = ask(stage, "POST", f"/cases/{nobody}/resolve", words("Menara sudah diperbaiki."))
    assert (status, file["case"]["status"]) == (200, "resolved")
    assert stage.sent == [sent for sent in stage.sent if sent[0] == "sms"], "nobody is written to"


def test_what_is_resolved_is_not_taken(stage: Stage, one: str) -> None:
    ask(stage, "POST", f"/cases/{one}/resolve", words("Sudah."))
    status, answer = ask(stage, "POST", f"/cases/{one}/take", {})
    assert (status, answer["error"]["code"]) == (409, "illegal_move")


@pytest.mark.parametrize(
    "path", ["/cases/1234567890", "/cases/x", f"/cases/{'9' * 3000}", "/cases/..%2F..", "/nothing"]
)
def test_what_does_not_exist(stage: Stage, path: str) -> None:
    assert ask(stage, "GET", path)[0] == 404


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "x",
        {},
        {"id": "click-0001", "text": ""},
        {"id": "click-0001", "text": "  "},
        {"id": "a b", "text": "x"},
        {"id": "click-0001", "text": "x" * 10_001},
        {"id": "click-0001", "text": "\ud800"},
    ],
    ids=range(9),
)
@pytest.mark.parametrize("what", ["reply", "resolve"])
def test_a_request_that_cannot_be_read(stage: Stage, one: str, what: str, body: Any) -> None:
    status, answer = ask(stage, "POST", f"/cases/{one}/{what}", body)
    assert (status, answer["error"]["code"]) == (400, "invalid")
    assert stage.items(f"CASE#{one}", "OUTBOX#") == []


@pytest.mark.parametrize("character", ["x", "é", "😡"])
def test_what_is_too_long_for_an_sms_is_refused_with_a_count_and_what_fits_goes_out(
    stage: Stage, one: str, character: str
) -> None:
    longest = ask(stage, "GET", f"/cases/{one}")[1]["longest"]["reply"]
    fitting = character * (longest * 2 // len(character.encode("utf-16-le")))
    status, answer = ask(stage, "POST", f"/cases/{one}/reply", words(fitting + "xx"))
    error = answer["error"]
    assert (status, error["code"], error["longest"]) == (422, "too_long", longest)
    assert error["length"] in (longest + 1, longest + 2)
    assert f"{longest:,} reach the customer" in error["message"]
    assert f"kepada pelanggan {longest:,}".replace(",", ".") in error["message"]
    assert stage.items(f"CASE#{one}", "OUTBOX#") == []
    assert ask(stage, "GET", f"/cases/{one}")[1]["case"]["owner"] in ("", None)

    assert ask(stage, "POST", f"/cases/{one}/reply", words(fitting))[0] == 200
    stage.follow()
    (text,) = [sent["MessageBody"] for _, sent in stage.sent if fitting in sent.get("MessageBody", "")]
    assert 1598 <= len(text.encode("utf-16-le")) // 2 <= 1600


def test_an_answer_by_sms_is_counted_as_a_reply_and_a_complaints_resolution_is_not_sent_by_it(
    stage: Stage, one: str
) -> None:
    assert ask(stage, "GET", f"/cases/{one}")[1]["longest"]["resolve"] == 10_000
    assert ask(stage, "POST", f"/cases/{one}/resolve", words("x" * 1601))[0] == 200
    stage.invoke("sms", sms("bicara dengan petugas", sender="+6281700000009"))
    listed = ask(stage, "GET", "/cases", team="all")[1]["cases"]
    asked = next(case for case in listed if case["channel"] == "sms" and case["reference"] != one)
    longest = ask(stage, "GET", f"/cases/{asked['reference']}")[1]["longest"]["resolve"]
    path = f"/cases/{asked['reference']}/resolve"
    assert ask(stage, "POST", path, words("x" * (longest + 1)))[1]["error"]["code"] == "too_long"
    status, answer = ask(stage, "POST", path, words("x" * longest))
    told = next(entry for entry in answer["timeline"] if entry["message"] == answer["messages"][-1]["key"])
    assert (status, answer["case"]["status"], len(told["text"])) == (200, "closed", 1600)


def test_where_the_channel_has_no_limit_the_desks_own_holds(stage: Stage) -> None:
    stage.invoke("chat", frame("internet saya lemot dari kemarin"))
    reference = stage.items("CASE#", "CASE")[0]["reference"]["S"]
    _, file = ask(stage, "GET", f"/cases/{reference}")
    assert file["longest"] == dict.fromkeys(("reply", "resolve", "need", "promise", "refuse"), 10_000)
    assert ask(stage, "POST", f"/cases/{reference}/reply", words("x" * 10_000))[0] == 200


SENT = 6_000_000
"""Lambda quotas: an answer's most bytes. What is in it as text is escaped once more."""


def size(stage: Stage, method: str, path: str, body: Any = None, **more: str) -> tuple[int, int]:
    """How an agent's request is answered, and how large that is between Lambda and API Gateway."""
    answer = stage.invoke("desk", request(method, path, body, **more))
    return answer["statusCode"], len(json.dumps(answer))


def read_back(stage: Stage, reference: str, **more: str) -> list[list[dict[str, Any]]]:
    """The whole timeline page by page, newest page first."""
    pages, before = [], ""
    while True:
        status, page = ask(stage, "GET", f"/cases/{reference}", **more, **({"before": before} if before else {}))
        assert status == 200
        pages.append(page["timeline"])
        if page["before"] is None:
            return pages
        before = str(page["before"])


@pytest.mark.parametrize("character", ["😡", "\x01", '"'])
def test_a_case_of_any_size_is_opened_and_worked_on(stage: Stage, one: str, character: str) -> None:
    stage.lengthen(one, 24, character * 20_000)
    for method, path, body in (
        ("GET", "", None),
        ("POST", "/take", {}),
        ("POST", "/reply", words("Kami periksa.")),
        ("POST", "/resolve", words("Sudah.", "click-0002")),
    ):
        status, bytes_ = size(stage, method, f"/cases/{one}{path}", body)
        assert status == 200
        assert bytes_ < SENT
    assert size(stage, "GET", f"/cases/{one}", unmasked="click-0003")[1] < SENT
    pages = read_back(stage, one)
    numbers = [entry["number"] for page in reversed(pages) for entry in page]
    assert numbers == list(range(1, len(numbers) + 1))
    cut = [entry for page in pages for entry in page if entry["cut"]]
    assert len(cut) == 24
    status, whole = ask(stage, "GET", f"/cases/{one}/timeline/{cut[0]['number']}")
    assert (status, whole["entry"]["text"], whole["entry"]["cut"]) == (200, character * 20_000, False)


def test_a_timeline_is_read_page_by_page_in_order_and_what_is_told_of_is_with_it(stage: Stage, one: str) -> None:
    stage.follow()
    stage.lengthen(one, 60, "masih belum")
    answered = ask(stage, "POST", f"/cases/{one}/reply", words("Kami periksa."))[1]
    assert (len(answered["timeline"]), answered["timeline"][-1]["message"]) == (50, "reply-click-0001")
    stage.lengthen(one, 60, "oke")
    length = len(stage.items(f"CASE#{one}", "TIMELINE#"))
    pages = read_back(stage, one)
    assert [len(page) for page in pages] == [50, 50, length - 100]
    assert [entry["number"] for page in reversed(pages) for entry in page] == list(range(1, length + 1))
    seen: dict[str, str] = {}
    before: dict[str, str] = {}
    while True:
        _, page = ask(stage, "GET", f"/cases/{one}", **before)
        told = {entry["message"] for entry in page["timeline"] if entry["what"] == "message_out"}
        assert {message["key"] for message in page["messages"]} == told
        seen |= {message["key"]: message["status"] for message in page["messages"]}
        if page["before"] is None:
            break
        before = {"before": str(page["before"])}
    assert seen == {"acknowledgement-1": "sent", "reply-click-0001": "due"}


def test_a_number_that_the_end_of_a_page_cuts_in_two_is_left_out(stage: Stage, one: str) -> None:
    text = f"{'x' * 3988} NIK 3171011708450001 {'x' * 100}"
    stage.lengthen(one, 1, text)
    for look in ({}, {"unmasked": "click-0001"}):
        _, page = ask(stage, "GET", f"/cases/{one}", **look)
        assert (page["timeline"][1]["cut"], page["timeline"][1]["text"]) == (True, f"{'x' * 3988} NIK …")
    _, whole = ask(stage, "GET", f"/cases/{one}/timeline/2")
    assert (whole["masked"], whole["entry"]["text"]) == (True, text.replace("3171011708450001", "[NIK]"))
    _, whole = ask(stage, "GET", f"/cases/{one}/timeline/2", unmasked="click-0001")
    assert (whole["masked"], whole["entry"]["text"]) == (False, text)


@pytest.mark.parametrize("before", ["1", "2", "999999"])
def test_a_page_at_either_end(stage: Stage, one: str, before: str) -> None:
    status, page = ask(stage, "GET", f"/cases/{one}", before=before)
    assert (status, page["before"]) == (200, None)
    assert [entry["number"] for entry in page["timeline"]] == ([] if before == "1" else [1])


@pytest.mark.parametrize("before", ["0", "-1", "x", "1000000", "1.5", "9" * 400, ""])
def test_a_page_that_cannot_be(stage: Stage, one: str, before: str) -> None:
    assert ask(stage, "GET", f"/cases/{one}", before=before)[0] == 400


def test_an_entry_that_is_not_there(stage: Stage, one: str) -> None:
    assert ask(stage, "GET", f"/cases/{one}/timeline/99")[0] == 404
    assert ask(stage, "GET", f"/cases/{one}/timeline/x")[0] == 400


def test_a_page_that_is_read_while_a_long_case_is_written_has_no_gap(stage: Stage, one: str) -> None:
    stage.lengthen(one, 110, "panjang")
    stage.before["BatchGetItem"] = lambda: stage.lengthen(one, 1, "tambahan")
    _, page = ask(stage, "GET", f"/cases/{one}")
    assert [entry["number"] for entry in page["timeline"]] == list(range(63, 113))
    stage.before["BatchGetItem"] = lambda: stage.lengthen(one, 1, "lagi")
    _, page = ask(stage, "POST", f"/cases/{one}/take", {})
    assert [entry["number"] for entry in page["timeline"]][-3:] == [112, 113, 114]


def test_a_click_is_the_same_click_also_long_after(stage: Stage, one: str) -> None:
    first = words("Sudah.", "click-0002")
    assert ask(stage, "POST", f"/cases/{one}/resolve", first)[1]["case"]["status"] == "resolved"
    draft = the_centre().edit(the_centre().store.cases.get(one), datetime.now(UTC))
    following.reopen(draft, CUSTOMER)
    the_centre().store.commit(drafts=[draft])
    ask(stage, "POST", f"/cases/{one}/reply", words("Kami periksa lagi."), agent="Budi")
    stage.lengthen(one, 60, "masih belum")
    before = stage.items(f"CASE#{one}")
    status, answer = ask(stage, "POST", f"/cases/{one}/resolve", first)
    assert (status, answer["case"]["status"], answer["case"]["cycle"]) == (200, "in_progress", 2)
    assert ask(stage, "POST", f"/cases/{one}/reply", words("Kami periksa lagi."), agent="Budi")[0] == 200
    assert stage.items(f"CASE#{one}") == before


def test_a_click_that_is_being_done_is_not_done_twice(stage: Stage, one: str) -> None:
    """The same click once more, between reading and writing."""
    same = words("Kami periksa.")
    stage.before["TransactWriteItems"] = lambda: stage.invoke("desk", request("POST", f"/cases/{one}/reply", same))
    assert ask(stage, "POST", f"/cases/{one}/reply", same)[0] == 200
    assert len(stage.items(f"CASE#{one}", "OUTBOX#")) == 1
    assert len(stage.items(f"CASE#{one}", "DONE#")) == 1


def held(why: Held = Held.SPAM, kind: Kind = Kind.COMPLAINT) -> str:
    """A mail with a file that is kept apart."""
    file = Attachment(number=1, name="hadiah.html", type="text/html", size=9, key="attachments/email-1/1")
    kept = replace(opening(kind), held=why, attachments=(file,))
    the_centre().store.commit(drafts=[open_case(kept, datetime.now(UTC), POLICY, OPERATOR)])
    return kept.reference


@pytest.mark.parametrize("why", Held)
def test_what_is_held_stands_in_a_list_of_its_own_and_its_files_are_withheld(stage: Stage, why: Held) -> None:
    reference = held(why)
    stage.follow()
    assert stage.executions() == []
    assert ask(stage, "GET", "/cases")[1]["cases"] == []
    (listed,) = ask(stage, "GET", "/cases", list="held")[1]["cases"]
    assert (listed["reference"], listed["held"]) == (reference, why)
    _, file = ask(stage, "GET", f"/cases/{reference}")
    assert (file["case"]["held"], file["timeline"][0]["text"]) == (why, "Internet saya lemot sejak kemarin")
    status, refused = ask(stage, "GET", f"/cases/{reference}/timeline/1/attachments/1")
    assert (status, refused["error"]["code"]) == (409, "still_held")


@pytest.mark.parametrize(("what", "body"), [("take", {}), ("reply", words("Halo.")), ("resolve", words("Sudah."))])
def test_nothing_else_is_done_while_it_is_held(stage: Stage, what: str, body: Any) -> None:
    reference = held()
    before = stage.items()
    status, refused = ask(stage, "POST", f"/cases/{reference}/{what}", body)
    assert (status, refused["error"]["code"]) == (409, "still_held")
    assert "ditahan" in refused["error"]["message"]
    assert stage.items() == before


def test_a_released_complaint_is_followed_up_and_its_files_are_had(stage: Stage) -> None:
    reference = held()
    status, file = ask(stage, "POST", f"/cases/{reference}/release", {})
    assert (status, file["case"]["held"], file["timeline"][-1]["what"]) == (200, None, "released")
    stage.follow()
    assert stage.executions() == [f"case-{reference}-1-1"]
    assert [sent["Destination"]["ToAddresses"] for _, sent in stage.sent] == [["sari@pelanggan.example"]]
    assert ask(stage, "GET", f"/cases/{reference}/timeline/1/attachments/1")[0] == 200
    assert ask(stage, "GET", "/cases", list="held")[1]["cases"] == []


def test_a_released_request_is_confirmed(stage: Stage) -> None:
    reference = held(kind=Kind.INFORMATION)
    _, file = ask(stage, "POST", f"/cases/{reference}/release", {})
    assert (file["case"]["status"], [message["key"] for message in file["messages"]]) == (
        "acknowledged",
        ["received-1"],
    )


def test_what_is_discarded_ends_and_nobody_is_told(stage: Stage) -> None:
    reference = held(Held.VIRUS)
    status, file = ask(stage, "POST", f"/cases/{reference}/discard", {})
    assert (status, file["case"]["status"], file["case"]["closed_as"]) == (200, "closed", "discarded")
    stage.follow()
    assert (stage.sent, stage.executions()) == ([], [])
    for which in CaseList:
        assert ask(stage, "GET", "/cases", list=which)[1]["cases"] == []
    assert ask(stage, "GET", f"/cases/{reference}/timeline/1/attachments/1")[0] == 409


@pytest.mark.parametrize("what", ["release", "discard"])
def test_a_second_click_on_what_was_held_changes_nothing(stage: Stage, what: str) -> None:
    reference = held()
    assert ask(stage, "POST", f"/cases/{reference}/{what}", {})[0] == 200
    before = stage.items()
    for again in ("release", "discard"):
        status, refused = ask(stage, "POST", f"/cases/{reference}/{again}", {})
        assert (status, refused["error"]["code"]) == (409, "not_held")
    assert stage.items() == before


def test_two_agents_at_what_is_held_at_once_do_one_thing(stage: Stage) -> None:
    reference = held()
    other = request("POST", f"/cases/{reference}/discard", {}, agent="Budi")
    stage.before["TransactWriteItems"] = lambda: stage.invoke("desk", other)
    assert ask(stage, "POST", f"/cases/{reference}/release", {})[1]["error"]["code"] == "not_held"
    assert stage.items(f"CASE#{reference}", "CASE")[0]["closed_as"]["S"] == "discarded"


CLAIMS = {"token_use": "access", "sub": "sub-1", "username": "rina"}


@pytest.mark.parametrize(
    "claims",
    [
        {"token_use": "id", "sub": "sub-1", "cognito:username": "rina", "name": "Rina"},
        {**CLAIMS, "token_use": "id"},
        {name: value for name, value in CLAIMS.items() if name != "token_use"},
        {name: value for name, value in CLAIMS.items() if name != "sub"},
        {name: value for name, value in CLAIMS.items() if name != "username"},
        {**CLAIMS, "username": "care"},
        {**CLAIMS, "username": "Customer"},
        {},
    ],
    ids=range(8),
)
@pytest.mark.parametrize(("method", "path"), [("GET", "/cases"), ("GET", "/cases/{}"), ("POST", "/cases/{}/take")])
def test_a_token_of_no_agent_opens_nothing(
    stage: Stage, one: str, claims: dict[str, str], method: str, path: str
) -> None:
    event = request(method, path.format(one), {})
    event["requestContext"]["authorizer"]["jwt"]["claims"] = claims
    answer = stage.invoke("desk", event)
    assert (answer["statusCode"], json.loads(answer["body"])["error"]["code"]) == (403, "no_agent")
    assert stage.calls == 0


def test_two_agents_of_one_name_are_two(stage: Stage, one: str) -> None:
    def take(sub: str) -> dict[str, Any]:
        event = request("POST", f"/cases/{one}/take", {})
        event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"] = sub
        case: dict[str, Any] = json.loads(stage.invoke("desk", event)["body"])["case"]
        return case

    for sub in ("sub-1", "sub-2", "sub-2"):
        assert (take(sub)["owner"], take(sub)["owner_id"]) == ("Rina", sub)
    assert [entry["what"] for entry in ask(stage, "GET", f"/cases/{one}")[1]["timeline"]].count("taken") == 2


def test_no_answer_is_kept_by_who_passes_it_on(stage: Stage, one: str) -> None:
    for method, path in (("GET", "/cases"), ("GET", f"/cases/{one}"), ("GET", "/cases/x"), ("PUT", "/cases")):
        assert stage.invoke("desk", request(method, path))["headers"]["cache-control"] == "no-store"


def test_an_unknown_team(stage: Stage) -> None:
    assert ask(stage, "GET", "/cases", team="everyone")[0] == 400


def test_a_body_that_is_no_json(stage: Stage, one: str) -> None:
    event = request("POST", f"/cases/{one}/reply")
    assert stage.invoke("desk", {**event, "body": "{"})["statusCode"] == 400


@pytest.fixture
def filed(stage: Stage) -> str:
    """A case with a file in its second entry."""
    first = letter("Tagihan salah", "Komplain: tagihan saya salah", Message_ID="<1@x>")
    stage.invoke("email", stage.put_mail("ses-1", first))
    reference: str = stage.items("CASE#", "CASE")[0]["reference"]["S"]
    named = {"References": "<1@x>", "Content_Type": 'application/pdf; name="tagihan mei.pdf"'}
    raw = letter(f"Re: Tagihan salah [#{reference}]", "", **named)
    stage.invoke("email", stage.put_mail("ses-2", raw + b"%PDF"))
    return reference


def test_an_attachment_is_a_link_and_its_key_is_not_shown(stage: Stage, filed: str) -> None:
    _, answer = ask(stage, "GET", f"/cases/{filed}")
    (entry,) = [entry for entry in answer["timeline"] if entry["attachments"]]
    assert [(file["number"], file["name"]) for file in entry["attachments"]] == [(1, "tagihan mei.pdf")]
    assert "attachments/" not in json.dumps(answer)
    files = f"/cases/{filed}/timeline/{entry['number']}/attachments"
    status, link = ask(stage, "GET", f"{files}/1")
    assert status == 200
    assert "tagihan%20mei.pdf" in link["url"]
    assert "response-cache-control=no-store" in link["url"]
    assert urlsplit(link["url"]).netloc == f"mail.s3.{REGION}.amazonaws.com", "a new bucket's global host redirects"
    other = f"/cases/{filed}/timeline/1/attachments/1"
    for path in (other, f"/cases/{filed}/timeline/999/attachments/1", *(f"{files}/{n}" for n in ("0", "2", "999"))):
        assert ask(stage, "GET", path)[0] == 404
    for number in ("-1", "x", "1.5", "٣", "1" * 20, "..%2F1"):
        assert ask(stage, "GET", f"{files}/{number}")[0] == 400
        assert ask(stage, "GET", f"/cases/{filed}/timeline/{number}/attachments/1")[0] == 400


def test_no_task_token_is_ever_shown(stage: Stage, one: str) -> None:
    stage.follow()
    length = the_centre().store.cases.get(one).length
    wait = {"action": "wait", "reference": one, "cycle": 1, "part": 1, "length": length, "entered_at": "2026"}
    stage.invoke("followup", batch({**wait, "task_token": "secret-token"}))
    assert "secret-token" in json.dumps(stage.items())
    assert "secret-token" not in json.dumps(ask(stage, "GET", f"/cases/{one}"))


PERSONAL = "Registrasi gagal, NIK saya 3171011708450001, kode otp 482913, hubungi 0817-000 0001"
SEEN = "Registrasi gagal, NIK saya [NIK], kode otp [OTP], hubungi 0817-000 0001"


@pytest.fixture
def personal(stage: Stage) -> str:
    """A case whose customer wrote more than an agent needs."""
    stage.invoke("sms", sms(PERSONAL))
    reference: str = stage.items("CASE#", "CASE")[0]["reference"]["S"]
    return reference


def test_personal_numbers_are_masked_for_agents_and_kept_as_written(stage: Stage, personal: str) -> None:
    _, listed = ask(stage, "GET", "/cases", team="all")
    _, shown = ask(stage, "GET", f"/cases/{personal}")
    _, taken = ask(stage, "POST", f"/cases/{personal}/reply", words("NIK 3171011708450001 sudah kami periksa."))
    assert listed["cases"][0]["summary"] == shown["case"]["summary"] == shown["timeline"][0]["text"] == SEEN
    assert (shown["masked"], taken["masked"]) == (True, True)
    for answer in (listed, shown, taken):
        assert "3171011708450001" not in json.dumps(answer)
    assert stage.items(f"CASE#{personal}", "TIMELINE#")[0]["text"]["S"] == PERSONAL
    assert "3171011708450001" in stage.items(f"CASE#{personal}", "OUTBOX#reply")[0]["text"]["S"]


def test_who_looks_at_personal_numbers_is_noted_once_a_look(
    stage: Stage, personal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = len(ask(stage, "GET", f"/cases/{personal}")[1]["timeline"])
    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    for _ in range(3):
        status, shown = ask(stage, "GET", f"/cases/{personal}", unmasked="click-0001")
        assert (status, shown["unmasked"], shown["timeline"][0]["text"]) == (200, True, PERSONAL)
    logged = [json.loads(line) for line in log.getvalue().splitlines() if "unmasked" in line]
    assert [(line["message"], line["case_id"]) for line in logged] == [("case shown unmasked", personal)]
    assert logged[0]["agent_id"]
    assert "Rina" not in json.dumps(logged)
    notes = [(entry["what"], entry["by"], entry["text"]) for entry in shown["timeline"][before:]]
    assert notes == [("note", "Rina", "personal numbers shown")]


def test_where_nothing_is_personal_there_is_nothing_to_show(stage: Stage, one: str) -> None:
    assert ask(stage, "GET", f"/cases/{one}")[1]["masked"] is False


@pytest.mark.parametrize(("agent", "click"), [("Rina", "click-0002"), ("Budi", "click-0001")])
def test_another_click_and_another_agent_are_another_look(stage: Stage, personal: str, agent: str, click: str) -> None:
    ask(stage, "GET", f"/cases/{personal}", unmasked="click-0001")
    stage.invoke("desk", request("GET", f"/cases/{personal}", agent=agent, unmasked=click))
    _, shown = ask(stage, "GET", f"/cases/{personal}")
    assert [entry["by"] for entry in shown["timeline"] if entry["what"] == "note"] == ["Rina", agent]


def test_a_look_that_is_long_past_is_noted_again(stage: Stage, personal: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("care.desk.LOOK", timedelta(0))
    for _ in range(2):
        _, shown = ask(stage, "GET", f"/cases/{personal}", unmasked="click-0001")
    assert len([entry for entry in shown["timeline"] if entry["what"] == "note"]) == 2


@pytest.mark.parametrize("click", ["true", "", "a b", "x" * 65, "../../etc"])
def test_a_look_without_its_click_shows_nothing(stage: Stage, personal: str, click: str) -> None:
    status, answer = ask(stage, "GET", f"/cases/{personal}", unmasked=click)
    assert (status, answer["error"]["code"]) == (400, "invalid")


def test_a_number_cut_in_two_by_the_end_of_the_summary_is_left_out(stage: Stage) -> None:
    stage.invoke("sms", sms(f"{'Pulsa saya kepotong terus kak. ' * 4}Ini nik: 3171011708450001 ya"))
    _, listed = ask(stage, "GET", "/cases", team="all")
    assert "3171" not in listed["cases"][0]["summary"]


# ---- what else an agent does -----------------------------------------------------------------------------------------


def act(
    stage: Stage, reference: str, name: str, *, click: str = "click-0001", agent: str = "Rina", **body: Any
) -> Answer:
    said = stage.invoke("desk", request("POST", f"/cases/{reference}/{name}", {"id": click, **body}, agent=agent))
    return said["statusCode"], json.loads(said["body"])


def what(answer: dict[str, Any], *kinds: str) -> list[tuple[str, str]]:
    return [(entry["by"], entry["text"]) for entry in answer["timeline"] if entry["what"] in kinds]


TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()
ACTS: dict[str, dict[str, Any]] = {
    "need": {"text": "Mohon kirim kode pos rumah Anda."},
    "promise": {"text": "Teknisi kami menelepon Anda.", "due_at": TOMORROW},
    "refuse": {"text": "Kuota yang terpakai tidak dapat dikembalikan."},
    "priority": {"priority": "urgent"},
    "transfer": {"team": "billing", "text": "Tagihannya yang salah."},
    "note": {"text": "Minta ditelepon sore."},
    "split": {"kind": "complaint", "category": "billing", "priority": "high", "text": "Tagihan Mei ditarik dua kali."},
}


@pytest.mark.parametrize("name", ACTS)
def test_each_act_is_done_once_whatever_is_clicked_twice(stage: Stage, one: str, name: str) -> None:
    stage.follow()
    status, first = act(stage, one, name, **ACTS[name])
    assert status == 200
    before = stage.items()
    status, second = act(stage, one, name, **ACTS[name])
    assert (status, second["case"]) == (200, first["case"])
    assert stage.items() == before
    numbers = [entry["number"] for entry in second["timeline"]]
    assert numbers == list(range(1, len(numbers) + 1)), "nothing of its history is lost"


@pytest.mark.parametrize("name", ACTS)
def test_an_act_that_is_being_done_is_not_done_twice(stage: Stage, one: str, name: str) -> None:
    again = request("POST", f"/cases/{one}/{name}", {"id": "click-0001", **ACTS[name]})
    stage.before["TransactWriteItems"] = lambda: stage.invoke("desk", again)
    assert act(stage, one, name, **ACTS[name])[0] == 200
    assert len(stage.items(f"CASE#{one}", "DONE#")) == 1
    assert len(stage.items("CASE#", "CASE")) == (2 if name == "split" else 1)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("need", {"text": " "}),
        ("refuse", {}),
        ("note", {"text": "x" * 10_001}),
        ("promise", {"text": "x"}),
        ("promise", {"text": "x", "due_at": TOMORROW, "working_days": 1}),
        ("promise", {"text": "x", "due_at": "2026-11-30T09:00:00"}),
        ("promise", {"text": "x", "due_at": "besok"}),
        ("promise", {"text": "x", "working_days": 0}),
        ("promise", {"text": "x", "working_days": 61}),
        ("keep", {}),
        ("priority", {"priority": "whenever"}),
        ("transfer", {"team": "all"}),
        ("merge", {}),
        ("merge", {"into": None}),
        ("split", {"kind": "complaint", "category": "billing", "text": "x"}),
        ("split", {"kind": "x", "category": "billing", "priority": "high", "text": "x"}),
    ],
)
def test_an_act_that_cannot_be_read_does_nothing(stage: Stage, one: str, name: str, body: dict[str, Any]) -> None:
    before = stage.items()
    status, answer = act(stage, one, name, **body)
    assert (status, answer["error"]["code"]) == (400, "invalid")
    assert act(stage, one, name, click="a b", **ACTS.get(name, {"into": one, "promise": ""}))[0] == 400
    assert stage.items() == before


@pytest.mark.parametrize("name", [*ACTS, "merge", "keep"])
def test_nothing_is_done_to_a_case_that_is_not_there(stage: Stage, one: str, name: str) -> None:
    body = ACTS.get(name, {"into": one, "promise": "click-0001"})
    assert act(stage, "1234567890", name, **body)[0] == 404
    assert act(stage, "9" * 3000, name, **body)[0] == 404


def test_a_case_waits_for_what_its_customer_was_asked_for(stage: Stage, one: str) -> None:
    stage.follow()
    status, answer = act(stage, one, "need", **ACTS["need"])
    case = answer["case"]
    assert (status, case["status"], case["paused"], case["owner"]) == (200, "waiting_for_customer", True, "Rina")
    assert case["responded_at"]
    stage.follow()
    assert any("kode pos" in sent.get("MessageBody", "") for _, sent in stage.sent)


def test_a_promise_is_told_shown_and_kept(stage: Stage, one: str) -> None:
    status, answer = act(stage, one, "promise", **ACTS["promise"])
    (made,) = answer["case"]["promises"]
    assert (status, made["state"], made["by"]) == (200, "open", "Rina")
    assert datetime.fromisoformat(made["due_at"]) == datetime.fromisoformat(TOMORROW)
    for agent in ("Budi", "Rina"):
        _, answer = act(stage, one, "keep", promise=made["id"], agent=agent)
        assert [kept["state"] for kept in answer["case"]["promises"]] == ["kept"]
    assert what(answer, "promised", "kept") == [("Rina", made["words"]), ("Budi", made["words"])]
    status, answer = act(stage, one, "keep", promise="another")
    assert (status, answer["error"]["code"]) == (404, "no_promise")


def test_a_promise_of_back_offices_is_due_when_they_close(stage: Stage, one: str) -> None:
    _, answer = act(stage, one, "promise", text="Bagian tagihan memeriksanya.", working_days=3)
    (made,) = answer["case"]["promises"]
    due = datetime.fromisoformat(made["due_at"]).astimezone(timezone(timedelta(hours=7)))
    assert (due.hour, due.minute) == (17, 0)
    assert due.weekday() < 5
    assert due.date() >= datetime.now(due.tzinfo).date() + timedelta(days=3)


@pytest.mark.parametrize("days", [-1, 91])
def test_a_promise_for_no_time_is_refused(stage: Stage, one: str, days: int) -> None:
    due = (datetime.now(UTC) + timedelta(days=days)).isoformat()
    status, answer = act(stage, one, "promise", text="Kami telepon lagi.", due_at=due)
    assert (status, answer["error"]["code"]) == (422, "bad_time")
    assert f"{POLICY.promises.latest_days} hari" in answer["error"]["message"]
    assert stage.items(f"CASE#{one}", "OUTBOX#") == []


def test_a_refusal_is_a_managers(stage: Stage, one: str) -> None:
    status, answer = act(stage, one, "refuse", **ACTS["refuse"])
    case = answer["case"]
    assert (status, case["status"], case["tier"], case["owner"]) == (200, "in_progress", 3, "")
    assert case["answerable"] == POLICY.answerable(Team.NETWORK, Tier.MANAGER).name
    (told,) = stage.items(f"CASE#{one}", "OUTBOX#refuse")
    assert "BPSK" in told["text"]["S"]


@pytest.mark.parametrize("name", ["need", "promise", "refuse"])
def test_what_is_too_long_for_an_sms_is_refused_with_its_count(stage: Stage, one: str, name: str) -> None:
    longest = ask(stage, "GET", f"/cases/{one}")[1]["longest"][name]
    # The room of a promise is told for the deadline of the case, and taken for its own.
    body = {**ACTS[name], "text": "x" * (longest + 40)}
    status, answer = act(stage, one, name, **body)
    assert (status, answer["error"]["code"], answer["error"]["length"]) == (422, "too_long", longest + 40)
    status, answer = act(stage, one, name, **body | {"text": "x" * answer["error"]["longest"]})
    assert status == 200
    stage.follow()
    assert all(len(sent["MessageBody"]) <= 1600 for _, sent in stage.sent if "MessageBody" in sent)


def test_a_case_goes_to_another_team_and_stands_in_its_list(stage: Stage, one: str) -> None:
    _, before = act(stage, one, "note", **ACTS["note"])
    status, answer = act(stage, one, "transfer", click="click-0002", **ACTS["transfer"])
    assert (status, answer["case"]["team"], answer["case"]["due_at"]) == (200, "billing", before["case"]["due_at"])
    assert [case["reference"] for case in ask(stage, "GET", "/cases", team="billing")[1]["cases"]] == [one]
    assert ask(stage, "GET", "/cases", team="network")[1]["cases"] == []
    status, answer = act(stage, one, "transfer", click="click-0003", team="billing")
    assert (status, answer["error"]["code"]) == (409, "same_team")


def test_who_did_not_solve_it_is_told_until_when_it_is_for_others(stage: Stage, one: str) -> None:
    ask(stage, "POST", f"/cases/{one}/resolve", words("Sudah."))
    draft = the_centre().edit(the_centre().store.cases.get(one), datetime.now(UTC))
    following.reopen(draft, CUSTOMER)
    the_centre().store.commit(drafts=[draft])
    status, answer = ask(stage, "POST", f"/cases/{one}/take", {})
    error = answer["error"]
    assert (status, error["code"]) == (409, "another_agent")
    assert datetime.fromisoformat(error["until"]) > datetime.now(UTC)
    assert "petugas" in error["message"] or "yang lain" in error["message"]
    taken = stage.invoke("desk", request("POST", f"/cases/{one}/take", {}, agent="Budi"))
    shown = json.loads(taken["body"])["case"]
    assert (taken["statusCode"], shown["owner"], shown["resolver"]) == (200, "Budi", "Rina")


@pytest.fixture
def two(stage: Stage, one: str) -> str:
    """Another case of the same customer."""
    reference: str = stage.invoke("voice", call_step("complain", call="call-2", category="billing"))["reference"]
    return reference


def test_two_cases_become_one_and_none_loses_its_history(stage: Stage, one: str, two: str) -> None:
    stage.follow()
    act(stage, one, "promise", **ACTS["promise"])
    lengths = {reference: len(stage.items(f"CASE#{reference}", "TIMELINE#")) for reference in (one, two)}
    status, answer = act(stage, one, "merge", into=two)
    case = answer["case"]
    assert (status, case["status"], case["closed_as"], case["merged_into"]) == (200, "closed", "merged", two)
    assert what(answer, "merged") == [("Rina", two)]
    _, other = ask(stage, "GET", f"/cases/{two}")
    assert [by for by, text in what(other, "merged") if text.startswith(one)] == ["Rina"]
    assert [kept["state"] for kept in other["case"]["promises"]] == ["open"]
    assert len(stage.items(f"CASE#{one}", "TIMELINE#")) == lengths[one] + 3
    assert len(stage.items(f"CASE#{two}", "TIMELINE#")) == lengths[two] + 1
    before = stage.items()
    assert act(stage, one, "merge", into=two)[0] == 200
    assert stage.items() == before, "a second click is the same"
    stage.follow()
    told = [sent["MessageBody"] for _, sent in stage.sent if "menyangkut hal yang sama" in sent.get("MessageBody", "")]
    assert len(told) == 1
    status, answer = act(stage, one, "merge", click="click-0009", into=two)
    assert (status, answer["error"]["code"]) == (409, "illegal_move")


def test_a_merge_is_whole_or_not_at_all(stage: Stage, one: str, two: str) -> None:
    """Somebody writes to the other case between reading and writing: both are read again."""
    meanwhile = request("POST", f"/cases/{two}/note", {"id": "click-0002", "text": "Sudah ditelepon."}, agent="Budi")
    stage.before["TransactWriteItems"] = lambda: stage.invoke("desk", meanwhile)
    assert act(stage, one, "merge", into=two)[0] == 200
    _, other = ask(stage, "GET", f"/cases/{two}")
    assert [by for by, _ in what(other, "note", "merged")] == ["Budi", "Rina"]
    # It goes wrong for one of both: nothing is stored.
    three = stage.invoke("voice", call_step("complain", call="call-3", category="sim"))["reference"]
    before = stage.items()
    stage.refusals["TransactWriteItems"] = "InternalServerError"
    with pytest.raises(Exception, match="InternalServerError"):
        act(stage, three, "merge", into=two)
    assert stage.items() == before


def test_what_does_not_become_one_says_why(stage: Stage, one: str, two: str) -> None:
    stranger = stage.invoke("voice", call_step("complain", call="call-9", category="network", caller="+6281700000009"))
    other = stranger["reference"]
    for into, code in ((one, "same_case"), (other, "other_customer"), ("1234567890", "not_found"), ("x", "not_found")):
        status, answer = act(stage, one, "merge", into=into)
        assert (status, answer["error"]["code"]) == (404 if code == "not_found" else 409, code)
    status, answer = act(stage, one, "merge", into=other, same_customer=True)
    assert (status, answer["case"]["merged_into"]) == (200, other)


def test_another_matter_becomes_a_case_of_its_own(stage: Stage, one: str) -> None:
    stage.follow()
    _, answer = act(stage, one, "split", **ACTS["split"])
    ((_, text),) = what(answer, "split")
    new = text.split()[0]
    assert what(answer, "opened"), "it keeps its own history"
    _, opened = ask(stage, "GET", f"/cases/{new}")
    case = opened["case"]
    assert (case["team"], case["priority"], case["customer"]) == ("billing", "high", answer["case"]["customer"])
    assert what(opened, "opened", "split") == [("Rina", ACTS["split"]["text"]), ("Rina", one)]
    stage.follow()
    assert ask(stage, "GET", f"/cases/{new}")[1]["case"]["status"] == "acknowledged"


def test_a_split_takes_the_next_reference_where_one_is_taken(stage: Stage, one: str) -> None:
    taken = derive(f"split/{one}/click-0001")
    case = the_centre().store.cases.get(one)
    draft = the_centre().edit(case.evolve(reference=taken, length=0), datetime.now(UTC))
    draft.note(What.NOTE, CUSTOMER, "x")
    the_centre().store.commit(drafts=[draft])
    _, answer = act(stage, one, "split", **ACTS["split"])
    ((_, text),) = what(answer, "split")
    assert text.split()[0] == derive(f"split/{one}/click-0001", 1)


def test_a_case_file_tells_what_is_not_in_the_list_and_nothing_the_agent_need_not_know(stage: Stage, one: str) -> None:
    _, file = ask(stage, "GET", f"/cases/{one}")
    assert set(file["case"]) - set(ask(stage, "GET", "/cases")[1]["cases"][0]) == {
        "answerable",
        "area",
        "closed_as",
        "customer",
        "escalation_level",
        "from_regulator",
        "merged_into",
        "order",
        "others",
        "paused",
        "promises",
        "resolver",
        "responded_at",
        "response_due_at",
        "satisfaction",
        "scores",
        "segment",
        "tier",
        "unasked",
        "zone",
    }


def test_a_promise_is_masked_as_all_that_is_written(stage: Stage, one: str) -> None:
    _, answer = act(stage, one, "promise", text="NIK 3171011708450001 kami cocokkan.", working_days=1)
    assert answer["case"]["promises"][0]["words"] == "NIK [NIK] kami cocokkan."
    assert "3171011708450001" not in json.dumps(answer)
