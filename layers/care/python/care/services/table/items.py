"""Values as items of the table, and the requests that read them."""

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from care.services.table import keys
from care.services.table.attributes import Item, from_item, to_item
from care.value import Value

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

V = TypeVar("V", bound=Value)
# Of a list's items so many fit into the four kilobytes that a read is counted by.
_AT_A_TIME = 11


class NotFound(Exception):
    """No such item."""


def stamp(at: datetime) -> str:
    """A time as pydantic writes it into an item."""
    return at.isoformat().replace("+00:00", "Z")


def dump(value: Value) -> Item:
    """A value as it is stored."""
    return value.model_dump(mode="json", exclude_none=True)


def read(model: type[V], item: Mapping[str, Any]) -> V:
    """The value in an item, or in a stream record's image; it lets the table's own attributes be."""
    return model.model_validate(from_item(item))


@dataclass(frozen=True)
class Table:
    """The table's requests, through one client. Reads by key are strongly consistent; those of an index cannot be."""

    client: "DynamoDBClient"
    name: str

    def get(self, model: type[V], key: keys.Key) -> V:
        """One item. Raises ``NotFound``."""
        found = self.client.get_item(TableName=self.name, Key=to_item(key), ConsistentRead=True)
        if "Item" not in found:
            raise NotFound(key["pk"])
        return read(model, found["Item"])

    def partition(self, pk: str, begins: str) -> list[Item]:
        """The items of a partition whose sort key begins so. One request a megabyte."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self.name,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :begins)",
            ExpressionAttributeValues=to_item({":pk": pk, ":begins": begins}),
            ConsistentRead=True,
        )
        return [item for page in pages for item in page["Items"]]

    def newest(self, pk: str, first: str, last: str, limit: int) -> "Found":
        """The last items of a partition between two sort keys, in order; fewer above a megabyte. One request."""
        found = self.client.query(
            TableName=self.name,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :last",
            ExpressionAttributeValues=to_item({":pk": pk, ":first": first, ":last": last}),
            ScanIndexForward=False,
            Limit=limit,
            ConsistentRead=True,
        )
        return Found({(item["pk"]["S"], item["sk"]["S"]): item for item in reversed(found["Items"])})

    def of_customer(self, customer_id: str, begins: str, limit: int) -> list[Item]:
        """A customer's items whose sort key begins so, newest first. One request."""
        return self.client.query(
            TableName=self.name,
            IndexName=keys.BY_CUSTOMER,
            KeyConditionExpression="customer_key = :key AND begins_with(customer_sort, :begins)",
            ExpressionAttributeValues=to_item({":key": keys.customer(customer_id), ":begins": begins}),
            ScanIndexForward=False,
            Limit=limit,
        )["Items"]

    def numbered(self, pk: str, limit: int, *, after: int | None, before: int | None) -> tuple[list[Item], bool]:
        """The numbered items of a partition next to a number, nearest first, and whether there are more of them.

        Those after a number, those before one, or with neither the last. One request.
        """
        condition = "pk = :pk"
        if after is not None:
            condition += " AND number_sort > :number"
        elif before is not None:
            condition += " AND number_sort < :number"
        values = {":pk": pk, ":number": before if after is None else after}
        # One more than wanted tells whether there is one; a request also ends after a megabyte.
        found = self.client.query(
            TableName=self.name,
            IndexName=keys.BY_NUMBER,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=to_item(values),
            ScanIndexForward=after is not None,
            Limit=limit + 1,
            ConsistentRead=True,
        )
        return found["Items"][:limit], len(found["Items"]) > limit or "LastEvaluatedKey" in found

    def listed(self, list_keys: Iterable[str], start: str, *, backwards: bool = False) -> Iterator[Item]:
        """What the parts of lists hold after ``start``, or backwards before it, merged by their sort keys.

        It is read as it is asked for: one request a part, and one more for each eleven of a part's that are used up.
        """
        parts = [self._part(key, start, backwards) for key in list_keys]
        return heapq.merge(*parts, key=lambda item: item["list_sort"]["S"], reverse=backwards)

    def _part(self, list_key: str, start: str, backwards: bool) -> Iterator[Item]:
        while start:
            found = self.client.query(
                TableName=self.name,
                IndexName=keys.BY_LIST,
                KeyConditionExpression=f"list_key = :key AND list_sort {'<' if backwards else '>'} :start",
                ExpressionAttributeValues=to_item({":key": list_key, ":start": start}),
                ScanIndexForward=not backwards,
                Limit=_AT_A_TIME,
            )
            yield from found["Items"]
            start = found["Items"][-1]["list_sort"]["S"] if "LastEvaluatedKey" in found else ""

    def batch(self, wanted: Iterable[keys.Key]) -> "Found":
        """At most 100 items by their keys; those that are there. One request, none for no keys."""
        unique = {(key["pk"], key["sk"]): key for key in wanted}
        request: Item = {self.name: {"Keys": [to_item(key) for key in unique.values()], "ConsistentRead": True}}
        found: dict[tuple[str, str], Item] = {}
        while unique and request:
            answer = self.client.batch_get_item(RequestItems=request)
            for item in answer["Responses"].get(self.name, []):
                found[item["pk"]["S"], item["sk"]["S"]] = item
            request = dict(answer.get("UnprocessedKeys", {}))
        return Found(found)


class Found:
    """What a batch found, by key."""

    def __init__(self, items: Mapping[tuple[str, str], Item]) -> None:
        self._items = items

    def item(self, key: keys.Key) -> Item | None:
        """The item of that key."""
        return self._items.get((key["pk"], key["sk"]))

    def values(self, model: type[V], begins: str) -> list[V]:
        """The values whose sort key begins so, in the order they were read in."""
        return [read(model, item) for (_, sk), item in self._items.items() if sk.startswith(begins)]

    def value(self, model: type[V], key: keys.Key) -> V | None:
        """The value of that key."""
        item = self.item(key)
        return read(model, item) if item else None
