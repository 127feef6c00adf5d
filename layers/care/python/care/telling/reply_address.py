"""What we put into a letter that nobody else can make, and that comes back with its answer.

An address: the care address with a label, where a customer answers to a case. It stands in what only the addressee
reads, so whoever writes to it, from that very address, is the addressee, whatever their domain says of itself. SES
delivers ``<local>+<label>@<domain>`` by the rule of ``<local>@<domain>`` (SES developer guide, "Creating receipt
rules": "recipient condition").

An id of no mail, ``<label@domain>``, among the references of the letter. Mail programs repeat it in an answer (RFC 5322
section 3.6.4), so its case is known even where SES's own id of the letter was never stored. They repeat it also to whom
a letter is forwarded: it has a label of its own, and proves nothing.
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
        local = f"{local}+{self._label('reply', case, identity, now)}"
        return f"{local}@{domain}" if len(local) <= _LOCAL_LENGTH else ""

    def case_of(self, recipient: str, identity: str) -> str:
        """The case that one of that identity answers to by writing there; "" for any other address or writer."""
        return self._read("reply", label_of(recipient, self.own), identity)

    def thread_id(self, case: str, identity: str, now: datetime) -> str:
        """The id among the references of a letter about a case to that identity, in the form of a Message-ID."""
        return f"<{self._label('thread', case, identity, now)}@{self.own.partition('@')[2]}>"

    def case_of_id(self, message_id: str, identity: str) -> str:
        """The case that one of that identity answers to by naming such an id; "" for any other id or writer.

        In whatever case a mail program writes it, with brackets or without; of one that is cut short nothing is known.
        """
        return self._read("thread", label_of_id(message_id, self.own), identity)

    def _label(self, use: str, case: str, identity: str, now: datetime) -> str:
        return f"{case}.{self.keys.sign((use, case, identity), _SIGNATURE_LENGTH, now)}"

    def _read(self, use: str, label: str, identity: str) -> str:
        case, signature = case_named(label), label.partition(".")[2]
        if not case or len(signature) != _SIGNATURE_LENGTH:
            return ""
        return case if self.keys.is_signed((use, case, identity), signature) else ""


def case_named(label: str) -> str:
    """The case that a label names, whoever made it; "" for what names none."""
    case = label.partition(".")[0]
    return case if reference.is_valid(case) else ""


def label_of(address: str, own: str) -> str:
    """What stands between the plus and the domain of an address of ours; "" without one, and of any other address."""
    begin, _, end = own.lower().partition("@")
    local, _, domain = address.strip().lower().rpartition("@")
    plain, _, label = local.partition("+")
    return label if (plain, domain) == (begin, end) else ""


def label_of_id(message_id: str, own: str) -> str:
    """What stands before the @ of an id that has our domain; "" of any other."""
    label, _, domain = message_id.strip().removeprefix("<").removesuffix(">").lower().partition("@")
    return label if domain == own.partition("@")[2].lower() else ""


def is_ours(address: str, own: str) -> bool:
    """Whether an address is the care address, with whatever label."""
    return address.strip().lower() == own.lower() or bool(label_of(address, own))
