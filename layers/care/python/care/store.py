"""The table: what is read, and the one transaction that stores a change. ``keys`` has the names.

Every verb says what it costs. Errors of DynamoDB other than the named ones are botocore's ``ClientError``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from care import keys
from care.case import Case, Draft
from care.contact import Contact, Entry
from care.lifecycle import is_unresolved
from care.model import Value
from care.outbox import RANK, Delivery, OutboxMessage
from care.policy import Policy
from care.timeline import TimelineEntry
from care.words import Status

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

V = TypeVar("V", bound=Value)
T = TypeVar("T")
Item = dict[str, Any]

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize
_TRIES = 6
_OF_NO_CASE_SECONDS = 86400


class AlreadyAccepted(Exception):
    """The event left its entry before; it stands as it is."""

    def __init__(self, entry: Entry) -> None:
        super().__init__(f"event {entry.event_id} is already in contact {entry.contact_id}")
        self.entry = entry


class Conflict(Exception):
    """Something moved between reading and writing; read again."""


class ReferenceTaken(Exception):
    """Another case has this reference."""


class NotFound(Exception):
    """No such item."""


@dataclass(frozen=True)
class CaseFile:
    """All of a case in one request."""

    case: Case
    timeline: list[TimelineEntry]
    messages: list[OutboxMessage]


@dataclass(frozen=True)
class ContactFile:
    """All of a contact in one request."""

    contact: Contact
    entries: list[Entry]


@dataclass(frozen=True)
class Wait:
    """A follow-up's wait: the token that ends it."""

    reference: str
    cycle: int
    waiting_for: str
    entered_at: str
    task_token: str


def to_item(values: Mapping[str, Any]) -> Item:
    """DynamoDB's attribute values; ``None`` is left out."""
    return {name: _serialize(value) for name, value in values.items() if value is not None}


def from_item(item: Mapping[str, Any]) -> Item:
    """Plain values, whole numbers as ``int``."""
    return {name: _plain(_deserialize(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value


def _stamp(at: datetime) -> str:
    """A time as pydantic writes it into an item."""
    return at.isoformat().replace("+00:00", "Z")


def _dump(value: Value) -> Item:
    return value.model_dump(mode="json", exclude_none=True)


_OF_THE_TABLE = {
    "pk",
    "sk",
    "customer_key",
    "customer_sort",
    "list_key",
    "list_sort",
    "expires_at",
    "reference_of",
}


def _read(model: type[V], item: Mapping[str, Any]) -> V:
    return model.model_validate({name: value for name, value in from_item(item).items() if name not in _OF_THE_TABLE})


def case_of(image: Mapping[str, Any]) -> Case:
    """The case in a stream record's image."""
    return _read(Case, image)


def until_stored(write: Callable[[], T]) -> T:
    """Run a read-decide-write until no one else wrote in between; raises the last ``Conflict``."""
    for _ in range(_TRIES - 1):
        try:
            return write()
        except Conflict:
            continue
    return write()


@dataclass(frozen=True)
class Store:
    """The table, through one client."""

    client: "DynamoDBClient"
    table: str
    policy: Policy

    # ---- reading ---------------------------------------------------------------------------------------------------

    def case(self, reference: str) -> Case:
        """One request. Raises ``NotFound``."""
        return self._get(Case, keys.case(reference))

    def contact(self, contact_id: str) -> Contact:
        """One request. Raises ``NotFound``."""
        return self._get(Contact, keys.contact(contact_id))

    def message(self, reference: str, key: str) -> OutboxMessage:
        """One request. Raises ``NotFound``."""
        return self._get(OutboxMessage, keys.outbox(reference, key))

    def case_file(self, reference: str) -> CaseFile:
        """One request (more for a timeline above 1 MB). Raises ``NotFound``."""
        items = self._query(keys.case(reference)["pk"])
        cases = [item for item in items if item["sk"]["S"] == "CASE"]
        if not cases:
            raise NotFound(reference)
        return CaseFile(
            case=_read(Case, cases[0]),
            timeline=[_read(TimelineEntry, item) for item in items if item["sk"]["S"].startswith("TIMELINE#")],
            messages=[_read(OutboxMessage, item) for item in items if item["sk"]["S"].startswith("OUTBOX#")],
        )

    def contact_file(self, contact_id: str) -> ContactFile:
        """One request. Raises ``NotFound``."""
        items = self._query(keys.contact(contact_id)["pk"])
        contacts = [item for item in items if item["sk"]["S"] == "CONTACT"]
        if not contacts:
            raise NotFound(contact_id)
        entries = [_read(Entry, item) for item in items if item["sk"]["S"].startswith("ENTRY#")]
        return ContactFile(_read(Contact, contacts[0]), sorted(entries, key=lambda entry: entry.at))

    def case_and_tally(self, reference: str, who: str, now: datetime) -> tuple[Case | None, int]:
        """The case, if there is one, and the tally of ``who`` today. One request."""
        case_key, tally_key = keys.case(reference), keys.tally(who, now)
        found = self._batch_get([case_key, tally_key])
        case = found.get((case_key["pk"], case_key["sk"]))
        tally = found.get((tally_key["pk"], tally_key["sk"]))
        return (_read(Case, case) if case else None), (int(tally["times"]["N"]) if tally else 0)

    def tally(self, who: str, now: datetime) -> int:
        """The tally of ``who`` today. One request."""
        key = keys.tally(who, now)
        found = self._batch_get([key])
        return int(found[key["pk"], key["sk"]]["times"]["N"]) if found else 0

    def threads(self, message_ids: Sequence[str], references: Sequence[str]) -> tuple[list[str], dict[str, Case]]:
        """The references of the cases that mails with these ids belong to, in their order; the cases named outright.

        One request; at most 100 keys, so the newest 60 ids and 20 references count.
        """
        ids, named = list(dict.fromkeys(message_ids))[-60:], list(references)[:20]
        wanted = [keys.mail(one) for one in ids] + [keys.case(one) for one in named]
        found = self._batch_get(wanted) if wanted else {}
        threaded = [
            found[key["pk"], key["sk"]]["reference_of"]["S"]
            for key in map(keys.mail, ids)
            if (key["pk"], key["sk"]) in found
        ]
        cases = {
            one: _read(Case, found[keys.case(one)["pk"], "CASE"])
            for one in named
            if (keys.case(one)["pk"], "CASE") in found
        }
        return list(dict.fromkeys(threaded)), cases

    def cases_of(self, customer_id: str, limit: int = 20) -> list[Case]:
        """A customer's cases, newest first. One request."""
        page = self.client.query(
            TableName=self.table,
            IndexName=keys.BY_CUSTOMER,
            KeyConditionExpression="customer_key = :key AND begins_with(customer_sort, :kind)",
            ExpressionAttributeValues=to_item({":key": keys.customer(customer_id), ":kind": "CASE#"}),
            ScanIndexForward=False,
            Limit=limit,
        )
        return [_read(Case, item) for item in page["Items"]]

    def team_cases(self, team: str, limit: int = 100) -> list[Case]:
        """A team's unfinished cases, urgent and earliest due first. One request."""
        return [_read(Case, item) for item in self._list(keys.open_list(team), limit, newest_first=False)]

    def unfinished(self, team: str) -> Iterator[Case]:
        """All cases of a team that are not closed. One request for each megabyte."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            IndexName=keys.BY_LIST,
            KeyConditionExpression="list_key = :key",
            ExpressionAttributeValues=to_item({":key": keys.open_list(team)}),
        )
        return (_read(Case, item) for page in pages for item in page["Items"])

    def closed_cases(self, at: datetime, limit: int = 100) -> list[Case]:
        """Cases closed that UTC day, newest first. One request."""
        return [_read(Case, item) for item in self._list(keys.closed_list(at)[0], limit, newest_first=True)]

    def recent_contacts(self, at: datetime, limit: int = 50) -> list[Contact]:
        """Contacts begun that UTC day, newest first. One request."""
        return [_read(Contact, item) for item in self._list(keys.contacts_list(at)[0], limit, newest_first=True)]

    def connections(self, contact_id: str) -> list[str]:
        """The ids of a chatter's open WebSockets. One request."""
        items = self._query(keys.contact(contact_id)["pk"], "CONNECTION#")
        return [item["sk"]["S"].removeprefix("CONNECTION#") for item in items]

    # ---- writing ---------------------------------------------------------------------------------------------------

    def commit(
        self,
        *,
        entry: Entry | None = None,
        contact: Contact | None = None,
        contact_length: int | None = None,
        drafts: Iterable[Draft] = (),
        mails: Sequence[str] = (),
        tally: tuple[str, datetime] | None = None,
        messages: Sequence[OutboxMessage] = (),
    ) -> None:
        """Store all that one event changes, or nothing. One request.

        ``contact_length`` is the length the contact was read with (``None``: not read, so it is made or renewed).
        ``mails`` are Message-IDs that belong to the case; ``tally`` adds one to somebody's tally of the day;
        ``messages`` become due that belong to no case. Raises ``AlreadyAccepted``, ``ReferenceTaken``, ``Conflict``.
        """
        writes: list[TransactWriteItemTypeDef] = []
        names: list[str] = []

        def add(name: str, write: "TransactWriteItemTypeDef") -> None:
            names.append(name)
            writes.append(write)

        if entry:
            add(
                "entry",
                self._put_new(keys.entry(entry.contact_id, entry.event_id), _dump(entry), self._contact_gone(entry.at)),
            )
        if contact:
            add("contact", self._put_contact(contact, contact_length))
        for draft in drafts:
            add("new case" if draft.before == 0 else "case", self._put_case(draft))
            gone = self._case_gone(draft.now)
            for one in draft.entries:
                add("timeline", self._put_new(keys.timeline(draft.case.reference, one.number), _dump(one), gone))
            for message in draft.outbox:
                add("outbox", self._put_new(keys.outbox(message.reference, message.key), _dump(message), gone))
            for message_id in mails:
                add("mail", self._put_mail(message_id, draft.case.reference, draft.now))
        for message in messages:
            gone = int(message.due_at.timestamp()) + _OF_NO_CASE_SECONDS
            add("outbox", self._put_new(keys.outbox(message.reference, message.key), _dump(message), gone))
        if tally:
            who, at = tally
            add(
                "tally",
                {
                    "Update": {
                        "TableName": self.table,
                        "Key": to_item(keys.tally(who, at)),
                        "UpdateExpression": "ADD times :one SET expires_at = :expires",
                        "ExpressionAttributeValues": to_item({":one": 1, ":expires": int(at.timestamp()) + 2 * 86400}),
                    }
                },
            )
        try:
            self.client.transact_write_items(TransactItems=writes)
        except self.client.exceptions.TransactionCanceledException as cancelled:
            raise self._reason(cancelled.response, names) from cancelled
        except self.client.exceptions.TransactionInProgressException as busy:
            raise Conflict from busy

    def _reason(self, response: Mapping[str, Any], names: Sequence[str]) -> Exception:
        reasons = response.get("CancellationReasons", [])
        failed = {
            name: reason
            for name, reason in zip(names, reasons, strict=False)
            if reason.get("Code") == "ConditionalCheckFailed"
        }
        if "entry" in failed:
            return AlreadyAccepted(_read(Entry, failed["entry"]["Item"]))
        if "new case" in failed:
            return ReferenceTaken()
        if failed or any(reason.get("Code") == "TransactionConflict" for reason in reasons):
            return Conflict()
        return ClientError(dict(response), "TransactWriteItems")  # type: ignore[arg-type]

    def _put_new(self, key: keys.Key, values: Item, gone: int) -> "TransactWriteItemTypeDef":
        return {
            "Put": {
                "TableName": self.table,
                "Item": to_item({**values, **key, "expires_at": gone}),
                "ConditionExpression": "attribute_not_exists(pk)",
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        }

    def _put_contact(self, contact: Contact, length: int | None) -> "TransactWriteItemTypeDef":
        list_key, list_sort = keys.contacts_list(contact.started_at)
        values: Item = {
            **_dump(contact),
            "list_key": list_key,
            "list_sort": list_sort,
            "expires_at": self._contact_gone(contact.started_at),
        }
        if contact.customer_id:
            values["customer_key"] = keys.customer(contact.customer_id)
            values["customer_sort"] = keys.customer_sort("CONTACT", contact.started_at)
        first = {"started_at", "list_key", "list_sort", "customer_sort", "expires_at"}
        names = {f"#{number}": name for number, name in enumerate(values)}
        sets = [
            f"{alias} = " + (f"if_not_exists({alias}, :{alias[1:]})" if name in first else f":{alias[1:]}")
            for alias, name in names.items()
        ]
        update: Item = {
            "TableName": self.table,
            "Key": to_item(keys.contact(contact.contact_id)),
            "UpdateExpression": "SET " + ", ".join(sets),
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": to_item({f":{alias[1:]}": values[name] for alias, name in names.items()}),
        }
        if length is not None:
            update["ConditionExpression"] = (
                "attribute_not_exists(pk) OR #length = :before" if length == 0 else "#length = :before"
            )
            update["ExpressionAttributeNames"]["#length"] = "length"
            update["ExpressionAttributeValues"][":before"] = _serialize(length)
        return {"Update": update}  # type: ignore[typeddict-item]

    def _put_case(self, draft: Draft) -> "TransactWriteItemTypeDef":
        case = draft.case
        put: Item = {
            "TableName": self.table,
            "Item": to_item({**_case_item(case), "expires_at": self._case_gone(draft.now)}),
        }
        if draft.before == 0:
            put["ConditionExpression"] = "attribute_not_exists(pk)"
        else:
            put["ConditionExpression"] = "#length = :before"
            put["ExpressionAttributeNames"] = {"#length": "length"}
            put["ExpressionAttributeValues"] = to_item({":before": draft.before})
        return {"Put": put}  # type: ignore[typeddict-item]

    def _put_mail(self, message_id: str, reference: str, now: datetime) -> "TransactWriteItemTypeDef":
        """The first case a Message-ID is known for keeps it: others can write any id."""
        return {
            "Update": {
                "TableName": self.table,
                "Key": to_item(keys.mail(message_id)),
                "UpdateExpression": "SET reference_of = if_not_exists(reference_of, :reference), expires_at = :gone",
                "ExpressionAttributeValues": to_item({":reference": reference, ":gone": self._case_gone(now)}),
            }
        }

    def _contact_gone(self, at: datetime) -> int:
        return int(at.timestamp()) + self.policy.retention_days.contact * 86400

    def _case_gone(self, at: datetime) -> int:
        """Each change of a case puts its end off; what was written earlier goes earlier."""
        return int(at.timestamp()) + self.policy.retention_days.case * 86400

    def connect(self, contact_id: str, connection_id: str, now: datetime) -> None:
        """Remember a chatter's WebSocket. One request."""
        expires = int(now.timestamp()) + self.policy.retention_days.connection * 86400
        self.client.put_item(
            TableName=self.table,
            Item=to_item({**keys.connection(contact_id, connection_id), "expires_at": expires}),
        )

    def disconnect(self, contact_id: str, connection_id: str) -> None:
        """Forget it. One request."""
        self.client.delete_item(TableName=self.table, Key=to_item(keys.connection(contact_id, connection_id)))

    # ---- the follow-up's waits -------------------------------------------------------------------------------------

    def keep_wait(self, wait: Wait, now: datetime) -> None:
        """Keep the token of a wait unless a later wait of the same name is there already. One request."""
        try:
            self.client.put_item(
                TableName=self.table,
                Item=to_item(
                    {
                        **vars(wait),
                        **keys.wait(wait.reference, wait.cycle, wait.waiting_for),
                        "expires_at": self._case_gone(now),
                    }
                ),
                ConditionExpression="attribute_not_exists(pk) OR entered_at <= :entered",
                ExpressionAttributeValues=to_item({":entered": wait.entered_at}),
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            return

    def wait(self, reference: str, cycle: int, waiting_for: str) -> Wait | None:
        """The wait, if there is one. One request."""
        found = self.client.get_item(
            TableName=self.table, Key=to_item(keys.wait(reference, cycle, waiting_for)), ConsistentRead=True
        )
        if "Item" not in found:
            return None
        values = from_item(found["Item"])
        return Wait(**{name: values[name] for name in Wait.__dataclass_fields__})

    # ---- the outbox ------------------------------------------------------------------------------------------------

    def claim(
        self, reference: str, key: str, now: datetime, claimed_at: datetime | None = None
    ) -> OutboxMessage | None:
        """Make a due message ours to send, or one claimed at ``claimed_at`` and never settled. One request.

        ``None`` when it is not to be had: sent, claimed by another, or gone.
        """
        values = {
            ":claimed": Delivery.CLAIMED,
            ":now": _stamp(now),
            ":one": 1,
        }
        condition = "#state = :due"
        if claimed_at is None:
            values[":due"] = Delivery.DUE
        else:
            condition = "#state = :claimed AND claimed_at = :before"
            values[":before"] = _stamp(claimed_at)
        try:
            updated = self.client.update_item(
                TableName=self.table,
                Key=to_item(keys.outbox(reference, key)),
                UpdateExpression="SET #state = :claimed, claimed_at = :now, attempts = attempts + :one",
                ConditionExpression=condition,
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues=to_item(values),
                ReturnValues="ALL_NEW",
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            return None
        return _read(OutboxMessage, updated["Attributes"])

    def release(self, message: OutboxMessage) -> None:
        """Give a claimed message back that was surely not sent. One request."""
        self._settle(
            message.reference,
            message.key,
            {"state": Delivery.DUE},
            "#state = :claimed",
            {":claimed": Delivery.CLAIMED},
        )

    def record_delivery(
        self,
        reference: str,
        key: str,
        state: Delivery,
        now: datetime,
        *,
        provider_id: str = "",
        problem: str = "",
        message_id: str = "",
        erase: bool = False,
    ) -> bool:
        """Move a message forward to ``state``; whether it moved. One request.

        ``message_id`` is the Message-ID a provider put on a mail: answers to it find their case. ``erase``: its text
        is not kept.
        """
        values: Item = {"state": state, "problem": problem or None, "provider_id": provider_id or None}
        if erase:
            values["text"] = ""
        if state is Delivery.SENT:
            values["sent_at"] = _stamp(now)
        earlier = {f":s{rank}": one for one, rank in RANK.items() if rank < RANK[state]}
        condition = f"#state IN ({', '.join(earlier)})"
        index = [self._put_mail(message_id, reference, now)] if message_id else []
        return self._settle(reference, key, values, condition, earlier, index)

    def _settle(
        self,
        reference: str,
        key: str,
        values: Item,
        condition: str,
        condition_values: Mapping[str, str],
        with_it: Sequence["TransactWriteItemTypeDef"] = (),
    ) -> bool:
        values = {name: value for name, value in values.items() if value is not None}
        update: Item = {
            "TableName": self.table,
            "Key": to_item(keys.outbox(reference, key)),
            "UpdateExpression": "SET " + ", ".join(f"#{name} = :new_{name}" for name in values),
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {f"#{name}": name for name in {*values, "state"}},
            "ExpressionAttributeValues": to_item(
                {**{f":new_{name}": value for name, value in values.items()}, **condition_values}
            ),
        }
        try:
            if with_it:
                self.client.transact_write_items(TransactItems=[{"Update": update}, *with_it])  # type: ignore[typeddict-item]
            else:
                self.client.update_item(**update)
        except (
            self.client.exceptions.ConditionalCheckFailedException,
            self.client.exceptions.TransactionCanceledException,
        ) as refused:
            if any(
                reason.get("Code") == "TransactionConflict"
                for reason in refused.response.get("CancellationReasons", [])
            ):
                raise Conflict from refused
            return False
        return True

    # ---- DynamoDB --------------------------------------------------------------------------------------------------

    def _get(self, model: type[V], key: keys.Key) -> V:
        found = self.client.get_item(TableName=self.table, Key=to_item(key), ConsistentRead=True)
        if "Item" not in found:
            raise NotFound(key["pk"])
        return _read(model, found["Item"])

    def _query(self, pk: str, prefix: str = "") -> list[Item]:
        condition, values = "pk = :pk", {":pk": pk}
        if prefix:
            condition, values = condition + " AND begins_with(sk, :prefix)", {**values, ":prefix": prefix}
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=to_item(values),
            ConsistentRead=True,
        )
        return [item for page in pages for item in page["Items"]]

    def _list(self, list_key: str, limit: int, *, newest_first: bool) -> list[Item]:
        return self.client.query(
            TableName=self.table,
            IndexName=keys.BY_LIST,
            KeyConditionExpression="list_key = :key",
            ExpressionAttributeValues=to_item({":key": list_key}),
            ScanIndexForward=not newest_first,
            Limit=limit,
        )["Items"]

    def _batch_get(self, wanted: Sequence[keys.Key]) -> dict[tuple[str, str], Item]:
        unique = {(key["pk"], key["sk"]): key for key in wanted}
        request: Item = {self.table: {"Keys": [to_item(key) for key in unique.values()], "ConsistentRead": True}}
        found: dict[tuple[str, str], Item] = {}
        while request:
            answer = self.client.batch_get_item(RequestItems=request)
            for item in answer["Responses"].get(self.table, []):
                found[item["pk"]["S"], item["sk"]["S"]] = item
            request = dict(answer.get("UnprocessedKeys", {}))
        return found


def _case_item(case: Case) -> Item:
    values: Item = {
        **_dump(case),
        **keys.case(case.reference),
        "customer_key": keys.customer(case.customer_id),
        "customer_sort": keys.customer_sort("CASE", case.opened_at),
    }
    if is_unresolved(case.status) or case.status is Status.RESOLVED or case.attention:
        values["list_key"], values["list_sort"] = (
            keys.open_list(case.team),
            keys.open_sort(case.urgent, case.due_at),
        )
    elif case.closed_at:
        values["list_key"], values["list_sort"] = keys.closed_list(case.closed_at)
    return values
