"""What a follow-up does next and when, told as stories: time goes to whatever is due next, until the case is closed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from care.areas import Zone
from care.cases import agent as agents
from care.cases import following
from care.cases.case import Case, Promise
from care.cases.draft import Draft
from care.cases.following import Step, awaited, next_step
from care.cases.hearing import hear
from care.cases.timeline import What
from care.channels import CHAT, SMS
from care.followup.steps import Turn
from care.policy import load
from care.services.executions import name, named
from care.services.queues import FOLLOWUP_MESSAGE, Resume, Start, Stuck, WaitFor
from care.telling.messages import Template
from care.words import Awaited, ClosedAs, Kind, Priority, Segment, Status, Tier, Unasked
from tests.unit.making import ADDRESSES, BUDI, NOW, OPERATOR, POLICY, REFERENCE, RINA, opened

MACHINE = Path(__file__).parents[2] / "statemachines/complaint_followup.asl.yaml"
MANY = 60


@dataclass
class Story:
    """A case and its clock. ``told`` are the messages, and ``steps`` what was done, each with the hours since NOW."""

    case: Case
    now: datetime = NOW
    steps: list[tuple[float, str]] = field(default_factory=list)
    told: list[tuple[float, str]] = field(default_factory=list)
    notices: list[tuple[str, str]] = field(default_factory=list)
    whats: list[What] = field(default_factory=list)
    unasked: Unasked | None = None

    @classmethod
    def of(cls, draft: Draft, **changes: Any) -> "Story":
        draft.set(**changes)
        story = cls(draft.case)
        story._keep(draft)
        return story

    def does(self, change: Callable[[Draft], object], after_hours: float = 0) -> "Story":
        """Somebody does something to the case, so long after the last that happened."""
        self.now += timedelta(hours=after_hours)
        draft = Draft(self.case, self.now, POLICY, OPERATOR, before=self.case.length)
        change(draft)
        self._keep(draft)
        return self

    def once(self) -> "Story":
        """What is due is done, and then no longer due."""
        due = next_step(self.case, POLICY)
        assert due
        self.until(due.step)
        assert next_step(self.case, POLICY) != due
        return self

    @property
    def agent(self) -> agents.Agent:
        """One who has not resolved it before."""
        return BUDI if self.case.resolver == "Rina" else RINA

    def until(self, *steps: Step, times: int = 1) -> "Story":
        """Go on until one of these steps was done so often, or the follow-up is over."""
        for _ in range(MANY):
            due = next_step(self.case, POLICY)
            if due is None:
                return self
            self.now = max(self.now, due.at)
            self.steps.append((self.hours, due.step))
            self.does(partial(following.take, step=due.step, unasked=self.unasked))
            if due.step in steps:
                times -= 1
                if not times:
                    return self
        raise AssertionError(f"no end: {self.steps[-10:]}")

    @property
    def hours(self) -> float:
        return round((self.now - NOW).total_seconds() / 3600, 2)

    def says(self, text: str) -> Callable[[Draft], object]:
        return lambda draft: hear(draft, text, SMS)

    def _keep(self, draft: Draft) -> None:
        self.case = draft.case
        self.whats += [entry.what for entry in draft.entries]
        for message in draft.outbox:
            if message.template is Template.NOTICE:
                self.notices.append((message.subject.partition("] ")[2], message.address.value))
            else:
                self.told.append((self.hours, message.template))


def resolved_by(agent: agents.Agent) -> Callable[[Draft], object]:
    return lambda draft: agents.resolve(draft, agent, "Sudah kami perbaiki.")


resolve = resolved_by(RINA)


def done(story: Story) -> list[str]:
    return [step for _, step in story.steps]


def test_satisfied_at_once() -> None:
    story = Story.of(opened()).until(Step.ACKNOWLEDGE)
    story.does(resolve, after_hours=1).until(Step.ASK).does(story.says("5 mantap, makasih"), 0.5).until()
    assert done(story) == ["acknowledge", "ask", "settle"]
    assert (story.case.closed_as, story.case.scores[0].score, story.case.scores[0].agent) == (
        ClosedAs.SATISFIED,
        5,
        "Rina",
    )
    assert [what for _, what in story.told] == ["acknowledgement", "question", "thanks"]
    assert story.notices == []


def test_resolved_before_it_was_acknowledged_it_is_only_asked() -> None:
    story = Story.of(opened()).does(resolve).until(Step.ASK)
    assert done(story) == ["ask"]
    assert [what for _, what in story.told] == ["question"]


def test_dissatisfied_twice_a_manager_has_it_and_the_customer_reads_who_else_helps() -> None:
    story = Story.of(opened())
    for agent, word in ((RINA, "belum beres!"), (BUDI, "1")):
        story.does(resolved_by(agent), 1).until(Step.ASK).does(story.says(word), 0.2).until(Step.ACKNOWLEDGE)
    assert (story.case.cycle, story.case.tier, story.case.priority) == (3, Tier.MANAGER, Priority.URGENT)
    assert [one.verdict for one in story.case.scores] == ["dissatisfied", "dissatisfied"]
    assert [what for _, what in story.told if what.startswith("reopened")] == ["reopened", "reopened_by_manager"]
    assert story.case.owner == ""
    whom = [who.partition("@")[0] for _, who in story.notices]
    # Of each bad answer who is answerable knows, and the manager when it becomes his.
    assert whom == ["lead.network", "lead.network", "manager.network"]
    story.does(resolve, 1).until(Step.ASK)
    story.does(story.says("4")).until()
    assert story.case.closed_as is ClosedAs.SATISFIED
    assert [one.agent for one in story.case.scores] == ["Rina", "Budi", "Rina"]


def test_silence_is_asked_once_more_and_closed_as_unconfirmed() -> None:
    story = Story.of(opened()).until(Step.ACKNOWLEDGE).does(resolve, 1).until()
    assert done(story) == ["acknowledge", "ask", "remind", "settle"]
    assert story.steps[1:] == [(1.0, "ask"), (25.0, "remind"), (73.0, "settle")]
    assert story.case.closed_as is ClosedAs.UNCONFIRMED
    assert story.case.scores == ()


def test_who_is_silent_is_asked_again_on_another_channel() -> None:
    chat = opened(channel=CHAT)
    chat.set(others=(ADDRESSES[SMS],))
    story = Story.of(chat).does(resolve)
    reminders: list[Any] = []
    story.until(Step.ASK)
    draft = Draft(story.case, story.now + timedelta(hours=24), POLICY, OPERATOR, before=story.case.length)
    following.take(draft, Step.REMIND)
    reminders += draft.outbox
    assert [one.address.channel for one in reminders] == [SMS]


def test_a_breach_goes_up_all_levels_each_with_notice_and_the_customer_is_told() -> None:
    story = Story.of(opened()).until(Step.ESCALATE, times=4)
    assert [one for one in story.steps if one[1] != "update"] == [
        (0.0, "acknowledge"),
        (6.0, "warn"),
        (8.0, "escalate"),
        (18.0, "warn"),
        (24.0, "escalate"),
        (33.0, "warn"),
        (36.0, "escalate"),
        (54.0, "warn"),
        (60.0, "escalate"),
    ]
    assert [what for _, what in story.told if what != "update"] == [
        "acknowledgement",
        "escalation",
        "escalation",
        "escalation",
    ]
    said = [(what.partition(":")[0], who.partition("@")[0]) for what, who in story.notices]
    assert said[:6] == [
        ("Segera lewat waktu", "lead.network"),
        ("Lewat waktu", "lead.network"),
        ("Segera lewat waktu penyelesaian", "lead.network"),
        ("Lewat waktu penyelesaian, tingkat 1", "lead.network"),
        ("Segera lewat waktu penyelesaian", "lead.network"),
        ("Lewat waktu penyelesaian, tingkat 2", "manager.network"),
    ]
    assert (story.case.escalation_level, story.case.tier, story.case.priority) == (3, Tier.MANAGER, Priority.URGENT)


def test_a_first_word_of_a_person_ends_its_clock() -> None:
    story = Story.of(opened()).until(Step.ACKNOWLEDGE)
    story.does(lambda draft: agents.reply(draft, RINA, "Kami periksa.", "reply-1"), 1).until(Step.WARN)
    assert story.steps[-1] == (18.0, "warn")


def test_while_it_waits_for_the_customer_no_deadline_comes_nearer() -> None:
    story = Story.of(opened()).until(Step.ACKNOWLEDGE)
    story.does(lambda draft: agents.need(draft, RINA, "Mohon kirim nomornya.", "need-1"), 2)
    assert (story.case.status, awaited(story.case)) == (Status.WAITING_FOR_CUSTOMER, Awaited.CUSTOMER)
    due = story.case.due_at
    story.does(story.says("0817..."), 5)
    assert (story.case.status, story.case.due_at - due) == (Status.IN_PROGRESS, timedelta(hours=5))
    assert story.case.paused_seconds == 5 * 3600


def test_who_does_not_give_what_was_asked_for_is_reminded_then_the_team_goes_on() -> None:
    story = Story.of(opened()).until(Step.ACKNOWLEDGE)
    story.does(lambda draft: agents.need(draft, RINA, "Mohon kirim nomornya.", "need-1"), 2).until(Step.UNPAUSE)
    assert story.steps[1:] == [(26.0, "nudge"), (74.0, "unpause")]
    assert (story.case.status, story.case.attention) == (Status.IN_PROGRESS, "customer_silent")
    assert story.case.due_at == NOW + timedelta(hours=24 + 72)


def test_who_hears_nothing_is_told_where_it_stands_by_day() -> None:
    draft = opened()
    draft.set(from_regulator=True, priority=Priority.HIGH)
    story = Story.of(draft, due_at=NOW + timedelta(hours=96), response_due_at=None).until(Step.UPDATE, times=3)
    # Eight hours after half past six in the evening it is night in Jakarta.
    assert [at for at, step in story.steps if step == "update"] == [8.0, 21.5, 29.5]


def test_a_promise_is_kept_or_chased() -> None:
    promised = Promise(id="click-0001", words="Kami telepon", by="Rina", due_at=NOW + timedelta(hours=3))
    story = Story.of(opened(), promises=(promised,)).until(Step.CHASE)
    assert story.steps[-1] == (3.0, "chase")
    assert (story.case.attention, story.case.promises[0].broken) == ("promise_broken", True)
    assert story.told[-1][1] == "promise_late"
    assert story.notices[-1] == (
        "Janji Rina kepada pelanggan tidak ditepati pada waktunya",
        "lead.network@care817.example",
    )
    kept = promised.evolve(kept_at=NOW)
    assert Story.of(opened(), promises=(kept,)).until(Step.CHASE, Step.ESCALATE).steps[-1][1] == "escalate"


def test_a_suggestion_has_an_owner_and_no_question() -> None:
    story = Story.of(opened(Kind.SUGGESTION))
    assert story.case.tier is Tier.LEAD
    assert story.notices == [("Saran baru untuk tim Anda", "lead.network@care817.example")]
    story.until(Step.ESCALATE, times=2)
    assert [what for _, what in story.told] == ["suggested"]
    story.does(resolve)
    assert next_step(story.case, POLICY) is None


def test_a_request_has_its_own_deadlines_and_is_closed_with_its_answer() -> None:
    story = Story.of(opened(Kind.INFORMATION)).until(Step.ESCALATE)
    assert story.steps == [(18.0, "warn"), (21.5, "update"), (24.0, "escalate")]
    story.does(resolve)
    assert (story.case.closed_as, next_step(story.case, POLICY)) == (ClosedAs.ANSWERED, None)


@pytest.mark.parametrize(
    ("hour", "zone", "waits"),
    [(8, Zone.WIB, 0), (20, Zone.WIB, 0), (21, Zone.WIB, 11), (3, Zone.WIB, 5), (20, Zone.WIT, 10), (7, Zone.WIT, 0)],
)
def test_nobody_is_asked_at_night_where_he_is(hour: int, zone: Zone, waits: int) -> None:
    at = datetime(2026, 11, 24, hour, 0, tzinfo=Zone.WIB.tz).astimezone(UTC)
    assert POLICY.allowed(at, zone) - at == timedelta(hours=waits)


def test_nobody_is_asked_on_a_national_holiday_but_told_what_cannot_wait() -> None:
    christmas = datetime(2026, 12, 25, 10, 0, tzinfo=Zone.WIB.tz)
    assert POLICY.allowed(christmas, None, on_holidays=False) == christmas + timedelta(hours=22)
    assert POLICY.allowed(christmas, None) == christmas
    assert load(0.5, christmas).allowed(christmas, None, on_holidays=False) == christmas


def test_the_clock_of_one_machine_starts_at_nine_and_runs_at_its_scale() -> None:
    policy = load(1 / 3600, NOW)
    assert policy.wall(NOW).hour == 9
    assert policy.allowed(NOW + timedelta(seconds=11), None) == NOW + timedelta(seconds=11)
    assert policy.allowed(NOW + timedelta(seconds=13), None) == NOW + timedelta(seconds=23)


@pytest.mark.parametrize("why", list(Unasked))
def test_who_is_not_asked_is_told_and_the_reason_is_on_the_timeline(why: Unasked) -> None:
    story = Story.of(opened()).does(resolve)
    story.unasked = why
    story.until()
    assert done(story) == ["ask", "settle"]
    assert What.UNASKED in story.whats
    assert (story.case.unasked, story.case.closed_as) == (why, ClosedAs.UNCONFIRMED)
    assert [what for _, what in story.told] == ["resolved"]


@pytest.mark.parametrize(
    "said", ["jangan tanya lagi", "stop asking me please", "unsubscribe", "tolong jangan hubungi saya lagi"]
)
def test_who_wants_no_question_is_asked_no_more(said: str) -> None:
    story = Story.of(opened()).does(resolve).until(Step.ASK)
    draft = Draft(story.case, story.now, POLICY, OPERATOR, before=story.case.length)
    assert hear(draft, said, SMS) == "unsubscribed"
    assert draft.unsubscribes
    story.does(story.says(said)).until()
    assert done(story) == ["ask", "settle"]
    assert story.case.closed_as is ClosedAs.UNCONFIRMED


def test_an_answer_that_comes_late_is_recorded_or_reopens() -> None:
    silent = Story.of(opened()).does(resolve).until()
    silent.does(silent.says("5"))
    assert (silent.case.status, silent.case.closed_as) == (Status.CLOSED, ClosedAs.SATISFIED)
    silent.does(silent.says("ternyata belum beres"))
    assert (silent.case.status, silent.case.cycle) == (Status.REOPENED, 2)


def test_thanks_are_no_complaint() -> None:
    story = Story.of(opened()).does(resolve).until(Step.ASK).does(lambda draft: hear(draft, "makasih", SMS))
    assert story.case.status is Status.RESOLVED
    assert story.case.scores == ()


def test_segments_have_the_time_their_factor_gives() -> None:
    policy = POLICY.model_copy(update={"segment_factor": {Segment.PREPAID: 1.0, Segment.POSTPAID: 0.5}})
    normal = policy.resolution_time(Kind.COMPLAINT, Priority.NORMAL, Segment.PREPAID)
    assert policy.resolution_time(Kind.COMPLAINT, Priority.NORMAL, Segment.POSTPAID) * 2 == normal
    assert policy.resolution_time(Kind.COMPLAINT, Priority.NORMAL) == normal


@given(
    st.lists(st.sampled_from(["resolve", "belum", "5", "makasih", "need", "priority", "wait", "promise"]), max_size=12)
)
def test_whatever_happens_it_comes_to_an_end_and_each_step_changes_once(happenings: list[str]) -> None:
    story = Story.of(opened())
    for place, what in enumerate(happenings):
        happen(story, what, place)
        due = next_step(story.case, POLICY)
        if due and due.at <= story.now + timedelta(hours=2):
            story.once()
    if story.case.status not in (Status.RESOLVED, Status.CLOSED):
        story.does(resolved_by(story.agent))
    story.until(Step.SETTLE)
    assert story.case.status in (Status.CLOSED, Status.REOPENED)


def happen(story: Story, what: str, place: int) -> None:
    status = story.case.status
    unresolved = status not in (Status.RESOLVED, Status.CLOSED)
    if what == "resolve" and unresolved:
        story.does(resolved_by(story.agent), 0.1)
    elif what == "need" and unresolved and status is not Status.WAITING_FOR_CUSTOMER:
        story.does(lambda draft: agents.need(draft, story.agent, "Apa?", f"need-{place}"), 0.1)
    elif what == "wait":
        story.now += timedelta(hours=7)
    elif what == "promise" and unresolved:
        until = story.now + timedelta(hours=1)
        story.does(lambda draft: agents.promise(draft, story.agent, "Kami telepon", until, f"promise-{place}"), 0.1)
    elif what == "priority" and unresolved:
        story.does(lambda draft: agents.set_priority(draft, RINA, Priority.HIGH), 0.1)
    elif what in ("belum", "5", "makasih"):
        story.does(story.says(what), 0.1)


def test_a_message_of_the_queue_is_what_its_action_says() -> None:
    start = Start(reference=REFERENCE, cycle=1, part=1)
    resume = Resume(reference=REFERENCE, cycle=1, part=1, length=4)
    stuck = Stuck(reference=REFERENCE, cycle=1, part=1)
    wait = WaitFor(reference=REFERENCE, cycle=1, part=1, length=4, entered_at="2026-11-24", task_token="token")
    for message in (start, resume, wait, stuck):
        assert FOLLOWUP_MESSAGE.validate_json(message.model_dump_json()) == message
    with pytest.raises(ValidationError):
        FOLLOWUP_MESSAGE.validate_json('{"action": "stop", "reference": "1", "cycle": 1, "part": 1}')


def test_an_execution_is_named_by_ids_alone() -> None:
    assert name(REFERENCE, 2, 1) == f"case-{REFERENCE}-2-1"
    assert named(name(REFERENCE, 2, 1)) == (REFERENCE, 2, 1)


def test_the_machine_knows_all_that_may_be_next_and_takes_steps_that_exist() -> None:
    states: dict[str, Any] = yaml.safe_load(MACHINE.read_text(encoding="utf-8"))["States"]
    choices = {one["StringEquals"] for one in states["WhatIsNext"]["Choices"]}
    assert choices == {*Step, *Awaited, Turn.OVER}
    assert states["WhatIsNext"]["Default"] == "HandOver"
    taken = {
        state["Parameters"]["Payload"]["step"] for state in states.values() if "Payload" in state.get("Parameters", {})
    }
    assert taken == {*Step, Turn.LOOK, Turn.HAND_OVER}


def test_every_task_of_the_machine_is_retried_and_caught_and_every_wait_ends() -> None:
    states: dict[str, Any] = yaml.safe_load(MACHINE.read_text(encoding="utf-8"))["States"]
    for where, state in states.items():
        if state["Type"] != "Task":
            continue
        if state["Resource"].endswith("waitForTaskToken"):
            assert state["TimeoutSecondsPath"] == "$.next.seconds", where
            assert {error for one in state["Catch"] for error in one["ErrorEquals"]} == {"States.Timeout", "States.ALL"}
        else:
            assert state["Retry"][0]["JitterStrategy"] == "FULL", where
            assert where == "CallPerson" or state["Catch"][0]["Next"] == "CallPerson", where
