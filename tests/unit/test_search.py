"""Questions as customers write them find the article that answers them; the index is that of the articles."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.reading import search
from care.reading.knowledge import articles
from care.words import Language
from knowledge import measure
from knowledge.__main__ import INDEX
from knowledge.index import build
from tests.unit.making import ANY_TEXT

GOAL, FIRST_GOAL = 0.95, 0.85
LEARNED = Path(__file__).resolve().parents[2] / "training/questions"


def test_the_index_is_that_of_the_articles() -> None:
    fresh = INDEX.read_text(encoding="utf-8") == build(articles()).written()
    assert fresh, "an article was changed: run python -m knowledge --write"


def test_of_two_hundred_questions_enough_find_the_right_article_among_the_first_three() -> None:
    answers = measure.answers(search.search)
    assert len(answers) == 200
    missed = [answer.question.text for answer in answers if answer.place is None]
    assert len(missed) <= (1 - GOAL) * len(answers), missed
    assert sum(answer.place == 1 for answer in answers) >= FIRST_GOAL * len(answers)


def test_questions_name_only_articles_that_exist() -> None:
    for question in measure.questions():
        assert set(question.articles) <= set(articles()), question.text


def test_what_is_learned_from_asks_for_every_article_and_is_not_what_is_measured_by() -> None:
    measured = {question.text.lower() for question in measure.questions()} | set(measure.off_topic())
    asked: Counter[str] = Counter()
    for file in LEARNED.glob("*.tsv"):
        for line in file.read_text(encoding="utf-8").splitlines():
            text, right, *_ = line.split("\t")
            assert text.lower() not in measured
            asked.update(right.split())
    assert set(asked) == {*articles(), "-"}
    assert min(asked.values()) >= 4


def test_what_is_good_enough_to_offer_tells_questions_from_small_talk() -> None:
    offered = sum(bool(a.hits) and a.hits[0].score >= search.GOOD for a in measure.answers(search.search))
    wrongly = sum(score >= search.GOOD for score in measure.off_topic_scores(search.search))
    assert offered >= 0.85 * len(measure.questions())
    assert wrongly <= 0.1 * len(measure.off_topic())


@given(ANY_TEXT, st.sampled_from(Language), st.integers(0, 5))
def test_any_text_is_searched(text: str, language: Language, most: int) -> None:
    hits = search.search(text, language, most)
    assert len(hits) <= most
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len({hit.article for hit in hits}) == len(hits)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "?!",
        "👍",
        "🙏🙏🙏",
        "12345",
        "网络很慢",
        "интернет не работает",
        "الإنترنت بطيء",
        "\ud800",
        "x" * 100_000,
    ],
)
@pytest.mark.parametrize("language", Language)
def test_a_text_without_words_of_ours_finds_nothing(text: str, language: Language) -> None:
    assert search.search(text, language) == []


def test_the_words_of_the_other_language_are_searched_too() -> None:
    assert search.search("aktifkan roaming", Language.ENGLISH)[0].article == "roaming-setup"
    assert search.search("lost my phone", Language.INDONESIAN)[0].article == "lost-phone"


def test_the_order_of_words_tells_there_from_back() -> None:
    hits = [
        search.search(f"pindah dari {one} ke {other}", Language.INDONESIAN)[0].article
        for one, other in (("prabayar", "pascabayar"), ("pascabayar", "prabayar"))
    ]
    assert hits == ["prepaid-to-postpaid", "postpaid-to-prepaid"]


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("KUOTA saya HILANG", "kuota hilang"),
        ("kuotaaaa ilangggg", "kuota hilang"),
        ("matiin roaming", "mematikan roaming"),
        ("kuota, pulsa", "kuota pulsa"),
        ("min tolong dong kak cek pulsa", "cek pulsa"),
    ],
)
def test_how_a_word_is_typed_does_not_matter(typed: str, plain: str) -> None:
    assert search.search(typed, Language.INDONESIAN) == search.search(plain, Language.INDONESIAN)


@pytest.mark.parametrize(
    ("typed", "article"),
    [("hotspt", "hotspot"), ("roamming", "roaming"), ("penipuann", "fraud"), ("mengktifkan esim", "esim")],
)
def test_a_misspelt_word_still_finds(typed: str, article: str) -> None:
    assert search.search(typed, Language.INDONESIAN)[0].article.startswith(article)
