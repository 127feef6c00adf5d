"""A change of a value is checked as the value was, by mypy where it can see it and when it is made.

mypy refuses a ``type: ignore`` that hides nothing, so each here also shows that mypy sees the mistake
(``tests/checked_changes.py``).
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from care.conversation import Dialogue
from care.telling.outbox import Owner
from care.words import Attention, Priority, Status
from tests.unit.making import edit, opened


def test_a_change_of_a_case_refuses_a_name_it_does_not_have() -> None:
    draft = edit(opened().case)
    with pytest.raises(TypeError, match="Case has no attentoin"):
        draft.set(attentoin=Attention.NOT_DELIVERED)  # type: ignore[call-arg]
    assert draft.case == opened().case


def test_a_change_of_a_case_refuses_a_value_it_cannot_have() -> None:
    draft = edit(opened().case)
    with pytest.raises(ValidationError):
        draft.set(status="banana")  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        draft.set(attention="tired")  # type: ignore[arg-type]
    assert draft.case == opened().case


def test_what_is_refused_is_not_repeated() -> None:
    with pytest.raises(ValidationError) as refused:
        edit(opened().case).set(cycle="NIK 3171234567890123")  # type: ignore[arg-type]
    assert "3171234567890123" not in str(refused.value)


def test_a_dialogue_refuses_what_it_does_not_have_at_any_place() -> None:
    with pytest.raises(TypeError, match="Dialogue has no misunderstod"):
        Dialogue().at("start", misunderstod=1)  # type: ignore[call-arg]
    with pytest.raises(ValidationError):
        Dialogue().at("confirm", price="cheap")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="Dialogue has no lines"):
        Dialogue().evolve(lines=())  # type: ignore[call-arg]


@pytest.mark.parametrize("whose", [{}, {"case": "4172201930", "contact": "chat-1"}, {"case": ""}])
def test_a_message_belongs_to_one(whose: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Owner(**whose)


@given(st.sampled_from(Status), st.sampled_from(Priority), st.integers(1, 9))
def test_the_next_value_is_the_one_before_with_its_changes(status: Status, priority: Priority, cycle: int) -> None:
    before = opened().case
    after = before.evolve(status=status, priority=priority, cycle=cycle)
    assert (after.status, after.priority, after.cycle) == (status, priority, cycle)
    assert after.evolve(status=before.status, priority=before.priority, cycle=before.cycle) == before
