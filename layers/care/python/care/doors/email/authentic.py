"""Whether a mail is from whom it says, and whether it is fit to be handled: decided from what SES found of it.

Verdicts: SES developer guide, "Contents of notifications for Amazon SES email receiving". ``PASS`` and ``FAIL`` say so.
``GRAY`` of DMARC: not passed, and the domain publishes no policy, or one that asks for nothing (``p=none``); of SPF: no
record; of DKIM: not signed. ``PROCESSING_FAILED`` and ``DISABLED`` say nothing, as does whatever else comes.
"""

import re
from dataclasses import dataclass

from care.channels import EMAIL
from care.doors.email.mime.headers import bare
from care.doors.email.read import Mail
from care.words import Held

_PASS, _FAIL, _GRAY = "PASS", "FAIL", "GRAY"
# What an envelope's address may consist of for the header that repeats it to be read at all.
_PLAIN = re.compile(r"[\w!#$%&'*+/=?^`{|}~.@-]*", re.ASCII)
_OURS = "amazonses.com"
_SIGNED = re.compile(r"dkim\s*=\s*pass\s+header\.(?:i\s*=\s*[\w.+-]*@|d\s*=\s*)([\w.-]+)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Verdicts:
    """What SES found of a mail; ``envelope_from`` is who handed it in, "" for a mail that no answer may come to."""

    envelope_from: str = ""
    spf: str = ""
    dkim: str = ""
    dmarc: str = ""
    spam: str = ""
    virus: str = ""

    @property
    def held(self) -> Held | None:
        """Why the mail is kept apart, if it is."""
        if self.virus == _FAIL:
            return Held.VIRUS
        return Held.SPAM if self.spam == _FAIL else None


def is_authentic(mail: Mail, found: Verdicts) -> bool:
    """Whether the mail is surely from its author's domain.

    DMARC says it. Where the domain has no policy, what passed must name the author's very domain: the envelope by SPF,
    or a signature by DKIM.
    """
    if not mail.author_is_clear or _looks_like_another(mail.author):
        return False
    if found.dmarc == _PASS:
        return True
    domain = _domain(mail.author)
    if found.dmarc != _GRAY or not domain:
        return False
    if found.spf == _PASS and _domain(found.envelope_from) == domain:
        return True
    return found.dkim == _PASS and bool(_PLAIN.fullmatch(found.envelope_from)) and domain in signers(mail.results)


def signers(results: str) -> set[str]:
    """The domains whose signatures SES found good, by its header ``Authentication-Results`` (RFC 8601 section 2.2).

    It repeats words of whoever handed the mail in: in comments and quoted strings nothing is a result.
    """
    plain, is_whole = bare(results)
    server, *found = plain.split(";")
    if not is_whole or server.strip().lower() != _OURS:
        return set()
    passed = (_SIGNED.fullmatch(one.strip()) for one in found)
    return {_ascii(one[1]) for one in passed if one} - {""}


def _looks_like_another(address: str) -> bool:
    """Letters that become ASCII in small (the sign of Kelvin) would make two addresses one."""
    return EMAIL.canonical(address).isascii() and not address.isascii()


def _domain(address: str) -> str:
    """Of an address, as DNS compares it; "" when there is none."""
    return _ascii(address.rpartition("@")[2]) if "@" in address else ""


def _ascii(domain: str) -> str:
    domain = domain.strip().lower().removesuffix(".")
    try:
        return domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        return ""
