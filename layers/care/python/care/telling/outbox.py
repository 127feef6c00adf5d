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
    """How far a message got. ``claimed`` is unknown until a provider's event settles it."""

    DUE = "due"
    CLAIMED = "claimed"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"


class Fate(StrEnum):
    """What a provider says became of a message."""

    TAKEN = "taken"
    """The provider has it and goes on."""
    ACCEPTED = "accepted"
    """A mail server took it, and may still send it back."""
    ARRIVED = "arrived"
    """A telephone has it, whatever else is said."""
    LOST = "lost"
    """It did not get there."""
    CAME_BACK = "came_back"
    """A mail did not get there, even if a server took it."""
    NOT_NOW = "not_now"
    """A mail did not get there, and may when it is sent again later."""
    UNWANTED = "unwanted"
    """A mail got there, and is reported as spam."""


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


class Report(Value):
    """What a provider says of a message; ``reason`` in its own words, ``message_id`` the one it put on a mail."""

    owner: Owner
    key: str
    fate: Fate
    provider_id: str
    reason: str
    message_id: str = ""


class OutboxMessage(Value):
    """A message due to a customer. ``key`` names it within its owner and may be a provider's tag: ``[A-Za-z0-9_-]``.

    ``text`` is ``template`` filled with ``values``, in the form of the address's channel; what a ``secret`` one says is
    kept only until it is sent. ``opened_at`` is when its case was opened: the address may be somebody else's since.
    ``not_before`` is when one that came back is sent again.
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
    not_before: datetime | None = None
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

    @property
    def is_notice(self) -> bool:
        """Whether it is to one of the operator's own people, not to a customer."""
        return self.template is Template.NOTICE

    @property
    def is_automatic(self) -> bool:
        """Whether it is one of the centre's own that somebody may cause to be written to anybody."""
        by_agents = self.template in (Template.REPLY, Template.NEEDED, Template.PROMISED, Template.REFUSED)
        return not (by_agents or self.is_notice or self.is_asked_for or self.is_outcome)

    @property
    def is_asked_for(self) -> bool:
        """Whether its customer asked for it a moment ago, so that it goes also to who wants no messages."""
        return self.template in (Template.ANSWER, Template.REPLIED, Template.CODE)

    @property
    def is_outcome(self) -> bool:
        """Whether it tells what the customer waited for: who does not get it has nothing."""
        return self.template in (
            Template.ANSWERED,
            Template.NEWS,
            Template.PACKAGE_CHANGED,
            Template.PACKAGE_REFUSED,
        )
