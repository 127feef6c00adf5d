"""What introduces a quoted mail: "Sari wrote:", a line that parts, or From, Sent, To and Subject below each other."""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from care.doors.email.lines import (
    ASKS,
    MAILBOX,
    Line,
    any_of,
    bare,
    is_name,
    known,
    names,
    phrases,
    plain,
    shown,
    words_of,
)

# What is looked at for one decision is bounded, so that the work grows no faster than the text.
_ATTRIBUTION_LINES = 6
_ATTRIBUTION_LENGTH = 400
_HEADER_LINES = 25
_HEADER_GOES_ON = 3
_NOTES_LINES = 14
_NOTES_HEAD = 120
_SEPARATOR_LENGTH = 150

_MAIN = frozenset({"from", "date", "to", "subject"})
_LABEL = re.compile(r"_*([^\W\d_][^:|]{0,28}?)\s?_?:(?!//)\s?(.*)|\|\s?([^\W\d_][^:|]{0,28}?)\s?:?\s?\|(.*)")
_TAGS = re.compile(r"(?:\s*\[[^\[\]]{0,80}\])+")
_COUNT = re.compile(r"[\[(^]?\d{0,4}[\])]?\s?$")

_MAILBOX_FIRST = re.compile(r"\W{0,3}[^\s@<>]{1,64}@")
# "Ken Lim/SG/CONTOH@CONTOH" of Lotus Notes, or a name alone.
_NOTES_NAME = re.compile(r"\"[^\"]{1,60}\"|[^\W\d][\w .'-]{0,40}(?:/[\w .&-]{1,30}){1,5}(?:@[\w .-]{1,40})?")
_TIME = re.compile(r"(?<![\d.])\d{1,2}(?:[:.]\d{2}(?!\d|\.\d)|\s?[hH]\s?\d{2}|\s?[apAP]\.?[mM]\b|時|시|点)")
_DATE = re.compile(
    r"(?<!\d)(?:\d{4}|\d{1,2})\s?([./-])\s?\d{1,2}\s?\1\s?(?:\d{4}|\d{1,2})(?!\d)|\d{1,4}\s?[年년].{0,3}\d{1,2}\s?[月월]"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20|25)\d\d(?!\d)")
_DAY = re.compile(r"(?<![\d:.])\d{1,2}(?![\d:]|\.\d)")
_DATE_FIRST = re.compile(
    r"\W{0,3}(?:\d{4}\s?[-/.年년]|\d{1,2}[-/.]\d|\d{1,2}\.?\s[^\W\d]|[^\W\d]{2,12}\.?,?\s\d{1,2}\b"
    r"|[^\W\d]{2,12}\.?,\s[^\W\d]{3,12}\.?\s\d)"
)
_QUOTE_WITHIN = re.compile(r">\s?(?:[^\W\d]{1,12}(?:\s[^\W\d]{1,12}){0,2}\s?)?:\s")
# "Rina Dewi ---30.11.2026 10:15:22---Dear Sari" of Lotus Notes.
_NOTES_LINE = re.compile(r"\S.{1,60}?\s?---(\d[\d./:\s-]{8,30}?(?:\s[ap]m)?)---.*", re.IGNORECASE)
_DIGIT = re.compile(r"\d")


class Intro(NamedTuple):
    """What introduces a quote: the lines before ``end``; ``before`` is what stands before it in its first line.

    A ``sure`` one introduces whatever comes below, any other only lines with a mark. Below a ``block`` all is quoted.
    """

    end: int
    sure: bool
    block: bool = False
    before: str = ""


def prefix(subject: str) -> str:
    """What a program puts before a subject, in lower case: "re" of "Re[2]: Pulsa"."""
    name, colon, _ = _TAGS.sub("", plain(subject[:200])).partition(":")
    return _COUNT.sub("", name).strip() if colon else ""


def is_forward(line: Line) -> bool:
    """Whether it stands above a mail that the customer passes on."""
    forwarded = phrases("separators", "forwarded")
    if line.is_decorated:
        return line.name.startswith(forwarded)
    return line.name in forwarded and line.plain.endswith(":")


def introduction(lines: Sequence[Line], number: int, attributions: dict[int, Intro]) -> Intro | None:
    """What introduces a quote from this line on; ``attributions`` are those of the lines."""
    attribution = attributions.get(number)
    if attribution is not None and attribution.sure:
        return attribution
    return (
        _separator(lines, number, attributions)
        or _block(lines, number)
        or _notes_head(lines, number)
        or _between_arrows(lines[number], number)
        or _notes_line(lines[number], number)
        or attribution
    )


def is_introduced(lines: Sequence[Line]) -> bool:
    """Whether quoted lines begin with what introduces them, which has their mark."""
    opening = [bare(line) for line in lines[:_HEADER_LINES]]
    return introduction(opening, 0, attributions_in(opening)) is not None


def names_writer(text: str) -> bool:
    """Whether a line behind ">>>" tells who wrote, and not what was written."""
    return bool(MAILBOX.search(text)) or _is_timed(text)


# ---- attributions ----------------------------------------------------------------------------------------------------


def attributions_in(lines: Sequence[Line]) -> dict[int, Intro]:
    """The lines that say who wrote what is quoted, by their first."""
    found = dict[int, Intro]()
    for last, line in enumerate(lines):
        if not line.is_text or not line.plain:
            continue
        near = lines[last + 1 : last + 3]
        before_quote = any(one.is_quoted for one in near) and (near[0].is_quoted or near[0].is_blank)
        if _goes_on(line):
            found[last] = Intro(last + 1, sure=True)
        elif line.plain.endswith((":", "--")) or before_quote:
            first, intro = _attribution(lines, last)
            if intro is not None:
                found[_greeting(lines, first) if _is_to_you(line.plain) else first] = intro
            elif near and near[0].is_quoted and _strength(f"{line.shown} {bare(near[0]).shown}", line.shown) > 1:
                found[last] = Intro(last + 1, sure=True)
    return found


def _goes_on(line: Line) -> bool:
    """Whether what is quoted begins in the line of the attribution, as some markup makes it."""
    found = _QUOTE_WITHIN.search(line.shown, 0, _ATTRIBUTION_LENGTH)
    if found is None:
        return False
    text = line.shown[: found.end() - 1]
    is_told = not words_of(text).isdisjoint(known("attribution", "own"))
    return not is_told and bool(_verb().search(text)) and _strength(text, line.shown) == 3


def _attribution(lines: Sequence[Line], last: int) -> tuple[int, Intro | None]:
    """The attribution that ends here, from the nearest line at which it may begin; one with a date comes first."""
    first, strength, joined, before = last, 0, "", ""
    for number in range(last, max(-1, last - _ATTRIBUTION_LINES), -1):
        line = lines[number]
        joined = f"{line.shown} {joined}".strip()
        if not line.is_text or not line.plain or len(joined) > _ATTRIBUTION_LENGTH:
            break
        here = _strength(joined, line.shown)
        if here > strength:
            first, strength = number, here
        begun = 0 if here or not MAILBOX.search(joined) else _begun_within(line.raw, joined[len(line.shown) :])
        if begun:
            first, strength, before = number, 3, line.raw[:begun].rstrip()
        if strength > 1:
            first = first if before else _begins_above(lines, first, joined)
            break
    if not strength:
        return last, None
    blank_below = last + 1 == len(lines) or lines[last + 1].is_blank
    return first, Intro(last + 1, strength == 3 or (strength == 2 and blank_below), before=before)


def _greeting(lines: Sequence[Line], first: int) -> int:
    """Where the greeting stands that The Bat! sets above all else, if it does."""
    above = [number for number in range(first) if not lines[number].is_blank] if first < _ATTRIBUTION_LINES else []
    words = lines[above[0]].plain.split() if len(above) == 1 else []
    return above[0] if len(words) < 5 and words[:1] and words[0] in known("attribution", "greetings") else first


def _is_to_you(text: str) -> bool:
    """Whether the writer of what is quoted is spoken to: "At 10:15 30/11/2026, you wrote:"."""
    to_you = phrases("attribution", "to_you")
    return text.startswith(to_you) or text.strip("- :").endswith(to_you)


def _begins_above(lines: Sequence[Line], first: int, joined: str) -> int:
    """Where a date was wrapped, the line above has the head of it: "On Mon, Nov 30,"."""
    above = lines[first - 1] if first else None
    if above is None or not above.is_text or above.plain.endswith((".", ":")) or ASKS.search(above.plain):
        return first
    joined = f"{above.shown} {joined}"
    is_head = bool(_head().match(joined)) and len(above.plain.split()) <= 8
    return first - 1 if is_head and _strength(joined, above.shown) > 1 else first


def _begun_within(line: str, rest: str) -> int:
    """Where in a line an attribution begins that a program set behind the customer's last words; 0 for nowhere."""
    for found in _head().finditer(line):
        here = shown(line[found.start() :])
        is_told = not here[0].isupper() or words_of(here + rest) & known("attribution", "own")
        if found.start() and not is_told and _strength(here + rest, here) == 3:
            return found.start()
    return 0


def _strength(joined: str, first: str) -> int:
    """How surely this is an attribution: 3 with mailbox and date, 2 with date and verb, 1 if marked lines follow."""
    text = joined.strip("- ")
    ended = text.endswith(":") or joined.endswith("--")
    mailbox, verb = bool(MAILBOX.search(text)), _verb().search(text)
    if not verb and not _DIGIT.search(text):
        return 0
    has_time, has_year = bool(_TIME.search(text)), bool(_YEAR.search(text))
    dated = bool(_DATE.search(text)) or ((has_time or has_year) and bool(_DAY.search(text)))
    by = text[: verb.start()] if verb else text
    if ended and dated and has_time and _is_to_you(text.casefold()):
        return 1
    if not (mailbox or ended or dated) or not _begins(text, first.strip("- "), len(by)):
        return 0
    if mailbox and verb and joined.startswith("--") and joined.endswith("--"):
        return 3
    if mailbox:
        return (3 if ended or verb else 1) if dated else int(verb is not None and ended)
    words = words_of(text)
    if words & known("attribution", "own") or ASKS.search(text):
        return 0
    if not verb:
        return int(ended and dated and has_time and has_year and is_name(text, 12))
    if dated:
        # Who wrote stands between the date and the verb; a story has other words there.
        by_name = is_name(_DIGIT.split(by)[-1], 8)
        return 0 if not by_name else 2 if ended and has_time and not words & known("attribution", "roles") else 1
    is_full = len(by.split()) > 1 or verb[0] in known("attribution", "joined_verbs")
    return int(ended and is_full and is_name(by, 5) and not text[verb.end() :].strip(" :"))


def _begins(text: str, first: str, verb: int) -> bool:
    """Whether a date, a mailbox or a name stands first, and some of what makes an attribution in the first line."""
    head = _head().match(text.lstrip("\"'<([_ "))
    if head or _DATE_FIRST.match(text) or _MAILBOX_FIRST.match(text):
        return True
    ends = [found.start() for found in (_head().search(text), MAILBOX.search(text), _DIGIT.search(text)) if found]
    end = min([*ends, verb])
    return end <= len(first) and is_name(text[:end], 7)


@cache
def _verb() -> re.Pattern[str]:
    joined = "|".join(map(re.escape, phrases("attribution", "joined_verbs")))
    return re.compile(rf"(?<!\w)(?:{any_of(phrases('attribution', 'verbs'))})(?!\w)|{joined}", re.IGNORECASE)


@cache
def _head() -> re.Pattern[str]:
    """A head with a date or a mailbox soon after it."""
    heads = any_of(phrases("attribution", "heads"))
    return re.compile(rf"(?<!\w)(?:{heads})(?!\w)(?=[^\d@]{{0,60}}[\d@])", re.IGNORECASE)


# ---- lines that part -------------------------------------------------------------------------------------------------


def _separator(lines: Sequence[Line], number: int, attributions: dict[int, Intro]) -> Intro | None:
    """A line that parts an answer from what is below it, with the attribution or header block that may follow."""
    line = lines[number]
    if len(line.plain) > _SEPARATOR_LENGTH:
        return None
    if asks_above(line):
        return Intro(number + 1, sure=True, block=True)
    below = _next(lines, number)
    if below is None:
        return None
    if MAILBOX.fullmatch(line.plain):
        return _block(lines, below) if _is_own_address(lines, number, below) else None
    originals = phrases("separators", "original")
    is_original = line.name.startswith(originals) if line.is_decorated else line.name in originals
    if not is_original and not line.is_decorated:
        return None
    # "--Sari" above an attribution is the customer's.
    if below in attributions and not attributions[below].before and (is_original or not line.name):
        return attributions[below]
    if block := _block(lines, below, parted=True, colons=not is_original):
        return block
    parts = is_original and line.is_decorated and not _is_told_of(lines, number, below)
    return Intro(number + 1, sure=True, block=True) if parts else None


def _next(lines: Sequence[Line], number: int) -> int | None:
    return next((one for one in range(number + 1, min(number + 4, len(lines))) if not lines[one].is_blank), None)


def asks_above(line: Line) -> bool:
    """Whether it asks that the answer be written above it, or nothing below it, or is a mark set for that."""
    name = line.name
    words = words_of(name)
    if any(one in name for one in phrases("separators", "joined_sides")):
        return line.is_decorated or len(words) == 1
    if line.is_decorated and name in known("separators", "marks"):
        return True
    sides, answers, edges, beside = (known("separators", one) for one in ("sides", "answers", "edges", "beside"))
    if words.isdisjoint(sides) or words.isdisjoint(answers):
        return False
    is_whole, has_edge = words <= sides | answers | edges | beside, not words.isdisjoint(edges)
    return is_whole or has_edge if line.is_decorated else is_whole and has_edge


def _is_told_of(lines: Sequence[Line], number: int, below: int) -> bool:
    """Whether a separator without anything of a mail's head stands in the customer's own sentence."""
    above = next((line for line in reversed(lines[max(0, number - 5) : number]) if not line.is_blank), None)
    text = lines[below]
    if text.is_quoted or above is None:
        return False
    begins = text.plain.endswith((",", "!")) and len(text.plain.split()) < 7
    return text.raw.lstrip()[:1].islower() or (not above.plain.endswith((".", "!", "?", ")", "。")) and not begins)


def _is_own_address(lines: Sequence[Line], number: int, below: int) -> bool:
    """Whether a program set the writer's address above the header block, as Foxmail does."""
    above = next((line for line in reversed(lines[:number][-4:]) if not line.is_blank), None)
    if number == 0 or not lines[number - 1].is_blank or above is None or above.plain.endswith(":"):
        return False
    address = lines[number].plain
    values = [_labelled(line) for line in lines[below : below + _HEADER_LINES]]
    to = next((value for kind, value in values if kind == "to"), "")
    return address in to or to == address.partition("@")[0]


# ---- header blocks ---------------------------------------------------------------------------------------------------


def _block(lines: Sequence[Line], number: int, *, parted: bool = False, colons: bool = True) -> Intro | None:
    """From, Sent, To and Subject of a quoted mail, in lines below each other; ``parted`` is one below a separator."""
    kinds, values = dict[str, str](), list[str]()
    end, goes_on = number, 0
    for at in range(number, min(number + _HEADER_LINES, len(lines))):
        line = lines[at]
        if line.is_quoted:
            break
        kind, value = _labelled(line, any_label=parted, colons=colons)
        values.append(value)
        if kind:
            if at == number and _is_in_one_line(line.plain):
                return Intro(at + 1, sure=True, block=True)
            kinds.setdefault(kind, value)
            end, goes_on = at + 1, 0
        elif at == number:
            return None
        else:
            goes_on += not line.is_blank
            if goes_on > _HEADER_GOES_ON or (line.is_blank and at + 1 < len(lines) and lines[at + 1].is_blank):
                break
    if "raw" in kinds:
        return Intro(end, sure=False, block=True)
    return Intro(end, sure=True, block=True) if _is_header(kinds, values, parted=parted) else None


def _labelled(line: Line, *, any_label: bool = False, colons: bool = True) -> tuple[str, str]:
    """The kind of a header line and its value; of a line of text "" and itself."""
    found = _LABEL.match(line.plain)
    if found is not None:
        name, value = found[1] or found[3], found[2] or found[4] or ""
    else:
        name, _, value = ("", "", "") if colons else line.plain.partition(" ")
    kind = _labels().get(name) or (name if any_label else "")
    return (kind, value) if kind else ("", line.plain)


def _is_in_one_line(line: str) -> bool:
    """Whether markup became one line: "From: … Sent: … To: … Subject: …"."""
    if line.count(":") < 3 or not _TIME.search(line):
        return False
    kinds = {_labels()[name] for name in _any_label().findall(line)}
    return len(kinds & _MAIN) > 2


def _is_header(kinds: dict[str, str], values: Sequence[str], *, parted: bool) -> bool:
    """Whether so many lines with names are a program's header, and not a customer's list ("Dari: Jakarta")."""
    main = _MAIN & kinds.keys()
    mailboxes = sum(bool(MAILBOX.search(value)) for value in values)
    timed = any(map(_is_timed, values))
    answered = prefix(kinds.get("subject", "")) in known("subjects", "reply")
    if parted and (len(main) > 1 or (len(kinds) > 2 and mailboxes and timed)):
        return True
    if not main & {"from", "date"} or not (mailboxes or timed or answered):
        return False
    if len(main) == 4:
        return True
    if len(main) == 3:
        return answered or ("to" in main and bool(mailboxes))
    if main == {"from", "subject"}:
        return answered
    return len(main) == 2 and bool(mailboxes) and (timed or mailboxes > 1) and "subject" not in main


def _is_timed(text: str) -> bool:
    return bool(_TIME.search(text)) and bool(_YEAR.search(text) or _DATE.search(text) or _DAY.search(text))


def _notes_head(lines: Sequence[Line], number: int) -> Intro | None:
    """Lotus Notes: who and when without labels, then To and Subject, their values beside or below."""
    first = lines[number].shown
    if len(first) > _NOTES_HEAD or not (MAILBOX.search(first) or _NOTES_NAME.fullmatch(first)):
        return None
    kinds, timed, writers = set[str](), False, 0
    for at in range(number, min(number + _NOTES_LINES, len(lines))):
        line = lines[at]
        if line.is_quoted:
            return None
        kind = _labelled(line)[0] or _labels().get(line.plain, "")
        if at == number and (kind or ASKS.search(first)):
            return None
        if kind in ("from", "date"):
            return None
        timed = timed or _is_timed(line.shown)
        writers += bool(MAILBOX.search(line.shown) or _NOTES_NAME.search(line.shown))
        kinds.add(kind)
        if {"to", "subject"} <= kinds:
            return Intro(at + 1, sure=True, block=True) if timed and writers > 1 else None
    return None


def _between_arrows(line: Line, number: int) -> Intro | None:
    """GroupWise: ">>> Sari 11/30/26 10:15 AM >>>"."""
    by_name = MAILBOX.search(line.shown) or is_name(_DIGIT.split(line.shown)[0], 6)
    is_one = line.raw.lstrip().startswith(">>>") and _is_timed(line.shown) and by_name
    return Intro(number + 1, sure=True) if is_one else None


def _notes_line(line: Line, number: int) -> Intro | None:
    found = _NOTES_LINE.fullmatch(line.shown)
    return Intro(number + 1, sure=True, block=True) if found and _is_timed(found[1]) else None


@cache
def _labels() -> dict[str, str]:
    """The kinds of the labels of a mail's head: from, date, to, cc, subject, other, raw."""
    return {name: kind for kind in names("headers") for name in phrases("headers", kind)}


@cache
def _any_label() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)({any_of(_labels())})\s?:")
