"""Which first aid fits what happened, and what is asked after it: ``content/conversation/first_aid.toml``.

An aid has the name of an alarm, and after a dot what exactly happened where that has words of its own:
``taken_over.whatsapp``. The text of an aid or of an answer is found by these names, the closest there is.
"""

import re
from functools import cache
from typing import Any

from care import content
from care.reading import alarms, wording
from care.reading.alarms import Alarm
from care.reading.phrases import Phrases, words_of
from care.telling import messages

_FEW = 7
"""Words of a question that says no more than what first aid was about: "biayanya berapa?"."""
_ANSWERS = 2
_PARTS = re.compile(r"[.?!,;\n]+|\b(?:trus|terus|trs|dan|and)\b", re.I)
_SERVICES = re.compile(r"\b(?:112|110|113|119|129)\b")


@cache
def _file() -> dict[str, Any]:
    return content.toml("conversation/first_aid")


@cache
def _kinds(alarm: Alarm) -> Phrases:
    return Phrases(_file()["kinds"].get(alarm, {}))


@cache
def _asked(how: str) -> Phrases:
    return Phrases({name: one[how] for name, one in _file()["after"].items() if how in one})


def fitting(alarm: Alarm, text: str) -> str:
    """The aid for what a text tells of an alarm; the first of those that it has words of."""
    said = {one.name for one in _kinds(alarm).find(words_of(wording.plain(text)))}
    told = next((f"{alarm}.{one}" for one in _file()["kinds"].get(alarm, ()) if one in said), alarm.value)
    return f"{alarm}.minor" if told == Alarm.HARASSED and alarms.of_minor(text) else told


def is_asked(aid: str) -> bool:
    """Whether it is asked who sends something, or where somebody is."""
    return aid not in _file()["unasked"]


def words(aid: str) -> str:
    """The name of an aid's text under ``[talk]``."""
    return f"first_aid_{aid.replace('.', '_')}"


def answers(aid: str, text: str, *, goes_on: bool) -> tuple[str, ...]:
    """The names of the texts under ``[talk]`` that answer what is said after an aid, two at most.

    ``goes_on``: the aid, or an answer to what was said after it, was told last, so that a few words are about it.
    """
    parts = (_answer(aid, part, goes_on=goes_on) for part in _PARTS.split(text[: wording.READ]))
    found = tuple(dict.fromkeys(one for one in parts if one)) or (_answer(aid, text, goes_on=goes_on),)
    return tuple(one for one in found if one)[:_ANSWERS]


def _answer(aid: str, text: str, *, goes_on: bool) -> str:
    said = words_of(_SERVICES.sub("sos", wording.plain(text)))
    for how in ("says", "short") if goes_on and len(said) <= _FEW else ("says",):
        topics = {one.name for one in _asked(how).find(said)}
        found = next((name for one in _file()["after"] if one in topics and (name := named(one, aid))), "")
        if found:
            return found
    return ""


def named(topic: str, aid: str) -> str:
    """The text about a topic that is closest to an aid; "" when it has none."""
    alarm, _, kind = aid.partition(".")
    names = (f"after_{topic}_{alarm}_{kind}", f"after_{topic}_{alarm}", f"after_{topic}_any")
    return next((one for one in names if messages.has(f"talk.{one}")), "")


def how(told: tuple[str, ...]) -> tuple[str, ...]:
    """The name of the text that says how to do what was told last; nothing where it has none."""
    name = f"{told[-1]}_how" if told else ""
    return (name,) if messages.has(f"talk.{name}") else ()
