"""Where a customer answers to a case: the care address with a label that nobody else can make.

It stands in what only the addressee reads, so whoever writes to it, from that very address, is the addressee, whatever
their domain says of itself. SES delivers ``<local>+<label>@<domain>`` by the rule of ``<local>@<domain>`` (SES
developer guide, "Creating receipt rules": "recipient condition").
"""

from dataclasses import dataclass
from datetime import datetime

from care import reference
from care.telling.signing import Keys

# 100 bits; RFC 5321 section 4.5.3.1.1 gives the part before the @ 64 octets.
_SIGNATURE_LENGTH = 20
_LOCAL_LENGTH = 64


@dataclass(frozen=True)
class ReplyAddresses:
    """Makes and reads them. ``keys`` are what signs, ``own`` the care address."""

    keys: Keys
    own: str

    def of(self, case: str, identity: str, now: datetime) -> str:
        """The address at which the customer of that identity answers to a case; "" where it would be too long."""
        local, _, domain = self.own.partition("@")
        local = f"{local}+{case}.{self.keys.sign(_said(case, identity), _SIGNATURE_LENGTH, now)}"
        return f"{local}@{domain}" if len(local) <= _LOCAL_LENGTH else ""

    def case_of(self, recipient: str, identity: str) -> str:
        """The case that one of that identity answers to by writing there; "" for any other address or writer."""
        label = label_of(recipient, self.own)
        case, _, signature = label.partition(".")
        if not reference.is_valid(case) or len(signature) != _SIGNATURE_LENGTH:
            return ""
        return case if self.keys.is_signed(_said(case, identity), signature) else ""


def _said(case: str, identity: str) -> tuple[str, ...]:
    return "reply", case, identity


def label_of(address: str, own: str) -> str:
    """What stands between the plus and the domain of an address of ours; "" without one, and of any other address."""
    begin, _, end = own.lower().partition("@")
    local, _, domain = address.strip().lower().rpartition("@")
    plain, _, label = local.partition("+")
    return label if (plain, domain) == (begin, end) else ""


def is_ours(address: str, own: str) -> bool:
    """Whether an address is the care address, with whatever label."""
    return address.strip().lower() == own.lower() or bool(label_of(address, own))
