"""Which mail no person wrote, what it is, and what shows it (RFC 3834).

Header fields come first, then the subject; the text is looked at when they leave it open, and has to have the shape of
a machine's notice: a customer who is taken for a machine is not answered. ``content/machines.toml`` has the words.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from enum import StrEnum
from functools import cache, cached_property
from itertools import pairwise, takewhile
from typing import Any, NamedTuple

from care.content import toml
from care.doors.email.mime.parts import Part
from care.telling.reply_address import is_ours


class Kind(StrEnum):
    """What a mail is that no person wrote."""

    OWN = "own"
    """Our own address came back."""
    BOUNCE = "bounce"
    """A mail was not delivered, or not yet."""
    RECEIPT = "receipt"
    """It was delivered, or read."""
    COMPLAINT = "complaint"
    """A provider reports spam (RFC 5965)."""
    REPLY = "reply"
    """An automatic answer, as out of office."""
    LIST = "list"
    """A mailing list, a newsletter."""
    NOTICE = "notice"
    """Any other program."""


class Automatic(NamedTuple):
    """A machine's mail; ``why`` names the evidence in a few words, none of which is the writer's."""

    kind: Kind
    why: str


# What is looked at of a mail is bounded.
_VALUE_LENGTH = 1000
_SUBJECT_LENGTH = 300
_TEXT_LENGTH = 8000
_LINES = 60
_CONTENT_BYTES = 10_000
# A notice's own words stand in the first lines, an address or a code in the next, what is said of the mail at its end.
_FIRST = 12
_NEAR = 15
_LAST = 12
_SEPARATORS = re.compile(r"[\s;,()<>\"']+")
_WORD = re.compile(r"\w+")
_COMMENT = re.compile(r"\([^()]*\)")
_TAG = re.compile(r"[^\w@\[]*\[[^\[\]]{1,30}\]\s*")
_SIGNS = ".,:;!)]}>\"'-|"
_LEADING = re.compile(r"\A[^\w@]+")
_STATUS = re.compile(r"(?<![\w.])[245]\.\d{1,3}\.\d{1,3}(?![\w.])|(?<![\w.,+/-])[45][0-5]\d(?=[ -]\D)")
_REPORT_TYPE = re.compile(r"report-type\s*=\s*\"?([\w-]+)")
_METHOD = re.compile(r"method\s*=\s*\"?(\w+)")
_METHOD_LINE = re.compile(rb"^METHOD:(\w+)", re.IGNORECASE | re.MULTILINE)
_ACTION = re.compile(rb"^Action\s*:\s*(\w+)", re.IGNORECASE | re.MULTILINE)
_BRACKETED = re.compile(r"[\[({]([^\[\](){}]{3,60})[\])}]\s*$")
_IP = re.compile(r"(?<!\d)\d{1,3}(?:\.\d{1,3}){3}(?!\d)")
_BULK_RETURN = re.compile(r"(?:.*-)?bounces?(?:[-_.].*\d.*|[+=].*|$)")
_LIST_SENDER = re.compile(r"owner-.+|.+-(?:owner|bounces|errors)(?:[+=].*)?")
_SUFFIX = re.compile(r"(?:[+=]|[-._](?=[^-._]*\d)).*")
_OF_ADDRESS = re.compile(r"@[^a-z]{0,3} ")
_LOCAL = re.compile(r"<?\s*([^@<>\s]*)")
# What may follow a phrase of a subject, so that it is one, by how sure the phrase is.
_FOLLOWS = {
    "automatic": re.compile(
        r"\s*(?:$|[^\w\s]|(?:re|from|von|dari|de|to|untuk|until|bis|sampai|hingga)\b)|(?<=[\u3000-\ufaff])"
    ),
    "absent": re.compile(r"\s*(?:$|[:()\[\]]|re\b)"),
    "read": re.compile(r"\s*:"),
    "answered": re.compile(r"\s*:\s*\S"),
    "event": re.compile(r"\s*:.* @ [^@]*\d[^@]*\("),
}
_NUMBER = re.compile(r"[\s+]+\d[\d\s().-]*$")
_ENDS = re.compile(r"(?![^\W\d_])|(?<=[^\x00-\u05ff])")
_QUESTION = re.compile(r"\?(?=\s|$)|\uff1f|\u061f")
# Of an address on a page no part is a word; the day is none of a person's ("mon téléphone").
_NO_WORDS = re.compile(
    r"[a-z]{1,10}://[^\s>]*|\bmon(?:,|(?= \d| (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\b))"
)
_NUMBERED = re.compile(r"\A\W*\[[^\]]{0,40}(?:\d|received)[^\]]{0,40}\]")
_STOPS = re.compile(r"\s*(?:$|[^\w\s])|(?<=[^\x00-\u05ff])")
_REPORTS = {
    "delivery-status": Kind.BOUNCE,
    "disposition-notification": Kind.RECEIPT,
    "feedback-report": Kind.COMPLAINT,
}
_PARTS = {
    "message/feedback-report": Kind.COMPLAINT,
    "message/delivery-status": Kind.BOUNCE,
    "message/global-delivery-status": Kind.BOUNCE,
    "message/disposition-notification": Kind.RECEIPT,
    "message/global-disposition-notification": Kind.RECEIPT,
    # Who forwards a mail sends all of it.
    "text/rfc822-headers": Kind.BOUNCE,
    "message/rfc822-headers": Kind.BOUNCE,
    "message/global-headers": Kind.BOUNCE,
}
# A mail that was taken somewhere is none that came back (RFC 3464 section 2.3.3).
_TAKEN = {b"delivered", b"relayed", b"expanded"}
# Answers to an invitation are made by a calendar; the invitation itself by a person (RFC 5546 section 1.4).
_ANSWERS = {"reply", "counter", "declinecounter", "refresh", "cancel"}
_EXCHANGE = ("x-ms-", "x-originating", "x-exchange", "thread-")


class _Phrases:
    """Beginnings of lines, by their first word: most lines begin as none of them."""

    def __init__(self, phrases: Iterable[str]) -> None:
        starts: dict[str, list[str]] = defaultdict(list)
        for phrase in map(_plain, phrases):
            starts[_first_word(phrase)].append(phrase)
        self._starts = {word: tuple(each) for word, each in starts.items()}

    def at(self, line: str) -> list[str]:
        """Those that a plain line begins with."""
        return [one for one in self._starts.get(_first_word(line), ()) if line.startswith(one)]


def _first_word(line: str) -> str:
    """Of a script that may be written without blanks, one letter."""
    return line.partition(" ")[0].rstrip(_SIGNS) if line[:1].isascii() else line[:1]


def _plain(line: str) -> str:
    """As phrases are compared: the case, the signs before it and more than one blank count for nothing."""
    words = line.lower().replace("’", "'").replace("i\u0307", "i").split()
    if "@" in line:
        words = ["@" if _holds_address(word) else word for word in words]
    return _LEADING.sub("", " ".join(words))


def _holds_address(word: str) -> bool:
    """Not the name of an account elsewhere ("@care817")."""
    place = word.find("@")
    return place > 0 and word[place - 1] not in "([<\"'"


class _Field(NamedTuple):
    key: str
    name: str
    kind: Kind
    values: frozenset[str]


class _Together(NamedTuple):
    """What no person says at once: something out of each of ``all`` in the first lines."""

    kind: Kind
    all: Sequence[Sequence[str]]
    near_address: bool = False
    says_i: bool = False
    answers: bool = False
    numbered: bool = False
    blunt: bool = False


@dataclass(frozen=True)
class _Known:
    """The content, as it is looked for; ``fields`` in the order of their kinds."""

    fields: Sequence[_Field]
    hints: Mapping[str, Mapping[str, frozenset[str]]]
    no: frozenset[str]
    authors: Mapping[str, Kind]
    kept: frozenset[str]
    hinted: frozenset[str]
    quiet: re.Pattern[str]
    answered: re.Pattern[str]
    named_absent: tuple[str, ...]
    persons: frozenset[str]
    first_person: frozenset[str]
    everybody: frozenset[str]
    courtesy: tuple[str, ...]
    person_signs: tuple[str, ...]
    greetings: _Phrases
    machine_says: tuple[str, ...]
    reasons: tuple[str, ...]
    subjects: Mapping[str, _Phrases]
    bounces: Mapping[str, _Phrases]
    texts: Mapping[str, _Phrases]
    together: Sequence[_Together]
    said: Mapping[str, tuple[str, ...]]


@cache
def _known() -> _Known:
    data: dict[str, Any] = toml("machines")
    authors, subjects, bounces = data["authors"], data["subjects"], data["bounce"]
    persons, first_person = frozenset(bounces.pop("persons")), frozenset(data["first_person"])
    together = [_Together(**{**one, "kind": Kind(one["kind"])}) for one in data["together"]]
    return _Known(
        fields=[
            _Field(name.lower(), name, Kind(kind), frozenset(values))
            for kind, named in data["fields"].items()
            for name, values in named.items()
        ],
        hints={
            sort: {name.lower(): frozenset(values) for name, values in named.items()}
            for sort, named in data["hints"].items()
        },
        no=frozenset(data["no"]),
        authors={name: kind for kind in Kind for name in authors.get(kind, ())},
        kept=frozenset(authors["kept"]),
        hinted=frozenset(authors["hint"]),
        quiet=re.compile(rf"(?:.*[-._+=])?(?:{_any_of(authors['no_reply'])})(?:[-._+=].*|\d*)"),
        answered=re.compile(rf"(?:{_any_of(subjects.pop('answered'))})(?:\s?[\[(]\d{{1,3}}[\])])?\s?:"),
        named_absent=tuple(subjects.pop("named_absent")),
        persons=persons,
        first_person=first_person,
        everybody=persons | first_person,
        courtesy=tuple(data["courtesy"]),
        person_signs=tuple(data["person_signs"]),
        greetings=_Phrases(data["greetings"]),
        machine_says=tuple(words for one in together if one.kind is Kind.REPLY for words in one.all[0]),
        reasons=tuple(bounces.pop("reasons")),
        subjects={name: _Phrases(each) for name, each in subjects.items()},
        bounces={name: _Phrases(each) for name, each in bounces.items()},
        texts={name: _Phrases(each) for name, each in data["text"].items()},
        together=together,
        said={name: tuple(each) for name, each in data["said"].items()},
    )


def _any_of(words: Sequence[str]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


@dataclass(frozen=True)
class Seen:
    """A mail as far as it is read: its header and the parts without parts, as ``take_apart`` gives them, who wrote it,
    and its words; ``full_text`` is all of it, ``text`` the new part.
    """

    head: Message
    parts: Sequence[Part]
    author: str
    author_name: str
    subject: str
    text: str
    full_text: str
    own_address: str

    @cached_property
    def fields(self) -> dict[str, list[str]]:
        """The values of each field, both in lower case."""
        found: dict[str, list[str]] = defaultdict(list)
        for name, value in self.head.items():
            found[name.lower()].append(str(value)[:_VALUE_LENGTH].strip().lower())
        return dict(found)

    def first(self, name: str) -> str:
        """The topmost field of that name in lower case, "" for none."""
        return self.fields.get(name, [""])[0]

    @cached_property
    def local_parts(self) -> tuple[str, str]:
        """What stands before the author's @, and without what makes it another each time ("bounce-1234")."""
        whole = _local(self.author[:_SUBJECT_LENGTH].lower() or self.first("from"))
        return whole, _SUFFIX.sub("", whole)

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """The subject as phrases are compared, with and without what a gateway put before it ("[EXTERNAL]")."""
        subject = unicodedata.normalize("NFKC", self.subject[:_SUBJECT_LENGTH])
        found = [subject]
        while len(found) < 4 and (tag := _TAG.match(found[-1])):
            found.append(found[-1][tag.end() :])
        return tuple(map(_plain, found))

    @cached_property
    def is_answer(self) -> bool:
        """Whether the subject says that somebody answers or forwards."""
        return any(_known().answered.match(title) for title in self.titles)

    @cached_property
    def lines(self) -> list[str]:
        """The first lines that are not quoted, as phrases are compared, without the writer's address and ours."""
        text = self.full_text[:_TEXT_LENGTH].lower()
        for known in (self.author.lower(), self.own_address.lower()):
            text = text.replace(known, "") if "@" in known else text
        return _lines(text)[:_LINES]

    @cached_property
    def ends(self) -> list[str]:
        """The last lines that are not quoted."""
        return _lines(self.full_text[-_TEXT_LENGTH:])[-_LAST:]

    @cached_property
    def start(self) -> str:
        """The subject and the first of these lines, in one."""
        return " ".join((self.titles[0], *self.lines[:_FIRST]))

    @cached_property
    def is_personal(self) -> bool:
        """Whether a person speaks in the first lines: of himself, to one he knows, or asks."""
        return self.asks or _is_personal(self.lines, _known().everybody)

    @cached_property
    def is_polite(self) -> bool:
        """Whether somebody asks for something, thanks or sends regards in the first lines."""
        return any(words in line for line in self.lines[:_FIRST] for words in _known().courtesy)

    @cached_property
    def asks(self) -> bool:
        """Whether a question is among the first lines."""
        return _is_personal(self.lines, frozenset()) or any(
            sign in line for line in self.lines[:_FIRST] if not line.isascii() for sign in _known().person_signs
        )

    @cached_property
    def kinds(self) -> list[str]:
        """The parts' types."""
        return [self.head.get_content_type(), *(part.kind for part in self.parts)]


def _lines(text: str) -> list[str]:
    lines = (_plain(line) for line in text.splitlines() if not line.startswith(">"))
    return [line for line in lines if line]


def judge(seen: Seen) -> Automatic | None:
    """What a mail is that no person wrote; ``None`` if a person may have."""
    steps = (_own, _by_report, _by_field, _by_author, _by_return_path, _by_calendar, _by_subject, _by_text, _by_hints)
    found = next((one for step in steps if (one := step(seen))), None)
    return _sharpened(seen, found) if found else None


def _own(seen: Seen) -> Automatic | None:
    return Automatic(Kind.OWN, "our own address wrote it") if is_ours(seen.author, seen.own_address) else None


def _by_report(seen: Seen) -> Automatic | None:
    """RFC 6522, and reports that came in another wrapping; who forwards one may keep its parts."""
    if seen.kinds[0] == "multipart/report":
        named = _REPORT_TYPE.search(seen.first("content-type"))
        sort = (
            named[1] if named else next((_PARTS[one].value for one in seen.kinds if one in _PARTS), "delivery-status")
        )
        kind = next((kind for name, kind in _REPORTS.items() if sort in (name, kind)), Kind.NOTICE)
        return _told_apart(seen, Automatic(kind, f"multipart/report of {kind}"))
    found = next((one for one in seen.kinds if one in _PARTS), None)
    if found and not seen.is_answer:
        return _told_apart(seen, Automatic(_PARTS[found], f"a part of type {found}"))
    return None


def _told_apart(seen: Seen, found: Automatic) -> Automatic:
    if found.kind is not Kind.BOUNCE:
        return found
    reports = (part for part in seen.parts if _PARTS.get(part.kind) is Kind.BOUNCE)
    actions = {one.lower() for part in reports for one in _ACTION.findall(part.begin(_CONTENT_BYTES))}
    return Automatic(Kind.RECEIPT, f"{found.why}, delivered") if actions and actions <= _TAKEN else found


def _by_field(seen: Seen) -> Automatic | None:
    known = _known()
    for field in known.fields:
        for value in seen.fields.get(field.key, ()):
            if (said := _counts(value, field.values, known.no)) is not None:
                return Automatic(field.kind, f"{field.name}: {said}" if said else f"a field {field.name}")
    return _by_suppression(seen)


def _counts(value: str, wanted: frozenset[str], no: frozenset[str]) -> str | None:
    """The word of a value that counts, "" if any does; ``None`` if it does not count."""
    said = [word for word in _SEPARATORS.split(_COMMENT.sub(" ", value)) if word]
    found = next((one for one in said if one.partition("/")[0] in wanted), None)
    if found:
        return found.partition("/")[0]
    is_so = bool(said) and "*" in wanted and said[0] not in no
    return "" if is_so or (not value and "" in wanted) else None


def _by_suppression(seen: Seen) -> Automatic | None:
    """Who asks for no automatic answers (MS-OXCMAIL 2.1.3.2.20) is a program, unless Exchange, which asks for people
    too, had the mail, or may have: its list begins with delivery reports.
    """
    value = seen.first("x-auto-response-suppress")
    if not value or value == "none" or value.startswith("dr,") or any(one.startswith(_EXCHANGE) for one in seen.fields):
        return None
    return Automatic(Kind.NOTICE, "X-Auto-Response-Suppress by a program")


def _by_author(seen: Seen) -> Automatic | None:
    known, raw = _known(), seen.first("from")
    writers = (*seen.local_parts, _local(seen.first("sender")))
    if kind := next((known.authors[one] for one in writers if one in known.authors), None):
        return Automatic(kind, f"written by a {kind} address")
    if "mailer-daemon" in raw or known.bounces["names"].at(_plain(seen.author_name or raw)):
        return Automatic(Kind.BOUNCE, "the author is called a mail system")
    if known.quiet.fullmatch(seen.local_parts[0]) and not _asks_elsewhere(seen):
        return Automatic(Kind.NOTICE, "written by a no-reply address")
    if seen.local_parts[1] in known.kept and not seen.is_answer and not seen.is_personal:
        return Automatic(Kind.NOTICE, f"written by {seen.local_parts[1]}")
    if raw.replace(" ", "").endswith("<>"):
        return Automatic(Kind.NOTICE, "From names nobody")
    if _LIST_SENDER.fullmatch(writers[-1]) or _BULK_RETURN.fullmatch(writers[0]):
        return Automatic(Kind.LIST, "sent by a mailing list")
    return None


def _local(address: str) -> str:
    found = _LOCAL.search(address.rpartition("<")[2])
    return found[1] if found else ""


def _asks_elsewhere(seen: Seen) -> bool:
    """Whether answers go to another domain, as those to a form on a page do."""
    asked = seen.first("reply-to").rpartition("@")[2].rstrip("> ")
    own = seen.author.lower().rpartition("@")[2]
    related = asked == own or asked.endswith(f".{own}") or own.endswith(f".{asked}")
    return bool(asked) and not related


def _by_return_path(seen: Seen) -> Automatic | None:
    """RFC 5321 section 4.5.5: no mail of a person's has an empty one."""
    path = seen.first("return-path").replace(" ", "")
    if path == "<>":
        return Automatic(Kind.REPLY, "empty Return-Path")
    if _known().authors.get(_local(path)) is Kind.BOUNCE and "daemon" in path:
        return Automatic(Kind.BOUNCE, "Return-Path of a mail system")
    return None


def _by_calendar(seen: Seen) -> Automatic | None:
    for part in seen.parts:
        if part.kind == "text/calendar":
            named = _METHOD.search(str(part.head.get("Content-Type", ""))[:_VALUE_LENGTH].lower())
            line = None if named else _METHOD_LINE.search(part.begin(_CONTENT_BYTES))
            method = named[1] if named else line[1].decode("ascii", "replace").lower() if line else ""
            if method in _ANSWERS:
                return Automatic(Kind.NOTICE, f"a calendar's {method}")
    return None


def _by_subject(seen: Seen) -> Automatic | None:
    """A question is a person's, unless the text is a machine's; so is what a person may write before his own words."""
    if _ends_automatic(seen):
        return Automatic(Kind.REPLY, "subject of an automatic answer")
    if seen.is_answer or _is_asked(seen):
        return None
    if _is_automatic_title(seen):
        return Automatic(Kind.REPLY, "subject of an automatic answer")
    if _has_title_of_receipt(seen):
        return Automatic(Kind.RECEIPT, "subject of a receipt")
    if _has_title(seen, "number", _NUMBER) and not seen.lines:
        return Automatic(Kind.NOTICE, "subject of a program's notice")
    if _is_calendars(seen):
        return Automatic(Kind.NOTICE, "subject of a calendar's answer")
    if seen.is_personal or seen.is_polite:
        return None
    for kind in (Kind.LIST, Kind.NOTICE):
        if _has_title(seen, kind):
            return Automatic(kind, f"subject of a program's {kind}")
    if _has_title(seen, "complaint") and (_IP.search(seen.subject) or _is_complaint(seen)):
        return Automatic(Kind.COMPLAINT, "subject of a spam report")
    return None


def _has_title(seen: Seen, name: str, follows: re.Pattern[str] | None = None) -> bool:
    phrases, follows = _known().subjects[name], follows or _FOLLOWS.get(name, _ENDS)
    return any(follows.match(title, len(found)) for title in seen.titles for found in phrases.at(title))


def _is_automatic_title(seen: Seen) -> bool:
    if not (_has_title(seen, "automatic") or _has_title(seen, "absent") or _is_named_absent(seen)):
        return False
    if any(_has_title(seen, name, _FOLLOWS["answered"]) for name in ("automatic", "absent")):
        return True
    if seen.asks:
        return _said_together(seen, _known()) is Kind.REPLY
    return not (_has_title(seen, "automatic_maybe") and seen.is_personal) or _speaks_of_absence(seen)


def _speaks_of_absence(seen: Seen) -> bool:
    """Whether the first lines have what an automatic answer says in its owner's name."""
    start = " ".join(seen.lines[:_FIRST])
    return any(words in start for words in _known().machine_says)


def _is_calendars(seen: Seen) -> bool:
    """An invitation's answer, or a reminder, without its calendar part: nobody wrote anything, or it names the time."""
    if _has_title(seen, "calendar", _FOLLOWS["event"]):
        return not seen.is_personal
    is_bare = not seen.lines and all(part.kind.startswith(("text/", "multipart/")) for part in seen.parts)
    return is_bare and _has_title(seen, "calendar", _FOLLOWS["read"])


def _is_named_absent(seen: Seen) -> bool:
    name, title = _plain(seen.author_name), seen.titles[-1]
    return bool(name) and title.startswith(name) and title[len(name) :].strip().startswith(_known().named_absent)


def _ends_automatic(seen: Seen) -> bool:
    """As in "Thank you (auto-reply)". Who answers to one that ends so has it below."""
    last = _BRACKETED.search(seen.titles[0])
    words, subjects = (last[1] if last else ""), _known().subjects
    is_so = words in subjects["automatic"].at(words) or words in subjects["absent"].at(words)
    return is_so and (not seen.is_answer or _quotes_nothing(seen))


def _is_asked(seen: Seen) -> bool:
    """Whether the subject is a person's question, and not one that is answered automatically in that person's words."""
    if not seen.subject.rstrip().endswith(("?", "？")):
        return False
    start = " ".join(seen.lines[:_FIRST])
    says_so = any(words in start for one in _known().together if one.says_i for words in one.all[0])
    return not (says_so and _has_title(seen, "automatic", _FOLLOWS["read"]))


def _has_title_of_receipt(seen: Seen) -> bool:
    if _is_receipt(seen) and (_has_title(seen, "read") or _has_title(seen, "receipt")):
        return True
    return _has_title(seen, "receipt") and not _is_personal(seen.lines, _known().first_person)


def _is_receipt(seen: Seen) -> bool:
    said = _known().texts["receipt"]
    return not seen.lines or any(said.at(line) for line in seen.lines[:_FIRST])


def _by_text(seen: Seen) -> Automatic | None:
    """By what a machine says first; what is answered or forwarded may quote it."""
    known = _known()
    if together := _said_together(seen, known):
        return Automatic(together, "sentences that only a machine says together")
    if _has_footer(seen, known):
        return Automatic(Kind.NOTICE, "a program's last lines")
    if seen.is_answer:
        return Automatic(Kind.BOUNCE, "text of a delivery failure") if _begins_as_bounce(seen, known) else None
    if _is_complaint(seen):
        return Automatic(Kind.COMPLAINT, "text of a spam report")
    if _is_bounce(seen, known):
        return Automatic(Kind.BOUNCE, "text of a delivery failure")
    if not _is_personal(seen.lines, known.persons):
        for kind in (Kind.REPLY, Kind.NOTICE):
            if any(known.texts[kind].at(line) for line in seen.lines[:2]):
                return Automatic(kind, "the text says that it is automatic")
    return None


def _said_together(seen: Seen, known: _Known) -> Kind | None:
    """The kind of those sentences; who answers has said nothing that a quote goes before."""
    start, is_numbered = seen.start, bool(_NUMBERED.match(seen.subject[:_SUBJECT_LENGTH]))
    for one in known.together:
        if (not one.says_i and seen.is_personal) or (one.blunt and seen.is_polite):
            continue
        if seen.is_answer and not (one.answers and _quotes_nothing(seen)) and not (one.numbered and is_numbered):
            continue
        if one.near_address and not any(map(_has_address, seen.lines[:_NEAR])):
            continue
        if all(any(words in start for words in each) for each in one.all) and _begins_new(seen, one):
            return one.kind
    return None


def _has_footer(seen: Seen, known: _Known) -> bool:
    if seen.is_personal or (seen.is_answer and not _quotes_nothing(seen)):
        return False
    return any(map(known.texts["footer"].at, seen.ends))


def _begins_new(seen: Seen, one: _Together) -> bool:
    """Whether something of it is in the subject or the new part: a person may answer above such a mail."""
    if _quotes_nothing(seen) or not seen.text.strip():
        return True
    new = " ".join((seen.titles[0], *_lines(seen.text[:_TEXT_LENGTH].lower())[:_FIRST]))
    return any(words in new for words in one.all[0])


def _begins_as_bounce(seen: Seen, known: _Known) -> bool:
    """Of an answer: it begins so, quotes nothing, and is to no failure."""
    if not _quotes_nothing(seen):
        return False
    asked = [_plain(title[found.end() :]) for title in seen.titles if (found := known.answered.match(title))]
    if any(known.subjects[name].at(title) for name in ("bounce", "bounce_maybe") for title in asked):
        return False
    if seen.lines and known.bounces["sure"].at(seen.lines[0]):
        return not _is_personal(seen.lines, known.persons)
    return not seen.is_personal and _opening(seen.lines, known.bounces) == 0 and _has_shape(seen.lines[:_NEAR])


def _quotes_nothing(seen: Seen) -> bool:
    return len(seen.text.strip()) == len(seen.full_text.strip())


def _is_complaint(seen: Seen) -> bool:
    """RFC 5965 section 3: the fields of a report, or what comes before them."""
    lines = seen.lines
    if lines and _known().texts["complaint"].at(lines[0]):
        return True
    fields = {line.partition(":")[0] for line in lines}
    return any(line.startswith("feedback-type:") for line in lines) and bool(
        fields & {"user-agent", "version", "source-ip", "original-mail-from", "arrival-date", "reported-domain"}
    )


def _is_bounce(seen: Seen, known: _Known) -> bool:
    """Whether a failure's words begin the text near an address or a code, or its subject goes with them."""
    lines, bounces = seen.lines, known.bounces
    if lines and bounces["sure"].at(lines[0]) and not _is_personal(lines[1:], known.persons):
        return True
    said = _opening(lines, bounces)
    if _has_title(seen, "bounce"):
        is_whole = _has_title(seen, "bounce", _STOPS) and _has_shape(lines) and not _is_personal(lines, known.persons)
        return not lines or is_whole or (said is not None and not _is_personal(lines[:said], known.persons))
    if _is_personal(lines, known.persons):
        return False
    is_of_address = bool(lines) and _OF_ADDRESS.match(lines[0]) and any(one in lines[0] for one in known.reasons)
    if is_of_address and not _is_personal(lines, known.first_person):
        return True
    has_code = any(map(_STATUS.search, lines[:_NEAR]))
    gives_reason = _has_shape(lines[:_NEAR]) and any(one in line for line in lines[:_NEAR] for one in known.reasons)
    if _has_title(seen, "bounce_maybe"):
        return has_code or gives_reason or (said is not None and said < _FIRST and _has_shape(lines))
    if has_code and gives_reason and any(map(_has_address, lines[:_NEAR])) and not known.greetings.at(lines[0]):
        return True
    is_first = said is not None and all(_is_preamble(line, bounces) for line in lines[:said])
    return is_first and said is not None and _has_shape(lines[said : said + _NEAR])


def _opening(lines: list[str], bounces: Mapping[str, _Phrases]) -> int | None:
    """The first line with which a failure notice begins, whether or not it goes on in the next."""
    for number, (line, after) in enumerate(pairwise([*lines, ""])):
        if bounces["openings"].at(f"{line} {after}") or bounces["fields"].at(line):
            return number
    return None


def _is_preamble(line: str, bounces: Mapping[str, _Phrases]) -> bool:
    return line == "@" or bool(bounces["preambles"].at(line))


def _has_shape(lines: list[str]) -> bool:
    return any(_has_address(line) or _STATUS.search(line) for line in lines)


def _has_address(line: str) -> bool:
    return " @ " in f" {line} "


def _is_personal(lines: list[str], words: frozenset[str]) -> bool:
    """Whether the first lines ask something, or have a person's words; those of a mail that came back aside."""
    known = _known()
    first = takewhile(lambda line: not known.bounces["copies"].at(line), lines[:_FIRST])
    return any(_asks(line, known) or not words.isdisjoint(_WORD.findall(_NO_WORDS.sub("", line))) for line in first)


def _asks(line: str, known: _Known) -> bool:
    """Not whether a newsletter can be seen."""
    return bool(_QUESTION.search(line)) and not any(one in line for one in known.said["to look in a browser"])


def _by_hints(seen: Seen) -> Automatic | None:
    """Two hints of different sorts; an address that a person may have too goes with words against answers alone."""
    known = _known()
    found = [f"{sort} fields" for sort, fields in known.hints.items() if _is_hinted(seen, fields, known.no)]
    path = _local(seen.first("return-path"))
    if _BULK_RETURN.fullmatch(path) and "srs=" not in path:
        found.append("a bulk Return-Path")
    if not seen.is_answer and (_quotes_nothing(seen) or not seen.is_personal):
        ends = "\n".join(seen.ends)
        found += [f"words {sort}" for sort, phrases in known.said.items() if any(one in ends for one in phrases)]
    if not seen.is_personal and _has_title(seen, "newsletter"):
        found.append("a newsletter's subject")
    if seen.local_parts[1] in known.hinted and "words against answers" in found:
        found.append("a program's address")
    if len(found) < 2:
        return None
    is_list = "bulk fields" in found or "words to leave a list" in found
    return Automatic(Kind.LIST if is_list else Kind.NOTICE, " and ".join(found))


def _is_hinted(seen: Seen, fields: Mapping[str, frozenset[str]], no: frozenset[str]) -> bool:
    return any(
        _counts(value, wanted, no) is not None for name, wanted in fields.items() for value in seen.fields.get(name, ())
    )


def _sharpened(seen: Seen, found: Automatic) -> Automatic:
    """What is surely a machine's may say in its subject or text which; each sort of them writes a Precedence."""
    if found.kind is Kind.BOUNCE and _has_title(seen, "taken"):
        return Automatic(Kind.RECEIPT, f"{found.why}, delivered")
    if found.kind not in (Kind.REPLY, Kind.NOTICE) and "Precedence" not in found.why:
        return found
    known = _known()
    said = _said_together(seen, known)
    if _has_title_of_receipt(seen):
        return Automatic(Kind.RECEIPT, f"{found.why}, subject of a receipt")
    is_bounce = said not in (Kind.REPLY, Kind.NOTICE) and (_has_title(seen, "bounce_maybe") or _is_bounce(seen, known))
    if said is Kind.BOUNCE or is_bounce or (said is not Kind.REPLY and _has_title(seen, "bounce")):
        return Automatic(Kind.BOUNCE, f"{found.why}, words of a delivery failure")
    if found.kind is not Kind.REPLY and (_has_title(seen, "automatic") or _has_title(seen, "absent")):
        return Automatic(Kind.REPLY, f"{found.why}, subject of an automatic answer")
    if _is_complaint(seen):
        return Automatic(Kind.COMPLAINT, f"{found.why}, text of a spam report")
    return found


def says_delay(subject: str, text: str) -> bool:
    """Whether a delivery failure is none yet: the mail is tried again."""
    delays = _known().bounces["delays"]
    titles = [subject[:_SUBJECT_LENGTH], *subject[:_SUBJECT_LENGTH].split("(")]
    return any(delays.at(line) for line in (*map(_plain, titles), *_lines(text[:_TEXT_LENGTH])[:_LINES]))
