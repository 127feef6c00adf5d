"""What a customer newly wrote in a mail: its text without what it quotes and without what programs and signatures add.

In doubt a line is kept: a forward is kept whole, what follows a quote is never dropped with it, and no text becomes
empty. ``quotes`` and ``endings`` tell what a line is, ``content/quoting.toml`` has the words of many languages.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from care.doors.email.endings import ending
from care.doors.email.lines import ASKS, Line, bare, has_mark, known, read
from care.doors.email.quotes import (
    asks_above,
    attributions_in,
    introduction,
    is_forward,
    is_introduced,
    names_writer,
    prefix,
)

# Programs wrap quoted lines near 76 characters: a short rest of one stands without a mark.
_WRAPPED_FROM = 55
_LONGEST_REST = 20

_REST_OF_LINK = re.compile(r"\s*[(<\[]https?:")
# Marks that mean a quote only below an attribution: "| text", "SD> text".
_OTHER_MARK = re.compile(r"\s{0,8}(?:\||[A-Z][A-Za-z]{0,11}>)")
# GroupWise and Emacs set the attribution itself between or behind such marks.
_MARKED_NAME = re.compile(r"\s{0,3}>>>{1,3}\s+(?:\"[^\"]{1,40}\"\s==\s)?(\S.{0,200}?)(?:\s>>>|(?<=:))\s*")
_SIGNED_MESSAGE = "-----BEGIN PGP SIGNED MESSAGE-----"
# A delimiter of a signature in it (section 7.1).
_ESCAPED = "- --"
_SIGNATURE = ("-----BEGIN PGP SIGNATURE-----", "-----END PGP SIGNATURE-----")


class _Run(NamedTuple):
    """Lines of one kind; ``named`` is a quote that an attribution introduces, which belongs to it."""

    lines: list[Line]
    is_quote: bool
    named: bool = False


def new_part(text: str, subject: str = "") -> str:
    """What is new in ``text``, a mail's plain text; the prefix of its ``subject`` tells a forward.

    Lines are left out and never moved; one is cut where an attribution begins behind the customer's words in it. If all
    stay, ``text`` comes back as it is. That the first mail of a conversation quotes nothing is the caller's to know.
    """
    if prefix(subject) in known("subjects", "forward"):
        return text
    lines = text.splitlines()
    pieces = _pieces(_with_marks_read([read(line) for line in _without_armour(lines)]))
    kept = [line.raw for piece in pieces for line in piece]
    if not any(line.strip() for line in kept) or kept == lines:
        return text
    return "\n\n".join(filter(None, ("\n".join(line.raw for line in piece).strip("\n") for piece in pieces)))


def _without_armour(lines: Sequence[str]) -> list[str]:
    """Without the frame of a signed message (RFC 4880, section 7)."""
    kept, skipped_to = list[str](), ""
    is_signed = _SIGNATURE[0] in map(str.strip, lines)
    last_end = max((number for number, line in enumerate(lines) if line.strip() == _SIGNATURE[1]), default=-1)
    for number, line in enumerate(lines):
        name = line.strip()
        if skipped_to == "blank" and not name:
            skipped_to = ""
        elif name == _SIGNED_MESSAGE and is_signed:
            skipped_to = "blank"
        elif name == _SIGNATURE[0] and number < last_end:
            skipped_to = "end"
        elif not skipped_to:
            kept.append("-- " if is_signed and name == _ESCAPED else line)
        elif name == _SIGNATURE[1]:
            skipped_to = ""
    return kept


def _with_marks_read(lines: list[Line]) -> list[Line]:
    """What stands in a quote is quoted as well; an attribution with a mark is not."""
    for number, line in enumerate(lines):
        above = lines[number - 1] if number else None
        below = lines[number + 1] if number + 1 < len(lines) else None
        name = _MARKED_NAME.fullmatch(line.raw) if line.is_quoted and not (above and above.is_quoted) else None
        if name and names_writer(name[1]):
            lines[number] = read(name[1])._replace(raw=line.raw)
        elif line.is_text and _is_in_quote(above, line, below):
            lines[number] = line._replace(is_quoted=True)
    return lines


def _is_in_quote(above: Line | None, line: Line, below: Line | None) -> bool:
    """Whether a line that compares ("> 5000") stands at a quoted one, or a wrapped rest between two."""
    is_below, is_above = bool(above and above.is_quoted), bool(below and below.is_quoted)
    if has_mark(line.raw):
        return is_below or is_above
    return above is not None and is_below and is_above and _is_rest(above.raw, line.raw)


def _is_rest(above: str, line: str) -> bool:
    wrapped = len(line) <= _LONGEST_REST and len(above) >= _WRAPPED_FROM and line.lstrip()[0].islower()
    above = above.rstrip()
    return (wrapped and (above[-1].isalnum() or above.endswith((",", "-")))) or bool(_REST_OF_LINK.match(line))


def _pieces(lines: list[Line]) -> list[list[Line]]:
    """What is kept of the lines, in pieces between which something is left out."""
    runs = _runs(lines)
    if runs is None or all(run.is_quote for run in runs):
        return [lines]
    for number, run in enumerate(runs):
        if run.is_quote and not run.named:
            if is_forward(bare(run.lines[0])):
                return [lines]
            is_answered = number == 0 and len(runs) == 2 and _is_answered(run.lines)
            runs[number] = run._replace(named=is_answered or is_introduced(run.lines))
    quotes = sum(run.is_quote and _length(run.lines) > 0 for run in runs)
    any_named = any(run.named for run in runs)
    while len(runs) > 1 and any(not run.is_quote for run in runs[:-1]):
        last = runs[-1]
        if last.is_quote and not (any_named or runs[0].is_quote or _hangs_below(runs[-2].lines, last.lines)):
            break
        if not last.is_quote and ending(last.lines, may_empty=True):
            break
        runs.pop()
    if quotes == 1 and any_named:
        texts = [run.lines for run in runs if not run.is_quote]
        said = [lines[: ending(lines, may_empty=True)] for lines in texts]
        return said if any(said) else [lines[: ending(lines)] for lines in texts]
    if not runs[-1].is_quote:
        runs[-1] = runs[-1]._replace(lines=runs[-1].lines[: ending(runs[-1].lines)])
    return [[line for run in runs for line in run.lines]]


def _runs(lines: list[Line]) -> list[_Run] | None:
    """The lines up to where everything below is quoted, by kind; None to keep all as it is."""
    attributions = attributions_in(lines)
    runs = list[_Run]()
    named, mark, number = False, "", 0
    while number < len(lines):
        line = lines[number]
        if mark and line.raw.startswith(mark):
            line = line._replace(is_quoted=True)
        words = any(not run.is_quote for run in runs)
        intro = None
        if not runs and asks_above(line):
            number += 1
            continue
        if line.is_text:
            if is_forward(line) and not any(run.named for run in runs):
                return None
            intro = introduction(lines, number, attributions)
            named, mark = False, mark if mark.endswith(">") else ""
        if intro is None:
            _add(runs, [line], is_quote=line.is_quoted, named=named)
            number += 1
            continue
        own = lines[number : intro.end]
        above = [read(intro.before)] if intro.before else []
        # A head alone on top may be what the customer passes on.
        is_passed_on = intro.block and not words and not own[0].is_decorated
        below = None if is_passed_on else _mark_below(lines, intro.end)
        is_shown = _is_shown(lines, number)
        if below is not None and not is_shown:
            _add(runs, above, is_quote=False)
            _add(runs, [read(own[0].raw[len(intro.before) :]), *own[1:]], is_quote=True, named=True)
            named, mark = True, below
        elif is_shown or not intro.sure:
            _add(runs, own, is_quote=False)
        elif not (words or above):
            return None
        elif not intro.block and _answers_below(lines[intro.end :]):
            _add(runs, own, is_quote=False)
        else:
            _add(runs, above, is_quote=False)
            break
        number = intro.end
    return runs


def _mark_below(lines: Sequence[Line], number: int) -> str | None:
    """The mark that quoted lines below an attribution have, "" for the usual ones; None if there is none."""
    below = next((line for line in lines[number : number + 4] if not line.is_blank), None)
    if below is None or below.is_quoted:
        return None if below is None else ""
    other = _OTHER_MARK.match(below.raw)
    return other[0] if other else None


def _add(runs: list[_Run], lines: Sequence[Line], *, is_quote: bool, named: bool = False) -> None:
    """A blank line belongs to the run before it."""
    for line in lines:
        if runs and (line.is_blank or runs[-1].is_quote == is_quote):
            runs[-1].lines.append(line)
            if is_quote and named:
                runs[-1] = runs[-1]._replace(named=True)
        elif not line.is_blank:
            runs.append(_Run([line], is_quote, named and is_quote))


def _is_shown(lines: Sequence[Line], number: int) -> bool:
    """Whether the customer says that what follows is shown: "Ini email yang saya terima:"."""
    above = next((line for line in reversed(lines[max(0, number - 3) : number]) if not line.is_blank), None)
    return above is not None and above.is_text and above.plain.endswith(":") and not above.is_decorated


def _answers_below(lines: Sequence[Line]) -> bool:
    """Whether words follow a quote: then nobody knows whose they are."""
    last = next((number for number in range(len(lines) - 1, -1, -1) if lines[number].is_quoted), None)
    return last is not None and ending(lines[last + 1 :], may_empty=True) > 0


def _hangs_below(above: Sequence[Line], quote: Sequence[Line]) -> bool:
    """Whether lines with a mark at the end are what a program quoted, not what the customer set so."""
    text = next(line for line in reversed(above) if not line.is_blank)
    if text.plain.endswith(":"):
        return False
    return _length(quote) > 1


def _is_answered(quote: Sequence[Line]) -> bool:
    """Whether lines with a mark on top are a quote although nothing introduces them: one may be the customer's own."""
    return _length(quote) > 1 or (quote[-1].is_blank and bool(ASKS.search(bare(quote[0]).plain)))


def _length(quote: Sequence[Line]) -> int:
    return sum(len(line.plain) > 1 for line in quote)
