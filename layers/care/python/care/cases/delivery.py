"""What became of a message to a case's customer, as far as the case is concerned."""

from care.cases.draft import Draft
from care.cases.timeline import What
from care.telling import messages
from care.telling.outbox import OutboxMessage
from care.words import CARE, Attention, Status

DELIVERED_AFTER_ALL = "delivered after all"
REPORTED_AS_SPAM = "reported as spam"


def sent_again(draft: Draft, message: OutboxMessage) -> None:
    """A message goes out once more."""
    draft.note(What.SENT_AGAIN, CARE, channel=message.address.channel, message=message.key)


def not_delivered(draft: Draft, message: OutboxMessage) -> None:
    """A message did not get there, and a person must know while that still matters.

    Nobody has to look at a closed case whose customer missed a courtesy; what he waited for he must get.
    """
    _ask(draft, message.is_outcome)
    draft.note(What.NOT_SENT, CARE, channel=message.address.channel, message=message.key)


def came_back(draft: Draft, address: str) -> None:
    """A mail server says later, by a mail of its own, that a mail of ours did not get to an address."""
    _ask(draft, is_outcome=False)
    draft.note(What.NOTE, CARE, messages.text("note.came_back", draft.case.language, address=address))


def _ask(draft: Draft, is_outcome: bool) -> None:
    if draft.case.status is not Status.CLOSED or is_outcome:
        draft.set(attention=draft.case.attention or Attention.NOT_DELIVERED)


def delivered_after_all(draft: Draft, message: OutboxMessage, *, alone: bool) -> None:
    """A message that counted as not delivered got there; nobody has to look if it was surely the only one."""
    if draft.case.attention is Attention.NOT_DELIVERED and alone:
        draft.set(attention=None)
    draft.note(What.NOTE, CARE, DELIVERED_AFTER_ALL, channel=message.address.channel, message=message.key)


def reported_as_spam(draft: Draft, key: str) -> None:
    """A mail that got there is not wanted. What goes to that address is refused from then on."""
    draft.note(What.NOTE, CARE, REPORTED_AS_SPAM, message=key)
