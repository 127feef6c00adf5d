"""Reading any mail to show it, whatever its charset or damage: never fails (RFC 5322, 2045–2047, 2231)."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import policy
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses

# What the standard library raises for parameters such as "name*=…; name*0=…" or with an unknown charset.
BROKEN_PARAMETERS = (LookupError, TypeError, ValueError)

# A mail beyond these is shown as it came: the parser would take the square of a field's length, and an object a line.
HEADER_BYTES = 64 * 1024
MOST_LINES = 1_000_000
LONGEST_MAILBOXES = 2000
SHOWN_AS_IT_CAME = 20_000
LONG_FIELD = re.compile(rb"\nContent-[^\r\n]{2000}|(?:\n[ \t][^\r\n]*+\r?){200}|;{200}", re.IGNORECASE)
MOST_PARTS = 1000
CHARSETS = re.compile(
    r"us-ascii|(utf-?(8|16|32)|iso-|latin|windows-|cp|koi8-|gb|big5|shift|euc-|ks_c|tis-).*", re.IGNORECASE
)


@dataclass(frozen=True)
class Attachment:
    """A part that is not shown as the mail's text. `content` is decoded from its transfer encoding."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A mail as a reader shows it.

    `headers` keep their order, with values decoded; `fields` are the same with encoded words as they came,
    because a decoded name may hold a comma that would part an address.
    """

    headers: list[tuple[str, str]]
    fields: list[tuple[str, str]]
    text: str
    html: str
    attachments: list[Attachment] = field(default_factory=list)

    def header(self, name: str) -> str:
        """The first header of that name, or ""."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), "")

    def addresses(self, *names: str) -> list[str]:
        """The bare addresses in all headers of these names."""
        return [address for _, address in self._pairs(names)]

    def named_addresses(self, name: str) -> list[str]:
        """Each address of a header as it is shown: "Sari Wulandari <sari@example.com>"."""
        return [f"{decoded_header(shown)} <{address}>" if shown else address for shown, address in self._pairs((name,))]

    def _pairs(self, names: tuple[str, ...]) -> list[tuple[str, str]]:
        wanted = {name.lower() for name in names}
        values = [_flat(value[:LONGEST_MAILBOXES]) for key, value in self.fields if key.lower() in wanted]
        return [pair for pair in getaddresses(values) if pair[1]]


def _flat(value: str) -> str:
    """Comments within comments exhaust the stack of the standard library's parser."""
    return value if value.count("(") <= 10 else value.replace("(", " ").replace(")", " ")


def read_headers(raw: bytes) -> Mail:
    """The mail without its text and attachments: quick, however large it is. Of its header the first 64 KB."""
    head = re.split(rb"\r?\n\r?\n", raw[:HEADER_BYTES], maxsplit=1)[0] + b"\r\n\r\n"
    return Mail(*_headers(BytesParser(policy=policy.compat32).parsebytes(head, headersonly=True)), "", "")


def is_tame(raw: bytes) -> bool:
    """Whether the standard library takes a mail apart in time and memory that its size bounds."""
    return (
        raw.count(b"\n") + raw.count(b"\r") <= 2 * MOST_LINES
        and len(re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]) <= HEADER_BYTES
        and raw.count(b"\nContent-Type:") <= MOST_PARTS
        and raw.count(b"\n--") <= 10 * MOST_PARTS
        and not LONG_FIELD.search(raw)
    )


def read(raw: bytes) -> Mail:
    if not is_tame(raw):
        mail = read_headers(raw)
        return Mail(mail.headers, mail.fields, _decode(raw[:SHOWN_AS_IT_CAME], None), "")
    message = _parse(raw)
    texts: list[str] = []
    htmls: list[str] = []
    attachments: list[Attachment] = []
    for part in _leaves(message):
        content = _content(part)
        kind = part.get_content_type()
        name = _file_name(part)
        shown = part.get_content_disposition() != "attachment" and not name
        if shown and kind == "text/plain":
            texts.append(_decode(content, _charset(part)))
        elif shown and kind == "text/html":
            htmls.append(_decode(content, _charset(part)))
        elif content or name:
            attachments.append(Attachment(name or _default_name(kind), kind, content))
    return Mail(*_headers(message), "\n".join(texts), "\n".join(htmls), attachments)


def _parse(raw: bytes) -> Message:
    """Broken parameters of a multipart stop the parser: then its parts stay one text."""
    parser = BytesParser(policy=policy.compat32)
    try:
        return parser.parsebytes(raw)
    except BROKEN_PARAMETERS:
        return parser.parsebytes(raw, headersonly=True)


def _headers(message: Message) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """The headers decoded, and as they came."""
    fields = [(name, _unfold(_plain(str(value)))) for name, value in message.raw_items()]
    return [(name, decoded_header(value)) for name, value in fields], fields


def decoded_header(value: str) -> str:
    """A header's value with encoded words decoded; what cannot be decoded stays readable."""
    plain = _unfold(_plain(value))
    try:
        pieces = decode_header(plain)
    except (HeaderParseError, binascii.Error, ValueError):
        return plain
    return "".join(piece if isinstance(piece, str) else _decode(piece, charset or "utf-8") for piece, charset in pieces)


def _leaves(message: Message) -> Iterator[Message]:
    """Parts without parts; an attached mail (message/rfc822) is one leaf, not walked into."""
    if message.get_content_maintype() == "multipart" and message.is_multipart():
        for part in _parts(message):
            yield from _leaves(part)
    else:
        yield message


def _parts(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _content(part: Message) -> bytes:
    if part.is_multipart():
        return b"".join(_as_bytes(inner) for inner in _parts(part))
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def _as_bytes(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except (LookupError, ValueError):
        return message.as_string().encode("utf-8", "replace")


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename()
    except BROKEN_PARAMETERS:
        return "attachment"
    return decoded_header(name) if name else ""


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except BROKEN_PARAMETERS:
        return None


def _default_name(kind: str) -> str:
    return "message.eml" if kind == "message/rfc822" else "attachment"


def _decode(content: bytes, charset: str | None) -> str:
    charset = charset if charset and CHARSETS.fullmatch(charset) else None
    try:
        text = content.decode(charset or "utf-8", "replace")
    except (LookupError, ValueError):
        text = content.decode("utf-8", "replace")
    return text.replace("\r\n", "\n")


def _plain(value: str) -> str:
    """Bytes beyond ASCII reach us as surrogates; nearly all of them are UTF-8."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _unfold(value: str) -> str:
    return value.replace("\r", "").replace("\n", "")


def bare_address(value: str) -> str:
    """ "Sari <sari@example.com>" → "sari@example.com"."""
    return next((address for _, address in getaddresses([value]) if address), value.strip())
