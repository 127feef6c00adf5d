"""What a sentence says of a package: days, data, money, uses, places; and what only looks like it."""

import time
from typing import Any

import pytest
from hypothesis import given

from care import content
from care.line import packages
from care.reading import places, slots
from care.reading.slots import Slots, asked_of_line, pointed, read
from care.words import Language, Segment
from tests.unit.making import ANY_TEXT


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("paket seminggu", {"days": 7}),
        ("nelpon ibu seminggu sekali", {"calls": True}),
        ("once a week, plan for a month", {"days": 30}),
        ("yang mingguan 4x", {}),
        ("paket untuk 3 hp", {"family": True}),
        ("budget 100k per month", {"days": 30, "budget": 100_000}),
        ("2 GB per day", {"mb": 2048}),
        ("how's the 5g there", {}),
        ("does it work in Phuket?", {"country": "TH"}),
        ("google maps, whatsapp and instagram", {"use": "chat", "also": ("social",)}),
        ("dari yang 10gb ke yang lebih gede", {"bigger": True}),
        ("lebih murah dari 50rb", {"budget": 50_000, "cheaper": True}),
        ("yang paling murah per gb", {"thriftiest": True}),
        ("kuota paling gede tapi paling murah", {"thriftiest": True}),
        ("Japan for 10 days then Korea for 5 days", {"days": 15, "country": "JP", "beside": ("KR",)}),
        ("paket eropa, prancis dan swiss", {"country": "FR", "beside": ("CH",)}),
        ("I am coming to Bali from Germany", {"country": "ID", "town": "Denpasar"}),
        ("temen saya mau dateng dari belanda", {"country": "ID"}),
        ("nelpon dari jepang ke jakarta", {"country": "JP", "town": "Jakarta", "calls": True}),
        ("prabayar atau pascabayar", {}),
        ("buat 3 hari dong", {"days": 3}),
        ("ada paket yg 3 harian", {"days": 3}),
        ("buat hari ini doang", {"days": 1}),
        ("kuota saya hari ini", {}),
        ("paket internet jangan mahal mahal", {"cheapest": True}),
        ("yang paling irit per giganya", {"thriftiest": True}),
        ("sebulan brp", {"days": 30}),
        ("buat 2 minggu", {"days": 14}),
        ("a week package please", {"days": 7}),
        ("what's the cheapest monthly plan", {"days": 30, "cheapest": True}),
        ("do you have a plan for 3 days under 30k", {"days": 3, "budget": 30_000}),
        ("ada yang lebih dari 7 hari?", {"days": 7}),
        ("5gb", {"mb": 5 * 1024}),
        ("paket sepuluh giga", {"mb": 10 * 1024}),
        ("yang 1,5 gb", {"mb": 1536}),
        ("dua belas gb", {"mb": 12 * 1024}),
        ("yang 25", {"figure": 25}),
        ("di bawah 50 ribu", {"budget": 50_000}),
        ("budget 30rb", {"budget": 30_000}),
        ("duit cuma 20k", {"budget": 20_000}),
        ("under Rp50.000", {"budget": 50_000}),
        ("50-100rb ada?", {"budget": 100_000}),
        ("dua puluh lima ribu dapat kuota berapa", {"budget": 25_000}),
        ("50000 dapet brp gb", {"budget": 50_000}),
        ("goceng dapet apa", {"budget": 5_000}),
        ("100 ribuan", {"budget": 100_000}),
        ("paling murah", {"cheapest": True}),
        ("paling gede apa", {"biggest": True}),
        ("ada yang lebih murah?", {"cheaper": True}),
        ("yg lbh gede", {"bigger": True}),
        ("internet sepuasnya", {"unlimited": True}),
        ("paket nelpon", {"calls": True}),
        ("tethering bisa?", {"hotspot": True}),
        ("sekeluarga", {"family": True}),
        ("buat nonton tiktok", {"use": "video"}),
        ("main ml ama pubg", {"use": "game"}),
        ("buat kuliah zoom", {"use": "study", "also": ("work",)}),
        ("paket malam", {"use": "night"}),
        ("umrah 10 hari", {"days": 10, "country": "SA", "use": "umrah"}),
        ("ke Eropa 2 minggu", {"days": 14, "country": "europe"}),
        ("mau ke KL 3 hari", {"days": 3, "country": "MY"}),
        ("roaming singapur", {"country": "SG", "roaming": True}),
        ("I'm going to Japan for 10 days", {"days": 10, "country": "JP"}),
        ("gerai terdekat di Bandung?", {"town": "Bandung"}),
        ("paket pascabayar yang 150", {"figure": 150, "segment": Segment.POSTPAID}),
        ("kuota saya habis mau beli yang 5gb", {"mb": 5 * 1024}),
        ("kalau saya ambil yang 25GB kena berapa?", {"mb": 25 * 1024}),
        ("mau yg 12gb, eh 25 deh", {"figure": 25}),
        ("bulanan 10gb eh 25gb", {"days": 30, "mb": 25 * 1024}),
        ("paket 7 hari eh maksudnya 14 hari", {"days": 14}),
        ("eh bentar itu brp harganya", {}),
        ("yang paling mahal dapat apa", {"biggest": True}),
        ("6gb itu bisa buat telepon wa?", {"mb": 6 * 1024, "use": "chat"}),
        ("to Singapore and Malaysia for 5 days", {"days": 5, "country": "SG", "beside": ("MY",)}),
        ("arab saudi sama turki 12 hari", {"days": 12, "country": "SA", "beside": ("TR",)}),
    ],
)
def test_what_a_text_says(text: str, said: dict[str, Any]) -> None:
    assert read(text).model_dump(exclude_defaults=True) == said


@pytest.mark.parametrize(
    "text",
    [
        "sudah 3 hari lemot",
        "internet mati dari 2 hari lalu",
        "no signal for 3 days",
        "Rp20.000 saya hilang",
        "pulsa kepotong 20rb",
        "saya beli paket 25gb kemarin ga masuk",
        "mau isi pulsa 50rb",
        "0817-1234-567",
        "0817 1234 567",
        "123456",
        "5G error terus",
        "bahasa inggris",
        "selamat malam kak",
        "the one I have",
        "",
    ],
)
def test_what_only_looks_like_it(text: str) -> None:
    assert read(text) == Slots()


@pytest.mark.parametrize(
    ("before", "text", "both"),
    [
        ("paket seminggu", "yang 5gb", {"days": 7, "mb": 5 * 1024}),
        ("paket 10 hari ke jepang", "kalau korea?", {"days": 10, "country": "KR"}),
        ("paling murah", "yang paling gede", {"biggest": True}),
        ("yang lebih murah", "seminggu", {"days": 7}),
        ("roaming jepang", "bisa buat berdua", {"family": True, "country": "JP", "roaming": True}),
        ("roaming jepang", "sekalian nelpon", {"calls": True, "country": "JP", "roaming": True}),
        ("roaming jepang", "yang dalam negeri", {"country": "ID"}),
        ("yang 25", "sebulan", {"days": 30}),
        ("paket unlimited", "yang paling besar", {"biggest": True}),
        ("ke jepang dan korea", "kalau thailand", {"country": "TH"}),
    ],
)
def test_what_is_said_goes_over_what_was_said(before: str, text: str, both: dict[str, Any]) -> None:
    assert read(text).over(read(before)).model_dump(exclude_defaults=True) == both


@pytest.mark.parametrize(
    ("text", "among", "place"),
    [
        ("yang kedua", 3, 1),
        ("2", 3, 1),
        ("the last one", 3, 2),
        ("yang ketiga", 2, None),
        ("itu", 1, 0),
        ("itu", 3, None),
        ("yang itu berapa harganya ya kak kalau buat sebulan", 1, None),
        ("mau", 3, None),
    ],
)
def test_what_a_text_points_at(text: str, among: int, place: int | None) -> None:
    assert pointed(text, among) == place


def test_more_than_one_may_be_counted_out() -> None:
    assert slots.pointed_at("beda yang pertama sama yang ketiga apa", 3) == (0, 2)


def test_a_package_called_by_its_region_is_no_country() -> None:
    assert places.regions_of_packages("paket eropa bisa di qatar gak") == ("europe",)
    assert places.regions_of_packages("paket eropa") == ()


def test_the_best_is_pointed_at_as_it_stands_first() -> None:
    assert pointed("oke beli itu", 3, best=True) == 0


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("sisa kuota saya", "quota"),
        ("pulsa saya berapa", "balance"),
        ("masa aktif kartu sampai kapan", "active"),
        ("tagihan bulan ini", "bill"),
        ("paket saya apa", "package"),
        ("how much data do I have", "quota"),
        ("cek nomor", ""),
    ],
)
def test_what_is_asked_of_a_line(text: str, asked: str) -> None:
    assert asked_of_line(text) == asked


@given(ANY_TEXT)
def test_any_text_is_read(text: str) -> None:
    found = read(text)
    assert Slots.model_validate_json(found.model_dump_json()) == found
    assert read("paket seminggu").over(found).days == 7
    assert pointed(text, 2) in (None, 0, 1)


def test_a_long_text_takes_no_longer_than_its_beginning() -> None:
    read("once")
    began = time.perf_counter()
    for text in ("sudah 3 hari 5gb " * 20_000, "dua puluh " * 20_000, "1.000" * 20_000, "ke " * 20_000):
        read(text)
    assert time.perf_counter() - began < 1


# ---- places --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("paket haji", "SA"),
        ("ke hong kong", "HK"),
        ("kejepang", "JP"),
        ("singapuranya termasuk?", "SG"),
        ("negara schengen", "europe"),
        ("in the uk", "GB"),
        ("uk itu apa", "GB"),
        ("hpnya uk kecil", ""),
        ("bahasa arab", ""),
        ("papua", ""),
        ("kl fup nya berapa", ""),
        ("kl transit doha?", "QA"),
        ("nelpon ke Indonesia dari Jepang", "JP"),
        ("paket eropa bisa di qatar gak", "QA"),
        ("yang eropa", "europe"),
        ("roaming ke Bhutan", "BT"),
    ],
)
def test_a_country_is_found(text: str, code: str) -> None:
    assert places.country(text) == code


@pytest.mark.parametrize("language", Language)
def test_every_place_is_found_by_its_name(language: Language) -> None:
    for code, country in places.countries().items():
        assert places.country(f"roaming di {country.name.in_(language)} dong") == code
    for town in places.towns():
        assert places.town(f"di {town} ada?") == town


def test_what_is_invented_says_so() -> None:
    for name in ("countries", "towns", "service_points"):
        assert "invented" in (content.FOLDER / f"{name}.toml").read_text(encoding="utf-8")[:300].lower()


def test_places_hang_together() -> None:
    regions = {one.code for one in places.countries().values() if one.code == one.region}
    for country in places.countries().values():
        assert country.region in {"", *regions}
        held = [one.id for one in packages.packages().values() if country.code in one.countries]
        assert country.region or not held
    for region in regions:
        assert places.rates(region).call > places.rates(region).receive > 0
    points = [one for town in places.towns() for one in places.service_points(town)]
    assert len({one.town for one in points}) >= 40
    assert len({(one.town, one.address) for one in points}) == len(points) == len(places._service_points())


def test_words_of_a_use_are_of_one_use() -> None:
    uses = slots._file()["use"]
    known = [phrase for phrases in uses.values() for phrase in phrases]
    assert len(known) == len(set(known))
