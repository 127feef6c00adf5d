"""Requests of systems that sign what they send: the signature is the authorisation.

Contract: API Gateway developer guide, "Working with AWS Lambda proxy integrations for HTTP APIs", format 2.0.
"""

import base64
import hashlib
import hmac
from typing import Any


def raw_body(request: dict[str, Any]) -> bytes:
    """The body as it was sent, which is what was signed."""
    body = request.get("body") or ""
    return base64.b64decode(body) if request.get("isBase64Encoded") else _bytes(body)


def header(request: dict[str, Any], name: str) -> str:
    """A header by its name in small letters, as API Gateway gives it; empty when it is missing."""
    return str((request.get("headers") or {}).get(name, ""))


def is_signed(secret: str, said: bytes, signature: str) -> bool:
    """Whether ``signature`` is the hexadecimal HMAC-SHA256 of ``said``. Without a secret nothing is signed."""
    right = hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()
    # As bytes: of texts that are not ASCII the comparison would raise.
    return bool(secret) and hmac.compare_digest(right.encode(), _bytes(signature))


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")
