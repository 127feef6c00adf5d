"""A mail as it came (RFC 5322, MIME) made into what the centre needs of it. Reading never fails; the original is kept.

Each ``_is_…`` and ``_find_…`` step looks at one thing; ``read`` puts their findings together and decides nothing.
"""

import hashlib
import html
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import Compat32
from email.utils import getaddresses, parseaddr

from care import reference
from care.cases.files import File
from care.channels import EMAIL

# What is read of a mail is bounded, so that no mail is too large for the store or too slow to read.
_HEADER_LENGTH = 10_000
_MARKUP_LENGTH = 500_000
_MOST_FILES = 100
# RFC 5321 section 4.5.3.1: 64 for the mailbox, 255 for the domain.
_ADDRESS_LENGTH = 320
# All that the standard library raises on broken encoded words.
_UNDECODABLE = (LookupError, ValueError, HeaderParseError, AssertionError)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
# RFC 5322 section 2.1.1: no line is longer than 998 characters.
_MESSAGE_ID = re.compile(r"<(?=[^<>@\s]*@)[^<>\s]{3,998}>")
_AUTO_PRECEDENCE = {"bulk", "list", "junk", "auto_reply"}
_MACHINES = re.compile(
    r"^(mailer-daemon|postmaster|abuse|root|no-?reply|do-?not-?reply|bounces?)([+.\-].*)?@", re.IGNORECASE
)
# What never ends runs to the end of the text: a search that fails at every start would take the square of its length.
_UNSEEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|head)\b.*?(?:</\1\s*>|(?=<body\b)|\Z)", re.IGNORECASE | re.DOTALL
)
_BREAKS = re.compile(r"<(?:br|/p|/div|/tr|/li|/h[1-6])\b[^<>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[a-z/!?][^<>]*>", re.IGNORECASE)
_HUGE_NUMBER = re.compile(r"&#\d{8,};?")
_QUOTE_START = re.compile(
    r"^(?:>.*|-{2,}\s*(?:original message|pesan asli|forwarded message)\s*-{2,}.*"
    r"|(?:on|pada|am|le)\b.{5,200}(?:wrote|menulis|schrieb|écrit)\s*:\s*)$",
    re.IGNORECASE,
)


class _AsItCame(Compat32):
    """Gives a header with raw 8-bit bytes as its lone surrogates, where the standard library puts question marks."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_AS_IT_CAME = _AsItCame()


@dataclass(frozen=True)
class Mail:
    """``sender`` is where an answer goes (Reply-To, else From); ``message_id`` is made from the content if none came.

    ``text`` is the new part, ``full_text`` the whole; ``references`` runs from the oldest ancestor to the parent.
    ``is_automatic`` is true of what no person wrote (RFC 3834); it is stored and changes nothing.
    """

    message_id: str
    sender: str
    sender_name: str
    author: str
    subject: str
    text: str
    full_text: str
    references: tuple[str, ...]
    case_references: tuple[str, ...]
    is_automatic: bool
    files: tuple[File, ...]

    @property
    def contact_id(self) -> str:
        """The same for every delivery of this mail: Message-ID, sender and content make it."""
        digest = hashlib.sha256()
        for part in (self.message_id, self.author, self.subject, self.full_text):
            digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
        return f"email-{digest.hexdigest()[:32]}"


def opening_event(author: str, message_id: str) -> str:
    """The event of the case that a mail opens: who answers to the mail names its id, and so its case."""
    return f"{EMAIL.canonical(author)}/{message_id}"


def read(raw: bytes, own_address: str) -> Mail:
    """Read a mail of any shape."""
    message = _parsed(raw)
    subject = _header(message, "Subject")
    text, files = _content(message)
    author = _address(message, "From")
    answer_to = _address(message, "Reply-To")
    sender = answer_to if answer_to[1] and answer_to[1].lower() != own_address.lower() else author
    ids = _MESSAGE_ID.findall(_raw_header(message, "Message-ID"))
    return Mail(
        message_id=ids[0] if ids else _made_id(author[1], _raw_header(message, "Date"), subject, text),
        sender=sender[1],
        sender_name=sender[0] or author[0],
        author=author[1],
        subject=subject,
        text=_new_part(text),
        full_text=text,
        references=_find_references(message),
        case_references=tuple(reference.find(subject)),
        is_automatic=_is_automatic(message, author[1], own_address),
        files=tuple(files),
    )


def _made_id(*parts: str) -> str:
    """For a mail that has none; of the writer's own words alone, as each delivery adds headers of its own."""
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f"<{digest}@without-message-id.invalid>"


def _parsed(raw: bytes) -> Message:
    try:
        return message_from_bytes(raw, policy=_AS_IT_CAME)
    except RecursionError:
        # Parts within parts, deeper than any mail program makes them: the headers are read, the rest is one file.
        return BytesHeaderParser(policy=_AS_IT_CAME).parsebytes(raw)


def _raw_header(message: Message, name: str) -> str:
    """A header as it was written, raw 8-bit read as UTF-8 or else Windows-1252."""
    return _without_surrogates(str(message.get(name, ""))[:_HEADER_LENGTH])


def _header(message: Message, name: str) -> str:
    """A header in words: encoded words decoded, on one line."""
    value = _raw_header(message, name)
    if value.isascii():
        with suppress(*_UNDECODABLE):
            value = str(make_header(decode_header(value)))
    return _one_line(value)[:_HEADER_LENGTH]


def _one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", _without_surrogates(text)).split())


def _without_surrogates(text: str) -> str:
    """Bytes that came through as lone surrogates are decoded; no other lone surrogate can be stored or sent."""
    if text.isascii():
        return text.replace("\0", "")
    if any("\udc80" <= one <= "\udcff" for one in text):
        with suppress(UnicodeError):
            text = _decoded(text.encode("utf-8", "surrogateescape"), None)
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def _decoded(raw: bytes, charset: str | None) -> str:
    """Declared charset, else UTF-8, else Windows-1252 with replacements: a mail is never refused for its charset."""
    for name in (charset, "utf-8"):
        if name:
            try:
                return raw.decode(name)
            except (LookupError, ValueError):
                continue
    return raw.decode("cp1252", "replace")


def _address(message: Message, name: str) -> tuple[str, str]:
    """Display name and address of the first mailbox in a header."""
    raw = _raw_header(message, name)
    if raw.count("(") > 10:
        # Comments within comments exhaust the stack of the standard library's parser.
        raw = raw.replace("(", " ").replace(")", " ")
    pairs = getaddresses([raw])
    shown, address = next(((one, two) for one, two in pairs if "@" in two), parseaddr(raw))
    try:
        shown = str(make_header(decode_header(shown)))
    except _UNDECODABLE:
        shown = ""
    address = "".join(address.split())
    address = address if "@" in address and len(address) <= _ADDRESS_LENGTH else ""
    return _one_line(shown)[:100], address


def _find_references(message: Message) -> tuple[str, ...]:
    found = _MESSAGE_ID.findall(_raw_header(message, "References") + " " + _raw_header(message, "In-Reply-To"))
    return tuple(dict.fromkeys(found))


def _is_automatic(message: Message, author: str, own_address: str) -> bool:
    submitted = _raw_header(message, "Auto-Submitted").split(";")[0].strip().lower()
    precedence = _raw_header(message, "Precedence").strip().lower()
    suppress = _raw_header(message, "X-Auto-Response-Suppress").strip().lower()
    return (
        submitted not in ("", "no")
        or precedence in _AUTO_PRECEDENCE
        or "all" in suppress
        or any(
            message.get(name) is not None
            for name in ("List-Unsubscribe", "List-Id", "X-Autoreply", "X-Autorespond", "X-Loop")
        )
        or _raw_header(message, "Return-Path").strip() == "<>"
        or message.get_content_type() == "multipart/report"
        or bool(_MACHINES.match(author))
        or author.lower() == own_address.lower()
    )


def _content(message: Message) -> tuple[str, list[File]]:
    """The text to be read (plain preferred over HTML) and the files, inline pictures among them."""
    plain: list[str] = []
    markup: list[str] = []
    files: list[File] = []
    for part in _parts(message):
        if part.get_content_maintype() == "message" and part.is_multipart():
            files.append(File(_file_name(part) or "message.eml", "message/rfc822", _attached_mail(part)))
            continue
        raw = _payload(part)
        kind, name = part.get_content_type(), _file_name(part)
        is_file = part.get_content_disposition() == "attachment" or bool(name)
        if kind == "text/plain" and not is_file:
            plain.append(_text(part, raw))
        elif kind == "text/html" and not is_file:
            markup.append(_text(part, raw))
        elif raw or name:
            files.append(File(name or f"file-{len(files) + 1}", kind[:100], raw))
    text = "\n".join(one.strip() for one in plain if one.strip())
    if not text:
        text = "\n".join(_from_html(one) for one in markup)
    return text.strip()[: EMAIL.longest_text], files[:_MOST_FILES]


def _parts(message: Message) -> Iterator[Message]:
    """The parts that hold something, in their order; an attached mail is one part."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        inner = part.get_payload()
        if isinstance(inner, list) and part.get_content_maintype() != "message":
            waiting.extend(one for one in reversed(inner) if isinstance(one, Message))
        else:
            yield part


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _attached_mail(part: Message) -> bytes:
    inner = part.get_payload()
    first = inner[0] if isinstance(inner, list) and inner else inner
    try:
        return first.as_bytes() if isinstance(first, Message) else str(first).encode("utf-8", "replace")
    except (RecursionError, KeyError, *_UNDECODABLE):
        # It cannot be written again as it was; the mail it came in is kept whole.
        return b""


def _text(part: Message, raw: bytes) -> str:
    charset = part.get_param("charset")
    text = _decoded(raw, charset if isinstance(charset, str) else None)
    return _without_surrogates(text).replace("\r\n", "\n")


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
    except (LookupError, UnicodeError, ValueError):
        return ""
    with suppress(*_UNDECODABLE):
        name = str(make_header(decode_header(name)))
    return _one_line(name).replace("/", "_").replace("\\", "_")[:200]


def _from_html(markup: str) -> str:
    markup = markup[:_MARKUP_LENGTH]
    return _words_of(_UNSEEN.sub("", markup)) or _words_of(markup)


def _words_of(markup: str) -> str:
    text = _HUGE_NUMBER.sub("\ufffd", _ANY_TAG.sub("", _BREAKS.sub("\n", markup)))
    lines = (" ".join(line.split()) for line in html.unescape(text).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _new_part(text: str) -> str:
    """What was written above the quoted mail; the whole when nothing stands above it or something stands below."""
    lines = text.splitlines()
    start = next(
        (number for number, line in enumerate(lines) if _QUOTE_START.match(line.strip()) and any(lines[:number])),
        None,
    )
    if start is None:
        return text
    rest = lines[start:]
    first_quoted = next((number for number, line in enumerate(rest) if line.lstrip().startswith(">")), None)
    if first_quoted is not None and any(
        line.strip() and not line.lstrip().startswith(">") for line in rest[first_quoted:]
    ):
        return text
    above = "\n".join(lines[:start]).strip()
    return above or text
