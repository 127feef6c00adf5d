"""A chat with nobody behind it: the intake as it is, on a store and an operator's system kept in memory."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast

from care.case import Case, Draft
from care.centre import Centre
from care.contact import Contact, Entry, Message
from care.intake import chats
from care.lines import Line, RefusalReason, Refused, Unavailable
from care.outbox import OutboxMessage
from care.policy import Policy
from care.store import AlreadyAccepted, NotFound, Store
from care.words import Segment
from tests.unit.making import NOW, OPERATOR, POLICY

LINES = {
    "sari": Line(
        number="+6281700000001",
        name="Sari Dewi",
        segment=Segment.PREPAID,
        package="bulanan-10-gb",
        balance=60_000,
        quota_mb=3584,
        active_until=date(2026, 12, 3),
        grace_until=date(2027, 1, 2),
        registered=True,
        area="Denpasar",
        zone="WITA",
        owner_since=date(2020, 1, 1),
    ),
    "budi": Line(
        number="+6281700000002",
        name="Budi",
        segment=Segment.POSTPAID,
        package="pasca-100",
        bill=120_000,
        bill_due=date(2026, 12, 20),
        quota_mb=512,
        registered=True,
        area="Jayapura",
        zone="WIT",
        owner_since=date(2019, 5, 1),
    ),
    "tono": Line(
        number="+6281700000003",
        name="Tono",
        segment=Segment.PREPAID,
        package="",
        balance=2_000,
        quota_mb=0,
        active_until=date(2026, 11, 20),
        grace_until=date(2026, 12, 20),
        registered=False,
        area="Bandung",
        zone="WIB",
        owner_since=date(2024, 2, 1),
    ),
}


@dataclass
class MemorySystem:
    """The operator's system with three subscribers; it can be down."""

    down: bool = False
    asked: list[str] = field(default_factory=list)

    def line(self, number: str) -> Line | None:
        self.asked.append(number)
        if self.down:
            raise Unavailable
        return next((one for one in LINES.values() if one.number == number), None)

    def charge(self, number: str, amount: int, key: str) -> None:
        raise Refused(RefusalReason.OTHER)

    def activate(self, number: str, package: str, key: str) -> None:
        raise Refused(RefusalReason.OTHER)

    def refund(self, number: str, key: str) -> None:
        raise Refused(RefusalReason.OTHER)


@dataclass
class MemoryStore:
    """What the intake of chats asks of the store, as ``care.store`` promises it; each verb counts as one request."""

    policy: Policy = POLICY
    contacts: dict[str, Contact] = field(default_factory=dict)
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)
    tallies: dict[tuple[str, date], int] = field(default_factory=dict)
    due: list[OutboxMessage] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    requests: int = 0

    def contact(self, contact_id: str) -> Contact:
        self.requests += 1
        if contact_id not in self.contacts:
            raise NotFound(contact_id)
        return self.contacts[contact_id]

    def threads(self, message_ids: Sequence[str], references: Sequence[str]) -> tuple[list[str], dict[str, Case]]:
        self.requests += 1
        return [], {one: self.cases[one] for one in references if one in self.cases}

    def tally(self, who: str, now: datetime) -> int:
        self.requests += 1
        return self.tallies.get((who, now.date()), 0)

    def case_and_tally(self, reference: str, who: str, now: datetime) -> tuple[Case | None, int]:
        self.requests += 1
        return self.cases.get(reference), self.tallies.get((who, now.date()), 0)

    def commit(
        self,
        *,
        entry: Entry,
        contact: Contact,
        contact_length: int,
        drafts: Iterable[Draft],
        tally: tuple[str, datetime] | None,
        messages: Iterable[OutboxMessage],
    ) -> None:
        self.requests += 1
        if (entry.contact_id, entry.event_id) in self.entries:
            raise AlreadyAccepted(self.entries[entry.contact_id, entry.event_id])
        self.entries[entry.contact_id, entry.event_id] = entry
        # An attribute that is no longer set stays on the item.
        before = self.contacts.get(contact.contact_id)
        kept = {name: getattr(before, name) for name in ("proof", "language", "reference")} if before else {}
        kept = {name: value for name, value in kept.items() if getattr(contact, name) is None}
        self.contacts[contact.contact_id] = contact.model_copy(update=kept)
        self.drafts = list(drafts)
        self.due += messages
        for draft in self.drafts:
            self.cases[draft.case.reference] = draft.case
        if tally:
            who, at = tally
            self.tallies[who, at.date()] = self.tallies.get((who, at.date()), 0) + 1


@dataclass
class Chat:
    """One chatter, and what is behind the chat."""

    store: MemoryStore = field(default_factory=MemoryStore)
    system: MemorySystem | None = field(default_factory=MemorySystem)
    contact_id: str = "chat-0123456789abcdef0123456789abcdef"
    now: datetime = NOW
    sent: int = 0

    @property
    def centre(self) -> Centre:
        return Centre(cast(Store, self.store), OPERATOR, self.system)

    @property
    def contact(self) -> Contact:
        return self.store.contacts[self.contact_id]

    @property
    def code(self) -> str:
        """The code that came last by SMS."""
        found = re.search(r"\b\d{6}\b", self.store.due[-1].text)
        assert found
        return found.group()

    def says(self, text: str, id_: str = "") -> list[Message]:
        """Write a message; gives the answers."""
        self.sent += 1
        self.now += timedelta(seconds=5)
        self.store.requests = 0
        message = chats.ChatMessage(self.contact_id, id_ or f"message-{self.sent:04}", text)
        accepted = chats.chat_message(self.centre, message, self.now)
        mine = next(at for at, one in enumerate(accepted.entry.messages) if one.sender == "customer")
        return list(accepted.entry.messages[mine + 1 :])

    def heard(self, id_: str = "") -> str:
        """The customer's message as it is kept."""
        entry = self.store.entries[self.contact_id, id_ or f"message-{self.sent:04}"]
        return next(one.text for one in entry.messages if one.sender == "customer")

    def change_case(self, change: Callable[[Draft], Any]) -> None:
        """Somebody else changes the chat's case."""
        reference = str(self.contact.reference)
        draft = self.centre.edit(self.store.cases[reference], self.now)
        change(draft)
        self.store.cases[reference] = draft.case

    def ask_if_solved(self) -> None:
        """The satisfaction question of the chat's case is on the screen."""
        changed = self.contact.model_copy(update={"question": self.contact.reference})
        self.store.contacts[self.contact_id] = changed
