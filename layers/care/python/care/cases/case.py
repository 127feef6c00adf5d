"""A case: something that is followed until it is finished."""

from datetime import datetime

from care.cases import lifecycle
from care.channels import Channel
from care.customer import Address
from care.line.order import Order
from care.reading.satisfaction import Answer, Verdict
from care.telling.outbox import MailThread
from care.value import Value
from care.words import Attention, CaseList, Category, ClosedAs, Held, Kind, Language, Priority, Status, Team


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
    def is_followed_up(self) -> bool:
        """Complaints are owned by a follow-up; requests and suggestions by their team alone."""
        return self.kind is Kind.COMPLAINT


class Case(Listed):
    """Where a case stands; ``Draft`` changes it, ``TimelineEntry`` tells how it came there.

    ``length`` counts its timeline, so a change is only stored on the case it was made from. ``cycle`` starts at 1 and
    rises with each reopening; ``part`` counts the executions of one cycle. ``acknowledged``, ``asked`` and ``reminded``
    name the last cycle in which that was done. ``told`` is what its first message will tell besides.
    """

    contact_id: str
    customer_id: str
    changed_at: datetime
    address: Address | None = None
    part: int = 1
    escalation_level: int = 0
    thread: MailThread | None = None
    acknowledged: int = 0
    asked: int = 0
    reminded: int = 0
    told: str = ""
    resolution: str = ""
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    closed_as: ClosedAs | None = None
    answer: Answer | None = None
    order: Order | None = None
    length: int = 0

    @property
    def is_held(self) -> bool:
        """Whether nothing happens to it until a person has looked."""
        return self.held is not None and lifecycle.is_unresolved(self.status)

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
