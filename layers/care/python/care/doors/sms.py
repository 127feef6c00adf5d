"""An SMS: an answer to the one open question, an addition, or a new case."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from care import phone, reference
from care.cases.case import Case
from care.cases.hearing import hear
from care.cases.lifecycle import is_unresolved
from care.cases.opening import Party
from care.cases.timeline import What
from care.centre import Centre
from care.channels import SMS
from care.contacts.contact import Entry, EntryKind
from care.customer import Address, hashed
from care.doors import accepting
from care.doors.accepting import Accepted, Asker, once, still_joins, with_free_reference_within_limits, within_limits
from care.reading import triage
from care.services.table.tallies import Tally
from care.telling.messages import Template
from care.words import CUSTOMER, Status


@dataclass(frozen=True)
class Sms:
    """A customer's SMS; ``sender`` as the carrier gives it."""

    event_id: str
    sender: str
    text: str

    @property
    def contact_id(self) -> str:
        """The same for every delivery of this message."""
        return f"sms-{hashed(self.event_id)}"

    @cached_property
    def party(self) -> Party:
        """Who writes; a sender that is no number cannot be answered."""
        number = phone.to_e164(self.sender)
        return Party(SMS, self.contact_id, Address(channel=SMS, value=number) if number else None)


def accept(centre: Centre, sms: Sms, now: datetime) -> Accepted:
    """Accept an SMS: an answer to the one open question, an addition to the customer's case, or a new case.

    What a machine sends, by its name, is kept as a contact; words of nobody are a case that a person reads.
    """
    return once(lambda: _accept(centre, sms, now))


def _accept(centre: Centre, sms: Sms, now: datetime) -> Accepted:
    address = sms.party.address
    if not address and sms.sender:
        return accepting.store(centre, sms.party, _entry(sms, now, EntryKind.NO_NUMBER), now)
    case, several = _case(centre, address, sms.text, now) if address else (None, False)
    if case:
        return _join(centre, sms, case, several, now)
    return with_free_reference_within_limits(sms.contact_id, lambda new, reached: _open(centre, sms, new, now, reached))


def _join(centre: Centre, sms: Sms, case: Case, several: bool, now: datetime) -> Accepted:
    """Past its limit a number is not asked which case it means: a telephone that answers by itself would go on."""
    entry = _entry(sms, now, EntryKind.JOINED, reference=case.reference)

    def write(reached: frozenset[str]) -> Accepted:
        draft, tallies = centre.edit(case, now), []
        if several:
            asked = Tally(f"which-{case.customer_id}", now, centre.policy.limits.which_a_day)
            draft.note(What.MESSAGE_IN, CUSTOMER, sms.text, channel=SMS)
            if asked.who not in reached:
                draft.tell(Template.WHICH_CASE, f"which-{sms.contact_id[-16:]}")
                tallies.append(asked)
        else:
            hear(draft, reference.without(sms.text), SMS)
        return accepting.store(centre, sms.party, entry, now, draft, tallies=tallies)

    return within_limits(write)


def _open(centre: Centre, sms: Sms, new: str, now: datetime, reached: frozenset[str]) -> Accepted:
    """Past the limit of a number it goes to the case it opened last, whatever became of that."""
    address = sms.party.address
    asker = Asker(address.customer_id) if address else Asker("sms-nobody", shared=True)
    if address and asker.cases in reached and (known := centre.own_cases(address, now)):
        return _join(centre, sms, known[0], False, now)
    opening = accepting.opening(new, sms.party, sms.text, triage.read(sms.text))
    opening, tallies = accepting.counted(centre, [asker], opening, now, reached)
    entry = _entry(sms, now, EntryKind.OPENED, reference=new)
    return accepting.store(centre, sms.party, entry, now, centre.open(opening, now), tallies=tallies)


def _entry(sms: Sms, now: datetime, what: EntryKind, **answer: str) -> Entry:
    return Entry(contact_id=sms.contact_id, event_id="sms", at=now, what=what, answer=answer)


def _case(centre: Centre, address: Address, text: str, now: datetime) -> tuple[Case | None, bool]:
    """The case an SMS is about, and whether it could be several: the one it names, the one question, the newest."""
    theirs = [one for one in centre.own_cases(address, now) if still_joins(centre, one, now)]
    named = [one for one in theirs if one.reference in reference.find(text)]
    if named:
        return named[0], False
    asked = [one for one in theirs if one.status is Status.RESOLVED]
    if asked:
        return asked[0], len(asked) > 1
    unfinished = [one for one in theirs if is_unresolved(one.status)]
    if unfinished:
        return unfinished[0], False
    return (theirs[0], False) if theirs else (None, False)
