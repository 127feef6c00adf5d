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


TAKEN_BACK = "taken_back"
"""The reason of an order that its customer did not want after all; all others are the operator's system's."""
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


def taken_back(order: Order) -> Order | None:
    """An order that its customer takes back; ``None`` when it is too late.

    What is being charged at this moment is refunded, and nothing can be charged later: so it goes on as any order whose
    package cannot be had.
    """
    if order.state is not OrderState.CONFIRMED:
        return None
    return order.evolve(state=OrderState.REFUNDING, reason=TAKEN_BACK)
