"""A chat with nobody behind it: the door as it is, on a store and an operator's system kept in memory."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, cast

from care.cases.case import Case
from care.cases.draft import Draft
from care.centre import Centre
from care.contacts.contact import Contact, Entry, Message
from care.doors import chat
from care.line.line import Line, RefusalReason, Refused, Unavailable
from care.services.table.commit import AlreadyAccepted, LimitReached
from care.services.table.items import NotFound
from care.services.table.store import Store
from care.services.table.tallies import Tally
from care.telling.outbox import OutboxMessage
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
    "wati": Line(
        number="+6281700000004",
        name="Wati",
        segment=Segment.PREPAID,
        package="",
        balance=50_000,
        quota_mb=0,
        active_until=date(2026, 11, 20),
        grace_until=date(2026, 12, 20),
        registered=True,
        area="Padang",
        zone="WIB",
        owner_since=date(2022, 8, 1),
    ),
    "joko": Line(
        number="+6281700000005",
        name="Joko",
        segment=Segment.POSTPAID,
        package="pasca-100",
        bill=120_000,
        bill_due=date(2026, 11, 1),
        quota_mb=512,
        registered=True,
        area="Solo",
        zone="WIB",
        owner_since=date(2018, 3, 1),
    ),
}


@dataclass
class MemorySystem:
    """The operator's system with five subscribers; it can be down."""

    down: bool = False
    lines: Sequence[Line] = tuple(LINES.values())
    asked: list[str] = field(default_factory=list)

    def line(self, number: str) -> Line | None:
        self.asked.append(number)
        if self.down:
            raise Unavailable
        return next((one for one in self.lines if one.number == number), None)

    def charge(self, number: str, amount: int, key: str) -> None:
        raise Refused(RefusalReason.OTHER)

    def activate(self, number: str, package: str, key: str) -> None:
        raise Refused(RefusalReason.OTHER)

    def refund(self, number: str, key: str) -> None:
        raise Refused(RefusalReason.OTHER)


@dataclass
class Requests:
    """How many were made."""

    made: int = 0


@dataclass
class MemoryCases(dict[str, Case]):
    """The cases by reference."""

    requests: Requests

    def named(self, references: Sequence[str]) -> dict[str, Case]:
        self.requests.made += bool(references)
        return {one: self[one] for one in references if one in self}

    def of_customer(self, customer_id: str) -> list[Case]:
        self.requests.made += 1
        theirs = (one for one in self.values() if one.customer_id == customer_id)
        return sorted(theirs, key=lambda one: one.opened_at, reverse=True)


@dataclass
class MemoryContacts(dict[str, Contact]):
    """The contacts by id, with what was said in them."""

    requests: Requests
    entries: dict[tuple[str, str], Entry]
    silent: set[str] = field(default_factory=set)

    def said(
        self, contact_id: str, limit: int, *, after: int | None = None, before: int | None = None
    ) -> tuple[list[Entry], bool]:
        self.requests.made += 1
        ends = {entry.messages[-1].seq: entry for (whose, _), entry in self.entries.items() if whose == contact_id}
        wanted = sorted(
            (end for end in ends if (after is None or end > after) and (before is None or end < before)),
            reverse=after is None,
        )
        return [ends[end] for end in wanted[:limit]], len(wanted) > limit

    def get(self, contact_id: str) -> Contact:  # type: ignore[override]
        self.requests.made += 1
        if contact_id not in self:
            raise NotFound(contact_id)
        return self[contact_id]

    def of_number(self, contact_id: str, customer_id: str) -> tuple[Contact | None, bool]:
        self.requests.made += 1
        return dict.get(self, contact_id), customer_id in self.silent


@dataclass
class MemoryTallies(dict[tuple[str, date], int]):
    """The tallies by who and day."""

    cases: MemoryCases

    def of(self, who: str, now: datetime) -> int:
        return self.with_cases([], [who], now)[1][who]

    def with_cases(
        self, references: Iterable[str], whos: Iterable[str], now: datetime
    ) -> tuple[dict[str, Case], dict[str, int]]:
        cases = {one: self.cases[one] for one in references if one in self.cases}
        counts = {one: self.get((one, now.date()), 0) for one in whos}
        self.cases.requests.made += bool(list(references) or counts)
        return cases, counts


class MemoryStore:
    """What a talk asks of the store, as ``care.services.table`` promises it; each verb is one request."""

    def __init__(self) -> None:
        self.requests = Requests()
        self.entries: dict[tuple[str, str], Entry] = {}
        self.contacts = MemoryContacts(self.requests, self.entries)
        self.cases = MemoryCases(self.requests)
        self.tallies = MemoryTallies(self.cases)
        self.due: list[OutboxMessage] = []
        self.drafts: list[Draft] = []

    def commit(
        self,
        *,
        entry: Entry,
        contact: Contact,
        contact_length: int,
        drafts: Iterable[Draft],
        tallies: Iterable[Tally],
        messages: Iterable[OutboxMessage],
        silence: bool | None = None,
    ) -> None:
        self.requests.made += 1
        counts = {one.who: self.tallies.get((one.who, one.at.date()), 0) for one in tallies}
        reached = [one for one in tallies if one.most is not None and counts[one.who] >= one.most]
        if reached:
            raise LimitReached(reached[0].who)
        if (entry.contact_id, entry.event_id) in self.entries:
            raise AlreadyAccepted(self.entries[entry.contact_id, entry.event_id])
        self.entries[entry.contact_id, entry.event_id] = entry
        self.contacts[contact.contact_id] = contact
        self.drafts = list(drafts)
        self.due += messages
        if silence is not None and contact.customer_id:
            (self.contacts.silent.add if silence else self.contacts.silent.discard)(contact.customer_id)
        for draft in self.drafts:
            self.cases[draft.case.reference] = draft.case
        for one in tallies:
            self.tallies[one.who, one.at.date()] = self.tallies.get((one.who, one.at.date()), 0) + 1


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
        return Centre(cast(Store, self.store), POLICY, OPERATOR, self.system)

    @property
    def contact(self) -> Contact:
        return self.store.contacts[self.contact_id]

    @property
    def proven(self) -> str:
        """The number proven in it, while that holds."""
        proven = self.contact.proven
        return proven.number if proven and proven.holds(POLICY, self.now) else ""

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
        self.store.requests.made = 0
        message = chat.ChatMessage(self.contact_id, id_ or f"message-{self.sent:04}", text)
        accepted = chat.accept(self.centre, message, self.now)
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
        changed = self.contact.evolve(question=self.contact.reference or "")
        self.store.contacts[self.contact_id] = changed
