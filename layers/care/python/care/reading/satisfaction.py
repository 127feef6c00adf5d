"""What a customer means by the answer to "is it solved, how satisfied are you (1-5)?".

``content/satisfaction.toml`` has the phrases. One good word is no answer: only a score or a plain statement that it is
solved satisfies, and irony, doubt and what is still amiss count before it.
"""

import re
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from care.channels import Channel
from care.content import toml
from care.reading import wording
from care.reading.phrases import END, Found, Phrases, words_of
from care.value import Value
from care.words import Team


class Verdict(StrEnum):
    """What an answer says; a courtesy ("terima kasih") says nothing about the problem.

    ``UNSURE`` may be satisfied and has to be asked: doubt, or praise that says nothing of the matter. ``UNSUBSCRIBED``
    wants to be asked no more, and says nothing else.
    """

    SATISFIED = "satisfied"
    DISSATISFIED = "dissatisfied"
    COURTESY = "courtesy"
    UNSURE = "unsure"
    UNSUBSCRIBED = "unsubscribed"

    @property
    def is_answer(self) -> bool:
        """Whether it settles the question."""
        return self in (Verdict.SATISFIED, Verdict.DISSATISFIED)


class Answer(Value):
    """A customer's answer for one cycle of a case: given on which channel, about whose resolution and which team's."""

    cycle: int
    verdict: Verdict
    score: int | None = None
    at: datetime
    channel: Channel
    team: Team
    agent: str = ""
    comment: str = ""


_READ = 1000
_TROUBLE = 0.6
_DOUBTED = {Verdict.SATISFIED: Verdict.UNSURE, Verdict.COURTESY: Verdict.DISSATISFIED}
"""What good words are worth beside likely trouble."""
_SHORT = 8
"""In so many words a number anywhere may be the score, and a good word is about this."""
_STATEMENT = 24
"""A statement has no more words than this."""
_COURTESY = 12
_STARS = re.compile("[⭐🌟★]")
_DISPLEASED = re.compile("[👎🙄🤡😡🤬😤😒😠🤮💩]")
_PLEASED = re.compile("[👍👌🙏😊😁❤🥰😍🎉💯]")
_LABEL = r"(?:nilai(?:nya)?|skor(?:nya)?|score|rating|bintang|star|poin|kasih|rate|beri)"
_UNITS = (
    r"hari|malam|jam|menit|minggu|mgg|bulan|bln|tahun|kali|x|gb|mb|rb|ribu|jt|juta|orang|nomor|kartu|hp|bar|kb|g|mbps|detik"
    r"|nights?|days?|hours?|minutes?|weeks?|months?|times?|years?|bars?|people|phones?|am|pm"
)
# A number of days, tries or gigabytes is no score, nor is the 4 of 4G, a range, a date or an hour.
_SCORE = re.compile(
    r"(?<![\w/+-])(?<!\d[.,-])(?<!tgl )(?<!tanggal )(?<!jam )(?<!pukul )(?<!pkl )(?<!minus )(?<!ke )(?<!at )"
    rf"([1-5])(?:\s?(?:/|dari|of|out of)\s?5)?(?!\w|[/.,:-]\d)(?!\s?(?:{_UNITS})\b)",
    re.I,
)
_OF_TEN = re.compile(rf"(?<![\d/])(10|[1-9])\s?/\s?10\b|\b{_LABEL}\s?(10|[6-9])\b", re.I)
_NOUGHT = re.compile(
    rf"(?<![\d/])0\s?/\s?(?:5|10)\b|\b{_LABEL}\s?(?:0|nol|zero)\b|\b(?:0|nol|zero) ?(?:besar|stars?|bintang)\b", re.I
)
_LABELLED_AFTER = re.compile(r"\s?(?:stars?|bintang|poin|points?)\b", re.I)
# Alone: a package is unsubscribed from too.
_LEAVES = re.compile(
    r"\W*(?:please )?(?:unsubscribe|berhenti (?:ber)?langganan)(?: me)?(?: please| pls| ya| dong)?\W*", re.I
)
_NO = re.compile(r"^\W*(?:no|nope|nah)\b(?=\W*$|[,.!]|\s(?:it|not|still|the|i|kak|min)\b)", re.I)
_SPOKEN = {
    word: score
    for score, words in enumerate(("satu one", "dua two", "tiga three", "empat four", "lima five"), start=1)
    for word in words.split()
}
_WORD = "|".join(_SPOKEN)
_OF_FIVE = re.compile(rf"(?<![\w/.,-])([1-5]|{_WORD})\s?(?:/|dari|of|out of)\s?(?:5|lima|five)\b", re.I)
_SPOKEN_LABELLED = re.compile(rf"\b{_LABEL}\s({_WORD})\b|\b({_WORD})\s(?:bintang|stars?)\b", re.I)
# "empat lah, lumayan": the score first, and nothing that it counts.
_PARTICLES = "lah|deh|aja|saja|dong|sih|ya|kak|min|gan|mungkin|please|maybe|i guess|i think|i suppose"
_SPOKEN_FIRST = re.compile(rf"^\W*({_WORD})(?:\s(?:{_PARTICLES}))*\s*(?:[,.;!(]|$)", re.I)
# "fixed" in quotation marks is not.
_QUOTED = re.compile(r"[\"“”'‘]\s?(?:fixed|solved|resolved|selesai|beres|normal|teratasi|lancar|done)\s?[\"“”'’]", re.I)


class _Lists(NamedTuple):
    phrases: Phrases
    yes: frozenset[str]
    thanks: frozenset[str]
    polite: frozenset[str]


@cache
def _lists() -> _Lists:
    parts: dict[str, Any] = toml("satisfaction")
    words = {name: frozenset(map(wording.spelled, parts.pop(name).split())) for name in ("yes", "thanks", "polite")}
    return _Lists(Phrases(parts), **words)


def read(text: str, satisfied_from: int, unsolved: float = 0.0) -> tuple[Verdict, int | None] | None:
    """The verdict and the score (1 to 5, if one is named) in a customer's words; ``None`` if they say neither.

    A score decides unless the words plainly deny it: "belum, 1" and "belum selesai" are dissatisfied alike.
    ``unsolved`` is the chance, as far as it is known otherwise, that trouble is told: then good words alone are asked,
    and thanks are none.
    """
    found = _read(text, satisfied_from)
    if found is None or found[1] is not None or unsolved < _TROUBLE:
        return found
    return _DOUBTED.get(found[0], found[0]), None


def tells_solved(text: str) -> bool:
    """Whether a text says itself that it is solved, as a yes to the question does not; whatever else it says."""
    return bool(_named(list(_lists().phrases.find(words_of(wording.plain(text[:_READ])))), "solved"))


def unsubscribes(text: str) -> bool:
    """Whether a customer wants to be asked no more, whatever else is said."""
    sample = text[:_READ]
    return _leaves(sample, list(_lists().phrases.find(words_of(wording.plain(sample)))))


def _leaves(sample: str, found: list[Found]) -> bool:
    return bool(_named(found, "no_more") or _LEAVES.fullmatch(sample))


def _read(text: str, satisfied_from: int) -> tuple[Verdict, int | None] | None:
    sample = text[:_READ]
    words = words_of(wording.plain(sample))
    score = _score(sample, len(words))
    found = list(_lists().phrases.find(words))
    if _is_denied(sample, found):
        return Verdict.DISSATISFIED, score
    if score is not None:
        return (Verdict.SATISFIED if score >= satisfied_from else Verdict.DISSATISFIED), score
    verdict = _by_words(sample, [word for word in words if word != END], found)
    return (verdict, None) if verdict else None


def _is_denied(sample: str, found: list[Found]) -> bool:
    """Whether the words mock, or say that it is not solved or bad."""
    if _DISPLEASED.search(sample) or _NOUGHT.search(sample) or _QUOTED.search(sample) or _NO.match(sample):
        return True
    return bool(_named(found, "mocks") or _apart(found, "unsolved", "free", "doubts", "no_more"))


def _by_words(sample: str, words: list[str], found: list[Found]) -> Verdict | None:
    lists, said = _lists(), set(words)
    if _leaves(sample, found) and not _apart(found, "solved", "no_more"):
        return Verdict.UNSUBSCRIBED
    short = len(words) <= _SHORT
    if _apart(found, "doubts", "checked"):
        return Verdict.UNSURE
    if "?" in sample or len(words) > _STATEMENT:
        return None
    if _named(found, "free") or _named(found, "solved"):
        return Verdict.SATISFIED
    if said and said <= lists.yes | lists.polite | lists.thanks:
        # "ya, makasih" is a courtesy; "ya" alone, or "sudah", is a yes.
        is_yes = (words[0] in lists.yes and not said & lists.thanks) or bool(said & lists.yes - lists.polite)
        return Verdict.SATISFIED if is_yes else Verdict.COURTESY
    if short and (_named(found, "good") or _PLEASED.search(sample)):
        return Verdict.UNSURE
    return Verdict.COURTESY if said & lists.thanks and len(words) <= _COURTESY else None


def _named(found: list[Found], name: str) -> list[Found]:
    return [one for one in found if one.name == name]


def _apart(found: list[Found], name: str, *others: str) -> list[Found]:
    """What stands of a list where nothing of the others does."""
    covering = [one for one in found if one.name in others]
    return [one for one in _named(found, name) if not any(map(one.overlaps, covering))]


def _score(sample: str, length: int) -> int | None:
    stars = len(_STARS.findall(sample))
    if stars:
        return min(stars, 5)
    of_ten = _OF_TEN.search(sample)
    if of_ten:
        return (int(of_ten[1] or of_ten[2]) + 1) // 2
    of_five = _OF_FIVE.search(sample)
    if of_five:
        return int(of_five[1]) if of_five[1].isdigit() else _SPOKEN[of_five[1].lower()]
    spoken = _SPOKEN_LABELLED.search(sample) or _SPOKEN_FIRST.search(sample)
    if spoken:
        return _SPOKEN[next(filter(None, spoken.groups())).lower()]
    matches = list(_SCORE.finditer(sample))
    if len({int(one[1]) for one in matches}) == 1:
        one = matches[0]
        at_an_end = not sample[: one.start()].strip(" (,.") or not sample[matches[-1].end() :].strip(" ).!,")
        is_labelled = re.search(rf"\b{_LABEL}\W*$", sample[: one.start()], re.I) or _LABELLED_AFTER.match(
            sample, one.end()
        )
        if length <= _SHORT or at_an_end or is_labelled:
            return int(one[1])
    return None
