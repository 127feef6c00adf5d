"""A call: each Lambda block of the contact flow is one event."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import assert_never

from care import phone, reference
from care.cases.case import Case
from care.cases.draft import Draft
from care.cases.hearing import hear
from care.cases.lifecycle import is_unresolved
from care.cases.opening import Opening, Party
from care.cases.timeline import What
from care.centre import Centre
from care.channels import VOICE
from care.contacts.contact import Entry, EntryKind
from care.customer import Address, hashed
from care.doors import accepting
from care.doors.accepting import Accepted, Asker, once, with_free_reference_within_limits, within_limits
from care.services.table.items import NotFound
from care.services.table.tallies import Tally, guesses_at
from care.telling import messages
from care.words import CARE, Attention, Category, Kind, Language, Priority, Status


class Operation(StrEnum):
    """What a block of the flow asks for."""

    GREET = "greet"
    COMPLAIN = "complain"
    CALLBACK = "callback"
    STATUS = "status"
    TROUBLE = "trouble"
    """The flow cannot go on: a prompt cannot be read, or what was chosen cannot be kept."""


class Outcome(StrEnum):
    """What a step came to; the flow branches by it."""

    STORED = "stored"
    NEED_PHONE = "need_phone"
    NO_NUMBER = "no_number"
    INVALID_PHONE = "invalid_phone"
    TOLD = "told"
    NOT_FOUND = "not_found"
    TOO_MANY = "too_many"


class DueIn(StrEnum):
    """How far the promise of a case is, in the words a recorded voice has."""

    PASSED = "passed"
    HOURS = "hours"
    TODAY = "today"
    TOMORROW = "tomorrow"
    DAYS = "days"


@dataclass(frozen=True)
class CallStep:
    """One Lambda block of a call; ``step`` counts from 1. ``caller`` is the caller id as the carrier gives it, ``None``
    when withheld.
    """

    contact_id: str
    step: int
    operation: Operation
    language: Language
    caller: str | None
    category: Category = Category.OTHER
    priority: Priority = Priority.NORMAL
    phone: str = ""
    reference: str = ""

    @property
    def event_id(self) -> str:
        """The step and what was asked in it: a retry asks the same, a caller who lost the answer may ask another."""
        asked = f"{self.category}|{self.priority}|{self.phone}|{self.reference}"
        return f"{self.step}-{self.operation}-{hashlib.sha256(asked.encode('utf-8', 'replace')).hexdigest()[:12]}"

    @cached_property
    def party(self) -> Party:
        """Who calls, reached at the number keyed in, else at the caller id.

        In trouble the caller id comes first: what was keyed may have been the number on another's case.
        """
        keyed, shown = phone.to_e164(self.phone), phone.to_e164(self.caller)
        number = (shown or keyed) if self.operation is Operation.TROUBLE else (keyed or shown)
        if number is None:
            return Party(VOICE, self.contact_id, None)
        return Party(VOICE, self.contact_id, Address(channel=VOICE, value=number, claimed=number != shown))

    @property
    def askers(self) -> tuple[Asker, ...]:
        """Whose limits its cases come under: the number's, and where it was only keyed those of all who key one."""
        address = self.party.address
        if address is None:
            return ()
        own = Asker(address.customer_id, claimed=address.claimed)
        return (own, Asker("keyed", shared=True)) if address.claimed else (own,)


def accept(centre: Centre, step: CallStep, now: datetime) -> Accepted:
    """Accept a step of a call; ``entry.answer`` is a flat map of strings for the flow."""
    return once(lambda: _accept(centre, step, now))


def _accept(centre: Centre, step: CallStep, now: datetime) -> Accepted:
    match step.operation:
        case Operation.GREET:
            return _greet(centre, step, now)
        case Operation.COMPLAIN:
            category = messages.text(f"category.{step.category}", step.language)
            summary = messages.text("summary.complaint", step.language, category=category)
            return _open(centre, step, now, Kind.COMPLAINT, step.category, "", summary)
        case Operation.CALLBACK:
            wish = messages.text("summary.callback", step.language)
            return _open(centre, step, now, Kind.INFORMATION, Category.SERVICE, wish, wish)
        case Operation.STATUS:
            return _tell_status(centre, step, now)
        case Operation.TROUBLE:
            return _call_back_after_trouble(centre, step, now)
        case _:
            assert_never(step.operation)


def _entry(step: CallStep, now: datetime, **answer: str) -> Entry:
    return Entry(
        contact_id=step.contact_id,
        event_id=step.event_id,
        at=now,
        what=EntryKind(step.operation),
        answer={"next_step": str(step.step + 1), **answer},
    )


def _greet(centre: Centre, step: CallStep, now: datetime) -> Accepted:
    address = step.party.address
    known = centre.own_cases(address, now) if address else []
    entry = _entry(
        step,
        now,
        known=_flag(bool(known)),
        language=known[0].language if known else "",
        open_case=_flag(any(is_unresolved(one.status) for one in known)),
    )
    return _store(centre, step, entry, now)


def _store(
    centre: Centre,
    step: CallStep,
    entry: Entry,
    now: datetime,
    draft: Draft | None = None,
    tallies: Sequence[Tally] = (),
) -> Accepted:
    began = step.step == 1
    return accepting.store(centre, step.party, entry, now, draft, language=step.language, began=began, tallies=tallies)


def _open(
    centre: Centre, step: CallStep, now: datetime, kind: Kind, category: Category, text: str, summary: str
) -> Accepted:
    """Open a case; a caller whose number nobody knows is asked for it first.

    Past the limit of a number the case that it opened last has one more call. Of one that was only keyed the case is
    opened and nothing is sent there: a person looks.
    """
    address = step.party.address
    if address is None:
        return _ask_phone(centre, step, now)

    def write(new: str, reached: frozenset[str]) -> Accepted:
        opening = Opening(
            reference=new,
            party=step.party,
            kind=kind,
            category=category,
            priority=step.priority,
            language=step.language,
            text=text,
            summary=summary,
        )
        if step.askers[0].cases in reached:
            if not address.claimed and (known := centre.own_cases(address, now)):
                return _call_again(centre, step, known[0], summary, now)
            note = messages.text("note.claimed_limit", step.language, number=address.value)
            opening = replace(
                opening, party=replace(step.party, address=None), notes=(note,), attention=Attention.NO_ADDRESS
            )
        opening, tallies = accepting.counted(centre, step.askers, opening, now, reached)
        return _store(centre, step, _stored(step, now, new), now, centre.open(opening, now), tallies)

    return with_free_reference_within_limits(f"{step.contact_id}/{step.event_id}", write)


def _call_again(centre: Centre, step: CallStep, case: Case, summary: str, now: datetime) -> Accepted:
    draft = centre.edit(case, now)
    hear(draft, summary, VOICE)
    return _store(centre, step, _stored(step, now, case.reference), now, draft)


def _call_back_after_trouble(centre: Centre, step: CallStep, now: datetime) -> Accepted:
    """The case that this call has left asks for a person; without one a call-back is opened. At most three requests."""
    case = _case_of_call(centre, step)
    if case is None:
        wish = messages.text("summary.trouble", step.language)
        return _open(centre, step, now, Kind.INFORMATION, step.category, wish, wish)
    draft = centre.edit(case, now)
    draft.note(What.NOTE, CARE, messages.text("summary.trouble", case.language))
    draft.set(attention=Attention.PERSON_WANTED)
    return _store(centre, step, _stored(step, now, case.reference), now, draft)


def _case_of_call(centre: Centre, step: CallStep) -> Case | None:
    """The newest case of this call, while somebody still has work to do on it."""
    try:
        contact = centre.store.contacts.get(step.contact_id)
    except NotFound:
        return None
    named = [contact.reference] if contact.reference else []
    case = next(iter(centre.store.cases.named(named).values()), None)
    return case if case and is_unresolved(case.status) else None


def _stored(step: CallStep, now: datetime, new: str) -> Entry:
    digits = {f"digit_{place}": digit for place, digit in enumerate(new, start=1)}
    return _entry(step, now, outcome=Outcome.STORED, reference=new, **digits)


def _ask_phone(centre: Centre, step: CallStep, now: datetime) -> Accepted:
    """Nobody can be called back yet; the entry keeps what the caller wanted."""
    unknown = Outcome.NEED_PHONE if step.operation is Operation.COMPLAIN else Outcome.NO_NUMBER
    outcome = Outcome.INVALID_PHONE if step.phone else unknown
    return _store(centre, step, _entry(step, now, outcome=outcome, category=step.category), now)


def _tell_status(centre: Centre, step: CallStep, now: datetime) -> Accepted:
    """Reference and number together open the door; neither tells a stranger whether the case exists."""
    asked = "".join(one for one in step.reference if one.isdigit())
    known = reference.is_valid(asked)
    keyed, caller = phone.to_e164(step.phone), phone.to_e164(step.caller)
    asker, at_it = hashed(caller or step.contact_id), guesses_at(asked)
    cases, wrong = centre.store.tallies.with_cases([asked], [asker, at_it], now) if known else ({}, {})
    case, limits = cases.get(asked), centre.policy.status
    guesses = [Tally(asker, now, limits.wrong_guesses_a_day)]
    if case:
        guesses.append(Tally(at_it, now, limits.wrong_at_one_a_day))
    # Whoever pretends to call from a number must not keep its owner from what he asks.
    own = case is not None and caller is not None and _is_theirs(centre, case, caller, now)
    too_many = any(wrong.get(one.who, 0) >= (one.most or 0) for one in guesses)
    if case and (own or (keyed and not too_many and _is_theirs(centre, case, keyed, now))):
        case = centre.gone_on(case)
        answer = {"outcome": Outcome.TOLD, "status": _spoken_status(case), "due_in": _due_in(case, now) or ""}
        entry = _entry(step, now, **answer)
        return replace(_store(centre, step, entry, now), reference=case.reference)
    if known and not keyed and not too_many:
        return _store(centre, step, _entry(step, now, outcome=Outcome.NEED_PHONE), now)

    def write(reached: frozenset[str]) -> Accepted:
        outcome = Outcome.TOO_MANY if too_many or reached else Outcome.NOT_FOUND
        counted = [] if outcome is Outcome.TOO_MANY else guesses
        return _store(centre, step, _entry(step, now, outcome=outcome), now, tallies=counted)

    return within_limits(write)


def _is_theirs(centre: Centre, case: Case, number: str, now: datetime) -> bool:
    return any(one.belongs_to(VOICE, number) and centre.is_own(one, case.opened_at, now) for one in case.addresses)


def _spoken_status(case: Case) -> str:
    return "waiting" if case.status is Status.WAITING_FOR_CUSTOMER else case.status


def _due_in(case: Case, now: datetime) -> DueIn | None:
    """``None`` once nothing is promised any more."""
    if not is_unresolved(case.status):
        return None
    if case.due_at <= now:
        return DueIn.PASSED
    days = (case.due_at.astimezone(case.clock.tz).date() - now.astimezone(case.clock.tz).date()).days
    if days == 0:
        return DueIn.HOURS if (case.due_at - now).total_seconds() <= 4 * 3600 else DueIn.TODAY
    return DueIn.TOMORROW if days == 1 else DueIn.DAYS


def _flag(value: bool) -> str:
    return "true" if value else "false"
