"""What a month costs is computed, and the pages say what was computed."""

import copy
import tomllib

import pytest

from bench import costs, keys, logs, units
from bench.__main__ import measure_costs, shown
from bench.calls import HAPPENINGS
from bench.units import Units
from tests.integration.stage import ROOT

WHICH = {(function, happening) for function, happening, _, _ in HAPPENINGS}
NOTHING = costs.Measured(
    units=dict.fromkeys(WHICH, Units()), written=dict.fromkeys(WHICH | {logs.OPENED}, logs.Written())
)


@pytest.fixture
def given() -> dict[str, dict[str, float]]:
    return copy.deepcopy(costs.assumed())


def test_the_pages_show_what_the_command_computes() -> None:
    for page, lines in measure_costs().pages.items():
        assert shown(page, "costs") == "\n".join(lines).strip(), f"{page.name}: make bench ARGS='costs --write'"


def test_no_key_takes_more_than_half_of_what_it_holds_in_an_outage(given: dict[str, dict[str, float]]) -> None:
    day = keys.play(given, units.measure(), seconds_an_hour=60)
    assert day.is_kept
    spread = day.busiest["by-list: part of a team's list"]
    assert spread.together > keys.LIMIT, "in one key it would be too much"


def test_a_day_with_an_outage_needs_more_of_everything(given: dict[str, dict[str, float]]) -> None:
    measured, stack = costs.Measured(units.measure(), NOTHING.written), costs.built()
    for few, many in zip(
        costs.needs(costs.usual(given), measured, stack), costs.needs(costs.outage(given), measured, stack), strict=True
    ):
        assert few.quota == many.quota
        assert few.figure < many.figure, few.quota


def test_every_happening_that_is_counted_is_one_that_is_measured(given: dict[str, dict[str, float]]) -> None:
    assert set(costs.happenings(given)) <= WHICH


def test_every_price_has_its_quantity(given: dict[str, dict[str, float]]) -> None:
    assert set(costs.quantities(given, NOTHING, costs.built())) == set(costs.prices())


def test_shares_of_channels_are_a_whole(given: dict[str, dict[str, float]]) -> None:
    a_month = given["contacts"]["a_day"] * given["contacts"]["days"]
    assert sum(costs.contacts(given).values()) == pytest.approx(a_month)


def test_twice_the_contacts_cost_twice_the_calls_and_no_more_alarms(given: dict[str, dict[str, float]]) -> None:
    once = costs.quantities(given, NOTHING, costs.built())
    given["contacts"]["a_day"] *= 2
    twice = costs.quantities(given, NOTHING, costs.built())
    for name in ("connect_voice", "sms_part", "transition", "mail"):
        assert twice[name] == pytest.approx(2 * once[name], rel=1e-3), name
    for name in ("alarm", "dashboard", "snapshot_kept"):
        assert twice[name] == once[name], name


def test_an_unknown_price_is_in_no_sum_and_says_what_a_cent_makes(given: dict[str, dict[str, float]]) -> None:
    lines = costs.month(given, NOTHING, costs.built())
    unknown = [line for line in lines if line.price.usd is None]
    assert {line.price.service for line in unknown} == {"Amazon Connect, telephony", "SMS to Indonesia"}
    table = costs.service_table(lines)
    assert f"| SMS to Indonesia | {unknown[1].quantity / 100:,.0f} for each cent |" in table
    assert sum(line.dollars for line in lines if line.dollars is not None) == pytest.approx(
        float(table[-1].split("**")[3].replace(",", "")), abs=1
    )


def test_every_price_names_its_source_and_whose_it_is() -> None:
    with (ROOT / "bench/prices.toml").open("rb") as file:
        written = tomllib.load(file)
    for name, price in costs.prices().items():
        assert price.source.startswith("https://aws.amazon.com/"), name
        assert price.region, name
        assert price.per > 0, name
        assert ("usd" in written[name]) == (price.usd is not None), name


def test_a_minute_of_calls_is_priced_as_the_list_says(given: dict[str, dict[str, float]]) -> None:
    given["contacts"] |= {"a_day": 100, "voice": 1.0, "chat": 0, "email": 0, "sms": 0}
    given["call"]["minutes"] = 5
    (voice,) = [line for line in costs.month(given, NOTHING, costs.built()) if line.price.unit == "minutes"][:1]
    assert voice.dollars == pytest.approx(100 * 30 * 5 * 0.038)


def test_what_is_needed_at_a_time_is_more_than_the_mean() -> None:
    assert costs.at_a_time(4.0) == 10
    assert costs.at_a_time(0.0) == 0
