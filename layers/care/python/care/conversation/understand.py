"""A message as it is understood: its clauses, and what each may mean, by every sign there is."""

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import log

from care import content, phone, reference
from care.conversation import articles, readers, script
from care.conversation.articles import Fitting
from care.conversation.questions import is_worded
from care.line import packages
from care.reading import acts, regional, slots, triage
from care.reading.acts import Act
from care.reading.hashed import shares
from care.reading.reader import Reading, blended, settled
from care.reading.search import Hit, search
from care.reading.slots import Slots
from care.reading.triage import Triage
from care.words import Kind, Language

COURTESY = frozenset({Act.GREET, Act.THANKS, Act.OKAY, Act.BYE, Act.PRAISE, Act.YES, Act.NO})
"""What needs no answer of its own beside a matter."""
_READ = 1500
_MOST_CLAUSES = 6
_POINTING = 6
"""Words of a question that points at what stands around it."""
_FEWEST_WORDS = 3
_HITS = 5
_LEAST = 1e-3
_LINKS = "sekalian|satu lagi|btw|oh iya|oiya|selain itu|(?:and )?also|one more thing|another thing|besides"
_BESIDES = re.compile(rf"(?:{_LINKS})\b", re.I)
_ASKS = (
    "apa|apakah|bagaimana|gimana|gmn|berapa|brp|kapan|bisa|bisakah|boleh|cara|caranya|kenapa|knp|kalo|kalau|di ?mana"
    "|how|what|when|where|why|which|can|could|is|are|do|does|will|would|should"
)
_ASKS_ANEW = (
    "can i|could i|do i|how do|how can|how much|what happens|is there|are there|will i|should i|where can|where do"
    "|when do|apakah"
)
# "terus" goes on after a comma, and says "all the time" elsewhere; what joins two questions joins two words as well.
_BREAKS = re.compile(
    rf"(?<=[.?!;])\s+|\n+|,?\s+(?=(?:{_LINKS})\b)|,\s+(?=(?:terus|trus|trs|dan|and|sama|sm|plus)\b)"
    rf"|,?\s+(?=(?:terus|trus|trs|dan|and|sama|sm|plus)\s+(?:{_ASKS})\b)|,\s+(?=(?:{_ASKS_ANEW})\b)",
    re.I,
)


@lru_cache(maxsize=1)
def _head() -> re.Pattern[str]:
    """What may stand before a matter: greetings, forms of address, that something is asked."""
    heads = sorted(script.phrases()["head"].whole, key=len, reverse=True)
    return re.compile(rf"(?:(?:{'|'.join(map(re.escape, heads))})(?:[\s,.!?:]+|$))+", re.I)


@dataclass(frozen=True)
class Clause:
    """A sentence or a part of one, and all that is read from it; ``reading`` is what a second reader said of it."""

    text: str
    language: Language
    reading: Reading | None = None

    @cached_property
    def said(self) -> str:
        """The text in Indonesian or English, without a phone number, which says nothing of the matter."""
        return regional.in_indonesian(script.without_number(self.text).strip() or self.text)

    @cached_property
    def seen(self) -> Triage:
        """Kind, category, priority."""
        seen = triage.read(self.said)
        return settled(seen, self.reading) if self.reading else seen

    @cached_property
    def hits(self) -> list[Hit]:
        """The nearest articles, best first."""
        return search(self.said, self.language, _HITS)

    @cached_property
    def fitting(self) -> list[Fitting]:
        """The articles that may answer, the likeliest first."""
        return articles.fitting(self)

    @cached_property
    def slots(self) -> Slots:
        """What is said of a package, a place, a time, an amount."""
        return slots.read(self.text)

    @property
    def besides(self) -> bool:
        """Whether it says itself that it is about another matter."""
        return bool(_BESIDES.match(self.text))

    @cached_property
    def asks(self) -> bool:
        """Whether it is worded as a question."""
        return "?" in self.text or script.says("asks", self.text)

    @property
    def is_question(self) -> bool:
        """Whether it asks, by whatever sign: "bisa distop semua ga"."""
        return self.asks or is_worded(self.text)

    @cached_property
    def meant(self) -> dict[Act, float]:
        """The share of each act, by all signs together."""
        shares = ranked(self.signs(acts.read(self.said)))
        return blended(shares, self.reading.act) if self.reading else shares

    @cached_property
    def act(self) -> Act:
        """The likeliest act."""
        return max(self.meant, key=self.meant.__getitem__)

    def signs(self, read: dict[Act, float]) -> dict[str, float]:
        """Everything that tells the act, as numbers of like size; ``read`` is what the model of acts says."""
        said, seen, found = script.tokens(self.text), self.seen, self.slots
        signs = {f"act_{act}": log(max(share, _LEAST)) / 3 for act, share in read.items()}
        signs |= {f"kind_{kind}": share for kind, share in seen.kinds.items()}
        signs |= {f"about_{category}": share for category, share in seen.categories.items()}
        if self.fitting:
            best = self.fitting[0]
            signs[f"article_{best.article.category}"] = best.chance
            signs[f"article_{best.article.kind}"] = best.chance
        return signs | {
            "asks": float(self.asks),
            "question_mark": float("?" in self.text),
            "one_word": float(len(said) == 1),
            "two_words": float(len(said) == 2),
            "words": log(1 + len(said)) / 2,
            "urgent": float(seen.priority.goes_first),
            "package_named": float(bool(packages.named(self.text))),
            "size": float(found.mb is not None or found.days is not None or found.budget is not None),
            "abroad": float(found.abroad),
            "wish": float(found.cheapest or found.biggest or found.compares or found.unlimited),
            "use": float(bool(found.use)),
            "amount": float(bool(readers.amount(self.text))),
            "when": float(bool(readers.when(self.text))),
            "number": float(bool(phone.find(self.text[:_READ]))),
            "reference": float(bool(reference.find(self.text))),
            "has_problem": float(seen.kind is Kind.COMPLAINT and seen.sure),
        }


@lru_cache(maxsize=1)
def weights() -> tuple[list[float], dict[str, list[float]]]:
    """The bias of each act, and by sign what it weighs for each; in the order of ``Act``."""
    by_act = content.toml("ranking")["acts"]
    signs = {sign for weights in by_act.values() for sign in weights} - {"bias"}
    biases = [by_act[act].get("bias", 0.0) for act in Act]
    return biases, {sign: [by_act[act].get(sign, 0.0) for act in Act] for sign in signs}


def ranked(signs: dict[str, float]) -> dict[Act, float]:
    """The share of each act by its weighed signs: ``content/ranking.toml``, made by ``python -m training.ranking``."""
    scores, by_sign = weights()
    for sign, value in signs.items():
        if value and sign in by_sign:
            scores = [score + weight * value for score, weight in zip(scores, by_sign[sign], strict=True)]
    return dict(zip(Act, shares(scores), strict=True))


@lru_cache(maxsize=64)
def clause(text: str, language: Language, reading: Reading | None = None) -> Clause:
    """A text as one clause."""
    return Clause(text, language, reading)


def is_doubtful(text: str, language: Language) -> bool:
    """Whether a text is about one matter, and two kinds or two acts are about as likely."""
    parts = clauses(text, language)
    if len(parts) > 1 or len(script.tokens(text)) < _FEWEST_WORDS:
        return False
    return triage.is_doubtful(parts[0].seen) or triage.margin(parts[0].meant.values()) < triage.CLOSE


def _points(said: str) -> bool:
    """Whether a few words only point at what was named before them: "where do I find it"."""
    return len(script.tokens(said)) <= _POINTING and script.says("points", said)


def _bare(said: str) -> str:
    """A sentence without the greeting and courtesy it begins with, unless that is all."""
    head = _head().match(said)
    rest = said[head.end() :] if head else said
    return rest if len(script.tokens(rest)) > 1 else said


@lru_cache(maxsize=64)
def clauses(text: str, language: Language, reading: Reading | None = None) -> tuple[Clause, ...]:
    """The clauses of a text that have a matter of their own; of one that has none, itself.

    Greetings and courtesy around a matter are left out, and parts of a word or two, or that only point at it, stay with
    what they follow. A ``reading`` of the whole text is that of its only clause.
    """
    parts: list[str] = []
    for part in _BREAKS.split(text[:_READ]):
        said = _bare(part.strip())
        if script.is_whole("tail", said):
            continue
        if parts and (len(script.tokens(said)) < _FEWEST_WORDS or _points(said) or len(parts) == _MOST_CLAUSES):
            parts[-1] = f"{parts[-1]} {said}"
        elif said:
            parts.append(said)
    found = [clause(part, language) for part in parts]
    matters = [one for one in found if one.act not in COURTESY]
    if len(matters) == 1 and reading:
        return (clause(matters[0].text, language, reading),)
    return tuple(matters) or (clause(text, language, reading),)
