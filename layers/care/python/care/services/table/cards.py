"""Cards, an item a customer: what is put on them comes from the table's stream, in any order and again."""

from collections.abc import Mapping
from datetime import datetime

from care.contacts.card import Card
from care.policy import Retention
from care.services.table import keys
from care.services.table.attributes import Item, to_item
from care.services.table.commit import expiry, update_alone
from care.services.table.items import NotFound, Table, dump

_AT_ONCE = 100
_OF_THE_STREAM = {"contacts", "cases"}


class Cards:
    """The cards of the table."""

    def __init__(self, table: Table, retention: Retention) -> None:
        self._table = table
        self._retention = retention

    def get(self, customer_id: str) -> Card:
        """A customer's card; an empty one where nothing is known. One request."""
        try:
            return self._table.get(Card, keys.card(customer_id))
        except NotFound:
            return Card()

    def put(self, more: Mapping[str, Card], now: datetime) -> None:
        """Put more on the cards of customers. A request for each hundred, and one for each card that it changes. Raises
        ``Conflict`` when one was changed meanwhile: again, it is put on the others once.
        """
        customers = list(more)
        for start in range(0, len(customers), _AT_ONCE):
            some = customers[start : start + _AT_ONCE]
            found = self._table.batch(keys.card(one) for one in some)
            for one in some:
                before = found.value(Card, keys.card(one)) or Card()
                after = before.with_(more[one])
                if after != before:
                    self._put(one, after, before.revision, now)

    def _put(self, customer_id: str, card: Card, revision: int, now: datetime) -> None:
        values = {f":{name}": value for name, value in dump(card).items() if name in _OF_THE_STREAM}
        sets = ", ".join(f"{name} = :{name}" for name in sorted(_OF_THE_STREAM))
        gone = expiry(now, self._retention.contact)
        request: Item = {
            "TableName": self._table.name,
            "Key": to_item(keys.card(customer_id)),
            "UpdateExpression": f"SET {sets}, revision = :after, expires_at = :gone",
            "ConditionExpression": "revision = :before" if revision else "attribute_not_exists(revision)",
            "ExpressionAttributeValues": to_item({**values, ":after": revision + 1, ":gone": gone}),
        }
        if revision:
            request["ExpressionAttributeValues"] |= to_item({":before": revision})
        update_alone(self._table, request)
