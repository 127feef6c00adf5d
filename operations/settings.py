"""What a deployment is told: samconfig.toml, secrets from the environment, and the template's own defaults."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from local.cloudformation.template import TemplateLoader
from operations.stack import Refusal

QUOTES = ("'", '"')
# What SAM takes a backslash off before, wherever it stands in a value.
ESCAPED = re.compile(r"""([ "'])""")


@dataclass(frozen=True)
class Parameter:
    """A parameter of the template; a secret one is never shown by CloudFormation (NoEcho)."""

    name: str
    default: str
    secret: bool

    @property
    def variable(self) -> str:
        """The environment variable a secret is taken from: OperatorSystemKey is CARE_OPERATOR_SYSTEM_KEY."""
        return "CARE_" + re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", self.name).upper()


@dataclass(frozen=True)
class Settings:
    """One environment of samconfig.toml. ``chosen`` are the values that differ from the template's defaults."""

    stack: str
    region: str
    chosen: dict[str, str]
    notes: tuple[str, ...] = ()


def settings(path: Path, environment: str) -> Settings:
    """Raises ``Refusal`` for what is missing or is not "Name=value"."""
    with path.open("rb") as file:
        config = tomllib.load(file)
    try:
        everywhere = config[environment]["global"]["parameters"]
        deployment = config[environment]["deploy"]["parameters"]
        stack, region, overrides = everywhere["stack_name"], everywhere["region"], deployment["parameter_overrides"]
    except KeyError as missing:
        raise Refusal(f"{path.name} says nothing of {missing} for the environment {environment}.") from None
    if not isinstance(overrides, list):
        raise Refusal(f'parameter_overrides in {path.name} is a list: ["Name=value", "Other=its value"].')
    pairs = [_pair(override) for override in overrides]
    notes = tuple(
        f"{name}: the quotes around its value in {path.name} are left out; it may stand without."
        for name, value in pairs
        if _is_quoted(value)
    )
    chosen = {name: value[1:-1] if _is_quoted(value) else value for name, value in pairs}
    return Settings(stack, region, chosen, notes)


def _pair(override: str) -> tuple[str, str]:
    name, equals, value = override.partition("=")
    if not equals or not name.isalnum():
        raise Refusal(f'"{override}" in parameter_overrides is not of the form "Name=value".')
    return name, value


def _is_quoted(value: str) -> bool:
    return len(value) > 1 and value[0] == value[-1] and value[0] in QUOTES


def template_parameters(path: Path) -> dict[str, Parameter]:
    template: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=TemplateLoader)
    return {
        name: Parameter(name, str(about["Default"]), bool(about.get("NoEcho", False)))
        for name, about in template["Parameters"].items()
    }


def values(known: Mapping[str, Parameter], chosen: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """A value for each parameter, so that what is no longer chosen goes back to its default.

    `sam deploy` keeps the stack's value of a parameter that is not named. That is left so for secrets alone: one that
    is neither chosen nor in the environment is not named. An empty variable counts as none.
    """
    for name in chosen:
        if name not in known:
            raise Refusal(f"template.yaml has no parameter {name}{_closest(name, known)}")
    defaults = {name: parameter.default for name, parameter in known.items() if not parameter.secret}
    secrets = {
        name: environment[parameter.variable]
        for name, parameter in known.items()
        if parameter.secret and environment.get(parameter.variable)
    }
    return {**defaults, **chosen, **secrets}


def _closest(name: str, known: Mapping[str, Parameter]) -> str:
    lower = {each.lower(): each for each in known}
    found = difflib.get_close_matches(name.lower(), lower, n=1)
    return f": is {lower[found[0]]} meant?" if found else "."


def plain_secrets(known: Mapping[str, Parameter], chosen: Mapping[str, str]) -> list[str]:
    """A note for each secret that stands in samconfig.toml."""
    return [
        f"{name} stands in samconfig.toml for all to read: put it into the variable {known[name].variable} instead."
        for name, value in chosen.items()
        if value and known[name].secret
    ]


def parameter_file(chosen: Mapping[str, str]) -> str:
    r"""Values as the YAML that `sam deploy --parameter-overrides file://…` reads, so that each arrives as it is.

    SAM (1.170, `samcli/cli/types.py`) cuts a "Name=value" of the command line at the first space. Of a file it takes
    each value whole, but twice strips a pair of quotes around it and takes the backslash off "\ ", '\"' and "\'": once
    for the file, once for the command line. So each of the three gets its backslash twice here. A file also keeps
    secrets out of the list of processes.
    """
    escaped = {name: _escape(_escape(value)) for name, value in chosen.items()}
    return yaml.safe_dump(escaped, default_style='"', width=1_000_000)


def _escape(value: str) -> str:
    return ESCAPED.sub(r"\\\1", value)
