"""Contacts, as they are read, what was said in them, and the connections of those who chat."""

from datetime import datetime

from care.contacts.contact import Contact, Entry
from care.policy import Retention
from care.services.table import keys
from care.services.table.attributes import to_item
from care.services.table.commit import expiry
from care.services.table.items import Table, read


class Contacts:
    """The contacts of the table."""

    def __init__(self, table: Table, retention: Retention) -> None:
        self._table = table
        self._retention = retention

    def get(self, contact_id: str) -> Contact:
        """One request. Raises ``NotFound``."""
        return self._table.get(Contact, keys.contact(contact_id))

    def of_number(self, contact_id: str, customer_id: str) -> tuple[Contact | None, bool]:
        """What a number and we wrote each other, if anything, and whether it wants no messages. One request."""
        contact, silence = keys.contact(contact_id), keys.silence(customer_id)
        found = self._table.batch([contact, silence])
        return found.value(Contact, contact), found.item(silence) is not None

    def is_silent(self, customer_id: str) -> bool:
        """Whether a customer wants no messages at a number. One request."""
        found = self._table.client.get_item(
            TableName=self._table.name, Key=to_item(keys.silence(customer_id)), ConsistentRead=True
        )
        return "Item" in found

    def wants_questions(self, customer_id: str) -> bool:
        """Whether a customer may be asked if something is solved, and gets messages at all. One request."""
        wanted = [keys.silence(customer_id), keys.unasked(customer_id)]
        found = self._table.batch(wanted)
        return not any(found.item(one) for one in wanted)

    def said(
        self, contact_id: str, limit: int, *, after: int | None = None, before: int | None = None
    ) -> tuple[list[Entry], bool]:
        """At most ``limit`` entries of a chat, the nearest to a number first, and whether there are more of them.

        Those that end ``after`` a message's number, those that end ``before`` it, or with neither the newest. One
        request, however long the chat.
        """
        pk = keys.contact(contact_id)["pk"]
        items, more = self._table.numbered(pk, limit, after=after, before=before)
        return [read(Entry, item) for item in items], more

    def connections(self, contact_id: str) -> list[str]:
        """The ids of a chatter's open WebSockets. One request."""
        items = self._table.partition(keys.contact(contact_id)["pk"], keys.CONNECTION)
        return [item["sk"]["S"].removeprefix(keys.CONNECTION) for item in items]

    def connect(self, contact_id: str, connection_id: str, now: datetime) -> None:
        """Remember a chatter's WebSocket. One request."""
        gone = expiry(now, self._retention.connection)
        self._table.client.put_item(
            TableName=self._table.name,
            Item=to_item({**keys.connection(contact_id, connection_id), "expires_at": gone}),
        )

    def disconnect(self, contact_id: str, connection_id: str) -> None:
        """Forget it. One request."""
        self._table.client.delete_item(
            TableName=self._table.name, Key=to_item(keys.connection(contact_id, connection_id))
        )
