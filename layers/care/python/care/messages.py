"""The catalogue of what customers are told, ``content/messages.toml``, in both languages."""

import tomllib
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import cast

from care.words import Channel, Language

WIB = timezone(timedelta(hours=7), "WIB")
_MONTHS = {
    Language.INDONESIAN: [
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ],
    Language.ENGLISH: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}


@cache
def _catalogue() -> dict[str, dict[str, dict[str, str]]]:
    text = (Path(__file__).parent / "content" / "messages.toml").read_text(encoding="utf-8")
    return cast(dict[str, dict[str, dict[str, str]]], tomllib.loads(text))


def text(key: str, language: Language, **values: str) -> str:
    """The text ``section.name`` in a language; raises ``KeyError`` when it or one of its values is missing."""
    entry: object = _catalogue()
    for part in key.split("."):
        entry = cast(dict[str, object], entry)[part]
    return cast(dict[str, str], entry)[language].format_map(values)


def rupiah(amount: int) -> str:
    """An amount in IDR as it is read in both languages: ``Rp25.000``."""
    return "Rp" + f"{amount:,}".replace(",", ".")


def form(channel: Channel) -> str:
    """Which form of a message a channel gets: a caller is written to by SMS."""
    return Channel.SMS if channel is Channel.PHONE else channel


def moment(at: datetime, language: Language) -> str:
    """A time as a customer reads it, the zone named: ``25 November 2026 14.05 WIB``.

    All are told Western Indonesia Time until a customer's area is known.
    """
    local = at.astimezone(WIB)
    separator = "." if language is Language.INDONESIAN else ":"
    return f"{local.day} {_MONTHS[language][local.month - 1]} {local.year} {local:%H}{separator}{local:%M} WIB"
