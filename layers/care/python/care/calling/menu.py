"""What the keys of product information and technical help lead to: ``content/call/guides.toml``."""

from collections.abc import Mapping
from functools import cache

from care import content
from care.value import Value

Keys = Mapping[str, str]
"""The article a key leads to."""

MORE = "8"
"""The key of ``technical_menu`` that leads to ``technical_more_menu``."""


class Group(Value, extra="forbid"):
    """One group of short answers: ``menu`` is the prompt that names its keys."""

    menu: str
    answers: Keys


class _Technical(Value, extra="forbid"):
    guides: Keys
    more: Keys


class _Menus(Value, extra="forbid"):
    product: Mapping[str, Group]
    technical: _Technical
    ends_call: Mapping[str, frozenset[str]]


@cache
def _menus() -> _Menus:
    return _Menus.model_validate(content.toml("call/guides"))


def product_groups() -> Mapping[str, Group]:
    """The groups of ``product_menu`` by key."""
    return _menus().product


def product_group(key: str) -> Group | None:
    """The group of that key; ``None`` when there is none."""
    return product_groups().get(key)


def technical_guides() -> Keys:
    """The guides of ``technical_menu``."""
    return _menus().technical.guides


def more_guides() -> Keys:
    """The guides of ``technical_more_menu``."""
    return _menus().technical.more


def ends_call(article: str, step: str) -> bool:
    """Whether a phone that does this step drops the call it is on; ``guide_ends_call`` warns of it."""
    return step in _menus().ends_call.get(article, ())
