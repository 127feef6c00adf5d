"""The page of a case: what a link opens and shows, what may be added, whose guesses end, and which key is good."""

import io
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import Any

import boto3
import pytest

from care import clients
from care.cases import following
from care.cases.case import Case
from care.cases.draft import Draft
from care.centre import Centre
from care.config import settings
from care.customer import hashed
from care.observability import logger
from care.phone import to_e164
from care.reading.satisfaction import Verdict
from care.services.table import keys
from care.services.table.attributes import to_item
from care.services.table.tallies import guesses_at
from care.words import ClosedAs, Status
from operations.rotate import rotate
from operations.stack import Refusal
from operations.target import Target
from tests.integration.stage import REGION, Event, Stage, call_step, came_to, client, letter, request, sample
from tests.unit.making import POLICY

SITE = "https://d1234567890abc.cloudfront.net"
LINK = re.compile(rf"{SITE}/status/#(\w+)")
LIMITS = POLICY.status
NUMBER, STRANGER = "+6281700000001", "081700000002"
NIK = "3171011708450001"
DONE: dict[str, Any] = {"batchItemFailures": []}


@pytest.fixture(autouse=True)
def pages(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A call centre with pages."""
    monkeypatch.setenv("HAS_PAGES", "true")
    monkeypatch.setenv("WEB_URL", SITE)
    for cached in (settings, clients.centre):
        cached.cache_clear()
    yield
    for cached in (settings, clients.centre):
        cached.cache_clear()


def centre() -> Centre:
    return clients.centre()


def asked(what: str, body: Any, *, source: str = "203.0.113.17", method: str = "POST") -> Event:
    event = sample("http_status")
    event["routeKey"] = event["requestContext"]["routeKey"] = f"{method} /status/{what}"
    event["requestContext"]["http"] |= {"sourceIp": source, "method": method}
    event["body"] = body if isinstance(body, str) else json.dumps(body)
    return event


def ask(stage: Stage, what: str, **body: Any) -> tuple[int, dict[str, Any]]:
    source = body.pop("source", "203.0.113.17")
    answer = stage.invoke("status", asked(what, body, source=source))
    return answer["statusCode"], json.loads(answer["body"])


def shown(stage: Stage, token: str) -> dict[str, Any]:
    status, page = ask(stage, "show", token=token)
    assert status == 200, page
    return page


def case(reference: str) -> Case:
    return centre().store.cases.get(reference)


def change(reference: str, do: Any, now: datetime | None = None) -> None:
    draft: Draft = centre().edit(case(reference), now or datetime.now(UTC))
    do(draft)
    centre().store.commit(drafts=[draft])


def complain(stage: Stage, text: str = "Keluhan: internet saya lemot sejak kemarin") -> tuple[str, str]:
    """A complaint by mail, acknowledged; its reference, and the token of the link in the letter."""
    mail = letter("Keluhan", text, sender="Sari Dewi <sari@pelanggan.example>")
    assert stage.invoke("email", stage.put_mail("mail-1", mail)) == DONE
    (item,) = stage.items("CASE#", "CASE")
    stage.follow()
    return item["reference"]["S"], token_in(stage)


def token_in(stage: Stage) -> str:
    """The token of the link in what was sent last."""
    by, params = stage.sent[-1]
    text = params["Content"]["Raw"]["Data"].decode() if by == "email" else params["MessageBody"]
    found = LINK.search(text.replace("=\r\n", ""))
    assert found, text
    return found[1]


def resolve(stage: Stage, reference: str, words: str = "Menara sudah diperbaiki.") -> None:
    path = f"/cases/{reference}/resolve"
    answer = stage.invoke("desk", request("POST", path, {"id": "click-0001", "text": words}))
    assert answer["statusCode"] == 200, answer


def heard(reference: str) -> list[str]:
    return [one.text for one in centre().store.cases.file(reference).timeline if one.what == "message_in"]


# ---- the link --------------------------------------------------------------------------------------------------------


def test_the_link_of_a_letter_opens_its_case(stage: Stage) -> None:
    reference, token = complain(stage)
    page = shown(stage, token)
    assert page["reference"] == reference
    assert (page["language"], page["may"]) == ("id", ["note"])
    assert "Petugas" in page["next"]["id"]
    assert "agent" in page["next"]["en"]
    assert page["due"]["id"].endswith("WIB")
    assert "Terima kasih telah menyampaikan keluhan Anda" in page["said"][0]["text"]


def test_the_link_is_in_what_is_sent_and_in_no_table(stage: Stage) -> None:
    _, token = complain(stage)
    assert came_to(stage.invoke("voice", call_step("complain", category="network"))) == "stored"
    stage.follow()
    by_phone = token_in(stage)
    assert stage.sent[-1][0] == "sms"
    assert by_phone != token
    kept = json.dumps(stage.items())
    assert "{link}" in kept
    assert not [one for one in (token, by_phone) if one[10:] in kept]
    reference = by_phone[:10]
    at_desk = json.loads(stage.invoke("desk", request("GET", f"/cases/{reference}"))["body"])
    assert "(tautan status / status link)" in at_desk["timeline"][-1]["text"] + at_desk["timeline"][-2]["text"]


def test_nothing_is_changed_by_looking_and_nothing_is_answered_to_get_or_head(stage: Stage) -> None:
    _, token = complain(stage)
    before = stage.items()
    for _ in range(3):
        shown(stage, token)
    for method in ("GET", "HEAD"):
        for what in ("show", "find", "note", "answer"):
            answer = stage.invoke(
                "status", asked(what, {"token": token, "id": "click-0001", "score": 5}, method=method)
            )
            assert answer["statusCode"] == 404
    assert stage.items() == before
    assert stage.changes() == []


def test_looking_is_one_request_and_whatever_is_done_two(stage: Stage) -> None:
    reference, token = complain(stage)
    shown(stage, token)
    assert stage.counted == {"dynamodb:Query": 1}
    ask(stage, "note", token=token, id="click-0001", text="Lokasi saya Cimahi")
    assert stage.counted == {"dynamodb:Query": 1, "dynamodb:TransactWriteItems": 1}
    ask(stage, "find", reference=reference, contact=STRANGER)
    assert stage.counted == {"dynamodb:BatchGetItem": 1, "dynamodb:TransactWriteItems": 1}
    ask(stage, "find", reference=reference, contact="sari@pelanggan.example")
    assert stage.counted == {"dynamodb:BatchGetItem": 1, "dynamodb:Query": 1}


def test_neither_name_nor_number_nor_anything_between_agents_is_shown(stage: Stage) -> None:
    reference, token = complain(stage, f"Keluhan: kartu saya diblokir, NIK {NIK}")
    path = f"/cases/{reference}"
    words = {"id": "click-0002", "text": f"Baik, Ibu Sari. NIK {NIK} dan nomor 081234567890 sudah kami catat."}
    stage.invoke("desk", request("POST", f"{path}/reply", words, agent="Rina Petugas"))
    stage.follow()
    page = json.dumps(shown(stage, token), ensure_ascii=False)
    assert "sudah kami catat" in page
    assert "Ibu …" in page
    for hidden in ("Sari", "Dewi", "pelanggan.example", NIK, "081234567890", "Rina", "diblokir"):
        assert hidden not in page, hidden


@pytest.mark.parametrize("token", ["", "x", "9646464613", "9646464613aaaaaaaaaaaaaaaa", "é" * 26])
def test_any_other_token_opens_nothing_and_asks_the_table_nothing(stage: Stage, token: str) -> None:
    assert ask(stage, "show", token=token)[0] == 404
    assert stage.calls == 0


def test_the_link_ends_when_the_case_may_be_reopened_no_more(stage: Stage) -> None:
    reference, token = complain(stage)
    resolve(stage, reference)
    window = POLICY.scaled(POLICY.reopen.window_hours)
    change(reference, following.settle, datetime.now(UTC) - window + timedelta(minutes=1))
    assert shown(stage, token)["may"] == ["answer", "reopen"], "closed as unconfirmed: who was silent may still answer"
    change(reference, lambda draft: draft.set(closed_at=datetime.now(UTC) - window - timedelta(minutes=1)))
    ended = ask(stage, "show", token=token)
    assert ended == ask(stage, "show", token="x")
    assert ask(stage, "note", token=token, id="click-0001", text="masih ada?") == ended
    assert ask(stage, "find", reference=reference, contact="sari@pelanggan.example") == ended


def test_a_case_that_went_on_as_another_shows_that(stage: Stage) -> None:
    reference, token = complain(stage)
    mail = letter("Keluhan lagi", "Keluhan: internet saya masih lemot", sender="sari@pelanggan.example")
    stage.invoke("email", stage.put_mail("mail-2", mail))
    (other,) = {item["reference"]["S"] for item in stage.items("CASE#", "CASE")} - {reference}
    now = datetime.now(UTC)
    merged = {"merged_into": other, "closed_as": ClosedAs.MERGED, "closed_at": now, "status": Status.CLOSED}

    def merge(draft: Draft) -> None:
        draft.set(**merged)

    change(reference, merge)
    assert shown(stage, token)["reference"] == other
    ask(stage, "note", token=token, id="click-0001", text="lokasi Bandung")
    assert heard(other) == ["lokasi Bandung"]
    change(other, lambda draft: draft.set(customer_id="another", address=None))
    page = shown(stage, token)
    assert (page["reference"], page["may"]) == (reference, []), "another customer's is shown to nobody"


# ---- what is added ---------------------------------------------------------------------------------------------------


def test_a_note_is_added_once_however_often_it_is_sent(stage: Stage) -> None:
    reference, token = complain(stage)
    said = {"token": token, "id": "click-0001", "text": "Lokasi saya Cimahi"}
    first = ask(stage, "note", **said)
    assert first[0] == 200
    assert ask(stage, "note", **said) == first
    assert ask(stage, "note", **said, more="ignored") == first
    assert heard(reference) == ["Lokasi saya Cimahi"]
    (entry,) = [item for item in stage.items("CONTACT#status-") if item["sk"]["S"].startswith("ENTRY#")]
    (contact,) = stage.items("CONTACT#status-", "CONTACT")
    assert (entry["answer"]["M"]["reference"]["S"], contact["channel"]["S"]) == (reference, "web")
    ask(stage, "note", **{**said, "id": "click-0002"})
    assert len(heard(reference)) == 2


def test_belum_reopens_a_closed_case(stage: Stage) -> None:
    reference, token = complain(stage)
    resolve(stage, reference)
    change(reference, following.settle)
    status, page = ask(stage, "answer", token=token, id="click-0001", score=None, text="masih lemot di malam hari")
    assert (status, page["status"], page["may"]) == (200, "reopened", ["note"])
    assert case(reference).cycle == 2
    assert heard(reference) == ["Belum beres\nmasih lemot di malam hari"]


@pytest.mark.parametrize(
    ("score", "verdict"), [(5, Verdict.SATISFIED), (3, Verdict.SATISFIED), (1, Verdict.DISSATISFIED)]
)
def test_a_score_is_the_answer_that_the_follow_up_waits_for(stage: Stage, score: int, verdict: Verdict) -> None:
    reference, token = complain(stage)
    resolve(stage, reference)
    assert shown(stage, token)["may"] == ["answer", "reopen"]
    words = "Sudah lancar, 3 hari ini tidak putus. 5G juga."
    status, page = ask(stage, "answer", token=token, id="click-0001", score=score, text=words)
    assert (status, page["may"]) == (200, ["reopen"])
    assert "Terima kasih" in page["next"]["id"]
    answer = case(reference).answer
    assert answer
    assert (answer.verdict, answer.score, words in answer.comment) == (verdict, score, True)
    change(reference, following.settle)
    closed = case(reference)
    assert (closed.status, closed.closed_as) == (
        (Status.CLOSED, ClosedAs.SATISFIED) if verdict is Verdict.SATISFIED else (Status.REOPENED, None)
    )


def test_so_much_is_added_in_a_day_and_no_more(stage: Stage) -> None:
    reference, token = complain(stage)
    count(f"notes:{reference}", LIMITS.notes_a_day - 1)
    assert ask(stage, "note", token=token, id="click-0001", text="satu lagi")[0] == 200
    status, told = ask(stage, "note", token=token, id="click-0002", text="dan lagi")
    assert (status, told["error"]["code"]) == (429, "too_many_notes")
    assert heard(reference) == ["satu lagi"]


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("show", "{"),
        ("show", {"token": "x" * 65}),
        ("find", {"reference": "x" * 41, "contact": "x"}),
        ("note", {"token": "x", "id": "short", "text": "x"}),
        ("note", {"token": "x", "id": "click-0001", "text": "  "}),
        ("note", {"token": "x", "id": "click-0001", "text": "x" * 2001}),
        ("note", {"token": "x", "id": "click-0001", "text": "x", "more": "x" * 40_000}),
        ("answer", {"token": "x", "id": "click-0001"}),
        ("answer", {"token": "x", "id": "click-0001", "score": 6}),
    ],
)
def test_what_cannot_be_read_is_said_so(stage: Stage, what: str, body: Any) -> None:
    answer = stage.invoke("status", asked(what, body))
    assert answer["statusCode"] == 400
    told = json.loads(answer["body"])["error"]
    assert (told["code"], set(told["message"])) == ("invalid", {"id", "en"})
    assert answer["headers"]["cache-control"] == "no-store"


def test_no_log_has_the_token_or_a_word(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    _, token = complain(stage)
    written = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    ask(stage, "note", token=token, id="click-0001", text="rahasia keluarga")
    ask(stage, "find", reference=token[:10], contact=STRANGER)
    said = written.getvalue()
    assert "status note" in said
    assert not [one for one in (token, "rahasia", STRANGER) if one in said]


# ---- reference and second factor -------------------------------------------------------------------------------------


def count(who: str, times: int) -> None:
    """As if it had been done so often today."""
    item = {**to_item(keys.tally(hashed(who), datetime.now(UTC))), "times": {"N": str(times)}}
    client("dynamodb").put_item(TableName="care", Item=item)


def by_phone(stage: Stage) -> str:
    reference: str = stage.invoke("voice", call_step("complain", category="network"))["reference"]
    return reference


@pytest.mark.parametrize("contact", [NUMBER, "0817-0000-0001", " 0817 0000 0001 "])
def test_reference_and_number_open_the_case_and_give_its_token(stage: Stage, contact: str) -> None:
    reference = by_phone(stage)
    spoken = f"{reference[:3]} {reference[3:6]} {reference[6:]}"
    status, page = ask(stage, "find", reference=spoken, contact=contact)
    assert (status, page["reference"]) == (200, reference)
    assert shown(stage, page["token"])["reference"] == reference
    assert to_e164(contact) == NUMBER


def test_reference_and_mail_address_do_too(stage: Stage) -> None:
    reference, _ = complain(stage)
    assert ask(stage, "find", reference=reference, contact="Sari@Pelanggan.example")[0] == 200
    assert ask(stage, "find", reference=reference, contact="budi@pelanggan.example")[0] == 404


def test_wrong_tries_end_and_wrong_and_unknown_are_answered_alike(stage: Stage) -> None:
    reference, unknown = by_phone(stage), "4172201930"
    wrong = ask(stage, "find", reference=reference, contact=STRANGER)
    assert wrong[0] == 404
    assert ask(stage, "find", reference=unknown, contact=STRANGER) == wrong
    assert ask(stage, "find", reference="123", contact="nobody") == wrong
    for one in (reference, unknown):
        for _ in range(LIMITS.wrong_guesses_a_day - 1):
            assert ask(stage, "find", reference=one, contact=STRANGER) == wrong
    locked = ask(stage, "find", reference=reference, contact=NUMBER)
    assert (locked[0], locked[1]["error"]["code"]) == (429, "too_many_tries")
    assert ask(stage, "find", reference=unknown, contact=STRANGER) == locked
    assert ask(stage, "find", reference=reference, contact=NUMBER, source="198.51.100.2")[0] == 200, "his own network"


def test_at_one_reference_all_networks_together_have_so_many_tries(stage: Stage) -> None:
    reference = by_phone(stage)
    for place in range(LIMITS.wrong_at_one_a_day):
        ask(stage, "find", reference=reference, contact=STRANGER, source=f"198.51.100.{place}")
    assert ask(stage, "find", reference=reference, contact=NUMBER, source="192.0.2.1")[0] == 429
    told = stage.invoke("voice", call_step("status", 2, caller=None, phone=NUMBER, reference=reference))
    assert came_to(told) == "too_many", "the telephone counts the same"
    assert centre().store.tallies.of(guesses_at(reference), datetime.now(UTC)) == LIMITS.wrong_at_one_a_day


def test_who_tries_many_references_ends_too(stage: Stage) -> None:
    reference = by_phone(stage)
    count("status-from:203.0.113.17", LIMITS.wrong_from_one_address_a_day)
    assert ask(stage, "find", reference=reference, contact=NUMBER)[0] == 429


def test_a_device_of_a_household_is_no_other_household(stage: Stage) -> None:
    reference = by_phone(stage)
    for place in range(LIMITS.wrong_guesses_a_day):
        ask(stage, "find", reference=reference, contact=STRANGER, source=f"2001:db8::{place + 1}")
    assert ask(stage, "find", reference=reference, contact=NUMBER, source="2001:db8::ffff")[0] == 429
    assert ask(stage, "find", reference=reference, contact=NUMBER, source="2001:db8:0:1::1")[0] == 200


# ---- keys ------------------------------------------------------------------------------------------------------------


def turned(minutes_ago: int) -> str:
    """Rotate the key, so long ago, and let every function have read it."""
    target = Target({"SigningSecretArn": "care-SigningSecret"}, boto3.Session(region_name=REGION))
    said = rotate(target, datetime.now(UTC) - timedelta(minutes=minutes_ago), look_only=False)
    clients.secrets.cache_clear()
    return said


def test_a_link_outlives_one_rotation_and_not_two(stage: Stage) -> None:
    reference, token = complain(stage)
    to = message_from_bytes(stage.sent[-1][1]["Content"]["Raw"]["Data"])["Reply-To"]
    turned(60)
    assert shown(stage, token)["reference"] == reference
    stage.invoke("email", stage.put_mail("mail-2", letter("Re", "tambahan", sender="sari@pelanggan.example"), to=to))
    assert heard(reference), "nor does the address for answers end"
    resolve(stage, reference)
    change(reference, lambda draft: following.ask(draft, None))
    stage.follow()
    newer = token_in(stage)
    assert newer != token
    assert "worth nothing any more" in turned(30)
    assert ask(stage, "show", token=token)[0] == 404
    assert shown(stage, newer)["reference"] == reference


def test_no_second_rotation_follows_before_all_have_read_the_first(stage: Stage) -> None:
    target = Target({"SigningSecretArn": "care-SigningSecret"}, boto3.Session(region_name=REGION))
    assert "one key" in rotate(target, datetime.now(UTC), look_only=True)
    turned(1)
    with pytest.raises(Refusal, match="rotate after that"):
        turned(0)
    assert "two keys" in rotate(target, datetime.now(UTC), look_only=True)
