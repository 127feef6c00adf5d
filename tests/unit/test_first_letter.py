"""What a letter is answered with at once: what it asks for, in its language, without a question."""

import pytest

from care.channels import EMAIL
from care.conversation import Facts, condolence, letter
from care.reading import knowledge
from care.words import Language
from tests.unit.making import NOW, OPERATOR

ID, EN = Language.INDONESIAN, Language.ENGLISH


def answer(text: str, language: Language = ID) -> str:
    return letter(text, language, Facts(OPERATOR.name, OPERATOR.short_number, EMAIL.honorific, NOW.date())).words


@pytest.mark.parametrize(
    ("text", "language", "article"),
    [
        ("Please send me a copy of my October bill.", EN, "bill-copy"),
        ("Saya mau berhenti berlangganan konten yang memotong pulsa.", ID, "stop-subscriptions"),
        ("Saya lupa PIN aplikasi.", ID, "app-pin"),
        ("Mohon info sisa pulsa dan masa aktif nomor saya.", ID, "check-balance"),
        ("How do I stop my package from renewing?", EN, "stop-package"),
        ("Bagaimana mendaftarkan kartu untuk anak saya yang berumur 10 tahun?", ID, "child-registration"),
        ("Saya tidak mau lagi menerima telepon penawaran.", ID, "promo-messages"),
    ],
)
def test_the_article_that_is_meant_is_told(text: str, language: Language, article: str) -> None:
    said = knowledge.article(article).answer.in_(language, operator="XL", short_number="817")
    assert answer(text, language).startswith(said)


def test_steps_of_which_one_is_chosen_are_one_step() -> None:
    lines = answer("How do I set up the APN on my phone?", EN).splitlines()
    assert [one[:2] for one in lines[1:] if one[0].isdigit()] == ["1.", "2.", "3."]
    assert lines[1].startswith("1. Android: ")
    assert lines[3].startswith("   iPhone: ")


def test_packages_are_told_once_and_nothing_is_asked_back() -> None:
    text = "I am travelling to Singapore for 5 days. What roaming packages do you have and how much do they cost?"
    said = answer(text, EN)
    assert said.count("Roaming Asia Tenggara 4 GB") == 1
    assert "Japan" not in said
    assert "?" not in said


def test_two_matters_are_both_answered() -> None:
    said = answer(
        "First, how do I move my number to an eSIM on my new iPhone? Second, can I use my plan in Malaysia, and what "
        "would it cost?",
        EN,
    )
    assert "eSIM" in said
    assert "work in Malaysia" in said


def test_two_packages_are_compared() -> None:
    said = answer("Mohon dijelaskan beda paket Keluarga 80 GB dan Bulanan 60 GB.")
    assert "Keluarga 80 GB Rp30.000 lebih mahal" in said
    assert "?" not in said


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Terima kasih banyak atas bantuannya.", "Sama-sama"),
        ("Saran saya agar XL menyediakan paket khusus lansia.", "Saran seperti ini membantu"),
        ("Mohon petugas menghubungi saya.", "Baik, petugas kami sendiri yang membaca"),
        ("asdf qwer zxcv", ""),
    ],
)
def test_what_asks_nothing_is_answered_in_kind_or_not_at_all(text: str, says: str) -> None:
    said = answer(text)
    assert said.startswith(says)
    assert bool(said) == bool(says)


@pytest.mark.parametrize(
    ("text", "courtesy"),
    [
        ("Petugas di gerai kemarin baik sekali bantu saya ganti kartu yang rusak. Terima kasih.", True),
        ("Kuota saya sudah masuk, terima kasih banyak.", True),
        ("Terima kasih atas bantuannya, tapi internet saya masih mati.", False),
        ("Terima kasih. Berapa biaya ganti kartu?", False),
    ],
)
def test_thanks_and_praise_alone_want_nothing(text: str, courtesy: bool) -> None:
    facts = Facts(OPERATOR.name, OPERATOR.short_number, EMAIL.honorific, NOW.date())
    assert letter(text, ID, facts).is_courtesy is courtesy


def test_trouble_among_questions_is_told() -> None:
    facts = Facts(OPERATOR.name, OPERATOR.short_number, EMAIL.honorific, NOW.date())
    text = "Saya mau tanya:\n1. Cara pindah ke eSIM bagaimana?\n2. Internet saya lemot sekali tiap malam, tolong dicek."
    assert "lemot" in letter(text, ID, facts).trouble


def test_who_is_in_danger_reads_whom_to_call_where_one_number_fails() -> None:
    said = answer("Rumah saya kebakaran, tolong")
    assert said.index("112") < said.index("110") < said.index("113")


def test_a_fraud_that_got_nothing_is_no_need() -> None:
    facts = Facts(OPERATOR.name, OPERATOR.short_number, EMAIL.honorific, NOW.date())
    said = letter("Tadi ada yang telepon minta OTP, untung tidak saya kasih.", ID, facts)
    assert said.is_harmless
    assert said.alarm is None
    assert said.words


def test_the_step_for_the_lamp_that_is_lit_is_told() -> None:
    said = answer("Internet rumah saya mati, lampu modemnya merah.")
    assert "kabel serat optik" in said
    assert "Merah atau berkedip:" not in said


def test_who_died_is_mourned_and_who_wants_a_person_is_told_of_one() -> None:
    assert condolence("Ayah saya meninggal bulan lalu, nomornya bagaimana?", ID)
    assert condolence("My late father had a number with you.", EN)
    assert not condolence("Sinyal saya mati", ID)
    assert "petugas kami sendiri" in answer("Paket saya tidak masuk. Tolong jangan dijawab robot!")
