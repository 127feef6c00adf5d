"""What Outlook packs into ``winmail.dat``: files, and the text in one of its forms (MS-OXTNEF, MS-OXRTFCP)."""

import re
import struct
from dataclasses import dataclass, field
from typing import NamedTuple

from care.doors.email.mime.charsets import decode

TYPES = ("application/ms-tnef", "application/vnd.ms-tnef")
_SIGNATURE = b"\x78\x9f\x3e\x22"
# Widths of types of values in bytes (MS-OXCDATA 2.11.1); others say their own.
_WIDTHS = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
_UNICODE, _OBJECT = 0x001F, 0x000D
_OBJECT_ID = 16
_MOST = 300
_LONGEST_TEXT = 1_000_000


class _Attribute:
    """What an attribute is of (MS-OXTNEF 2.1.3.2)."""

    TITLE = 0x00018010
    BODY = 0x0002800C
    DATA = 0x0006800F
    RENDERING = 0x00069002
    OF_MAIL = 0x00069003
    OF_FILE = 0x00069005
    CODEPAGE = 0x00069007


class _Property:
    """What a property is of (MS-OXPROPS)."""

    TEXT = 0x1000
    RTF = 0x1009
    HTML = 0x1013
    DATA = 0x3701
    LONG_NAME = 0x3707
    TYPE = 0x370E


@dataclass
class Enclosed:
    """A file: its name, its type if it says one, and where in the opened bytes it stands."""

    name: str = ""
    type: str = ""
    start: int = 0
    end: int = 0


@dataclass
class Opened:
    """What was in it. ``whole`` is false where it was broken or had more than is read."""

    files: list[Enclosed] = field(default_factory=list)
    text: str = ""
    markup: str = ""
    whole: bool = True


class _Found(NamedTuple):
    name: int
    kind: int
    start: int
    end: int


def open_(content: bytes) -> Opened | None:
    """``None`` for bytes that are none of this."""
    if not content.startswith(_SIGNATURE):
        return None
    opened, codepage, place, rtf = Opened(), "cp1252", 6, b""
    for _ in range(_MOST):
        if len(content) - place < 11:
            break
        _, attribute, length = struct.unpack_from("<BII", content, place)
        start, end = place + 9, place + 9 + length
        place = end + 2
        if end > len(content):
            opened.whole = False
            break
        file = opened.files[-1] if opened.files else None
        if attribute == _Attribute.CODEPAGE and length >= 4:
            codepage = f"cp{struct.unpack_from('<I', content, start)[0]}"
        elif attribute == _Attribute.RENDERING:
            opened.files.append(Enclosed())
        elif attribute == _Attribute.TITLE and file:
            file.name = file.name or _string(content[start : min(end, start + 1000)], codepage)
        elif attribute == _Attribute.DATA and file:
            file.start, file.end = start, end
        elif attribute == _Attribute.OF_FILE and file:
            _of_file(content, start, end, file, codepage)
        elif attribute == _Attribute.OF_MAIL:
            rtf = _of_mail(content, start, end, opened, codepage)
        elif attribute == _Attribute.BODY:
            opened.text = opened.text or _string(content[start : min(end, start + _LONGEST_TEXT)], codepage)
    else:
        opened.whole = False
    if not opened.text.strip() and not opened.markup.strip() and rtf:
        opened.text = _words_of_rtf(_unpacked(rtf), codepage)
    opened.files = [one for one in opened.files if one.end > one.start or one.name]
    return opened


def _string(raw: bytes, codepage: str) -> str:
    return decode(raw.rstrip(b"\0"), codepage)


def _of_file(content: bytes, start: int, end: int, file: Enclosed, codepage: str) -> None:
    for one in _properties(content, start, end):
        if one.name == _Property.LONG_NAME:
            file.name = _value(content, one, codepage) or file.name
        elif one.name == _Property.TYPE:
            file.type = _value(content, one, codepage)
        elif one.name == _Property.DATA and file.end <= file.start:
            # An object begins with the id of what it can do.
            begin = one.start + (_OBJECT_ID if one.kind == _OBJECT else 0)
            file.start, file.end = min(begin, one.end), one.end


def _of_mail(content: bytes, start: int, end: int, opened: Opened, codepage: str) -> bytes:
    """The packed RTF, if there is some."""
    rtf = b""
    for one in _properties(content, start, end):
        if one.name == _Property.TEXT:
            opened.text = _value(content, one, codepage) or opened.text
        elif one.name == _Property.HTML:
            opened.markup = _value(content, one, codepage)
        elif one.name == _Property.RTF:
            rtf = content[one.start : one.end]
    return rtf


def _value(content: bytes, one: _Found, codepage: str) -> str:
    raw = content[one.start : min(one.end, one.start + _LONGEST_TEXT)]
    if one.kind == _UNICODE:
        return raw.decode("utf-16-le", "replace").rstrip("\0")
    return _string(raw, codepage)


def _properties(content: bytes, start: int, end: int) -> list[_Found]:
    """The properties of a list (MS-OXTNEF 2.1.3.4), as far as they can be read."""
    found: list[_Found] = []
    try:
        (count,) = struct.unpack_from("<I", content, start)
        place = start + 4
        for _ in range(min(count, _MOST)):
            kind, name = struct.unpack_from("<HH", content, place)
            place += 4
            if name >= 0x8000:
                place = _after_name(content, place)
            is_many, kind = bool(kind & 0x1000), kind & ~0x1000
            values = 1
            if is_many or kind not in _WIDTHS:
                (values,) = struct.unpack_from("<I", content, place)
                place += 4
            for _ in range(min(values, _MOST)):
                width = _WIDTHS.get(kind)
                if width is None:
                    (width,) = struct.unpack_from("<I", content, place)
                    place += 4
                if place + width > end:
                    return found
                found.append(_Found(name, kind, place, place + width))
                place += width + -width % 4
    except struct.error:
        pass
    return found


def _after_name(content: bytes, place: int) -> int:
    """Where a property goes on that has a name of its own."""
    by_name, length = struct.unpack_from("<II", content, place + 16)
    place += 20
    return place + 4 + (length + -length % 4 if by_name else 0)


# ---- RTF -------------------------------------------------------------------------------------------------------------

_PRELOADED = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_RTF_TOKEN = re.compile(
    r"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.I
)
_NOT_SHOWN = frozenset(
    (
        "fonttbl",
        "colortbl",
        "stylesheet",
        "info",
        "pict",
        "object",
        "header",
        "footer",
        "themedata",
        "listtable",
        "listoverridetable",
        "generator",
        "htmltag",
    )
)
_RTF_BREAKS = {
    "par": "\n",
    "line": "\n",
    "tab": "\t",
    "row": "\n",
    "cell": "\t",
    "emdash": "—",
    "endash": "–",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
}


def _unpacked(packed: bytes) -> bytes:
    """Compressed RTF (MS-OXRTFCP 2.2): a window of 4096 bytes, which begins with words that RTF often has."""
    if len(packed) < 16:
        return b""
    _, size, magic, _ = struct.unpack_from("<IIII", packed)
    if magic == 0x414C454D:
        return packed[16 : 16 + size]
    window = bytearray(_PRELOADED.ljust(4096, b"\0"))
    write, place, said = len(_PRELOADED), 16, bytearray()
    size = min(size, _LONGEST_TEXT)
    while place < len(packed) and len(said) < size:
        control = packed[place]
        place += 1
        for bit in range(8):
            if place + (control >> bit & 1) >= len(packed) or len(said) >= size:
                return bytes(said)
            if not control >> bit & 1:
                taken = packed[place : place + 1]
                place += 1
            else:
                token = packed[place] << 8 | packed[place + 1]
                place += 2
                at, count = token >> 4, (token & 15) + 2
                if at == write:
                    return bytes(said)
                taken = b""
                for step in range(count):
                    one = window[(at + step) % 4096]
                    window[(write + step) % 4096] = one
                    taken += bytes((one,))
            for one in taken:
                window[write] = one
                write = (write + 1) % 4096
            said += taken
    return bytes(said)


def _words_of_rtf(rtf: bytes, codepage: str) -> str:
    """What a reader sees of it; of HTML that Outlook wrote as RTF (MS-OXRTFEX) the words between the tags."""
    said: list[str] = []
    pending = bytearray()
    stack, hidden, skip, is_html = list[tuple[bool, int]](), False, 0, b"\\fromhtml1" in rtf[:1000]
    skips = 1

    def flush() -> None:
        if pending:
            said.append(decode(bytes(pending), codepage))
            pending.clear()

    for found in _RTF_TOKEN.finditer(rtf.decode("latin-1")):
        word, number, code, sign, brace, text = found.groups()
        if brace == "{":
            stack.append((hidden, skips))
        elif brace:
            hidden, skips = stack.pop() if stack else (False, 1)
        elif sign == "*":
            hidden = True
        elif word:
            word = word.lower()
            if word in _NOT_SHOWN:
                hidden = True
            elif word == "htmlrtf":
                hidden = is_html and number != "0"
            elif word == "uc":
                skips = int(number or 1)
            elif hidden:
                continue
            elif word == "u" and number:
                flush()
                said.append(chr(int(number) % 65536))
                skip = skips
            elif word in _RTF_BREAKS:
                flush()
                said.append(_RTF_BREAKS[word])
        elif hidden:
            continue
        elif code:
            if skip:
                skip -= 1
            else:
                pending.append(int(code, 16))
        elif sign:
            pending += sign.encode("latin-1") if sign in "\\{}" else b" " if sign == "~" else b""
        elif text:
            pending += text[skip:].encode("latin-1")
            skip = 0
    flush()
    return "".join(said).encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()
