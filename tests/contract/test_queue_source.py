"""SQS's promises: only what succeeded is deleted, what failed comes again, what keeps failing is set aside."""

import json
import time
from typing import Any

import pytest

from tests.contract.conftest import Library, eventually

pytestmark = pytest.mark.stack


def send(library: Library, *loans: dict[str, Any]) -> None:
    entries = [{"Id": str(number), "MessageBody": json.dumps(loan)} for number, loan in enumerate(loans)]
    library.aws("sqs").send_message_batch(QueueUrl=library.outputs["LoansUrl"], Entries=entries)


def test_a_received_message_is_hidden_until_its_visibility_timeout(library: Library, key: str) -> None:
    sqs, url = library.aws("sqs"), library.outputs["TokensUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"key": key, "task_token": ""}))

    def bodies(hidden_seconds: int) -> list[str]:
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=hidden_seconds)
        return [message["Body"] for message in found.get("Messages", []) if key in message["Body"]]

    assert len(bodies(hidden_seconds=1)) == 1
    assert bodies(hidden_seconds=1) == []
    assert eventually(lambda: bodies(hidden_seconds=0))


def test_only_the_failed_message_of_a_batch_comes_again(library: Library, key: str) -> None:
    send(library, {"key": f"{key}-good"}, {"key": f"{key}-bad", "fail_times": 1}, {"key": f"{key}-fine"})
    assert eventually(lambda: library.count_of(f"loan#{key}-bad", "received") == 2)
    assert library.count_of(f"loan#{key}-good", "received") == 1
    assert library.count_of(f"loan#{key}-fine", "received") == 1


def test_a_failed_message_is_not_seen_before_its_visibility_timeout(library: Library, key: str) -> None:
    started = time.monotonic()
    send(library, {"key": key, "fail_times": 1})
    assert eventually(lambda: library.count_of(f"loan#{key}", "received") == 2)
    assert time.monotonic() - started >= 0.9


@pytest.mark.parametrize("how", ["raise", "unknown id"])
def test_an_exception_or_a_wrong_identifier_fails_the_whole_batch(library: Library, key: str, how: str) -> None:
    send(library, {"key": key, "fail_times": 1, "how": how})
    assert eventually(lambda: library.count_of(f"loan#{key}", "received") == 2)


def test_what_fails_every_time_is_set_aside(library: Library, key: str) -> None:
    send(library, {"key": key, "fail_times": 99})

    def set_aside() -> list[Any]:
        return [each for each in library.take("LostLoansUrl") if each["key"] == key]

    assert eventually(set_aside) == [{"key": key, "fail_times": 99}]
    assert library.count_of(f"loan#{key}", "received") == 3


def test_a_process_lost_in_a_batch_loses_no_message(library: Library, key: str) -> None:
    library.control(
        "POST",
        "/faults",
        {"function": "Worker", "operation": "dynamodb:UpdateItem", "contains": key, "when": "before"},
    )
    send(library, {"key": key})
    assert eventually(lambda: library.count_of(f"loan#{key}", "received") == 1)
