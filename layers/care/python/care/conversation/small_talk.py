"""Courtesy and small talk: answered in kind, and nothing is opened for it.

``content/conversation/small_talk.toml`` has what is said to what.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple

from care import content, reference
from care.conversation import articles, ordering, script, spoken
from care.conversation.prompts import prompt
from care.conversation.talk import Add, Talk, Turn
from care.reading import wording
from care.reading.acts import Act
from care.reading.phrases import END, Phrases, words_of
from care.words import Language

ASKS_ON = ("answered", "guide_offered", "offer", "unanswered", "clarify")
"""Places whose question is done with once the customer thanks."""
_TROUBLE = (Act.PROBLEM, Act.UNSOLVED, Act.VICTIM, Act.LOST, Act.DANGER, Act.DISTRESS)
_WISHES = (Act.FIND, Act.BUY, Act.STOP, Act.UNDO, Act.LINE, Act.STATUS)
_MEANT = 0.5
_TELLING = ("checklist", "guide", "complaint", "suggestion")
"""Places where a customer is telling something: an "oh" is no answer there, and to anger nothing is asked again."""


@dataclass(frozen=True)
class Kind:
    """What is said to one kind of small talk: a text of its name or ``says``, or what it ``leads`` to."""

    phrases: Sequence[str] = ()
    signs: str = ""
    pattern: str = ""
    says: str = ""
    leads: str = ""
    whole: bool = False
    besides: int = 3
    firm: bool = False
    beside: Sequence[str] = ()
    unless: str = ""


class Heard(NamedTuple):
    """Small talk of the kind ``name``, and how many words beside it say something else."""

    name: str
    besides: int


@cache
def kinds() -> dict[str, Kind]:
    """All kinds by name, those first that go before others."""
    return {name: Kind(**kind) for name, kind in _file().items() if isinstance(kind, dict)}


def _file() -> dict[str, Any]:
    return content.toml("conversation/small_talk")


@cache
def _phrases() -> Phrases:
    return Phrases({name: kind.phrases for name, kind in kinds().items()})


@cache
def _nothing(*, whole: bool) -> frozenset[str]:
    """Words that say nothing beside small talk; ``whole``: beside what has to be all that is said."""
    words = _file()["particles"].split()
    more = () if whole else (*script.padding(), *_file()["fillers"].split())
    return frozenset(map(wording.spelled, (*words, *more))) | {END}


def _named(text: str) -> set[str]:
    """All kinds whose phrases stand in a text."""
    return {one.name for one in _phrases().find(words_of(wording.plain(text)))}


@cache
def _words(named: str) -> frozenset[str]:
    return frozenset(map(wording.spelled, named.split()))


def heard(text: str) -> Heard | None:
    """The small talk in a text, of the first kind that is there."""
    words = words_of(wording.plain(text))
    if not words:
        name = next((name for name, kind in kinds().items() if {*kind.signs} & {*text}), "")
        return Heard(name, 0) if name else None
    found = list(_phrases().find(words))
    names = _named(text)
    covered = {at for one in found for at in range(one.start, one.end)}
    for name, kind in kinds().items():
        is_there = name in names or (kind.pattern and re.search(kind.pattern, text, re.I))
        is_apart = kind.beside and names.isdisjoint(kind.beside)
        if is_there and not is_apart and not _words(kind.unless) & {*words}:
            nothing = _nothing(whole=kind.whole)
            return Heard(name, sum(at not in covered and word not in nothing for at, word in enumerate(words)))
    return None


def alone(talk: Talk) -> Turn | None:
    """The answer to what is small talk alone: the few words beside it tell no trouble and ask for nothing."""
    found = heard(talk.text)
    if found is None:
        return None
    kind = kinds()[found.name]
    if kind.unless and talk.asks:
        return None
    if kind.whole and (found.besides or talk.dialogue.place in _TELLING):
        return None
    if found.besides and (found.besides > kind.besides or says_a_matter(talk, firm=kind.firm)):
        return None
    return _answered(talk, found.name)


def praises(text: str) -> bool:
    """Whether staff or service are praised, and nothing is held against them."""
    found = heard(text)
    return found is not None and found.name == "praised_staff"


def is_settled(talk: Talk) -> bool:
    """Whether it is only said, with thanks or a farewell, that something is over."""
    found = heard(talk.text)
    few = found is not None and found.name == "settled" and found.besides <= kinds()["settled"].besides
    return few and not talk.asks and not says_a_matter(talk)


def says_a_matter(talk: Talk, *, firm: bool = False) -> bool:
    """Whether trouble is told, or something wanted or an article there; not these two of what is ``firm``."""
    if _means(talk, _TROUBLE):
        return True
    best = talk.clause.fitting[:1]
    return not firm and (wants(talk) or talk.clause.slots.looks or (bool(best) and best[0].chance >= articles.TOLD))


def wants(talk: Talk) -> bool:
    """Whether something is wanted: a package, an order, the line, how a case stands."""
    return _means(talk, _WISHES)


def _means(talk: Talk, acts: tuple[Act, ...]) -> bool:
    return sum(talk.meant[act] for act in acts) > _MEANT


def _answered(talk: Talk, name: str) -> Turn:
    kind = kinds()[name]
    return LEADS[kind.leads](talk) if kind.leads else said(kind.says or name)(talk)


def greet(talk: Talk) -> Turn:
    """A greeting is returned; what was asked stays asked."""
    salam = script.says("salam", talk.text)
    if talk.dialogue.place == "start":
        began = len(talk.dialogue.recent) > 1
        key = "greeted_again" if began else "welcome"
        said = talk.voice.say(f"{key}_salam" if salam else key, *script.places()["start"].buttons)
        return talk.turn(talk.dialogue.at("start"), said)
    return talk.stay(talk.voice.say("greeted_salam" if salam else "greeted"), *prompt(talk))


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
    """Small talk: answered in its kind; of other things little is known here."""
    found = heard(talk.text)
    return _answered(talk, found.name) if found else said("small_talk", "line", "packages", "complaint")(talk)


def insult(talk: Talk) -> Turn:
    """Anger is owned; who has a case hears that it is worked on, and how to talk to a person now."""
    if talk.open_case:
        words = talk.voice.say("insulted_case", "agent", reference=reference.grouped(talk.open_case.reference))
        return talk.stay(words)
    words = talk.voice.say("insulted", "agent")
    return talk.stay(words) if talk.dialogue.place in _TELLING else said("insulted", "agent")(talk)


goodbye = ended("goodbye")


def settled(talk: Talk) -> Turn:
    """It is over, and thanks or a farewell say so: an open case hears of it, and none is opened."""
    case = talk.open_case
    if case:
        return talk.turn(talk.dialogue.at("start"), wish=Add(case.reference, talk.heard, say="solved_added"))
    return ended("goodbye" if talk.meant[Act.BYE] > _MEANT or "farewell" in _named(talk.text) else "guide_done")(talk)


def child(talk: Talk) -> Turn:
    """A child is to ask its parents, and is spoken to as one from now on."""
    called = "Dik" if talk.language is Language.INDONESIAN else ""
    spoken_to = replace(talk, dialogue=talk.dialogue.evolve(called=called))
    return ended("child")(spoken_to)


def put_off(talk: Talk) -> Turn:
    """Not now: what was to be bought is left, and nothing is pushed."""
    return ordering.left(talk) or ended("no_hurry")(talk)


def cancelled(talk: Talk) -> Turn:
    """Leave the place; nothing happens."""
    buttons = script.places()["start"].buttons
    return talk.turn(talk.dialogue.at("start"), talk.voice.say("cancelled", *buttons))


LEADS: dict[str, Callable[[Talk], Turn]] = {
    "scolded": insult,
    "speak_english": spoken.speak(Language.ENGLISH),
    "speak_indonesian": spoken.speak(Language.INDONESIAN),
    "greet": greet,
    "goodbye": goodbye,
    "settled": settled,
    "put_off": put_off,
    "child": child,
    "okay": okay,
    "thanked": thanked,
}
"""What small talk can lead to besides a text."""
