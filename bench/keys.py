"""`python -m bench keys`: how many writes the busiest keys of the table take on a day with an outage in one city.

Every contact of the day is played, second by second, at random times: outside the hour in the shares of assumed.toml,
within it with the share of complaints that [outage] says, all of one team. What each happening writes, to which keys,
is measured (`bench.units`); all that a contact writes is taken to fall into the second in which it began, which is more
than any key gets. A key holds 1,000 write units a second (DynamoDB developer guide, "Using write sharding to distribute
workloads evenly").
"""

import math
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from zlib import crc32

from bench.costs import HOURS, SECONDS_AN_HOUR, Assumed
from bench.units import Units
from care.services.table import keys

LIMIT = 1000
SEED = 817
CUSTOMERS = 2_000_000
"""Who lives in the city."""
OUTAGE_HOUR = 19

# What follows a complaint until it waits for its team, by the door it came through; what is sent is heard of twice.
_AFTER = [("step", "the acknowledgement is made due"), ("followup", "a wait is kept")]
_SENT: dict[str, list[tuple[str, str]]] = {
    "email": [("notify", "an acknowledgement by e-mail"), *[("delivery", "a provider's event")] * 2],
    "sms": [("notify", "an acknowledgement by SMS"), *[("delivery", "a provider's event")] * 2],
    "chat": [("notify", "an acknowledgement into a chat")],
}
COMPLAINTS = {
    "voice": [("voice", "a caller is greeted"), ("voice", "a complaint by phone"), *_AFTER, *_SENT["sms"]],
    "email": [("email", "a mail becomes a complaint (and one put an attachment)"), *_AFTER, *_SENT["email"]],
    "chat": [("chat", "a complaint in a chat"), *_AFTER, *_SENT["chat"]],
    "sms": [("sms", "a complaint by SMS"), *_AFTER, *_SENT["sms"]],
}
OTHERS = {
    "voice": [("voice", "a caller is greeted"), ("voice", "status by reference")],
    "email": [("email", "an answer joins its case")],
    "chat": [("chat", "one more message")],
    "sms": [("sms", "an SMS joins its case")],
}


@dataclass
class Busiest:
    """The most write units that one key of a kind took in a second, in the outage's hour and in all others."""

    in_outage: int = 0
    else_: int = 0
    together: int = 0
    """What all keys of the kind took in that hour's busiest second: what one key would, were it not spread."""


@dataclass
class Day:
    """A day, as it was played."""

    contacts: int = 0
    busiest: dict[str, Busiest] = field(default_factory=dict)
    """By table or index, and kind of key."""
    units_a_second: Counter[str] = field(default_factory=Counter)
    """By table or index, the mean write units a second of the outage's hour."""

    @property
    def is_kept(self) -> bool:
        """Whether no key takes more than half of what it holds."""
        return max(one.in_outage for one in self.busiest.values()) <= LIMIT / 2


@dataclass(frozen=True)
class _Written:
    """The write units of one contact: to keys of its own, by kind; to its customer's; to a part of a team's list."""

    own: Mapping[str, int]
    customer: int
    listed: int
    of: Mapping[str, int]
    """By table or index, all of them."""


def _written(happened: list[tuple[str, str]], units: Mapping[tuple[str, str], Units]) -> _Written:
    own, of = Counter[str](), Counter[str]()
    customer = listed = 0
    for which in happened:
        for (where, key), written in units[which].keys.items():
            of[where] += written
            if where == keys.BY_CUSTOMER:
                customer += written
            elif where == keys.BY_LIST:
                listed += written
            else:
                own[f"{where}: {key.partition('#')[0]}"] += written
    return _Written(own, customer, listed, of)


def play(given: Assumed, units: Mapping[tuple[str, str], Units], seconds_an_hour: int = SECONDS_AN_HOUR) -> Day:
    """A day of contacts; with fewer seconds an hour only the first of each hour are played."""
    dice = random.Random(SEED)
    outage, shares = given["outage"], given["contacts"]
    a_second = outage["a_day"] / HOURS / SECONDS_AN_HOUR
    weights = {channel: shares[channel] for channel in COMPLAINTS}
    # Of a chatter's messages one is in the lists above.
    more = {"chat": [("chat", "one more message")] * round(given["chat"]["messages"] - 1)}
    complaints, others = (
        {channel: _written([*happened, *more.get(channel, [])], units) for channel, happened in each.items()}
        for each in (COMPLAINTS, OTHERS)
    )
    kinds = [f"{keys.BY_LIST}: part of a team's list", f"{keys.BY_CUSTOMER}: CUSTOMER"]
    kinds += sorted({kind for one in (*complaints.values(), *others.values()) for kind in one.own})
    day = Day(busiest={kind: Busiest() for kind in kinds})
    for hour in range(HOURS):
        struck = hour == OUTAGE_HOUR
        mean = a_second * (outage["times"] if struck else 1)
        share = outage["complaint"] if struck else shares["complaint"]
        for arrived in _arrivals(dice, mean, seconds_an_hour):
            day.contacts += arrived
            channels = dice.choices(list(weights), list(weights.values()), k=arrived)
            _second(day, dice, [(complaints if dice.random() < share else others)[one] for one in channels], struck)
    for where in day.units_a_second:
        day.units_a_second[where] = round(day.units_a_second[where] / seconds_an_hour)
    return day


def _arrivals(dice: random.Random, mean: float, seconds: int) -> Iterator[int]:
    """How many begin in each second: as good as Poisson's at these means."""
    return (max(0, round(dice.gauss(mean, math.sqrt(mean)))) for _ in range(seconds))


def _second(day: Day, dice: random.Random, contacts: list[_Written], struck: bool) -> None:
    listed, customers, own = Counter[int](), Counter[int](), Counter[str]()
    for one in contacts:
        if one.listed:
            listed[crc32(b"%010d" % dice.randrange(10**10)) % keys.SHARDS] += one.listed
        customers[dice.randrange(CUSTOMERS)] += one.customer
        for kind, written in one.own.items():
            own[kind] = max(own[kind], written)
        if struck:
            day.units_a_second.update(one.of)
    highest = {
        f"{keys.BY_LIST}: part of a team's list": (max(listed.values(), default=0), listed.total()),
        f"{keys.BY_CUSTOMER}: CUSTOMER": (max(customers.values(), default=0), customers.total()),
        **{kind: (written, 0) for kind, written in own.items()},
    }
    for kind, (most, together) in highest.items():
        busiest = day.busiest[kind]
        if struck:
            busiest.in_outage = max(busiest.in_outage, most)
            busiest.together = max(busiest.together, together)
        else:
            busiest.else_ = max(busiest.else_, most)


def table(day: Day, given: Assumed) -> list[str]:
    outage = given["outage"]
    lines = [
        f"A day of {outage['a_day']:,.0f} contacts, with an hour of {outage['times']:g} times as many from one city:",
        f"{day.contacts:,} contacts were played. Write units a second of the busiest key:",
        "",
        "| keys | in the outage | else | of 1,000 | in one key |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for kind, one in sorted(day.busiest.items(), key=lambda each: -each[1].in_outage):
        together = f"{one.together:,}" if one.together and keys.BY_LIST in kind else "–"
        lines.append(f"| {kind} | {one.in_outage} | {one.else_} | {one.in_outage / LIMIT:.0%} | {together} |")
    kept = "kept" if day.is_kept else "**not kept**"
    units = ", ".join(f"{where} {each:,}" for where, each in sorted(day.units_a_second.items(), reverse=True))
    return [
        *lines,
        "",
        f"Goal: none above half of what a key holds: {kept}. All keys, on average of the hour: {units}.",
    ]
