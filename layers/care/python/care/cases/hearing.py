"""A customer's words come to a case."""

from collections.abc import Iterable

from care.cases.draft import Draft
from care.cases.files import Attachment
from care.cases.following import reopen
from care.cases.opening import place
from care.cases.timeline import Sign, What
from care.channels import Channel
from care.reading import satisfaction
from care.reading.satisfaction import Answer, Verdict
from care.telling.outbox import MailThread
from care.words import CUSTOMER, ClosedAs, Status

_COMMENT = 500
"""Characters of an answer's words that are kept with its score; all of them are on the timeline."""


def hear(
    draft: Draft,
    text: str,
    channel: Channel,
    attachments: Iterable[Attachment] = (),
    thread: MailThread | None = None,
    unsolved: float = 0.0,
    sign: Sign = Sign.NONE,
    raw: str = "",
) -> Verdict | None:
    """A customer's message that belongs to the case: an answer, if one is awaited, else one more thing to know.

    On a resolved case all but an answer, a courtesy or a doubt means that it is not solved, so nothing a customer adds
    is filed away unread. ``unsolved`` is the chance, where it is known, that trouble is told; ``sign`` and ``raw`` are
    as of ``TimelineEntry``. Gives what was made of it; ``None`` means just added.
    """
    case = draft.case
    draft.note(What.MESSAGE_IN, CUSTOMER, text, channel=channel, attachments=attachments, sign=sign, raw=raw)
    if thread:
        draft.set(thread=thread)
    place(draft, text)
    if satisfaction.unsubscribes(text):
        draft.unsubscribe()
    if case.status is Status.WAITING_FOR_CUSTOMER:
        draft.unpause()
        draft.move(Status.IN_PROGRESS, CUSTOMER)
    if case.status not in (Status.RESOLVED, Status.CLOSED):
        return None
    read = satisfaction.read(text, draft.policy.satisfaction.satisfied_from, unsolved)
    verdict, score = read or (Verdict.DISSATISFIED, None)
    if not verdict.is_answer:
        return verdict
    _answer(draft, verdict, score, channel, text)
    return verdict


def _answer(draft: Draft, verdict: Verdict, score: int | None, channel: Channel, text: str) -> None:
    """The answer is kept with who resolved it, and of a bad one who is answerable knows the same minute.

    One that comes late corrects how the case was closed, or reopens it.
    """
    case = draft.case
    if case.status is Status.CLOSED and not case.is_complaint and verdict is Verdict.SATISFIED:
        return
    answer = Answer(
        cycle=case.cycle,
        verdict=verdict,
        score=score,
        at=draft.now,
        channel=channel,
        team=case.team,
        agent=case.resolver,
        comment=text[:_COMMENT],
    )
    draft.set(answer=answer, scores=(*case.scores, answer))
    draft.note(What.ANSWERED, CUSTOMER, f"{verdict} {score or ''}".strip())
    if verdict is Verdict.DISSATISFIED:
        draft.notify("dissatisfied", score=str(score or "-"), resolver=case.resolver or "-")
    if case.status is not Status.CLOSED:
        return
    if verdict is Verdict.DISSATISFIED:
        reopen(draft, CUSTOMER)
    elif case.closed_as is ClosedAs.UNCONFIRMED:
        draft.set(closed_as=ClosedAs.SATISFIED)
