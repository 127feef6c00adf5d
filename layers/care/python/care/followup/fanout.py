"""What follows a write: from a change of the table to the messages the queues get."""

from typing import assert_never

from care.cases import following
from care.cases.case import Case
from care.cases.lifecycle import is_unresolved
from care.contacts.card import Card, Opened, Seen
from care.line.order import OrderState
from care.policy import Policy
from care.services.queues import FanoutMessage, Notify, Provision, Queue, Resume, Start
from care.services.table.changes import CaseChanged, Change, ContactKnown, MessageDue


def follows(change: Change, policy: Policy) -> list[tuple[Queue, FanoutMessage]]:
    """A case is followed up, or its order carried out; a message that became due is sent."""
    match change:
        case CaseChanged():
            return after_case(change.before, change.now, policy)
        case ContactKnown():
            return []
        case MessageDue():
            return [(Queue.NOTIFY, Notify(owner=change.owner, key=change.key))]
        case _:
            assert_never(change)


def on_cards(change: Change) -> dict[str, Card]:
    """What of a write stands on cards, by customer: those of numbers alone are read by anybody.

    Of a change of a case only what a card says is news to it.
    """
    match change:
        case CaseChanged():
            case, before = change.now, change.before
            whose = _numbers(case)
            if before and _numbers(before) == whose and _on_card(before).evolve(length=case.length) == _on_card(case):
                return {}
            return dict.fromkeys(whose, Card(cases=(_on_card(case),)))
        case ContactKnown():
            contact = change.contact
            if contact.customer_id is None or not contact.channel.by_number:
                return {}
            seen = Seen(contact_id=contact.contact_id, channel=contact.channel, at=contact.started_at)
            return {contact.customer_id: Card(contacts=(seen,))}
        case MessageDue():
            return {}
        case _:
            assert_never(change)


def _numbers(case: Case) -> frozenset[str]:
    return frozenset(one.customer_id for one in case.addresses if one.channel.by_number)


def _on_card(case: Case) -> Opened:
    return Opened(
        reference=case.reference,
        contact_id=case.contact_id,
        channel=case.channel,
        kind=case.kind,
        category=case.category,
        at=case.opened_at,
        is_open=is_unresolved(case.status) and not case.held,
        length=case.length,
    )


def after_case(before: Case | None, now: Case, policy: Policy) -> list[tuple[Queue, FanoutMessage]]:
    """An order is carried out; a new cycle or part starts a follow-up, and what moves its next step wakes it.

    What is held begins when it is released.
    """
    if now.held:
        return []
    if before and before.held:
        before = None
    found: list[tuple[Queue, FanoutMessage]] = []
    if now.order and now.order.state is OrderState.CONFIRMED and (before is None or before.order is None):
        found.append((Queue.PROVISIONING, Provision(reference=now.reference)))
    due = following.next_step(now, policy)
    followed = before if before and before.is_followed_up else None
    # A step's own change is no news to the execution that took it.
    if followed and now.stepped != now.length and following.next_step(followed, policy) != due:
        cycle, part = followed.cycle, followed.part
        found.append((Queue.FOLLOWUP, Resume(reference=now.reference, cycle=cycle, part=part, length=now.length)))
    goes_on = followed and (followed.cycle, followed.part) == (now.cycle, now.part)
    if now.is_followed_up and due and not goes_on:
        found.append((Queue.FOLLOWUP, Start(reference=now.reference, cycle=now.cycle, part=now.part)))
    return found
