"""The follow-up's waits: the tokens that end them."""

from datetime import datetime
from typing import TYPE_CHECKING

from care.policy import Retention
from care.services.table import keys
from care.services.table.attributes import to_item
from care.services.table.commit import Conflict, expiry, has_conflict, is_refused_by_condition
from care.services.table.items import NotFound, Table, dump
from care.value import Value

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import TransactWriteItemTypeDef


class Wait(Value):
    """A follow-up waits, since ``entered_at`` (ISO 8601); ``task_token`` ends it.

    ``length`` is how long the case's timeline was when it was decided to wait: what came later, ends it.
    """

    reference: str
    cycle: int
    part: int
    length: int
    entered_at: str
    task_token: str


class Waits:
    """The waits of the table."""

    def __init__(self, table: Table, retention: Retention) -> None:
        self._table = table
        self._retention = retention

    def keep(self, wait: Wait, now: datetime) -> bool:
        """Keep the token of a wait, if its case is still as it was when that was decided; whether it is.

        A later wait of the same name stays. One request. Raises ``Conflict``.
        """
        key = keys.wait(wait.reference, wait.cycle, wait.part)
        client = self._table.client
        writes: list[TransactWriteItemTypeDef] = [
            {
                "ConditionCheck": {
                    "TableName": self._table.name,
                    "Key": to_item(keys.case(wait.reference)),
                    "ConditionExpression": "#length = :length",
                    "ExpressionAttributeNames": {"#length": "length"},
                    "ExpressionAttributeValues": to_item({":length": wait.length}),
                }
            },
            {
                "Put": {
                    "TableName": self._table.name,
                    "Item": to_item({**dump(wait), **key, "expires_at": expiry(now, self._retention.case)}),
                    "ConditionExpression": "attribute_not_exists(pk) OR entered_at <= :entered",
                    "ExpressionAttributeValues": to_item({":entered": wait.entered_at}),
                }
            },
        ]
        try:
            client.transact_write_items(TransactItems=writes)
        except client.exceptions.TransactionCanceledException as cancelled:
            reasons = cancelled.response["CancellationReasons"]
            if has_conflict(reasons):
                raise Conflict from cancelled
            if is_refused_by_condition(reasons):
                return not is_refused_by_condition(reasons[:1])
            raise
        except client.exceptions.TransactionInProgressException as busy:
            raise Conflict from busy
        return True

    def get(self, reference: str, cycle: int, part: int) -> Wait | None:
        """The wait, if there is one. One request."""
        try:
            return self._table.get(Wait, keys.wait(reference, cycle, part))
        except NotFound:
            return None
