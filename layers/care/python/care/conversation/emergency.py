"""Danger, distress, threats, fraud and loss come before anything else: what to do first, and a case that goes first."""

from typing import NamedTuple

from care import reference
from care.conversation import readers, script
from care.conversation.dialogue import stored
from care.conversation.handover import notes
from care.conversation.talk import Add, Open, Opened, Said, Talk, Turn
from care.reading import alarms
from care.reading.acts import Act
from care.reading.alarms import Alarm, Relief
from care.reading.mask import masked
from care.telling import messages
from care.words import Category, Kind, Language

_TOLD = 12
"""So many things that were told are remembered."""
_ABOUT_IT = ("thanked", "okay", "goodbye", "welcome", "cancelled")
_OTHERS = (Act.FIND, Act.BUY, Act.STOP, Act.LINE, Act.STATUS, Act.PERSON)
_THANKS = frozenset({"thanked", "okay", "goodbye"})
_SURELY = 0.7
_LIKELY = 0.4
"""So likely an article has to be for its matter to be what somebody is a victim of."""
_OF_ARTICLE = {
    "lost-phone": Alarm.LOST,
    "number-taken-over": Alarm.TAKEN_OVER,
    "otp-given": Alarm.TAKEN_OVER,
    "whatsapp-taken": Alarm.TAKEN_OVER,
    "fraud": Alarm.CHEATED,
    "malicious-app": Alarm.INFECTED,
    "harassment": Alarm.HARASSED,
}
_MONEY = (Alarm.CHEATED, Alarm.TAKEN_OVER, Alarm.INFECTED, Alarm.HARASSED, Alarm.LOST)


_WARNINGS = frozenset({"otp-safety", "fraud"})
"""Articles that warn to give no code away."""


class _Need(NamedTuple):
    """What is done in an alarm, by the names of texts under ``[talk]``."""

    aid: str
    """What to do first."""
    short: str
    """The same in at most 200 characters."""
    more: tuple[str, ...]
    """Said to what comes after it: something new each time."""
    taken: str = "urgent_taken"
    missing: tuple[str, ...] = ("number",)
    """What is asked, and nothing else."""
    asks: str = "missing_number"
    note: str = ""
    """What the team has to know at once."""
    category: Category | None = None
    """Whose team has it; ``None``: by what is said."""


_NEEDS = {
    Alarm.DISTRESS: _Need(
        "first_aid_distress",
        "first_aid_distress_short",
        ("distress_more", "distress_stay", "distress_call", "distress_small", "urgent_added"),
        taken="distress_taken",
        missing=(),
        asks="",
        note="note_distress",
        category=Category.OTHER,
    ),
    Alarm.DANGER: _Need(
        "first_aid_danger",
        "first_aid_danger_short",
        ("danger_more", "urgent_added"),
        missing=("where",),
        asks="ask_danger",
        note="note_danger",
        category=Category.OTHER,
    ),
    Alarm.WORRIED: _Need(
        "first_aid_worried",
        "first_aid_worried_short",
        ("worried_more", "distress_call", "urgent_added"),
        taken="distress_taken",
        missing=(),
        asks="",
        note="note_worried",
        category=Category.OTHER,
    ),
    Alarm.MISSING: _Need(
        "first_aid_missing",
        "first_aid_missing_short",
        ("missing_more", "urgent_added"),
        missing=("where",),
        asks="ask_missing",
        note="note_missing",
        category=Category.OTHER,
    ),
    Alarm.HARASSED: _Need(
        "first_aid_harassed",
        "first_aid_harassed_short",
        ("harassed_more", "urgent_added"),
        asks="ask_harassed",
        category=Category.SERVICE,
    ),
    Alarm.TAKEN_OVER: _Need(
        "first_aid_taken_over", "first_aid_taken_over_short", ("taken_over_more", "urgent_added"), category=Category.SIM
    ),
    Alarm.LOST: _Need("first_aid_lost", "first_aid_lost_short", ("lost_more", "urgent_added"), category=Category.SIM),
    Alarm.IDENTITY: _Need(
        "first_aid_identity",
        "first_aid_identity_short",
        ("identity_more", "urgent_added"),
        missing=(),
        category=Category.SIM,
    ),
    Alarm.CHEATED: _Need(
        "first_aid_cheated", "first_aid_cheated_short", ("cheated_more", "urgent_added"), category=Category.BILLING
    ),
    Alarm.INFECTED: _Need(
        "first_aid_infected",
        "first_aid_infected_short",
        ("infected_more", "urgent_added"),
        missing=(),
        category=Category.SIM,
    ),
}


def emergency(talk: Talk, alarm: Alarm) -> Turn:
    """First aid and an urgent case; to the one that is open it is added, and something new is said."""
    case, need = talk.open_case, _NEEDS[alarm]
    if case and case.priority.goes_first and case.kind in (Kind.COMPLAINT, Kind.TECHNICAL):
        return _added(talk, alarm, case.reference)
    opening = Open(
        kind=Kind.COMPLAINT,
        category=need.category or talk.seen.category,
        priority=alarm.priority,
        text=talk.heard,
        say=need.taken,
        notes=_notes(talk, need),
        missing=_missing(talk, need),
        alarm=alarm,
    )
    return talk.turn(talk.dialogue.at("start"), wish=opening)


def opened(talk: Talk, alarm: Alarm, wish: Open, outcome: Opened) -> Turn:
    """The case is open: what to do first, its reference and the one question, in one."""
    need = _NEEDS[alarm]
    words = talk.voice.text(
        "not_first" if wish.say == "urgent_taken" and not outcome.first else wish.say,
        aid=talk.voice.text(need.aid),
        reference=reference.grouped(outcome.reference),
        ask=talk.voice.text(need.asks) if wish.missing else "",
    )
    dialogue = talk.dialogue.at("start", told=(alarm.value,))
    if wish.missing:
        dialogue = dialogue.at(
            "checklist", about=outcome.reference, missing=wish.missing, text=stored(wish.text), told=(alarm.value,)
        )
    buttons = ("skip",) if "number" in wish.missing else ()
    return talk.turn(dialogue, talk.voice.say("said", *buttons, words=f"{words} {_of_trouble(talk, alarm)}".strip()))


def of_article(talk: Talk) -> Alarm | None:
    """What somebody is a victim of, by the article that most likely answers; ``None``: none that tells."""
    likely = (one.article.id for one in talk.clause.fitting if one.chance >= _LIKELY)
    return next((_OF_ARTICLE[name] for name in likely if name in _OF_ARTICLE), None)


def relieved(talk: Talk) -> Turn | None:
    """What is said where an alarm is none: found again, nothing given, no phone stolen; ``None``: nothing such."""
    relief, alarm = alarms.relief(talk.text), _told_last(talk)
    heard = alarms.read(talk.text)
    is_ours = heard or alarm or _is_of_loss(talk)
    if relief is Relief.FOUND and heard in (None, Alarm.LOST) and is_ours:
        return _glad(talk, alarm)
    if relief is Relief.UNTOUCHED and not heard and not alarm:
        return talk.turn(talk.dialogue.at("start"), talk.voice.say("untouched", "agent"))
    if relief is Relief.ELSEWHERE and not heard:
        return talk.stay(talk.voice.say("theft_elsewhere"))
    return None


def _glad(talk: Talk, alarm: Alarm | None) -> Turn:
    """It is found; the case of the loss hears of it."""
    is_person, case = alarm is Alarm.MISSING, talk.open_case
    said = talk.voice.say("found_person") if is_person else talk.voice.say("found", "agent")
    if not case or alarm is None:
        return talk.turn(talk.dialogue.at("start"), said)
    told = tuple(one for one in talk.dialogue.told if one != alarm.value)
    return talk.turn(talk.dialogue.at("start", told=told), said, wish=Add(case.reference, talk.heard))


def _is_of_loss(talk: Talk) -> bool:
    return Alarm.LOST in alarms.only_sounded(talk.text) or script.says("of_card", talk.text)


def given_after_all(talk: Talk) -> Turn | None:
    """Who was warned to give no code, and says that it was given; ``None`` for all others."""
    warned = not _WARNINGS.isdisjoint(talk.dialogue.told) and talk.dialogue.place != "checklist"
    return emergency(talk, Alarm.TAKEN_OVER) if warned and script.says("gave", talk.text) else None


def goes_on(talk: Talk) -> Turn | None:
    """What is said after first aid: more to do for who asks, and all words of who may be in danger but another matter.

    ``None``: first aid was not what was told last, or something else is meant.
    """
    case, alarm = talk.open_case, _told_last(talk)
    if not case or alarm is None:
        return None
    is_thanks = (
        script.leads(talk.text) in _THANKS or sum(talk.meant[act] for act in (Act.THANKS, Act.OKAY, Act.BYE)) > _SURELY
    )
    if is_thanks and alarm is not Alarm.DISTRESS:
        dialogue = talk.dialogue.evolve(misunderstood=0)
        return talk.turn(dialogue, talk.voice.say("safe_soon", reference=reference.grouped(case.reference)))
    if alarm.is_of_life:
        return _added(talk, alarm, case.reference) if talk.dialogue.place == "start" and not _is_other(talk) else None
    if alarm in _MONEY and talk.asks and script.says("money_back", talk.text):
        return _told_more(talk, alarm, case.reference, "money_back")
    untold = [one for one in _NEEDS[alarm].more if one not in talk.dialogue.told]
    is_more = script.says("what_next", talk.text) or script.says("of_culprit", talk.text)
    return _added(talk, alarm, case.reference) if untold and is_more else None


def _told_last(talk: Talk) -> Alarm | None:
    """The alarm whose first aid was told last and whose case is open."""
    case = talk.open_case
    return (
        next((one for one in Alarm if one.value in talk.dialogue.told), None)
        if case and case.priority.goes_first
        else None
    )


def _is_other(talk: Talk) -> bool:
    """Whether words are surely about something else: a command, trouble with a service, or what is sold."""
    leads = script.leads(talk.text)
    if leads:
        return leads not in _ABOUT_IT
    is_trouble = talk.meant[Act.PROBLEM] > _SURELY and script.says("of_service", talk.text)
    return is_trouble or max(talk.meant[act] for act in _OTHERS) > _SURELY


def _of_trouble(talk: Talk, alarm: Alarm) -> str:
    """To who wants to die and names a service: that it is helped too."""
    has_trouble = alarm is Alarm.DISTRESS and script.says("of_service", talk.text)
    return talk.voice.text("ask_trouble") if has_trouble else ""


def first_aid(alarm: Alarm, language: Language, *, short: bool) -> str:
    """What to do first in an alarm, for a door without turns; ``short``: in at most 300 characters."""
    need = _NEEDS[alarm]
    return messages.text(f"talk.{need.short if short else need.aid}", language, kak="").strip()


def mask_warning(text: str) -> str:
    """The name of the text under ``[talk]`` that warns who wrote a personal number or secret code; "" for others."""
    return "masked" if masked(text) != text else ""


def _added(talk: Talk, alarm: Alarm, about: str) -> Turn:
    """Once more in need: a new alarm hears what to do first, the same one what else, then that all is with the case."""
    need, told = _NEEDS[alarm], talk.dialogue.told
    is_new = alarm.value not in told
    said = (talk.voice.say("said", words=talk.voice.text(need.aid)),) if is_new else ()
    say = need.more[-1] if is_new else min(need.more, key=lambda one: told.index(one) if one in told else -1)
    return _told_more(talk, alarm, about, say, *said)


def _told_more(talk: Talk, alarm: Alarm, about: str, say: str, *said: Said) -> Turn:
    wish = Add(about, talk.heard, _notes(talk, _NEEDS[alarm]), person=True, say=say)
    dialogue = talk.dialogue if talk.dialogue.place == "checklist" else talk.dialogue.at("start")
    return talk.turn(dialogue.evolve(told=_told(talk.dialogue.told, alarm, say)), *said, wish=wish)


def _told(before: tuple[str, ...], alarm: Alarm, say: str) -> tuple[str, ...]:
    """The alarm and what was said to it, the longest ago first."""
    return (alarm.value, *(one for one in before if one not in (alarm.value, say)), say)[:_TOLD]


def _notes(talk: Talk, need: _Need) -> tuple[str, ...]:
    return (*((talk.voice.text(need.note),) if need.note else ()), *notes(talk))


def _missing(talk: Talk, need: _Need) -> tuple[str, ...]:
    known = ("number",) if talk.facts.readable else ()
    return tuple(one for one in readers.missing(need.missing, talk.text) if one not in known)
