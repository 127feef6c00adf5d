"""What all doors share: an event is accepted once, a case gets a free reference, all of it is stored in one write."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from care.cases.case import Case
from care.cases.draft import Draft
from care.cases.opening import Opening, Party
from care.centre import Centre
from care.contacts.contact import Contact, Entry
from care.services.table.commit import AlreadyAccepted, LimitReached, until_stored, with_free_reference
from care.services.table.keys import Span
from care.services.table.tallies import Tally
from care.telling import messages
from care.words import Kind, Language, Priority

if TYPE_CHECKING:
    from care.reading.triage import Triage


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


def within_limits(write: Callable[[frozenset[str]], Accepted]) -> Accepted:
    """Run ``write``, which is told whose limits are reached and counts no more for them, until none is in its way."""
    reached: frozenset[str] = frozenset()
    while True:
        try:
            return write(reached)
        except LimitReached as limit:
            if limit.who in reached:
                raise
            reached |= {limit.who}


def with_free_reference_within_limits(event: str, write: Callable[[str, frozenset[str]], Accepted]) -> Accepted:
    """Run ``write`` with a reference as of ``with_free_reference``, and what ``within_limits`` tells."""
    return within_limits(lambda reached: with_free_reference(event, lambda new: write(new, reached)))


@dataclass(frozen=True)
class Asker:
    """Who opens cases, by a hash. ``shared``: many people are behind it, and none of them pays for the others.
    ``claimed``: it is what somebody says of himself.
    """

    who: str
    shared: bool = False
    claimed: bool = False

    @property
    def cases(self) -> str:
        """Under which new cases are counted."""
        return f"{'claimed' if self.claimed else 'cases'}-{self.who}"

    @property
    def first(self) -> str:
        """Under which cases are counted that go first."""
        return f"first-{self.who}"


def counted(
    centre: Centre, askers: Iterable[Asker], opening: Opening, now: datetime, reached: frozenset[str]
) -> tuple[Opening, list[Tally]]:
    """A new case as its askers may have it now, and what is to be counted with it.

    Past the limit of any for what goes first it is of high priority, and says so.
    """
    limits = centre.policy.limits
    tallies = []
    for asker in askers:
        if not asker.shared and asker.cases not in reached:
            most = limits.claimed_cases_a_day if asker.claimed else limits.cases_a_day
            tallies.append(Tally(asker.cases, now, most))
        if not opening.priority.goes_first:
            continue
        if asker.first in reached:
            note = messages.text("note.first_limit", opening.language)
            opening = replace(opening, priority=Priority.HIGH, notes=(*opening.notes, note))
        elif asker.shared:
            tallies.append(Tally(asker.first, now, limits.first_at_once, Span.TEN_MINUTES))
        else:
            tallies.append(Tally(asker.first, now, limits.first_a_day))
    return opening, tallies


def opening(new: str, party: Party, text: str, seen: "Triage", language: Language | None = None) -> Opening:
    """A case from a customer's own words, as triage reads them; ``language`` where something else tells it better."""
    return Opening(
        reference=new,
        party=party,
        kind=seen.kind or Kind.INFORMATION,
        category=seen.category,
        priority=seen.priority,
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
    copy_id: str = "",
    tallies: Sequence[Tally] = (),
) -> Accepted:
    """Store an entry, its contact and what it changes. One request; errors as of ``Store.commit``."""
    case = draft.case if draft else None
    language = language or (case.language if case else None)
    contact = new_contact(party, now, language, case.reference if case else None)
    drafts = [draft] if draft else []
    centre.store.commit(entry=entry, contact=contact, drafts=drafts, mails=mails, copy_id=copy_id, tallies=tallies)
    opened = draft is not None and draft.before == 0
    return Accepted(entry, case.reference if case else "", began=began, opened=opened)


def still_joins(centre: Centre, case: Case, now: datetime) -> bool:
    """Whether a customer's words still belong to the case: it is not closed, or closed not too long ago, nor held."""
    return not case.held and (case.closed_at is None or centre.policy.may_reopen(case.closed_at, now))
