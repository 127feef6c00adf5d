"""A mail: it joins its case or opens one; what no person wrote is stored and changes nothing.

Only who a mail is surely from has a case of theirs changed or repeated to them. What is not surely from anybody, or not
fit to be handled, opens a case of its own that says nothing of any other.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from care import conversation, reference
from care.cases.case import Case
from care.cases.files import Attachment
from care.cases.hearing import hear
from care.cases.opening import Opening, Party
from care.centre import Centre
from care.channels import EMAIL
from care.contacts.contact import Entry, EntryKind
from care.conversation import Facts
from care.customer import Address, hashed
from care.doors import accepting
from care.doors.accepting import Accepted, Asker, once, still_joins, with_free_reference_within_limits
from care.doors.email.authentic import Verdicts, is_authentic
from care.doors.email.read import Mail, opening_event
from care.reading import alarms, satisfaction, triage
from care.reading import reader as readers
from care.reading.satisfaction import Verdict
from care.reading.triage import Triage
from care.services.table.cases import MOST_CASES
from care.services.table.tallies import Tally
from care.telling import messages
from care.telling.mime import UNSUBSCRIBE
from care.telling.outbox import MailThread
from care.words import Category, Held, Language, Priority, Status

_READ = 4000
_ANSWER = 200
"""A mail of no thread that has more characters is no answer but a matter of its own."""
_UNPROVEN = Asker("mail-unproven", shared=True)
"""Everybody whose mail is not surely theirs: none of them can be told from the others."""


@dataclass(frozen=True)
class MailEvent:
    """A received mail: SES's id for it, the mail, what SES found of it, where its files are kept.

    ``answers`` is the case at whose own address the mail came in, written from the address that was told it.
    """

    event_id: str
    mail: Mail
    verdicts: Verdicts
    attachments: tuple[Attachment, ...] = ()
    answers: str = ""

    @cached_property
    def is_proven(self) -> bool:
        """Whether it is surely from its author."""
        return bool(self.answers) or is_authentic(self.mail, self.verdicts)

    @property
    def party(self) -> Party:
        """Who wrote; a mail that names no sender is still somebody's, and a person must look at it."""
        mail, proven = self.mail, self.is_proven
        value = mail.author or mail.sender
        name = mail.author_name if proven else ""
        address = Address(channel=EMAIL, value=value, name=name, claimed=not proven) if value else None
        return Party(EMAIL, mail.contact_id, address)


def accept(centre: Centre, event: MailEvent, now: datetime) -> Accepted:
    """Accept a mail. Automatic mail is stored and changes nothing; a person's joins its case or opens one."""
    return once(lambda: _accept(centre, event, now))


def _accept(centre: Centre, event: MailEvent, now: datetime) -> Accepted:
    mail = event.mail
    if mail.is_automatic:
        return accepting.store(centre, event.party, _entry(event, now, EntryKind.AUTOMATIC), now)
    trusted = event.is_proven and not event.verdicts.held
    joined = (_find_case(centre, event, now) or _find_question(centre, event, now)) if trusted else None
    if joined:
        return _join(centre, event, joined, now)
    # An id that may be another's leads nobody to this case: neither by what its reference is made of nor as a thread.
    first = opening_event(mail.author, mail.message_id) if event.is_proven else mail.contact_id
    return with_free_reference_within_limits(first, lambda new, reached: _open(centre, event, new, now, reached))


def _entry(event: MailEvent, now: datetime, what: EntryKind, **answer: str) -> Entry:
    """One mail is one contact with one entry: SES delivering it twice under two ids is still one."""
    return Entry(
        contact_id=event.mail.contact_id,
        event_id="mail",
        at=now,
        what=what,
        answer={"ses": event.event_id, **answer},
    )


def _find_case(centre: Centre, event: MailEvent, now: datetime) -> Case | None:
    """The case a mail continues: the one whose own address it came to, then by the thread, then by the reference in its
    subject.

    Only its own customer's mail joins a case: a reference or a Message-ID can be known to others. One request: the
    cases that its author's earlier mails opened are read together with what the ids say; a second one for cases that
    began elsewhere.
    """
    mail = event.mail
    newest_first = mail.references[::-1][:MOST_CASES]
    likely = [reference.derive(opening_event(mail.author, one)) for one in newest_first]
    answered = [event.answers] if event.answers else []
    threads = centre.store.cases.threads(mail.references, (*answered, *mail.case_references[:MOST_CASES], *likely))
    threaded = threads.references[::-1]
    others = centre.store.cases.named([one for one in threaded if one not in threads.cases])
    cases = threads.cases | others
    for one in (*answered, *threaded, *mail.case_references):
        case = cases.get(one)
        if case and _is_theirs(case, mail) and still_joins(centre, case, now):
            return centre.gone_on(case)
    return None


def _find_question(centre: Centre, event: MailEvent, now: datetime) -> Case | None:
    """The only case whose author was asked if it is solved, where that is all a mail of no thread answers; thanks
    belong to his newest. No request for a mail that is no answer.
    """
    mail, address = event.mail, event.party.address
    if address is None or len(mail.text) > _ANSWER:
        return None
    read = satisfaction.read(mail.text or mail.subject, centre.policy.satisfaction.satisfied_from)
    if read is None:
        return None
    joinable = [one for one in centre.own_cases(address, now) if still_joins(centre, one, now)]
    if read[0] is Verdict.COURTESY:
        return centre.gone_on(joinable[0]) if joinable else None
    asked = [one for one in joinable if one.status is Status.RESOLVED]
    return asked[0] if len(asked) == 1 and _may_answer(read, mail.text, asked[0]) else None


def _may_answer(read: tuple[Verdict, int | None], text: str, case: Case) -> bool:
    """Whether words are about a case rather than trouble of another sort."""
    verdict, score = read
    if verdict is not Verdict.DISSATISFIED or score is not None:
        return True
    seen = triage.read(text)
    return seen.kind is None or seen.category in (case.category, Category.SERVICE, Category.OTHER)


def _is_theirs(case: Case, mail: Mail) -> bool:
    return any(one.belongs_to(EMAIL, mail.author) for one in case.addresses)


def _join(centre: Centre, event: MailEvent, case: Case, now: datetime) -> Accepted:
    draft = centre.edit(case, now)
    mail = event.mail
    # A case of another channel, or that another was merged into, is answered elsewhere.
    here = case.address is not None and case.address.belongs_to(EMAIL, mail.author)
    if here and case.address and case.address.claimed:
        # Who was written to answers: the address is theirs after all.
        draft.set(address=case.address.evolve(claimed=False))
    # A mail program unsubscribes by the subject, and writes what it likes below.
    said = mail.subject if mail.subject.strip().lower() == UNSUBSCRIBE else mail.text or mail.subject
    hear(draft, said, EMAIL, event.attachments, _thread(event) if here else None)
    entry = _entry(event, now, EntryKind.JOINED, reference=case.reference)
    return accepting.store(centre, event.party, entry, now, draft, mails=[mail.message_id])


def _open(centre: Centre, event: MailEvent, new: str, now: datetime, reached: frozenset[str]) -> Accepted:
    mail = event.mail
    matter = f"{mail.subject}\n{mail.text}"
    seen = _read(centre, matter)
    opening = accepting.opening(new, event.party, mail.full_text or mail.subject, seen, triage.language_of(mail.text))
    alarm = alarms.read(matter[:_READ])
    opening = replace(
        opening,
        priority=opening.priority.or_more(alarm.priority) if alarm else opening.priority,
        told="" if event.verdicts.held else _answer(centre, mail, opening.language, now),
        first_aid=alarm is not None,
        summary=mail.subject,
        attachments=event.attachments,
        thread=_thread(event),
        held=event.verdicts.held,
        notes=_notes(event, opening.language),
        from_regulator=event.is_proven and centre.policy.is_regulator(mail.author.rpartition("@")[2].lower()),
    )
    if opening.from_regulator:
        opening = replace(opening, priority=opening.priority.or_more(Priority.HIGH))
    opening, tallies = _counted(centre, event, opening, now, reached)
    entry = _entry(event, now, EntryKind.OPENED, reference=new)
    draft = centre.open(opening, now)
    mails = [mail.message_id] if event.is_proven else []
    return accepting.store(centre, event.party, entry, now, draft, mails=mails, tallies=tallies)


def _read(centre: Centre, matter: str) -> Triage:
    """Our own reading of a mail, settled by the second reader where there is one and it is in doubt."""
    seen = triage.read(matter)
    reading = readers.asked(centre.reader, matter) if centre.reader and triage.is_doubtful(seen) else None
    return readers.settled(seen, reading) if reading else seen


def _answer(centre: Centre, mail: Mail, language: Language, now: datetime) -> str:
    """What answers the matter itself, so that its first letter helps already; "" when nothing surely does.

    A subject mostly says in two words what the text says; it counts where the text alone says too little.
    """
    facts = Facts(
        operator=centre.operator.name,
        short_number=centre.operator.short_number,
        honorific=EMAIL.honorific,
        today=now.astimezone(messages.WIB).date(),
        language=language,
    )
    matters = mail.text[:_READ], f"{mail.subject}\n{mail.text}"[:_READ]
    return next((said for one in matters if (said := conversation.letter(one, language, facts))), "")


def _counted(
    centre: Centre, event: MailEvent, opening: Opening, now: datetime, reached: frozenset[str]
) -> tuple[Opening, list[Tally]]:
    """A new case as its author may have it now. Past a day's number it is held: nobody is flooded with answers.

    What is held anyway is counted nowhere. Whose mail is not surely theirs uses up nothing of who has the address.
    """
    if opening.held:
        return opening, []
    address, askers = opening.party.address, []
    if address:
        askers.append(Asker(hashed(address.identity), claimed=address.claimed))
    if not event.is_proven:
        askers.append(_UNPROVEN)
    opening, tallies = accepting.counted(centre, askers, opening, now, reached)
    if any(asker.cases in reached for asker in askers):
        opening = replace(opening, held=Held.FLOOD)
    return opening, tallies


def _notes(event: MailEvent, language: Language) -> tuple[str, ...]:
    """What the team has to know besides the words."""
    mail = event.mail
    notes = []
    if not event.is_proven:
        notes.append(messages.text("note.unproven_sender", language))
    if mail.author and EMAIL.canonical(mail.sender) != EMAIL.canonical(mail.author):
        notes.append(messages.text("note.reply_to", language, address=mail.sender))
    if event.verdicts.held is Held.VIRUS:
        notes.append(messages.text("note.virus", language))
    return tuple(notes)


def _thread(event: MailEvent) -> MailThread:
    """What an answer threads under. It repeats the subject to nobody who may not have written it."""
    mail = event.mail
    subject = mail.subject[:200] if event.is_proven else ""
    return MailThread(subject=subject, message_id=mail.message_id, references=mail.references[-20:])
