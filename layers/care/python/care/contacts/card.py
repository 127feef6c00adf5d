"""A caller's card: what is told at a glance of who is at a number. Whatever comes to it late, again or in another order
leaves the same on it.
"""

from datetime import datetime

from care.areas import Zone
from care.channels import Channel
from care.value import Value
from care.words import Category, Kind, Language

SHOWN = 3
"""So many contacts are shown."""
CONTACTS = SHOWN + 1
CASES = 5
"""So many of the newest are kept: the contact that goes on is one of them."""


class Seen(Value):
    """A contact, by when it began."""

    contact_id: str
    channel: Channel
    at: datetime


class Opened(Value):
    """A case, as it is at its ``length``; ``is_open`` while somebody works on it and its customer may know."""

    reference: str
    contact_id: str
    channel: Channel
    kind: Kind
    category: Category
    at: datetime
    is_open: bool
    length: int


class Last(Value):
    """A contact, and what it was about, if that is known."""

    channel: Channel
    at: datetime
    kind: Kind | None = None
    category: Category | None = None


class Card(Value):
    """The language that was chosen last at the number and when, and its newest contacts and cases, newest first.

    ``revision`` counts what was stored of them.
    """

    language: Language | None = None
    language_at: datetime | None = None
    contacts: tuple[Seen, ...] = ()
    cases: tuple[Opened, ...] = ()
    revision: int = 0

    def with_(self, more: "Card") -> "Card":
        """With the contacts and cases of another: of what both know, as it was last."""
        seen: dict[str, Seen] = {}
        for one in sorted((*self.contacts, *more.contacts), key=lambda one: one.at):
            seen[one.contact_id] = one
        cases: dict[str, Opened] = {}
        for case in sorted((*self.cases, *more.cases), key=lambda case: case.length):
            cases[case.reference] = case
        return self.evolve(
            contacts=tuple(sorted(seen.values(), key=lambda one: (one.at, one.contact_id), reverse=True)[:CONTACTS]),
            cases=tuple(sorted(cases.values(), key=lambda case: (case.at, case.reference), reverse=True)[:CASES]),
        )

    def since(self, at: datetime) -> "Card":
        """What is on it of who has the number since then."""
        theirs = self.language_at is not None and self.language_at >= at
        return self.evolve(
            language=self.language if theirs else None,
            language_at=self.language_at if theirs else None,
            contacts=tuple(one for one in self.contacts if one.at >= at),
            cases=tuple(case for case in self.cases if case.at >= at),
        )

    def without(self, contact_id: str) -> "Card":
        """What was on it before a contact."""
        return self.evolve(
            contacts=tuple(one for one in self.contacts if one.contact_id != contact_id),
            cases=tuple(case for case in self.cases if case.contact_id != contact_id),
        )

    @property
    def is_known(self) -> bool:
        """Whether who is at the number was in touch before."""
        return bool(self.contacts or self.cases)

    @property
    def oldest(self) -> datetime | None:
        """Since when something is on it."""
        times = [*(one.at for one in self.contacts), *(case.at for case in self.cases)]
        return min([*times, self.language_at] if self.language_at else times, default=None)

    @property
    def open_cases(self) -> tuple[str, ...]:
        """The references of those that somebody works on, newest first."""
        return tuple(case.reference for case in self.cases if case.is_open)

    @property
    def last(self) -> tuple[Last, ...]:
        """The last contacts, newest first; one that opened cases was about the newest of them."""
        found: dict[str, Last] = {}
        for case in self.cases:
            about = Last(channel=case.channel, at=case.at, kind=case.kind, category=case.category)
            found.setdefault(case.contact_id, about)
        for one in self.contacts:
            about = found.get(one.contact_id, Last(channel=one.channel, at=one.at))
            found[one.contact_id] = about.evolve(at=max(about.at, one.at))
        return tuple(sorted(found.values(), key=lambda last: last.at, reverse=True)[:SHOWN])

    @property
    def summary(self) -> str:
        """The last contacts in a line, as an agent is shown it: ``2026-11-25 14:05 voice complaint network``, Western
        Indonesia Time.
        """
        return "; ".join(
            " ".join((f"{one.at.astimezone(Zone.WIB.tz):%Y-%m-%d %H:%M}", *map(str, filter(None, _about(one)))))
            for one in self.last
        )


def _about(one: Last) -> tuple[Channel, Kind | None, Category | None]:
    return one.channel, one.kind, one.category
