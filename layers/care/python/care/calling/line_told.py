"""What is told of a line where it is spoken: its data, what it has or owes, and until when that holds."""

from datetime import date

from care.line.line import Line
from care.telling import pieces
from care.words import Language, Segment


def line_told(line: Line, today: date, language: Language) -> tuple[str, ...]:
    """Names of prompts, joined as the language is spoken. ``today`` is the date in Indonesia."""
    quota = ("line_quota", *pieces.data(line.quota_mb, language)) if line.quota_mb else ("line_no_quota",)
    if line.segment is Segment.PREPAID:
        balance = ("line_balance", *pieces.amount(line.balance or 0, language))
        return (*quota, *balance, *_active(line, today, language))
    if not line.bill:
        return (*quota, "line_no_bill")
    return (*quota, "line_bill", *pieces.amount(line.bill, language), *_due(line.bill_due, today, language))


def _active(line: Line, today: date, language: Language) -> tuple[str, ...]:
    """Masa aktif, or masa tenggang once that is over."""
    if line.active_until and line.active_until >= today:
        return ("line_active", *pieces.day(line.active_until, language))
    if line.grace_until and line.grace_until >= today:
        return ("line_grace", *pieces.day(line.grace_until, language))
    return ("line_ended",)


def _due(due: date | None, today: date, language: Language) -> tuple[str, ...]:
    if due is None:
        return ("line_due_unknown",)
    return ("line_due" if due >= today else "line_overdue", *pieces.day(due, language))
