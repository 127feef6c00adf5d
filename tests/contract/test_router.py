"""What the runner adds for tests: calls counted by function, and faults that hit one call."""

import pytest

from tests.contract.conftest import Library, eventually

pytestmark = pytest.mark.stack


def test_calls_are_counted_by_the_function_that_made_them(library: Library, key: str) -> None:
    library.ask("greet")
    library.control("DELETE", "/calls")
    library.ask("count", key=key)
    library.ask("count", key=key)
    counts = library.control("GET", "/calls")
    assert counts["Workshop"] == {"dynamodb:UpdateItem": 2}
    assert counts["TESTOFTHERUNNER0"] == {"lambda:Invoke": 2}


@pytest.mark.parametrize(("when", "written"), [("before", 0), ("after", 1)])
def test_a_process_is_lost_before_or_after_its_call(library: Library, key: str, when: str, written: int) -> None:
    fault = library.control(
        "POST",
        "/faults",
        {"function": "Workshop", "operation": "dynamodb:UpdateItem", "contains": key, "when": when, "action": "kill"},
    )
    answer, error = library.ask("count", key=key)
    assert error == "Unhandled"
    assert answer["errorType"] == "Runtime.ExitError"
    assert library.count_of(f"attempts#{key}") == written
    assert next(each for each in library.control("GET", "/faults") if each["id"] == fault["id"])["fired"]
    assert library.ask("count", key=key)[0] == {"attempt": written + 1}


def test_a_fault_skips_the_calls_it_is_told_to(library: Library, key: str) -> None:
    library.control(
        "POST", "/faults", {"function": "Workshop", "operation": "*", "contains": key, "skip": 1, "action": "kill"}
    )
    assert library.ask("count", key=key) == ({"attempt": 1}, None)
    assert library.ask("count", key=key)[1] == "Unhandled"
    assert library.ask("count", key=key) == ({"attempt": 2}, None)


def test_an_asynchronous_invocation_outlives_its_process(library: Library, key: str) -> None:
    library.control("POST", "/faults", {"function": "Workshop", "contains": key, "action": "kill"})
    library.order("count", key=key)
    assert eventually(lambda: library.count_of(f"attempts#{key}") == 1)
