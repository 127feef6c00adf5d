"""Thousands of mails of every sort that customers, relays and robots write, and what must become of each.

They are stories: what is written at once, and what comes when our mail did. The same number and seed make the same.
"""

import random
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import format_datetime
from itertools import cycle, islice

from bench import letters, words
from bench.letters import SHAPES, Acknowledgement, Conversation, File, Form, Letter, Shape, Way, Written
from bench.words import Language, Told
from care import reference
from care.contacts.contact import EntryKind
from care.words import Held, Kind
from tests.e2e.doors import EICAR, GTUBE

MEGABYTE = 1024 * 1024
BIG, BIGGEST, HOW_OFTEN_BIGGEST = range(MEGABYTE, 8 * MEGABYTE), 25 * MEGABYTE, 10
# Whose author is believed nothing but that our mail reaches him (local.toml).
NO_POLICY = "no-policy.example"
_PLAIN = SHAPES[0]
_OF_MARKUP = tuple(one for one in SHAPES if one.form is Form.MARKUP)


@dataclass(frozen=True)
class Fate:
    """What a mail becomes; of what opens a case its kind, or why it is held, and whether it is acknowledged."""

    what: EntryKind
    kind: Kind | None = None
    held: Held | None = None
    is_acknowledged: bool = False


JOINED, AUTOMATIC = Fate(EntryKind.JOINED), Fate(EntryKind.AUTOMATIC)


@dataclass(frozen=True)
class Post:
    """A mail as it is handed in. All posts of one ``contact`` become that one contact; "7/reply" is of story 7."""

    contact: str
    sort: str
    letter: Letter
    fate: Fate
    to: str = ""
    """Where it goes if not to the care address."""


@dataclass(frozen=True)
class Story:
    """What one customer writes at once, and what comes of ours when that came: after an agent resolved the case, or
    before.
    """

    posts: tuple[Post, ...]
    then: Callable[[Acknowledgement], tuple[Post, ...]] | None = None
    is_resolved: bool = False

    @property
    def address(self) -> str:
        return self.posts[0].letter.envelope


@dataclass(frozen=True)
class Person:
    """Who writes for the first time, and what of."""

    number: int
    sort: str
    to: str
    chance: random.Random
    language: Language
    name: str
    told: Told

    def written(
        self, domain: str = letters.DOMAIN, shape: Shape | None = None, also: str = "", *files: File
    ) -> Written:
        """The first mail; ``also`` is said besides."""
        shape = shape or SHAPES[self.number % len(SHAPES)]
        text = "\n\n".join(one for one in (self.told.text, also, shape.also, words.CLOSING[self.language]) if one)
        return Written(
            self.name,
            f"penulis{self.number}@{domain}",
            self.to,
            self.told.subject,
            text,
            shape,
            f"<soak-{self.number}@{domain}>",
            files,
            at=words.WRITTEN_AT + timedelta(seconds=self.number),
        )

    def post(self, letter: Letter, fate: Fate | None = None, of: str = "", to: str = "") -> Post:
        """``of`` is what of the story it is; its first mail opens a case and is acknowledged."""
        contact = f"{self.number}/{of}" if of else str(self.number)
        return Post(contact, self.sort, letter, fate or self.opened, to)

    @property
    def opened(self) -> Fate:
        return Fate(EntryKind.OPENED, self.told.kind, is_acknowledged=True)

    def conversation(self, first: Letter, way: Way | None = None) -> Conversation:
        """As `bench.letters` answers it."""
        return Conversation(
            number=self.number,
            name=self.name,
            address=first.envelope,
            is_complaint=self.told.kind is Kind.COMPLAINT,
            first=first,
            language=self.language,
            way=way,
            reply_words=words.reply(self.language, self.number),
            reply_shape=self.chance.choice(SHAPES),
            answered_by_machine=self.number,
        )

    def another(self) -> Told:
        """What he asks about something else."""
        return words.first(self.language, False, self.number + 1_000_000, self.chance)


# ---- the stories ---------------------------------------------------------------------------------------------------


def _alone(person: Person) -> Story:
    return Story((person.post(person.written().letter()),))


def _replied(way: Way, times: int = 1) -> Callable[[Person], Story]:
    def tell(person: Person) -> Story:
        first = person.written().letter()
        conversation = person.conversation(first, way)

        def then(ours: Acknowledgement) -> tuple[Post, ...]:
            return (person.post(letters.reply(conversation, person.to, ours), JOINED, "reply"),) * times

        return Story((person.post(first),), then)

    return tell


def _at_its_own_address(person: Person) -> Story:
    """The case's address is all that a reply has to show."""
    first = person.written(NO_POLICY)

    def then(ours: Acknowledgement) -> tuple[Post, ...]:
        answer = replace(
            first,
            subject="Tambahan",
            text=words.reply(person.language, person.number),
            message_id=f"<address-{person.number}@{NO_POLICY}>",
        )
        return (person.post(answer.letter(), JOINED, "reply", ours.reply_to),)

    return Story((person.post(first.letter()),), then)


def _again(change: Callable[[Person, Letter], bytes]) -> Callable[[Person], Story]:
    """The mail comes once more: at once, or from every other when it is acknowledged."""

    def tell(person: Person) -> Story:
        first = person.written().letter()
        posts = person.post(first), person.post(replace(first, raw=change(person, first)))
        return Story(posts) if person.number % 2 else Story(posts[:1], lambda _: posts[1:])

    return tell


def _same_bytes(_: Person, letter: Letter) -> bytes:
    return letter.raw


def _other_received(person: Person, letter: Letter) -> bytes:
    at = format_datetime(words.WRITTEN_AT + timedelta(minutes=person.number))
    return f"Received: from relay{person.number}.example by mx.example;\r\n {at}\r\n".encode() + letter.raw


def _other_id(person: Person, letter: Letter) -> bytes:
    return letter.raw.replace(letter.message_id.encode(), f"<again-{person.number}@gateway.example>".encode(), 1)


def _same_id_other_content(person: Person) -> Story:
    first, another = person.written(), person.another()
    other = replace(first, subject=another.subject, text=another.text, at=first.at + timedelta(hours=1))
    fate = replace(person.opened, kind=another.kind)
    return Story((person.post(first.letter()), person.post(other.letter(), fate, "other")))


def _answered_by_machine(person: Person) -> Story:
    first = person.written().letter()
    made = letters.automatic if person.sort == AWAY else letters.bounce
    conversation = person.conversation(first)
    return Story(
        (person.post(first),), lambda ours: (person.post(made(conversation, person.to, ours), AUTOMATIC, "machine"),)
    )


_OF_LISTS = (
    (("List-Unsubscribe", "<mailto:keluar@toko.example>"), ("List-Id", "Kabar toko <kabar.toko.example>")),
    (("List-Id", "<kabar.toko.example>"),),
    (("Precedence", "bulk"),),
    (("Precedence", "list"), ("List-Unsubscribe", "<https://toko.example/keluar>")),
)


def _newsletter(person: Person) -> Story:
    headers = _OF_LISTS[person.number % len(_OF_LISTS)]
    written = replace(person.written("toko.example"), subject=f"Promo {person.number}", headers=headers)
    return Story((person.post(written.letter(), AUTOMATIC),))


def _spam(person: Person) -> Story:
    fate = Fate(EntryKind.OPENED, held=Held.SPAM)
    return Story((person.post(person.written(shape=_PLAIN, also=GTUBE).letter(), fate),))


def _virus(person: Person) -> Story:
    file = File("hadiah.pdf", "application/pdf", EICAR)
    fate = Fate(EntryKind.OPENED, held=Held.VIRUS)
    return Story((person.post(person.written(letters.DOMAIN, None, "", file).letter(), fate),))


def _markup(person: Person) -> Story:
    return Story((person.post(person.written(shape=_OF_MARKUP[person.number % len(_OF_MARKUP)]).letter()),))


def _big(person: Person) -> Story:
    is_biggest = person.number % HOW_OFTEN_BIGGEST == 0
    size = BIGGEST if is_biggest else person.chance.choice(BIG)
    file = File("rekaman layar.mp4", "video/mp4", random.Random(person.number).randbytes(size))
    return Story((person.post(person.written(letters.DOMAIN, None, "", file).letter()),))


# What a mail says of its text, and what that is.
_LIES = (
    ("text/plain; charset=utf-8", "windows-1252"),
    ("text/plain; charset=us-ascii", "utf-8"),
    ("text/plain; charset=iso-8859-1", "utf-8"),
    ("text/plain; charset=x-unknown", "utf-8"),
    ("text/plain; charset=gb2312", "gb18030"),
    ("text/plain; charset=unicode-1-1-utf-7", "utf-7"),
    ("text/plain; charset=", "windows-1252"),
    ('text/plain; charset="utf-8', "utf-8"),
    ("text/plain; charset=utf8mb4", "utf-8"),
    ("text/plain; charset=utf-16", "utf-16"),
    ("text/plain", "windows-1252"),
)


def _odd_charset(person: Person) -> Story:
    said, charset = _LIES[person.number % len(_LIES)]
    text = f"{person.told.text}\r\n\r\n– Café “Olé” di Ubud\r\n".encode(charset)
    encoding = b"Content-Transfer-Encoding: base64\r\n\r\n" + b64encode(text) if b"\0" in text else b"\r\n" + text
    return Story((person.post(_as_bytes(person, b"HEADContent-Type: " + said.encode() + b"\r\n" + encoding)),))


# HEAD and TEXT stand for the fields of a mail and for its words, BASE64 for these encoded, but for what fills them up.
_PART = b"--b\r\nContent-Type: text/plain\r\n\r\nTEXT\r\n"
_BROKEN = (
    b"HEADContent-Type: multipart/mixed\r\n\r\n" + _PART + b"--b--\r\n",
    b"HEADContent-Type: multipart/mixed; boundary=b\r\n\r\n" + _PART,
    b"HEADContent-Type: multipart/mixed; boundary=b\r\n\r\nTEXT\r\n",
    b"HEADContent-Type: multipart/mixed; boundary=c\r\n\r\n" + _PART + b"--b--\r\n",
    b"HEADContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    + _PART,
    b"HEADthis is no field\r\nContent-Type: text/plain\r\n\r\nTEXT\r\n",
    b"HEAD: nor is this\r\n\r\nTEXT\r\n",
    b"From penulis@pelanggan.example Sun Nov 29 08:17:00 2026\r\nHEAD\r\nTEXT\r\n",
    b"HEADContent-Type: text\r\nContent-Transfer-Encoding: 8-bit\r\n\r\nTEXT\r\n",
    b"HEADContent-Type: text/plain\r\nContent-Type: text/html\r\n\r\nTEXT\r\n",
    b"HEADContent-Transfer-Encoding: quoted-printable\r\n\r\nTEXT =XX =4\r\n=",
    b"HEADContent-Transfer-Encoding: base64\r\n\r\nBASE64*",
    b"HEADX-Long: " + b"panjang " * 9000 + b"\r\n\r\nTEXT\r\n",
    b"HEADReferences: " + b"<tanpa-akhir " * 50 + b"\r\nIn-Reply-To: tanpa kurung\r\n\r\nTEXT\r\n",
    b"HEADContent-Type: text/plain\r\n\r\n\0TEXT\0\0\r\n",
    b"HEADContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nbukan surat\r\n"
    + _PART,
)


def _broken(person: Person) -> Story:
    raw = _BROKEN[person.number % len(_BROKEN)]
    of_unix = person.number % (2 * len(_BROKEN)) >= len(_BROKEN)
    return Story((person.post(_as_bytes(person, raw.replace(b"\r\n", b"\n") if of_unix else raw)),))


_NOBODY = (b"", b"From:\r\n", b"From: Sari\r\n", b"From: undisclosed:;\r\n")


def _no_author(person: Person) -> Story:
    """Who handed it in is answered (RFC 3834 section 4)."""
    author = _NOBODY[person.number % len(_NOBODY)]
    return Story((person.post(_as_bytes(person, b"HEAD\r\nTEXT\r\n", author)),))


def _as_bytes(person: Person, raw: bytes, author: bytes | None = None) -> Letter:
    """A mail as no library writes it; its fields end as its lines do."""
    written = person.written(shape=_PLAIN)
    end = b"\r\n" if b"\r\n" in raw else b"\n"
    head = (
        f"To: {person.to}\r\nSubject: {written.subject.encode('ascii', 'ignore').decode()}\r\n"
        f"Date: {format_datetime(written.at)}\r\nMessage-ID: {written.message_id}\r\n"
    )
    fields = (f"From: <{written.address}>\r\n".encode() if author is None else author) + head.encode()
    text = written.text.encode("ascii", "ignore")
    made = raw.replace(b"HEAD", fields.replace(b"\r\n", end)).replace(b"TEXT", text.replace(b"\n", end))
    made = made.replace(b"BASE64", b64encode(text).rstrip(b"="))
    return Letter(written.address, made, written.message_id, written.subject, written.text)


_THANKS = {
    Language.INDONESIAN: ("Terima kasih, sudah beres.", "Makasih ya.", "Oke siap, terima kasih banyak."),
    Language.ENGLISH: ("Thanks, it works now.", "Thank you very much!", "OK, thanks."),
}


def _thanks(person: Person) -> Story:
    """Every other in a mail of its own."""
    first = person.written()
    text = _THANKS[person.language][person.number % 3]

    def then(ours: Acknowledgement) -> tuple[Post, ...]:
        is_own = person.number % 2
        headers = () if is_own else (("In-Reply-To", ours.message_id), ("References", ours.message_id))
        subject = words.CLOSING[person.language] if is_own else f"Re: {first.subject}"
        message_id = f"<thanks-{person.number}@{letters.DOMAIN}>"
        thanks = replace(first, subject=subject, text=text, message_id=message_id, headers=headers, shape=_PLAIN)
        return (person.post(thanks.letter(), JOINED, "thanks"),)

    return Story((person.post(first.letter()),), then, is_resolved=True)


def _stranger(person: Person) -> Story:
    """Who knows the reference and the thread of another's case, and asks something."""
    first, another = person.written(), person.another()

    def then(ours: Acknowledgement) -> tuple[Post, ...]:
        headers = (("In-Reply-To", ours.message_id), ("References", f"{first.message_id} {ours.message_id}"))
        asked = replace(
            first,
            name="Orang Lain",
            address=f"lain{person.number}@{letters.DOMAIN}",
            subject=f"{another.subject} {' '.join(reference.find(ours.subject))}",
            text=another.text,
            message_id=f"<other-{person.number}@{letters.DOMAIN}>",
            headers=headers,
        )
        return (person.post(asked.letter(), replace(person.opened, kind=another.kind), "stranger"),)

    return Story((person.post(first.letter()),), then)


# ---- how many of each ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sort:
    """Of so many stories of 5,000 mails some are of complaints; ``mails`` has each."""

    name: str
    stories: int
    complaints: int
    tell: Callable[[Person], Story]
    mails: int = 1


MAILS = 5000
AWAY = "away"
ALONE = Sort("alone", 500, 140, _alone)
SORTS = (
    ALONE,
    Sort("answered by its reference", 200, 50, _replied(Way.SUBJECT), 2),
    Sort("answered by its thread", 150, 40, _replied(Way.THREAD), 2),
    Sort("answered by our id", 100, 30, _replied(Way.OURS), 2),
    Sort("answered by its own id", 100, 30, _replied(Way.OWN), 2),
    Sort("answered at its own address", 100, 30, _at_its_own_address, 2),
    Sort("answered, and that again", 50, 0, _replied(Way.THREAD, times=2), 3),
    Sort("again, the same bytes", 200, 20, _again(_same_bytes), 2),
    Sort("again, other Received", 150, 10, _again(_other_received), 2),
    Sort("again, another id", 150, 10, _again(_other_id), 2),
    Sort("the same id, other content", 50, 0, _same_id_other_content, 2),
    Sort(AWAY, 200, 30, _answered_by_machine, 2),
    Sort("bounced", 150, 20, _answered_by_machine, 2),
    Sort("newsletter", 300, 0, _newsletter),
    Sort("spam", 100, 0, _spam),
    Sort("virus", 60, 0, _virus),
    Sort("HTML alone", 110, 30, _markup),
    Sort("odd charset", 150, 0, _odd_charset),
    Sort("broken", 150, 0, _broken),
    Sort("big", 20, 0, _big),
    Sort("no author", 60, 0, _no_author),
    Sort("thanks", 100, 50, _thanks, 2),
    Sort("a stranger", 50, 0, _stranger, 2),
)


def stories(to: str, mails: int = MAILS, seed: int = 817) -> Iterator[Story]:
    """Of so many mails, to an address, in an order of chance; of each sort at least one, a tenth are complaints."""
    chance = random.Random(seed)
    counts = {one.name: max(1, one.stories * mails // MAILS) for one in SORTS}
    counts[ALONE.name] = 0
    counts[ALONE.name] = mails - sum(counts[one.name] * one.mails for one in SORTS)
    dealt = [
        (sort, place < sort.complaints * counts[sort.name] // max(1, sort.stories))
        for sort in SORTS
        for place in range(counts[sort.name])
    ]
    chance.shuffle(dealt)
    languages = islice(cycle((Language.INDONESIAN, Language.INDONESIAN, Language.ENGLISH)), len(dealt))
    for number, ((sort, is_complaint), language) in enumerate(zip(dealt, languages, strict=True)):
        told = words.first(language, is_complaint, number, chance)
        yield sort.tell(Person(number, sort.name, to, chance, language, chance.choice(words.NAMES), told))
