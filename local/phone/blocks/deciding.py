"""Blocks that choose a branch by what is known."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

from local.phone.flow import Action, Branch, Condition, FlowError
from local.phone.keys import whole
from local.phone.paths import PATH, as_text, value_at
from local.phone.playing import Playing
from local.phone.queues import NOBODY, as_attributes

MOST_ROUNDS = 10_000

COMPARISONS: Mapping[str, Callable[[str, str], bool]] = {
    "Equals": operator.eq,
    "TextStartsWith": str.startswith,
    "TextEndsWith": str.endswith,
    "TextContains": operator.contains,
    "NumberGreaterThan": lambda a, b: _number(a) > _number(b),
    "NumberGreaterOrEqualTo": lambda a, b: _number(a) >= _number(b),
    "NumberLessThan": lambda a, b: _number(a) < _number(b),
    "NumberLessOrEqualTo": lambda a, b: _number(a) <= _number(b),
    # So the page of DistributeByPercentage calls it.
    "NumericLessThan": lambda a, b: _number(a) < _number(b),
}


def compare(call: Playing, action: Action) -> Branch:
    value = action.parameters.get("ComparisonValue", "")
    found = value_at(value, call.document) if isinstance(value, str) and PATH.fullmatch(value) else None
    if isinstance(found, Mapping | list):
        return _matching(call, action, found)
    return _matching(call, action, call.filled(action, value))


def check_metric(call: Playing, action: Action) -> Branch:
    metric = call.filled(action, action.parameters.get("MetricType", ""))
    value = metrics_of(call, _queue_of(call, action)).get(metric, "")
    return _matching(call, action, value)


def get_metrics(call: Playing, action: Action) -> Branch:
    """Fills $.Metrics; a contact has a position only while it waits."""
    queue = _queue_of(call, action)
    position = call.queue.position(call) if call.queue else None
    metrics = metrics_of(call, queue)
    call.contact.metrics = as_attributes(metrics, queue, queue.rpartition("/")[2], position)
    return action.on()


def distribute(call: Playing, action: Action) -> Branch:
    return _matching(call, action, str(call.chance.randint(1, 100)))


def loop(call: Playing, action: Action) -> Branch:
    """ContinueLooping so many times, then DoneLooping once, then anew. A list is gone through."""
    given = action.parameters.get("LoopCount", "")
    items = value_at(given, call.document) if isinstance(given, str) and PATH.fullmatch(given) else None
    if isinstance(items, list):
        count = len(items)
    else:
        count, items = whole(action, "LoopCount", call.filled(action, given)), []
    if count > MOST_ROUNDS:
        raise FlowError(f"Block {action.identifier} loops {count} times, more than Connect does.")
    rounds = call.frame.rounds
    done = rounds.get(action.identifier, 0)
    rounds[action.identifier] = (done + 1) % (count + 1)
    name = str(action.parameters.get("LoopName", action.identifier))
    call.frame.loops[name] = {"index": str(done), "element": items[done] if done < len(items) else ""}
    return action.result("ContinueLooping" if done < count else "DoneLooping")


def metrics_of(call: Playing, queue: str) -> Mapping[str, str]:
    return call.queue.metrics(queue) if call.queue else NOBODY


def _queue_of(call: Playing, action: Action) -> str:
    for name in ("QueueId", "AgentId"):
        if name in action.parameters:
            return call.filled(action, action.parameters[name])
    return call.contact.queue


def _matching(call: Playing, action: Action, value: Any) -> Branch:
    """The first condition that holds for a value."""
    for condition in action.conditions:
        if _holds(call, action, condition, value):
            return condition.branch
    return action.first("NoMatchingCondition", "NoMatchingError")


def _holds(call: Playing, action: Action, condition: Condition, value: Any) -> bool:
    operands = [call.filled(action, operand) for operand in condition.operands]
    if condition.operator == "KeyExists":
        return isinstance(value, Mapping) and any(operand in value for operand in operands)
    if condition.operator not in COMPARISONS:
        raise FlowError(f"Block {action.identifier} compares by {condition.operator}, not known here.")
    holds = COMPARISONS[condition.operator]
    return any(holds(as_text(value), operand) for operand in operands)


def _number(text: str) -> float:
    """Not a number where Connect finds none, which makes every comparison false."""
    try:
        return float(text)
    except ValueError:
        return float("nan")
