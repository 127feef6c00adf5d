"""Sending what is due: claim, send, record. Nothing else in the system sends.

No sending service of AWS takes an idempotency token, so a crash between sending and recording leaves a message
claimed and unknown. The provider's event, which carries our key, settles it; unsettled after the policy's time it is
sent again and the timeline says so. Events come in any order and again: which state may follow which is told by
``_FATES``.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from care import phone
from care.cases import delivery
from care.cases.draft import Draft
from care.centre import Centre
from care.channels import Channel
from care.services.queues import Notify, Queue, Queues
from care.services.senders.port import Barred, Refused, Sender, TryLater
from care.services.table.commit import until_stored
from care.services.table.items import NotFound
from care.telling.outbox import Delivery, Fate, OutboxMessage, Report

_CLAIMED = (Delivery.CLAIMED,)
# Due is here what came back and is sent again later.
_ON_ITS_WAY = (Delivery.DUE, Delivery.CLAIMED, Delivery.SENT)
_FATES: Mapping[Fate, tuple[Delivery, Collection[Delivery]]] = {
    Fate.TAKEN: (Delivery.SENT, _CLAIMED),
    Fate.ACCEPTED: (Delivery.DELIVERED, _ON_ITS_WAY),
    Fate.ARRIVED: (Delivery.DELIVERED, _ON_ITS_WAY),
    Fate.LOST: (Delivery.FAILED, _ON_ITS_WAY),
    Fate.CAME_BACK: (Delivery.FAILED, (*_ON_ITS_WAY, Delivery.DELIVERED)),
    Fate.NOT_NOW: (Delivery.FAILED, _ON_ITS_WAY),
    Fate.UNWANTED: (Delivery.DELIVERED, _ON_ITS_WAY),
}
"""The state a fate leads to, and from which states; only ``ARRIVED`` also corrects a failure."""

_KNOWN = "event already known"
UNWANTED = "wants no messages"
"""What is on a message to a number that said STOP."""

Senders = Mapping[Channel, Sender]
"""What sends to the customers of a channel."""


@dataclass(frozen=True)
class Done:
    """What was done about a due message, in words for the log; ``sent`` names the channel it went out by."""

    what: str
    sent: Channel | None = None


class Held(Exception):
    """The message was surely not sent and is due again. ``barred``: nothing of ours is sent until a person acts."""

    def __init__(self, channel: Channel, why: TryLater) -> None:
        super().__init__(f"{channel}: {why}")
        self.channel = channel
        self.barred = isinstance(why, Barred)


def send(centre: Centre, senders: Senders, queues: Queues, due: Notify, now: datetime) -> Done:
    """Send a due message. Raises ``Held``."""
    message = centre.store.outbox.claim(due.owner, due.key, now)
    if message is None:
        return _unknown(centre, senders, queues, due, now)
    if message.not_before:
        _note_again(centre, message, now)
    return _send(centre, senders, message, now)


def _unknown(centre: Centre, senders: Senders, queues: Queues, due: Notify, now: datetime) -> Done:
    """The message is not to be had: settled, not due yet, or claimed by a try that never said how it ended."""
    try:
        message = centre.store.outbox.get(due.owner, due.key)
    except NotFound:
        return Done("message gone")
    if message.state is Delivery.DUE and message.not_before and message.not_before > now:
        queues.send_later(Queue.NOTIFY, due, (message.not_before - now).total_seconds())
        return Done("message not due yet, looked at again later")
    if message.state is not Delivery.CLAIMED or message.claimed_at is None:
        return Done("message already settled")
    left = message.claimed_at + centre.policy.settle_time - now
    if left.total_seconds() > 0:
        queues.send_later(Queue.NOTIFY, due, left.total_seconds())
        return Done("message unknown, looked at again later")
    if message.attempts >= centre.policy.outbox.attempts:
        return _give_up(centre, message, "unknown", now)
    again = centre.store.outbox.claim(due.owner, due.key, now, claimed_at=message.claimed_at)
    if again is None:
        return Done("message claimed by another")
    _note_again(centre, again, now)
    return _send(centre, senders, again, now)


def _send(centre: Centre, senders: Senders, message: OutboxMessage, now: datetime) -> Done:
    if _is_anothers(centre, message, now):
        return _give_up(centre, message, "number has a new owner", now)
    if message.secret and now - message.due_at > centre.policy.proof_time:
        return _give_up(centre, message, "no longer valid", now)
    channel = message.address.channel
    if channel.by_number and not phone.is_domestic(message.address.value):
        # A caller shows or keys what he likes: premium numbers abroad live by what is sent to them.
        return _give_up(centre, message, "number abroad", now)
    if channel.by_number and _is_unwanted(centre, message):
        return _give_up(centre, message, UNWANTED, now)
    filled = _with_link(centre, message, now)
    if not channel.takes(filled.text):
        return _give_up(centre, message, "too long", now)
    try:
        sent = senders[channel].send(filled, now)
    except Refused as refused:
        return _give_up(centre, message, str(refused), now)
    except TryLater as later:
        centre.store.outbox.release(message)
        raise Held(channel, later) from later
    centre.store.outbox.record(
        message.owner,
        message.key,
        Delivery.SENT,
        now,
        over=_CLAIMED,
        provider_id=sent.provider_id,
        message_id=sent.message_id,
        erase=message.secret,
    )
    return Done("message sent", channel)


def _with_link(centre: Centre, message: OutboxMessage, now: datetime) -> OutboxMessage:
    """As it is sent: with the link to the page of its case, which is stored nowhere."""
    if not (centre.links and centre.operator.has_pages and message.owner.case):
        return message
    return message.evolve(text=centre.links().filled(message.text, message.owner.case, now))


def _is_unwanted(centre: Centre, message: OutboxMessage) -> bool:
    """Whether who has the number said STOP, and has not asked for this. Nobody says so where SMS take no answer."""
    if message.is_asked_for or not centre.operator.takes_sms:
        return False
    return centre.store.contacts.is_silent(message.address.customer_id)


def _is_anothers(centre: Centre, message: OutboxMessage, now: datetime) -> bool:
    """Whether the number a message is due to may have another owner than when the case was opened."""
    return message.opened_at is not None and not centre.is_own(message.address, message.opened_at, now)


def _note_again(centre: Centre, message: OutboxMessage, now: datetime) -> None:
    """On the timeline of its case, if it is about one."""
    if not message.owner.case:
        return

    def write() -> None:
        draft = centre.edit(centre.store.cases.get(message.owner.case), now)
        delivery.sent_again(draft, message)
        centre.store.commit(drafts=[draft])

    until_stored(write)


def _give_up(centre: Centre, message: OutboxMessage, problem: str, now: datetime) -> Done:
    """What cannot be sent is on the case, and a person knows; who waits for a code asks for another."""
    return Done(_fail(centre, message, problem, now, _CLAIMED))


def _fail(centre: Centre, message: OutboxMessage, problem: str, now: datetime, over: Collection[Delivery]) -> str:
    def write() -> bool:
        draft = None
        if message.owner.case:
            draft = centre.edit(centre.store.cases.get(message.owner.case), now)
            delivery.not_delivered(draft, message)
        return centre.store.outbox.record(
            message.owner,
            message.key,
            Delivery.FAILED,
            now,
            over=over,
            draft=draft,
            problem=problem,
            erase=message.secret,
        )

    return "message not sent" if until_stored(write) else _KNOWN


def settle(centre: Centre, queues: Queues, report: Report, now: datetime) -> str:
    """Take over what a provider says of a message; gives what was done, for the log."""
    try:
        match report.fate:
            case Fate.TAKEN | Fate.ACCEPTED:
                return _recorded(centre, report, now) or _KNOWN
            case Fate.ARRIVED:
                return _recorded(centre, report, now) or _correct(centre, report, now)
            case Fate.LOST | Fate.CAME_BACK:
                message = centre.store.outbox.get(report.owner, report.key)
                return _fail(centre, message, report.reason, now, _FATES[report.fate][1])
            case Fate.NOT_NOW:
                return _send_later(centre, queues, report, now)
            case Fate.UNWANTED:
                _recorded(centre, report, now)
                return _note_unwanted(centre, report, now)
            case _:
                assert_never(report.fate)
    except NotFound:
        return "message gone"


def _recorded(centre: Centre, report: Report, now: datetime) -> str:
    """Move the message to where the report says it is; "" if it is there already, or further."""
    state, over = _FATES[report.fate]
    moved = until_stored(
        lambda: centre.store.outbox.record(
            report.owner,
            report.key,
            state,
            now,
            over=over,
            provider_id=report.provider_id,
            message_id=report.message_id,
        )
    )
    return f"message {state}" if moved else ""


def _correct(centre: Centre, report: Report, now: datetime) -> str:
    """A message that counted as not delivered arrived: nobody has to look for it any more. Raises ``NotFound``."""

    def write() -> bool:
        message = centre.store.outbox.get(report.owner, report.key)
        if message.state is not Delivery.FAILED:
            return False
        return centre.store.outbox.record(
            report.owner,
            report.key,
            Delivery.DELIVERED,
            now,
            over=(Delivery.FAILED,),
            draft=_corrected(centre, message, now) if report.owner.case else None,
            provider_id=report.provider_id,
        )

    return "message delivered after all" if until_stored(write) else _KNOWN


def _corrected(centre: Centre, message: OutboxMessage, now: datetime) -> Draft:
    file = centre.store.cases.file(message.owner.case)
    draft = centre.edit(file.case, now)
    others = [one for one in file.messages if one.state is Delivery.FAILED and one.key != message.key]
    # Of a case too long for one page an earlier message may have failed too: then a person looks.
    delivery.delivered_after_all(draft, message, alone=not others and file.before is None)
    return draft


def _send_later(centre: Centre, queues: Queues, report: Report, now: datetime) -> str:
    """A mailbox that is full has room one day: after some tries a person knows. Raises ``NotFound``.

    An automatic answer ("out of office") is told like a mail that came back; its mail was accepted, and stays so.
    """
    _recorded(centre, report.evolve(fate=Fate.TAKEN), now)
    message = centre.store.outbox.get(report.owner, report.key)
    if message.provider_id != report.provider_id:
        return "event of an earlier sending"
    if message.attempts >= centre.policy.outbox.attempts:
        return _fail(centre, message, report.reason, now, _FATES[report.fate][1])
    wait = centre.policy.again_time
    if not centre.store.outbox.postpone(message, report.provider_id, now + wait):
        return _KNOWN
    queues.send_later(Queue.NOTIFY, Notify(owner=report.owner, key=report.key), wait.total_seconds())
    return "message sent again later"


def _note_unwanted(centre: Centre, report: Report, now: datetime) -> str:
    """On the timeline of its case, once. Raises ``NotFound``."""
    if not report.owner.case:
        return "message not wanted"
    what = f"unwanted-{report.key}"

    def write() -> None:
        file = centre.store.cases.file(report.owner.case, what=what)
        if not file.is_done:
            draft = centre.edit(file.case, now)
            delivery.reported_as_spam(draft, report.key)
            centre.store.commit(drafts=[draft], done=what)

    until_stored(write)
    return "message not wanted"
