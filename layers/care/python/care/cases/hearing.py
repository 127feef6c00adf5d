"""A customer's words come to a case."""

from collections.abc import Iterable

from care.cases.draft import Draft
from care.cases.files import Attachment
from care.cases.following import reopen
from care.cases.timeline import What
from care.channels import Channel
from care.reading import satisfaction
from care.reading.satisfaction import Answer, Verdict
from care.telling.outbox import MailThread
from care.words import CUSTOMER, Status


def hear(
    draft: Draft,
    text: str,
    channel: Channel,
    attachments: Iterable[Attachment] = (),
    thread: MailThread | None = None,
    unsolved: float = 0.0,
) -> Verdict | None:
    """A customer's message that belongs to the case: an answer, if one is awaited, else one more thing to know.

    On a resolved case all but an answer, a courtesy or a doubt means that it is not solved, so nothing a customer adds
    is filed away unread. ``unsolved`` is the chance, where it is known, that trouble is told. Gives what was made of
    it; ``None`` means just added.
    """
    case = draft.case
    draft.note(What.MESSAGE_IN, CUSTOMER, text, channel=channel, attachments=attachments)
    if thread:
        draft.set(thread=thread)
    if case.status is Status.WAITING_FOR_CUSTOMER:
        draft.move(Status.IN_PROGRESS, CUSTOMER)
    if case.status not in (Status.RESOLVED, Status.CLOSED):
        return None
    read = satisfaction.read(text, draft.policy.satisfaction.satisfied_from, unsolved)
    verdict, score = read or (Verdict.DISSATISFIED, None)
    if not verdict.is_answer:
        return verdict
    if case.status is Status.RESOLVED:
        draft.set(answer=Answer(cycle=case.cycle, verdict=verdict, score=score))
        draft.note(What.ANSWERED, CUSTOMER, f"{verdict} {score or ''}".strip())
    elif verdict is Verdict.DISSATISFIED:
        reopen(draft, CUSTOMER)
    return verdict
