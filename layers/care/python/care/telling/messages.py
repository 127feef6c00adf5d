"""The catalogue of what customers are told, ``content/messages.toml``, in both languages."""

from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import cast

from care import content
from care.areas import Zone
from care.words import Language

WIB = Zone.WIB.tz
"""The operator's own clock, by which it is some day there."""
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
_DAYS = {
    Language.INDONESIAN: ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"],
    Language.ENGLISH: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}
_AT = {Language.INDONESIAN: "pukul", Language.ENGLISH: "at"}


class Template(StrEnum):
    """The messages that become due, by their sections of the catalogue: ``[<template>.<form>]``."""

    FIRST_AID = "first_aid"
    ACKNOWLEDGEMENT = "acknowledgement"
    RECEIVED = "received"
    SUGGESTED = "suggested"
    THANKED = "thanked"
    REOPENED = "reopened"
    REOPENED_BY_MANAGER = "reopened_by_manager"
    ESCALATION = "escalation"
    UPDATE = "update"
    REPLY = "reply"
    NEEDED = "needed"
    NUDGE = "nudge"
    PROMISED = "promised"
    PROMISE_LATE = "promise_late"
    REFUSED = "refused"
    MERGED = "merged"
    NEWS = "news"
    ANSWERED = "answered"
    RESOLVED = "resolved"
    QUESTION = "question"
    REMINDER = "reminder"
    THANKS = "thanks"
    NOTICE = "notice"
    ANSWER = "answer"
    REPLIED = "replied"
    PACKAGE_CHANGED = "package_changed"
    PACKAGE_REFUSED = "package_refused"
    PACKAGE_WAITING = "package_waiting"
    CODE = "code"
    MISSED = "missed"


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


def rupiah(amount: int, language: Language) -> str:
    """An amount in IDR as it is read: ``Rp25.000`` in Indonesian, ``Rp25,000`` in English."""
    return f"Rp{number(amount, language)}"


def moment(at: datetime, language: Language, zone: Zone = Zone.WIB, *, in_full: bool = False) -> str:
    """A time as a customer reads it, the zone named: ``25 November 2026 14.05 WIB``; ``in_full``, as a letter has room
    for: ``Rabu, 25 November 2026 pukul 14.05 WIB``.

    Who is nobody knows where reads Western Indonesia Time, named so.
    """
    local = at.astimezone(zone.tz)
    separator = "." if language is Language.INDONESIAN else ":"
    day = f"{local.day} {_MONTHS[language][local.month - 1]} {local.year}"
    clock = f"{local:%H}{separator}{local:%M} {zone}"
    return f"{_DAYS[language][local.weekday()]}, {day} {_AT[language]} {clock}" if in_full else f"{day} {clock}"
