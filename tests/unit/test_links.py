"""The link in a message: who may make it, how long a key is good, and how it gets into what is sent."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from care.cases import letter
from care.cases.case import Case
from care.channels import CHAT, EMAIL, SMS, VOICE, Channel
from care.customer import Address
from care.reference import derive
from care.services.secrets import KEPT_SECONDS, Secrets
from care.telling import links, messages, signing
from care.telling.links import LONGEST, PLACEHOLDER, Links
from care.telling.messages import Template
from care.telling.outbox import OutboxMessage
from care.telling.signing import Keys
from care.words import Language, Team
from operations.rotate import READ_BY_ALL, rotated
from operations.stack import Refusal
from tests.unit.making import ADDRESSES, NOW, OPERATOR, REFERENCE, opened
from tests.unit.test_messages import BY_KEY, GSM_7, VALUES

KEYS = Keys(current="k" * 64)
LINKS = Links(KEYS, "https://d1234567890abc.cloudfront.net")
PAGED = replace(OPERATOR, has_pages=True)
LATER = NOW + timedelta(days=30)


def test_a_link_opens_its_case_and_no_other() -> None:
    token = LINKS.token(REFERENCE, NOW)
    assert LINKS.of(REFERENCE, NOW) == f"https://d1234567890abc.cloudfront.net/status/#{token}"
    assert LINKS.case_of(token) == LINKS.case_of(token.upper()) == REFERENCE
    assert LINKS.case_of(token.replace(REFERENCE, derive("another"))) == ""
    assert Links(Keys(current="o" * 64)).case_of(token) == ""
    assert (len(token) - len(REFERENCE)) * 5 >= 80, "bits"
    assert len(LINKS.of(REFERENCE, NOW)) <= LONGEST


@given(st.integers(0, 25), st.characters())
def test_no_other_token_does(place: int, other: str) -> None:
    token = LINKS.token(REFERENCE, NOW)
    changed = token[:place] + other + token[place + 1 :]
    assert (LINKS.case_of(changed) == REFERENCE) == (changed.lower() == token)
    assert LINKS.case_of(token[:place]) == ""
    assert LINKS.case_of(token + other) == ""


def test_what_is_signed_for_one_thing_is_worth_nothing_for_another() -> None:
    signed = KEYS.sign(("reply", REFERENCE), 16, NOW)
    assert LINKS.case_of(REFERENCE + signed) == ""


@given(st.text(st.characters()))
def test_any_text_is_read(text: str) -> None:
    assert LINKS.case_of(text) == ""


# ---- keys ------------------------------------------------------------------------------------------------------------


def test_a_link_is_good_until_the_second_rotation() -> None:
    token = LINKS.token(REFERENCE, NOW)
    once = rotated(KEYS, NOW)
    twice = rotated(once, LATER)
    assert Links(once).case_of(token) == REFERENCE
    assert Links(twice).case_of(token) == ""
    assert Links(twice).case_of(Links(once).token(REFERENCE, LATER)) == REFERENCE


def test_a_new_key_signs_when_every_function_has_read_it() -> None:
    """Who read the keys just before the rotation has to know what is signed just after it."""
    new = rotated(KEYS, NOW)
    soon, later = NOW + timedelta(seconds=KEPT_SECONDS), NOW + READ_BY_ALL
    assert LINKS.case_of(Links(new).token(REFERENCE, soon)) == REFERENCE
    assert LINKS.case_of(Links(new).token(REFERENCE, later)) == ""
    assert Links(new).case_of(Links(new).token(REFERENCE, later)) == REFERENCE
    with pytest.raises(Refusal, match="rotate after that"):
        rotated(new, soon)


def test_the_secret_as_cloudformation_makes_it_is_read_and_a_rotated_one_again() -> None:
    assert signing.read('{"current": "' + "k" * 64 + '"}') == KEYS
    new = rotated(KEYS, NOW)
    assert signing.read(new.model_dump_json()) == new
    assert len(new.current) == 64
    assert new.current != KEYS.current


@pytest.mark.parametrize("secret", ["", "{}", "k" * 64, '{"current": "short"}'])
def test_what_is_no_key_signs_nothing_and_is_not_repeated(secret: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        signing.read(secret)
    assert "short" not in str(wrong.value).replace("too_short", "")


class FakeSecretsManager:
    """Gives what it is told, or fails."""

    words: str | None = "one"
    asked = 0

    def get_secret_value(self, **_: Any) -> dict[str, str]:
        self.asked += 1
        if self.words is None:
            raise ClientError({"Error": {"Code": "InternalServiceError"}}, "GetSecretValue")
        return {"SecretString": self.words}


def test_a_secret_is_read_again_after_some_minutes_and_stands_while_it_cannot_be() -> None:
    manager, now = FakeSecretsManager(), [0.0]
    secrets = Secrets(manager, lambda: now[0])  # type: ignore[arg-type]
    manager.words = None
    with pytest.raises(ClientError):
        secrets.value("arn")
    manager.words = "one"
    assert [secrets.value("arn"), secrets.value("arn")] == ["one", "one"]
    assert manager.asked == 2
    manager.words = "two"
    now[0] += KEPT_SECONDS - 1
    assert secrets.value("arn") == "one"
    now[0] += 1
    assert secrets.value("arn") == "two"
    manager.words = None
    now[0] += KEPT_SECONDS
    assert [secrets.value("arn"), secrets.value("arn")] == ["two", "two"]
    assert manager.asked == 4, "it is not asked again at once"


# ---- in what is sent -------------------------------------------------------------------------------------------------


def written(
    template: Template, channel: Channel, *, pages: bool = True, takes_sms: bool = True, name: str = "Sari"
) -> OutboxMessage:
    case: Case = opened(channel=channel).case
    operator = replace(PAGED if pages else OPERATOR, takes_sms=takes_sms)
    address: Address = ADDRESSES[channel].evolve(name=name)
    words = {"words": "Kami periksa, Ibu Sari.", "answer": ""}
    return letter.write(case, address, operator, template, "key", NOW, NOW, words, buttons=False)


@pytest.mark.parametrize("template", [Template.ACKNOWLEDGEMENT, Template.QUESTION, Template.REPLY, Template.THANKS])
@pytest.mark.parametrize("channel", [EMAIL, SMS, VOICE])
@pytest.mark.parametrize("takes_sms", [True, False])
def test_what_a_customer_gets_has_the_link_once_where_there_are_pages(
    template: Template, channel: Channel, takes_sms: bool
) -> None:
    text = written(template, channel, takes_sms=takes_sms).text
    assert text.count(PLACEHOLDER) == 1
    assert PLACEHOLDER not in written(template, channel, pages=False, takes_sms=takes_sms).text
    filled = LINKS.filled(text, REFERENCE, NOW)
    assert LINKS.of(REFERENCE, NOW) in filled.split()
    assert links.length(text) >= len(filled)


def test_in_a_chat_there_is_none_for_it_shows_the_case_itself() -> None:
    assert PLACEHOLDER not in written(Template.ACKNOWLEDGEMENT, CHAT).text


@pytest.mark.parametrize("template", [Template.QUESTION, Template.REMINDER])
def test_who_cannot_answer_an_sms_answers_on_the_page_or_calls(template: Template) -> None:
    text = written(template, VOICE, takes_sms=False).text
    assert PLACEHOLDER in text
    assert text.count(OPERATOR.short_number) == 2
    assert "balas" not in text.lower()


@pytest.mark.parametrize("channel", [EMAIL, SMS])
@pytest.mark.parametrize("takes_sms", [True, False])
def test_the_page_shows_what_was_said_without_greeting_name_and_link(channel: Channel, takes_sms: bool) -> None:
    said = letter.said(written(Template.REPLY, channel, takes_sms=takes_sms))
    assert "Kami periksa, Ibu …." in said
    assert not [one for one in ("Sari", "Yth.", "Salam", PLACEHOLDER, "Status:") if one in said]
    assert said == said.strip()


ABOUT_A_CASE = sorted(key for key in BY_KEY if key.partition(".")[0] in set(Template) - {"code", "answer", "notice"})


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("key", [key for key in ABOUT_A_CASE if key.endswith((".short", ".by_link"))])
@pytest.mark.parametrize("team", Team)
def test_an_sms_takes_at_most_two_parts_with_its_link(key: str, language: Language, team: Team) -> None:
    link = LINKS.of(REFERENCE, NOW)
    values = {**VALUES, "team": messages.text(f"team.{team}", language), "link": link}
    text = messages.text(key, language, **values)
    if key.endswith(".short"):
        text += "\n" + messages.text("link.short", language, link=link)
    assert set(text) <= GSM_7
    assert text.count(link) == 1
    assert len(text) <= (200 if key.partition(".")[0] in ("reply", "answered") else 306)
