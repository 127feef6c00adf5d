"""Decisions of the event sources: what failed, what passes a filter, in which order, when next."""

import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from local.cloudformation.stack import Invocation
from local.machine.refusal import Refusal
from local.sources.batch import failed_items
from local.sources.filtering import Filters
from local.sources.schedule import next_time
from local.sources.stream import shuffled

KNOWN = ("1", "2", "3")
ALL = set(KNOWN)


@pytest.mark.parametrize(
    ("answer", "failed"),
    [
        ("null", set()),
        ("{}", set()),
        ('{"batchItemFailures": []}', set()),
        ('{"batchItemFailures": null}', set()),
        ('{"batchItemFailures": [{"itemIdentifier": "2"}]}', {"2"}),
        ('{"batchItemFailures": [{"itemIdentifier": ""}]}', ALL),
        ('{"batchItemFailures": [{"itemIdentifier": null}]}', ALL),
        ('{"batchItemFailures": [{"itemIdentifier": "4"}]}', ALL),
        ('{"batchItemFailures": [{"ItemIdentifier": "2"}]}', ALL),
        ('{"batchItemFailures": "2"}', ALL),
        ("no JSON", ALL),
    ],
)
def test_an_answer_tells_what_failed(answer: str, failed: set[str]) -> None:
    invocation = Invocation(answer.encode(), None, "r", 1.0)
    assert failed_items(invocation, True, KNOWN) == failed
    assert failed_items(invocation, False, KNOWN) == set()


@pytest.mark.parametrize("reports", [True, False])
def test_an_error_fails_all(reports: bool) -> None:
    assert failed_items(Invocation(b"{}", "Timeout", "r", 1.0), reports, KNOWN) == ALL


RECORD = {"eventName": "INSERT", "dynamodb": {"Keys": {"sk": {"S": "OUTBOX#1"}}, "SizeBytes": 30}, "tags": ["a", "b"]}


@pytest.mark.parametrize(
    ("pattern", "passes"),
    [
        ({"eventName": ["INSERT", "MODIFY"]}, True),
        ({"eventName": ["REMOVE"]}, False),
        ({"dynamodb": {"Keys": {"sk": {"S": [{"prefix": "OUTBOX#"}]}}}}, True),
        ({"dynamodb": {"Keys": {"sk": {"S": [{"suffix": "#2"}]}}}}, False),
        ({"dynamodb": {"Keys": {"sk": {"S": [{"anything-but": ["OUTBOX#1"]}]}}}}, False),
        ({"dynamodb": {"SizeBytes": [{"numeric": [">", 10, "<=", 30]}]}}, True),
        ({"dynamodb": {"SizeBytes": [{"numeric": [">", 30]}]}}, False),
        ({"dynamodb": {"NewImage": [{"exists": False}]}}, True),
        ({"dynamodb": {"OldImage": {"sk": {"S": [{"exists": False}]}}}}, True),
        ({"dynamodb": {"OldImage": {"sk": {"S": [{"exists": True}]}}}}, False),
        ({"eventName": [{"exists": False}]}, False),
        ({"eventName": [{"equals-ignore-case": "insert"}]}, True),
        ({"tags": ["b"]}, True),
        ({"$or": [{"eventName": ["REMOVE"]}, {"tags": ["a"]}]}, True),
        ({"nobody": {"here": ["x"]}}, False),
    ],
)
def test_a_filter_pattern(pattern: dict[str, Any], passes: bool) -> None:
    filters = Filters({"Filters": [{"Pattern": json.dumps(pattern)}]}, "here")
    assert filters.pass_(RECORD) is passes


def test_the_body_of_a_message_is_matched_as_json() -> None:
    filters = Filters({"Filters": [{"Pattern": '{"body": {"kind": ["wanted"]}}'}]}, "here")
    assert filters.pass_message({"body": '{"kind": "wanted"}'})
    assert not filters.pass_message({"body": '{"kind": "other"}'})
    assert not filters.pass_message({"body": "no JSON"})


def test_a_malformed_filter_is_refused() -> None:
    with pytest.raises(Refusal, match="FilterCriteria of function F"):
        Filters({"Filters": [{"Pattern": "{"}]}, "function F")


def test_shuffling_keeps_each_items_order_and_deals_numbers_anew() -> None:
    records = [
        {"dynamodb": {"Keys": {"pk": {"S": item}}, "SequenceNumber": f"{number:021d}"}, "was": number}
        for number, item in enumerate("abcabcabcabc")
    ]
    orders = set()
    for seed in range(20):
        mixed = shuffled(records, random.Random(seed))
        for item in "abc":
            own = [each["was"] for each in mixed if each["dynamodb"]["Keys"]["pk"]["S"] == item]
            assert own == sorted(own)
        numbers = [each["dynamodb"]["SequenceNumber"] for each in mixed]
        assert numbers == sorted(numbers)
        assert sorted(each["was"] for each in mixed) == list(range(12))
        orders.add(tuple(each["was"] for each in mixed))
    assert len(orders) > 10


@pytest.mark.parametrize(
    ("fields", "next_"),
    [
        ("0/15 * * * ? *", "2026-01-03T10:15"),
        ("30 9 * * ? *", "2026-01-04T09:30"),
        ("0 8 ? * MON-FRI *", "2026-01-05T08:00"),
        ("0 8 1 * ? *", "2026-02-01T08:00"),
        ("0 0 1 JUN ? *", "2026-06-01T00:00"),
    ],
)
def test_the_next_time_of_a_cron_expression(fields: str, next_: str) -> None:
    now = datetime(2026, 1, 3, 10, 7, 30, tzinfo=UTC)
    assert next_time(tuple(fields.split()), now).isoformat(timespec="minutes") == f"{next_}+00:00"
