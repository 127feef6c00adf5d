"""A mail: it joins its case or opens one; what no person wrote is stored and changes nothing."""

from dataclasses import dataclass
from datetime import datetime

from care import case as cases
from care import triage
from care.case import Case
from care.centre import Centre
from care.contact import Contact, Entry
from care.customer import Address
from care.intake.accepting import Accepted, once, still_joins, with_free_reference
from care.mail import Mail
from care.outbox import MailThread
from care.store import NotFound
from care.timeline import Attachment
from care.words import Channel, Language


@dataclass(frozen=True)
class MailEvent:
    """A received mail: SES's id for it, the mail, where its files are kept."""

    event_id: str
    mail: Mail
    attachments: tuple[Attachment, ...] = ()


def mail(centre: Centre, event: MailEvent, now: datetime) -> Accepted:
    """Accept a mail. Automatic mail is stored and changes nothing; a person's joins its case or opens one."""
    return once(lambda: _mail(centre, event, now))


def _mail(centre: Centre, event: MailEvent, now: datetime) -> Accepted:
    mail = event.mail
    if mail.is_automatic:
        entry = _mail_entry(event, now, what="automatic")
        centre.store.commit(entry=entry, contact=_mail_contact(event, now, None, note="automatic"))
        return Accepted(entry)
    joined = _find_case(centre, mail, now)
    if joined:
        return _join(centre, event, joined, now)
    return with_free_reference(mail.contact_id, lambda new: _open_by_mail(centre, event, new, now))


def _mail_entry(event: MailEvent, now: datetime, what: str, **answer: str) -> Entry:
    """One mail is one contact with one entry: SES delivering it twice under two ids is still one."""
    return Entry(
        contact_id=event.mail.contact_id,
        event_id="mail",
        at=now,
        what=what,
        answer={"ses": event.event_id, **answer},
    )


def _mail_contact(event: MailEvent, now: datetime, case: Case | None, note: str = "") -> Contact:
    return Contact(
        contact_id=event.mail.contact_id,
        channel=Channel.EMAIL,
        customer_id=_customer_id(event.mail),
        started_at=now,
        language=case.language if case else None,
        reference=case.reference if case else None,
        note=note,
    )


def _mail_address(mail: Mail) -> Address | None:
    """Where an answer goes; a mail that names no sender is still somebody's, and a person must look at it."""
    return Address(channel=Channel.EMAIL, value=mail.sender, name=mail.sender_name) if mail.sender else None


def _customer_id(mail: Mail) -> str:
    address = _mail_address(mail)
    return address.customer_id if address else mail.contact_id


def _find_case(centre: Centre, mail: Mail, now: datetime) -> Case | None:
    """The case a mail continues: by the thread, then by the reference in its subject.

    Only its own customer's mail joins a case: a reference or a Message-ID can be known to others.
    """
    threaded, named = centre.store.threads(mail.references, mail.case_references)
    for one in reversed(threaded):
        if one not in named:
            try:
                named[one] = centre.store.case(one)
            except NotFound:
                continue
    for one in (*reversed(threaded), *mail.case_references):
        case = named.get(one)
        if case and _is_theirs(case, mail) and still_joins(centre, case, now):
            return case
    return None


def _is_theirs(case: Case, mail: Mail) -> bool:
    return bool(case.address) and any(
        case.address.belongs_to(Channel.EMAIL, sender)
        for sender in (mail.author, mail.sender)
        if case.address and sender
    )


def _join(centre: Centre, event: MailEvent, case: Case, now: datetime) -> Accepted:
    draft = centre.edit(case, now)
    text = event.mail.text or event.mail.subject
    cases.hear(draft, text, Channel.EMAIL, event.attachments, _thread(event.mail))
    entry = _mail_entry(event, now, what="joined", reference=case.reference)
    centre.store.commit(
        entry=entry,
        contact=_mail_contact(event, now, draft.case),
        drafts=[draft],
        mails=[event.mail.message_id],
    )
    return Accepted(entry, case.reference)


def _open_by_mail(centre: Centre, event: MailEvent, new: str, now: datetime) -> Accepted:
    mail = event.mail
    seen = triage.read(f"{mail.subject}\n{mail.text}")
    address = _mail_address(mail)
    draft = centre.open(
        cases.Opening(
            reference=new,
            kind=seen.kind,
            category=seen.category,
            urgent=seen.urgent,
            danger=seen.danger,
            language=triage.language_of(mail.text) or seen.language or Language.INDONESIAN,
            channel=Channel.EMAIL,
            contact_id=mail.contact_id,
            customer_id=_customer_id(mail),
            address=address,
            text=mail.full_text or mail.subject,
            summary=mail.subject,
            attachments=event.attachments,
            thread=_thread(mail),
        ),
        now,
    )
    entry = _mail_entry(event, now, what="opened", reference=new)
    centre.store.commit(
        entry=entry,
        contact=_mail_contact(event, now, draft.case),
        drafts=[draft],
        mails=[mail.message_id],
    )
    return Accepted(entry, new, opened=True)


def _thread(mail: Mail) -> MailThread:
    return MailThread(subject=mail.subject[:200], message_id=mail.message_id, references=mail.references[-20:])
