"""A letter as HTML: the words of its text, with their steps, lists, links and reference marked as what they are.

It looks right without a style sheet, an image or a colour of its own, so a mail program that takes these away, or is
dark, shows it all the same. The frame is ``content/letter.html``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from string import Template as Frame
from typing import NamedTuple

from care import content
from care.telling.messages import Template
from care.telling.outbox import OutboxMessage

# As ``html.escape``, whose module brings a table of all entities that takes longer to load than a letter to write.
_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
_CONTROLS = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_URL = r"https?://[^\s<>\"]+"
_AFTER_URL = ".,;:!?)'"
_STEP = re.compile(r"([0-9]{1,2})\. +(?=\S)")
_ITEM = re.compile(r"[-•] +(?=\S)")
_PAIR = re.compile(r"([^:]{2,60}): +(?=\S)")
_MARKED = ("reference", "other", "due")
"""The values of a message that a reader looks for."""
_ACCENT = "#1f8a83"
"""Seen on white and on black."""

_HEAD = f"margin:0 0 24px;padding:0 0 12px;border-bottom:2px solid {_ACCENT};font-size:18px;font-weight:bold"
_PARAGRAPH = "margin:0 0 16px"
_LEAD = "margin:0 0 8px"
_LIST = "margin:0 0 16px;padding:0 0 0 28px"
_ROW = "margin:0 0 8px"
_TABLE = "margin:0 0 16px;border-collapse:collapse;font-size:inherit;line-height:inherit"
_CELL = "border-bottom:1px solid #82897f;text-align:left;vertical-align:top"
_LABEL = f"padding:6px 16px 6px 0;{_CELL};font-weight:bold;overflow-wrap:normal;word-break:normal"
_VALUE = f"padding:6px 0;{_CELL}"
_BOX = f"margin:0 0 16px;padding:8px 16px;border:1px solid #82897f;border-left:4px solid {_ACCENT}"
_NUMBER = "font-size:24px;line-height:1.4;letter-spacing:1px;white-space:nowrap;-webkit-user-select:all;user-select:all"
_STRONG = "white-space:nowrap;-webkit-user-select:all;user-select:all"


class _Run(NamedTuple):
    """Lines of one kind that stand together; a row has the lines that go on it, without what marks it."""

    kind: str
    rows: list[list[str]]


def written(message: OutboxMessage, sender: str, site: str) -> str:
    """The HTML of a letter as it is sent. ``sender`` is its head, ``site`` where the operator's pages are, or "".

    Nothing in it is markup but what is made here. A link leads to the operator's own pages or to a place that the
    content names, and shows where: what a customer wrote, or an agent took from elsewhere, stays words.
    """
    marks = _Marks.of(message, site)
    head = [f'<p style="{_HEAD}">{_escape(_clean(sender))}</p>'] if sender else []
    return _frame().substitute(
        language=_escape(message.language),
        title=_escape(_clean(message.subject)),
        body="\n".join([*head, *_blocks(_clean(message.text), marks)]),
    )


def _escape(text: str) -> str:
    return text.translate(_MARKUP)


def _clean(text: str) -> str:
    """Its lines ended alike, and no character that HTML does not have."""
    return _CONTROLS.sub(" ", "\n".join(text.splitlines()))


def _blocks(text: str, marks: "_Marks") -> Iterator[str]:
    """Each paragraph as what it is."""
    for paragraph in _paragraphs(text):
        runs = list(_runs(paragraph))
        for place, run in enumerate(runs):
            yield _block(run, marks, leads=place + 1 < len(runs))


def _paragraphs(text: str) -> Iterator[list[str]]:
    lines: list[str] = []
    for line in [*text.split("\n"), ""]:
        if line.strip():
            lines.append(line)
        elif lines:
            yield lines
            lines = []


def _runs(lines: list[str]) -> Iterator[_Run]:
    """Steps count from one, and pairs of a label and its value are at least two; what is neither is lines of text."""
    run = _Run("", [])
    for line in lines:
        kind, row = _kind(line, run)
        if kind == "more":
            run.rows[-1].append(row)
            continue
        if kind != run.kind:
            if run.rows:
                yield _settled(run)
            run = _Run(kind, [])
        run.rows.append([row])
    yield _settled(run)


def _kind(line: str, before: _Run) -> tuple[str, str]:
    """What a line is, after those before it, and what of it is said."""
    text = line.strip()
    listed = before.kind in ("step", "item")
    if listed and line.startswith("  "):
        return "more", text
    step = _STEP.match(text)
    if step and int(step[1]) == (len(before.rows) + 1 if before.kind == "step" else 1):
        return "step", text[step.end() :]
    item = _ITEM.match(text)
    if item:
        return "item", text[item.end() :]
    return ("pair" if _PAIR.match(text) else "text"), text


def _settled(run: _Run) -> _Run:
    return run._replace(kind="text") if run.kind == "pair" and len(run.rows) == 1 else run


def _block(run: _Run, marks: "_Marks", *, leads: bool) -> str:
    rows = run.rows
    match run.kind:
        case "step" | "item":
            tag = "ol" if run.kind == "step" else "ul"
            items = "\n".join(f'<li style="{_ROW}">{_lines(row, marks)}</li>' for row in rows)
            return f'<{tag} style="{_LIST}">\n{items}\n</{tag}>'
        case "pair":
            pairs = "\n".join(_pair(row[0], marks) for row in rows)
            return f'<table style="{_TABLE}">\n{pairs}\n</table>'
    if len(rows) == 1 and (box := _box(rows[0][0], marks)):
        return box
    words = "<br>\n".join(marks.marked(row[0]) for row in rows)
    return f'<p style="{_LEAD if leads else _PARAGRAPH}">{words}</p>'


def _lines(row: list[str], marks: "_Marks") -> str:
    """A row of a list; one of several lines has a choice on each, with its name set off."""
    if len(row) == 1:
        return marks.marked(row[0])
    return "\n".join(f'<div style="{_ROW}">{_choice(line, marks)}</div>' for line in row)


def _choice(line: str, marks: "_Marks") -> str:
    pair = _PAIR.match(line)
    return f"<strong>{_escape(pair[1])}:</strong> {marks.marked(line[pair.end() :])}" if pair else marks.marked(line)


def _pair(line: str, marks: "_Marks") -> str:
    label, value = line.split(":", 1)
    return (
        f'<tr><th scope="row" style="{_LABEL}">{_escape(label)}:</th>\n'
        f'<td style="{_VALUE}">{marks.marked(value.strip())}</td></tr>'
    )


def _box(line: str, marks: "_Marks") -> str:
    """The reference on a line of its own; "" when the line says anything else."""
    label, _, value = line.partition(": ")
    if not marks.reference or value.strip() != marks.reference:
        return ""
    return (
        f'<p style="{_BOX}">{_escape(label)}: <br>\n<strong style="{_NUMBER}">{_escape(marks.reference)}</strong></p>'
    )


@dataclass(frozen=True)
class _Marks:
    """What is set off or becomes a link within a line."""

    reference: str
    bold: frozenset[str]
    site: str
    urgent: frozenset[str]
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, message: OutboxMessage, site: str) -> "_Marks":
        bold = [value for name in _MARKED if (value := message.values.get(name, ""))]
        urgent = _linked("urgent") if message.template is Template.FIRST_AID else ()
        words = "|".join(map(re.escape, (*bold, *_linked("hosts"), *urgent)))
        return cls(
            reference=message.values.get("reference", ""),
            bold=frozenset(bold),
            site=f"{site.rstrip('/')}/" if site.startswith(("https://", "http://")) else "",
            urgent=frozenset(urgent),
            pattern=re.compile(rf"{_URL}|(?<![\w@./+-])(?:{words})(?![/.,-]?\w)"),
        )

    def marked(self, text: str) -> str:
        """A line as HTML."""
        out, end = [], 0
        for found in self.pattern.finditer(text):
            out += [_escape(text[end : found.start()]), self._mark(found[0])]
            end = found.end()
        return "".join([*out, _escape(text[end:])])

    def _mark(self, said: str) -> str:
        if said.startswith(("https://", "http://")):
            address = said.rstrip(_AFTER_URL)
            if not self.site or not address.startswith(self.site):
                return _escape(said)
            return _link(address, address) + _escape(said[len(address) :])
        if said in self.bold:
            style = f' style="{_STRONG}"' if said[0].isdigit() and said.replace(" ", "").isdigit() else ""
            return f"<strong{style}>{_escape(said)}</strong>"
        return _link(f"tel:{said}" if said in self.urgent else f"https://{said}/", said)


def _link(to: str, said: str) -> str:
    return f'<a href="{_escape(to)}">{_escape(said)}</a>'


@cache
def _linked(name: str) -> tuple[str, ...]:
    return tuple(content.toml("letter")[name])


@cache
def _frame() -> Frame:
    return Frame((content.FOLDER / "letter.html").read_text(encoding="utf-8"))
