"""`make repair`: every complaint that is not closed and whose follow-up does not run gets a new one.

An execution is lost when somebody stops it, when it fails for good, or when the engine of one machine was restarted.
Running this again changes nothing.
"""

import argparse
import sys
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError

from care.centre import Centre
from care.followup import repair
from care.policy import Operator, load
from care.services.executions import Executions
from care.services.table.store import Store
from operations.stack import Refusal
from operations.target import Target, add_arguments, chosen


def restart_lost_follow_ups(target: Target, now: datetime) -> list[str]:
    """Gives the references of the complaints whose follow-up was lost."""
    outputs, session = target.outputs, target.session
    operator = Operator(outputs["OperatorName"], outputs["ShortNumber"], outputs["SenderName"])
    policy = load()
    store = Store(session.client("dynamodb"), outputs["TableName"], policy.retention_days)
    centre = Centre(store, policy, operator)
    executions = Executions(session.client("stepfunctions"), outputs["FollowupMachineArn"])
    return list(repair.restart_lost_follow_ups(centre, executions, now))


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m operations.repair", description="Restart lost follow-ups.")
    add_arguments(parser)
    try:
        restarted = restart_lost_follow_ups(chosen(parser.parse_args(arguments)), datetime.now(UTC))
    except (Refusal, BotoCoreError, ClientError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    for reference in restarted:
        print(f"{reference} has a follow-up again")
    if not restarted:
        print("every open complaint has its follow-up")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
