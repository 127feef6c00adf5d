"""What is due to a customer: one item a message, under one key, claimed before it is sent."""

from datetime import datetime
from enum import StrEnum

from care.contact import Button
from care.customer import Address
from care.model import Value
from care.reference import is_valid as is_reference
from care.words import Language


class Delivery(StrEnum):
    """How far a message got; it only moves forward. ``claimed`` is unknown until a provider's event settles it."""

    DUE = "due"
    CLAIMED = "claimed"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


RANK = {state: rank for rank, state in enumerate(Delivery)}


class MailThread(Value):
    """What makes an answer thread in a mail client (RFC 5322 section 3.6.4): the mail answered and those before it."""

    subject: str
    message_id: str
    references: tuple[str, ...] = ()


class OutboxMessage(Value):
    """A message due to a customer. ``key`` names it within its owner and may be a provider's tag: ``[A-Za-z0-9_-]``.

    ``reference`` names the owner: a case, or the contact a message belongs to that is about no case. The text of a
    ``secret`` one is kept only until it is sent. ``opened_at`` is when its case was opened: the address may be somebody
    else's since.
    """

    reference: str
    key: str
    address: Address
    language: Language
    text: str
    subject: str = ""
    buttons: tuple[Button, ...] = ()
    thread: MailThread | None = None
    due_at: datetime
    opened_at: datetime | None = None
    state: Delivery = Delivery.DUE
    attempts: int = 0
    claimed_at: datetime | None = None
    sent_at: datetime | None = None
    secret: bool = False
    provider_id: str = ""
    problem: str = ""

    @property
    def of_a_case(self) -> bool:
        """Whether a case owns it, which then has its timeline."""
        return is_reference(self.reference)

    @property
    def is_question(self) -> bool:
        """Whether it asks if the case is solved."""
        return self.key.startswith(("question-", "reminder-"))
