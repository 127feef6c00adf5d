from datetime import timedelta

import pytest
from pydantic import ValidationError

from care.areas import Zone
from care.policy import Policy, load
from care.words import Category, Kind, Priority, Team, Tier
from tests.unit.making import NOW, POLICY


def test_every_kind_has_its_times_and_every_category_its_team() -> None:
    assert set(POLICY.routes) == set(Category)
    for kind in Kind:
        for times in (
            [POLICY.resolution_time(kind, priority) for priority in Priority],
            [POLICY.response_time(kind, priority) for priority in Priority],
        ):
            assert times == sorted(times), "the more pressing, the sooner"
        assert all(
            POLICY.response_time(kind, priority) < POLICY.resolution_time(kind, priority) for priority in Priority
        )


def test_a_case_goes_to_the_team_of_its_category_and_area_and_each_team_has_its_people() -> None:
    assert POLICY.team_of(Category.NETWORK, None) is POLICY.team_of(Category.NETWORK, Zone.WIB) is Team.NETWORK
    assert POLICY.team_of(Category.NETWORK, Zone.WIT) is Team.NETWORK_EAST
    assert POLICY.team_of(Category.BILLING, Zone.WIT) is Team.BILLING
    for team in Team:
        lead, manager = POLICY.answerable(team, Tier.LEAD), POLICY.answerable(team, Tier.MANAGER)
        assert POLICY.answerable(team, Tier.AGENT) == lead != manager


@pytest.mark.parametrize("part", ["routes", "teams", "segment_factor", "response_hours"])
def test_what_is_not_whole_is_refused(part: str) -> None:
    values = POLICY.model_dump()
    values[part].popitem()
    with pytest.raises(ValidationError, match=part):
        Policy.model_validate(values)


def test_who_speaks_for_customers_is_known_by_the_domain_alone() -> None:
    assert POLICY.is_regulator("komdigi.go.id")
    assert POLICY.is_regulator("aduan.komdigi.go.id")
    assert not POLICY.is_regulator("notkomdigi.go.id")
    assert not POLICY.is_regulator("komdigi.go.id.example")


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
