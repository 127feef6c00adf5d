"""Says where the running stack answers: doors.json for programs, a few aligned lines for people."""

import json
import os
from pathlib import Path

from local.cloudformation.stack import Stack
from local.machine.refusal import Refusal
from local.runner.pages import ROOT_PAGE

SERVICE_DOORS = ("aws", "stepfunctions", "runner")


def doors(stack: Stack) -> dict[str, str]:
    """Name → address: of SMTP, each page and process of local.toml, the AWS services, and what [doors] names."""
    pages = [name for name in stack.settings.pages if name != ROOT_PAGE]
    found = {name: stack.urls[name] for name in ("smtp", *pages, *stack.settings.processes, *SERVICE_DOORS)}
    values = {**stack.template.parameters, **stack.template.outputs}
    for door, name in stack.settings.doors.items():
        if name not in values:
            raise Refusal(f"[doors] of local.toml names {name}, which is no parameter and no output of the template.")
        found[door] = str(values[name])
    return found


def write_doors(stack: Stack, path: Path) -> None:
    """A reader sees the whole file or none."""
    part = path.with_suffix(".part")
    part.write_text(json.dumps(doors(stack), indent=2) + "\n", encoding="utf-8")
    os.replace(part, path)


def greeting(stack: Stack, seconds: float) -> str:
    """The [welcome] of local.toml: its title, then one line a label; `{name}` is a door, parameter or output."""
    welcome = {"title": f"{stack.settings.stack} is open", **stack.settings.welcome}
    lines = {filled_in(stack, "welcome", label): filled_in(stack, "welcome", text) for label, text in welcome.items()}
    title = lines.pop("title")
    if not lines:
        lines = doors(stack)
    width = max(map(len, lines))
    return "\n".join(
        [
            f"{title} ({seconds:.1f} s). Nothing leaves this machine; state ends with Ctrl-C.",
            *(f"  {label:<{width}}  {text}" for label, text in lines.items()),
        ]
    )


def filled_in(stack: Stack, table: str, text: str) -> str:
    """A text of a table of local.toml, its `{name}` replaced. Raises Refusal for a name that nothing has."""
    known = {**stack.template.parameters, **stack.template.outputs, **doors(stack)}
    try:
        return text.format(**known)
    except (KeyError, ValueError, IndexError) as error:
        raise Refusal(f"[{table}] of local.toml asks for {error}, which is no door, parameter or output.") from None
