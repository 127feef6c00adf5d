"""A case: something that is followed until it is finished."""

from datetime import datetime

from care.areas import Zone
from care.cases import lifecycle
from care.channels import Channel
from care.customer import Address
from care.line.order import Order
from care.reading.satisfaction import Answer, Verdict
from care.telling.outbox import MailThread
from care.value import Value
from care.words import (
    Attention,
    CaseList,
    Category,
    ClosedAs,
    Held,
    Kind,
    Language,
    Priority,
    Segment,
    Status,
    Team,
    Tier,
    Unasked,
)


class Listed(Value):
    """What its team's list says of a case: enough to choose it. ``attention`` says why a person must look, ``held`` why
    nothing happens until one has. ``owner`` is an agent's name, ``owner_id`` tells two of one name apart.
    """

    reference: str
    kind: Kind
    category: Category
    priority: Priority
    language: Language
    channel: Channel
    status: Status
    team: Team
    summary: str
    opened_at: datetime
    due_at: datetime
    cycle: int = 1
    owner: str = ""
    owner_id: str = ""
    attention: Attention | None = None
    held: Held | None = None

    @property
    def is_complaint(self) -> bool:
        """Whether its customer is asked if it is solved."""
        return self.kind is Kind.COMPLAINT


class Promise(Value):
    """What an agent promised its customer, ``by`` whom and until when; ``broken``: that passed, and the lead knows."""

    id: str
    words: str
    by: str
    due_at: datetime
    kept_at: datetime | None = None
    broken: bool = False

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to keep it."""
        return self.kept_at is None


class Case(Listed):
    """Where a case stands; ``Draft`` changes it, ``TimelineEntry`` tells how it came there.

    ``length`` counts its timeline, so a change is only stored on the case it was made from; ``stepped`` is how long it
    was after the last step of its follow-up. ``cycle`` starts at 1 and rises with each reopening; ``part`` counts the
    executions of one cycle. ``acknowledged`` names the last cycle in which that was done. ``told`` is what its first
    message will tell besides, ``talk`` what its customer's letters were told, for the next.

    Of the cycle: ``began_at``; ``responded_at`` is a person's first word, due at ``response_due_at``; while it waits
    for its customer, since ``paused_at``, no deadline comes nearer (``paused_seconds`` so far), and ``nudged_at`` is
    when he was reminded; ``warned`` is the deadline that was warned of; ``told_at`` is when its customer was told
    something last, ``updates`` how often that was just how it stands; ``asked_at`` and ``reminded_at`` are the question
    whether it is solved, ``unasked`` why there was none. ``resolver`` (and ``resolver_id``) resolved it last.
    ``scores`` are the answers of all cycles.

    ``others`` are further addresses of its customer, ``area`` and ``zone`` where he is, as far as that is known.
    """

    contact_id: str
    customer_id: str
    changed_at: datetime
    began_at: datetime
    address: Address | None = None
    others: tuple[Address, ...] = ()
    area: str = ""
    zone: Zone | None = None
    segment: Segment | None = None
    from_regulator: bool = False
    part: int = 1
    tier: Tier = Tier.AGENT
    escalation_level: int = 0
    thread: MailThread | None = None
    acknowledged: int = 0
    response_due_at: datetime | None = None
    responded_at: datetime | None = None
    paused_at: datetime | None = None
    paused_seconds: int = 0
    nudged_at: datetime | None = None
    warned: datetime | None = None
    told_at: datetime | None = None
    updates: int = 0
    asked_at: datetime | None = None
    reminded_at: datetime | None = None
    unasked: Unasked | None = None
    told: str = ""
    talk: str = ""
    resolution: str = ""
    resolver: str = ""
    resolver_id: str = ""
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    closed_as: ClosedAs | None = None
    merged_into: str = ""
    answer: Answer | None = None
    scores: tuple[Answer, ...] = ()
    promises: tuple[Promise, ...] = ()
    order: Order | None = None
    length: int = 0
    stepped: int = 0

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Where its customer is reached, and whose words are his: the one he wrote from first."""
        return ((self.address,) if self.address else ()) + self.others

    @property
    def customers(self) -> frozenset[str]:
        """Whose it is: one person's, by all that he is known by. An address that was only claimed is nobody's."""
        proven = (one for one in self.addresses if one.channel.by_number or not one.claimed)
        return frozenset(one.customer_id for one in proven) | {self.customer_id}

    @property
    def clock(self) -> Zone:
        """Which clock its customer reads: Western Indonesia Time, and it is said so, while nobody knows where he is."""
        return self.zone or Zone.WIB

    @property
    def is_held(self) -> bool:
        """Whether nothing happens to it until a person has looked."""
        return self.held is not None and lifecycle.is_unresolved(self.status)

    @property
    def is_followed_up(self) -> bool:
        """Whether a follow-up sees to it: until a person is needed or has it, an order is carried out by itself."""
        return self.order is None or self.attention is not None or bool(self.owner)

    @property
    def next_promise(self) -> Promise | None:
        """The promise to be kept first, of those not broken yet."""
        awaited = [one for one in self.promises if one.is_open and not one.broken]
        return min(awaited, key=lambda one: one.due_at, default=None)

    def promises_with(self, changed: Promise) -> tuple[Promise, ...]:
        """Its promises with one of them as it is now."""
        return tuple(changed if one.id == changed.id else one for one in self.promises)

    @property
    def listed_in(self) -> CaseList | None:
        """Its team's list that it stands in; ``None`` once nobody has anything to do with it any more."""
        if lifecycle.is_unresolved(self.status):
            return CaseList.HELD if self.is_held else CaseList.OPEN
        if self.attention:
            return CaseList.ATTENTION
        return CaseList.RESOLVED if self.status is Status.RESOLVED else None

    def answer_of(self, cycle: int) -> Verdict | None:
        """What the customer answered in a cycle, if anything."""
        return self.answer.verdict if self.answer and self.answer.cycle == cycle else None
