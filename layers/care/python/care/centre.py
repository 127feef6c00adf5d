"""What every use-case stands on: the store, in the operator's name."""

from dataclasses import dataclass
from datetime import datetime

from care import case as cases
from care.case import Case, Draft, Operator
from care.lines import OperatorSystem
from care.store import Store


@dataclass(frozen=True)
class Centre:
    """The call centre as a use-case sees it."""

    store: Store
    operator: Operator
    system: OperatorSystem | None = None
    """The operator's system; without one nothing is known of lines."""

    def open(self, opening: cases.Opening, now: datetime) -> Draft:
        """A new case."""
        return cases.open_case(opening, now, self.store.policy, self.operator)

    def edit(self, case: Case, now: datetime) -> Draft:
        """A change of a stored case."""
        return cases.edit(case, now, self.store.policy, self.operator)
