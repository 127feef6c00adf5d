"""What Connect tells of a call, on the contact's own item: read, put together, and written on what was read."""

from datetime import datetime

from care.cases.draft import Draft
from care.contacts.contact import Contact
from care.policy import Retention
from care.services.table.commit import Commit, LimitReached, expiry, update_alone
from care.services.table.items import Table
from care.telling.outbox import OutboxMessage


class Calls:
    """The calls of the table; ``contacts`` read them."""

    def __init__(self, table: Table, retention: Retention) -> None:
        self._table = table
        self._retention = retention

    def keep(self, contact: Contact, revision: int, draft: Draft | None = None) -> None:
        """Store a contact's call on the ``revision`` it was read with (0: there was none), and what changes with it on
        its case. What else the contact says counts only where nothing is stored. One request. Raises ``Conflict``.
        """
        commit = Commit(self._table, self._retention)
        commit.call(contact, revision)
        if draft:
            commit.draft(draft)
            return commit.store()
        update_alone(self._table, commit.writes[0]["Update"])

    def keep_and_tell(
        self, contact: Contact, revision: int, message: OutboxMessage, now: datetime, hours: float
    ) -> bool:
        """``keep``, and make a message due to its customer; whether it is. Who got one in so many hours before gets
        none, in one request more.
        """
        commit = Commit(self._table, self._retention)
        commit.call(contact, revision)
        commit.message(message, expiry(message.due_at, 1))
        commit.offered(message.address.customer_id, now, hours)
        try:
            commit.store()
        except LimitReached:
            self.keep(contact, revision)
            return False
        return True
