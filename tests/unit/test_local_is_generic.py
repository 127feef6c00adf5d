"""The runner knows nothing of the system it runs: it could run another."""

import re
from pathlib import Path

import pytest

from local.cloudformation.template import Addresses, read_template
from tests.unit.imports import tops

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "local").rglob("*.py"))
TEMPLATE = read_template(ROOT / "template.yaml", "care", {}, Addresses("http://a", "http://b", "http://c", "http://d"))
SYSTEM = {"care", "functions", "console", "operations", "bench", "operator_system", "knowledge", "training"}


def names_of_this_system() -> set[str]:
    """Logical ids of two words or more, and physical names; not those that are AWS's own word for the thing."""
    resources = [each for each in TEMPLATE.resources.values() if each.type.rpartition("::")[2] != each.logical_id]
    ids = {each.logical_id for each in resources if sum(letter.isupper() for letter in each.logical_id) > 1}
    return ids | {each.physical_id for each in resources if "-" in each.physical_id}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_name_of_this_system_is_in_the_runner(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not tops(path) & SYSTEM
    assert not {name for name in names_of_this_system() if re.search(rf"\b{re.escape(name)}\b", text)}
