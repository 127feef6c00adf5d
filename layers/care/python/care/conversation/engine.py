"""From one message to its answer: understood, ranked, answered, and at most one thing asked.

Nothing here reads or writes anything but content. A turn that wishes something of the centre is handed back with what
came of it (``told``), which says the words and goes on.
"""

from dataclasses import replace
from datetime import timedelta
from typing import TypeVar, assert_never

from care import reference
from care.cases.lifecycle import is_unresolved
from care.conversation import (
    aftercare,
    asked_on,
    complaints,
    emergency,
    guides,
    handover,
    line_notes,
    line_trouble,
    matters,
    ordering,
    other_operators,
    own_line,
    proving,
    script,
    small_talk,
    standing,
    understand,
)
from care.conversation.addressing import addressed, called
from care.conversation.deeds import EXACT, TAKES, do
from care.conversation.dialogue import Dialogue
from care.conversation.never_twice import unlike_last
from care.conversation.ranking import is_told, misunderstood, ranked
from care.conversation.solved import asked_case, mark
from care.conversation.talk import (
    Add,
    Added,
    AskStatus,
    Facts,
    Open,
    Opened,
    Outcome,
    ProofOver,
    ReadAgain,
    Said,
    StatusRead,
    TakenBack,
    Talk,
    Turn,
    Voice,
    WasRead,
    more_said,
)
from care.line import packages, proof
from care.line.asking import CodeSent, CodeTried, LineRead, NoSystem, TooManyCodes
from care.reading import alarms, knowledge
from care.reading.acts import Act
from care.reading.language import answer_language
from care.words import Language

W = TypeVar("W", Open, Add)

_REFERENCE_WORDS = 6
_CLEAR = 0.55
_READ = 500
_OF_AN_ANSWER = ("not_that", "glad", "walk_guide", "closing")
"""What the question below an answer leads to; "nomornya tetap kan?" is none of it."""
_PERSON_MEANT = 0.25
_FRESH = timedelta(hours=12)
"""So long a step is still spoken of; afterwards it is the case."""


def welcome(language: Language, operator: str, short_number: str, honorific: str) -> Said:
    """What somebody is greeted with who has said nothing yet."""
    return Voice(language, operator, short_number, honorific).say("welcome", *script.places()["start"].buttons)


def turn(dialogue: Dialogue, text: str, facts: Facts) -> Turn:
    """Answer one message."""
    heard = _hidden(dialogue, text, facts)
    if dialogue.place not in script.places() or not _whole(dialogue):
        dialogue = dialogue.at("start")
    dialogue = _left_open(dialogue, facts)
    dialogue = addressed(dialogue, text[:_READ])
    talk = Talk(dialogue.heard(heard), text, heard, facts, answer_language(text, facts.language))
    read = _read(talk)
    taken = more_said(read, (*_salam(talk, read), *_warned(talk)))
    asked = facts.asked
    kept = taken.dialogue.following(dialogue)
    marked = replace(taken, dialogue=kept.evolve(question=mark(asked)) if asked else kept)
    return marked if marked.wish else unlike_last(talk, marked)


def told(done: Turn, outcome: Outcome, facts: Facts) -> Turn:
    """Go on after what the turn wished was carried out, or could not be."""
    talk = Talk(done.dialogue, done.heard, done.heard, facts, done.language)
    after = _told(talk, done, outcome)
    after = more_said(after, _not_said_in(after, done.said))
    after = replace(after, dialogue=after.dialogue.following(done.dialogue))
    return after if after.wish else unlike_last(talk, after, outcome)


def _not_said_in(after: Turn, before: tuple[Said, ...]) -> tuple[Said, ...]:
    """What was said before, without the article whose beginning follows with its guide."""
    every = [one.text for one in after.said]
    begins = ((one, " ".join(knowledge.sentences(one.text)[:2])) for one in before)
    return tuple(one for one, begin in begins if not any(begin in each for each in every))


def _told(talk: Talk, done: Turn, outcome: Outcome) -> Turn:
    match outcome:
        case Opened():
            opening = _wished(done, Open)
            if opening.alarm:
                return emergency.opened(talk, opening.alarm, opening, outcome)
            return complaints.opened(talk, opening, outcome)
        case Added():
            wish = _wished(done, Add)
            added = complaints.added(talk, wish, outcome)
            return more_said(ranked(talk.about(wish.rest)), added.said) if wish.rest else added
        case StatusRead():
            return complaints.status_read(talk, outcome)
        case CodeSent():
            return proving.code_sent(talk)
        case TooManyCodes():
            return proving.too_many_codes(talk)
        case CodeTried():
            return proving.code_tried(talk, outcome)
        case LineRead() if done.dialogue.after == line_trouble.AFTER:
            return matters.explained(talk, outcome)
        case LineRead() if done.dialogue.after == line_notes.AFTER:
            return line_notes.noted(talk, outcome.line)
        case LineRead() if done.dialogue.after == "line" and talk.open_case:
            return line_trouble.explained(talk, outcome) or own_line.line_read(talk, outcome)
        case LineRead():
            return own_line.line_read(talk, outcome)
        case ProofOver() | NoSystem() if done.dialogue.after == line_trouble.AFTER:
            return matters.unexplained(talk)
        case ProofOver() | NoSystem() if done.dialogue.after == line_notes.AFTER:
            return line_notes.noted(talk, None)
        case ProofOver():
            return proving.proof_over(talk)
        case NoSystem():
            return own_line.no_system(talk)
        case TakenBack():
            return ordering.taken_back(talk, outcome)
        case WasRead():
            return ranked(replace(talk, reading=outcome.reading))
        case _:
            assert_never(outcome)


def _wished(done: Turn, kind: type[W]) -> W:
    """The wish that came to an outcome of its kind. Raises ``TypeError`` when it was another."""
    if not isinstance(done.wish, kind):
        raise TypeError(f"the outcome of {kind.__name__} is none of {done.wish}")
    return done.wish


# ---- before anything is understood ---------------------------------------------------------------------------------


def _hidden(dialogue: Dialogue, text: str, facts: Facts) -> str:
    """The message as it may be kept and shown: without a code that was sent."""
    sent = facts.code_awaited or (dialogue.number and dialogue.place not in ("reference", "checklist"))
    return proof.hidden(text) if dialogue.place == "code" or (sent and proof.is_code(text)) else text


def _whole(dialogue: Dialogue) -> bool:
    """Whether what the place is about is there, and still in the content of today."""
    if not all(knowledge.is_there(id) for id in (*dialogue.offered, dialogue.article) if id):
        return False
    if dialogue.place in ("guide", "guide_offered"):
        names = {one.name for one in knowledge.article(dialogue.article).steps} if dialogue.article else set()
        return bool(names) and (dialogue.place == "guide_offered" or {dialogue.step, *dialogue.path} <= names)
    if dialogue.place in ("package", "confirm", "stop_confirm"):
        return dialogue.package in packages.packages()
    return dialogue.place != "checklist" or bool(dialogue.missing and dialogue.about)


def _left_open(dialogue: Dialogue, facts: Facts) -> Dialogue:
    """Nothing more is asked of a complaint that is solved, of yesterday, or not this chat's newest."""
    own = facts.own
    about = dialogue.about if dialogue.place in ("checklist", "guide", "guide_offered") else ""
    is_open = own is not None and own.reference == about and is_unresolved(own.status)
    is_past = own is not None and facts.now is not None and facts.now - own.opened_at > _FRESH
    return dialogue.at("start") if about and (not is_open or is_past) else dialogue


def _salam(talk: Talk, read: Turn) -> tuple[Said, ...]:
    """A salam is returned before the matter that a talk begins with, unless that is urgent or has few lines."""
    urgent = alarms.read(talk.text) or (isinstance(read.wish, Open) and read.wish.alarm)
    began = len(talk.dialogue.recent) > 1
    if began or urgent or talk.facts.short or script.leads(talk.text) or not script.says("salam", talk.text):
        return ()
    return (talk.voice.say("greeted_salam"),)


def _warned(talk: Talk) -> tuple[Said, ...]:
    """A warning to who wrote a personal number or a secret code, where none was asked for."""
    key = "" if talk.facts.code_awaited or talk.dialogue.place == "code" else emergency.mask_warning(talk.text)
    return (talk.voice.say(key),) if key else ()


# ---- what is said outright -----------------------------------------------------------------------------------------


def _read(talk: Talk) -> Turn:
    """Alarms first; then codes, commands and buttons, which mean one thing; all other words are ranked."""
    relieved = emergency.relieved(talk) or emergency.supposed(talk)
    if relieved:
        return relieved
    if emergency.only_hides(talk.text) and not talk.asks:
        return talk.stay()
    alarm = alarms.read(talk.text)
    if alarm:
        return matters.in_alarm(alarm)(talk) or matters.clarify(talk)
    going_on = emergency.given_after_all(talk) or emergency.goes_on(talk)
    if going_on:
        return going_on
    leads = script.answer(script.places()[talk.dialogue.place], talk.text) or _leads(talk)
    if leads == "stop_now" and talk.asks:
        # "when does it stop?" is no yes.
        leads = ""
    if _is_code(talk):
        return proving.read_code(replace(talk, dialogue=_awaiting(talk.dialogue))) or misunderstood(talk)
    answered = asked_case(talk, leads) or aftercare.remarked(talk) or line_trouble.helps(talk)
    if answered:
        return answered
    if leads and not (leads in _OF_AN_ANSWER and asked_on.answer(talk)):
        return do(talk, leads)
    return (
        _reference(talk)
        or called(talk)
        or guides.offered(talk)
        or _exact(talk)
        or other_operators.answer(talk)
        or handover.waiting(talk)
        or own_line.paid(talk)
        or small_talk.alone(talk)
        or _in_doubt(talk)
        or ranked(talk)
    )


def _in_doubt(talk: Talk) -> Turn | None:
    """A second reader is asked what is meant, where there is one and nothing was asked before that it cannot know."""
    asks = talk.facts.has_reader and talk.dialogue.place == "start"
    is_doubtful = asks and understand.is_doubtful(talk.text, talk.language)
    return talk.turn(talk.dialogue, wish=ReadAgain(talk.heard)) if is_doubtful else None


def _leads(talk: Talk) -> str:
    """What the text leads to at any place; a number is only changed where one was asked for or proven."""
    leads = script.leads(talk.text)
    if leads == "other_number" and not (talk.facts.proven or talk.dialogue.place in ("number", "code")):
        return ""
    if leads == "okay" and talk.dialogue.place == "complaint":
        return ""
    if leads == "question" and standing.ponders(talk):
        return ""
    if leads == "see_line" and talk.dialogue.place in ("confirm", "stop_confirm"):
        return ""
    if leads == "cancelled" and talk.dialogue.place == "start" and talk.open_order and script.says("cancel", talk.text):
        return "undo_order"
    person = leads == "person" and not script.is_whole("person", talk.text)
    unmeant = talk.meant[Act.PERSON] < _PERSON_MEANT or script.says("whom", talk.text)
    if person and (unmeant or is_told(talk, Act.PERSON)):
        return ""
    return leads


def _is_code(talk: Talk) -> bool:
    """Whether a code is typed elsewhere than where it was asked for."""
    return (
        talk.facts.code_awaited
        and talk.dialogue.place not in ("code", "reference", "number")
        and proof.is_code(talk.text)
    )


def _awaiting(dialogue: Dialogue) -> Dialogue:
    return dialogue.at("code", after="line", number=dialogue.number)


def _reference(talk: Talk) -> Turn | None:
    found = reference.find(talk.text)
    asks = talk.meant[Act.STATUS] + talk.meant[Act.UNSOLVED]
    if found and (talk.dialogue.place == "reference" or len(talk.text.split()) <= _REFERENCE_WORDS or asks >= _CLEAR):
        return talk.turn(talk.dialogue.at("start"), wish=AskStatus(found[0]))
    return None


def _exact(talk: Talk) -> Turn | None:
    """Numbers, codes, references and choices where just these are asked for."""
    takes = script.places()[talk.dialogue.place].takes
    if takes == "read_step":
        return guides.read_plainly(talk)
    if takes in ("open_complaint", "open_suggestion"):
        return complaints.nothing_after_all(talk)
    if talk.dialogue.place == "guide_offered":
        return guides.begin_knowing(talk)
    plain = takes in EXACT or (takes == "read_missing" and complaints.gives_number(talk))
    return TAKES[takes](talk) if plain else None
