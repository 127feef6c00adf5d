"""A line as the operator's system tells it."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from care.line.line import Line

PREPAID = {
    "number": "+6281708170101",
    "name": "Sari Wulandari",
    "segment": "prepaid",
    "package": "mingguan-5-gb",
    "balance": 62_500,
    "quota_mb": 1_740,
    "active_until": "2026-12-17",
    "grace_until": "2027-01-16",
    "registered": True,
    "area": "Denpasar",
    "zone": "WITA",
    "owner_since": "2019-03-14",
}


def line(**changed: Any) -> Line:
    return Line.model_validate({**PREPAID, **changed})


@given(st.text(max_size=80))
def test_a_name_is_one_line_of_what_can_be_printed_or_no_name(name: str) -> None:
    try:
        taken = line(name=name).name
    except ValidationError:
        assert not any(each.isprintable() and not each.isspace() for each in name)
        return
    assert taken.isprintable()
    assert taken == taken.strip() != ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": "081708170101"},
        {"number": "817"},
        {"segment": "other"},
        {"zone": "UTC"},
        {"quota_mb": -1},
        {"owner_since": "yesterday"},
        {"name": "\n"},
        {"name": "Sari " * 40},
    ],
    ids=str,
)
def test_what_is_no_line_is_not_taken_and_the_error_does_not_repeat_it(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        line(**wrong)
    assert not {"Sari", "+62", "0817", "yesterday"} & set(re.findall(r"[+\w]+", str(caught.value)))
