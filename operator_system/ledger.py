"""What the stand-in does to lines: each change once for its key, whatever is asked again."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from care.line.packages import package, packages, replaces
from operator_system.subscribers import GRACE, Subscriber, today

DONE = "done"
BARRING = ("number_blocked", "not_registered", "not_active", "bill_overdue")


@dataclass
class Entry:
    """One change that was asked for, and how it ended; `repeats` counts how often it was asked for again."""

    at: str
    what: str
    number: str
    value: str | int
    key: str
    outcome: str
    """"done", or the reason why nothing was done."""
    repeats: int = 0
    refunded: bool = False


@dataclass
class Ledger:
    """The lines, and every change in the order in which it was asked for first."""

    subscribers: dict[str, Subscriber]
    today: Callable[[], date] = today
    refuse_activations: int = 0
    """So many next activations are refused, whatever the line is like."""
    entries: list[Entry] = field(default_factory=list)
    _by_key: dict[str, Entry] = field(default_factory=dict)
    _voided: set[str] = field(default_factory=set)

    def charge(self, number: str, amount: int, key: str) -> str:
        """Gives "done", or the reason why nothing was done; so do the others."""
        return self._noted("charge", number, amount, key, lambda line: self._charge(line, amount, key))

    def activate(self, number: str, package: str, key: str) -> str:
        return self._noted("activate", number, package, key, lambda line: self._activate(line, package))

    def refund(self, number: str, charge: str, key: str) -> str:
        return self._noted("refund", number, charge, key, lambda line: self._refund(line, charge))

    def listed(self) -> list[dict[str, Any]]:
        return [asdict(entry) for entry in self.entries]

    def _noted(self, what: str, number: str, value: str | int, key: str, do: Callable[[Subscriber], str]) -> str:
        """Do it, unless the key says that it was asked for before."""
        subscriber = self.subscribers.get(number)
        if subscriber is None:
            return "unknown_number"
        earlier = self._by_key.get(key)
        if earlier and (earlier.what, earlier.number, earlier.value) != (what, number, value):
            return "key_reused"
        if earlier:
            earlier.repeats += 1
            return "charge_voided" if key in self._voided else earlier.outcome
        entry = Entry(datetime.now(UTC).isoformat(timespec="milliseconds"), what, number, value, key, do(subscriber))
        self.entries.append(entry)
        self._by_key[key] = entry
        return entry.outcome

    def _charge(self, line: Subscriber, amount: int, key: str) -> str:
        if key in self._voided:
            return "charge_voided"
        if reason := self._barred(line):
            return reason
        if line.balance is None:
            line.bill = (line.bill or 0) + amount
        elif line.balance < amount:
            return "not_enough_balance"
        else:
            line.balance -= amount
        return DONE

    def _activate(self, line: Subscriber, name: str) -> str:
        if self.refuse_activations:
            self.refuse_activations -= 1
            return "not_eligible"
        try:
            wanted = package(name)
        except KeyError:
            return "unknown_package"
        if reason := self._barred(line):
            return reason
        if wanted.segment != line.segment:
            return "not_eligible"
        has = packages().get(line.package)
        left = 0 if has and replaces(wanted, has) else line.quota_mb
        line.quota_mb = left + wanted.quota_mb
        if has is None or not wanted.roaming:
            line.package = name
        if line.active_until:
            line.active_until = max(line.active_until, self.today() + timedelta(days=wanted.validity_days))
            line.grace_until = line.active_until + GRACE
        return DONE

    def _refund(self, line: Subscriber, charge: str) -> str:
        made = self._by_key.get(charge)
        self._voided.add(charge)
        if made is None or made.refunded or (made.what, made.number, made.outcome) != ("charge", line.number, DONE):
            return DONE
        made.refunded = True
        if line.balance is None:
            line.bill = (line.bill or 0) - int(made.value)
        else:
            line.balance += int(made.value)
        return DONE

    def _barred(self, line: Subscriber) -> str:
        """Why nothing can be bought for a line; "" when it can."""
        return next((state for state in line.states(self.today()) if state in BARRING), "")
