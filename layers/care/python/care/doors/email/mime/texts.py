"""The text that a part's bytes are."""

import re

from care.doors.email.mime import enriched, uu
from care.doors.email.mime.charsets import codec_of, decode
from care.doors.email.mime.headers import storable
from care.doors.email.mime.parts import Part

# What is read of a text is bounded, so that none is too slow to read.
_MOST_BYTES = 1_000_000
MARKUP_LENGTH = 500_000
PLAIN = frozenset(("text/plain", "text/enriched", "text/richtext", "text/markdown"))
MARKUP = frozenset(("text/html", "application/xhtml+xml"))
_ENRICHED = frozenset(("text/enriched", "text/richtext"))
_LOOKS_LIKE_MARKUP = re.compile(r"\s*+(?:<!doctype html|<html)\b", re.IGNORECASE)
_CHARSET_IN_MARKUP = re.compile(rb"<meta\b[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_META_WITHIN = 4000
_UNSEEN = re.compile(r"[\s\u200b\u2060\ufeff]*+\Z")


def markup(part: Part) -> str:
    """The markup of a part, as it is written."""
    content = part.begin(_MOST_BYTES)
    within = _CHARSET_IN_MARKUP.search(content, 0, _META_WITHIN)
    return _text(part, content, within[1].decode("ascii") if within else "")[:MARKUP_LENGTH]


def plain(part: Part, files: list[uu.Found]) -> str:
    """The words of a part, without the files in it."""
    content = uu.rest(_searched(part), files) if files else part.begin(_MOST_BYTES)
    text = _text(part, content)
    if part.kind in _ENRICHED:
        text = enriched.to_text(text)
    if part.type.word("format").lower() == "flowed":
        text = _flowed(text, part.type.word("delsp").lower() == "yes")
    return "" if _UNSEEN.match(text) else text.strip()


def is_markup(text: str) -> bool:
    """Whether what is said to be plain is an HTML page."""
    return bool(_LOOKS_LIKE_MARKUP.match(text[:200]))


def files_in(part: Part) -> list[uu.Found]:
    """The files that stand in a text."""
    return uu.find(_searched(part)) if b"begin" in part.begin(_MOST_BYTES) else []


def content_of(part: Part, found: uu.Found) -> list[bytes]:
    """What such a file has in it."""
    if part.transfer:
        content = _searched(part)[found.start : found.end]
    else:
        content = part.mail[part.start + found.start : part.start + found.end]
    return list(uu.pieces_of_all(content))


def _searched(part: Part) -> bytes:
    """The bytes in which files are searched: all that need no decoding, which each of them would need again."""
    return part.begin(_MOST_BYTES) if part.transfer else part.content()


def _text(part: Part, content: bytes, within: str = "") -> str:
    """Lines ended in one way; ``within`` is a charset that the text says itself, for want of another than ASCII."""
    declared = part.type.word("charset")
    charset = declared if codec_of(declared) or not within else within
    text = storable(decode(content, charset, _MOST_BYTES))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _flowed(text: str, joins: bool) -> str:
    """Paragraphs as they were before they were broken into lines (RFC 3676); ``joins`` without the blank at a break.
    What is quoted keeps its lines.
    """
    said: list[str] = []
    goes_on = False
    for line in text.split("\n"):
        # The line above a signature has a blank at its end.
        is_fixed = line.startswith(">") or line == "-- "
        if said and (is_fixed or not goes_on):
            said.append("\n")
        words = line.removeprefix(" ")
        goes_on = words.endswith(" ") and not is_fixed
        said.append(words[:-1] if goes_on and joins else words)
    return "".join(said)
