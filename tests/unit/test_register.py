"""How we speak to customers, on every text they can get."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given

from care.cases.opening import Party, open_case
from care.channels import EMAIL, Form
from care.customer import Address
from care.reading.wishes import fitting_address, own_name, wished_address
from care.words import Kind, Language
from tests.unit.making import ANY_TEXT, NOW, OPERATOR, POLICY, opening

ROOT = Path(__file__).parents[2]
CONTENT = ROOT / "layers/care/python/care/content"
# What is read, not said: how customers write, and what the texts are made of.
NOT_SAID = {"triage.toml", "policy.toml", "glossary.toml", "phrases.toml", "checklists.toml", "places.toml"}
CUSTOMERS_WORDS = {"search_words", "asked_on", "avoid", "source"}

SLANG = {
    "id": re.compile(
        r"\b(?:gue|gua|gw|lo|lu|elo|kamu|kalian|aku|ng?gak?|ngga|enggak|ga|udah|udh|aja|dong|deh|sih|nih|tuh|banget|bgt"
        r"|kok|yuk|gimana|kayak|kek|makasih|thx|min|mimin|gan|sis|bro|bos|say|sob|oke|ok|cuma|bikin|kalo|tau|pake|ngecek|loh"
        r"|lho|gapapa|mager|kepo|santuy|baper|receh|btw|pls|hp)\b",
        re.I,
    ),
    "en": re.compile(
        r"\b(?:gonna|wanna|gotta|yeah|yep|nope|hey|guys|lol|oops|awesome|cool|gotcha|kinda|no worries|hang tight|btw"
        r"|asap|ok|okay|pls|thx|buddy|dude|folks)\b",
        re.I,
    ),
}
APOLOGY = re.compile(r"\bmaaf\b|\bmenyesal\b|\bsorry\b|\bapolog|\bregret", re.I)
ONE_SEX = re.compile(
    r"\b(?:mas|mbak|pak|bu|tuan|nyonya|nona|mrs?|ms|sir|madam|ma'am)\b",
    re.I,
)
BOTH = re.compile(r"Bapak(?:/| atau )Ibu")
ELDER = re.compile(r"\b(?:Bapak|Ibu)\b", re.I)
FRIEND = re.compile(r"\bKak(?:ak)?\b", re.I)


class Said(NamedTuple):
    """One text: where it stands, its language, and for which form, ``any`` for all channels."""

    place: str
    language: str
    form: str
    text: str


# Placeholders, and what the customer is told to write.
_FILLED_IN = re.compile(r"\{\w+\}|(?:misalnya|for example): [^.]*")


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(value, dict):
        for name, one in value.items():
            if name not in CUSTOMERS_WORDS:
                yield from _leaves(one, (*path, name))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _leaves(one, (*path, str(number)))
    elif isinstance(value, str):
        yield path, value


def _form(file: str, path: tuple[str, ...]) -> str:
    if file != "messages.toml":
        return "any"
    if path[0] in ("chat", "button"):
        return "chat"
    return path[1] if path[1] in set(Form) else "any"


def _texts() -> Iterator[Said]:
    for file in sorted(CONTENT.rglob("*.toml")):
        if file.name in NOT_SAID:
            continue
        for path, text in _leaves(tomllib.loads(file.read_text(encoding="utf-8"))):
            if path[-1] in ("id", "en") and len(path) > 1:
                name = f"{file.relative_to(CONTENT).as_posix()} {'.'.join(path)}"
                yield Said(name, path[-1], _form(file.name, path), _FILLED_IN.sub("", text))
    for name, entry in tomllib.loads((ROOT / "flows/prompts/texts.toml").read_text(encoding="utf-8")).items():
        both = entry["both"].split(" / ") if "both" in entry else (entry["id"], entry["en"])
        for language, part in zip(("id", "en"), both, strict=True):
            yield Said(f"texts.toml {name}", language, "voice", part)


TEXTS = list(_texts())


def those(*forms: str) -> list[Said]:
    found = [one for one in TEXTS if one.form in forms]
    assert found, f"no texts for {forms}"
    return found


def test_every_kind_of_text_is_looked_at() -> None:
    files = {one.place.split()[0].split("/")[0] for one in TEXTS}
    assert files >= {"messages.toml", "articles", "packages", "texts.toml"}
    assert {one.form for one in TEXTS} == {"chat", "letter", "short", "voice", "any"}
    assert {one.language for one in TEXTS} == {"id", "en"}


@pytest.mark.parametrize("language", ["id", "en"])
def test_we_never_speak_slang(language: str) -> None:
    spoken = {
        one.place: found for one in TEXTS if one.language == language and (found := SLANG[language].findall(one.text))
    }
    assert spoken == {}


def test_an_apology_is_made_once_a_text() -> None:
    assert [one.place for one in TEXTS if len(APOLOGY.findall(one.text)) > 1] == []


def test_a_text_never_takes_the_customer_for_a_man_or_a_woman() -> None:
    assert [one.place for one in TEXTS if ONE_SEX.search(one.text) or ELDER.search(BOTH.sub("", one.text))] == []


def test_mail_sms_and_phone_never_say_kak() -> None:
    assert [one.place for one in those("letter", "short", "voice") if FRIEND.search(one.text)] == []


def test_chat_never_says_bapak_or_ibu() -> None:
    assert [one.place for one in those("chat") if ELDER.search(one.text)] == []


def test_what_every_channel_says_suits_every_channel() -> None:
    shared = [one for one in those("any") if not one.place.startswith("messages.toml greeting")]
    assert [one.place for one in shared if FRIEND.search(one.text) or ELDER.search(one.text)] == []


def test_english_has_no_forms_of_address() -> None:
    english = [one for one in TEXTS if one.language == "en"]
    assert [one.place for one in english if FRIEND.search(one.text) or ELDER.search(one.text)] == []


def test_who_answers_is_saya_in_a_talk_and_kami_elsewhere_and_the_customer_is_anda() -> None:
    indonesian = [one for one in TEXTS if one.language == "id"]
    # What is written on a button is said by the customer.
    ours = [one for one in indonesian if "button" not in one.place and "label" not in one.place]
    elsewhere = [one for one in ours if not one.place.startswith("messages.toml talk.")]
    assert [one.place for one in elsewhere if re.search(r"\bsaya\b", one.text, re.I)] == []
    assert [one.place for one in ours if re.search(r"\banda\b", one.text)] == []
    assert sum("kami" in one.text for one in ours) > 50


@pytest.mark.parametrize("name", ["Sari", "Budi", "Siti Nurhalizah", "Ni Luh Putu Ayu Lestari", "O"])
def test_a_mail_greets_by_the_whole_name_and_guesses_nothing(name: str) -> None:
    assert _mail(name).splitlines()[0] == f"Yth. Bapak/Ibu {name},"
    assert _mail(name).replace(name, "…") == _mail("Wayan").replace("Wayan", "…")
    assert _mail(name, Language.ENGLISH).splitlines()[0] == f"Dear {name},"


def _mail(name: str, language: Language = Language.INDONESIAN) -> str:
    at = Address(channel=EMAIL, value="pelanggan@pelanggan.example", name=name)
    one = replace(opening(Kind.SUGGESTION, language=language), party=Party(EMAIL, "contact-1", at))
    return open_case(one, NOW, POLICY, OPERATOR).outbox[0].text


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("panggil saya Mas Budi", "Mas Budi"),
        ("Panggil saya Mas Budi saja ya kak", "Mas Budi"),
        ("tolong panggil saya dengan Ibu Sari.", "Ibu Sari"),
        ("panggil aja Sari", "Sari"),
        ("panggil Sari aja kak", "Sari"),
        ("panggil bapak aja", "Bapak"),
        ("panggil aku mbak ayu ya", "Mbak Ayu"),
        ("panggil saya Ni Luh Putu Ayu", "Ni Luh Putu Ayu"),
        ("panggil saya Bro Andi", "Andi"),
        ("call me Sari", "Sari"),
        ("Please call me Mr. Tan, thanks", "Mr. Tan"),
        ("you can call me O'Brien", "O'Brien"),
        ("jangan panggil Kak", ""),
        ("jangan panggil saya kak, panggil Ibu saja", "Ibu"),
        ("saya bukan anak muda, jangan dipanggil kak. Panggil saya Pak Hasan", "Pak Hasan"),
        ("Mas, jgn panggil kak dong, saya laki2 50 th", ""),
        ("gausah panggil kak", ""),
        ("ga usah dipanggil kak ya", ""),
        ("gak perlu panggil saya kak, panggil Pak Budi aja", "Pak Budi"),
        ("don't call me sir", ""),
        ("please stop calling me Kak, call me Dewi", "Dewi"),
        ("call me back tomorrow", None),
        ("please call me at 0817 000 0001", None),
        ("call me when it is done", None),
        ("panggil saya nanti kalau sudah selesai", None),
        ("tolong panggil petugas", None),
        ("panggilan saya terputus terus", None),
        ("nama saya Budi", None),
        ("panggil aku sayang", None),
        ("panggil saya anjing", None),
        ("", None),
    ],
)
def test_how_a_customer_wishes_to_be_addressed(text: str, wish: str | None) -> None:
    assert wished_address(text) == wish


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Selamat siang Nak, bapak mau lapor", "Bapak"),
        ("Selamat siang Nak,", "Bapak/Ibu"),
        ("Assalamualaikum Nak.", "Bapak/Ibu"),
        ("Assalamualaikum Nak. Ibu mau tanya, bagaimana caranya mengisi pulsa?", "Ibu"),
        ("Ibu tidak bisa pakai HP pintar Nak", "Ibu"),
        ("Bapak di Magelang Nak", "Bapak"),
        ("bapak mau lapor", "Bapak"),
        ("ibu kurang paham", "Ibu"),
        ("saya Ibu Tini", "Ibu"),
        ("terima kasih ya nak", "Bapak/Ibu"),
        ("ibu saya tidak bisa telpon", ""),
        ("ibu tidak bisa telpon", ""),
        ("bapak mau beli paket apa", ""),
        ("kata bapak mau lapor", ""),
        ("nak saya sakit", ""),
        ("mau beli paket anak", ""),
        ("halo kak", ""),
    ],
)
def test_how_to_speak_to_who_shows_it(text: str, form: str) -> None:
    assert fitting_address(text) == form


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("nama saya Putri", "Putri"),
        ("halo kak, nama saya Budi Santoso", "Budi Santoso"),
        ("namaku rina", "Rina"),
        ("my name is Sam", "Sam"),
        ("nama saya salah di aplikasi", ""),
        ("nama saya kok beda di tagihan", ""),
        ("nama saya Putri, internet mati", ""),
        ("nama kamu siapa", ""),
    ],
)
def test_a_name_said_alone(text: str, name: str) -> None:
    assert own_name(text) == name


@given(ANY_TEXT)
def test_any_text_wishes_for_a_name_or_nothing(text: str) -> None:
    wish = wished_address(text)
    assert wish is None or (len(wish) <= 40 and "\n" not in wish and "{" not in wish)
