"""A question about what was told just before: "biayanya?", "nomornya tetap kan?", "kalau ke operator lain bisa?".

The sentences of the articles told that answer it are said again, alone; else another article may answer it together
with what it goes on from. ``content/conversation/asked_on.toml`` has what is asked, and by which words a sentence
answers it; beside these a sentence answers that has the words of the question.
"""

import re
from typing import NamedTuple

from care.conversation import articles, aspects, complaints, guides, lookups, own_line, script
from care.conversation.never_twice import was_said
from care.conversation.prompts import prompt
from care.conversation.talk import Said, Talk, Turn
from care.reading import knowledge, search, slots
from care.reading.acts import Act
from care.reading.knowledge import Article, sentences
from care.reading.places import says, words

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
_FEW, _MANY = 6, 18
"""Words that may ask without a question's words, and that may ask on at all."""
_READ = 300
_SENTENCES = 2
_BY_ITSELF, _RATHER = 0.9, 0.75
_ASKED = 0.5
_SAYS_SOME, _SAYS, _SAYS_MOST, _SAYS_ALL = 0.34, 0.5, 0.75, 0.9
"""The share of a question's words that a sentence has which answers it: where the article answers it anyway, where that
is not known, where it says nothing of what is asked, and whatever else may be meant."""
_NEAR, _NEAR_BARE = 0.03, 0.3
"""From this chance on, by the words alone, an article may be what is asked on about; where they name nothing."""
_ENDS = 3
"""So many words and more a particle at the end makes a question; "belum, ga" is an answer."""
_ASKING = (Act.ASK, Act.FIND, Act.CHAT, Act.LINE, Act.STATUS)
_PARTICLES = frozenset(("ga", "gak", "gk", "nggak", "ngga", "engga", "enggak", "tidak", "kah", "kan", "or", "right"))
"""What ends a question without its mark."""
_AFTERWARDS = frozenset(("nanti", "nantinya", "lagi", "jadinya"))
"""What may stand behind it."""
_WHETHER = re.compile(
    r"\b(?:bisa|bs|boleh|perlu|harus)\b(?!.*\b(?:tapi|tp|kok)\b).* (?:ga|gak|gk|nggak|ngga|kah)\b", re.I
)


class _Question(NamedTuple):
    """What is asked, by the names of ``asked_on.toml``; its words with what each is worth, and those besides."""

    aspects: tuple[str, ...]
    stems: dict[str, int]
    besides: dict[str, int]


def answer(talk: Talk) -> Turn | None:
    """What the articles told last say to a question about them; ``None`` when they say nothing, or none is asked."""
    if not is_asked(talk):
        return None
    asked = _question(talk)
    if talk.open_case and asked.aspects == ("lasts",) and not asked.besides:
        return complaints.status(talk)
    surely = next((one.article for one in articles.to_tell(talk.clause)[:1]), None)
    guided = talk.dialogue.place == "guide_offered" and "how" in asked.aspects
    if guided and (surely is None or surely.id == talk.dialogue.article):
        return guides.walk(talk)
    for article in _told(talk):
        least = _SAYS_SOME if article is surely else _SAYS
        found, share = _answering(talk, asked, sentences(talk.spoken(article.answer)), least)
        said = Said(" ".join(found))
        says_all = share >= _SAYS_ALL and len(asked.stems) > 1
        is_last = article.id in talk.dialogue.told or share >= _SAYS
        if found and is_last and not was_said(talk, said) and (says_all or not stands_alone(talk, talk.dialogue.told)):
            return _stay(talk, said)
    return None


def unanswered(talk: Talk) -> bool:
    """Whether something is asked of what was told, and nothing known says it."""
    return is_asked(talk) and is_bare(talk)


def beside(talk: Talk) -> Turn | None:
    """Another article that answers a question together with what it goes on from; ``None`` when there is none."""
    if not is_asked(talk) or stands_alone(talk, talk.dialogue.told):
        return None
    least = _NEAR_BARE if is_bare(talk) else _NEAR
    near = {one.article.id for one in talk.clause.fitting if one.chance >= least}
    together = talk.about(f"{talk.spoken(_told(talk)[0].title)}. {talk.text}")
    told = [one for one in articles.to_tell(together.clause, talk.dialogue.told) if one.article.id in near][:1]
    if told and talk.dialogue.place in _ASKED_OF_CUSTOMER:
        return _stay(talk, *guides.articles_said(talk, told))
    return guides.tell(talk, told) if told else None


def is_asked(talk: Talk) -> bool:
    """Whether a text may ask on about an article that was told just before."""
    said = script.tokens(talk.text)
    if talk.dialogue.place not in _PLACES or not said or len(said) > _MANY or not _told(talk):
        return False
    if lookups.is_of_shop(talk) or script.says("own", talk.text) or _seeks_packages(talk):
        return False
    whether = bool(_WHETHER.search(talk.text[:_READ])) or (
        not _PARTICLES.isdisjoint(said[1:]) and bool(aspects.asked(talk.text))
    )
    asks = talk.asks or _ends_asking(said) or whether
    if asks or talk.dialogue.place in _ASKED_OF_CUSTOMER:
        return asks
    return len(said) <= _FEW and sum(talk.meant[act] for act in _ASKING) >= _ASKED


def _seeks_packages(talk: Talk) -> bool:
    """Whether packages of a length, a size or a price are looked for."""
    said = slots.read(talk.text)
    return lookups.asks_packages(talk) and bool(said.days or said.mb or said.budget)


def _ends_asking(said: tuple[str, ...]) -> bool:
    end = [one for one in said if one not in _AFTERWARDS and (one in _PARTICLES or script.bare((one,)))]
    return len(said) >= _ENDS and bool(end) and end[-1] in _PARTICLES


def is_bare(talk: Talk) -> bool:
    """Whether a question names nothing but what it asks: "kena biaya ga?", "how long?"."""
    named = aspects.asked(talk.text)
    asked = {word for name in named for phrase in aspects.phrases(name, "asked") for word in phrase.split()}
    asks = script.phrases()["asks"].within
    left = (one for one in script.tokens(talk.text) if one not in asked and one not in _PARTICLES and one not in asks)
    return bool(named) and not script.bare(tuple(left))


def stands_alone(talk: Talk, without: tuple[str, ...] = ()) -> bool:
    """Whether an article surely answers the words alone, whatever was told before; none of ``without``."""
    sure = _BY_ITSELF if len(script.tokens(talk.text)) <= _FEW or is_bare(talk) else _RATHER
    return any(one.chance >= sure for one in talk.clause.fitting if one.article.id not in without)


def _stay(talk: Talk, *said: Said) -> Turn:
    asked = prompt(talk, again=True) if talk.dialogue.place in _ASKED_OF_CUSTOMER else ()
    return talk.stay(*said, *asked)


def _told(talk: Talk) -> list[Article]:
    """The articles told last, then those told before them; none where something else was told last."""
    last, before = talk.dialogue.told, talk.dialogue.earlier
    # Where the line was shown, what was told before it is still asked about.
    if last and last[0] != own_line.LINE and not any(map(knowledge.is_there, last)):
        return []
    return [knowledge.article(id) for id in dict.fromkeys((*last, *before)) if knowledge.is_there(id)]


def _question(talk: Talk) -> _Question:
    names, worth = aspects.asked(talk.text), search.index().worth
    asked = _stems(talk, " ".join(phrase for name in names for phrase in aspects.phrases(name, "asked")))
    named = {one: worth.get(one, worth[""]) for one in _stems(talk, talk.text)}
    return _Question(names, named, {one: its for one, its in named.items() if one not in asked})


def _stems(talk: Talk, text: str) -> set[str]:
    return set(search.stems(text, talk.language, search.index().words))


def _answering(talk: Talk, asked: _Question, told: list[str], least: float) -> tuple[list[str], float]:
    """The sentences that answer, in their order, and the greatest share of the question's words one has.

    None where all of several would answer: that was just told.
    """
    has = [_stems(talk, one) for one in told]
    shares = [_share(asked.stems, one) for one in has]
    best = max(shares, default=0.0)
    found = [] if best < _SAYS_ALL else [shares.index(best)]
    for name in () if found else asked.aspects:
        fits = _saying(name, "rather", told) or _saying(name, "answers", told)
        found += [max(fits, key=lambda at: _share(asked.besides, has[at]))] if fits else []
    if not found and best >= (_SAYS_MOST if asked.aspects else least):
        found = [shares.index(best)]
    if len(told) > 1 and {*found} == {*range(len(told))}:
        return [], best
    return [told[at] for at in sorted({*found})[:_SENTENCES]], best


def _saying(name: str, group: str, told: list[str]) -> list[int]:
    return [at for at, one in enumerate(told) if says(words(one), aspects.phrases(name, group))]


def _share(named: dict[str, int], has: set[str]) -> float:
    whole = sum(named.values())
    return sum(worth for one, worth in named.items() if one in has) / whole if whole else 0.0
