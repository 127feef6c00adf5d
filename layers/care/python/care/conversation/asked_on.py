"""A few words that ask on about the article told just before: "biayanya?", "berapa lama?", "dendanya berapa?".

The sentences of it that answer are said again, alone. ``content/conversation/asked_on.toml`` has what is asked, and by
which words a sentence answers it; beside these a sentence answers that has all words of the question.
"""

from functools import cache
from typing import Any

from care import content
from care.conversation import script
from care.conversation.talk import Talk, Turn
from care.reading import knowledge, search
from care.reading.acts import Act
from care.reading.knowledge import Article, sentences
from care.reading.places import says, words

_PLACES = ("answered", "guide_offered", "person_offered", "unanswered")
_FEW = 6
_SENTENCES = 2
_BY_ITSELF = 0.9
_ASKED = 0.5
_ASKING = (Act.ASK, Act.FIND, Act.CHAT, Act.LINE)


def answer(talk: Talk) -> Turn | None:
    """What the article told last says to a short question about it; ``None`` when it says nothing, or none is asked."""
    if talk.dialogue.place not in _PLACES or len(script.tokens(talk.text)) > _FEW:
        return None
    if stands_alone(talk, talk.dialogue.told) or sum(talk.meant[act] for act in _ASKING) < _ASKED:
        return None
    for article in _told(talk):
        found = _answering(talk, sentences(talk.spoken(article.answer)))
        if found:
            return talk.stay(talk.voice.say("said", words=" ".join(found[:_SENTENCES])))
    return None


def stands_alone(talk: Talk, without: tuple[str, ...] = ()) -> bool:
    """Whether an article surely answers the words alone, whatever was told before; none of ``without``."""
    return any(one.chance >= _BY_ITSELF for one in talk.clause.fitting if one.article.id not in without)


def _told(talk: Talk) -> list[Article]:
    return [knowledge.article(id) for id in talk.dialogue.told if knowledge.is_there(id)]


def _answering(talk: Talk, told: list[str]) -> list[str]:
    """The sentences that answer, in their order; none when all would: that was just told."""
    named = _stems(talk, talk.text)
    about = [one for one in told if named and named <= _stems(talk, one)]
    said = words(talk.text)
    asked = next((name for name in _aspects() if says(said, _phrases(name, "asked"))), "")
    if asked and not about:
        about = [one for one in told if says(words(one), _phrases(asked, "answers"))]
    return about if len(about) < len(told) else []


def _stems(talk: Talk, text: str) -> set[str]:
    return set(search.stems(text, talk.language, search.index().words))


@cache
def _aspects() -> dict[str, Any]:
    return content.toml("conversation/asked_on")


@cache
def _phrases(name: str, group: str) -> dict[str, str]:
    return dict.fromkeys(_aspects()[name][group], name)
