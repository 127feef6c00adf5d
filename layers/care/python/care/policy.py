"""What the operator decides: its name; durations, limits and teams of ``content/policy.toml``.

Read once, and scaled by ``TIME_SCALE``.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from care import calendar
from care.areas import Zone
from care.channels import Channel
from care.content import toml
from care.customer import Address
from care.value import BUILT_AT_USE
from care.words import Category, Kind, Priority, Segment, Team, Tier


@dataclass(frozen=True)
class Operator:
    """How the operator names itself to customers.

    ``takes_sms``: whether they can answer its SMS; ``has_pages``: whether there is a page where they see their case.
    """

    name: str
    short_number: str
    sender: str
    takes_sms: bool = False
    has_pages: bool = False

    @property
    def names(self) -> dict[str, str]:
        """Its names as texts have them."""
        return {"operator": self.name, "short_number": self.short_number, "sender": self.sender}


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", **BUILT_AT_USE)


class _Warning(_Section):
    share: float = Field(gt=0, lt=1)


class _Escalation(_Section):
    hours: tuple[float, ...]


class _Updates(_Section):
    hours: dict[Priority, float]


class _Waiting(_Section):
    nudge_hours: float
    resume_hours: float


class _Satisfaction(_Section):
    ask_after_hours: dict[str, float]
    remind_after_hours: float
    close_after_hours: float
    satisfied_from: int
    window_hours: float
    quiet_from: int
    quiet_until: int


class _Reopen(_Section):
    window_hours: float
    another_agent_hours: float


class _Promises(_Section):
    latest_days: int
    office_closes: int


class _Regulator(_Section):
    domains: tuple[str, ...]
    response_hours: float
    resolution_hours: float


class _RouteByArea(_Section):
    categories: tuple[Category, ...]
    zones: tuple[Zone, ...]
    team: Team


class _People(_Section):
    lead: Address
    manager: Address


class _Outbox(_Section):
    settle_hours: float
    settle_at_least_seconds: int
    again_hours: float
    attempts: int


class _Status(_Section):
    wrong_guesses_a_day: int
    wrong_at_one_a_day: int
    wrong_from_one_address_a_day: int
    notes_a_day: int


class _Proof(_Section):
    minutes: float
    tries: int
    codes_a_day: int
    codes_to_number_a_day: int
    wrong_of_number_a_day: int
    proven_minutes: float


class _Limits(_Section):
    cases_a_day: int
    mailed_at_once: int
    naming_one_a_day: int
    naming_one_at_once: int
    first_a_day: int
    first_at_once: int
    claimed_cases_a_day: int
    told_a_day: int
    answers_a_day: int
    replies_a_day: int
    replies_at_once: int


class _Talk(_Section):
    forgotten_after_hours: float


class _Owner(_Section):
    surely_same_days: float


class _Calls(_Section):
    callback_hours: float
    talk_minutes: float
    same_thing_hours: float
    recording_hours: float
    offer_hours: float
    offer_again_hours: float
    told_hours: float


class _Provisioning(_Section):
    first_retry_hours: float
    longest_retry_hours: float
    attention_after_attempts: int
    attempts: int


class Retention(_Section):
    """How many days the store keeps what."""

    contact: int
    case: int
    connection: int


class Policy(_Section):
    """All that the operator decides about time and limits. Hours are real; the methods give scaled times."""

    resolution_hours: dict[Kind, dict[Priority, float]]
    response_hours: dict[Kind, dict[Priority, float]]
    segment_factor: dict[Segment, float]
    warning: _Warning
    escalation: _Escalation
    updates: _Updates
    waiting: _Waiting
    satisfaction: _Satisfaction
    reopen: _Reopen
    promises: _Promises
    regulator: _Regulator
    outbox: _Outbox
    status: _Status
    proof: _Proof
    limits: _Limits
    owner: _Owner
    talk: _Talk
    calls: _Calls
    provisioning: _Provisioning
    retention_days: Retention
    routes: dict[Category, Team]
    routes_by_area: tuple[_RouteByArea, ...]
    teams: dict[Team, _People]
    scale: float = 1.0
    clock_from: datetime | None = None
    """When it was nine in the morning in Jakarta; ``None``: clocks go as they go, and time is not scaled."""

    def scaled(self, hours: float) -> timedelta:
        """At least a second, because a task that waits less than one never waits."""
        return timedelta(seconds=max(1, round(hours * 3600 * self.scale)))

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        """Every kind has its times for every priority, every category its team, and every team its people."""
        for name, hours in (("resolution_hours", self.resolution_hours), ("response_hours", self.response_hours)):
            for kind in Kind:
                _require(f"{name} of {kind}", set(Priority), set(hours.get(kind, {})))
        _require("updates.hours", set(Priority), set(self.updates.hours))
        _require("routes", set(Category), set(self.routes))
        _require("teams", set(Team), set(self.teams))
        _require("segment_factor", set(Segment), set(self.segment_factor))
        return self

    def resolution_time(self, kind: Kind, priority: Priority, segment: Segment | None = None) -> timedelta:
        """From opening to the promised resolution."""
        return self.scaled(self.resolution_hours[kind][priority] * self._factor(segment))

    def response_time(self, kind: Kind, priority: Priority, segment: Segment | None = None) -> timedelta:
        """From opening to a person's first word."""
        return self.scaled(self.response_hours[kind][priority] * self._factor(segment))

    def _factor(self, segment: Segment | None) -> float:
        return self.segment_factor[segment] if segment else 1.0

    def team_of(self, category: Category, zone: Zone | None) -> Team:
        """The team answerable for a category where its customer is."""
        for route in self.routes_by_area:
            if category in route.categories and zone in route.zones:
                return route.team
        return self.routes[category]

    def answerable(self, team: Team, tier: Tier) -> Address:
        """Who is told of a team's case of that tier: the manager of a manager's, else the lead."""
        people = self.teams[team]
        return people.manager if tier is Tier.MANAGER else people.lead

    def is_regulator(self, domain: str) -> bool:
        """Whether a mail domain is, or belongs to, one of those that speak for customers."""
        return any(domain == one or domain.endswith(f".{one}") for one in self.regulator.domains)

    def wall(self, now: datetime) -> datetime:
        """What the clocks of customers show: on one machine it was nine when it started, and hours go by as scaled."""
        if self.clock_from is None:
            return now
        return _nine(self.clock_from) + (now - self.clock_from) / self.scale

    def _shown(self, now: datetime, zone: Zone | None) -> datetime:
        return self.wall(now).astimezone((zone or Zone.WIB).tz)

    def _from_wall(self, shown: datetime) -> datetime:
        if self.clock_from is None:
            return shown
        return self.clock_from + (shown - _nine(self.clock_from)) * self.scale

    def allowed(self, at: datetime, zone: Zone | None, *, on_holidays: bool = True) -> datetime:
        """``at``, or when it is no longer night (nor, unless ``on_holidays``, a national holiday) for a customer.

        Where time is scaled every day is an ordinary one.
        """
        rules = self.satisfaction
        shown = self._shown(at, zone)
        open_at = shown
        if not rules.quiet_until <= shown.hour < rules.quiet_from:
            open_at = _at(shown + timedelta(days=shown.hour >= rules.quiet_from), rules.quiet_until)
        while not on_holidays and self.clock_from is None and calendar.is_holiday(open_at.date()):
            open_at = _at(open_at + timedelta(days=1), rules.quiet_until)
        return at if open_at == shown else self._from_wall(open_at).astimezone(UTC)

    def office_closes(self, now: datetime, working_days: int, zone: Zone | None) -> datetime:
        """When offices close where a customer is, so many working days after today."""
        shown = self._shown(now, zone)
        day = calendar.after_working_days(shown.date(), working_days)
        closes = shown.replace(year=day.year, month=day.month, day=day.day)
        return self._from_wall(_at(closes, self.promises.office_closes)).astimezone(UTC)

    def asks_after(self, channel: Channel) -> timedelta:
        """How long after a case is resolved the customers of a channel are asked whether it is."""
        hours = self.satisfaction.ask_after_hours.get(channel.name)
        return self.scaled(hours) if hours else timedelta(0)

    def calls_back_by(self, now: datetime) -> datetime:
        """Until when a person calls back who was asked to now."""
        by = self.allowed(now, None) + self.scaled(self.calls.callback_hours)
        return self.allowed(by, None)

    @property
    def same_thing_time(self) -> timedelta:
        """How long a complaint by phone takes in another about the same. Its pace is a person's."""
        return timedelta(hours=self.calls.same_thing_hours)

    @property
    def latest_promise(self) -> timedelta:
        """Nothing is promised for later than so long from now."""
        return self.scaled(self.promises.latest_days * 24)

    @property
    def another_agent_time(self) -> timedelta:
        """How long after a reopening who resolved the case before leaves it to others."""
        return self.scaled(self.reopen.another_agent_hours)

    @property
    def talk_time(self) -> timedelta:
        """A talk by SMS that rests longer begins anew. Its pace is a person's, whatever the scale of time."""
        return timedelta(hours=self.talk.forgotten_after_hours)

    def shortest_time(self, priority: Priority) -> timedelta:
        """No case of this priority is due sooner after it was opened."""
        return min(self.resolution_time(kind, priority, segment) for kind in Kind for segment in Segment)

    def escalation_time(self, level: int) -> timedelta:
        """From reaching an escalation level (1 is the first breach) to the next."""
        steps = self.escalation.hours
        return self.scaled(steps[min(level, len(steps)) - 1])

    def update_time(self, priority: Priority) -> timedelta:
        """How long a customer hears nothing before being told where it stands."""
        return self.scaled(self.updates.hours[priority])

    def may_reopen(self, closed_at: datetime, now: datetime) -> bool:
        """Whether a case closed then is still reopened rather than followed by a new one."""
        return now - closed_at <= self.scaled(self.reopen.window_hours)

    def provisioning_retry(self, attempt: int) -> timedelta:
        """How long after the failed ``attempt`` (1 is the first) an order is tried again: twice as long each time."""
        hours = self.provisioning.first_retry_hours * 2 ** min(attempt - 1, 20)
        return self.scaled(min(hours, self.provisioning.longest_retry_hours))

    @property
    def proof_time(self) -> timedelta:
        """How long a code by SMS is valid: a person's time, not scaled."""
        return timedelta(minutes=self.proof.minutes)

    @property
    def proven_time(self) -> timedelta:
        """How long a line stays proven: a person's time, not scaled."""
        return timedelta(minutes=self.proof.proven_minutes)

    @property
    def settle_time(self) -> timedelta:
        """How long a claimed message may stay unknown before it is sent again."""
        return max(self.scaled(self.outbox.settle_hours), timedelta(seconds=self.outbox.settle_at_least_seconds))

    @property
    def again_time(self) -> timedelta:
        """How long after it came back a mail is sent again."""
        return self.scaled(self.outbox.again_hours)


@cache
def load(scale: float = 1.0, clock_from: datetime | None = None) -> Policy:
    """The policy file; raises ``pydantic.ValidationError`` when it is not whole."""
    return Policy.model_validate({**toml("policy"), "scale": scale, "clock_from": clock_from})


def _require(what: str, wanted: Collection[str], there: Collection[str]) -> None:
    missing = set(wanted) - set(there)
    if missing:
        raise ValueError(f"{what}: {', '.join(sorted(missing))} missing")


def _at(day: datetime, hour: int) -> datetime:
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def _nine(at: datetime) -> datetime:
    return _at(at.astimezone(Zone.WIB.tz), 9)
