"""Two cases become one, and one becomes two. Neither loses its history."""

from care.cases import lifecycle
from care.cases.agent import Agent, StillHeld
from care.cases.case import Case
from care.cases.draft import Draft
from care.cases.opening import Opening, Party, open_case
from care.cases.timeline import What
from care.customer import Address
from care.line.order import ENDS
from care.reference import grouped
from care.telling.messages import Template
from care.words import Attention, Category, ClosedAs, Kind, Priority, Status

_STILL_TO_SEE_TO = (Attention.PERSON_WANTED, Attention.PROMISE_BROKEN)
"""What a person must look at whichever of both cases goes on."""


class SameCase(Exception):
    """A case does not go on as itself."""


class OtherCustomer(Exception):
    """The cases have customers of different names and numbers, and nobody said that they are the same."""


class OrderUnderWay(Exception):
    """What was ordered with the case is not carried out yet, and is told of under its own reference."""


def merge(gone: Draft, into: Draft, agent: Agent, *, same_customer: bool = False) -> None:
    """Two cases about the same thing: one ends, the other goes on with what was promised, at the pace of the more
    pressing, and its customer is followed up once: as of a complaint, if one of them is.

    ``same_customer``: the agent knows that it is one person, whatever the cases say.
    Raises ``SameCase``, ``StillHeld``, ``IllegalMove``, ``OtherCustomer``, ``OrderUnderWay``.
    """
    if gone.case.reference == into.case.reference:
        raise SameCase(gone.case.reference)
    for case in (gone.case, into.case):
        if case.is_held:
            raise StillHeld(case.reference)
        if case.status is Status.CLOSED:
            raise lifecycle.IllegalMove(case.reference, case.status, Status.CLOSED)
    if gone.case.customer_id != into.case.customer_id and not same_customer:
        raise OtherCustomer(gone.case.reference)
    for case in (gone.case, into.case):
        if case.order and case.order.state not in ENDS:
            raise OrderUnderWay(case.reference)
    _go_on(gone.case, into, agent)
    _end(gone, into.case, agent)


def _go_on(gone: Case, into: Draft, agent: Agent) -> None:
    case = into.case
    addresses = _addresses(case, gone)
    address = addresses[0] if addresses else None
    into.set(
        kind=Kind.COMPLAINT if gone.is_complaint else case.kind,
        address=address,
        thread=case.thread or gone.thread,
        others=addresses[1:],
        area=case.area or gone.area,
        zone=case.zone or gone.zone,
        segment=case.segment or gone.segment,
        from_regulator=case.from_regulator or gone.from_regulator,
        tier=max(case.tier, gone.tier),
        priority=case.priority.or_more(gone.priority),
        promises=(*case.promises, *(one for one in gone.promises if one.is_open)),
        attention=_attention(case, gone, address),
    )
    if lifecycle.is_unresolved(gone.status):
        into.set(due_at=min(case.due_at, gone.due_at))
        _merge_first_word(gone, into)
    into.note(What.MERGED, agent.name, f"{gone.reference} {gone.summary}")


def _merge_first_word(gone: Case, into: Draft) -> None:
    """Of whom a person has spoken to once, no first word is awaited."""
    case = into.case
    due = [one.response_due_at for one in (case, gone) if one.response_due_at]
    into.set(responded_at=case.responded_at or gone.responded_at, response_due_at=min(due, default=None))


def _addresses(case: Case, gone: Case) -> tuple[Address, ...]:
    """Where the customer of both is reached, each once, what the case has first."""
    known = (*case.addresses, *gone.addresses)
    return tuple({(one.channel.name, one.value): one for one in reversed(known)}.values())[::-1]


def _attention(case: Case, gone: Case, address: Address | None) -> Attention | None:
    mine = None if case.attention is Attention.NO_ADDRESS and address else case.attention
    return mine or (gone.attention if gone.attention in _STILL_TO_SEE_TO else None)


def _end(gone: Draft, into: Case, agent: Agent) -> None:
    case = gone.case
    gone.set(promises=tuple(one for one in case.promises if not one.is_open), merged_into=into.reference)
    gone.unpause()
    gone.note(What.MERGED, agent.name, into.reference)
    if lifecycle.is_unresolved(case.status) and case.address:
        gone.tell(Template.MERGED, str(Template.MERGED), values={"other": grouped(into.reference)})
    gone.set(closed_as=ClosedAs.MERGED, closed_at=gone.now, attention=None)
    gone.move(Status.CLOSED, agent.name, ClosedAs.MERGED)


def split(
    draft: Draft, agent: Agent, reference: str, kind: Kind, category: Category, priority: Priority, text: str
) -> Draft:
    """Another matter of the same customer becomes a case of its own, in the agent's words. Raises ``StillHeld``."""
    case = draft.case
    if case.is_held:
        raise StillHeld(case.reference)
    opening = Opening(
        reference=reference,
        party=Party(case.channel, case.contact_id, case.address),
        kind=kind,
        category=category,
        priority=priority,
        language=case.language,
        text=text,
        thread=case.thread,
        others=case.others,
        area=case.area,
        zone=case.zone,
        segment=case.segment,
        from_regulator=case.from_regulator,
        by=agent.name,
    )
    new = open_case(opening, draft.now, draft.policy, draft.operator)
    new.set(customer_id=case.customer_id)
    new.note(What.SPLIT, agent.name, case.reference)
    draft.note(What.SPLIT, agent.name, f"{reference} {new.case.summary}")
    return new
