"""Check contact flows against the rules of Connect's flow language: what Connect would refuse, sentence by sentence.

    python -m local.phone.validate flows/817.json
    python -m local.phone.validate flows/*.json --prompts flows/prompts --house --free +62812000000

Every problem is a line, "FILE: BLOCK: problem."; the exit code is 1 when there is any. No input makes it fail.
Source: "Flow language" in the Amazon Connect API reference; the types of blocks are in `rules.py`.
"""

import argparse
import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from local.phone.circling import endless
from local.phone.graph import Block, blocks, by_identifier, reached, start_of
from local.phone.house import house_problems
from local.phone.recordings import folder_problems, prompt_problems, prompts_of
from local.phone.rules import HOLDS, KINDS, MAX_ACTIONS, MODULE, QUEUES, Rule
from local.phone.transitions import transition_problems
from local.phone.values import named, shown

__all__ = ["house_problems", "problems", "prompt_problems", "prompts_of", "targets", "warnings"]

VERSION = "2019-10-30"
MAX_IDENTIFIER = 50
NOT_IN_IDENTIFIERS = re.compile(r"[%:(\\/)=$,;\[\]{}]")
RESERVED = frozenset(
    {
        "__proto__",
        "constructor",
        "__defineGetter__",
        "__defineSetter__",
        "toString",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "valueOf",
    }
)
PARTS = frozenset({"Version", "StartAction", "Actions", "Metadata", "Settings"})
# Written by people who did not know the language; Connect has no such part.
INVENTED_PARTS = frozenset({"Configuration", "Stages"})
PARTS_OF_ACTION = frozenset({"Identifier", "Type", "Parameters", "Transitions"})


def problems(flow: Any, kind: str | None = None) -> list[str]:
    """What Connect would refuse, or a caller would be caught in, each as one sentence. Takes any JSON whatever.

    `kind` is the type of the flow in the words of CreateContactFlow ("CUSTOMER_QUEUE"), or "MODULE"; without it a flow
    with Settings is a module, and of another the rules that hold for some kinds only are left out.
    """
    if not isinstance(flow, Mapping):
        return [f"The flow is {shown(flow)}, not an object."]
    if kind is None and "Settings" in flow:
        kind = MODULE
    found = blocks(flow)
    named_blocks = by_identifier(found)
    sentences = [*_of_the_whole(flow, named_blocks, kind)]
    for block in found:
        sentences += [f"{block.label}: {problem}" for problem in _of_block(block, named_blocks, kind)]
    if len(found) <= MAX_ACTIONS:
        rings = endless(named_blocks, until_answered=kind in QUEUES | HOLDS)
        sentences += [f"{_round(ring)}: goes in a circle that nothing ends." for ring in rings]
    return sentences


def warnings(flow: Any) -> list[str]:
    """What Connect takes, though it is hardly meant: blocks that no way leads to, parts that mean nothing."""
    found = blocks(flow)
    there = reached(start_of(flow), by_identifier(found))
    sentences = [f"{block.label}: no way leads here." for block in found if block.identifier not in there]
    for block in found:
        strange = [part for part in block.body if part not in PARTS_OF_ACTION]
        sentences += [f"{block.label}: {named(str(part))} means nothing." for part in strange]
    if isinstance(flow, Mapping):
        strange = [part for part in flow if part not in PARTS | INVENTED_PARTS]
        sentences += [f"{named(str(part))} means nothing in a flow." for part in strange]
    return sentences


def targets(action: Any) -> list[str]:
    """Where a block may lead."""
    return Block(0, action).targets if isinstance(action, Mapping) else []


def _round(ring: Sequence[str], most: int = 5) -> str:
    """The blocks of a circle, the first of many."""
    return ", ".join(map(named, ring[:most])) + (f" and {len(ring) - most} more" if len(ring) > most else "")


def _of_the_whole(flow: Mapping[str, Any], named_blocks: Mapping[str, Block], kind: str | None) -> Iterator[str]:
    if flow.get("Version") != VERSION:
        yield f"Version is {shown(flow.get('Version'))}, not {VERSION}."
    for part in sorted(INVENTED_PARTS & flow.keys()):
        yield f"{part} is no part of a flow."
    if not isinstance(flow.get("Metadata", {}), Mapping):
        yield f"Metadata is {shown(flow['Metadata'])}, not an object."
    if "Settings" in flow and not isinstance(flow["Settings"], Mapping):
        yield f"Settings is {shown(flow['Settings'])}, not an object."
    if kind == MODULE and "Settings" not in flow:
        yield "A module needs Settings."
    if kind not in (None, MODULE) and "Settings" in flow:
        yield "Only a module has Settings."
    start = flow.get("StartAction")
    if not isinstance(start, str) or start not in named_blocks:
        yield f"StartAction is {shown(start)}, which is no block."
    actions = flow.get("Actions")
    if not isinstance(actions, list):
        yield f"Actions is {shown(actions)}, not a list."
        return
    if len(actions) > MAX_ACTIONS:
        yield f"{len(actions)} blocks; Connect takes {MAX_ACTIONS}."
    for number, body in enumerate(actions, start=1):
        if not isinstance(body, Mapping):
            yield f"Block {number} is {shown(body)}, not an object."
    counts = Counter(block.identifier for block in blocks(flow) if block.identifier)
    yield from (f"{named(name)}: named {count} times." for name, count in counts.items() if count > 1)


def _of_block(block: Block, named_blocks: Mapping[str, Block], kind: str | None) -> Iterator[str]:
    yield from _of_identifier(block.body.get("Identifier"))
    for part in ("Parameters", "Transitions"):
        if not isinstance(block.body.get(part, {}), Mapping):
            yield f"{part} is {shown(block.body[part])}, not an object."
    rule = block.rule
    if rule is None:
        yield f"{named(block.type) if block.type else shown(block.body.get('Type'))} is no type that is known here."
    else:
        if kind in KINDS and kind not in rule.only_in:
            yield f"{block.type} cannot stand in a flow of the kind {kind}."
        yield from _of_parameters(block.parameters, rule)
        yield from transition_problems(block, rule)
    for target in dict.fromkeys(block.targets):
        if target not in named_blocks:
            yield f"leads to {shown(target)}, which is no block."


def _of_identifier(identifier: Any) -> Iterator[str]:
    if not isinstance(identifier, str) or not identifier.strip():
        yield f"its Identifier is {shown(identifier)}, not text."
    elif len(identifier) > MAX_IDENTIFIER or NOT_IN_IDENTIFIERS.search(identifier) or identifier in RESERVED:
        yield "not a name that Connect takes."


def _of_parameters(parameters: Mapping[str, Any], rule: Rule) -> Iterator[str]:
    there = parameters.keys()
    respelt = {ours for theirs, ours in rule.respelt.items() if theirs in there}
    for name in rule.needed:
        if name not in there and name not in respelt:
            yield f"needs the parameter {name}."
    if rule.one_of_these and len(there & set(rule.one_of_these)) != 1:
        yield f"needs exactly one of {_listed(rule.one_of_these, 'and')}."
    if rule.some_of_these and not there & set(rule.some_of_these):
        yield f"needs {_listed(rule.some_of_these, 'or')}."
    if rule.not_together and len(there & set(rule.not_together)) > 1:
        yield f"takes only one of {_listed(rule.not_together, 'and')}."
    for name, value in parameters.items():
        check = rule.needed.get(name) or rule.optional.get(name)
        if check is not None:
            yield from check(name, value)
        elif name in rule.respelt:
            yield f"never has the parameter {name}; it is called {rule.respelt[name]}."
        else:
            yield f"never has the parameter {named(str(name))}."


def _listed(names: Sequence[str], last_by: str) -> str:
    *first, last = names
    return f"{', '.join(first)} {last_by} {last}" if first else last


def read(path: Path) -> Any:
    """The JSON of a file. Raises ValueError, with a sentence, for what is none and for what cannot be read."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_no_constant)
    except OSError as problem:
        raise ValueError(f"It cannot be read: {problem.strerror or problem}.") from problem
    except UnicodeDecodeError as problem:
        raise ValueError(f"It is not UTF-8: {problem.reason} at byte {problem.start}.") from problem
    except RecursionError as problem:
        raise ValueError("It is nested too deeply.") from problem
    except ValueError as problem:
        raise ValueError(f"It is not JSON: {problem}.") from problem


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no value of JSON")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check contact flows.")
    parser.add_argument("flows", nargs="+", type=Path)
    parser.add_argument("--kind", choices=sorted(KINDS), help="what kind of flows they are")
    parser.add_argument("--prompts", type=Path, help="folder of texts.toml and recordings, to be checked too")
    parser.add_argument("--house", action="store_true", help="check our own rules too")
    parser.add_argument("--free", nargs="+", default=[], metavar="NUMBER", help="numbers a call may go on to")
    parser.add_argument("--after-talk", action="store_true", help="they run after an agent was spoken to")
    options = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    found = [(path, problem) for path in options.flows for problem in _of_file(path, options)]
    if options.prompts:
        found += [(options.prompts, problem) for problem in folder_problems(options.prompts)]
    for path, problem in found:
        print(f"{path}: {problem}")
    return 1 if found else 0


def _of_file(path: Path, options: argparse.Namespace) -> Iterator[str]:
    try:
        flow = read(path)
    except ValueError as problem:
        yield str(problem)
        return
    yield from problems(flow, options.kind)
    if options.house:
        yield from house_problems(flow, free_numbers=options.free, after_talk=options.after_talk)
    if options.prompts:
        yield from prompt_problems(flow, options.prompts)


if __name__ == "__main__":
    sys.exit(main())
