"""Event filters of an event source (Lambda developer guide, "Control which events Lambda sends")."""

import fnmatch
import json
from typing import Any

from local.machine.refusal import Refusal


class Filters:
    """A record passes when any pattern matches it, or when there is none."""

    def __init__(self, criteria: dict[str, Any] | None, where: str) -> None:
        try:
            self._patterns = [json.loads(each["Pattern"]) for each in (criteria or {}).get("Filters") or []]
        except (ValueError, KeyError, TypeError) as error:
            raise Refusal(f"The FilterCriteria of {where} is malformed: {error}.") from None

    def pass_(self, record: Any) -> bool:
        return not self._patterns or any(_matches(pattern, record) for pattern in self._patterns)

    def pass_message(self, record: dict[str, Any]) -> bool:
        """An SQS record: its body is matched as JSON where the pattern asks for fields of it."""
        if not self._patterns:
            return True
        try:
            parsed = {**record, "body": json.loads(record["body"])}
        except ValueError:
            parsed = record
        return self.pass_(parsed) or self.pass_(record)


def _matches(pattern: Any, value: Any) -> bool:
    if isinstance(pattern, dict):
        for key, part in pattern.items():
            if key == "$or":
                if not any(_matches(each, value) for each in part):
                    return False
                continue
            there = isinstance(value, dict) and key in value
            if isinstance(part, dict):
                # What is said of a part that is not there holds where it says that something is not.
                if not _matches(part, value[key] if there else {}):
                    return False
            elif not any(_rule_holds(rule, value[key] if there else None, there) for rule in part):
                return False
        return True
    return bool(pattern == value)


def _rule_holds(rule: Any, value: Any, there: bool) -> bool:
    if isinstance(rule, dict) and "exists" in rule:
        return bool(rule["exists"]) == there
    if not there:
        return False
    values = value if isinstance(value, list) else [value]
    return any(_one_holds(rule, each) for each in values)


def _one_holds(rule: Any, value: Any) -> bool:
    if not isinstance(rule, dict):
        return type(rule) is type(value) and bool(rule == value)
    name, argument = next(iter(rule.items()))
    match name:
        case "prefix":
            return isinstance(value, str) and value.startswith(argument)
        case "suffix":
            return isinstance(value, str) and value.endswith(argument)
        case "equals-ignore-case":
            return isinstance(value, str) and value.lower() == argument.lower()
        case "wildcard":
            return isinstance(value, str) and fnmatch.fnmatchcase(value, argument.replace("[", "[[]"))
        case "anything-but":
            rules = argument if isinstance(argument, list) else [argument]
            return not any(_one_holds(each, value) for each in rules)
        case "numeric":
            return isinstance(value, int | float) and _numeric(argument, value)
        case _:
            return False


def _numeric(conditions: list[Any], value: float) -> bool:
    compare = {
        "=": lambda a, b: a == b,
        ">": lambda a, b: a > b,
        ">=": lambda a, b: a >= b,
        "<": lambda a, b: a < b,
        "<=": lambda a, b: a <= b,
    }
    pairs = zip(conditions[::2], conditions[1::2], strict=True)
    return all(compare[sign](value, limit) for sign, limit in pairs)
