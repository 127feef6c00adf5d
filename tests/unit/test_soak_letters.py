"""The mails that `python -m bench mail_soak` sends: as many of each as is said, and each of the sort that it says."""

from collections import Counter
from collections.abc import Iterator

import pytest

from bench import soak_letters
from bench.letters import Acknowledgement
from bench.soak_letters import MAILS, SORTS, Post, Story
from care.contacts.contact import EntryKind
from care.doors.email.read import read
from care.words import Kind
from tests.unit.making import REFERENCE

CARE = "care@care817.example"
OURS = Acknowledgement("<ours@x.amazonses.com>", f"Re: Halo [#{REFERENCE}]", "<first@x>", f"care+x@{CARE[5:]}")


@pytest.fixture(scope="module")
def all_() -> list[Story]:
    # Without the big ones, which take seconds to make.
    return [story for story in soak_letters.stories(CARE, MAILS // 10) if story.posts[0].sort != "big"]


def posts_of(stories: list[Story]) -> Iterator[Post]:
    for story in stories:
        yield from story.posts
        yield from story.then(OURS) if story.then else ()


def test_the_sorts_make_as_many_mails_as_are_said_and_a_tenth_are_complaints_at_most() -> None:
    assert sum(one.stories * one.mails for one in SORTS) == MAILS
    assert sum(one.complaints for one in SORTS) <= MAILS // 10
    assert len({one.name for one in SORTS}) == len(SORTS)


def test_there_are_as_many_of_each_as_is_said(all_: list[Story]) -> None:
    stories, mails = Counter(one.posts[0].sort for one in all_), Counter(one.sort for one in posts_of(all_))
    for sort in SORTS:
        if sort.name != "big":
            assert stories[sort.name] == sort.stories // 10
            assert mails[sort.name] == sort.stories // 10 * sort.mails
    fates = {one.contact: one.fate for one in posts_of(all_) if one.fate.what is EntryKind.OPENED}
    assert 0 < [fate.kind for fate in fates.values()].count(Kind.COMPLAINT) <= MAILS // 100
    assert all((fate.kind is None) == (fate.held is not None) for fate in fates.values())


def test_the_same_seed_makes_the_same_mails(all_: list[Story]) -> None:
    again = [story for story in soak_letters.stories(CARE, MAILS // 10) if story.posts[0].sort != "big"]
    assert [one.letter for one in posts_of(all_)] == [one.letter for one in posts_of(again)]


def test_posts_of_one_contact_say_the_same_and_no_others_do(all_: list[Story]) -> None:
    said: dict[tuple[str, str], set[str]] = {}
    for one in posts_of(all_):
        said.setdefault((one.letter.envelope or one.letter.message_id, one.letter.text), set()).add(one.contact)
    assert [contacts for contacts in said.values() if len(contacts) > 1] == []


def test_what_robots_write_is_automatic_and_what_people_write_is_not(all_: list[Story]) -> None:
    for one in posts_of(all_):
        is_automatic = one.fate.what is EntryKind.AUTOMATIC
        assert read(one.letter.raw, CARE).is_automatic == is_automatic, f"{one.sort}: {one.letter.raw[:2000]!r}"
