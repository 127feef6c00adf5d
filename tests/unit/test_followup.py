from pathlib import Path

import pytest
from pydantic import ValidationError

from care.cases import agent as agents
from care.cases import following
from care.cases.hearing import hear
from care.channels import SMS
from care.followup.steps import Step
from care.followup.waits import outcome
from care.services.executions import name
from care.services.queues import FOLLOWUP_MESSAGE, Resume, Start, WaitFor
from care.words import Awaited
from tests.unit.making import REFERENCE, RINA, edit, opened


def test_a_wait_for_resolution_goes_on_until_the_case_is_resolved() -> None:
    draft = edit(opened().case)
    assert outcome(draft.case, Awaited.RESOLUTION, 1) is None
    following.acknowledge(draft)
    following.escalate(draft, 1)
    assert outcome(draft.case, Awaited.RESOLUTION, 1) is None
    agents.resolve(draft, RINA, "Sudah.")
    assert outcome(draft.case, Awaited.RESOLUTION, 1) == "resolved"


@pytest.mark.parametrize(
    ("said", "came"),
    [("5", "satisfied"), ("belum", "dissatisfied"), ("terima kasih", None), ("apa ini", "dissatisfied")],
)
def test_a_wait_for_an_answer_ends_with_one(said: str, came: str | None) -> None:
    draft = edit(opened().case)
    agents.resolve(draft, RINA, "Sudah.")
    assert outcome(draft.case, Awaited.ANSWER, 1) is None
    hear(draft, said, SMS)
    assert outcome(draft.case, Awaited.ANSWER, 1) == came


def test_an_answer_of_another_cycle_is_none_of_this() -> None:
    draft = edit(opened().case)
    agents.resolve(draft, RINA, "Sudah.")
    hear(draft, "belum", SMS)
    following.settle(draft)
    agents.resolve(draft, RINA, "Kali ini sudah.")
    assert outcome(draft.case, Awaited.ANSWER, 2) is None
    assert outcome(draft.case, Awaited.ANSWER, 1) == outcome(draft.case, Awaited.RESOLUTION, 1) == "superseded"


def test_a_closed_case_ends_every_wait() -> None:
    draft = edit(opened().case)
    agents.resolve(draft, RINA, "Sudah.")
    following.settle(draft)
    assert outcome(draft.case, Awaited.ANSWER, 1) == outcome(draft.case, Awaited.RESOLUTION, 1) == "closed"


def test_a_message_of_the_queue_is_what_its_action_says() -> None:
    start = Start(reference=REFERENCE, cycle=1, part=1)
    resume = Resume(reference=REFERENCE, cycle=1)
    wait = WaitFor(
        waiting_for=Awaited.ANSWER, reference=REFERENCE, cycle=1, entered_at="2026-11-24", task_token="token"
    )
    for message in (start, resume, wait):
        assert FOLLOWUP_MESSAGE.validate_json(message.model_dump_json()) == message
    with pytest.raises(ValidationError):
        FOLLOWUP_MESSAGE.validate_json('{"action": "stop", "reference": "1", "cycle": 1}')


def test_an_execution_is_named_by_ids_alone() -> None:
    assert name(REFERENCE, 2, 1) == f"complaint-{REFERENCE}-2-1"


def test_the_machine_takes_the_steps_that_exist() -> None:
    machine = (Path(__file__).parents[2] / "statemachines/complaint_followup.asl.yaml").read_text(encoding="utf-8")
    named = {line.split()[-1] for line in machine.splitlines() if line.strip().startswith("step: ")}
    assert named == {*Step, "recount"}
