"""A number given back and given out again inherits nothing; who keeps a number keeps what is theirs."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

import pytest

from care.calling import State
from care.centre import Centre
from care.line.line import Line, Unavailable
from care.reference import grouped
from care.services.table.store import Store
from tests.integration.stage import Stage, batch, call_block, call_step, came_to, client, sms
from tests.unit.making import OPERATOR, POLICY

NUMBER = "+6281700000001"


@dataclass
class Owners:
    """The operator's system, as far as it tells who has a number."""

    owner_since: date | None = None
    down: bool = False
    asked: int = 0

    def line(self, number: str) -> Line | None:
        self.asked += 1
        if self.down:
            raise Unavailable
        if self.owner_since is None:
            return None
        return Line.model_validate(
            {
                "number": number,
                "name": "Sari",
                "segment": "prepaid",
                "package": "",
                "quota_mb": 0,
                "registered": True,
                "area": "Denpasar",
                "zone": "WITA",
                "owner_since": self.owner_since,
            }
        )

    def charge(self, number: str, amount: int, key: str) -> None:
        raise Unavailable

    def activate(self, number: str, package: str, key: str) -> None:
        raise Unavailable

    def refund(self, number: str, key: str) -> None:
        raise Unavailable


@pytest.fixture
def owners(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Owners:
    known = Owners()
    centre = Centre(Store(client("dynamodb"), "care", POLICY.retention_days), POLICY, OPERATOR, known)
    for name in ("voice", "sms", "notify"):
        monkeypatch.setattr(stage.modules[name], "centre", lambda: centre)
    return known


@pytest.fixture
def former(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> str:
    """The reference of an English complaint of NUMBER that is 90 days old and was never resolved."""
    with monkeypatch.context() as then:
        then.setattr(stage.modules["voice"], "datetime", LongAgo)
        chooses = State(place="language").write()
        stage.invoke("voice", call_block("turn", call="call-0", state=chooses, keys="2"))
        reference = str(stage.invoke("voice", call_step("complain", 2, call="call-0", language="en"))["reference"])
    stage.step("acknowledge", reference)
    return reference


class LongAgo(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "LongAgo":
        return cls.fromtimestamp((datetime.now(UTC) - timedelta(days=90)).timestamp(), tz)


def greet(stage: Stage) -> dict[str, str]:
    stage.follow()
    silent = State(place="language_again").write()
    answer: dict[str, str] = stage.invoke("voice", call_block("turn", call="call-new", state=silent, keys=""))
    return answer


def days_ago(days: int) -> date:
    return (datetime.now(UTC) - timedelta(days=days)).date()


def test_a_new_owner_is_greeted_as_nobody_known(stage: Stage, owners: Owners, former: str) -> None:
    owners.owner_since = days_ago(10)
    answer = greet(stage)
    assert (answer["say_1"], answer["language"], answer["ask"]) == ("greet_prepaid", "id", "menu")


def test_who_kept_the_number_is_known(stage: Stage, owners: Owners, former: str) -> None:
    owners.owner_since = days_ago(1000)
    answer = greet(stage)
    assert (answer["say_2"], answer["language"], answer["ask"]) == ("name_sari", "en", "greet_open_case")


@pytest.mark.parametrize("down", [False, True])
def test_what_cannot_be_told_is_nobodys(stage: Stage, owners: Owners, former: str, down: bool) -> None:
    owners.down = down
    answer = greet(stage)
    assert (answer["say_1"], answer["ask"]) == ("greet_unknown", "menu")


def test_a_new_owner_who_knows_the_reference_hears_nothing(stage: Stage, owners: Owners, former: str) -> None:
    owners.owner_since = days_ago(10)
    answer = stage.invoke("voice", call_step("status", reference=former))
    assert came_to(answer) != "told"


def test_a_new_owners_sms_joins_no_case_of_the_former_one(stage: Stage, owners: Owners, former: str) -> None:
    owners.owner_since = days_ago(10)
    stage.invoke("sms", sms("belum beres juga pulsa saya hilang 20rb"))
    references = {item["reference"]["S"] for item in stage.items("CASE#", "CASE")}
    assert len(references) == 2
    assert [item["what"]["S"] for item in stage.items(f"CASE#{former}", "TIMELINE#")].count("message_in") == 0


def test_a_new_owner_who_asks_by_sms_hears_nothing_of_a_former_case(stage: Stage, owners: Owners, former: str) -> None:
    owners.owner_since = days_ago(10)
    stage.invoke("sms", sms(f"status {former}"))
    (answer,) = stage.items("CONTACT#sms-", "OUTBOX#")
    assert grouped(former) not in answer["text"]["S"]
    assert answer["language"]["S"] == "id", "nor is the language of the former one spoken"


def test_a_message_to_the_former_owner_is_not_sent_and_a_person_knows(
    stage: Stage, owners: Owners, former: str
) -> None:
    owners.owner_since = days_ago(10)
    due = {"action": "notify", "owner": {"case": former}, "key": "acknowledgement-1"}
    stage.invoke("notify", batch(due))
    assert stage.sent == []
    (case,) = stage.items(f"CASE#{former}", "CASE")
    assert case["attention"]["S"] == "not_delivered"


def test_who_kept_the_number_gets_the_message(stage: Stage, owners: Owners, former: str) -> None:
    owners.owner_since = days_ago(1000)
    stage.invoke("notify", batch({"action": "notify", "owner": {"case": former}, "key": "acknowledgement-1"}))
    assert len(stage.sent) == 1


def test_young_cases_cost_no_question(stage: Stage, owners: Owners) -> None:
    reference = stage.invoke("voice", call_step("complain"))["reference"]
    assert greet(stage)["ask"] == "greet_open_case"
    owners.asked = 0
    stage.step("acknowledge", reference)
    stage.invoke("notify", batch({"action": "notify", "owner": {"case": reference}, "key": "acknowledgement-1"}))
    assert len(stage.sent) == 1
    assert owners.asked == 0
