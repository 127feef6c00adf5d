"""A case and everything that may happen to it. Each happening is one ``Draft``, stored whole or not at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType

from care import lifecycle, messages, satisfaction
from care.contact import Button
from care.customer import Address
from care.model import Value
from care.order import Order
from care.outbox import MailThread, OutboxMessage
from care.policy import Policy
from care.reference import grouped
from care.satisfaction import Answer, Verdict
from care.timeline import Attachment, TimelineEntry, What
from care.words import Category, Channel, Kind, Language, Status, Team

CARE = "care"
CUSTOMER = "customer"
SUMMARY_LENGTH = 140


class Case(Value):
    """Something that is followed until it is finished.

    ``length`` counts its timeline, so a change is only stored on the case it was made from. ``cycle`` starts at 1 and
    rises with each reopening; ``part`` counts the executions of one cycle. ``acknowledged``, ``asked`` and ``reminded``
    name the last cycle in which that was done. ``attention`` says why a person must look, else it is empty.
    """

    reference: str
    kind: Kind
    category: Category
    urgent: bool
    language: Language
    channel: Channel
    contact_id: str
    customer_id: str
    address: Address | None
    status: Status
    team: Team
    summary: str
    opened_at: datetime
    due_at: datetime
    changed_at: datetime
    cycle: int = 1
    part: int = 1
    level: int = 0
    owner: str = ""
    thread: MailThread | None = None
    acknowledged: int = 0
    asked: int = 0
    reminded: int = 0
    resolution: str = ""
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    closed_as: str = ""
    answer: Answer | None = None
    attention: str = ""
    order: Order | None = None
    length: int = 0

    @property
    def is_followed_up(self) -> bool:
        """Complaints are owned by a follow-up; requests and suggestions by their team alone."""
        return self.kind is Kind.COMPLAINT

    def answer_of(self, cycle: int) -> Verdict | None:
        """What the customer answered in a cycle, if anything."""
        return self.answer.verdict if self.answer and self.answer.cycle == cycle else None


@dataclass(frozen=True)
class Operator:
    """How the operator names itself to customers."""

    name: str
    short_number: str
    sender: str


@dataclass
class Draft:
    """One change of a case in the making: the case as it will be, what its timeline gains, what becomes due.

    ``before`` is the timeline's length it started from (0 for a new case).
    """

    case: Case
    now: datetime
    policy: Policy
    operator: Operator
    before: int = 0
    entries: list[TimelineEntry] = field(default_factory=list)
    outbox: list[OutboxMessage] = field(default_factory=list)

    def set(self, **values: object) -> None:
        """Change fields of the case that have no history of their own."""
        self.case = self.case.model_copy(update=values)

    def note(
        self,
        what: What,
        by: str,
        text: str = "",
        *,
        channel: Channel | None = None,
        message: str = "",
        attachments: Iterable[Attachment] = (),
    ) -> None:
        """Append to the timeline."""
        # Two who write at once each took the time before they were let: the number orders, and time follows it.
        self.set(length=self.case.length + 1, changed_at=max(self.now, self.case.changed_at))
        self.entries.append(
            TimelineEntry(
                number=self.case.length,
                at=self.case.changed_at,
                what=what,
                by=by,
                status=self.case.status,
                channel=channel,
                text=text,
                message=message,
                attachments=tuple(attachments),
            )
        )

    def move(self, to: Status, by: str, text: str = "", *, message: str = "") -> None:
        """Go to another status; raises ``lifecycle.IllegalMove``."""
        if to not in lifecycle.MOVES[self.case.status]:
            raise lifecycle.IllegalMove(self.case.reference, self.case.status, to)
        self.set(status=to)
        self.note(What.MOVED, by, text, message=message)

    def tell(
        self,
        template: str,
        key: str,
        *,
        words: str = "",
        due: datetime | None = None,
        buttons: bool = False,
        to: Address | None = None,
        values: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Make a message due to the customer under ``key``, in the form of the channel: the case's, or that of ``to``.

        ``values`` are the template's own.

        Without an address nothing can be told: a person then has to know, so the case asks for attention.
        """
        case = self.case
        address = to or case.address
        if address is None:
            self.set(attention="no_address")
            return
        values = {**values, "words": words, "due": messages.moment(due or case.due_at, case.language)}
        self.outbox.append(_message(case, address, self.operator, template, key, self.now, values, buttons=buttons))
        self.note(What.MESSAGE_OUT, CARE, self.outbox[-1].text, channel=address.channel, message=key)


def _message(
    case: Case,
    address: Address,
    operator: Operator,
    template: str,
    key: str,
    now: datetime,
    values: Mapping[str, str],
    *,
    buttons: bool,
) -> OutboxMessage:
    language, form = case.language, messages.form(address.channel)
    names = {"operator": operator.name, "short_number": operator.short_number, "sender": operator.sender}
    body = messages.text(
        f"{template}.{form}",
        language,
        **names,
        reference=grouped(case.reference),
        team=messages.text(f"team.{case.team}", language),
        **values,
    )
    subject = ""
    if form == Channel.EMAIL:
        name = address.name
        greeting = (
            messages.text("greeting.email", language, name=name)
            if name
            else messages.text("greeting.email_unnamed", language)
        )
        body = "\n\n".join([greeting, body, messages.text("closing.email", language, **names)])
        subject = _subject(case, messages.text("subject", language, **names))
    return OutboxMessage(
        reference=case.reference,
        key=key,
        address=address,
        language=language,
        text=body,
        subject=subject,
        buttons=_answer_buttons(language) if buttons else (),
        thread=case.thread,
        due_at=now,
        opened_at=case.opened_at,
    )


def _subject(case: Case, unthreaded: str) -> str:
    """Answers keep the customer's subject, so that mail clients thread them, and carry the reference."""
    subject = case.thread.subject if case.thread else ""
    if not subject:
        return f"{unthreaded} [#{case.reference}]"
    prefixed = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    return prefixed if case.reference in prefixed else f"{prefixed} [#{case.reference}]"


def _answer_buttons(language: Language) -> tuple[Button, ...]:
    return (
        Button(label=messages.text("button.satisfied", language), text="5"),
        Button(label=messages.text("button.content", language), text="3"),
        Button(
            label=messages.text("button.dissatisfied", language),
            text="belum" if language is Language.INDONESIAN else "not yet",
        ),
    )


@dataclass(frozen=True)
class Opening:
    """What a channel knows when it opens a case."""

    reference: str
    kind: Kind
    category: Category
    urgent: bool
    language: Language
    channel: Channel
    contact_id: str
    customer_id: str
    address: Address | None
    text: str
    danger: bool = False
    """Somebody's life may be in danger, and the channel's direct answer has not told them to call 112."""
    summary: str = ""
    attachments: tuple[Attachment, ...] = ()
    thread: MailThread | None = None
    attention: str = ""
    order: Order | None = None
    notes: tuple[str, ...] = ()
    """What the team has to know besides the customer's words: the line that was proven, the steps already tried."""


def open_case(opening: Opening, now: datetime, policy: Policy, operator: Operator) -> Draft:
    """A new case. A complaint is acknowledged by its follow-up; anything else is confirmed here and now."""
    case = Case(
        reference=opening.reference,
        kind=opening.kind,
        category=opening.category,
        urgent=opening.urgent,
        language=opening.language,
        channel=opening.channel,
        contact_id=opening.contact_id,
        customer_id=opening.customer_id,
        address=opening.address,
        status=Status.OPEN,
        team=policy.teams[opening.category],
        summary=" ".join((opening.summary or opening.text).split())[:SUMMARY_LENGTH],
        opened_at=now,
        changed_at=now,
        due_at=now + policy.resolution_time(opening.kind, urgent=opening.urgent),
        thread=opening.thread,
        attention=opening.attention,
        order=opening.order,
    )
    draft = Draft(case, now, policy, operator)
    draft.note(What.OPENED, CUSTOMER, opening.text, channel=opening.channel, attachments=opening.attachments)
    for one in opening.notes:
        draft.note(What.NOTE, CARE, one)
    if opening.danger:
        draft.tell("danger", "danger-1")
    if not case.is_followed_up:
        draft.tell("received", "received-1")
        draft.move(Status.ACKNOWLEDGED, CARE)
        draft.set(acknowledged=1)
    return draft


def edit(case: Case, now: datetime, policy: Policy, operator: Operator) -> Draft:
    """A change of a stored case."""
    return Draft(case, now, policy, operator, before=case.length)


def hear(
    draft: Draft,
    text: str,
    channel: Channel,
    attachments: Iterable[Attachment] = (),
    thread: MailThread | None = None,
) -> Verdict | None:
    """A customer's message that belongs to the case: an answer, if one is awaited, else one more thing to know.

    On a resolved case all but an answer or a courtesy means that it is not solved, so nothing a customer adds is
    filed away unread. Gives what was made of it; ``None`` means just added.
    """
    case = draft.case
    draft.note(What.MESSAGE_IN, CUSTOMER, text, channel=channel, attachments=attachments)
    if thread:
        draft.set(thread=thread)
    if case.status is Status.WAITING_FOR_CUSTOMER:
        draft.move(Status.IN_PROGRESS, CUSTOMER)
    if case.status not in (Status.RESOLVED, Status.CLOSED):
        return None
    read = satisfaction.read(text, draft.policy.satisfaction.satisfied_from)
    verdict, score = read or (Verdict.DISSATISFIED, None)
    if verdict is Verdict.COURTESY:
        return verdict
    if case.status is Status.RESOLVED:
        draft.set(answer=Answer(cycle=case.cycle, verdict=verdict, score=score))
        draft.note(What.ANSWERED, CUSTOMER, f"{verdict} {score or ''}".strip())
    elif verdict is Verdict.DISSATISFIED:
        reopen(draft, CUSTOMER)
    return verdict


def reopen(draft: Draft, by: str) -> None:
    """The next cycle, urgent now; a complaint's new follow-up tells the customer."""
    draft.set(
        cycle=draft.case.cycle + 1,
        part=1,
        level=0,
        urgent=True,
        answer=None,
        resolution="",
        closed_as="",
        resolved_at=None,
        closed_at=None,
        due_at=draft.now + draft.policy.resolution_time(draft.case.kind, urgent=True),
    )
    draft.move(Status.REOPENED, by)


def acknowledge(draft: Draft) -> timedelta:
    """First step of a cycle's follow-up; gives how long to wait for the resolution."""
    case = draft.case
    if case.acknowledged < case.cycle:
        template = "acknowledgement" if case.cycle == 1 else "reopened"
        draft.set(acknowledged=case.cycle)
        draft.tell(template, f"{template}-{case.cycle}")
        if case.status is Status.OPEN:
            draft.move(Status.ACKNOWLEDGED, CARE)
        if case.owner and draft.case.status in (Status.ACKNOWLEDGED, Status.REOPENED):
            draft.move(Status.IN_PROGRESS, case.owner)
    return _until(case.due_at, draft.now)


def escalate(draft: Draft, level: int) -> timedelta:
    """Raise the level from ``level`` (0 before the first breach); gives how long until the next."""
    case = draft.case
    wait = draft.policy.escalation_time(level + 1)
    if lifecycle.is_unresolved(case.status) and case.level <= level:
        draft.set(level=level + 1, due_at=draft.now + wait, urgent=True)
        draft.note(What.ESCALATED, CARE, str(level + 1))
        draft.tell("escalation", f"escalation-{case.cycle}-{level + 1}")
    return wait


def ask(draft: Draft) -> timedelta:
    """Ask the customer of a resolved case; gives how long to wait before the reminder."""
    case = draft.case
    if case.status is Status.RESOLVED and case.asked < case.cycle:
        draft.set(asked=case.cycle)
        draft.note(What.ASKED, CARE)
        draft.tell("question", f"question-{case.cycle}", words=case.resolution, buttons=True)
    return draft.policy.scaled(draft.policy.satisfaction.remind_after_hours)


def remind(draft: Draft) -> timedelta:
    """Ask once more; gives how long to wait before the case is closed as unconfirmed."""
    case = draft.case
    wait = draft.policy.scaled(draft.policy.satisfaction.close_after_hours)
    if case.status is Status.RESOLVED and case.reminded < case.cycle and not case.answer_of(case.cycle):
        draft.set(reminded=case.cycle)
        draft.note(What.REMINDED, CARE)
        draft.tell("reminder", f"reminder-{case.cycle}", due=draft.now + wait, buttons=True)
    return wait


def settle(draft: Draft) -> None:
    """End the cycle of a resolved case as its customer answered; silence closes it as unconfirmed."""
    case = draft.case
    if case.status is not Status.RESOLVED:
        return
    verdict = case.answer_of(case.cycle)
    if verdict is Verdict.DISSATISFIED:
        reopen(draft, CUSTOMER)
        return
    satisfied = verdict is Verdict.SATISFIED
    draft.set(closed_as="satisfied" if satisfied else "unconfirmed", closed_at=draft.now, attention="")
    draft.move(Status.CLOSED, CUSTOMER if satisfied else CARE, draft.case.closed_as)
    if satisfied:
        draft.tell("thanks", f"thanks-{case.cycle}")


def take(draft: Draft, agent: str) -> None:
    """An agent makes the case theirs. Before its acknowledgement it only gets its owner."""
    case = draft.case
    if not lifecycle.is_unresolved(case.status):
        raise lifecycle.IllegalMove(case.reference, case.status, Status.IN_PROGRESS)
    if case.owner != agent:
        draft.set(owner=agent)
        draft.note(What.TAKEN, agent)
    if case.status in (Status.ACKNOWLEDGED, Status.REOPENED):
        draft.move(Status.IN_PROGRESS, agent)


def reply(draft: Draft, agent: str, words: str, key: str) -> None:
    """An agent writes to the customer."""
    take_if_unowned(draft, agent)
    draft.tell("reply", key, words=words)


def resolve(draft: Draft, agent: str, words: str, command: str = "") -> None:
    """An agent resolves the case. A complaint's follow-up asks the customer next; a request is answered and closed."""
    take_if_unowned(draft, agent)
    draft.set(resolution=words, resolved_at=draft.now, attention="")
    draft.move(Status.RESOLVED, agent, words, message=command)
    if not draft.case.is_followed_up:
        draft.tell("answered", f"answered-{draft.case.cycle}", words=words)
        _close_answered(draft, agent)


def close_request(draft: Draft, by: str, words: str) -> None:
    """End a request that was carried out, or could not be, and whose customer was told so."""
    if lifecycle.is_unresolved(draft.case.status):
        draft.set(resolution=words, resolved_at=draft.now, attention="")
        draft.move(Status.RESOLVED, by, words)
        _close_answered(draft, by)


def _close_answered(draft: Draft, by: str) -> None:
    draft.set(closed_as="unconfirmed", closed_at=draft.now)
    draft.move(Status.CLOSED, by)


def restart_follow_up(draft: Draft) -> None:
    """The next part of the cycle: an execution that was lost gets a successor."""
    draft.set(part=draft.case.part + 1)
    draft.note(What.NOTE, CARE, "follow-up restarted")


def take_if_unowned(draft: Draft, agent: str) -> None:
    """Whoever acts on a case nobody owns owns it."""
    if not draft.case.owner and lifecycle.is_unresolved(draft.case.status):
        take(draft, agent)


def _until(due: datetime, now: datetime) -> timedelta:
    return max(due - now, timedelta(seconds=1))
