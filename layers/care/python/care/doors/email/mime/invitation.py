"""A calendar's entry (RFC 5545) as lines that a person reads: what, when, where, by whom."""

import re
from collections.abc import Iterator
from datetime import datetime

_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r"([A-Z-]+)((?:;[^:;\"]*(?:\"[^\"]*\")?[^:;\"]*)*):(.*)")
_ESCAPED = re.compile(r"\\([\\;,nN])")
_TIME = re.compile(r"(\d{8})(?:T(\d{4})\d{2}(Z?))?")
_ZONE = re.compile(r";TZID=\"?([^\";:]+)", re.IGNORECASE)
_NAME = re.compile(r";CN=(?:\"([^\"]+)\"|([^\";:]+))", re.IGNORECASE)
_LONGEST = 100_000
_MOST_ENTRIES = 20
_SHOWN = ("SUMMARY", "DTSTART", "DTEND", "LOCATION", "ORGANIZER", "DESCRIPTION")


def to_text(calendar: str) -> str:
    """Its entries, one below the other; "" for what is no calendar."""
    return "\n\n".join(filter(None, map(_told, _entries(_FOLD.sub("", calendar[:_LONGEST])))))


def _entries(calendar: str) -> Iterator[dict[str, tuple[str, str]]]:
    """Each event and task: its fields' parameters and values by their names."""
    entry: dict[str, tuple[str, str]] | None = None
    depth = count = 0
    for line in calendar.splitlines():
        upper = line.strip().upper()
        if upper.startswith("BEGIN:"):
            if entry is None and upper in ("BEGIN:VEVENT", "BEGIN:VTODO"):
                entry, depth = {}, 0
            elif entry is not None:
                depth += 1
        elif upper.startswith("END:") and entry is not None:
            depth -= 1
            if depth < 0:
                yield entry
                entry, count = None, count + 1
                if count == _MOST_ENTRIES:
                    return
        elif entry is not None and depth == 0 and (found := _LINE.match(line[:5000])):
            entry.setdefault(found[1].upper(), (found[2], found[3]))


def _told(entry: dict[str, tuple[str, str]]) -> str:
    said = {name: entry[name] for name in _SHOWN if name in entry}
    when = " – ".join(filter(None, (_time(*said[name]) for name in ("DTSTART", "DTEND") if name in said)))
    organizer = _organizer(*said["ORGANIZER"]) if "ORGANIZER" in said else ""
    lines = [_words(said, "SUMMARY"), when, _words(said, "LOCATION"), organizer, _words(said, "DESCRIPTION")]
    return "\n".join(line for line in lines if line)


def _words(said: dict[str, tuple[str, str]], name: str) -> str:
    value = said.get(name, ("", ""))[1]
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], value).strip()


def _time(parameters: str, value: str) -> str:
    found = _TIME.match(value)
    if not found:
        return ""
    zone = _ZONE.search(parameters)
    try:
        day = datetime.strptime(found[1], "%Y%m%d").date().isoformat()
    except ValueError:
        return ""
    hour = f" {found[2][:2]}:{found[2][2:]}" if found[2] else ""
    return f"{day}{hour}" + (" UTC" if found[3] else f" {zone[1]}" if zone and hour else "")


def _organizer(parameters: str, value: str) -> str:
    name = _NAME.search(parameters)
    address = re.sub(r"^mailto:", "", value.strip(), flags=re.IGNORECASE)
    return f"{name[1] or name[2]} <{address}>" if name else address
