"""`make repair`: a complaint whose follow-up was lost gets one again, and only such a complaint."""

from datetime import UTC, datetime, timedelta

import boto3

from operations.repair import restart_lost_follow_ups
from operations.target import Target
from tests.integration.stage import MACHINE, REGION, Stage, call_step, client

OUTPUTS = {
    "TableName": "care",
    "FollowupMachineArn": MACHINE,
    "OperatorName": "XL",
    "ShortNumber": "817",
    "SenderName": "Layanan 817",
}


def repaired(after_seconds: int) -> list[str]:
    target = Target(OUTPUTS, boto3.Session(region_name=REGION))
    return restart_lost_follow_ups(target, datetime.now(UTC) + timedelta(seconds=after_seconds))


def lose(name: str) -> None:
    client("stepfunctions").stop_execution(executionArn=f"{MACHINE.replace(':stateMachine:', ':execution:')}:{name}")


def test_a_lost_follow_up_is_restarted_once_as_the_next_part(stage: Stage) -> None:
    lost = stage.invoke("voice", call_step("complain", category="network"))["reference"]
    kept = stage.invoke("voice", call_step("complain", call="call-2", category="billing"))["reference"]
    stage.follow()
    lose(f"complaint-{lost}-1-1")
    assert repaired(after_seconds=120) == [lost]
    stage.follow()
    assert stage.executions() == sorted([f"complaint-{lost}-1-1", f"complaint-{lost}-1-2", f"complaint-{kept}-1-1"])
    assert repaired(after_seconds=240) == []
    assert len([one for one in stage.sent if one[1]["Context"]["care_reference"] == lost]) == 1


def test_what_changed_just_now_is_left_to_its_own_start(stage: Stage) -> None:
    stage.invoke("voice", call_step("complain", category="network"))
    assert repaired(after_seconds=0) == []


def test_a_request_has_no_follow_up_to_lose(stage: Stage) -> None:
    stage.invoke("voice", call_step("callback"))
    assert repaired(after_seconds=120) == []
