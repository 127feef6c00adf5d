"""Complaints and other cases in a talk: opened, added to, their status; what is missing of a complaint."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from care import phone, reference
from care.cases.case import Case
from care.cases.lifecycle import is_unresolved
from care.conversation import articles, guides, lookups, never_twice, proving, readers, script
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
from care.reading import knowledge, remarks, triage, tried
from care.reading.acts import Act
from care.reading.places import HOME
from care.reading.remarks import Remark
from care.reading.satisfaction import Verdict
from care.telling import messages
from care.words import Attention, Category, Kind, Priority

_MOST_MISSING = 3
_FEWEST_WORDS = 3
_SAYS_TROUBLE = 2
"""Words of a part of a list that can name trouble: "sinyal jelek"."""
_LISTED = re.compile(r"[,;.\n]+|\b(?:sama|sm|dan|terus|trus|plus|serta|lalu|and|also|then)\b", re.I)
_MATTER_AND_CAUSE = 2
_ALIKE = {Category.INTERNET: Category.NETWORK, Category.PACKAGE: Category.BILLING}
"""What is one matter with another: a list that names both names one."""
_BARE, _FEW = 4, 8
_PLAINLY_NO = 0.8
_HOUR, _DAY, _IN_DAYS = timedelta(hours=1), timedelta(days=1), 48
_OPENINGS = {
    Category.BILLING: "money",
    Category.PACKAGE: "money",
    Category.NETWORK: "line",
    Category.INTERNET: "line",
    Category.SERVICE: "service",
}
"""What a complaint is first of all about, by its category: whoever hears of it says something of that."""
_OF_LINE = frozenset({Category.NETWORK, Category.INTERNET, Category.BILLING, Category.PACKAGE})
"""What the line itself may tell more of."""
_COMPENSATION = "outage-compensation"
_OUTAGES = (Category.NETWORK, Category.INTERNET)
_UPSET = (Remark.RAISES, Remark.ANGERS)
"""What is felt of a complaint besides its trouble, and heard before it."""
_NOT_ABROAD = "roaming-not-working"
"""The article for who has no network or no internet abroad."""
_SAID_OF_ITSELF = (
    *("staff-complaint", "complaint-process", "complaint-escalation", "complaint-status"),
    *("choose-package", "buy-package"),
)
"""Articles about complaints as such, and about what else there is to buy: who has complained needs none of them."""
_VERDICTS = {
    Verdict.SATISFIED: "answer_taken",
    Verdict.DISSATISFIED: "reopening",
    Verdict.COURTESY: "thanks",
    Verdict.UNSURE: "unsure",
    Verdict.UNSUBSCRIBED: "unsubscribed",
}


def complaint(talk: Talk) -> Turn:
    """Open a case for trouble in the customer's words; then its likely cause and what to do, or what is missing."""
    several = _matters(talk.heard)
    if len(several) > 1:
        named = _listed(talk, [talk.voice.text(f"matter_{one}") for one in several])
        helps = articles.of_trouble(talk.clause)
        is_its = bool(helps) and knowledge.article(helps).category is several[0] and several[0] is not Category.SERVICE
        asked = missing(talk, script.checklists().ask[several[0]])
        say = "complaint_taken_of_several"
        return _open(talk, Kind.COMPLAINT, say, several[0], asked, article=helps if is_its else "", matters=named)
    of_staff = Remark.OF_STAFF in remarks.read(talk.heard)
    category = Category.SERVICE if of_staff else _about(talk)
    kinds = talk.seen.kinds
    technical = not of_staff and kinds.get(Kind.TECHNICAL, 0) > kinds.get(Kind.COMPLAINT, 0)
    kind = Kind.TECHNICAL if technical else Kind.COMPLAINT
    helps = "" if of_staff else _NOT_ABROAD if _fails_abroad(talk) else articles.of_trouble(talk.clause)
    if _claims(talk, category):
        category, helps = Category.NETWORK, _COMPENSATION
    if helps and _upset(talk) and knowledge.article(helps).category is not category:
        helps = ""
    about_nobody = category is Category.SERVICE and not of_staff
    asked = () if about_nobody else missing(talk, script.checklists().ask[category])
    return _open(
        talk, kind, _opening(talk, category), category, asked, article="" if helps in _SAID_OF_ITSELF else helps
    )


def _claims(talk: Talk, category: Category) -> bool:
    """Whether an outage is to be made good."""
    claims = Remark.CLAIMS in remarks.read(talk.heard) and category in _OF_LINE
    return claims and any(one.article.category in _OUTAGES and one.article.steps for one in talk.clause.fitting)


def _opening(talk: Talk, category: Category) -> str:
    """How a complaint is first heard: by what it is about, and not always alike."""
    about = _OPENINGS.get(category)
    upset = _upset(talk)
    if upset and not talk.voice.short:
        return f"complaint_taken_{upset}"
    key = f"complaint_taken_of_{about}"
    if not about or talk.voice.short:
        return "complaint_taken"
    return f"{key}_too" if len(talk.heard) % 2 and messages.has(f"talk.{key}_too") else key


def _upset(talk: Talk) -> Remark | None:
    """What is felt of a complaint, here or just before, where it was not heard yet."""
    before = () if talk.open_case else talk.dialogue.recent[-2:]
    said = remarks.read(". ".join((*before, talk.heard)))
    return next((remark for remark in _UPSET if remark in said), None)


def tells_several(talk: Talk) -> bool:
    """Whether a message tells trouble of more than one matter."""
    return len(_matters(talk.heard)) > 1


def _matters(text: str) -> list[Category]:
    """What the complaints of one message are about, each once: "first …, second …", or a list that names trouble."""
    parts = [one for one in readers.numbered(text) if len(script.tokens(one)) >= _FEWEST_WORDS]
    found = [_category(one) for one in parts] if parts else _listed_troubles(text)
    return list(dict.fromkeys(found))


def _listed_troubles(text: str) -> list[Category]:
    """What the parts of a list are about that tell trouble, of each matter the first."""
    found: dict[Category, Category] = {}
    for part in _LISTED.split(text):
        if len(script.tokens(part)) >= _SAYS_TROUBLE and _is_trouble(part):
            category = _category(part)
            found.setdefault(_ALIKE.get(category, category), category)
    found.pop(Category.OTHER, None)
    # Two parts may be one trouble and its cause.
    is_list = len(found) > _MATTER_AND_CAUSE or not remarks.read(text).isdisjoint((Remark.LISTS, Remark.OF_STAFF))
    return list(found.values()) if is_list else []


def _is_trouble(text: str) -> bool:
    """Whether a part of a list surely tells trouble, and what of."""
    if Remark.OF_STAFF in remarks.read(text):
        return True
    seen = triage.read(text)
    return seen.kind in (Kind.COMPLAINT, Kind.TECHNICAL) and seen.sure and seen.category_confidence >= triage.SURE


def _category(text: str) -> Category:
    return Category.SERVICE if Remark.OF_STAFF in remarks.read(text) else triage.read(text).category


def _listed(talk: Talk, names: list[str]) -> str:
    """Names in one sentence: "a, b and c"."""
    *before, last = names
    comma = "," if len(before) > 1 else ""
    return f"{', '.join(before)}{comma} {talk.voice.text('and')} {last}" if before else last


def missing(talk: Talk, asked: tuple[str, ...]) -> tuple[str, ...]:
    """What to ask: what the customer has not told here, nor the line that was proven."""
    there = ("where",) if talk.clause.slots.country not in ("", HOME) else ()
    known = (*there, "number") if talk.facts.readable else there
    said = ". ".join((*talk.dialogue.recent, talk.heard))
    return tuple(item for item in readers.missing(asked, said) if item not in known)[:_MOST_MISSING]


def gives_number(talk: Talk) -> bool:
    """Whether the number that is missing is given."""
    return "number" in talk.dialogue.missing and bool(readers.number(talk.text)) and not talk.asks


def tells(talk: Talk) -> bool:
    """Whether a text tells something of what is asked of a complaint."""
    return readers.missing(talk.dialogue.missing, talk.text) != talk.dialogue.missing


def _open(
    talk: Talk,
    kind: Kind,
    say: str,
    category: Category | None = None,
    missing: tuple[str, ...] = (),
    *,
    article: str = "",
    matters: str = "",
) -> Turn:
    opening = Open(
        kind=kind,
        category=category or _about(talk),
        priority=_priority(talk, kind),
        text=talk.heard,
        say=say,
        notes=(*notes(talk), *_notes(talk, matters)),
        missing=missing,
        article=article,
        matters=matters,
    )
    looked_for = talk.dialogue.place == "reference" and not talk.voice.short
    before = (talk.voice.say("none_on_record"),) if looked_for else ()
    return talk.turn(talk.dialogue.at("start"), *before, wish=opening)


def _notes(talk: Talk, matters: str) -> tuple[str, ...]:
    """What its team is told beside the words: that there are several matters, that a supervisor is wanted."""
    several = talk.voice.text("note_several", matters=matters) if matters else ""
    raised = talk.voice.text("note_raised") if _upset(talk) is Remark.RAISES else ""
    return tuple(one for one in (several, raised) if one)


def _priority(talk: Talk, kind: Kind) -> Priority:
    """How soon: as the words say, and soon where it has lasted for days, or was told before in vain, or angers."""
    found = talk.seen.priority.or_more(talk.about(talk.heard).seen.priority)
    soon = kind is Kind.COMPLAINT and (_upset(talk) or Remark.LASTS in remarks.read(talk.heard))
    return found.or_more(Priority.HIGH) if soon else found


def _about(talk: Talk) -> Category:
    """What trouble is about: what does not work abroad is roaming; where words hardly say, what was told before is."""
    if _fails_abroad(talk):
        return Category.ROAMING
    seen, told = talk.seen, next(filter(knowledge.is_there, talk.dialogue.told), "")
    return knowledge.article(told).category if told and seen.category is Category.OTHER else seen.category


def _fails_abroad(talk: Talk) -> bool:
    """Whether it is abroad that there is no network or no internet."""
    return talk.clause.slots.abroad and talk.seen.category in (Category.NETWORK, Category.INTERNET)


def suggestion(talk: Talk) -> Turn:
    """A suggestion is taken as it is."""
    return _open(talk, Kind.SUGGESTION, "suggestion_taken")


def told_complaint(talk: Talk) -> Turn | None:
    """Any words where a complaint was asked for are one."""
    return complaint(talk) if script.tokens(talk.text) else None


def told_suggestion(talk: Talk) -> Turn | None:
    """Any words where a suggestion was asked for are one."""
    return suggestion(talk) if script.tokens(talk.text) else None


def nothing_after_all(talk: Talk) -> Turn | None:
    """What a complaint or a suggestion was asked for is told no more, or another time; ``None``: it is told."""
    takes_back = Remark.WITHDRAWS in remarks.read(talk.heard) or talk.meant[Act.NO] >= _PLAINLY_NO
    if not takes_back or len(script.tokens(talk.heard)) > _FEW:
        return None
    return talk.turn(talk.dialogue.at("start"), talk.voice.say("nothing_after_all"))


# ---- what is missing -----------------------------------------------------------------------------------------------


def read_missing(talk: Talk) -> Turn | None:
    """An answer to what was asked of a complaint goes to it; a question that nothing answers to its team."""
    if not script.tokens(talk.text):
        return talk.stay(missing_said(talk, talk.dialogue))
    in_need = talk.open_case is not None and talk.open_case.priority.goes_first
    known = lookups.answer(talk) if guides.asks(talk) and not in_need else None
    if known:
        return talk.stay(known, missing_said(talk, talk.dialogue))
    if Remark.SEEKS in remarks.read(talk.text) and len(script.tokens(talk.text)) <= _BARE and not tells(talk):
        asked = _asked(talk, talk.dialogue.missing)
        return talk.stay(talk.voice.say("missing_meant", "skip", ask=asked))
    if guides.asks(talk) and not tells(talk) and not in_need:
        return talk.turn(talk.dialogue, wish=Add(talk.dialogue.about, talk.heard, say="question_added"))
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
        return {"who": talk.voice.text("our_team")}
    team = messages.text(f"team.{case.team}", talk.language)
    return {
        "team": team,
        "who": talk.voice.text("the_team", team=team),
        "due": messages.moment(case.due_at, talk.language, case.clock),
    }


def _what(talk: Talk, text: str) -> str:
    """What was added to a case, by the facts it tells."""
    told = [one for one, read in readers.READERS.items() if read(text)]
    return _listed(talk, [talk.voice.text(f"told_{one}") for one in told]) if told else talk.voice.text("told_more")


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
        told_before = _upset(talk) or Remark.LATE in remarks.read(talk.text)
        before = (talk.voice.say("sorry_for_wait"),) if told_before and not talk.facts.short else ()
        if script.says("of_another", talk.text):
            return talk.turn(talk.dialogue.at("reference"), talk.voice.say("reference_of_another", "agent"))
        return talk.turn(talk.dialogue.at("reference"), *before, talk.ask("reference"))
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


def goes_on(talk: Talk, case: Case) -> Turn:
    """A yes to nothing in particular: the case is where it is, and more of it is welcome."""
    said = talk.voice.say("case_goes_on", "status", reference=reference.grouped(case.reference), **_promise(talk))
    return talk.turn(talk.dialogue.at("start"), said)


def status_said(talk: Talk, case: Case) -> Said:
    """How a case stands, in the customer's words; what is late is said to be."""
    team = messages.text(f"team.{case.team}", talk.language)
    status = messages.text(f"status.{case.status}", talk.language, team=team)
    due = messages.moment(case.due_at, talk.language, case.clock)
    if talk.is_reopening(case):
        who = talk.voice.text("the_team", team=team)
        return talk.voice.say("status_reopening", reference=reference.grouped(case.reference), who=who)
    if not is_unresolved(case.status):
        return talk.voice.say("status_done", reference=reference.grouped(case.reference), status=status)
    values = {"reference": reference.grouped(case.reference), "status": status, "team": team, "due": due}
    values["who"] = talk.voice.text("the_team", team=team)
    if talk.is_late(case):
        words = never_twice.fresh(talk, "status_late", "status_late_again", **values)
        return talk.voice.say("said", "agent", words=words)
    left = _left(talk, case)
    words = never_twice.fresh(talk, "status", *(("status_again",) if left else ()), left=left, **values)
    return talk.voice.say("said", words=words)


def _left(talk: Talk, case: Case) -> str:
    """The time that is left until what is promised of a case, in words; "" where no time is known."""
    if talk.facts.now is None:
        return ""
    left = case.due_at - talk.facts.now
    if left < _HOUR:
        return talk.voice.text("left_minutes")
    hours = round(left / _HOUR)
    days = hours > _IN_DAYS
    return talk.voice.text("left_days" if days else "left_hours", number=str(round(left / _DAY) if days else hours))


def still(talk: Talk, case: Case) -> Turn:
    """It is not solved yet: what is promised, or, where that has passed, that it is put first."""
    again = case.attention is Attention.PERSON_WANTED
    late = "angered_more" if again else "late_added"
    is_late = talk.is_late(case)
    wish = Add(case.reference, talk.heard, person=is_late, say=late if is_late else "unsolved_added")
    return talk.turn(talk.dialogue.at("start"), wish=wish)


def asked(talk: Talk, case: Case) -> Turn:
    """What nothing here answers is asked of the team of the open case."""
    return talk.turn(_asked_still(talk), wish=Add(case.reference, talk.heard, say="question_added"))


def tell_where(talk: Talk, case: Case) -> Turn:
    """Where news of the case appear."""
    said = talk.voice.say("news_where", reference=reference.grouped(case.reference))
    return talk.turn(_asked_still(talk), said)


def noted(talk: Talk, case: Case) -> Turn:
    """Whether all of it is in the report: all that is written goes there, or to the one before it."""
    if talk.is_late(case):
        return status(talk)
    said = talk.voice.say("noted_all", reference=reference.grouped(case.reference), **_promise(talk))
    return talk.turn(_asked_still(talk), said)


# ---- what came of it -----------------------------------------------------------------------------------------------


def opened(talk: Talk, wish: Open, outcome: Opened) -> Turn:
    """A case is open: its reference, the likely cause and the first step in one; else the first thing missing."""
    about = outcome.reference
    ordered = about if wish.order else talk.dialogue.ordered
    values = {"reference": reference.grouped(about), "matters": wish.matters}
    if wish.article:
        taken = talk.voice.text(wish.say, ask="", **values).strip()
        helped = _helped_at_once(talk, wish, outcome, taken)
        checking = _checking(replace(talk, dialogue=helped.dialogue), wish.text, outcome.case)
        return replace(checking, said=helped.said) if checking else helped
    dialogue = _asks_missing(talk.dialogue.at("start", ordered=ordered), wish, about)
    values["ask"] = " ".join((*_asked_beside(talk, wish, outcome.case), _asked(talk, wish.missing)))
    buttons = ("skip",) if wish.missing else ("status",)
    return talk.turn(dialogue, talk.voice.say(wish.say, *buttons, **values))


def _helped_at_once(talk: Talk, wish: Open, outcome: Opened, taken: str) -> Turn:
    """The reference with what the article says of it; its first step, or what is missing, is asked."""
    article, about = knowledge.article(wish.article), outcome.reference
    wants_team = Remark.REPORTS in remarks.read(wish.text) and bool(tried.done(wish.text, article))
    begins = replace(talk, dialogue=talk.dialogue.evolve(text=stored(wish.text)))
    step = guides.begin(begins, article) if article.steps and not wants_team else None
    if step:
        said = step.said[0]
        dialogue = step.dialogue.evolve(about=about, missing=wish.missing, text=stored(wish.text))
        before = " ".join((taken, *_asked_beside(talk, wish, outcome.case), talk.voice.text("meanwhile")))
        return talk.turn(dialogue, replace(said, text=f"{before}\n\n{said.text}"))
    helps = talk.voice.text("all_tried") if article.steps else talk.spoken(article.answer)
    taken = " ".join((taken, *_asked_beside(talk, wish, outcome.case)))
    words = "\n\n".join((taken, helps, _asked(talk, wish.missing)))
    dialogue = _asks_missing(talk.dialogue.at("start", told=(article.id,)), wish, about)
    return talk.turn(dialogue, talk.voice.say("said", "skip" if wish.missing else "status", words=words))


def _asked_beside(talk: Talk, wish: Open, case: Case | None) -> list[str]:
    """What was asked with a complaint: what becomes of money, whether there is an outage, by when it is seen to."""
    said, about = remarks.read(wish.text), _OPENINGS.get(wish.category)
    found = []
    if about == "money" and Remark.DEMANDS in said:
        found.append(talk.voice.text("returns"))
    if about == "line" and Remark.ASKS_OUTAGE in said:
        found.append(talk.voice.text("outage_unknown"))
    if case and Remark.ASKS_WHEN in said and not talk.voice.short:
        found.append(talk.voice.text("due_by", due=messages.moment(case.due_at, talk.language, case.clock)))
    return found


def tell_outage(talk: Talk) -> Turn:
    """Whether there is an outage, asked beside an open case."""
    return talk.turn(_asked_still(talk), talk.voice.say("outage_unknown", "status"))


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
        say = "takes_time" if say == "unsure" and Remark.WAITS in remarks.read(wish.text) else say
        says = (say, "reopened_more") if say == "reopening" else (say,)
        words = never_twice.fresh(talk, *says, reference=grouped, **_promise(talk))
        return talk.turn(talk.dialogue.at("start"), talk.voice.say("said", words=words))
    values = {"reference": grouped, **_promise(talk)}
    if wish.say != "added":
        asked = _asked(talk, talk.dialogue.missing) if talk.dialogue.place == "checklist" else ""
        return talk.turn(talk.dialogue, talk.voice.say(wish.say, ask=asked, **values))
    values["what"] = _what(talk, wish.text)
    place = talk.dialogue.place
    if place == "checklist" and talk.dialogue.missing:
        asked = _asked(talk, talk.dialogue.missing)
        return talk.turn(talk.dialogue, talk.voice.say("added_next", "skip", ask=asked, **values))
    in_turn = ("added", "added_also") if len(talk.dialogue.recent) % 2 == 0 else ("added_also", "added")
    noted = never_twice.fresh(talk, *in_turn, "added_too", **values)
    checking = _checking(talk, wish.text, talk.open_case)
    if checking:
        return replace(checking, said=(talk.voice.say("said", words=noted),))
    if place == "guide":
        again = guides.again_said(talk)
        asked = "" if talk.dialogue.asked == "next" else talk.dialogue.asked
        return talk.turn(talk.dialogue.evolve(asked=asked), talk.voice.say("said", words=noted), again)
    dialogue, more = (talk.dialogue.at("start"), ()) if place == "checklist" else (talk.dialogue, ("complaint",))
    return talk.turn(dialogue, talk.voice.say("said", *more, "status", words=noted))


def _checking(talk: Talk, text: str, case: Case | None) -> Turn | None:
    """The number of a case that can wait is proven, where its line may tell more; ``None``: there is none of it."""
    number = readers.number(text)
    looks = case is not None and case.category in _OF_LINE and not case.priority.goes_first
    return proving.check_line(talk, number) if looks and number else None


def status_read(talk: Talk, outcome: StatusRead) -> Turn:
    """The status asked for, or that there is none such here."""
    if outcome.too_many:
        return talk.turn(talk.dialogue.at("start"), talk.voice.say("too_many"))
    if outcome.case is None:
        return talk.turn(talk.dialogue, talk.voice.say("wrong_reference", "agent"))
    case, own = outcome.case, talk.facts.own
    raises = talk.is_late(case) and own and own.reference == case.reference
    if raises and case.attention is not Attention.PERSON_WANTED:
        wish = Add(case.reference, talk.heard, person=True, say="status_late")
        return talk.turn(talk.dialogue.at("start"), wish=wish)
    return talk.turn(_asked_still(talk), status_said(talk, case))


DEEDS: dict[str, Callable[[Talk], Turn]] = {
    "skip_missing": skip,
    "leave_guide": leave_guide,
    "no_reference": no_reference,
    "status": status,
}
