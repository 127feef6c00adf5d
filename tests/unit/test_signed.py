"""What a letter says without its signature, and the name signed."""

import pytest
from hypothesis import given

from care.doors.email.signed import signed
from care.reading import wishes
from tests.unit.making import ANY_TEXT


@pytest.mark.parametrize(
    ("text", "said", "name"),
    [
        ("Berapa?\n\nHormat saya,\nBudi Santoso\nJl. Raya Abepura No. 12, Jayapura", "Berapa?", "Budi Santoso"),
        ("How much?\n\nCheers,\nMark Evans\nPerth, Australia", "How much?", "Mark Evans"),
        ("Mohon diperbaiki.\n\nSari Dewi", "Mohon diperbaiki.", "Sari Dewi"),
        ("Bagaimana?\n\nJoko - Solo", "Bagaimana?", "Joko"),
        ("Semoga sehat.\nWassalam, Ibu Wati", "Semoga sehat.", "Ibu Wati"),
        ("Tolong.\n-- \nWati Rahmawati\nDikirim dari Samsung saya", "Tolong.", "Wati Rahmawati"),
        ("Halo, saya Tono. Kartu saya gagal.", "Halo, saya Tono. Kartu saya gagal.", "Tono"),
        ("My name is Mark Evans and I ask.", "My name is Mark Evans and I ask.", "Mark Evans"),
        ("Halo, saya Mau tanya.", "Halo, saya Mau tanya.", ""),
        ("Sinyal hilang.\n\nBandung", "Sinyal hilang.\n\nBandung", ""),
        ("Tolong dicek.\n\nSalam,\nPT Maju Jaya", "Tolong dicek.", ""),
        ("Sent from my iPhone", "", ""),
        ("masih belum beres", "masih belum beres", ""),
        ("", "", ""),
    ],
)
def test_a_signature_is_told_from_the_words(text: str, said: str, name: str) -> None:
    assert signed(text) == (said, name)


@given(ANY_TEXT)
def test_nothing_is_said_that_was_not_written(text: str) -> None:
    found = signed(text)
    lines = text.splitlines()
    assert all(line.strip() in map(str.strip, lines) for line in found.said.splitlines())


@pytest.mark.parametrize(
    ("name", "parted"),
    [("Ibu Wati", ("Ibu", "Wati")), ("bpk. Joko", ("Bapak", "Joko")), ("Budi", ("", "Budi")), ("Ibu", ("", "Ibu"))],
)
def test_a_form_of_address_before_a_name_is_its_bearers(name: str, parted: tuple[str, str]) -> None:
    assert wishes.form_and_name(name) == parted
