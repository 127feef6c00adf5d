"""`make repair` and its function: an open case has one follow-up that runs, and nothing else runs."""

from datetime import UTC, datetime, timedelta
from functools import partial

import boto3
import pytest

from care import clients
from care.cases import agent, following
from care.cases.agent import Agent
from care.followup import repair as repairing
from care.followup.repair import Astray, Lost, drifts
from care.services.executions import Executions, Followup, name, named
from operations.repair import main, repair
from operations.target import Target
from tests.integration.stage import MACHINE, REGION, Stage, call_step, client

OUTPUTS = {
    "TableName": "care",
    "FollowupMachineArn": MACHINE,
    "OperatorName": "XL",
    "ShortNumber": "817",
    "SenderName": "Layanan 817",
}
RINA = Agent(id="sub-rina", name="Rina")


def repaired(after_seconds: int = 120, *, go: bool = True) -> list[str]:
    target = Target(OUTPUTS, boto3.Session(region_name=REGION))
    return list(repair(target, datetime.now(UTC) + timedelta(seconds=after_seconds), go=go))


def running() -> set[Followup]:
    return set(Executions(client("stepfunctions"), MACHINE).running())


def start(reference: str, cycle: int = 1, part: int = 1) -> Followup:
    Executions(client("stepfunctions"), MACHINE).start(reference, cycle, part)
    return Followup(reference, cycle, part)


def lose(followup: Followup) -> None:
    assert Executions(client("stepfunctions"), MACHINE).stop(*followup, "somebody wanted it")


def complain(stage: Stage, call: str = "call-1") -> str:
    reference: str = stage.invoke("voice", call_step("complain", call=call, category="network"))["reference"]
    return reference


def close(reference: str) -> None:
    """Ended while nobody followed it up."""
    centre = clients.centre()
    draft = centre.edit(centre.store.cases.get(reference), datetime.now(UTC))
    agent.resolve(draft, RINA, "Sudah.")
    following.settle(draft)
    centre.store.commit(drafts=[draft])


def test_a_lost_follow_up_is_restarted_once_as_the_next_part(stage: Stage) -> None:
    lost, kept = complain(stage), complain(stage, "call-2")
    stage.follow()
    lose(Followup(lost, 1, 1))
    assert repaired() == [f"{name(lost, 1, 1)}: its case is followed up by nobody; follow-up restarted"]
    stage.follow()
    assert running() == {Followup(lost, 1, 2), Followup(kept, 1, 1)}
    assert repaired(after_seconds=240) == []
    assert len([one for one in stage.sent if one[1]["Context"]["care_reference"] == lost]) == 1


def test_by_itself_it_changes_nothing_and_says_how_it_would(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lost, closed = complain(stage), complain(stage, "call-2")
    stage.follow()
    lose(Followup(lost, 1, 1))
    close(closed)
    before = stage.items(), running()
    assert repaired(go=False) == repaired(go=False)
    assert len(repaired(go=False)) == 2
    monkeypatch.setattr("operations.repair.chosen", lambda _: Target(OUTPUTS, boto3.Session(region_name=REGION)))
    monkeypatch.setattr("operations.repair.drifts", partial(drifts, settled=timedelta()))
    assert main(["--stack", "care"]) == 0
    assert (stage.items(), running()) == before
    assert 'make repair ARGS="--stack care --go"' in capsys.readouterr().out
    assert main(["--go"]) == 0
    assert "follow-up stopped" in capsys.readouterr().out
    assert running() == set()


def test_a_follow_up_of_a_closed_case_is_stopped(stage: Stage) -> None:
    closed, kept = complain(stage), complain(stage, "call-2")
    stage.follow()
    close(closed)
    assert repaired(after_seconds=0) == []
    assert repaired() == [f"{name(closed, 1, 1)}: its case is closed; follow-up stopped"]
    assert running() == {Followup(kept, 1, 1)}
    stopped = client("stepfunctions").describe_execution(
        executionArn=f"{MACHINE.replace(':stateMachine:', ':execution:')}:{name(closed, 1, 1)}"
    )
    assert stopped["status"] == "ABORTED"
    assert repaired() == []


def test_follow_ups_of_another_cycle_or_part_or_of_no_case_are_stopped(stage: Stage) -> None:
    one = complain(stage)
    stage.follow()
    start(one, cycle=2)
    start(one, part=2)
    start("8170000017")
    assert sorted(repaired()) == sorted(
        [
            f"{name(one, 1, 2)}: part 1 follows it up; follow-up stopped",
            f"{name(one, 2, 1)}: its case is in cycle 1; follow-up stopped",
            f"{name('8170000017', 1, 1)}: there is no such case; follow-up stopped",
        ]
    )
    assert repaired() == []
    assert running() == {Followup(one, 1, 1)}


def test_a_case_that_only_another_part_follows_up_gets_its_own(stage: Stage) -> None:
    one = complain(stage)
    stage.follow()
    lose(Followup(one, 1, 1))
    start(one, cycle=2)
    start(one, cycle=3)
    assert len(repaired()) == 3
    stage.follow()
    assert running() == {Followup(one, 1, 2)}


def test_what_changed_just_now_is_left_to_its_own_start(stage: Stage) -> None:
    complain(stage)
    assert repaired(after_seconds=0) == []


def test_a_follow_up_that_the_list_does_not_tell_yet_is_no_lost_one(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    complain(stage)
    stage.follow()
    monkeypatch.setattr(Executions, "running", lambda _: iter(()))
    assert repaired() == []


def test_a_case_that_changes_meanwhile_is_left_alone(stage: Stage) -> None:
    one = complain(stage)
    stage.follow()
    lose(Followup(one, 1, 1))
    centre, executions = clients.centre(), clients.executions()
    (drift,) = drifts(centre, executions, datetime.now(UTC), timedelta())
    assert isinstance(drift, Lost)
    stage.lengthen(one, 1)
    close(one)
    assert not repairing.mend(centre, executions, drift, datetime.now(UTC))
    assert not repairing.mend(centre, executions, Astray(Followup("1", 1, 1), "why"), datetime.now(UTC))


def test_the_function_repairs_counts_and_logs_and_finds_nothing_the_second_time(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    lost, closed, kept = (complain(stage, f"call-{number}") for number in range(3))
    stage.follow()
    lose(Followup(lost, 1, 1))
    close(closed)
    assert stage.invoke("repair", {}) == {"repaired": 0}, "all of it changed within the last minute"
    capsys.readouterr()
    assert stage.invoke("repair", {"settled_seconds": 0}) == {"repaired": 2}
    written = capsys.readouterr().out
    assert written.count("CloudWatchMetrics") == 2
    assert written.count("FollowupsRepaired") == 4
    stage.follow()
    assert running() == {Followup(lost, 1, 2), Followup(kept, 1, 1)}
    assert stage.invoke("repair", {"settled_seconds": 0}) == {"repaired": 0}


def test_many_cases_cost_no_more_requests_while_all_is_well(stage: Stage) -> None:
    counted = []
    for number in range(3):
        complain(stage, f"call-{number}")
        stage.follow()
        assert stage.invoke("repair", {"settled_seconds": 0}) == {"repaired": 0}
        counted.append(dict(stage.counted))
    assert counted[0] == counted[2]
    assert set(counted[0]) == {"stepfunctions:ListExecutions", "dynamodb:Query"}


def test_what_runs_is_told_page_after_page(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("care.services.executions._PAGE", 2)
    started = {start(f"81700000{number}") for number in range(5)}
    client("stepfunctions").start_execution(stateMachineArn=MACHINE, name="by-hand")
    assert running() == started


def test_an_execution_is_of_the_case_its_name_says() -> None:
    assert named(name("8170000017", 2, 1)) == Followup("8170000017", 2, 1)
    assert named("something-else") is None
