"""The promises of a table and its stream: all or nothing, order by item only, and what fails is parked whole."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.contract.conftest import Library, eventually

pytestmark = pytest.mark.stack


def book(name: str, part: str = "-", **attributes: Any) -> dict[str, Any]:
    return {"pk": {"S": f"book#{name}"}, "sk": {"S": part}, **attributes}


def put(library: Library, item: dict[str, Any], **condition: Any) -> dict[str, Any]:
    return {"Put": {"TableName": library.outputs["TableName"], "Item": item, **condition}}


def test_of_many_writers_with_one_condition_one_wins(library: Library, key: str) -> None:
    table = library.aws("dynamodb")

    def write(number: int) -> bool:
        try:
            table.transact_write_items(
                TransactItems=[
                    put(library, book(key, "claim"), ConditionExpression="attribute_not_exists(pk)"),
                    put(library, book(key, f"writer-{number}")),
                ]
            )
        except table.exceptions.TransactionCanceledException:
            return False
        return True

    with ThreadPoolExecutor(8) as writers:
        assert sum(writers.map(write, range(40))) == 1
    found = table.query(
        TableName=library.outputs["TableName"],
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"book#{key}"}},
        ConsistentRead=True,
    )
    assert found["Count"] == 2


def test_a_request_token_makes_the_same_transaction_once(library: Library, key: str) -> None:
    table = library.aws("dynamodb")
    for _ in range(2):
        table.transact_write_items(
            ClientRequestToken=key,
            TransactItems=[
                {
                    "Update": {
                        "TableName": library.outputs["TableName"],
                        "Key": {"pk": {"S": f"once#{key}"}, "sk": {"S": "-"}},
                        "UpdateExpression": "ADD attempts :one",
                        "ExpressionAttributeValues": {":one": {"N": "1"}},
                    }
                }
            ],
        )
    assert library.count_of(f"once#{key}") == 1


def test_a_write_that_changes_nothing_is_not_in_the_stream(library: Library, key: str) -> None:
    table = library.aws("dynamodb")
    for version in ("1", "1", "2"):
        table.put_item(TableName=library.outputs["TableName"], Item=book(key, version={"N": version}))
    assert eventually(lambda: len(library.seen(f"book#{key}")) >= 2)
    assert [each["event"] for each in library.seen(f"book#{key}")] == ["INSERT", "MODIFY"]


def test_each_item_stays_in_order_and_items_of_a_transaction_are_swapped(library: Library, key: str) -> None:
    table = library.aws("dynamodb")
    parts = ["a", "b", "c", "d"]
    for version in range(1, 6):
        writes = [put(library, book(key, part, version={"N": str(version)})) for part in parts]
        table.transact_write_items(TransactItems=writes)
    assert eventually(lambda: len(library.seen(f"book#{key}")) == 20)
    seen = library.seen(f"book#{key}")
    for part in parts:
        assert [each["version"] for each in seen if each["sk"] == part] == [1, 2, 3, 4, 5]
    assert [(each["version"], each["sk"]) for each in seen] != [(v, p) for v in range(1, 6) for p in parts]


def test_records_that_the_filter_refuses_reach_nobody(library: Library, key: str) -> None:
    table = library.aws("dynamodb")
    table.put_item(TableName=library.outputs["TableName"], Item={"pk": {"S": f"pen#{key}"}, "sk": {"S": "-"}})
    table.put_item(TableName=library.outputs["TableName"], Item=book(key))
    assert eventually(lambda: library.seen(f"book#{key}"))
    assert library.seen(f"pen#{key}") == []


@pytest.mark.parametrize("how", ["poison", "raises"])
def test_a_record_that_keeps_failing_is_parked_whole_and_the_stream_goes_on(
    library: Library, key: str, how: str
) -> None:
    table, bucket = library.aws("dynamodb"), library.outputs["ParkedBucket"]
    writes = [put(library, book(key, part)) for part in ("a", "b", "c")]
    writes.append(put(library, book(key, "bad", **{how: {"BOOL": True}})))
    table.transact_write_items(TransactItems=writes)
    table.put_item(TableName=library.outputs["TableName"], Item=book(key, "later"))

    def parked() -> list[dict[str, Any]]:
        objects = library.aws("s3").list_objects_v2(Bucket=bucket).get("Contents", [])
        bodies = [library.aws("s3").get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in objects]
        return [json.loads(body) for body in bodies if key in body.decode()]

    (record,) = eventually(parked)
    assert record["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 3
    assert record["DDBStreamBatchInfo"]["batchSize"] == 1
    (change,) = json.loads(record["payload"])["Records"]
    assert change["dynamodb"]["Keys"]["sk"] == {"S": "bad"}
    assert change["dynamodb"]["NewImage"][how] == {"BOOL": True}
    assert change["eventSourceARN"].startswith("arn:aws:dynamodb:")
    assert eventually(lambda: {each["sk"] for each in library.seen(f"book#{key}")} == {"a", "b", "c", "later"})


def test_a_reader_killed_after_its_work_is_given_the_records_again(library: Library, key: str) -> None:
    library.control(
        "POST",
        "/faults",
        {"function": "Reader", "operation": "sqs:SendMessage", "contains": key, "when": "after", "action": "kill"},
    )
    library.aws("dynamodb").put_item(TableName=library.outputs["TableName"], Item=book(key))
    assert eventually(lambda: len(library.seen(f"book#{key}")) == 2)
