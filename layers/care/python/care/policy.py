"""What the operator decides: its name; durations, limits and teams of ``content/policy.toml``.

Read once, and scaled by ``TIME_SCALE``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from care.content import toml
from care.value import BUILT_AT_USE
from care.words import Category, Kind, Priority, Team


@dataclass(frozen=True)
class Operator:
    """How the operator names itself to customers; ``takes_sms``: whether they can answer its SMS."""

    name: str
    short_number: str
    sender: str
    takes_sms: bool = False

    @property
    def names(self) -> dict[str, str]:
        """Its names as texts have them."""
        return {"operator": self.name, "short_number": self.short_number, "sender": self.sender}


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", **BUILT_AT_USE)


class _Escalation(_Section):
    hours: tuple[float, ...]


class _Satisfaction(_Section):
    remind_after_hours: float
    close_after_hours: float
    satisfied_from: int


class _Reopen(_Section):
    window_hours: float


class _Outbox(_Section):
    settle_hours: float
    settle_at_least_seconds: int
    again_hours: float
    attempts: int


class _Status(_Section):
    wrong_guesses_a_day: int
    wrong_at_one_a_day: int


class _Proof(_Section):
    minutes: float
    tries: int
    codes_a_day: int
    codes_to_number_a_day: int
    wrong_of_number_a_day: int
    proven_minutes: float


class _Limits(_Section):
    cases_a_day: int
    first_a_day: int
    first_at_once: int
    claimed_cases_a_day: int
    told_a_day: int
    answers_a_day: int


class _Talk(_Section):
    forgotten_after_hours: float


class _Owner(_Section):
    surely_same_days: float


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
    escalation: _Escalation
    satisfaction: _Satisfaction
    reopen: _Reopen
    outbox: _Outbox
    status: _Status
    proof: _Proof
    limits: _Limits
    owner: _Owner
    talk: _Talk
    provisioning: _Provisioning
    retention_days: Retention
    teams: dict[Category, Team]
    scale: float = 1.0

    def scaled(self, hours: float) -> timedelta:
        """At least a second, because a task that waits less than one never waits."""
        return timedelta(seconds=max(1, round(hours * 3600 * self.scale)))

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        """Every kind has its time for every priority."""
        for kind in Kind:
            missing = set(Priority) - set(self.resolution_hours.get(kind, {}))
            if missing:
                raise ValueError(f"resolution_hours of {kind}: {', '.join(sorted(missing))} missing")
        return self

    def resolution_time(self, kind: Kind, priority: Priority) -> timedelta:
        """From opening to the promised resolution."""
        return self.scaled(self.resolution_hours[kind][priority])

    @property
    def talk_time(self) -> timedelta:
        """A talk by SMS that rests longer begins anew. Its pace is a person's, whatever the scale of time."""
        return timedelta(hours=self.talk.forgotten_after_hours)

    def shortest_time(self, priority: Priority) -> timedelta:
        """No case of this priority is due sooner after it was opened."""
        return min(self.resolution_time(kind, priority) for kind in Kind)

    def escalation_time(self, level: int) -> timedelta:
        """From reaching an escalation level (1 is the first breach) to the next."""
        steps = self.escalation.hours
        return self.scaled(steps[min(level, len(steps)) - 1])

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
def load(scale: float = 1.0) -> Policy:
    """The policy file; raises ``pydantic.ValidationError`` when it is not whole."""
    return Policy.model_validate({**toml("policy"), "scale": scale})
