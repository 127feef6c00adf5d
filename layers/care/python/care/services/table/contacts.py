"""Contacts, as they are read, and the connections of those who chat."""

from dataclasses import dataclass
from datetime import datetime

from care.contacts.contact import Contact, Entry
from care.policy import Retention
from care.services.table import keys
from care.services.table.attributes import to_item
from care.services.table.commit import expiry
from care.services.table.items import NotFound, Table, beginning, read


@dataclass(frozen=True)
class ContactFile:
    """All of a contact in one request."""

    contact: Contact
    entries: list[Entry]


class Contacts:
    """The contacts of the table."""

    def __init__(self, table: Table, retention: Retention) -> None:
        self._table = table
        self._retention = retention

    def get(self, contact_id: str) -> Contact:
        """One request. Raises ``NotFound``."""
        return self._table.get(Contact, keys.contact(contact_id))

    def file(self, contact_id: str) -> ContactFile:
        """One request. Raises ``NotFound``."""
        items = self._table.partition(keys.contact(contact_id)["pk"])
        contacts = beginning(items, keys.CONTACT, Contact)
        if not contacts:
            raise NotFound(contact_id)
        entries = beginning(items, keys.ENTRY, Entry)
        return ContactFile(contacts[0], sorted(entries, key=lambda entry: entry.at))

    def begun_on(self, at: datetime, limit: int = 50) -> list[Contact]:
        """Contacts begun that UTC day, newest first. One request."""
        return [read(Contact, item) for item in self._table.listed(keys.contacts_list(at)[0], limit, newest_first=True)]

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
