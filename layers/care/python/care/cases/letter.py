"""What a case tells its customer, written: a template in the form of the channel, in the case's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from care.cases.case import Case
from care.channels import Form
from care.customer import Address
from care.policy import Operator
from care.reference import grouped
from care.telling import messages
from care.telling.messages import Template
from care.telling.outbox import Button, OutboxMessage, Owner
from care.words import Language


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
        "reference": grouped(case.reference),
        "team": messages.text(f"team.{case.team}", language),
        "due": messages.moment(due, language),
        **values,
    }
    names = operator.names
    body = messages.text(_key(template, form, operator), language, **names, **values)
    subject = ""
    replies: tuple[Button, ...] = ()
    match form:
        case Form.LETTER:
            body = "\n\n".join([_greeting(address, language), body, messages.text("closing.letter", language, **names)])
            subject = _subject(case, messages.text("subject", language, **names))
        case Form.CHAT:
            replies = _answers(language) if buttons else ()
        case Form.SHORT:
            pass
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


def _key(template: Template, form: Form, operator: Operator) -> str:
    """Which text it is. Where nobody can answer an SMS, none asks for it."""
    one_way = f"{template}.one_way"
    if form is Form.SHORT and not operator.takes_sms and messages.has(one_way):
        return one_way
    return f"{template}.{form}"


def _greeting(address: Address, language: Language) -> str:
    honorific = address.channel.honorific
    if address.name:
        return messages.text("greeting.letter", language, honorific=honorific, name=address.name)
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
