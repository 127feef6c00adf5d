"""What a record of the table's stream says (DynamoDB Streams, old and new images)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from care.cases.case import Case
from care.contacts.contact import Contact
from care.services.table import keys
from care.services.table.attributes import from_item
from care.services.table.items import read
from care.telling.outbox import Owner


@dataclass(frozen=True)
class CaseChanged:
    """A case is new (``before`` is ``None``), or was changed."""

    before: Case | None
    now: Case


@dataclass(frozen=True)
class ContactKnown:
    """A contact is new, or it became known whose it is."""

    contact: Contact


@dataclass(frozen=True)
class MessageDue:
    """A message became due; what it says is not read here."""

    owner: Owner
    key: str


Change = CaseChanged | ContactKnown | MessageDue


def change(record: Mapping[str, Any]) -> Change | None:
    """What the ``dynamodb`` part of a record says; ``None`` of an item from which nothing follows.

    Raises ``KeyError`` or ``ValueError`` for what is no image of ours.
    """
    kind = record["Keys"]["sk"]["S"]
    if kind == keys.CASE:
        before = record.get("OldImage")
        return CaseChanged(read(Case, before) if before else None, read(Case, record["NewImage"]))
    if kind == keys.CONTACT:
        return ContactKnown(read(Contact, record["NewImage"]))
    if kind.startswith(keys.OUTBOX):
        due = from_item({name: record["NewImage"][name] for name in ("owner", "key")})
        return MessageDue(Owner.model_validate(due["owner"]), due["key"])
    return None
