"""What a function's start leaves out: counted by what a process of its own has imported and built. docs/performance.md
has the times.
"""

import json
import os
import subprocess
import sys

import pytest

from bench.starts import CLIENTS, FUNCTION
from tests.integration.stage import ENVIRONMENT, ROOT

# Nothing here is needed by an answer; each costs milliseconds.
LEFT_OUT = (
    *("boto3", "s3transfer", "aws_xray_sdk", "asyncio", "multiprocessing"),
    *("aws_lambda_powertools.event_handler", "aws_lambda_powertools.utilities.batch"),
    *("aws_lambda_powertools.utilities.data_classes", "aws_lambda_powertools.utilities.parser"),
)
# Who reads mail; who sends one writes it when it does.
READS_MAIL = {"email"}
STARTED = """
import json, sys
{start}
from care.value import Value
kinds = [Value]
for kind in kinds: kinds += kind.__subclasses__()
print(json.dumps([sorted(sys.modules), sorted(one.__name__ for one in kinds if one.__pydantic_complete__)]))
"""


def started(function: str) -> tuple[set[str], list[str]]:
    """The modules that a function has imported at its start, and the values whose checks are built by then."""
    path = os.pathsep.join([str(ROOT / "functions" / function), str(ROOT / "layers/care/python")])
    program = STARTED.format(start=FUNCTION.format(clients=CLIENTS[function][0]))
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, **ENVIRONMENT, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    modules, built = json.loads(done.stdout.splitlines()[-1])
    return set(modules), built


@pytest.mark.parametrize("function", CLIENTS)
def test_a_start_imports_and_builds_what_its_event_needs(function: str) -> None:
    modules, built = started(function)
    assert {one for one in LEFT_OUT if one in modules} == set()
    assert ("email.policy" in modules) == (function in READS_MAIL)
    assert built == ["Settings"]


def test_every_function_is_looked_at() -> None:
    assert set(CLIENTS) == {path.parent.name for path in (ROOT / "functions").glob("*/app.py")}
