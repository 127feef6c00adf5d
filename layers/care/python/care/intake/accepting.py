"""What all doors share."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from care import reference
from care.case import Case
from care.centre import Centre
from care.contact import Entry
from care.store import AlreadyAccepted, ReferenceTaken, until_stored

_ATTEMPTS = 20


@dataclass(frozen=True)
class Accepted:
    """What became of an event: its entry, and the reference of the case it opened or joined."""

    entry: Entry
    reference: str = ""
    opened: bool = False
    again: bool = False


def once(accept: Callable[[], Accepted]) -> Accepted:
    """Accept an event, deciding anew while others write; an event known already is answered as it was."""
    try:
        return until_stored(accept)
    except AlreadyAccepted as known:
        return Accepted(known.entry, known.entry.answer.get("reference", ""), again=True)


def with_free_reference(event: str, write: Callable[[str], Accepted]) -> Accepted:
    """Run ``write`` with the event's reference; with its next one while another case has it."""
    for attempt in range(_ATTEMPTS):
        try:
            return write(reference.derive(event, attempt))
        except ReferenceTaken:
            continue
    raise ReferenceTaken(f"{_ATTEMPTS} references of one event are all taken")


def guesser(identity: str) -> str:
    """Who asked, for counting wrong guesses; says nothing of the number or chat itself."""
    return hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def still_joins(centre: Centre, case: Case, now: datetime) -> bool:
    """Whether a customer's words still belong to the case: it is not closed, or closed not too long ago."""
    return case.closed_at is None or centre.store.policy.may_reopen(case.closed_at, now)
