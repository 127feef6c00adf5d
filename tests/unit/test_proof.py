"""A code by SMS proves a line: five tries, ten minutes, one use."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.line import proof
from care.line.proof import Checked
from tests.unit.making import ANY_TEXT, NOW, POLICY

NUMBER = "+6281700000001"


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06d}"


def test_the_code_proves_the_line_and_is_used_up() -> None:
    begun, code = proof.begin(NUMBER, NOW)
    assert proof.check(begun, code, POLICY, NOW + timedelta(minutes=9)) == (Checked.PROVEN, None)


def test_after_ten_minutes_the_right_code_is_no_more() -> None:
    begun, code = proof.begin(NUMBER, NOW)
    assert proof.check(begun, code, POLICY, NOW + timedelta(minutes=11)) == (Checked.EXPIRED, None)


def test_the_fifth_wrong_try_is_the_last() -> None:
    kept, code = proof.begin(NUMBER, NOW)
    for _ in range(4):
        checked, next_ = proof.check(kept, wrong(code), POLICY, NOW)
        assert checked is Checked.WRONG
        assert next_
        kept = next_
    assert proof.check(kept, wrong(code), POLICY, NOW) == (Checked.TOO_MANY, None)


def test_the_right_code_still_counts_at_the_fifth_try() -> None:
    kept, code = proof.begin(NUMBER, NOW)
    for _ in range(4):
        _, next_ = proof.check(kept, wrong(code), POLICY, NOW)
        assert next_
        kept = next_
    assert proof.check(kept, code, POLICY, NOW) == (Checked.PROVEN, None)


def test_what_is_kept_does_not_hold_the_code() -> None:
    begun, code = proof.begin(NUMBER, NOW)
    assert code not in begun.evolve(number="").model_dump_json()


def test_codes_differ() -> None:
    assert len({proof.begin(NUMBER, NOW)[1] for _ in range(50)}) > 40


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("482913", "482913"),
        ("482 913", "482913"),
        ("kodenya 482-913 ya kak", "482913"),
        ("４８２９１３", "482913"),
        ("48291", None),
        ("4829134", None),
        ("081712345678", None),
        ("belum masuk", None),
        ("", None),
    ],
)
def test_a_code_is_found_in_words(text: str, code: str | None) -> None:
    assert proof.code_in(text) == code


@given(ANY_TEXT)
def test_any_text_is_read(text: str) -> None:
    found = proof.code_in(text)
    assert found is None or (len(found) == 6 and found.isdigit())


@given(st.text(st.characters(), max_size=20))
def test_nothing_but_the_code_proves(text: str) -> None:
    begun, code = proof.begin(NUMBER, NOW)
    checked, _ = proof.check(begun, text, POLICY, NOW)
    assert (checked is Checked.PROVEN) == (text == code)
