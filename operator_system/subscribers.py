"""Reads `subscribers.toml`."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "subscribers.toml"
GRACE = timedelta(days=30)
NEW_OWNER = timedelta(days=30)
WIB = timezone(timedelta(hours=7), "WIB")
_RELATIVE = re.compile(r"([+-]\d+) days?")


@dataclass
class Subscriber:
    """One line and who has it; amounts in IDR, data in MB. What the file tells for people is `called` and `story`."""

    number: str
    name: str
    segment: str
    package: str
    balance: int | None
    bill: int | None
    bill_due: date | None
    quota_mb: int
    active_until: date | None
    grace_until: date | None
    registered: bool
    area: str
    zone: str
    owner_since: date
    blocked: bool
    called: str
    story: dict[str, str]

    def line(self) -> dict[str, Any]:
        """What `GET /lines/{number}` answers; `care/services/operator_http.py` has the contract."""
        return {
            "number": self.number,
            "name": self.name,
            "segment": self.segment,
            "package": self.package,
            "balance": self.balance,
            "bill": self.bill,
            "bill_due": _written(self.bill_due),
            "quota_mb": self.quota_mb,
            "active_until": _written(self.active_until),
            "grace_until": _written(self.grace_until),
            "registered": self.registered,
            "area": self.area,
            "zone": self.zone,
            "owner_since": _written(self.owner_since),
        }

    def states(self, now: date) -> list[str]:
        """What is out of the ordinary, in the words of `care.lines.RefusalReason` where it keeps from buying."""
        found = {
            "number_blocked": self.blocked,
            "not_registered": not self.registered,
            "not_active": self.active_until is not None and self.active_until < now,
            "bill_overdue": bool(self.bill) and self.bill_due is not None and self.bill_due < now,
            "no_quota": self.quota_mb == 0,
            "new_owner": now - self.owner_since < NEW_OWNER,
        }
        return [name for name, is_so in found.items() if is_so]


def today() -> date:
    """The date in Jakarta, where the operator keeps its books."""
    return datetime.now(WIB).date()


def read(path: Path = FILE, at: date | None = None) -> dict[str, Subscriber]:
    """The subscribers by number; "+12 days" in the file is counted from `at`, else from today.

    Raises ValueError or KeyError for a file that is not written as its head says.
    """
    now = at or today()
    document = tomllib.loads(path.read_text(encoding="utf-8"))
    found = [_subscriber(entry, now) for entry in document["subscriber"]]
    by_number = {each.number: each for each in found}
    if len(by_number) < len(found):
        raise ValueError(f"{path.name} has a number twice")
    return by_number


def _subscriber(entry: dict[str, Any], now: date) -> Subscriber:
    prepaid = entry["segment"] == "prepaid"
    active = _day(entry["active_until"], now) if prepaid else None
    return Subscriber(
        number=entry["number"],
        name=entry["name"],
        segment=entry["segment"],
        package=entry.get("package", ""),
        balance=entry["balance"] if prepaid else None,
        bill=None if prepaid else entry["bill"],
        bill_due=_day(entry["bill_due"], now) if "bill_due" in entry else None,
        quota_mb=entry["quota_mb"],
        active_until=active,
        grace_until=active + GRACE if active else None,
        registered=entry.get("registered", True),
        area=entry["area"],
        zone=entry["zone"],
        owner_since=_day(entry["owner_since"], now),
        blocked=entry.get("blocked", False),
        called=entry["called"],
        story=entry["story"],
    )


def _day(written: str | date, now: date) -> date:
    if isinstance(written, date):
        return written
    relative = _RELATIVE.fullmatch(written)
    if relative is None:
        raise ValueError(f"{written!r} is neither a date nor like '+12 days'")
    return now + timedelta(days=int(relative[1]))


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None
