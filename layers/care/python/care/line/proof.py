"""Proof that a customer holds a line: a code by SMS to its number, said back in the same contact.

The code itself is stored nowhere but in the message that carries it, and there until it is sent. A proof belongs to one
contact; who asks again gets a new code, and the old one is void. What was proven holds for some minutes, the policy's,
and only while the line has the owner it had then.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from datetime import datetime, timedelta
from enum import StrEnum

from care.line.line import Line
from care.policy import Policy
from care.value import Value

_DIGITS = 6
_EASTERNMOST = timedelta(hours=9)
_WRITTEN = r"\d{3}[ .\-]?\d{3}"
_CODE = re.compile(rf"(?<!\d){_WRITTEN}(?!\d)")
_ONLY_CODE = re.compile(rf"[^\d]{{0,20}}{_WRITTEN}[^\d]{{0,20}}")
_HIDDEN = "••••••"


class Proof(Value):
    """A code on its way. ``digest`` tells whether a code is the one sent; ``tries`` counts the wrong ones."""

    number: str
    salt: str
    digest: str
    sent_at: datetime
    tries: int = 0


class Proven(Value):
    """The line of a number (E.164) that was proven, and when."""

    number: str
    at: datetime

    def holds(self, policy: Policy, now: datetime) -> bool:
        """Whether it still counts."""
        return now - self.at <= policy.proven_time

    def is_of(self, line: Line) -> bool:
        """Whether the line's owner had it when it was proven. Its dates are those of Indonesia, the east's first."""
        return line.owner_since <= (self.at + _EASTERNMOST).date()


class Checked(StrEnum):
    """What a try with a code came to."""

    PROVEN = "proven"
    WRONG = "wrong"
    EXPIRED = "expired"
    TOO_MANY = "too_many"


def begin(number: str, now: datetime) -> tuple[Proof, str]:
    """A proof for an E.164 ``number``, and the code of six digits to send there."""
    code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    salt = secrets.token_hex(16)
    return Proof(number=number, salt=salt, digest=_digest(salt, code), sent_at=now), code


def code_in(text: str) -> str | None:
    """The six digits in what a customer wrote, also ``123 456``; ``None`` when there are none."""
    found = _CODE.search(_plain(text[:200]))
    return re.sub(r"\D", "", found.group()) if found else None


def is_code(text: str) -> bool:
    """Whether a customer wrote a code and hardly anything else."""
    return bool(_ONLY_CODE.fullmatch(_plain(text)))


def hidden(text: str) -> str:
    """What a customer wrote with dots in place of codes, as it may be kept."""
    kept, end = [], 0
    for found in _CODE.finditer(_plain(text)):
        kept += [text[end : found.start()], _HIDDEN]
        end = found.end()
    return "".join(kept) + text[end:]


def _plain(text: str) -> str:
    """With digits and signs of any width as plain ones, letter by letter: as long as it was."""
    return "".join(one if one.isascii() else _plain_letter(one) for one in text)


def _plain_letter(one: str) -> str:
    plain = unicodedata.normalize("NFKC", one)
    return plain if len(plain) == 1 else one


def check(proof: Proof, code: str, policy: Policy, now: datetime) -> tuple[Checked, Proof | None]:
    """Try a code; gives what it came to and the proof to keep: ``None`` once it is used up, expired or tried out."""
    if now - proof.sent_at > policy.proof_time:
        return Checked.EXPIRED, None
    if hmac.compare_digest(_digest(proof.salt, code), proof.digest):
        return Checked.PROVEN, None
    tried = proof.evolve(tries=proof.tries + 1)
    return (Checked.TOO_MANY, None) if tried.tries >= policy.proof.tries else (Checked.WRONG, tried)


def _digest(salt: str, code: str) -> str:
    return hmac.new(salt.encode(), code.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
