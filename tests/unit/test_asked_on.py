"""What is asked on after an article was told: the sentence of it that answers, another article, or that none does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.conversation import going_on
from care.reading import knowledge
from care.reading.subjects import NOTHING
from care.words import Language
from tests.unit.chatting import Chat

ID, EN = Language.INDONESIAN, Language.ENGLISH
ARTICLES = sorted(knowledge.articles())


@pytest.mark.parametrize("id", ARTICLES)
def test_every_sentence_of_an_article_has_words_by_which_it_is_asked_on_for(id: str) -> None:
    article = knowledge.article(id)
    for language in Language:
        assert len(article.asked_on) == len(knowledge.sentences(article.answer.in_(language)))
    for words in (*article.asked_on, *(step.asked_on for step in article.steps)):
        assert words.id
        assert words.en


@pytest.mark.parametrize(
    ("first", "then", "says"),
    [
        ("cara beli paket gimana", "kalo gagal duitnya balik kan", "biayanya dikembalikan"),
        ("mau ganti ke esim", "harus dateng ke gerai ga", "tanpa ke gerai"),
        ("cara setting apn", "di samsung masuknya lewat mana ya", "Nama Titik Akses"),
        ("tagihan saya mau saya sanggah", "selama dicek tetep harus bayar full?", "tidak perlu dibayar"),
        ("how do I set up auto debit", "what if my account is empty that day", "pay yourself"),
    ],
)
def test_the_sentence_or_step_that_answers_is_told(first: str, then: str, says: str) -> None:
    chat = Chat()
    chat.says(first)
    assert says in " ".join(one.text for one in chat.says(then))


@pytest.mark.parametrize(
    ("told", "text", "article"),
    [
        ("gift-package", "masuknya ke nomor ibu ya", "gift-package"),
        ("lost-phone", "kalau kartu baru nanti bayar lagi ga", "sim-replacement"),
        ("active-period", "kalo diisi sekarang langsung idup lagi?", "active-period"),
        ("wifi-password", "paket keluarga bisa buat berapa orang", "family-package"),
        ("refund", "ada bunganya ga buat yang nunggu lama", NOTHING),
    ],
)
def test_words_that_mislead_alone_are_understood_with_what_was_told(told: str, text: str, article: str) -> None:
    assert going_on.ways(text, ID, (told,))[0].article == article


@given(st.text(max_size=80), st.sampled_from(ARTICLES), st.sampled_from(Language))
def test_any_text_may_be_asked_on(text: str, told: str, language: Language) -> None:
    found = going_on.ways(text, language, (told,))
    assert {told, NOTHING} <= {one.article for one in found}
    assert sum(one.chance for one in found) == pytest.approx(1)
    article = knowledge.article(told)
    known = {one.text for one in going_on.parts(article, language)}
    assert {*going_on.answering(text, language, article)} <= known
