"""When back offices of Indonesia work: weekdays that are neither holidays nor shared leave (``content/calendar.toml``).

Doors and the clocks of promises run all day, every day; only what waits for a back office reads this.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from care import content
from care.value import Value
from care.words import Text

_SATURDAY = 5
_A_DAY = timedelta(days=1)


class DayKind(StrEnum):
    """Why a day is marked: everyone's holiday, or leave that offices take together (cuti bersama)."""

    HOLIDAY = "holiday"
    SHARED_LEAVE = "shared_leave"


class MarkedDay(Value):
    """A national holiday or a day of shared leave."""

    date: date
    kind: DayKind
    name: Text


@cache
def _file() -> dict[str, Any]:
    return content.toml("calendar")


@cache
def marked() -> Mapping[date, MarkedDay]:
    """All holidays and days of shared leave of the years that are known."""
    days = (one for year in _file().values() for one in year["days"])
    return {
        one["date"]: MarkedDay(date=one["date"], kind=one["kind"], name=Text(id=one["id"], en=one["en"]))
        for one in days
    }


def years() -> frozenset[int]:
    """The years whose days are known; in others only weekends count."""
    return frozenset(map(int, _file()))


def is_holiday(day: date) -> bool:
    """Whether a day is a national holiday; shared leave and weekends are none."""
    found = marked().get(day)
    return found is not None and found.kind is DayKind.HOLIDAY


def is_working_day(day: date) -> bool:
    """Whether back offices work: from Monday to Friday, but for holidays and shared leave."""
    return day.weekday() < _SATURDAY and day not in marked()


def after_working_days(day: date, number: int) -> date:
    """The last of a number of working days that follow a day; the day itself for none."""
    for _ in range(number):
        day += _A_DAY
        while not is_working_day(day):
            day += _A_DAY
    return day
