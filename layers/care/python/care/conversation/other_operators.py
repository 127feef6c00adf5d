"""Whose line is another operator's is told so, and where to go: ``content/conversation/operators.toml``."""

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from care import content
from care.conversation import script
from care.conversation.talk import Talk, Turn
from care.reading import wording
from care.reading.phrases import Phrases, words_of

_ANY = " operator "


@dataclass(frozen=True)
class Operator:
    """Another operator; ``call`` is what its customers call, "" where that is not public."""

    name: str
    words: str
    call: str = ""


class _Others(NamedTuple):
    operators: dict[str, Operator]
    named: re.Pattern[str]
    phrases: Phrases


@cache
def _others() -> _Others:
    parts = content.toml("conversation/operators")
    operators = {word: Operator(**one) for one in parts["operators"].values() for word in one["words"].split(", ")}
    named = re.compile(rf"\b(?:{'|'.join(map(re.escape, operators))})\b")
    return _Others(operators, named, Phrases({name: parts[name] for name in ("own", "not_own")}))


def answer(talk: Talk) -> Turn | None:
    """That this is not the operator of the writer's line, unless theirs is only spoken of, or beside one of ours."""
    others, said = _others(), wording.plain(talk.text)
    other = others.named.search(said)
    if other is None or talk.facts.operator.lower() in script.tokens(talk.text):
        return None
    if {one.name for one in others.phrases.find(words_of(others.named.sub(_ANY, said)))} != {"own"}:
        return None
    its = others.operators[other.group()]
    key = "other_operator" if its.call else "other_operator_unnumbered"
    return talk.turn(talk.dialogue.at("start"), talk.voice.say(key, other=its.name, call=its.call))
