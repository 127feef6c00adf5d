"""Complaints and other cases in a talk: opened, added to, their status; what is missing of a complaint."""

from collections.abc import Callable

from care import reference
from care.cases.case import Case
from care.cases.lifecycle import is_unresolved
from care.conversation import guides, readers, script
from care.conversation.dialogue import Dialogue, stored
from care.conversation.handover import notes
from care.conversation.talk import (
    Add,
    Added,
    AskStatus,
    Open,
    Opened,
    Said,
    StatusRead,
    Talk,
    Turn,
)
from care.reading.satisfaction import Verdict
from care.telling import messages
from care.words import Kind

_MOST_MISSING = 3
_VERDICTS = {
    Verdict.SATISFIED: "answer_taken",
    Verdict.DISSATISFIED: "reopening",
    Verdict.COURTESY: "thanks",
}


def complaint(talk: Talk, text: str = "") -> Turn:
    """Open a complaint with the customer's words, then ask what they do not tell."""
    text = text or talk.heard
    seen = talk.about(text).seen
    asked = script.checklists().ask[seen.category]
    return _open(talk, Kind.COMPLAINT, text, "complaint_taken", missing=_missing(talk, asked, text), guide=True)


def _missing(talk: Talk, asked: tuple[str, ...], text: str) -> tuple[str, ...]:
    """What to ask: what the text does not tell, nor the line that was proven."""
    known = ("number",) if talk.facts.proven else ()
    return tuple(item for item in readers.missing(asked, text) if item not in known)[:_MOST_MISSING]


def _open(
    talk: Talk,
    kind: Kind,
    text: str,
    say: str,
    *,
    missing: tuple[str, ...] = (),
    guide: bool = False,
) -> Turn:
    seen = talk.about(text).seen
    opening = Open(
        kind=kind,
        category=seen.category,
        urgent=seen.urgent,
        text=text,
        say=say,
        notes=notes(talk),
        missing=missing,
        guide=guides.fitting_guide(text, talk) if guide else "",
    )
    return talk.turn(talk.dialogue.at("start"), wish=opening)


def suggestion(talk: Talk, text: str = "") -> Turn:
    """A suggestion is taken as it is."""
    return _open(talk, Kind.SUGGESTION, text or talk.heard, "suggestion_taken")


def request(talk: Talk, kind: Kind, text: str = "") -> Turn:
    """A request goes to its team."""
    return _open(talk, kind, text or talk.heard, "request_taken")


def told_complaint(talk: Talk) -> Turn | None:
    """Any words where a complaint was asked for are one."""
    return complaint(talk) if script.tokens(talk.text) else None


def told_suggestion(talk: Talk) -> Turn | None:
    """Any words where a suggestion was asked for are one."""
    return suggestion(talk) if script.tokens(talk.text) else None


def emergency(talk: Talk) -> Turn:
    """Danger to life hears 112 first; what is lost, stolen or taken over becomes an urgent case at once."""
    seen, said = talk.seen, []
    if seen.danger:
        said.append(talk.voice.say("danger"))
    elif script.says("fraud", talk.text):
        said.append(talk.voice.say("first_aid_fraud"))
    elif script.says("lost", talk.text):
        said.append(talk.voice.say("first_aid_lost"))
    case = talk.open_case
    if case and case.urgent and case.kind in (Kind.COMPLAINT, Kind.TECHNICAL):
        wish = Add(case.reference, talk.heard, say="urgent_added")
        return talk.turn(talk.dialogue.at("start"), *said, wish=wish)
    opening = Open(
        kind=seen.kind if seen.kind in (Kind.COMPLAINT, Kind.TECHNICAL) else Kind.COMPLAINT,
        category=seen.category,
        urgent=True,
        text=talk.heard,
        say="urgent_taken",
        notes=notes(talk),
        missing=_missing(talk, script.checklists().urgent["ask"], talk.text),
    )
    return talk.turn(talk.dialogue.at("start"), *said, wish=opening)


# ---- what is missing -----------------------------------------------------------------------------------------------


def read_missing(talk: Talk) -> Turn | None:
    """An answer to what was asked of a complaint goes to the complaint."""
    if not script.tokens(talk.text):
        return talk.stay(missing_said(talk, talk.dialogue))
    if talk.asks and talk.sure and talk.seen.kind is Kind.INFORMATION and talk.hits:
        return None
    return talk.turn(_after_first(talk.dialogue, talk.text), wish=Add(talk.dialogue.about, talk.heard))


def _after_first(dialogue: Dialogue, text: str = "") -> Dialogue:
    rest = readers.missing(dialogue.missing[1:], text)
    return dialogue.evolve(missing=rest, misunderstood=0)


def skip(talk: Talk) -> Turn:
    """The next question; after the last, that was all."""
    dialogue = _after_first(talk.dialogue)
    if dialogue.missing:
        return talk.turn(dialogue, missing_said(talk, dialogue))
    return _complete(talk, dialogue, "checklist_done")


def missing_said(talk: Talk, dialogue: Dialogue) -> Said:
    """The question for the first thing that is missing."""
    return talk.voice.say("said", "skip", words=_asked(talk, dialogue.missing))


def _asked(talk: Talk, missing: tuple[str, ...]) -> str:
    return talk.voice.text(f"missing_{missing[0]}") if missing else talk.voice.text("add_more")


def _complete(talk: Talk, dialogue: Dialogue, words: str, **values: str) -> Turn:
    """All is told: the guide that fits is offered, or that is all."""
    if not dialogue.article:
        more = talk.voice.text("add_more") if words == "checklist_done" else ""
        return talk.turn(dialogue.at("start"), talk.voice.say(words, "status", ask=more, **values))
    its = script.places()["guide_offered"]
    offer = dialogue.at("guide_offered", article=dialogue.article, about=dialogue.about, text=dialogue.text)
    return talk.turn(
        offer, talk.voice.say(words, ask="", **values), talk.voice.say("offer_guide_meanwhile", *its.buttons)
    )


# ---- status --------------------------------------------------------------------------------------------------------


def status(talk: Talk) -> Turn:
    """How the case named stands, else this chat's own; without either a reference is asked for."""
    named = reference.find(talk.text)
    if named:
        return talk.turn(talk.dialogue.at("start"), wish=AskStatus(named[0]))
    if talk.facts.own is None:
        return talk.go("reference")
    dialogue = talk.dialogue if talk.dialogue.place == "checklist" else talk.dialogue.at("start")
    return talk.turn(dialogue, wish=AskStatus(talk.facts.own.reference))


def read_reference(talk: Talk) -> Turn | None:
    """Digits where a reference is asked for."""
    digits = "".join(one for one in talk.text if one.isascii() and one.isdigit())
    if len(digits) < 4:
        return None
    return talk.turn(talk.dialogue.at("reference"), wish=AskStatus(digits[:20]))


def status_said(talk: Talk, case: Case) -> Said:
    """How a case stands, in the customer's words."""
    team = messages.text(f"team.{case.team}", talk.language)
    status = messages.text(f"status.{case.status}", talk.language, team=team)
    due = messages.moment(case.due_at, talk.language)
    key = "status" if is_unresolved(case.status) else "status_done"
    return talk.voice.say(key, reference=reference.grouped(case.reference), status=status, due=due)


# ---- what came of it -----------------------------------------------------------------------------------------------


def opened(talk: Talk, wish: Open, outcome: Opened) -> Turn:
    """A case is open: its reference, and the first thing that is missing."""
    about = outcome.reference
    dialogue = talk.dialogue.at("start", ordered=about if wish.order else talk.dialogue.ordered)
    if wish.missing:
        text = stored(wish.text)
        dialogue = dialogue.at("checklist", about=about, missing=wish.missing, article=wish.guide, text=text)
    buttons = ("skip",) if wish.missing else ("status",)
    grouped = reference.grouped(about)
    say = "not_first" if wish.say == "urgent_taken" and not outcome.first else wish.say
    values = {"ask": _asked(talk, wish.missing)} if say in ("complaint_taken", "urgent_taken", "not_first") else {}
    said = talk.voice.say(say, *buttons, reference=grouped, **values)
    if wish.guide and not wish.missing:
        offer = talk.dialogue.at("guide_offered", article=wish.guide, about=about, text=stored(wish.text))
        its = script.places()["guide_offered"]
        return talk.turn(offer, talk.voice.say("offer_guide_meanwhile", *its.buttons), said)
    return talk.turn(dialogue, said)


def added(talk: Talk, wish: Add, outcome: Added) -> Turn:
    """Words are with their case; what they said about it is answered, the next missing thing asked."""
    grouped = reference.grouped(outcome.reference)
    if outcome.verdict:
        return talk.turn(talk.dialogue.at("start"), talk.voice.say(_VERDICTS[outcome.verdict]))
    if wish.say != "added":
        return talk.turn(talk.dialogue, talk.voice.say(wish.say, reference=grouped))
    if talk.dialogue.place == "checklist" and talk.dialogue.missing:
        asked = _asked(talk, talk.dialogue.missing)
        return talk.turn(talk.dialogue, talk.voice.say("added_next", "skip", reference=grouped, ask=asked))
    if talk.dialogue.place == "checklist":
        return _complete(talk, talk.dialogue, "added", reference=grouped)
    return talk.turn(talk.dialogue, talk.voice.say("added", "complaint", "status", reference=grouped))


def status_read(talk: Talk, outcome: StatusRead) -> Turn:
    """The status asked for, or that there is none such here."""
    if outcome.too_many:
        return talk.turn(talk.dialogue.at("start"), talk.voice.say("too_many"))
    if outcome.case is None:
        return talk.turn(talk.dialogue, talk.voice.say("wrong_reference", "agent"))
    dialogue = talk.dialogue if talk.dialogue.place == "checklist" else talk.dialogue.at("start")
    return talk.turn(dialogue, status_said(talk, outcome.case))


DEEDS: dict[str, Callable[[Talk], Turn]] = {"skip_missing": skip, "status": status}
