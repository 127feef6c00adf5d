"""What the phone will say of a line: three answers, each a prompt with its values."""

from datetime import date
from typing import Any

import pytest

from care.conversation import Prompt, spoken
from tests.unit.chatting import LINES

TODAY = date(2026, 11, 24)


def test_a_prepaid_line_is_told_its_data_its_pulsa_and_until_when() -> None:
    assert spoken(LINES["sari"], TODAY) == (
        Prompt("line_quota", {"mb": 3584}),
        Prompt("line_balance", {"amount": 60_000}),
        Prompt("line_active", {"day": "2026-12-03", "days": 9}),
    )


def test_a_postpaid_line_is_told_its_data_its_bill_and_when_that_is_due() -> None:
    assert spoken(LINES["budi"], TODAY) == (
        Prompt("line_quota", {"mb": 512}),
        Prompt("line_bill", {"amount": 120_000}),
        Prompt("line_due", {"day": "2026-12-20", "days": 26}),
    )


@pytest.mark.parametrize(
    ("whose", "changed", "names"),
    [
        ("tono", {}, ["line_no_quota", "line_balance", "line_grace"]),
        ("tono", {"grace_until": date(2026, 11, 23)}, ["line_no_quota", "line_balance", "line_ended"]),
        ("sari", {"active_until": TODAY, "balance": None}, ["line_quota", "line_balance", "line_active"]),
        ("sari", {"active_until": None, "grace_until": None}, ["line_quota", "line_balance", "line_ended"]),
        ("budi", {"bill": 0, "bill_due": None}, ["line_quota", "line_no_bill", "line_nothing_due"]),
        ("budi", {"bill_due": date(2026, 11, 20)}, ["line_quota", "line_bill", "line_overdue"]),
        ("budi", {"bill_due": None}, ["line_quota", "line_bill", "line_due_unknown"]),
    ],
)
def test_whatever_a_line_is_there_are_three_answers(whose: str, changed: dict[str, Any], names: list[str]) -> None:
    assert [one.name for one in spoken(LINES[whose].evolve(**changed), TODAY)] == names
