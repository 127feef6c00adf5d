"""The stand-in keeps the interface that `care.operator_http` asks for, and does each change once whatever gets lost."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from care.line.line import Line, RefusalReason, Refused, Unavailable
from care.line.packages import eligible, package, packages
from care.phone import to_e164
from care.services.http_client import Breaker
from care.services.operator_http import HttpOperatorSystem, Patience
from care.words import Segment
from operator_system.app import make
from operator_system.smsc import Gateway
from operator_system.subscribers import FILE, read, today
from tests.contract.conftest import StandIn, eventually, serving

SARI = "+6281708170101"
SLAMET = "+6281708170102"
YOHANIS = "+6281708170104"
LINA = "+6281708170106"
RUDI = "+6281708170109"
BAMBANG = "+6281708170121"
RINA = "+6281708170122"
DAILY = "harian-1-gb"
MONTHLY = "bulanan-10-gb"
POSTPAID = "pasca-250"


@dataclass
class Operator(StandIn):
    def system(self, breaker: Breaker | None = None, seconds: float = 5.0) -> HttpOperatorSystem:
        """As a function has it, but in no hurry and not easily discouraged."""
        patience = Patience(seconds, seconds, 3)
        return HttpOperatorSystem(
            self.url,
            lambda: "key",
            reading=patience,
            changing=patience,
            breaker=breaker or Breaker(failures=1000),
            backoff=lambda _: 0.0,
        )

    def changes(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("GET", "/stand-in/changes")[1]
        return found


@pytest.fixture(scope="module")
def listening() -> Iterator[Operator]:
    with serving(make("key", FILE, {"sms": "http://127.0.0.1:1/sms/"}, Gateway())) as url:
        yield Operator(url)


@pytest.fixture
def stand_in(listening: Operator) -> Operator:
    assert listening.ask("POST", "/stand-in/reset")[0] == 204
    return listening


def line(stand_in: Operator, number: str) -> Line:
    found = stand_in.system().line(number)
    assert found is not None
    return found


def refusal(stand_in: Operator, number: str, name: str, key: str = "k") -> RefusalReason:
    with pytest.raises(Refused) as caught:
        stand_in.system().activate(number, name, key)
    return caught.value.reason


# --- the file ---------------------------------------------------------------------------------------------


def test_every_line_is_a_line_as_the_doors_read_it(stand_in: Operator) -> None:
    for number in read():
        found = line(stand_in, number)
        assert to_e164(number) == number == found.number
        if found.package:
            assert package(found.package).segment is found.segment
        prepaid = found.segment is Segment.PREPAID
        assert (found.balance is not None) == (found.active_until is not None) == prepaid
        assert (found.bill is None) == prepaid
        assert found.grace_until is None or found.grace_until >= max(today(), found.active_until or today())


def test_there_is_somebody_in_every_situation(stand_in: Operator) -> None:
    everybody = list(read().values())
    lines = [line(stand_in, each.number) for each in everybody]
    assert len(lines) >= 30
    assert Counter((each.segment, each.zone) for each in lines).keys() == {
        (segment, zone) for segment in Segment for zone in ("WIB", "WITA", "WIT")
    }
    cheapest = min(each.price for each in packages().values())
    assert [each for each in lines if each.balance is not None and each.balance < cheapest]
    assert [each for each in lines if each.segment is Segment.PREPAID and eligible(each, today())]
    assert [each for each in lines if each.active_until and each.active_until < today()]
    assert [each for each in lines if not each.registered]
    assert [each for each in lines if each.bill and each.bill_due and each.bill_due < today()]
    assert [each for each in lines if each.quota_mb == 0]
    assert [each for each in lines if " " not in each.name]
    assert [each for each in lines if each.owner_since > today() - timedelta(days=30)]
    assert [each for each in everybody if each.blocked]
    assert all(each.called and each.story["id"] and each.story["en"] for each in everybody)


def test_the_file_does_not_age() -> None:
    first, later = read(at=date(2027, 1, 1))[SARI], read(at=date(2031, 6, 1))[SARI]
    assert first.active_until == date(2027, 1, 24)
    assert later.active_until == date(2031, 6, 24)
    assert first.owner_since == later.owner_since == date(2019, 3, 14)


# --- changes ----------------------------------------------------------------------------------------------


def test_a_package_is_paid_and_activated(stand_in: Operator) -> None:
    before = line(stand_in, SARI)
    system = stand_in.system()
    system.charge(SARI, package(MONTHLY).price, "1-charge")
    system.activate(SARI, MONTHLY, "1-activate")
    after = line(stand_in, SARI)
    assert before.balance is not None
    assert after.balance == before.balance - package(MONTHLY).price
    assert (after.package, after.quota_mb) == (MONTHLY, before.quota_mb + package(MONTHLY).quota_mb)
    assert after.active_until == today() + timedelta(days=30)


def test_a_short_package_does_not_shorten_the_masa_aktif(stand_in: Operator) -> None:
    before = line(stand_in, SARI)
    stand_in.system().activate(SARI, DAILY, "k")
    assert line(stand_in, SARI).active_until == before.active_until


def test_a_postpaid_charge_is_on_the_bill_until_it_is_refunded(stand_in: Operator) -> None:
    before = line(stand_in, BAMBANG).bill
    assert before is not None
    system = stand_in.system()
    system.charge(BAMBANG, 10_000, "1-charge")
    assert line(stand_in, BAMBANG).bill == before + 10_000
    system.refund(BAMBANG, "1-charge")
    system.refund(BAMBANG, "1-charge")
    assert line(stand_in, BAMBANG).bill == before


def test_a_charge_that_comes_after_its_refund_is_refused(stand_in: Operator) -> None:
    before = line(stand_in, SARI).balance
    system = stand_in.system()
    system.refund(SARI, "never")
    system.charge(SARI, 1_000, "made")
    system.refund(SARI, "made")
    for key in ("never", "made"):
        with pytest.raises(Refused) as caught:
            system.charge(SARI, 1_000, key)
        assert caught.value.reason is RefusalReason.CHARGE_VOIDED
    assert line(stand_in, SARI).balance == before


@pytest.mark.parametrize(
    ("number", "name", "reason"),
    [
        (SARI, "no-such-package", RefusalReason.UNKNOWN_PACKAGE),
        (SARI, POSTPAID, RefusalReason.NOT_ELIGIBLE),
        (BAMBANG, DAILY, RefusalReason.NOT_ELIGIBLE),
        (RUDI, DAILY, RefusalReason.NUMBER_BLOCKED),
        (LINA, DAILY, RefusalReason.NOT_REGISTERED),
        (YOHANIS, DAILY, RefusalReason.NOT_ACTIVE),
        (RINA, POSTPAID, RefusalReason.BILL_OVERDUE),
        ("+6281708179999", DAILY, RefusalReason.UNKNOWN_NUMBER),
    ],
)
def test_what_is_refused_and_why(stand_in: Operator, number: str, name: str, reason: RefusalReason) -> None:
    before = stand_in.system().line(number)
    assert refusal(stand_in, number, name) is reason
    assert stand_in.system().line(number) == before


def test_a_refusal_is_remembered_too(stand_in: Operator) -> None:
    stand_in.behave(refuse_activations=1)
    assert refusal(stand_in, SARI, DAILY, "k") is RefusalReason.NOT_ELIGIBLE
    assert refusal(stand_in, SARI, DAILY, "k") is RefusalReason.NOT_ELIGIBLE
    stand_in.system().activate(SARI, DAILY, "another")
    assert [(one["outcome"], one["repeats"]) for one in stand_in.changes()] == [("not_eligible", 1), ("done", 0)]


def test_too_little_pulsa_and_a_key_of_another_change(stand_in: Operator) -> None:
    system = stand_in.system()
    with pytest.raises(Refused, match="not_enough_balance"):
        system.charge(SLAMET, 5_000, "k")
    with pytest.raises(Refused, match="key_reused"):
        system.charge(SLAMET, 1_000, "k")


# --- whatever gets lost -----------------------------------------------------------------------------------


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["charge", "activate", "refund"]),
            st.sampled_from(["a", "b", "c"]),
            st.sampled_from(["", "lose_next", "fail_next"]),
            st.integers(0, 4),
        ),
        max_size=12,
    )
)
def test_each_key_is_done_once_and_the_books_agree(stand_in: Operator, asked: list[tuple[str, str, str, int]]) -> None:
    """Some answers get lost, some requests fail, each as often as it likes; keys are asked for again at random."""
    stand_in.ask("POST", "/stand-in/reset")
    before = line(stand_in, SARI).balance or 0
    system = stand_in.system()
    refunded: set[str] = set()
    charged: set[str] = set()
    asked_back: set[str] = set()
    for what, key, fault, times in asked:
        stand_in.behave(**{"lose_next": 0, "fail_next": 0, **({fault: times} if fault else {})})
        try:
            if what == "charge":
                system.charge(SARI, 1_000, key)
                assert key not in refunded
                charged.add(key)
            elif what == "activate":
                system.activate(SARI, DAILY, f"{key}-activate")
            else:
                asked_back.add(key)
                system.refund(SARI, key)
                refunded.add(key)
        except Refused:
            assert what == "charge"
            assert key in asked_back
        except Unavailable:
            assert times >= 3
    stand_in.behave(lose_next=0, fail_next=0)
    done = [one for one in stand_in.changes() if one["outcome"] == "done"]
    assert max(Counter((one["what"], one["key"]) for one in done).values(), default=1) == 1
    paid = {one["key"] for one in done if one["what"] == "charge" and not one["refunded"]}
    assert before - (line(stand_in, SARI).balance or 0) == 1_000 * len(paid)
    assert charged - asked_back <= paid
    assert not refunded & paid


def test_what_is_done_too_late_for_who_asked_is_done_and_told_when_asked_again(stand_in: Operator) -> None:
    stand_in.behave(slow_seconds=0.5)
    with pytest.raises(Unavailable):
        stand_in.system(seconds=0.1).charge(SARI, 1_000, "k")
    stand_in.behave(slow_seconds=0)
    stand_in.system().charge(SARI, 1_000, "k")
    changes = eventually(lambda: [one for one in stand_in.changes() if one["repeats"]])
    assert [(one["what"], one["value"], one["key"], one["repeats"]) for one in changes] == [("charge", 1_000, "k", 1)]
    assert len(stand_in.changes()) == 1


def test_what_was_asked_before_the_beginning_is_not_done_after_it(stand_in: Operator) -> None:
    stand_in.behave(slow_seconds=0.3)
    with pytest.raises(Unavailable):
        stand_in.system(seconds=0.1).charge(SARI, 1_000, "k")
    stand_in.ask("POST", "/stand-in/reset")
    stand_in.behave(slow_seconds=0.3)
    assert stand_in.system().line(SARI), "it took as long as the charge, and came later"
    assert stand_in.changes() == []


def test_a_fault_of_one_deed_leaves_the_others_alone(stand_in: Operator) -> None:
    stand_in.behave(down=True, only="activate")
    system = stand_in.system()
    assert system.line(SARI)
    system.charge(SARI, 1_000, "k")
    with pytest.raises(Unavailable):
        system.activate(SARI, DAILY, "k2")
    stand_in.behave(down=True, only="")
    with pytest.raises(Unavailable):
        system.line(SARI)


# --- who may ask ------------------------------------------------------------------------------------------


def test_the_key_is_asked_for_and_so_is_the_key_of_a_change(stand_in: Operator) -> None:
    assert stand_in.ask("GET", f"/lines/{SARI}")[0] == 401
    assert stand_in.ask("GET", f"/lines/{SARI}", Authorization="Bearer other")[0] == 401
    charge = {"amount": 1_000}
    assert stand_in.ask("POST", f"/lines/{SARI}/charges", charge, Authorization="Bearer key")[0] == 400
    assert stand_in.changes() == []


@pytest.mark.parametrize("body", [{"amount": 0}, {"amount": -5}, {"amount": True}, {"amount": "1"}, {}, [], None])
def test_a_charge_of_no_amount_is_not_understood(stand_in: Operator, body: Any) -> None:
    heads = {"Authorization": "Bearer key", "Idempotency-Key": "k"}
    assert stand_in.ask("POST", f"/lines/{SARI}/charges", body, **heads)[0] == 400
    assert stand_in.changes() == []


def test_other_people_s_pages_may_not_ask(stand_in: Operator) -> None:
    assert stand_in.ask("GET", "/stand-in/subscribers", Origin="https://elsewhere.example")[0] == 403
    assert stand_in.ask("GET", "/stand-in/subscribers", Origin=stand_in.url)[0] == 200


@pytest.mark.parametrize("wished", [{"down": "perhaps"}, {"slow_seconds": -1}, {"unknown": 1}, [], "x", None])
def test_a_behaviour_that_there_is_not_is_refused(stand_in: Operator, wished: Any) -> None:
    before = stand_in.ask("GET", "/stand-in/behaviour")
    assert stand_in.ask("PATCH", "/stand-in/behaviour", wished)[0] == 400
    assert stand_in.ask("GET", "/stand-in/behaviour") == before
