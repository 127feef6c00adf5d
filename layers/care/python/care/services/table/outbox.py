"""The outbox: a message is claimed before it is sent, and only moves forward."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from care.policy import Retention
from care.services.table import keys
from care.services.table.attributes import Item, to_item
from care.services.table.commit import Conflict, expiry, has_conflict, is_refused_by_condition, mail_of
from care.services.table.items import Table, read, stamp
from care.telling.outbox import RANK, Delivery, OutboxMessage, Owner

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

        ``None`` when it is not to be had: sent, claimed by another, or gone.
        """
        values = {":claimed": Delivery.CLAIMED, ":now": stamp(now), ":one": 1}
        condition = "#state = :due"
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

    def record(
        self,
        owner: Owner,
        key: str,
        state: Delivery,
        now: datetime,
        *,
        provider_id: str = "",
        problem: str = "",
        message_id: str = "",
        erase: bool = False,
    ) -> bool:
        """Move a message forward to ``state``; whether it moved. One request. Raises ``Conflict``.

        ``message_id`` is the Message-ID a provider put on a mail: answers to it find their case. ``erase``: what it
        says is not kept.
        """
        values: Item = {"state": state, "problem": problem or None, "provider_id": provider_id or None}
        if erase:
            values |= {"text": "", "values": {}}
        if state is Delivery.SENT:
            values["sent_at"] = stamp(now)
        earlier = {f":s{rank}": one for one, rank in RANK.items() if rank < RANK[state]}
        condition = f"#state IN ({', '.join(earlier)})"
        gone = expiry(now, self._retention.case)
        index = [mail_of(self._table, message_id, owner.case, gone)] if message_id and owner.case else []
        return self._settle(owner, key, values, condition, earlier, index)

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
        except (
            client.exceptions.ConditionalCheckFailedException,
            client.exceptions.TransactionCanceledException,
        ) as refused:
            reasons = refused.response.get("CancellationReasons", [])
            if has_conflict(reasons):
                raise Conflict from refused
            # Only the condition says that it is known already; throttled or too large, it is not stored.
            if reasons and not is_refused_by_condition(reasons):
                raise
            return False
        return True
