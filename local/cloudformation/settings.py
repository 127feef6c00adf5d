"""Reads `local.toml` and the command line into Settings."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from local.machine.refusal import Refusal

TABLES = ("parameters", "doors", "mail", "phone", "pages", "processes", "runtime", "after_engine_restart", "welcome")


@dataclass(frozen=True)
class Settings:
    """`local.toml` with what the command line put over it."""

    root: Path
    """Folder of local.toml; the template's and the pages' paths are relative to it."""
    state_dir: Path
    template: str
    stack: str
    parameters: dict[str, str] = field(default_factory=dict)
    doors: dict[str, str] = field(default_factory=dict)
    mail: dict[str, list[str]] = field(default_factory=dict)
    phone: dict[str, Any] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    processes: dict[str, list[str]] = field(default_factory=dict)
    runtime: dict[str, Any] = field(default_factory=dict)
    after_engine_restart: dict[str, Any] = field(default_factory=dict)
    """`function`, and the `event` it is given when Step Functions was started again; empty where nobody is told."""
    welcome: dict[str, str] = field(default_factory=dict)
    visibility_seconds: int | None = None
    """After so long a message that failed is seen again; None leaves that to the queue's visibility time-out."""


def read_settings(config: Path, state_dir: str, parameters: Sequence[str], visibility_seconds: int | None) -> Settings:
    """Raises Refusal for what cannot be read or means nothing."""
    try:
        document = tomllib.loads(config.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refusal(f"There is no {config}; it names the template to run.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Refusal(f"{config} cannot be read: {error}.") from None
    unknown = sorted(set(document) - {"template", "stack", *TABLES})
    if unknown:
        raise Refusal(f"{config} has {unknown[0]}, which means nothing here.")
    if "template" not in document:
        raise Refusal(f"{config} names no template.")
    tables: dict[str, dict[str, Any]] = {name: document.get(name, {}) for name in TABLES}
    wrong = next((name for name, table in tables.items() if not isinstance(table, dict)), None)
    if wrong:
        raise Refusal(f"{config}: {wrong} is not a table.")
    root = config.resolve().parent
    return Settings(
        root=root,
        state_dir=(root / state_dir).resolve(),
        template=str(document["template"]),
        stack=str(document.get("stack", "local")),
        parameters={**{k: str(v) for k, v in tables["parameters"].items()}, **_pairs(parameters)},
        doors=tables["doors"],
        mail=tables["mail"],
        phone=tables["phone"],
        pages=tables["pages"],
        processes=tables["processes"],
        runtime=tables["runtime"],
        after_engine_restart=tables["after_engine_restart"],
        welcome=tables["welcome"],
        visibility_seconds=(
            tables["runtime"].get("visibility_seconds") if visibility_seconds is None else visibility_seconds
        ),
    )


def parameters_at(settings: Settings, urls: Mapping[str, str], started: datetime) -> dict[str, str]:
    """The template's parameters, `{name}` of a process in them replaced by its address, `{started}` by when the stack
    was started (ISO 8601). Other braces stay.
    """
    values = dict(settings.parameters)
    known = {process: urls[process] for process in settings.processes} | {"started": started.isoformat()}
    for name, value in known.items():
        values = {parameter: written.replace(f"{{{name}}}", value) for parameter, written in values.items()}
    return values


def _pairs(parameters: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for each in parameters:
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise Refusal(f"--parameter takes Key=Value, not {each!r}.")
        pairs[name] = value
    return pairs
