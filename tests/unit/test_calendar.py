"""When back offices work: the decreed holidays and shared leave of each year, and the working days between."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care import calendar, content
from care.areas import Zone
from care.calendar import DayKind, after_working_days, is_holiday, is_working_day, marked

DAYS = st.dates(date(2026, 1, 1), date(2029, 12, 31))


def test_the_calendar_covers_this_year() -> None:
    today = datetime.now(Zone.WIB.tz).date()
    assert today.year in calendar.years(), (
        f"content/calendar.toml ends with {max(calendar.years())}: add the holidays and the shared leave of "
        f"{today.year}, decreed by the three ministers (SKB 3 Menteri) in September {today.year - 1}"
    )


@pytest.mark.parametrize(("year", "holidays", "leave"), [(2026, 17, 8), (2027, 18, 8)])
def test_a_year_has_as_many_days_as_its_decree(year: int, holidays: int, leave: int) -> None:
    days = [one for one in marked().values() if one.date.year == year]
    assert [one.date for one in days] == sorted({one.date for one in days})
    assert sum(one.kind is DayKind.HOLIDAY for one in days) == holidays
    assert sum(one.kind is DayKind.SHARED_LEAVE for one in days) == leave
    # Leave is taken where offices would work.
    assert all(one.date.weekday() < 5 for one in days if one.kind is DayKind.SHARED_LEAVE)
    source = content.toml("calendar")[str(year)]["source"]
    assert "Keputusan Bersama" in source
    assert str(year - 1) in source


def test_every_day_is_named_in_both_languages() -> None:
    for day in marked().values():
        assert day.name.id.strip()
        assert day.name.en.strip()
        assert day.name.id.startswith("Cuti bersama") == (day.kind is DayKind.SHARED_LEAVE)
        assert day.name.en.startswith("Shared leave") == (day.kind is DayKind.SHARED_LEAVE)


@pytest.mark.parametrize("year", sorted(calendar.years()))
@pytest.mark.parametrize(("month", "day"), [(1, 1), (5, 1), (6, 1), (8, 17), (12, 25)])
def test_holidays_with_a_day_of_their_own_come_every_year(year: int, month: int, day: int) -> None:
    assert is_holiday(date(year, month, day))


@pytest.mark.parametrize(
    ("day", "holiday", "working"),
    [
        (date(2026, 11, 25), False, True),
        (date(2026, 11, 28), False, False),
        (date(2026, 11, 29), False, False),
        (date(2026, 12, 24), False, False),
        (date(2026, 12, 25), True, False),
        (date(2026, 12, 28), False, True),
        (date(2026, 3, 21), True, False),
        (date(2027, 3, 10), True, False),
        (date(2027, 12, 26), True, False),
        # unknown years have weekends only
        (date(2035, 1, 1), False, True),
        (date(2035, 1, 6), False, False),
    ],
)
def test_shared_leave_is_no_holiday_and_nobody_works(day: date, holiday: bool, working: bool) -> None:
    assert is_holiday(day) is holiday
    assert is_working_day(day) is working


@pytest.mark.parametrize(
    ("day", "number", "then"),
    [
        (date(2026, 11, 25), 0, date(2026, 11, 25)),
        (date(2026, 11, 25), 1, date(2026, 11, 26)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 11, 28), 1, date(2026, 11, 30)),
        (date(2026, 12, 23), 1, date(2026, 12, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
        # over Nyepi and Idul Fitri
        (date(2027, 3, 5), 1, date(2027, 3, 16)),
        (date(2027, 3, 5), 3, date(2027, 3, 18)),
    ],
)
def test_working_days_are_counted_over_what_is_closed(day: date, number: int, then: date) -> None:
    assert after_working_days(day, number) == then


@given(DAYS, st.integers(1, 30))
def test_so_many_working_days_lie_between(day: date, number: int) -> None:
    then = after_working_days(day, number)
    assert is_working_day(then)
    between = (day + timedelta(days=one) for one in range(1, (then - day).days + 1))
    assert sum(map(is_working_day, between)) == number
