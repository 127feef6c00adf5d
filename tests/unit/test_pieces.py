"""What is only known during a call, said by joining prompts; joined it reads as a person would write it out."""

import json
import tomllib
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care import reference
from care.areas import Zone
from care.telling import pieces
from care.words import Language
from tests.unit.making import ANY_TEXT

PROMPTS = Path(__file__).parents[2] / "flows/prompts"
TEXTS: dict[str, dict[str, Any]] = tomllib.loads((PROMPTS / "texts.toml").read_text(encoding="utf-8"))
ID, EN = Language.INDONESIAN, Language.ENGLISH
LANGUAGES = st.sampled_from(Language)


def joined(said: tuple[str, ...], language: Language) -> str:
    """What is heard; a comma is the pause after a group."""
    return " ".join(str(TEXTS[name][language]) for name in said)


# ---- a speller that knows nothing of pieces ----

INDONESIAN = "nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas"
ENGLISH = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen"
)
ONES = {ID: INDONESIAN.split(), EN: ENGLISH.split()}
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def spelled(n: int, language: Language) -> str:
    return indonesian(n) if language is ID else english(n)


def indonesian(n: int) -> str:
    if n < 12:
        return ONES[ID][n]
    for size, name, one in (
        (10**9, " miliar", "satu miliar"),
        (10**6, " juta", "satu juta"),
        (1000, " ribu", "seribu"),
        (100, " ratus", "seratus"),
        (20, " puluh", ""),
    ):
        if n >= size:
            unit = 10 if size == 20 else size
            head = one if n // unit == 1 else indonesian(n // unit) + name
            return f"{head} {indonesian(n % unit)}" if n % unit else head
    return f"{ONES[ID][n - 10]} belas"


def english(n: int) -> str:
    if n < 20:
        return ONES[EN][n]
    if n < 100:
        return TENS[n // 10] + (f"-{ONES[EN][n % 10]}" if n % 10 else "")
    for size, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred")):
        if n >= size:
            rest = n % size
            head = f"{english(n // size)} {name}"
            return head if not rest else f"{head} and {english(rest)}" if rest < 100 else f"{head} {english(rest)}"
    raise AssertionError(n)


@given(st.one_of(st.integers(0, 2000), st.integers(0, 10**12 - 1)), LANGUAGES)
def test_numbers_are_said_as_they_are_spelled(n: int, language: Language) -> None:
    assert joined(pieces.number(n, language), language) == spelled(n, language)
    assert joined(pieces.amount(n, language), language) == f"{spelled(n, language)} rupiah"


@pytest.mark.parametrize(
    ("n", "indonesian", "english"),
    [
        (0, "nol", "zero"),
        (10, "sepuluh", "ten"),
        (11, "sebelas", "eleven"),
        (19, "sembilan belas", "nineteen"),
        (100, "seratus", "one hundred"),
        (112, "seratus dua belas", "one hundred and twelve"),
        (1000, "seribu", "one thousand"),
        (1005, "seribu lima", "one thousand and five"),
        (1100, "seribu seratus", "one thousand one hundred"),
        (21_000, "dua puluh satu ribu", "twenty-one thousand"),
        (101_000, "seratus satu ribu", "one hundred and one thousand"),
        (1_001_000, "satu juta seribu", "one million one thousand"),
        (-3, "minus tiga", "minus three"),
    ],
)
def test_numbers(n: int, indonesian: str, english: str) -> None:
    assert (joined(pieces.number(n, ID), ID), joined(pieces.number(n, EN), EN)) == (indonesian, english)


@pytest.mark.parametrize(
    ("rupiah", "indonesian", "english"),
    [
        (50_000, "lima puluh ribu rupiah", "fifty thousand rupiah"),
        (62_500, "enam puluh dua ribu lima ratus rupiah", "sixty-two thousand five hundred rupiah"),
        (1_000, "seribu rupiah", "one thousand rupiah"),
        (1_250_000, "satu juta dua ratus lima puluh ribu rupiah", "one million two hundred and fifty thousand rupiah"),
    ],
)
def test_amounts(rupiah: int, indonesian: str, english: str) -> None:
    assert (joined(pieces.amount(rupiah, ID), ID), joined(pieces.amount(rupiah, EN), EN)) == (indonesian, english)


def test_an_amount_is_few_pieces() -> None:
    assert pieces.amount(50_000, ID) == ("n_50", "thousand", "rupiah")


@pytest.mark.parametrize(
    ("mb", "indonesian", "english"),
    [
        (1536, "satu koma lima giga", "one point five gigabytes"),
        (512, "lima ratus dua belas mega", "five hundred and twelve megabytes"),
        (1, "satu mega", "one megabyte"),
        (1024, "satu giga", "one gigabyte"),
        (1050, "satu giga", "one gigabyte"),
        (25_600, "dua puluh lima giga", "twenty-five gigabytes"),
        (0, "nol mega", "zero megabytes"),
    ],
)
def test_data(mb: int, indonesian: str, english: str) -> None:
    assert (joined(pieces.data(mb, ID), ID), joined(pieces.data(mb, EN), EN)) == (indonesian, english)


@pytest.mark.parametrize(
    ("written", "heard"),
    [
        ("4172201935", "empat satu tujuh, dua dua nol, satu sembilan tiga lima"),
        ("+62 812 0000 0012", "enam dua delapan, satu dua nol, nol nol nol, nol nol satu dua"),
        ("081200000012", "nol delapan satu, dua nol nol, nol nol nol, nol satu dua,"),
        ("08120000001", "nol delapan satu, dua nol nol, nol nol nol, nol satu"),
        ("112", "satu satu dua,"),
        ("1935", "satu sembilan tiga lima"),
        ("19", "satu sembilan"),
        ("7", "tujuh,"),
        ("٣ no digits", ""),
    ],
)
def test_digits_are_read_in_groups(written: str, heard: str) -> None:
    assert joined(pieces.digits(written, ID), ID) == heard


@given(ANY_TEXT, LANGUAGES)
def test_of_any_text_every_digit_is_read_once_and_in_order(text: str, language: Language) -> None:
    heard = joined(pieces.digits(text, language), language).replace(",", "").split()
    assert heard == [ONES[language][int(one)] for one in text if one in "0123456789"]


@given(st.text(max_size=30), LANGUAGES)
def test_a_reference_is_heard_as_it_is_written(event: str, language: Language) -> None:
    one = reference.derive(event)
    groups = [[ONES[language][int(digit)] for digit in group] for group in reference.grouped(one).split()]
    heard = joined(pieces.digits(one, language), language)
    assert [group.split() for group in heard.split(", ")] == groups


@pytest.mark.parametrize(
    ("at", "zone", "indonesian", "english"),
    [
        (time(14, 30), Zone.WIB, "pukul empat belas tiga puluh WIB", "at two thirty PM Western Indonesia Time"),
        (time(8), Zone.WITA, "pukul delapan WITA", "at eight AM Central Indonesia Time"),
        (time(9, 5), Zone.WIT, "pukul sembilan nol lima WIT", "at nine oh five AM Eastern Indonesia Time"),
        (time(0), Zone.WIB, "pukul nol WIB", "at midnight Western Indonesia Time"),
        (time(0, 15), Zone.WIB, "pukul nol lima belas WIB", "at twelve fifteen AM Western Indonesia Time"),
        (time(12), Zone.WIB, "pukul dua belas WIB", "at noon Western Indonesia Time"),
        (
            time(12, 45),
            Zone.WIB,
            "pukul dua belas empat puluh lima WIB",
            "at twelve forty-five PM Western Indonesia Time",
        ),
    ],
)
def test_times(at: time, zone: Zone, indonesian: str, english: str) -> None:
    assert (joined(pieces.clock(at, zone, ID), ID), joined(pieces.clock(at, zone, EN), EN)) == (indonesian, english)


@pytest.mark.parametrize(
    ("on", "indonesian", "english"),
    [
        (date(2026, 12, 3), "tiga Desember", "the third of December"),
        (date(2026, 1, 1), "satu Januari", "the first of January"),
        (date(2027, 8, 31), "tiga puluh satu Agustus", "the thirty-first of August"),
        (date(2027, 2, 12), "dua belas Februari", "the twelfth of February"),
    ],
)
def test_days(on: date, indonesian: str, english: str) -> None:
    assert (joined(pieces.day(on, ID), ID), joined(pieces.day(on, EN), EN)) == (indonesian, english)


@pytest.mark.parametrize(
    ("year", "indonesian", "english"),
    [
        (2026, "tiga Mei dua ribu dua puluh enam", "the third of May twenty twenty-six"),
        (2009, "tiga Mei dua ribu sembilan", "the third of May two thousand and nine"),
    ],
)
def test_a_year_is_said_on_request(year: int, indonesian: str, english: str) -> None:
    on = date(year, 5, 3)
    assert joined(pieces.day(on, ID, year=True), ID) == indonesian
    assert joined(pieces.day(on, EN, year=True), EN) == english


@pytest.mark.parametrize(
    ("low", "high", "indonesian", "english"),
    [
        (3, 6, "tiga sampai enam menit", "three to six minutes"),
        (6, 3, "tiga sampai enam menit", "three to six minutes"),
        (2, 2, "dua menit", "two minutes"),
        (1, 1, "satu menit", "one minute"),
        (0, 1, "nol sampai satu menit", "zero to one minute"),
    ],
)
def test_spans(low: int, high: int, indonesian: str, english: str) -> None:
    assert (joined(pieces.span(low, high, ID), ID), joined(pieces.span(low, high, EN), EN)) == (indonesian, english)


@pytest.mark.parametrize(
    ("full", "said"),
    [
        ("Budi Santoso", ("name_budi",)),
        ("SITI", ("name_siti",)),
        ("  sari ", ("name_sari",)),
        ("Zebedeus", ()),
        ("Santoso Budi", ()),
        ("", ()),
        (" ", ()),
    ],
)
def test_a_name_is_said_where_there_is_one(full: str, said: tuple[str, ...]) -> None:
    assert pieces.name(full, ID) == said


def test_the_names_that_can_be_said_are_the_prompts_there_are() -> None:
    assert {f"name_{one}" for one in pieces.NAMES} == {name for name in TEXTS if name.startswith("name_")}


@given(
    st.integers(-(10**14), 10**14),
    st.times(),
    st.sampled_from(Zone),
    st.dates(),
    st.text(max_size=40),
    LANGUAGES,
)
def test_whatever_is_said_there_are_prompts_for_it(
    n: int, at: time, zone: Zone, on: date, text: str, language: Language
) -> None:
    said = {
        *pieces.number(n, language),
        *pieces.amount(n, language),
        *pieces.data(abs(n), language),
        *pieces.clock(at, zone, language),
        *pieces.day(on, language, year=True),
        *pieces.span(n, abs(n), language),
        *pieces.digits(text, language),
        *pieces.name(text, language),
    }
    assert said <= TEXTS.keys()


def test_every_piece_is_spoken() -> None:
    spoken = json.loads((PROMPTS / "spoken.json").read_text(encoding="utf-8"))
    used = {name for n in range(1000) for name in pieces.number(n, ID)}
    used |= {name for n in range(100) for name in pieces.digits(f"{n:02d}{n // 10}", ID)}
    assert {f"{language}/{name}" for name in used for language in Language} <= spoken.keys()
