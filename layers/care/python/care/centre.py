"""What every use-case stands on: the store, the policy, in the operator's name; and whose a number was when.

A number given back and given out again brings nothing of its former owner with it. It surely stays with its owner for
some weeks (the policy says how many), so only older cases cost a question to the operator's system. While that cannot
say, what is older is nobody's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from care.cases import draft, opening
from care.cases.case import Case
from care.cases.draft import Draft
from care.cases.opening import Opening
from care.contacts.card import Card
from care.customer import Address
from care.line.line import OperatorSystem, Unavailable
from care.policy import Operator, Policy
from care.services.table.store import Store

if TYPE_CHECKING:
    from care.reading.reader import Reader
    from care.telling.links import Links


@dataclass(frozen=True)
class Centre:
    """The call centre as a use-case sees it."""

    store: Store
    policy: Policy
    operator: Operator
    system: OperatorSystem | None = None
    """The operator's system; without one nothing is known of lines."""
    reader: "Reader | None" = None
    """A second reader, asked where our own reading is in doubt; without one that decides."""
    links: "Callable[[], Links] | None" = None
    """The links to the pages of cases; only who has the keys makes and reads them."""

    def open(self, opened: Opening, now: datetime) -> Draft:
        """A new case."""
        return opening.open_case(opened, now, self.policy, self.operator)

    def edit(self, case: Case, now: datetime) -> Draft:
        """A change of a stored case."""
        return draft.edit(case, now, self.policy, self.operator)

    def gone_on(self, case: Case) -> Case:
        """The case as which a merged one goes on, or the case itself. A request for each merging."""
        while case.merged_into:
            (case,) = self.store.cases.named([case.merged_into]).values()
        return case

    def own_cases(self, address: Address, now: datetime) -> list[Case]:
        """The cases of who is reached at ``address`` today, newest first.

        One request, and one to the operator's system.
        """
        found = self.store.cases.of_customer(address.customer_id)
        since = self._owner_since(address, min((one.opened_at for one in found), default=now), now)
        return [one for one in found if one.opened_at >= since]

    def card(self, address: Address, now: datetime) -> Card:
        """What is known at a glance of who is reached at ``address`` today.

        One request, and one to the operator's system where something on it is older than a number surely stays.
        """
        found = self.store.cards.get(address.customer_id)
        return found.since(self._owner_since(address, found.oldest or now, now))

    def is_own(self, address: Address, opened_at: datetime, now: datetime) -> bool:
        """Whether a case opened then from ``address`` belongs to who is reached there today."""
        return opened_at >= self._owner_since(address, opened_at, now)

    def _owner_since(self, address: Address, oldest: datetime, now: datetime) -> datetime:
        """From when on what is kept of an address is its owner's."""
        sure = now - timedelta(days=self.policy.owner.surely_same_days)
        if not address.channel.by_number or oldest >= sure:
            return oldest
        if self.system is None:
            return sure
        try:
            line = self.system.line(address.value)
        except Unavailable:
            return sure
        # A number of another operator is not known here: that it was given on cannot be told.
        return datetime.combine(line.owner_since, datetime.min.time(), UTC) if line else sure
