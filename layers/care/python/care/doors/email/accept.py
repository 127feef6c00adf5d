"""A mail: it joins its case or opens one; what no person wrote is stored and changes nothing.

Only who a mail is surely from has a case of theirs changed or repeated to them. What is not surely from anybody, or not
fit to be handled, opens a case of its own that says nothing of any other.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from care import conversation, reference
from care.cases import delivery
from care.cases.case import Case
from care.cases.draft import Draft
from care.cases.hearing import hear
from care.cases.lifecycle import is_unresolved
from care.cases.opening import Opening
from care.cases.timeline import Sign, What
from care.centre import Centre
from care.channels import EMAIL
from care.contacts.contact import Entry, EntryKind
from care.conversation import Facts
from care.customer import hashed
from care.doors import accepting
from care.doors.accepting import Accepted, Asker, once, with_free_reference_within_limits, within_limits
from care.doors.email import belongs
from care.doors.email.belongs import Belonging
from care.doors.email.machines import Automatic
from care.doors.email.read import opening_event
from care.doors.email.received import MailEvent
from care.policy import Policy
from care.reading import alarms, triage
from care.reading import reader as readers
from care.reading.language import answer_language
from care.reading.triage import Triage
from care.services.table.commit import IdTaken
from care.services.table.keys import Span
from care.services.table.tallies import Tally
from care.telling import messages
from care.telling.messages import Template
from care.telling.mime import UNSUBSCRIBE
from care.telling.outbox import MailThread
from care.words import CARE, Attention, Held, Kind, Language, Priority

_READ = 4000
_UNPROVEN = Asker("mail-unproven", shared=True)
"""Everybody whose mail is not surely theirs: none of them can be told from the others."""


def accept(centre: Centre, event: MailEvent, now: datetime) -> Accepted:
    """Accept a mail. Automatic mail is stored and changes nothing; a person's joins its case or opens one."""
    return once(lambda: _accept(centre, event, now))


def _accept(centre: Centre, event: MailEvent, now: datetime) -> Accepted:
    mail = event.mail
    if mail.automatic:
        return _keep(centre, event, mail.automatic, now)
    belonging = belongs.find(centre, event, now)
    if belonging.case and _needs_its_own(event, belonging.case):
        belonging = Belonging(beside=belonging.case.reference)
    if belonging.case:
        joined, sign = belonging.case, belonging.sign
        return within_limits(lambda reached: _join(centre, event, joined, sign, now, reached))
    # An id that may be another's leads nobody to this case: neither by what its reference is made of nor as a thread.
    first = opening_event(mail.author, mail.message_id) if event.is_proven else mail.contact_id
    return with_free_reference_within_limits(first, lambda new, full: _open(centre, event, belonging, new, now, full))


def _needs_its_own(event: MailEvent, case: Case) -> bool:
    """Whether a reply to a case that can wait tells of danger, a loss or a fraud: that goes first."""
    return alarms.read(event.signed.said[:_READ]) is not None and not case.priority.goes_first


def _keep(centre: Centre, event: MailEvent, automatic: Automatic, now: datetime) -> Accepted:
    """Automatic mail changes no state, owner or clock. That a mail of ours came back is told on its case."""
    lost = event.signs.lost if not event.verdicts.held else ""
    case = centre.store.cases.named([lost]).get(lost) if lost else None
    draft = centre.edit(case, now) if case else None
    if draft:
        delivery.came_back(draft, event.signs.lost_to)
    entry = _entry(event, now, EntryKind.AUTOMATIC, kind=automatic.kind, why=automatic.why)
    return accepting.store(centre, event.party, entry, now, draft, copy_id=event.mail.copy_id)


def _entry(event: MailEvent, now: datetime, what: EntryKind, **answer: str) -> Entry:
    """One mail is one contact with one entry: SES delivering it twice under two ids is still one."""
    return Entry(
        contact_id=event.mail.contact_id,
        event_id="mail",
        at=now,
        what=what,
        answer={"ses": event.event_id, **answer},
    )


def _store(
    centre: Centre,
    event: MailEvent,
    entry: Entry,
    now: datetime,
    draft: Draft,
    tallies: Sequence[Tally] = (),
) -> Accepted:
    """Store what a mail changes. Its Message-ID leads to its case, unless others may have written it; another mail's
    leads on to that one's case, and the team reads of it.
    """
    mails = [event.mail.message_id] if event.is_proven else []
    copy_id = event.mail.copy_id
    store = partial(accepting.store, centre, event.party, entry, now, draft, copy_id=copy_id, tallies=tallies)
    try:
        return store(mails=mails)
    except IdTaken:
        draft.note(What.NOTE, CARE, messages.text("note.same_id", draft.case.language))
        return store()


def _join(centre: Centre, event: MailEvent, case: Case, sign: Sign, now: datetime, reached: frozenset[str]) -> Accepted:
    draft = centre.edit(case, now)
    mail = event.mail
    # A case of another channel, or that another was merged into, is answered elsewhere.
    here = case.address is not None and case.address.belongs_to(EMAIL, mail.author)
    if here and case.address and case.address.claimed:
        # Who was written to answers: the address is theirs after all.
        draft.set(address=case.address.evolve(claimed=False))
    # A mail program unsubscribes by the subject, and writes what it likes below.
    said = mail.subject if mail.subject.strip().lower() == UNSUBSCRIBE else mail.text or mail.subject
    said, thread = said[: EMAIL.longest_text], _thread(event) if here else None
    verdict = hear(draft, said, EMAIL, event.attachments, thread, sign=sign, raw=event.more_than(said))
    # What a customer says to whether it is solved is answered by its follow-up.
    tallies = _answered(centre, event, draft, case, now, reached) if here and verdict is None else []
    entry = _entry(event, now, EntryKind.JOINED, reference=case.reference, why=sign)
    return _store(centre, event, entry, now, draft, tallies)


def _answered(
    centre: Centre, event: MailEvent, draft: Draft, before: Case, now: datetime, reached: frozenset[str]
) -> list[Tally]:
    """Answer a reply where it needs a word, and count it: two machines that write to each other stop."""
    tallies = _reply_brakes(centre.policy, before, now)
    said = event.signed.said[:_READ]
    if not said or before.from_regulator or draft.unsubscribes or not reached.isdisjoint(one.who for one in tallies):
        return []
    language = answer_language(said, before.language)
    # As the reply found it, with what it changed of team and time.
    facts = replace(_facts(centre, language, now), own=draft.case.evolve(status=before.status))
    kept = conversation.read(before.talk)
    replied = conversation.reply(said, language, facts, kept, now, told=event.mail.text[:_READ])
    draft.set(language=language, talk=replied.dialogue.write())
    if replied.person and is_unresolved(draft.case.status):
        draft.set(attention=Attention.PERSON_WANTED)
    if not replied.words:
        return []
    key = f"{Template.REPLIED}-{event.mail.contact_id.rpartition('-')[2][:16]}"
    draft.tell(Template.REPLIED, key, values={"words": replied.words})
    return tallies


def _reply_brakes(policy: Policy, case: Case, now: datetime) -> list[Tally]:
    """What is counted of an answer to a reply: how much an address gets, and how fast a case is answered."""
    limits, address = policy.limits, case.address
    of_address = [Tally(f"replied-{hashed(address.identity)}", now, limits.replies_a_day)] if address else []
    return [*of_address, Tally(f"replied-{case.reference}", now, limits.replies_at_once, Span.TEN_MINUTES)]


def _open(
    centre: Centre, event: MailEvent, belonging: Belonging, new: str, now: datetime, reached: frozenset[str]
) -> Accepted:
    mail = event.mail
    matter = f"{mail.subject}\n{event.signed.said}"
    seen = _read(centre, matter)
    words = (mail.full_text or mail.subject)[: EMAIL.longest_text]
    language = triage.language_of(event.signed.said or mail.subject)
    opening = accepting.opening(new, event.party, words, seen, language)
    opening = _with_first_words(centre, event, opening, now)
    opening = replace(
        opening,
        summary=mail.subject,
        attachments=event.attachments,
        raw=event.more_than(words) if mail.full_text else "",
        thread=_thread(event),
        held=event.verdicts.held,
        notes=_notes(event, belonging, opening.language),
        from_regulator=event.is_proven and centre.policy.is_regulator(mail.author.rpartition("@")[2].lower()),
    )
    if opening.from_regulator:
        opening = replace(opening, priority=opening.priority.or_more(Priority.HIGH))
    opening, tallies = _counted(centre, event, opening, now, reached)
    entry = _entry(event, now, EntryKind.OPENED, reference=new, **({"held": opening.held} if opening.held else {}))
    return _store(centre, event, entry, now, centre.open(opening, now), tallies)


def _read(centre: Centre, matter: str) -> Triage:
    """Our own reading of a mail, settled by the second reader where there is one and it is in doubt."""
    seen = triage.read(matter)
    reading = readers.asked(centre.reader, matter) if centre.reader and triage.is_doubtful(seen) else None
    return readers.settled(seen, reading) if reading else seen


def _facts(centre: Centre, language: Language, now: datetime) -> Facts:
    return Facts(
        operator=centre.operator.name,
        short_number=centre.operator.short_number,
        honorific=EMAIL.honorific,
        today=now.astimezone(messages.WIB).date(),
        language=language,
        satisfied_from=centre.policy.satisfaction.satisfied_from,
    )


def _with_first_words(centre: Centre, event: MailEvent, opening: Opening, now: datetime) -> Opening:
    """What the first letter says besides: what was understood; what answers the matter itself, so that it helps
    already; and of a complaint what else its team needs to know, asked this once. Who is in need reads what to do.

    A subject mostly says in two words what the text says; it counts where the text alone says too little.
    """
    mail, language = event.mail, opening.language
    said = event.signed.said[:_READ]
    facts = _facts(centre, language, now)
    whole = f"{mail.subject}\n{said}"[:_READ]
    read = [conversation.letter(one, language, facts) for one in (said, whole) if one.strip()]
    in_need = next((one for one in read if one.alarm), None)
    answer = in_need or next((one for one in read if one.words), read[-1] if read else None)
    if answer is None:
        return opening
    if answer.alarm:
        opening = replace(opening, priority=opening.priority.or_more(answer.alarm.priority), first_aid=True)
        return opening if event.verdicts.held else replace(opening, told=answer.words, talk=answer.dialogue.write())
    if event.verdicts.held:
        return opening
    if answer.is_courtesy:
        opening = replace(opening, kind=Kind.INFORMATION, courtesy=True, priority=Priority.NORMAL)
        return replace(opening, told=answer.words, talk=answer.dialogue.write())
    if answer.is_harmless:
        opening = replace(opening, kind=Kind.INFORMATION)
    trouble = triage.read(answer.trouble) if answer.trouble and opening.kind is Kind.INFORMATION else None
    if trouble:
        priority = opening.priority.or_more(trouble.priority)
        opening = replace(opening, kind=Kind.COMPLAINT, category=trouble.category, priority=priority)
    if answer.about and opening.kind is Kind.INFORMATION:
        opening = replace(opening, category=answer.about)
    words = (said or mail.subject)[:_READ] if event.is_proven else ""
    parts = [
        conversation.condolence(whole, language),
        conversation.understood(opening.kind, opening.category, language, words),
        answer.words,
    ]
    missing: tuple[str, ...] = ()
    if opening.kind is Kind.COMPLAINT:
        missing = conversation.missing(f"{mail.subject}\n{mail.text}"[:_READ], opening.category, language, facts)
        parts.append(conversation.asked_for(missing, language))
    elif answer.words and opening.kind is not Kind.SUGGESTION:
        parts.append(conversation.not_helped(language))
    talk = answer.dialogue.evolve(missing=missing)
    return replace(opening, told="\n\n".join(filter(None, parts)), talk=talk.write())


def _counted(
    centre: Centre, event: MailEvent, opening: Opening, now: datetime, reached: frozenset[str]
) -> tuple[Opening, list[Tally]]:
    """A new case as its author may have it now. Past any of the limits it is held: nobody is flooded with answers, and
    two machines that write to each other stop.

    What is held anyway is counted nowhere. Whose mail is not surely theirs uses up nothing of who has the address.
    """
    if opening.held:
        return opening, []
    address, askers = opening.party.address, []
    if address:
        askers.append(Asker(hashed(address.identity), claimed=address.claimed))
    if not event.is_proven:
        askers.append(_UNPROVEN)
    brakes = _brakes(centre.policy, event, now)
    opening, tallies = accepting.counted(centre, askers, opening, now, reached)
    tallies += [one for one in brakes if one.who not in reached]
    if not reached.isdisjoint({*(one.who for one in brakes), *(asker.cases for asker in askers)}):
        opening = replace(opening, held=Held.FLOOD)
    return opening, tallies


def _brakes(policy: Policy, event: MailEvent, now: datetime) -> list[Tally]:
    """What is counted of a new case besides who asks: how fast an address writes, and what names one case, whatever
    address it comes from. A machine that changes its address each time still answers our letter.
    """
    limits, address = policy.limits, event.party.address
    brakes = []
    if address:
        brakes.append(Tally(f"mailed-{hashed(address.identity)}", now, limits.mailed_at_once, Span.TEN_MINUTES))
    for one in event.named[:1]:
        brakes.append(Tally(f"naming-{one}", now, limits.naming_one_a_day))
        brakes.append(Tally(f"naming-now-{one}", now, limits.naming_one_at_once, Span.TEN_MINUTES))
    return brakes


def _notes(event: MailEvent, belonging: Belonging, language: Language) -> tuple[str, ...]:
    """What the team has to know besides the words."""
    mail = event.mail
    notes = []
    if not event.is_proven:
        notes.append(messages.text("note.unproven_sender", language))
    if mail.author and EMAIL.canonical(mail.sender) != EMAIL.canonical(mail.author):
        notes.append(messages.text("note.reply_to", language, address=mail.sender))
    if event.verdicts.held is Held.VIRUS:
        notes.append(messages.text("note.virus", language))
    if belonging.after:
        notes.append(messages.text("note.after", language, reference=reference.grouped(belonging.after)))
    if belonging.beside:
        notes.append(messages.text("note.beside", language, reference=reference.grouped(belonging.beside)))
    if belonging.foreign:
        notes.append(messages.text("note.foreign", language, reference=reference.grouped(belonging.foreign)))
    if not mail.is_whole:
        notes.append(messages.text("note.not_whole", language))
    return tuple(notes)


def _thread(event: MailEvent) -> MailThread:
    """What an answer threads under. It repeats the subject to nobody who may not have written it."""
    mail = event.mail
    subject = mail.subject[:200] if event.is_proven else ""
    return MailThread(subject=subject, message_id=mail.message_id, references=mail.references[-20:])
