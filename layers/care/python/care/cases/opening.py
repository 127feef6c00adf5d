"""A case begins."""

from dataclasses import dataclass
from datetime import datetime

from care.cases.case import Case
from care.cases.draft import Draft
from care.cases.files import Attachment
from care.cases.timeline import What
from care.channels import Channel
from care.customer import Address
from care.line.order import Order
from care.policy import Operator, Policy
from care.telling.messages import Template
from care.telling.outbox import MailThread
from care.words import CARE, CUSTOMER, Attention, Category, Held, Kind, Language, Priority, Status

SUMMARY_LENGTH = 140


@dataclass(frozen=True)
class Party:
    """Whom an event is from: by which contact on which channel, and where an answer goes, if that is known."""

    channel: Channel
    contact_id: str
    address: Address | None

    @property
    def customer_id(self) -> str | None:
        """Which customer it is; ``None`` while that is not known."""
        if self.address is None or (self.address.claimed and not self.address.channel.by_number):
            return None
        # What is sent to a number is answered from it, by whoever has it.
        return self.address.customer_id


@dataclass(frozen=True)
class Opening:
    """What a channel knows when it opens a case."""

    reference: str
    party: Party
    kind: Kind
    category: Category
    priority: Priority
    language: Language
    text: str
    summary: str = ""
    attachments: tuple[Attachment, ...] = ()
    thread: MailThread | None = None
    attention: Attention | None = None
    order: Order | None = None
    notes: tuple[str, ...] = ()
    """What the team has to know besides the customer's words: the line that was proven, the steps already tried."""
    held: Held | None = None
    acknowledged: bool = False
    """The channel's direct answer tells all that the first message of a case would."""
    told: str = ""
    """What its first message tells besides, in the customer's language."""
    first_aid: bool = False
    """``told`` is what somebody in need does first: it goes out at once, and says little else."""


def open_case(opening: Opening, now: datetime, policy: Policy, operator: Operator) -> Draft:
    """A new case; one that is held waits for a person before anything is said or done."""
    party = opening.party
    case = Case(
        reference=opening.reference,
        kind=opening.kind,
        category=opening.category,
        priority=opening.priority,
        language=opening.language,
        channel=party.channel,
        contact_id=party.contact_id,
        customer_id=party.customer_id or party.contact_id,
        address=party.address,
        status=Status.OPEN,
        team=policy.teams[opening.category],
        summary=" ".join((opening.summary or opening.text).split())[:SUMMARY_LENGTH],
        opened_at=now,
        changed_at=now,
        due_at=now + policy.resolution_time(opening.kind, opening.priority),
        thread=opening.thread,
        attention=opening.attention,
        order=opening.order,
        held=opening.held,
        acknowledged=int(opening.acknowledged),
        told=opening.told,
    )
    draft = Draft(case, now, policy, operator)
    draft.note(What.OPENED, CUSTOMER, opening.text, channel=party.channel, attachments=opening.attachments)
    for one in opening.notes:
        draft.note(What.NOTE, CARE, one)
    if opening.first_aid and not opening.held:
        tell_first(draft, Template.FIRST_AID)
    if not opening.held:
        begin(draft)
    return draft


def begin(draft: Draft) -> None:
    """A case that is not held, or no more: a complaint's follow-up acknowledges it, anything else is confirmed now."""
    if not draft.case.is_followed_up:
        if not draft.case.acknowledged:
            tell_first(draft, Template.RECEIVED)
        draft.move(Status.ACKNOWLEDGED, CARE)


def tell_first(draft: Draft, template: Template) -> None:
    """The first message of a case, with what it tells besides: that is said once and not kept."""
    told = draft.case.told
    draft.set(acknowledged=1, told="")
    draft.tell(template, first_key(draft.case), values={"answer": f"{told}\n\n" if told else ""})


def first_key(case: Case) -> str:
    """The key of a case's first message, whatever that says."""
    return f"{Template.ACKNOWLEDGEMENT if case.is_followed_up else Template.RECEIVED}-1"
