import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from care import phone, reference
from care.reading.mask import masked
from tests.unit.making import ANY_TEXT

# Everything that the readers look at, in any order.
PIECES = st.sampled_from(
    [
        *"0123456789 .-/:=,[](+@\n\"'",
        *(
            "otp",
            "kode",
            "pin",
            "puk",
            "cvv",
            "nik",
            "kk",
            "ktp",
            "password",
            "sandi",
            "adalah",
            "is",
            "itu",
            "saya",
            "nya",
        ),
        *("3171011708450001", "3171 0117 0845 0001", "4111111111111111", "4111 1111 1111 1111", "08/27", "123"),
        *(
            "08170000001",
            "0817 000 0001",
            "+62 817-000-0001",
            "4172201935",
            "482913",
            "12345678",
            "rahasia123",
            "Rp 25.000",
        ),
        *("[OTP]", "[NIK]", "[sandi]", "kartu kredit", "٣١٧١", "security code", "24-11-2026"),
    ]
)
HOSTILE = st.one_of(ANY_TEXT, st.lists(PIECES, max_size=30).map("".join), st.lists(PIECES, max_size=20).map(" ".join))
REFERENCES = st.integers(0, 10**6).map(lambda number: reference.derive(str(number)))
PHONES = st.sampled_from(
    ["08170000001", "0817 000 0001", "+62 817-000-0001", "62817000001", "(021) 5550001", "+6591230000"]
)
AROUND = st.sampled_from(
    ["", "otp ", "kode otp saya ", "pin: ", "puk ", "nik saya ", "password: ", "kartu kredit ", "cvv "]
)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("NIK saya 3171011708450001", "NIK saya [NIK]"),
        ("ktp 3171 0117 0845 0001 atas nama Sari", "ktp [NIK] atas nama Sari"),
        ("33-11-12-44-11-87-0003", "[NIK]"),
        ("３１７１０１１７０８４５０００１", "[NIK]"),
        ("KTP no. 317101170845000 (kurang satu)", "KTP no. [NIK] (kurang satu)"),
        ("no KK 3171012011100002", "no KK [KK]"),
        ("kartu 4111 1111 1111 1111 08/27 123 ditolak", "kartu [kartu] ditolak"),
        ("5500000000000004", "[kartu]"),
        ("378282246310005", "[kartu]"),
        ("kartu kredit saya 4111-1111-1111-1112", "kartu kredit saya [kartu]"),
        ("kode otp saya 482913", "kode otp saya [OTP]"),
        ("OTP-nya 482 913", "OTP-nya [OTP]"),
        ("Your WhatsApp code is 482-913", "Your WhatsApp code is [OTP]"),
        ("482913 itu kode otp saya", "[OTP] itu kode otp saya"),
        ("482913 is your OTP", "[OTP] is your OTP"),
        ("PIN: 123456", "PIN: [PIN]"),
        ("pin123456", "pin[PIN]"),
        ("pin atm saya adalah 123456", "pin atm saya adalah [PIN]"),
        ("puk nya 12345678", "puk nya [PUK]"),
        ("PUK1: 1234 5678", "PUK1: [PUK]"),
        ("cvv 123", "cvv [CVV]"),
        ("password wifi saya rahasia123", "password wifi saya [sandi]"),
        ("kata sandinya Mawar", "kata sandinya [sandi]"),
        ("my password is sunflower.", "my password is [sandi]."),
    ],
)
def test_what_is_personal_is_hidden(written: str, shown: str) -> None:
    assert masked(written) == shown


@pytest.mark.parametrize(
    "written",
    [
        "Keluhan 4172201935, nomor 0817-000 0001",
        "otp untuk 0817 000 0001 tidak masuk",
        "pulsa Rp 25.000 kesedot tgl 24-11-2026 14.05",
        "paket Xtra 50GB 2026 Rp125.000",
        "IMEI 490154203237518",
        "nomor seri kartu SIM 8962115000000000017",
        "pin 3x salah, puk terkunci",
        "password saya lupa, passwordnya salah",
        "my password is wrong",
        "otp tidak masuk sejak 2026",
        "kode pos 12345",
        "hubungi 112 atau 817, SMS ke 4444",
        "nama saya Sandi, 25rb hilang",
        "tagihan 1234567890123456",
        "telepon 1500888",
    ],
)
def test_what_an_agent_needs_stays(written: str) -> None:
    assert masked(written) == written


@given(HOSTILE)
@example("PUK0000 0000 1100000101000000")
def test_what_is_masked_stays_as_it_is(text: str) -> None:
    once = masked(text)
    assert masked(once) == once


@given(
    AROUND,
    st.one_of(REFERENCES, REFERENCES.map(reference.grouped), PHONES),
    st.sampled_from(["", " ya", ", 482913", "."]),
)
def test_a_reference_or_a_phone_number_is_never_eaten(before: str, number: str, after: str) -> None:
    assert number in masked(before + number + after)


@given(HOSTILE)
def test_every_phone_number_and_reference_of_a_text_is_still_there(text: str) -> None:
    shown = masked(text)
    assert all(text[one.start : one.end] in shown for one in phone.spans(text))
    assert all(re.search(r"[ .\-]?".join(one), phone.plain(shown)) for one in reference.find(text))


@given(HOSTILE)
def test_a_mask_only_takes_away(text: str) -> None:
    words = re.split(r"\[(?:NIK|KK|kartu|OTP|PIN|PUK|CVV|sandi)\]", masked(text))
    at = 0
    for word in words:
        at = text.index(word, at) + len(word)


@given(
    st.integers(1, 31),
    st.booleans(),
    st.integers(1, 12),
    st.integers(0, 99),
    st.integers(1, 9999),
    st.sampled_from(["", " ", "-", "."]),
)
def test_every_identity_is_known(day: int, woman: bool, month: int, year: int, number: int, between: str) -> None:
    digits = f"327302{day + 40 * woman:02d}{month:02d}{year:02d}{number:04d}"
    written = between.join(digits[place : place + 4] for place in range(0, 16, 4))
    assert masked(f"ini {written} ya") == "ini [NIK] ya"
