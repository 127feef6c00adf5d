"""`make repair`: every complaint that is not closed and whose follow-up does not run gets a new one.

An execution is lost when somebody stops it, when it fails for good, or when the engine of one machine was restarted.
Running this again changes nothing.
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from care import repair
from care.case import Operator
from care.centre import Centre
from care.executions import Executions
from care.policy import load
from care.store import Store
from operations.target import DOORS, NoStack, Target, cloud, this_machine


def restart_lost_follow_ups(target: Target, now: datetime) -> int:
    """Prints each reference; gives how many there were."""
    outputs, session = target.outputs, target.session
    operator = Operator(outputs["OperatorName"], outputs["ShortNumber"], outputs["SenderName"])
    centre = Centre(Store(session.client("dynamodb"), outputs["TableName"], load()), operator)
    executions = Executions(session.client("stepfunctions"), outputs["FollowupMachineArn"])
    restarted = 0
    for reference in repair.restart_lost_follow_ups(centre, executions, now):
        print(f"restarted the follow-up of {reference}")
        restarted += 1
    print(
        f"{restarted} follow-ups were lost and are restarted" if restarted else "every open complaint has its follow-up"
    )
    return restarted


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="make repair", description=__doc__)
    parser.add_argument("--stack", help="a deployed stack; without it, the one of make run")
    parser.add_argument("--doors", type=Path, default=DOORS, help="doors.json of a stack on this machine")
    arguments = parser.parse_args()
    try:
        target = cloud(arguments.stack) if arguments.stack else this_machine(arguments.doors)
    except NoStack as missing:
        print(missing, file=sys.stderr)
        return 1
    restart_lost_follow_ups(target, datetime.now(UTC))
    return 0


if __name__ == "__main__":
    sys.exit(main())
