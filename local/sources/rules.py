"""EventBridge rules of the default bus: an event of an AWS service goes to the targets of every rule that it matches.

Services' events are delivered "best effort" (EventBridge user guide, "Delivery level for events from AWS services"): a
trouble that is set loses, doubles or holds back some, so that they come out of order too. Targets' retry policies and
dead-letter queues do nothing here.
"""

import asyncio
import json
import logging
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from local.awslambda.configuration import FUNCTION
from local.awslambda.destinations import Destinations
from local.cloudformation.data_plane import CallFailed
from local.cloudformation.stack import Stack
from local.cloudformation.template import arn_of
from local.machine.refusal import Refusal
from local.sources.filtering import Filters

RULE = "AWS::Events::Rule"
# SAM's names of such a rule among a function's events.
AT_RULES = {"EventBridgeRule", "CloudWatchEvent"}
TARGETS = {"lambda", "sqs", "sns"}
CHANGING = ("Input", "InputPath", "InputTransformer")
SHUFFLE_SEED = 817
logger = logging.getLogger(__name__)

Event = dict[str, Any]


@dataclass(frozen=True)
class Rule:
    filters: Filters
    targets: tuple[str, ...]
    """ARNs."""


@dataclass(frozen=True)
class Trouble:
    """What befalls events: each chance is from 0 to 1."""

    pattern: dict[str, Any] = field(default_factory=dict)
    """Which events, as a rule's pattern; empty for all."""
    lose: float = 0.0
    double: float = 0.0
    late_seconds: float = 0.0
    """Each delivery is held back for up to so long."""

    @classmethod
    def read(cls, wanted: Any) -> "Trouble":
        """Raises ValueError for what is no trouble."""
        known = set(cls.__dataclass_fields__)
        if not isinstance(wanted, dict) or set(wanted) - known:
            raise ValueError(f"a trouble has {', '.join(sorted(known))}, each of which may be left out")
        pattern = wanted.get("pattern", {})
        numbers = {name: wanted.get(name, 0) for name in ("lose", "double", "late_seconds")}
        if not isinstance(pattern, dict):
            raise ValueError("pattern is an event pattern")
        if not all(isinstance(value, int | float) and value >= 0 for value in numbers.values()):
            raise ValueError("lose and double are chances from 0 to 1, late_seconds is not below 0")
        return cls(pattern, **{name: float(value) for name, value in numbers.items()})


class Rules:
    """The rules of a template, and deliveries under way."""

    def __init__(self, stack: Stack) -> None:
        """Raises Refusal for a rule that has no stand-in on one machine."""
        self._destinations = Destinations(stack)
        self._rules = [*_of_functions(stack), *_of_template(stack)]
        self._random = random.Random(stack.settings.runtime.get("shuffle_seed", SHUFFLE_SEED))
        self._deliveries: set[asyncio.Task[None]] = set()
        self._trouble = Trouble()
        self._troubled = _filters({}, "the trouble")

    @property
    def trouble(self) -> dict[str, Any]:
        """What befalls events now."""
        return asdict(self._trouble)

    def let(self, trouble: Trouble) -> None:
        """From now on this befalls events, and nothing else."""
        self._trouble, self._troubled = trouble, _filters(trouble.pattern, "the trouble")

    def put(self, event: Event) -> None:
        """Deliver an event without waiting for it."""
        for rule in self._rules:
            if rule.filters.pass_(event):
                for target in rule.targets:
                    for late in self._deliveries_of(event):
                        task = asyncio.create_task(self._deliver(event, target, late))
                        self._deliveries.add(task)
                        task.add_done_callback(self._deliveries.discard)

    async def close(self) -> None:
        for task in self._deliveries:
            task.cancel()
        await asyncio.gather(*self._deliveries, return_exceptions=True)

    def _deliveries_of(self, event: Event) -> Iterator[float]:
        """For each time that a target gets the event, how late."""
        trouble = self._trouble if self._troubled.pass_(event) else Trouble()
        if self._random.random() < trouble.lose:
            return
        yield self._random.uniform(0, trouble.late_seconds)
        if self._random.random() < trouble.double:
            yield self._random.uniform(0, trouble.late_seconds)

    async def _deliver(self, event: Event, target: str, late: float) -> None:
        await asyncio.sleep(late)
        try:
            await self._destinations.send(target, json.dumps(event), "")
        except (CallFailed, LookupError) as error:
            logger.warning("an event was not delivered to %s: %s", target, error)


def _of_functions(stack: Stack) -> Iterator[Rule]:
    for function in stack.resources(FUNCTION).values():
        for name, event in (function.properties.get("Events") or {}).items():
            properties = event.get("Properties") or {}
            where = f"the event {name} of function {function.logical_id}"
            if event["Type"] in AT_RULES and _is_on(properties):
                _refuse_changing(properties, where)
                yield Rule(_filters(properties.get("Pattern"), where), (arn_of(FUNCTION, function.physical_id),))


def _of_template(stack: Stack) -> Iterator[Rule]:
    for rule in stack.resources(RULE).values():
        where = f"rule {rule.logical_id}"
        if "EventPattern" not in rule.properties or not _is_on(rule.properties):
            continue
        targets = rule.properties.get("Targets") or []
        for target in targets:
            _refuse_changing(target, where)
            if str(target["Arn"]).split(":")[2] not in TARGETS:
                raise Refusal(f"The {where} has the target {target['Arn']}, which has no stand-in on one machine.")
        yield Rule(_filters(rule.properties["EventPattern"], where), tuple(str(each["Arn"]) for each in targets))


def _is_on(properties: dict[str, Any]) -> bool:
    """Other buses get no services' events."""
    on_default_bus = str(properties.get("EventBusName", "default")).rpartition("/")[2] == "default"
    return on_default_bus and properties.get("State", "ENABLED") != "DISABLED"


def _refuse_changing(properties: dict[str, Any], where: str) -> None:
    if changing := next((name for name in CHANGING if name in properties), None):
        raise Refusal(f"{where[0].upper()}{where[1:]} has {changing}, which has no stand-in on one machine.")


def _filters(pattern: Any, where: str) -> Filters:
    return Filters({"Filters": [{"Pattern": json.dumps(pattern or {})}]}, where)
