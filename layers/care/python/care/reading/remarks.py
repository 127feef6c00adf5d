"""What a customer remarks of a step that was asked of him, or of his case: ``content/remarks.toml``."""

from enum import StrEnum
from functools import cache, lru_cache

from care.content import toml
from care.reading import wording
from care.reading.phrases import Phrases, words_of

_READ = 1000


class Remark(StrEnum):
    """What is said of a step or of a case, besides its facts; the names of the lists."""

    SAME = "same"
    DONE = "done"
    CANNOT = "cannot"
    SEEKS = "seeks"
    WORKS = "works"
    WAITS = "waits"
    REPORTS = "reports"
    LEAVES = "leaves"
    WITHDRAWS = "withdraws"
    RAISES = "raises"
    CLARIFIES = "clarifies"
    ASKS_WHERE = "asks_where"
    LISTS = "lists"
    LASTS = "lasts"
    ASKS_NOTED = "asks_noted"
    DEMANDS = "demands"
    ANGERS = "angers"
    LATE = "late"
    PUTS_FIRST = "puts_first"
    ASKS_WHEN = "asks_when"
    OF_STAFF = "of_staff"
    OF_NETWORK = "of_network"
    ASKS_OUTAGE = "asks_outage"
    CLAIMS = "claims"
    CORRECTS = "corrects"


@cache
def _phrases() -> Phrases:
    return Phrases(toml("remarks"))


@lru_cache(maxsize=64)
def read(text: str) -> frozenset[Remark]:
    """Every remark a text makes."""
    words = words_of(wording.plain(text[:_READ]))
    return frozenset(Remark(found.name) for found in _phrases().find(words))
