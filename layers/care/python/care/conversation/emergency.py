"""Danger, distress, threats, fraud and loss come before anything else: what to do first, and a case that goes first."""

import re
from typing import NamedTuple

from care import reference
from care.cases.case import Case
from care.conversation import articles, first_aid, guides, lookups, readers, script
from care.conversation.articles import Fitting
from care.conversation.dialogue import stored
from care.conversation.handover import notes
from care.conversation.talk import Add, Open, Opened, Said, Talk, Turn
from care.reading import alarms, knowledge
from care.reading.acts import Act
from care.reading.alarms import Alarm, Relief
from care.reading.mask import masked
from care.telling import messages
from care.words import Category, Kind, Language

_TOLD = 12
"""So many things that were told after first aid are remembered."""
_ABOUT_IT = ("thanked", "okay", "goodbye", "welcome", "cancelled")
_OTHERS = (Act.FIND, Act.BUY, Act.STOP, Act.LINE, Act.STATUS, Act.PERSON)
_THANKS = frozenset({"thanked", "goodbye"})
_OPEN = ("start", "checklist")
_UNCLEAR = ("clarify", "unanswered", "offer")
_FEW = 8
_MARK = re.compile(r"\[\w+\]")
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

_IDENTITIES = ("[NIK]", "[KK]")
_WARNINGS = frozenset({"otp-safety", "fraud", "spam-sms"})
"""Articles that warn of a cheat."""
_TOO_LATE = {Alarm.TAKEN_OVER: "gave", Alarm.INFECTED: "clicked", Alarm.CHEATED: "paid"}
"""What has happened all the same, by phrases that say so."""


class _Need(NamedTuple):
    """What is done in an alarm beside first aid, by the names of texts under ``[talk]``."""

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
        ("distress_more", "distress_stay", "distress_call", "distress_small", "urgent_added"),
        taken="distress_taken",
        missing=(),
        asks="",
        note="note_distress",
        category=Category.OTHER,
    ),
    Alarm.DANGER: _Need(
        ("danger_more", "urgent_added"),
        missing=("where",),
        asks="ask_danger",
        note="note_danger",
        category=Category.OTHER,
    ),
    Alarm.WORRIED: _Need(
        ("worried_more", "distress_call", "urgent_added"),
        taken="distress_taken",
        missing=(),
        asks="",
        note="note_worried",
        category=Category.OTHER,
    ),
    Alarm.MISSING: _Need(
        ("missing_more", "urgent_added"),
        missing=("where",),
        asks="ask_missing",
        note="note_missing",
        category=Category.OTHER,
    ),
    Alarm.HARASSED: _Need(
        ("harassed_more", "urgent_added"),
        asks="ask_harassed",
        category=Category.SERVICE,
    ),
    Alarm.TAKEN_OVER: _Need(("taken_over_more", "urgent_added"), category=Category.SIM),
    Alarm.LOST: _Need(("lost_more", "urgent_added"), category=Category.SIM),
    Alarm.IDENTITY: _Need(
        ("identity_more", "urgent_added"),
        missing=(),
        category=Category.SIM,
    ),
    Alarm.CHEATED: _Need(("cheated_more", "urgent_added"), category=Category.BILLING),
    Alarm.INFECTED: _Need(
        ("infected_more", "urgent_added"),
        missing=(),
        category=Category.SIM,
    ),
}


def emergency(talk: Talk, alarm: Alarm) -> Turn:
    """First aid and an urgent case; to the one that is open it is added, and something new is said."""
    case, need = talk.open_case, _NEEDS[alarm]
    if case and case.priority.goes_first and case.kind in (Kind.COMPLAINT, Kind.TECHNICAL):
        again = _answered(talk, alarm, case) if alarm is _aided(talk) else None
        return again or _added(talk, alarm, case.reference)
    opening = Open(
        kind=Kind.COMPLAINT,
        category=need.category or talk.seen.category,
        priority=alarm.priority,
        text=talk.heard,
        say=need.taken,
        notes=_notes(talk, need),
        missing=_missing(talk, alarm),
        alarm=alarm,
    )
    return talk.turn(talk.dialogue.at("start"), wish=opening)


def opened(talk: Talk, alarm: Alarm, wish: Open, outcome: Opened) -> Turn:
    """The case is open: what to do first, its reference and the one question, in one."""
    need, aid = _NEEDS[alarm], first_aid.fitting(alarm, wish.text)
    words = talk.voice.text(
        "not_first" if wish.say == "urgent_taken" and not outcome.first else wish.say,
        aid=talk.voice.text(first_aid.words(aid)),
        reference=reference.grouped(outcome.reference),
        ask=talk.voice.text(need.asks) if wish.missing else "",
    )
    dialogue = talk.dialogue.at("start", told=(aid,), aid=aid)
    if wish.missing:
        about = outcome.reference
        dialogue = dialogue.at("checklist", about=about, missing=wish.missing, text=stored(wish.text))
    buttons = ("skip",) if "number" in wish.missing else ()
    return talk.turn(dialogue, talk.voice.say("said", *buttons, words=f"{words} {_of_trouble(talk, alarm)}".strip()))


def of_article(talk: Talk) -> Alarm | None:
    """What somebody is a victim of, by the article that most likely answers; ``None``: none that tells."""
    likely = (one.article.id for one in talk.clause.fitting if one.chance >= _LIKELY)
    return next((_OF_ARTICLE[name] for name in likely if name in _OF_ARTICLE), None)


def relieved(talk: Talk) -> Turn | None:
    """What is said where an alarm is none: found again, nothing given, only asked about; ``None``: nothing such."""
    relief, alarm = alarms.relief(talk.text), _aided(talk)
    heard = alarms.read(talk.text)
    is_ours = heard or alarm in (Alarm.LOST, Alarm.MISSING) or _is_of_loss(talk)
    if relief is Relief.FOUND and heard in (None, Alarm.LOST) and is_ours:
        return _glad(talk, alarm)
    warned = warning(talk) if not alarm else None
    if warned:
        return talk.turn(talk.dialogue.at("start", told=("fraud",)), warned)
    if not heard and not alarm and _asks_of_attempt(talk):
        return guides.tell(talk, [Fitting(knowledge.article("otp-safety"), 1.0)])
    if relief is Relief.ELSEWHERE and not heard:
        return talk.stay(talk.voice.say("theft_elsewhere"))
    if relief is Relief.DOUBTED and not heard:
        return talk.stay(talk.voice.say("we_are_genuine"))
    return None


def _asks_of_attempt(talk: Talk) -> bool:
    """Whether it is asked if somebody who wants a code is of ours, and nothing was given."""
    given = any(script.says(one, talk.text) for one in ("harmed", "gave", "happened"))
    best = talk.clause.fitting[:1]
    is_other = bool(best) and best[0].chance >= articles.SURE and best[0].article.id not in _WARNINGS
    return talk.asks and script.says("attempt", talk.text) and not given and not is_other


def warning(talk: Talk) -> Said | None:
    """What is said to who gave a cheat nothing, or asks whether something is genuine; ``None`` to all others.

    Whether a code may be told has an article of its own.
    """
    relief = None if alarms.read(talk.text) else alarms.relief(talk.text, of_cheat=_is_warned(talk))
    if relief is Relief.UNTOUCHED:
        return talk.voice.say("untouched", "agent")
    only_asks = not script.says("happened", talk.text) and not script.says("of_secret", talk.text)
    return talk.voice.say("is_no_prize") if relief is Relief.ASKED and only_asks else None


def supposed(talk: Talk) -> Turn | None:
    """What somebody might become a victim of is told about, and no case is opened; ``None`` for all others."""
    is_supposed = talk.asks and script.says("supposes", talk.text) and not script.says("happened", talk.text)
    if not is_supposed or _aided(talk):
        return None
    surely = bool(talk.clause.fitting) and talk.clause.fitting[0].chance >= articles.SURE
    alarm = alarms.read(talk.text) or (of_article(talk) if surely else None)
    if alarm is None or alarm.is_of_life:
        return None
    named = f"supposed_{first_aid.fitting(alarm, talk.text).replace('.', '_')}"
    if messages.has(f"talk.{named}"):
        return talk.turn(talk.dialogue.at("start"), talk.voice.say(named))
    told = articles.to_tell(talk.clause)
    return guides.tell(talk, told) if told else None


def _glad(talk: Talk, alarm: Alarm | None) -> Turn:
    """It is found; the case of the loss hears of it."""
    case, say = talk.open_case, "found_person" if alarm is Alarm.MISSING else "found"
    if not case or alarm is None:
        return talk.turn(talk.dialogue.at("start"), talk.voice.say(say, "agent"))
    told = tuple(one for one in talk.dialogue.told if not _is_of(one, alarm))
    wish = Add(case.reference, talk.heard, say=say)
    return talk.turn(talk.dialogue.at("start", told=told, aid=""), wish=wish)


def _is_of_loss(talk: Talk) -> bool:
    return Alarm.LOST in alarms.only_sounded(talk.text) or script.says("of_card", talk.text)


def given_after_all(talk: Talk) -> Turn | None:
    """Who was warned of a cheat, and says that it is too late; ``None`` for all others."""
    if not _is_warned(talk) or talk.dialogue.place == "checklist":
        return None
    alarm = next((alarm for alarm, said in _TOO_LATE.items() if script.says(said, talk.text)), None)
    return emergency(talk, alarm) if alarm else None


def _is_warned(talk: Talk) -> bool:
    """Whether a warning of a cheat was told last."""
    return not _WARNINGS.isdisjoint(talk.dialogue.told)


def goes_on(talk: Talk) -> Turn | None:
    """What is said after first aid: an answer to what is asked, else more to do, and all of it to the case.

    ``None``: no urgent case is open, or something else is meant.
    """
    case, alarm = talk.open_case, _aided(talk)
    if not case or alarm is None:
        return None
    answered = _answered(talk, alarm, case)
    if answered:
        return answered
    thanks = _thanks(talk)
    if alarm is Alarm.DISTRESS and thanks == "safe_soon":
        return _told_more(talk, alarm, case.reference, "distress_thanked")
    if thanks and alarm is not Alarm.DISTRESS:
        dialogue = talk.dialogue.evolve(misunderstood=0)
        return talk.turn(dialogue, talk.voice.say(thanks, reference=reference.grouped(case.reference)))
    if not (_is_told(talk, alarm) and talk.dialogue.place in _OPEN):
        return None
    asks = talk.asks or talk.clause.act is Act.ASK
    goes_on = alarm.is_of_life or _is_trouble(talk) or not (asks or talk.clause.act is Act.GREET)
    is_more = script.says("what_next", talk.text) or (goes_on and not _is_other(talk))
    return _added(talk, alarm, case.reference) if is_more else None


def _answered(talk: Talk, alarm: Alarm, case: Case) -> Turn | None:
    """What is asked after first aid, answered; all of it goes to the case."""
    looks = talk.clause.slots.looks and talk.clause.act in (Act.FIND, Act.BUY)
    aid, goes_on = talk.dialogue.aid, _is_told(talk, alarm) and not looks
    number = _number_given(talk)
    answers = (number,) if number else first_aid.answers(aid, talk.text, goes_on=goes_on)
    if goes_on and not answers and script.says("how", talk.text):
        answers = first_aid.how(talk.dialogue.told)
    if not answers:
        return None
    if answers == talk.dialogue.told[-1:]:
        return _added(talk, alarm, case.reference)
    due = messages.moment(case.due_at, talk.language, case.clock)
    values = {"reference": reference.grouped(case.reference), "due": due, "ask": ""}
    said = (talk.voice.say(one, **values) for one in answers[:-1])
    return _told_more(talk, alarm, case.reference, answers[-1], *said)


def _aided(talk: Talk) -> Alarm | None:
    """The alarm whose first aid was told last and whose case is open."""
    case, aid = talk.open_case, talk.dialogue.aid
    return Alarm(aid.partition(".")[0]) if aid and case and case.priority.goes_first else None


def _is_of(told: str, alarm: Alarm) -> bool:
    """Whether something told is an aid of an alarm."""
    return told.partition(".")[0] == alarm


def _is_told(talk: Talk, alarm: Alarm) -> bool:
    """Whether the aid of an alarm, or an answer to what was said after it, was told last."""
    return any(_is_of(one, alarm) for one in talk.dialogue.told)


def _number_given(talk: Talk) -> str:
    """What is said to who gives a number: the one that was asked for, or that of the culprit; "" to others."""
    here = talk.dialogue.place in (*_OPEN, *_UNCLEAR) and not talk.asks
    is_given = here and bool(readers.number(talk.text))
    few = len(script.tokens(script.without_number(talk.text))) <= _FEW
    return first_aid.named("number", talk.dialogue.aid) if is_given and few and not _is_other(talk) else ""


def _thanks(talk: Talk) -> str:
    """What is said to who thanks or takes note; "" to others."""
    leads = script.leads(talk.text)
    if leads in _THANKS or sum(talk.meant[act] for act in (Act.THANKS, Act.BYE)) > _SURELY:
        return "safe_soon"
    return "safe_soon_noted" if leads == "okay" or talk.meant[Act.OKAY] > _SURELY else ""


def _is_other(talk: Talk) -> bool:
    """Whether words are surely about something else: a command, trouble with a service, or what is sold."""
    leads = script.answer(script.places()[talk.dialogue.place], talk.text) or script.leads(talk.text)
    if leads:
        return leads not in _ABOUT_IT
    troubles = talk.asks or talk.meant[Act.PROBLEM] > _SURELY
    is_trouble = troubles and script.says("of_service", talk.text)
    return is_trouble or lookups.is_of_place(talk) or max(talk.meant[act] for act in _OTHERS) > _SURELY


def _is_trouble(talk: Talk) -> bool:
    """Whether more trouble is told of the same: no second case is opened for it."""
    return talk.meant[Act.PROBLEM] + talk.meant[Act.VICTIM] > _SURELY


def _of_trouble(talk: Talk, alarm: Alarm) -> str:
    """To who wants to die and names a service: that it is helped too."""
    has_trouble = alarm is Alarm.DISTRESS and script.says("of_service", talk.text)
    return talk.voice.text("ask_trouble") if has_trouble else ""


def told_at_once(alarm: Alarm, text: str, language: Language, short_number: str, *, short: bool) -> str:
    """What to do first in an alarm, for a door without turns; ``short``: in at most 300 characters."""
    words = first_aid.words(first_aid.fitting(alarm, text))
    key = f"talk.{words}_short" if short else f"talk.{words}"
    return messages.text(key, language, kak="", short_number=short_number).strip()


def only_hides(text: str) -> bool:
    """Whether nothing is said but the numbers of an identity and what they are: "ini nik sama kk saya …"."""
    said, names = script.tokens(_MARK.sub(" ", masked(text))), script.phrases()["identity"].within
    return mask_warning(text) == "masked_identity" and not script.bare(tuple(one for one in said if one not in names))


def mask_warning(text: str) -> str:
    """The name of the text under ``[talk]`` that warns who wrote a personal number or secret code; "" for others."""
    hidden = masked(text)
    if "[CVV]" in hidden and hidden != text:
        return "masked_card"
    if any(mark in hidden and mark not in text for mark in _IDENTITIES):
        return "masked_identity"
    return "masked" if hidden != text else ""


def _added(talk: Talk, alarm: Alarm, about: str) -> Turn:
    """Once more in need: a new alarm hears what to do first, the same one what else, then that all is with the case."""
    need, told, aid = _NEEDS[alarm], talk.dialogue.told, first_aid.fitting(alarm, talk.text)
    is_closer = aid not in told and aid != alarm and not alarm.is_of_life
    is_new = is_closer or not _is_told(talk, alarm)
    said = (talk.voice.say("said", words=talk.voice.text(first_aid.words(aid))),) if is_new else ()
    say = need.more[-1] if is_new else min(need.more, key=lambda one: told.index(one) if one in told else -1)
    return _told_more(talk, alarm, about, say, *said, aid=aid if is_new else talk.dialogue.aid)


def _told_more(talk: Talk, alarm: Alarm, about: str, say: str, *said: Said, aid: str = "") -> Turn:
    wish = Add(about, talk.heard, _notes(talk, _NEEDS[alarm]), person=True, say=say)
    waits = talk.dialogue.place == "checklist" and "number" in talk.dialogue.missing and not readers.number(talk.text)
    dialogue = talk.dialogue if waits else talk.dialogue.at("start")
    aid = aid or talk.dialogue.aid
    return talk.turn(dialogue.evolve(aid=aid, told=_told(talk.dialogue.told, aid, say)), *said, wish=wish)


def _told(before: tuple[str, ...], aid: str, say: str) -> tuple[str, ...]:
    """The aid and what was said after it, the longest ago first."""
    after = [one for one in before if one not in (aid, say)]
    return (aid, *after[-_TOLD:], say)


def _notes(talk: Talk, need: _Need) -> tuple[str, ...]:
    return (*((talk.voice.text(need.note),) if need.note else ()), *notes(talk))


def _missing(talk: Talk, alarm: Alarm) -> tuple[str, ...]:
    """What is to be asked. Who writes by SMS of a lost phone, or of another's, writes from another number."""
    facts = talk.facts
    if not first_aid.is_asked(first_aid.fitting(alarm, talk.text)):
        return ()
    is_own = not script.says("of_another", talk.text) and (facts.proven or alarm is not Alarm.LOST)
    known = ("number",) if facts.readable and is_own else ()
    return tuple(one for one in readers.missing(_NEEDS[alarm].missing, talk.text) if one not in known)
