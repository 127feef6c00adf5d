"""The catalogue of packages, ``content/packages/<id>.toml``. All packages and prices are invented."""

import re
from functools import cache

from care import content
from care.line.line import Line
from care.value import Value
from care.words import Segment, Text

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST = 5000
# "harian 10 ribu" and "bulanan 25 hari" are an amount and a time, not the number in a package's name.
_OTHER_UNIT = r"(?!\w|[.,]\d|\s*(?:rb|ribu|k|juta|jt|hari|days?|mb|menit|minutes?)\b)"
_ALSO = {"Harian": "daily", "Mingguan": "weekly", "Bulanan": "monthly", "Pasca": "pascabayar|postpaid"}


class Package(Value, extra="forbid"):
    """What a line can have. ``price`` is in rupiah for ``validity_days``; ``renews`` at their end unless stopped."""

    id: str
    name: str
    segment: Segment
    price: int
    quota_mb: int
    validity_days: int
    renews: bool
    roaming: bool = False
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


def eligible(line: Line) -> list[Package]:
    """The packages a line can change to now, the cheapest first: its segment's, paid by its pulsa, not the one it has.

    A prepaid line of which no pulsa is known can change to none.
    """
    return [
        one
        for one in packages().values()
        if one.segment is line.segment
        and one.id != line.package
        and (line.segment is Segment.POSTPAID or one.price <= (line.balance or 0))
    ]


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
