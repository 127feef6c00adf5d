from datetime import timedelta

import pytest
from pydantic import ValidationError

from care.policy import Policy, load
from care.words import Category, Kind, Priority
from tests.unit.making import NOW, POLICY


def test_every_kind_has_its_times_and_every_category_its_team() -> None:
    assert set(POLICY.teams) == set(Category)
    for kind in Kind:
        times = [POLICY.resolution_time(kind, priority) for priority in Priority]
        assert times == sorted(times), "the more pressing, the sooner"


def test_a_kind_without_a_time_for_a_priority_is_refused() -> None:
    values = POLICY.model_dump()
    del values["resolution_hours"][Kind.TECHNICAL][Priority.HIGH]
    with pytest.raises(ValidationError, match="resolution_hours of technical: high missing"):
        Policy.model_validate(values)


def test_a_priority_is_raised_by_a_step_and_never_above_urgent() -> None:
    assert [one.raised for one in Priority] == ["danger", "urgent", "urgent", "high"]
    assert [one.goes_first for one in Priority] == [True, True, False, False]
    assert Priority.HIGH.or_more(Priority.NORMAL) is Priority.NORMAL.or_more(Priority.HIGH) is Priority.HIGH


def test_one_factor_scales_all_times() -> None:
    scaled = load(0.5)
    hours = POLICY.resolution_time(Kind.COMPLAINT, Priority.NORMAL)
    assert scaled.resolution_time(Kind.COMPLAINT, Priority.NORMAL) * 2 == hours
    assert scaled.scaled(2) == timedelta(hours=1)


def test_no_time_is_scaled_below_what_a_wait_can_be() -> None:
    tiny = load(1e-9)
    assert tiny.scaled(24) == timedelta(seconds=1)
    assert tiny.settle_time == timedelta(seconds=tiny.outbox.settle_at_least_seconds)


def test_the_last_escalation_time_repeats() -> None:
    hours = POLICY.escalation.hours
    assert [POLICY.escalation_time(level) for level in range(1, len(hours) + 1)] == [
        timedelta(hours=one) for one in hours
    ]
    assert POLICY.escalation_time(99) == timedelta(hours=hours[-1])


def test_a_closed_case_reopens_within_its_window() -> None:
    window = timedelta(hours=POLICY.reopen.window_hours)
    assert POLICY.may_reopen(NOW, NOW + window)
    assert not POLICY.may_reopen(NOW, NOW + window + timedelta(seconds=1))


def test_a_misspelt_setting_is_refused() -> None:
    with pytest.raises(ValidationError, match="resolution_hour"):
        Policy.model_validate({**POLICY.model_dump(), "resolution_hour": {}})
