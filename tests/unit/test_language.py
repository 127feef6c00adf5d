"""The language of an answer is that of the sentence's frame, whatever it names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.reading import triage
from care.reading.language import answer_language
from care.words import Language
from tests.unit.making import ANY_TEXT

ID, EN = Language.INDONESIAN, Language.ENGLISH
INDONESIAN = """
    kak my paket kok ga aktif
    min tolong check kuota saya dong
    paket unlimited for youtube ada ga ya
    sinyal down terus nih dari kemarin, please fix
    kak wifi rumah error mulu, so annoying banget
    gimana cara activate roaming ke japan
    my pulsa kok tiba2 habis ya
    udah restart tapi still no signal
    internet lemot bgt buat meeting online
    mau upgrade package tapi app error terus
    kuota gue ilang padahal gak dipake
    min speed test cuma 2 mbps, slow banget
    bill saya bulan ini kenapa double charge
    customer service nya kok no response
    refund pulsa gimana ya kak
    besok saya mau ke Singapore, paket apa yang cocok
    tolong cancel order yang tadi ya
    hp saya iPhone 15 pro max, esim nya ga kebaca
    apakah XL ada coverage di Wamena
    promo weekend ada apa aja
    Selamat siang, saya ingin menanyakan tagihan saya
    netflix sama spotify gratis ga pake paket ini
    piye iki kok ora iso internetan
    kumaha ieu teh sinyalna leungit wae
    line kat rumah saya teruk sangat la
    thanks min udah bisa, fast response banget
    kartu saya ke-block, help dong min
    jaringan 5G di BSD kok on off terus
    saya di Canggu, wifi villa ga konek ke hp
    email dari kalian masuk spam terus
    game online ping merah terus di Mobile Legends
    gw lagi di airport, roaming nya ga nyala
    bisa transfer credit ke nomor lain?
    habis install update malah no service
    nomor saya expired ya kak?
    lagi work from home malah down
    saya sudah top up via Gopay belum masuk
    yang unlimited monthly berapaan
    pengen complain soal charge roaming
    bagus sih tapi sering buffering
"""
ENGLISH = """
    min how to check kuota
    is there XL coverage in Wamena?
    Nasi goreng place near Monas has no signal
    I'm at Warung Made in Seminyak and my data stopped working
    how do I register with my KTP at the gerai
    my pulsa is gone and I did not use it
    can I use GoPay to pay the tagihan
    the signal at Jalan Malioboro is terrible
    which paket is best for TikTok and Mobile Legends
    kak my internet is not working since this morning
    does the kuota lokal work in Labuan Bajo and Komodo
    we are staying at a villa in Ubud without any signal
    I bought Bulanan 25 GB at Indomaret but it is not active
    please activate roaming for Mekkah, I leave tomorrow
    what is masa tenggang
    what does FUP mean in your paket
    how much is the Rendang Festival promo
    where can I find a gerai in Tanah Abang
    no signal at Stasiun Gambir since yesterday
    Is Raja Ampat covered by your network?
    The driver at Bandara Soekarno Hatta lost his phone
    I live in Kampung Melayu and the internet is slow every night
    Can you send it to Pak Budi Santoso in Purwokerto?
    my name is Siti Nurhaliza and I want to change my package
    there's a problem with my bill for November
    Sate Padang restaurant downstairs has better wifi than your network
    why was my Telkomsel number ported
    hello, I need help with my eSIM
    do you have a family plan?
    My friend Agung cannot call me from Banyuwangi
    is Shopee included in the unlimited package
    I want to stop Langit Musik
    have you got anything cheaper than Mingguan 12 GB
    it keeps dropping in Pondok Indah
    when will the outage in Kebayoran Baru be fixed
    the kak at the gerai was very helpful, thank you
    i already reply YA but nothing happen
    pls help my quota is finish but i just buy
    sorry my indonesian is bad, can we speak english
    what about the one with Disney Hotstar
"""
NAMES = [
    "Nasi goreng", "Labuan Bajo", "Telkomsel", "Gudeg Yu Djum", "Pak Bambang", "Wamena", "Indomaret", "Kebayoran Lama",
    "Warung Sederhana", "Mobile Legends", "Raja Ampat", "Soto Betawi", "Tanah Abang", "Bu Siti Aminah", "Gojek",
]  # fmt: skip


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.strip().splitlines()]


@pytest.mark.parametrize("text", lines(INDONESIAN))
def test_an_indonesian_sentence_with_english_words_is_indonesian(text: str) -> None:
    assert triage.language_of(text) is ID
    assert answer_language(text, None) is ID
    assert answer_language(text.upper(), ID) is ID


@pytest.mark.parametrize("text", lines(ENGLISH))
def test_an_english_sentence_with_indonesian_names_is_english(text: str) -> None:
    assert triage.language_of(text) is EN
    assert answer_language(text, None) is EN
    assert answer_language(text.upper(), EN) is EN


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hello", EN),
        ("help me", EN),
        ("good morning", EN),
        ("nice", EN),
        ("my quota", EN),
        ("no signal", EN),
        ("slow internet", EN),
        ("buy package", EN),
        ("where is my order", EN),
        ("asdf", ID),
        ("oi", ID),
        ("bego", ID),
        ("status", ID),
        ("STATUS", ID),
        ("roaming japan", ID),
        ("roaming", ID),
        ("promo", ID),
        ("live chat", ID),
        ("hi", ID),
        ("halo", ID),
        ("p", ID),
        ("", ID),
        ("?", ID),
        ("0817", ID),
        ("👍", ID),
        ("Telkomsel", ID),
        ("esim iphone 15", ID),
        ("cek kuota", ID),
        ("lemot", ID),
        ("mantap", ID),
        ("pagi kak", ID),
        ("internet 5g", ID),
    ],
)
def test_a_first_message_of_few_words(text: str, language: Language) -> None:
    assert answer_language(text, None) is language


@pytest.mark.parametrize("known", Language)
@pytest.mark.parametrize(
    "text",
    [
        "ok",
        "yes",
        "ya",
        "makasih",
        "thanks",
        "status",
        "stop",
        "lanjut",
        "next",
        "Bandung",
        "iPhone 15",
        "Oppo A5 kak",
        "nasi goreng",
        "my bad",
        "roaming japan",
        "yang murah",
        "0817-0817-0101",
        "Jalan Sudirman 12 Jakarta",
        "Samsung Galaxy S24 Ultra",
        "unlimited youtube netflix spotify tiktok",
        "Warung Makan Sederhana Padang",
        "Bulanan 25 GB",
        "",
        "🙏🙏",
    ],
)
def test_a_word_or_a_name_changes_no_talks_language(text: str, known: Language) -> None:
    assert answer_language(text, known) is known


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("kalau yang paling murah berapa", ID),
        ("saya mau ganti paket bulanan", ID),
        ("kak my paket kok ga aktif ya", ID),
        ("how much is the monthly one", EN),
        ("can you speak english please", EN),
        ("I do not understand what you say", EN),
        ("is it also valid in Surabaya?", EN),
    ],
)
def test_a_sentence_changes_it(text: str, language: Language) -> None:
    other = EN if language is ID else ID
    assert answer_language(text, other) is language


@given(st.sampled_from(lines(ENGLISH)), st.sampled_from(NAMES))
def test_a_name_more_changes_nothing(text: str, name: str) -> None:
    assert answer_language(f"{text} {name}", EN) is EN
    assert answer_language(f"{name}, {text}", None) is EN


@given(ANY_TEXT, st.sampled_from([*Language, None]))
def test_any_text_is_answered_in_some_language(text: str, known: Language | None) -> None:
    assert answer_language(text, known) in Language
