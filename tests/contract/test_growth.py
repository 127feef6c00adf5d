"""A request costs as much in a large table as in a small one; `make bench ARGS=growth` asks a million contacts."""

import pytest

from bench import growth

pytestmark = pytest.mark.stack


def test_no_request_costs_more_in_a_larger_table() -> None:
    found = growth.measure((50, 1_000))
    assert growth.grew(found) == []
    assert {name for name, costs in found.items() if costs[0].requests != 1} == {
        "cases.listed",
        "cases.backwards",
        "cards.put",
    }
