"""What all doors share: an event is accepted once, a case gets a free reference, all of it is stored in one write."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from care import reference
from care.cases.case import Case
from care.cases.draft import Draft
from care.cases.opening import Opening, Party
from care.centre import Centre
from care.contacts.contact import Contact, Entry
from care.services.table.commit import AlreadyAccepted, ReferenceTaken, until_stored
from care.words import Language

if TYPE_CHECKING:
    from care.reading.triage import Triage

_ATTEMPTS = 20


@dataclass(frozen=True)
class Accepted:
    """What became of an event: its entry, and the reference of the case it opened or joined.

    ``began``: its contact is new. ``again``: it was known, and nothing is new.
    """

    entry: Entry
    reference: str = ""
    began: bool = False
    opened: bool = False
    again: bool = False


def once(accept: Callable[[], Accepted]) -> Accepted:
    """Accept an event, deciding anew while others write; an event known already is answered as it was."""
    try:
        return until_stored(accept)
    except AlreadyAccepted as known:
        return Accepted(known.entry, known.entry.answer.get("reference", ""), again=True)


def with_free_reference(event: str, write: Callable[[str], Accepted]) -> Accepted:
    """Run ``write`` with the event's reference; with its next one while another case has it."""
    for attempt in range(_ATTEMPTS):
        try:
            return write(reference.derive(event, attempt))
        except ReferenceTaken:
            continue
    raise ReferenceTaken(f"{_ATTEMPTS} references of one event are all taken")


def opening(new: str, party: Party, text: str, seen: "Triage", language: Language | None = None) -> Opening:
    """A case from a customer's own words, as triage reads them; ``language`` where something else tells it better."""
    return Opening(
        reference=new,
        party=party,
        kind=seen.kind,
        category=seen.category,
        urgent=seen.urgent,
        danger=seen.danger,
        language=language or seen.language or Language.INDONESIAN,
        text=text,
    )


def new_contact(party: Party, now: datetime, language: Language | None = None, reference: str | None = None) -> Contact:
    """A contact of somebody, begun now."""
    return Contact(
        contact_id=party.contact_id,
        channel=party.channel,
        customer_id=party.customer_id,
        started_at=now,
        language=language,
        reference=reference,
    )


def store(
    centre: Centre,
    party: Party,
    entry: Entry,
    now: datetime,
    draft: Draft | None = None,
    *,
    language: Language | None = None,
    began: bool = True,
    mails: Sequence[str] = (),
    tally: tuple[str, datetime] | None = None,
) -> Accepted:
    """Store an entry, its contact and what it changes. One request; errors as of ``Store.commit``."""
    case = draft.case if draft else None
    language = language or (case.language if case else None)
    contact = new_contact(party, now, language, case.reference if case else None)
    drafts = [draft] if draft else []
    centre.store.commit(entry=entry, contact=contact, drafts=drafts, mails=mails, tally=tally)
    opened = draft is not None and draft.before == 0
    return Accepted(entry, case.reference if case else "", began=began, opened=opened)


def still_joins(centre: Centre, case: Case, now: datetime) -> bool:
    """Whether a customer's words still belong to the case: it is not closed, or closed not too long ago."""
    return case.closed_at is None or centre.policy.may_reopen(case.closed_at, now)
