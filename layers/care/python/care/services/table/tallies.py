"""How often somebody did today what may be done a few times a day: guess a reference, get a code."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from care.cases.case import Case
from care.customer import hashed
from care.services.table import keys
from care.services.table.attributes import Item
from care.services.table.items import Table
from care.services.table.keys import Span


@dataclass(frozen=True)
class Tally:
    """``times`` more of what ``who`` (a hash, and of what) may do ``most`` times in the span of time ``at`` lies in."""

    who: str
    at: datetime
    most: int | None = None
    span: Span = Span.DAY
    times: int = 1


def guesses_at(reference: str) -> str:
    """Under which wrong guesses at a reference are counted, at whatever door."""
    return hashed(f"status:{reference}")


class Tallies:
    """The tallies of the table. ``commit`` adds to them."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of(self, who: str, now: datetime) -> int:
        """The tally of ``who`` today. One request."""
        return self.with_cases((), [who], now)[1][who]

    def with_cases(
        self, references: Iterable[str], whos: Iterable[str], now: datetime
    ) -> tuple[dict[str, Case], dict[str, int]]:
        """The cases there are, by reference, and everybody's tally of today. One request, none for nothing."""
        wanted = {one: keys.case(one) for one in references}
        tallies = {one: keys.tally(one, now) for one in whos}
        found = self._table.batch([*wanted.values(), *tallies.values()])
        cases = {one: case for one, key in wanted.items() if (case := found.value(Case, key))}
        return cases, {one: _times(found.item(key)) for one, key in tallies.items()}


def _times(item: Item | None) -> int:
    return int(item["times"]["N"]) if item else 0
