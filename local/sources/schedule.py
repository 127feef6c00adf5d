"""Schedule events of a function: rate(…) and cron(…), in the function's asynchronous queue when they are due."""

import asyncio
import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from local.cloudformation.account import ACCOUNT, REGION
from local.cloudformation.stack import Stack
from local.cloudformation.template import Resource
from local.machine.refusal import Refusal

UNITS = {"minute": 60.0, "hour": 3600.0, "day": 86400.0}
DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
FURTHEST_LOOK = timedelta(days=366)


class ScheduleSource:
    """`Schedule` (an EventBridge rule) or `ScheduleV2` (EventBridge Scheduler) of a SAM function; UTC."""

    def __init__(self, stack: Stack, function: Resource, name: str, kind: str, properties: dict[str, Any]) -> None:
        self._stack = stack
        self._function = function
        self._name = f"{function.physical_id}-{name}"
        self._own_input = properties.get("Input")
        self._scheduler = kind == "ScheduleV2"
        self._expression = str(properties.get("Schedule") or properties.get("ScheduleExpression") or "")
        self._seconds_until_next(datetime.now(UTC))

    async def run(self) -> None:
        while True:
            await asyncio.sleep(self._seconds_until_next(datetime.now(UTC)))
            await self._stack.invoke_async(self._function.logical_id, self._event())

    def _seconds_until_next(self, now: datetime) -> float:
        if rate := re.fullmatch(r"rate\((\d+) (minute|hour|day)s?\)", self._expression):
            return int(rate[1]) * UNITS[rate[2]]
        if cron := re.fullmatch(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)", self._expression):
            return (next_time(cron.groups(), now) - now).total_seconds()
        raise Refusal(f"The schedule {self._expression!r} of {self._name} is neither rate(…) nor cron(…).")

    def _event(self) -> bytes:
        if self._own_input is not None:
            return str(self._own_input).encode()
        if self._scheduler:
            return b"{}"
        event = {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": ACCOUNT,
            "time": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "region": REGION,
            "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{self._name}"],
            "detail": {},
        }
        return json.dumps(event).encode()


def next_time(fields: tuple[str, ...], now: datetime) -> datetime:
    """Next time of AWS's six cron fields: minutes hours day-of-month month day-of-week year."""
    minutes, hours, days, months, weekdays, years = fields
    moment = now.replace(second=0, microsecond=0) + timedelta(minutes=1)
    last = now + FURTHEST_LOOK
    while moment < last:
        # AWS counts Sunday as 1.
        weekday = (moment.isoweekday() % 7) + 1
        day_fits = (
            _fits(years, moment.year, ())
            and _fits(months, moment.month, MONTHS)
            and _fits(days, moment.day, ())
            and _fits(weekdays, weekday, (DAYS[-1], *DAYS[:-1]))
        )
        if not day_fits:
            moment = moment.replace(hour=0, minute=0) + timedelta(days=1)
        elif not _fits(hours, moment.hour, ()):
            moment = moment.replace(minute=0) + timedelta(hours=1)
        elif not _fits(minutes, moment.minute, ()):
            moment += timedelta(minutes=1)
        else:
            return moment
    return last


def _fits(field: str, value: int, names: tuple[str, ...]) -> bool:
    if field in ("*", "?"):
        return True

    def number(text: str) -> int:
        return names.index(text.upper()) + 1 if text.upper() in names else int(text)

    for part in field.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        start = 0 if first == "*" else number(first)
        if step:
            end = number(last) if last else 10_000
            if start <= value <= end and (value - start) % int(step) == 0:
                return True
        elif start <= value <= (number(last) if last else start):
            return True
    return False
