"""What was said in a chat, in frames as a browser gets them: JSON in UTF-8, each small enough to be sent.

API Gateway takes 128 KB a message of a WebSocket, and 32 KB a frame of it (developer guide, "Quotas for configuring and
running a WebSocket API").
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from care.contacts.contact import Entry, Message

LONGEST_FRAME = 128 * 1024
"""In bytes. What one entry says is always shorter: a customer writes 4,000 characters, an agent 10,000, and none takes
more than the six bytes of a control character in JSON.
"""
_PAGE = 31 * 1024
"""How many bytes the messages of a page have together, so that with all around them they are one frame of 32 KB."""


def shown(messages: Iterable[Message], reference: str | None) -> dict[str, Any]:
    """Messages as a browser gets them; ``reference`` is the chat's newest case when the last was said."""
    return {"type": "messages", "reference": reference, "messages": [_message(one) for one in messages]}


def written(frame: Mapping[str, Any]) -> str:
    """A frame as it is sent."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))


def fitting(entries: Sequence[Entry]) -> int:
    """How many of the entries, from the first on, fit one page: one at least, which may be a longer page alone."""
    size = 0
    for count, entry in enumerate(entries):
        size += sum(len(written(_message(one)).encode()) + 1 for one in entry.messages)
        if count and size > _PAGE:
            return count
    return len(entries)


def _message(message: Message) -> dict[str, Any]:
    return {
        "seq": message.seq,
        "from": message.sender,
        "text": message.text,
        "buttons": [button.model_dump() for button in message.buttons],
        "at": message.model_dump(mode="json")["at"],
        "id": message.client_id,
    }
