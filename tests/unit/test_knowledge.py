"""What customers are answered from: whole in both languages, fit to be read aloud, every guide with an end."""

import re
import string
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from care import content
from care.line.packages import packages
from care.reading import triage
from care.reading.knowledge import Article, Choice, Step, article, articles
from care.telling import messages
from care.words import Category, Kind, Language, Text

CONTENT = content.FOLDER
GLOSSARY: dict[str, dict[str, Any]] = tomllib.loads((CONTENT / "glossary.toml").read_text(encoding="utf-8"))
FILES = sorted((CONTENT / "articles").glob("*.toml"))
ALL = articles()
GUIDES = [one for one in ALL.values() if one.steps]
ALWAYS_PERSON = {"sim-replacement", "puk", "owner-change", "lost-phone", "fraud", "number-taken-over", "otp-given"}
SLANG = re.compile(
    r"\b(?:kamu|lu|lo|gue|gw|bro|sis|min|nggak|gak|ga|tdk|aja|banget|udah|dong|deh|sih|kok|yuk|guys|hey|gonna|wanna|"
    r"oops|kak|kakak|bapak|ibu|pak|bu|mas|mbak|saya|aku)\b|!",
    re.I,
)
APOLOGY = re.compile(r"\b(?:maaf|sorry|apologi[sz]e)\b", re.I)
SECRET = re.compile(r"\b(?:NIK|KK|PIN|PUK|OTP|kata sandi|password)s?\b")
HANDING_OVER = re.compile(r"\b(?:kirim\w*|beri|berikan|sebutkan|tulis\w*|send|give|tell|write)\b", re.I)
REFUSAL = re.compile(r"\b(?:jangan|tidak pernah|bukan|never|not)\b", re.I)
READ_ALOUD = re.compile(r"[\w\s.,;:?*#()'-]+")
SMALL_WORDS = {
    Language.INDONESIAN: {
        *("yang", "dan", "di", "ke", "dari", "untuk", "dengan", "pada"),
        *("ini", "itu", "atau", "bila", "tidak", "anda", "kami", "lalu"),
    },
    Language.ENGLISH: {
        *("the", "and", "is", "are", "of", "to", "your", "you", "with", "from"),
        *("for", "this", "that", "or", "if", "not", "then", "we", "our", "it"),
    },
}

each_article = pytest.mark.parametrize("one", ALL.values(), ids=ALL)
each_guide = pytest.mark.parametrize("one", GUIDES, ids=[one.id for one in GUIDES])
each_language = pytest.mark.parametrize("language", Language)


def spoken(one: Article) -> Iterator[tuple[str, Text]]:
    """Every text of an article that a customer is told, with its place."""
    yield "title", one.title
    yield "answer", one.answer
    yield "person", one.person
    for step in one.steps:
        yield f"step {step.name}", step.do
        for choice in step.choices:
            yield f"choice {choice.next}", choice.label


def sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[.?])\s+", text) if part]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def asks_for_a_secret(text: str) -> bool:
    return any(
        SECRET.search(part) and HANDING_OVER.search(part) and not REFUSAL.search(part)
        for part in re.split(r"[.;?]", text)
    )


def ways(one: Article) -> dict[str, set[str]]:
    """Where each step can lead."""
    found: dict[str, set[str]] = {}
    for step in one.steps:
        after = None if step.choices else one.after(step.name)
        found[step.name] = {choice.next for choice in step.choices} or ({after.name} if after else set())
    return found


def test_there_is_an_answer_for_every_category_and_a_guide_for_what_can_be_tried() -> None:
    assert len(ALL) >= 45
    assert len(GUIDES) >= 22
    assert {one.category for one in ALL.values()} == set(Category) - {Category.OTHER}
    assert {one.kind for one in ALL.values()} == set(Kind)
    for one in ALL.values():
        assert one.steps or one.kind is not Kind.TECHNICAL or one.always_person, one.id


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_is_its_article_and_has_no_field_that_nobody_reads(file: Path) -> None:
    written = tomllib.loads(file.read_text(encoding="utf-8"))
    assert written["id"] == file.stem
    assert set(written) <= set(Article.model_fields)
    for step in written.get("steps", []):
        assert set(step) <= set(Step.model_fields)
        assert all(set(choice) == set(Choice.model_fields) for choice in step.get("choices", []))
    for part in ("title", "answer", "person", "search_words"):
        assert set(written[part]) == set(Language)


def test_an_article_is_read_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles/puk.toml").write_bytes((CONTENT / "articles/puk.toml").read_bytes())
    (tmp_path / "articles/broken.toml").write_text("not = [toml", encoding="utf-8")
    monkeypatch.setattr(content, "FOLDER", tmp_path)
    article.cache_clear()
    try:
        assert article("puk").always_person
        with pytest.raises(tomllib.TOMLDecodeError):
            article("broken")
    finally:
        article.cache_clear()


@pytest.mark.parametrize("id", ["", "nothing", "../packages/harian-1-gb", "puk.toml", "PUK", "a/b", "puk\n"])
def test_an_unknown_article_is_an_error(id: str) -> None:
    with pytest.raises(KeyError):
        article(id)


@each_article
def test_both_languages_say_the_same_with_the_same_values(one: Article) -> None:
    for place, text in [*spoken(one), ("search words", one.search_words)]:
        for words in (text.id, text.en):
            assert words, place
            assert words == words.strip(), place
        assert placeholders(text.id) == placeholders(text.en), place
        assert placeholders(text.id) <= {"operator", "short_number"}, place
        assert len(sentences(text.id)) == len(sentences(text.en)) or place in ("answer", "person"), place


def test_placeholders_are_filled() -> None:
    text = article("contact-us").answer
    for language in Language:
        told = text.in_(language, operator="Contoh", short_number="123")
        assert "Contoh" in told
        assert "123" in told
        assert "{" in text.in_(language)
        with pytest.raises(KeyError):
            text.in_(language, operator="Contoh")


@each_article
def test_an_article_says_since_when_and_from_where(one: Article) -> None:
    assert date(2026, 1, 1) <= one.date <= date.today()
    assert len(one.source) > 10


def test_a_person_always_answers_what_could_be_misused() -> None:
    assert {one.id for one in ALL.values() if one.always_person} == ALWAYS_PERSON
    for id in ALWAYS_PERSON:
        assert "petugas kami selalu" in article(id).person.id.lower()
        assert "our staff always" in article(id).person.en.lower()


@each_guide
def test_a_guide_leads_from_its_first_step_to_every_step_and_to_an_end(one: Article) -> None:
    leads = ways(one)
    assert len(leads) == len(one.steps), "a name stands twice"
    for step in one.steps:
        assert not (step.choices and step.then)
        assert len(step.choices) != 1
        assert len({choice.label.id for choice in step.choices}) == len(step.choices)
        assert step.then in {"", *leads}
        assert leads[step.name] <= set(leads)
    seen: set[str] = set()
    ended = False

    def walk(name: str, before: tuple[str, ...]) -> None:
        nonlocal ended
        assert name not in before, f"{name} comes round again"
        seen.add(name)
        ended = ended or not leads[name]
        for following in leads[name]:
            walk(following, (*before, name))

    walk(one.steps[0].name, ())
    assert seen == set(leads)
    assert ended


def test_a_guide_is_walked_by_answers() -> None:
    guide = article("apn-settings")
    first = guide.steps[0]
    chosen = {choice.label.in_(Language.ENGLISH): choice.next for choice in first.choices}
    assert chosen["iPhone"] == "iphone"
    step = guide.step("iphone")
    after = guide.after(step.name)
    assert after is not None
    assert after.name == "restart"
    last = guide.steps[-1]
    assert guide.after(last.name) is None
    with pytest.raises(KeyError):
        guide.step("nothing")


@each_article
def test_an_answer_is_short_enough_to_hear(one: Article) -> None:
    for place, text in spoken(one):
        for words in (text.id, text.en):
            for sentence in sentences(words):
                assert len(sentence.split()) <= 25, (place, sentence)
            assert READ_ALOUD.fullmatch(words.format(operator="XL", short_number="817")), (place, words)
    for words in (one.answer.id, one.answer.en):
        assert 2 <= len(sentences(words)) <= 5
    for step in one.steps:
        assert len(sentences(step.do.id)) <= 4
        for choice in step.choices:
            assert max(len(choice.label.id), len(choice.label.en)) <= 24


@each_article
def test_texts_speak_to_anda_politely(one: Article) -> None:
    for place, text in spoken(one):
        for words in (text.id, text.en):
            assert not SLANG.search(words), (place, words)
            assert len(APOLOGY.findall(words)) <= 1


@each_article
def test_no_secret_is_ever_asked_for(one: Article) -> None:
    for place, text in spoken(one):
        assert not asks_for_a_secret(text.id), (place, text.id)
        assert not asks_for_a_secret(text.en), (place, text.en)


def test_a_text_that_asks_for_a_secret_is_noticed() -> None:
    assert asks_for_a_secret("Kirim NIK Anda di sini.")
    assert asks_for_a_secret("Please tell us the OTP.")
    assert not asks_for_a_secret("Jangan kirim NIK lewat pesan.")


@each_language
@each_article
def test_the_reader_of_languages_knows_each(one: Article, language: Language) -> None:
    assert triage.language_of(one.title.in_(language) + ". " + one.answer.in_(language)) is language


@each_article
def test_each_language_is_itself(one: Article) -> None:
    for language in Language:
        other = next(each for each in Language if each is not language)
        for place, text in spoken(one):
            words = set(re.findall(r"[a-z]+", text.in_(language).lower()))
            assert not words & SMALL_WORDS[other], (place, words & SMALL_WORDS[other])
            if place in ("answer", "person"):
                assert words & SMALL_WORDS[language], place


@each_language
@each_article
def test_the_words_customers_use_are_phrases_for_the_search(one: Article, language: Language) -> None:
    phrases = one.search_words.in_(language).split(", ")
    assert 10 <= len(phrases) <= 60
    assert len(set(phrases)) == len(phrases)
    assert all(phrase == phrase.strip().lower() and phrase for phrase in phrases)


def avoided_in(text: str, language: Language) -> list[str]:
    """The forms of the glossary to avoid that stand in a text."""
    found = []
    for entry in GLOSSARY.values():
        term = entry["term"][language]
        for form in entry["avoid"][language]:
            case = re.NOFLAG if form.lower() == term.lower() or form.isupper() else re.IGNORECASE
            if re.search(rf"(?<![\w{{]){re.escape(form)}(?![\w}}])", text, case):
                found.append(form)
    return found


def test_the_glossary_has_one_meaning_a_word_in_both_languages() -> None:
    for name, entry in GLOSSARY.items():
        assert set(entry) == {"term", "meaning", "avoid"}, name
        for part in entry.values():
            assert set(part) == set(Language)
            assert all(part.values())
    for language in Language:
        terms = [entry["term"][language] for entry in GLOSSARY.values()]
        assert len(set(terms)) == len(terms)
        assert len({entry["meaning"][language] for entry in GLOSSARY.values()}) == len(terms)
        for entry in GLOSSARY.values():
            assert not avoided_in(entry["term"][language], language)
            assert not avoided_in(entry["meaning"][language], language)


def test_the_glossary_explains_every_word_customers_meet() -> None:
    explained = {entry["term"]["id"] for entry in GLOSSARY.values()}
    assert explained >= {
        *(
            "pulsa",
            "kuota",
            "masa aktif",
            "masa tenggang",
            "tagihan",
            "limit",
            "kartu SIM",
            "eSIM",
            "PUK",
            "PIN",
            "APN",
        ),
        *("roaming", "registrasi", "prabayar", "pascabayar", "OTP", "VoLTE", "paket", "data seluler"),
    }
    for term in explained:
        used = re.compile(rf"\b{re.escape(term)}\b", re.I)
        assert any(used.search(text.id) for one in ALL.values() for _, text in spoken(one)), term


@each_language
@each_article
def test_articles_use_the_words_of_the_glossary(one: Article, language: Language) -> None:
    for place, text in spoken(one):
        assert not avoided_in(text.in_(language), language), (place, avoided_in(text.in_(language), language))
        if language is Language.INDONESIAN:
            assert not re.search(r"\bkartu(?! (?:SIM|kredit|bank|keluarga)\b)", text.id, re.I), (place, "which kartu?")


@each_language
def test_messages_and_packages_use_the_words_of_the_glossary(language: Language) -> None:
    def walk(node: Any) -> Iterator[str]:
        for name, part in node.items():
            if isinstance(part, str):
                if name == language:
                    yield part
            else:
                yield from walk(part)

    told = list(walk(messages._catalogue()))
    assert told
    for one in packages().values():
        told += [one.description.in_(language), one.stop.in_(language)]
    for text in told:
        assert not avoided_in(text, language), (text, avoided_in(text, language))
