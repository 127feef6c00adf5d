"""Who the simulated agents take, how long they talk, and whom they call back; the clock is the test's own."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.phone.agents import Agents, CallBack, Connect, Enter, Expired, HangUp, Missed, Ring

QUEUE = "arn:queue/care"


@dataclass(frozen=True)
class Caller:
    call_id: str


@dataclass
class Centre:
    """Agents, and a clock that goes when it is told to. A call-back enters its queue unseen."""

    now: float = 0.0
    agents: Agents = field(init=False)

    def __post_init__(self) -> None:
        self.agents = Agents(lambda: self.now)

    def after(self, seconds: float) -> list[object]:
        """What is due when so much time has passed."""
        self.now += seconds
        return [deed for deed in self.agents.due() if not isinstance(deed, Enter)]

    def joins(self, *names: str, priority: int = 5) -> None:
        for name in names:
            self.agents.join(Caller(name), QUEUE, priority)


@pytest.fixture
def centre() -> Centre:
    return Centre()


def wish(*, delay: float = 0, attempts: int = 1, gap: float = 60, queue: str = QUEUE) -> CallBack:
    return CallBack("+6281200000001", queue, delay, attempts, gap)


def test_nobody_is_taken_while_there_are_no_agents(centre: Centre) -> None:
    centre.joins("one")
    assert centre.after(3600) == []
    assert centre.agents.next_at() is None
    assert centre.agents.position(Caller("one")) == 1


def test_who_came_first_is_taken_first_and_the_next_when_the_talk_is_over(centre: Centre) -> None:
    centre.agents.staff(1, 120)
    centre.joins("one", "two")
    assert centre.after(0) == [Connect("one", 1)]
    assert centre.agents.position(Caller("two")) == 1
    assert centre.agents.next_at() == 120
    assert centre.after(119) == []
    assert centre.after(1) == [HangUp("one")]
    assert centre.after(5) == [], "the agent is busy until the call has ended"
    centre.agents.ended("one")
    assert centre.after(0) == [Connect("two", 1)]


def test_priority_goes_before_time(centre: Centre) -> None:
    centre.joins("first")
    centre.after(60)
    centre.joins("urgent", priority=1)
    assert [centre.agents.position(Caller(name)) for name in ("first", "urgent")] == [2, 1]
    centre.agents.staff(1, 120)
    assert centre.after(0) == [Connect("urgent", 1)]


def test_a_call_moved_to_another_queue_keeps_its_place(centre: Centre) -> None:
    centre.joins("one")
    centre.after(10)
    centre.joins("two")
    centre.after(10)
    centre.agents.join(Caller("one"), "arn:queue/other")
    assert centre.agents.position(Caller("one")) == 1
    assert centre.agents.metrics("arn:queue/other")["OldestContactInQueueAgeSeconds"] == "20"


def test_a_caller_who_hangs_up_waits_no_more(centre: Centre) -> None:
    centre.joins("one", "two")
    centre.agents.leave(Caller("one"))
    centre.agents.staff(2, 120)
    assert centre.after(0) == [Connect("two", 1)]
    centre.agents.leave(Caller("two"))
    assert centre.agents.free == 2


def test_agents_come_and_go_while_it_runs(centre: Centre) -> None:
    centre.agents.staff(2, 120)
    centre.joins("one", "two", "three")
    assert centre.after(0) == [Connect("one", 1), Connect("two", 2)]
    centre.agents.staff(1, 30)
    centre.agents.ended("one")
    assert centre.after(0) == [], "one agent is left, and talks"
    assert centre.after(120) == [HangUp("two")], "as long as was meant when the talk began"
    centre.agents.ended("two")
    assert centre.after(0) == [Connect("three", 1)]
    assert centre.after(30) == [HangUp("three")]


def test_a_talk_without_a_length_lasts_until_somebody_says_so(centre: Centre) -> None:
    centre.agents.staff(1, 0)
    centre.joins("one", "two")
    assert centre.after(0) == [Connect("one", 1)]
    assert centre.agents.next_at() is None
    assert centre.after(100_000) == []
    centre.agents.ended("one")
    assert centre.after(0) == [Connect("two", 1)]


def test_metrics_tell_of_the_queue_and_its_agents(centre: Centre) -> None:
    centre.agents.staff(2, 120)
    centre.joins("one", "two", "three")
    centre.after(0)
    centre.after(45)
    assert centre.agents.metrics(QUEUE) == {
        "NumberOfContactsInQueue": "1",
        "OldestContactInQueueAgeSeconds": "45",
        "NumberOfAgentsStaffed": "2",
        "NumberOfAgentsOnline": "2",
        "NumberOfAgentsAvailable": "0",
        "EstimatedWaitTimeSeconds": "120",
    }
    assert centre.agents.metrics("arn:queue/other")["NumberOfContactsInQueue"] == "0"


def test_nobody_can_tell_how_long_it_takes_without_agents(centre: Centre) -> None:
    assert "EstimatedWaitTimeSeconds" not in centre.agents.metrics(QUEUE)
    centre.agents.staff(1, 0)
    assert centre.agents.metrics(QUEUE)["EstimatedWaitTimeSeconds"] == "0", "one agent is free"


def test_a_call_back_keeps_the_place_of_its_call(centre: Centre) -> None:
    centre.joins("one")
    centre.after(10)
    centre.joins("two")
    centre.after(10)
    centre.agents.call_back("back", wish(), after="one")
    centre.agents.leave(Caller("one"))
    centre.after(0)
    assert centre.agents.position_of("back") == 1
    centre.agents.staff(1, 120)
    assert centre.after(0) == [Ring("back", 1, "+6281200000001")]


def test_a_call_back_waits_for_its_delay_without_holding_up_others(centre: Centre) -> None:
    centre.agents.staff(1, 120)
    centre.agents.call_back("back", wish(delay=100), after="nobody")
    centre.after(1)
    centre.joins("one")
    assert centre.after(0) == [Connect("one", 1)]
    centre.agents.ended("one")
    assert centre.after(0) == []
    assert centre.agents.next_at() == 100
    assert centre.agents.position_of("back") is None
    centre.now = 100
    assert centre.agents.due() == [Enter("back"), Ring("back", 1, "+6281200000001")]


def test_who_is_called_back_and_answers_talks_as_long_as_anybody(centre: Centre) -> None:
    centre.agents.staff(1, 120)
    centre.agents.call_back("back", wish(), after="nobody")
    centre.after(0)
    assert centre.after(5) == []
    assert centre.agents.answered("back")
    assert not centre.agents.answered("back"), "it rings no more"
    assert centre.after(119) == []
    assert centre.after(1) == [HangUp("back")]


def test_a_call_back_nobody_answers_is_tried_again_after_a_gap_and_not_for_ever(centre: Centre) -> None:
    centre.agents.staff(1, 120)
    centre.agents.call_back("first", wish(attempts=2, gap=600), after="nobody")
    assert centre.after(0) == [Ring("first", 1, "+6281200000001")]
    (missed,) = centre.after(20)
    assert missed == Missed("first", wish(delay=600, attempts=1, gap=600))
    assert isinstance(missed, Missed)
    assert missed.again is not None
    assert centre.agents.free == 1
    centre.agents.call_back("second", missed.again, after="first")
    assert centre.after(599) == []
    assert centre.after(1) == [Ring("second", 1, "+6281200000001")]
    assert centre.agents.unanswered("second") == Missed("second", None)
    assert centre.agents.unanswered("second") is None
    assert centre.after(0) == []
    assert (centre.agents.next_at(), centre.agents.free) == (None, 1)


def test_a_call_back_nobody_has_time_for_is_dropped_after_days(centre: Centre) -> None:
    centre.agents.call_back("back", wish(), after="nobody")
    assert centre.after(6 * 86400) == []
    assert centre.after(86400) == [Expired("back")]
    assert centre.agents.next_at() is None


@given(st.lists(st.tuples(st.integers(1, 10), st.booleans()), max_size=30), st.integers(1, 5))
def test_everybody_is_taken_once_in_the_order_of_the_queue(contacts: list[tuple[int, bool]], staffed: int) -> None:
    centre = Centre()
    for name, (priority, back) in enumerate(contacts):
        centre.now += 1
        if back:
            one = CallBack("+6281200000001", QUEUE, 0, 1, 60, priority)
            centre.agents.call_back(str(name), one, after="nobody")
        else:
            centre.joins(str(name), priority=priority)
    places = [one.place for one in centre.agents.waiting]
    assert places == sorted(places)
    expected = [one.contact_id for one in centre.agents.waiting]
    centre.agents.staff(staffed, 10)
    taken: list[str] = []
    while centre.agents.waiting:
        deeds = [deed for deed in centre.agents.due() if isinstance(deed, Connect | Ring)]
        assert 0 < len(deeds) <= staffed
        for deed in deeds:
            taken.append(deed.contact_id)
            centre.agents.ended(deed.contact_id)
    assert taken == expected
