"""The page of a case as its customer sees it: where it stands, what we said, and what he may add.

The link in our messages opens it (``telling.links``), or the reference with the number or address on the case. It ends
when the case may be reopened no more. Nothing of it changes by looking: mail scanners open links.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address, ip_network

from care import phone, reference
from care.cases import hearing, letter, lifecycle
from care.cases.case import Case
from care.cases.timeline import What
from care.centre import Centre
from care.channels import EMAIL, WEB
from care.channels.channel import ending
from care.contacts.contact import Contact, Entry, EntryKind
from care.customer import Address, hashed
from care.reading.mask import masked
from care.services.table.cases import CaseFile
from care.services.table.commit import AlreadyAccepted, LimitReached, until_stored
from care.services.table.items import NotFound
from care.services.table.tallies import Tally, guesses_at
from care.telling import messages
from care.telling.links import Links
from care.words import ClosedAs, Language, Status, Text

LONGEST = WEB.longest_text or 0
_SHOWN = 20
_LONGEST_SHOWN = 2000
_NOT_YET = "Belum beres"
"""What the button says, as ``reading.satisfaction`` and the team read it."""
_MAIL = re.compile(r"[^\s@<>(),;:]+@[\w-]+(?:\.[\w-]+)+")
_MERGES = 5
"""A case that went on as another that went on …: so far it is followed."""


class NoCase(Exception):
    """No such case is shown: there is none, the link is not ours or has ended, or the second factor is another."""


class TooManyTries(Exception):
    """What is tried was tried too often today."""


class TooManyNotes(Exception):
    """So much was added to the case today that no more is taken by its page."""


class May(StrEnum):
    """What a customer may do on the page."""

    NOTE = "note"
    ANSWER = "answer"
    REOPEN = "reopen"


@dataclass(frozen=True)
class Said:
    """What we said, and when, in both languages' spelling."""

    at: Text
    text: str


@dataclass(frozen=True)
class StatusView:
    """What the page shows; neither name nor address, nor anything that is not for the customer.

    ``due`` is the promised time, ``said`` the newest messages first.
    """

    reference: str
    language: Language
    status: Status
    state: Text
    next: Text
    due: Text | None
    said: tuple[Said, ...]
    may: frozenset[May]


def case_of(centre: Centre, token: str) -> str:
    """The reference of the case that a link's token opens. Raises ``NoCase``."""
    found = _links(centre).case_of(token)
    if not found:
        raise NoCase
    return found


def token(centre: Centre, reference: str, now: datetime) -> str:
    """What opens the page of a case to who showed that it is theirs."""
    return _links(centre).token(reference, now)


def find(centre: Centre, asked: str, contact: str, source: str, now: datetime) -> str:
    """The reference of the case that ``asked`` and the number or address on it name together.

    ``source`` is the internet address that asks. A wrong pair is counted and answered alike whether there is such a
    case or not. Two requests. Raises ``NoCase``, ``TooManyTries``.
    """
    wanted = "".join(one for one in asked if one.isascii() and one.isdigit())
    tallies = _tries(centre, wanted, source, now)
    named = [wanted] if reference.is_valid(wanted) else []
    cases, counts = centre.store.tallies.with_cases(named, [one.who for one in tallies], now)
    if any(counts[one.who] >= (one.most or 0) for one in tallies):
        raise TooManyTries
    if wanted in cases and _is_theirs(centre, cases[wanted], contact, now):
        return wanted
    try:
        centre.store.commit(tallies=tallies)
    except LimitReached as limit:
        raise TooManyTries from limit
    raise NoCase


def _tries(centre: Centre, wanted: str, source: str, now: datetime) -> list[Tally]:
    """Whose wrong tries are counted, and how many they may be: few at one reference from one internet address, more by
    all there, and more by all who share an address, which may be a whole town.
    """
    limits, where = centre.policy.status, _network(source)
    return [
        Tally(hashed(f"status-at:{where}:{wanted}"), now, limits.wrong_guesses_a_day),
        Tally(guesses_at(wanted), now, limits.wrong_at_one_a_day),
        Tally(hashed(f"status-from:{where}"), now, limits.wrong_from_one_address_a_day),
    ]


def _network(source: str) -> str:
    """The internet address as a household has it: of an IPv6 address the 64 bits that are not the device's own."""
    try:
        address = ip_address(source)
    except ValueError:
        return source
    return str(address if address.version == 4 else ip_network((address, 64), strict=False))


def _is_theirs(centre: Centre, case: Case, contact: str, now: datetime) -> bool:
    """Whether the number or mail address is on the case, and still theirs who opened it."""
    return any(_names(contact, one) and centre.is_own(one, case.opened_at, now) for one in case.addresses)


def _names(contact: str, address: Address) -> bool:
    if address.channel.by_number:
        number = phone.to_e164(contact)
        return number is not None and address.belongs_to(address.channel, number)
    # Of no other channel does anybody know an address.
    return "@" in contact and address.belongs_to(address.channel, contact.strip())


def show(centre: Centre, reference: str, now: datetime) -> StatusView:
    """The page of a case. One request. Raises ``NoCase``."""
    return _view(centre, _file(centre, reference, now), now)


def note(centre: Centre, reference: str, event: str, text: str, now: datetime) -> StatusView:
    """Add to the case what its customer writes, once for each ``event``. Two requests.

    Raises ``NoCase``, ``TooManyNotes``.
    """

    def write() -> StatusView:
        file = _file(centre, reference, now)
        case = file.case
        draft = centre.edit(case, now)
        hearing.hear(draft, text, WEB)
        entry = Entry(
            contact_id=f"status-{case.reference}",
            event_id=event,
            at=now,
            what=EntryKind.JOINED,
            answer={"reference": case.reference},
        )
        contact = Contact(
            contact_id=entry.contact_id,
            channel=WEB,
            customer_id=case.customer_id,
            started_at=now,
            language=case.language,
            reference=case.reference,
        )
        tally = Tally(hashed(f"notes:{case.reference}"), now, centre.policy.status.notes_a_day)
        try:
            centre.store.commit(entry=entry, contact=contact, drafts=[draft], tallies=[tally])
        except AlreadyAccepted:
            return show(centre, reference, now)
        except LimitReached as limit:
            raise TooManyNotes from limit
        return _view(centre, file.followed_by(draft), now)

    return until_stored(write)


def answer(centre: Centre, reference: str, event: str, score: int | None, words: str, now: datetime) -> StatusView:
    """Answer whether it is solved: a score of 1 to 5, or ``None``: not yet. Else as ``note``."""
    return note(centre, reference, event, f"{f'{score}/5' if score else _NOT_YET}\n{words}".strip(), now)


def _file(centre: Centre, reference: str, now: datetime) -> CaseFile:
    """The case as it went on. Raises ``NoCase`` for what is nobody's to see, or no more."""
    try:
        file = _went_on(centre, centre.store.cases.file(reference))
    except NotFound as missing:
        raise NoCase from missing
    case = file.case
    if case.held or (case.closed_at and not centre.policy.may_reopen(case.closed_at, now)):
        raise NoCase
    return file


def _went_on(centre: Centre, file: CaseFile) -> CaseFile:
    """What a case was merged into, where that is the same customer's. Raises ``NotFound``."""
    for _ in range(_MERGES):
        if not file.case.merged_into:
            return file
        other = centre.store.cases.file(file.case.merged_into)
        mine, theirs = ({one.identity for one in case.addresses} for case in (file.case, other.case))
        if not mine & theirs and file.case.customer_id != other.case.customer_id:
            return file
        file = other
    return file


def _view(centre: Centre, file: CaseFile, now: datetime) -> StatusView:
    case = file.case
    may = _may(case)
    due = case.due_at if lifecycle.is_unresolved(case.status) and not case.paused_at else None
    return StatusView(
        reference=case.reference,
        language=case.language,
        status=case.status,
        state=_text(centre, case, f"page.{case.status}"),
        next=_text(centre, case, f"next.{_next(case, due, now)}"),
        due=_moment(due, case) if due and due > now else None,
        said=tuple(_said(file)),
        may=may,
    )


def _may(case: Case) -> frozenset[May]:
    if lifecycle.is_unresolved(case.status):
        return frozenset({May.NOTE})
    if case.closed_as is ClosedAs.MERGED:
        return frozenset()
    # Who said nothing before it was closed may say so late.
    awaited = case.closed_as in (None, ClosedAs.UNCONFIRMED) and not case.answer_of(case.cycle)
    return frozenset({May.ANSWER, May.REOPEN} if case.is_complaint and awaited else {May.REOPEN})


def _next(case: Case, due: datetime | None, now: datetime) -> str:
    """What happens next, by its name in the catalogue."""
    if due and due <= now:
        return "late"
    if case.status is Status.RESOLVED and case.answer_of(case.cycle):
        return "answered"
    if case.status is Status.CLOSED and case.closed_as is ClosedAs.MERGED:
        return "merged"
    return case.status


def _text(centre: Centre, case: Case, key: str) -> Text:
    """Both languages, with the values of the case."""

    def written(language: Language) -> str:
        until = case.closed_at and case.closed_at + centre.policy.scaled(centre.policy.reopen.window_hours)
        return messages.text(
            key,
            language,
            team=messages.text(f"team.{case.team}", language),
            until=messages.moment(until, language, case.clock) if until else "",
            other=reference.grouped(case.merged_into),
            short_number=centre.operator.short_number,
        )

    return Text(id=written(Language.INDONESIAN), en=written(Language.ENGLISH))


def _moment(at: datetime, case: Case) -> Text:
    return Text(
        id=messages.moment(at, Language.INDONESIAN, case.clock),
        en=messages.moment(at, Language.ENGLISH, case.clock),
    )


def _said(file: CaseFile) -> list[Said]:
    """The newest messages first, masked; what the operator's own people are told is not among them."""
    sent = {one.key: one for one in file.messages}
    told = [one for one in reversed(file.timeline) if one.what is What.MESSAGE_OUT and one.message in sent]
    return [Said(_moment(one.at, file.case), _shown(letter.said(sent[one.message]))) for one in told[:_SHOWN]]


def _shown(text: str) -> str:
    """Masked as for an agent, and of numbers and mail addresses only so much as tells one from another."""
    seen = masked(text)
    for one in reversed(phone.spans(seen)):
        seen = f"{seen[: one.start]}{ending(one.number)}{seen[one.end :]}"
    seen = _MAIL.sub(lambda found: EMAIL.hint(found.group()), seen)
    return seen if len(seen) <= _LONGEST_SHOWN else f"{seen[:_LONGEST_SHOWN]}…"


def _links(centre: Centre) -> Links:
    if centre.links is None:
        raise ValueError("who has no keys reads no links")
    return centre.links()
