"""Whose mail came back, and which: what a delivery failure says of it (RFC 3464), in its fields or its text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from email.message import Message
from typing import NamedTuple

from care.doors.email.machines import says_delay
from care.doors.email.mime.charsets import decode
from care.doors.email.mime.parts import Part
from care.telling.mime import ids
from care.telling.reply_address import is_ours


class Returned(NamedTuple):
    """``addresses`` failed for good, in lower case, none of a mail that is only late; ``ids`` are those in the returned
    mail's Message-ID, References and In-Reply-To; ``reply_to`` is where it asked for answers. Each may be missing.
    """

    addresses: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    reply_to: str = ""


NOTHING = Returned()
# What is looked at is bounded.
_BYTES = 100_000
_MOST = 50
_ADDRESS_LENGTH = 320
_STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
_HEADER_PARTS = (
    "message/rfc822",
    "message/global",
    "message/global-headers",
    "message/rfc822-headers",
    "text/rfc822-headers",
)
_FIELD = re.compile(r"^[> \t]{0,8}([a-z][a-z-]{0,40}):([^\n]*(?:\n[> \t]{0,8}[ \t][^\n]*){0,50})", re.I | re.M)
_BLOCK = re.compile(r"\n[ \t]*\n")
_ADDRESS = re.compile(r"(?<![\w.+@=/-])[\w.!#$%&*+/=?^`{|}~-]{1,64}@(?:[\w-]{1,63}\.){1,8}[\w-]{1,63}(?![\w@])")
_OF_LINE = re.compile(r"^[^\w\n]{0,10}" + _ADDRESS.pattern, re.M)
# Whom a notice says one may write to.
_KEEPERS = ("mailer-daemon@", "postmaster@", "abuse@", "support@", "helpdesk@")
# Where the text of a failure goes over to the mail itself.
_COPY = re.compile(
    r"^[^\w\n]{0,40}(?:below this line is a copy|this is a copy of|original message|unsent message|message header|"
    r"undelivered message|returned message|received:|return-path:|diagnostic information|pesan asli|message headers)",
    re.I | re.M,
)
_ID_FIELDS = ("message-id", "references", "in-reply-to")


def returned(head: Message, parts: Sequence[Part], subject: str, text: str, own_address: str) -> Returned:
    """What a mail says that is a ``Kind.BOUNCE``; header and parts are as ``take_apart`` gives them, ``text`` is whole.

    The fields of a report come first, then ``X-Failed-Recipients`` (Exim, Gmail), the text, the returned header's To.
    Nothing in it is authentic: whoever uses an address or an id has to know it as one that was written to.
    """
    reports = [_words(part) for part in parts if part.kind in _STATUS_PARTS]
    ours = [_words(part) for part in parts if part.kind in _HEADER_PARTS]
    copy = _COPY.search(text, 0, _BYTES)
    said = text[: copy.start() if copy else _BYTES]
    headers = [dict(reversed(list(_fields(one.partition("\n\n")[0])))) for one in ours] or [
        dict(reversed(list(_fields(text[copy.start() if copy else 0 : _BYTES]))))
    ]
    found = ids(" ".join(each.get(name, "") for each in headers for name in _ID_FIELDS))[:_MOST]
    return Returned(
        addresses=tuple(
            one
            for one in _addresses(head, reports, subject, said, headers, own_address)
            if all(f"<{one}>" != each.lower() for each in found)
        )[:_MOST],
        ids=found,
        reply_to=next((one for each in headers for one in _mailboxes(each.get("reply-to", ""))), ""),
    )


def _words(part: Part) -> str:
    return decode(part.begin(_BYTES)[:_BYTES], None).replace("\r\n", "\n").lstrip("\n")


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Names in lower case, values on one line."""
    for found in _FIELD.finditer(text):
        yield found[1].lower(), " ".join(found[2].replace("\n>", "\n").split())


def _addresses(
    head: Message, reports: list[str], subject: str, said: str, headers: list[dict[str, str]], own_address: str
) -> list[str]:
    blocks = [dict(_fields(block)) for report in reports or [said] for block in _BLOCK.split(report)]
    named = [block for block in blocks if "final-recipient" in block or "original-recipient" in block]
    if named:
        return _not_ours((one for block in named if _has_failed(block) for one in _recipients(block)), own_address)
    if says_delay(subject, said):
        return []
    failed = str(head.get("X-Failed-Recipients", ""))[:_BYTES]
    begins = " ".join(found[0] for found in _OF_LINE.finditer(said))
    for place in (failed, begins, said, *(each.get("to", "") for each in headers)):
        if found := _not_ours(_mailboxes(place), own_address):
            return found
    return []


def _has_failed(block: dict[str, str]) -> bool:
    """RFC 3464 sections 2.3.3 and 2.3.4; the status tells where no action does."""
    action = block.get("action", "").lower()
    return action.startswith("failed") if action else not block.get("status", "").startswith(("2", "4"))


def _recipients(block: dict[str, str]) -> Iterator[str]:
    """Whom we wrote to, and where it was sent on to ("rfc822; sari@pelanggan.example")."""
    for name in ("original-recipient", "final-recipient"):
        value = block.get(name, "")
        yield from _mailboxes(value.partition(";")[2] or value)


def _mailboxes(text: str) -> Iterator[str]:
    for found in _ADDRESS.finditer(text):
        yield found[0].lower().removeprefix("smtp=")  # as X.400 has it ("dda:SMTP=sari@pelanggan.example")


def _not_ours(addresses: Iterable[str], own_address: str) -> list[str]:
    """Each once; none of ours, or of who keeps a mail system."""
    return [
        one
        for one in dict.fromkeys(addresses)
        if not is_ours(one, own_address) and len(one) <= _ADDRESS_LENGTH and not one.startswith(_KEEPERS)
    ]
