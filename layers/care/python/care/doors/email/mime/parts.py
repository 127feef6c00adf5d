"""A mail taken apart into its header and the parts that hold something, in time and memory that its size bounds.

The standard library's parser makes an object of every line and header, and takes the square of a header's length. Here
a mail is cut by searches over its bytes. What lies beyond the bounds is not read, and ``Taken.whole`` says so. What is
broken is read as those who broke it meant it: ``Taken.head_is_plain`` says that other readers may see other fields.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from email.policy import Compat32
from functools import cached_property
from typing import NamedTuple

from care.doors.email.mime import transfer, uu
from care.doors.email.mime.headers import Value, with_parameters

# Of the mail's own header, and of all its parts together: no program writes as much.
_MOST_FIELDS = 1000
_LONGEST_FIELD = 10_000
_MOST_PARTS = 300
_DEEPEST = 100
# What parts within each other are searched for parts, so many bytes again and again.
_MOST_SEARCHED = 400_000_000
_MOST_FIELDS_OF_PART = 50
_LONGEST_OF_PART = 2000
_FIELD = re.compile(
    rb"""([^\x00-\x20\x7f-\xff:"(),;<=>?@/\\]++)[ \t]*+:([^\r\n]*+(?:\r?\n|\r|\Z)(?:[ \t][^\r\n]*+(?:\r?\n|\r|\Z))*+)"""
)
_LINE = re.compile(rb"[^\r\n]*+(?:\r?\n|\r|\Z)")
_EMPTY_LINE = re.compile(rb"\r?\n|\r|\Z")
_END_OF_HEADER = re.compile(rb"\n\r?\n")
# What is cut of these is nothing that anybody reads: notes of programs, the way, signatures of the way.
_UNREAD = (b"x-", b"arc-", b"dkim-", b"received", b"thread-")
_BOM = b"\xef\xbb\xbf"
# What is plainly a field of a mail, where a line between fields is none.
_OF_MAIL = re.compile(
    rb"(?:from|to|cc|bcc|subject|date|sender|reply-to|received|return-path|delivered-to|envelope-to|message-id"
    rb"|in-reply-to|references|mime-version|content-[a-z-]{1,40}|x-[\w-]{1,60}|dkim-signature|arc-[a-z-]{1,40}"
    rb"|authentication-results|list-[a-z-]{1,40}|auto-submitted|precedence|user-agent|importance|thread-[a-z]{1,10})"
    rb"[ \t]*+:",
    re.IGNORECASE,
)
_IS_PARAMETER = re.compile(rb"[\w*-]{1,40}=")
# So many lines that are no field are let be.
_MOST_STRAY = 3
_MOST_BEFORE = 20
# A boundary by what stands at it, for who says none or another (RFC 2046 section 5.1.1).
_ANY_BOUNDARY = re.compile(
    rb"(?:\n|\A)--(?!-*+[ \t]*+\r?\n)([^\r\n]{1,200}+)\r?\n(?:(content-[a-z-]{1,40}:)|(?=\r?\n))", re.IGNORECASE
)
_MOST_TRIED = 3
_MOST_TYPES = 3
_REST_OF_BOUNDARY = rb"(--)?[ \t]*+(?:\r?\n|\r?\Z)"
_TYPE = re.compile(r"[\w!#$&^.+*-]+/[\w!#$&^.+*-]+")
_DIGEST = "multipart/digest"


class _AsItCame(Compat32):
    """Gives a header with raw 8-bit bytes as its lone surrogates, where the standard library puts question marks."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_AS_IT_CAME = _AsItCame()


@dataclass(frozen=True)
class Part:
    """A part: its header, its type, where in the mail it stands, and the parts in it."""

    head: Message
    kind: str
    mail: bytes
    start: int
    end: int
    parts: "tuple[Part, ...]" = ()

    @cached_property
    def type(self) -> Value:
        """The field Content-Type."""
        return with_parameters(str(self.head.get("Content-Type", "")))

    @cached_property
    def disposition(self) -> Value:
        """The field Content-Disposition (RFC 2183)."""
        return with_parameters(str(self.head.get("Content-Disposition", "")))

    @cached_property
    def transfer(self) -> str:
        """The name of its transfer encoding, see ``transfer.of_name``."""
        return transfer.of_name(str(self.head.get("Content-Transfer-Encoding", "")))

    def pieces(self) -> Iterator[bytes]:
        """Its bytes without their transfer encoding (RFC 2045 section 6), as far as they can be decoded."""
        match self.transfer:
            case "base64":
                yield from transfer.pieces_of_base64(self.mail, self.start, self.end)
            case "quoted-printable":
                yield from transfer.pieces_of_quoted_printable(self.mail, self.start, self.end)
            case "uuencode":
                yield from uu.pieces_of_all(self.mail[self.start : self.end])
            case _:
                yield self.mail[self.start : self.end]

    def content(self) -> bytes:
        """All of its ``pieces``."""
        return b"".join(self.pieces())

    def begin(self, longest: int) -> bytes:
        """Its first bytes without their transfer encoding, at least ``longest`` of them if there are as many."""
        # No encoding takes more than three bytes for one, but for line ends and blanks.
        return Part(self.head, self.kind, self.mail, self.start, min(self.end, self.start + 4 * longest)).content()

    def leaves(self) -> "Iterator[Part]":
        """Those without parts, in their order."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


@dataclass(frozen=True)
class Taken:
    """A mail taken apart. ``whole`` is false when something was left out, ``head_is_plain`` when that was of its own
    header, or nothing shows where this ends or it is broken: other readers may see other fields.
    """

    head: Message
    body: Part
    whole: bool = True
    head_is_plain: bool = True


def take_apart(raw: bytes) -> Taken:
    """Any bytes."""
    raw = _with_line_ends(raw)
    start = _begin(raw)
    top = _header(raw, start, len(raw), _MOST_FIELDS, _LONGEST_FIELD)
    apart = _Apart(whole=top.whole)
    body = apart.part(top.fields, raw, top.end, len(raw), "text/plain", 0)
    return Taken(top.fields, body, apart.whole, top.whole and top.ends and top.is_plain and start == 0)


def head_of(raw: bytes) -> Message:
    """The header of an attached mail, as far as a header of a part is read."""
    return _header(raw, _begin(raw), len(raw), _MOST_FIELDS_OF_PART, _LONGEST_OF_PART).fields


def _with_line_ends(raw: bytes) -> bytes:
    """A mail whose lines end as no mail's do, by a bare CR or by two, with ends that are seen."""
    begin = raw[:_LONGEST_FIELD]
    if b"\r\r\n" in begin:
        return raw.replace(b"\r\r\n", b"\r\n")
    return raw.replace(b"\r", b"\n") if b"\r" in begin and b"\n" not in raw else raw


def _begin(raw: bytes) -> int:
    """Where the header begins: gateways and mail boxes write lines of their own before it."""
    start = place = len(_BOM) if raw.startswith(_BOM) else 0
    if _FIELD.match(raw, place):
        return start
    for _ in range(_MOST_BEFORE):
        line = _LINE.match(raw, place)
        place = line.end() if line else len(raw)
        if _OF_MAIL.match(raw, place):
            return place
    return start


@dataclass
class _Apart:
    """Takes apart; ``left`` is how many more parts are read, ``searched`` how many bytes parts were searched in."""

    whole: bool = True
    left: int = _MOST_PARTS
    searched: int = 0

    def part(self, head: Message, raw: bytes, start: int, end: int, default: str, depth: int) -> Part:
        """What stands between two places; an attached mail is one part."""
        declared = _declared(head)
        kind = _kind(declared.value) or default
        if not kind.startswith("multipart/"):
            return Part(head, kind, raw, start, end)
        self.searched += end - start
        if depth == _DEEPEST or self.searched > _MOST_SEARCHED:
            self.whole = False
            return Part(head, kind, raw, start, end)
        default = "message/rfc822" if kind == _DIGEST else "text/plain"
        boundary = declared.parameters.get("boundary", "")
        delimiter = b"--" + boundary.rstrip().encode("utf-8", "surrogateescape")
        encoded = Part(head, kind, raw, start, end)
        if encoded.transfer and (not boundary or raw.find(delimiter, start, end) < 0):
            # No multipart may be encoded (RFC 2045 section 6.4), and some are.
            raw = encoded.content()
            start, end = 0, len(raw)
        parts = self.parts(boundary, raw, start, end, default, depth)
        # Without any part it is the text that old programs show.
        return Part(head, kind if parts else "text/plain", raw, start, end, tuple(parts))

    def parts(self, said: str, raw: bytes, start: int, end: int, default: str, depth: int) -> list[Part]:
        """The parts of a multipart whose header says that boundary."""
        parts = list[Part]()
        for boundary in _boundaries(said, raw, start, end):
            places = _between(raw, boundary, start, end)
            for begin, stop in places:
                if not self.left:
                    self.whole = False
                    break
                inner = _header(raw, begin, stop, _MOST_FIELDS_OF_PART, _LONGEST_OF_PART)
                self.whole = self.whole and inner.whole
                self.left -= 1
                parts.append(self.part(inner.fields, raw, inner.end, stop, default, depth + 1))
            if parts:
                break
        return parts


def _declared(head: Message) -> Value:
    """What a header says of the type. Of several fields, whose order programs on the way change, one that says where
    its parts are comes first.
    """
    said = [with_parameters(str(one)) for one in head.get_all("Content-Type", [""])[:_MOST_TYPES]]
    return next((one for one in said if one.value[:10] == "multipart/" and "boundary" in one.parameters), said[0])


def _kind(value: str) -> str:
    """A type as a field says it, mended where it is plain what is meant; "" where it says none."""
    if value in ("text", "plain", "plain/text", "text/"):
        return "text/plain"
    if value in ("html", "multipart", "multipart/"):
        return "text/html" if value == "html" else "multipart/mixed"
    return value[:100] if _TYPE.fullmatch(value) else ""


def _boundaries(said: str, raw: bytes, start: int, end: int) -> Iterator[bytes]:
    """What may be the boundary, the likeliest first."""
    tried = dict.fromkeys((said.rstrip(), said.strip("\"' \t"), *said.split()[:1]))
    yield from (one.encode("utf-8", "surrogateescape") for one in tried if one)
    for tries, found in enumerate(_ANY_BOUNDARY.finditer(raw, start and start - 1, end)):
        boundary = found[1].rstrip()
        if found[2] or raw.find(b"\n--" + boundary, found.end(), end) >= 0:
            yield boundary
        if tries == _MOST_TRIED:
            return


def _between(raw: bytes, boundary: bytes, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where each part begins and ends (RFC 2046 section 5.1.1); the line break before a boundary belongs to it."""
    begin: int | None = None
    is_first = True
    for place, after, ends in _lines(raw, b"--" + boundary, start, end):
        stop = max(start if begin is None else begin, place - (raw[place - 2 : place] == b"\r\n") - (place > 0))
        if begin is not None:
            yield begin, stop
        elif ends and is_first and raw[start:stop].strip():
            # Nothing begins, and something ends.
            yield start, stop
        # What follows an end is said to nobody. More may follow it: it was that of a part with this boundary, too, or
        # somebody put a part behind.
        begin, is_first = None if ends else after, False
    if begin is not None:
        closing = b"--" + boundary + b"--"
        tail = raw[max(begin, end - len(closing) - 10) : end]
        # Its line break was forgotten.
        yield begin, end - len(tail) + len(tail.rstrip()) - len(closing) if tail.rstrip().endswith(closing) else end


def _lines(raw: bytes, delimiter: bytes, start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """The lines of a delimiter: where each begins, where the next line does, and whether it is the last one's."""
    line = re.compile(re.escape(b"\n" + delimiter) + _REST_OF_BOUNDARY)
    place = max(start - 1, 0)
    if start == 0 and (first := re.compile(re.escape(delimiter) + _REST_OF_BOUNDARY).match(raw, 0, end)):
        yield 0, first.end(), bool(first[1])
    while found := line.search(raw, place, end):
        yield found.start() + 1, found.end(), bool(found[1])
        # The line break that ends one may begin the next.
        place = max(found.end() - 1, found.start() + 1)


class _Header(NamedTuple):
    """A header: its fields, where what it heads begins, whether all of it was read, whether an empty line ends it, and
    whether nothing but fields is in it.
    """

    fields: Message
    end: int
    whole: bool
    ends: bool
    is_plain: bool


def _header(raw: bytes, start: int, end: int, most: int, longest: int) -> _Header:
    """The header that begins at a place."""
    fields, place, whole, is_plain, stray = list[tuple[str, str]](), start, True, True, 0
    while True:
        if found := _FIELD.match(raw, place, end):
            if len(fields) == most:
                rest = _END_OF_HEADER.search(raw, place, end)
                return _Header(_message(fields), rest.end() if rest else end, False, bool(rest), is_plain)
            whole = whole and (found.end() - place <= longest or found[1].lower().startswith(_UNREAD))
            is_plain = is_plain and raw[found.end(1) : found.start(2)] == b":"
            value = raw[found.start(2) : min(found.end(2), found.start(2) + longest)].strip(b" \t\r\n")
            fields.append((found[1].decode("ascii"), value.decode("ascii", "surrogateescape")))
            place = found.end()
            continue
        line = _LINE.match(raw, place, end)
        after = line.end() if line else end
        if not fields or stray == _MOST_STRAY or _EMPTY_LINE.match(raw, place, end):
            break
        name, said = fields[-1]
        is_parameter = said.endswith(";") and bool(_IS_PARAMETER.match(raw, place, end))
        if not (is_parameter or _OF_MAIL.match(raw, after, end)):
            break
        # A line of no field, and the header plainly goes on: it was to be a continuation, or is nothing.
        stray, is_plain = stray + 1, False
        if is_parameter:
            more = raw[place:after][:longest].strip().decode("ascii", "surrogateescape")
            fields[-1] = name, f"{said} {more}"
        place = after
    empty = _EMPTY_LINE.match(raw, place, end)
    return _Header(_message(fields), empty.end() if empty else place, whole, empty is not None, is_plain)


def _message(fields: list[tuple[str, str]]) -> Message:
    message = Message(policy=_AS_IT_CAME)
    for name, value in fields:
        message.set_raw(name, value)
    return message
