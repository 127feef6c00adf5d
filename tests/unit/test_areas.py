"""Where customers are: 38 provinces, 514 kota and kabupaten, their zones and postcodes, and how people name them."""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care import areas, content
from care.areas import Area, Zone
from care.reading.areas import Place, _known, find
from care.reading.places import small_letters, towns, words
from tests.unit.making import ANY_TEXT

WIB, WITA, WIT = Zone.WIB, Zone.WITA, Zone.WIT

# By the code list of Kepmendagri 300.2.2-2138/2025: kota, kabupaten.
COUNTS = {
    "Aceh": (5, 18),
    "Sumatera Utara": (8, 25),
    "Sumatera Barat": (7, 12),
    "Riau": (2, 10),
    "Kepulauan Riau": (2, 5),
    "Jambi": (2, 9),
    "Sumatera Selatan": (4, 13),
    "Kepulauan Bangka Belitung": (1, 6),
    "Bengkulu": (1, 9),
    "Lampung": (2, 13),
    "DKI Jakarta": (5, 1),
    "Jawa Barat": (9, 18),
    "Banten": (4, 4),
    "Jawa Tengah": (6, 29),
    "Daerah Istimewa Yogyakarta": (1, 4),
    "Jawa Timur": (9, 29),
    "Bali": (1, 8),
    "Nusa Tenggara Barat": (2, 8),
    "Nusa Tenggara Timur": (1, 21),
    "Kalimantan Barat": (2, 12),
    "Kalimantan Tengah": (1, 13),
    "Kalimantan Selatan": (2, 11),
    "Kalimantan Timur": (3, 7),
    "Kalimantan Utara": (1, 4),
    "Sulawesi Utara": (4, 11),
    "Gorontalo": (1, 5),
    "Sulawesi Tengah": (1, 12),
    "Sulawesi Barat": (0, 6),
    "Sulawesi Selatan": (3, 21),
    "Sulawesi Tenggara": (2, 15),
    "Maluku": (2, 9),
    "Maluku Utara": (2, 8),
    "Papua": (1, 8),
    "Papua Barat": (0, 7),
    "Papua Barat Daya": (1, 5),
    "Papua Selatan": (0, 4),
    "Papua Tengah": (0, 8),
    "Papua Pegunungan": (0, 8),
}
EAST_OF_WIB = {
    WITA: [
        "Bali",
        "Nusa Tenggara",
        "Sulawesi",
        "Gorontalo",
        "Kalimantan Selatan",
        "Kalimantan Timur",
        "Kalimantan Utara",
    ],
    WIT: ["Maluku", "Papua"],
}


# ---- the file ------------------------------------------------------------------------------------------------------


def test_all_provinces_have_all_their_areas() -> None:
    found = {name: [0, 0] for name in areas.provinces()}
    for name, area in areas.areas().items():
        found[area.province][name.startswith("Kabupaten ")] += 1
    assert {name: tuple(counts) for name, counts in found.items()} == COUNTS
    kotas, kabupatens = (sum(counts) for counts in zip(*COUNTS.values(), strict=True))
    assert (len(COUNTS), kotas, kabupatens, len(areas.areas())) == (38, 98, 416, 514)


def test_zones_are_those_of_the_decree() -> None:
    for name, zone in areas.provinces().items():
        east = [one for one, provinces in EAST_OF_WIB.items() if name.startswith(tuple(provinces))]
        assert zone is (east[0] if east else WIB), name
    assert all(area.zone is areas.provinces()[area.province] for area in areas.areas().values())
    assert [zone.tz.utcoffset(None) for zone in Zone] == [timedelta(hours=hours) for hours in (7, 8, 9)]
    assert datetime(2026, 11, 25, 7, 5, tzinfo=UTC).astimezone(WIT.tz).strftime("%H.%M %Z") == "16.05 WIT"


def test_a_name_of_two_is_the_kotas_and_both_are_in_one_zone() -> None:
    by_bare: dict[str, list[Area]] = {}
    for name, area in areas.areas().items():
        by_bare.setdefault(name.partition(" ")[2], []).append(area)
    shared = {bare: both for bare, both in by_bare.items() if len(both) > 1}
    assert len(shared) == 26
    for bare, both in shared.items():
        assert areas.named(bare) == areas.areas()[f"Kota {bare}"]
        if len({area.zone for area in both}) > 1:
            assert bare == "Banjar", "only that name has to be told apart, and is not read alone"
    assert find("saya di Banjar") is None


def test_every_other_name_is_of_one_area_alone() -> None:
    also = [(name, area) for area, names in content.toml("areas")["also"].items() for name in names]
    assert {area for _, area in also} <= set(areas.areas())
    assert len({name for name, _ in also}) == len(also)
    assert all(areas.plain(name) == name for name, _ in also)
    bare = {areas.plain(name).partition(" ")[2] for name in areas.areas()}
    assert {name for name, _ in also} & bare == {"puncak"}, "most mean the hills of Bogor"


def test_every_beginning_of_a_postcode_is_of_one_province_and_its_zone() -> None:
    file = content.toml("areas")
    beginnings = [one for province in file["provinces"].values() for one in province["postcodes"]]
    assert len(set(beginnings)) == len(beginnings)
    zoned = [one for beginnings in file["zones"].values() for one in beginnings]
    assert len(set(zoned)) == len(zoned)
    for name, province in file["provinces"].items():
        for one in province["postcodes"]:
            code = f"{one}11111"[:5]
            assert areas.province_of_postcode(code) == name
            assert areas.zone_of_postcode(code) is Zone(province["zone"])
    for name, beginnings in file["postcodes"].items():
        for one in beginnings:
            area = areas.area_of_postcode(f"{one}11")
            assert area == areas.areas()[name]
            assert area.province == areas.province_of_postcode(f"{one}11")


@pytest.mark.parametrize(
    ("code", "zone", "province"),
    [
        ("40132", WIB, "Jawa Barat"),
        ("15417", WIB, "Banten"),
        ("19120", WIB, "Banten"),
        ("29432", WIB, "Kepulauan Riau"),
        ("73112", WIB, "Kalimantan Tengah"),
        ("78111", WIB, "Kalimantan Barat"),
        ("70111", WITA, "Kalimantan Selatan"),
        ("77311", WITA, "Kalimantan Timur"),
        ("80361", WITA, "Bali"),
        ("91311", WITA, "Sulawesi Barat"),
        ("97124", WIT, "Maluku"),
        ("99351", WIT, "Papua"),
        ("99511", WIT, "Papua Pegunungan"),
        ("98312", WIT, ""),
        ("88111", None, ""),
        ("47111", None, ""),
        ("00000", None, ""),
        ("4013", None, ""),
        ("401322", None, ""),
        ("4013a", None, ""),
        ("", None, ""),
    ],
)
def test_a_postcode_tells_its_zone_and_mostly_its_province(code: str, zone: Zone | None, province: str) -> None:
    assert areas.zone_of_postcode(code) is zone
    assert areas.province_of_postcode(code) == province


@given(st.text(max_size=6) | st.from_regex(r"[0-9]{5}", fullmatch=True))
def test_whatever_stands_for_a_postcode_is_read(code: str) -> None:
    province = areas.province_of_postcode(code)
    if province:
        assert areas.zone_of_postcode(code) is areas.provinces()[province]


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("Kota Bandung", "Kota Bandung"),
        ("Bandung", "Kota Bandung"),
        ("kab. bandung", "Kabupaten Bandung"),
        ("KABUPATEN  BANDUNG BARAT", "Kabupaten Bandung Barat"),
        ("Garut", "Kabupaten Garut"),
        ("kota garut", "Kabupaten Garut"),
        ("Jaksel", "Kota Jakarta Selatan"),
        ("Malang", "Kota Malang"),
        ("Wamena", "Kabupaten Jayawijaya"),
        ("Tojo Una Una", "Kabupaten Tojo Una-Una"),
        ("Kodya Palangkaraya", "Kota Palangka Raya"),
        ("Puncak", "Kabupaten Bogor"),
        ("Kabupaten Puncak", "Kabupaten Puncak"),
        ("Bali", None),
        ("rumah saya", None),
        ("", None),
    ],
)
def test_an_area_is_known_by_its_names(name: str, full: str | None) -> None:
    area = areas.named(name)
    assert (area.name if area else None) == full


def test_every_area_is_found_by_its_full_name() -> None:
    for name, area in areas.areas().items():
        assert areas.named(name) == area
        assert find(f"sinyal hilang di {name}") == Place(area=name, province=area.province, zone=area.zone)


def test_every_province_is_found_by_its_name() -> None:
    for name, zone in areas.provinces().items():
        assert find(f"provinsi {name}") == Place(province=name, zone=zone)


# ---- what customers write ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "area", "province", "zone"),
    [
        ("Sinyal di Denpasar hilang sejak pagi", "Kota Denpasar", "Bali", WITA),
        ("internet mati di kab Bandung", "Kabupaten Bandung", "Jawa Barat", WIB),
        ("Bandung lemot", "Kota Bandung", "Jawa Barat", WIB),
        ("dibandung sinyal jelek", "Kota Bandung", "Jawa Barat", WIB),
        ("my internet is down in Makasar", "Kota Makassar", "Sulawesi Selatan", WITA),
        ("jaksel lemot bgt", "Kota Jakarta Selatan", "DKI Jakarta", WIB),
        ("no signal in South Jakarta", "Kota Jakarta Selatan", "DKI Jakarta", WIB),
        ("jogja mati total", "Kota Yogyakarta", "Daerah Istimewa Yogyakarta", WIB),
        ("saya di Yogyakarta", "Kota Yogyakarta", "Daerah Istimewa Yogyakarta", WIB),
        ("rumah saya di solo", "Kota Surakarta", "Jawa Tengah", WIB),
        ("warga Timika sini, sudah lima hari tidak ada internet", "Kabupaten Mimika", "Papua Tengah", WIT),
        ("daerah Tanjung Pinang", "Kota Tanjungpinang", "Kepulauan Riau", WIB),
        ("kota Banjar", "Kota Banjar", "Jawa Barat", WIB),
        ("Kabupaten Banjar", "Kabupaten Banjar", "Kalimantan Selatan", WITA),
        # no more than a province, or a zone
        ("saya di Bali", "", "Bali", WITA),
        ("dari Lombok kak", "", "Nusa Tenggara Barat", WITA),
        ("jangkauan NTT bagaimana", "", "Nusa Tenggara Timur", WITA),
        ("somewhere in West Java", "", "Jawa Barat", WIB),
        ("Jakarta", "", "DKI Jakarta", WIB),
        ("di Papua susah sinyal", "", "", WIT),
        ("keliling Sulawesi", "", "", WITA),
        # ordinary words are places where one is expected
        ("di malang lemot", "Kota Malang", "Jawa Timur", WIB),
        ("wilayah Batu mati lampu", "Kota Batu", "Jawa Timur", WIB),
        ("Batu, Jawa Timur", "Kota Batu", "Jawa Timur", WIB),
        ("Kec. Klojen, Malang, Jawa Timur 65111", "Kota Malang", "Jawa Timur", WIB),
        ("saya dari bima", "Kota Bima", "Nusa Tenggara Barat", WITA),
        ("area Sorong", "Kota Sorong", "Papua Barat Daya", WIT),
        ("Sorong, Papua", "Kota Sorong", "Papua Barat Daya", WIT),
        ("no signal around Bone", "Kabupaten Bone", "Sulawesi Selatan", WITA),
        ("kab. Berau", "Kabupaten Berau", "Kalimantan Timur", WITA),
        # the first of equals; where something is before where it comes from; the smaller before the larger
        ("di Medan dan di Kupang", "Kota Medan", "Sumatera Utara", WIB),
        ("saya dari Surabaya, sekarang di Kupang", "Kota Kupang", "Nusa Tenggara Timur", WITA),
        ("mau ke Ambon, kartu mati di Makassar", "Kota Makassar", "Sulawesi Selatan", WITA),
        ("di Bali, tepatnya Ubud", "Kabupaten Gianyar", "Bali", WITA),
        ("Jl. Sudirman 5, Medan", "Kota Medan", "Sumatera Utara", WIB),
        # postcodes
        ("kode pos 40132", "", "Jawa Barat", WIB),
        ("kodepos saya: 40132", "", "Jawa Barat", WIB),
        ("Kode pos rumah saya adalah 60241", "Kota Surabaya", "Jawa Timur", WIB),
        ("my zip code is 80361", "", "Bali", WITA),
        ("postcode 99351", "", "Papua", WIT),
        ("kode pos 98312", "", "", WIT),
        ("40132 Bandung", "Kota Bandung", "Jawa Barat", WIB),
        ("Jakarta 12190", "Kota Jakarta Selatan", "DKI Jakarta", WIB),
        ("kab Bandung kode pos 40375", "Kabupaten Bandung", "Jawa Barat", WIB),
        ("kode pos 40132, saya sedang di Denpasar", "", "Jawa Barat", WIB),
        ("di Jakarta 12500 pulsa saya hilang", "", "DKI Jakarta", WIB),
        ("di Denpasar 50000 hilang", "Kota Denpasar", "Bali", WITA),
        ("kode pos 88111 di Kupang", "Kota Kupang", "Nusa Tenggara Timur", WITA),
    ],
)
def test_a_place_is_found(text: str, area: str, province: str, zone: Zone) -> None:
    assert find(text) == Place(area=area, province=province, zone=zone)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sinyal hilang",
        "pulsa Rp 20000 hilang, padahal isi 50000",
        "PIN saya 12345, referensi 4507262486",
        "nominal 40132",
        "kode pos bayar Rp 50000",
        "malang nian nasib pulsa saya",
        "nama saya Bima, ini pak Agam",
        "buru buru tolong",
        "ngada-ngada saja",
        "sinyal tinggal satu batang",
        "main solo rank selalu lag",
        "akun saya diserang",
        "sudah diburu waktu",
        "nonton metro tv lemot",
        "harga batu bara",
        "roh kudus",
        "Jalan Bangka 3",
        "transfer lewat bank Jateng",
        "pesan nasi padang",
        "layanan bahasa Bali",
        "saya di Kalimantan",
        "di Timor Leste bisa roaming?",
        "Papua Nugini masuk paket?",
        "dari Sabang sampai Merauke",
        "di Malaka sama di Singapura",
        "kota baru",
    ],
)
def test_what_only_looks_like_a_place_is_none(text: str) -> None:
    assert find(text) is None


def test_every_word_that_is_kept_apart_is_a_name() -> None:
    file = content.toml("area_words")
    known = _known()
    assert {word for word in file["ordinary"] if not known.get(word)} == set()
    assert not set(file["not_alone"]) & set(known)
    assert {name.title() for name in file["not_alone"]} <= {name.partition(" ")[2] for name in areas.areas()}


def test_our_towns_are_known() -> None:
    """What the table of networks names, and the lines of the operator's system: all but Jakarta are areas."""
    assert {name for name in towns() if areas.named(name) is None} == {"Jakarta"}
    assert all(find(f"di {name}") for name in towns())


@given(ANY_TEXT)
def test_any_text_is_read(text: str) -> None:
    place = find(text)
    if place and place.area:
        assert areas.areas()[place.area] == Area(name=place.area, province=place.province, zone=place.zone)


def test_a_text_is_read_in_a_fraction_of_a_millisecond() -> None:
    text = "Selamat siang, sinyal di rumah saya di Denpasar hilang, pulsa 50000 masih ada. Kode pos 80361. " * 3

    def seconds() -> float:
        words.cache_clear()
        small_letters.cache_clear()
        begun = time.perf_counter()
        find(text)
        return time.perf_counter() - begun

    assert min(seconds() for _ in range(50)) < 0.000_5


def test_nothing_is_loaded_before_it_is_asked_for() -> None:
    script = (
        "import tomllib\n"
        "def refuse(text): raise AssertionError(text[:40])\n"
        "tomllib.loads = refuse\n"
        "import care.calendar, care.reading.areas\n"
        "assert care.areas.Zone.WITA.tz\n"
    )
    path = {"PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", script], check=True, timeout=30, env=path)
