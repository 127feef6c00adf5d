"""A chat: each message is answered at once, numbered, and stored with its answer."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from care import case as cases
from care import conversation, messages, reference, satisfaction, triage
from care.case import Case, Draft
from care.centre import Centre
from care.contact import Contact, Entry, Message
from care.conversation import Place, Said, Turn, Voice, VoiceOf, Wish
from care.customer import Address
from care.intake.accepting import Accepted, guesser, once, still_joins, with_free_reference
from care.lifecycle import is_unresolved
from care.satisfaction import Verdict
from care.store import NotFound
from care.words import Channel, Kind, Language, Status


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
    tally: tuple[str, datetime] | None = None
    opened: bool = False
    answered: bool = False


def chat_contact_id(session: str) -> str:
    """A chat is known by a hash of the secret its browser keeps."""
    return f"chat-{hashlib.sha256(session.encode()).hexdigest()[:32]}"


def chat_resumed(centre: Centre, contact_id: str, after: int, now: datetime) -> tuple[list[Message], str | None]:
    """The messages numbered above ``after``, and the reference of the chat's case.

    A new chat is greeted; that is stored only with the customer's first message, so that looking leaves no contact.
    """
    try:
        file = centre.store.contact_file(contact_id)
    except NotFound:
        return [one for one in [_greeting(centre, now)] if one.seq > after], None
    said_so_far = sorted((one for entry in file.entries for one in entry.messages), key=lambda one: one.seq)
    return [one for one in said_so_far if one.seq > after], file.contact.reference


def _greeting(centre: Centre, now: datetime) -> Message:
    said = conversation.welcome(Language.INDONESIAN, _voice_of(centre))
    return Message(seq=1, sender=cases.CARE, text=said.text, buttons=said.buttons, at=now)


def chat_message(centre: Centre, message: ChatMessage, now: datetime) -> Accepted:
    """Accept a chat message; ``entry.messages`` holds it and its answers, numbered."""
    return once(lambda: _chat_message(centre, message, now))


def _chat_message(centre: Centre, message: ChatMessage, now: datetime) -> Accepted:
    try:
        contact = centre.store.contact(message.contact_id)
    except NotFound:
        contact = _new_chat(message.contact_id, now)
    about = contact.question or contact.reference
    case = centre.store.case(about) if about else None

    def write(new: str) -> Accepted:
        answering = _chat_turn(centre, contact, case, message, new, now)
        return _store_turn(centre, contact, message, answering, now)

    return with_free_reference(f"{message.contact_id}/{message.client_id}", write)


def _new_chat(contact_id: str, now: datetime) -> Contact:
    address = Address(channel=Channel.CHAT, value=contact_id)
    return Contact(contact_id=contact_id, channel=Channel.CHAT, customer_id=address.customer_id, started_at=now)


def _voice_of(centre: Centre) -> VoiceOf:
    return VoiceOf(centre.operator.name, centre.operator.short_number)


def _chat_turn(
    centre: Centre, contact: Contact, case: Case | None, message: ChatMessage, new: str, now: datetime
) -> _Answering:
    turn = conversation.turn(
        Place(contact.dialogue),
        contact.language,
        message.text,
        _voice_of(centre),
        contact.reference or "",
        bool(case and is_unresolved(case.status)),
    )
    voice = _voice_of(centre)(turn.language)
    if case and not contact.dialogue and _answers_question(centre, case, turn, message.text, now):
        return _chat_answer(centre, contact, case, turn, voice, message, now)
    if case and contact.reference and case.reference != contact.reference:
        newest = centre.store.case(contact.reference)
        return _chat_turn(centre, contact.model_copy(update={"question": ""}), newest, message, new, now)
    answering = _Answering(turn, list(turn.said), reference=contact.reference)
    if turn.wish is Wish.OPEN:
        _chat_open(centre, answering, voice, message, new, now)
    elif turn.wish is Wish.ADD and case:
        draft = centre.edit(case, now)
        cases.hear(draft, message.text, Channel.CHAT)
        answering.drafts.append(draft)
        answering.said.append(voice.say("added", "complaint", "status", reference=reference.grouped(case.reference)))
    elif turn.wish is Wish.STATUS:
        _chat_status(centre, answering, voice, contact, case, now)
    return answering


def _answers_question(centre: Centre, case: Case, turn: Turn, text: str, now: datetime) -> bool:
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
            or satisfaction.read(text, centre.store.policy.satisfaction.satisfied_from) is not None
        )
    if case.status is not Status.CLOSED or not still_joins(centre, case, now):
        return False
    read = satisfaction.read(text, centre.store.policy.satisfaction.satisfied_from)
    return read is not None and read[0] is Verdict.DISSATISFIED


def _chat_answer(
    centre: Centre, contact: Contact, case: Case, turn: Turn, voice: Voice, message: ChatMessage, now: datetime
) -> _Answering:
    draft = centre.edit(case, now)
    verdict = cases.hear(draft, message.text, Channel.CHAT)
    key = (
        {Verdict.SATISFIED: "answer_taken", Verdict.DISSATISFIED: "reopening"}.get(verdict, "thanks")
        if verdict
        else "thanks"
    )
    answered = verdict is not Verdict.COURTESY
    return _Answering(turn, [voice.say(key)], [draft], reference=contact.reference, answered=answered)


def _chat_open(
    centre: Centre, answering: _Answering, voice: Voice, message: ChatMessage, new: str, now: datetime
) -> None:
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
    answering.drafts.append(centre.open(opening, now))
    answering.said.append(voice.say(key, "status", reference=reference.grouped(new)))
    answering.reference = new
    answering.opened = True


def _chat_status(
    centre: Centre, answering: _Answering, voice: Voice, contact: Contact, newest: Case | None, now: datetime
) -> None:
    """A chat hears of its own cases only; asking for others is counted."""
    asked, who = answering.turn.reference, guesser(contact.contact_id)
    if newest and newest.reference == asked and newest.customer_id == contact.customer_id:
        answering.said.append(_status_of(newest, voice))
        return
    case, wrong = centre.store.case_and_tally(asked, who, now) if reference.is_valid(asked) else (None, 0)
    if wrong >= centre.store.policy.status.wrong_guesses_a_day:
        answering.said.append(voice.say("too_many"))
    elif case and case.customer_id == contact.customer_id:
        answering.said.append(_status_of(case, voice))
    else:
        answering.said.append(voice.say("wrong_reference", "agent"))
        answering.tally = (who, now)


def _status_of(case: Case, voice: Voice) -> Said:
    team = messages.text(f"team.{case.team}", voice.language)
    status = messages.text(f"status.{case.status}", voice.language, team=team)
    due = messages.moment(case.due_at, voice.language)
    key = "status" if is_unresolved(case.status) else "status_done"
    return voice.say(key, reference=reference.grouped(case.reference), status=status, due=due)


def _store_turn(
    centre: Centre, contact: Contact, message: ChatMessage, answering: _Answering, now: datetime
) -> Accepted:
    said = [] if contact.length else [_greeting(centre, now)]
    lines = [Said(message.text), *answering.said]
    for line in lines:
        is_theirs = line is lines[0]
        said.append(
            Message(
                seq=contact.length + len(said) + 1,
                sender=cases.CUSTOMER if is_theirs else cases.CARE,
                text=line.text,
                buttons=line.buttons,
                at=now,
                client_id=message.client_id if is_theirs else "",
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
            "question": "" if answering.answered else contact.question,
            "dialogue": answering.turn.place,
            "length": contact.length + len(said),
        }
    )
    centre.store.commit(
        entry=entry,
        contact=changed,
        contact_length=contact.length,
        drafts=answering.drafts,
        tally=answering.tally,
    )
    return Accepted(entry, answering.reference or "", opened=answering.opened)
