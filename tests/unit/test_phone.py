import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from care import phone, reference
from tests.unit.making import ANY_TEXT

MOBILE = st.builds(
    "+628{}{}".format, st.integers(1, 9), st.integers(10**7, 10**10).map(lambda digits: f"{digits:08d}"[:10])
)
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
FULL_WIDTH = str.maketrans("0123456789+-", "０１２３４５６７８９＋－")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("08170000001", "+628170000001"),
        ("0817-000 0001", "+628170000001"),
        ("0817.000.0001", "+628170000001"),
        ("0817/000/0001", "+628170000001"),
        ("(0817) 000 0001", "+628170000001"),
        ("(0)817 000 0001", "+628170000001"),
        ("628170000001", "+628170000001"),
        ("62 0817 000 0001", "+628170000001"),
        ("+628170000001", "+628170000001"),
        ("+62 (0)817 000 0001", "+628170000001"),
        ("+62 [0] 817 000 0001", "+628170000001"),
        ("+6208170000001", "+628170000001"),
        ("+08170000001", "+628170000001"),
        ("062 817 0000 0001", "+6281700000001"),
        ("+62 62 817 0000 0001", "+6281700000001"),
        ("00628170000001", "+628170000001"),
        ("001 62 817 000 0001", "+628170000001"),
        ("007 62 817 000 0001", "+628170000001"),
        ("017 62 817 000 0001", "+628170000001"),
        ("01017 62 817 000 0001", "+628170000001"),
        ("8170000001", "+628170000001"),
        ("0817\u00a0000\u20110001", "+628170000001"),
        ("0817–000—0001", "+628170000001"),
        ("\u202a+62 817\u200b0000001\u202c", "+628170000001"),
        ("٠٨١٧٠٠٠٠٠٠١", "+628170000001"),
        ("０８１７－０００－０００１", "+628170000001"),
        ("tel:+62-817-000-0001", "+628170000001"),
        ("tel:08170000001;phone-context=+62", "+628170000001"),
        ("sip:+628170000001@ims.example;user=phone", "+628170000001"),
        ('"Sari" <sip:08170000001@ims.example>', "+628170000001"),
        ("whatsapp:+628170000001", "+628170000001"),
        ("https://wa.me/628170000001", "+628170000001"),
        ("628170000001@s.whatsapp.net", "+628170000001"),
        ("No. HP: 0817 000 0001", "+628170000001"),
        ("(021) 5550001", "+62215550001"),
        ("021-5550001 ext. 12", "+62215550001"),
        ("(0274) 512345", "+62274512345"),
        ("+62 274 512345", "+62274512345"),
        ("0967 55512", "+6296755512"),
        ("+6591230000", "+6591230000"),
        ("006591230000", "+6591230000"),
        ("001 65 9123 0000", "+6591230000"),
        ("6591230000@c.us", "+6591230000"),
        ("+44 (0)20 7946 0000", "+442079460000"),
    ],
)
def test_a_number_is_one_however_it_is_written(written: str, number: str) -> None:
    assert phone.to_e164(written) == number


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("001 817 234 5678", "+18172345678"),
        ("001 7 916 123 45 67", "+79161234567"),
        ("007 916 123 45 67", "+79161234567"),
        ("007 65 9123 0000", "+6591230000"),
        ("008 21 234 5678", "+8212345678"),
    ],
)
def test_what_can_be_dialled_two_ways_is_read_one_way(written: str, number: str) -> None:
    assert phone.to_e164(written) == number


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        " ",
        "817",
        "112",
        "110",
        "0817",
        "71400",
        "1500888",
        "021500888",
        "02114045",
        "0800 1 234567",
        "08041234567",
        "+62 809 1234567",
        "+800 1234 5678",
        "+817",
        "anonymous",
        "Restricted",
        "unknown",
        "sip:anonymous@anonymous.invalid",
        "CARE817",
        "+",
        "++",
        "0",
        "00",
        "62",
        "0817x",
        "08170000001@pelanggan.example",
        "08170000001 / 08180000002",
        "0817 0000 0001 2345",
        "+1 017 234 5678",
        "+1234567890123456",
    ],
)
def test_what_is_no_customers_number(written: str | None) -> None:
    assert phone.to_e164(written) is None


SPELLED = {
    "anonymous": "266696687",
    "restricted": "7378742833",
    "unavailable": "86282452253",
    "blocked": "2562533",
    "unknown": "8656696",
    "private": "7748483",
    "withheld": "94844353",
}


@pytest.mark.parametrize("digits", SPELLED.values(), ids=SPELLED)
@pytest.mark.parametrize(
    "form",
    ["{}", "+{}", "+1{}", "1{}", "0{}", "+62{}", "62{}", "0062{}", "+62 (0){}"],
)
@pytest.mark.parametrize("scheme", ["{}", "tel:{}", "sip:{}@gateway.example"])
def test_what_a_gateway_spells_on_the_keypad_is_no_number(digits: str, form: str, scheme: str) -> None:
    assert phone.to_e164(scheme.format(form.format(digits))) is None


@pytest.mark.parametrize(
    ("written", "number"), [("0266696686", "+62266696686"), ("+26622123456", "+26622123456"), ("+464", None)]
)
def test_beside_a_spelled_word_a_number_is_read_as_ever(written: str, number: str | None) -> None:
    assert phone.to_e164(written) == number


DIGITS = st.text("0123456789", max_size=15)


@given(st.text("0123456789*#", max_size=20), DIGITS, st.sampled_from(["", "#", "#1", "##"]))
def test_of_what_is_keyed_what_follows_the_last_star_counts_up_to_the_hash(before: str, last: str, end: str) -> None:
    assert phone.keyed(f"{before}*{last}{end}") == last
    assert phone.keyed(f"{last}{end}") == last


@given(ANY_TEXT)
def test_what_is_kept_of_any_keys_is_kept_again(pressed: str) -> None:
    kept = phone.keyed(pressed)
    assert kept in pressed
    assert phone.keyed(kept) == kept


@given(ANY_TEXT)
@example("\ud800" * 300)
def test_any_text_is_a_number_or_none(text: str) -> None:
    number = phone.to_e164(text)
    assert number is None or re.fullmatch(r"\+[1-9][0-9]{7,14}", number)


@given(st.one_of(st.from_regex(r"\A\+?(?:00|01|0|62|8)?[0-9]{4,15}\Z"), st.text("0123456789+()-. /", max_size=24)))
def test_a_number_once_read_stays_what_it_is(written: str) -> None:
    number = phone.to_e164(written)
    assert number is None or phone.to_e164(number) == number


@given(MOBILE, st.sampled_from(["", " ", "-", ".", "–", "\u00a0", " - "]), st.integers(3, 5))
def test_every_spelling_of_a_mobile_number_is_that_number(number: str, separator: str, size: int) -> None:
    national = number[3:]
    parted = separator.join(national[place : place + size] for place in range(0, len(national), size))
    spellings = [parted, "0" + parted, "62" + parted, "+62" + separator + parted, "0062" + parted, "+62 (0)" + parted]
    spellings += ["+620" + parted, "001 62 " + parted, f"tel:+62{parted}", f"sip:0{national}@ims.example"]
    spellings += [one.translate(ARABIC) for one in spellings] + [one.translate(FULL_WIDTH) for one in spellings]
    assert {one: phone.to_e164(one) for one in spellings} == dict.fromkeys(spellings, number)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("nomor saya 0817-000 0001 ya kak", ["+628170000001"]),
        ("HP0817 000 0001", ["+628170000001"]),
        ("hub 08170000001, 08180000002.", ["+628170000001", "+628180000002"]),
        ("0817 0000 001/0818 0000 002", ["+628170000001", "+628180000002"]),
        ("08170000001 08170000001", ["+628170000001"]),
        ("+65 9123 0000 / (021) 5550001", ["+6591230000", "+62215550001"]),
        ("8170000001 tidak bisa internet", ["+628170000001"]),
        ("kantor 0274-512345 atau 62-21-5550001", ["+62274512345", "+62215550001"]),
        ("keluhan 4172201935 dari 0817 000 0001", ["+628170000001"]),
        ("sejak 2026-11-24 0817 000 0001", ["+628170000001"]),
        ("08170000001 5", ["+628170000001"]),
        ("tgl 3 08170000001", ["+628170000001"]),
        ("٠٨١٧٠٠٠٠٠٠١", ["+628170000001"]),
        ("817", []),
        ("Rp 8.170.000.001", []),
        ("Rp8170000001", []),
        ("pulsa 25rb tgl 05-12-2026 14.05", []),
        ("02-11-2026 pukul 08.15", []),
        ("kuota 8170000001 kb", []),
        ("NIK 3171011708450001", []),
        ("NIK 3171 0117 0845 0001", []),
        ("IMEI 862123456789012", []),
        ("imei 862 1234 5678 9012", []),
        ("kartu 6281 7000 0000 0001", []),
        ("08170000001@pelanggan.example", []),
        ("*123*08170000001#", []),
        ("seri A08170000001", []),
    ],
)
def test_numbers_named_in_words(text: str, numbers: list[str]) -> None:
    assert phone.find(text) == numbers


@given(MOBILE, st.sampled_from(["+62{}", "0{}", "62{}", "+62 {}"]))
def test_a_number_is_found_among_words(number: str, spelling: str) -> None:
    assert phone.find(f"nomor saya {spelling.format(number[3:])} lemot sejak kemarin") == [number]


@given(st.text(max_size=30))
def test_a_reference_is_no_phone_number(event: str) -> None:
    one = reference.derive(event.encode("utf-8", "replace").decode())
    assert phone.find(f"ref {one}") == phone.find(reference.grouped(one)) == []


@given(ANY_TEXT)
def test_what_is_found_in_any_text_stands_there(text: str) -> None:
    end = 0
    for found in phone.spans(text):
        assert end <= found.start < found.end <= len(text)
        assert phone.to_e164(text[found.start : found.end]) == found.number
        end = found.end
