"""Files that stand in a text between ``begin`` and ``end``, as mails had them before MIME and some programs still write
(uuencode: POSIX.1-2017; yEnc 1.3).
"""

import binascii
import re
from collections.abc import Iterator
from typing import NamedTuple

_BEGIN = re.compile(rb"(?:\A|(?<=\n))begin [0-7]{3,4} ([^\r\n]{1,300})\r?\n")
_LINE = re.compile(rb"([ -`])([ -`]{0,84})[ \t]*(?:\r?\n|\Z)")
_END = re.compile(rb"(?:[` ]?\r?\n)?end[ \t]*(?:\r?\n|\Z)")
_YENC = re.compile(rb"(?:\A|(?<=\n))=ybegin [^\r\n]{0,200}?name=([^\r\n]{1,300})\r?\n(?:=ypart[^\r\n]{0,200}\r?\n)?")
_YEND = re.compile(rb"(?<=\n)=yend[^\r\n]{0,200}(?:\r?\n|\Z)")
_MINUS_42 = bytes((one - 42) % 256 for one in range(256))
_ESCAPED = re.compile(rb"=(.)", re.DOTALL)
_MOST = 100


class Found(NamedTuple):
    """A file in a text: its name as it was written, and where the text and its lines begin and end."""

    name: str
    start: int
    begin: int
    stop: int
    end: int
    is_yenc: bool = False


def find(content: bytes) -> list[Found]:
    """The files in a text, in their order."""
    found: list[Found] = []
    place = 0
    if b"begin" not in content:
        return found
    last_end = content.rfind(b"\n=yend")
    begins = (*_BEGIN.finditer(content), *(one for one in _YENC.finditer(content) if one.end() <= last_end + 1))
    for one in sorted(begins, key=lambda each: each.start()):
        if one.start() < place or len(found) == _MOST:
            continue
        is_yenc = one.re is _YENC
        ends = _YEND.search(content, one.end()) if is_yenc else None
        stop, end = (ends.start(), ends.end()) if ends else (0, 0) if is_yenc else _lines(content, one.end())
        if end:
            name = one[1].decode("utf-8", "surrogateescape").strip()
            found.append(Found(name, one.start(), one.end(), stop, end, is_yenc))
            place = end
    return found


def _lines(content: bytes, begin: int) -> tuple[int, int]:
    """Where the lines of a file end, and where what is after it begins; zeros where they are no such lines."""
    place, is_short = begin, False
    while not (end := _END.match(content, place)):
        line = _LINE.match(content, place)
        if not line or line.end() == place:
            # One that was cut off is a file as far as it goes.
            return (place, place) if place > begin and place == len(content) and not is_short else (0, 0)
        # Its first sign says how many bytes the others are. Blanks at its end, which are zeros, may be gone.
        is_short = is_short or _length(line[1]) > len(line[2]) * 3 // 4 + 3
        place = line.end()
    return (place, end.end()) if place > begin else (0, 0)


def _length(sign: bytes) -> int:
    return (sign[0] - 32) % 64


def rest(content: bytes, files: list[Found]) -> bytes:
    """A text without its files."""
    kept, place = [], 0
    for one in files:
        kept.append(content[place : one.start])
        place = one.end
    return b"".join([*kept, content[place:]])


def pieces_of_all(content: bytes) -> Iterator[bytes]:
    """What bytes say that are one such file; themselves where they are none."""
    found = find(content)
    yield from pieces(content, found[0]) if found else (content,)


def pieces(content: bytes, one: Found) -> Iterator[bytes]:
    """What a file has in it, line by line."""
    if one.is_yenc:
        lines = content[one.begin : one.stop].replace(b"\r", b"").replace(b"\n", b"")
        plain = _ESCAPED.sub(lambda each: bytes([(each[1][0] - 64) % 256]), lines)
        yield plain.translate(_MINUS_42)
        return
    place = one.begin
    while place < one.stop and (line := _LINE.match(content, place, one.stop)):
        # Blanks at the end may be cut off, and a sign may be added: so many say it all.
        yield binascii.a2b_uu(line[1] + line[2][: -(-_length(line[1]) * 4 // 3)])
        place = line.end()
