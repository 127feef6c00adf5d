"""Bytes to text by the charset a mail names, if it is one that mail is written in (RFC 2045, 2047).

A name stands for what programs write under it (WHATWG Encoding, "Names and labels"): ``gb2312`` is GB 18030, Latin-1 is
Windows-1252. Python has codecs like ``punycode`` and ``unicode_escape`` too, whose time or result an attacker would
choose; nobody gets them by name.
"""

import codecs
import re
from contextlib import suppress
from encodings.aliases import aliases
from functools import lru_cache

from care.doors.email.mime import jis
from care.doors.email.mime.guess import guess

# By the names of Python's modules ("Standard Encodings"); those that no alias leads to are named.
_WRITTEN = re.compile(
    r"ascii|utf_(7|8|16|32)(_[bl]e)?|latin_1|iso8859_\d+|cp\d+|koi8_[rtu]|tis_620|mac_\w+|kz1048|ptcp154"
    r"|big5\w*|gb\w+|hz|euc_\w+|shift_ji\w+|iso2022_\w+|johab"
)
_WITHOUT_ALIAS = ("koi8_t", "koi8_u", "cp874", "mac_arabic", "mac_farsi", "mac_croatian", "mac_romanian")


def _squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name[:100].lower())


_KNOWN = {
    _squeezed(alias): name
    for alias, name in [*aliases.items(), *zip(aliases.values(), aliases.values(), strict=True)]
    if _WRITTEN.fullmatch(name)
} | {_squeezed(name): name for name in _WITHOUT_ALIAS}
_CODECS = frozenset(_KNOWN.values())
# Labels that neither Python nor a pattern below knows.
_LABELS = {
    "8859": "latin_1",
    "ansi": "cp1252",
    "cnbig5": "big5",
    "cngb": "gb2312",
    "eucjpms": "euc_jp",
    "iso10646ucs2": "utf_16_be",
    "koi": "koi8_r",
    "koi8": "koi8_r",
    "koi8ru": "koi8_u",
    "ksc56011989": "euc_kr",
    "logical": "iso8859_8",
    "macce": "mac_latin2",
    "macchinesesimp": "gb2312",
    "macchinesetrad": "big5",
    "macjapanese": "shift_jis",
    "mackorean": "euc_kr",
    "macukrainian": "mac_cyrillic",
    "sjis": "shift_jis",
    "ucs2": "utf_16",
    "unicode": "utf_16",
    "unicodefffe": "utf_16_be",
    "visual": "iso8859_8",
    "windows31j": "cp932",
    "xbig5": "big5",
}
_PATTERNS = (
    (re.compile(r"(?:unicode11|unicode20)?utf(7|8)\w*"), "utf_{}"),
    (re.compile(r"(?:iso)?2022jp\w*()|cp5022\d"), "iso2022_jp"),
    (re.compile(r"(?:iso|dos)?8859(\d{1,2})(?:[ie]|\d{4})?"), "iso8859_{}"),
    (re.compile(r"(?:windows|win|cp|ibm|ansi|dos|ms|oem|microsoftcp|codepage)(\d{3,4})"), "cp{}"),
    (re.compile(r"latin(\d)\w*"), "latin_{}"),
)
# What is written under a name, widest use first; the first that reads all is it, else the one that reads most.
_READ_AS = {
    "latin_1": ("cp1252",),
    "iso8859_9": ("cp1254",),
    "iso8859_11": ("cp874",),
    "tis_620": ("cp874",),
    "gb2312": ("gb18030",),
    "gbk": ("gb18030",),
    "euc_kr": ("cp949",),
    "shift_jis": ("cp932", "shift_jis_2004"),
    "euc_jp": ("euc_jp", "euc_jis_2004"),
    "big5": ("cp950", "big5hkscs"),
    "cp950": ("cp950", "big5hkscs"),
    "big5hkscs": ("big5hkscs", "cp950"),
}
# ISO 8859 has controls where Windows has quotes and dashes, and nobody writes those controls.
_WINDOWS = {
    "iso8859_2": "cp1250",
    "iso8859_4": "cp1257",
    "iso8859_5": "cp1251",
    "iso8859_6": "cp1256",
    "iso8859_7": "cp1253",
    "iso8859_8": "cp1255",
    "iso8859_13": "cp1257",
    "iso8859_15": "cp1252",
}
_C1 = re.compile(rb"[\x80-\x9f]")
_WESTERN = frozenset(("latin_1", "cp1252", "iso8859_15"))
_MULTIBYTE = re.compile(r"gb\w+|big5\w*|cp9(32|49|50)|euc_\w+|shift_ji\w+|johab|hz|iso2022_\w+")
_BOMS = (
    (codecs.BOM_UTF8, "utf_8_sig"),
    (codecs.BOM_UTF32_LE, "utf_32"),
    (codecs.BOM_UTF32_BE, "utf_32"),
    (codecs.BOM_UTF16_LE, "utf_16"),
    (codecs.BOM_UTF16_BE, "utf_16"),
)
# A character of UTF-16 in two, each written as if it were one (Unicode Technical Report 26).
_IN_TWO = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_BAD = "\ufffd"
_NON_ASCII = re.compile(r"[^\x00-\x7f]")


@lru_cache(maxsize=200)
def codec_of(charset: str) -> str:
    """Python's name for a charset, whatever its label; "" for none that mail is written in, and for ASCII."""
    label = _squeezed(charset.lower().strip("\"' \t").removeprefix("charset=").partition("$")[0])
    for name in (label, label.removeprefix("x"), label.removeprefix("cs")):
        codec = _LABELS.get(name) or _KNOWN.get(name) or _by_pattern(name)
        if codec:
            return "" if codec == "ascii" else codec
    return ""


def _by_pattern(name: str) -> str:
    for pattern, module in _PATTERNS:
        if found := pattern.fullmatch(name):
            codec = module.format(found[1])
            codec = "latin_1" if codec == "iso8859_1" else codec
            return codec if codec in _CODECS else ""
    return ""


def decode(raw: bytes, charset: str | None, longest: int | None = None, otherwise: str = "") -> str:
    """The text of bytes, of ``longest`` at most: by the declared charset, else as UTF-8, else by the charset
    ``otherwise``, else by a guess, at last Windows-1252. A charset that fits but for some bytes loses those alone.
    """
    final = longest is None or len(raw) <= longest
    raw = raw[:longest]
    codec = codec_of(charset) if charset else ""
    if raw.isascii() and b"\x1b" not in raw and b"\0" not in raw and not codec.startswith(("utf_7", "hz", "iso2022")):
        return raw.decode("ascii")
    for mark, name in _BOMS:
        if raw.startswith(mark):
            return _read(raw, name, final)
    text = _declared(raw, codec, final) if codec else None
    text = _unicode(raw, final) if text is None else text
    other = codec_of(otherwise) if otherwise else ""
    text = _declared(raw, other, final) if text is None and other else text
    if text is None:
        text = _read(raw, guess(raw) or "cp1252", final)
    return text


def _read(raw: bytes, codec: str, final: bool) -> str:
    """With a replacement mark for each that cannot be read."""
    return codecs.getincrementaldecoder(codec)("replace").decode(raw, final)


def _declared(raw: bytes, codec: str, final: bool) -> str | None:
    """By a codec; ``None`` where the bytes are plainly of another."""
    if codec.startswith("utf_8"):
        return _unicode(raw, final)
    if codec.startswith(("utf_16", "utf_32")):
        return _wide(raw, codec, final)
    if codec == "utf_7":
        return _seven(raw, final)
    if _is_utf_8(raw, final, 1 if codec in _WESTERN else 3):
        return None
    if codec.startswith("iso2022_jp"):
        return jis.decode(raw, final)
    if codec in _WINDOWS and _C1.search(raw):
        codec = _WINDOWS[codec]
    texts = []
    for name in _READ_AS.get(codec, (codec,)):
        text = _read(raw, name, final)
        if _BAD not in text:
            return text
        texts.append(text)
    text = min(texts, key=lambda one: one.count(_BAD))
    bad, seen = text.count(_BAD), len(_NON_ASCII.findall(text))
    return None if _MULTIBYTE.fullmatch(codec) and bad * 3 > seen else text


def _unicode(raw: bytes, final: bool) -> str | None:
    """As UTF-8, if more of what is beyond ASCII is UTF-8 than not."""
    if b"\x1b$" in raw and raw.isascii():
        return None
    with suppress(UnicodeDecodeError):
        return codecs.getincrementaldecoder("utf_8")().decode(_IN_TWO.sub(_in_one, raw), final)
    text = _read(_IN_TWO.sub(_in_one, raw), "utf_8", final)
    return None if len(_NON_ASCII.findall(text)) < 2 * text.count(_BAD) else text


def _in_one(found: re.Match[bytes]) -> bytes:
    return found[0].decode("utf_8", "surrogatepass").encode("utf_16", "surrogatepass").decode("utf_16").encode()


def _is_utf_8(raw: bytes, final: bool, least: int) -> bool:
    """Whether all of it is UTF-8 and so many characters are beyond ASCII: no other charset's text is so by chance."""
    if raw.isascii():
        return False
    try:
        text = codecs.getincrementaldecoder("utf_8")().decode(raw, final)
    except UnicodeDecodeError:
        return False
    return len(_NON_ASCII.findall(text)) >= least


def _wide(raw: bytes, codec: str, final: bool) -> str | None:
    """As UTF-16 or UTF-32, whose blanks and line ends have zeros; without them some other text only says it is."""
    if b"\0" not in raw:
        return None
    if codec == "utf_16":
        codec = "utf_16_be" if raw[0::2].count(0) > raw[1::2].count(0) else "utf_16_le"
    if codec == "utf_32":
        codec = "utf_32_be" if raw[:1] == b"\0" else "utf_32_le"
    return _read(raw, codec, final)


def _seven(raw: bytes, final: bool) -> str | None:
    """As UTF-7 (RFC 2152), which can spell half a character."""
    try:
        text = codecs.getincrementaldecoder("utf_7")().decode(raw, final)
        text.encode()
    except UnicodeError:
        return None
    return text
