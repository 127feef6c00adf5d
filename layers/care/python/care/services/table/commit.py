"""The one transaction that stores a change: whole, or not at all, and only on what it was made from."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import ClientError

from care.cases import delivery
from care.cases.case import Case
from care.cases.draft import Draft
from care.channels import Form
from care.contacts.contact import Contact, Entry
from care.policy import Retention
from care.reference import derive
from care.services.table import keys
from care.services.table.attributes import Item, to_attribute, to_item
from care.services.table.items import Table, dump, read, stamp
from care.services.table.tallies import Tally
from care.telling.outbox import Delivery, OutboxMessage
from care.words import Language

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

T = TypeVar("T")
_DAY = 86_400
_TRIES = 6
_REFERENCES = 20
_CALL = "call"
_OFFERED = "offered"


class AlreadyAccepted(Exception):
    """The event left its entry before; it stands as it is."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(f"event {entry.event_id} is already in contact {entry.contact_id}")
        self.entry = entry


class Conflict(Exception):
    """Something moved between reading and writing; read again."""


class IdTaken(Exception):
    """A mail before this one, and other than it, had its Message-ID."""


class LimitReached(Exception):
    """``who`` has done it as often as it may be done for now."""

    def __init__(self, who: str) -> None:
        super().__init__("it was done as often as it may be")
        self.who = who


class ReferenceTaken(Exception):
    """Another case has this reference."""


def update_alone(table: Table, request: Mapping[str, Any]) -> None:
    """One conditional update, at half the price of a transaction. Raises ``Conflict``."""
    exceptions = table.client.exceptions
    try:
        table.client.update_item(**request)
    except (exceptions.ConditionalCheckFailedException, exceptions.TransactionConflictException) as overtaken:
        raise Conflict from overtaken


def until_stored(write: Callable[[], T]) -> T:
    """Run a read-decide-write until no one else wrote in between; raises the last ``Conflict``."""
    for _ in range(_TRIES - 1):
        try:
            return write()
        except Conflict:
            continue
    return write()


def with_free_reference(event: str, write: Callable[[str], T]) -> T:
    """Run ``write`` with the event's reference; with its next one while another case has it."""
    for attempt in range(_REFERENCES):
        try:
            return write(derive(event, attempt))
        except ReferenceTaken:
            continue
    raise ReferenceTaken(f"{_REFERENCES} references of one event are all taken")


@dataclass
class Commit:
    """The writes of one transaction in the making. ``names`` say what each is, for when it is refused."""

    table: Table
    retention: Retention
    names: list[str] = field(default_factory=list)
    writes: list["TransactWriteItemTypeDef"] = field(default_factory=list)
    tallies: dict[str, Tally] = field(default_factory=dict)

    def entry(self, entry: Entry) -> None:
        """What one event leaves, only if it is not there."""
        gone = expiry(entry.at, self.retention.contact)
        values = dump(entry)
        if entry.messages:
            values["number_sort"] = entry.messages[-1].seq
        self._add("entry", self._new(keys.entry(entry.contact_id, entry.event_id), values, gone))

    def copy(self, copy_id: str, entry: Entry) -> None:
        """What a mail leaves, only if none left it of which this is a copy."""
        gone = expiry(entry.at, self.retention.contact)
        self._add("copy", self._new(keys.copy(copy_id), dump(entry), gone))

    def contact(self, contact: Contact, length: int | None) -> None:
        """A contact as it is now, on the ``length`` it was read with; with ``None`` it was not read: what it does not
        say then stays as it is stored.
        """
        values = {name: value for name, value in self._contact_values(contact).items() if name != _CALL}
        gone = [] if length is None else [name for name in Contact.model_fields if name not in {*values, _CALL}]
        # When it began is said once, by whatever came first.
        once = {"started_at", "customer_sort", "expires_at"}
        number = {name: place for place, name in enumerate([*values, *gone])}
        sets = ", ".join(
            f"#{n} = if_not_exists(#{n}, :{n})" if name in once else f"#{n} = :{n}"
            for name, n in ((name, number[name]) for name in values)
        )
        removes = ", ".join(f"#{number[name]}" for name in gone)
        update: Item = {
            "TableName": self.table.name,
            "Key": to_item(keys.contact(contact.contact_id)),
            "UpdateExpression": f"SET {sets} REMOVE {removes}" if removes else f"SET {sets}",
            "ExpressionAttributeNames": {f"#{n}": name for name, n in number.items()},
            "ExpressionAttributeValues": to_item({f":{number[name]}": value for name, value in values.items()}),
        }
        if length is not None:
            unchanged = "#length = :before"
            update["ConditionExpression"] = unchanged if length else f"attribute_not_exists(pk) OR {unchanged}"
            update["ExpressionAttributeNames"]["#length"] = "length"
            update["ExpressionAttributeValues"][":before"] = to_attribute(length)
        self._add("contact", {"Update": update})  # type: ignore[typeddict-item]

    def call(self, contact: Contact, revision: int) -> None:
        """What is known of a contact's call, on the ``revision`` it was read with; all else of the contact only where
        nothing is stored.
        """
        values = self._contact_values(contact)
        sets = ", ".join(
            f"#{n} = :{n}" if name == _CALL else f"#{n} = if_not_exists(#{n}, :{n})" for n, name in enumerate(values)
        )
        update: Item = {
            "TableName": self.table.name,
            "Key": to_item(keys.contact(contact.contact_id)),
            "UpdateExpression": f"SET {sets}",
            "ConditionExpression": "#call.revision = :before" if revision else "attribute_not_exists(#call)",
            "ExpressionAttributeNames": {**{f"#{n}": name for n, name in enumerate(values)}, "#call": _CALL},
            "ExpressionAttributeValues": to_item({f":{n}": value for n, value in enumerate(values.values())}),
        }
        if revision:
            update["ExpressionAttributeValues"][":before"] = to_attribute(revision)
        self._add("call", {"Update": update})  # type: ignore[typeddict-item]

    def _contact_values(self, contact: Contact) -> Item:
        values: Item = {**dump(contact), "expires_at": expiry(contact.started_at, self.retention.contact)}
        if contact.customer_id:
            values["customer_key"] = keys.customer(contact.customer_id)
            values["customer_sort"] = keys.customer_sort(keys.CONTACT, contact.started_at)
        return values

    def draft(self, draft: Draft) -> None:
        """A change of a case with its timeline and outbox, only on the case it was made from."""
        gone = expiry(draft.now, self.retention.case)
        self._add("new case" if draft.before == 0 else "case", self._case(draft, gone))
        for one in draft.entries:
            self._add("timeline", self._new(keys.timeline(draft.case.reference, one.number), dump(one), gone))
        for message in draft.outbox:
            self.message(message, gone)
        for other in sorted(draft.case.customers - draft.known - {draft.case.customer_id}):
            self._add("also", self._also(draft.case, other, gone))
        if draft.unsubscribes:
            key = to_item(keys.unasked(draft.case.customer_id))
            self._add("unasked", {"Put": {"TableName": self.table.name, "Item": key}})
        for who, times in Counter(told(one) for one in draft.outbox if is_counted(one)).items():
            self.tally(Tally(who, draft.now, draft.policy.limits.told_a_day, times=times))

    def _case(self, draft: Draft, gone: int) -> "TransactWriteItemTypeDef":
        put: Item = {
            "TableName": self.table.name,
            "Item": to_item({**_case_values(draft.case), "expires_at": gone}),
        }
        if draft.before == 0:
            put["ConditionExpression"] = "attribute_not_exists(pk)"
        else:
            put["ConditionExpression"] = "#length = :before"
            put["ExpressionAttributeNames"] = {"#length": "length"}
            put["ExpressionAttributeValues"] = to_item({":before": draft.before})
        return {"Put": put}  # type: ignore[typeddict-item]

    def _also(self, case: Case, customer_id: str, gone: int) -> "TransactWriteItemTypeDef":
        values = {
            **keys.also(case.reference, customer_id),
            "reference": case.reference,
            "customer_key": keys.customer(customer_id),
            "customer_sort": keys.customer_sort(keys.CASE, case.opened_at),
            "expires_at": gone,
        }
        return {"Put": {"TableName": self.table.name, "Item": to_item(values)}}

    def message(self, message: OutboxMessage, gone: int) -> None:
        """A message that becomes due, once."""
        self._add("outbox", self._new(keys.outbox(message.owner, message.key), dump(message), gone))

    def done(self, what: str, draft: Draft) -> None:
        """That it was done to a case, only if it was not before."""
        gone = expiry(draft.now, self.retention.case)
        self._add("done", self._new(keys.done(draft.case.reference, what), {}, gone))

    def mail(self, message_id: str, reference: str, now: datetime) -> None:
        """Which case a mail that came belongs to, by its Message-ID, only if no other had that."""
        gone = expiry(now, self.retention.case)
        self._add("mail", self._new(keys.mail(message_id), {"reference_of": reference}, gone))

    def sent_mail(self, message_id: str, reference: str, now: datetime) -> None:
        """Which case a mail of ours belongs to, however often it is told. The first that has a Message-ID keeps it."""
        update: Item = {
            "TableName": self.table.name,
            "Key": to_item(keys.mail(message_id)),
            "UpdateExpression": "SET reference_of = if_not_exists(reference_of, :reference), expires_at = :gone",
            "ExpressionAttributeValues": to_item({":reference": reference, ":gone": expiry(now, self.retention.case)}),
        }
        self._add("sent mail", {"Update": update})  # type: ignore[typeddict-item]

    def tally(self, tally: Tally) -> None:
        """One more of what may be done a few times, only if it is not one too many."""
        values = {":times": tally.times, ":gone": expiry(tally.at, 2)}
        update: Item = {
            "TableName": self.table.name,
            "Key": to_item(keys.tally(tally.who, tally.at, tally.span)),
            "UpdateExpression": "ADD times :times SET expires_at = :gone",
        }
        if tally.most is not None:
            update["ConditionExpression"] = "attribute_not_exists(times) OR times <= :before"
            values[":before"] = tally.most - tally.times
        update["ExpressionAttributeValues"] = to_item(values)
        self.tallies[f"tally {tally.who}"] = tally
        self._add(f"tally {tally.who}", {"Update": update})  # type: ignore[typeddict-item]

    def offered(self, customer_id: str, now: datetime, hours: float) -> None:
        """That a customer is offered a call-back now, only if he was not in the hours before."""
        at = int(now.timestamp())
        again = at + round(hours * 3600)
        update: Item = {
            "TableName": self.table.name,
            "Key": to_item(keys.offered(customer_id)),
            "UpdateExpression": "SET again_at = :again, expires_at = :again",
            "ConditionExpression": "attribute_not_exists(again_at) OR again_at <= :now",
            "ExpressionAttributeValues": to_item({":again": again, ":now": at}),
        }
        self._add(_OFFERED, {"Update": update})  # type: ignore[typeddict-item]

    def language(self, customer_id: str, language: Language, now: datetime) -> None:
        """The language that a customer chose last, on his card."""
        values = {":language": language, ":at": stamp(now), ":gone": expiry(now, self.retention.contact)}
        update: Item = {
            "TableName": self.table.name,
            "Key": to_item(keys.card(customer_id)),
            "UpdateExpression": "SET #language = :language, language_at = :at, expires_at = :gone",
            "ExpressionAttributeNames": {"#language": "language"},
            "ExpressionAttributeValues": to_item(values),
        }
        self._add("language", {"Update": update})  # type: ignore[typeddict-item]

    def silence(self, customer_id: str, wanted: bool) -> None:
        """A number wants no messages, or wants them again."""
        name, key = self.table.name, to_item(keys.silence(customer_id))
        if wanted:
            self._add("silence", {"Put": {"TableName": name, "Item": key}})
        else:
            self._add("silence", {"Delete": {"TableName": name, "Key": key}})

    def _add(self, name: str, write: "TransactWriteItemTypeDef") -> None:
        self.names.append(name)
        self.writes.append(write)

    def _new(self, key: keys.Key, values: Item, gone: int) -> "TransactWriteItemTypeDef":
        return {
            "Put": {
                "TableName": self.table.name,
                "Item": to_item({**values, **key, "expires_at": gone}),
                "ConditionExpression": "attribute_not_exists(pk)",
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }

    def store(self) -> None:
        """One request. Raises ``AlreadyAccepted``, ``ReferenceTaken``, ``Conflict``."""
        exceptions = self.table.client.exceptions
        try:
            self.table.client.transact_write_items(TransactItems=self.writes)
        except exceptions.TransactionCanceledException as cancelled:
            raise self._reason(cancelled.response) from cancelled
        except exceptions.TransactionInProgressException as busy:
            raise Conflict from busy

    def _reason(self, response: Mapping[str, Any]) -> Exception:
        reasons = response.get("CancellationReasons", [])
        failed = {
            name: reason
            for name, reason in zip(self.names, reasons, strict=False)
            if reason.get("Code") == "ConditionalCheckFailed"
        }
        for name in ("entry", "copy"):
            if name in failed:
                return AlreadyAccepted(read(Entry, failed[name]["Item"]))
        if "new case" in failed:
            return ReferenceTaken()
        reached = [tally.who for name, tally in self.tallies.items() if name in failed]
        if reached:
            return LimitReached(reached[0])
        if _OFFERED in failed:
            return LimitReached(_OFFERED)
        if "mail" in failed:
            return IdTaken()
        if failed or has_conflict(reasons):
            return Conflict()
        return ClientError(dict(response), "TransactWriteItems")  # type: ignore[arg-type]


def is_counted(message: OutboxMessage) -> bool:
    """Whether its address gets only so many a day: whoever makes us write can make us write to anybody. A chat is
    only written to where it is read.
    """
    return message.is_automatic and message.state is Delivery.DUE and message.address.channel.form is not Form.CHAT


def told(message: OutboxMessage) -> str:
    """Under which messages to an address are counted."""
    return f"told-{message.address.customer_id}"


def hold_back(draft: Draft, who: str) -> None:
    """What ``who`` gets no more of today is kept as not sent, and a person looks at its case."""
    for place, message in enumerate(draft.outbox):
        if is_counted(message) and told(message) == who:
            draft.outbox[place] = message.evolve(state=Delivery.FAILED, problem="too many to this address today")
            delivery.not_delivered(draft, message)


def has_conflict(reasons: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a transaction was refused because another was at the same items."""
    return any(reason.get("Code") == "TransactionConflict" for reason in reasons)


def is_refused_by_condition(reasons: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a transaction was refused since something is no longer as it was read."""
    return any(reason.get("Code") == "ConditionalCheckFailed" for reason in reasons)


def expiry(at: datetime, days: int) -> int:
    """When an item of then goes (epoch seconds); a case and all of it goes the later the later it is changed."""
    return int(at.timestamp()) + days * _DAY


def _case_values(case: Case) -> Item:
    values: Item = {
        **dump(case),
        **keys.case(case.reference),
        "customer_key": keys.customer(case.customer_id),
        "customer_sort": keys.customer_sort(keys.CASE, case.opened_at),
    }
    if case.listed_in:
        values["list_key"] = keys.case_list(case.listed_in, case.team, case.reference)
        values["list_sort"] = keys.case_list_sort(case.priority, case.due_at, case.reference)
    return values
