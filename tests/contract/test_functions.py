"""Lambda's promises: time-outs, lost processes, asynchronous retries, reload, logs and metrics."""

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.contract.conftest import Library, eventually

pytestmark = pytest.mark.stack


def test_a_function_runs_as_the_template_says(library: Library) -> None:
    answer, error = library.ask("greet")
    assert error is None
    assert answer["greeting"] == "hello"
    assert answer["edition"] == 1
    assert answer["function"] == "library-workshop"
    assert answer["arn"] == library.outputs["WorkshopArn"]
    assert 0 < answer["milliseconds_left"] <= 2000


def test_a_process_serves_one_invocation_after_another(library: Library) -> None:
    first, _ = library.ask("greet")
    second, _ = library.ask("greet")
    assert second["pid"] == first["pid"]
    assert second["invocations"] == first["invocations"] + 1
    assert second["request_id"] != first["request_id"]
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Sampled=[01]", first["trace"])
    assert second["trace"] != first["trace"]


def test_an_error_is_told_with_its_type(library: Library) -> None:
    answer, error = library.ask("raise")
    assert error == "Unhandled"
    assert answer["errorType"] == "ValueError"
    assert answer["errorMessage"] == "as the test asked"


def test_a_function_that_overstays_is_ended(library: Library) -> None:
    before, _ = library.ask("greet")
    started = time.monotonic()
    answer, error = library.ask("sleep", seconds=30)
    assert time.monotonic() - started < 6
    assert error == "Unhandled"
    assert "Task timed out after 2.00 seconds" in answer["errorMessage"]
    after, _ = library.ask("greet")
    assert after["pid"] != before["pid"]


def test_a_process_that_ends_fails_its_invocation_only(library: Library) -> None:
    answer, error = library.ask("exit")
    assert error == "Unhandled"
    assert answer["errorType"] == "Runtime.ExitError"
    assert "exit status 3" in answer["errorMessage"]
    assert library.ask("greet")[1] is None


def test_a_killed_process_is_replaced(library: Library) -> None:
    before, _ = library.ask("greet")
    library.control("POST", "/functions/Workshop/kill")
    after, error = library.ask("greet")
    assert error is None
    assert after["pid"] != before["pid"]


def test_another_process_is_ready_before_it_is_asked_for(library: Library) -> None:
    library.ask("greet")
    killed = library.control("POST", "/functions/Workshop/kill")["killed"]
    assert killed

    def workshop() -> dict[str, Any]:
        return dict(next(each for each in library.control("GET", "/functions") if each["logical_id"] == "Workshop"))

    assert eventually(lambda: workshop()["pid"] not in (None, *killed))
    assert workshop()["state"] == "idle"


def test_an_asynchronous_invocation_is_retried(library: Library, key: str) -> None:
    library.order("raise once", key=key)
    assert eventually(lambda: library.count_of(f"attempts#{key}") == 2)


def test_what_fails_three_times_goes_to_the_destination_whole(library: Library, key: str) -> None:
    library.order("raise", note=key)

    def told() -> list[Any]:
        return [each for each in library.take("FailuresUrl") if each["requestPayload"].get("note") == key]

    (record,) = eventually(told)
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["responsePayload"]["errorType"] == "ValueError"


def test_changed_code_and_changed_layers_are_loaded_anew(library: Library) -> None:
    app = library.folder / "functions/workshop/app.py"
    app.write_text(app.read_text().replace('WORD = "first"', 'WORD = "second"'))
    assert eventually(lambda: library.ask("greet")[0].get("word") == "second")
    layer = library.folder / "layer/python/shared.py"
    layer.write_text(layer.read_text().replace("EDITION = 1", "EDITION = 2"))
    assert eventually(lambda: library.ask("greet")[0].get("edition") == 2)
    layer.write_text(layer.read_text().replace("EDITION = 2", "EDITION = 1"))
    assert eventually(lambda: library.ask("greet")[0].get("edition") == 1)


def test_lines_and_metrics_reach_cloudwatch(library: Library) -> None:
    library.ask("measure")
    logs, cloudwatch = library.aws("logs"), library.aws("cloudwatch")

    def lines() -> list[str]:
        events = logs.filter_log_events(logGroupName="/aws/lambda/library-workshop")["events"]
        return [event["message"] for event in events]

    assert eventually(lambda: any('"BooksRead": 3' in line for line in lines()))
    assert eventually(lambda: any(line.startswith("REPORT RequestId: ") for line in lines()))
    assert any(line.startswith("START RequestId: ") for line in lines())
    assert any("Init Duration: " in line for line in lines())

    now = datetime.now(UTC)

    def total(namespace: str, name: str, dimension: dict[str, str]) -> float:
        points = cloudwatch.get_metric_statistics(
            Namespace=namespace,
            MetricName=name,
            Dimensions=[dimension],
            StartTime=now - timedelta(minutes=10),
            EndTime=now + timedelta(minutes=10),
            Period=3600,
            Statistics=["Sum"],
        )["Datapoints"]
        return float(sum(point["Sum"] for point in points))

    assert eventually(lambda: total("Library", "BooksRead", {"Name": "service", "Value": "workshop"}) == 3)
    assert total("AWS/Lambda", "Errors", {"Name": "FunctionName", "Value": "library-workshop"}) >= 1
