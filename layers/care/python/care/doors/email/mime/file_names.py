"""What a file that came is called: by its sender if he says, safe to store and to show."""

import re
from email.message import Message
from urllib.parse import unquote

from care.doors.email.mime.headers import Value, in_words, storable, text_of, words_of

_LONGEST = 255
_ENDING_LENGTH = 16
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
# From the root of a disk or a server, or out of a folder: the last of it is the name.
_PATH = re.compile(r"(?:[A-Za-z]:)?[\\/]|\.\.?[\\/]|[A-Za-z]:[^\\/]*[\\/]")
_SEPARATOR = re.compile(r"[\\/]")
_LOOKS_LIKE_A_NAME = re.compile(r"[^\\/:]{1,100}\.\w{2,5}")
# Microsoft, "Naming Files, Paths, and Namespaces".
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)
_ENDINGS = {
    "application/gzip": "gz",
    "application/json": "json",
    "application/msword": "doc",
    "application/ms-tnef": "dat",
    "application/pdf": "pdf",
    "application/pgp-encrypted": "asc",
    "application/pgp-keys": "asc",
    "application/pgp-signature": "asc",
    "application/pkcs7-mime": "p7m",
    "application/pkcs7-signature": "p7s",
    "application/rtf": "rtf",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/x-pkcs7-mime": "p7m",
    "application/x-pkcs7-signature": "p7s",
    "application/xml": "xml",
    "application/zip": "zip",
    "audio/amr": "amr",
    "audio/mp4": "m4a",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "image/bmp": "bmp",
    "image/gif": "gif",
    "image/heic": "heic",
    "image/jpeg": "jpg",
    "image/jpg": "jpg",
    "image/png": "png",
    "image/svg+xml": "svg",
    "image/tiff": "tif",
    "image/webp": "webp",
    "message/delivery-status": "txt",
    "message/disposition-notification": "txt",
    "message/feedback-report": "txt",
    "message/global": "eml",
    "message/partial": "eml",
    "message/rfc822": "eml",
    "text/calendar": "ics",
    "text/css": "css",
    "text/csv": "csv",
    "text/directory": "vcf",
    "text/enriched": "txt",
    "text/html": "html",
    "text/plain": "txt",
    "text/rfc822-headers": "txt",
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
    "text/xml": "xml",
    "video/3gpp": "3gp",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
}


def given(kind: Value, disposition: Value, charset: str = "") -> str:
    """The name that a part's fields give (RFC 2183 section 2.3, else the older way of RFC 1341); "" for none."""
    for name in (disposition.parameters.get("filename", ""), kind.parameters.get("name", "")):
        if found := safe(in_words(text_of(name, charset))):
            return found
    return ""


def hinted(head: Message, charset: str = "") -> str:
    """What other fields of a part without a name say that looks like one (RFC 2045 section 8, RFC 2557 section 4.2);
    "" for none.
    """
    location = re.split(r"[?#]", str(head.get("Content-Location", "")))[0].rpartition("/")[2]
    for said in (words_of(str(head.get("Content-Description", "")), charset), unquote(location)):
        if _LOOKS_LIKE_A_NAME.fullmatch(said):
            return safe(storable(said))
    return ""


def safe(name: str) -> str:
    """A name as a file of its own can have it: no folder, no sign that hides another; an ending survives a cut."""
    name = _UNSEEN.sub("", name.replace("\t", " ")).strip(" \t\"'<>")
    if _PATH.match(name):
        name = _SEPARATOR.split(name)[-1]
    name = _SEPARATOR.sub("_", name).strip().lstrip(".").strip()
    if _RESERVED.match(name):
        name = f"_{name}"
    if len(name) > _LONGEST:
        ending = re.search(rf"\.\w{{1,{_ENDING_LENGTH}}}\Z", name)
        kept = ending[0] if ending else ""
        name = name[: _LONGEST - len(kept)] + kept
    return name


def made(stem: str, kind: str) -> str:
    """A name for a file that has none, with the ending of its type."""
    ending = _ENDINGS.get(kind)
    return f"{stem}.{ending}" if ending else stem
