"""Names and keys of every item of the table. ``docs/data.md`` lists the access patterns that use them.

| item       | pk                  | sk                    | by-customer               | by-list                       |
|------------|---------------------|-----------------------|---------------------------|-------------------------------|
| contact    | CONTACT#<id>        | CONTACT               | CUSTOMER#<id> / CONTACT#… |                               |
| entry      | CONTACT#<id>        | ENTRY#<event id>      |                           |                               |
| connection | CONTACT#<id>        | CONNECTION#<id>       |                           |                               |
| case       | CASE#<reference>    | CASE                  | CUSTOMER#<id> / CASE#…    | <list>#<team>#<shard> /       |
|            |                     |                       |                           | <priority>#<due>#<reference>  |
| timeline   | CASE#<reference>    | TIMELINE#<number>     |                           |                               |
| also       | CASE#<reference>    | ALSO#<customer>       | CUSTOMER#<id> / CASE#…    |                               |
| done       | CASE#<reference>    | DONE#<what>           |                           |                               |
| outbox     | CASE#<reference>    | OUTBOX#<key>          |                           |                               |
|            | CONTACT#<id>        | OUTBOX#<key>          |                           |                               |
| wait       | WAIT#<reference>    | <cycle>#<part>        |                           |                               |
| mail       | MAIL#<hash of id>   | MAIL                  |                           |                               |
| copy       | MAIL#<hash of mail> | COPY                  |                           |                               |
| tally      | TALLY#<who>#<span>  | TALLY                 |                           |                               |
| silence    | SILENCE#<customer>  | SILENCE               |                           |                               |
| unasked    | SILENCE#<customer>  | UNASKED               |                           |                               |
| offered    | SILENCE#<customer>  | OFFERED               |                           |                               |
| card       | CUSTOMER#<id>       | CARD                  |                           |                               |

What was said in a chat stands in by-number too: CONTACT#<id> / <number of the entry's last message>.

A key takes a thousand writes a second, and an index that refuses one refuses the table's write with it (DynamoDB
developer guide, "Using write sharding to distribute workloads evenly"). So nothing that everybody writes has one key:
a list lies in ``SHARDS`` parts, which its reader merges. ``bench/keys.py`` counts what that holds.

A task token stands in a wait item alone, in a partition that no reader of a case queries.
"""

import hashlib
from datetime import UTC, datetime
from enum import StrEnum
from typing import TypedDict
from zlib import crc32

from care.telling.outbox import Owner
from care.words import CaseList, Priority, Team

CASE = "CASE"
CONTACT = "CONTACT"
ENTRY = "ENTRY#"
CONNECTION = "CONNECTION#"
TIMELINE = "TIMELINE#"
ALSO = "ALSO#"
DONE = "DONE#"
OUTBOX = "OUTBOX#"
"""The sort keys of the items of a partition, or how they begin."""

BY_CUSTOMER = "by-customer"
BY_LIST = "by-list"
BY_NUMBER = "by-number"

SHARDS = 10
"""Parts of a list. More may be made of it at any time; with fewer, what lies in the last ones would not be read."""


LIST_BEGINS = "0#"
"""What is below all sort keys of a list."""
LIST_SORT = rf"[0-{len(Priority) - 1}]#[0-9TZ.:-]{{27}}#[0-9]{{10}}"
"""How those look, as ``case_list_sort`` makes them."""


class Span(StrEnum):
    """What spans of time tallies are kept by, as the beginning of a UTC time tells them apart."""

    DAY = "day"
    TEN_MINUTES = "ten minutes"


_TOLD_APART = {Span.DAY: len("2026-11-29"), Span.TEN_MINUTES: len("2026-11-29T20:4")}


class Key(TypedDict):
    """The primary key of an item."""

    pk: str
    sk: str


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def contact(contact_id: str) -> Key:
    """A contact."""
    return {"pk": f"CONTACT#{contact_id}", "sk": CONTACT}


def entry(contact_id: str, event_id: str) -> Key:
    """What one event left in a contact."""
    return {"pk": f"CONTACT#{contact_id}", "sk": f"{ENTRY}{event_id}"}


def connection(contact_id: str, connection_id: str) -> Key:
    """A chatter's open WebSocket."""
    return {"pk": f"CONTACT#{contact_id}", "sk": f"{CONNECTION}{connection_id}"}


def case(reference: str) -> Key:
    """A case."""
    return {"pk": f"CASE#{reference}", "sk": CASE}


def timeline(reference: str, number: int) -> Key:
    """One entry of a case's timeline; numbers sort as text up to 999,999."""
    return {"pk": f"CASE#{reference}", "sk": f"{TIMELINE}{number:06d}"}


def case_before(reference: str, number: int | None) -> tuple[str, str, str]:
    """The partition of a case, and between which sort keys it lies but for the timeline from a number on."""
    last = 999_999 if number is None else number - 1
    return case(reference)["pk"], CASE, timeline(reference, last)["sk"]


def also(reference: str, customer_id: str) -> Key:
    """That a case is also a customer's by another identity."""
    return {"pk": case(reference)["pk"], "sk": f"{ALSO}{customer_id}"}


def done(reference: str, what: str) -> Key:
    """That something was done to a case which is done once, however often it is asked for."""
    return {"pk": case(reference)["pk"], "sk": f"{DONE}{what}"}


def outbox(owner: Owner, key: str) -> Key:
    """A message due, in the partition of the case it is about; one about no case in that of its contact."""
    whose = case(owner.case) if owner.case else contact(owner.contact)
    return {"pk": whose["pk"], "sk": f"{OUTBOX}{key}"}


def wait(reference: str, cycle: int, part: int) -> Key:
    """The task token of a waiting follow-up."""
    return {"pk": f"WAIT#{reference}", "sk": f"{cycle}#{part}"}


def mail(message_id: str) -> Key:
    """Which case a mail, ours or the customer's, belongs to, by its Message-ID."""
    return {
        "pk": f"MAIL#{hashlib.sha256(message_id.encode('utf-8', 'surrogatepass')).hexdigest()}",
        "sk": "MAIL",
    }


def copy(copy_id: str) -> Key:
    """The entry of a mail, by what makes another mail a copy of it."""
    return {"pk": f"MAIL#{copy_id}", "sk": "COPY"}


def tally(who: str, at: datetime, span: Span = Span.DAY) -> Key:
    """How often somebody did, in that span of time, what may be done a few times in one: guess, get a code."""
    return {"pk": f"TALLY#{who}#{_utc(at)[: _TOLD_APART[span]]}", "sk": "TALLY"}


def silence(customer_id: str) -> Key:
    """That a customer wants no messages at a number."""
    return {"pk": f"SILENCE#{customer_id}", "sk": "SILENCE"}


def unasked(customer_id: str) -> Key:
    """That a customer wants not to be asked whether something is solved."""
    return {"pk": silence(customer_id)["pk"], "sk": "UNASKED"}


def offered(customer_id: str) -> Key:
    """That a caller who did not wait was offered a call-back."""
    return {"pk": silence(customer_id)["pk"], "sk": "OFFERED"}


def card(customer_id: str) -> Key:
    """What is told at a glance of a customer."""
    return {"pk": customer(customer_id), "sk": "CARD"}


def customer(customer_id: str) -> str:
    """Partition of by-customer."""
    return f"CUSTOMER#{customer_id}"


def customer_sort(kind: str, at: datetime) -> str:
    """Sort key of by-customer: ``CASE`` or ``CONTACT``, then time."""
    return f"{customer_begins(kind)}{_utc(at)}"


def customer_begins(kind: str) -> str:
    """How the sort keys of by-customer of a kind begin."""
    return f"{kind}#"


def case_list(which: CaseList, team: Team, reference: str) -> str:
    """The partition of by-list with the part of a team's list that a case stands in."""
    return _list_part(which, team, crc32(reference.encode()) % SHARDS)


def case_list_parts(which: CaseList, team: Team) -> list[str]:
    """All parts of a team's list."""
    return [_list_part(which, team, shard) for shard in range(SHARDS)]


def _list_part(which: CaseList, team: Team, shard: int) -> str:
    return f"{which.upper()}#{team}#{shard}"


def case_list_ends(priority: Priority) -> str:
    """What is above all sort keys of a list that are of this priority."""
    return f"{priority.rank + 1}#"


def case_list_sort(priority: Priority, due_at: datetime, reference: str) -> str:
    """The most pressing first, then by due time; no two are alike."""
    return f"{priority.rank}#{_utc(due_at)}#{reference}"
