"""An SMS: an answer to the one open question, an addition, or a new case."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from care import case as cases
from care import phone, reference, triage
from care.case import Case
from care.centre import Centre
from care.contact import Contact, Entry
from care.customer import Address
from care.intake.accepting import Accepted, once, still_joins, with_free_reference
from care.lifecycle import is_unresolved
from care.ownership import own_cases
from care.timeline import What
from care.words import Channel, Language, Status


@dataclass(frozen=True)
class Sms:
    """A customer's SMS; ``sender`` as the carrier gives it."""

    event_id: str
    sender: str
    text: str

    @property
    def contact_id(self) -> str:
        """The same for every delivery of this message."""
        return f"sms-{hashlib.sha256(self.event_id.encode()).hexdigest()[:32]}"


def sms(centre: Centre, event: Sms, now: datetime) -> Accepted:
    """Accept an SMS: an answer to the one open question, an addition to the customer's case, or a new case."""
    return once(lambda: _sms(centre, event, now))


def _sms(centre: Centre, event: Sms, now: datetime) -> Accepted:
    number = phone.to_e164(event.sender)
    if not number:
        entry = Entry(contact_id=event.contact_id, event_id="sms", at=now, what="no_number")
        centre.store.commit(entry=entry, contact=_sms_contact(event, None, None, now, "no_number"))
        return Accepted(entry)
    address = Address(channel=Channel.SMS, value=number)
    case, several = _sms_case(centre, address, event.text, now)
    if not case:
        return with_free_reference(event.contact_id, lambda new: _open_by_sms(centre, event, address, new, now))
    draft = centre.edit(case, now)
    if several:
        draft.note(What.MESSAGE_IN, cases.CUSTOMER, event.text, channel=Channel.SMS)
        draft.tell("which_case", f"which-{event.contact_id[-16:]}")
    else:
        cases.hear(draft, _without_reference(event.text), Channel.SMS)
    entry = Entry(
        contact_id=event.contact_id,
        event_id="sms",
        at=now,
        what="joined",
        answer={"reference": case.reference},
    )
    centre.store.commit(entry=entry, contact=_sms_contact(event, address, draft.case, now), drafts=[draft])
    return Accepted(entry, case.reference)


def _without_reference(text: str) -> str:
    """The words beside the reference, so that its digits are not read as a score."""
    for found in reference.find(text):
        pattern = r"[ .\-]?".join(found)
        text = re.sub(pattern, "", text)
    return text.strip()


def _sms_case(centre: Centre, address: Address, text: str, now: datetime) -> tuple[Case | None, bool]:
    """The case an SMS is about, and whether it could be several: the one it names, the one question, the newest."""
    theirs = [one for one in own_cases(centre, address, now) if still_joins(centre, one, now)]
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


def _sms_contact(event: Sms, address: Address | None, case: Case | None, now: datetime, note: str = "") -> Contact:
    return Contact(
        contact_id=event.contact_id,
        channel=Channel.SMS,
        customer_id=address.customer_id if address else None,
        started_at=now,
        language=case.language if case else None,
        reference=case.reference if case else None,
        note=note,
    )


def _open_by_sms(centre: Centre, event: Sms, address: Address, new: str, now: datetime) -> Accepted:
    seen = triage.read(event.text)
    draft = centre.open(
        cases.Opening(
            reference=new,
            kind=seen.kind,
            category=seen.category,
            urgent=seen.urgent,
            danger=seen.danger,
            language=seen.language or Language.INDONESIAN,
            channel=Channel.SMS,
            contact_id=event.contact_id,
            customer_id=address.customer_id,
            address=address,
            text=event.text,
        ),
        now,
    )
    entry = Entry(contact_id=event.contact_id, event_id="sms", at=now, what="opened", answer={"reference": new})
    centre.store.commit(entry=entry, contact=_sms_contact(event, address, draft.case, now), drafts=[draft])
    return Accepted(entry, new, opened=True)
