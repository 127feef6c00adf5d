"""How often somebody did today what may be done a few times a day: guess a reference, get a code."""

from dataclasses import dataclass
from datetime import datetime

from care.cases.case import Case
from care.services.table import keys
from care.services.table.items import Table
from care.services.table.keys import Span


@dataclass(frozen=True)
class Tally:
    """One more of what ``who`` (a hash, and of what) may do ``most`` times in the span of time that ``at`` lies in."""

    who: str
    at: datetime
    most: int | None = None
    span: Span = Span.DAY


class Tallies:
    """The tallies of the table. ``commit`` adds to them."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def of(self, who: str, now: datetime) -> int:
        """The tally of ``who`` today. One request."""
        return self.with_case("", who, now)[1]

    def with_case(self, reference: str, who: str, now: datetime) -> tuple[Case | None, int]:
        """The case, if there is one, and the tally of ``who`` today. One request."""
        tally = keys.tally(who, now)
        wanted = [tally, keys.case(reference)] if reference else [tally]
        found = self._table.batch(wanted)
        item = found.item(tally)
        return found.value(Case, keys.case(reference)), (int(item["times"]["N"]) if item else 0)
