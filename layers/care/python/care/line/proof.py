"""Proof that a customer holds a line: a code by SMS to its number, said back in the same contact.

The code itself is stored nowhere but in the message that carries it, and there until it is sent. A proof belongs to one
contact and goes with it; who asks again gets a new code, and the old one is void.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from datetime import datetime
from enum import StrEnum

from care.policy import Policy
from care.value import Value

_DIGITS = 6
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
    found = _CODE.search(unicodedata.normalize("NFKC", text[:200]))
    return re.sub(r"\D", "", found.group()) if found else None


def is_code(text: str) -> bool:
    """Whether a customer wrote a code and hardly anything else."""
    return bool(_ONLY_CODE.fullmatch(unicodedata.normalize("NFKC", text)))


def hidden(text: str) -> str:
    """What a customer wrote with dots in place of codes, as it may be kept."""
    plain = unicodedata.normalize("NFKC", text)
    return _CODE.sub(_HIDDEN, plain) if _CODE.search(plain) else text


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
