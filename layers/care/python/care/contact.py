"""One interaction on one channel, and what each accepted event left in it."""

from datetime import datetime

from pydantic import Field

from care.model import Value
from care.proof import Proof
from care.words import Channel, Language


class Button(Value):
    """A quick reply: what it says and what it sends."""

    label: str
    text: str


class Message(Value):
    """One line of a chat as both sides see it, numbered from 1 without gaps within its contact."""

    seq: int
    sender: str
    text: str
    at: datetime
    buttons: tuple[Button, ...] = ()
    client_id: str = ""


class Entry(Value):
    """What one accepted event left in a contact, keyed by the event's own id; ``answer`` is what it was answered."""

    contact_id: str
    event_id: str
    at: datetime
    what: str
    answer: dict[str, str] = Field(default_factory=dict)
    messages: tuple[Message, ...] = ()


class Contact(Value):
    """A call, a mail, a chat session or an SMS.

    Of a chat, ``length`` counts the messages, ``reference`` is its newest case and ``question`` the case whose
    customer was last asked here whether it is solved; ``proof`` is a code on its way, ``proven`` the number (E.164)
    of the line proven here.
    """

    contact_id: str
    channel: Channel
    customer_id: str | None
    started_at: datetime
    language: Language | None = None
    reference: str | None = None
    question: str = ""
    proof: Proof | None = None
    proven: str = ""
    dialogue: str = ""
    length: int = 0
    note: str = ""
