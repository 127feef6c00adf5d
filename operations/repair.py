"""`make repair`: every open case has a follow-up that runs, and nothing else runs.

A follow-up is lost when somebody stops it, when it fails for good, or when the engine of one machine was restarted; one
is left over when a case ended without it. By itself this only says what it would do. Doing it twice changes nothing.
"""

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError

from care.centre import Centre
from care.followup.repair import drifts, mend
from care.policy import Operator, load
from care.services.executions import Executions, name
from care.services.table.store import Store
from operations.stack import Refusal
from operations.target import Target, add_arguments, chosen


def repair(target: Target, now: datetime, *, go: bool) -> Iterator[str]:
    """A line for each drift; with ``go`` it is mended before its line is given."""
    outputs, session = target.outputs, target.session
    operator = Operator(outputs["OperatorName"], outputs["ShortNumber"], outputs["SenderName"])
    policy = load()
    store = Store(session.client("dynamodb"), outputs["TableName"], policy.retention_days)
    centre = Centre(store, policy, operator)
    executions = Executions(session.client("stepfunctions"), outputs["FollowupMachineArn"])
    for drift in drifts(centre, executions, now):
        what = f"{name(*drift.followup)}: {drift.why}"
        if not go:
            yield what
        elif mend(centre, executions, drift, now):
            yield f"{what}; {drift.done}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m operations.repair", description="Restart or stop follow-ups.")
    add_arguments(parser)
    parser.add_argument("--go", action="store_true", help="do it; without it only say what would be done")
    asked = parser.parse_args(arguments)
    found = 0
    try:
        for line in repair(chosen(asked), datetime.now(UTC), go=asked.go):
            print(line)
            found += 1
    except (Refusal, BotoCoreError, ClientError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    if not found:
        print("every open case has its follow-up, and nothing else runs")
    elif not asked.go:
        print(f"{found} to repair, nothing was changed; to do it: {_again(arguments)}")
    return 0


def _again(arguments: list[str]) -> str:
    """The command that does it."""
    words = " ".join([*arguments, "--go"])
    return f'make repair ARGS="{words}"' if arguments else f"make repair ARGS={words}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
