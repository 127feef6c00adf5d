"""A line as its owner hears it: what was asked first, then the rest."""

from care import phone
from care.conversation import (
    script,
)
from care.conversation.talk import Said, Talk
from care.line import packages
from care.line.line import Line
from care.words import Segment

_ENOUGH = frozenset(("cukup", "cukupkah", "enough", "sufficient"))
LINE = "line"
"""Stands in ``told`` where the line was shown."""


def line_said(talk: Talk, line: Line, asked: str = "") -> Said:
    """A line as its owner hears it: what was ``asked`` first (``quota``, ``balance`` …), then the rest.

    Several are joined: ``quota+active``. Who has been shown the line hears only what is asked: ``quota_only``.
    """
    voice = talk.voice
    head = voice.text("line_head", number=phone.written(line.number), name=line.name)
    found = packages.packages().get(line.package)
    parts = _line_parts(talk, line)
    only, names = asked.endswith("_only"), asked.removesuffix("_only").split("+")
    if only and found:
        parts["quota"] = voice.text("line_quota_of", quota=voice.quota(line.quota_mb), package=found.name)
    if only and "balance" in names and line.in_grace(talk.facts.today):
        names.append("active")
    answers = (parts.pop(name, "") or _follows(talk, line, name) for name in dict.fromkeys(names))
    answer = "\n".join(filter(None, answers))
    if answer and only:
        if "quota" in names and _ENOUGH & {*script.tokens(talk.text)}:
            answer = f"{answer} {voice.text('line_enough')}"
        return voice.say("said", "line", "packages", words=answer)
    # What goes without saying is told to who asks for it.
    parts.pop("bill" if line.segment is Segment.PREPAID else "balance", "")
    if line.registered:
        parts.pop("registered", "")
    rest = "\n".join([head, *filter(None, parts.values())])
    words = voice.text("line_asked", answer=answer, rest=rest) if answer else rest
    return voice.say("said", "packages", "change_number", "complaint", words=words)


def _line_parts(talk: Talk, line: Line) -> dict[str, str]:
    """What there is to say of a line, by what may be asked."""
    voice = talk.voice
    found = packages.packages().get(line.package)
    prepaid = line.segment is Segment.PREPAID
    due = voice.day(line.bill_due) if line.bill_due else "-"
    amount = voice.rupiah(line.balance or 0)
    key = "line_bill_suspended" if line.is_suspended(talk.facts.today) else "line_bill"
    bill = voice.text(key, amount=voice.rupiah(line.bill), due=due) if line.bill else ""
    return {
        "package": voice.text("line_package", package=found.name) if found else voice.text("line_no_package"),
        "quota": voice.text("line_quota", quota=voice.quota(line.quota_mb)),
        "balance": voice.text("line_balance", amount=amount) if prepaid else voice.text("line_no_balance"),
        "active": _active(talk, line) if prepaid else "",
        "bill": bill or voice.text("line_no_bill_prepaid" if prepaid else "line_no_bill"),
        "registered": voice.text("line_registered" if line.registered else "line_not_registered"),
    }


def _follows(talk: Talk, line: Line, asked: str) -> str:
    """What follows from a line: when its package renews, and what comes when no pulsa is filled up; "" of all else."""
    voice, has = talk.voice, packages.packages().get(line.package)
    if asked not in ("renewal", "unfilled"):
        return ""
    if asked == "renewal" and has:
        key = f"line_renews_{line.segment}" if has.renews else "fact_renews_not"
        return voice.text(key, package=has.name, days=voice.days(has.validity_days))
    if asked == "renewal":
        return voice.text("line_no_package")
    if line.grace_until is None:
        return voice.text("line_no_balance")
    ends = voice.day(line.grace_until)
    if line.active_until and line.active_until >= talk.facts.today:
        return voice.text("line_unfilled", active=voice.day(line.active_until), ends=ends)
    return voice.text("line_unfilled_grace", ends=ends)


def _active(talk: Talk, line: Line) -> str:
    """Masa aktif and masa tenggang in words."""
    today, voice = talk.facts.today, talk.voice
    if line.active_until and line.active_until >= today:
        days = voice.days((line.active_until - today).days)
        return voice.text("line_active", day=voice.day(line.active_until), days=days)
    if line.grace_until and line.grace_until >= today:
        return voice.text(
            "line_grace", day=voice.day(line.grace_until), days=voice.days((line.grace_until - today).days)
        )
    return voice.text("line_ended") if line.active_until or line.grace_until else ""
