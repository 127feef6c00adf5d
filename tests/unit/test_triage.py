import pytest
from hypothesis import given

from care import triage
from care.words import Category, Kind, Language
from tests.unit.making import ANY_TEXT


@pytest.mark.parametrize(
    ("text", "language", "kind", "category", "urgent"),
    [
        ("internet lemot bgt dari kemarin min, tolong dong", "id", "complaint", "internet", False),
        ("Pulsa saya kesedot 50rb padahal gak dipake", "id", "complaint", "billing", False),
        ("sinyal ilang terus di rumah sejak pagi", "id", "complaint", "network", False),
        ("HP hilang kak tolong blokir kartu saya", "id", "complaint", "sim", True),
        ("mau ganti paket yang 50GB caranya gimana", "id", "package_change", "package", False),
        ("berapa harga paket roaming ke Singapura ya?", "id", "information", "roaming", False),
        ("saran saja, gerai sebaiknya buka hari minggu", "id", "suggestion", "service", False),
        ("cara setting APN di iphone gimana kak", "id", "technical", "device", False),
        ("I was charged twice for my bill this month", "en", "complaint", "billing", False),
        ("No signal at my office since yesterday, please help", "en", "complaint", "network", False),
        ("My phone was stolen, please block the SIM card", "en", "complaint", "sim", True),
        ("How much is a roaming package for Malaysia?", "en", "information", "roaming", False),
        ("A suggestion: the app should remember my number", "en", "suggestion", "app", False),
        ("ok", None, "information", "other", False),
        ("", None, "information", "other", False),
    ],
)
def test_what_a_text_is_about(text: str, language: str | None, kind: str, category: str, urgent: bool) -> None:
    assert triage.read(text) == triage.Triage(
        language=Language(language) if language else None,
        kind=Kind(kind),
        category=Category(category),
        urgent=urgent,
    )


@given(ANY_TEXT)
def test_any_text_is_of_some_kind(text: str) -> None:
    seen = triage.read(text)
    assert seen.kind in Kind
    assert seen.category in Category


def test_a_long_text_is_judged_by_its_beginning() -> None:
    assert triage.read("pulsa kesedot " + "x" * 1_000_000 + " sinyal").category is Category.BILLING
