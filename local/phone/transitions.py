"""Where a block leads: what its Transitions must have and may have, by the rule of its type."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from local.phone.graph import Block
from local.phone.rules import Results, Rule
from local.phone.values import decimal, named, shown

PARTS = frozenset({"NextAction", "Errors", "Conditions"})
PARTS_OF_ERROR = frozenset({"ErrorType", "NextAction"})
PARTS_OF_BRANCH = frozenset({"Condition", "NextAction"})
PARTS_OF_CONDITION = frozenset({"Operator", "Operands"})
# There is nothing to compare with where a key is looked for.
WITHOUT_OPERAND = "KeyExists"


def transition_problems(block: Block, rule: Rule) -> Iterator[str]:
    transitions = block.transitions
    if rule.terminal:
        if any(transitions.values()):
            yield "ends the flow, so it leads nowhere."
        return
    yield from _unknown_parts(transitions, PARTS, "Transitions")
    following = transitions.get("NextAction", "")
    if not isinstance(following, str):
        yield f"NextAction is {shown(following)}, not text."
    elif not following and not rule.leaves:
        yield "needs a NextAction."
    yield from _shape_problems(transitions, "Errors")
    yield from _error_problems(_entries(transitions, "Errors"), rule)
    yield from _shape_problems(transitions, "Conditions")
    yield from _condition_problems(_entries(transitions, "Conditions"), rule.results)


def _shape_problems(transitions: Mapping[str, Any], part: str) -> Iterator[str]:
    value = transitions.get(part, [])
    if not isinstance(value, list):
        yield f"{part} is {shown(value)}, not a list."
        return
    yield from (f"{part} holds {shown(entry)}, not an object." for entry in value if not isinstance(entry, Mapping))


def _entries(transitions: Mapping[str, Any], part: str) -> list[Mapping[str, Any]]:
    value = transitions.get(part)
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _unknown_parts(entry: Mapping[str, Any], known: frozenset[str], name: str) -> Iterator[str]:
    yield from (f"{name} never has {named(str(part))}." for part in entry if part not in known)


def _target_problems(entry: Mapping[str, Any], name: str) -> Iterator[str]:
    target = entry.get("NextAction")
    if not isinstance(target, str) or not target:
        yield f"{name} leads to {shown(target)}, which is no block."


def _error_problems(errors: list[Mapping[str, Any]], rule: Rule) -> Iterator[str]:
    counts: Counter[str] = Counter()
    for entry in errors:
        yield from _unknown_parts(entry, PARTS_OF_ERROR, "an error")
        yield from _target_problems(entry, "an error")
        type_ = entry.get("ErrorType")
        if isinstance(type_, str) and type_:
            counts[type_] += 1
        else:
            yield f"an error's ErrorType is {shown(type_)}, not text."
    yield from (f"needs a branch for {type_}." for type_ in sorted(rule.errors - counts.keys()))
    for type_, count in counts.items():
        if type_ not in rule.errors | rule.optional_errors:
            yield f"never has the error {named(type_)}."
        if count > 1:
            yield f"has {count} branches for {named(type_)}."


def _condition_problems(conditions: list[Mapping[str, Any]], results: Results | None) -> Iterator[str]:
    if results is None:
        if conditions:
            yield "takes no conditions."
        return
    asked: dict[tuple[str, str], Any] = {}
    for entry in conditions:
        yield from _unknown_parts(entry, PARTS_OF_BRANCH, "a branch")
        yield from _target_problems(entry, "a condition")
        condition = entry.get("Condition")
        if not isinstance(condition, Mapping):
            yield f"a condition is {shown(condition)}, not an object."
            continue
        yield from _unknown_parts(condition, PARTS_OF_CONDITION, "a condition")
        operator = condition.get("Operator")
        if not isinstance(operator, str) or operator not in results.operators:
            yield f"cannot compare by {shown(operator)}."
            continue
        yield from _operand_problems(operator, condition.get("Operands"), results)
        question = (operator, _operand(condition))
        target = entry.get("NextAction")
        if question in asked and not (results.may_repeat and asked[question] == target):
            yield f"asks twice whether it is {operator} {shown(question[1])}."
        asked[question] = target
    operands = [operand for _, operand in asked]
    yield from (f"needs a branch for {operand}." for operand in sorted(results.needed.difference(operands)))
    numbers = [int(operand) for operand in operands if operand.isascii() and operand.isdecimal() and len(operand) < 4]
    if results.rising and any(first >= second for first, second in pairwise(numbers)):
        yield "its thresholds do not rise."


def _operand_problems(operator: str, operands: Any, results: Results) -> Iterator[str]:
    if operator == WITHOUT_OPERAND and not operands:
        return
    if not isinstance(operands, list):
        yield f"a condition's Operands is {shown(operands)}, not a list."
    elif len(operands) != 1:
        yield f"a condition takes one operand, not {len(operands)}."
    else:
        yield from results.operand("an operand", operands[0])
        if operator.startswith("Number") and isinstance(operands[0], str) and operands[0]:
            yield from decimal("an operand", operands[0])


def _operand(condition: Mapping[str, Any]) -> str:
    operands = condition.get("Operands")
    return operands[0] if isinstance(operands, list) and operands and isinstance(operands[0], str) else ""
