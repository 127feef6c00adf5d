"""What the doors accept: a step of a call, a mail, a chat message, an SMS. Read, decide, write once.

The same event twice leaves one entry and is answered the same; ``Accepted.again`` tells that it was known.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from care import case as cases
from care import conversation, messages, phone, reference, satisfaction, triage
from care.case import Case, Draft, Operator
from care.contact import Contact, Entry, Message
from care.conversation import Place, Said, Turn, Voice, VoiceOf, Wish
from care.customer import Address
from care.lifecycle import is_unresolved
from care.mail import Mail
from care.outbox import MailThread
from care.satisfaction import Verdict
from care.store import AlreadyAccepted, NotFound, ReferenceTaken, Store, until_stored
from care.timeline import Attachment, What
from care.words import Category, Channel, Kind, Language, Status

CALL_OPERATIONS = ("greet", "complain", "callback", "status")
_ATTEMPTS = 20


@dataclass(frozen=True)
class Accepted:
    """What became of an event: its entry, and the reference of the case it opened or joined."""

    entry: Entry
    reference: str = ""
    opened: bool = False
    again: bool = False


@dataclass(frozen=True)
class Desk:
    """What the use-cases stand on."""

    store: Store
    operator: Operator

    def open(self, opening: cases.Opening, now: datetime) -> Draft:
        """A new case."""
        return cases.open_case(opening, now, self.store.policy, self.operator)

    def edit(self, case: Case, now: datetime) -> Draft:
        """A change of a stored case."""
        return cases.edit(case, now, self.store.policy, self.operator)


def _with_free_reference(event: str, write: Callable[[str], Accepted]) -> Accepted:
    """Run ``write`` with the event's reference; with its next one while another case has it."""
    for attempt in range(_ATTEMPTS):
        try:
            return write(reference.derive(event, attempt))
        except ReferenceTaken:
            continue
    raise ReferenceTaken(f"{_ATTEMPTS} references of one event are all taken")


# ---- calls ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CallStep:
    """One Lambda block of a call. ``caller`` is the caller id as the carrier gives it, ``None`` when withheld."""

    contact_id: str
    step: int
    operation: str
    language: Language
    caller: str | None
    category: Category = Category.OTHER
    phone: str = ""
    reference: str = ""

    @property
    def address(self) -> Address | None:
        """Where the caller is reached: the number keyed in, else the caller id."""
        number = phone.to_e164(self.phone) or phone.to_e164(self.caller)
        return Address(channel=Channel.PHONE, value=number) if number else None


def call_step(desk: Desk, step: CallStep, now: datetime) -> Accepted:
    """Accept a step of a call; ``entry.answer`` is a flat map of strings for the flow."""
    take = {"greet": _greet, "complain": _complain, "callback": _call_back, "status": _tell_status}[step.operation]
    try:
        return take(desk, step, now)
    except AlreadyAccepted as known:
        return Accepted(known.entry, known.entry.answer.get("reference", ""), again=True)


def _call_entry(step: CallStep, now: datetime, **answer: str) -> Entry:
    return Entry(
        contact_id=step.contact_id,
        event_id=str(step.step),
        at=now,
        what=step.operation,
        answer={"next_step": str(step.step + 1), **answer},
    )


def _call(step: CallStep, now: datetime, case_reference: str | None = None) -> Contact:
    address = step.address
    return Contact(
        contact_id=step.contact_id,
        channel=Channel.PHONE,
        customer_id=address.customer_id if address else None,
        started_at=now,
        language=step.language,
        reference=case_reference,
    )


def _greet(desk: Desk, step: CallStep, now: datetime) -> Accepted:
    known = desk.store.cases_of(step.address.customer_id) if step.address else []
    entry = _call_entry(
        step,
        now,
        known=_flag(bool(known)),
        language=known[0].language if known else "",
        open_case=_flag(any(is_unresolved(one.status) for one in known)),
    )
    desk.store.commit(entry=entry, contact=_call(step, now))
    return Accepted(entry)


def _complain(desk: Desk, step: CallStep, now: datetime) -> Accepted:
    if not step.address:
        return _ask_phone(desk, step, now)
    return _open_by_phone(desk, step, now, Kind.COMPLAINT, step.category, "")


def _call_back(desk: Desk, step: CallStep, now: datetime) -> Accepted:
    if not step.address:
        return _ask_phone(desk, step, now)
    wish = "Minta ditelepon petugas" if step.language is Language.INDONESIAN else "Asks to be called back"
    return _open_by_phone(desk, step, now, Kind.INFORMATION, Category.SERVICE, wish)


def _ask_phone(desk: Desk, step: CallStep, now: datetime) -> Accepted:
    outcome = "invalid_phone" if step.phone else ("no_number" if step.operation == "callback" else "need_phone")
    entry = _call_entry(step, now, outcome=outcome)
    desk.store.commit(entry=entry, contact=_call(step, now))
    return Accepted(entry)


def _open_by_phone(desk: Desk, step: CallStep, now: datetime, kind: Kind, category: Category, text: str) -> Accepted:
    address = step.address
    assert address is not None

    def write(new: str) -> Accepted:
        digits = {f"digit_{place}": digit for place, digit in enumerate(new, start=1)}
        entry = _call_entry(step, now, outcome="stored", reference=new, **digits)
        draft = desk.open(
            cases.Opening(
                reference=new,
                kind=kind,
                category=category,
                urgent=False,
                language=step.language,
                channel=Channel.PHONE,
                contact_id=step.contact_id,
                customer_id=address.customer_id,
                address=address,
                text=text,
                summary=text or f"{kind}: {category}",
            ),
            now,
        )
        desk.store.commit(entry=entry, contact=_call(step, now, new), drafts=[draft])
        return Accepted(entry, new, opened=True)

    return _with_free_reference(f"{step.contact_id}/{step.step}", write)


def _tell_status(desk: Desk, step: CallStep, now: datetime) -> Accepted:
    """Reference and number together open the door; neither tells a stranger whether the case exists."""
    asked = "".join(one for one in step.reference if one.isdigit())
    keyed = phone.to_e164(step.phone)
    caller = phone.to_e164(step.caller)
    who = _guesser(caller or step.contact_id)
    case, wrong = desk.store.case_and_guesses(asked, who, now) if reference.is_valid(asked) else (None, 0)
    answer: dict[str, str]
    guess = None
    if wrong >= desk.store.policy.status.wrong_guesses_a_day:
        answer = {"outcome": "too_many"}
    elif case and any(
        case.address and number and case.address.belongs_to(Channel.PHONE, number) for number in (caller, keyed)
    ):
        answer = {"outcome": "told", "status": _spoken_status(case), "due_in": _due_in(case, now)}
    elif reference.is_valid(asked) and not keyed:
        answer = {"outcome": "need_phone"}
    else:
        answer, guess = {"outcome": "not_found"}, (who, now)
    entry = _call_entry(step, now, **answer)
    desk.store.commit(entry=entry, contact=_call(step, now), wrong_guess=guess)
    return Accepted(entry, case.reference if case and answer["outcome"] == "told" else "")


def _guesser(identity: str) -> str:
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _spoken_status(case: Case) -> str:
    return "waiting" if case.status is Status.WAITING_FOR_CUSTOMER else case.status


def _due_in(case: Case, now: datetime) -> str:
    """How far the promise is, in the words a recorded voice has."""
    if not is_unresolved(case.status):
        return ""
    if case.due_at <= now:
        return "passed"
    days = (case.due_at.astimezone(messages.WIB).date() - now.astimezone(messages.WIB).date()).days
    if days == 0:
        return "hours" if (case.due_at - now).total_seconds() <= 4 * 3600 else "today"
    return "tomorrow" if days == 1 else "days"


def _flag(value: bool) -> str:
    return "true" if value else "false"


# ---- mail -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MailEvent:
    """A received mail: SES's id for it, the mail, where its files are kept."""

    event_id: str
    mail: Mail
    attachments: tuple[Attachment, ...] = ()


def mail(desk: Desk, event: MailEvent, now: datetime) -> Accepted:
    """Accept a mail. Automatic mail is stored and changes nothing; a person's joins its case or opens one."""
    try:
        return until_stored(lambda: _mail(desk, event, now))
    except AlreadyAccepted as known:
        return Accepted(known.entry, known.entry.answer.get("reference", ""), again=True)


def _mail(desk: Desk, event: MailEvent, now: datetime) -> Accepted:
    mail = event.mail
    if mail.is_automatic or not mail.sender:
        entry = _mail_entry(event, now, what="automatic")
        desk.store.commit(entry=entry, contact=_mail_contact(event, now, None, note="automatic"))
        return Accepted(entry)
    joined = _find_case(desk, mail, now)
    if joined:
        return _join(desk, event, joined, now)
    return _with_free_reference(mail.contact_id, lambda new: _open_by_mail(desk, event, new, now))


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
    address = _mail_address(event.mail)
    return Contact(
        contact_id=event.mail.contact_id,
        channel=Channel.EMAIL,
        customer_id=address.customer_id if event.mail.sender else None,
        started_at=now,
        language=case.language if case else None,
        reference=case.reference if case else None,
        note=note,
    )


def _mail_address(mail: Mail) -> Address:
    return Address(channel=Channel.EMAIL, value=mail.sender, name=mail.sender_name)


def _find_case(desk: Desk, mail: Mail, now: datetime) -> Case | None:
    """The case a mail continues: by the thread, then by the reference in its subject.

    Only its own customer's mail joins a case: a reference or a Message-ID can be known to others.
    """
    threaded, named = desk.store.threads(mail.references, mail.case_references)
    for one in reversed(threaded):
        if one not in named:
            try:
                named[one] = desk.store.case(one)
            except NotFound:
                continue
    for one in (*reversed(threaded), *mail.case_references):
        case = named.get(one)
        if case and _is_theirs(case, mail) and _still_joins(desk, case, now):
            return case
    return None


def _is_theirs(case: Case, mail: Mail) -> bool:
    return bool(case.address) and any(
        case.address.belongs_to(Channel.EMAIL, sender)
        for sender in (mail.author, mail.sender)
        if case.address and sender
    )


def _still_joins(desk: Desk, case: Case, now: datetime) -> bool:
    return case.closed_at is None or desk.store.policy.may_reopen(case.closed_at, now)


def _join(desk: Desk, event: MailEvent, case: Case, now: datetime) -> Accepted:
    draft = desk.edit(case, now)
    text = event.mail.text or event.mail.subject
    cases.hear(draft, text, Channel.EMAIL, event.attachments, _thread(event.mail))
    entry = _mail_entry(event, now, what="joined", reference=case.reference)
    desk.store.commit(
        entry=entry,
        contact=_mail_contact(event, now, draft.case),
        drafts=[draft],
        mails={event.mail.message_id: case.reference},
    )
    return Accepted(entry, case.reference)


def _open_by_mail(desk: Desk, event: MailEvent, new: str, now: datetime) -> Accepted:
    mail = event.mail
    seen = triage.read(f"{mail.subject}\n{mail.text}")
    address = _mail_address(mail)
    draft = desk.open(
        cases.Opening(
            reference=new,
            kind=seen.kind,
            category=seen.category,
            urgent=seen.urgent,
            language=triage.language_of(mail.text) or seen.language or Language.INDONESIAN,
            channel=Channel.EMAIL,
            contact_id=mail.contact_id,
            customer_id=address.customer_id,
            address=address,
            text=mail.full_text or mail.subject,
            summary=mail.subject,
            attachments=event.attachments,
            thread=_thread(mail),
        ),
        now,
    )
    entry = _mail_entry(event, now, what="opened", reference=new)
    desk.store.commit(
        entry=entry,
        contact=_mail_contact(event, now, draft.case),
        drafts=[draft],
        mails={mail.message_id: new},
    )
    return Accepted(entry, new, opened=True)


def _thread(mail: Mail) -> MailThread:
    return MailThread(subject=mail.subject[:200], message_id=mail.message_id, references=mail.references[-20:])


# ---- chat -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ChatMessage:
    """One message of a chatter, with the id its browser gave it."""

    contact_id: str
    client_id: str
    text: str


@dataclass
class _Answering:
    """A turn with what the store had to say about it."""

    turn: Turn
    said: list[Said]
    drafts: list[Draft] = field(default_factory=list)
    reference: str | None = None
    wrong_guess: tuple[str, datetime] | None = None
    opened: bool = False


def chat_contact_id(session: str) -> str:
    """A chat is known by a hash of the secret its browser keeps."""
    return f"chat-{hashlib.sha256(session.encode()).hexdigest()[:32]}"


def chat_resumed(desk: Desk, contact_id: str, after: int, now: datetime) -> tuple[list[Message], str | None]:
    """The messages numbered above ``after``, and the reference of the chat's case. A new chat is greeted."""
    try:
        file = desk.store.contact_file(contact_id)
    except NotFound:
        said = conversation.welcome(Language.INDONESIAN, _voice_of(desk))
        greeting = Message(seq=1, sender="care", text=said.text, buttons=said.buttons, at=now)
        entry = Entry(contact_id=contact_id, event_id="welcome", at=now, what="welcome", messages=(greeting,))
        contact = _new_chat(contact_id, now).model_copy(update={"length": 1})
        try:
            desk.store.commit(entry=entry, contact=contact, contact_length=0)
        except AlreadyAccepted as known:
            return list(known.entry.messages), None
        return [greeting], None
    said_so_far = sorted((one for entry in file.entries for one in entry.messages), key=lambda one: one.seq)
    return [one for one in said_so_far if one.seq > after], file.contact.reference


def chat_message(desk: Desk, message: ChatMessage, now: datetime) -> Accepted:
    """Accept a chat message; ``entry.messages`` holds it and its answers, numbered."""
    try:
        return until_stored(lambda: _chat_message(desk, message, now))
    except AlreadyAccepted as known:
        return Accepted(known.entry, known.entry.answer.get("reference", ""), again=True)


def _chat_message(desk: Desk, message: ChatMessage, now: datetime) -> Accepted:
    try:
        contact = desk.store.contact(message.contact_id)
    except NotFound:
        contact = _new_chat(message.contact_id, now)
    case = desk.store.case(contact.reference) if contact.reference else None

    def write(new: str) -> Accepted:
        answering = _chat_turn(desk, contact, case, message, new, now)
        return _store_turn(desk, contact, message, answering, now)

    return _with_free_reference(f"{message.contact_id}/{message.client_id}", write)


def _new_chat(contact_id: str, now: datetime) -> Contact:
    address = Address(channel=Channel.CHAT, value=contact_id)
    return Contact(contact_id=contact_id, channel=Channel.CHAT, customer_id=address.customer_id, started_at=now)


def _voice_of(desk: Desk) -> VoiceOf:
    return VoiceOf(desk.operator.name, desk.operator.short_number)


def _chat_turn(
    desk: Desk, contact: Contact, case: Case | None, message: ChatMessage, new: str, now: datetime
) -> _Answering:
    turn = conversation.turn(
        Place(contact.dialogue),
        contact.language,
        message.text,
        _voice_of(desk),
        bool(case and is_unresolved(case.status)),
    )
    voice = _voice_of(desk)(turn.language)
    if case and _answers_question(desk, case, turn, message.text, now):
        return _chat_answer(desk, case, turn, voice, message, now)
    answering = _Answering(turn, list(turn.said), reference=contact.reference)
    if turn.wish is Wish.OPEN:
        _chat_open(desk, answering, voice, message, new, now)
    elif turn.wish is Wish.ADD and case:
        draft = desk.edit(case, now)
        cases.hear(draft, message.text, Channel.CHAT)
        answering.drafts.append(draft)
        answering.said.append(voice.say("added", "complaint", "status", reference=reference.grouped(case.reference)))
    elif turn.wish is Wish.STATUS:
        _chat_status(desk, answering, voice, contact, now)
    return answering


def _answers_question(desk: Desk, case: Case, turn: Turn, text: str, now: datetime) -> bool:
    """Whether words in this chat answer the satisfaction question, or say that a closed case came back."""
    if (
        turn.place is not Place.START
        or turn.wish is Wish.STATUS
        or (turn.said and turn.wish is Wish.NOTHING and case.status is Status.CLOSED)
    ):
        return False
    if case.status is Status.RESOLVED:
        return (
            turn.wish is not Wish.NOTHING
            or satisfaction.read(text, desk.store.policy.satisfaction.satisfied_from) is not None
        )
    if case.status is not Status.CLOSED or not _still_joins(desk, case, now):
        return False
    read = satisfaction.read(text, desk.store.policy.satisfaction.satisfied_from)
    return read is not None and read[0] is Verdict.DISSATISFIED


def _chat_answer(desk: Desk, case: Case, turn: Turn, voice: Voice, message: ChatMessage, now: datetime) -> _Answering:
    draft = desk.edit(case, now)
    verdict = cases.hear(draft, message.text, Channel.CHAT)
    key = (
        {Verdict.SATISFIED: "answer_taken", Verdict.DISSATISFIED: "reopening"}.get(verdict, "thanks")
        if verdict
        else "thanks"
    )
    return _Answering(replace(turn, place=Place.START), [voice.say(key)], [draft], reference=case.reference)


def _chat_open(desk: Desk, answering: _Answering, voice: Voice, message: ChatMessage, new: str, now: datetime) -> None:
    seen = triage.read(message.text)
    kind = answering.turn.kind or seen.kind
    address = Address(channel=Channel.CHAT, value=message.contact_id)
    opening = cases.Opening(
        reference=new,
        kind=kind,
        category=seen.category,
        urgent=seen.urgent,
        language=voice.language,
        channel=Channel.CHAT,
        contact_id=message.contact_id,
        customer_id=address.customer_id,
        address=address,
        text=message.text,
    )
    key = {Kind.COMPLAINT: "complaint_taken", Kind.SUGGESTION: "suggestion_taken"}.get(kind, "request_taken")
    answering.drafts.append(desk.open(opening, now))
    answering.said.append(voice.say(key, "status", reference=reference.grouped(new)))
    answering.reference = new
    answering.opened = True


def _chat_status(desk: Desk, answering: _Answering, voice: Voice, contact: Contact, now: datetime) -> None:
    """A chat hears of its own cases only; asking for others is counted."""
    asked, who = answering.turn.reference, _guesser(contact.contact_id)
    case, wrong = desk.store.case_and_guesses(asked, who, now) if reference.is_valid(asked) else (None, 0)
    if wrong >= desk.store.policy.status.wrong_guesses_a_day:
        answering.said.append(voice.say("too_many"))
    elif case and case.customer_id == contact.customer_id:
        answering.said.append(_status_of(case, voice))
    else:
        answering.said.append(voice.say("wrong_reference", "agent"))
        answering.wrong_guess = (who, now)


def _status_of(case: Case, voice: Voice) -> Said:
    team = messages.text(f"team.{case.team}", voice.language)
    status = messages.text(f"status.{case.status}", voice.language, team=team)
    due = messages.moment(case.due_at, voice.language)
    key = "status" if is_unresolved(case.status) else "status_done"
    return voice.say(key, reference=reference.grouped(case.reference), status=status, due=due)


def _store_turn(desk: Desk, contact: Contact, message: ChatMessage, answering: _Answering, now: datetime) -> Accepted:
    said = [Message(seq=contact.length + 1, sender="customer", text=message.text, at=now, client_id=message.client_id)]
    for line in answering.said:
        said.append(
            Message(
                seq=contact.length + 1 + len(said),
                sender="care",
                text=line.text,
                buttons=line.buttons,
                at=now,
            )
        )
    entry = Entry(
        contact_id=message.contact_id,
        event_id=message.client_id,
        at=now,
        what="message",
        answer={"reference": answering.reference} if answering.reference else {},
        messages=tuple(said),
    )
    changed = contact.model_copy(
        update={
            "language": answering.turn.language,
            "reference": answering.reference,
            "dialogue": answering.turn.place,
            "length": contact.length + len(said),
        }
    )
    desk.store.commit(
        entry=entry,
        contact=changed,
        contact_length=contact.length,
        drafts=answering.drafts,
        wrong_guess=answering.wrong_guess,
    )
    return Accepted(entry, answering.reference or "", opened=answering.opened)


# ---- SMS ------------------------------------------------------------------------------------------------------------


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


def sms(desk: Desk, event: Sms, now: datetime) -> Accepted:
    """Accept an SMS: an answer to the one open question, an addition to the customer's case, or a new case."""
    try:
        return until_stored(lambda: _sms(desk, event, now))
    except AlreadyAccepted as known:
        return Accepted(known.entry, known.entry.answer.get("reference", ""), again=True)


def _sms(desk: Desk, event: Sms, now: datetime) -> Accepted:
    number = phone.to_e164(event.sender)
    if not number:
        entry = Entry(contact_id=event.contact_id, event_id="sms", at=now, what="no_number")
        desk.store.commit(entry=entry, contact=_sms_contact(event, None, None, now, "no_number"))
        return Accepted(entry)
    address = Address(channel=Channel.SMS, value=number)
    case, several = _sms_case(desk, address, event.text, now)
    if not case:
        return _with_free_reference(event.contact_id, lambda new: _open_by_sms(desk, event, address, new, now))
    draft = desk.edit(case, now)
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
    desk.store.commit(entry=entry, contact=_sms_contact(event, address, draft.case, now), drafts=[draft])
    return Accepted(entry, case.reference)


def _without_reference(text: str) -> str:
    """The words beside the reference, so that its digits are not read as a score."""
    for found in reference.find(text):
        pattern = r"[ .\-]?".join(found)
        text = re.sub(pattern, "", text)
    return text.strip()


def _sms_case(desk: Desk, address: Address, text: str, now: datetime) -> tuple[Case | None, bool]:
    """The case an SMS is about, and whether it could be several: the one it names, the one question, the newest."""
    theirs = [one for one in desk.store.cases_of(address.customer_id) if _still_joins(desk, one, now)]
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


def _open_by_sms(desk: Desk, event: Sms, address: Address, new: str, now: datetime) -> Accepted:
    seen = triage.read(event.text)
    draft = desk.open(
        cases.Opening(
            reference=new,
            kind=seen.kind,
            category=seen.category,
            urgent=seen.urgent,
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
    desk.store.commit(entry=entry, contact=_sms_contact(event, address, draft.case, now), drafts=[draft])
    return Accepted(entry, new, opened=True)
