"""Package orders through the function: however slow, failing or repeated, one change or none, and the customer told."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from care.cases.case import Case
from care.cases.opening import Opening, Party
from care.centre import Centre
from care.channels import CHAT
from care.customer import Address
from care.line.line import Line, RefusalReason, Refused, Unavailable
from care.line.order import Order, OrderState, taken_back
from care.line.packages import package
from care.reference import derive
from care.services.queues import Queues
from care.services.table.store import Store
from care.words import Category, Kind, Language, Priority
from edge.batches import AllFailed
from operator_system.ledger import DONE, Ledger
from operator_system.subscribers import Subscriber, read
from tests.integration.stage import Stage, batch, client
from tests.unit.making import OPERATOR, POLICY

FINE, DOWN, LOST = "fine", "down", "lost"  # answered; not even asked; done, and the answer lost
CHATTER = Address(channel=CHAT, value="chat-0123456789abcdef0123456789abcdef")
REFERENCE = derive("an order")
NEW = package("bulanan-25-gb")


@dataclass
class Faulty:
    """The stand-in's ledger behind the port, with what goes wrong call by call."""

    ledger: Ledger
    faults: list[str] = field(default_factory=list)

    def line(self, number: str) -> Line | None:
        raise Unavailable

    def charge(self, number: str, amount: int, key: str) -> None:
        self._ask(lambda: self.ledger.charge(number, amount, key))

    def activate(self, number: str, package: str, key: str) -> None:
        self._ask(lambda: self.ledger.activate(number, package, key))

    def refund(self, number: str, key: str) -> None:
        self._ask(lambda: self.ledger.refund(number, key, f"{key}-refund"))

    def _ask(self, change: Callable[[], str]) -> None:
        fault = self.faults.pop(0) if self.faults else FINE
        if fault == DOWN:
            raise Unavailable
        outcome = change()
        if fault == LOST:
            raise Unavailable
        if outcome != DONE:
            raise Refused(RefusalReason(outcome))


def prepaid(balance: int) -> Subscriber:
    """Somebody of the stand-in's file with this much pulsa, to whom anything may be sold."""
    found = next(one for one in read().values() if one.balance and one.registered and not one.blocked)
    found.balance, found.active_until = balance, date(2100, 1, 1)
    return found


@dataclass
class Shop:
    stage: Stage
    system: Faulty
    subscriber: Subscriber
    centre: Centre

    @classmethod
    def open(cls, stage: Stage, monkeypatch: pytest.MonkeyPatch, balance: int = 100_000) -> "Shop":
        subscriber = prepaid(balance)
        subscriber.package = "harian-1-gb"
        system = Faulty(Ledger({subscriber.number: subscriber}))
        centre = Centre(Store(client("dynamodb"), "care", POLICY.retention_days), POLICY, OPERATOR, system)
        monkeypatch.setattr(stage.modules["provisioning"], "centre", lambda: centre)
        # What is put off comes at once.
        monkeypatch.setattr(Queues, "send_later", lambda own, queue, message, _: own.send_all(queue, [message]))
        return cls(stage, system, subscriber, centre)

    def order(self) -> None:
        order = Order(number=self.subscriber.number, package=NEW.id, name=NEW.name, price=NEW.price)
        opening = Opening(
            reference=REFERENCE,
            party=Party(CHAT, CHATTER.value, CHATTER),
            kind=Kind.PACKAGE_CHANGE,
            category=Category.PACKAGE,
            priority=Priority.NORMAL,
            language=Language.INDONESIAN,
            text="Ya",
            order=order,
        )
        self.centre.store.commit(drafts=[self.centre.open(opening, datetime.now(UTC))])

    def carry_out(self, attempts: int = 30) -> None:
        """Deliver what the stream queues, and what the function puts off, twice each, until nothing comes."""
        assert self.stage.invoke("fanout", {"Records": self.stage.changes()}) == {"batchItemFailures": []}
        for _ in range(attempts):
            waiting = self.stage.waiting("provisioning")
            if not waiting:
                return
            for body in dict.fromkeys(waiting):
                for _ in range(2):
                    assert self.stage.invoke("provisioning", batch(body)) == {"batchItemFailures": []}

    def take_back(self) -> None:
        """The customer does not want it after all."""
        draft = self.centre.edit(self.case, datetime.now(UTC))
        assert draft.case.order
        draft.set(order=taken_back(draft.case.order))
        self.centre.store.commit(drafts=[draft])

    @property
    def case(self) -> Case:
        return self.centre.store.cases.get(REFERENCE)

    @property
    def told(self) -> Counter[tuple[str, str]]:
        """What was due to the customer, by template and channel."""
        messages = self.centre.store.cases.file(REFERENCE).messages
        return Counter((one.key.removesuffix("-line"), str(one.address.channel)) for one in messages)

    def done(self, what: str) -> int:
        return sum(one["what"] == what and one["outcome"] == DONE for one in self.system.ledger.listed())


@pytest.fixture
def shop(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Shop:
    return Shop.open(stage, monkeypatch)


def test_an_order_is_charged_activated_told_and_closed(shop: Shop) -> None:
    shop.order()
    shop.carry_out()
    assert shop.case.order
    assert (shop.case.order.state, shop.case.status) == (OrderState.CHANGED, "closed")
    assert (shop.subscriber.package, shop.subscriber.balance) == (NEW.id, 100_000 - NEW.price)
    assert shop.told == {("received-1", "chat"): 1, ("package_changed", "chat"): 1, ("package_changed", "sms"): 1}
    steps = [one.text for one in shop.centre.store.cases.file(REFERENCE).timeline if one.what == "order"]
    assert steps == [f"{NEW.id} charged", f"{NEW.id} changed"]


def test_without_enough_pulsa_nothing_is_taken_and_the_customer_knows_why(shop: Shop) -> None:
    shop.subscriber.balance = 10_000
    shop.order()
    shop.carry_out()
    assert shop.case.order
    assert shop.case.order.state is OrderState.REFUSED
    assert shop.subscriber.balance == 10_000
    refusal = next(one for one in shop.centre.store.cases.file(REFERENCE).messages if one.key == "package_refused")
    assert "pulsa tidak cukup" in refusal.text


def test_what_was_charged_and_cannot_be_activated_is_refunded(shop: Shop) -> None:
    shop.system.ledger.refuse_activations = 1
    before = shop.subscriber.package
    shop.order()
    shop.carry_out()
    assert shop.case.order
    assert (shop.case.order.state, shop.case.order.reason) == (OrderState.REFUNDED, "not_eligible")
    assert (shop.subscriber.balance, shop.subscriber.package) == (100_000, before)
    assert shop.told[("package_refused", "sms")] == 1
    assert shop.told[("package_changed", "sms")] == 0


@pytest.mark.parametrize("fault", [FINE, LOST])
def test_an_order_taken_back_costs_nothing_even_if_it_is_being_charged(shop: Shop, fault: str) -> None:
    before = shop.subscriber.package
    shop.order()
    if fault == LOST:
        shop.system.ledger.charge(shop.subscriber.number, NEW.price, f"{REFERENCE}-charge")
    shop.take_back()
    shop.carry_out()
    assert shop.case.order
    assert (shop.case.order.state, shop.case.order.reason) == (OrderState.REFUNDED, "taken_back")
    assert (shop.subscriber.balance, shop.subscriber.package) == (100_000, before)
    assert (shop.case.status, shop.told[("package_refused", "sms")]) == ("closed", 1)


def test_what_is_charged_is_not_taken_back(shop: Shop) -> None:
    shop.order()
    shop.carry_out()
    assert shop.case.order
    assert taken_back(shop.case.order) is None


def test_while_the_system_is_down_the_customer_is_told_once_and_then_a_person_looks(shop: Shop) -> None:
    shop.system.faults = [DOWN] * 10
    shop.order()
    shop.carry_out(attempts=4)
    assert shop.told[("package_waiting", "chat")] == 1
    assert shop.case.attention == "order_stuck"
    shop.carry_out()
    assert shop.case.order
    assert shop.case.order.state is OrderState.CHANGED
    assert not shop.case.attention
    assert shop.told[("package_waiting", "chat")] == 1


def test_after_the_last_attempt_it_stays_with_a_person(shop: Shop) -> None:
    last = shop.centre.policy.provisioning.attempts
    shop.system.faults = [DOWN] * 100
    shop.order()
    shop.carry_out(attempts=4)
    shop.stage.waiting("provisioning")
    shop.stage.invoke("provisioning", batch({"action": "provision", "reference": REFERENCE, "attempt": last}))
    assert shop.stage.waiting("provisioning") == []
    assert (shop.case.attention, shop.case.status) == ("order_stuck", "acknowledged")


def test_an_order_that_cannot_be_read_now_comes_again_later(shop: Shop) -> None:
    message = {"action": "provision", "reference": REFERENCE, "attempt": 1}
    with pytest.raises(AllFailed):
        shop.stage.invoke("provisioning", batch(message))
    assert shop.stage.counted["sqs:ChangeMessageVisibility"] == 1
    shop.order()
    assert shop.stage.invoke("provisioning", batch(message)) == {"batchItemFailures": []}
    assert shop.done("activate") == 1


@settings(max_examples=12, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
@given(
    faults=st.lists(st.sampled_from((FINE, DOWN, LOST)), max_size=12),
    balance=st.sampled_from((10_000, NEW.price, 100_000)),
    refused=st.booleans(),
)
def test_whatever_fails_it_ends_in_one_change_or_none_and_is_told_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, faults: list[str], balance: int, refused: bool
) -> None:
    for item in stage.items():
        client("dynamodb").delete_item(TableName="care", Key={"pk": item["pk"], "sk": item["sk"]})
    shop = Shop.open(stage, monkeypatch, balance)
    shop.system.faults = faults
    shop.system.ledger.refuse_activations = int(refused)
    shop.order()
    shop.carry_out()
    order = shop.case.order
    assert order
    paid = balance - (shop.subscriber.balance or 0)
    changed = order.state is OrderState.CHANGED
    assert changed == (balance >= NEW.price and not refused)
    assert paid == (NEW.price if changed else 0)
    assert (shop.subscriber.package == NEW.id) == changed
    assert shop.done("activate") == int(changed)
    outcome = "package_changed" if changed else "package_refused"
    told: Any = {key: times for key, times in shop.told.items() if key[0] in ("package_changed", "package_refused")}
    assert told == {(outcome, "chat"): 1, (outcome, "sms"): 1}
    assert shop.case.status == "closed"
