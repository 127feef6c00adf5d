"""What is due to a customer: one item a message, under one key, claimed before it is sent."""

from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from care.customer import Address
from care.telling.messages import Template
from care.value import Value
from care.words import Language


class Delivery(StrEnum):
    """How far a message got; it only moves forward. ``claimed`` is unknown until a provider's event settles it."""

    DUE = "due"
    CLAIMED = "claimed"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


RANK = {state: rank for rank, state in enumerate(Delivery)}


class Button(Value):
    """A quick reply: what it says and what it sends."""

    label: str
    text: str


class MailThread(Value):
    """What makes an answer thread in a mail client (RFC 5322 section 3.6.4): the mail answered and those before it."""

    subject: str
    message_id: str
    references: tuple[str, ...] = ()


class Owner(Value):
    """Whose a message is: a case's, by its reference, or a contact's, by its id, when it is about no case."""

    case: str = ""
    contact: str = ""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if bool(self.case) == bool(self.contact):
            raise ValueError("a message belongs to a case or to a contact")
        return self

    @property
    def ids(self) -> dict[str, str]:
        """The id as a line of the log names it."""
        return {"case_id": self.case} if self.case else {"contact_id": self.contact}


class OutboxMessage(Value):
    """A message due to a customer. ``key`` names it within its owner and may be a provider's tag: ``[A-Za-z0-9_-]``.

    ``text`` is ``template`` filled with ``values``, in the form of the address's channel; what a ``secret`` one says is
    kept only until it is sent. ``opened_at`` is when its case was opened: the address may be somebody else's since.
    """

    owner: Owner
    key: str
    template: Template
    values: dict[str, str] = Field(default_factory=dict)
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
    def asks(self) -> bool:
        """Whether it asks if the case is solved."""
        return self.template in (Template.QUESTION, Template.REMINDER)
