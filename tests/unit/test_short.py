"""What is said in a talk becomes one SMS: plain letters, whole sentences, no longer than it may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.telling.short import one_text, plain

ARTICLE = (
    "Kuota sering habis oleh pembaruan otomatis. Pencadangan foto memakai banyak data. Hotspot juga. "
    "Buka Pengaturan untuk melihatnya."
)


def test_what_fits_is_said_whole_a_line_a_message() -> None:
    assert one_text(["Baik, Kak.", "", "Nomor referensi: 417 220 1935."], 300) == (
        "Baik, Kak.\nNomor referensi: 417 220 1935."
    )


def test_the_longest_message_gives_up_its_last_sentences_first() -> None:
    text = one_text([ARTICLE, "Nomor referensi: 417 220 1935. Ada lagi?"], 130)
    assert text == (
        "Kuota sering habis oleh pembaruan otomatis. Pencadangan foto memakai banyak data.\n"
        "Nomor referensi: 417 220 1935. Ada lagi?"
    )


def test_a_reference_and_a_question_stay() -> None:
    taken = "Mohon maaf, Kak. Keluhan kami catat, ref 417 220 1935."
    said = f"{taken}\n\nKuota sering habis oleh video dan pembaruan. Pencadangan foto juga.\n\nCek paketnya."
    asked = [said, "Sudah berhasil, Kak?"]
    assert one_text(asked, 140) == (
        f"{taken}\nKuota sering habis oleh video dan pembaruan.\nCek paketnya.\nSudah berhasil, Kak?"
    )
    assert one_text(asked, 60) == "Keluhan kami catat, ref 417 220 1935.\nSudah berhasil, Kak?"


def test_a_step_stays_whole_where_its_beginning_says_nothing() -> None:
    taken = "Mohon maaf, Kak. Keluhan kami catat, ref 417 220 1935."
    cause = "Penyebabnya biasanya kuota habis, mode pesawat, atau APN yang keliru."
    step = "Buka setelan ponsel. Pastikan data seluler menyala dan mode pesawat mati."
    assert one_text([taken, cause, step, "Sudah berhasil, Kak?"], 190) == f"{taken}\n{step}\nSudah berhasil, Kak?"
    longer = "Nyalakan mode pesawat, tunggu sepuluh detik, lalu matikan lagi. Ponsel mencari pemancar yang lebih baik."
    assert one_text([taken, cause, longer], 200) == f"{taken}\n{cause}\n{longer[:63]}"


def test_what_is_essential_outlasts_the_rest_and_a_question_by_itself() -> None:
    asked = [ARTICLE, "Di kota atau daerah mana?"]
    last = "Buka Pengaturan untuk melihatnya."
    assert one_text(asked, 110, lambda one: "Pengaturan" in one) == (
        f"Kuota sering habis oleh pembaruan otomatis. {last}\nDi kota atau daerah mana?"
    )
    assert one_text(asked, 45, lambda one: "Pengaturan" in one) == last
    assert one_text(asked, 45) == "Kuota sering habis oleh pembaruan otomatis."


def test_a_time_of_any_zone_stays() -> None:
    for zone in ("WIB", "WITA", "WIT"):
        due = f"Target selesai: 24 November 2026 22.31 {zone}."
        assert due in one_text([f"Maaf, Kak. {due}", ARTICLE], 100)


def test_the_number_of_a_step_stays_with_it() -> None:
    steps = "Coba ini:\n1. Matikan data. 2. Nyalakan lagi.\n3. Mulai ulang ponsel Anda sampai menyala kembali."
    assert one_text([steps], 60) == "Coba ini:\n1. Matikan data. 2. Nyalakan lagi."
    assert one_text([steps], 30) == "Coba ini:\n1. Matikan data."


def test_a_single_sentence_that_is_too_long_ends_at_a_word() -> None:
    assert one_text(["kata " * 20], 22) == "kata kata kata..."


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("“Paket” – Rp25.000…", '"Paket" - Rp25.000...'),
        ("Pengaturan → Jaringan • APN", "Pengaturan > Jaringan - APN"),
        ("Bagus 👍🏽 ya", "Bagus  ya"),
        ("Café, Ñusa, ï", "Café, Ñusa, i"),
        ("Pak 王, สวัสดี", "Pak 王, สวัสดี"),
        ("[NIK] {x}", "(NIK) (x)"),
    ],
)
def test_letters_are_plain_where_that_loses_nothing(written: str, sent: str) -> None:
    assert plain(written) == sent


@given(st.lists(st.text(max_size=400), max_size=5), st.integers(20, 300))
def test_it_is_never_longer(said: list[str], longest: int) -> None:
    text = one_text(said, longest)
    assert len(text) <= longest
    assert text == text.strip()
    assert all(one.isprintable() or one == "\n" for one in text)
