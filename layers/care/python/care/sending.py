"""Sending what is due: claim, send, record. Nothing else in the system sends.

No sending service takes an idempotency token, so a crash between sending and recording leaves a message claimed and
unknown. The provider's event, which carries our key, settles it; unsettled after the policy's time it is sent again and
the timeline says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from care.cases.timeline import What
from care.centre import Centre
from care.channels import Channel
from care.services.queues import Notify, Queue, Queues
from care.services.senders.port import Refused, Sender, TryLater
from care.services.table.commit import until_stored
from care.services.table.items import NotFound
from care.telling.outbox import Delivery, OutboxMessage, Owner
from care.words import CARE, Attention

Senders = Mapping[Channel, Sender]
"""What sends to the customers of a channel."""


@dataclass(frozen=True)
class Done:
    """What was done about a due message, in words for the log; ``sent`` names the channel it went out by."""

    what: str
    sent: Channel | None = None


def send(centre: Centre, senders: Senders, queues: Queues, due: Notify, now: datetime) -> Done:
    """Send a due message. Raises ``TryLater``."""
    message = centre.store.outbox.claim(due.owner, due.key, now)
    if message is None:
        return _unknown(centre, senders, queues, due, now)
    return _send(centre, senders, message, now)


def _unknown(centre: Centre, senders: Senders, queues: Queues, due: Notify, now: datetime) -> Done:
    """The message is not due: it is settled, or claimed by a try that never said how it ended."""
    try:
        message = centre.store.outbox.get(due.owner, due.key)
    except NotFound:
        return Done("message gone")
    if message.state is not Delivery.CLAIMED or message.claimed_at is None:
        return Done("message already settled")
    left = message.claimed_at + centre.policy.settle_time - now
    if left.total_seconds() > 0:
        queues.send_later(Queue.NOTIFY, due, left.total_seconds())
        return Done("message unknown, looked at again later")
    if message.attempts >= centre.policy.outbox.attempts:
        return Done(give_up(centre, message, "unknown", now))
    again = centre.store.outbox.claim(due.owner, due.key, now, claimed_at=message.claimed_at)
    if again is None:
        return Done("message claimed by another")
    _note(centre, again, What.SENT_AGAIN, now)
    return _send(centre, senders, again, now)


def _send(centre: Centre, senders: Senders, message: OutboxMessage, now: datetime) -> Done:
    if _is_anothers(centre, message, now):
        return Done(give_up(centre, message, "number has a new owner", now))
    channel = message.address.channel
    if not channel.takes(message.text):
        return Done(give_up(centre, message, "too long", now))
    try:
        sent = senders[channel].send(message, now)
    except Refused as refused:
        return Done(give_up(centre, message, str(refused), now))
    except TryLater:
        centre.store.outbox.release(message)
        raise
    centre.store.outbox.record(
        message.owner,
        message.key,
        Delivery.SENT,
        now,
        provider_id=sent.provider_id,
        message_id=sent.message_id,
        erase=message.secret,
    )
    return Done("message sent", channel)


def _is_anothers(centre: Centre, message: OutboxMessage, now: datetime) -> bool:
    """Whether the number a message is due to may have another owner than when the case was opened."""
    return message.opened_at is not None and not centre.is_own(message.address, message.opened_at, now)


def give_up(centre: Centre, message: OutboxMessage, problem: str, now: datetime) -> str:
    """What cannot be sent is on the case, and a person knows; who waits for a code asks for another."""
    failed = centre.store.outbox.record(
        message.owner, message.key, Delivery.FAILED, now, problem=problem, erase=message.secret
    )
    if failed:
        _note(centre, message, What.NOT_SENT, now, attention=Attention.NOT_DELIVERED)
    return "message not sent"


def _note(
    centre: Centre, message: OutboxMessage, what: What, now: datetime, *, attention: Attention | None = None
) -> None:
    """On the timeline of its case, if it is about one."""
    if not message.owner.case:
        return

    def write() -> None:
        draft = centre.edit(centre.store.cases.get(message.owner.case), now)
        if attention:
            draft.set(attention=attention)
        draft.note(what, CARE, channel=message.address.channel, message=message.key)
        centre.store.commit(drafts=[draft])

    until_stored(write)


def settle(
    centre: Centre,
    owner: Owner,
    key: str,
    state: Delivery,
    provider_id: str,
    message_id: str,
    problem: str,
    now: datetime,
) -> str:
    """Take over what a provider says of a message; gives what was done, for the log."""
    try:
        message = centre.store.outbox.get(owner, key) if state is Delivery.FAILED else None
    except NotFound:
        return "message gone"
    if message:
        return give_up(centre, message, problem, now)
    moved = until_stored(
        lambda: centre.store.outbox.record(owner, key, state, now, provider_id=provider_id, message_id=message_id)
    )
    return f"message {state}" if moved else "event already known"
