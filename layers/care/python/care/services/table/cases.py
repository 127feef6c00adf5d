"""Cases, as they are read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from care.cases.case import Case, Listed
from care.cases.draft import Draft
from care.cases.timeline import TimelineEntry, What
from care.services.table import keys
from care.services.table.attributes import Item
from care.services.table.items import Found, NotFound, Table, read
from care.telling.outbox import OutboxMessage, Owner
from care.words import CaseList, Priority, Team

MOST_IDS = 60
MOST_CASES = 20
_NEWEST = 20
PAGE = 50
"""Cases of a list, and entries of a timeline, that are read at a time."""


@dataclass(frozen=True)
class CasePage:
    """Some cases of a list; the next page follows ``next``, empty on the last."""

    cases: list[Listed]
    next: str


@dataclass(frozen=True)
class CaseFile:
    """A case with a page of its timeline, in order, and the messages that are told of there.

    ``is_done``: whether what was asked about was done to the case.
    """

    case: Case
    timeline: list[TimelineEntry]
    messages: list[OutboxMessage]
    is_done: bool = False

    @property
    def before(self) -> int | None:
        """The entry before which there are more; ``None`` on the page that has the first."""
        first = self.timeline[0].number if self.timeline else 1
        return first if first > 1 else None

    def followed_by(self, draft: Draft) -> "CaseFile":
        """The newest page once the draft is stored."""
        return replace(
            self,
            case=draft.case,
            timeline=[*self.timeline, *draft.entries][-PAGE:],
            messages=[*self.messages, *draft.outbox],
        )


@dataclass(frozen=True)
class Threads:
    """What mails belong to: ``references`` in the order of their ids, and those ``cases`` that were read with them."""

    references: list[str]
    cases: dict[str, Case]


class Cases:
    """The cases of the table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def get(self, reference: str) -> Case:
        """One request. Raises ``NotFound``."""
        return self._table.get(Case, keys.case(reference))

    def file(self, reference: str, before: int | None = None, *, what: str = "") -> CaseFile:
        """The newest page of a case, or the one before an entry; ``is_done`` says whether ``what`` was.

        A page has at most 50 entries and a megabyte of the table. One request for a case that fits into it, two for a
        longer one; once more when the case is written in between. Raises ``NotFound``.
        """
        file = self._file(reference, before, what)
        if before is None and file.timeline and file.timeline[-1].number < file.case.length:
            return self._file(reference, before, what)
        return file

    def _file(self, reference: str, before: int | None, what: str) -> CaseFile:
        # The timeline sorts last: read from its end, a case of ordinary length comes whole.
        found = self._table.newest(*keys.case_before(reference, before), 2 * PAGE)
        timeline = found.values(TimelineEntry, keys.TIMELINE)[-PAGE:]
        told = [keys.outbox(Owner(case=reference), one.message) for one in timeline if one.what is What.MESSAGE_OUT]
        asked = [keys.done(reference, what)] if what else []
        if not found.item(keys.case(reference)):
            found = self._table.batch([keys.case(reference), *asked, *told])
        case = found.value(Case, keys.case(reference))
        if case is None:
            raise NotFound(reference)
        messages = [one for key in told if (one := found.value(OutboxMessage, key))]
        return CaseFile(case, timeline, messages, is_done=any(found.item(key) for key in asked))

    def entry(self, reference: str, number: int) -> TimelineEntry:
        """One entry of a case's timeline. One request. Raises ``NotFound``."""
        return self._table.get(TimelineEntry, keys.timeline(reference, number))

    def named(self, references: Sequence[str]) -> dict[str, Case]:
        """The cases of these references that are there; the first 20 count. One request, none for none."""
        wanted = references[:MOST_CASES]
        return _those(self._table.batch(map(keys.case, wanted)), wanted)

    def threads(self, message_ids: Sequence[str], references: Sequence[str]) -> Threads:
        """Which cases mails with these ids belong to, and the cases named outright. One request, none for neither.

        The newest 60 ids and the first 40 references count: 100 keys are a request's most.
        """
        ids, named = list(dict.fromkeys(message_ids))[-MOST_IDS:], list(dict.fromkeys(references))[: 2 * MOST_CASES]
        found = self._table.batch([keys.mail(one) for one in ids] + [keys.case(one) for one in named])
        threaded = [item["reference_of"]["S"] for item in (found.item(keys.mail(one)) for one in ids) if item]
        return Threads(list(dict.fromkeys(threaded)), _those(found, named))

    def of_customer(self, customer_id: str) -> list[Case]:
        """A customer's newest cases, newest first. One request, two where some are his by another identity."""
        items = self._table.of_customer(customer_id, keys.customer_begins(keys.CASE), _NEWEST)
        own = [read(Case, item) for item in items if item["sk"]["S"] == keys.CASE]
        also = self.named([item["reference"]["S"] for item in items if item["sk"]["S"] != keys.CASE])
        return sorted([*own, *also.values()], key=lambda one: one.opened_at, reverse=True)

    def listed(self, which: CaseList, teams: Iterable[Team], after: str = "") -> CasePage:
        """The page that follows ``after``, or the first, of a list of teams. The most pressing and earliest due come
        first.

        Ten requests a team, and some more for a full page; however long the list is, they are no more.
        """
        found = list(islice(self._listed(which, teams, after or keys.LIST_BEGINS), PAGE + 1))
        cases = [read(Listed, item) for item in found[:PAGE]]
        return CasePage(cases, next=found[PAGE - 1]["list_sort"]["S"] if len(found) > PAGE else "")

    def backwards(self, which: CaseList, teams: Iterable[Team], priority: Priority) -> Iterator[Listed]:
        """A list of teams from the last of a priority on: latest due first, then what is more pressing.

        Requests as of a page, for as many as are taken.
        """
        return (
            read(Listed, item) for item in self._listed(which, teams, keys.case_list_ends(priority), backwards=True)
        )

    def unfinished(self) -> Iterator[Listed]:
        """All cases that are not held and have something left to do. A request for each eleven of a part."""
        lists = [which for which in CaseList if which is not CaseList.HELD]
        return (read(Listed, item) for which in lists for item in self._listed(which, Team, keys.LIST_BEGINS))

    def _listed(self, which: CaseList, teams: Iterable[Team], start: str, *, backwards: bool = False) -> Iterator[Item]:
        parts = [part for team in teams for part in keys.case_list_parts(which, team)]
        return self._table.listed(parts, start, backwards=backwards)


def _those(found: Found, references: Sequence[str]) -> dict[str, Case]:
    """The cases of these references that were found."""
    cases = {one: found.value(Case, keys.case(one)) for one in references}
    return {one: case for one, case in cases.items() if case}
