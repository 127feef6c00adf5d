"""The catalogue of packages: what a line can change to, and what a customer names. All of it is invented."""

import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from care import content
from care.line.line import Line
from care.line.packages import Package, barrier, barriers, compare, eligible, named, package, packages
from care.reading import places
from care.words import Language, Segment

FILES = sorted((content.FOLDER / "packages").glob("*.toml"))
ALL = packages()
TODAY = date(2026, 11, 24)
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "knowledge.md"
each_package = pytest.mark.parametrize("one", ALL.values(), ids=ALL)


def a_line(segment: Segment, package: str, balance: int | None) -> Line:
    prepaid = segment is Segment.PREPAID
    return Line(
        number="+6281700000001",
        name="Sari",
        segment=segment,
        package=package,
        balance=balance,
        bill=None if prepaid else 100_000,
        bill_due=None if prepaid else date(2026, 12, 20),
        quota_mb=2048,
        active_until=date(2026, 12, 31) if prepaid else None,
        grace_until=date(2027, 1, 30) if prepaid else None,
        registered=True,
        area="Makassar",
        zone="WITA",
        owner_since=date(2020, 5, 1),
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_is_its_package_says_that_it_is_invented_and_has_no_field_that_nobody_reads(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    written = tomllib.loads(text)
    assert "invented" in text.splitlines()[0].lower()
    assert written["id"] == file.stem
    assert set(written) <= set(Package.model_fields)
    assert set(written["description"]) == set(written["stop"]) == set(Language)


@each_package
def test_the_figures_of_a_package_are_sane(one: Package) -> None:
    assert 1_000 <= one.price <= 1_000_000
    assert one.price % 1_000 == 0
    assert 1 <= one.validity_days <= 365
    assert one.quota_mb % 1024 == 0
    assert 500 <= one.price / (one.quota_mb / 1024) <= 50_000, "rupiah a GB"
    in_name = re.search(r"(\d+) GB$", one.name)
    if in_name:
        assert one.quota_mb == int(in_name[1]) * 1024
    elif number := re.search(r"(\d+)$", one.name):
        assert one.price == int(number[1]) * 1000
    assert one.id == one.name.lower().replace(" ", "-")
    assert one.renews or one.validity_days <= 14 or one.roaming
    assert one.renews or one.segment is Segment.PREPAID or one.roaming


@each_package
def test_a_package_is_described_and_can_be_stopped_in_both_languages(one: Package) -> None:
    for text in (one.description, one.stop):
        for language in Language:
            words = text.in_(language, operator="XL", short_number="817")
            assert words.endswith(".")
            assert "{" not in words
            assert not re.search(r"Rp|\d{4,}| GB", words), "price and quota are told from the fields"
    assert ("{short_number}" in one.stop.id) == ("{short_number}" in one.stop.en) == one.renews


def test_both_segments_have_packages_at_home_and_abroad() -> None:
    for segment in Segment:
        of_segment = [one for one in ALL.values() if one.segment is segment]
        assert len(of_segment) >= 6
        assert any(one.roaming for one in of_segment)
        prices = [one.price for one in of_segment]
        assert prices == sorted(prices)
    assert len({one.name for one in ALL.values()}) == len(ALL)


def test_the_document_lists_the_packages_as_they_are() -> None:
    def row(one: Package) -> str:
        segment = {Segment.PREPAID: "prabayar", Segment.POSTPAID: "pascabayar"}[one.segment]
        price = f"{one.price:,}".replace(",", ".")
        renews = "yes" if one.renews else "no"
        return f"| {one.name} | {segment} | Rp{price} | {one.quota_mb // 1024} GB | {one.validity_days} | {renews} |"

    listed = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if re.search(r"\| Rp[\d.]+ \|", line)]
    assert listed == [row(one) for one in ALL.values()]


@pytest.mark.parametrize("id", ["", "nothing", "../articles/puk", "pasca-50.toml", "Pasca 50"])
def test_an_unknown_package_is_an_error(id: str) -> None:
    with pytest.raises(KeyError):
        package(id)


def test_a_prepaid_line_can_buy_what_its_pulsa_pays_the_one_it_has_too() -> None:
    can = eligible(a_line(Segment.PREPAID, "harian-1-gb", 20_000), TODAY)
    assert [one.id for one in can] == ["harian-1-gb", "harian-3-gb", "malam-10-gb", "tiga-harian-4-gb", "mingguan-5-gb"]
    assert eligible(a_line(Segment.PREPAID, "harian-1-gb", 4_999), TODAY) == []
    assert eligible(a_line(Segment.PREPAID, "harian-1-gb", None), TODAY) == []


def test_a_postpaid_line_can_buy_any_of_its_segment() -> None:
    can = eligible(a_line(Segment.POSTPAID, "pasca-100", None), TODAY)
    assert {one.id for one in can} == {one.id for one in ALL.values() if one.segment is Segment.POSTPAID}


@pytest.mark.parametrize(
    ("segment", "changed", "id", "reason"),
    [
        (Segment.PREPAID, {}, "harian-1-gb", None),
        (Segment.PREPAID, {"registered": False}, "", "not_registered"),
        (Segment.PREPAID, {"active_until": date(2026, 11, 23)}, "", "not_active"),
        (Segment.PREPAID, {"active_until": date(2026, 11, 24)}, "", None),
        (Segment.PREPAID, {}, "pasca-50", "not_eligible"),
        (Segment.PREPAID, {}, "bulanan-60-gb", "not_enough_balance"),
        (Segment.POSTPAID, {"bill_due": date(2026, 11, 23)}, "", "bill_overdue"),
        (Segment.POSTPAID, {"bill_due": date(2026, 11, 24)}, "pasca-400", None),
        (Segment.POSTPAID, {"bill": None, "bill_due": None}, "pasca-400", None),
        (Segment.POSTPAID, {}, "harian-1-gb", "not_eligible"),
    ],
)
def test_why_a_line_may_not_buy(segment: Segment, changed: dict[str, Any], id: str, reason: str | None) -> None:
    line = a_line(segment, "", 50_000).evolve(**changed)
    assert barrier(line, TODAY, package(id) if id else None) == reason


def test_all_that_keeps_a_line_from_buying_is_told() -> None:
    line = a_line(Segment.PREPAID, "bulanan-10-gb", 60_000)
    assert barriers(line, TODAY) == ()
    assert barriers(line, TODAY, package("bulanan-100-gb")) == ("not_enough_balance",)
    poor = line.evolve(registered=False, active_until=date(2026, 11, 1), balance=2_000)
    assert barriers(poor, TODAY) == ("not_registered", "not_active", "not_enough_balance")


def test_two_packages_are_compared() -> None:
    differs = compare(package("bulanan-10-gb"), package("bulanan-25-gb"))
    assert (differs.price, differs.mb, differs.days) == (30_000, 15 * 1024, 0)
    assert differs.thriftier.id == "bulanan-25-gb"


@each_package
def test_what_a_package_is_for_has_words(one: Package) -> None:
    known = tomllib.loads((content.FOLDER / "slots.toml").read_text(encoding="utf-8"))["use"]
    assert set(one.uses) <= set(known)
    assert set(one.countries) <= {code for code, each in places.countries().items() if each.region not in ("", code)}
    assert bool(one.countries) is one.roaming
    for each in one.windows:
        assert 0 < each.mb <= one.quota_mb
        assert re.fullmatch(r"\d\d\.\d\d", each.begins)
        assert re.fullmatch(r"\d\d\.\d\d", each.ends)


@each_package
def test_a_package_is_known_by_its_name(one: Package) -> None:
    for written in (one.name, one.name.lower(), one.name.upper(), one.name.replace(" ", ""), one.id):
        assert [found.id for found in named(f"mau {written} ya")] == [one.id], written


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("min mau bulanan25 dong", ["bulanan-25-gb"]),
        ("harian 3gb atau mingguan 12 giga?", ["harian-3-gb", "mingguan-12-gb"]),
        ("the monthly 25 GB package, please", ["bulanan-25-gb"]),
        ("mau yg pasca 50rb", ["pasca-50"]),
        ("pascabayar 100", ["pasca-100"]),
        ("bulanan 100 gb", ["bulanan-100-gb"]),
        ("roaming pasca 10 gb", ["roaming-pasca-10-gb"]),
        ("mingguan 12 GB, bukan mingguan 5 GB", ["mingguan-12-gb", "mingguan-5-gb"]),
        ("isi harian 10 ribu", []),
        ("bulanan 25 hari lagi habis", []),
        ("harian 1.5 gb", []),
        ("pasca 500", []),
        ("bulanan 1000 gb", []),
        ("paket 25", []),
        ("", []),
        ("bulanan " * 50_000, []),
    ],
)
def test_what_a_text_names(text: str, ids: list[str]) -> None:
    assert [one.id for one in named(text)] == ids
