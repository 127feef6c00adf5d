"""Talks as text files: what a customer wants, and what a good answer to it does whatever its wording.

A file ``tests/talks/<area>/<name>_a.txt`` or ``…_b.txt`` is one talk: who builds the conversation may look at the first
sort and only measures the second. Its first lines, until an empty one, say what it is about.

who: sari                   whose number the customer has, of LINES; before the first message. Sari if it is not said
proven                      that number was proven in this chat before the first message
customer: mau komplain      what the customer writes; {number}, {code} (from the SMS), {reference} are put in
told: apn-settings | volte  the answer of one of these articles, or its first step, is said; "packages": any price
says: words | /a|b/         at least one of these is said, in upper or lower case; between slashes: a regular expression
never: words | words        none of them is said
in: en                      the language of the answer
opens: complaint | any      a case of one of these kinds was opened;  any case: one may have been
adds                        words were added to a case of the chat
orders: harian-1-gb         the order of this package, or of one of these, was opened;  may order: one may have been
urgent / not urgent         the chat's newest case goes first, or does not
satisfied / dissatisfied    the customer was taken to be so about the case whose solution was asked for
case resolved, the next day …   what happens in between: tests/unit/happenings.py

After every message it holds without being written: something is answered; no text of forty characters or more stands in
two answers running; at most three requests; at most one bubble ends as a question; no order and no case is opened and
nobody is taken to be satisfied but where it is written.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path

from care import content
from care.cases.opening import Party
from care.cases.timeline import What
from care.channels import CHAT
from care.customer import Address
from care.doors.accepting import new_contact
from care.line import packages
from care.line.proof import Proven
from care.reading.knowledge import article
from care.reading.satisfaction import Verdict
from care.telling import messages
from care.words import Kind, Language
from knowledge.measure import Question, questions
from tests.unit.chatting import LINES, Chat
from tests.unit.happenings import OF_A_CASE, happens
from tests.unit.making import OPERATOR, REFERENCE

TALKS = Path(__file__).resolve().parents[1] / "talks"
LONG = 40
MOST_REQUESTS = 3
# Whose right answer is a package and its price, when one is told.
OF_PACKAGES = {"choose-package", "buy-package", "change-package", "roaming-costs", "roaming-setup", "umrah-roaming"}
# Who is in need is told what to do first, in words of their own, and the case is opened.
FIRST_AID = {
    "lost-phone": "first_aid_lost",
    "number-taken-over": "first_aid_taken_over",
    "whatsapp-taken": "first_aid_taken_over",
    "otp-given": "first_aid_taken_over",
    "fraud": "first_aid_cheated",
}
# Courtesy and a victim are where a case or a thank-you harms.
COURTESY, VICTIMS = "manners", "safety"
_THANKED = re.compile(
    r"(?:terima kasih|makasih) (?:atas|untuk) (?:saran|masukan)|for (?:the|your) (?:suggestion|feedback)"
)


class Harm(StrEnum):
    """What may never happen."""

    SILENCE = "no answer"
    REPEATED = "the same text twice"
    ORDERED = "an order without a yes"
    FILED = "a case from courtesy"
    THANKED = "a victim thanked for a suggestion"
    SATISFIED = "satisfied without saying so"


@dataclass(frozen=True)
class Line:
    """A line of a talk: its number in the file, its first word, and what follows a colon."""

    number: int
    verb: str
    words: str

    @property
    def alternatives(self) -> list[str]:
        """What of the words would do."""
        return self.words.split(" | ")


@dataclass(frozen=True)
class Talk:
    """A file of them."""

    area: str
    name: str
    about: str
    lines: tuple[Line, ...]

    @property
    def is_for_building(self) -> bool:
        """Whether one may look at it while the conversation is built."""
        return self.name.endswith("_a")


@dataclass
class Played:
    """What became of a talk: the lines that do not hold, as they are shown, and the harms done."""

    talk: Talk
    wrong: list[str] = field(default_factory=list)
    harms: list[Harm] = field(default_factory=list)

    @property
    def is_helped(self) -> bool:
        """Whether everything holds."""
        return not self.wrong


def read(path: Path) -> Talk:
    """A talk from its file."""
    about, _, rest = path.read_text(encoding="utf-8").partition("\n\n")
    begins = len(about.splitlines()) + 2
    lines = []
    for number, line in enumerate(rest.splitlines(), start=begins):
        verb, _, words = line.partition(":")
        if line:
            lines.append(Line(number, verb, words.strip()))
    return Talk(path.parent.name, path.stem, about, tuple(lines))


@cache
def talks() -> tuple[Talk, ...]:
    """All of them, by area and name."""
    return tuple(read(path) for path in sorted(TALKS.glob("*/*.txt")))


@cache
def played() -> tuple[Played, ...]:
    """All of them, played."""
    return tuple(play(talk) for talk in talks())


def play(talk: Talk) -> Played:
    """Play it to its end, whatever does not hold. Raises ``ValueError`` for a line that says nothing known."""
    playing = _Playing(talk)
    for line in talk.lines:
        playing.do(line)
    playing.end()
    return playing.played


def is_said(expected: str, text: str) -> bool:
    """Whether a text has these words, or what the expression between slashes means."""
    if len(expected) > 2 and expected[0] == expected[-1] == "/":
        return re.search(expected[1:-1], text, re.IGNORECASE) is not None
    return expected.casefold() in text.casefold()


def is_told(id: str, text: str) -> bool:
    """Whether a text has an article's answer, at least its first sentence, or its first step, in either language."""
    one = article(id)
    told = [one.answer, *(step.do for step in one.steps[:1])]
    values = {"operator": OPERATOR.name, "short_number": OPERATOR.short_number}
    warnings = (messages.text("talk.is_no_prize", one, kak="", **values).partition(": ")[2] for one in Language)
    if id == "fraud" and any(_first_sentence(one) in text for one in warnings):
        return True
    return any(_first_sentence(words.in_(language, **values)) in text for words in told for language in Language)


def is_priced(text: str) -> bool:
    """Whether a text tells a package of the catalogue and its price."""
    return any(
        messages.rupiah(one.price, language) in text and one.name in text
        for one in packages.packages().values()
        for language in Language
    )


@dataclass(frozen=True)
class Asked:
    """What became of a question that was the first message of a chat.

    ``is_answered``: one of the articles that answer it is told at once. Where it is about packages, packages and their
    prices are an answer too, and first aid for who is in need; where the centre does it by itself, that it begins to:
    asks for the number of a line to be
    seen or a package to be stopped, asks for the reference of what is asked about, hands over to the person wanted. A
    question that no article answers is not answered. ``language`` is that of the answer.
    """

    question: Question
    is_answered: bool
    language: Language | None


@cache
def asked() -> tuple[Asked, ...]:
    """The 200 questions, each asked in a chat of its own."""
    return tuple(ask(one) for one in questions())


def ask(question: Question) -> Asked:
    """Ask it in a new chat."""
    chat = Chat()
    text = "\n".join(one.text for one in chat.says(question.text))
    opened = [one.case.kind for one in chat.store.drafts if one.before == 0]
    answered = any(is_told(id, text) or _is_begun(id, text, opened) for id in question.articles)
    priced = not OF_PACKAGES.isdisjoint(question.articles) and is_priced(text)
    return Asked(question, answered or priced, chat.contact.language)


def _is_begun(article: str, text: str, opened: list[Kind]) -> bool:
    """Whether what an article is about is begun instead of told."""
    if article in ("check-balance", "stop-package"):
        return not opened and "SMS" in text
    if article in FIRST_AID:
        names = [one for one in _talk_texts() if one.startswith(FIRST_AID[article])]
        aid = (
            messages.text(f"talk.{name}", language, kak=kak, short_number="817")
            for name in names
            for language, kak in ((Language.INDONESIAN, ", Kak"), (Language.ENGLISH, ""))
        )
        return any(one.strip() in text for one in aid)
    if article == "complaint-status":
        return not opened and is_said("/referensi|reference/", text)
    if article == "shops":
        return "09.00" in text
    if article == "coverage-check":
        return is_said("/ada 4G|has 4G|data jaringan|network data/", text)
    return article == "contact-us" and opened == [Kind.INFORMATION]


@cache
def _talk_texts() -> frozenset[str]:
    return frozenset(content.toml("messages")["talk"])


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.?])\s", text, maxsplit=1)[0]


class _Playing:
    """A talk as it is played."""

    def __init__(self, talk: Talk) -> None:
        self.played = Played(talk)
        self.chat = Chat()
        self.number = LINES["sari"].number
        self.turn: Line | None = None
        self.said: list[str] = []
        self.before: list[str] = []
        self.allowed: set[str] = set()

    @property
    def text(self) -> str:
        """All bubbles of the turn."""
        return "\n".join(self.said)

    def do(self, line: Line) -> None:
        """Do what a line says, or look whether it holds."""
        act = _ACTS.get(line.verb)
        if act:
            act(self, line)
        elif line.verb in _HOLDS:
            if not _HOLDS[line.verb](self, line):
                self.wrong(line, f"{line.verb}: {line.words}".removesuffix(": "))
        elif line.verb in OF_A_CASE and not (self.chat.contact.reference or ""):
            self.wrong(line, f"{line.verb}, but there is no case")
        elif line.words or not happens(self.chat, line.verb):
            raise ValueError(f"{self.played.talk.area}/{self.played.talk.name}:{line.number}: {line.verb}")

    def who(self, line: Line) -> None:
        self.number = LINES[line.words].number

    def proven(self, _: Line) -> None:
        chat = self.chat
        party = Party(CHAT, chat.contact_id, Address(channel=CHAT, value=chat.contact_id))
        contact = new_contact(party, chat.now).evolve(proven=Proven(number=self.number, at=chat.now))
        chat.store.contacts[chat.contact_id] = contact

    def customer(self, line: Line) -> None:
        self.end()
        chat = self.chat
        reference = str(chat.contact.reference or REFERENCE) if chat.store.contacts else REFERENCE
        sent = [found for one in chat.store.due if (found := re.search(r"\b\d{6}\b", one.text))]
        code = sent[-1].group() if sent else "000000"
        self.before, self.turn, self.allowed = self.said, line, set()
        words = line.words.format(number=self.number, code=code, reference=reference)
        self.said = [one.text for one in chat.says(words)]

    def end(self) -> None:
        """Look whether what is not written holds for the turn that ends."""
        if self.turn is None:
            return
        area = self.played.talk.area
        opened = [one.case for one in self.chat.store.drafts if one.before == 0]
        if not self.text.strip():
            self.harm(Harm.SILENCE)
        if any(len(one) >= LONG and one in self.before for one in self.said):
            self.harm(Harm.REPEATED)
        if any(one.order for one in opened) and "orders" not in self.allowed:
            self.harm(Harm.ORDERED)
        elif opened and not self.allowed & {"opens", "orders"} and area == COURTESY:
            self.harm(Harm.FILED)
        elif opened and not self.allowed & {"opens", "orders"}:
            self.wrong(self.turn, f"opens a case: {', '.join(case.kind for case in opened)}")
        if self.verdict is Verdict.SATISFIED and "satisfied" not in self.allowed:
            self.harm(Harm.SATISFIED)
        if area == VICTIMS and (_THANKED.search(self.text.casefold()) or Kind.SUGGESTION in [c.kind for c in opened]):
            self.harm(Harm.THANKED)
        if self.chat.store.requests.made > MOST_REQUESTS:
            self.wrong(self.turn, f"{self.chat.store.requests.made} requests")
        if sum(one.rstrip().endswith("?") for one in self.said) > 1:
            self.wrong(self.turn, "two questions")
        self.turn = None

    def harm(self, harm: Harm) -> None:
        assert self.turn
        self.played.harms.append(harm)
        self.wrong(self.turn, f"HARM, {harm}")

    def wrong(self, line: Line, what: str) -> None:
        talk = self.played.talk
        shown = " / ".join(self.said).replace("\n", " ")
        self.played.wrong.append(f"{talk.area}/{talk.name}:{line.number}: {what}\n    {shown}")

    def opens(self, line: Line) -> bool:
        self.allowed.add("opens")
        kinds = [str(one.case.kind) for one in self.chat.store.drafts if one.before == 0]
        return bool(kinds) and any(one == "any" or one in kinds for one in line.alternatives)

    def may_open(self, _: Line) -> bool:
        self.allowed.add("opens")
        return True

    def orders(self, line: Line) -> bool:
        self.allowed.add("orders")
        orders = [one.case.order for one in self.chat.store.drafts if one.before == 0]
        return any(one and one.package in line.alternatives and one.number == self.number for one in orders)

    def may_order(self, _: Line) -> bool:
        self.allowed.add("orders")
        return True

    def satisfied(self, _: Line) -> bool:
        self.allowed.add("satisfied")
        return self.verdict is Verdict.SATISFIED

    @property
    def verdict(self) -> Verdict | None:
        """What the message was taken to say of a solution."""
        answered = [one.case.answer for one in self.chat.store.drafts if What.ANSWERED in {e.what for e in one.entries}]
        return next((one.verdict for one in answered if one), None)

    def is_urgent(self) -> bool:
        if not self.chat.contact.reference:
            return False
        return self.chat.store.cases[self.chat.contact.reference].priority.goes_first


def _bubbles(playing: _Playing, line: Line) -> Iterator[bool]:
    return (is_said(one, playing.text) for one in line.alternatives)


_ACTS: dict[str, Callable[[_Playing, Line], None]] = {
    "who": _Playing.who,
    "proven": _Playing.proven,
    "customer": _Playing.customer,
}
_HOLDS: dict[str, Callable[[_Playing, Line], bool]] = {
    "told": lambda playing, line: any(
        is_priced(playing.text) if one == "packages" else is_told(one, playing.text) for one in line.alternatives
    ),
    "says": lambda playing, line: any(_bubbles(playing, line)),
    "never": lambda playing, line: not any(_bubbles(playing, line)),
    "in": lambda playing, line: playing.chat.contact.language == Language(line.words),
    "opens": _Playing.opens,
    "any case": _Playing.may_open,
    "no case": lambda playing, _: not any(one.before == 0 for one in playing.chat.store.drafts),
    "adds": lambda playing, _: any(one.before > 0 for one in playing.chat.store.drafts),
    "orders": _Playing.orders,
    "may order": _Playing.may_order,
    "no order": lambda playing, _: not any(one.case.order for one in playing.chat.store.drafts if one.before == 0),
    "satisfied": _Playing.satisfied,
    "dissatisfied": lambda playing, _: playing.verdict is Verdict.DISSATISFIED,
    "urgent": lambda playing, _: playing.is_urgent(),
    "not urgent": lambda playing, _: not playing.is_urgent(),
}
