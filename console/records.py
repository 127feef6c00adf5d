"""Contacts and cases as the page shows them, read by the verbs of the store."""

from datetime import UTC, datetime, timedelta
from typing import Any

from care import desk, policy
from care.cases.case import Case
from care.contacts.contact import Contact
from care.services.table.items import NotFound
from care.services.table.store import Store
from care.telling.outbox import OutboxMessage
from care.words import Team

SHOWN = 60


class Records:
    """Reads the newest of the last two UTC days: at midnight in UTC it is morning in Indonesia."""

    def __init__(self, client: Any, table: str) -> None:
        self._store = Store(client, table, policy.load().retention_days)

    def contacts(self) -> list[dict[str, Any]]:
        """Newest first. Two requests."""
        found = [contact for day in _days() for contact in self._store.contacts.begun_on(day, SHOWN)]
        return [_contact(contact) for contact in found[:SHOWN]]

    def cases(self) -> list[dict[str, Any]]:
        """Each team's unfinished ones and those closed lately, newest first. A request a team, and two."""
        found = [case for team in Team for case in self._store.cases.of_team(team)]
        found += [case for day in _days() for case in self._store.cases.closed_on(day)]
        newest = sorted(found, key=lambda case: case.opened_at, reverse=True)
        return [_case(case) for case in newest[:SHOWN]]

    def case_file(self, reference: str) -> dict[str, Any]:
        """The case, its timeline and its messages. One request. Raises ``LookupError``."""
        try:
            file = desk.without_numbers(self._store.cases.file(reference))
        except NotFound as missing:
            raise LookupError(f"there is no case {reference}") from missing
        return {
            "case": _case(file.case),
            "timeline": [entry.model_dump(mode="json") for entry in file.timeline],
            "messages": [_message(message) for message in file.messages],
        }


def _days() -> tuple[datetime, datetime]:
    now = datetime.now(UTC)
    return now, now - timedelta(days=1)


def _contact(contact: Contact) -> dict[str, Any]:
    return contact.model_dump(mode="json", include={"contact_id", "channel", "started_at", "reference"})


def _case(case: Case) -> dict[str, Any]:
    seen = desk.summary_without_numbers(case)
    shown = seen.model_dump(mode="json", exclude={"customer_id", "address", "thread", "answer"})
    return shown | {"customer": case.address.hint if case.address else ""}


def _message(message: OutboxMessage) -> dict[str, Any]:
    shown = message.model_dump(mode="json", include={"key", "subject", "text", "state", "attempts", "sent_at"})
    return shown | {"channel": message.address.channel.name, "problem": message.problem}
