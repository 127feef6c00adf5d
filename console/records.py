"""Contacts and cases as the page shows them."""

from collections.abc import Callable
from typing import Any

from care import desk, policy
from care.cases.case import Case
from care.contacts.contact import Contact
from care.services.table.items import NotFound
from care.services.table.store import Store
from care.telling.links import hidden
from care.telling.outbox import OutboxMessage
from console.recent import Recent

SHOWN = 60


class Records:
    """Lists come from the table's stream, one case with all that belongs to it from the table."""

    def __init__(self, client: Callable[[str], Any], table: str) -> None:
        self._store = Store(client("dynamodb"), table, policy.load().retention_days)
        self._recent = Recent(client("dynamodbstreams"), table)

    def contacts(self) -> list[dict[str, Any]]:
        """Newest first."""
        self._recent.follow()
        return [_contact(contact) for contact in self._recent.contacts(SHOWN)]

    def cases(self) -> list[dict[str, Any]]:
        """Newest first."""
        self._recent.follow()
        return [_case(case) for case in self._recent.cases(SHOWN)]

    def case_file(self, reference: str) -> dict[str, Any]:
        """The case, the newest of its timeline and its messages there. Two requests. Raises ``LookupError``."""
        try:
            file = desk.without_numbers(self._store.cases.file(reference))
        except NotFound as missing:
            raise LookupError(f"there is no case {reference}") from missing
        return {
            "case": _case(file.case),
            "timeline": [_with_link(entry.model_dump(mode="json")) for entry in file.timeline],
            "messages": [_message(message) for message in file.messages],
        }


def _contact(contact: Contact) -> dict[str, Any]:
    shown = contact.model_dump(mode="json", include={"contact_id", "channel", "started_at", "reference"})
    return shown | {"outcome": contact.call.outcome if contact.call else None}


def _case(case: Case) -> dict[str, Any]:
    seen = desk.case_without_numbers(case)
    shown = seen.model_dump(mode="json", exclude={"customer_id", "address", "thread", "answer"})
    return shown | {"customer": case.address.hint if case.address else ""}


def _message(message: OutboxMessage) -> dict[str, Any]:
    shown = message.model_dump(mode="json", include={"key", "subject", "text", "state", "attempts", "sent_at"})
    return _with_link(shown) | {"channel": message.address.channel.name, "problem": message.problem}


def _with_link(shown: dict[str, Any]) -> dict[str, Any]:
    """The link to the page of the case is nowhere but in what was sent; something stands for it."""
    return shown | {"text": hidden(shown["text"])}
