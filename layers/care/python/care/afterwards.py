"""A call afterwards: what Connect tells of it completes its contact, and what it came to is seen to, once.

Events come late, again and in any order, or not at all: each says what is known by then, and the first that tells that
the call ended settles it. Connect's record says what no event does; it is asked for where there may be something to
know, for Connect answers few a second. Who waited for a person and left without having said anything is offered a
call-back. A message that a caller spoke is recorded by Connect, and comes later than the event.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from care import calling, phone
from care.cases.draft import Draft
from care.cases.lifecycle import is_unresolved
from care.cases.opening import Party
from care.cases.timeline import What
from care.centre import Centre
from care.channels import VOICE
from care.contacts.call import INBOUND, Call, Outcome
from care.contacts.contact import Contact
from care.customer import Address
from care.services.connect import CallRecords, Record
from care.services.table.commit import until_stored, with_free_reference
from care.services.table.items import NotFound
from care.telling import messages
from care.telling.messages import Template
from care.telling.outbox import OutboxMessage, Owner
from care.words import CARE, Attention, Language


class NoRecordingYet(Exception):
    """A caller spoke a message, and Connect has no recording of it so far."""


@dataclass(frozen=True)
class Told:
    """What one event tells of a call, and when it did."""

    contact_id: str
    at: datetime
    call: Call


@dataclass(frozen=True)
class Done:
    """What was done about an event, in words for the log; ``settled`` is the call, if it was settled by it."""

    what: str
    settled: Call | None = None


def take(centre: Centre, records: CallRecords | None, told: Told, now: datetime) -> Done:
    """Take over what an event tells. Two requests; for one that ended a call, up to four, and one of Connect's.

    Raises ``NoRecordingYet``, and Connect's ``Busy``: what is told comes again then, and nothing is stored of it.
    """
    return until_stored(lambda: _take(centre, records, told, now))


def _take(centre: Centre, records: CallRecords | None, told: Told, now: datetime) -> Done:
    stored = _stored(centre, told.contact_id)
    if stored is None and now - told.at > timedelta(hours=centre.policy.calls.told_hours):
        return Done("call told of too late")
    known = (stored.call if stored else None) or Call()
    call = known.with_(told.call)
    if not call.is_open:
        if call == known:
            return Done("call known already")
        _keep(centre, stored, told, call)
        return Done("call followed")
    record = _record(records, stored, told, call)
    if record:
        call = call.with_(record.call)
    if records and stored and _awaits_recording(centre, stored, call, now):
        raise NoRecordingYet
    return _settle(centre, stored, told, call.evolve(outcome=call.came_to), record, now)


def _stored(centre: Centre, contact_id: str) -> Contact | None:
    try:
        return centre.store.contacts.get(contact_id)
    except NotFound:
        return None


def _record(records: CallRecords | None, stored: Contact | None, told: Told, call: Call) -> Record | None:
    """Connect's record of a call, unless the flow alone served it and its contact says all there is."""
    told_all = call.came_to is Outcome.SERVED and stored is not None and stored.spoken_at is None
    return None if records is None or told_all else records.of(told.contact_id)


def _awaits_recording(centre: Centre, stored: Contact, call: Call, now: datetime) -> bool:
    within = timedelta(hours=centre.policy.calls.recording_hours)
    return stored.spoken_at is not None and not call.recordings and now - (call.ended_at or now) < within


def _settle(
    centre: Centre, stored: Contact | None, told: Told, call: Call, record: Record | None, now: datetime
) -> Done:
    number = phone.to_e164(record.number) if record and call.is_inbound else None
    contact = _contact(stored, told, call, Address(channel=VOICE, value=number) if number else None)
    complaint = _complaint(centre, contact, call, now)
    if complaint:
        event, revision = f"{contact.contact_id}/hung-up", _revision(stored)
        with_free_reference(event, lambda new: _open(centre, contact, revision, complaint, new, now))
        return Done("call settled, its complaint stored", call)
    offer = _offer(centre, contact, number, now)
    if offer:
        hours = centre.policy.calls.offer_again_hours
        offered = centre.store.calls.keep_and_tell(contact, _revision(stored), offer, now, hours)
        return Done("call settled, a call-back offered" if offered else "call settled", call)
    centre.store.calls.keep(contact, _revision(stored), _of_spoken(centre, contact, now))
    return Done("call settled", call)


def _keep(centre: Centre, stored: Contact | None, told: Told, call: Call) -> None:
    centre.store.calls.keep(_contact(stored, told, call, None), _revision(stored))


def _revision(stored: Contact | None) -> int:
    return stored.call.revision if stored and stored.call else 0


def _contact(stored: Contact | None, told: Told, call: Call, address: Address | None) -> Contact:
    """The contact with its call; one that never came as far as a step of the flow begins with what is told."""
    contact = stored or Contact(contact_id=told.contact_id, channel=VOICE, started_at=call.began_at or told.at)
    customer = contact.customer_id or (address.customer_id if address else None)
    return contact.evolve(call=call.evolve(revision=_revision(stored) + 1), customer_id=customer)


# ---- who hung up in the middle -----------------------------------------------------------------------------------


def _complaint(
    centre: Centre, contact: Contact, call: Call, now: datetime
) -> tuple[calling.Open, Address | None] | None:
    """A complaint that was told in part, unless an agent came or the caller has one about the same these hours."""
    state = calling.read(contact.dialogue)
    wish = calling.unfinished(state)
    if wish is None or call.came_to is Outcome.ANSWERED:
        return None
    number = state.number or state.caller
    address = Address(channel=VOICE, value=number, claimed=number != state.caller) if number else None
    since = now - centre.policy.same_thing_time
    known = centre.own_cases(address, now) if address else []
    same = any(one.category is wish.category and is_unresolved(one.status) and one.opened_at >= since for one in known)
    return None if same else (wish, address)


def _open(
    centre: Centre,
    contact: Contact,
    revision: int,
    complaint: tuple[calling.Open, Address | None],
    new: str,
    now: datetime,
) -> None:
    """A complaint that was told in part is a complaint."""
    wish, address = complaint
    party = Party(VOICE, contact.contact_id, address)
    opening = calling.opening(wish, calling.read(contact.dialogue), new, party)
    kept = contact.evolve(reference=contact.reference or new)
    centre.store.calls.keep(kept, revision, centre.open(opening, now))


# ---- who left before a person came ---------------------------------------------------------------------------------


def _offer(centre: Centre, contact: Contact, number: str | None, now: datetime) -> OutboxMessage | None:
    """The offer of a call-back to who waited in vain; ``None`` to who has a case of the call, or cannot get an SMS.

    It belongs to the contact: the caller has said nothing of what he wants, so there is no case; his answer opens one.
    """
    call = contact.call
    if call is None or call.came_to is not Outcome.ABANDONED or call.way != INBOUND or contact.reference:
        return None
    late = call.ended_at is None or now - call.ended_at > timedelta(hours=centre.policy.calls.offer_hours)
    if late or number is None or not phone.is_mobile(number):
        return None
    language = contact.language or Language.INDONESIAN
    form = "short" if centre.operator.takes_sms else "one_way"
    return OutboxMessage(
        owner=Owner(contact=contact.contact_id),
        key=Template.MISSED,
        template=Template.MISSED,
        values=centre.operator.names,
        address=Address(channel=VOICE, value=number),
        language=language,
        text=messages.text(f"{Template.MISSED}.{form}", language, **centre.operator.names),
        due_at=now,
    )


# ---- what a caller spoke -------------------------------------------------------------------------------------------


def _of_spoken(centre: Centre, contact: Contact, now: datetime) -> Draft | None:
    """Its case says where a spoken message is, or that none was recorded, and a person calls back."""
    if contact.spoken_at is None or contact.reference is None or contact.call is None:
        return None
    draft = centre.edit(centre.gone_on(centre.store.cases.get(contact.reference)), now)
    language, recordings = draft.case.language, contact.call.recordings
    if recordings:
        place = ", ".join(recordings)
        draft.note(What.NOTE, CARE, messages.text("note.spoken", language, contact=contact.contact_id, place=place))
    else:
        draft.note(What.NOTE, CARE, messages.text("note.unspoken", language))
        draft.set(attention=Attention.PERSON_WANTED)
    return draft
