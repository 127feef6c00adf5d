"""What becomes of the answer to "is it solved?" in a chat, and how a customer is called in one."""

import pytest

from care.reading.satisfaction import Verdict
from care.words import Category
from tests.unit.chatting import Chat
from tests.unit.happenings import happens


def asked() -> Chat:
    """A chat that is asked whether its trouble with the network is over."""
    chat = Chat()
    chat.says("sinyal ilang di garut dr kemaren")
    assert happens(chat, "case resolved")
    assert happens(chat, "question asked")
    return chat


@pytest.mark.parametrize(
    "text",
    [
        "love how it broke again 5 minutes after you called it solved",
        "terima kasih banyak lho ya sinyalnya begitu lagi",
        "for an hour it worked",
        "udah bisa tapi masih suka putus",
        "udah gak usah, saya pindah operator aja",
    ],
)
def test_bitter_words_do_not_satisfy(text: str) -> None:
    chat = asked()
    chat.says(text)
    (case,) = chat.store.cases.values()
    assert case.answer
    assert case.answer.verdict is Verdict.DISSATISFIED


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("udah oke 4. btw paket telpon yg murah apa?", "Telepon 200 Menit"),
        ("udah normal makasih. cara cek nomor sendiri gimana?", "bungkus kartu"),
        ("itu udah bener, tapi sekarang pulsa saya kepotong sendiri", "langganan konten"),
        ("Alhamdulillah sudah kak, tapi pulsa saya kok kepotong terus ya", "langganan konten"),
    ],
)
def test_another_matter_beside_is_seen_to(text: str, words: str) -> None:
    chat = asked()
    said = " ".join(one.text for one in chat.says(text))
    first = next(iter(chat.store.cases.values()))
    assert first.answer
    assert first.answer.verdict is Verdict.SATISFIED
    assert words in said


def test_new_trouble_has_a_case_of_its_own() -> None:
    chat = asked()
    chat.says("itu udah bener, tapi sekarang pulsa saya kepotong sendiri")
    assert [one.category for one in chat.store.cases.values()] == [Category.NETWORK, Category.BILLING]


@pytest.mark.parametrize(
    "text", ["min pulsa saya kepotong 20rb tanpa alasan", "tagihan saya bulan ini dobel", "my bill is charged twice"]
)
def test_new_trouble_alone_is_no_answer(text: str) -> None:
    chat = asked()
    chat.says(text)
    first, second = chat.store.cases.values()
    assert (first.answer, second.category) == (None, Category.BILLING)


def test_a_number_in_the_steps_for_new_trouble_answers_what_was_asked() -> None:
    chat = asked()
    chat.says("min pulsa saya kepotong 20rb tanpa alasan")
    chat.says("5")
    first, second = chat.store.cases.values()
    assert first.answer
    assert (first.answer.score, second.answer) == (5, None)


@pytest.mark.parametrize("text", ["tetap aja ga bisa, pulsa malah kepotong terus", "teknisinya ga pernah dateng"])
def test_trouble_with_the_resolution_is_one(text: str) -> None:
    chat = asked()
    chat.says(text)
    (case,) = chat.store.cases.values()
    assert case.answer
    assert case.answer.verdict is Verdict.DISSATISFIED


def test_who_looks_later_is_heard_then() -> None:
    chat = asked()
    chat.says("belum saya cek, nanti ya")
    (case,) = chat.store.cases.values()
    assert case.answer is None
    chat.says("udah saya cek, udah masuk")
    (case,) = chat.store.cases.values()
    assert case.answer
    assert case.answer.verdict is Verdict.SATISFIED


def test_who_wants_a_person_hears_of_one() -> None:
    chat = asked()
    assert "petugas" in chat.says("mau ngomong sama orangnya langsung")[-1].text


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (("gausah panggil kak deh. cara cek nomor gimana",), "bungkus kartu"),
        (("nama saya Putri", "paket bulanan yang paling murah apa ya"), "Kak Putri"),
        (("Assalamualaikum Nak.", "Ibu mau tanya, cara isi pulsa gimana?"), "membantu, Ibu"),
        (("Selamat siang Nak, bapak mau lapor", "internet mati dari kemarin"), "Bapak"),
        (("my name is Sam", "thanks"), "Sam"),
    ],
)
def test_how_a_customer_is_called(texts: tuple[str, ...], words: str) -> None:
    chat = Chat()
    assert words in [" ".join(one.text for one in chat.says(text)) for text in texts][-1]


def test_who_wants_no_kak_gets_none() -> None:
    chat = Chat()
    said = [
        one.text
        for text in ("Mas, jgn panggil kak dong, saya laki2 50 th", "cek masa aktif saya gmn mas")
        for one in chat.says(text)
    ]
    assert not any("Kak" in one for one in said)
