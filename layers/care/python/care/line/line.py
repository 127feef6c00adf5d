"""A customer's line as the operator's system keeps it, and the one port through which it is read and changed.

All changes are idempotent by key: a change asked for again under its key is done once, and answered as the first time.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import Literal, Protocol

from pydantic import Field, field_validator

from care.value import Value
from care.words import Segment

_SUSPENDED = timedelta(days=7)
"""So long after the due date of a bill a line is suspended, as the article ``late-payment`` says."""


class Line(Value):
    """What the operator knows about one number. Nothing of it is shown or changed before the line is proven."""

    number: str = Field(pattern=r"^\+[1-9][0-9]{6,14}$")
    """E.164."""
    name: str = Field(min_length=1, max_length=100)
    """Of the registered owner, in one word or more."""
    segment: Segment
    package: str = Field(max_length=60)
    """Id of the current package in ``care.line.packages``; "" if there is none."""
    balance: int | None = None
    """Pulsa in IDR, of a prepaid line; None for a postpaid one."""
    bill: int | None = None
    """What is to be paid, in IDR, of a postpaid line; None for a prepaid one."""
    bill_due: date | None = None
    """Last day to pay the bill; None if there is none to pay."""
    quota_mb: int = Field(ge=0)
    """Data that is left, in MB."""
    active_until: date | None = None
    """Last day of the masa aktif of a prepaid line; None for a postpaid one."""
    grace_until: date | None = None
    """Last day of the masa tenggang, after which the number is lost; None for a postpaid line."""
    registered: bool
    """Whether the SIM is registered with the owner's identity."""
    area: str = Field(max_length=100)
    """Where the line is used: a town or region."""
    zone: Literal["WIB", "WITA", "WIT"]
    """Time zone of the area."""
    owner_since: date
    """Since when the number is this owner's; what is older is about somebody else."""

    def is_overdue(self, today: date) -> bool:
        """Whether a bill should have been paid before."""
        return bool(self.bill and self.bill_due and self.bill_due < today)

    def is_suspended(self, today: date) -> bool:
        """Whether it was not paid for so long that outgoing calls and internet are suspended."""
        return bool(self.bill and self.bill_due and self.bill_due + _SUSPENDED < today)

    def in_grace(self, today: date) -> bool:
        """Whether the masa aktif is over and the masa tenggang is not."""
        over = self.active_until is None or self.active_until < today
        return bool(self.grace_until and over and self.grace_until >= today)

    @field_validator("name")
    @classmethod
    def _one_line(cls, name: str) -> str:
        """A name is said in the middle of a sentence, and in the head of a mail."""
        one = " ".join("".join(each if each.isprintable() else " " for each in name).split())
        if not one:
            raise ValueError("a name has letters")
        return one


class RefusalReason(StrEnum):
    """Why the operator's system does not do what it was asked."""

    UNKNOWN_NUMBER = "unknown_number"
    UNKNOWN_PACKAGE = "unknown_package"
    NOT_ENOUGH_BALANCE = "not_enough_balance"
    NOT_ELIGIBLE = "not_eligible"
    NUMBER_BLOCKED = "number_blocked"
    NOT_ACTIVE = "not_active"
    """The masa aktif is over."""
    NOT_REGISTERED = "not_registered"
    BILL_OVERDUE = "bill_overdue"
    CHARGE_VOIDED = "charge_voided"
    """A charge that comes after the refund under its key."""
    KEY_REUSED = "key_reused"
    """The key belongs to another change."""
    OTHER = "other"
    """One that this list does not know."""


class Unavailable(Exception):
    """The operator's system is slow or down; the outcome of a change is unknown: try the same key again."""


class Refused(Exception):
    """A definite no: nothing was done, and trying again changes nothing. ``reason`` is a `RefusalReason`."""

    def __init__(self, reason: RefusalReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class OperatorSystem(Protocol):
    """The operator's system. Every method raises `Unavailable`; every change also raises `Refused`."""

    def line(self, number: str) -> Line | None:
        """The line of an E.164 number; None if the operator has no such number."""

    def charge(self, number: str, amount: int, key: str) -> None:
        """Take ``amount`` IDR: from a prepaid line's balance, or onto a postpaid line's bill.

        Refused with ``charge_voided`` after a refund under its key.
        """

    def activate(self, number: str, package: str, key: str) -> None:
        """Give the line a package by its id, without charging for it."""

    def refund(self, number: str, key: str) -> None:
        """Undo the charge made under ``key``, and keep it from being made later: its outcome may be unknown.

        Done as well when there was no such charge.
        """
