"""A mail taken apart into its header and the parts that hold something, in time and memory that its size bounds.

The standard library's parser makes an object of every line and header, and takes the square of a header's length. Here
a mail is cut by searches over its bytes, and the library sees headers alone, of bounded number and length. What lies
beyond the bounds is not read, and ``Taken.whole`` says so.
"""

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import Compat32
from typing import NamedTuple

# Of the mail's own header, and of all its parts together: no program writes as much.
_MOST_FIELDS = 1000
_LONGEST_FIELD = 10_000
_MOST_PARTS = 300
_DEEPEST = 10
_MOST_FIELDS_OF_PART = 50
_LONGEST_OF_PART = 2000
# The library takes the square of how many parameters a field has.
_MOST_PARAMETERS = 100
_FIELD = re.compile(rb"[!-9;-~]++:[^\r\n]*+(?:\r?\n|\r|\Z)(?:[ \t][^\r\n]*+(?:\r?\n|\r|\Z))*+")
_EMPTY_LINE = re.compile(rb"\r?\n|\r|\Z")
_END_OF_HEADER = re.compile(rb"\n\r?\n")
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))


class _AsItCame(Compat32):
    """Gives a header with raw 8-bit bytes as its lone surrogates, where the standard library puts question marks."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_HEADERS = BytesHeaderParser(policy=_AsItCame())


@dataclass(frozen=True)
class Part:
    """A part without parts: its header, and where in the mail it stands."""

    head: Message
    mail: bytes
    start: int
    end: int

    def content(self) -> bytes:
        """Its bytes without their transfer encoding (RFC 2045 section 6), as far as they can be decoded."""
        raw = self.mail[self.start : self.end]
        match str(self.head.get("Content-Transfer-Encoding", "")).strip().lower():
            case "base64":
                return _of_base64(raw.translate(None, _NOT_BASE64))
            case "quoted-printable":
                return binascii.a2b_qp(raw)
            case _:
                return raw


def _of_base64(letters: bytes) -> bytes:
    """Of letters of base64 up to the first padding; a last one alone says nothing."""
    padding = letters.find(b"=")
    count = len(letters) if padding < 0 else padding
    fours = count - count % 4
    rest = letters[fours:count]
    last = binascii.a2b_base64(rest.ljust(4, b"=")) if len(rest) > 1 else b""
    return binascii.a2b_base64(memoryview(letters)[:fours]) + last


@dataclass
class Taken:
    """A mail taken apart; ``parts`` in their order. ``whole`` is false when something was left out, ``head_is_plain``
    when that was of its own header, or nothing shows where this ends: other readers may see other fields.
    """

    head: Message
    parts: list[Part] = field(default_factory=list)
    whole: bool = True
    head_is_plain: bool = True


def take_apart(raw: bytes) -> Taken:
    """Any bytes."""
    top = _header(raw, 0, len(raw), _MOST_FIELDS, _LONGEST_FIELD)
    taken = Taken(top.fields, whole=top.whole, head_is_plain=top.whole and top.ends)
    for part in _parts(taken, raw, top.fields, top.end, len(raw), 0):
        if len(taken.parts) == _MOST_PARTS:
            taken.whole = False
            break
        taken.parts.append(part)
    return taken


def _parts(taken: Taken, raw: bytes, head: Message, start: int, end: int, depth: int) -> Iterator[Part]:
    """The parts of what stands between two places; an attached mail is one part."""
    boundary = _boundary(head) if head.get_content_maintype() == "multipart" else b""
    too_deep = bool(boundary) and depth == _DEEPEST
    taken.whole = taken.whole and not too_deep
    found = False
    for begin, stop in _between(raw, boundary, start, end) if boundary and not too_deep else ():
        found = True
        inner = _header(raw, begin, stop, _MOST_FIELDS_OF_PART, _LONGEST_OF_PART)
        taken.whole = taken.whole and inner.whole
        yield from _parts(taken, raw, inner.fields, inner.end, stop, depth + 1)
    if not found:
        yield Part(head, raw, start, end)


def _between(raw: bytes, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where each part begins and ends (RFC 2046 section 5.1.1); the line break before a boundary belongs to it."""
    line = re.compile(rb"\n--" + re.escape(boundary) + rb"(--)?[ \t]*(?:\r?\n|\r?\Z)")
    begin = None
    place = max(start - 1, 0)
    while found := line.search(raw, place, end):
        if begin is not None:
            stop = found.start() - (raw[found.start() - 1 : found.start()] == b"\r")
            yield begin, max(begin, stop)
        if found[1]:
            return
        begin = found.end()
        # The line break that ends one boundary may begin the next.
        place = begin - 1
    if begin is not None:
        yield begin, end


class _Header(NamedTuple):
    """A header: its fields, where what it heads begins, whether all of it was read, whether an empty line ends it."""

    fields: Message
    end: int
    whole: bool
    ends: bool


def _header(raw: bytes, start: int, end: int, most: int, longest: int) -> _Header:
    """The header that begins at a place."""
    fields, place, whole = list[bytes](), start, True
    while found := _FIELD.match(raw, place, end):
        if len(fields) == most:
            rest = _END_OF_HEADER.search(raw, place, end)
            return _Header(_HEADERS.parsebytes(b"".join(fields)), rest.end() if rest else end, False, bool(rest))
        whole = whole and found.end() - place <= longest
        fields.append(_cut(raw, place, found.end(), longest))
        place = found.end()
    empty = _EMPTY_LINE.match(raw, place, end)
    return _Header(_HEADERS.parsebytes(b"".join(fields)), empty.end() if empty else place, whole, empty is not None)


def _cut(raw: bytes, start: int, end: int, longest: int) -> bytes:
    """A field as far as it is read; its parameters count if it is of MIME."""
    one = raw[start : min(end, start + longest)]
    if one[:8].lower() == b"content-" and one.count(b";") > _MOST_PARAMETERS:
        one = b";".join(one.split(b";", _MOST_PARAMETERS)[:_MOST_PARAMETERS])
    return one.rstrip(b"\r\n") + b"\r\n"


def _boundary(head: Message) -> bytes:
    try:
        boundary = head.get_boundary()
    except (LookupError, TypeError, ValueError):
        return b""
    return boundary.encode("utf-8", "surrogateescape") if boundary else b""
