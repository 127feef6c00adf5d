"""Bytes to text by the charset a mail names, if it is one that mail is written in (RFC 2045, 2047).

Python has codecs like ``punycode`` and ``unicode_escape`` too, whose time or result an attacker would choose.
"""

import codecs
import re
from encodings.aliases import aliases

# By the names of Python's modules ("Standard Encodings"); those that no alias leads to are named.
_WRITTEN = re.compile(
    r"ascii|utf_(8|16|32)(_[bl]e)?|latin_1|iso8859_\d+|cp\d+|koi8_[rtu]|tis_620|mac_\w+|kz1048|ptcp154"
    r"|big5\w*|gb\w+|hz|euc_\w+|shift_ji\w+|iso2022_\w+|johab"
)
_WITHOUT_ALIAS = ("utf_8_sig", "koi8_t", "koi8_u", "cp874")


def _squeezed(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name[:100].lower())


_KNOWN = {
    _squeezed(alias): name
    for alias, name in [*aliases.items(), *zip(aliases.values(), aliases.values(), strict=True)]
    if _WRITTEN.fullmatch(name)
} | {_squeezed(name): name for name in _WITHOUT_ALIAS}


def decode(raw: bytes, charset: str | None, longest: int | None = None) -> str:
    """The declared charset, else UTF-8, else Windows-1252 with replacements; of ``longest`` bytes at most."""
    final = longest is None or len(raw) <= longest
    raw = raw[:longest]
    for name in (_KNOWN.get(_squeezed(charset)) if charset else None, "utf_8"):
        if name:
            try:
                return codecs.getincrementaldecoder(name)().decode(raw, final)
            except ValueError:
                continue
    return raw.decode("cp1252", "replace")
