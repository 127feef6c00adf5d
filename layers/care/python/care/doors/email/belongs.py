"""Which case a mail goes on with, and by what sign. Only its own customer's mail joins a case: a reference or a
Message-ID can be known to others.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from care import reference
from care.cases.case import Case
from care.cases.opening import SUMMARY_LENGTH
from care.cases.timeline import Sign
from care.centre import Centre
from care.channels import EMAIL
from care.doors.accepting import still_joins
from care.doors.email.read import Mail, opening_event
from care.doors.email.received import MailEvent
from care.reading import satisfaction, triage
from care.reading.satisfaction import Verdict
from care.services.table.cases import MOST_CASES
from care.words import Category, Status

_ANSWER = 200
"""A mail of no thread that has more characters is no answer but a matter of its own."""
_MOST_SIGNED = 5
_MOST_IN_SUBJECT = 8
_MOST_IN_TEXT = 5
# "Re:" as mail programs of many languages write it, also counted ("Re[2]:").
_REPLIES = re.compile(
    r"(?:\s*(?:re|aw|antw|antwort|sv|vs|ref|rif|res|bls|balas|balasan|odp|ynt|vá|tl|απ|σχετ|回复|回覆|答复|答覆|返信|回信)"
    r"(?:\[\d{1,3}\]|\(\d{1,3}\))?\s?[:：])+",
    re.IGNORECASE,
)
_TAG = re.compile(r"\[#\d+\]")


@dataclass(frozen=True)
class Belonging:
    """``case`` is the one it goes on with, by ``sign``. Of what does not join, an agent is told: ``after`` is its
    author's own case that takes no more words, ``beside`` one in which danger would wait, ``foreign`` one that
    it names and that is somebody else's, or not surely its author's.
    """

    case: Case | None = None
    sign: Sign = Sign.NONE
    after: str = ""
    beside: str = ""
    foreign: str = ""


def find(centre: Centre, event: MailEvent, now: datetime) -> Belonging:
    """The case whose own address a mail came to; then that of its thread; then one that its words name; then the only
    one that its author may mean by so short an answer, or by the subject.

    No request for a mail that names nothing and answers nothing; else one, two where the thread began elsewhere.
    """
    if not event.is_trusted:
        return Belonging(foreign=next(iter(event.named), ""))
    found = _named(centre, event, now)
    return found if found.case or found.foreign else _meant(centre, event, now, found)


def _named(centre: Centre, event: MailEvent, now: datetime) -> Belonging:
    """By what the mail names. The cases that its author's earlier mails opened are read with what the ids say."""
    mail = event.mail
    newest_first = mail.references[::-1][:MOST_CASES]
    likely = [reference.derive(opening_event(mail.author, one)) for one in newest_first]
    answered = [one for one in (event.signs.answers, event.signs.thread) if one]
    signed, subjects = event.signs.named[:_MOST_SIGNED], mail.case_references[:_MOST_IN_SUBJECT]
    in_text = reference.find(mail.full_text)[:_MOST_IN_TEXT]
    threads = centre.store.cases.threads(mail.references, (*answered, *signed, *subjects, *in_text, *likely))
    threaded = [*signed, *threads.references[::-1]]
    cases = threads.cases | centre.store.cases.named([one for one in threaded if one not in threads.cases])
    signs = [(Sign.SIGNED, answered), (Sign.THREAD, threaded), (Sign.SUBJECT, subjects), (Sign.TEXT, in_text)]
    found = Belonging()
    for sign, one in ((sign, one) for sign, those in signs for one in those):
        case = cases.get(one)
        if case is None:
            continue
        if not _is_theirs(case, mail):
            found = replace(found, foreign=found.foreign or one)
        elif still_joins(centre, case, now):
            return Belonging(centre.gone_on(case), sign)
        else:
            found = replace(found, after=found.after or one)
    return found


def _meant(centre: Centre, event: MailEvent, now: datetime, found: Belonging) -> Belonging:
    """By what its author may mean who names no case: an answer to our question, thanks, or a subject we know."""
    mail, address = event.mail, event.party.address
    said, is_short = mail.text or mail.subject, len(mail.text) <= _ANSWER
    answer = satisfaction.read(said, centre.policy.satisfaction.satisfied_from) if is_short else None
    about = _answered_subject(mail.subject)
    if address is None or not (answer or about):
        return found
    own = [one for one in centre.own_cases(address, now) if still_joins(centre, one, now)]
    if answer and (answered := _answered(answer, mail.text, own)):
        return Belonging(centre.gone_on(answered), Sign.ANSWER)
    alike = [one for one in own if about and one.status is not Status.CLOSED and _plain(one.summary) == about]
    return Belonging(alike[0], Sign.LIKE) if len(alike) == 1 else found


def _answered(read: tuple[Verdict, int | None], text: str, own: list[Case]) -> Case | None:
    """The only case whose author was asked if it is solved, where that is answered; nobody knows which of two. Who was
    asked nothing and says that it is solved, or thanks, means his newest; a number alone is no answer to nothing.
    """
    verdict, score = read
    asked = [one for one in own if one.status is Status.RESOLVED]
    if verdict is Verdict.COURTESY or (verdict is Verdict.SATISFIED and score is None and not asked):
        return own[0] if own else None
    return asked[0] if len(asked) == 1 and _may_answer(read, text, asked[0]) else None


def _may_answer(read: tuple[Verdict, int | None], text: str, case: Case) -> bool:
    """Whether words are about a case rather than trouble of another sort."""
    verdict, score = read
    if verdict is not Verdict.DISSATISFIED or score is not None:
        return True
    seen = triage.read(text)
    return seen.kind is None or seen.category in (case.category, Category.SERVICE, Category.OTHER)


def _answered_subject(subject: str) -> str:
    """What a subject answers, plainly; "" for one that answers none."""
    prefix = _REPLIES.match(subject)
    return _plain(subject[prefix.end() :]) if prefix else ""


def _plain(subject: str) -> str:
    """A subject without what mail programs and we add, as far as a case keeps it."""
    prefix = _REPLIES.match(subject)
    words = _TAG.sub(" ", subject[prefix.end() :] if prefix else subject)
    return " ".join(words.split())[:SUMMARY_LENGTH].strip().casefold()


def _is_theirs(case: Case, mail: Mail) -> bool:
    return any(one.belongs_to(EMAIL, mail.author) for one in case.addresses)
