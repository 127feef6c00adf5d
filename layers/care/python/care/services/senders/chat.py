"""A chat: what is said to it joins its transcript, once, and goes to the screens that are open (WebSocket API)."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from care.contacts import transcript
from care.contacts.contact import Entry, EntryKind, Message
from care.services.senders.port import Sent, TryLater
from care.services.table.commit import AlreadyAccepted, until_stored
from care.services.table.store import Store
from care.telling.messages import Template
from care.telling.outbox import OutboxMessage
from care.words import AGENT, CARE

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient


@dataclass(frozen=True)
class ChatSender:
    """The transcript in the table, and the WebSocket API's connections."""

    client: "ApiGatewayManagementApiClient"
    store: Store

    def send(self, message: OutboxMessage, now: datetime) -> Sent:
        """Gives the id of the transcript's entry. Three requests, and one a screen.

        Raises ``NotFound``, ``TryLater``.
        """
        entry = until_stored(lambda: self._write(message, now))
        frame = transcript.written(transcript.shown(entry.messages, entry.answer.get("reference")))
        for connection_id in self.store.contacts.connections(message.address.value):
            if not self._post(connection_id, frame):
                self.store.contacts.disconnect(message.address.value, connection_id)
        return Sent(_event_id(message))

    def _write(self, message: OutboxMessage, now: datetime) -> Entry:
        """What is said, numbered, with the chat's newest case; the same when it was written before."""
        contact = self.store.contacts.get(message.address.value)
        said = Message(
            seq=contact.length + 1,
            sender=AGENT if message.template is Template.REPLY else CARE,
            text=message.text,
            buttons=message.buttons,
            at=now,
        )
        entry = Entry(
            contact_id=contact.contact_id,
            event_id=_event_id(message),
            at=now,
            what=EntryKind.MESSAGE_OUT,
            answer={"reference": contact.reference} if contact.reference else {},
            messages=(said,),
        )
        question = message.owner.case if message.asks else contact.question
        longer = contact.evolve(length=contact.length + 1, question=question)
        try:
            self.store.commit(entry=entry, contact=longer, contact_length=contact.length)
        except AlreadyAccepted as known:
            return known.entry
        return entry

    def _post(self, connection_id: str, frame: str) -> bool:
        """Post to a browser; whether it is still there. Raises ``TryLater``."""
        try:
            self.client.post_to_connection(ConnectionId=connection_id, Data=frame.encode())
        except self.client.exceptions.GoneException:
            return False
        except self.client.exceptions.LimitExceededException as busy:
            raise TryLater("LimitExceededException") from busy
        return True


def _event_id(message: OutboxMessage) -> str:
    """No id that a browser may give a message has a colon."""
    return f"out:{message.owner.case or message.owner.contact}-{message.key}"
