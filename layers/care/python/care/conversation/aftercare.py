"""What is said about an open case besides its facts: taken back, wanted back, late, to be seen to, in anger."""

import re
from collections.abc import Callable

from care import phone
from care.cases.case import Case
from care.conversation import articles, complaints, guides, matters, script
from care.conversation.handover import notes
from care.conversation.talk import Add, Talk, Turn
from care.reading import remarks, satisfaction
from care.reading.acts import Act
from care.reading.remarks import Remark
from care.reading.satisfaction import Verdict
from care.words import Attention, Category, Kind

_PLACES = ("start", "checklist", "guide", "guide_offered", "answered", "clarify")
"""Where words may be about the case, whatever else was asked."""
_OF_ANY = (Category.SERVICE, Category.OTHER)
"""What words are about that are about how a case is seen to."""
_ITS_OWN = ("checklist", "guide")
_TELLS = 5
_A_YES = 5
_A_QUESTION = 6
_A_WHEN = 9
"""Words of a question how long it takes, which no article answers."""
_PLAIN = 0.6
_HARDLY_MORE = 2
"""Words beside a number in a text that gives one."""
_CLAUSE_ENDS = re.compile(r"[,.;!?\n]\s*")


def remarked(talk: Talk) -> Turn | None:
    """A remark that is plain whatever else it may be read as; ``None`` where none is made, or nothing it is about.

    Who is in need is not spoken to of how his case is seen to.
    """
    if talk.dialogue.place not in _PLACES:
        return None
    said = remarks.read(talk.text)
    case = talk.open_case
    if case is None or case.kind not in (Kind.COMPLAINT, Kind.TECHNICAL):
        return complaints.complaint(talk) if _is_of_staff(talk, said) else None
    if _is_of_staff(talk, said) and case.category is not Category.SERVICE:
        return complaints.complaint(talk)
    if _gives_number(talk):
        return _add(talk, case, "added", at=talk.dialogue.place)
    if case.priority.goes_first:
        return None
    if _is_its_own(talk, case) and script.is_whole("cancel", talk.text):
        return _withdrawn(talk, case)
    if said.isdisjoint((Remark.CLARIFIES, Remark.LEAVES)) and _is_another(talk, case):
        return None
    answers = (answer(talk, case) for remark, answer in _ANSWERS.items() if remark in said)
    return next((one for one in answers if one), None) or _asked_on(talk, case)


def _is_another(talk: Talk, case: Case) -> bool:
    """Whether trouble of another matter is told, whatever is wanted or felt about it."""
    return talk.meant[Act.PROBLEM] >= _PLAIN and not _is_about(talk, case)


def _is_about(talk: Talk, case: Case) -> bool:
    """Whether words may be about the case: of its category, or of none but how it is seen to."""
    return talk.seen.category in _OF_ANY or matters.is_about(talk, case)


def _asked_on(talk: Talk, case: Case) -> Turn | None:
    """A yes to nothing in particular, and what comes next: the case is where it is."""
    at_start = talk.dialogue.place == "start"
    here = talk.dialogue.place in ("start", "checklist")
    if here and _is_solved(talk):
        return _add(talk, case, "solved_added")
    if at_start and _agrees(talk):
        return complaints.goes_on(talk, case)
    return complaints.status(talk) if here and script.says("what_next", talk.text) else None


def _is_of_staff(talk: Talk, said: frozenset[Remark]) -> bool:
    """Whether it is told how staff or a shop behaved; who asks of it only asks."""
    return Remark.OF_STAFF in said and not guides.asks(talk)


def _is_its_own(talk: Talk, case: Case) -> bool:
    """Whether what is asked here is asked of the case."""
    return talk.dialogue.place in _ITS_OWN and talk.dialogue.about == case.reference


def _gives_number(talk: Talk) -> bool:
    """Whether a number is given where the case began and the line is not known."""
    words = [one for one in script.tokens(talk.text) if one.isalpha()]
    known = talk.facts.readable or talk.dialogue.place == "checklist"
    return not known and len(words) <= _HARDLY_MORE and bool(phone.find(talk.text))


def _is_solved(talk: Talk) -> bool:
    """Whether a few words say that it works again, and not only yes."""
    read = satisfaction.read(talk.text, talk.facts.satisfied_from)
    plain = read is not None and read[0] is Verdict.SATISFIED and read[1] is None
    few = len(script.tokens(talk.text)) <= _A_QUESTION and not guides.asks(talk)
    return plain and few and satisfaction.tells_solved(talk.text)


def _agrees(talk: Talk) -> bool:
    """Whether no more than a yes is said."""
    few = len(script.tokens(talk.text)) <= _A_YES and not guides.asks(talk)
    solved = satisfaction.read(talk.text, talk.facts.satisfied_from)
    likely = solved is None and talk.meant[Act.YES] >= _PLAIN
    return few and (script.is_whole("yes", talk.text) or likely) and not script.leads(talk.text)


def _add(talk: Talk, case: Case, say: str, *told: str, person: bool = False, rest: str = "", at: str = "start") -> Turn:
    dialogue = talk.dialogue if at != "start" else talk.dialogue.at("start")
    return talk.turn(dialogue, wish=Add(case.reference, talk.heard, told, person=person, say=say, rest=rest))


def _withdrawn(talk: Talk, case: Case) -> Turn | None:
    """It was one's own doing, or is wanted no more: the team hears so; what else was said is answered."""
    if talk.dialogue.place not in ("start", *_ITS_OWN) and not script.says("of_report", talk.text):
        return None
    parts = _CLAUSE_ENDS.split(talk.heard)
    last = max((at for at, one in enumerate(parts) if Remark.WITHDRAWS in remarks.read(one)), default=0)
    rest = " ".join(parts[last + 1 :]).strip()
    rest = rest if guides.asks(talk.about(rest)) or len(script.tokens(rest)) >= _TELLS else ""
    return _add(talk, case, "withdrawn_added", talk.voice.text("note_withdrawn"), rest=rest)


def _demanded(talk: Talk, case: Case) -> Turn | None:
    """Money is wanted back: who looks at it, how long that takes and where it goes."""
    return _late(talk, case) if talk.is_late(case) else _add(talk, case, "demand_added", *notes(talk))


def _angered(talk: Talk, case: Case) -> Turn:
    """Anger is owned up to, and a person reads."""
    first = "late_added" if talk.is_late(case) else "angered_added"
    say = "angered_more" if case.attention is Attention.PERSON_WANTED else first
    return _add(talk, case, say, *notes(talk, recent=True), person=True)


def _raised(talk: Talk, case: Case) -> Turn | None:
    """It is to go to who decides: a person reads, and hears that."""
    if guides.asks(talk) and not _is_about(talk, case):
        return None
    if talk.is_late(case) or case.attention is Attention.PERSON_WANTED:
        return _angered(talk, case)
    return _add(talk, case, "raised_added", talk.voice.text("note_raised"), *notes(talk, recent=True), person=True)


def _clarified(talk: Talk, case: Case) -> Turn | None:
    """What was said of the case is put in other words."""
    if talk.dialogue.place not in ("start", *_ITS_OWN) or guides.asks(talk):
        return None
    if talk.dialogue.place == "guide" and Remark.CORRECTS in remarks.read(talk.text):
        return None
    return _add(talk, case, "added", at=talk.dialogue.place)


def _asks_noted(talk: Talk, case: Case) -> Turn | None:
    """Whether all that was told is in the report."""
    return complaints.noted(talk, case) if guides.asks(talk) else None


def _asks_where(talk: Talk, case: Case) -> Turn | None:
    """Where news of the report come."""
    return complaints.tell_where(talk, case) if guides.asks(talk) and _is_about(talk, case) else None


def _reported(talk: Talk, case: Case) -> Turn | None:
    """It is reported already: by whom and until when it is seen to, and nothing more to be done."""
    if not _is_about(talk, case):
        tells = len(script.tokens(talk.text)) >= _TELLS and not guides.asks(talk)
        return complaints.complaint(talk) if tells else None
    if guides.asks(talk):
        return complaints.status(talk) if len(script.tokens(talk.text)) <= _A_QUESTION else None
    return _late(talk, case) if talk.is_late(case) else _add(talk, case, "reported_added", *notes(talk))


def _asks_outage(talk: Talk, case: Case) -> Turn | None:
    """Whether there is an outage where the case is."""
    alone = len(script.tokens(talk.text)) <= _A_WHEN and matters.is_about(talk, case)
    return complaints.tell_outage(talk) if alone and guides.asks(talk) else None


def _asks_when(talk: Talk, case: Case) -> Turn | None:
    """How long it takes: of the case, where nothing else is named."""
    most = _A_QUESTION if articles.to_tell(talk.clause) else _A_WHEN
    alone = len(script.tokens(talk.text)) <= most and not script.says("of_service", talk.text)
    return complaints.status(talk) if alone and _is_about(talk, case) else None


def _put_first(talk: Talk, case: Case) -> Turn | None:
    """Which of several matters comes first is told to the team."""
    few = len(script.tokens(talk.text)) <= _A_QUESTION and talk.dialogue.place in ("start", *_ITS_OWN)
    return _add(talk, case, "added", at=talk.dialogue.place) if few and not guides.asks(talk) else None


def _left(talk: Talk, case: Case) -> Turn | None:
    """No more steps are wanted, nor questions."""
    return _add(talk, case, "reported_added", *notes(talk)) if _is_its_own(talk, case) else None


def _late(talk: Talk, case: Case) -> Turn | None:
    """It takes too long: what is promised, or, where that has passed, that it is raised."""
    if talk.dialogue.place == "guide" or not _is_about(talk, case):
        return None
    return complaints.still(talk, case)


_ANSWERS: dict[Remark, Callable[[Talk, Case], Turn | None]] = {
    Remark.WITHDRAWS: _withdrawn,
    Remark.DEMANDS: _demanded,
    Remark.RAISES: _raised,
    Remark.ANGERS: _angered,
    Remark.ASKS_NOTED: _asks_noted,
    Remark.ASKS_WHERE: _asks_where,
    Remark.ASKS_OUTAGE: _asks_outage,
    Remark.REPORTS: _reported,
    Remark.LEAVES: _left,
    Remark.LATE: _late,
    Remark.ASKS_WHEN: _asks_when,
    Remark.PUTS_FIRST: _put_first,
    Remark.CLARIFIES: _clarified,
}
"""What is done with a remark, the weightiest first."""
