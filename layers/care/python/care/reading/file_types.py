"""What a file is and whether it may do harm: by what is in it first, then by its name, last by what it is said to be.

``content/file_types.toml`` has the types. Nothing here fails, and every step takes any bytes in time about linear in
their number.
"""

import re
from functools import cache
from typing import NamedTuple

from care.content import toml
from care.reading import file_insides
from care.reading.file_insides import Inside
from care.words import Danger

_PLAIN = "text/plain"
_UNKNOWN = "application/octet-stream"
_PROGRAM = "application/vnd.microsoft.portable-executable"
_HEAD = 4096
_PDF_BEGINS_WITHIN = 1024
"""So far readers look for the begin of a PDF (ISO 32000-1, annex H, note 13)."""
_ZIP_ENDS_WITHIN = 65_557
"""The end of a ZIP archive's directory with the longest comment (PKWARE APPNOTE section 4.3.16)."""
_TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,90}", re.ASCII)
# What turns the direction of writing shows the end of a name elsewhere (Unicode UAX 9 section 2.2).
_TURNED = re.compile("[\u202d\u202e]")
_READ = ("text/", "message/", "application/json")
_NEVER_TEXT = ("image/", "audio/", "video/")
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_NOT_IN_TEXT = bytes(set(range(32)) - set(b"\t\n\v\f\r\b\x1b"))
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_BYTE_ORDER = re.compile(rb"\xef\xbb\xbf|\xff\xfe|\xfe\xff")
# WHATWG MIME Sniffing, section 7.1.
_PAGE = re.compile(
    rb"\s*(?:<!--[^>]{0,500}>\s*)?<(?:!doctype\s+(?:html|svg)|(?:html|head|body|script|iframe|svg|title|style)\b)",
    re.IGNORECASE,
)
_XML = re.compile(rb"\s*<\?xml\b", re.IGNORECASE)
_PAGE_IN_XML = re.compile(rb"<(?:\w{1,20}:)?(?:html|svg)\b|1999/xhtml|<\?xml-stylesheet", re.IGNORECASE)
_DRAWING = re.compile(rb"<(?:\w{1,20}:)?svg\b", re.IGNORECASE)
_HTML = re.compile(rb"<(?:\w{1,20}:)?html\b|<!doctype\s+html", re.IGNORECASE)
_SCRIPT = re.compile(rb"\s*(?:#!\s*/|@echo\s+off\b|<\?php\b|Windows Registry Editor\b)", re.IGNORECASE)
_SHORTCUT = re.compile(rb"\s*\[(?:InternetShortcut|Desktop Entry)\]", re.IGNORECASE)
# A saved page; Word opens it whatever it is called.
_PAGE_AS_MAIL = re.compile(rb"\s*MIME-Version:", re.IGNORECASE)
_LOOKED_INTO = {
    file_insides.OLE: file_insides.ole,
    file_insides.PDF: file_insides.pdf,
    file_insides.RTF: file_insides.rtf,
}
_MAY_NOT_BE_HIDDEN = (Danger.PROGRAM, Danger.SCRIPT, Danger.SHORTCUT, Danger.PAGE, Danger.DISK_IMAGE)


class Seen(NamedTuple):
    """A file's real media type, or the declared one where nothing tells it; why the file is kept apart, if it is."""

    type: str
    danger: Danger | None


class _Kind(NamedTuple):
    """A type of files: each of ``begins`` is bytes by where they stand."""

    type: str
    text: bool
    danger: Danger | None
    begins: tuple[tuple[tuple[int, bytes], ...], ...]

    def fits(self, content: bytes) -> bool:
        """Whether a file of this type begins so."""
        return any(all(content.startswith(part, at) for at, part in one) for one in self.begins)


class _Known(NamedTuple):
    kinds: dict[str, _Kind]
    named: dict[str, _Kind]
    """By the end of a name."""
    dangers: dict[str, Danger]
    """By the end of a name."""


@cache
def _known() -> _Known:
    source = toml("file_types")
    known = _Known({}, {}, {})
    for name, one in source["types"].items():
        begins = (
            tuple((int(at), part.encode("latin-1")) for at, part in parts.items()) for parts in one.get("begins", ())
        )
        danger = Danger(one["danger"]) if "danger" in one else None
        kind = known.kinds[name] = _Kind(name, one.get("text", False), danger, tuple(begins))
        ends = one["named"].split()
        known.named.update(dict.fromkeys(ends, kind))
        known.dangers.update(dict.fromkeys(ends, danger) if danger else {})
    for why, ends in source["named"].items():
        known.dangers.update(dict.fromkeys(ends.split(), Danger(why)))
    return known


def look(name: str, declared: str, content: bytes) -> Seen:
    """What a file is to which its sender gave a name and a type."""
    end, before = _ends(name)
    inside = _of_content(content, end)
    if inside.type == file_insides.GZIP:
        inside = _of_gzip(name, content)
    by_name = _known().dangers.get(end)
    danger = by_name or inside.danger
    if danger is None and not inside.type and end not in _known().named:
        danger = kind.danger if (kind := _known().kinds.get(_plain_type(declared))) else None
    is_hidden = by_name is None and inside.danger in _MAY_NOT_BE_HIDDEN and _is_harmless(end)
    if _TURNED.search(name) or is_hidden or (by_name and _is_harmless(before)):
        danger = Danger.DISGUISED
    return Seen(inside.type or _believed(declared, end, content), danger)


def _ends(name: str) -> tuple[str, str]:
    """The end of a name that says what opens it, and the one before; Windows takes dots and blanks off a name."""
    _, *ends = _UNSEEN.sub("", name).rstrip(". \t").lower().split(".")
    last, before, *_ = *(one.strip() for one in reversed(ends[-2:])), "", ""
    return last, before


def _is_harmless(end: str) -> bool:
    """Whether a name's end says that it is something known and harmless."""
    return end in _known().named and end not in _known().dangers


def _is_read(end: str) -> bool:
    """Whether a file with such a name is only read by what opens it, as text or as a mail."""
    return _is_harmless(end) and _known().named[end].type.startswith(_READ)


def _danger_of(name: str) -> Danger | None:
    return _known().dangers.get(_ends(name)[0])


def _of_content(content: bytes, end: str) -> Inside:
    """What is in a file, surely; a type of "" says that nothing tells."""
    if content.startswith(b"MZ") and not _is_text(content):
        return Inside(_PROGRAM, Danger.PROGRAM)
    kind = next((one for one in _known().kinds.values() if one.fits(content)), None)
    opened_as = _container(kind, content, end)
    if opened_as == file_insides.ZIP:
        return file_insides.zipped(content, _danger_of)
    if inside := _LOOKED_INTO.get(opened_as):
        return inside(content)
    return Inside(kind.type, kind.danger) if kind else _of_text(content, end)


def _of_gzip(name: str, content: bytes) -> Inside:
    """What is packed alone is a text, or not trusted."""
    packed = file_insides.alone(content)
    if packed is None:
        return Inside(file_insides.GZIP, Danger.SEALED)
    seen = look(packed[0] or name.rpartition(".")[0], "", packed[1])
    if seen.danger is None:
        return Inside(file_insides.GZIP, None if seen.type.startswith("text/") else Danger.SEALED)
    return Inside(file_insides.GZIP, seen.danger if seen.danger is Danger.SEALED else Danger.PACKED)


def _container(kind: _Kind | None, content: bytes, end: str) -> str:
    """What a file is opened as; a PDF and an archive are looked for behind whatever precedes them, save in a text."""
    if kind is None and _is_read(end):
        return ""
    if (kind is None or end == "zip") and content.rfind(b"PK\5\6", -_ZIP_ENDS_WITHIN) >= 0:
        return file_insides.ZIP
    if kind is None and content.find(b"%PDF-", 0, _PDF_BEGINS_WITHIN) >= 0:
        return file_insides.PDF
    return kind.type if kind else ""


def _of_text(content: bytes, end: str) -> Inside:
    """What a text would do to who opens it; by a name that says it is one, nothing."""
    if _is_read(end) or not _is_text(content):
        return Inside("", None)
    head = content[:_HEAD].replace(b"\0", b"")
    head = head[len(found[0]) if (found := _BYTE_ORDER.match(head)) else 0 :]
    if _PAGE.match(head) or (_XML.match(head) and _PAGE_IN_XML.search(head)):
        return Inside("image/svg+xml" if _DRAWING.search(head) and not _HTML.search(head) else "text/html", Danger.PAGE)
    if _PAGE_AS_MAIL.match(head) and _is_harmless(end):
        return Inside("multipart/related", Danger.PAGE)
    if _SHORTCUT.match(head):
        return Inside("", Danger.SHORTCUT)
    return Inside("", Danger.SCRIPT if _SCRIPT.match(head) else None)


def _believed(declared: str, end: str, content: bytes) -> str:
    """The type of what nothing in it tells: the declared one or the one of its name, unless it would have been seen."""
    named, is_text = _known().named.get(end), _is_text(content)
    for one in (_plain_type(declared), named.type if named else ""):
        known = _known().kinds.get(one)
        may_be = known.text and is_text if known else is_text or not one.startswith("text/")
        may_be = one.startswith("message/") or (may_be and not (is_text and one.startswith(_NEVER_TEXT)))
        if one not in ("", _UNKNOWN) and may_be:
            return one
    return _PLAIN if is_text else _UNKNOWN


def _plain_type(declared: str) -> str:
    """A type without its parameters; "" for what is none."""
    kind = declared.partition(";")[0].strip().lower()
    return kind if _TYPE.fullmatch(kind) else ""


def _is_text(content: bytes) -> bool:
    head = content[:_HEAD]
    return bool(head) and (head.startswith(_WIDE) or head.translate(None, _NOT_IN_TEXT) == head)
