"""What is in a mail: the text to be read, and the files.

Of alternatives the plain one is read, where it says something; what stands one after the other is read so.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property, partial

from care.cases.files import File
from care.doors.email.mime import cms, file_names, invitation, texts, tnef
from care.doors.email.mime.headers import in_words, storable, text_of, words_of
from care.doors.email.mime.parts import Part, head_of, take_apart

_MOST_FILES = 100
_TEXT_LENGTH = 200_000
_KIND_LENGTH = 100
_UNKNOWN = "application/octet-stream"
_KIND = re.compile(r"[\w.+-]+/[\w.+-]+")
# What a short plain text speaks of that only stands for another.
_ABOUT_SHOWING = re.compile(
    r"html|\b(?:browser|viewer|online|(?:e-?)?mail (?:client|program|reader|app)|web version|peramban|penampil|daring"
    r"|(?:program|aplikasi) (?:e-?mail|surel)|(?:di|versi) web|(?:view|see|read|lihat|baca) (?:this|the|pesan|e-?mail"
    r"|surel)|(?:no|plain)[ -]text|text (?:part|version)|versi teks|(?:not|tidak) (?:support|mendukung|be displayed))",
    re.IGNORECASE,
)
_LONGEST_ABOUT_SHOWING = 400
# The same once more, for what shows mails in its own way.
_COPIES = frozenset(("text/x-amp-html", "text/watch-html"))
# What is signed may be signed again (RFC 2634 section 1.1), and each time it is held once more.
_MOST_SIGNED = 3
_MAILS = frozenset(("message/rfc822", "message/global"))
_HEAD_BYTES = 20_000
_SUBJECT_LENGTH = 150


@dataclass
class _Shown:
    """A text that a reader sees, made when it is needed. ``was_markup``: it came as HTML."""

    made: Callable[[], str]
    was_markup: bool = False

    @cached_property
    def text(self) -> str:
        return self.made()


@dataclass
class Contents:
    """The text of a mail, its files, and whether that is all."""

    text: str
    files: list[File]
    whole: bool


def contents(body: Part, charset: str, words_of_markup: Callable[[str], str]) -> Contents:
    """What is in a mail, whose text's ``charset`` may be that of raw bytes in names, too."""
    reading = _Reading(charset, words_of_markup)
    shown = _in_turn(reading.shown(body, is_body=False))
    text = "\n".join(one.text for one in shown if one.text).strip()
    if not text:
        # Nothing is shown as the mail's text: what else is in it stands for it.
        text = next(filter(None, (one().strip() for one in reading.otherwise)), "")
    return Contents(storable(text)[:_TEXT_LENGTH], reading.files, reading.whole)


def charset_of(body: Part) -> str:
    """The charset of the first text that says one."""
    return next(filter(None, (leaf.type.word("charset") for leaf in body.leaves() if leaf.kind[:5] == "text/")), "")


@dataclass
class _Reading:
    """Goes through a mail once. ``otherwise`` makes the texts of what is a file, for a mail that has no other."""

    charset: str
    words_of_markup: Callable[[str], str]
    files: list[File] = field(default_factory=list)
    otherwise: list[Callable[[], str]] = field(default_factory=list)
    whole: bool = True
    length: int = 0
    signed: int = 0

    def shown(self, part: Part, is_body: bool) -> list[_Shown]:
        """The texts that are seen of a part; its files are put to the others. ``is_body``: where it stands makes it a
        text, whatever it is called.
        """
        if part.parts:
            if part.kind == "multipart/alternative":
                return _best([self.shown(one, is_body=True) for one in part.parts])
            is_body = is_body and part.kind == "multipart/related"
            each = (self.shown(one, is_body and one is part.parts[0]) for one in part.parts)
            return [text for texts in each for text in texts]
        name = file_names.given(part.type, part.disposition, self.charset)
        is_file = part.disposition.value == "attachment" or (bool(name) and not is_body)
        if part.kind in _COPIES and not is_file:
            return []
        if part.kind in texts.PLAIN and not is_file:
            return [self.plain(part)]
        if part.kind in texts.MARKUP and not is_file:
            return [_Shown(lambda: self.of_markup(lambda: texts.markup(part)), was_markup=True)]
        self.file(part, name)
        return self.in_signed(part) if part.kind in cms.TYPES or name.lower() == "smime.p7m" else []

    def plain(self, part: Part) -> _Shown:
        """A text, and the files that stand in it."""
        files = texts.files_in(part)
        for one in files:
            self.add(file_names.safe(in_words(text_of(one.name))), _UNKNOWN, partial(texts.content_of, part, one))
        if self.is_enough:
            return _Shown(str)
        text = texts.plain(part, files)
        if texts.is_markup(text):
            return _Shown(lambda: self.of_markup(lambda: text[: texts.MARKUP_LENGTH]), was_markup=True)
        self.length += len(text)
        return _Shown(lambda: text)

    def of_markup(self, markup: Callable[[], str]) -> str:
        """The words of markup."""
        words = "" if self.is_enough else self.words_of_markup(markup()).strip()
        self.length += len(words)
        return words

    @property
    def is_enough(self) -> bool:
        """Whether there is as much text as is read."""
        return self.length > _TEXT_LENGTH

    def in_signed(self, part: Part) -> list[_Shown]:
        """What is seen of a mail that stands in its signature."""
        self.signed += 1
        content = cms.signed(part.content()) if self.signed <= _MOST_SIGNED else b""
        inner = take_apart(content)
        if not inner.head.get("Content-Type"):
            return []
        self.whole = self.whole and inner.whole
        return self.shown(inner.body, is_body=False)

    def file(self, part: Part, name: str) -> None:
        """A part that is a file, or is full of them."""
        if part.kind in tnef.TYPES or name.lower() == "winmail.dat":
            content = part.content()
            opened = tnef.open_(content)
            if opened:
                self.opened(opened, content)
                if opened.whole:
                    return
        if part.kind in _MAILS:
            name = name or file_names.made(_subject(part), part.kind)
        elif not name and not part.begin(1):
            return
        name = name or file_names.hinted(part.head, self.charset)
        self.add(name or file_names.made(f"file-{len(self.files) + 1}", part.kind), part.kind, part.pieces)
        if part.kind == "text/calendar":
            self.otherwise.append(lambda: invitation.to_text(texts.plain(part, [])))
        elif part.kind in texts.MARKUP and not _is_apart(part, name):
            self.otherwise.append(lambda: self.of_markup(lambda: texts.markup(part)))
        elif part.kind.startswith("text/") and not _is_apart(part, name):
            self.otherwise.append(lambda: texts.plain(part, []))

    def opened(self, opened: tnef.Opened, content: bytes) -> None:
        """The files that were in another, and its text."""
        for one in opened.files:
            kind = one.type.lower() if _KIND.fullmatch(one.type) else _UNKNOWN
            name = file_names.safe(one.name) or file_names.made(f"file-{len(self.files) + 1}", kind)
            self.add(name, kind, partial(_between, content, one.start, one.end))
        self.otherwise.append(lambda: opened.text)
        self.otherwise.append(lambda: self.of_markup(lambda: opened.markup[: texts.MARKUP_LENGTH]))

    def add(self, name: str, kind: str, pieces: Callable[[], Iterable[bytes]]) -> None:
        """One more file, if there is room for it."""
        if len(self.files) == _MOST_FILES:
            self.whole = False
        else:
            self.files.append(File(name or f"file-{len(self.files) + 1}", kind[:_KIND_LENGTH], pieces))


def _between(content: bytes, start: int, end: int) -> tuple[bytes]:
    return (content[start:end],)


def _is_apart(part: Part, name: str) -> bool:
    """Whether its sender attached it as a file, so that it is no text of his mail."""
    return bool(name) and part.disposition.value == "attachment"


def _subject(mail: Part) -> str:
    """What an attached mail is called."""
    subject = str(head_of(mail.begin(_HEAD_BYTES)).get("Subject", ""))
    return file_names.safe(words_of(subject)[:_SUBJECT_LENGTH]) or "message"


def _best(choices: list[list[_Shown]]) -> list[_Shown]:
    """Of alternatives the first that says something plainly, else the first that says something at all. A plain one
    that only says how to see the other is none.
    """
    plain = next((one for one in choices if any(not shown.was_markup and shown.text for shown in one)), [])
    if plain and not _is_about_showing(_together(plain)):
        return plain
    other = next((one for one in choices if one is not plain and any(shown.text for shown in one)), [])
    says_the_same = bool(plain) and _repeats(_together(plain), set(_together(other).split()), of_ten=5)
    return plain if says_the_same or not other else other


def _together(shown: list[_Shown]) -> str:
    return " ".join(one.text for one in shown)


def _is_about_showing(text: str) -> bool:
    return len(text) <= _LONGEST_ABOUT_SHOWING and bool(_ABOUT_SHOWING.search(text))


def _in_turn(shown: list[_Shown]) -> list[_Shown]:
    """What stands one after the other, without what only repeats in markup what was said plainly."""
    plain = {word for one in shown if not one.was_markup for word in one.text.split()}
    return [one for one in shown if not (plain and one.was_markup and _repeats(one.text, plain))]


def _repeats(text: str, said: set[str], of_ten: int = 8) -> bool:
    """Whether so many of ten words are among those."""
    words = text.split()
    return sum(word in said for word in words) * 10 >= len(words) * of_ten
