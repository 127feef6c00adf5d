"""Five hundred mails as customers, their mail programs and mail servers write them; the same for the same seed.

Each says what must be read of it, so that a conversation can be checked word by word and byte by byte. The charsets,
encodings and shapes are those that mail programs use; ``tests/unit/test_letters.py`` holds the mails to what they say.
"""

import html
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.charset import BASE64, QP, Charset
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from enum import StrEnum
from io import BytesIO
from zipfile import ZipFile, ZipInfo

from bench import words
from bench.words import Language

CONVERSATIONS, REPLIES, REDELIVERIES, AUTOMATIC, BOUNCES = 300, 125, 25, 25, 25
MAILS = CONVERSATIONS + REPLIES + REDELIVERIES + AUTOMATIC + BOUNCES
FILES = 91
DOMAIN = "pelanggan.example"


class Form(StrEnum):
    """What a mail's text is written in."""

    PLAIN = "plain"
    MARKUP = "markup"
    BOTH = "both"
    BARE = "bare"
    """Plain, without a header that says how."""


@dataclass(frozen=True)
class Shape:
    """How a mail program writes; ``also`` is a sentence that its charset alone can spell."""

    charset: str
    encoding: str
    form: Form = Form.PLAIN
    also: str = ""


SHAPES = (
    Shape("us-ascii", "7bit"),
    Shape("utf-8", "quoted-printable", also="Nomor saya berakhiran 3× nol – sekian… 😢"),
    Shape("utf-8", "base64", also="Mohon dibantu 🙏"),
    Shape("utf-8", "8bit", also="Suhu ruangan 30°, modem “panas”."),
    Shape("us-ascii", "7bit", Form.BARE),
    Shape("utf-8", "8bit", Form.BARE, also="Café di Ubud – sama saja."),
    Shape("iso-8859-1", "quoted-printable", also="Café Façade, Jalan Señor 5."),
    Shape("windows-1252", "8bit", also="Biayanya 5 € – katanya “gratis”…"),
    Shape("windows-1252", "quoted-printable", also="It’s the third time – really."),
    Shape("iso-8859-15", "quoted-printable", also="Tarif 7 € de Besançon."),
    Shape("iso-2022-jp", "7bit", also="よろしくお願いします。"),
    Shape("gb18030", "base64", also="谢谢您的帮助。"),
    Shape("koi8-r", "8bit", also="Спасибо за помощь."),
    Shape("utf-8", "quoted-printable", Form.MARKUP, also="Saya pakai dua kartu: “A” & <B>, 2×"),
    Shape("windows-1252", "quoted-printable", Form.MARKUP, also="Voilà – 10 € hilang"),
    Shape("utf-8", "quoted-printable", Form.BOTH, also="Lihat juga tangkapan layar → terlampir"),
    Shape("utf-8", "base64", Form.BOTH, also="Terima kasih banyak 😊"),
)


@dataclass(frozen=True)
class File:
    """A file that comes with a mail."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """A mail: as it goes over the wire, and what must be read of it. An empty ``envelope`` is the null sender."""

    envelope: str
    raw: bytes
    message_id: str
    subject: str
    text: str
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class Acknowledgement:
    """What a customer sees of our mail and a mail program answers; ``reply_to`` where it asks for an answer."""

    message_id: str
    subject: str
    references: str
    reply_to: str = ""


class Way(StrEnum):
    """What of a conversation a mail that continues it names."""

    SUBJECT = "the reference in its subject alone"
    THREAD = "its own mail and ours, without the reference"
    OURS = "our mail alone, without the reference"
    OWN = "the customer's own first mail alone"


@dataclass(frozen=True)
class Conversation:
    """A customer who writes for the first time, and what else comes about it. ``way`` is that of the reply, if any."""

    number: int
    name: str
    address: str
    is_complaint: bool
    first: Letter
    language: Language
    way: Way | None = None
    reply_words: str = ""
    reply_shape: Shape = SHAPES[0]
    comes_again: bool = False
    answered_by_machine: int | None = None
    bounces: bool = False


def conversations(to: str, seed: int = 817) -> list[Conversation]:
    """All of them, to an address; half are complaints, a third in English."""
    chance = random.Random(seed)
    numbers = range(CONVERSATIONS)
    files = [0] * CONVERSATIONS
    for place in chance.sample(numbers, FILES - 8) + chance.sample(numbers, 8):
        files[place] += 1
    replied = chance.sample(numbers, REPLIES)
    ways = dict(zip(replied, [way for way, count in WAYS for _ in range(count)], strict=True))
    again = set(chance.sample(numbers, REDELIVERIES))
    by_machine = {place: kind for kind, place in enumerate(chance.sample(numbers, AUTOMATIC))}
    bounced = set(chance.sample(numbers, BOUNCES))
    return [
        _conversation(number, to, chance, files[number], ways.get(number), again, by_machine, bounced)
        for number in numbers
    ]


WAYS = ((Way.SUBJECT, 40), (Way.THREAD, 35), (Way.OURS, 25), (Way.OWN, 25))


def _conversation(
    number: int,
    to: str,
    chance: random.Random,
    files: int,
    way: Way | None,
    again: set[int],
    by_machine: dict[int, int],
    bounced: set[int],
) -> Conversation:
    language = Language.ENGLISH if number % 3 == 2 else Language.INDONESIAN
    is_complaint = number % 2 == 0
    name, shape = chance.choice(words.NAMES), SHAPES[number % len(SHAPES)]
    address = f"pelanggan{number}@{DOMAIN}"
    told = words.first(language, is_complaint, number, chance)
    text = "\n\n".join([told.text, *([shape.also] if shape.also else []), words.CLOSING[language]])
    kept = tuple(_file(chance, place) for place in range(files))
    message_id = f"<first-{number}.{chance.randrange(10**9)}@{DOMAIN}>"
    written = Written(name, address, to, told.subject, text, shape, message_id, kept)
    return Conversation(
        number=number,
        name=name,
        address=address,
        is_complaint=is_complaint,
        first=written.letter(),
        language=language,
        way=way,
        reply_words=words.reply(language, number),
        reply_shape=chance.choice(SHAPES),
        comes_again=number in again,
        answered_by_machine=by_machine.get(number),
        bounces=number in bounced,
    )


def _file(chance: random.Random, place: int) -> File:
    name, kind = chance.choice(words.FILES)
    content = chance.randbytes(chance.randrange(400, 40_000))
    content = BEGINS[kind] + content if kind in BEGINS else _document(content)
    return File(f"{place}{name}" if place else name, kind, content)


# What files begin with.
BEGINS = {
    "image/jpeg": b"\xff\xd8\xff\xe0\0\x10JFIF\0",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "application/pdf": b"%PDF-1.7\n",
    "application/gzip": b"\x1f\x8b\x08\0",
}


def _document(content: bytes) -> bytes:
    """As a word processor writes it (ECMA-376 part 2)."""
    whole = BytesIO()
    with ZipFile(whole, "w") as parts:
        # A name alone would be of the moment.
        for name, part in (("[Content_Types].xml", b"<Types/>"), ("word/document.xml", content)):
            parts.writestr(ZipInfo(name), part)
    return whole.getvalue()


@dataclass(frozen=True)
class Written:
    """What a mail program was given to send."""

    name: str
    address: str
    to: str
    subject: str
    text: str
    shape: Shape
    message_id: str
    files: tuple[File, ...] = ()
    quoted: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    at: datetime = words.WRITTEN_AT

    def letter(self) -> Letter:
        return Letter(self.address, self._raw(), self.message_id, self.subject, self.text, self.files)

    def _raw(self) -> bytes:
        head = [
            f"From: {_encoded(self.name, self.shape)} <{self.address}>".encode(),
            f"To: Layanan Pelanggan <{self.to}>".encode(),
            b"Subject: " + self._subject(),
            f"Date: {format_datetime(self.at)}".encode(),
            f"Message-ID: {self.message_id}".encode(),
            *(f"{name}: {value}".encode() for name, value in self.headers),
        ]
        return b"\r\n".join(head) + b"\r\n" + self._content()

    def _subject(self) -> bytes:
        """Encoded words; of a mail that says nothing of its charset, bytes as they are."""
        if self.shape.form is Form.BARE:
            return self.subject.encode()
        return _encoded(self.subject, self.shape).encode()

    def _content(self) -> bytes:
        plain, shape = f"{self.text}\n{self.quoted}", self.shape
        if shape.form is Form.BARE and not self.files:
            return b"\r\n" + plain.replace("\n", "\r\n").encode()
        mail = EmailMessage(policy=policy.SMTP)
        markup = _markup(self.text, self.quoted)
        if shape.form is Form.MARKUP:
            mail.set_content(markup, "html", charset=shape.charset, cte=shape.encoding)
        else:
            mail.set_content(plain, charset=shape.charset, cte=shape.encoding)
        if shape.form is Form.BOTH:
            mail.add_alternative(markup, "html", charset=shape.charset, cte=shape.encoding)
        for file in self.files:
            kind, _, subtype = file.type.partition("/")
            mail.add_attachment(file.content, kind, subtype, filename=file.name)
        for depth, part in enumerate(mail.walk()):
            if part.is_multipart():
                part.set_boundary(f"={depth}{self.message_id[1:9]}")
        return mail.as_bytes()


def _encoded(text: str, shape: Shape) -> str:
    """Of RFC 2047 where it is not ASCII, in the charset of the mail if that has its letters."""
    if text.isascii():
        return text
    try:
        text.encode(shape.charset)
        charset = Charset(shape.charset)
    except UnicodeEncodeError:
        charset = Charset("utf-8")
    charset.header_encoding = QP if shape.encoding == "quoted-printable" else BASE64
    return Header(text, charset).encode(linesep="\r\n")


def _markup(text: str, quoted: str) -> str:
    """As a mail program's editor writes it, with what nobody sees."""
    paragraphs = "".join(f"<p>{html.escape(line)}</p>\n" for line in text.splitlines() if line)
    below = "".join(f"<div>{html.escape(line)}</div>\n" for line in quoted.splitlines())
    style = "<style>p { margin: 0 } .x > .y { color: #333 }</style>"
    return f"<html><head><title>-</title>{style}</head><body><!-- {words.SIGN} -->\n{paragraphs}{below}</body></html>\n"


# ---- what comes later ----------------------------------------------------------------------------------------------


def reply(one: Conversation, to: str, ours: Acknowledgement) -> Letter:
    """What a customer writes back, what he answers quoted below."""
    subject = f"Re: {one.first.subject}"
    headers: dict[str, str] = {}
    match one.way:
        case Way.SUBJECT:
            subject = ours.subject
        case Way.THREAD:
            headers = {"In-Reply-To": ours.message_id, "References": f"{ours.references} {ours.message_id}"}
        case Way.OURS:
            headers = {"In-Reply-To": ours.message_id}
        case Way.OWN | None:
            headers = {"References": one.first.message_id}
    quote = words.QUOTE[one.language]
    shape = one.reply_shape
    text = f"{one.reply_words}\n{shape.also}".strip()
    return Written(
        one.name,
        one.address,
        to,
        subject,
        text,
        shape,
        f"<reply-{one.number}@{DOMAIN}>",
        quoted=f"\n{quote}\n> {words.SIGN}\n",
        headers=tuple(headers.items()),
    ).letter()


# Of each a way to say that no person wrote it: header, value, whether the envelope's sender is null.
_BY_MACHINE = (
    ("Auto-Submitted", "auto-replied", False),
    ("Auto-Submitted", "auto-generated (vacation)", True),
    ("X-Autoreply", "yes", False),
    ("Precedence", "auto_reply", False),
    ("X-Auto-Response-Suppress", "All", True),
)


def automatic(one: Conversation, to: str, ours: Acknowledgement) -> Letter:
    """What a customer's mail server answers to our mail while he is away: it names the case, and says nothing."""
    header, value, null = _BY_MACHINE[(one.answered_by_machine or 0) % len(_BY_MACHINE)]
    away = words.AWAY[one.language]
    headers = ((header, value), ("In-Reply-To", ours.message_id), ("References", ours.message_id))
    letter = Written(
        one.name,
        one.address,
        to,
        f"{away.subject}: {ours.subject}",
        away.text,
        SHAPES[1],
        f"<away-{one.number}@{DOMAIN}>",
        headers=headers,
    ).letter()
    return Letter("" if null else one.address, letter.raw, letter.message_id, letter.subject, letter.text)


def bounce(one: Conversation, to: str, ours: Acknowledgement) -> Letter:
    """What a mail server says of a mail of ours that it does not take (RFC 3464)."""
    host, boundary = f"mx{one.number % 7}.{DOMAIN}", f"={one.number}_report"
    message_id, subject = f"<bounce-{one.number}@{host}>", "Undelivered Mail Returned to Sender"
    text = f"The mail system {host} could not deliver your message.\n"
    lines = [
        f"From: Mail Delivery System <MAILER-DAEMON@{host}>",
        f"To: {to}",
        f"Subject: {subject}",
        f"Message-ID: {message_id}",
        f"In-Reply-To: {ours.message_id}",
        f"References: {ours.message_id}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"',
        "",
        f"--{boundary}",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        text,
        f"--{boundary}",
        "Content-Type: message/delivery-status",
        "",
        f"Reporting-MTA: dns; {host}",
        "",
        f"Final-Recipient: rfc822; {one.address}",
        "Action: failed",
        "Status: 5.1.1",
        "",
        f"--{boundary}",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: {ours.message_id}",
        f"Subject: {ours.subject.encode('ascii', 'replace').decode()}",
        "",
        f"--{boundary}--",
        "",
    ]
    return Letter("", "\r\n".join(lines).replace("\n\r\n", "\r\n\r\n").encode(), message_id, subject, text.strip())


def firsts(all_: list[Conversation]) -> Iterator[Letter]:
    """The first mails in their order; some come again, as from a relay that lost our answer: the same bytes."""
    late: list[Letter] = []
    for one in all_:
        yield one.first
        if one.comes_again and one.number % 2:
            yield one.first
        elif one.comes_again:
            late.append(one.first)
    yield from late
