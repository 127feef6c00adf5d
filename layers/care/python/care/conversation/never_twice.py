"""What was said just before is not said again, unless that is asked for; courtesy is varied for some turns."""

import zlib
from dataclasses import replace

from care.conversation import script, understand
from care.conversation.talk import Added, Outcome, Said, StatusRead, Talk, Turn
from care.line.asking import LineRead
from care.reading.acts import Act

_REMEMBERED = 4
_LATELY = 3
"""So many texts that have another wording are remembered."""
_SHORT_SAYING = 40
"""Letters of what may be said again."""
_VARIED = (
    "thanks",
    "okay",
    "goodbye",
    "cancelled",
    "insulted",
    "laughed",
    "excused",
    "no_hurry",
    "child",
    "flirted",
    "joked",
    "garbled",
    "unnamed",
)
"""Texts that have another wording, ``<name>_again``."""


def unlike_last(talk: Talk, done: Turn, outcome: Outcome | None = None) -> Turn:
    """What was said just before is not said again, unless that is asked for: something else or a person instead."""
    done = _varied(talk, done)
    last = talk.dialogue.last
    again = [one for one in done.said if was_said(talk, one)]
    if again and not script.says("repeat", talk.text):
        kept = tuple(one for one in done.said if digest(one.text) not in last)
        done = replace(done, said=kept or _instead(talk, done, again[-1], outcome))
    digests = tuple(digest(one.text) for one in done.said)
    return replace(done, dialogue=done.dialogue.evolve(last=digests[-_REMEMBERED:]))


def was_said(talk: Talk, said: Said) -> bool:
    """Whether it was said just before, and is long enough to be remembered."""
    return len(said.text) >= _SHORT_SAYING and digest(said.text) in talk.dialogue.last


def _varied(talk: Talk, done: Turn) -> Turn:
    """Courtesy that was said lately in its other wording, the two in turn."""
    voice = replace(talk, dialogue=done.dialogue, language=done.language).voice
    lately, said = talk.dialogue.lately, []
    for one in done.said:
        key = next((key for key in _VARIED if one.text == voice.text(key)), "")
        is_again = key in lately
        said.append(replace(one, text=voice.text(f"{key}_again")) if is_again else one)
        others = tuple(each for each in lately if each != key)
        lately = (*others, key)[-_LATELY:] if key and not is_again else others
    return replace(done, said=tuple(said), dialogue=done.dialogue.evolve(lately=lately))


def _instead(talk: Talk, done: Turn, again: Said, outcome: Outcome | None) -> tuple[Said, ...]:
    """What is said instead of the same ``again``: that it is unchanged if it was looked up anew; less to courtesy."""
    looked_up = (isinstance(outcome, LineRead) and outcome.line) or (isinstance(outcome, StatusRead) and outcome.case)
    if looked_up:
        return (replace(again, text=f"{talk.voice.text('unchanged')}\n{again.text}"),)
    if talk.open_case and (script.says("person", talk.text) or script.says("asks_wait", talk.text)):
        return (talk.voice.say("person_now"),)
    if isinstance(outcome, Added):
        return (talk.voice.say("added_too", "agent"),)
    if talk.clause.act in understand.COURTESY and not done.dialogue.misunderstood:
        opens = talk.clause.act in (Act.GREET, Act.YES)
        return (talk.voice.say("ask_question" if opens else "okay_again"),)
    chats = talk.clause.act is Act.CHAT and outcome is None and not script.says("why", talk.text)
    return (talk.voice.say("small_talk_again" if chats else "said_before", "agent", "menu"),)


def fresh(talk: Talk, *keys: str, **values: str) -> str:
    """The first of texts that was not said just before; the last of them where all were."""
    texts = [talk.voice.text(key, **values) for key in keys]
    return next((one for one in texts if digest(one) not in talk.dialogue.last), texts[-1])


def digest(text: str) -> str:
    """By what a text is remembered in ``Dialogue.last``."""
    return f"{zlib.crc32(text.encode('utf-8', 'surrogatepass')):08x}"
