"""What the runner adds for tests: calls counted by function, and faults that hit one call."""

import json
import time
import urllib.error
import urllib.request

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


def test_a_call_that_fails_once_is_made_again_by_the_client(library: Library, key: str) -> None:
    library.control("POST", "/faults", {"function": "Workshop", "contains": key, "action": "error"})
    assert library.ask("count", key=key) == ({"attempt": 1}, None)


def test_a_call_is_delayed(library: Library, key: str) -> None:
    library.ask("greet")
    library.control("POST", "/faults", {"function": "Workshop", "contains": key, "action": "delay", "seconds": 0.7})
    started = time.monotonic()
    assert library.ask("count", key=key) == ({"attempt": 1}, None)
    assert time.monotonic() - started >= 0.7


@pytest.mark.parametrize(
    "wanted", [{}, {"function": "Workshop", "action": "explode"}, {"function": "Workshop", "how": "now"}]
)
def test_what_is_no_fault_is_refused(library: Library, wanted: dict[str, str]) -> None:
    with pytest.raises(urllib.error.HTTPError, match="400"):
        library.control("POST", "/faults", wanted)


def test_a_function_is_refused_what_its_role_does_not_allow(library: Library, key: str) -> None:
    event = json.dumps({"do": "count", "key": key})
    answer = library.aws("lambda").invoke(FunctionName=library.outputs["GuestArn"], Payload=event)
    error = json.loads(answer["Payload"].read())
    assert "AccessDeniedException" in error["errorMessage"]
    assert "not authorized to perform: dynamodb:UpdateItem" in error["errorMessage"]
    assert library.count_of(f"attempts#{key}") == 0
    told = library.control("GET", "/permissions")
    assert any("dynamodb:UpdateItem" in one for one in told["refused"])
    assert [function for function, _, _ in told["allowed"]] == ["Guest"]


def test_a_presigned_link_is_good_until_it_expires(library: Library, key: str) -> None:
    s3 = library.aws("s3")
    where = {"Bucket": library.outputs["ParkedBucket"], "Key": f"a page/{key}+1.txt"}
    s3.put_object(**where, Body=b"text")
    named = {**where, "ResponseContentDisposition": 'attachment; filename="page.txt"'}
    with urllib.request.urlopen(s3.generate_presigned_url("get_object", Params=named)) as answer:
        assert answer.read() == b"text"
        assert answer.headers["Content-Disposition"] == 'attachment; filename="page.txt"'
    link = s3.generate_presigned_url("get_object", Params=where, ExpiresIn=1)
    time.sleep(1.2)
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(link)


def test_a_page_of_another_host_may_not_ask(library: Library) -> None:
    request = urllib.request.Request(
        library.doors["runner"] + "/functions", headers={"Origin": "https://elsewhere.example"}
    )
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request)


def test_an_asynchronous_invocation_outlives_its_process(library: Library, key: str) -> None:
    library.control("POST", "/faults", {"function": "Workshop", "contains": key, "action": "kill"})
    library.order("count", key=key)
    assert eventually(lambda: library.count_of(f"attempts#{key}") == 1)
