"""Contacts and cases as the page shows them, read by the verbs of the store."""

from datetime import UTC, datetime, timedelta
from typing import Any

from care import desk, policy
from care.case import Case
from care.contact import Contact
from care.customer import Address
from care.outbox import OutboxMessage
from care.store import NotFound, Store
from care.words import Channel, Team

SHOWN = 60
# Of a number or an address, as much as tells one customer from another.
SHOWN_ENDING = 4


class Records:
    """Reads the newest of the last two UTC days: at midnight in UTC it is morning in Indonesia."""

    def __init__(self, client: Any, table: str) -> None:
        self._store = Store(client=client, table=table, policy=policy.load())

    def contacts(self) -> list[dict[str, Any]]:
        """Newest first. Two requests."""
        found = [contact for day in _days() for contact in self._store.recent_contacts(day, SHOWN)]
        return [_contact(contact) for contact in found[:SHOWN]]

    def cases(self) -> list[dict[str, Any]]:
        """Each team's unfinished ones and those closed lately, newest first. A request a team, and two."""
        found = [case for team in Team for case in self._store.team_cases(team)]
        found += [case for day in _days() for case in self._store.closed_cases(day)]
        newest = sorted(found, key=lambda case: case.opened_at, reverse=True)
        return [_case(case) for case in newest[:SHOWN]]

    def case_file(self, reference: str) -> dict[str, Any]:
        """The case, its timeline and its messages. One request. Raises ``LookupError``."""
        try:
            file = desk.without_numbers(self._store.case_file(reference))
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
    return shown | {"customer": hinted(case.address) if case.address else ""}


def _message(message: OutboxMessage) -> dict[str, Any]:
    shown = message.model_dump(mode="json", include={"key", "subject", "text", "state", "attempts", "sent_at"})
    return shown | {"channel": message.address.channel, "problem": message.problem}


def hinted(address: Address) -> str:
    """Enough of a number or address to know it again, not enough to use it."""
    if address.channel is Channel.EMAIL:
        name, _, domain = address.value.partition("@")
        return f"{name[:1]}…@{domain}"
    return f"…{address.value[-SHOWN_ENDING:]}"
