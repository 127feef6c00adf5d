from hypothesis import given
from hypothesis import strategies as st

from care import reference
from tests.unit.making import ANY_TEXT

REFERENCES = ANY_TEXT.map(reference.derive)


@given(REFERENCES)
def test_a_reference_is_ten_digits_and_never_looks_like_a_phone_number(one: str) -> None:
    assert reference.is_valid(one)
    assert len(one) == 10
    assert one[0] not in "068"


@given(REFERENCES, st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_caught(one: str, place: int, shift: int) -> None:
    wrong = str((int(one[place]) + shift) % 10)
    assert not reference.is_valid(one[:place] + wrong + one[place + 1 :])


@given(REFERENCES, st.integers(0, 8))
def test_swapped_neighbours_are_caught(one: str, place: int) -> None:
    swapped = one[:place] + one[place + 1] + one[place] + one[place + 2 :]
    assert reference.is_valid(swapped) == (swapped == one)


@given(REFERENCES, ANY_TEXT, ANY_TEXT, st.sampled_from(["", " ", "-", "."]))
def test_a_reference_is_found_in_any_text(one: str, before: str, after: str, between: str) -> None:
    written = between.join([one[:3], one[3:6], one[6:]])
    assert one in reference.find(f"{before}\n{written}\n{after}")


@given(ANY_TEXT)
def test_what_is_found_is_valid_and_named_once(text: str) -> None:
    found = reference.find(text)
    assert all(map(reference.is_valid, found))
    assert len(found) == len(set(found))


def test_digits_that_belong_to_a_longer_number_are_no_reference() -> None:
    one = reference.derive("event")
    assert reference.find(f"{one}1") == []
    assert reference.find(f"1{one}") == []
    assert reference.find(f"+{one}") == []
    assert reference.find("hubungi 0817 000 0001 atau +62 817 000 0001") == []


def test_digits_of_other_scripts_are_no_reference() -> None:
    one = reference.derive("event")
    assert not reference.is_valid("".join(chr(0x0660 + int(digit)) for digit in one))
    assert not reference.is_valid("")


def test_an_event_always_has_the_same_reference_and_a_next_one_when_that_is_taken() -> None:
    assert reference.derive("mail-1") == reference.derive("mail-1")
    assert reference.derive("mail-1") != reference.derive("mail-1", 1)


def test_it_is_written_in_groups() -> None:
    assert reference.grouped("4172201930") == "417 220 1930"
