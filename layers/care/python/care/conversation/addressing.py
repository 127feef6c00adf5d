"""How a customer is spoken to: as is asked for, else as he shows it; one form a conversation."""

from dataclasses import replace

from care.conversation import script, small_talk, understand
from care.conversation.dialogue import Dialogue, stored
from care.conversation.prompts import prompt
from care.conversation.talk import Talk, Turn
from care.reading import wishes
from care.words import Language

_LONGEST = 40
_WISHES_A_NAME = 10
"""Words of a message that says nothing else; a longer one tells why."""


def addressed(dialogue: Dialogue, text: str) -> Dialogue:
    """Spoken to as the customer asks; else by what he shows, once: only "Bapak/Ibu" is made one of the two later."""
    wished = wishes.wished_address(text)
    if wished is not None:
        return dialogue.evolve(called=stored(wished, _LONGEST))
    if dialogue.called not in (None, wishes.EITHER):
        return dialogue
    return dialogue.evolve(called=wishes.fitting_address(text) or dialogue.called)


def called(talk: Talk) -> Turn | None:
    """How the customer wants to be called, or is called, where that is all that is said."""
    is_long = len(script.tokens(talk.text)) > _WISHES_A_NAME
    if small_talk.wants(talk) or (is_long and small_talk.says_a_matter(talk)):
        return None
    own = wishes.own_name(talk.text)
    if own:
        form = talk.dialogue.called if talk.dialogue.called in ("Ibu", "Bapak") else talk.facts.honorific
        is_bare = talk.language is Language.ENGLISH or own.split()[0] in ("Ibu", "Bapak", "Pak", "Bu", "Mas", "Mbak")
        return _call(talk, stored(own if is_bare else f"{form} {own}", _LONGEST), "called")
    name = wishes.wished_address(talk.text)
    parts = understand.clauses(talk.text, talk.language)
    if name is None or any(one.asks and wishes.wished_address(one.text) is None for one in parts):
        return None
    return _call(talk, stored(name, _LONGEST), "called") if name else call_nothing(talk)


def call_nothing(talk: Talk) -> Turn:
    """Without "Kak" from now on."""
    return _call(talk, "", "called_nothing")


def _call(talk: Talk, called: str, say: str) -> Turn:
    dialogue = talk.dialogue.evolve(called=called, misunderstood=0)
    spoken = replace(talk, dialogue=dialogue)
    return spoken.turn(dialogue, spoken.voice.say(say), *prompt(spoken))
