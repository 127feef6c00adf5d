"""The table as a whole: a part an aggregate, and the one transaction that stores a change.

Every verb says what it costs. Errors of DynamoDB other than the named ones are botocore's ``ClientError``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from care.cases.draft import Draft
from care.contacts.contact import Contact, Entry
from care.policy import Retention
from care.services.table.calls import Calls
from care.services.table.cards import Cards
from care.services.table.cases import Cases
from care.services.table.commit import Commit, LimitReached, expiry, hold_back
from care.services.table.contacts import Contacts
from care.services.table.items import Table
from care.services.table.outbox import Outbox
from care.services.table.tallies import Tallies, Tally
from care.services.table.waits import Waits
from care.telling.outbox import OutboxMessage
from care.words import Language

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True)
class Store:
    """The table, through one client. What it keeps goes after the days of ``retention``."""

    client: "DynamoDBClient"
    table: str
    retention: Retention

    @cached_property
    def _table(self) -> Table:
        return Table(self.client, self.table)

    @cached_property
    def cases(self) -> Cases:
        """Cases, with their timelines."""
        return Cases(self._table)

    @cached_property
    def contacts(self) -> Contacts:
        """Contacts, with their entries and connections."""
        return Contacts(self._table, self.retention)

    @cached_property
    def calls(self) -> Calls:
        """What Connect tells of calls, on their contacts."""
        return Calls(self._table, self.retention)

    @cached_property
    def cards(self) -> Cards:
        """What is told at a glance of who is at a number."""
        return Cards(self._table, self.retention)

    @cached_property
    def outbox(self) -> Outbox:
        """What is due to customers."""
        return Outbox(self._table, self.retention)

    @cached_property
    def waits(self) -> Waits:
        """What follow-ups wait for."""
        return Waits(self._table, self.retention)

    @cached_property
    def tallies(self) -> Tallies:
        """What may be done a few times a day."""
        return Tallies(self._table)

    def commit(
        self,
        *,
        entry: Entry | None = None,
        contact: Contact | None = None,
        contact_length: int | None = None,
        drafts: Iterable[Draft] = (),
        mails: Sequence[str] = (),
        copy_id: str = "",
        tallies: Sequence[Tally] = (),
        messages: Sequence[OutboxMessage] = (),
        done: str = "",
        silence: bool | None = None,
        chose: Language | None = None,
    ) -> None:
        """Store all that one event changes, or nothing. One request.

        ``contact_length`` is the length the contact was read with (``None``: not read, so it is made or renewed).
        ``mails`` are Message-IDs of mail that came to the case; ``copy_id`` is what a copy of the event's mail would
        have too; ``tallies`` are counted; ``messages`` become due that
        belong to no case; ``done`` is what is done to the case now, and never again. ``silence``: the contact's
        customer wants no messages from now on, or wants them again. ``chose``: the language that he chose now and his
        card does not say yet. What would be one message too many to an address today is stored as not sent, in one
        request more.

        Raises ``AlreadyAccepted``, ``ReferenceTaken``, ``IdTaken``, ``Conflict``, ``LimitReached``.
        """
        drafts = list(drafts)
        while True:
            commit = Commit(self._table, self.retention)
            if entry:
                commit.entry(entry)
                if copy_id:
                    commit.copy(copy_id, entry)
            if contact:
                commit.contact(contact, contact_length)
            for draft in drafts:
                commit.draft(draft)
                if done:
                    commit.done(done, draft)
                for message_id in mails:
                    commit.mail(message_id, draft.case.reference, draft.now)
            for message in messages:
                commit.message(message, expiry(message.due_at, 1))
            for tally in tallies:
                commit.tally(tally)
            if silence is not None and contact and contact.customer_id:
                commit.silence(contact.customer_id, silence)
            if chose and entry and contact and contact.customer_id:
                commit.language(contact.customer_id, chose, entry.at)
            try:
                return commit.store()
            except LimitReached as limit:
                if any(limit.who == tally.who for tally in tallies):
                    raise
                for draft in drafts:
                    hold_back(draft, limit.who)
