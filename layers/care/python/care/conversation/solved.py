"""Answers to the question whether a case is solved, and words that say that it came back."""

import re

from care import reference
from care.cases.case import Case
from care.conversation import articles, matters, script
from care.conversation.talk import Add, Talk, Turn
from care.line import packages
from care.reading import satisfaction
from care.reading.acts import Act
from care.reading.satisfaction import Verdict
from care.words import Category, ClosedAs, Status

_READ = 500
_CLEAR = 0.55
_SURELY_NEW = 0.7
_NEW_RATHER = 0.5
_SURELY_TROUBLE = 0.9
_OF_ANY = (Category.SERVICE, Category.OTHER)
"""Trouble that any case may have besides its own."""


def mark(case: Case | None) -> str:
    return f"{case.reference}-{case.cycle}" if case and case.status is Status.RESOLVED else ""


def asked_case(talk: Talk, leads: str) -> Turn | None:
    """Words that answer the satisfaction question, or say that a closed case came back, go to their case."""
    facts = talk.facts
    for case in (facts.asked, facts.own):
        if case is None:
            continue
        answer, rest = _parted(talk, case)
        if rest or _is_about(talk, case, leads):
            person = leads == "person" or talk.meant[Act.PERSON] > _CLEAR
            wish = Add(case.reference, answer, person=person, unsolved=_trouble(talk.about(answer)), rest=rest)
            return talk.turn(talk.dialogue.at("start"), wish=wish)
    return None


# What stands between the answer and another matter: "udah normal, tapi pulsa saya kepotong".
_TURNS = re.compile(
    r"[.;!\n]+\s+|,?\s+(?=(?:tapi|tp|cuma|btw|oh iya|oiya|terus|trus|sekalian|satu lagi|but|however|also|and now)\b)",
    re.I,
)
_OTHERS = (Act.FIND, Act.BUY, Act.STOP, Act.LINE)


def _parted(talk: Talk, case: Case) -> tuple[str, str]:
    """Words that say a resolved case is solved, and those of another matter after them; else all words and ""."""
    heard = talk.heard
    if case.status is Status.RESOLVED and talk.dialogue.place == "start":
        for found in _TURNS.finditer(heard[:_READ]):
            answer, rest = heard[: found.start()], heard[found.end() :]
            read = satisfaction.read(answer, talk.facts.satisfied_from, _trouble(talk.about(answer)))
            if read and read[0] is Verdict.SATISFIED and _is_other(talk.about(rest), case):
                return answer, rest
    return heard, ""


def _is_other(talk: Talk, case: Case) -> bool:
    """Whether words are surely of another matter than the case."""
    meant = talk.meant
    told = bool(articles.to_tell(talk.clause)) and meant[Act.ASK] > _NEW_RATHER
    is_new = _trouble(talk) > _NEW_RATHER and not matters.is_about(talk, case)
    return told or is_new or sum(meant[act] for act in _OTHERS) > _SURELY_NEW


def _trouble(talk: Talk) -> float:
    """The chance that trouble is told."""
    return min(1.0, talk.meant[Act.UNSOLVED] + talk.meant[Act.PROBLEM])


def _is_about(talk: Talk, case: Case, leads: str) -> bool:
    read = satisfaction.read(talk.text, talk.facts.satisfied_from, _trouble(talk))
    place = talk.dialogue.place
    if case.status is Status.RESOLVED:
        fresh = case is talk.facts.asked and talk.dialogue.question != mark(case)
        # A number alone is no answer to a step of a guide.
        scored = read is not None and read[1] is not None and place == "guide" and len(script.tokens(talk.text)) == 1
        if place != "start" and not scored and not (fresh and read and place not in ("code", "number", "confirm")):
            return False
        if leads and leads not in _MAY_ANSWER:
            return False
        return leads == "person" or not _own_matter(talk, read, case)
    if case.status is not Status.CLOSED or case.reference not in talk.facts.reopens or place != "start" or leads:
        return False
    is_late = case.closed_as is ClosedAs.UNCONFIRMED and read is not None and read[1] is not None
    return read is not None and (is_late or read[0] is Verdict.DISSATISFIED) and not _own_matter(talk, read, case)


_MAY_ANSWER = ("person", "thanked", "okay", "goodbye")
_NEW = frozenset(
    {Act.ASK, Act.FIND, Act.BUY, Act.STOP, Act.UNDO, Act.LINE, Act.SUGGEST, Act.GREET, Act.CHAT, Act.STATUS}
)


def _own_matter(talk: Talk, read: tuple[Verdict, int | None] | None, case: Case) -> bool:
    """Whether a text is about something new, so that it is no answer; ``read``: what it says as one."""
    if read and (read[0] is Verdict.UNSUBSCRIBED or (read[1] is not None and not talk.asks)):
        return False
    if not script.tokens(talk.text) or reference.find(talk.text) or packages.named(talk.text):
        return read is None
    if talk.meant[Act.PROBLEM] > _SURELY_TROUBLE and talk.seen.category not in _OF_ANY:
        return not matters.is_about(talk, case)
    return sum(talk.meant[act] for act in _NEW) > (_SURELY_NEW if read else _NEW_RATHER)
