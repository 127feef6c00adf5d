"""What a customer means by the answer to "is it solved, how satisfied are you (1-5)?"."""

import re
from enum import StrEnum

from care.model import Value


class Verdict(StrEnum):
    """What an answer says; a courtesy ("terima kasih") says nothing about the problem."""

    SATISFIED = "satisfied"
    DISSATISFIED = "dissatisfied"
    COURTESY = "courtesy"


class Answer(Value):
    """A customer's answer for one cycle of a case."""

    cycle: int
    verdict: Verdict
    score: int | None = None


_NOT = r"(?:belum|blm|blum|tidak|tdk|gak|ga|gk|nggak|ngga|enggak|engga|tak|kurang|jangan|not|no|isn't|isnt|never)"
_GOOD = (
    r"(?:puas|selesai|beres|solved|fixed|resolved|satisfied|happy|teratasi|tuntas|baik|bagus|bisa|normal|sembuh|lancar)"
)
_NEGATED = re.compile(
    rf"\b{_NOT}\b(?:\s+\w+){{0,2}}?\s+{_GOOD}\b|\b(?:kecewa|masih|still|unsolved|unhappy|dissatisfied)\b",
    re.I,
)
_NO = re.compile(rf"^\W*{_NOT}\b", re.I)
_GOOD_WORD = re.compile(rf"\b(?:{_GOOD}|sudah|udah|sdh|udh|ya|iya|yes|yep|ok|oke|okay)\b", re.I)
_COURTESY = re.compile(
    r"^(?:\W|\b(?:terima|trima|terimakasih|makasih|mksh|makasi|kasih|thanks?|thank|thx|tks|you|so|very|much|ok|oke|okay|siap|baik|"
    r"kak|min|pak|bu|ya|yes|noted|banyak|atas|bantuannya|for|your|help|the|respon|responnya|sama|sama-sama)\b)+$",
    re.I,
)
_SCORE = re.compile(r"(?<![\d/.,])([1-5])(?:\s*(?:/|dari|of|out of)\s*5)?(?![\d/.,]\d|\d)")


def read(text: str, satisfied_from: int) -> tuple[Verdict, int | None] | None:
    """The verdict and the score (1 to 5, if one is named) in a customer's words; ``None`` if they say neither.

    A score decides unless the words plainly deny it: "belum, 1" and "belum selesai" are dissatisfied alike.
    """
    words = text.strip()
    scores = _SCORE.findall(words)
    score = int(scores[0]) if len(set(scores)) == 1 and len(words) <= 160 else None
    if _NEGATED.search(words) or _NO.match(words):
        return Verdict.DISSATISFIED, score
    if score is not None:
        return (Verdict.SATISFIED if score >= satisfied_from else Verdict.DISSATISFIED), score
    if words and re.search(r"makasih|terima|thank|thx|tks|mksh", words, re.I) and _COURTESY.match(words):
        return Verdict.COURTESY, None
    if _GOOD_WORD.search(words) and len(words.split()) <= 12:
        return Verdict.SATISFIED, None
    return None
