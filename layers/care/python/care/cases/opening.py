"""A case begins."""

from dataclasses import dataclass, replace
from datetime import datetime

from care.areas import Zone
from care.cases import deadlines, lifecycle
from care.cases.case import Case
from care.cases.draft import Draft
from care.cases.files import Attachment
from care.cases.timeline import What
from care.channels import Channel
from care.customer import Address
from care.line.order import Order
from care.policy import Operator, Policy
from care.reading import areas
from care.telling.messages import Template
from care.telling.outbox import MailThread
from care.words import CARE, CUSTOMER, Attention, Category, Held, Kind, Language, Priority, Segment, Status, Tier

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
    raw: str = ""
    """Where the mail is kept as it came, if it has more words than ``text``."""
    thread: MailThread | None = None
    attention: Attention | None = None
    order: Order | None = None
    others: tuple[Address, ...] = ()
    area: str = ""
    zone: Zone | None = None
    segment: Segment | None = None
    from_regulator: bool = False
    """It comes from who speaks for customers, and has a deadline of its own."""
    by: str = CUSTOMER
    """Whose words they are."""
    notes: tuple[str, ...] = ()
    """What the team has to know besides the customer's words: the line that was proven, the steps already tried."""
    held: Held | None = None
    acknowledged: bool = False
    """The channel's direct answer tells all that the first message of a case would."""
    told: str = ""
    """What its first message tells besides, in the customer's language."""
    talk: str = ""
    """Where that leaves the talk with its customer, as a ``Dialogue`` writes it."""
    courtesy: bool = False
    """Nothing is wanted: ``told`` returns the thanks, and the case is closed at once."""
    first_aid: bool = False
    """``told`` is what somebody in need does first: it goes out at once, and says little else."""


def open_case(opening: Opening, now: datetime, policy: Policy, operator: Operator) -> Draft:
    """A new case; one that is held waits for a person before anything is said or done."""
    party = opening.party
    place = areas.find(opening.text) if opening.zone is None else None
    if place:
        opening = replace(opening, area=place.area, zone=place.zone)
    due = deadlines.from_now(now, policy, opening.kind, opening.priority, opening.segment, opening.from_regulator)
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
        team=policy.team_of(opening.category, opening.zone),
        summary=" ".join((opening.summary or opening.text).split())[:SUMMARY_LENGTH],
        opened_at=now,
        changed_at=now,
        began_at=now,
        due_at=due.resolution,
        response_due_at=due.response,
        thread=opening.thread,
        attention=opening.attention,
        order=opening.order,
        others=opening.others,
        area=opening.area,
        zone=opening.zone,
        segment=opening.segment,
        from_regulator=opening.from_regulator,
        tier=_tier(opening),
        held=opening.held,
        acknowledged=int(opening.acknowledged),
        told_at=now if opening.acknowledged else None,
        told=opening.told,
        talk=opening.talk,
    )
    draft = Draft(case, now, policy, operator)
    draft.note(
        What.OPENED,
        opening.by,
        opening.text,
        channel=party.channel,
        attachments=opening.attachments,
        raw=opening.raw,
    )
    for one in opening.notes:
        draft.note(What.NOTE, CARE, one)
    if opening.first_aid and not opening.held:
        tell_first(draft, Template.FIRST_AID)
    if opening.courtesy and not opening.held:
        tell_first(draft, Template.THANKED)
        draft.move(Status.CLOSED, CARE)
    elif not opening.held:
        begin(draft)
    return draft


def begin(draft: Draft) -> None:
    """A case that is not held, or no more: a complaint's follow-up acknowledges it, anything else is confirmed now.

    Who is answerable from the start knows of it: of a suggestion its team's lead, of a regulator's word the manager.
    """
    case = draft.case
    if not case.is_complaint:
        if not case.acknowledged:
            tell_first(draft, Template.SUGGESTED if case.kind is Kind.SUGGESTION else Template.RECEIVED)
        draft.move(Status.ACKNOWLEDGED, CARE)
    if case.from_regulator:
        draft.notify("regulator")
    elif case.kind is Kind.SUGGESTION:
        draft.notify("suggestion")


def _tier(opening: Opening) -> Tier:
    if opening.from_regulator:
        return Tier.MANAGER
    return Tier.LEAD if opening.kind is Kind.SUGGESTION else Tier.AGENT


def place(draft: Draft, text: str) -> None:
    """Take where the customer is from what he says; who is answerable there has a case that nobody took yet."""
    case = draft.case
    found = areas.find(text) if case.zone is None else None
    if found is None:
        return
    team = draft.policy.team_of(case.category, found.zone)
    draft.set(area=found.area, zone=found.zone)
    if team is not case.team and not case.owner and lifecycle.is_unresolved(case.status):
        draft.set(team=team)
        draft.note(What.TRANSFERRED, CARE, f"{case.team} > {team}")


def tell_first(draft: Draft, template: Template) -> None:
    """The first message of a case, with what it tells besides: that is said once and not kept."""
    told = draft.case.told
    draft.set(acknowledged=1, told="")
    draft.tell(template, first_key(draft.case), values={"answer": f"{told}\n\n" if told else ""})


def first_key(case: Case) -> str:
    """The key of a case's first message, whatever that says."""
    return f"{Template.ACKNOWLEDGEMENT if case.is_complaint else Template.RECEIVED}-1"
