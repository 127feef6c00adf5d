"""The outbox: a message is claimed before it is sent, and moves from a state only to those that may follow it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from care.cases.draft import Draft
from care.policy import Retention
from care.services.table import keys
from care.services.table.attributes import Item, to_item
from care.services.table.commit import Commit, Conflict, has_conflict, is_refused_by_condition
from care.services.table.items import Table, read, stamp
from care.telling.outbox import Delivery, OutboxMessage, Owner

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


class Outbox:
    """The messages of the table."""

    def __init__(self, table: Table, retention: Retention) -> None:
        self._table = table
        self._retention = retention

    def get(self, owner: Owner, key: str) -> OutboxMessage:
        """One request. Raises ``NotFound``."""
        return self._table.get(OutboxMessage, keys.outbox(owner, key))

    def claim(self, owner: Owner, key: str, now: datetime, claimed_at: datetime | None = None) -> OutboxMessage | None:
        """Make a due message ours to send, or one claimed at ``claimed_at`` and never settled. One request.

        ``None`` when it is not to be had: not due yet, sent, claimed by another, or gone.
        """
        values = {":claimed": Delivery.CLAIMED, ":now": stamp(now), ":one": 1}
        condition = "#state = :due AND (attribute_not_exists(not_before) OR not_before <= :now)"
        if claimed_at is None:
            values[":due"] = Delivery.DUE
        else:
            condition = "#state = :claimed AND claimed_at = :before"
            values[":before"] = stamp(claimed_at)
        client = self._table.client
        try:
            updated = client.update_item(
                TableName=self._table.name,
                Key=to_item(keys.outbox(owner, key)),
                UpdateExpression="SET #state = :claimed, claimed_at = :now, attempts = attempts + :one",
                ConditionExpression=condition,
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues=to_item(values),
                ReturnValues="ALL_NEW",
            )
        except client.exceptions.ConditionalCheckFailedException:
            return None
        return read(OutboxMessage, updated["Attributes"])

    def release(self, message: OutboxMessage) -> None:
        """Give a claimed message back that was surely not sent, as if it had not been claimed. One request."""
        back = {"state": Delivery.DUE, "attempts": message.attempts - 1}
        self._settle(message.owner, message.key, back, "#state = :claimed", {":claimed": Delivery.CLAIMED})

    def postpone(self, message: OutboxMessage, provider_id: str, until: datetime) -> bool:
        """Make a message due again ``until`` then, if that sending of it is the last; whether it was. One request."""
        values: Item = {"state": Delivery.DUE, "not_before": stamp(until)}
        of_this = {":sent": Delivery.SENT, ":due": Delivery.DUE, ":this": provider_id}
        condition = "#state IN (:sent, :due) AND provider_id = :this"
        return self._settle(message.owner, message.key, values, condition, of_this)

    def record(
        self,
        owner: Owner,
        key: str,
        state: Delivery,
        now: datetime,
        *,
        over: Iterable[Delivery],
        draft: Draft | None = None,
        provider_id: str = "",
        problem: str = "",
        message_id: str = "",
        erase: bool = False,
    ) -> bool:
        """Move a message to ``state`` from one of ``over``; whether it moved. One request. Raises ``Conflict``.

        ``draft`` is what that changes on its case, stored with it or not at all. ``message_id`` is the Message-ID a
        provider put on a mail: answers to it find their case. ``erase``: what it says is not kept.
        """
        values: Item = {"state": state, "problem": problem or None, "provider_id": provider_id or None}
        if erase:
            values |= {"text": "", "values": {}}
        if state is Delivery.SENT:
            values["sent_at"] = stamp(now)
        earlier = {f":over_{one}": one for one in over}
        condition = f"#state IN ({', '.join(earlier)})"
        with_it = Commit(self._table, self._retention)
        if message_id and owner.case:
            with_it.sent_mail(message_id, owner.case, now)
        if draft:
            with_it.draft(draft)
        return self._settle(owner, key, values, condition, earlier, with_it.writes)

    def _settle(
        self,
        owner: Owner,
        key: str,
        values: Item,
        condition: str,
        condition_values: Mapping[str, str],
        with_it: Sequence["TransactWriteItemTypeDef"] = (),
    ) -> bool:
        values = {name: value for name, value in values.items() if value is not None}
        update: Item = {
            "TableName": self._table.name,
            "Key": to_item(keys.outbox(owner, key)),
            "UpdateExpression": "SET " + ", ".join(f"#{name} = :new_{name}" for name in values),
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {f"#{name}": name for name in {*values, "state"}},
            "ExpressionAttributeValues": to_item(
                {**{f":new_{name}": value for name, value in values.items()}, **condition_values}
            ),
        }
        client = self._table.client
        try:
            if with_it:
                client.transact_write_items(TransactItems=[{"Update": update}, *with_it])  # type: ignore[typeddict-item]
            else:
                client.update_item(**update)
        except client.exceptions.ConditionalCheckFailedException:
            return False
        except client.exceptions.TransactionCanceledException as cancelled:
            reasons = cancelled.response["CancellationReasons"]
            if is_refused_by_condition(reasons[:1]):
                return False
            if has_conflict(reasons) or is_refused_by_condition(reasons):
                raise Conflict from cancelled
            # Throttled or too large: it is not stored, and not known already.
            raise
        return True
