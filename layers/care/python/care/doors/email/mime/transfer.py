"""Bytes as they travel (RFC 2045 section 6) back to bytes as they were, as far as they can be: what is broken in them
costs itself alone.
"""

import binascii
import re
from collections.abc import Iterator

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_NOT_BASE64 = bytes(set(range(256)) - set(_BASE64))
_BLANKS = b" \t\r\n\0"
# A multiple of four letters; so much is decoded at a time.
_CHUNK = 1 << 20
_SAMPLE = 4000
# Where the letters may end: with their padding, or before an empty line.
_MAY_END = re.compile(rb"={1,2}(?=[^=])|\n[ \t]*+\r?\n(?=[^\r\n])")
_SIGNS_OF_END = (b"=", b"\n\n", b"\n\r\n", b"\n ", b"\n\t")
_WORDS_APART = re.compile(rb"[^\s]{1,30}[ \t]+(?=[^\s])")
_PADDED_BREAK = re.compile(rb"=[ \t]++(?=\r?\n|\Z)")
_HEX = re.compile(rb"=([0-9A-Fa-f]{2})")
_UNKNOWN = re.compile(r"[^a-z0-9]")


def of_name(value: str) -> str:
    """What a field Content-Transfer-Encoding means, however it is spelled; "" for bytes that travel as they are."""
    name = _UNKNOWN.sub("", re.split(r"[;(]", value[:100].lower())[0]).removeprefix("x")
    if name.startswith("base64") or name == "b":
        return "base64"
    if name.startswith("quotedprint") or name in ("qp", "q"):
        return "quoted-printable"
    return "uuencode" if name in ("uuencode", "uue", "uu") else ""


def pieces_of_base64(raw: bytes, start: int, end: int) -> Iterator[bytes]:
    """What base64 between two places says, piece by piece; itself where it is plainly none."""
    if _is_no_base64(raw[start : min(end, start + _SAMPLE)]):
        yield raw[start:end]
        return
    rest = b""
    end = _end_of_letters(raw, start, end)
    for place in range(start, end, _CHUNK):
        letters = rest + raw[place : min(end, place + _CHUNK)].translate(None, _NOT_BASE64)
        # Nobody but a joined one has padding in the middle: each of its parts stands for itself.
        *parts, last = re.split(rb"=++", letters) if b"=" in letters else [letters]
        for part in parts:
            yield _of_letters(part)
        fours = len(last) - len(last) % 4
        yield binascii.a2b_base64(memoryview(last)[:fours])
        rest = last[fours:]
    yield _of_letters(rest)


def of_base64(raw: bytes) -> bytes:
    """What short base64 says, such as a word of a header."""
    return b"".join(_of_letters(part) for part in raw.translate(None, _NOT_BASE64).split(b"="))


def pieces_of_quoted_printable(raw: bytes, start: int, end: int) -> Iterator[bytes]:
    """What quoted-printable between two places says, some lines at a time. A soft break may have blanks after it."""
    while start < end:
        stop = raw.find(b"\n", min(start + _CHUNK, end), end) + 1 or end
        yield binascii.a2b_qp(_PADDED_BREAK.sub(b"=", raw[start:stop]))
        start = stop


def of_q(raw: bytes) -> bytes:
    """The encoding Q of words in headers (RFC 2047 section 4.2)."""
    return _HEX.sub(lambda found: bytes.fromhex(found[1].decode()), raw.replace(b"_", b" "))


def _of_letters(letters: bytes) -> bytes:
    """Of letters without padding; a last one alone says nothing."""
    over = len(letters) % 4
    whole = letters[: len(letters) - 1] if over == 1 else letters
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def _is_no_base64(sample: bytes, strictly: int = 4) -> bool:
    """Whether what is said to be base64 is text, or binary, as it was: words stand apart, or one sign of so many is
    none of base64's.
    """
    seen = sample.translate(None, _BLANKS)
    foreign, blanks = len(seen.translate(None, _BASE64)), sample.count(b" ") + sample.count(b"\t")
    if foreign * strictly > len(seen):
        return True
    return blanks * 12 > len(seen) and len(_WORDS_APART.findall(sample)) * 12 > len(seen)


def _end_of_letters(raw: bytes, start: int, end: int) -> int:
    """Where base64 ends: lists and scanners write their words below it."""
    seen = [place for sign in _SIGNS_OF_END if (place := raw.find(sign, start, end)) >= 0]
    for tried, found in enumerate(_MAY_END.finditer(raw, min(seen, default=end), end)):
        below = raw[found.end() : min(end, found.end() + _SAMPLE)]
        if _is_no_base64(below, 16):
            return found.end()
        if tried == 20:
            break
    return end
