import pytest
from hypothesis import given
from hypothesis import strategies as st

from care import phone
from tests.unit.making import ANY_TEXT


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("08170000001", "+628170000001"),
        ("0817-000 0001", "+628170000001"),
        ("0817.000.0001", "+628170000001"),
        ("628170000001", "+628170000001"),
        ("+628170000001", "+628170000001"),
        ("+62 (0)817 000 0001", "+628170000001"),
        ("+6208170000001", "+628170000001"),
        ("00628170000001", "+628170000001"),
        ("8170000001", "+628170000001"),
        ("(021) 5550001", "+62215550001"),
        ("+6591230000", "+6591230000"),
        ("006591230000", "+6591230000"),
    ],
)
def test_a_number_is_one_however_it_is_written(written: str, number: str) -> None:
    assert phone.to_e164(written) == number


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        " ",
        "817",
        "112",
        "+817",
        "anonymous",
        "Restricted",
        "+",
        "++",
        "0",
        "00",
        "62",
        "0817x",
        "٠٨١٧٠٠٠٠٠٠١",
    ],
)
def test_what_is_no_customers_number(written: str | None) -> None:
    assert phone.to_e164(written) is None


@given(ANY_TEXT)
def test_any_text_is_a_number_or_none(text: str) -> None:
    number = phone.to_e164(text)
    assert number is None or (number[0] == "+" and number[1:].isdigit() and 10 <= len(number) <= 16)


@given(st.integers(10**8, 10**11 - 1).map(lambda digits: f"+628{digits}"))
def test_a_number_stays_what_it_is(number: str) -> None:
    assert phone.to_e164(number) == number
    assert phone.to_e164(number[1:]) == number
    assert phone.to_e164("0" + number[3:]) == number
