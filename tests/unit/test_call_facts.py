"""What is told of a call, and what stands on a card, comes to the same in whatever order it is told."""

from datetime import UTC, datetime, timedelta
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from care.channels import SMS, VOICE
from care.contacts.call import Call, Outcome, Since
from care.contacts.card import CASES, CONTACTS, SHOWN, Card, Opened, Seen
from care.words import Category, Kind, Language

BEGAN = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)
TIMES = st.integers(0, 600).map(lambda seconds: BEGAN + timedelta(seconds=seconds))
SOMETIMES = st.one_of(st.none(), TIMES)
WHO = st.one_of(st.none(), st.builds(Since, at=TIMES, id=st.sampled_from("ab")))
CALLS = st.builds(
    Call,
    began_at=SOMETIMES,
    queued_at=SOMETIMES,
    answered_at=SOMETIMES,
    ended_at=SOMETIMES,
    way=st.sampled_from(["", "INBOUND"]),
    queue=WHO,
    agent=WHO,
    held_seconds=st.one_of(st.none(), st.integers(0, 9)),
    recordings=st.lists(st.sampled_from("xyz"), max_size=2).map(tuple),
)
SEEN = st.builds(Seen, contact_id=st.sampled_from("abcdefg"), channel=st.just(VOICE), at=TIMES)


def case(reference: int, length: int = 1, *, is_open: bool = True, contact_id: str = "") -> Opened:
    return Opened(
        reference=f"{reference}",
        contact_id=contact_id or f"contact-{reference}",
        channel=VOICE,
        kind=Kind.COMPLAINT,
        category=Category.NETWORK,
        at=BEGAN + timedelta(days=reference),
        is_open=is_open,
        length=length,
    )


CASES_SAID = st.builds(
    lambda reference, length: case(reference, length, is_open=length % 2 == 1), st.integers(1, 9), st.integers(1, 4)
)
CARDS = st.builds(
    Card,
    contacts=st.lists(SEEN, max_size=3, unique_by=lambda one: one.contact_id).map(tuple),
    cases=st.lists(CASES_SAID, max_size=3, unique_by=lambda one: one.reference).map(tuple),
)


@given(st.lists(CALLS, max_size=6), st.randoms())
def test_a_call_is_the_same_in_any_order_and_told_again(told: list[Call], dice: object) -> None:
    again = [*told, *told[::2]]
    dice.shuffle(again)  # type: ignore[attr-defined]
    assert reduce(Call.with_, again, Call()) == reduce(Call.with_, told, Call())


@given(st.lists(CARDS, max_size=6), st.randoms())
def test_a_card_is_the_same_in_any_order_and_told_again(told: list[Card], dice: object) -> None:
    again = [*told, *told[::2]]
    dice.shuffle(again)  # type: ignore[attr-defined]
    card = reduce(Card.with_, told, Card())
    assert reduce(Card.with_, again, Card()) == card
    assert len(card.contacts) <= CONTACTS
    assert len(card.cases) <= CASES


def test_a_wait_ends_with_a_person_or_with_the_call() -> None:
    queued = Call(began_at=BEGAN, queued_at=BEGAN + timedelta(seconds=10))
    assert queued.waited_seconds is None
    left = queued.evolve(ended_at=BEGAN + timedelta(seconds=70), promised_seconds=60)
    assert (left.waited_seconds, left.talked_seconds, left.came_to) == (60, None, Outcome.ABANDONED)
    assert left.kept_promise is None, "who left in time knows nothing of the promise"
    assert left.evolve(promised_seconds=59).kept_promise is False
    answered = left.evolve(answered_at=BEGAN + timedelta(seconds=40))
    assert (answered.waited_seconds, answered.talked_seconds, answered.kept_promise) == (30, 30, True)
    assert answered.evolve(promised_seconds=29).kept_promise is False
    assert answered.evolve(promised_seconds=None).kept_promise is None


def test_a_card_shows_the_last_contacts_and_what_they_were_about() -> None:
    card = Card(
        contacts=(Seen(contact_id="now", channel=VOICE, at=BEGAN + timedelta(days=9)),),
        cases=(case(3), case(2, is_open=False), case(1)),
    )
    assert card.open_cases == ("3", "1")
    assert [one.category for one in card.last] == [None, Category.NETWORK, Category.NETWORK]
    before = card.without("now")
    assert len(before.last) == SHOWN
    assert before.summary.split("; ")[0] == "2026-11-28 14:00 voice complaint network"
    assert card.is_known
    assert not Card(language=Language.ENGLISH, language_at=BEGAN).is_known


def test_a_contact_that_opened_two_cases_was_about_the_newer() -> None:
    one, other = case(1, contact_id="call"), case(2, contact_id="call").evolve(category=Category.BILLING)
    card = Card(contacts=(Seen(contact_id="call", channel=SMS, at=BEGAN),), cases=(other, one))
    (last,) = card.last
    assert (last.category, last.at) == (Category.BILLING, BEGAN + timedelta(days=2))


def test_nothing_of_a_former_owner_is_on_it() -> None:
    card = Card(
        language=Language.ENGLISH,
        language_at=BEGAN,
        contacts=(Seen(contact_id="old", channel=VOICE, at=BEGAN),),
        cases=(case(2), case(1)),
    )
    assert card.oldest == BEGAN
    theirs = card.since(BEGAN + timedelta(days=2))
    assert (theirs.language, theirs.contacts, theirs.open_cases) == (None, (), ("2",))
    assert card.since(BEGAN) == card
