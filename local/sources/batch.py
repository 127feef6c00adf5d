"""How an event source reads a function's answer to a batch (Lambda developer guide, "Partial batch responses")."""

import json
from collections.abc import Collection

from local.cloudformation.stack import Invocation


def failed_items(invocation: Invocation, reports: bool, known: Collection[str]) -> set[str]:
    """Ids of the items that failed.

    All of them when the function failed, and, of a function that reports item failures, also when its answer is no
    JSON or names an item wrongly: an empty, missing or unknown identifier.
    """
    if invocation.error is not None:
        return set(known)
    if not reports:
        return set()
    try:
        answer = json.loads(invocation.payload or b"null")
    except ValueError:
        return set(known)
    if answer is None or answer == {}:
        return set()
    failures = answer.get("batchItemFailures", ()) if isinstance(answer, dict) else None
    if failures is None and isinstance(answer, dict):
        return set()
    if not isinstance(failures, list | tuple):
        return set(known)
    ids = [each.get("itemIdentifier") if isinstance(each, dict) else None for each in failures]
    if any(not isinstance(each, str) or each not in known for each in ids):
        return set(known)
    return {str(each) for each in ids}
