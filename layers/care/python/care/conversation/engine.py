"""The order in which a message is read: one function from what was said before and what is said now to the answer.

Nothing here reads or writes anything but content. A turn that wishes something of the centre is handed back with what
came of it (``told``), which says the words and goes on.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar, assert_never

from care import reference
from care.cases.case import Case
from care.cases.lifecycle import is_unresolved
from care.conversation import complaints, guides, handover, own_line, script
from care.conversation.dialogue import Dialogue, stored
from care.conversation.talk import (
    Add,
    Added,
    AskStatus,
    CodeSent,
    CodeTried,
    Facts,
    LineRead,
    NoSystem,
    Open,
    Opened,
    Outcome,
    ProofOver,
    Said,
    StatusRead,
    Talk,
    TooManyCodes,
    Turn,
    Voice,
    more_said,
)
from care.line import packages, proof
from care.reading import knowledge, satisfaction, wishes
from care.reading.satisfaction import Verdict
from care.words import Kind, Language, Status

W = TypeVar("W", Open, Add)

_SENTENCE = 4
_TELLING = 0.9
_REFERENCE_WORDS = 6
_LONG = 4
_WISHES_A_NAME = 10
_MISUNDERSTOOD = 2


def welcome(language: Language, operator: str, short_number: str, honorific: str) -> Said:
    """What somebody is greeted with who has said nothing yet."""
    return Voice(language, operator, short_number, honorific).say("welcome", *script.places()["start"].buttons)


def turn(dialogue: Dialogue, text: str, facts: Facts) -> Turn:
    """Answer one message."""
    heard = _hidden(dialogue, text, facts)
    if dialogue.place not in script.places() or not _whole(dialogue):
        dialogue = dialogue.at("start")
    dialogue = _left_open(dialogue, facts)
    talk = Talk(dialogue.heard(heard), text, heard, facts, _language(text, facts))
    taken = _read(talk)
    asked = facts.asked
    return replace(taken, dialogue=taken.dialogue.evolve(question=_mark(asked))) if asked else taken


def told(done: Turn, outcome: Outcome, facts: Facts) -> Turn:
    """Go on after what the turn wished was carried out, or could not be."""
    talk = Talk(done.dialogue, done.heard, done.heard, facts, done.language)
    return more_said(_told(talk, done, outcome), done.said)


def _told(talk: Talk, done: Turn, outcome: Outcome) -> Turn:
    match outcome:
        case Opened():
            return complaints.opened(talk, _wished(done, Open), outcome)
        case Added():
            return complaints.added(talk, _wished(done, Add), outcome)
        case StatusRead():
            return complaints.status_read(talk, outcome)
        case CodeSent():
            return own_line.code_sent(talk)
        case TooManyCodes():
            return own_line.too_many_codes(talk)
        case CodeTried():
            return own_line.code_tried(talk, outcome)
        case LineRead():
            return own_line.line_read(talk, outcome)
        case ProofOver():
            return own_line.proof_over(talk)
        case NoSystem():
            return own_line.no_system(talk)
        case _:
            assert_never(outcome)


def _wished(done: Turn, kind: type[W]) -> W:
    """The wish that came to an outcome of its kind. Raises ``TypeError`` when it was another."""
    if not isinstance(done.wish, kind):
        raise TypeError(f"the outcome of {kind.__name__} is none of {done.wish}")
    return done.wish


# ---- what is read first --------------------------------------------------------------------------------------------


def _hidden(dialogue: Dialogue, text: str, facts: Facts) -> str:
    """The message as it may be kept and shown: without a code that was sent."""
    sent = facts.code_awaited or (dialogue.number and dialogue.place not in ("reference", "checklist"))
    return proof.hidden(text) if dialogue.place == "code" or (sent and proof.is_code(text)) else text


def _whole(dialogue: Dialogue) -> bool:
    """Whether what the place is about is there, and still in the content of today."""
    if dialogue.place in ("guide", "guide_offered"):
        try:
            steps = knowledge.article(dialogue.article).steps
        except KeyError:
            return False
        names = {one.name for one in steps}
        return bool(steps) and (dialogue.place == "guide_offered" or {dialogue.step, *dialogue.path} <= names)
    if dialogue.place in ("package", "confirm"):
        return dialogue.package in packages.packages()
    return dialogue.place != "checklist" or bool(dialogue.missing and dialogue.about)


def _left_open(dialogue: Dialogue, facts: Facts) -> Dialogue:
    """Nothing more is asked of a complaint that is solved, or that is not this chat's newest."""
    own = facts.own
    if dialogue.place == "checklist" and not (own and own.reference == dialogue.about and is_unresolved(own.status)):
        return dialogue.at("start")
    return dialogue


def _language(text: str, facts: Facts) -> Language:
    """Choice beats memory beats detection: a talk changes its language only on a sentence of four words or more."""
    from care.reading import triage

    short = len(text.split()) < _SENTENCE
    if facts.language is not None and short:
        return facts.language
    # "status" and the like are said in both languages.
    if short and script.leads(text) and triage.read(text).language_confidence < _TELLING:
        return Language.INDONESIAN
    return triage.language_of(text) or facts.language or Language.INDONESIAN


def _read(talk: Talk) -> Turn:
    leads = script.answer(script.places()[talk.dialogue.place], talk.text) or _leads(talk)
    if _is_code(talk):
        return own_line.read_code(replace(talk, dialogue=_awaiting(talk.dialogue))) or misunderstood(talk)
    if (leads not in DEEDS or len(script.tokens(talk.text)) >= _LONG) and _is_emergency(talk):
        return complaints.emergency(talk)
    answered = _asked_case(talk, leads)
    if answered:
        return answered
    if leads:
        return _do(talk, leads)
    return _reference(talk) or _called(talk) or guides.offered(talk) or _take(talk)


def _leads(talk: Talk) -> str:
    """What the text leads to at any place; a number is only changed where one was asked for or proven."""
    leads = script.leads(talk.text)
    if leads == "other_number" and not (talk.facts.proven or talk.dialogue.place in ("number", "code")):
        return ""
    if leads == "okay" and talk.dialogue.place == "complaint":
        return ""
    return leads


def _do(talk: Talk, leads: str) -> Turn:
    """A deed, or a place to go to."""
    return DEEDS[leads](talk) if leads in DEEDS else talk.go(leads)


def _is_code(talk: Talk) -> bool:
    """Whether a code is typed elsewhere than where it was asked for."""
    return (
        talk.facts.code_awaited
        and talk.dialogue.place not in ("code", "reference", "number")
        and proof.is_code(talk.text)
    )


def _awaiting(dialogue: Dialogue) -> Dialogue:
    return dialogue.at("code", after="line", number=dialogue.number)


def _is_emergency(talk: Talk) -> bool:
    """Danger to life; what is lost, stolen or taken over; anything else that is urgent, where nothing else is asked."""
    if len(script.tokens(talk.text)) < 2 or not talk.seen.urgent:
        return False
    if talk.seen.danger or script.says("lost", talk.text) or script.says("fraud", talk.text):
        return True
    return (
        talk.dialogue.place in ("start", "complaint", "kind", "unanswered", "offer", "answered", "guide_offered")
        and talk.seen.kind in (Kind.COMPLAINT, Kind.TECHNICAL)
        and talk.open_case is None
        and _asked_case(talk, "") is None
    )


# ---- the question whether it is solved -----------------------------------------------------------------------------


def _mark(case: Case | None) -> str:
    return f"{case.reference}-{case.cycle}" if case and case.status is Status.RESOLVED else ""


def _asked_case(talk: Talk, leads: str) -> Turn | None:
    """Words that answer the satisfaction question, or say that a closed case came back, go to their case."""
    facts = talk.facts
    for case in (facts.asked, facts.own):
        if case and _is_about(talk, case, leads):
            return talk.turn(talk.dialogue.at("start"), wish=Add(case.reference, talk.heard))
    return None


def _is_about(talk: Talk, case: Case, leads: str) -> bool:
    read = satisfaction.read(talk.text, talk.facts.satisfied_from)
    place = talk.dialogue.place
    if case.status is Status.RESOLVED:
        fresh = case is talk.facts.asked and talk.dialogue.question != _mark(case)
        if place != "start" and not (fresh and read and place not in ("code", "number", "confirm")):
            return False
        if leads and leads not in _MAY_ANSWER:
            return False
        return read is not None or leads == "person" or not (leads or _own_matter(talk))
    if case.status is not Status.CLOSED or case.reference not in talk.facts.reopens or place != "start" or leads:
        return False
    return read is not None and read[0] is Verdict.DISSATISFIED and not _own_matter(talk)


_MAY_ANSWER = ("person", "thanked", "okay", "goodbye")


def _own_matter(talk: Talk) -> bool:
    """Whether a text is surely about something new, so that it is no answer."""
    if not script.tokens(talk.text) or reference.find(talk.text) or packages.named(talk.text):
        return True
    if talk.sure and talk.seen.kind in (Kind.SUGGESTION, Kind.PACKAGE_CHANGE):
        return True
    return talk.asks and bool(talk.hits)


# ---- all other words -----------------------------------------------------------------------------------------------


def _reference(talk: Talk) -> Turn | None:
    found = reference.find(talk.text)
    if found and (talk.dialogue.place == "reference" or len(talk.text.split()) <= _REFERENCE_WORDS):
        return talk.turn(talk.dialogue.at("start"), wish=AskStatus(found[0]))
    return None


def _called(talk: Talk) -> Turn | None:
    """How the customer wants to be called, where that is all that is said."""
    if len(script.tokens(talk.text)) > _WISHES_A_NAME:
        return None
    name = wishes.wished_address(talk.text)
    if name is None:
        return None
    return _call(talk, stored(name, 40), "called") if name else call_nothing(talk)


def call_nothing(talk: Talk) -> Turn:
    """Without "Kak" from now on."""
    return _call(talk, "", "called_nothing")


def _call(talk: Talk, called: str, say: str) -> Turn:
    dialogue = talk.dialogue.evolve(called=called, misunderstood=0)
    spoken = replace(talk, dialogue=dialogue)
    return spoken.turn(dialogue, spoken.voice.say(say), *prompt(spoken))


def _take(talk: Talk) -> Turn:
    """What the place makes of words that are no phrase; what it does not understand is read as everywhere."""
    takes = script.places()[talk.dialogue.place].takes
    if not takes:
        return free(talk)
    return TAKES[takes](talk) or _in_between(talk)


def _in_between(talk: Talk) -> Turn:
    """Words that do not answer what was asked: a question is answered and the place stays; other matters leave it."""
    said = len(script.tokens(talk.text))
    if talk.seen.kind is Kind.COMPLAINT and talk.sure and said >= _LONG and not talk.asks:
        return free(talk)
    if talk.seen.kind in (Kind.SUGGESTION, Kind.PACKAGE_CHANGE) and talk.sure and said >= _LONG:
        return free(talk)
    if said >= 2 and (talk.asks or talk.sure):
        answer = guides.aside(talk)
        if answer:
            return talk.stay(*answer, *prompt(talk))
    return misunderstood(talk)


def free(talk: Talk) -> Turn:
    """Words said at no place in particular."""
    said = script.tokens(talk.text)
    if not said:
        return greet(talk) if not talk.text.strip() else misunderstood(talk)
    kind = talk.seen.kind
    if talk.sure and kind is Kind.COMPLAINT:
        return _complained(talk)
    if talk.sure and kind is Kind.SUGGESTION:
        return complaints.suggestion(talk)
    named = packages.named(talk.text)
    if named and (kind is Kind.PACKAGE_CHANGE or not talk.sure or len(named) > 1 or talk.asks):
        return own_line.read_package(talk) or misunderstood(talk)
    if talk.sure and kind is Kind.PACKAGE_CHANGE:
        return guides.tell(talk) if talk.asks and talk.hits else own_line.change_package(talk)
    if talk.hits and (talk.sure or talk.asks or (len(said) < _LONG and not talk.open_case)):
        return guides.tell(talk)
    if talk.open_case:
        return talk.turn(talk.dialogue.at("start"), wish=Add(talk.open_case.reference, talk.heard))
    if talk.sure and kind is Kind.TECHNICAL:
        return complaints.request(talk, Kind.TECHNICAL)
    if talk.sure or talk.asks:
        return unanswered(talk)
    return _ask_kind(talk) if len(said) >= 3 else misunderstood(talk)


def _complained(talk: Talk) -> Turn:
    """A complaint is added to the one that is open, else opened."""
    case = talk.open_case
    if case and case.kind in (Kind.COMPLAINT, Kind.TECHNICAL):
        return talk.turn(talk.dialogue.at("start"), wish=Add(case.reference, talk.heard))
    return complaints.complaint(talk)


def _ask_kind(talk: Talk) -> Turn:
    """What kind of words these are is asked, not guessed; the second time a person is offered too."""
    count = talk.dialogue.misunderstood + 1
    if count >= _MISUNDERSTOOD:
        return misunderstood(talk)
    its = talk.ask("kind")
    return talk.turn(talk.dialogue.at("kind", text=stored(talk.heard), misunderstood=count), its)


def unanswered(talk: Talk) -> Turn:
    """No article fits: a person can have the question."""
    text = talk.dialogue.text or stored(talk.heard)
    count = talk.dialogue.misunderstood + 1
    return talk.turn(talk.dialogue.at("unanswered", text=text, misunderstood=count), talk.ask("unanswered"))


def misunderstood(talk: Talk) -> Turn:
    """The first time asked again; from the second on a person is offered."""
    dialogue, count = talk.dialogue, talk.dialogue.misunderstood + 1
    its = script.places()[dialogue.place]
    if count < _MISUNDERSTOOD and not its.takes:
        start = script.places()["start"]
        at = dialogue.at("start", misunderstood=count)
        return talk.turn(at, talk.voice.say("not_understood", *start.buttons))
    if not its.takes:
        text = dialogue.text or stored(talk.heard)
        return talk.turn(dialogue.at("offer", text=text, misunderstood=count), talk.ask("offer"))
    dialogue = dialogue.evolve(misunderstood=count)
    if count < _MISUNDERSTOOD:
        return talk.turn(dialogue, *prompt(talk, again=True))
    return talk.turn(dialogue, talk.voice.say("person_possible", "agent", "menu"))


def take_as(kind: Kind) -> Callable[[Talk], Turn]:
    """The customer said of what kind the words are that were not clear."""

    def take(talk: Talk) -> Turn:
        text = talk.dialogue.text
        if not text:
            return menu(talk)
        if kind is Kind.COMPLAINT:
            return complaints.complaint(talk, text)
        if kind is Kind.SUGGESTION:
            return complaints.suggestion(talk, text)
        asked = talk.about(text)
        return guides.tell(asked) if asked.hits else unanswered(asked)

    return take


# ---- small deeds ---------------------------------------------------------------------------------------------------


def prompt(talk: Talk, *, again: bool = False) -> tuple[Said, ...]:
    """What is asked where the talk is: said once more."""
    dialogue = talk.dialogue
    match dialogue.place:
        case "start":
            return (talk.ask("start"),) if again else ()
        case "guide":
            step = knowledge.article(dialogue.article).step(dialogue.step)
            return (talk.ask_again() if again and not step.choices else guides.step_said(talk, dialogue),)
        case "checklist":
            return (complaints.missing_said(talk, dialogue),)
        case "package":
            return own_line.details(talk, packages.package(dialogue.package)).said
        case "confirm":
            return (own_line.confirm_said(talk, dialogue, talk.facts.proven),)
    return (talk.ask_again() if again else talk.ask(dialogue.place),)


def repeat(talk: Talk) -> Turn:
    """What was asked last, again."""
    return talk.stay(*prompt(talk), *(() if talk.dialogue.place != "start" else prompt(talk, again=True)))


def menu(talk: Talk) -> Turn:
    """What can be done here."""
    return talk.go("start")


def cancelled(talk: Talk) -> Turn:
    """Leave the place; nothing happens."""
    buttons = script.places()["start"].buttons
    return talk.turn(talk.dialogue.at("start"), talk.voice.say("cancelled", *buttons))


def greet(talk: Talk) -> Turn:
    """A greeting is returned; what was asked stays asked."""
    if talk.dialogue.place == "start":
        return talk.turn(talk.dialogue.at("start"), talk.voice.say("welcome", *script.places()["start"].buttons))
    return talk.stay(talk.voice.say("greeted"), *prompt(talk))


def thanked(talk: Talk) -> Turn:
    """Thanks are returned, and nothing else is asked."""
    ends = talk.dialogue.place in ("answered", "guide_offered", "offer", "unanswered", "kind")
    thanks = talk.voice.say("thanks")
    return talk.turn(talk.dialogue.at("start"), thanks) if ends else talk.stay(thanks)


def okay(talk: Talk) -> Turn:
    """An "ok" to what was said; where something was asked it is asked again."""
    if talk.dialogue.place == "start":
        return talk.turn(talk.dialogue.at("start"), talk.voice.say("okay"))
    return talk.stay(*prompt(talk, again=True))


def ended(say: str) -> Callable[[Talk], Turn]:
    """Say one thing and be at the start."""
    return lambda talk: talk.turn(talk.dialogue.at("start"), talk.voice.say(say))


def speak(language: Language) -> Callable[[Talk], Turn]:
    """Another language, from here on."""

    def change(talk: Talk) -> Turn:
        spoken = replace(talk, language=language)
        if talk.dialogue.place == "start":
            return spoken.stay(spoken.voice.say("language", *script.places()["start"].buttons))
        return spoken.stay(spoken.voice.say("language"), *prompt(spoken))

    return change


DEEDS: dict[str, Callable[[Talk], Turn]] = {
    **complaints.DEEDS,
    **handover.DEEDS,
    **guides.DEEDS,
    **own_line.DEEDS,
    "speak_english": speak(Language.ENGLISH),
    "speak_indonesian": speak(Language.INDONESIAN),
    "cancelled": cancelled,
    "menu": menu,
    "repeat": repeat,
    "welcome": greet,
    "thanked": thanked,
    "okay": okay,
    "goodbye": ended("goodbye"),
    "closing": ended("goodbye"),
    "glad": ended("guide_done"),
    "call_nothing": call_nothing,
    "unanswered": unanswered,
    "take_as_question": take_as(Kind.INFORMATION),
    "take_as_complaint": take_as(Kind.COMPLAINT),
    "take_as_suggestion": take_as(Kind.SUGGESTION),
}
TAKES: dict[str, Callable[[Talk], Turn | None]] = {
    "open_complaint": complaints.told_complaint,
    "open_suggestion": complaints.told_suggestion,
    "read_reference": complaints.read_reference,
    "read_step": guides.read_step,
    "read_missing": complaints.read_missing,
    "read_number": own_line.read_number,
    "read_code": own_line.read_code,
    "read_segment": own_line.read_segment,
    "read_package": own_line.read_package,
    "read_confirmation": own_line.read_confirmation,
}
