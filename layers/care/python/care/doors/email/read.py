"""A mail as it came (RFC 5322, MIME) made into what the centre needs of it. Reading never fails; the original is kept.

``mime`` makes words and files of its bytes, ``new_text`` and ``machines`` look at these; here their findings are put
together, and nothing is decided.
"""

import hashlib
import re
from dataclasses import dataclass
from email.message import Message
from email.utils import mktime_tz, parsedate_tz
from functools import cached_property

from care import reference
from care.cases.files import File
from care.channels import EMAIL
from care.doors.email import machines
from care.doors.email.machines import Automatic, Kind
from care.doors.email.mime.contents import charset_of, contents
from care.doors.email.mime.headers import ids, mailbox, own_id, text_of, words_of
from care.doors.email.mime.parts import take_apart
from care.doors.email.new_text import new_part
from care.doors.email.returned import NOTHING, Returned, returned
from care.telling.reply_address import is_ours

# What is read of a mail is bounded, so that no mail is too large for the store or too slow to read.
_HEADER_LENGTH = 10_000
_MAILBOX_LENGTH = 2000
_MARKUP_LENGTH = 500_000
# A header that names one mailbox in so plain a way that no two readers take it for different ones (RFC 5322, 3.4).
_ONE_MAILBOX = re.compile(
    r"""(?:(?:"(?:[^"\\]|\\.)*"|[^"<>(),:;@\[\]\\])*<(?P<named>[^\s"<>(),:;@\[\]\\]+@[^\s"<>(),:;@\[\]\\]+)>"""
    r"""|(?P<bare>[^\s"<>(),:;@\[\]\\]+@[^\s"<>(),:;@\[\]\\]+)(?:\s+\([^()<>@\\]*\))?)"""
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# What a reader that meets what its author did not think of fails with: then the mail is kept as it came.
_FAULTS = (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


@dataclass(frozen=True)
class Mail:
    """``sender`` is where an answer is asked for (Reply-To, else From); ``author`` is who the mail says wrote it, and
    ``author_is_clear`` that it names one mailbox, plainly. ``message_id`` is made from the content if none came.

    ``text`` is the new part, ``full_text`` the whole; ``references`` runs from the oldest ancestor to the parent.
    ``sent_at`` is its Date, by the clock of UTC if it is one. ``automatic`` says what it is that no person wrote; it is
    stored and changes nothing. ``returned`` is what came back, if it says so. Of a mail that is not ``is_whole``
    something was not read, and its last file is all of it, as it came. ``results`` is the topmost
    ``Authentication-Results``: who received the mail last put it there. ``fault`` names what reading failed with.
    """

    message_id: str
    sender: str
    sender_name: str
    author: str
    author_name: str
    author_is_clear: bool
    subject: str
    text: str
    full_text: str
    references: tuple[str, ...]
    case_references: tuple[str, ...]
    files: tuple[File, ...]
    automatic: Automatic | None = None
    returned: Returned = NOTHING
    sent_at: str = ""
    is_whole: bool = True
    results: str = ""
    fault: str = ""

    @property
    def is_automatic(self) -> bool:
        """Whether no person wrote it (RFC 3834)."""
        return self.automatic is not None

    @cached_property
    def contact_id(self) -> str:
        """The same for every delivery of this mail: Message-ID, author, words and files make it."""
        return f"email-{self._digest(self.message_id)[:32]}"

    @cached_property
    def copy_id(self) -> str:
        """The same for every mail of its author with these words and files and this Date, whatever id each bears; ""
        for one without a Date.
        """
        return self._digest(self.sent_at) if self.sent_at else ""

    def _digest(self, own: str) -> str:
        digest = hashlib.sha256()
        files = self.files if self.is_whole else self.files[:-1]
        for part in (own, self.author, self.subject, self.full_text, *(one.digest for one in files)):
            digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
        return digest.hexdigest()


def opening_event(author: str, message_id: str) -> str:
    """The event of the case that a mail opens: who answers to the mail names its id, and so its case."""
    return f"{EMAIL.canonical(author)}/{message_id}"


def read(raw: bytes, own_address: str) -> Mail:
    """Read a mail of any shape. What cannot be read is its one file, and a person must look at it."""
    try:
        return _read(raw, own_address)
    except _FAULTS as fault:
        return _unread(raw, type(fault).__name__)


def _read(raw: bytes, own_address: str) -> Mail:
    taken = take_apart(raw)
    head, charset = taken.head, charset_of(taken.body)
    subject = words_of(str(head.get("Subject", ""))[:_HEADER_LENGTH], charset)[:_HEADER_LENGTH]
    found = contents(taken.body, charset, _from_html)
    is_whole = found.whole and taken.whole
    name, author = _author(head, charset)
    answer_name, answer_to = mailbox(str(head.get("Reply-To", "")), charset)
    to_us = is_ours(answer_to, own_address)
    text, parts = new_part(found.text[: EMAIL.longest_text], subject), list(taken.body.leaves())
    automatic = machines.judge(machines.Seen(head, parts, author, name, subject, text, found.text, own_address))
    came_back = automatic is not None and automatic.kind is Kind.BOUNCE
    return Mail(
        message_id=own_id(_raw_header(head, "Message-ID"))
        or _made_id(author, _raw_header(head, "Date"), subject, found.text),
        sender=author if to_us else answer_to or author,
        sender_name=name if to_us else answer_name or name,
        author=author,
        author_name=name,
        author_is_clear=taken.head_is_plain and _is_clear(head, author),
        subject=subject,
        text=text,
        full_text=found.text,
        references=_thread(head),
        case_references=tuple(reference.find(subject)),
        files=tuple(found.files if is_whole else [*found.files, _whole(raw)]),
        automatic=automatic,
        returned=returned(head, parts, subject, found.text, own_address) if came_back else NOTHING,
        sent_at=_moment(_raw_header(head, "Date")),
        is_whole=is_whole,
        results=_raw_header(head, "Authentication-Results"),
    )


def _unread(raw: bytes, fault: str) -> Mail:
    """A mail that says nothing but that it came."""
    return Mail(
        message_id=_made_id(hashlib.sha256(raw).hexdigest()),
        sender="",
        sender_name="",
        author="",
        author_name="",
        author_is_clear=False,
        subject="",
        text="",
        full_text="",
        references=(),
        case_references=(),
        files=(_whole(raw),),
        is_whole=False,
        fault=fault,
    )


def _whole(raw: bytes) -> File:
    return File("message.eml", "message/rfc822", lambda: (raw,))


def _from_html(markup: str) -> str:
    from care.doors.email.mime.markup import to_text  # most mail has its words plainly, too

    return to_text(markup[:_MARKUP_LENGTH])


def _moment(date: str) -> str:
    """A Date by the clock of UTC, in seconds, as programs on its way may write it anew; as it stands if it is none."""
    try:
        parsed = parsedate_tz(date)
        return str(mktime_tz(parsed)) if parsed else " ".join(date.split())
    except _FAULTS:
        return " ".join(date.split())


def _thread(head: Message) -> tuple[str, ...]:
    """The ids of the mails before this, from the oldest to its parent, each once."""
    both = (*ids(_raw_header(head, "References")), *ids(_raw_header(head, "In-Reply-To")))
    return tuple(dict.fromkeys(both))


def _made_id(*parts: str) -> str:
    """For a mail that has none; of the writer's own words alone, as each delivery adds headers of its own."""
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f"<{digest}@without-message-id.invalid>"


def _raw_header(message: Message, name: str) -> str:
    """A header as it was written, raw 8-bit read as UTF-8 or else Windows-1252."""
    return text_of(str(message.get(name, ""))[:_HEADER_LENGTH])


def _author(head: Message, charset: str) -> tuple[str, str]:
    """Name and address of who wrote: of From, and where that has no address, of the field that is next to say it."""
    name, author = mailbox(str(head.get("From", "")), charset)
    for other in () if author else ("Sender", "Reply-To", "Return-Path"):
        other_name, author = mailbox(str(head.get(other, "")), charset)
        if author:
            return name or other_name, author
    return name, author


def _is_clear(message: Message, author: str) -> bool:
    """Whether one From header names one mailbox, and it is the author's."""
    headers = message.get_all("From", [])
    if len(headers) != 1 or len(str(headers[0])) > _MAILBOX_LENGTH:
        return False
    raw = re.sub(r"\r?\n(?=[ \t])", "", text_of(str(headers[0]))).strip()
    found = None if _CONTROL.search(raw) or "\x1b" in str(headers[0]) else _ONE_MAILBOX.fullmatch(raw)
    return found is not None and bool(author) and (found["named"] or found["bare"]) == author
