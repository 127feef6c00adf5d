"""Reads the table's stream, queues what follows each write, and keeps the cards of callers.

Event: DynamoDB developer guide, "DynamoDB Streams and Lambda". A record that nobody understands is parked alone and the
others go on. The first record whose message a queue did not take, or whose card others wrote on, is named; Lambda
delivers it and all after it again.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from care.clients import centre, parked_records, queues
from care.config import settings
from care.contacts.card import Card
from care.followup.fanout import follows, on_cards
from care.observability import event, logger
from care.services.queues import FanoutMessage, Queue
from care.services.table.changes import change
from care.services.table.commit import Conflict, until_stored


@logger.inject_lambda_context(clear_state=True)
def handler(raw: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Queue what follows the records, in their order; then put on cards what they say."""
    due: dict[Queue, list[tuple[str, FanoutMessage]]] = {}
    cards: dict[str, Card] = {}
    carded: list[str] = []
    failed: list[str] = []
    for record in raw["Records"]:
        number = record["dynamodb"]["SequenceNumber"]
        messages, said = _follows(record)
        for queue, message in messages:
            due.setdefault(queue, []).append((number, message))
        for customer, card in said.items():
            cards[customer] = cards.get(customer, Card()).with_(card)
            carded.append(number)
    for queue, numbered in due.items():
        refused = queues().send_all(queue, [message for _, message in numbered])
        failed.extend(numbered[place][0] for place in refused)
        for place, (_, message) in enumerate(numbered):
            if place not in refused:
                event(f"queued for {queue}", action=message.action, **message.ids)
    if cards:
        try:
            until_stored(lambda: centre().store.cards.put(cards, datetime.now(UTC)))
        except Conflict:
            failed.extend(carded)
    return {"batchItemFailures": [{"itemIdentifier": min(failed, key=int)}] if failed else []}


def _follows(record: dict[str, Any]) -> tuple[Sequence[tuple[Queue, FanoutMessage]], dict[str, Card]]:
    try:
        changed = change(record["dynamodb"])
        return (follows(changed, settings().policy), on_cards(changed)) if changed else ((), {})
    except (KeyError, ValueError, TypeError):
        logger.exception("record not understood", extra={"sequence_number": record["dynamodb"]["SequenceNumber"]})
    parked_records().park(record, datetime.now(UTC))
    return (), {}
