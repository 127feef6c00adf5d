"""The follow-up's waits: the tokens that end them."""

from datetime import datetime

from care.policy import Retention
from care.services.table import keys
from care.services.table.attributes import to_item
from care.services.table.commit import expiry
from care.services.table.items import NotFound, Table, dump
from care.value import Value
from care.words import Awaited


class Wait(Value):
    """A follow-up waits, since ``entered_at`` (ISO 8601); ``task_token`` ends it."""

    reference: str
    cycle: int
    waiting_for: Awaited
    entered_at: str
    task_token: str


class Waits:
    """The waits of the table."""

    def __init__(self, table: Table, retention: Retention) -> None:
        self._table = table
        self._retention = retention

    def keep(self, wait: Wait, now: datetime) -> None:
        """Keep the token of a wait unless a later wait of the same name is there already. One request."""
        key = keys.wait(wait.reference, wait.cycle, wait.waiting_for)
        client = self._table.client
        try:
            client.put_item(
                TableName=self._table.name,
                Item=to_item({**dump(wait), **key, "expires_at": expiry(now, self._retention.case)}),
                ConditionExpression="attribute_not_exists(pk) OR entered_at <= :entered",
                ExpressionAttributeValues=to_item({":entered": wait.entered_at}),
            )
        except client.exceptions.ConditionalCheckFailedException:
            return

    def get(self, reference: str, cycle: int, waiting_for: Awaited) -> Wait | None:
        """The wait, if there is one. One request."""
        try:
            return self._table.get(Wait, keys.wait(reference, cycle, waiting_for))
        except NotFound:
            return None
