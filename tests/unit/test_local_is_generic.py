"""The runner knows nothing of the system it runs: it could run another."""

import ast
import re
from pathlib import Path

import pytest

from local.cloudformation.template import Addresses, read_template

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "local").rglob("*.py"))
TEMPLATE = read_template(ROOT / "template.yaml", "care", {}, Addresses("http://a", "http://b", "http://c", "http://d"))
SYSTEM = {"care", "functions", "console", "operations", "bench", "operator_system", "knowledge", "training"}


def imported(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.name.partition(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def names_of_this_system() -> set[str]:
    """Logical ids of two words or more, and physical names; not those that are AWS's own word for the thing."""
    resources = [each for each in TEMPLATE.resources.values() if each.type.rpartition("::")[2] != each.logical_id]
    ids = {each.logical_id for each in resources if sum(letter.isupper() for letter in each.logical_id) > 1}
    return ids | {each.physical_id for each in resources if "-" in each.physical_id}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_name_of_this_system_is_in_the_runner(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not imported(ast.parse(text)) & SYSTEM
    assert not {name for name in names_of_this_system() if re.search(rf"\b{re.escape(name)}\b", text)}
