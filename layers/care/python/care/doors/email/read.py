"""A mail as it came (RFC 5322, MIME) made into what the centre needs of it. Reading never fails; the original is kept.

Each ``_is_…`` and ``_find_…`` step looks at one thing; ``read`` puts their findings together and decides nothing.
"""

import hashlib
import html
import re
from contextlib import suppress
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import unquote
from functools import cached_property

from care import reference
from care.cases.files import File
from care.channels import EMAIL
from care.doors.email.charsets import decode
from care.doors.email.parts import Part, take_apart
from care.telling.mime import ids, one_line
from care.telling.reply_address import is_ours

# What is read of a mail is bounded, so that no mail is too large for the store or too slow to read.
_HEADER_LENGTH = 10_000
_MAILBOX_LENGTH = 2000
_TEXT_BYTES = 1_000_000
_MARKUP_LENGTH = 500_000
_MOST_FILES = 100
# RFC 5321 section 4.5.3.1: 64 for the mailbox, 255 for the domain.
_ADDRESS_LENGTH = 320
# All that the standard library raises on broken encoded words.
_UNDECODABLE = (LookupError, ValueError, HeaderParseError, AssertionError)
# A header that names one mailbox in so plain a way that no two readers take it for different ones (RFC 5322, 3.4).
_ONE_MAILBOX = re.compile(
    r"""(?:(?:"(?:[^"\\]|\\.)*"|[^"<>(),:;@\[\]\\])*<(?P<named>[^\s"<>(),:;@\[\]\\]+@[^\s"<>(),:;@\[\]\\]+)>"""
    r"""|(?P<bare>[^\s"<>(),:;@\[\]\\]+@[^\s"<>(),:;@\[\]\\]+)(?:\s+\([^()<>@\\]*\))?)"""
)
# A mailbox as people and programs write it: the name may hold what it should not ("Budi @kantor <b@x.example>"), so an
# address in angle brackets comes before any other.
_ITEM = re.compile(r"[^,]+")
_ANGLED = re.compile(r"<([^<>]*)>")
_WORD = re.compile(r"[^<>\s;:()\[\]]+")
_ADDRESS = re.compile(r"\s*\S+@[^\s@]+\s*")
_COMMENT = re.compile(r"\((.*)\)", re.DOTALL)
_CHARACTERS = re.compile(r"\\.|.", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
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


@dataclass(frozen=True)
class Mail:
    """``sender`` is where an answer is asked for (Reply-To, else From); ``author`` is who the mail says wrote it, and
    ``author_is_clear`` that it names one mailbox, plainly. ``message_id`` is made from the content if none came.

    ``text`` is the new part, ``full_text`` the whole; ``references`` runs from the oldest ancestor to the parent.
    ``is_automatic`` is true of what no person wrote (RFC 3834); it is stored and changes nothing. Of a mail that
    is not ``is_whole`` something was not read, and its last file is all of it, as it came. ``results`` is the topmost
    ``Authentication-Results``: who received the mail last put it there.
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
    is_automatic: bool
    files: tuple[File, ...]
    is_whole: bool = True
    results: str = ""

    @cached_property
    def contact_id(self) -> str:
        """The same for every delivery of this mail: Message-ID, author, words and files make it."""
        digest = hashlib.sha256()
        own = self.files if self.is_whole else self.files[:-1]
        for part in (self.message_id, self.author, self.subject, self.full_text, *(one.digest for one in own)):
            digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
        return f"email-{digest.hexdigest()[:32]}"


def opening_event(author: str, message_id: str) -> str:
    """The event of the case that a mail opens: who answers to the mail names its id, and so its case."""
    return f"{EMAIL.canonical(author)}/{message_id}"


def read(raw: bytes, own_address: str) -> Mail:
    """Read a mail of any shape."""
    taken = take_apart(raw)
    head = taken.head
    subject = _header(head, "Subject")
    text, files, all_read = _content(taken.parts)
    is_whole = all_read and taken.whole
    if not is_whole:
        files.append(File("message.eml", "message/rfc822", raw))
    name, author = _address(head, "From")
    answer_name, answer_to = _address(head, "Reply-To")
    to_us = is_ours(answer_to, own_address)
    own_ids = ids(_raw_header(head, "Message-ID"))
    return Mail(
        message_id=own_ids[0] if own_ids else _made_id(author, _raw_header(head, "Date"), subject, text),
        sender=author if to_us else answer_to or author,
        sender_name=name if to_us else answer_name or name,
        author=author,
        author_name=name,
        author_is_clear=taken.head_is_plain and _is_clear(head, author),
        subject=subject,
        text=_new_part(text),
        full_text=text,
        references=ids(_raw_header(head, "References") + " " + _raw_header(head, "In-Reply-To")),
        case_references=tuple(reference.find(subject)),
        is_automatic=_is_automatic(head, author, own_address),
        files=tuple(files),
        is_whole=is_whole,
        results=_raw_header(head, "Authentication-Results"),
    )


def _made_id(*parts: str) -> str:
    """For a mail that has none; of the writer's own words alone, as each delivery adds headers of its own."""
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
    return f"<{digest}@without-message-id.invalid>"


def _raw_header(message: Message, name: str) -> str:
    """A header as it was written, raw 8-bit read as UTF-8 or else Windows-1252."""
    return _without_surrogates(str(message.get(name, ""))[:_HEADER_LENGTH])


def _header(message: Message, name: str) -> str:
    """A header in words: encoded words decoded, on one line."""
    value = _raw_header(message, name)
    return one_line(_in_words(value) if value.isascii() else value)[:_HEADER_LENGTH]


def _in_words(value: str) -> str:
    """Encoded words decoded (RFC 2047); what cannot be decoded stays as it is."""
    try:
        pieces = decode_header(value)
    except _UNDECODABLE:
        return value
    words = (piece if isinstance(piece, str) else decode(piece, charset) for piece, charset in pieces)
    return _without_surrogates("".join(words))


def _without_surrogates(text: str) -> str:
    """Bytes that came through as lone surrogates are decoded; no other lone surrogate can be stored or sent."""
    if text.isascii():
        return text.replace("\0", "")
    if any("\udc80" <= one <= "\udcff" for one in text):
        with suppress(UnicodeError):
            text = decode(text.encode("utf-8", "surrogateescape"), None)
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "")


def _address(message: Message, name: str) -> tuple[str, str]:
    """Display name and address of the first mailbox in a header, however it is written; "" for what is not there.

    The standard library gives nothing for what the grammar forbids, or, before Python 3.13.1, a piece of the name.
    """
    raw = _CONTROL.sub("", _raw_header(message, name)[:_MAILBOX_LENGTH])
    # What is quoted is no mailbox by itself, but may be the begin of one (RFC 5322, section 3.4.1).
    shown, address = _mailbox(raw, bare(raw, quoted="_")[0]) or _mailbox(raw, raw) or ("", "")
    address = "".join(address.split())
    return one_line(_in_words(unquote(shown)))[:100], address if len(address) <= _ADDRESS_LENGTH else ""


def _mailbox(raw: str, plain: str) -> tuple[str, str] | None:
    """The first mailbox that ``plain`` shows, as it stands in ``raw``: name and address."""
    for item in _ITEM.finditer(plain):
        start, end = item.span()
        for found in _ANGLED.finditer(plain, start, end):
            if _ADDRESS.fullmatch(found[1]):
                return raw[start : found.start()].strip(), raw[slice(*found.span(1))]
        for found in _WORD.finditer(plain, start, end):
            if _ADDRESS.fullmatch(found[0]):
                beside = _COMMENT.search(raw, found.end(), end)
                return beside[1].strip() if beside else "", raw[slice(*found.span())]
    return None


def bare(value: str, quoted: str = " ") -> tuple[str, bool]:
    """A header's value with blanks for its comments and ``quoted`` for its quoted strings (RFC 5322 section 3.2),
    character for character; and whether each of them ends.
    """
    depth, within, kept = 0, False, list[str]()
    for one in _CHARACTERS.findall(value):
        hidden = ""
        if within:
            hidden, within = quoted, one != '"'
        elif one == "(":
            hidden, depth = " ", depth + 1
        elif depth:
            hidden, depth = " ", depth - (one == ")")
        elif one == '"':
            hidden, within = quoted, True
        kept.append(hidden * len(one) or one)
    return "".join(kept), not (depth or within)


def _is_clear(message: Message, author: str) -> bool:
    """Whether one From header names one mailbox, and it is the author's."""
    headers = message.get_all("From", [])
    if len(headers) != 1 or len(str(headers[0])) > _MAILBOX_LENGTH:
        return False
    raw = re.sub(r"\r?\n(?=[ \t])", "", _without_surrogates(str(headers[0]))).strip()
    found = None if _CONTROL.search(raw) else _ONE_MAILBOX.fullmatch(raw)
    return found is not None and bool(author) and (found["named"] or found["bare"]) == author


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
        or is_ours(author, own_address)
    )


def _content(parts: list[Part]) -> tuple[str, list[File], bool]:
    """The text to be read (plain preferred over HTML), the files, inline pictures among them, and whether it is all."""
    plain: list[str] = []
    markup: list[str] = []
    files: list[File] = []
    for part in parts:
        kind, name = part.head.get_content_type(), _file_name(part.head)
        is_file = part.head.get_content_disposition() == "attachment" or bool(name)
        if kind == "text/plain" and not is_file:
            plain.append(_text(part, EMAIL.longest_text, plain))
        elif kind == "text/html" and not is_file:
            markup.append(_text(part, _MARKUP_LENGTH, markup))
        elif len(files) == _MOST_FILES:
            return _joined(plain, markup), files, False
        elif part.head.get_content_maintype() == "message":
            files.append(File(name or "message.eml", kind[:100], part.content()))
        elif (content := part.content()) or name:
            files.append(File(name or f"file-{len(files) + 1}", kind[:100], content))
    return _joined(plain, markup), files, True


def _joined(plain: list[str], markup: list[str]) -> str:
    text = "\n".join(one.strip() for one in plain if one.strip())
    text = text or "\n".join(_from_html(one) for one in markup)
    return text.strip()[: EMAIL.longest_text]


def _text(part: Part, longest: int | None, before: list[str]) -> str:
    """The text of a part; "" when there is as much before it as is read."""
    if longest is not None and sum(map(len, before)) > longest:
        return ""
    charset = part.head.get_param("charset")
    text = decode(part.content(), charset if isinstance(charset, str) else None, _TEXT_BYTES)
    return _without_surrogates(text).replace("\r\n", "\n")


def _file_name(head: Message) -> str:
    try:
        name = head.get_filename() or ""
    except (LookupError, TypeError, ValueError):
        return ""
    return one_line(_in_words(name)).replace("/", "_").replace("\\", "_")[:200]


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
