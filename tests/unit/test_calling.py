"""A call by keys: whatever is pressed and whatever comes of it, something is said that is recorded, and no turn is too
long for the flow. The calls themselves are scripted in tests/calls.
"""

import random
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import assert_never

import pytest

from care import calling
from care.areas import Zone
from care.calling import MOST_PIECES, Facts, Listen, Queue, State, Turn, places, subjects
from care.calling.queueing import Wait, expected
from care.cases.case import Case
from care.cases.opening import Opening, Party, open_case
from care.channels import VOICE
from care.customer import Address
from care.line.proof import Checked
from care.telling import pieces
from care.words import Category, Kind, Language, Priority, Segment
from flows.build import PIECES
from local.phone.call import Prompts
from tests.unit.chatting import LINES
from tests.unit.making import OPERATOR, POLICY

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 12, 31)
NUMBER = "+6281700000001"
KEYS = [*"0123456789*#", "", "", "1", "2", "4830012756", "081298765432", "60231", "12", "483001"]
FACTS = (
    Facts(TODAY),
    Facts(TODAY, NUMBER, Language.ENGLISH, Segment.PREPAID, True, "Sari Dewi", True, True, True),
    Facts(TODAY, NUMBER, None, Segment.POSTPAID, has_system=True, proven=NUMBER),
    Facts(TODAY, NUMBER, has_queue=True),
)
PROMPTS = Prompts.read(ROOT / "flows/prompts")


def case() -> Case:
    party = Party(VOICE, "call", Address(channel=VOICE, value=NUMBER))
    opening = Opening("4830012756", party, Kind.COMPLAINT, Category.NETWORK, Priority.NORMAL, Language.ENGLISH, "x")
    return open_case(opening, datetime(2026, 12, 1, tzinfo=UTC), POLICY, OPERATOR).case


def when(language: Language) -> tuple[str, ...]:
    """The longest moment."""
    at = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    return ("on_day", *pieces.day(at.date(), language), *pieces.clock(at.time(), Zone.WITA, language))


def outcome(wish: calling.Wish, language: Language, chance: random.Random) -> calling.Outcome:
    """Anything that can come of it."""
    match wish:
        case calling.Open():
            back = when(language) if wish.calls_back else ()
            joined = wish.joins and chance.random() < 0.5
            return calling.Opened(wish, "9830012758", joined, back, chance.random() < 0.2)
        case calling.FindLast() | calling.FindStatus():
            status: str = chance.choice(
                ["open", "acknowledged", "in_progress", "waiting", "resolved", "reopened", "closed"]
            )
            due = chance.choice([(), ("due_passed",), ("due_at", *when(language))])
            found: list[calling.Outcome] = [calling.Found(case(), status, due), *calling.NotFound]
            return chance.choice(found)
        case calling.SendCode():
            sent: list[calling.Outcome] = [calling.CodeSent(), calling.TooManyCodes(), calling.NoSystem()]
            return chance.choice(sent)
        case calling.TryCode():
            return calling.CodeTried(chance.choice(list(Checked)))
        case calling.ReadLine():
            return chance.choice([*(calling.LineRead(one) for one in LINES.values()), calling.LineRead(None)])
        case calling.Answer():
            return calling.Answered()
        case _:
            assert_never(wish)


def finished(turn: Turn, facts: Facts, chance: random.Random) -> Turn:
    for _ in range(5):
        if turn.wish is None:
            return turn
        turn = calling.told(turn, outcome(turn.wish, turn.state.language, chance), facts)
    raise AssertionError(f"a turn does not end: {turn}")


def next_turn(turn: Turn, facts: Facts, chance: random.Random) -> Turn | None:
    """What the flow does with a turn; ``None`` when the call is over."""
    state = calling.read(turn.state.write())
    match turn.listen:
        case Listen.END | Listen.CALLBACK:
            return None
        case Listen.QUEUE:
            queue = Queue(chance.randrange(200), chance.randrange(3), chance.randrange(2))
            return calling.waiting(state, queue, 4, facts)
        case Listen.TRANSFER:
            place = chance.choice([None, 1, 187])
            return chance.choice([calling.full(state, facts), calling.queued(state, place, facts)])
        case Listen.WAIT:
            return calling.after(state, facts, asks=True)
        case _:
            return calling.pressed(state, chance.choice(KEYS), facts)


@pytest.mark.parametrize("seed", range(300))
def test_whatever_is_pressed_what_is_said_is_recorded_and_short_enough(seed: int) -> None:
    chance = random.Random(seed)
    facts = FACTS[seed % len(FACTS)]
    turn = calling.begin(facts)
    for _ in range(80):
        turn = finished(turn, facts, chance)
        language = "both" if turn.ask in ("welcome", "language") else turn.state.language
        for name in (*turn.say, *([turn.ask] if turn.ask else [])):
            assert PROMPTS.has(f"{language}/{name}"), f"{name} is said at {turn.state.place} and not recorded"
        assert len(turn.say) <= MOST_PIECES, turn
        assert bool(turn.ask) == (turn.listen in _ASKING), turn
        following = next_turn(turn, facts, chance)
        if following is None:
            return
        turn = following


_ASKING = {one for one in Listen if one is Listen.KEY or one is Listen.MESSAGE or one.startswith("digits")}


def test_the_flow_plays_as_many_pieces_as_are_ever_said() -> None:
    assert PIECES == MOST_PIECES


def test_where_a_call_stands_travels_as_letters_and_digits() -> None:
    state = State(place="packages", offers=("harian-1-gb",), number=NUMBER, name="Sari", language=Language.ENGLISH)
    text = state.write()
    assert calling.read(text) == state
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@pytest.mark.parametrize("text", ["", "x", "////", "e30", "bnVsbA", "ü" * 10, "A" * 20_000, "eyJwbGFjZSI6IDV9"])
def test_what_is_no_state_is_a_new_call(text: str) -> None:
    assert calling.read(text) == State()


def test_a_place_that_is_gone_is_the_main_menu() -> None:
    assert calling.pressed(State(place="gone"), "4", FACTS[0]).ask == "complaint_menu"


@pytest.mark.parametrize("category", [one for one in Category if subjects.of(one)])
def test_every_subject_has_a_label_and_every_menu_is_recorded(category: Category) -> None:
    for subject in subjects.of(category).values():
        assert subjects.named(subject.category or category, subject.id) == subject
    for language in Language:
        assert PROMPTS.has(f"{language}/complaint_{category}")


def test_every_place_can_be_asked() -> None:
    for name in places.names() - {"group", "guide_choice"}:
        ask = places.of(State(place=name, category=Category.NETWORK)).ask
        assert PROMPTS.has(f"id/{ask}") or PROMPTS.has(f"both/{ask}")


@pytest.mark.parametrize(
    ("queue", "wait"),
    [
        (Queue(0, 1, 1), None),
        (Queue(0, 3, 0), Wait(1, 2)),
        (Queue(3, 2, 0), Wait(5, 12)),
        (Queue(1, 1, 0), Wait(5, 12)),
        (Queue(40, 10, 0), Wait(11, 25)),
        (Queue(2, 5, 2), Wait(1, 2)),
    ],
)
def test_the_wait_is_a_range_by_who_waits_and_who_is_there(queue: Queue, wait: Wait | None) -> None:
    assert expected(queue, 4) == wait


def test_only_a_plain_yes_buys() -> None:
    state = State(place="package", package="harian-1-gb", offers=("harian-1-gb",))
    proven = replace(FACTS[1], proven=NUMBER)
    for keys in KEYS:
        wish = calling.pressed(state, keys, proven).wish
        bought = isinstance(wish, calling.Open) and wish.order is not None
        assert bought == (keys == "1"), keys
