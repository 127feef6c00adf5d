"""Complaints and other cases in a talk: opened, added to, their status; what is missing of a complaint."""

from collections.abc import Callable
from dataclasses import replace

from care import phone, reference
from care.cases.case import Case
from care.cases.lifecycle import is_unresolved
from care.conversation import articles, guides, readers, script
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
from care.reading import knowledge
from care.reading.satisfaction import Verdict
from care.telling import messages
from care.words import Kind

_MOST_MISSING = 3
_ASKING = ("complaint_taken",)
_VERDICTS = {
    Verdict.SATISFIED: "answer_taken",
    Verdict.DISSATISFIED: "reopening",
    Verdict.COURTESY: "thanks",
    Verdict.UNSURE: "unsure",
    Verdict.UNSUBSCRIBED: "unsubscribed",
}


def complaint(talk: Talk) -> Turn:
    """Open a case for trouble in the customer's words; then its likely cause and what to do, or what is missing."""
    asked = script.checklists().ask[talk.seen.category]
    kinds = talk.seen.kinds
    kind = Kind.TECHNICAL if kinds.get(Kind.TECHNICAL, 0) > kinds.get(Kind.COMPLAINT, 0) else Kind.COMPLAINT
    helps = articles.of_trouble(talk.clause)
    return _open(talk, kind, "complaint_taken", missing=missing(talk, asked), article=helps)


def missing(talk: Talk, asked: tuple[str, ...]) -> tuple[str, ...]:
    """What to ask: what the message does not tell, nor the line that was proven."""
    known = ("number",) if talk.facts.readable else ()
    return tuple(item for item in readers.missing(asked, talk.heard) if item not in known)[:_MOST_MISSING]


def gives_number(talk: Talk) -> bool:
    """Whether the number that is missing is given."""
    return "number" in talk.dialogue.missing and bool(readers.number(talk.text)) and not talk.asks


def tells(talk: Talk) -> bool:
    """Whether a text tells something of what is asked of a complaint."""
    return readers.missing(talk.dialogue.missing, talk.text) != talk.dialogue.missing


def _open(talk: Talk, kind: Kind, say: str, *, missing: tuple[str, ...] = (), article: str = "") -> Turn:
    opening = Open(
        kind=kind,
        category=talk.seen.category,
        priority=talk.seen.priority.or_more(talk.about(talk.heard).seen.priority),
        text=talk.heard,
        say=say,
        notes=notes(talk),
        missing=missing,
        article=article,
    )
    return talk.turn(talk.dialogue.at("start"), wish=opening)


def suggestion(talk: Talk) -> Turn:
    """A suggestion is taken as it is."""
    return _open(talk, Kind.SUGGESTION, "suggestion_taken")


def told_complaint(talk: Talk) -> Turn | None:
    """Any words where a complaint was asked for are one."""
    return complaint(talk) if script.tokens(talk.text) else None


def told_suggestion(talk: Talk) -> Turn | None:
    """Any words where a suggestion was asked for are one."""
    return suggestion(talk) if script.tokens(talk.text) else None


# ---- what is missing -----------------------------------------------------------------------------------------------


def read_missing(talk: Talk) -> Turn | None:
    """An answer to what was asked of a complaint goes to the complaint."""
    if not script.tokens(talk.text):
        return talk.stay(missing_said(talk, talk.dialogue))
    return talk.turn(_after_first(talk.dialogue, talk.text), wish=Add(talk.dialogue.about, talk.heard))


def _after_first(dialogue: Dialogue, text: str = "") -> Dialogue:
    rest = readers.missing(dialogue.missing[1:], text)
    return dialogue.evolve(missing=rest, misunderstood=0)


def skip(talk: Talk) -> Turn:
    """The next question; after the last, that was all."""
    dialogue = _after_first(talk.dialogue)
    if dialogue.missing:
        return talk.turn(dialogue, missing_said(talk, dialogue))
    done = talk.voice.say("checklist_done", "status", ask=talk.voice.text("add_more"))
    return talk.turn(dialogue.at("start"), done)


def missing_said(talk: Talk, dialogue: Dialogue) -> Said:
    """The question for the first thing that is missing."""
    return talk.voice.say("said", "skip", words=_asked(talk, dialogue.missing))


def _asked(talk: Talk, missing: tuple[str, ...]) -> str:
    return talk.voice.text(f"missing_{missing[0]}") if missing else talk.voice.text("add_more")


def _promise(talk: Talk) -> dict[str, str]:
    """Who works on the open case, and until when it is promised; nothing without one."""
    case = talk.open_case
    if case is None:
        return {}
    return {
        "team": messages.text(f"team.{case.team}", talk.language),
        "due": messages.moment(case.due_at, talk.language, case.clock),
    }


def leave_guide(talk: Talk) -> Turn:
    """No more steps, and no more questions; the case goes on, if there is one."""
    dialogue = talk.dialogue
    if dialogue.about:
        left = talk.voice.say("guide_left_case", "agent", reference=reference.grouped(dialogue.about))
        return talk.turn(dialogue.at("start"), left)
    return talk.turn(dialogue.at("start"), talk.voice.say("cancelled", "agent"))


# ---- status --------------------------------------------------------------------------------------------------------


def status(talk: Talk) -> Turn:
    """How the case named stands, else this chat's own; without either a reference is asked for."""
    named = reference.find(talk.text)
    if named:
        return talk.turn(talk.dialogue.at("start"), wish=AskStatus(named[0]))
    if talk.facts.own is None:
        return talk.go("reference")
    return talk.turn(_asked_still(talk), wish=AskStatus(talk.facts.own.reference))


def _asked_still(talk: Talk) -> Dialogue:
    """What is asked of a case stays asked while its status is told."""
    return talk.dialogue if talk.dialogue.place in ("checklist", "guide") else talk.dialogue.at("start")


def no_reference(talk: Talk) -> Turn:
    """Who does not have the reference is not sent away: staff can find the case."""
    return talk.turn(
        talk.dialogue.at("offer", text=talk.dialogue.text), talk.voice.say("no_reference", "agent", "menu")
    )


def read_reference(talk: Talk) -> Turn | None:
    """Digits where a reference is asked for."""
    if phone.find(talk.text):
        return no_reference(talk)
    digits = "".join(one for one in talk.text if one.isascii() and one.isdigit())
    if len(digits) < 4:
        return None
    return talk.turn(talk.dialogue.at("reference"), wish=AskStatus(digits[:20]))


def status_said(talk: Talk, case: Case) -> Said:
    """How a case stands, in the customer's words."""
    team = messages.text(f"team.{case.team}", talk.language)
    status = messages.text(f"status.{case.status}", talk.language, team=team)
    due = messages.moment(case.due_at, talk.language, case.clock)
    if not is_unresolved(case.status):
        return talk.voice.say("status_done", reference=reference.grouped(case.reference), status=status)
    return talk.voice.say("status", reference=reference.grouped(case.reference), status=status, team=team, due=due)


# ---- what came of it -----------------------------------------------------------------------------------------------


def opened(talk: Talk, wish: Open, outcome: Opened) -> Turn:
    """A case is open: its reference, the likely cause and the first step in one; else the first thing missing."""
    about = outcome.reference
    ordered = about if wish.order else talk.dialogue.ordered
    values = {"reference": reference.grouped(about)}
    if wish.article:
        taken = talk.voice.text(wish.say, ask="", **values).strip()
        return _helped_at_once(talk, wish, about, taken)
    dialogue = _asks_missing(talk.dialogue.at("start", ordered=ordered), wish, about)
    if wish.say in _ASKING:
        values["ask"] = _asked(talk, wish.missing)
    buttons = ("skip",) if wish.missing else ("status",)
    return talk.turn(dialogue, talk.voice.say(wish.say, *buttons, **values))


def _helped_at_once(talk: Talk, wish: Open, about: str, taken: str) -> Turn:
    """The reference with what the article says of it; its first step, or what is missing, is asked."""
    article = knowledge.article(wish.article)
    if article.steps:
        step = guides.begin(replace(talk, dialogue=talk.dialogue.evolve(text=stored(wish.text))), article)
        said = step.said[0]
        dialogue = step.dialogue.evolve(about=about, missing=wish.missing, text=stored(wish.text))
        return talk.turn(dialogue, replace(said, text=f"{taken}\n\n{said.text}"))
    words = "\n\n".join((taken, talk.spoken(article.answer), _asked(talk, wish.missing)))
    dialogue = _asks_missing(talk.dialogue.at("start", told=(article.id,)), wish, about)
    return talk.turn(dialogue, talk.voice.say("said", "skip" if wish.missing else "status", words=words))


def _asks_missing(dialogue: Dialogue, wish: Open, about: str) -> Dialogue:
    """Where the talk stands once a case is open: at its checklist if something is missing."""
    if not wish.missing:
        return dialogue
    return dialogue.at("checklist", about=about, missing=wish.missing, text=stored(wish.text))


def added(talk: Talk, wish: Add, outcome: Added) -> Turn:
    """Words are with their case; what they said about it is answered, the next missing thing asked."""
    grouped = reference.grouped(outcome.reference)
    if outcome.verdict:
        say = _VERDICTS[outcome.verdict]
        say = "reopening_person" if say == "reopening" and wish.person else say
        return talk.turn(talk.dialogue.at("start"), talk.voice.say(say))
    if wish.say != "added":
        asked = _asked(talk, talk.dialogue.missing) if talk.dialogue.place == "checklist" else ""
        return talk.turn(talk.dialogue, talk.voice.say(wish.say, reference=grouped, ask=asked, **_promise(talk)))
    if talk.dialogue.place == "checklist" and talk.dialogue.missing:
        asked = _asked(talk, talk.dialogue.missing)
        return talk.turn(talk.dialogue, talk.voice.say("added_next", "skip", reference=grouped, ask=asked))
    if talk.dialogue.place == "guide":
        step = knowledge.article(talk.dialogue.article).step(talk.dialogue.step)
        again = guides.step_said(talk, talk.dialogue) if step.choices else talk.ask_again()
        words = f"{talk.voice.text('added', reference=grouped)}\n\n{again.text}"
        return talk.turn(talk.dialogue, replace(again, text=words))
    if talk.dialogue.place == "checklist":
        return talk.turn(talk.dialogue.at("start"), talk.voice.say("added", "status", reference=grouped))
    return talk.turn(talk.dialogue, talk.voice.say("added", "complaint", "status", reference=grouped))


def status_read(talk: Talk, outcome: StatusRead) -> Turn:
    """The status asked for, or that there is none such here."""
    if outcome.too_many:
        return talk.turn(talk.dialogue.at("start"), talk.voice.say("too_many"))
    if outcome.case is None:
        return talk.turn(talk.dialogue, talk.voice.say("wrong_reference", "agent"))
    return talk.turn(_asked_still(talk), status_said(talk, outcome.case))


DEEDS: dict[str, Callable[[Talk], Turn]] = {
    "skip_missing": skip,
    "leave_guide": leave_guide,
    "no_reference": no_reference,
    "status": status,
}
