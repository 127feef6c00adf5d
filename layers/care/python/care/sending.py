"""Sending what is due: claim, send, record. Nothing else in the system sends.

No sending service takes an idempotency token, so a crash between sending and recording leaves a message claimed and
unknown. The provider's event, which carries our key, settles it; unsettled after the policy's time it is sent again and
the timeline says so.
"""

from dataclasses import dataclass
from datetime import datetime

from care.case import CARE
from care.centre import Centre
from care.contact import Entry, Message
from care.outbox import Delivery, OutboxMessage
from care.ownership import is_own
from care.queues import Notify, Queue, Queues
from care.senders import ChatSender, EmailSender, Refused, SmsSender, TryLater
from care.store import AlreadyAccepted, NotFound, until_stored
from care.timeline import What
from care.words import Channel


@dataclass(frozen=True)
class Senders:
    """One sender a channel."""

    email: EmailSender
    sms: SmsSender
    chat: ChatSender


@dataclass(frozen=True)
class Done:
    """What was done about a due message, in words for the log; ``sent`` names the channel it went out by."""

    what: str
    sent: Channel | None = None


def send(centre: Centre, senders: Senders, queues: Queues, due: Notify, now: datetime) -> Done:
    """Send a due message. Raises ``senders.TryLater``."""
    message = centre.store.claim(due.reference, due.key, now)
    if message is None:
        return _unknown(centre, senders, queues, due, now)
    return _send(centre, senders, message, now)


def _unknown(centre: Centre, senders: Senders, queues: Queues, due: Notify, now: datetime) -> Done:
    """The message is not due: it is settled, or claimed by a try that never said how it ended."""
    try:
        message = centre.store.message(due.reference, due.key)
    except NotFound:
        return Done("message gone")
    if message.state is not Delivery.CLAIMED or message.claimed_at is None:
        return Done("message already settled")
    left = message.claimed_at + centre.store.policy.settle_time - now
    if left.total_seconds() > 0:
        queues.send_later(Queue.NOTIFY, due, left.total_seconds())
        return Done("message unknown, looked at again later")
    if message.attempts >= centre.store.policy.outbox.attempts:
        return Done(give_up(centre, message, "unknown", now))
    again = centre.store.claim(due.reference, due.key, now, claimed_at=message.claimed_at)
    if again is None:
        return Done("message claimed by another")
    if again.of_a_case:
        _note(centre, again, What.SENT_AGAIN, now)
    return _send(centre, senders, again, now)


def _send(centre: Centre, senders: Senders, message: OutboxMessage, now: datetime) -> Done:
    provider_message_id = ""
    if _is_anothers(centre, message, now):
        return Done(give_up(centre, message, "number has a new owner", now))
    try:
        if message.address.channel is Channel.EMAIL:
            provider_id, provider_message_id = senders.email.send(message)
        elif message.address.channel is Channel.CHAT:
            provider_id = _say(centre, senders.chat, message, now)
        else:
            provider_id = senders.sms.send(message)
    except Refused as refused:
        return Done(give_up(centre, message, str(refused), now))
    except TryLater:
        centre.store.release(message)
        raise
    centre.store.record_delivery(
        message.reference,
        message.key,
        Delivery.SENT,
        now,
        provider_id=provider_id,
        message_id=provider_message_id,
        erase=message.secret,
    )
    return Done("message sent", message.address.channel)


def _is_anothers(centre: Centre, message: OutboxMessage, now: datetime) -> bool:
    """Whether the number a message is due to may have another owner than when the case was opened."""
    return message.opened_at is not None and not is_own(centre, message.address, message.opened_at, now)


def _say(centre: Centre, sender: ChatSender, message: OutboxMessage, now: datetime) -> str:
    """Put a message into the chat's transcript, once, and on the screens that are open now."""
    contact_id = message.address.value
    event_id = f"out-{message.reference}-{message.key}"

    def write() -> tuple[Message, str | None]:
        contact = centre.store.contact(contact_id)
        line = Message(
            seq=contact.length + 1,
            sender="agent" if message.key.startswith("reply-") else CARE,
            text=message.text,
            buttons=message.buttons,
            at=now,
        )
        entry = Entry(contact_id=contact_id, event_id=event_id, at=now, what="message_out", messages=(line,))
        question = message.reference if message.is_question else contact.question
        longer = contact.model_copy(update={"length": contact.length + 1, "question": question})
        try:
            centre.store.commit(entry=entry, contact=longer, contact_length=contact.length)
        except AlreadyAccepted as known:
            return known.entry.messages[0], contact.reference
        return line, contact.reference

    line, newest = until_stored(write)
    for connection_id in centre.store.connections(contact_id):
        if not sender.post(connection_id, [line], newest):
            centre.store.disconnect(contact_id, connection_id)
    return event_id


def give_up(centre: Centre, message: OutboxMessage, problem: str, now: datetime) -> str:
    """What cannot be sent is on the case, and a person knows; who waits for a code asks for another."""
    failed = centre.store.record_delivery(
        message.reference, message.key, Delivery.FAILED, now, problem=problem, erase=message.secret
    )
    if failed and message.of_a_case:
        _note(centre, message, What.NOT_SENT, now, attention=True)
    return "message not sent"


def _note(centre: Centre, message: OutboxMessage, what: What, now: datetime, *, attention: bool = False) -> None:
    def write() -> None:
        draft = centre.edit(centre.store.case(message.reference), now)
        if attention:
            draft.set(attention="not_delivered")
        draft.note(what, CARE, channel=message.address.channel, message=message.key)
        centre.store.commit(drafts=[draft])

    until_stored(write)


def settle(
    centre: Centre,
    reference: str,
    key: str,
    state: Delivery,
    provider_id: str,
    message_id: str,
    problem: str,
    now: datetime,
) -> str:
    """Take over what a provider says of a message; gives what was done, for the log."""
    try:
        message = centre.store.message(reference, key) if state is Delivery.FAILED else None
    except NotFound:
        return "message gone"
    if message:
        return give_up(centre, message, problem, now)
    moved = until_stored(
        lambda: centre.store.record_delivery(reference, key, state, now, provider_id=provider_id, message_id=message_id)
    )
    return f"message {state}" if moved else "event already known"
