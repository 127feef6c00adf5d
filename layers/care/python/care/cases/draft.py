"""One change of a case in the making, stored whole or not at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from care.cases import letter, lifecycle
from care.cases.case import Case
from care.cases.files import Attachment
from care.cases.timeline import Sign, TimelineEntry, What
from care.channels import Channel
from care.customer import Address
from care.policy import Operator, Policy
from care.telling.messages import Template
from care.telling.outbox import OutboxMessage
from care.words import CARE, CUSTOMER, Attention, Status, Tier, Unasked


@dataclass
class Draft:
    """The case as it will be, what its timeline gains, what becomes due.

    ``before`` is the timeline's length it started from (0 for a new case).
    """

    case: Case
    now: datetime
    policy: Policy
    operator: Operator
    before: int = 0
    entries: list[TimelineEntry] = field(default_factory=list)
    outbox: list[OutboxMessage] = field(default_factory=list)
    known: frozenset[str] = frozenset()
    """The customers whose the case was before."""
    unsubscribes: bool = False
    """Its customer wants no more questions whether something is solved, about this case or another."""

    def set(self, **changes: Any) -> None:
        """Change fields of the case that have no history of their own; errors as of ``Value.evolve``."""
        self.case = self.case.evolve(**changes)

    def note(
        self,
        what: What,
        by: str,
        text: str = "",
        *,
        channel: Channel | None = None,
        message: str = "",
        attachments: Iterable[Attachment] = (),
        sign: Sign = Sign.NONE,
        raw: str = "",
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
                sign=sign,
                raw=raw,
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
        template: Template,
        key: str,
        *,
        by: str = CARE,
        due: datetime | None = None,
        buttons: bool = False,
        to: Address | None = None,
        values: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Make a message due to the customer under ``key``, in the form of the channel: the case's, or that of ``to``.

        ``values`` are the template's own; ``due`` is a time to tell instead of the case's.

        Without an address nothing can be told: a person then has to know, so the case asks for attention.
        """
        message = self.written(template, key, due=due, buttons=buttons, to=to, values=values)
        if message is None:
            self.set(attention=Attention.NO_ADDRESS)
            return
        self.outbox.append(message)
        self.set(told_at=self.now)
        self.note(What.MESSAGE_OUT, by, message.text, channel=message.address.channel, message=key)

    def notify(self, why: str, tier: Tier | None = None, **values: str) -> None:
        """Make a notice due to who is answerable for the case, or would be on that tier: ``notice.<why>`` says what.

        Nothing of what the customer wrote is in it: it leaves the house.
        """
        case = self.case
        person = self.policy.answerable(case.team, tier or case.tier)
        key = f"{Template.NOTICE}-{case.length + 1}"
        notice = letter.notice(case, person, self.operator, why, key, self.now, values)
        self.outbox.append(notice)
        self.note(What.NOTIFIED, CARE, f"{why} {person.name}", message=notice.key)

    def respond(self) -> None:
        """A person says the first word of this cycle."""
        if self.case.responded_at is None:
            self.set(responded_at=self.now)

    def unsubscribe(self) -> None:
        """Its customer is not asked any more whether something is solved."""
        self.unsubscribes = True
        self.set(unasked=Unasked.UNSUBSCRIBED)
        self.note(What.UNASKED, CUSTOMER, Unasked.UNSUBSCRIBED)

    def pause(self) -> None:
        """From now on it waits for its customer, and no deadline comes nearer."""
        self.set(paused_at=self.now, nudged_at=None)

    def unpause(self) -> None:
        """Its team goes on with it; every deadline is later by the time it waited."""
        case = self.case
        if case.paused_at is None:
            return
        waited = self.now - case.paused_at
        self.set(
            paused_at=None,
            nudged_at=None,
            paused_seconds=case.paused_seconds + round(waited.total_seconds()),
            due_at=case.due_at + waited,
            response_due_at=case.response_due_at and case.response_due_at + waited,
        )

    def written(
        self,
        template: Template,
        key: str,
        *,
        due: datetime | None = None,
        buttons: bool = False,
        to: Address | None = None,
        values: Mapping[str, str] = MappingProxyType({}),
    ) -> OutboxMessage | None:
        """A message as ``tell`` makes it due; ``None`` without an address."""
        address = to or self.case.address
        if address is None:
            return None
        due = due or self.case.due_at
        return letter.write(self.case, address, self.operator, template, key, self.now, due, values, buttons=buttons)


def edit(case: Case, now: datetime, policy: Policy, operator: Operator) -> Draft:
    """A change of a stored case."""
    return Draft(case, now, policy, operator, before=case.length, known=case.customers)
