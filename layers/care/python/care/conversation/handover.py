"""A person takes over: what they get to know, so that nothing is asked again."""

from collections.abc import Callable

from care.cases.case import Case
from care.conversation import other_operators, script
from care.conversation.dialogue import stored
from care.conversation.talk import Add, Open, Talk, Turn
from care.reading import knowledge, remarks
from care.reading.remarks import Remark
from care.telling import messages
from care.words import Attention, Category, Kind

_TELLS = 6
_LONGEST_NOTE = 220
_JUST = 4
"""So many messages back somebody was wanted just now."""


def notes(talk: Talk, *, recent: bool = False) -> tuple[str, ...]:
    """What the team must not ask again: the proven line, the steps tried and, for a person, the last words."""
    found = []
    if talk.facts.proven:
        found.append(talk.voice.text("note_proven", number=talk.facts.proven))
    if talk.dialogue.place in ("guide", "offer"):
        found.append(tried_note(talk))
    if recent and talk.dialogue.recent:
        found.append(talk.voice.text("note_recent", words=" / ".join(talk.dialogue.recent)))
    return tuple(one for one in found if one)


def tried_note(talk: Talk) -> str:
    """The steps of the guide the talk is in that were tried in vain, and what was chosen on the way; "" if none."""
    dialogue = talk.dialogue
    if not dialogue.article or not (dialogue.tried or dialogue.path):
        return ""
    article = knowledge.article(dialogue.article)
    places = (*dialogue.path, dialogue.step)
    done = []
    for place, after in zip(places, (*places[1:], ""), strict=True):
        step = article.step(place)
        chosen = next((choice for choice in step.choices if choice.next == after), None)
        if chosen:
            done.append(talk.spoken(chosen.label))
        elif place in dialogue.tried:
            done.append(stored(talk.spoken(step.do), _LONGEST_NOTE))
    if not done:
        return ""
    steps = "; ".join(f"{number}. {one.rstrip('.')}" for number, one in enumerate(done, start=1))
    return talk.voice.text("note_tried", title=talk.spoken(article.title), steps=steps)


def person(talk: Talk) -> Turn:
    """Somebody is wanted: what was said goes with it, so that nobody asks again."""
    if talk.open_case:
        again = talk.open_case.attention is Attention.PERSON_WANTED or _asked_just_now(talk)
        say = "person_now" if again else "person_added"
        wish = Add(talk.open_case.reference, talk.heard, notes(talk, recent=True), person=True, say=say)
        return talk.turn(talk.dialogue.at("start"), wish=wish)
    earlier = talk.dialogue.text or next((one for one in reversed(talk.dialogue.recent[:-1]) if _is_matter(one)), "")
    text = talk.heard if len(script.tokens(talk.text)) > _TELLS else earlier or talk.heard
    kind, category = _matter(talk, text)
    priority = talk.about(text).seen.priority
    opening = Open(kind, category, priority, stored(text, 4000), "person_taken", notes=notes(talk, recent=True))
    return talk.turn(talk.dialogue.at("start"), wish=opening)


def waiting(talk: Talk) -> Turn | None:
    """How long it takes until the person who was asked for answers, and how to talk to one now."""
    case = talk.open_case
    if case is None or not _asked_just_now(talk) or not script.says("asks_wait", talk.text):
        return None
    due = messages.moment(case.response_due_at or case.due_at, talk.language, case.clock)
    return talk.stay(talk.voice.say("person_soon", due=due))


def is_awaited(talk: Talk, case: Case) -> bool:
    """Whether a case is no more than the wish for a person, who is told now what it is about."""
    is_bare = case.order is None and case.category in (Category.SERVICE, Category.OTHER)
    return (
        is_bare
        and case.kind in (Kind.INFORMATION, Kind.COMPLAINT)
        and (
            _asked_just_now(talk) or any(Remark.RAISES in remarks.read(one) for one in talk.dialogue.recent[-_JUST:-1])
        )
    )


def _asked_just_now(talk: Talk) -> bool:
    return any(script.says("person", one) for one in talk.dialogue.recent[-_JUST:-1])


def _is_matter(text: str) -> bool:
    """Whether words say something of the matter: no command and no short answer."""
    return len(script.tokens(text)) > 2 and not script.leads(text)


def _matter(talk: Talk, text: str) -> tuple[Kind, Category]:
    seen = talk.about(text).seen
    if talk.dialogue.article and talk.dialogue.step:
        return Kind.TECHNICAL, knowledge.article(talk.dialogue.article).category
    if talk.dialogue.place in ("packages", "package", "confirm"):
        return Kind.PACKAGE_CHANGE, Category.PACKAGE
    return (seen.kind if _is_matter(text) and seen.kind else Kind.INFORMATION), seen.category


def call_us(talk: Talk) -> Turn:
    """By which number somebody is reached, and that the call is free."""
    return other_operators.answer(talk) or talk.stay(talk.voice.say("call_us"))


DEEDS: dict[str, Callable[[Talk], Turn]] = {"person": person, "call_us": call_us}
