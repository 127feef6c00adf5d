"""One interaction on one channel, and what each accepted event left in it."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from care.channels import Channel
from care.contacts.call import Call
from care.line.proof import Proof, Proven
from care.telling.outbox import Button
from care.value import Value
from care.words import Language


class EntryKind(StrEnum):
    """What an entry records: a step of a call, what became of a mail or an SMS, a message in or out of a chat."""

    CALL_STEP = "call_step"
    TROUBLE = "trouble"
    OPENED = "opened"
    JOINED = "joined"
    AUTOMATIC = "automatic"
    NO_NUMBER = "no_number"
    MESSAGE = "message"
    MESSAGE_OUT = "message_out"


class Message(Value):
    """One message of a talk as both sides see it, numbered from 1 without gaps within its contact."""

    seq: int
    sender: str
    text: str
    at: datetime
    buttons: tuple[Button, ...] = ()
    client_id: str = ""


class Entry(Value):
    """What one accepted event left in a contact, keyed by the event's own id.

    ``answer`` is what it was answered; its ``reference`` in a chat is the chat's newest case then.
    """

    contact_id: str
    event_id: str
    at: datetime
    what: EntryKind
    answer: dict[str, str] = Field(default_factory=dict)
    messages: tuple[Message, ...] = ()


class Contact(Value):
    """A call, a mail, a chat session, or what a number and we write each other by SMS.

    Of a talk, ``length`` counts the messages and ``heard_at`` is when its customer wrote last; ``reference`` is the
    case it is about, ``question`` the one whose customer was last asked here whether it is solved; ``proof`` is a code
    on its way, ``proven`` the line that was proven here. Of a call, ``spoken_at`` is when its customer was let speak a
    message, ``call`` what Connect tells of it.
    """

    contact_id: str
    channel: Channel
    started_at: datetime
    customer_id: str | None = None
    language: Language | None = None
    reference: str | None = None
    question: str = ""
    proof: Proof | None = None
    proven: Proven | None = None
    dialogue: str = ""
    length: int = 0
    heard_at: datetime | None = None
    spoken_at: datetime | None = None
    call: Call | None = None
