"""Small talk is answered in its kind and opens nothing; what is said beside it is not lost for it."""

import pytest

from care.conversation import small_talk
from care.reading import regional
from care.telling import messages
from care.words import Attention, Language
from tests.unit.chatting import Chat
from tests.unit.test_conversation import template


def said(*texts: str) -> list[str]:
    chat = Chat()
    told: list[str] = []
    for text in texts:
        told = [one.text for one in chat.says(text)]
    assert not chat.store.cases
    return told


def is_told(key: str, text: str) -> bool:
    return any(template(key, language).fullmatch(text) for language in Language)


def test_each_kind_has_its_text_or_leads_somewhere() -> None:
    for name, kind in small_talk.kinds().items():
        assert kind.leads in small_talk.LEADS if kind.leads else messages.has(f"talk.{kind.says or name}"), name
        assert kind.phrases or kind.signs or kind.pattern, name


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Assalamualaikum", "welcome_salam"),
        ("tes tes 123", "tested"),
        ("halo ada orang ga?", "tested"),
        ("min bales dong", "tested"),
        ("how are you today", "is_well"),
        ("hey how's it going mate", "is_well"),
        ("min maaf ya kemaren aku marah2, lagi pusing soalnya", "excused"),
        ("sorry for yesterday, i was so rude", "excused"),
        ("maaf kak salah kirim", "excused"),
        ("wkwk garing", "teased"),
        ("ceritain lucu dong min", "joked"),
        ("tell me a joke please", "joked"),
        ("hai cantik lagi apa, udah makan belum? boleh minta nomor wa nya ga", "flirted"),
        ("hey gorgeous are you single?", "flirted"),
        ("can you call me baby? just kidding", "flirted"),
        ("kak aku kelas 3 sd mau beli diamond ep ep pake pulsa mama bisa ga", "child"),
        ("im 8 years old i want to buy robux with my mum's phone", "child"),
        ("kamu ngerti bahasa inggris ga", "speaks_english"),
        ("can we do English?", "language"),
        ("can i speak bahasa with u", "language"),
        ("do u speak chinese", "speaks_two"),
        ("namanya siapa", "unnamed"),
        ("What's your name? Am I chatting with a real person or AI?", "unnamed"),
        ("jawaban template lu bego", "insulted"),
        ("oh great, another bot", "insulted"),
        ("your chatbot is useless, it keeps giving me the same canned answer", "insulted"),
        ("pikir2 dulu deh", "no_hurry"),
        ("yaudah", "okay"),
        ("oke deh", "okay"),
        ("makasih 🙏", "thanks"),
        ("🙏🙏", "thanks"),
        ("matur nuwun nggih mas", "thanks"),
        ("o gitu, ya sudah terima kasih", "thanks"),
        ("👍", "okay"),
        ("😂", "laughed"),
        ("😡😡", "upset"),
        ("asdfghjkl", "garbled"),
        ("semangat kerjanya ya min", "cheered"),
        ("lagi sedih aku", "comforted"),
        ("kamu pinter banget", "praised"),
        ("xl sama smartfren bagusan mana", "only_ours"),
        ("which is better, xl or telkomsel?", "only_ours"),
        ("berapa lama kalau nunggu cs asli?", "staff_when"),
        ("how long does it take to reach a human here", "staff_when"),
        ("min kok diem", "still_here"),
        ("met siang, saya Rudi dari Medan", "welcome"),
        ("ga ngerti", "confused"),
        ("besok hujan ga ya di jakarta", "small_talk"),
        ("tagihannya udah saya bayar ya min. makasih, dadah", "goodbye"),
        ("sinyalnya udah normal lagi kak, makasih", "guide_done"),
        ("mbak di gerai kemarin ramah banget, salam ya", "praised_staff"),
    ],
)
def test_small_talk_has_its_answer(text: str, key: str) -> None:
    assert is_told(key, said(text)[0])


@pytest.mark.parametrize(
    "text",
    [
        "anjing lah lemot bgt internet di bekasi",
        "wkwk lucu banget sinyal ilang terus",
        "hai sayang kuota aku abis nih",
        "apa kabar, paket yang paling murah apa?",
        "maaf yang 25 gb maksudnya",
        "hmm yang itu",
        "anak saya kelas 3 sd kok bisa beli diamond pake pulsa saya",
        "anak saya umur 8 tahun butuh paket buat sekolah",
        "and what's the price for the smallest one",
        "paket sudah masuk tapi ga bisa dipakai, makasih",
        "petugasnya ramah tapi sinyal tetap hilang",
    ],
)
def test_a_matter_beside_it_is_no_small_talk(text: str) -> None:
    told = [one.text for one in Chat().says(text)]
    assert not any(is_told(kind.says or name, told[0]) for name, kind in small_talk.kinds().items() if not kind.leads)


def test_a_child_is_spoken_to_as_one_from_then_on() -> None:
    asked = "aku umur 9 tahun mau beli paket game"
    assert is_told("child_again", said(asked, "mama lagi tidur, jangan kasih tau ya")[0])
    assert ", Dik" in said(asked, "yaaah")[0]


def test_courtesy_is_varied_for_some_turns() -> None:
    told = [said(*["makasih"] * times)[0] for times in (1, 2, 3)]
    assert told[0] == told[2] != told[1]


def test_anger_about_a_case_gets_an_apology_and_a_person() -> None:
    chat = Chat()
    chat.says("internet lemot banget di bekasi dari kemarin")
    told = chat.says("jawaban template lu bego")[-1].text
    (case,) = chat.store.cases.values()
    assert is_told("angered_added", told)
    assert case.attention is Attention.PERSON_WANTED


def test_who_waits_for_a_person_hears_until_when_and_how_to_talk_to_one_now() -> None:
    chat = Chat()
    chat.says("mau ngomong sama orang beneran aja")
    assert is_told("person_soon", chat.says("lama ga nunggunya")[-1].text)
    assert is_told("person_now", chat.says("masih lama?")[-1].text)
    assert is_told("person_now", chat.says("i want a real person, now")[-1].text)


def test_what_was_told_last_is_told_again_in_the_language_asked_for() -> None:
    language, packages = said("paket bulanan apa aja", "can we do English?")
    assert is_told("language", language)
    assert "Rp45,000" in packages
    assert "30 days" in packages


# ---- other operators -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("min kartu telkomsel saya ga bisa internetan padahal simpati saya masih aktif", "188"),
        ("kartu im3 saya mati", "185"),
        ("my smartfren sim has no signal", "888"),
        ("paket tri saya kok habis", "layanan pelanggan Tri"),
        ("nomor cs telkomsel berapa ya", "188"),
    ],
)
def test_another_operators_customer_is_told_where_to_go(text: str, named: str) -> None:
    assert named in said(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "saya ga bisa nelpon ke nomor telkomsel",
        "mau pindah dari telkomsel ke xl nomor tetap gimana",
        "transfer pulsa ke indosat bisa ga",
        "hp saya dual sim, kartu telkomsel lancar tapi yang xl ga ada sinyal",
        "teman saya pakai tri sinyalnya bagus",
    ],
)
def test_who_only_speaks_of_another_operator_is_not_sent_away(text: str) -> None:
    told = [one.text for one in Chat().says(text)]
    assert not any(is_told(key, one) for key in ("other_operator", "other_operator_unnumbered") for one in told)


# ---- how to be called, regional languages, money -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("tolong jangan panggil saya kak ya, saya udah 60 tahun, panggil Ibu saja", ", Ibu"),
        ("saya laki-laki ya jangan panggil kak, panggil saya Pak Darto", ", Pak Darto"),
        ("please just call me Jenny, I'm not a kak haha", ", Jenny"),
    ],
)
def test_how_to_be_called_may_be_told_with_its_reason(text: str, called: str) -> None:
    told = said(text)[0]
    assert is_told("called", told)
    assert called in told


def test_regional_words_are_read_as_indonesian_where_there_are_two_of_them() -> None:
    assert regional.in_indonesian("kertu kulo mboten saget nelpon") == "kartu saya tidak bisa nelpon"
    assert regional.in_indonesian("nama saya Niki") == "nama saya Niki"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("pripun carane mbayar tagihan", "minimarket"),
        ("kula badhe tumbas paket internet ingkang mirah", "Harian 1 GB"),
        ("kumaha carana meser paket", "Bulanan 25 GB"),
    ],
)
def test_regional_languages_are_answered_in_indonesian(text: str, names: str) -> None:
    assert any(names in one for one in said(text))


def test_a_salam_is_returned_before_the_matter() -> None:
    told = said("assalamualaikum kak, paket bulanan apa aja")
    assert is_told("greeted_salam", told[0])
    assert "Bulanan 10 GB" in told[1]


@pytest.mark.parametrize(
    ("language", "read"), [(Language.INDONESIAN, "Rp1.500.000"), (Language.ENGLISH, "Rp1,500,000")]
)
def test_money_is_written_as_the_language_writes_it(language: Language, read: str) -> None:
    assert messages.rupiah(1_500_000, language) == read


def test_a_number_alone_is_a_detail_of_the_open_case() -> None:
    chat = Chat()
    chat.says("mau bicara dengan petugas")
    assert is_told("added", chat.says("0878-1234-5678")[-1].text)
