"""A package order: what a customer confirmed, and how far carrying it out has come."""

from enum import StrEnum

from care.value import Value


class OrderState(StrEnum):
    """How far an order is. ``changed``, ``refused`` and ``refunded`` are ends; money is taken from ``charged`` on."""

    CONFIRMED = "confirmed"
    CHARGED = "charged"
    REFUNDING = "refunding"
    CHANGED = "changed"
    REFUSED = "refused"
    REFUNDED = "refunded"


ENDS = (OrderState.CHANGED, OrderState.REFUSED, OrderState.REFUNDED)


class Order(Value):
    """A change of the package of ``number`` (E.164). ``price`` (IDR) is charged to its pulsa or its bill.

    ``name`` is the package's, as the customer was told it. ``reason`` says why it was refused. ``waiting``: the
    customer was told that it takes longer.
    """

    number: str
    package: str
    name: str
    price: int
    state: OrderState = OrderState.CONFIRMED
    reason: str = ""
    waiting: bool = False
