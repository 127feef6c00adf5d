"""Carrying out a package order: charge, then activate; what was charged and cannot be activated is refunded.

Each step is asked of the operator's system under a key of its own, so that asking again does it once, and stands on the
case's timeline before the next one is taken.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from care.cases import agent
from care.cases.case import Case
from care.cases.draft import Draft
from care.cases.timeline import What
from care.centre import Centre
from care.channels import SMS
from care.customer import Address
from care.line.line import OperatorSystem, Refused, Unavailable
from care.line.order import ENDS, Order, OrderState
from care.services.queues import Provision, Queue, Queues
from care.services.table.commit import until_stored
from care.telling import messages
from care.telling.messages import Template
from care.words import CARE, Attention


@dataclass(frozen=True)
class _Outcome:
    """What a step of an order came to."""

    state: OrderState
    reason: str = ""


def carry_out(centre: Centre, queues: Queues, message: Provision, now: datetime) -> str:
    """Carry an order out as far as it goes; gives what was done, for the log.

    While the operator's system cannot say, the customer is told once that it takes longer, the order is tried again
    later, and after the policy's attempts a person looks. Raises ``NotFound``.
    """
    case = centre.store.cases.get(message.reference)
    while case.order and case.order.state not in ENDS:
        try:
            outcome = _next_step(_system(centre), case.reference, case.order)
        except Unavailable:
            return _later(centre, queues, message, now)
        case = _record(centre, case.reference, case.order.state, outcome, now)
    return f"package {case.order.state}" if case.order else "no order"


def _system(centre: Centre) -> OperatorSystem:
    if centre.system is None:
        raise Unavailable
    return centre.system


def _next_step(system: OperatorSystem, reference: str, order: Order) -> _Outcome:
    match order.state:
        case OrderState.CONFIRMED:
            try:
                system.charge(order.number, order.price, f"{reference}-charge")
            except Refused as refused:
                return _Outcome(OrderState.REFUSED, refused.reason)
            return _Outcome(OrderState.CHARGED)
        case OrderState.CHARGED:
            try:
                system.activate(order.number, order.package, f"{reference}-activate")
            except Refused as refused:
                return _Outcome(OrderState.REFUNDING, refused.reason)
            return _Outcome(OrderState.CHANGED)
        case OrderState.REFUNDING:
            try:
                system.refund(order.number, f"{reference}-charge")
            except Refused:
                # The money is with the operator and stays there: only a person can sort that out.
                raise Unavailable from None
            return _Outcome(OrderState.REFUNDED)
        case OrderState.CHANGED | OrderState.REFUSED | OrderState.REFUNDED:
            raise ValueError(f"an order that is {order.state} has no next step")
        case _:
            assert_never(order.state)


def _record(centre: Centre, reference: str, before: OrderState, outcome: _Outcome, now: datetime) -> Case:
    """Put a step on the timeline, and with the last one tell the customer; another's record of it stands."""

    def write() -> Case:
        case = centre.store.cases.get(reference)
        order = case.order
        if order is None or order.state is not before:
            return case
        draft = centre.edit(case, now)
        order = order.evolve(state=outcome.state, reason=outcome.reason or order.reason)
        draft.set(order=order)
        draft.note(What.ORDER, CARE, f"{order.package} {order.state} {order.reason}".rstrip())
        if order.state in ENDS:
            _finish(draft, order)
        centre.store.commit(drafts=[draft])
        return draft.case

    return until_stored(write)


def _finish(draft: Draft, order: Order) -> None:
    template = Template.PACKAGE_CHANGED if order.state is OrderState.CHANGED else Template.PACKAGE_REFUSED
    _tell(draft, order, template)
    agent.close_request(draft, CARE, order.state)


def _tell(draft: Draft, order: Order, template: Template) -> None:
    """Where it was asked for, and by SMS to the line it is about."""
    language = draft.case.language
    values = {
        "package": order.name,
        "number": order.number,
        "price": messages.rupiah(order.price, language),
        "reason": messages.text(f"refusal.{order.reason or 'other'}", language),
    }
    line = Address(channel=SMS, value=order.number)
    draft.tell(template, f"{template}-line", to=line, values=values)
    if draft.case.address and draft.case.address.identity != line.identity:
        draft.tell(template, str(template), values=values)


def _later(centre: Centre, queues: Queues, message: Provision, now: datetime) -> str:
    policy = centre.policy

    def write() -> None:
        case = centre.store.cases.get(message.reference)
        order = case.order
        looks = message.attempt >= policy.provisioning.attention_after_attempts
        if order is None or (order.waiting and (not looks or case.attention)):
            return
        draft = centre.edit(case, now)
        if not order.waiting:
            draft.set(order=order.evolve(waiting=True))
            _tell(draft, order, Template.PACKAGE_WAITING)
        if looks and not case.attention:
            draft.set(attention=Attention.ORDER_STUCK)
            draft.note(What.NOTE, CARE, "operator's system unavailable")
        centre.store.commit(drafts=[draft])

    until_stored(write)
    if message.attempt >= policy.provisioning.attempts:
        return "package order given to a person"
    again = message.evolve(attempt=message.attempt + 1)
    queues.send_later(Queue.PROVISIONING, again, policy.provisioning_retry(message.attempt).total_seconds())
    return "package order tried again later"
