"""The stand-in keeps the interface that `care.services.senders.sms_gateway` asks for, and signs what it tells."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from care.channels import SMS
from care.customer import Address
from care.services.http_client import Breaker, NoAnswer, NotReached
from care.services.senders.port import Barred, Refused, TryLater, tags
from care.services.senders.sms_gateway import GatewaySender, message_id
from care.telling.messages import Template
from care.telling.outbox import OutboxMessage, Owner
from care.words import Language
from edge.webhooks import is_signed
from operator_system.app import make
from operator_system.smsc import Gateway
from operator_system.subscribers import FILE
from tests.contract.conftest import StandIn, eventually, serving

NOW = datetime(2026, 11, 24, 3, 35, tzinfo=UTC)
SARI = "+6281708170101"
NOBODY = "+6281700000000"
REPORTS, MESSAGES = "/live/sms/reports", "/live/sms/messages"
DUE = OutboxMessage(
    owner=Owner(case="9646464613"),
    key="acknowledgement-1",
    template=Template.ACKNOWLEDGEMENT,
    address=Address(channel=SMS, value=SARI),
    language=Language.INDONESIAN,
    text="XL 817: keluhan Anda kami terima",
    due_at=NOW,
)


@dataclass
class Webhook:
    """Where the gateway tells what it has to: keeps what came, and answers as it is told."""

    came: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    """Path, headers in small letters, body."""
    answers: list[int] = field(default_factory=list)
    """What the next messages of subscribers are answered; 200 from then on."""

    async def take(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.came.append((request.path, headers, await request.read()))
        refuses = self.answers and request.path == MESSAGES
        return web.Response(status=self.answers.pop(0) if refuses else 200)

    def told(self, path: str, id_: str) -> list[dict[str, Any]]:
        """What came there of one message; whatever is not signed is an error."""
        said = []
        for place, headers, body in list(self.came):
            at = headers["x-sms-timestamp"]
            assert is_signed("secret", at.encode() + b"." + body, headers["x-sms-signature"])
            assert abs(datetime.now(UTC).timestamp() - int(at)) < 300
            said += [json.loads(body)] if place == path else []
        return [one for one in said if one["id"] == id_]


@dataclass
class Smsc(StandIn):
    webhook: Webhook

    def sender(self, key: str = "key", seconds: float = 5.0, breaker: Breaker | None = None) -> GatewaySender:
        """As a function has it, but not easily discouraged."""
        breaker = breaker or Breaker(failures=1000)
        return GatewaySender(f"{self.url}/smsc", lambda: key, "817", seconds=seconds, breaker=breaker)

    def sent(self, number: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("GET", f"/stand-in/sms/messages?to={number}")[1]
        return [one for one in found if one["direction"] == "out"]

    def writes(self, text: str) -> str:
        """Ibu Sari writes an SMS; gives its id."""
        status, written = self.ask("POST", "/stand-in/sms/messages", {"from": SARI, "to": "817", "text": text})
        assert status == 201
        return str(written["id"])

    def became(self, id_: str) -> str:
        """How far a message has come."""
        found: list[dict[str, str]] = self.ask("GET", "/stand-in/sms/messages")[1]
        return next(one["status"] for one in found if one["id"] == id_)


@pytest.fixture(scope="module")
def listening() -> Iterator[Smsc]:
    webhook = Webhook()
    receiver = web.Application()
    receiver.router.add_post("/live/{path:.*}", webhook.take)
    with (
        serving(receiver) as webhooks,
        serving(make("", FILE, {}, Gateway("key", "secret", f"{webhooks}/live"))) as url,
    ):
        yield Smsc(url, webhook)


@pytest.fixture
def smsc(listening: Smsc) -> Smsc:
    assert listening.ask("POST", "/stand-in/reset")[0] == 204
    listening.webhook.came.clear()
    listening.webhook.answers.clear()
    return listening


def of_another(**changed: Any) -> OutboxMessage:
    return DUE.model_copy(update=changed)


# ---- submitting ------------------------------------------------------------------------------------------------------


def test_a_message_is_sent_with_all_that_its_report_needs(smsc: Smsc) -> None:
    sent = smsc.sender().send(DUE, NOW)
    (message,) = smsc.sent(SARI)
    assert sent.provider_id == message["id"] == message_id(DUE)
    assert (message["from"], message["to"], message["text"]) == ("817", SARI, DUE.text)
    assert message["context"] == tags(DUE)


def test_the_same_message_again_is_the_same_message(smsc: Smsc) -> None:
    first, again = (smsc.sender().send(DUE, NOW) for _ in range(2))
    assert first == again
    assert [one["repeats"] for one in smsc.sent()] == [1]


@pytest.mark.parametrize(
    "other",
    [
        of_another(key="question-1"),
        of_another(owner=Owner(case="1234567897")),
        of_another(owner=Owner(contact="9646464613")),
        of_another(due_at=datetime(2026, 11, 26, tzinfo=UTC)),
    ],
)
def test_another_message_has_another_id(smsc: Smsc, other: OutboxMessage) -> None:
    smsc.sender().send(DUE, NOW)
    smsc.sender().send(other, NOW)
    assert len(smsc.sent()) == 2


def test_an_id_says_nothing_of_whom_it_is_for() -> None:
    assert message_id(DUE).isalnum()
    assert "9646464613" not in message_id(DUE)


@pytest.mark.parametrize(
    ("message", "problem"),
    [
        (of_another(address=Address(channel=SMS, value="0817")), "invalid_number"),
        (of_another(text="  "), "invalid_text"),
        (of_another(text="x" * 1601), "text_too_long"),
    ],
)
def test_what_is_wrong_with_a_message_is_refused_for_good(smsc: Smsc, message: OutboxMessage, problem: str) -> None:
    with pytest.raises(Refused, match=f"^{problem}$"):
        smsc.sender().send(message, NOW)
    assert smsc.sent() == []


def test_an_id_of_another_message_is_refused(smsc: Smsc) -> None:
    smsc.sender().send(DUE, NOW)
    with pytest.raises(Refused, match=r"^key_reused$"):
        smsc.sender().send(of_another(text="lain"), NOW)
    assert [one["text"] for one in smsc.sent()] == [DUE.text]


def test_a_gateway_that_is_down_is_asked_later(smsc: Smsc) -> None:
    smsc.behave(down=True, only="submit")
    with pytest.raises(TryLater, match="503"):
        smsc.sender().send(DUE, NOW)
    smsc.behave(down=False)
    smsc.sender().send(DUE, NOW)
    assert [one["repeats"] for one in smsc.sent()] == [0]


def test_a_wrong_key_or_address_is_no_fault_of_the_message(smsc: Smsc) -> None:
    with pytest.raises(Barred, match="401"):
        smsc.sender(key="another").send(DUE, NOW)
    with pytest.raises(TryLater, match="405"):
        GatewaySender(f"{smsc.url}/stand-in", lambda: "key", "817").send(DUE, NOW)
    assert smsc.sent() == []


def test_a_lost_answer_leaves_it_unknown_and_to_send_again_is_safe(smsc: Smsc) -> None:
    smsc.behave(lose_next=1)
    with pytest.raises(NoAnswer) as lost:
        smsc.sender().send(DUE, NOW)
    assert not isinstance(lost.value, NotReached | TryLater)
    smsc.sender().send(DUE, NOW)
    assert [one["repeats"] for one in smsc.sent()] == [1]


def test_an_answer_that_comes_too_late_is_a_lost_one(smsc: Smsc) -> None:
    smsc.behave(slow_seconds=6)
    with pytest.raises(NoAnswer, match="no answer"):
        smsc.sender(seconds=2).send(DUE, NOW)
    smsc.behave(slow_seconds=0)
    smsc.sender().send(DUE, NOW)
    assert eventually(lambda: [one for one in smsc.sent() if one["repeats"]])
    assert len(smsc.sent()) == 1


def test_who_is_not_there_was_surely_not_asked() -> None:
    with serving(web.Application()) as gone:
        pass
    with pytest.raises(TryLater, match="ConnectionRefusedError"):
        GatewaySender(gone, lambda: "key", "817").send(DUE, NOW)


def test_after_two_that_waited_in_vain_the_rest_of_a_batch_is_not_kept_waiting(smsc: Smsc) -> None:
    now = 0.0
    sender = smsc.sender(breaker=Breaker(2, 10, lambda: now))
    smsc.behave(lose_next=2)
    for _ in range(2):
        with pytest.raises(NoAnswer):
            sender.send(DUE, NOW)
    with pytest.raises(TryLater, match="not asked"):
        sender.send(of_another(key="question-1"), NOW)
    now = 10.0
    sender.send(of_another(key="question-1"), NOW)
    assert sender.send(DUE, NOW).provider_id == message_id(DUE)


ODD = {
    "no body": (422, b"", TryLater),
    "no code": (422, b"{}", TryLater),
    "a code that is none": (400, b'{"code": 7}', TryLater),
    "no JSON": (400, b"<html>", TryLater),
    "a list": (422, b"[]", TryLater),
    "a code that is not known": (422, b'{"code": "the moon"}', Refused),
    "a code of another status": (409, b'{"code": "invalid_number"}', TryLater),
    "too many": (429, b'{"code": "invalid_number"}', TryLater),
    "a redirection": (302, b"", TryLater),
}


@pytest.mark.parametrize(("status", "body", "error"), ODD.values(), ids=ODD)
def test_only_a_code_with_400_or_422_refuses_a_message(status: int, body: bytes, error: type[Exception]) -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body)

    app = web.Application()
    app.router.add_post("/messages", answer)
    with serving(app) as url, pytest.raises(error) as caught:
        GatewaySender(url, lambda: "key", "817").send(DUE, NOW)
    assert "moon" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://smsc.example", "smsc.example"])
def test_customers_texts_go_by_https_or_stay_on_the_machine(url: str) -> None:
    with pytest.raises(ValueError, match="https"):
        GatewaySender(url, lambda: "key", "817")


# ---- webhooks --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("number", "status"), [(SARI, "delivered"), (NOBODY, "undeliverable")])
def test_a_message_is_reported_with_its_tags_and_signed(smsc: Smsc, number: str, status: str) -> None:
    message = of_another(key=f"to-be-{status}", address=Address(channel=SMS, value=number))
    id_ = smsc.sender().send(message, NOW).provider_id
    eventually(lambda: len(smsc.webhook.told(REPORTS, id_)) == 2)
    assert smsc.webhook.told(REPORTS, id_) == [
        {"id": id_, "status": each, "tags": tags(message)} for each in ("sent", status)
    ]


def test_a_lost_answer_is_made_good_by_the_report(smsc: Smsc) -> None:
    message = of_another(key="lost-1")
    smsc.behave(lose_next=1)
    with pytest.raises(NoAnswer):
        smsc.sender().send(message, NOW)
    told = eventually(lambda: smsc.webhook.told(REPORTS, message_id(message)))
    assert told[0]["tags"] == tags(message)


def test_a_subscriber_s_message_is_passed_on_and_signed(smsc: Smsc) -> None:
    id_ = smsc.writes("Puas 👍")
    (said,) = eventually(lambda: smsc.webhook.told(MESSAGES, id_))
    assert said == {"id": id_, "from": SARI, "to": "817", "text": "Puas 👍"}


def test_what_the_webhook_does_not_take_comes_again_until_it_does(smsc: Smsc) -> None:
    smsc.webhook.answers += [500, 401, 503]
    id_ = smsc.writes("5")
    eventually(lambda: smsc.became(id_) == "passed on")
    told = smsc.webhook.told(MESSAGES, id_)
    assert len(told) == 4
    assert all(one == told[0] for one in told)


def test_what_the_webhook_cannot_read_does_not_come_again(smsc: Smsc) -> None:
    smsc.webhook.answers += [400]
    id_ = smsc.writes("5")
    eventually(lambda: smsc.became(id_) == "not passed on")
    assert len(smsc.webhook.told(MESSAGES, id_)) == 1


@pytest.mark.parametrize(
    "body", [None, [], {}, {"from": SARI}, {"from": "817", "text": "x"}, {"from": SARI, "text": " "}]
)
def test_what_is_no_message_of_a_subscriber_is_refused(smsc: Smsc, body: Any) -> None:
    assert smsc.ask("POST", "/stand-in/sms/messages", body)[0] == 400


def test_a_submit_under_no_id_or_another_is_not_understood(smsc: Smsc) -> None:
    body = {"id": "1", "to": SARI, "from": "817", "text": "x", "tags": {}}
    heads = {"Authorization": "Bearer key"}
    assert smsc.ask("POST", "/smsc/messages", body, **heads)[0] == 400
    assert smsc.ask("POST", "/smsc/messages", body, **heads, **{"Idempotency-Key": "2"})[0] == 400
    assert smsc.ask("POST", "/smsc/messages", {**body, "id": ""}, **heads)[0] == 400
    assert smsc.ask("POST", "/smsc/messages", body, **heads, **{"Idempotency-Key": "1"})[0] == 202
