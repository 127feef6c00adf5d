"""What the phone reads of articles: all of a guide is there, fit for the ear, and says what the article says."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from care import content
from care.calling import menu, places
from care.reading import knowledge
from care.reading.knowledge import Article, article, sentences
from care.words import Language, Text
from tests.unit.test_knowledge import SLANG, avoided_in

MARKER = "# ---- guides and answers ----"
FILE = Path(__file__).parents[2] / "flows/prompts/texts.toml"
TEXTS = {
    name: Text.model_validate(one)
    for name, one in tomllib.loads(FILE.read_text(encoding="utf-8").partition(MARKER)[2]).items()
}

GROUPS = menu.product_groups()
GUIDES = {**menu.technical_guides(), **{menu.MORE + key: one for key, one in menu.more_guides().items()}}
ANSWERS = [one for group in GROUPS.values() for one in group.answers.values()]
MENUS = {
    "product_menu": [*GROUPS],
    "technical_menu": [*menu.technical_guides(), menu.MORE],
    "technical_more_menu": [*menu.more_guides()],
    **{group.menu: [*group.answers] for group in GROUPS.values()},
}

KEY = {
    Language.INDONESIAN: re.compile(r", (?:tekan )?([a-z]+)\.?$"),
    Language.ENGLISH: re.compile(r", (?:press )?([a-z]+)\.?$"),
}
MAIN_MENU = {Language.INDONESIAN: "pagar", Language.ENGLISH: "hash"}
UNITS = {
    Language.INDONESIAN: ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan"],
    Language.ENGLISH: ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
}
TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
OTHERS = {
    Language.INDONESIAN: {"sepuluh": 10, "sebelas": 11, "seratus": 100, "seribu": 1000},
    Language.ENGLISH: {
        **{word: number for number, word in enumerate(TEENS, 10)},
        **{word: number * 10 for number, word in enumerate(TENS, 2)},
        "twentieth": 20,
    },
}
TIMES = {
    Language.INDONESIAN: {"puluh": 10, "ratus": 100, "ribu": 1000},
    Language.ENGLISH: {"hundred": 100, "thousand": 1000},
}
HOUR = re.compile(r"\b(\d\d)[.:]00\b")
FIGURE = re.compile(r"\d[\d.,]*\d|\d")
ELSEWHERE = re.compile(r"https?:|\bwww\b|\b[a-z]+\.(?:id|com)\b|\d|[^A-Za-z ,.?'-]")


def told(one: Article) -> tuple[Text, ...]:
    """All that an article says."""
    return (one.answer, one.person, *(step.do for step in one.steps))


ALL_STEPS = {places.step_prompt(id, step.name): step for id in GUIDES.values() for step in article(id).steps}
ALL_ANSWERS = {f"answer_{id}": told(article(id)) for id in ANSWERS}
INTROS = {f"guide_{id}": article(id) for id in GUIDES.values()}

each_language = pytest.mark.parametrize("language", Language)


def key_of(sentence: str, language: Language) -> str:
    """The key that a sentence of a menu ends with; "" when it names none."""
    found = KEY[language].search(sentence)
    return found[1] if found else ""


def words(text: str) -> int:
    return len(text.split())


def numbers(text: str, language: Language) -> set[int]:
    """The numbers said or written in a text: "dua puluh lima ribu" and "Rp25.000" are 25000, "nol enam" is 6."""
    hours = {int(hour) for hour in HOUR.findall(text)}
    written = {int(re.sub(r"[.,]", "", one)) for one in FIGURE.findall(HOUR.sub(" ", text))}
    return hours | {hour - 12 for hour in hours if hour > 12} | written | set(said(text, language))


def said(text: str, language: Language) -> Iterator[int]:
    """The numbers in words, each a run of them; single digits one after the other are a code."""
    units, others, times = UNITS[language], OTHERS[language], TIMES[language]
    for run in re.split(r"[.,;:?]", text.lower()):
        number: list[str] = []
        for word in [*re.split(r"[\s-]+", run), ""]:
            if word in units or word in others or word in times or word == "belas":
                number.append(word)
            elif number:
                yield value(number, language)
                number = []


def value(number: list[str], language: Language) -> int:
    """What a run of number words comes to."""
    units, others, times = UNITS[language], OTHERS[language], TIMES[language]
    if all(word in units for word in number):
        return int("".join(str(units.index(word)) for word in number))
    whole = part = last = 0
    for word in number:
        if word == "belas":
            part, last = part + 10, 0
        elif word in times and times[word] == 1000:
            whole, part, last = whole + max(part, 1) * 1000, 0, 0
        elif word in times:
            part, last = part - last + max(last, 1) * times[word], 0
        else:
            last = units.index(word) if word in units else others[word]
            part += last
    return whole + part


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("dua puluh lima ribu rupiah, atau seratus lima belas", "id", {25_000, 115}),
        ("Rp200.000 sampai pukul 17.00", "id", {200_000, 17, 5}),
        ("tekan bintang pagar nol enam pagar", "id", {6}),
        ("seribu atau dua ribu, dua belas, sepuluh", "id", {1000, 2000, 12, 10}),
        ("twenty-five thousand, one hundred and ten, the twentieth", "en", {25_000, 100, 10, 20}),
        ("Rp1,000 and 4G", "en", {1000, 4}),
        ("hash zero zero two hash, fifteen days", "en", {2, 15}),
    ],
)
def test_numbers_are_read_alike_in_words_and_figures(text: str, language: str, found: set[int]) -> None:
    assert numbers(text, Language(language)) == found


def test_every_article_named_is_there_and_every_guide_has_steps() -> None:
    assert all(knowledge.is_there(id) for id in ANSWERS)
    assert all(article(id).steps for id in GUIDES.values())
    assert len(set(ANSWERS)) == len(ANSWERS)
    assert len(set(GUIDES.values())) == len(GUIDES)


def test_a_menu_has_at_most_eight_keys_and_they_count_from_one() -> None:
    for name, keys in MENUS.items():
        assert keys == [str(place) for place in range(1, len(keys) + 1)], name
        assert 2 <= len(keys) <= 8, name


def test_a_key_leads_to_its_group_and_no_other_does() -> None:
    assert {key: menu.product_group(key) for key in GROUPS} == dict(GROUPS)
    assert [menu.product_group(key) for key in ("", "0", "9", "*", "#", "12")] == [None] * 6


def test_what_may_be_said_has_a_text_in_both_languages_and_nothing_else_has() -> None:
    assert set(TEXTS) == {*MENUS, *ALL_ANSWERS, *INTROS, *ALL_STEPS, "guide_ends_call"}


@each_language
@pytest.mark.parametrize("name", MENUS)
def test_a_menu_names_its_keys_in_order_and_the_way_out(name: str, language: Language) -> None:
    named = [key_of(part, language) for part in sentences(TEXTS[name].in_(language))]
    keys = [UNITS[language][int(key)] for key in MENUS[name]]
    assert named[: len(keys)] == keys
    assert MAIN_MENU[language] in named[len(keys) :]


@each_language
@pytest.mark.parametrize("name", [name for name, step in ALL_STEPS.items() if step.choices])
def test_a_choice_names_its_keys_in_the_articles_order(name: str, language: Language) -> None:
    step = ALL_STEPS[name]
    parts = sentences(TEXTS[name].in_(language))
    assert len(parts) == len(step.choices)
    for place, (part, choice) in enumerate(zip(parts, step.choices, strict=True), start=1):
        assert choice.label.in_(language).split()[0] in part
        assert key_of(part, language) == UNITS[language][place]


@each_language
@pytest.mark.parametrize("name", TEXTS)
def test_a_text_can_be_read_aloud_as_it_stands(name: str, language: Language) -> None:
    text = TEXTS[name].in_(language)
    assert not ELSEWHERE.search(text), ELSEWHERE.search(text)
    assert text[-1] in ".?"
    assert max(map(words, sentences(text))) <= 20


@each_language
def test_an_answer_takes_8_to_15_seconds_and_a_step_is_short(language: Language) -> None:
    """At some 150 words a minute."""
    for name, text in TEXTS.items():
        least, most = (6, 55) if name in MENUS else (18, 38) if name in ALL_ANSWERS else (6, 32)
        assert least <= words(text.in_(language)) <= most, name


@each_language
@pytest.mark.parametrize("name", TEXTS)
def test_a_text_uses_the_words_of_the_glossary_and_no_slang(name: str, language: Language) -> None:
    text = TEXTS[name].in_(language)
    assert not avoided_in(text, language)
    assert not SLANG.search(text)
    if language is Language.INDONESIAN:
        assert not re.search(r"\bkartu(?! SIM\b)", text, re.I)


@each_language
@pytest.mark.parametrize("name", ALL_ANSWERS)
def test_an_answer_has_no_number_that_its_article_has_not(name: str, language: Language) -> None:
    known = " ".join(part.in_(language) for part in ALL_ANSWERS[name])
    assert numbers(TEXTS[name].in_(language), language) <= numbers(known, language)


@each_language
@pytest.mark.parametrize("name", INTROS)
def test_a_guide_begins_with_no_number_that_its_article_has_not(name: str, language: Language) -> None:
    assert numbers(TEXTS[name].in_(language), language) <= numbers(INTROS[name].answer.in_(language), language)


@each_language
@pytest.mark.parametrize("name", [name for name, step in ALL_STEPS.items() if not step.choices])
def test_a_step_has_the_numbers_of_its_article(name: str, language: Language) -> None:
    step = ALL_STEPS[name]
    assert numbers(TEXTS[name].in_(language), language) == numbers(step.do.in_(language), language)


@pytest.mark.parametrize("names", [ALL_ANSWERS, ALL_STEPS, INTROS], ids=["answers", "steps", "guides"])
def test_both_languages_have_the_same_numbers(names: dict[str, object]) -> None:
    """Save one, which English often says as "a"."""
    for name in names:
        found = [numbers(TEXTS[name].in_(language), language) - {1} for language in Language]
        assert found[0] == found[1], name


def test_steps_that_end_a_call_are_steps_of_guides() -> None:
    named = content.toml("call/guides")["ends_call"]
    assert set(named) == set(GUIDES.values())
    for id, found in named.items():
        assert set(found) <= {step.name for step in article(id).steps}, id
    assert menu.ends_call("no-internet", "restart")
    assert not menu.ends_call("no-internet", "quota")
    assert not menu.ends_call("no-such-guide", "restart")
