"""A question about what was told just before: "biayanya?", "nomornya tetap kan?", "kalau ke operator lain bisa?".

``going_on`` says what it is about: the sentences of the article told that answer are said again, alone; or another
article is told; or it is said that nothing known answers.
"""

import re

from care.conversation import aspects, complaints, going_on, guides, line_told, lookups, script, understand
from care.conversation.articles import Fitting
from care.conversation.going_on import Way
from care.conversation.never_twice import was_said
from care.conversation.prompts import prompt
from care.conversation.questions import PARTICLES
from care.conversation.talk import Said, Talk, Turn
from care.reading import knowledge, slots
from care.reading.acts import Act
from care.reading.knowledge import Article
from care.reading.subjects import NOTHING

_PLACES = (
    "start",
    "answered",
    "guide_offered",
    "person_offered",
    "unanswered",
    "offer",
    "clarify",
    "checklist",
    "guide",
)
_ASKED_OF_CUSTOMER = ("checklist", "guide")
EXPLAINED = "explained"
"""Stands last in ``told`` where the line said why it does not work: the articles are only what may be asked of it."""
_FAILS = "fails"
_OF_TIME = frozenset(("lasts", "when"))
_FEW, _MANY = 6, 24
"""Words that may ask without a question's words, and that may ask on at all."""
_NAMES = 2
"""So many words are hardly more than a name."""
_ASKED = 0.5
_LIKELY = 0.4
"""From this chance on a way to take what is asked on is taken; chosen by measurement (docs/conversation.md)."""
_PERHAPS = 0.25
"""From this chance on a sentence of what was told is told again: it is about the matter, if not just what is asked."""
_SURELY = 0.6
_BY_FAR = 0.9
_UNLIKELY = 0.2
"""Below it an article that the words alone find is not what is asked."""
_SAYS_MOST = 0.75
"""The share of a question's words that a sentence has which was told earlier and answers it."""
_ASKING = (Act.ASK, Act.FIND, Act.CHAT, Act.LINE, Act.STATUS)
_TOLD = ("answered", "guide_offered", "person_offered")
_IF = re.compile(r"(?:bila|kalau|jika|if)\b", re.I).match
"""How a sentence begins that is for one case only."""
_ITS = "nya"
"""The end of a single word that asks: "dokumennya"."""
_LINKS = frozenset(("terus", "trus", "trs", "lalu", "jadi", "so", "then", "and"))
"""What a question goes on with."""


def answer(talk: Talk) -> Turn | None:
    """What the articles told last say to a question about them, or to a case they have a sentence for.

    ``None`` when they say nothing, or none is asked.
    """
    if not is_asked(talk):
        return _in_case(talk)
    named = aspects.asked(talk.text)
    if talk.open_case and named and _OF_TIME.issuperset(named) and is_bare(talk):
        return complaints.status(talk)
    if _FAILS in named and talk.open_case:
        return complaints.status(talk)
    taken = way(talk)
    if taken.article in _told(talk) and taken.chance >= _PERHAPS:
        return _answered(talk, knowledge.article(taken.article), named)
    if _FAILS in named:
        return _to_a_person(talk)
    return _each(talk) or (_by_earlier(talk) if taken.article == NOTHING else None)


def _answered(talk: Talk, article: Article, named: tuple[str, ...]) -> Turn | None:
    """What of an article answers; its guide where it is asked how, and that was offered."""
    if talk.dialogue.place == "guide_offered" and named == ("how",):
        return guides.walk(talk)
    found = going_on.answering(talk.text, talk.language, article)
    for some in (found, found[:1], found[1:]):
        said = Said(" ".join(map(talk.filled, some)))
        if some and not was_said(talk, said) and not _is_whole(article, some, talk):
            return _stay(talk, said, *lookups.shops_beside(talk, some))
    return None


def _each(talk: Talk) -> Turn | None:
    """What answers each of several questions of one message: "itu bayar ga, trus matiinnya gimana"."""
    parts = [one.text for one in understand.clauses(talk.text, talk.language)]
    taken = [going_on.ways(one, talk.language, _told(talk))[0] for one in parts]
    sure = [one.article for one in taken if one.article in _told(talk) and one.chance >= _LIKELY]
    if len(parts) == 1 or not sure or any(one.article not in (NOTHING, sure[0]) for one in taken):
        return None
    article = knowledge.article(sure[0])
    best = [going_on.answering(one, talk.language, article)[:1] for one in parts if aspects.asked(one)]
    told = dict.fromkeys(talk.filled(text) for some in best for text in some)
    said = Said(" ".join(told))
    return _stay(talk, said) if told and all(best) and not was_said(talk, said) else None


def _in_case(talk: Talk) -> Turn | None:
    """The sentence for the case a customer says he is in: "hp lamanya udah dijual" after how an eSIM is moved."""
    if talk.dialogue.place not in _TOLD or not script.tokens(talk.text) or not _told(talk):
        return None
    taken = way(talk)
    if taken.article not in _told(talk) or taken.chance < _SURELY:
        return None
    best = going_on.answering(talk.text, talk.language, knowledge.article(taken.article))[:1]
    said = Said(talk.filled(" ".join(best)))
    return talk.stay(said) if best and _IF(best[0]) and not was_said(talk, said) else None


def _to_a_person(talk: Talk) -> Turn:
    """What a person does where that which was told does not help."""
    article = knowledge.article(_told(talk)[0])
    return _stay(talk, talk.voice.say("said", "agent", words=talk.spoken(article.person)))


def _is_whole(article: Article, some: list[str], talk: Talk) -> bool:
    """Whether that is all that the article says: it was told just now."""
    every = knowledge.sentences(article.answer.in_(talk.language))
    return len(every) > 1 and {*some} == {*every}


def _by_earlier(talk: Talk) -> Turn | None:
    """What an article said that was told before the last ones."""
    for id in filter(knowledge.is_there, talk.dialogue.earlier):
        said = going_on.stems(talk.text, talk.language)
        known = going_on.parts(knowledge.article(id), talk.language)
        best = max(known, key=lambda one: one.has(said))
        told = Said(talk.filled(best.text))
        if best.has(said) >= _SAYS_MOST and not was_said(talk, told):
            return _stay(talk, told)
    return None


def way(talk: Talk) -> Way:
    """The likeliest way to take what is asked on from what was told."""
    return going_on.ways(talk.text, talk.language, _told(talk))[0]


def is_sure(talk: Talk) -> bool:
    """Whether an article that was told is surely asked on about."""
    taken = way(talk) if is_asked(talk) else None
    return taken is not None and taken.article in _told(talk) and taken.chance >= _BY_FAR


def meant(talk: Talk, found: list[Fitting]) -> list[Fitting]:
    """Of the articles that the words alone find those that may be meant after what was told."""
    if not is_asked(talk):
        return found
    chances = {one.article: one.chance for one in going_on.ways(talk.text, talk.language, _told(talk))}
    return [one for one in found if chances.get(one.article.id, 1.0) >= _UNLIKELY]


def unanswered(talk: Talk) -> bool:
    """Whether something is asked of what was told, and nothing known says it."""
    return is_asked(talk) and (is_bare(talk) or way(talk).article in (NOTHING, *_told(talk)))


def beside(talk: Talk) -> Turn | None:
    """Another article that a question goes on to; ``None`` when there is none."""
    taken = way(talk) if is_asked(talk) else None
    if taken is None or taken.chance < _LIKELY or taken.article in (NOTHING, *_told(talk)):
        return None
    told = [Fitting(knowledge.article(taken.article), taken.chance)]
    if talk.dialogue.place in _ASKED_OF_CUSTOMER:
        return _stay(talk, *guides.articles_said(talk, told))
    return guides.tell(talk, told)


def is_asked(talk: Talk) -> bool:
    """Whether a text may ask on about an article that was told just before."""
    said = script.tokens(talk.text)
    if talk.dialogue.place not in _PLACES or not said or len(said) > _MANY or not _told(talk):
        return False
    if lookups.is_of_place(talk) or script.says("own", talk.text) or _is_a_country(talk, said):
        return False
    if _seeks_packages(talk):
        return False
    asks = talk.clause.is_question
    if asks or talk.dialogue.place in _ASKED_OF_CUSTOMER:
        return asks
    names_it = len(said) == 1 and said[0].endswith(_ITS) and bool(aspects.asked(talk.text))
    likely = names_it or talk.meant[Act.ASK] >= _ASKED
    return likely or (len(said) <= _FEW and sum(talk.meant[act] for act in _ASKING) >= _ASKED)


def _seeks_packages(talk: Talk) -> bool:
    """Whether packages of a length, a size or a price are looked for."""
    said = slots.read(talk.text)
    measured = bool(said.days or said.mb or said.budget)
    return measured and (lookups.asks_packages(talk) or talk.meant[Act.FIND] >= _BY_FAR)


def _is_a_country(talk: Talk, said: tuple[str, ...]) -> bool:
    """Whether hardly more than a country is said, which has packages of its own."""
    return len(said) <= _NAMES and talk.clause.slots.abroad


def is_bare(talk: Talk) -> bool:
    """Whether a question names nothing but what it asks: "kena biaya ga?", "how long?"."""
    named = aspects.asked(talk.text)
    asked = {word for name in named for phrase in aspects.phrases(name, "asked") for word in phrase.split()}
    asks = script.phrases()["asks"].within
    without = (*asked, *asks, *PARTICLES, *_LINKS)
    left = (one for one in script.tokens(talk.text) if one not in without)
    return bool(named) and not script.bare(tuple(left))


def _stay(talk: Talk, *said: Said) -> Turn:
    asked = prompt(talk, again=True) if talk.dialogue.place in _ASKED_OF_CUSTOMER else ()
    return talk.stay(*said, *asked)


def _told(talk: Talk) -> tuple[str, ...]:
    """The articles told last; where the line was shown, those before it; none where something else was told last."""
    last = talk.dialogue.told
    shown = last[:1] == (line_told.LINE,)
    return tuple(filter(knowledge.is_there, talk.dialogue.earlier if shown else last))
