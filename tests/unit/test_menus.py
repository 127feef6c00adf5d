"""Where a menu of a phone is found."""

import pytest

from care.reading import knowledge, menus
from care.words import Language

ID, EN = Language.INDONESIAN, Language.ENGLISH


@pytest.mark.parametrize(
    ("step", "menu"),
    [
        ("Buka setelan ponsel, lalu Hotspot.", "Hotspot"),
        ("Buka setelan, lalu jaringan seluler, lalu jenis jaringan.", "Mode jaringan"),
        ("Nyalakan mode pesawat, tunggu sepuluh detik.", "gambar pesawat"),
        ("Buka Pengaturan di iPhone.", "kolom pencarian"),
    ],
)
def test_the_menu_a_step_speaks_of_is_found(step: str, menu: str) -> None:
    found = menus.named(step)
    assert found
    assert menu in found.on("", ID)


def test_a_step_without_a_menu_has_none() -> None:
    assert menus.named("Matikan ponsel, tunggu sepuluh detik, lalu nyalakan kembali.") is None


def test_the_customer_s_words_go_before_the_step_s() -> None:
    found = menus.named("where is volte?", "Open the APN menu.")
    assert found
    assert "Wi-Fi Calling" in found.on("", EN)


def test_a_phone_that_is_named_hears_of_itself_alone() -> None:
    found = menus.named("hotspot")
    assert found
    assert "Samsung" not in found.on("kalau di iphone?", ID)
    assert "Samsung" in found.on("kalau di nokia?", ID)


def test_both_languages_name_the_same_menus() -> None:
    steps = [step for one in knowledge.articles().values() for step in one.steps if menus.named(step.do.id)]
    assert all(menus.named(step.do.en) for step in steps if menus.named(step.do.id) is not menus.anywhere())
