"""A chat: each message is answered at once, numbered, and stored with its answer."""

from dataclasses import dataclass
from datetime import datetime

from care import conversation
from care.cases.opening import Party
from care.centre import Centre
from care.channels import CHAT
from care.contacts import transcript
from care.contacts.contact import Message
from care.conversation import Said
from care.customer import Address, hashed
from care.doors.accepting import Accepted, Asker, new_contact, once, with_free_reference_within_limits
from care.doors.talking import Heard, Talking, counted_for
from care.services.table.items import NotFound
from care.words import CARE, Language

# About as many as fill a page's bytes: what is read and not sent is read again with the next page.
_PAGE_ENTRIES = 20


@dataclass(frozen=True)
class ChatMessage:
    """One message of a chatter, with the id its browser gave it; ``source`` is the internet address it came from."""

    contact_id: str
    client_id: str
    text: str
    source: str = ""

    @property
    def heard(self) -> Heard:
        """The chat itself is where an answer goes.

        Its cases come under its own limits, and under those of all who share its internet address.
        """
        party = Party(CHAT, self.contact_id, Address(channel=CHAT, value=self.contact_id))
        askers = Asker(hashed(self.contact_id)), Asker(hashed(f"source:{self.source}"), shared=True)
        return Heard(party, self.client_id, self.text, askers)


@dataclass(frozen=True)
class Page:
    """Some of what was said in a chat, in order.

    ``reference`` is the chat's newest case when the last of it was said; ``more``: there is more that way.
    """

    messages: list[Message]
    reference: str | None = None
    more: bool = False


def contact_id(session: str) -> str:
    """A chat is known by a hash of the secret its browser keeps."""
    return f"chat-{hashed(session)}"


def resume(
    centre: Centre, contact_id: str, now: datetime, *, after: int | None = None, before: int | None = None
) -> Page:
    """A page of the chat that fits a frame: what follows ``after``, what was said ``before``, or the newest.

    Turns are whole in it, so ``before`` is the first number of a page or a turn that the browser has. A new chat is
    greeted; that is stored only with the customer's first message, so that looking leaves no contact.
    """
    entries, more = centre.store.contacts.said(contact_id, _PAGE_ENTRIES, after=after, before=before)
    if not entries:
        first = _greeting(centre)
        greeting = Message(seq=1, sender=CARE, text=first.text, buttons=first.buttons, at=now)
        return Page([] if after or before else [greeting])
    count = transcript.fitting(entries)
    kept = entries[:count] if after is not None else entries[count - 1 :: -1]
    said = [one for entry in kept for one in entry.messages if after is None or one.seq > after]
    return Page(said, kept[-1].answer.get("reference"), more or count < len(entries))


def _greeting(centre: Centre) -> Said:
    operator = centre.operator
    return conversation.welcome(Language.INDONESIAN, operator.name, operator.short_number, CHAT.honorific)


def accept(centre: Centre, message: ChatMessage, now: datetime) -> Accepted:
    """Accept a chat message; ``entry.messages`` holds it and its answers, numbered."""
    return once(lambda: _accept(centre, message, now))


def _accept(centre: Centre, message: ChatMessage, now: datetime) -> Accepted:
    try:
        contact = centre.store.contacts.get(message.contact_id)
    except NotFound:
        contact = new_contact(message.heard.party, now)
    dialogue = conversation.read(contact.dialogue)
    wanted = dict.fromkeys(filter(None, (contact.question, contact.reference, dialogue.ordered)))
    whos = counted_for(contact, dialogue, message.text)
    found, counts = centre.store.tallies.with_cases(wanted, whos, now)

    def write(new: str, reached: frozenset[str]) -> Accepted:
        talking = Talking(centre, contact, message.heard, new, now, found, counts, reached)
        turn = talking.turn(conversation.turn(dialogue, message.text, talking.facts(contact.language)))
        greeting = [_greeting(centre)] if contact.length == 0 else []
        return talking.store(turn, turn.said, greeting=greeting)

    return with_free_reference_within_limits(message.heard.opens, write)
