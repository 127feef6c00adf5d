"""Talks as customers have them, and the 200 questions through the conversation: what is helped may not fall."""

import tomllib
from typing import Any

from tests.unit import talking
from tests.unit.talking import TALKS, Talk, play, played, talks

AREAS = {
    "packages",
    "orders",
    "roaming",
    "own_line",
    "money",
    "sim",
    "technical",
    "complaints",
    "safety",
    "manners",
    "english",
    "followup",
    "single",
}


def held() -> dict[str, Any]:
    return tomllib.loads((TALKS / "held.toml").read_text(encoding="utf-8"))


def talk(area: str, *lines: str) -> Talk:
    """A talk written here."""
    found = [line.partition(":") for line in lines]
    return Talk(area, "example_a", "An example.", tuple(talking.Line(1, one, two.strip()) for one, _, two in found))


def test_talks_are_many_and_of_every_area_and_sort() -> None:
    assert {one.area for one in talks()} == AREAS
    for area in AREAS:
        assert {one.is_for_building for one in talks() if one.area == area} == {True, False}, area
    for one in talks():
        turns = sum(line.verb == "customer" for line in one.lines)
        assert one.about, one.name
        assert 1 <= turns <= 6, one.name
        assert one.name[-2:] in ("_a", "_b"), one.name


def test_the_share_of_talks_helped_does_not_fall() -> None:
    for sort, share in (("building", held()["building"]), ("measured", held()["measured"])):
        mine = [one for one in played() if one.talk.is_for_building == (sort == "building")]
        assert sum(one.is_helped for one in mine) >= share * len(mine), sort


def test_no_talk_harms() -> None:
    harms = [(one.talk.area, one.talk.name, one.harms) for one in played() if one.harms]
    assert sum(len(found) for _, _, found in harms) <= held()["harms"], harms


def test_enough_questions_are_answered_at_once() -> None:
    assert sum(one.is_answered for one in talking.asked()) >= held()["questions"]


def test_the_player_sees_what_does_not_hold() -> None:
    assert play(talk("single", "customer: apa itu masa tenggang?", "told: active-period", "in: id")).is_helped
    for line in (
        "told: volte",
        "in: en",
        "says: /xyzzy/ | plugh",
        "never: masa tenggang",
        "opens: any",
        "adds",
        "urgent",
    ):
        assert not play(talk("single", "customer: apa itu masa tenggang?", line)).is_helped, line
    assert not play(
        talk("complaints", "customer: mau komplain, internet lemot dari kemarin di Bandung hp samsung")
    ).is_helped
