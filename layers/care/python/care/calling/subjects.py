"""What a complaint by phone can be about, ``content/call/complaints.toml``."""

from functools import cache

from care import content
from care.value import Value
from care.words import Category, Text


class Subject(Value, extra="forbid"):
    """One key of a category's menu. ``in_words``: keys do not say what it is.

    ``category`` is where it belongs instead.
    """

    id: str
    label: Text
    category: Category | None = None
    in_words: bool = False


@cache
def of(category: Category) -> dict[str, Subject]:
    """The subjects of a category by their keys; none where it has no menu."""
    known = content.toml("call/complaints").get(category, {})
    return {key: Subject.model_validate(one) for key, one in known.items()}


@cache
def _all() -> dict[tuple[Category, str], Subject]:
    """The subjects by the category of their cases and their ids."""
    return {(one.category or category, one.id): one for category in Category for one in of(category).values()}


def named(category: Category, id: str) -> Subject | None:
    """The subject of that id among those whose cases have this category; ``None`` when there is none."""
    return _all().get((category, id))
