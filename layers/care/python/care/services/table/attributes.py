"""Plain values as DynamoDB's attribute values and back (DynamoDB API reference, "AttributeValue").

``boto3.dynamodb.types`` does the same and more, and brings all of ``boto3`` into every start, of which nothing else is
used here. A test holds the two to the same.
"""

from collections.abc import Mapping
from typing import Any

Item = dict[str, Any]


def to_attribute(value: Any) -> dict[str, Any]:
    """A text, whole number, truth value, ``None``, list or dictionary of such; ``TypeError`` for anything else."""
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": str(value)}
        case int():
            return {"N": str(value)}
        case list() | tuple():
            return {"L": [to_attribute(one) for one in value]}
        case dict():
            return {"M": {name: to_attribute(one) for name, one in value.items()}}
    raise TypeError(f"{type(value).__name__} is no value of an item")


def from_attribute(attribute: Mapping[str, Any]) -> Any:
    """The plain value; numbers are whole. Raises ``ValueError`` for a kind that no item of ours has."""
    ((kind, value),) = attribute.items()
    match kind:
        case "S" | "BOOL":
            return value
        case "N":
            return int(value)
        case "L":
            return [from_attribute(one) for one in value]
        case "M":
            return {name: from_attribute(one) for name, one in value.items()}
        case "NULL":
            return None
    raise ValueError(f"no item of ours has an attribute of kind {kind}")


def to_item(values: Mapping[str, Any]) -> Item:
    """An item's attributes; ``None`` is left out."""
    return {name: to_attribute(value) for name, value in values.items() if value is not None}


def from_item(item: Mapping[str, Any]) -> Item:
    """An item's plain values."""
    return {name: from_attribute(attribute) for name, attribute in item.items()}
