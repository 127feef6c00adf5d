"""A line is proven by a code in a talk or a call: codes sent and tried, each within its limits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from care.centre import Centre
from care.channels import SMS
from care.contacts.contact import Contact
from care.customer import Address, hashed
from care.line import proof
from care.line.asking import CodeSent, CodeTried, NoSystem, TooManyCodes
from care.line.line import Line, Unavailable
from care.line.proof import Checked, Proven
from care.services.table.tallies import Tally
from care.telling import messages
from care.telling.messages import Template
from care.telling.outbox import OutboxMessage, Owner
from care.words import Language


@dataclass(frozen=True)
class Step:
    """What a code sent or tried came to, and what it changes: its contact, what is counted, what becomes due."""

    outcome: CodeSent | TooManyCodes | NoSystem | CodeTried
    contact: Contact
    tallies: tuple[Tally, ...] = ()
    due: tuple[OutboxMessage, ...] = ()


def codes_to(number: str) -> str:
    """Under which codes to a number are counted."""
    return hashed(f"code:{number}")


def wrong_for(number: str) -> str:
    """Under which wrong codes for a number are counted."""
    return hashed(f"wrong-code:{number}")


def line(centre: Centre, number: str) -> Line | None:
    """A number's line; raises ``Unavailable`` where the operator's system is not there or does not answer."""
    if centre.system is None:
        raise Unavailable
    return centre.system.line(number)


def send(
    centre: Centre,
    contact: Contact,
    number: str,
    event_id: str,
    language: Language,
    now: datetime,
    is_over: Callable[[str, int], bool],
) -> Step:
    """A code to a number, unless it has had its codes of today. ``is_over(who, most)`` tells a limit.

    Whoever's number it is, the same is done and answered; only what is sent differs.
    """
    who, most = codes_to(number), centre.policy.proof.codes_to_number_a_day
    if is_over(who, most):
        return Step(TooManyCodes(), contact)
    try:
        known = line(centre, number)
    except Unavailable:
        return Step(NoSystem(), contact)
    begun, code = proof.begin(number, now)
    due = (_message(centre, contact, number, code, event_id, language, now),) if known else ()
    return Step(CodeSent(), contact.evolve(proof=begun), (Tally(who, now, most),), due)


def check(centre: Centre, contact: Contact, code: str, now: datetime, is_over: Callable[[str, int], bool]) -> Step:
    """A code is tried. Past the limit of wrong codes for its number, whoever tried them, none is right."""
    begun, policy = contact.proof, centre.policy
    if begun is None:
        return Step(CodeTried(Checked.EXPIRED), contact)
    who, most = wrong_for(begun.number), policy.proof.wrong_of_number_a_day
    if is_over(who, most):
        return Step(CodeTried(Checked.TOO_MANY), contact.evolve(proof=None))
    checked, kept = proof.check(begun, code, policy, now)
    contact = contact.evolve(proof=kept)
    if checked is Checked.PROVEN:
        contact = contact.evolve(proven=Proven(number=begun.number, at=now))
    wrong = checked in (Checked.WRONG, Checked.TOO_MANY)
    left = policy.proof.tries - kept.tries if kept else 0
    return Step(CodeTried(checked, left), contact, (Tally(who, now, most),) if wrong else ())


def proven(centre: Centre, contact: Contact, now: datetime) -> str:
    """The number proven in a contact, while that holds; "" when there is none."""
    known = contact.proven
    return known.number if known and known.holds(centre.policy, now) else ""


def _message(
    centre: Centre, contact: Contact, number: str, code: str, event_id: str, language: Language, now: datetime
) -> OutboxMessage:
    values = {"code": code, "minutes": f"{centre.policy.proof.minutes:g}"}
    return OutboxMessage(
        owner=Owner(contact=contact.contact_id),
        key=f"code-{hashed(event_id)[:16]}",
        template=Template.CODE,
        values=values,
        address=Address(channel=SMS, value=number),
        language=language,
        text=messages.text(f"{Template.CODE}.{SMS.form}", language, **values, **centre.operator.names),
        due_at=now,
        secret=True,
    )
