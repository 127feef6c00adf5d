"""The link in a message to the page of its case, ``care.status``: whoever has it is who was written to.

What is stored has the placeholder alone, and the one who sends fills it in: so the link is in no timeline and no
table, and nobody reads it there. It stands behind the ``#``, which no browser sends to where a page comes from, and no
page to another (RFC 9110 section 10.1.3).
"""

from dataclasses import dataclass
from datetime import datetime

from care import reference
from care.channels import Channel
from care.telling.signing import FEWEST, Keys

PLACEHOLDER = "{link}"
PAGE = "/status/#"
LONGEST = 100
"""A link has no more characters: an SMS is written with room for it."""


@dataclass(frozen=True)
class Links:
    """Makes and reads them. ``site`` is where the pages are, without a slash at its end; "" where there are none."""

    keys: Keys
    site: str = ""

    def of(self, case: str, now: datetime) -> str:
        """The link to the page of a case, by its reference."""
        return f"{self.site}{PAGE}{self.token(case, now)}"

    def token(self, case: str, now: datetime) -> str:
        """What opens the page of a case: its reference and 16 letters."""
        return case + self.keys.sign(_said(case), FEWEST, now)

    def case_of(self, token: str) -> str:
        """The reference of the case that a token opens; "" when it is none of ours."""
        case, signature = token[: reference.LENGTH], token[reference.LENGTH :]
        if not reference.is_valid(case) or len(signature) != FEWEST:
            return ""
        return case if self.keys.is_signed(_said(case), signature) else ""

    def filled(self, text: str, case: str, now: datetime) -> str:
        """The text of a message about a case as it is sent."""
        return text.replace(PLACEHOLDER, self.of(case, now)) if PLACEHOLDER in text else text


def hidden(text: str) -> str:
    """The text of a message as it is shown to others than its customer, with words where the link stood."""
    return text.replace(PLACEHOLDER, "(tautan status / status link)")


def length(text: str) -> int:
    """How many characters a text has at most when it is sent."""
    return Channel.length(text) + text.count(PLACEHOLDER) * (LONGEST - len(PLACEHOLDER))


def _said(case: str) -> tuple[str, ...]:
    return "status", case
