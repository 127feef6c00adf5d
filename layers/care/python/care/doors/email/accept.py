"""A mail: it joins its case or opens one; what no person wrote is stored and changes nothing."""

from dataclasses import dataclass, replace
from datetime import datetime

from care import reference
from care.cases.case import Case
from care.cases.files import Attachment
from care.cases.hearing import hear
from care.cases.opening import Party
from care.centre import Centre
from care.channels import EMAIL
from care.contacts.contact import Entry, EntryKind
from care.customer import Address
from care.doors import accepting
from care.doors.accepting import Accepted, once, still_joins, with_free_reference
from care.doors.email.read import Mail, opening_event
from care.reading import triage
from care.services.table.cases import MOST_CASES
from care.telling.outbox import MailThread


@dataclass(frozen=True)
class MailEvent:
    """A received mail: SES's id for it, the mail, where its files are kept."""

    event_id: str
    mail: Mail
    attachments: tuple[Attachment, ...] = ()

    @property
    def party(self) -> Party:
        """Who wrote; a mail that names no sender is still somebody's, and a person must look at it."""
        mail = self.mail
        address = Address(channel=EMAIL, value=mail.sender, name=mail.sender_name) if mail.sender else None
        return Party(EMAIL, mail.contact_id, address)


def accept(centre: Centre, event: MailEvent, now: datetime) -> Accepted:
    """Accept a mail. Automatic mail is stored and changes nothing; a person's joins its case or opens one."""
    return once(lambda: _accept(centre, event, now))


def _accept(centre: Centre, event: MailEvent, now: datetime) -> Accepted:
    mail = event.mail
    if mail.is_automatic:
        return accepting.store(centre, event.party, _entry(event, now, EntryKind.AUTOMATIC), now)
    joined = _find_case(centre, mail, now)
    if joined:
        return _join(centre, event, joined, now)
    return with_free_reference(opening_event(mail.author, mail.message_id), lambda new: _open(centre, event, new, now))


def _entry(event: MailEvent, now: datetime, what: EntryKind, **answer: str) -> Entry:
    """One mail is one contact with one entry: SES delivering it twice under two ids is still one."""
    return Entry(
        contact_id=event.mail.contact_id,
        event_id="mail",
        at=now,
        what=what,
        answer={"ses": event.event_id, **answer},
    )


def _find_case(centre: Centre, mail: Mail, now: datetime) -> Case | None:
    """The case a mail continues: by the thread, then by the reference in its subject.

    Only its own customer's mail joins a case: a reference or a Message-ID can be known to others. One request: the
    cases that its author's earlier mails opened are read together with what the ids say; a second one for cases that
    began elsewhere.
    """
    newest_first = mail.references[::-1][:MOST_CASES]
    likely = [reference.derive(opening_event(mail.author, one)) for one in newest_first]
    threads = centre.store.cases.threads(mail.references, (*mail.case_references[:MOST_CASES], *likely))
    threaded = threads.references[::-1]
    others = centre.store.cases.named([one for one in threaded if one not in threads.cases])
    cases = threads.cases | others
    for one in (*threaded, *mail.case_references):
        case = cases.get(one)
        if case and _is_theirs(case, mail) and still_joins(centre, case, now):
            return case
    return None


def _is_theirs(case: Case, mail: Mail) -> bool:
    address = case.address
    return address is not None and any(
        address.belongs_to(EMAIL, sender) for sender in (mail.author, mail.sender) if sender
    )


def _join(centre: Centre, event: MailEvent, case: Case, now: datetime) -> Accepted:
    draft = centre.edit(case, now)
    mail = event.mail
    hear(draft, mail.text or mail.subject, EMAIL, event.attachments, _thread(mail))
    entry = _entry(event, now, EntryKind.JOINED, reference=case.reference)
    return accepting.store(centre, event.party, entry, now, draft, mails=[mail.message_id])


def _open(centre: Centre, event: MailEvent, new: str, now: datetime) -> Accepted:
    mail = event.mail
    seen = triage.read(f"{mail.subject}\n{mail.text}")
    opening = accepting.opening(new, event.party, mail.full_text or mail.subject, seen, triage.language_of(mail.text))
    opening = replace(opening, summary=mail.subject, attachments=event.attachments, thread=_thread(mail))
    entry = _entry(event, now, EntryKind.OPENED, reference=new)
    return accepting.store(centre, event.party, entry, now, centre.open(opening, now), mails=[mail.message_id])


def _thread(mail: Mail) -> MailThread:
    return MailThread(subject=mail.subject[:200], message_id=mail.message_id, references=mail.references[-20:])
