"""A call: each Lambda block of the contact flow is one event."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from care import case as cases
from care import messages, phone, reference
from care.case import Case
from care.centre import Centre
from care.contact import Contact, Entry
from care.customer import Address
from care.intake.accepting import Accepted, guesser, once, with_free_reference
from care.lifecycle import is_unresolved
from care.ownership import is_own, own_cases
from care.words import Category, Channel, Kind, Language, Status


@dataclass(frozen=True)
class CallStep:
    """One Lambda block of a call. ``caller`` is the caller id as the carrier gives it, ``None`` when withheld."""

    contact_id: str
    step: int
    operation: str
    language: Language
    caller: str | None
    category: Category = Category.OTHER
    urgent: bool = False
    phone: str = ""
    reference: str = ""

    @property
    def event_id(self) -> str:
        """The step and what was asked in it: a retry asks the same, a caller who lost the answer may ask another."""
        asked = f"{self.category}|{self.urgent}|{self.phone}|{self.reference}"
        return f"{self.step}-{self.operation}-{hashlib.sha256(asked.encode('utf-8', 'replace')).hexdigest()[:12]}"

    @property
    def address(self) -> Address | None:
        """Where the caller is reached: the number keyed in, else the caller id."""
        number = phone.to_e164(self.phone) or phone.to_e164(self.caller)
        return Address(channel=Channel.PHONE, value=number) if number else None


def call_step(centre: Centre, step: CallStep, now: datetime) -> Accepted:
    """Accept a step of a call; ``entry.answer`` is a flat map of strings for the flow."""
    take = {"greet": _greet, "complain": _complain, "callback": _call_back, "status": _tell_status}[step.operation]
    return once(lambda: take(centre, step, now))


def _call_entry(step: CallStep, now: datetime, **answer: str) -> Entry:
    return Entry(
        contact_id=step.contact_id,
        event_id=step.event_id,
        at=now,
        what=step.operation,
        answer={"next_step": str(step.step + 1), **answer},
    )


def _call(step: CallStep, now: datetime, case_reference: str | None = None) -> Contact:
    address = step.address
    return Contact(
        contact_id=step.contact_id,
        channel=Channel.PHONE,
        customer_id=address.customer_id if address else None,
        started_at=now,
        language=step.language,
        reference=case_reference,
    )


def _greet(centre: Centre, step: CallStep, now: datetime) -> Accepted:
    known = own_cases(centre, step.address, now) if step.address else []
    entry = _call_entry(
        step,
        now,
        known=_flag(bool(known)),
        language=known[0].language if known else "",
        open_case=_flag(any(is_unresolved(one.status) for one in known)),
    )
    centre.store.commit(entry=entry, contact=_call(step, now))
    return Accepted(entry)


def _complain(centre: Centre, step: CallStep, now: datetime) -> Accepted:
    if not step.address:
        return _ask_phone(centre, step, now)
    return _open_by_phone(centre, step, now, Kind.COMPLAINT, step.category, "")


def _call_back(centre: Centre, step: CallStep, now: datetime) -> Accepted:
    if not step.address:
        return _ask_phone(centre, step, now)
    wish = "Minta ditelepon petugas" if step.language is Language.INDONESIAN else "Asks to be called back"
    return _open_by_phone(centre, step, now, Kind.INFORMATION, Category.SERVICE, wish)


def _ask_phone(centre: Centre, step: CallStep, now: datetime) -> Accepted:
    outcome = "invalid_phone" if step.phone else ("no_number" if step.operation == "callback" else "need_phone")
    entry = _call_entry(step, now, outcome=outcome)
    centre.store.commit(entry=entry, contact=_call(step, now))
    return Accepted(entry)


def _open_by_phone(
    centre: Centre, step: CallStep, now: datetime, kind: Kind, category: Category, text: str
) -> Accepted:
    address = step.address
    assert address is not None

    def write(new: str) -> Accepted:
        digits = {f"digit_{place}": digit for place, digit in enumerate(new, start=1)}
        entry = _call_entry(step, now, outcome="stored", reference=new, **digits)
        draft = centre.open(
            cases.Opening(
                reference=new,
                kind=kind,
                category=category,
                urgent=step.urgent,
                language=step.language,
                channel=Channel.PHONE,
                contact_id=step.contact_id,
                customer_id=address.customer_id,
                address=address,
                text=text,
                summary=text or f"{kind}: {category}",
            ),
            now,
        )
        centre.store.commit(entry=entry, contact=_call(step, now, new), drafts=[draft])
        return Accepted(entry, new, opened=True)

    return with_free_reference(f"{step.contact_id}/{step.event_id}", write)


def _tell_status(centre: Centre, step: CallStep, now: datetime) -> Accepted:
    """Reference and number together open the door; neither tells a stranger whether the case exists."""
    asked = "".join(one for one in step.reference if one.isdigit())
    keyed = phone.to_e164(step.phone)
    caller = phone.to_e164(step.caller)
    who = guesser(caller or step.contact_id)
    case, wrong = centre.store.case_and_tally(asked, who, now) if reference.is_valid(asked) else (None, 0)
    answer: dict[str, str]
    guess = None
    if wrong >= centre.store.policy.status.wrong_guesses_a_day:
        answer = {"outcome": "too_many"}
    elif case and any(_is_theirs(centre, case, number, now) for number in (caller, keyed) if number):
        answer = {"outcome": "told", "status": _spoken_status(case), "due_in": _due_in(case, now)}
    elif reference.is_valid(asked) and not keyed:
        answer = {"outcome": "need_phone"}
    else:
        answer, guess = {"outcome": "not_found"}, (who, now)
    entry = _call_entry(step, now, **answer)
    centre.store.commit(entry=entry, contact=_call(step, now), tally=guess)
    return Accepted(entry, case.reference if case and answer["outcome"] == "told" else "")


def _is_theirs(centre: Centre, case: Case, number: str, now: datetime) -> bool:
    return (
        case.address is not None
        and case.address.belongs_to(Channel.PHONE, number)
        and is_own(centre, case.address, case.opened_at, now)
    )


def _spoken_status(case: Case) -> str:
    return "waiting" if case.status is Status.WAITING_FOR_CUSTOMER else case.status


def _due_in(case: Case, now: datetime) -> str:
    """How far the promise is, in the words a recorded voice has."""
    if not is_unresolved(case.status):
        return ""
    if case.due_at <= now:
        return "passed"
    days = (case.due_at.astimezone(messages.WIB).date() - now.astimezone(messages.WIB).date()).days
    if days == 0:
        return "hours" if (case.due_at - now).total_seconds() <= 4 * 3600 else "today"
    return "tomorrow" if days == 1 else "days"


def _flag(value: bool) -> str:
    return "true" if value else "false"
