"""What phrases, buttons and places lead to, by the names that ``content/conversation`` calls them."""

from collections.abc import Callable

from care.conversation import (
    addressing,
    complaints,
    guides,
    handover,
    lookups,
    matters,
    ordering,
    own_line,
    proving,
    small_talk,
    spoken,
)
from care.conversation.prompts import prompt
from care.conversation.talk import Talk, Turn
from care.words import Language


def do(talk: Talk, leads: str) -> Turn:
    """A deed, or a place to go to."""
    return DEEDS[leads](talk) if leads in DEEDS else talk.go(leads)


def repeat(talk: Talk) -> Turn:
    """What was asked last, again."""
    return talk.stay(*prompt(talk, whole=True), *(() if talk.dialogue.place != "start" else prompt(talk, again=True)))


def menu(talk: Talk) -> Turn:
    """What can be done here."""
    return talk.go("start")


def and_now(talk: Talk) -> Turn:
    """What the customer can do now where something is asked, or what happens next with an open case."""
    if talk.dialogue.place == "guide":
        return guides.go_on(talk)
    if talk.dialogue.place != "start":
        return talk.stay(*prompt(talk))
    return complaints.status(talk) if talk.open_case or talk.open_order else matters.clarify(talk)


DEEDS: dict[str, Callable[[Talk], Turn]] = {
    **complaints.DEEDS,
    **handover.DEEDS,
    **guides.DEEDS,
    **own_line.DEEDS,
    **proving.DEEDS,
    "speak_english": spoken.speak(Language.ENGLISH),
    "speak_indonesian": spoken.speak(Language.INDONESIAN),
    "cancelled": lambda talk: ordering.left(talk) or matters.no(talk) or small_talk.cancelled(talk),
    "menu": menu,
    "repeat": repeat,
    "welcome": small_talk.greet,
    "thanked": small_talk.thanked,
    "okay": small_talk.okay,
    "goodbye": small_talk.goodbye,
    "closing": small_talk.goodbye,
    "small_talk": small_talk.chat,
    "glad": small_talk.ended("guide_done"),
    "call_nothing": addressing.call_nothing,
    "unanswered": matters.unanswered,
    "and_now": and_now,
    "undo_order": ordering.undo_order,
    "not_that": lambda talk: matters.correct(talk) or matters.clarify(talk),
}
TAKES: dict[str, Callable[[Talk], Turn | None]] = {
    "open_complaint": complaints.told_complaint,
    "open_suggestion": complaints.told_suggestion,
    "read_reference": complaints.read_reference,
    "read_step": guides.read_step,
    "read_missing": complaints.read_missing,
    "read_number": proving.read_number,
    "read_code": proving.read_code,
    "read_package": ordering.read_package,
    "read_confirmation": ordering.read_confirmation,
    "read_town": lookups.read_town,
}
EXACT = frozenset({"read_reference", "read_number", "read_code", "read_town"})
"""What reads nothing but what it asks for."""
