"""A chat in pages: whatever was said, each is a frame that can be sent, and together they are all of it, once."""

from itertools import accumulate, pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from care.channels import CHAT
from care.contacts.contact import Entry, EntryKind, Message
from care.contacts.transcript import LONGEST_FRAME, shown, written
from care.doors import chat
from care.telling.outbox import Button
from tests.unit.chatting import Chat
from tests.unit.making import NOW

FRAME = 32 * 1024
AGENTS_LONGEST, CUSTOMERS_LONGEST, LONGEST_ANSWER = 10_000, 4_000, 2_000
LETTERS = st.sampled_from(["a", "é", "ꦲ", "😡", '"', "\\", "\n", "\x01", "\u2028"])


def texts(longest: int) -> st.SearchStrategy[str]:
    return st.builds(lambda letter, length: letter * length, LETTERS, st.integers(0, longest))


# What an agent writes is an entry of its own; what a customer writes is one with all that it was answered.
ANSWERED = st.builds(
    lambda said, answers: [said, *answers], texts(CUSTOMERS_LONGEST), st.lists(texts(LONGEST_ANSWER), max_size=3)
)
TURNS = st.lists(st.one_of(texts(AGENTS_LONGEST).map(lambda text: [text]), ANSWERED), min_size=1, max_size=60)
BUTTONS = (Button(label="Sudah, sangat puas (5)", text="5"),) * 3


def talked(turns: list[list[str]]) -> Chat:
    """A chat in which that was said, its turns one entry each."""
    talk = Chat()
    ends = [0, *accumulate(len(turn) for turn in turns)]
    for (before, _), turn in zip(pairwise(ends), turns, strict=True):
        said = tuple(
            Message(seq=before + place, sender="care", text=text, at=NOW, buttons=BUTTONS)
            for place, text in enumerate(turn, start=1)
        )
        id_ = f"message-{before:04}"
        talk.store.entries[talk.contact_id, id_] = Entry(
            contact_id=talk.contact_id, event_id=id_, at=NOW, what=EntryKind.MESSAGE, messages=said
        )
    return talk


def everything(talk: Chat) -> list[Message]:
    return [one for entry in talk.store.entries.values() for one in entry.messages]


def page(talk: Chat, **wanted: int | None) -> chat.Page:
    """One page, which is one request and a frame that can be sent."""
    talk.store.requests.made = 0
    found = chat.resume(talk.centre, talk.contact_id, NOW, **wanted)
    assert talk.store.requests.made == 1
    size = len(written({**shown(found.messages, found.reference), **_asked(**wanted)}).encode())
    is_one_turn = any(set(found.messages) <= set(entry.messages) for entry in talk.store.entries.values())
    assert size <= (LONGEST_FRAME if is_one_turn else FRAME)
    return found


def _asked(after: int | None = None, before: int | None = None) -> dict[str, Any]:
    return {"after": after, "before": before, "more": True}


@given(TURNS)
def test_from_the_newest_back_it_is_all_that_was_said_once(turns: list[list[str]]) -> None:
    talk = talked(turns)
    found = page(talk)
    said = found.messages
    while found.more:
        found = page(talk, before=said[0].seq)
        said = [*found.messages, *said]
    assert said == everything(talk)


@given(TURNS, st.data())
def test_from_any_number_on_it_is_all_that_follows_once(turns: list[list[str]], data: st.DataObject) -> None:
    talk = talked(turns)
    every = everything(talk)
    has = data.draw(st.integers(0, len(every)))
    found = page(talk, after=has)
    said = found.messages
    while found.more:
        found = page(talk, after=said[-1].seq)
        said += found.messages
    assert said == every[has:]


def test_what_one_turn_says_fits_a_frame_however_long_it_is() -> None:
    assert CHAT.longest_text is not None
    turn = talked([["\x01" * CHAT.longest_text, *["x" * 2000] * 4]])
    reply = talked([["\x01" * AGENTS_LONGEST + "x" * 2000]])
    for talk in (turn, reply):
        assert page(talk).messages == everything(talk)


def test_a_chat_that_has_not_begun_is_greeted_and_has_nothing_else() -> None:
    talk = Chat()
    for wanted in ({}, {"after": 0}):
        found = page(talk, **wanted)
        assert ([one.seq for one in found.messages], found.more) == ([1], False)
    for wanted in ({"after": 1}, {"before": 1}, {"before": 5}):
        assert page(talk, **wanted) == chat.Page([])


def test_a_greeting_that_was_seen_before_the_first_turn_is_not_given_again() -> None:
    talk = talked([["greeting", "question", "answer"]])
    assert [one.seq for one in page(talk, after=1).messages] == [2, 3]
