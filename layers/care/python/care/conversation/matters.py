"""What is done for each act of a customer: an answer, a case, the line, a person. ``None``: nothing fits after all."""

from collections.abc import Callable
from dataclasses import replace

from care import reference
from care.cases.case import Case
from care.conversation import (
    articles,
    asked_on,
    aspects,
    complaints,
    emergency,
    finding,
    guides,
    handover,
    line_notes,
    line_trouble,
    lookups,
    ordering,
    own_line,
    script,
    small_talk,
    understand,
)
from care.conversation.dialogue import stored
from care.conversation.prompts import prompt
from care.conversation.talk import Add, Said, Talk, Turn, more_said
from care.line.asking import LineRead
from care.reading import alarms, remarks, satisfaction, slots
from care.reading.acts import Act
from care.reading.alarms import Alarm
from care.reading.knowledge import Article
from care.reading.remarks import Remark
from care.reading.satisfaction import Verdict
from care.words import Category, Kind

_HELD = ("number", "code", "confirm", "stop_confirm", "checklist", "guide", "reference")
"""Places whose question stays asked while another is answered."""
_YES_AWAITED = ("confirm", "stop_confirm")
_WEIGHTY = (Remark.CLAIMS, Remark.OF_NETWORK, Remark.ASKS_OUTAGE)
"""Remarks that make a report of trouble that is told with a question."""
_TOLD = ("answered", "guide_offered", "person_offered")
_OPEN_QUESTIONS = ("clarify", "unanswered", "offer")
"""Places that only ask what is meant, or whether a person is wanted."""
_OF_DOING = frozenset(("where", "how", "pays", "pays_with", "at_till"))
"""Aspects asked beside what is asked of the line: "tagihan brp & bayarnya lewat mana"."""
_NEAR = 0.2
"""From this chance on an article answers what is asked beside the line."""
_FEW = 4
_SURELY = 0.75
_PAID = 0.5
_OF_TABLES = (
    *("shops", "coverage-check", "network-4g-5g", "network-5g"),
    *("roaming-setup", "roaming-costs", "umrah-roaming", "buy-package", "choose-package"),
)
"""Articles of what a table has of a town or a country."""
_TELLS = 5
_SURE_CATEGORY = 0.5
_ALIKE = (frozenset({Category.NETWORK, Category.INTERNET}), frozenset({Category.BILLING, Category.PACKAGE}))
MISUNDERSTOOD = 2
"""So many misunderstandings in a row offer a person."""
_OF_FRAUD = (Alarm.TAKEN_OVER, Alarm.CHEATED, Alarm.IDENTITY)

Matter = Callable[[Talk], Turn | None]


# ---- told ----------------------------------------------------------------------------------------------------------


INFORMS = frozenset({Act.ASK, Act.FIND})
"""What is answered by words alone."""


def informed(talk: Talk, *, by_article: bool = False) -> tuple[Said, ...]:
    """What answers a question, and asks nothing: packages, data that was asked for, else the article; or nothing.

    ``by_article``: an article answers even what sounds like looking for packages.
    """
    if talk.clause.act is Act.FIND and not by_article:
        told = find(talk)
        return () if told is None or told.wish else tuple(one for one in map(unasked, told.said) if one.text)
    return _told_plainly(talk, lookups.answer(talk))


def _told_plainly(talk: Talk, found: Said | None) -> tuple[Said, ...]:
    """What a table says, else the article that answers; or nothing."""
    return (found,) if found else guides.articles_said(talk, articles.to_tell(talk.clause)[:1])


def unasked(said: Said) -> Said:
    """What was said, without the question at its end; "" of a question alone."""
    kept = said.text.rstrip()
    if kept.endswith("?"):
        end = max(kept.rfind(sign, 0, -1) for sign in (". ", "\n", "? "))
        kept = kept[: end + 1].rstrip() if end > 0 else ""
    return Said(kept)


def ask(talk: Talk) -> Turn | None:
    """A question is answered; what was asked of the customer stays asked."""
    if talk.dialogue.place in _HELD:
        said = informed(talk)
        return _and_told(talk.stay(*said, *prompt(talk)), talk) if said else None
    told = asked_on.meant(talk, articles.to_tell(talk.clause))
    elsewhere = bool(told) and told[0].chance >= _SURELY and told[0].article.id not in _OF_TABLES
    of_table = lookups.asks_town(talk) or talk.clause.slots.abroad or lookups.asks_where(talk)
    looked_up = None if elsewhere and of_table else _looked_up(talk)
    if looked_up:
        return looked_up
    if ordering.wants_named(talk):
        return ordering.change_package(talk)
    if _goes_on(talk) and not told:
        return asked_on.beside(talk) or unanswered(talk)
    if told and talk.clause.slots.abroad and lookups.asks_price(talk):
        return more_said(find(talk) or talk.stay(), guides.articles_said(talk, told[:1]))
    if told and told[0].article.id == "check-balance" and talk.facts.readable:
        return own_line.see_line(talk)
    if told and _is_of_trouble(told[0].article) and _tells_trouble(talk):
        return problem(talk)
    if told:
        return (line_trouble.look(talk) if _is_of_trouble(told[0].article) else None) or line_notes.tell(talk, told)
    if talk.seen.kind is Kind.COMPLAINT and script.says("why_so", talk.text):
        return problem(talk)
    return find(talk) if talk.clause.slots.evolve(country="", roaming=False).looks else None


def _and_told(turn: Turn, talk: Talk) -> Turn:
    """With the article that was told beside what is asked of the customer among those that are asked on about."""
    texts = {one.text for one in turn.said}
    told = [one.article.id for one in articles.to_tell(talk.clause)[:1] if talk.spoken(one.article.answer) in texts]
    return replace(turn, dialogue=turn.dialogue.evolve(told=tuple(dict.fromkeys((*told, *turn.dialogue.told)))))


def _is_of_trouble(article: Article) -> bool:
    """Whether an article is about something that does not work."""
    return article.category in (Category.NETWORK, Category.INTERNET) and article.kind is not Kind.INFORMATION


def _tells_trouble(talk: Talk) -> bool:
    """Whether trouble that others have too, or that is to be made good, or several are told with a question."""
    if talk.open_case or talk.dialogue.place not in ("start", *_TOLD):
        return False
    parts = understand.clauses(talk.heard, talk.language)
    is_told = any(not one.asks and one.meant[Act.PROBLEM] >= _SURE_CATEGORY for one in parts)
    said = remarks.read(talk.heard)
    of_all = script.says("of_others_too", talk.heard) or not said.isdisjoint(_WEIGHTY)
    return is_told and (of_all or complaints.tells_several(talk))


def _goes_on(talk: Talk) -> bool:
    """Whether a few words ask on about what was just told: "biayanya berapa?" after the article about eSIM."""
    few = len(script.tokens(talk.text)) <= _FEW and talk.dialogue.place in _TOLD and bool(talk.dialogue.text)
    return few and asked_on.is_asked(talk) and not asked_on.meant(talk, articles.to_tell(talk.clause))


def _looked_up(talk: Talk) -> Turn | None:
    """What a table answers: a country, a town, the package told last."""
    found = lookups.fact(talk)
    if not found:
        return lookups.covering(talk)
    if talk.dialogue.place in ("package", "packages"):
        return talk.stay(found)
    place = "town" if lookups.asks_town(talk) else "start"
    done = _done_there(talk)
    kept = talk.dialogue.at(place, slots=talk.slots)
    told = tuple(one.article.id for one in done) or lookups.network_told(talk, found)
    kept = kept.evolve(told=told) if told else kept
    return talk.turn(kept, *guides.articles_said(talk, done), found)


def _done_there(talk: Talk) -> list[articles.Fitting]:
    """The article of what is done at the shop asked for: "sim saya patah. gerai di bandung mana?"."""
    if not lookups.is_of_place(talk):
        return []
    parts = (talk.about(talk.heard).clause, *understand.clauses(talk.heard, talk.language))
    told = sorted((one for part in parts for one in articles.to_tell(part)[:1]), key=lambda one: -one.chance)
    is_of_table = any(one.article.id in _OF_TABLES for one in told)
    sent = [one for one in told if lookups.sends_to_shop(talk.spoken(one.article.answer))]
    return [] if is_of_table else sent[:1]


def find(talk: Talk) -> Turn | None:
    """Packages: the one named, two compared, or those that fit what is looked for; a yes that is awaited stays so."""
    another = talk.dialogue.place == "confirm" and talk.clause.slots.looks_beyond
    if talk.dialogue.place in _YES_AWAITED and not (another or finding.named(talk)):
        return _beside(talk)
    if _goes_on(talk) and not (talk.slots.looks or lookups.asks_packages(talk)):
        return _looked_up(talk) or asked_on.beside(talk) or unanswered(talk)
    return _looked_up(talk) or ordering.read_package(talk) or finding.find_packages(talk, talk.slots)


def line(talk: Talk) -> Turn | None:
    """The line is read, and why it is so told as well; a yes that is awaited stays so."""
    if talk.dialogue.place in _YES_AWAITED:
        return find(talk)
    does = not _OF_DOING.isdisjoint(aspects.asked(talk.text))
    least = _NEAR if does else articles.SURE if script.says("why_so", talk.text) else 1.0
    fitting = (one for one in talk.clause.fitting if one.article.id != "check-balance")
    told = [one for one in fitting if one.chance >= least][:1]
    return more_said(own_line.see_line(talk), guides.articles_said(talk, told))


def _beside(talk: Talk) -> Turn:
    """A question beside a yes that is awaited: answered where it can be, and the yes asked again."""
    found = lookups.answer(talk)
    if found and found.text.endswith("?"):
        return talk.stay(found)
    told = _told_plainly(talk, found)
    if talk.dialogue.place != "confirm":
        return talk.stay(*told, *prompt(talk))
    if told:
        # The card was shown: its question alone stays asked.
        return talk.stay(*told, talk.voice.say("go_on", *script.places()["confirm"].buttons))
    dialogue = talk.dialogue.evolve(misunderstood=talk.dialogue.misunderstood + 1)
    return talk.turn(dialogue, talk.voice.say("not_bought_go_on", *script.places()["confirm"].buttons, "agent"))


# ---- trouble -------------------------------------------------------------------------------------------------------


def problem(talk: Talk) -> Turn | None:
    """Trouble is added to the open case about it; else its line is looked at, and then it is taken."""
    case = talk.open_case
    if case and (is_about(talk, case) or handover.is_awaited(talk, case)):
        return talk.turn(talk.dialogue.at("start"), wish=Add(case.reference, talk.heard))
    return line_trouble.look(talk) or _taken(talk)


def explained(talk: Talk, outcome: LineRead) -> Turn:
    """What the line says of trouble; what that does not explain, or was paid for, is looked into all the same."""
    told = line_trouble.explained(talk, outcome)
    is_paid = lookups.asks(talk.text, "paid_for") and talk.meant[Act.PROBLEM] > _PAID
    if told and (is_paid or (outcome.line and line_trouble.is_beyond(talk, outcome.line))):
        # One SMS holds the report, not all that the line says besides.
        return more_said(_taken(talk), () if talk.voice.short else told.said)
    return told or unexplained(talk)


def unexplained(talk: Talk) -> Turn:
    """Trouble, or a question about one, of which the line says nothing."""
    troubles = talk.meant[Act.PROBLEM] + talk.meant[Act.UNSOLVED] >= talk.meant[Act.ASK]
    told = articles.to_tell(talk.clause)
    asks = told and not troubles and not _tells_trouble(talk)
    return guides.tell(talk, told) if asks else _taken(talk)


def _taken(talk: Talk) -> Turn:
    """Trouble opens a case; a how-to about it is guided without one."""
    told = articles.to_tell(talk.clause)
    if told and told[0].article.steps and talk.asks and talk.seen.kind is Kind.TECHNICAL:
        return guides.begin(talk, told[0].article) or complaints.complaint(talk)
    return complaints.complaint(talk)


def is_about(talk: Talk, case: Case) -> bool:
    """Whether trouble is that of the case: of its category, or too little is said to tell."""
    if case.kind not in (Kind.COMPLAINT, Kind.TECHNICAL):
        return False
    seen = talk.seen
    if seen.category is case.category or any({seen.category, case.category} <= each for each in _ALIKE):
        return True
    return seen.category_confidence < _SURE_CATEGORY or len(script.tokens(talk.text)) < _TELLS


def detail(talk: Talk) -> Turn | None:
    """A detail goes to the open case, a journey to what holds there; else it is not known what it is about."""
    case = talk.open_case
    if case is None and talk.clause.slots.abroad:
        return find(talk)
    return talk.turn(talk.dialogue.at("start"), wish=Add(case.reference, talk.heard)) if case else None


def unsolved(talk: Talk) -> Turn | None:
    """It is still so: the next step; else the open case hears of it, and the customer what happens next."""
    if talk.dialogue.place == "guide":
        return guides.read_step(talk) or guides.go_on(talk)
    case = talk.open_case
    if case:
        return complaints.still(talk, case)
    if talk.dialogue.told and len(script.tokens(talk.text)) < _TELLS:
        return correct(talk)
    return problem(talk)


def solved(talk: Talk) -> Turn | None:
    """It is over: the open case hears of it, and stays open until its team has seen it."""
    if talk.dialogue.place == "guide":
        return guides.read_step(talk) or talk.stay(talk.ask_again())
    case = talk.open_case
    read = satisfaction.read(talk.text, talk.facts.satisfied_from)
    plain = read is not None and read[0] is Verdict.SATISFIED
    if case:
        wish = Add(case.reference, talk.heard, say="solved_added" if plain else "added")
        return talk.turn(talk.dialogue.at("start"), wish=wish)
    surely = plain or talk.meant[Act.SOLVED] >= _SURELY
    return small_talk.ended("guide_done")(talk) if surely else None


def correct(talk: Talk) -> Turn | None:
    """The answer was none: another one, else what is meant is asked, then a person offered."""
    without = talk.dialogue.told
    again = articles.to_tell(talk.clause, without) if len(script.tokens(talk.text)) >= _TELLS else []
    if again:
        return guides.tell(talk, again)
    if talk.dialogue.text and without:
        earlier = talk.about(talk.dialogue.text)
        others = articles.to_tell(earlier.clause, without)
        if others:
            return guides.tell(earlier, others)
    return clarify(talk)


def clarify(talk: Talk) -> Turn:
    """What is meant is asked; the second time a person is offered."""
    count = talk.dialogue.misunderstood + 1
    text = talk.dialogue.text or stored(talk.heard)
    place = "clarify" if count < MISUNDERSTOOD else "offer"
    return talk.turn(talk.dialogue.at(place, text=text, misunderstood=count), talk.ask(place))


def unanswered(talk: Talk) -> Turn:
    """No article fits: a person can have the question."""
    text = talk.dialogue.text or stored(talk.heard)
    count = talk.dialogue.misunderstood + 1
    return talk.turn(talk.dialogue.at("unanswered", text=text, misunderstood=count), talk.ask("unanswered"))


# ---- the line, orders, status --------------------------------------------------------------------------------------


def status(talk: Talk) -> Turn:
    """How the case stands, or the order where the newest is one."""
    if talk.dialogue.place in _YES_AWAITED:
        return _beside(talk)
    fact = lookups.about_told(talk)
    if fact:
        return talk.stay(fact)
    own = talk.facts.own
    if own is None and _tells_trouble(talk):
        return problem(talk) or complaints.complaint(talk)
    if own is None and slots.asked_of_line(talk.text) in ("bill", "active", "registered"):
        return own_line.see_line(talk)
    ordered = (own.order if own else script.says("of_order", talk.text)) and not reference.find(talk.text)
    return ordering.order_status(talk) if ordered else complaints.status(talk)


def yes(talk: Talk) -> Turn | None:
    """A yes where nothing was asked."""
    return None if talk.dialogue.place != "start" else talk.go("start")


def no(talk: Talk) -> Turn | None:
    """A no where nothing was asked: of an order that is under way, if there is one."""
    if talk.dialogue.place in _OPEN_QUESTIONS:
        return small_talk.cancelled(talk)
    if talk.dialogue.place != "start":
        return None
    return ordering.undo_order(talk) if talk.open_order else small_talk.cancelled(talk)


def in_alarm(alarm: Alarm) -> Matter:
    """What comes before anything else, unless its words mean something else here."""
    return lambda talk: None if alarm in alarms.only_sounded(talk.text) else emergency.emergency(talk, alarm)


def lost(talk: Talk) -> Turn | None:
    """A phone or card lost, where an article says so too and no words mean something else."""
    if Alarm.LOST in alarms.only_sounded(talk.text) or emergency.of_article(talk) is not Alarm.LOST:
        return None
    return emergency.emergency(talk, Alarm.LOST)


def victim(talk: Talk) -> Turn | None:
    """What an article tells somebody is a victim of; where the words mean something else here, it is trouble."""
    alarm = emergency.of_article(talk)
    if alarm is Alarm.CHEATED and script.says("attempt", talk.text) and not script.says("harmed", talk.text):
        return ask(talk)
    if alarm is None or {alarm, *_OF_FRAUD} & alarms.only_sounded(talk.text):
        return problem(talk) if articles.to_tell(talk.clause) else None
    return emergency.emergency(talk, alarm)


def perhaps_danger(talk: Talk) -> Turn | None:
    """Danger that no phrase tells: 112 is named, and what happens is asked."""
    text = stored(talk.heard)
    return talk.turn(talk.dialogue.at("clarify", text=text), talk.voice.say("perhaps_danger", "agent"))


DO: dict[Act, Matter] = {
    Act.ASK: ask,
    Act.PROBLEM: problem,
    Act.SUGGEST: complaints.suggestion,
    Act.FIND: find,
    Act.BUY: ordering.change_package,
    Act.STOP: ordering.stop_package,
    Act.UNDO: ordering.undo_order,
    Act.LINE: line,
    Act.STATUS: status,
    Act.PERSON: handover.person,
    Act.CORRECT: correct,
    Act.SOLVED: solved,
    Act.UNSOLVED: unsolved,
    Act.TELL: detail,
    Act.YES: yes,
    Act.NO: no,
    Act.THANKS: small_talk.thanked,
    Act.GREET: small_talk.greet,
    Act.BYE: small_talk.goodbye,
    Act.OKAY: small_talk.okay,
    Act.PRAISE: small_talk.praise,
    Act.CHAT: small_talk.chat,
    Act.INSULT: small_talk.insult,
    Act.VICTIM: victim,
    Act.LOST: lost,
    Act.DANGER: perhaps_danger,
    Act.DISTRESS: in_alarm(Alarm.DISTRESS),
}
