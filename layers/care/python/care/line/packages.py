"""The catalogue of packages, ``content/packages/<id>.toml``. All packages and prices are invented."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache

from care import content
from care.line.line import Line, RefusalReason
from care.value import Value
from care.words import Segment, Text

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST = 5000
# "harian 10 ribu" and "bulanan 25 hari" are an amount and a time, not the number in a package's name.
_OTHER_UNIT = r"(?!\w|[.,]\d|\s*(?:rb|ribu|k|juta|jt|hari|days?|mb|menit|minutes?)\b)"
_ALSO = {
    "Harian": "daily",
    "Mingguan": "weekly",
    "Bulanan": "monthly",
    "Pasca": "pascabayar|postpaid",
    "Malam": "night|kuota[ ]malam",
    "Tiga": "3",
    "Keluarga": "family",
    "Telepon": "telpon|nelpon|nelfon|calls?",
    "Umrah": "umroh|umrah",
    "Haji": "hajj",
    "Belajar": "study",
    "Sosmed": "social",
}


class Window(Value, extra="forbid"):
    """Of a package's quota ``mb`` are for the hours from ``begins`` to ``ends`` of each day: ``00.00``."""

    mb: int
    begins: str
    ends: str


class Package(Value, extra="forbid"):
    """What a line can have. ``price`` is in rupiah for ``validity_days``; ``renews`` at their end unless stopped.

    ``uses`` is what it suits, in the words of ``content/slots.toml``. A package with ``countries`` (codes of
    ``content/countries.toml``) is for those and not for Indonesia. ``minutes`` of calls to all operators are in it.
    ``fair_use``: once the quota is used up, it goes on slower and without limit. ``family``: several numbers share it.
    ``special``: for one purpose, and told to who asks for that.
    """

    id: str
    name: str
    segment: Segment
    price: int
    quota_mb: int
    validity_days: int
    renews: bool
    roaming: bool = False
    uses: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    windows: tuple[Window, ...] = ()
    minutes: int = 0
    hotspot: bool = True
    family: bool = False
    fair_use: bool = False
    special: bool = False
    description: Text
    stop: Text


@cache
def package(id: str) -> Package:
    """The package of that id, the only file read for it; raises ``KeyError`` when there is none."""
    if not _ID.fullmatch(id):
        raise KeyError(id)
    try:
        return Package.model_validate(content.toml(f"packages/{id}"))
    except FileNotFoundError:
        raise KeyError(id) from None


@cache
def packages() -> dict[str, Package]:
    """All packages by id, the cheapest of each segment first."""
    found = [package(id) for id in content.names("packages")]
    return {one.id: one for one in sorted(found, key=lambda one: (one.segment, one.price, one.id))}


def barrier(line: Line, today: date, package: Package | None = None) -> RefusalReason | None:
    """Why a line can buy nothing now, or not this package; ``None``: as far as is known here it can.

    That a number is blocked only the operator's system knows. A prepaid line of which no pulsa is known can pay
    nothing.
    """
    return next(iter(barriers(line, today, package)), None)


def barriers(line: Line, today: date, package: Package | None = None) -> tuple[RefusalReason, ...]:
    """All that keeps a line from buying anything now, or this package; the first is to be cleared first.

    Where something else does, too little pulsa for any package is among them.
    """
    least = package.price if package else min(one.price for one in packages().values() if one.segment is line.segment)
    poor = line.segment is Segment.PREPAID and least > (line.balance or 0)
    found = {
        RefusalReason.NOT_REGISTERED: not line.registered,
        RefusalReason.NOT_ACTIVE: bool(line.active_until and line.active_until < today),
        RefusalReason.BILL_OVERDUE: line.is_overdue(today),
        RefusalReason.NOT_ELIGIBLE: bool(package and package.segment is not line.segment),
    }
    reasons = tuple(reason for reason, holds in found.items() if holds)
    return (*reasons, RefusalReason.NOT_ENOUGH_BALANCE) if poor and (package or reasons) else reasons


def eligible(line: Line, today: date) -> list[Package]:
    """The packages a line can buy now, the cheapest first; the one it has too: its quota is added."""
    return [one for one in packages().values() if barrier(line, today, one) is None]


def replaces(package: Package, has: Package) -> bool:
    """Whether a package takes the place of the one a line has: a postpaid plan does; all else is added to it."""
    return package.segment is Segment.POSTPAID and not package.roaming and package.id != has.id


@dataclass(frozen=True)
class Difference:
    """How ``other`` differs from ``one``: in rupiah, MB and days; ``thriftier`` is the one that costs less a GB."""

    one: Package
    other: Package
    price: int
    mb: int
    days: int
    thriftier: Package


def compare(one: Package, other: Package) -> Difference:
    """Two packages side by side."""
    return Difference(
        one=one,
        other=other,
        price=other.price - one.price,
        mb=other.quota_mb - one.quota_mb,
        days=other.validity_days - one.validity_days,
        thriftier=min((one, other), key=lambda each: each.price / each.quota_mb),
    )


def named(text: str) -> list[Package]:
    """The packages named in a text, in the order named; "GB" and blanks may be missing ("bulanan25", "harian 1gb")."""
    places: dict[str, int] = {}
    for id, pattern in _names().items():
        if match := pattern.search(text[:_LONGEST]):
            places[id] = match.start()
    return [package(id) for id in sorted(places, key=lambda id: places[id])]


@cache
def _names() -> dict[str, re.Pattern[str]]:
    return {one.id: _pattern(one.name) for one in packages().values()}


def _pattern(name: str) -> re.Pattern[str]:
    """A name as customers write it: any case, its first word in English, blanks or hyphens or none, its unit left out.

    The number in a name without a unit is its price in thousands, so that may be said with it.
    """
    first, *rest = name.removesuffix(" GB").split()
    between = r"[\s-]{0,3}"
    first = rf"(?:{first}|{_ALSO[first]})" if first in _ALSO else first
    unit = r"(?:gb|giga(?:byte)?s?|g)" if name.endswith(" GB") else "(?:rb|ribu|k)"
    written = between.join([first, *rest])
    return re.compile(rf"\b{written}(?:{between}{unit}\b|{_OTHER_UNIT})", re.IGNORECASE)
