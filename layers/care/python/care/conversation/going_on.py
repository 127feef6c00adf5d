"""What a question goes on to ask after an article was told: that article, another, or what none says.

The ways to take it are weighed against each other by signs whose weights ``python -m training.ranking`` learned from
``training/asked_on``: ``[asked_on]`` of ``content/ranking.toml``. Alone the words mislead ("masuknya ke nomor ibu ya"
is no call forwarding); together with what was told they name it.
"""

from functools import cache, lru_cache
from itertools import chain, repeat
from math import log
from typing import NamedTuple

from care import content
from care.conversation import aspects, script, understand
from care.conversation.understand import Clause
from care.reading import knowledge, search
from care.reading.acts import Act
from care.reading.hashed import shares
from care.reading.knowledge import Article
from care.reading.subjects import NOTHING
from care.words import Language

_NEAREST = 6
"""So many articles are weighed that the words alone find, and so many they find with what was told."""
_AKIN = 12
"""So many articles are akin to one that was told."""
_LEAST = 1e-4
_TOLD = 2
"""So many sentences at most answer what is asked on."""
_ANSWERS = 0.5
"""What it counts beside a question's words that a sentence answers what it asks."""
_AS_WELL = 0.8
_LITTLE = 0.2
"""What a word counts that tells little: "berapa", "where"."""
_NAME = 0.6
"""What a word that no article has counts against the rarest: it may be a name."""


class Way(NamedTuple):
    """An article's id, or ``NOTHING``, and the chance that it is what is asked."""

    article: str
    chance: float


class Part(NamedTuple):
    """A sentence of an article or a step of its guide, as it is told, and the stems of its words.

    ``asked`` are the stems of all phrases by which customers ask on for it, ``phrases`` all words of each of them.
    """

    text: str
    says: frozenset[str]
    asked: frozenset[str]
    phrases: tuple[frozenset[str], ...]

    def has(self, said: frozenset[str]) -> float:
        """The share of what is said that it has, or is asked for by."""
        return share(said, self.says | self.asked)

    def is_asked(self, every: frozenset[str]) -> float:
        """How like all words of a question are to the likest of its phrases: 1 for the same words."""
        return max((_likeness(every, one) for one in self.phrases), default=0.0)


@lru_cache(maxsize=256)
def ways(text: str, language: Language, told: tuple[str, ...]) -> tuple[Way, ...]:
    """The ways to take a question after the articles ``told``, at least one, the likeliest first."""
    weighed = _weights()
    found = signs(text, language, told)
    scores = [sum(weighed.get(name, 0.0) * value for name, value in one.items()) for one in found.values()]
    chances = (Way(id, chance) for id, chance in zip(found, shares(scores), strict=True))
    return tuple(sorted(chances, key=lambda one: -one.chance))


def signs(text: str, language: Language, told: tuple[str, ...]) -> dict[str, dict[str, float]]:
    """What tells for each way to take a question, as numbers of like size."""
    alone = understand.clause(text, language)
    together = understand.clause(f"{_title(told[0], language)}. {text}", language)
    by_itself = {one.article.id: one.chance for one in alone.fitting}
    by_both = {one.article.id: one.chance for one in together.fitting}
    ids = dict.fromkeys((*told, *list(by_itself)[:_NEAREST], *list(by_both)[:_NEAREST]))
    akin = _akin(told[0], language)
    category = knowledge.article(told[0]).category
    troubled = alone.meant[Act.PROBLEM] + alone.meant[Act.UNSOLVED]
    found = {}
    for id in ids:
        article = knowledge.article(id)
        its = {
            "alone": _odds(by_itself.get(id, 0.0)),
            "lead": by_itself.get(id, 0.0) - _highest(by_itself, id),
            "together": _odds(by_both.get(id, 0.0)),
        }
        if id in told:
            its |= _signs_of_told(alone, article) | {
                "told_beside": _odds(_highest(by_itself, *told)),
                "told_first": float(next(iter(by_both), "") == id),
                "told_troubled": troubled,
            }
        else:
            its |= {
                "akin": akin.get(id, 0.0),
                "same_category": float(article.category is category),
                "troubled": troubled * bool(article.steps),
            }
        found[id] = its
    return {**found, NOTHING: _signs_of_nothing(alone, by_itself, by_both, told[0])}


def _signs_of_told(alone: Clause, article: Article) -> dict[str, float]:
    """What tells that an article which was told is asked on about."""
    said, every = stems(alone.text, alone.language), _every(alone.text, alone.language)
    known = parts(article, alone.language)
    whole = frozenset[str]().union(*(one.says | one.asked for one in known))
    asked = aspects.asked(alone.text)
    answers = any(aspects.answers(name, one.text) for one in known for name in asked)
    return {
        "told": 1.0,
        "told_words": log(1 + len(script.tokens(alone.text))),
        "told_says": max((share(said, one.says) for one in known), default=0.0),
        "told_asked": max((one.has(said) for one in known), default=0.0),
        "told_phrase": max((one.is_asked(every) for one in known), default=0.0),
        "told_says_all": share(said, whole),
        "told_answers": float(answers),
        "told_answers_not": float(bool(asked) and not answers),
    }


def _signs_of_nothing(
    alone: Clause, by_itself: dict[str, float], by_both: dict[str, float], told: str
) -> dict[str, float]:
    said, every = stems(alone.text, alone.language), _every(alone.text, alone.language)
    known = parts(knowledge.article(told), alone.language)
    return {
        "none": 1.0,
        "none_words": log(1 + len(script.tokens(alone.text))),
        "none_beside": _odds(_highest(by_itself)),
        "none_together": _odds(_highest(by_both)),
        "none_looks": alone.meant[Act.FIND],
        "none_asked": max((one.has(said) for one in known), default=0.0),
        "none_phrase": max((one.is_asked(every) for one in known), default=0.0),
        "none_named": float(bool(aspects.asked(alone.text))),
        "none_unknown": 1 - share(said, frozenset(search.index().worth)),
    }


# ---- what of an article answers --------------------------------------------------------------------------------------


def answering(text: str, language: Language, article: Article) -> list[str]:
    """The sentence or step of an article that answers best what is asked on, and another that answers about as well.

    The likelier first; none where nothing of it has a word of the question, or answers what it asks.
    """
    said, every, asked = stems(text, language), _every(text, language), aspects.asked(text)
    known = parts(article, language)
    worth = {one: one.has(said) + one.is_asked(every) + _ANSWERS * _answers(asked, one.text) for one in known}
    best = sorted((one for one in known if worth[one]), key=lambda one: -worth[one])[:_TOLD]
    return [one.text for one in best if worth[one] >= _AS_WELL * worth[best[0]]]


def _answers(asked: tuple[str, ...], text: str) -> float:
    """How well a text answers what is asked: half by words that may, all by those that do rather."""
    well = ((aspects.answers(one, text, "rather"), aspects.answers(one, text, "answers") / 2) for one in asked)
    return max(map(max, well), default=0)


@lru_cache(maxsize=64)
def parts(article: Article, language: Language) -> tuple[Part, ...]:
    """The sentences of an article, then the steps of its guide."""
    asked_on = chain(article.asked_on, repeat(knowledge.not_asked()))
    told = zip(knowledge.sentences(article.answer.in_(language)), asked_on, strict=False)
    steps = ((one.do.in_(language), one.asked_on) for one in article.steps)
    return tuple(_part(text, asked.in_(language), language) for text, asked in (*told, *steps))


def _part(text: str, asked: str, language: Language) -> Part:
    phrases = tuple(_every(one, language) for one in asked.split(", ") if one)
    return Part(text, stems(text, language), stems(asked, language), phrases)


def stems(text: str, language: Language) -> frozenset[str]:
    """The stems of a text's words that tell something."""
    return frozenset(search.stems(text, language, search.index().words))


def _every(text: str, language: Language) -> frozenset[str]:
    """The stems of all words of a text, "berapa" and "where" among them."""
    return frozenset(search.stems(text, language, search.index().words._replace(stop=frozenset())))


def share(said: frozenset[str], has: frozenset[str]) -> float:
    """The share of what is said that a text has, by what each word is worth."""
    return _worth(said & has) / (_worth(said) or 1)


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of the words of both is in both, by what each is worth."""
    return 2 * _worth(one & other) / (_worth(one) + _worth(other) or 1)


def _worth(said: frozenset[str]) -> float:
    worth, stop = search.index().worth, search.index().words.stop
    return sum(_LITTLE * worth[""] if one in stop else worth.get(one, _NAME * worth[""]) for one in said)


@lru_cache(maxsize=64)
def _akin(told: str, language: Language) -> dict[str, float]:
    """The articles akin to one, by what its own words find: 1 for the nearest."""
    article = knowledge.article(told)
    hits = search.search(f"{article.title.in_(language)}. {article.answer.in_(language)}", language, _AKIN)
    return {one.article: one.score / hits[0].score for one in hits}


def _title(id: str, language: Language) -> str:
    return knowledge.article(id).title.in_(language)


def _highest(chances: dict[str, float], *without: str) -> float:
    return max((chance for id, chance in chances.items() if id not in without), default=0.0)


def _odds(chance: float) -> float:
    """A chance as odds of like size to the other signs."""
    kept = min(max(chance, _LEAST), 1 - _LEAST)
    return log(kept / (1 - kept)) / 4


@cache
def _weights() -> dict[str, float]:
    return dict(content.toml("ranking")["asked_on"])
