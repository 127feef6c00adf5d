"""What the phone says of a line: three answers, each one prompt or several joined."""

from datetime import date
from typing import Any

import pytest

from care.calling.line_told import line_told
from care.telling import pieces
from care.words import Language
from tests.unit.chatting import LINES

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("language", list(Language))
def test_a_prepaid_line_is_told_its_data_its_pulsa_and_until_when(language: Language) -> None:
    assert line_told(LINES["sari"], TODAY, language) == (
        *("line_quota", *pieces.data(3584, language)),
        *("line_balance", *pieces.amount(60_000, language)),
        *("line_active", *pieces.day(date(2026, 12, 3), language)),
    )


@pytest.mark.parametrize("language", list(Language))
def test_a_postpaid_line_is_told_its_data_its_bill_and_when_that_is_due(language: Language) -> None:
    assert line_told(LINES["budi"], TODAY, language) == (
        *("line_quota", *pieces.data(512, language)),
        *("line_bill", *pieces.amount(120_000, language)),
        *("line_due", *pieces.day(date(2026, 12, 20), language)),
    )


@pytest.mark.parametrize(
    ("whose", "changed", "names"),
    [
        ("tono", {}, ["line_no_quota", "line_balance", "line_grace"]),
        ("tono", {"grace_until": date(2026, 11, 23)}, ["line_no_quota", "line_balance", "line_ended"]),
        ("sari", {"active_until": TODAY, "balance": None}, ["line_quota", "line_balance", "line_active"]),
        ("sari", {"active_until": None, "grace_until": None}, ["line_quota", "line_balance", "line_ended"]),
        ("budi", {"bill": 0, "bill_due": None}, ["line_quota", "line_no_bill"]),
        ("budi", {"bill_due": date(2026, 11, 20)}, ["line_quota", "line_bill", "line_overdue"]),
        ("budi", {"bill_due": None}, ["line_quota", "line_bill", "line_due_unknown"]),
    ],
)
def test_whatever_a_line_is_the_prompts_say_it(whose: str, changed: dict[str, Any], names: list[str]) -> None:
    told = line_told(LINES[whose].evolve(**changed), TODAY, Language.INDONESIAN)
    assert [one for one in told if one.startswith("line_")] == names
