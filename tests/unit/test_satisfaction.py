import pytest
from hypothesis import given

from care.reading.satisfaction import Verdict, read
from tests.unit.making import ANY_TEXT, POLICY

FROM = POLICY.satisfaction.satisfied_from


@pytest.mark.parametrize(
    ("words", "score"),
    [
        ("5", 5),
        ("4/5", 4),
        ("4 dari 5", 4),
        ("5 bintang", 5),
        ("nilai 4 kak", 4),
        ("Sudah (3)", 3),
        ("Solved, very satisfied (5)", 5),
        ("Sudah,5", 5),
        ("lima", 5),
        ("makasih min 5", 5),
        ("keluhan saya sudah selesai, 5", 5),
        ("5, tadinya lemot sekarang lancar", 5),
        ("tidak ada keluhan, 4", 4),
        ("sudah bisa kak makasih", None),
        ("sudah bisa tapi 3 hari baru beres", None),
        ("udah normal lagi", None),
        ("sudah selesai, terima kasih banyak", None),
        ("masalahnya sudah beres", None),
        ("tidak ada masalah lagi", None),
        ("ga lemot lagi", None),
        ("puas banget", None),
        ("ya", None),
        ("mantap", None),
        ("👍", None),
        ("it works now, thanks", None),
        ("no problem anymore", None),
        ("Issue resolved, thank you", None),
        ("isn’t slow any more", None),
    ],
)
def test_a_customer_is_satisfied(words: str, score: int | None) -> None:
    assert read(words, FROM) == (Verdict.SATISFIED, score)


@pytest.mark.parametrize(
    ("words", "score"),
    [
        ("1", 1),
        ("bintang 1", 1),
        ("skor 2", 2),
        ("belum, 1", 1),
        ("5 tapi masih lemot", 5),
        ("belum", None),
        ("blm ada perubahan", None),
        ("belom", None),
        ("masih lemot", None),
        ("sudah tapi masih putus-putus", None),
        ("tidak puas", None),
        ("kurang puas", None),
        ("1 minggu belum selesai", None),
        ("sudah 2 hari belum bisa", None),
        ("sudah saya coba tetap tidak bisa", None),
        ("ga berubah", None),
        ("sama saja", None),
        ("sinyal hilang lagi", None),
        ("kecewa", None),
        ("not yet", None),
        ("not really", None),
        ("still the same", None),
        ("it doesn't work", None),
        ("thanks but it is still slow", None),
        ("worse than before", None),
        ("nope", None),
    ],
)
def test_a_customer_is_not_satisfied(words: str, score: int | None) -> None:
    assert read(words, FROM) == (Verdict.DISSATISFIED, score)


@pytest.mark.parametrize("words", ["ok makasih", "terima kasih", "Baik, terima kasih kak", "thank you so much", "thx"])
def test_a_courtesy_says_nothing_of_the_problem(words: str) -> None:
    assert read(words, FROM) == (Verdict.COURTESY, None)


@pytest.mark.parametrize(
    "words", ["", "   ", "kapan selesai?", "Baik, saya tunggu", "1-5", "2 kali saya telepon", "halo", "4G", "6", "10"]
)
def test_what_says_neither(words: str) -> None:
    assert read(words, FROM) is None


@given(ANY_TEXT)
def test_any_text_can_be_read(text: str) -> None:
    found = read(text, FROM)
    assert found is None or found[1] in (None, 1, 2, 3, 4, 5)


def test_text_made_to_be_slow_is_read_as_any_other() -> None:
    assert read("makasih " + "sama-" * 20_000 + "x9q", FROM) is None
    assert read("tidak" + " " * 100_000 + "x", FROM) == (Verdict.DISSATISFIED, None)
    assert read("terima kasih " * 10_000, FROM) is not None
