"""What the roles of the template allow, beside what the functions did in the tests.

What a role does not allow is refused on the running stack and fails the test that saw it, in every run. What it allows
and nobody did fails a run of all tests, at its end: `make test`.
"""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from local.cloudformation.account import ACCOUNT, REGION
from local.cloudformation.template import Addresses, read_template
from local.services.permissions import Permission, Permissions

TESTS = Path(__file__).parent
# What AWS does in a function's name, so that no function is seen to do it: its log and its traces (Lambda developer
# guide, "Execution role"), and the reading of a queue or a stream and the parking of what failed (there, "Using Lambda
# with Amazon SQS", "… with DynamoDB", "Retaining discarded batches").
DONE_BY_AWS = {
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
    "s3:ListBucket",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
}
DONE_BY_AWS_FOR = ("logs:", "xray:")
# They ask the operator's system whose number it is only for a case of sixty days and more, which no test's stack has;
# the tests that make one bring a system of their own, which asks for no key.
OF_OLD_CASES = {"VoiceFunction", "SmsFunction", "NotifyFunction", "StatusFunction"}
READER = "apac.amazon.nova-lite-v1:0"
INSTANCE = f"arn:aws:connect:{REGION}:{ACCOUNT}:instance/9308c2a1-9bc6-4cea-8290-6c0b4a6d38fa"
KEY = ("secretsmanager:GetSecretValue", "OperatorSystemSecret")

_allowed: set[Permission] = set()
_used: set[Permission] = set()


@cache
def of_the_template() -> Permissions:
    """As on one machine, with every secret there is, a second reader and an instance of Connect."""
    chosen = dict.fromkeys(("OperatorSystemKey", "SmsGatewayKey", "SmsGatewaySecret"), "one-machine")
    chosen["ReaderModel"] = READER
    chosen["ConnectInstanceArn"] = INSTANCE
    addresses = Addresses("http://aws", "http://gateway", "http://issuer", "http://pages")
    return Permissions(read_template(TESTS.parent / "template.yaml", "care", chosen, addresses))


def asked(function: str, service: str, operation: str, values: dict[str, Any], names: dict[str, str]) -> str | None:
    """Why a function's call is refused; ``names`` are the test's names of what the template names otherwise."""
    renamed = {name: names.get(value, value) if isinstance(value, str) else value for name, value in values.items()}
    at_home = {
        name: value.replace(":123456789012:", f":{ACCOUNT}:") if isinstance(value, str) else value
        for name, value in renamed.items()
    }
    return of_the_template().refusal(function, service, operation, at_home)


def note(allowed: Iterable[Iterable[str]], used: Iterable[Iterable[str]]) -> None:
    """What somebody who watched has seen."""
    _allowed.update(Permission(*one) for one in allowed)
    _used.update(Permission(*one) for one in used)


def noted() -> dict[str, list[list[str]]]:
    """What was seen in this process, as ``note`` takes it."""
    here = of_the_template()
    return {
        "allowed": [[one.function, one.action, one.resource] for one in sorted(_allowed | here.allowed)],
        "used": [[one.function, one.action, one.resource] for one in sorted(_used | here.used)],
    }


def unused() -> list[Permission]:
    """What was allowed and never done."""
    return sorted(one for one in _allowed - _used if not _is_excused(one))


def _is_excused(one: Permission) -> bool:
    if one.function in OF_OLD_CASES and one.action == KEY[0] and one.resource.endswith(KEY[1]):
        return True
    if one.resource.endswith(f"::foundation-model/{READER}"):
        return True  # what a model of the region itself needs
    return one.action in DONE_BY_AWS or one.action.startswith(DONE_BY_AWS_FOR)


def is_whole(config: pytest.Config) -> bool:
    """Whether a run is one of all tests, of which none was skipped."""
    reporter: pytest.TerminalReporter | None = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or reporter.stats.get("skipped"):
        return False
    chosen = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "collectonly", "lf", "last_failed")
    places = [(config.invocation_params.dir / place).resolve() for place in config.args]
    return places == [TESTS] and not any(config.getoption(name, None) for name in chosen)
