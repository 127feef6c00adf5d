"""Somebody who writes SMS, and what is behind: the door as it is, on a store and a system kept in memory."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from care.cases.draft import Draft
from care.centre import Centre
from care.contacts.contact import Contact
from care.doors import sms
from care.doors.sms import Sms
from care.services.table.store import Store
from care.telling.outbox import OutboxMessage
from tests.unit.chatting import MemoryStore, MemorySystem
from tests.unit.making import NOW, OPERATOR, POLICY


@dataclass
class Texter:
    """A number that writes and what it gets."""

    number: str = "+6281700000001"
    store: MemoryStore = field(default_factory=MemoryStore)
    system: MemorySystem | None = field(default_factory=MemorySystem)
    now: datetime = NOW
    sent: int = 0

    @property
    def centre(self) -> Centre:
        return Centre(cast(Store, self.store), POLICY, OPERATOR, self.system)

    @property
    def contact(self) -> Contact:
        (contact,) = self.store.contacts.values()
        return contact

    @property
    def code(self) -> str:
        """The code that came last."""
        codes = [one.text for one in self.store.due if one.secret]
        found = re.search(r"\b\d{6}\b", codes[-1])
        assert found
        return found.group()

    def texts(self, text: str, *, after: timedelta = timedelta(minutes=1)) -> str:
        """Write an SMS; gives the answer, "" when there is none."""
        self.sent += 1
        self.now += after
        self.store.requests.made = 0
        before = len(self.store.due)
        sms.accept(self.centre, Sms(f"sms-{self.sent}", self.number, text), self.now)
        due = [*self.store.due[before:], *(one for draft in self.store.drafts for one in draft.outbox)]
        answers: list[OutboxMessage] = [one for one in due if one.template == "answer"]
        assert len(answers) <= 1
        return answers[0].text if answers else ""

    def change_case(self, change: Callable[[Draft], Any]) -> None:
        """Somebody else changes the number's newest case; what that makes due is sent elsewhere."""
        newest = max(self.store.cases.values(), key=lambda one: one.opened_at)
        draft = self.centre.edit(newest, self.now)
        change(draft)
        self.store.cases[newest.reference] = draft.case

    def ask_if_solved(self) -> None:
        """The satisfaction question of the newest case came by SMS: a resolved case is its own sign."""
