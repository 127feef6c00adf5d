"""What customers are told: both languages say the same, politely, and an SMS stays an SMS."""

import re
import string
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from care import conversation
from care.areas import Zone
from care.cases.opening import open_case
from care.channels import CHANNELS, VOICE, Form
from care.line import packages
from care.line.line import RefusalReason
from care.line.order import TAKEN_BACK
from care.policy import Operator
from care.telling import messages
from care.telling.messages import Template, moment
from care.words import Category, Kind, Language, Priority, Status, Team
from tests.unit.making import NOW, OPERATOR, POLICY, REFERENCE, opening

CARE = Path(conversation.__file__).parents[1]
CHAT_FUNCTION = Path(__file__).parents[2] / "functions/chat/app.py"
VALUES = {
    "operator": "XL",
    "short_number": "817",
    "sender": "Layanan 817",
    "reference": "417 220 1930",
    "due": moment(datetime(2026, 9, 30, 15, 0, tzinfo=UTC), Language.INDONESIAN),
    "honorific": "Bapak/Ibu",
    "category": "jaringan",
    "name": "Sari",
    "status": "sedang dikerjakan",
    "words": "",
    "button": "",
    "kind": "",
    "code": "482913",
    "minutes": "10",
    "answer": "",
    "package": "Bulanan 100 GB",
    "number": "+6281234567890",
    "price": "Rp1.500.000",
    "reason": messages.text("refusal.not_eligible", Language.INDONESIAN),
    "matter": messages.text("matter.information", Language.INDONESIAN),
    "priority": messages.text("priority.danger", Language.INDONESIAN),
    "regulators": messages.text("regulators.short", Language.INDONESIAN),
    "other": "417 220 1930",
    "owner": "Rina",
    "what": messages.text("notice.reopened", Language.INDONESIAN, resolver="Rina"),
    "by": "Rina",
    "resolver": "Rina",
    "level": "2",
    "score": "1",
    "before": "",
}
SLANG = re.compile(
    r"\b(?:kamu|lu|lo|gue|gw|nggak|gak|ga|aja|banget|udah|dong|deh|sih|guys|hey|gonna|wanna|oops)\b", re.I
)
# The letters of which 160 fit an SMS (3GPP TS 23.038); any other makes it 70.
GSM_7 = set(
    "@£$¥èéùìòÇ\nØøÅå_ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)


def entries() -> list[tuple[str, dict[str, str]]]:
    found: list[tuple[str, dict[str, str]]] = []

    def walk(path: str, node: object) -> None:
        assert isinstance(node, dict)
        if all(isinstance(one, str) for one in node.values()):
            found.append((path, node))
            return
        for name, one in node.items():
            walk(f"{path}.{name}" if path else name, one)

    walk("", messages._catalogue())
    return found


CATALOGUE = entries()
BY_KEY = dict(CATALOGUE)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize(("key", "texts"), CATALOGUE, ids=[key for key, _ in CATALOGUE])
def test_both_languages_say_the_same_with_the_same_values(key: str, texts: dict[str, str]) -> None:
    assert set(texts) == set(Language)
    # English has no form of address.
    assert placeholders(texts["id"]) - {"honorific"} == placeholders(texts["en"])
    for text in texts.values():
        assert text.strip()
        assert text == text.strip()
        assert not SLANG.search(text)
        assert "!" not in text


@pytest.mark.parametrize(("key", "texts"), CATALOGUE, ids=[key for key, _ in CATALOGUE])
def test_indonesian_speaks_to_anda_in_writing(key: str, texts: dict[str, str]) -> None:
    formal = key.endswith((".letter", ".short")) or key.startswith("answer.")
    assert not (formal and re.search(r"\b(?:kak|kakak)\b", texts["id"], re.I))


# What an order's messages tell besides.
ORDERED = ("package", "number", "price", "reason")
ONLY_SHORT = {Template.ANSWER, Template.CODE, Template.MISSED}
ONLY_LETTER = {Template.FIRST_AID, Template.REPLIED, Template.THANKED}
NOT_IN_CHATS = {Template.NOTICE}
MESSAGES = sorted(set(Template) - ONLY_SHORT - ONLY_LETTER - NOT_IN_CHATS)


def test_every_message_exists_in_the_form_of_every_channel() -> None:
    for name in MESSAGES:
        for form in Form:
            assert f"{name}.{form}" in BY_KEY
    for name in ONLY_SHORT:
        assert f"{name}.{Form.SHORT}" in BY_KEY
    for name in ONLY_LETTER:
        assert f"{name}.{Form.LETTER}" in BY_KEY
    for name in NOT_IN_CHATS:
        assert {f"{name}.{Form.LETTER}", f"{name}.{Form.SHORT}"} <= set(BY_KEY)
    for team in Team:
        assert f"team.{team}" in BY_KEY
    for status in Status:
        assert f"status.{status}" in BY_KEY


def test_nobody_keeps_a_text_that_nobody_says() -> None:
    """Sections are those of a list; a text of the talk is named by its code or content, or its door's."""
    sections: dict[str, set[str]] = {key.partition(".")[0]: set() for key in BY_KEY}
    for key in BY_KEY:
        sections[key.partition(".")[0]].add(key.partition(".")[2])
    said = {"subject", "greeting", "closing", "summary", "button", "talk", "chat", "note", "link", "next", "error"}
    lists: dict[str, Iterable[str]] = {
        "team": Team,
        "status": Status,
        "page": Status,
        "category": Category,
        "matter": Kind,
        "priority": Priority,
        "regulators": ("text", "short"),
        "opening": ("complaint", "first"),
        "refusal": [*RefusalReason, TAKEN_BACK],
    }
    assert set(sections) == {*Template, *said, *lists}
    for section, known in lists.items():
        assert sections[section] == set(known), section
    code = "".join(path.read_text(encoding="utf-8") for path in CARE.rglob("*.py"))
    assert {key for key in sections["note"] if f'"note.{key}"' not in code} == set()
    told = {key for key in sections["notice"] if key not in {"subject", *Form}}
    which = {"warning_response", "warning_resolution"}
    assert {key for key in told - which if f'notify("{key}"' not in code} == set()
    talks = [*(CARE / "conversation").glob("*.py"), *(CARE / "content/conversation").glob("*.toml")]
    sources = [*talks, CARE / "doors/sms.py", CHAT_FUNCTION]
    written = " ".join(path.read_text(encoding="utf-8") for path in sources)
    named, made = set(re.findall(r"\w+", written)), tuple(re.findall(r'"(\w+_)\{', written))
    keys = {
        re.sub("^button_|_short$|_salam$|_again(?=$|_salam)", "", key) for key in sections["talk"] | sections["chat"]
    }
    assert {key for key in keys if key not in named and not key.startswith(made)} == set()


SHORT = sorted(
    key
    for key in BY_KEY
    if (key.endswith((".short", ".one_way")) and not key.startswith("link.")) or key.startswith("answer.")
)
# Words that ask for an answer by the way the words came, and what the answer would be.
ASKS_TO_ANSWER = re.compile(
    r"\b(?:(?:mem)?balas|(?<!penanggung )jawab|jawablah|ketik|reply|respond|1-5|(?-i:BELUM)|not yet)\b", re.I
)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("key", SHORT)
@pytest.mark.parametrize("team", Team)
def test_an_sms_takes_at_most_two_parts_of_plain_letters(key: str, language: Language, team: Team) -> None:
    values = {**VALUES, "team": messages.text(f"team.{team}", language)}
    text = messages.text(key, language, **values)
    assert set(text) <= GSM_7
    assert len(text) <= (160 if key.partition(".")[0] in ("thanks", "reply", "answered") else 306)
    within = key in ("answer.short", "answer.due", "answer.which", "answer.silent", "regulators.short")
    assert "XL 817" in text or within, "an answer comes from the number that was written to"


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("template", MESSAGES)
@pytest.mark.parametrize("takes_sms", [True, False])
def test_an_sms_that_nobody_can_answer_asks_for_no_answer(
    template: Template, language: Language, takes_sms: bool
) -> None:
    opened = open_case(opening(channel=VOICE, language=language), NOW, POLICY, replace(OPERATOR, takes_sms=takes_sms))
    told = dict.fromkeys((*ORDERED, "other", "what", "category", "priority", "owner"), "x")
    opened.tell(template, "key", values={"words": "Sudah kami perbaiki.", **told})
    (message,) = opened.outbox
    asks = template in (Template.QUESTION, Template.REMINDER, Template.RESOLVED, Template.NEEDED)
    assert bool(ASKS_TO_ANSWER.search(message.text)) == (takes_sms and asks)
    if asks and not takes_sms:
        assert message.text.count(OPERATOR.short_number) >= 2, "it is named as the sender, and as what to call"


def test_only_what_can_be_said_to_whoever_cannot_answer_stands_twice() -> None:
    twice = {key.partition(".")[0] for key in BY_KEY if key.endswith(".one_way")}
    assert twice == {
        Template.QUESTION,
        Template.REMINDER,
        Template.REPLY,
        Template.ANSWERED,
        Template.NEEDED,
        Template.NUDGE,
        Template.RESOLVED,
        Template.MISSED,
    }
    silent = {name for name in Template if name not in twice and name not in ONLY_LETTER}
    assert not [name for name in silent if ASKS_TO_ANSWER.search(BY_KEY[f"{name}.short"]["en"])]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", sorted(set(Template) - ONLY_LETTER))
def test_a_short_message_is_sent_whatever_it_names(name: Template, language: Language) -> None:
    """With an agent's words it is the desk that counts."""
    names = dict.fromkeys(("operator", "sender", "number", "code", "minutes", "price"), "W" * 100)
    longest = {
        **names,
        "short_number": "8" * 6,
        "reference": VALUES["reference"],
        "due": VALUES["due"],
        "words": "",
        "other": VALUES["other"],
        "what": VALUES["what"],
        "owner": "W" * 100,
        "category": max((messages.text(f"category.{one}", language) for one in Category), key=len),
        "matter": max((messages.text(f"matter.{one}", language) for one in Kind), key=len),
        "priority": max((messages.text(f"priority.{one}", language) for one in Priority), key=len),
        "regulators": messages.text("regulators.short", language),
        "link": "W" * 100,
        "team": max((messages.text(f"team.{team}", language) for team in Team), key=len),
        "reason": max((messages.text(f"refusal.{one}", language) for one in RefusalReason), key=len),
        "package": max((one.name for one in packages.packages().values()), key=len),
    }
    text = messages.text(f"{name}.{Form.SHORT}", language, **longest)
    for channel in CHANNELS:
        if channel.form is Form.SHORT:
            assert channel.takes(text)
            assert not channel.takes(text + "x" * 1601)


@pytest.mark.parametrize("language", Language)
def test_no_placeholder_is_left(language: Language) -> None:
    for key, texts in CATALOGUE:
        needed = {name: VALUES.get(name, "x") for name in placeholders(texts[language])}
        assert "{" not in messages.text(key, language, **needed)


def test_a_missing_text_or_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        messages.text("acknowledgement.letter", Language.ENGLISH)
    with pytest.raises(KeyError):
        messages.text("acknowledgement.short", Language.ENGLISH)


def test_a_customers_braces_are_only_text() -> None:
    assert messages.text("reply.letter", Language.ENGLISH, words="{reference} {0} %s") == "{reference} {0} %s"


def test_times_name_their_zone() -> None:
    at = datetime(2026, 12, 31, 17, 5, tzinfo=UTC)
    assert moment(at, Language.INDONESIAN) == "1 Januari 2027 00.05 WIB"
    assert moment(at, Language.ENGLISH) == "1 January 2027 00:05 WIB"
    assert moment(NOW, Language.ENGLISH).endswith("WIB")


@pytest.mark.parametrize(
    ("zone", "id", "en"),
    [
        (Zone.WIB, "25 November 2026 23.05 WIB", "25 November 2026 23:05 WIB"),
        (Zone.WITA, "26 November 2026 00.05 WITA", "26 November 2026 00:05 WITA"),
        (Zone.WIT, "26 November 2026 01.05 WIT", "26 November 2026 01:05 WIT"),
    ],
)
def test_times_are_those_of_the_customers_zone(zone: Zone, id: str, en: str) -> None:
    at = datetime(2026, 11, 25, 16, 5, tzinfo=UTC)
    assert moment(at, Language.INDONESIAN, zone) == id
    assert moment(at, Language.ENGLISH, zone) == en


def test_the_operator_is_named_by_its_parameters() -> None:
    other = Operator("Contoh", "123", "Layanan Contoh")
    assert other.name in messages.text("thanks.short", Language.ENGLISH, **{**VALUES, "operator": other.name})
    assert OPERATOR.name != other.name
    assert len(REFERENCE) == 10
