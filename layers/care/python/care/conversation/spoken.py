"""What is told of a line where it is spoken: prompts by name, with the values that are spoken in them.

A voice that plays recordings, or one that reads, makes words of them; nothing here knows which.
"""

from dataclasses import dataclass, field
from datetime import date

from care.line.line import Line
from care.words import Segment


@dataclass(frozen=True)
class Prompt:
    """One answer: ``name`` of what is said, ``values`` by name: amounts in IDR, ``mb``, ``days``, dates as ISO 8601."""

    name: str
    values: dict[str, int | str] = field(default_factory=dict)


def spoken(line: Line, today: date) -> tuple[Prompt, ...]:
    """The three answers for a proven line: its data, what it has or owes, and until when that holds.

    ``today`` is the date in Indonesia.
    """
    quota = Prompt("line_quota", {"mb": line.quota_mb}) if line.quota_mb else Prompt("line_no_quota")
    if line.segment is Segment.PREPAID:
        return quota, Prompt("line_balance", {"amount": line.balance or 0}), _active(line, today)
    if not line.bill:
        return quota, Prompt("line_no_bill"), Prompt("line_nothing_due")
    return quota, Prompt("line_bill", {"amount": line.bill}), _due(line.bill_due, today)


def _active(line: Line, today: date) -> Prompt:
    """Masa aktif, or masa tenggang once that is over."""
    if line.active_until and line.active_until >= today:
        return _until("line_active", line.active_until, today)
    if line.grace_until and line.grace_until >= today:
        return _until("line_grace", line.grace_until, today)
    return Prompt("line_ended")


def _due(due: date | None, today: date) -> Prompt:
    if due is None:
        return Prompt("line_due_unknown")
    return _until("line_due", due, today) if due >= today else Prompt("line_overdue", {"day": due.isoformat()})


def _until(name: str, day: date, today: date) -> Prompt:
    return Prompt(name, {"day": day.isoformat(), "days": (day - today).days})
