"""The ordered, append-only history of a case."""

from datetime import datetime
from enum import StrEnum

from care.cases.files import Attachment
from care.channels import Channel
from care.value import Value
from care.words import Status


class What(StrEnum):
    """What an entry of a timeline records."""

    OPENED = "opened"
    MOVED = "moved"
    MESSAGE_IN = "message_in"
    MESSAGE_OUT = "message_out"
    TAKEN = "taken"
    RELEASED = "released"
    WARNED = "warned"
    ESCALATED = "escalated"
    UPDATED = "updated"
    NUDGED = "nudged"
    ASKED = "asked"
    UNASKED = "unasked"
    ANSWERED = "answered"
    REMINDED = "reminded"
    NOTIFIED = "notified"
    PROMISED = "promised"
    KEPT = "kept"
    BROKEN = "broken"
    REFUSED = "refused"
    PRIORITY = "priority"
    TRANSFERRED = "transferred"
    MERGED = "merged"
    SPLIT = "split"
    SENT_AGAIN = "sent_again"
    NOT_SENT = "not_sent"
    ORDER = "order"
    NOTE = "note"


class Sign(StrEnum):
    """By what a mail came to the case it was not the first of."""

    NONE = ""
    SIGNED = "signed"
    """The address it came to, or an id it answers, was made for its author alone."""
    THREAD = "thread"
    """It answers a mail of the case, by Message-ID."""
    SUBJECT = "subject"
    """Its subject has the reference."""
    TEXT = "text"
    """Its text has the reference."""
    ANSWER = "answer"
    """It says no more than what its author was asked, or thanks."""
    LIKE = "like"
    """Its author has one open case with this subject."""


class TimelineEntry(Value):
    """One thing that happened; ``number`` counts from 1 without gaps.

    ``status`` is where the case stood afterwards. ``by`` is who did it: a customer, the centre, an agent by name.
    ``message`` is the key of the message or of the agent's command that it tells of, ``sign`` why a mail stands here,
    and ``raw`` where it is kept as it came if it has more words than these.
    """

    number: int
    at: datetime
    what: What
    by: str
    status: Status
    channel: Channel | None = None
    text: str = ""
    message: str = ""
    attachments: tuple[Attachment, ...] = ()
    sign: Sign = Sign.NONE
    raw: str = ""
