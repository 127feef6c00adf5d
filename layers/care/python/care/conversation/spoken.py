"""The language of a talk: changed where that is asked for, and what was told last is told in it again."""

from collections.abc import Callable
from dataclasses import replace

from care.conversation import finding, guides, script
from care.conversation.articles import Fitting
from care.conversation.prompts import prompt
from care.conversation.talk import Talk, Turn, more_said
from care.reading import knowledge
from care.words import Language

_TOLD = ("answered", "guide_offered", "person_offered")


def speak(language: Language) -> Callable[[Talk], Turn]:
    """Another language, from here on."""

    def change(talk: Talk) -> Turn:
        spoken = replace(talk, language=language)
        if talk.dialogue.place == "start":
            return spoken.stay(spoken.voice.say("language", *script.places()["start"].buttons))
        return more_said(_again(spoken), (spoken.voice.say("language"),))

    return change


def _again(talk: Talk) -> Turn:
    """What was told or asked last."""
    dialogue = talk.dialogue
    told = [Fitting(knowledge.article(id), 1.0) for id in dialogue.told if knowledge.is_there(id)]
    if dialogue.place in _TOLD and told:
        return guides.tell(talk.about(dialogue.text), told)
    if dialogue.place == "packages" and dialogue.slots.looks:
        return finding.find_packages(talk.about(""), dialogue.slots)
    return talk.stay(*prompt(talk, whole=True))
