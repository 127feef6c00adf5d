"""Requests of systems that sign what they send: the signature is the authorisation."""

import hashlib
import hmac


def is_signed(secret: str, said: bytes, signature: str) -> bool:
    """Whether ``signature`` is the hexadecimal HMAC-SHA256 of ``said``. Without a secret nothing is signed."""
    right = hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()
    # As bytes: of texts that are not ASCII the comparison would raise.
    return bool(secret) and hmac.compare_digest(right.encode(), signature.encode(errors="replace"))
