"""What a customer means by the answer to "is it solved, how satisfied are you (1-5)?"."""

import re
from enum import StrEnum

from care.value import Value


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


_READ = 1000
_SCORED = 160
_NOT = (
    r"(?:belum|blm|blum|belom|blom|tidak|tdk|gak|ga|gk|nggak|ngga|enggak|engga|tak|kurang|jangan|bukan"
    r"|not|no|nope|never|isn't|isnt|doesn't|doesnt|don't|dont|didn't|didnt|can't|cant|cannot|hasn't|hasnt)"
)
_GOOD = (
    r"(?:puas|selesai|beres|solved|fixed|resolved|satisfied|happy|teratasi|tuntas|baik|membaik|bagus|bisa|normal|sembuh"
    r"|lancar|aman|works?|working|better|good|great|fine|perfect|excellent|done)"
)
_TROUBLE = r"(?:lemot|lelet|lambat|putus|putus-putus|bermasalah|error|eror|hilang|mati|rusak|jelek|buruk|slow|bad)"
# "tidak ada masalah lagi", "no longer slow": trouble denied is good news.
_FREE_OF_TROUBLE = re.compile(
    rf"\b{_NOT}\b(?: (?:ada|lagi|any|more|longer))*"
    rf" (?:{_TROUBLE}|masalah|kendala|gangguan|keluhan|problems?|issues?|complaints?|trouble)\b",
    re.I,
)
_DENIED = re.compile(
    rf"\b{_NOT}\b(?: \w+){{0,2}}? (?:{_GOOD}|berubah|perubahan|changed?)\b"
    r"|\b(?:kecewa|masih|still|unsolved|unhappy|dissatisfied|worse|tetap sama|the same|sama saja|sama aja)\b",
    re.I,
)
_BAD = re.compile(rf"\b(?:{_TROUBLE}|payah|parah|kambuh|worst|terrible|awful)\b", re.I)
_NO = re.compile(rf"^\W*{_NOT}\b", re.I)
_YES = re.compile(rf"\b(?:{_GOOD}|sudah|udah|sdh|udh|ya|iya|yes|yep|ok|oke|okay|sip|mantap|mantul|keren)\b|👍", re.I)
_ASKS_OR_WAITS = re.compile(r"\b(?:kapan|gimana|bagaimana|tunggu|menunggu|when|how|waiting)\b", re.I)
_THANKS = {"makasih", "makasi", "mksh", "terima", "terimakasih", "trima", "trims", "thank", "thanks", "thx", "tks"}
_POLITE = _THANKS | {
    "kasih",
    "you",
    "so",
    "very",
    "much",
    "ok",
    "oke",
    "okay",
    "siap",
    "baik",
    "kak",
    "min",
    "pak",
    "bu",
    "ya",
    "yes",
    "noted",
    "banyak",
    "atas",
    "bantuannya",
    "for",
    "your",
    "help",
    "the",
    "respon",
    "responnya",
    "sama",
}
# A number of days, tries or gigabytes is no score, nor is the 4 of 4G or a range.
_SCORE = re.compile(
    r"(?<![\w/])(?<!\d[.,-])([1-5])(?:\s?(?:/|dari|of|out of)\s?5)?(?!\w|[/.,-]\d)"
    r"(?!\s?(?:hari|jam|menit|minggu|bulan|tahun|kali|x|gb|mb|rb|ribu|days?|hours?|minutes?|weeks?|months?|times?)\b)",
    re.I,
)
_SPOKEN_SCORES = {
    word: score
    for score, words in enumerate(("satu one", "dua two", "tiga three", "empat four", "lima five"), start=1)
    for word in words.split()
}


def read(text: str, satisfied_from: int) -> tuple[Verdict, int | None] | None:
    """The verdict and the score (1 to 5, if one is named) in a customer's words; ``None`` if they say neither.

    A score decides unless the words plainly deny it: "belum, 1" and "belum selesai" are dissatisfied alike.
    """
    words = " ".join(text[:_READ].replace("’", "'").split())
    score = _score(words)
    words = _FREE_OF_TROUBLE.sub("sudah", words)
    if _DENIED.search(words) or _NO.match(words):
        return Verdict.DISSATISFIED, score
    if score is not None:
        return (Verdict.SATISFIED if score >= satisfied_from else Verdict.DISSATISFIED), score
    said = set(re.findall(r"[^\W\d_]+", words.lower()))
    if said & _THANKS and said <= _POLITE:
        return Verdict.COURTESY, None
    if _BAD.search(words):
        return Verdict.DISSATISFIED, None
    if _YES.search(words) and not _ASKS_OR_WAITS.search(words) and len(words.split()) <= 12:
        return Verdict.SATISFIED, None
    return None


def _score(words: str) -> int | None:
    spoken = _SPOKEN_SCORES.get(words.strip(" .!").lower())
    named = {int(one) for one in _SCORE.findall(words)}
    if spoken is None and len(named) == 1 and len(words) <= _SCORED:
        return named.pop()
    return spoken
