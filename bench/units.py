"""DynamoDB units of each happening of `bench.calls`, computed from what a function asks for.

Contract: DynamoDB developer guide, "Read and write operations": a write unit is 1 KB written once, and two of them in a
transaction; an index that holds the item is written beside it; a read unit is 4 KB read consistently. Counted low are
an item that is updated (as large as it was), a move within an index (one write), and a read (4 KB a key or query).
"""

import math
from dataclasses import dataclass, field
from typing import Any

from bench import calls
from tests.integration import stage as stages
from tests.integration.stage import Stage, client, template_table

KILOBYTE = 1024


@dataclass(frozen=True)
class Units:
    """Write and read units of one happening, and the kilobytes its writes put into the table, indexes not counted."""

    write: int = 0
    read: int = 0
    kilobytes: float = 0.0

    def __add__(self, other: "Units") -> "Units":
        return Units(self.write + other.write, self.read + other.read, self.kilobytes + other.kilobytes)


@dataclass
class Metered(Stage):
    """A stage that also adds up the units of the last invocation."""

    units: Units = field(default_factory=Units)

    def invoke(self, function: str, event: stages.Event) -> Any:
        self.units = Units()
        return super().invoke(function, event)

    def on_call(self, caller: Any, operation: str, params: dict[str, Any]) -> Any:
        if self.running and caller.meta.service_model.service_name == "dynamodb":
            self.running = False
            self.units += _units(operation, params)
            self.running = True
        return super().on_call(caller, operation, params)


def measure() -> dict[tuple[str, str], Units]:
    """By function and happening; of each its last invocation."""
    return {(function, happening): stage.units for function, happening, _, stage in calls.carried_out(Metered)}


def _units(operation: str, params: dict[str, Any]) -> Units:
    match operation:
        case "TransactWriteItems":
            parts = [part for written in params["TransactItems"] for part in written.items()]
            return sum((_written(kind, part, times=2) for kind, part in parts), Units())
        case "PutItem" | "UpdateItem" | "DeleteItem":
            return _written(operation.removesuffix("Item"), params, times=1)
        case "BatchGetItem":
            return Units(read=sum(len(asked["Keys"]) for asked in params["RequestItems"].values()))
        case "GetItem" | "Query":
            return Units(read=1)
        case _:
            raise AssertionError(f"nothing is known of the units of {operation}")


def _written(kind: str, part: dict[str, Any], times: int) -> Units:
    if kind == "ConditionCheck":
        return Units(read=2)
    item = part["Item"] if kind == "Put" else _as_it_is(part)
    kilobytes = _size(item) / KILOBYTE
    units = max(1, math.ceil(kilobytes))
    return Units(write=units * (times + _indexes(item)), kilobytes=kilobytes if kind == "Put" else 0.0)


def _as_it_is(part: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = client("dynamodb").get_item(TableName=part["TableName"], Key=part["Key"])
    return found.get("Item", part["Key"])  # type: ignore[no-any-return]


def _indexes(item: dict[str, Any]) -> int:
    """How many indexes hold the item: those whose whole key it has."""
    table = template_table()
    keys = [
        [key["AttributeName"] for key in index["KeySchema"]]
        for index in (*table["GlobalSecondaryIndexes"], *table["LocalSecondaryIndexes"])
    ]
    return sum(all(name in item for name in key) for key in keys)


def _size(item: dict[str, Any]) -> int:
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
