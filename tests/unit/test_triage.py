import hashlib
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.reading import triage
from care.words import Category, Kind, Language, Priority
from tests.unit.making import ANY_TEXT
from training import corpus


@pytest.mark.parametrize(
    ("text", "language", "kind", "category", "priority"),
    [
        ("internet lemot bgt dari kemarin min, tolong dong", "id", "complaint", "internet", "normal"),
        ("sinyal lemot bgt min", "id", "complaint", "internet", "normal"),
        ("kuota gue ilang padahal baru isi", "id", "complaint", "package", "high"),
        ("pulsa kesedot 25rb tgl 3", "id", "complaint", "billing", "high"),
        ("Pulsa saya kesedot 50rb padahal gak dipake", "id", "complaint", "billing", "high"),
        ("sinyal mati total sekampung dari pagi", "id", "complaint", "network", "high"),
        ("mau ganti paket yang 50GB caranya gimana", "id", "package_change", "package", "normal"),
        ("berapa harga paket roaming ke Singapura ya?", "id", "information", "roaming", "normal"),
        ("saran saja, gerai sebaiknya buka hari minggu", "id", "suggestion", "service", "normal"),
        ("cara setting APN di iphone gimana kak", "id", "technical", "device", "normal"),
        ("berapa sisa pulsa saya kak", "id", "information", "billing", "normal"),
        ("I was charged twice for my bill this month", "en", "complaint", "billing", "high"),
        ("No signal at my office since yesterday, please help", "en", "complaint", "network", "high"),
        ("How much is a roaming package for Malaysia?", "en", "information", "roaming", "normal"),
        ("A suggestion: the app should remember my number", "en", "suggestion", "app", "normal"),
    ],
)
def test_what_a_text_is_about(text: str, language: str, kind: str, category: str, priority: str) -> None:
    seen = triage.read(text)
    assert (seen.language, seen.kind, seen.category, seen.priority) == (language, kind, category, priority)
    assert not seen.danger


@pytest.mark.parametrize(
    ("text", "kind", "category"),
    [
        ("sinyal di kos kenceng terus, mantap", None, "network"),
        ("alhamdulillah 4G sudah masuk kampung kami", None, "network"),
        ("ayo boikot provider ini, pemiliknya dukung penjajah", None, "other"),
        ("promo! daftar hari ini dapat 10 GB cuma 25 ribu", None, "package"),
        ("biaya siluman", "complaint", "billing"),
        ("hidden fees", "complaint", "billing"),
        ("poor coverage indoors", "complaint", "network"),
        ("provider bobrok", "complaint", "other"),
        ("hebat ya, sinyalnya cuma numpang lewat", "complaint", "network"),
        ("kok 4G di sini goyang ya?", "complaint", "network"),
        ("mohon dicek ya kak, internet di rumah kami padam", "complaint", "network"),
        ("wifi rumah mati total lampunya merah", "complaint", "network"),
        ("wifi rumah lemot banget tiap malam", "complaint", "internet"),
        ("cara cek kuota gimana kak", "information", "package"),
        ("cara bayar tagihan lewat minimarket gimana", "information", "billing"),
        ("setting apn di hp samsung gimana", "technical", "device"),
        ("paket internet sebulan harganya berapa", "information", "package"),
        ("cs nya jutek banget, ga dibantu", "complaint", "service"),
        ("tiang kabel kalian miring di depan rumah saya", "complaint", "other"),
        ("play that tune again", None, "other"),
        ("not sure", None, "other"),
        ("cancel my dinner reservation", None, "other"),
    ],
)
def test_what_is_often_misread(text: str, kind: str | None, category: str) -> None:
    seen = triage.read(text)
    assert (seen.kind, seen.category) == (kind, category)


@pytest.mark.parametrize(
    ("text", "priority"),
    [
        ("wifi di rumah mati dari tadi pagi", "high"),
        ("sudah seminggu internet kantor kami begini terus", "high"),
        ("pulsa saya kepotong 20 ribu tanpa sebab", "high"),
        ("sudah lapor empat kali tidak ada jawaban", "high"),
        ("no signal at all in our village since Monday", "high"),
        ("sinyal agak lemah di kamar", "normal"),
        ("PARAH BANGET INI PROVIDER!!!", "normal"),
        ("paket 3 hari harganya berapa", "normal"),
        ("akhirnya nyala lagi setelah 3 hari, makasih", "normal"),
        ("nomor saya hangus besok, tolong hari ini juga", "urgent"),
        ("internet mati dan ujian saya satu jam lagi", "urgent"),
        ("kartu sim saya hilang", "urgent"),
    ],
)
def test_how_long_it_can_wait(text: str, priority: str) -> None:
    assert triage.read(text).priority == priority


@pytest.mark.parametrize(
    "text",
    [
        "HP hilang kak tolong blokir kartu saya",
        "hp saya dicopet di krl",
        "kartu sim gue dipake orang lain min",
        "kena tipu ngaku dari operator, saldo ludes",
        "My phone was stolen, please block the SIM card",
        "someone else is using my number",
        "my account got hacked",
    ],
)
def test_loss_and_fraud_are_urgent(text: str) -> None:
    assert triage.read(text).priority is Priority.URGENT


@pytest.mark.parametrize(
    "text", ["TOLONG CEPAT DONG LEMOT BANGET INI", "kuota hilang", "sinyal hilang terus", "WORST SERVICE"]
)
def test_anger_is_not_urgency(text: str) -> None:
    assert not triage.read(text).priority.goes_first


@pytest.mark.parametrize(
    "text",
    [
        "ada kebakaran tolong",
        "saya mau bunuh diri",
        "bapak saya sesak napas ga bisa panggil ambulans",
        "ada perampok di dalam rumah tolong",
        "I want to kill myself",
        "There is a fire in my building",
        "my father can't breathe",
    ],
)
def test_danger_to_life_is_seen(text: str) -> None:
    seen = triage.read(text)
    assert seen.danger
    assert seen.priority is Priority.DANGER


@pytest.mark.parametrize(
    "text",
    [
        "ga bisa main free fire, ping merah",
        "sejak kebakaran kemarin sinyal belum normal",
        "my battery is dying and no signal",
        "HP hilang kak",
        "lemot parah",
    ],
)
def test_what_only_sounds_dangerous_is_not(text: str) -> None:
    assert not triage.read(text).danger


@pytest.mark.parametrize(
    "text", ["", " \n", "ok", "12345", "😡😡", "Telkomsel", "@myXLCare https://t.co/abc 0817", "?!"]
)
def test_what_has_no_words_has_no_language_and_no_sure_kind(text: str) -> None:
    seen = triage.read(text)
    assert seen.language is None
    assert seen.language_confidence == 0
    assert not seen.sure


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("kumaha ieu teh sinyalna leungit wae", "id"),
        ("piye iki kok ora iso internetan", "id"),
        ("line kat rumah saya teruk sangat la", "id"),
        ("wifi at home drop terus, so annoying", "id"),
        ("mantap", "id"),
        ("lemooooot", "id"),
        ("nice", "en"),
        ("@telkomsel please check your DM", "en"),
        ("#telkomsellemot the internet is down again", "en"),
        ("Poor coverage in Labuan Bajo", "en"),
    ],
)
def test_the_language_is_that_of_the_writers_own_words(text: str, language: str) -> None:
    assert triage.language_of(text) == language


@pytest.mark.parametrize("text", ["terima kasih banyak kak", "halo", "thank you so much", "selamat pagi"])
def test_what_asks_for_nothing_has_no_kind(text: str) -> None:
    seen = triage.read(text)
    assert seen.kind is None
    assert not seen.sure


@given(ANY_TEXT)
def test_any_text_is_of_some_kind(text: str) -> None:
    seen = triage.read(text)
    assert seen.kind is None or seen.kind in Kind
    assert seen.category in Category
    assert all(0 <= one <= 1 for one in (seen.language_confidence, seen.kind_confidence, seen.category_confidence))
    assert seen.danger == (seen.alarm is not None and seen.alarm.is_of_life)
    assert seen.language == triage.language_of(text)


@given(st.sampled_from([one.text for one in corpus.own()]), st.integers(0, 10**12), st.text("abcdefgxyz_", min_size=1))
def test_handles_links_and_numbers_do_not_decide_the_language(text: str, number: int, name: str) -> None:
    alone = triage.language_of(text)
    assert triage.language_of(f"@{name} {text} https://t.co/{name} {number}") is alone


@pytest.mark.parametrize(
    "text",
    [
        "a" * 100_000,
        "lemotbgt" * 12_500,
        "😤" * 100_000,
        "\ud800" * 100_000,
        "\0" * 100_000,
        "@" * 100_000,
        "x@y" * 50_000,
        "\ufdfa" * 100_000,
        "a" + "\u0301\u0316" * 50_000,
        "handphone " * 20_000,
    ],
    ids=[
        "letter",
        "no blanks",
        "emoji",
        "surrogates",
        "zeros",
        "handles",
        "addresses",
        "ligatures",
        "accents",
        "rules",
    ],
)
def test_hostile_texts_are_read(text: str) -> None:
    assert triage.read(text).category in Category


def test_a_long_text_is_judged_by_its_beginning() -> None:
    assert triage.read("pulsa kesedot " + "x" * 1_000_000 + " sinyal").category is Category.BILLING


def test_the_model_was_learned_from_the_texts_and_rules_that_are_here() -> None:
    learned = triage.model().about["learned_from"]
    assert learned["texts"] == len(corpus.own())
    assert learned["texts_sha256"] == corpus.digest(), "texts have changed: python -m training.train"
    words = {part: corpus.rules()[part] for part in ("spelling", "language")}
    assert learned["rules_sha256"] == corpus.digest_of(words), "spelling has changed: python -m training.train"


def test_the_texts_are_labelled_by_the_words_of_the_domain_and_none_stands_twice_in_a_file() -> None:
    for one in corpus.own():
        assert one.kind in {*Kind, triage.NONE}, one
        assert one.category in set(Category), one
        assert one.language in {*Language, "none"}, one
    twice = [key for key, times in Counter((one.genre, one.text) for one in corpus.own()).items() if times > 1]
    assert twice == []


def test_the_model_still_knows_what_it_learned() -> None:
    sample = [one for one in corpus.own() if hashlib.sha256(one.text.encode()).digest()[0] < 40]
    right = Counter[str]()
    for one in sample:
        seen = triage.read(one.text)
        right["language"] += (seen.language or "none") == one.language
        right["kind"] += (seen.kind or triage.NONE) == one.kind
        right["category"] += one.kind == triage.NONE or seen.category == one.category
    assert right["language"] > 0.97 * len(sample)
    assert right["kind"] > 0.9 * len(sample)
    assert right["category"] > 0.9 * len(sample)
