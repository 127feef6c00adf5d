from datetime import timedelta

import pytest
from pydantic import ValidationError

from care.policy import Policy, load
from care.words import Category, Kind
from tests.unit.making import NOW, POLICY


def test_every_kind_has_its_times_and_every_category_its_team() -> None:
    assert set(POLICY.resolution_hours) == set(Kind)
    assert set(POLICY.teams) == set(Category)
    for kind in Kind:
        assert POLICY.resolution_time(kind, urgent=True) <= POLICY.resolution_time(kind, urgent=False)


def test_one_factor_scales_all_times() -> None:
    scaled = load(0.5)
    assert scaled.resolution_time(Kind.COMPLAINT, urgent=False) * 2 == POLICY.resolution_time(
        Kind.COMPLAINT, urgent=False
    )
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
