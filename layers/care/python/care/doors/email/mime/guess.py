"""A guess at what bytes are written in that say nothing of it and are no UTF-8; none where it would be a chance.

What tells is how letters are spread: beyond ASCII, Western text has single letters, other scripts have words.
"""

import re

_RUN = re.compile(rb"[\x80-\xff]++")
_SAMPLE = 20_000
_LONG = 3
_KANA = re.compile(r"[\u3040-\u30ff]")
_WIDE = re.compile(r"[\u3000-\u9fff\uac00-\ud7a3\uff00-\uffef]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_LOWER = re.compile(r"[\u0430-\u045f]")


def guess(raw: bytes) -> str:
    """A codec's name, or ""."""
    raw = raw[:_SAMPLE]
    if b"\x1b$" in raw and (b"\x1b(B" in raw or b"\x1b(J" in raw):
        return "iso2022_jp_ext"
    if b"\0" in raw and not len(raw) % 2:
        zeros = raw[0::2].count(0), raw[1::2].count(0)
        if max(zeros) * 3 > len(raw) // 2 and not min(zeros):
            return "utf_16_be" if zeros[0] else "utf_16_le"
    runs = _RUN.findall(raw)
    if not runs or sum(len(run) for run in runs) < _LONG * len(runs):
        return _japanese(raw) if runs else ""
    return _japanese(raw) or _korean_or_chinese(raw, runs) or _cyrillic(raw)


def _japanese(raw: bytes) -> str:
    """By the kana that every Japanese sentence has. Trails of Shift_JIS are ASCII too, which breaks its runs."""
    for codec in ("euc_jp", "cp932"):
        text = _strictly(raw, codec)
        wide = len(_WIDE.findall(text))
        if wide >= 4 and len(_KANA.findall(text)) * 4 > wide and wide * 10 > sum(one > "\x7f" for one in text) * 9:
            return codec
    return ""


def _korean_or_chinese(raw: bytes, runs: list[bytes]) -> str:
    """By where the frequent characters stand in each table: Hangul in 0xB0 to 0xC8, frequent hanzi in 0xB0 to 0xD7."""
    pairs = [run[place : place + 2] for run in runs for place in range(0, len(run) - 1, 2)]
    if len(pairs) < 4:
        return ""
    leads = [pair[0] for pair in pairs]
    even = sum(not len(run) % 2 for run in runs) * 10 > len(runs) * 9
    hangul = sum(0xB0 <= one <= 0xC8 for one in leads)
    hanzi = sum(0xB0 <= one <= 0xD7 for one in leads)
    signs = sum(0xA1 <= one <= 0xA3 for one in leads)
    if even and (hangul + signs) * 100 >= len(pairs) * 97 and _HANGUL.search(_strictly(raw, "cp949")):
        return "cp949"
    if even and (hanzi + signs) * 10 >= len(pairs) * 8 and _strictly(raw, "gb18030"):
        return "gb18030"
    return "cp950" if len(_WIDE.findall(_strictly(raw, "cp950"))) >= 4 and not _cyrillic(raw) else ""


def _cyrillic(raw: bytes) -> str:
    """Of the two charsets of Russian mail, the one in which most letters are small."""
    small = {}
    for codec in ("cp1251", "koi8_r"):
        text = raw.decode(codec, "replace")
        letters = len(_CYRILLIC.findall(text))
        if letters * 10 >= sum(one > "\x7f" for one in text) * 9:
            small[codec] = len(_LOWER.findall(text)) * 2 > letters
    return next((codec for codec, is_small in small.items() if is_small), "")


def _strictly(raw: bytes, codec: str) -> str:
    """ "" for what it does not read; a character that the sample's end cuts is none."""
    for end in (len(raw), -1):
        try:
            return raw[:end].decode(codec)
        except UnicodeDecodeError:
            continue
    return ""
