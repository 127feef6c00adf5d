"""The ways to take a message, each with its chance and its cost: the one that is worth most is done.

``content/conversation/costs.toml`` has the costs. What is said outright never comes here.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Any

from care import content
from care.conversation import (
    abroad,
    articles,
    asked_on,
    aspects,
    complaints,
    finding,
    going_on,
    guides,
    line_trouble,
    lookups,
    matters,
    ordering,
    own_line,
    proving,
    script,
    small_talk,
    understand,
)
from care.conversation.deeds import EXACT, TAKES, do
from care.conversation.prompts import prompt
from care.conversation.talk import ReadLine, Said, Talk, Turn, more_said
from care.conversation.understand import Clause
from care.line import packages
from care.reading import knowledge, satisfaction, slots, triage
from care.reading.acts import Act
from care.reading.satisfaction import Verdict
from care.words import Category, Kind

_UNLIKELY = 0.05
_CLEAR = 0.55
"""From this share on a clause's act counts as meant."""
_APART = 0.5
"""From this chance on an article answers one of two questions."""
_A_MATTER = 5
"""Words of a clause that can be about a matter of its own."""
_PLAIN_WISH = 0.9
_PLAIN_FIND = 0.8
_BY_FAR = 0.9
_A_STATUS = 0.1
"""Below this chance a question that nothing answers asks for no status."""
_OF_PACKAGES = (Category.PACKAGE, Category.ROAMING)
_ANSWERED = 0.6
"""From this chance on an article answers what sounds like trouble and only asks."""
_OF_LINES = (Category.NETWORK, Category.INTERNET)
"""What an article is about that helps only where something is out of order."""
_PLAINER = 0.2
"""So much likelier a question is meant than trouble that only sets it out."""
_BESIDES = 2
"""So many questions at most are answered beside what is done and what is answered before it."""
_TOPIC = 2
_NAMED_TOPIC = 0.85
_PLAIN_YES = 6
_OF_ORDERS = (Act.STOP, Act.UNDO, Act.NO, Act.BUY)
_ASKS_ON = 8
"""Words of a question after an article that sounds like trouble: "pulsanya ga hilang kan?"."""
_BY_A_PLAIN_YES = ("order", "stop_now")


@dataclass(frozen=True)
class Candidate:
    """One way to take a message: the chance that it is meant so, what it costs when it is not, and how it is done."""

    name: str
    chance: float
    cost: float
    do: Callable[[], Turn | None]

    @property
    def worth(self) -> float:
        """What it is worth to do it; below nothing it is better to ask."""
        return self.chance - self.cost * (1 - self.chance)


@cache
def _costs() -> dict[str, dict[str, Any]]:
    return content.toml("conversation/costs")


ANSWERS: dict[str, tuple[Act, ...]] = {
    "yes": (Act.YES,),
    "guide": (Act.YES,),
    "take": (Act.YES, Act.BUY),
    "send_on": (Act.YES, Act.PERSON),
    "no": (Act.NO,),
    "refuse": (Act.NO, Act.UNDO),
    "no_guide": (Act.NO, Act.BYE),
    "resend": (Act.PROBLEM, Act.UNSOLVED, Act.STATUS, Act.ASK),
    "helped": (Act.SOLVED,),
    "not_helped": (Act.CORRECT, Act.UNSOLVED),
    "not_worked": (Act.UNSOLVED,),
}
"""The acts that answer what a place asks, by the names of its answers."""


_ALONE = frozenset({Act.BUY, Act.STOP, Act.LINE, Act.STATUS, Act.UNDO, Act.PERSON})
"""What is wanted by a clause alone, whatever stands around it; trouble is told by the whole message."""


def ranked(talk: Talk) -> Turn:
    """The reading of the words that is worth most; what is worth nothing is asked.

    Where clauses are about two matters, what only informs is answered first and the other one done.
    """
    if _is_wordless(talk):
        return _none(talk)
    journey = abroad.answer(talk)
    if journey:
        return journey
    parts = understand.clauses(talk.text, talk.language, talk.reading)
    if len(parts) == 1:
        main = replace(talk.about(parts[0].text), reading=talk.reading)
        return _best(main) or _with_earlier(talk) or _none(main)
    matter, beside = _of_the_line(talk, parts) or _matters(parts, talk.clause)
    apart = slots.names_both_segments(talk.text) and talk.clause.slots.mb
    main = talk.about(matter.text) if matter and not (apart or _tells_less(matter, talk.clause)) else talk
    before = _informed(talk.about(beside.text)) if beside else ()
    answer = _best(main) or _best(talk) or (talk.stay() if before else _none(talk))
    if beside and beside.act is Act.FIND and _tells_packages(answer):
        before = ()
    new = tuple(one for one in before if not any(each.text.startswith(one.text) for each in answer.said))
    both = more_said(_and_told(answer, beside) if beside and new else answer, new)
    rest = [one for one in parts if one not in (matter, beside) and one.is_question]
    return _with_sized(talk, _with_rest(talk, both, rest[:_BESIDES]), parts)


def _with_rest(talk: Talk, answer: Turn, rest: Sequence[Clause]) -> Turn:
    """An answer with what else was asked: of the packages it tells, and what an article surely answers beside it."""
    if isinstance(answer.wish, ReadLine):
        return answer
    for one in rest:
        about = replace(talk.about(one.text), dialogue=answer.dialogue)
        fact = None if answer.wish else lookups.about_told(about)
        if fact:
            *before, last = answer.said
            answer = replace(answer, said=(*before, matters.unasked(last), fact))
            continue
        surely = one.fitting[:1] if one.fitting and one.fitting[0].chance >= articles.SURE else []
        known = tuple(filter(knowledge.is_there, answer.dialogue.told))
        meant = going_on.ways(one.text, talk.language, known)[0].article if known else ""
        if surely and surely[0].article.id not in known and meant in ("", surely[0].article.id):
            new = (each for each in guides.articles_said(about, surely) if not _is_said(each, answer))
            answer = more_said(answer, tuple(new))
    return answer


def _is_said(said: Said, answer: Turn) -> bool:
    return any(said.text in one.text for one in answer.said)


def _and_told(answer: Turn, beside: Clause) -> Turn:
    """With the article that answered a clause beside among what was told, where articles were."""
    told, also = answer.dialogue.told, [one.article.id for one in articles.to_tell(beside)[:1]]
    if not also or not all(map(knowledge.is_there, told)):
        return answer
    return replace(answer, dialogue=answer.dialogue.evolve(told=tuple(dict.fromkeys((*told, *also)))))


def _is_wished(one: Clause) -> bool:
    """Whether a clause means what it does: nothing only thought of, no question who it is, no end of nothing named."""
    if one.act is Act.PERSON and script.says("whom", one.text):
        return False
    ends = one.act is not Act.STOP or lookups.asks(one.text, "ends") or lookups.asks(one.text, "leaves")
    unhappened = script.begins("supposes", one.text) or (one.act is Act.PROBLEM and script.begins("prevents", one.text))
    return ends and not (one.act is Act.PROBLEM and (only_asks(one) or _says_use(one))) and not unhappened


def _says_use(one: Clause) -> bool:
    """Whether a clause says how much data is needed, and no trouble: "I get through 50 GB a month"."""
    return bool(one.slots.mb) and not (one.is_question or slots.is_trouble(one.text))


def _with_sized(talk: Talk, answer: Turn, parts: Sequence[Clause]) -> Turn:
    """An answer to a question of packages, and those of the size that is said beside it."""
    sized = next(filter(_says_use, parts), None) if any(one.is_question for one in parts) else None
    if sized is None or answer.wish or _tells_packages(answer) or not lookups.asks_packages(talk):
        return answer
    found = finding.tell_found(talk.about(sized.text), sized.slots.over(talk.slots.frame), None)
    return more_said(found, tuple(one for one in map(matters.unasked, answer.said) if one.text))


def _informed(talk: Talk) -> tuple[Said, ...]:
    return matters.informed(talk, by_article=is_told(talk, Act.FIND))


def _tells_packages(answer: Turn) -> bool:
    """Whether packages are told already: one list is enough."""
    return answer.dialogue.place in ("packages", "package") or answer.dialogue.after == "packages"


def _with_earlier(talk: Talk) -> Turn | None:
    """What is meant by the words that were not clear and those that explain them, where that was asked."""
    explains = talk.dialogue.place == "clarify" and talk.clause.act not in understand.COURTESY
    earlier = talk.dialogue.text if explains else ""
    return _best(talk.about(f"{earlier} {talk.text}")) if earlier else None


def _of_the_line(talk: Talk, parts: tuple[Clause, ...]) -> tuple[Clause, Clause | None] | None:
    """The clause that asks for the line, where it may be told: it says why a thing fails; and a question beside it."""
    if not talk.facts.readable:
        return None
    of_line = [one for one in parts if one.act is Act.LINE and one.meant[Act.LINE] >= _CLEAR]
    few = [one for one in parts if aspects.asked(one.text) and len(script.tokens(one.text)) < _A_MATTER]
    named = [one for one in parts if one in (*of_line, *few) or (one.asks and slots.asked_of_line(one.text))]
    together = " ".join(one.text for one in named)
    asking = understand.clause(together, parts[0].language) if of_line else None
    asks = (one for one in parts if one.act is Act.ASK and one not in few and not slots.asked_of_line(one.text))
    besides = next((one for one in asks if one.fitting and one.fitting[0].chance >= _APART), None)
    return (asking, besides) if asking else None


def _tells_less(part: Clause, whole: Clause) -> bool:
    """Whether a question alone finds its article less surely than with what is said around it."""
    surest = max((one.chance for one in whole.fitting), default=0.0)
    return part.act is Act.ASK and surest > max((one.chance for one in part.fitting), default=0.0)


def _matters(parts: tuple[Clause, ...], whole: Clause) -> tuple[Clause | None, Clause | None]:
    """The clause to act on, if one alone says what is wanted, and another to inform about."""
    asks = whole.act is Act.ASK
    clear = [one for one in parts if one.meant[one.act] >= _CLEAR]
    # What is only asked, where the whole asks, is no trouble told; nor is what a question stands on.
    clear = [one for one in clear if not (asks and _is_no_trouble(one, whole))]
    surest = max((one.meant[one.act] for one in clear if one.act in matters.INFORMS), default=0.0)
    # What only sets out a question that is far plainer tells of no trouble either.
    clear = [one for one in clear if one.act is not Act.PROBLEM or one.meant[one.act] + _PLAINER >= surest]
    asking = (one for one in clear if one.act in matters.INFORMS or (one.act is Act.PROBLEM and only_asks(one)))
    informing = [one for one in asking if len(script.tokens(one.text)) >= _A_MATTER]
    acting = [one for one in clear if one.act not in matters.INFORMS and _is_wished(one)]
    if acting:
        first = acting[0]
        others = [one for one in informing if one.act is not Act.ASK or one.fitting]
        apart = first.act in _ALONE or (bool(others) and _is_another(others[0], first))
        return (first if apart else None), (others[0] if others else None)
    if len(informing) > 1 and (informing[0].act is not informing[1].act or _ask_apart(*informing[:2])):
        return informing[1], informing[0]
    return (informing[0] if len(informing) == 1 else None), None


def _is_no_trouble(one: Clause, whole: Clause) -> bool:
    return (one.act is Act.PROBLEM and one.is_question) or _is_ground(one, whole)


def _is_ground(trouble: Clause, whole: Clause) -> bool:
    """Whether trouble is why something is asked that is told, not mended: "not registered. will a passport do?"."""
    if (
        trouble.act not in (Act.PROBLEM, Act.UNSOLVED)
        or whole.meant[Act.ASK] < _CLEAR
        or not (trouble.fitting and whole.fitting)
    ):
        return False
    cause, told = trouble.fitting[0].article, whole.fitting[0].article
    is_told = {cause.kind, told.kind} == {Kind.INFORMATION} and whole.fitting[0].chance >= articles.TOLD
    return is_told and cause.category is told.category is Category.SIM


def _ask_apart(one: Clause, other: Clause) -> bool:
    """Whether two questions have an article each that answers it."""
    best = [each.fitting[0] for each in (one, other) if each.fitting and each.fitting[0].chance >= _APART]
    looks = one.act is Act.FIND and (one.slots.looks or bool(one.slots.use))
    return len(best) > 1 and not looks and best[0].article is not best[1].article and best[0].chance >= articles.SURE


def _is_another(asking: Clause, trouble: Clause) -> bool:
    """Whether a question is about something else than the trouble beside it; a package may be its remedy."""
    if trouble.act not in (Act.PROBLEM, Act.UNSOLVED):
        return False
    if asking.act is not Act.ASK:
        return asking.besides
    if not trouble.fitting or not asking.fitting:
        return False
    return asking.fitting[0].article is not trouble.fitting[0].article


def _best(talk: Talk) -> Turn | None:
    for one in sorted((*_pending(talk), *_meant(talk)), key=lambda each: -each.worth):
        if one.worth <= 0:
            return None
        done = one.do()
        if done:
            return done
    return None


_OF_CASES = ("checklist", "guide")
"""Places where no packages are looked for, unless the words speak of them."""
_IDLE = frozenset({Act.CHAT, Act.PRAISE, Act.INSULT})
_PLEASED = frozenset({Act.PRAISE, Act.THANKS, Act.SOLVED})


def _meant(talk: Talk) -> Iterator[Candidate]:
    costs, idle = _costs()["acts"], _costs()["context"]
    about = {
        Act.STATUS: talk.facts.own,
        Act.UNDO: talk.facts.ordered,
        Act.CORRECT: talk.dialogue.told,
        Act.SOLVED: talk.open_case or talk.dialogue.told,
        Act.UNSOLVED: talk.open_case or talk.dialogue.told,
        Act.PRAISE: not talk.open_case,
        Act.CHAT: not talk.open_case,
        Act.FIND: _speaks_of_packages(talk),
    }
    read = satisfaction.read(talk.text, talk.facts.satisfied_from)
    complains = talk.seen.kinds.get(Kind.COMPLAINT, 0.0) >= triage.SURE
    mocks = read is not None and read[0] is Verdict.DISSATISFIED and read[1] is None
    told = sum(chance for act, chance in talk.meant.items() if is_told(talk, act)) * idle["told_instead"]
    troubled = complains and not talk.asks
    told_trouble = told if troubled else 0.0
    told = 0.0 if troubled else told
    told += sum(chance for act, chance in talk.meant.items() if asks_on(talk, act)) * idle["asked_on"]
    told += talk.meant[Act.PROBLEM] * idle["told_instead"] if only_asks(talk.clause) else 0.0
    for act, chance in talk.meant.items():
        likely = chance
        if act is Act.ASK:
            likely = max(min(1.0, chance + told), _NAMED_TOPIC if _is_topic(talk) else 0.0)
        elif asks_on(talk, act):
            likely = chance * (1 - idle["asked_on"])
        elif is_told(talk, act):
            likely = chance * (1 - idle["told_instead"])
        elif not about.get(act, True):
            likely = (
                0.0 if act is Act.FIND and talk.dialogue.place in _OF_CASES else chance * idle["nothing_to_be_about"]
            )
        elif mocks and act in _PLEASED:
            likely = chance * (1 - idle["mocked"])
        elif complains and act in _PLEASED:
            likely = chance * idle["not_so_pleased"]
        elif act is Act.PROBLEM and only_asks(talk.clause):
            likely = chance * (1 - idle["told_instead"])
        elif act is Act.PROBLEM:
            mocking = idle["mocked"] * sum(talk.meant[one] for one in _PLEASED) if mocks else 0.0
            likely = min(1.0, chance + told_trouble + mocking)
        elif act in _IDLE and talk.dialogue.place not in ("start", *small_talk.ASKS_ON):
            likely = chance * idle["small_talk_elsewhere"]
        if likely >= _UNLIKELY:
            yield Candidate(act, likely, costs[act], partial(matters.DO[act], talk))


def only_asks(one: Clause) -> bool:
    """Whether what sounds like trouble is a question that an article surely answers, and none of why it is so.

    What a second reader read is taken as it says.
    """
    best = [] if one.reading else one.fitting[:1]
    asks_why = script.says("why_so", one.text) and not aspects.asked(one.text)
    if not best or best[0].chance < _ANSWERED or not one.is_question or asks_why:
        return False
    article = best[0].article
    by_hand = article.kind is Kind.TECHNICAL and article.category not in _OF_LINES
    return article.kind is Kind.INFORMATION or by_hand


def _is_topic(talk: Talk) -> bool:
    """Whether no more is said than what an article is about: "esim", "refund pulsa"."""
    best = talk.clause.fitting[:1]
    short = 0 < len(script.tokens(talk.text)) <= _TOPIC and talk.dialogue.place in ("start", *small_talk.ASKS_ON)
    return short and bool(best) and best[0].chance >= articles.SURE


def _speaks_of_packages(talk: Talk) -> bool:
    """Whether a text says anything that packages are looked for by."""
    said = talk.clause.slots
    return bool(said.looks or said.use or lookups.asks_packages(talk) or packages.named(talk.text))


def asks_on(talk: Talk, act: Act) -> bool:
    """Whether what sounds like looking for packages or for a case only asks on about what was told: "does it cost?"."""
    told = talk.dialogue.told
    if not told or any(one in packages.packages() for one in told):
        return False
    if act is Act.FIND:
        return not _speaks_of_packages(talk)
    if act is Act.PROBLEM:
        return asked_on.is_asked(talk) and not talk.open_case and len(script.tokens(talk.text)) <= _ASKS_ON
    if act is Act.LINE:
        return asked_on.is_asked(talk) and not slots.asked_of_line(talk.text) and not script.says("line", talk.text)
    return act is Act.STATUS and not talk.facts.own and not script.says("status", talk.text)


def is_told(talk: Talk, act: Act) -> bool:
    """Whether an article surely answers what the act alone would not: "is it you who cut me off" is no status."""
    wishes_it = {
        Act.SUGGEST: True,
        Act.PERSON: not (script.says("asks_who", talk.text) or script.says("whom", talk.text)),
        Act.STATUS: bool(talk.open_case),
    }
    if talk.meant[act] >= _PLAIN_WISH and wishes_it.get(act, False):
        return False
    best = talk.clause.fitting[:1]
    if act in (Act.FIND, Act.BUY) and (talk.clause.slots.looks or talk.clause.slots.use):
        surely = bool(best) and best[0].chance >= _BY_FAR and best[0].article.category not in _OF_PACKAGES
        if not surely or talk.meant[act] >= _PLAIN_FIND:
            return False
    done = [] if act is Act.LINE and script.says("what_is", talk.text) else _costs()["articles"].get(act)
    return done is not None and bool(best) and best[0].chance >= articles.SURE and best[0].article.id not in done


_NUMBER_MEANT = frozenset({"checklist", "guide", "number", "code", "reference", "complaint", "suggestion", "confirm"})
"""Places where a number is what was asked for, or a fact of the case."""


_WITHOUT = (Act.NO, Act.TELL, Act.UNSOLVED, Act.CORRECT)
"""How somebody says that he does not have the reference."""


def _pending(talk: Talk) -> Iterator[Candidate]:
    """The words as an answer to what was asked."""
    place = script.places()[talk.dialogue.place]
    worth = _costs()["pending"]
    complains = talk.dialogue.place in ("complaint", "suggestion")
    complains = complains or talk.meant[Act.PROBLEM] + talk.meant[Act.SUGGEST] > _CLEAR
    answers = talk.dialogue.place in ("checklist", "guide") and not talk.asks
    if lookups.is_of_place(talk) and not complains and not answers:
        yield Candidate("shop", worth["plain"], 0.0, partial(matters.ask, talk))
    shown = own_line.of_shown(talk)
    if shown:
        yield Candidate("shown", worth["shown"], 0.0, lambda: shown)
    settled = line_trouble.settled(talk)
    if settled:
        yield Candidate("settled", worth["plain"], 0.0, lambda: settled)
    own = proving.own_of_told(talk)
    if own:
        yield Candidate("own", worth["plain"], 0.0, lambda: own)
    seen = guides.see_line(talk)
    if seen:
        yield Candidate("seen", worth["plain"], 0.0, lambda: seen)
    further = None if seen else asked_on.answer(talk)
    if further:
        surely = asked_on.is_sure(talk) or not _is_looked_up(talk)
        yield Candidate("asked_on", worth["plain" if surely else "said"], 0.0, lambda: further)
    elif not seen and asked_on.is_asked(talk):
        yield Candidate("beside", worth["beside"], 0.0, partial(asked_on.beside, talk))
    if asked_on.unanswered(talk):
        yield Candidate("unanswered", worth["unanswered"], 0.0, partial(matters.unanswered, talk))
    if talk.dialogue.place not in _NUMBER_MEANT and proving.gives_number(talk):
        yield Candidate("number", worth["plain"], 0.0, partial(proving.given_number, talk))
    for name, leads in place.answers.items():
        chance = sum(talk.meant[act] for act in ANSWERS.get(name, ()))
        if name == "skip" and talk.dialogue.place == "reference":
            chance = sum(talk.meant[act] for act in _WITHOUT)
        if name == "resend" and not script.says("about_code", talk.text):
            continue
        # A yes at a step is no wish to hear it again.
        if leads == "repeat" or (leads == "skip_missing" and complaints.tells(talk)):
            continue
        if name == "not_worked" and leads == "walk_guide" and guides.is_of_another(talk):
            continue
        buys = leads in _BY_A_PLAIN_YES
        if chance >= _UNLIKELY and not (buys and (talk.asks or len(script.tokens(talk.text)) > _PLAIN_YES)):
            cost = worth["order"] if buys else _costs()["acts"]["yes"]
            yield Candidate(name, min(1.0, chance * worth["likelier"]), cost, partial(do, talk, leads))
    if place.takes and place.takes not in EXACT:
        taken = TAKES[place.takes](talk)
        if taken:
            told = place.takes != "read_missing" or complaints.tells(talk)
            likely = worth[place.takes] if told else max(worth["said"], talk.meant[Act.TELL])
            if talk.asks and place.takes == "read_missing":
                likely *= worth["asked_back"]
            yield Candidate(place.takes, likely, 0.0, lambda: taken)
        elif place.takes == "read_step":
            yield Candidate("said", max(worth["said"], talk.meant[Act.TELL]), 0.0, partial(guides.tell_more, talk))


def _is_looked_up(talk: Talk) -> bool:
    """Whether what is asked stands in the line that may be read, or in the open case."""
    of_line = bool(talk.facts.readable and slots.asked_of_line(talk.text) and talk.clause.act is not Act.ASK)
    return of_line or bool(talk.open_case and talk.clause.act is Act.STATUS)


def _is_wordless(talk: Talk) -> bool:
    """Whether nothing but figures and signs is said, where nothing asks for them."""
    idle = talk.dialogue.place in ("start", *small_talk.ASKS_ON) and not proving.gives_number(talk)
    return idle and not any(one.isalpha() for one in talk.text)


def _none(talk: Talk) -> Turn:
    """Nothing is worth doing: what is meant is asked, and a question goes to a person if wanted."""
    place = talk.dialogue.place
    own = talk.open_case
    if own and own.kind is Kind.PACKAGE_CHANGE and sum(talk.meant[act] for act in _OF_ORDERS) > _CLEAR:
        return ordering.order_status(talk) if own.order else ordering.stop_package(talk)
    if own and talk.asks:
        return complaints.asked(talk, own) if talk.meant[Act.STATUS] < _A_STATUS else complaints.status(talk)
    if script.places()[place].takes:
        return misunderstood(talk)
    if not script.tokens(talk.text):
        return small_talk.greet(talk) if not talk.text.strip() else misunderstood(talk)
    if talk.meant[Act.ASK] + talk.meant[Act.FIND] > 0.5 and place not in ("unanswered", "offer"):
        return matters.unanswered(talk)
    return matters.clarify(talk)


def misunderstood(talk: Talk) -> Turn:
    """The first time asked again; from the second on a person is offered."""
    dialogue, count = talk.dialogue, talk.dialogue.misunderstood + 1
    its = script.places()[dialogue.place]
    if not its.takes:
        return matters.clarify(talk)
    dialogue = dialogue.evolve(misunderstood=count)
    if count < matters.MISUNDERSTOOD:
        return talk.turn(dialogue, *prompt(talk, again=True))
    return talk.turn(dialogue, talk.voice.say("person_possible", "agent", "menu"))
