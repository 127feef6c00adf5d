"""DynamoDB units of each happening of `bench.calls`, computed from what its requests write and read.

Contract: DynamoDB developer guide, "Read and write operations": a write unit is 1 KB written once, and two of them in a
transaction; of an update the larger of the item before and after counts; a read unit is 4 KB read consistently, or
twice as much read otherwise; and "Global secondary indexes", "Write capacity": an index is written only where what it
holds of the item changes, and twice where the item moves to another key.
"""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from bench import calls
from tests.integration import stage as stages
from tests.integration.stage import Stage, template_table

KILOBYTE = 1024
TABLE = "table"

Item = dict[str, Any]


@dataclass(frozen=True)
class Units:
    """Write and read units of one happening, and the kilobytes it adds to the table, indexes not counted.

    ``keys``: the write units by table or index and key.
    """

    write: int = 0
    read: float = 0.0
    kilobytes: float = 0.0
    keys: "Counter[tuple[str, str]]" = field(default_factory=Counter)

    def __add__(self, other: "Units") -> "Units":
        return Units(
            self.write + other.write,
            self.read + other.read,
            self.kilobytes + other.kilobytes,
            self.keys + other.keys,
        )


def metered(caller: Any, operation: str, params: dict[str, Any]) -> tuple[Any, Units]:
    """Make a call of DynamoDB's; gives its answer, and what it cost. The meter's own reads use the same client."""
    writes = list(_writes(operation, params))
    before = [_stored(caller, part) for part, _ in writes]
    answer = caller._make_api_call(operation, params)
    if not writes:
        return answer, _read(operation, params, answer)
    parts = zip(writes, before, strict=True)
    return answer, sum((_written(old, _stored(caller, part), times) for (part, times), old in parts), Units())


@dataclass
class Metered(Stage):
    """A stage that also adds up the units of the last invocation."""

    units: Units = field(default_factory=Units)

    def invoke(self, function: str, event: stages.Event) -> Any:
        self.units = Units()
        return super().invoke(function, event)

    def on_call(self, caller: Any, operation: str, params: dict[str, Any]) -> Any:
        answer = super().on_call(caller, operation, params)
        if answer is not None or not self.running or caller.meta.service_model.service_name != "dynamodb":
            return answer
        self.running = False
        try:
            answer, cost = metered(caller, operation, params)
            self.units += cost
            return answer
        finally:
            self.running = True


@cache
def measure() -> dict[tuple[str, str], Units]:
    """By function and happening; of each its last invocation."""
    return {(function, happening): stage.units for function, happening, _, stage in calls.carried_out(Metered)}


def _writes(operation: str, params: dict[str, Any]) -> Iterator[tuple[dict[str, Any], int]]:
    """Each item that is written, as its part of the request, and how often a unit counts."""
    match operation:
        case "TransactWriteItems":
            yield from ((part, 2) for written in params["TransactItems"] for part in written.values())
        case "PutItem" | "UpdateItem" | "DeleteItem":
            yield params, 1


def _stored(caller: Any, part: dict[str, Any]) -> Item | None:
    key = part.get("Key") or {name: part["Item"][name] for name in ("pk", "sk")}
    asked = {"TableName": part["TableName"], "Key": key, "ConsistentRead": True}
    found: Item | None = caller._make_api_call("GetItem", asked).get("Item")
    return found


def _written(before: Item | None, after: Item | None, times: int) -> Units:
    larger = max(_size(item) for item in (before, after, {}) if item is not None)
    (item,) = [one for one in (after, before, {}) if one is not None][:1]
    units = Units(
        write=times * _kilobytes(larger),
        kilobytes=(_size(after or {}) - _size(before or {})) / KILOBYTE,
        keys=Counter({(TABLE, item["pk"]["S"]): times * _kilobytes(larger)} if item else {}),
    )
    for index in (*template_table()["GlobalSecondaryIndexes"], *template_table()["LocalSecondaryIndexes"]):
        units += _indexed(index, _held(index, before), _held(index, after))
    return units


def _held(index: dict[str, Any], item: Item | None) -> Item | None:
    """What an index holds of an item, if it holds it: only what has the index's whole key."""
    key = [part["AttributeName"] for part in index["KeySchema"]]
    if item is None or any(name not in item for name in key):
        return None
    projected = index["Projection"].get("NonKeyAttributes")
    kept = item if projected is None else {name: item[name] for name in ("pk", "sk", *key, *projected) if name in item}
    return dict(kept)


def _indexed(index: dict[str, Any], before: Item | None, after: Item | None) -> Units:
    key = [part["AttributeName"] for part in index["KeySchema"]]
    if before == after:
        return Units()
    if before and after and all(before[name] == after[name] for name in key):
        held = [max(before, after, key=_size)]
    else:
        held = [item for item in (before, after) if item]
    keys = Counter[tuple[str, str]]()
    for item in held:
        keys[index["IndexName"], item[key[0]]["S"]] += _kilobytes(_size(item))
    return Units(write=keys.total(), keys=keys)


def _read(operation: str, params: dict[str, Any], answer: dict[str, Any]) -> Units:
    match operation:
        case "GetItem":
            return Units(read=_blocks(_size(answer.get("Item", {}))))
        case "BatchGetItem":
            asked = sum(len(each["Keys"]) for each in params["RequestItems"].values())
            found = [_blocks(_size(item)) for items in answer["Responses"].values() for item in items]
            return Units(read=sum(found) + asked - len(found))
        case "Query":
            consistent = 1.0 if params.get("ConsistentRead") else 0.5
            return Units(read=consistent * _blocks(sum(_size(item) for item in answer["Items"])))
        case _:
            raise AssertionError(f"nothing is known of the units of {operation}")


def _kilobytes(size: int) -> int:
    return max(1, math.ceil(size / KILOBYTE))


def _blocks(size: int) -> int:
    return max(1, math.ceil(size / (4 * KILOBYTE)))


def _size(item: Item) -> int:
    """Bytes of names and values, near what DynamoDB counts ("Item sizes and formats")."""
    return sum(len(name.encode()) + _bytes(value) for name, value in item.items())


def _bytes(value: dict[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S" | "N":
            return len(str(content).encode())
        case "BOOL" | "NULL":
            return 1
        case "L":
            return 3 + sum(1 + _bytes(one) for one in content)
        case "M":
            return 3 + len(content) + _size(content)
        case "SS" | "NS":
            return sum(len(str(one).encode()) for one in content)
        case _:
            raise AssertionError(f"nothing is known of the size of {kind}")
