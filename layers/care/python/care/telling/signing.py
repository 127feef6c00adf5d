"""What we sign, so that nobody else can make it: links to the page of a case, and addresses at which it is answered.

Two keys are good at a time, so that what went out before a rotation is good until the next one. Every function reads
the keys again within ``services.secrets.KEPT_SECONDS``; until all surely have, what is new is signed by the one before.
"""

import base64
import hashlib
import hmac
from datetime import datetime

from pydantic import Field

from care.value import Value

# Of base32 each letter is five bits; fewer than 80 could be guessed.
FEWEST = 16


class Keys(Value):
    """The secret's JSON. ``current`` signs from ``since`` on, ``previous`` until then; both are good."""

    current: str = Field(min_length=32)
    previous: str = ""
    since: datetime | None = None

    def sign(self, said: tuple[str, ...], letters: int, now: datetime) -> str:
        """A signature of what is said, of so many letters and digits in lower case."""
        waits = self.previous and self.since is not None and now < self.since
        return _signature(self.previous if waits else self.current, said, letters)

    def is_signed(self, said: tuple[str, ...], signature: str) -> bool:
        """Whether a signature is one of ours, in whatever case it was written."""
        given = signature.lower().encode(errors="replace")
        if len(given) < FEWEST:
            return False
        keys = [key for key in (self.current, self.previous) if key]
        made = [_signature(key, said, len(given)).encode() for key in keys]
        return any(hmac.compare_digest(given, one) for one in made)


def read(secret: str) -> Keys:
    """The keys in a secret's words. Raises ``pydantic.ValidationError``, which does not repeat them."""
    return Keys.model_validate_json(secret)


def _signature(key: str, said: tuple[str, ...], letters: int) -> str:
    text = "\0".join(said).encode("utf-8", "surrogatepass")
    digest = hmac.new(key.encode(), text, hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower().rstrip("=")[:letters]
