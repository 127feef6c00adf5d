"""The webhook of the operator's SMS gateway: what is signed is queued as AWS would say it, all else is refused."""

import base64
import hashlib
import hmac
import io
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from care import config
from care.observability import logger
from tests.integration.stage import ENVIRONMENT, SECRETS, Event, Stage, batch, call_step, sample

SECRET = SECRETS["care-SmsGatewaySigningSecret"]
REPORT = {
    "id": "3f0c9a41d2b84e6795a1c0de77f2b816",
    "status": "delivered",
    "tags": {"care_reference": "9646464613", "care_key": "acknowledgement-1"},
}
MESSAGE = {"id": "smsc-1", "from": "+6281700000001", "to": "817", "text": "pulsa saya kesedot 20rb"}


def signature(said: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()


def webhook(what: str, body: Any, *, at: Any = None, secret: str = SECRET) -> Event:
    """What API Gateway gives the function of a request that the gateway signed; ``what`` is report or message."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    at = str(int(time.time()) if at is None else at)
    made = sample(f"http_sms_{what}")
    made["headers"] |= {"x-sms-timestamp": at, "x-sms-signature": signature(f"{at}.".encode() + raw, secret)}
    try:
        made["body"] = raw.decode()
    except UnicodeDecodeError:
        made |= {"body": base64.b64encode(raw).decode(), "isBase64Encoded": True}
    return made


def queued(stage: Stage) -> list[str]:
    return stage.waiting("delivery") + stage.waiting("sms")


# ---- what is signed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "event", "final"),
    [
        ("sent", "TEXT_SENT", False),
        ("delivered", "TEXT_DELIVERED", True),
        ("undeliverable", "TEXT_UNREACHABLE", True),
        ("expired", "TEXT_TTL_EXPIRED", True),
        ("rejected", "TEXT_CARRIER_BLOCKED", True),
    ],
)
def test_a_report_is_queued_as_the_event_of_aws(stage: Stage, status: str, event: str, final: bool) -> None:
    assert stage.invoke("sms_gateway", webhook("report", REPORT | {"status": status}))["statusCode"] == 200
    (said,) = map(json.loads, stage.waiting("delivery"))
    assert (said["eventType"], said["isFinal"], said["messageId"]) == (event, final, REPORT["id"])
    assert said["context"] == REPORT["tags"]
    assert stage.waiting("sms") == []


@pytest.mark.parametrize(("status", "state"), [("delivered", "delivered"), ("undeliverable", "failed")])
def test_a_report_settles_the_message_it_is_about(stage: Stage, status: str, state: str) -> None:
    one = stage.invoke("voice", call_step("complain"))["reference"]
    stage.follow()
    report = REPORT | {"status": status, "tags": {"care_reference": one, "care_key": "acknowledgement-1"}}
    for _ in range(2):
        assert stage.invoke("sms_gateway", webhook("report", report))["statusCode"] == 200
    assert stage.invoke("delivery", batch(*stage.waiting("delivery"))) == {"batchItemFailures": []}
    (message,) = stage.items(f"CASE#{one}", "OUTBOX#")
    assert message["state"]["S"] == state


def test_a_message_becomes_a_case_once_however_often_the_gateway_comes(stage: Stage) -> None:
    for _ in range(3):
        assert stage.invoke("sms_gateway", webhook("message", MESSAGE))["statusCode"] == 200
    assert stage.invoke("sms", batch(*stage.waiting("sms"))) == {"batchItemFailures": []}
    (case,) = stage.items("CASE#", "CASE")
    assert (case["kind"]["S"], case["category"]["S"]) == ("complaint", "billing")


@pytest.mark.parametrize(
    "text",
    ["", "\0", "\x07\x0b", "👩‍👩‍👧", "cut \ud83d", "x" * 39_015, "😀" * 19_000],
    ids=lambda text: f"{len(text)} {text[:3]!r}",
)
def test_any_text_an_sms_can_have_goes_through_its_queue(stage: Stage, text: str) -> None:
    assert stage.invoke("sms_gateway", webhook("message", MESSAGE | {"text": text}))["statusCode"] == 200
    assert stage.invoke("sms", batch(*stage.waiting("sms"))) == {"batchItemFailures": []}
    assert len(stage.items("CONTACT#", "CONTACT")) == 1


def test_a_body_in_base64_is_signed_as_it_was_sent(stage: Stage) -> None:
    made = webhook("message", MESSAGE)
    made |= {"body": base64.b64encode(made["body"].encode()).decode(), "isBase64Encoded": True}
    assert stage.invoke("sms_gateway", made)["statusCode"] == 200
    assert json.loads(stage.waiting("sms")[0])["messageBody"] == MESSAGE["text"]


def test_a_clock_that_is_some_minutes_off_is_no_hindrance(stage: Stage) -> None:
    for seconds in (-280, 280):
        made = webhook("report", REPORT, at=int(time.time()) + seconds)
        assert stage.invoke("sms_gateway", made)["statusCode"] == 200


def test_what_its_queue_does_not_take_is_not_answered_as_taken(stage: Stage) -> None:
    stage.refusals["SendMessage"] = "ServiceUnavailable"
    with pytest.raises(ClientError):
        stage.invoke("sms_gateway", webhook("message", MESSAGE))
    assert queued(stage) == []
    assert stage.invoke("sms_gateway", webhook("message", MESSAGE))["statusCode"] == 200


# ---- what is not -----------------------------------------------------------------------------------------------------


def with_headers(**changed: str | None) -> Event:
    made = webhook("message", MESSAGE)
    for name, value in changed.items():
        made["headers"].pop(f"x-sms-{name}")
        made["headers"] |= {} if value is None else {f"x-sms-{name}": value}
    return made


def signed_at(at: str) -> Event:
    """Signed with the right secret, over a time that is none or not now."""
    return webhook("message", MESSAGE, at=at)


STRANGERS: dict[str, Callable[[], Event]] = {
    "another secret": lambda: webhook("message", MESSAGE, secret="another"),
    "no secret": lambda: webhook("message", MESSAGE, secret=""),
    "no signature": lambda: with_headers(signature=None),
    "an empty signature": lambda: with_headers(signature=""),
    "no time": lambda: with_headers(timestamp=None),
    "a time that was not signed": lambda: with_headers(timestamp=str(int(time.time()) + 1)),
    "not ASCII": lambda: with_headers(signature="ä" * 64),
    "half a character": lambda: with_headers(signature="\ud800" * 64, timestamp="\ud800"),
    "two signatures": lambda: with_headers(signature="0" * 64 + "," + "0" * 64),
    "somebody else's body": lambda: {**webhook("message", MESSAGE), "body": json.dumps(MESSAGE | {"text": "lain"})},
    "half a character in the body": lambda: {**webhook("message", MESSAGE), "body": "\ud800"},
    "no body": lambda: {**webhook("message", MESSAGE), "body": None},
    "no headers": lambda: {**webhook("message", MESSAGE), "headers": None},
    "older than five minutes": lambda: signed_at(str(int(time.time()) - 310)),
    "of tomorrow": lambda: signed_at(str(int(time.time()) + 86_400)),
    "milliseconds": lambda: signed_at(str(int(time.time() * 1000))),
    "no number": lambda: signed_at("now"),
    "a number with a sign": lambda: signed_at(f"+{int(time.time())}"),
    "digits of another script": lambda: signed_at("١٧٩٥٤٩١٣٠٠"),
    "a very long number": lambda: signed_at("9" * 5_000),
}


@pytest.mark.parametrize("asks", STRANGERS.values(), ids=STRANGERS)
def test_who_does_not_sign_rightly_and_lately_is_a_stranger(stage: Stage, asks: Callable[[], Event]) -> None:
    assert stage.invoke("sms_gateway", asks())["statusCode"] == 401
    assert stage.calls == 0
    assert queued(stage) == []


def test_without_a_secret_nobody_is_the_gateway(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    without = config.Settings.model_validate({**ENVIRONMENT, "SMS_GATEWAY_SIGNING_SECRET": ""})
    monkeypatch.setattr(stage.modules["sms_gateway"], "settings", lambda: without)
    for secret in ("", SECRET):
        assert stage.invoke("sms_gateway", webhook("message", MESSAGE, secret=secret))["statusCode"] == 401
    assert queued(stage) == []


# ---- what cannot be read ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("report", b""),
        ("report", b"{"),
        ("report", b"null"),
        ("report", b"[]"),
        ("report", b"[" * 100_000),
        ("report", b"9" * 5_000),
        ("report", b"\xff\xfe\xfd"),
        ("report", REPORT | {"status": "lost"}),
        ("report", REPORT | {"status": None}),
        ("report", REPORT | {"id": ""}),
        ("report", REPORT | {"id": 7}),
        ("report", REPORT | {"tags": None}),
        ("report", REPORT | {"tags": {"care_key": None}}),
        ("report", REPORT | {"tags": {str(number): "x" for number in range(6)}}),
        ("report", {name: value for name, value in REPORT.items() if name != "tags"}),
        ("message", REPORT),
        ("message", MESSAGE | {"id": ""}),
        ("message", MESSAGE | {"from": ""}),
        ("message", MESSAGE | {"from": None}),
        ("message", MESSAGE | {"text": None}),
        ("message", MESSAGE | {"text": "x" * 39_016}),
    ],
)
def test_what_cannot_be_read_is_said_to_be_and_logged_without_its_words(
    stage: Stage, what: str, body: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    assert stage.invoke("sms_gateway", webhook(what, body))["statusCode"] == 400
    assert queued(stage) == []
    line = json.loads(log.getvalue())
    assert (line["level"], line["message"]) == ("ERROR", "webhook cannot be read")
    assert "kesedot" not in log.getvalue()
    assert "81700000001" not in log.getvalue()
