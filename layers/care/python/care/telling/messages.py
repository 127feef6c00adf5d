"""The catalogue of what customers are told, ``content/messages.toml``, in both languages."""

from datetime import datetime, timedelta, timezone
from enum import StrEnum
from functools import cache
from typing import cast

from care import content
from care.words import Language

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


class Template(StrEnum):
    """The messages that become due, by their sections of the catalogue: ``[<template>.<form>]``."""

    FIRST_AID = "first_aid"
    ACKNOWLEDGEMENT = "acknowledgement"
    RECEIVED = "received"
    REOPENED = "reopened"
    ESCALATION = "escalation"
    REPLY = "reply"
    ANSWERED = "answered"
    QUESTION = "question"
    REMINDER = "reminder"
    THANKS = "thanks"
    ANSWER = "answer"
    PACKAGE_CHANGED = "package_changed"
    PACKAGE_REFUSED = "package_refused"
    PACKAGE_WAITING = "package_waiting"
    CODE = "code"


@cache
def _catalogue() -> dict[str, dict[str, dict[str, str]]]:
    return cast(dict[str, dict[str, dict[str, str]]], content.toml("messages"))


def text(key: str, language: Language, **values: str) -> str:
    """The text ``section.name`` in a language; raises ``KeyError`` when it or one of its values is missing."""
    entry: object = _catalogue()
    for part in key.split("."):
        entry = cast(dict[str, object], entry)[part]
    return cast(dict[str, str], entry)[language].format_map(values)


def has(key: str) -> bool:
    """Whether the catalogue has the text ``section.name``."""
    section, _, name = key.partition(".")
    return name in _catalogue().get(section, {})


def number(amount: int, language: Language) -> str:
    """A whole number as it is read: ``4.000`` in Indonesian, ``4,000`` in English."""
    written = f"{amount:,}"
    return written.replace(",", ".") if language is Language.INDONESIAN else written


def rupiah(amount: int) -> str:
    """An amount in IDR as it is read in both languages: ``Rp25.000``."""
    return f"Rp{number(amount, Language.INDONESIAN)}"


def moment(at: datetime, language: Language) -> str:
    """A time as a customer reads it, the zone named: ``25 November 2026 14.05 WIB``.

    All are told Western Indonesia Time until a customer's area is known.
    """
    local = at.astimezone(WIB)
    separator = "." if language is Language.INDONESIAN else ":"
    return f"{local.day} {_MONTHS[language][local.month - 1]} {local.year} {local:%H}{separator}{local:%M} WIB"
