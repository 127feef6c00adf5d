"""What a case tells its customer, written: a template in the form of the channel, in the case's language."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from care.cases.case import Case
from care.channels import Form
from care.customer import Address
from care.policy import Operator
from care.reading import wishes
from care.reference import grouped
from care.telling import links, messages
from care.telling.messages import Template
from care.telling.outbox import Button, OutboxMessage, Owner
from care.words import Language

_NAME = 3
"""A word of a name that has fewer letters is not known for one."""


def write(
    case: Case,
    address: Address,
    operator: Operator,
    template: Template,
    key: str,
    now: datetime,
    due: datetime,
    values: Mapping[str, str],
    *,
    buttons: bool,
) -> OutboxMessage:
    """The message. ``values`` are the template's own; the reference, the team and ``due`` are there for all.

    A letter also has its greeting, its closing and a subject; only a chat's line has buttons.
    """
    language, form = case.language, address.channel.form
    values = {
        **_named(case, language),
        "due": messages.moment(due, language, case.clock, in_full=form is Form.LETTER),
        "regulators": messages.text("regulators.short" if form is Form.SHORT else "regulators.text", language),
        "link": links.PLACEHOLDER,
        "opening": messages.text("opening.first" if case.priority.goes_first else "opening.complaint", language),
        **values,
    }
    names = operator.names
    body = messages.text(_key(template, form, operator), language, **names, **values)
    subject = ""
    replies: tuple[Button, ...] = ()
    match form:
        case Form.LETTER:
            closing = messages.text("closing.letter", language, **names)
            body = "\n\n".join([_greeting(address, language), _linked(body, form, operator, language), closing])
            subject = _subject(case, messages.text("subject", language, **names))
        case Form.CHAT:
            replies = _answers(language) if buttons else ()
        case Form.SHORT:
            body = _linked(body, form, operator, language)
        case _:
            assert_never(form)
    return OutboxMessage(
        owner=Owner(case=case.reference),
        key=key,
        template=template,
        values=values,
        address=address,
        language=language,
        text=body,
        subject=subject,
        buttons=replies,
        thread=case.thread,
        due_at=now,
        opened_at=case.opened_at,
    )


def notice(
    case: Case, person: Address, operator: Operator, why: str, key: str, now: datetime, values: Mapping[str, str]
) -> OutboxMessage:
    """A message to one of the operator's own people: what is with which case, and nothing its customer wrote."""
    language = Language.INDONESIAN
    values = {
        **operator.names,
        **_named(case, language),
        "name": person.name,
        "category": messages.text(f"category.{case.category}", language),
        "priority": messages.text(f"priority.{case.priority}", language),
        "due": messages.moment(case.due_at, language, in_full=True),
        "owner": case.owner or "-",
        **values,
    }
    values |= {"what": messages.text(f"notice.{why}", language, **values)}
    return OutboxMessage(
        owner=Owner(case=case.reference),
        key=key,
        template=Template.NOTICE,
        values=values,
        address=person,
        language=language,
        text=messages.text(f"{Template.NOTICE}.{person.channel.form}", language, **values),
        subject=messages.text("notice.subject", language, **values),
        due_at=now,
    )


def _named(case: Case, language: Language) -> dict[str, str]:
    """What names the case to whoever reads of it."""
    return {
        "reference": grouped(case.reference),
        "team": messages.text(f"team.{case.team}", language),
        "matter": messages.text(f"matter.{case.kind}", language),
    }


def _key(template: Template, form: Form, operator: Operator) -> str:
    """Which text it is. Where nobody can answer an SMS, it leads to the page of the case, or asks for a call."""
    if form is Form.SHORT and not operator.takes_sms:
        ways = ("by_link", "one_way") if operator.has_pages else ("one_way",)
        written = [key for key in (f"{template}.{way}" for way in ways) if messages.has(key)]
        if written:
            return written[0]
    return f"{template}.{form}"


def _linked(body: str, form: Form, operator: Operator, language: Language) -> str:
    """With the link to the page of the case, where there is one and the words have it not; a letter tells the other way
    to the status where there is none. A chat is its own page.
    """
    if links.PLACEHOLDER in body:
        return body
    if not operator.has_pages:
        by_phone = messages.text("link.none", language, **operator.names)
        return f"{body}\n\n{by_phone}" if form is Form.LETTER else body
    break_ = "\n\n" if form is Form.LETTER else "\n"
    return f"{body}{break_}{messages.text(f'link.{form}', language, link=links.PLACEHOLDER)}"


def said(message: OutboxMessage) -> str:
    """What a message says, as its own page shows it: without the greeting, the closing and the link.

    The name of its customer is left out wherever it stands, and so are his own words, for a link may be passed on.
    """
    text = message.text
    if message.address.channel.form is Form.LETTER:
        own = messages.text("talk.letter_words", message.language, words="")[:-1]
        lines = [line for line in text.splitlines() if not line.startswith(own)]
        text = "\n\n".join(one for one in "\n".join(lines).split("\n\n")[1:-1] if links.PLACEHOLDER not in one)
    here = messages.text("link.here", message.language)
    names = [re.escape(one) for one in message.address.name.split() if len(one) >= _NAME]
    text = text.replace(messages.text("link.short", message.language, link=links.PLACEHOLDER), "").strip()
    text = text.replace(links.PLACEHOLDER, here)
    return re.sub(rf"\b(?:{'|'.join(names)})\b", "…", text) if names else text


def _greeting(address: Address, language: Language) -> str:
    form, name = wishes.form_and_name(address.name)
    honorific = form or address.channel.honorific
    if name:
        return messages.text("greeting.letter", language, honorific=honorific, name=name)
    return messages.text("greeting.letter_unnamed", language, honorific=honorific)


def _subject(case: Case, unthreaded: str) -> str:
    """Answers keep the customer's subject, so that mail clients thread them, and carry the reference."""
    subject = case.thread.subject if case.thread else ""
    if not subject:
        return f"{unthreaded} [#{case.reference}]"
    prefixed = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    return prefixed if case.reference in prefixed else f"{prefixed} [#{case.reference}]"


def _answers(language: Language) -> tuple[Button, ...]:
    """What "is it solved, how satisfied are you?" is answered with at a touch; ``satisfaction`` reads it."""
    return tuple(
        Button(label=messages.text(f"button.{name}", language), text=messages.text(f"button.{name}_sends", language))
        for name in ("satisfied", "content", "dissatisfied")
    )
