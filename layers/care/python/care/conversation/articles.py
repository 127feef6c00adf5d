"""Which articles answer a text, and how surely."""

from dataclasses import dataclass
from functools import lru_cache
from math import log
from typing import Protocol

from care import content
from care.reading import acts, knowledge, subjects
from care.reading.acts import Act
from care.reading.hashed import logistic
from care.reading.knowledge import Article, Asks
from care.reading.search import Hit
from care.reading.slots import Slots
from care.reading.subjects import NOTHING
from care.reading.triage import Triage
from care.words import Category, Kind

TOLD = 0.4
"""From this chance on an article is told; chosen by measurement (docs/conversation.md)."""
BESIDE = 0.42
"""From this chance on a second one is told as well, where the first is not sure."""
HELPS = 0.4
"""From this chance on an article's likely cause and first step are told to who has a reference already."""
SURE = 0.75
_ITS_SHARE = 0.1
_LINE = (Category.NETWORK, Category.INTERNET)
_LIKELY = 4
_LEAST = 1e-3


@dataclass(frozen=True)
class Fitting:
    """An article, and the chance that it answers."""

    article: Article
    chance: float


class Clause(Protocol):
    """What has to be known of a clause (``care.conversation.understand``)."""

    @property
    def said(self) -> str:
        """What the customer wrote, without a phone number."""

    @property
    def seen(self) -> Triage:
        """Kind, category, priority."""

    @property
    def slots(self) -> Slots:
        """What is said of a package, a place, a time, an amount."""

    @property
    def hits(self) -> list[Hit]:
        """What search finds."""

    @property
    def fitting(self) -> list[Fitting]:
        """The articles that may answer, the likeliest first."""


@lru_cache(maxsize=1)
def weights() -> dict[str, float]:
    """What each sign weighs."""
    return dict(content.toml("ranking")["article"])


def candidates(clause: Clause, read: dict[str, float]) -> list[str]:
    """The articles that may answer: those search finds and those the text is likely to ask for, by ``read``."""
    likely = sorted(read, key=lambda one: -read[one])[:_LIKELY]
    return list(dict.fromkeys([*(hit.article for hit in clause.hits), *(one for one in likely if one != NOTHING)]))


def signs(clause: Clause, id: str, read: dict[str, float]) -> dict[str, float]:
    """What tells whether an article answers, as numbers of like size; ``read`` is what the model of subjects says."""
    scores = {hit.article: hit.score for hit in clause.hits}
    others = [score for one, score in scores.items() if one != id]
    shares = [share for one, share in read.items() if one not in (id, NOTHING)]
    article = knowledge.article(id)
    seen, does = clause.seen, acts.read(clause.said)
    trouble = does[Act.PROBLEM] + does[Act.UNSOLVED]
    score, share = scores.get(id, 0.0), read.get(id, 0.0)
    return {
        "score": score,
        "lead": score - max(others, default=0.0),
        "subject": log(max(share, _LEAST)) / 3,
        "subject_lead": share - max(shares, default=0.0),
        "no_subject": read.get(NOTHING, 0.0),
        "category": _share(seen, article.category),
        "kind": seen.kinds.get(article.kind, 0.0),
        "trouble_guided": trouble * bool(article.steps),
        "trouble_unguided": trouble * (not article.steps),
        "asked_information": does[Act.ASK] * (article.kind is Kind.INFORMATION),
        "abroad": clause.slots.abroad * (article.category is Category.ROAMING),
        "at_home": clause.slots.abroad * (article.category in _LINE),
        "nothing_asked": seen.kinds.get("none", 0.0),
    }


def _share(seen: Triage, category: Category) -> float:
    """How likely a text is about a category; a dead line and a slow one are two, and an article may be about both."""
    shares = seen.categories
    return sum(shares[one] for one in (_LINE if category in _LINE else (category,)))


def chance(signs: dict[str, float]) -> float:
    """The chance by weighed signs: ``[article]`` of ``content/ranking.toml``."""
    its = weights()
    return logistic(its["bias"] + sum(its.get(name, 0.0) * value for name, value in signs.items()))


def fitting(clause: Clause) -> list[Fitting]:
    """The articles that may answer, the likeliest first."""
    read = subjects.read(clause.said)
    found = [Fitting(knowledge.article(id), chance(signs(clause, id, read))) for id in candidates(clause, read)]
    return sorted(found, key=lambda one: -one.chance)


def of_trouble(clause: Clause) -> str:
    """The id of the article that says what may help with a trouble; "" when none is near."""
    seen = clause.seen
    near = [one for one in clause.fitting if one.chance >= SURE or _share(seen, one.article.category) >= _ITS_SHARE]
    found = [one for one in near if one.chance >= HELPS]
    if not found:
        return ""
    # How something is set up is no help where it fails, if another article is about that.
    repairs = [one.article for one in found if one.article.asks is Asks.WORKED and one.article.steps]
    alike = [one for one in repairs if one.category is found[0].article.category]
    return (alike[0] if alike and found[0].article.asks is Asks.DONE else found[0].article).id


def to_tell(clause: Clause, without: tuple[str, ...] = ()) -> list[Fitting]:
    """The article that answers, and a second where the first is not sure; none of ``without``."""
    found = [one for one in clause.fitting if one.article.id not in without and one.chance >= BESIDE]
    if not found or found[0].chance < TOLD:
        return []
    return found[:1] if found[0].chance >= SURE else found[:2]
