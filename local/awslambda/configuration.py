"""A Lambda function, as a process that runs it needs to know it from the template."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.cloudformation.stack import Stack
from local.cloudformation.template import Resource, arn_of
from local.machine.refusal import Refusal

FUNCTION = "AWS::Serverless::Function"
LAYER = "AWS::Serverless::LayerVersion"
MOST_PROCESSES = 4


@dataclass(frozen=True)
class Function:
    logical_id: str
    name: str
    arn: str
    handler: str
    code: Path
    layers: tuple[Path, ...]
    timeout_seconds: float
    memory_mb: int
    log_group: str
    variables: dict[str, str]
    access_key: str
    concurrency: int
    """Most processes at a time."""

    @property
    def folders(self) -> tuple[Path, ...]:
        return (self.code, *self.layers)


def read_functions(stack: Stack) -> dict[str, Function]:
    """By logical id. Raises Refusal for code or a layer that is not there."""
    resources = stack.resources(FUNCTION)
    keys = access_keys(resource.physical_id for resource in resources.values())
    return {id_: _function(stack, resource, keys[resource.physical_id]) for id_, resource in resources.items()}


def access_keys(names: Iterable[str]) -> dict[str, str]:
    """Key-shaped names: "city-desk" → "CITYDESK00000000"; letters and digits, 16 or more, no two the same."""
    keys: dict[str, str] = {}
    taken: Counter[str] = Counter()
    for name in names:
        key = re.sub(r"[^A-Z0-9]", "", name.upper()).ljust(16, "0")
        taken[key] += 1
        keys[name] = key if taken[key] == 1 else f"{key}{taken[key]}"
    return keys


def _function(stack: Stack, resource: Resource, access_key: str) -> Function:
    properties = resource.properties
    code = (stack.template.folder / str(properties.get("CodeUri", "."))).resolve()
    handler = str(properties.get("Handler", ""))
    module = handler.rpartition(".")[0].replace(".", "/")
    if not (code / f"{module}.py").is_file() and not (code / module / "__init__.py").is_file():
        raise Refusal(f"Function {resource.logical_id} has no {module}.py in {code}.")
    reserved = properties.get("ReservedConcurrentExecutions")
    most = int(stack.settings.runtime.get("processes", MOST_PROCESSES))
    log_group = (properties.get("LoggingConfig") or {}).get("LogGroup")
    variables = (properties.get("Environment") or {}).get("Variables") or {}
    return Function(
        logical_id=resource.logical_id,
        name=resource.physical_id,
        arn=arn_of(FUNCTION, resource.physical_id),
        handler=handler,
        code=code,
        layers=tuple(_layer_folder(stack, resource, arn) for arn in properties.get("Layers") or []),
        timeout_seconds=float(properties.get("Timeout", 3)),
        memory_mb=int(properties.get("MemorySize", 128)),
        log_group=str(log_group or f"/aws/lambda/{resource.physical_id}"),
        variables={name: _text(value) for name, value in variables.items()},
        access_key=access_key,
        concurrency=most if reserved is None else max(1, min(int(reserved), most)),
    )


def _layer_folder(stack: Stack, resource: Resource, arn: str) -> Path:
    for layer in stack.resources(LAYER).values():
        if arn_of(LAYER, layer.physical_id) == arn:
            return (stack.template.folder / str(layer.properties.get("ContentUri", "."))).resolve()
    raise Refusal(f"Function {resource.logical_id} uses the layer {arn}, which the template does not make.")


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
