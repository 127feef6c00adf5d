"""Courtesy and small talk: answered in kind, and nothing is opened for it."""

from collections.abc import Callable

from care.conversation import script
from care.conversation.prompts import prompt
from care.conversation.talk import Talk, Turn

ASKS_ON = ("answered", "guide_offered", "offer", "unanswered", "clarify")
"""Places whose question is done with once the customer thanks."""


def greet(talk: Talk) -> Turn:
    """A greeting is returned; what was asked stays asked."""
    if talk.dialogue.place == "start":
        began = len(talk.dialogue.recent) > 1
        said = talk.voice.say("greeted_again" if began else "welcome", *script.places()["start"].buttons)
        return talk.turn(talk.dialogue.at("start"), said)
    return talk.stay(talk.voice.say("greeted"), *prompt(talk))


def thanked(talk: Talk) -> Turn:
    """Thanks are returned, and nothing else is asked."""
    thanks = talk.voice.say("thanks")
    ends = talk.dialogue.place in ASKS_ON
    return talk.turn(talk.dialogue.at("start"), thanks) if ends else talk.stay(thanks)


def okay(talk: Talk) -> Turn:
    """An "ok" to what was said; where something was asked it is asked again, and a step is given its time."""
    if talk.dialogue.place in ("start", *ASKS_ON):
        return talk.turn(talk.dialogue.at("start"), talk.voice.say("okay"))
    if talk.dialogue.place == "guide":
        return talk.stay(talk.voice.say("takes_time", "agent"))
    return talk.stay(*prompt(talk, again=True))


def said(key: str, *buttons: str) -> Callable[[Talk], Turn]:
    """One thing is said; what was asked is asked again, unless it is done with."""

    def answer(talk: Talk) -> Turn:
        words = talk.voice.say(key, *buttons)
        if talk.dialogue.place in ("start", *ASKS_ON):
            return talk.turn(talk.dialogue.at("start"), words)
        return talk.stay(words, *prompt(talk))

    return answer


def ended(key: str) -> Callable[[Talk], Turn]:
    """Say one thing and be at the start."""
    return lambda talk: talk.turn(talk.dialogue.at("start"), talk.voice.say(key))


praise = said("praised")


def chat(talk: Talk) -> Turn:
    """Small talk: what is wished is wished back, what is excused is nothing; of other things little is known here."""
    key = next((key for group, key in _RETURNED.items() if script.says(group, talk.text)), "")
    return said(key)(talk) if key else said("small_talk", "line", "packages", "complaint")(talk)


_RETURNED = {
    "wishes": "wishes_returned",
    "excuses": "excused",
    "laughs": "laughed",
    "asks_how": "is_well",
    "asks_english": "speaks_english",
    "asks_what": "can_do",
}
"""What is answered to small talk of a kind, by the names of phrases."""
insult = said("insulted", "agent")
goodbye = ended("goodbye")


def cancelled(talk: Talk) -> Turn:
    """Leave the place; nothing happens."""
    buttons = script.places()["start"].buttons
    return talk.turn(talk.dialogue.at("start"), talk.voice.say("cancelled", *buttons))
