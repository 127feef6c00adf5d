"""What archives and documents have in them, as far as it can be seen without unpacking them.

Every function takes any bytes, in time about linear in their number. Unpacked are of an Office document's relationships
64 KB each, and the first 4 KB of what is packed alone.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

from care.words import Danger

ZIP = "application/zip"
OLE = "application/x-ole-storage"
PDF = "application/pdf"
GZIP = "application/gzip"
RTF = "application/rtf"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_FOLDERS = {
    "word/": f"{_OFFICE}wordprocessingml.document",
    "xl/": f"{_OFFICE}spreadsheetml.sheet",
    "ppt/": f"{_OFFICE}presentationml.presentation",
    "visio/": "application/vnd.ms-visio.drawing",
}
_APPS = {
    "AndroidManifest.xml": "application/vnd.android.package-archive",
    "META-INF/MANIFEST.MF": "application/java-archive",
}
_PACKAGE = re.compile(r"\[Content_Types\]\.xml|_rels/|docProps/|customXml/|word/|xl/|ppt/|visio/")
# The first entry of an OpenDocument or EPUB file, stored as it is (OpenDocument 1.2 part 3, section 3.3).
_SAYS_ITS_TYPE = re.compile(
    rb"mimetype(application/(?:epub\+zip|vnd\.oasis\.opendocument\.(?:text|spreadsheet|presentation|graphics)))"
)
# What precedes each file of an archive, and its entry in the directory (PKWARE APPNOTE sections 4.3.7 and 4.3.12).
# Programs that unpack go by the one or the other, so both count.
_ENTRY = re.compile(rb"PK(?:\x01\x02|\x03\x04)")
_OF_FILE = b"PK\x03\x04"
_FILE, _LISTED = struct.Struct("<6x2H16x2H"), struct.Struct("<8x2H16x2H")
"""Flags, method, lengths of the name and of what follows it."""
_MOST_ENTRIES = 20_000
_LONGEST_NAME = 1000
_LOCKED = 0x2041
"""Bits 0, 6 and 13 of an entry's flags: any of them is an encryption."""
_MACROS = re.compile(r"(?:^|/)(?:vbaproject\.bin$|xl/macrosheets/|basic/|scripts/)", re.IGNORECASE)
_MACROS_ANYWHERE = re.compile(r"vbaproject\.bin$", re.IGNORECASE)
_EMBEDDED = re.compile(r"(?:^|/)(?:activex/|embeddings/oleobject)", re.IGNORECASE)
_PACKED_AGAIN = (".zip", ".gz", ".tgz")
_BUNDLE = re.compile(r"\.app/", re.IGNORECASE)
_RELATIONS_LENGTH = 64_000
_MOST_RELATIONS = 50
_PACKED_LENGTH, _HEAD = 64_000, 4096
_GZIP_FIELDS, _HAS_EXTRA, _HAS_NAME = 10, 4, 8
_TAG = re.compile(rb"<[^<>]+>")
_ELSEWHERE = re.compile(rb"\bTargetMode\s*=\s*[\"']External", re.IGNORECASE)
_FETCHED = re.compile(rb"relationships/(?:oleObject|frame|subDocument)\b", re.IGNORECASE)
_TEMPLATE = re.compile(rb"relationships/attachedTemplate\b", re.IGNORECASE)
# Word notes where its own template lies; that is no harm.
_LOCAL = re.compile(rb"\bTarget\s*=\s*[\"'](?:(?:file:/{1,3})?[a-z]:[\\/]|[^\\/&\"']*[\"'])", re.IGNORECASE)


class Inside(NamedTuple):
    """What a file is by what is in it, and why it is kept apart, if it is."""

    type: str
    danger: Danger | None


class _Entry(NamedTuple):
    """A file in a ZIP archive; ``data`` is where its content begins, if that is known here."""

    name: str
    locked: bool
    stored: bool
    data: int | None


def zipped(content: bytes, danger_of: Callable[[str], Danger | None]) -> Inside:
    """A ZIP archive, or a document or program that is one; ``danger_of`` says it of a file by its name."""
    names, relations, locked, first = set[str](), list[_Entry](), False, ""
    for number, entry in enumerate(_entries(content)):
        if number == _MOST_ENTRIES:
            return Inside(ZIP, Danger.SEALED)
        first = first or entry.name
        locked = locked or entry.locked
        names.add(entry.name)
        if entry.data is not None and entry.name.endswith(".rels") and len(relations) < _MOST_RELATIONS:
            relations.append(entry)
    kind = _kind(content, first, names)
    if kind == ZIP or kind in _APPS.values():
        return Inside(kind, _danger_in_archive(names, danger_of) or (Danger.SEALED if locked else None))
    danger = _danger_in_document(names, danger_of) or (Danger.SEALED if locked else None)
    if danger is None and any(_fetches(_unpacked(content, one)) for one in relations):
        danger = Danger.ACTIVE
    return Inside(kind, danger)


def _entries(content: bytes) -> Iterator[_Entry]:
    for found in _ENTRY.finditer(content):
        is_file = found[0] == _OF_FILE
        fields, length = (_FILE, 30) if is_file else (_LISTED, 46)
        start = found.start() + length
        if start > len(content):
            return
        flags, method, name_length, extra = fields.unpack_from(content, found.start())
        stop = start + name_length
        name = content[max(start, stop - _LONGEST_NAME) : stop].decode("utf-8", "replace").replace("\\", "/")
        yield _Entry(name, bool(flags & _LOCKED), method == 0, stop + extra if is_file else None)


def _kind(content: bytes, first: str, names: set[str]) -> str:
    if says := _SAYS_ITS_TYPE.match(content, 30):
        return says[1].decode()
    if app := next((kind for name, kind in _APPS.items() if name in names), None):
        return app
    if "[Content_Types].xml" in names and _PACKAGE.match(first):
        return next((kind for start, kind in _FOLDERS.items() if any(one.startswith(start) for one in names)), ZIP)
    return ZIP


def _danger_in_archive(names: set[str], danger_of: Callable[[str], Danger | None]) -> Danger | None:
    sealed = False
    for name in names:
        danger = danger_of(name)
        if (danger or Danger.SEALED) is not Danger.SEALED or _BUNDLE.search(name) or _MACROS_ANYWHERE.search(name):
            return Danger.PACKED
        sealed = sealed or danger is Danger.SEALED or name.lower().endswith(_PACKED_AGAIN)
    return Danger.SEALED if sealed else None


def _danger_in_document(names: set[str], danger_of: Callable[[str], Danger | None]) -> Danger | None:
    """Pages and drawings in a document are shown by its reader, which runs nothing of them."""
    if any(map(_MACROS.search, names)):
        return Danger.MACRO
    if any(danger_of(name) not in (None, Danger.PAGE) for name in names):
        return Danger.PACKED
    return Danger.ACTIVE if any(map(_EMBEDDED.search, names)) else None


def _unpacked(content: bytes, entry: _Entry) -> bytes:
    """The beginning of an entry; of what is broken as much as could be read."""
    packed = content[entry.data : (entry.data or 0) + _RELATIONS_LENGTH]
    if entry.stored:
        return packed
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, _RELATIONS_LENGTH)
    except zlib.error:
        return b""


def alone(content: bytes) -> tuple[str, bytes] | None:
    """What is packed by gzip: its name, if that is told, and its first 4 KB; ``None`` if it cannot be unpacked, or is
    packed again (RFC 1952).
    """
    try:
        head = zlib.decompressobj(zlib.MAX_WBITS + 16).decompress(content[:_PACKED_LENGTH], _HEAD)
    except zlib.error:
        return None
    start = _GZIP_FIELDS + (2 + int.from_bytes(content[10:12], "little") if content[3] & _HAS_EXTRA else 0)
    name = content[start : start + _LONGEST_NAME].partition(b"\0")[0] if content[3] & _HAS_NAME else b""
    return None if head.startswith(b"\x1f\x8b") else (name.decode("latin-1"), head)


def _fetches(relations: bytes) -> bool:
    """Whether a document fetches something when it is opened (ECMA-376 part 2, section 9.3)."""
    outside = [one for one in _TAG.findall(relations.replace(b"\0", b"")) if _ELSEWHERE.search(one)]
    return any(_FETCHED.search(one) or (_TEMPLATE.search(one) and not _LOCAL.search(one)) for one in outside)


def _wide(name: str) -> bytes:
    """A name as the directory of an OLE file has it (MS-CFB section 2.6.1)."""
    return name.encode("utf-16-le")


_STREAMS = {
    _wide("WordDocument"): "application/msword",
    _wide("Workbook"): "application/vnd.ms-excel",
    _wide("PowerPoint Document"): "application/vnd.ms-powerpoint",
    _wide("__substg1.0_"): "application/vnd.ms-outlook",
}
# The class of an installation package's root (MS-CFB section 2.6.1 has where it stands).
_INSTALLER = bytes.fromhex("84100c0000000000c000000000000046")
# MS-OVBA section 2.2.1; a sheet of Excel 4.0 macros (MS-XLS section 2.4.28, dt 1).
_VBA = _wide("_VBA_PROJECT")
_MACRO_SHEET = re.compile(rb"\x85\x00[\x08-\x60]\x00.{4}[\x00-\x02]\x01", re.DOTALL)
_BROUGHT_ALONG = _wide("\x01Ole10Native")
_ENCRYPTED = _wide("EncryptedPackage")


def ole(content: bytes) -> Inside:
    """A compound file: an older Office document, a mail of Outlook's, an installation package, a locked document."""
    if _INSTALLER in content:
        return Inside("application/x-msi", Danger.PROGRAM)
    kind = next((kind for name, kind in _STREAMS.items() if name in content), OLE)
    if _VBA in content or (kind == "application/vnd.ms-excel" and _MACRO_SHEET.search(content)):
        return Inside(kind, Danger.MACRO)
    if _BROUGHT_ALONG in content:
        return Inside(kind, Danger.ACTIVE)
    return Inside(kind, Danger.SEALED if _ENCRYPTED in content else None)


def _spelled(name: str) -> bytes:
    """A name of PDF's in every spelling: any letter may be ``#`` and its number (ISO 32000-1 section 7.3.5)."""
    return b"".join(b"(?:%c|#(?i:%02x))" % (ord(one), ord(one)) for one in name)


_ACTIVE_IN_PDF = re.compile(b"/(?:%b|%b)" % (_spelled("JavaScript"), _spelled("Launch")))
_ACTIVE_IN_RTF = re.compile(
    rb"\\obj(?:data|update|autlink|emb|ocx|link|html|class)\b|\\ddeauto|\\\*\s*\\template\s*\{?\s*(?:http|ftp|file:|\\\\)",
    re.IGNORECASE,
)


def pdf(content: bytes) -> Inside:
    """A PDF; what runs something may also be in its packed parts, where it is not seen."""
    return Inside(PDF, Danger.ACTIVE if _ACTIVE_IN_PDF.search(content) else None)


def rtf(content: bytes) -> Inside:
    """A text in Rich Text Format."""
    return Inside(RTF, Danger.ACTIVE if _ACTIVE_IN_RTF.search(content) else None)
