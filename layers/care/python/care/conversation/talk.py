"""The values of a talk: what is known, what is said, what is wished of the centre and what came of it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from care.conversation import script
from care.conversation.dialogue import Dialogue
from care.line.asking import CodeSent, CodeTried, LineRead, NoSystem, SendCode, TooManyCodes, TryCode
from care.line.order import ENDS, TAKEN_BACK, Order
from care.reading import slots
from care.reading.slots import Slots
from care.telling import messages
from care.telling.outbox import Button
from care.words import Category, Kind, Language, Priority, Status, Text

if TYPE_CHECKING:
    from care.cases.case import Case
    from care.conversation.understand import Clause
    from care.reading.acts import Act
    from care.reading.alarms import Alarm
    from care.reading.reader import Reading
    from care.reading.satisfaction import Verdict
    from care.reading.triage import Triage


_SURE_TOPIC = 0.6
_NO_TOPIC = (Category.SERVICE, Category.OTHER)


@dataclass(frozen=True)
class Facts:
    """What a talk has to know besides the customer's words.

    ``own`` is this chat's newest case, ``asked`` the one whose customer was asked last whether it is solved,
    ``ordered`` the one of its last package order. ``reopens`` are those of them that are
    closed and may still be reopened.
    ``proven`` is the number (E.164) of the line proven here, ``code_awaited``: a code is on its way. ``has_system``:
    an operator's system is there to ask. ``honorific`` is how the channel addresses Indonesian customers. ``reads`` is
    the number (E.164) whose line may be told, though not changed, because all that is said goes to that number;
    ``short``: an answer is a few plain lines without buttons. ``has_reader``: a second reader is there to ask. ``now``
    tells what is late.
    """

    operator: str
    short_number: str
    honorific: str
    today: date
    language: Language | None = None
    own: "Case | None" = None
    asked: "Case | None" = None
    ordered: "Case | None" = None
    reopens: frozenset[str] = frozenset()
    satisfied_from: int = 3
    proven: str = ""
    code_awaited: bool = False
    codes_a_day: int = 5
    has_system: bool = False
    reads: str = ""
    short: bool = False
    has_reader: bool = False
    now: datetime | None = None

    @property
    def readable(self) -> str:
        """The number whose line may be read here, proven or not; "" when there is none."""
        return self.proven or self.reads


@dataclass(frozen=True)
class Said:
    """One message of an answer."""

    text: str
    buttons: tuple[Button, ...] = ()


# ---- what a turn wishes of the centre ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Open:
    """Open a case; then ``say`` so with its reference and what the ``article`` says, and ask what is ``missing``.

    ``matters`` names what it is about, where that is more than one thing.
    ``alarm`` is what the customer is in, if anything: first aid is told before.
    """

    kind: Kind
    category: Category
    priority: Priority
    text: str
    say: str
    summary: str = ""
    notes: tuple[str, ...] = ()
    order: Order | None = None
    missing: tuple[str, ...] = ()
    article: str = ""
    matters: str = ""
    alarm: "Alarm | None" = None


@dataclass(frozen=True)
class Add:
    """Add the customer's words to the case, and notes for its team; then ``say`` so. ``person``: one is wanted.

    ``unsolved`` is the chance that trouble is told, ``rest`` what was said beside of another matter: answered after.
    """

    reference: str
    text: str
    notes: tuple[str, ...] = ()
    person: bool = False
    say: str = "added"
    unsolved: float = 0.0
    rest: str = ""


@dataclass(frozen=True)
class AskStatus:
    """Tell how a case stands, if it is one of this chat's."""

    reference: str


@dataclass(frozen=True)
class ReadLine:
    """Read the proven line."""

    number: str


@dataclass(frozen=True)
class TakeBack:
    """Take back the package order of a case, if nothing is charged for it yet."""

    reference: str


@dataclass(frozen=True)
class ReadAgain:
    """Have a second reader read the text."""

    text: str


Wish = Open | Add | AskStatus | SendCode | TryCode | ReadLine | TakeBack | ReadAgain


# ---- what came of it -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Opened:
    """The ``case`` is open, if it is a new one. ``first``: it goes first, if that was wished."""

    reference: str
    first: bool = True
    case: "Case | None" = None


@dataclass(frozen=True)
class Added:
    """The words are with the case; ``verdict`` is what they said about whether it is solved, if anything."""

    reference: str
    verdict: "Verdict | None" = None


@dataclass(frozen=True)
class StatusRead:
    """The case asked for; ``None`` when it is none of this chat's, ``too_many`` when that was asked too often."""

    case: "Case | None"
    too_many: bool = False


@dataclass(frozen=True)
class ProofOver:
    """The line has another owner than when it was proven."""


@dataclass(frozen=True)
class TakenBack:
    """Whether the order of a ``package`` (its name) was ``done`` away with; else it is already being carried out."""

    package: str
    done: bool


@dataclass(frozen=True)
class WasRead:
    """What the second reader said; ``None`` when it said nothing in time."""

    reading: "Reading | None"


Outcome = (
    Opened
    | Added
    | StatusRead
    | CodeSent
    | TooManyCodes
    | CodeTried
    | LineRead
    | ProofOver
    | NoSystem
    | TakenBack
    | WasRead
)


@dataclass(frozen=True)
class Turn:
    """The answer to one message.

    ``heard`` is the customer's message as it may be kept: a code is not. With a ``wish`` the turn is not over: what
    came of it goes to ``told``, which goes on.
    """

    dialogue: Dialogue
    language: Language
    heard: str
    said: tuple[Said, ...] = ()
    wish: Wish | None = None


# ---- speaking ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Voice:
    """Speaks a language in the operator's name to a customer, who may have said how to be called.

    ``short``: where there are no buttons; a text may have other words for it, under its name with ``_short``.
    """

    language: Language
    operator: str
    short_number: str
    honorific: str
    called: str | None = None
    short: bool = False

    def text(self, key: str, **values: str) -> str:
        """The text ``talk.<key>``; ``{kak}`` in it is how the customer is spoken to, with the comma before it."""
        name = (self.honorific if self.language is Language.INDONESIAN else "") if self.called is None else self.called
        short = f"talk.{key}_short"
        return messages.text(
            short if self.short and messages.has(short) else f"talk.{key}",
            self.language,
            **{
                "operator": self.operator,
                "short_number": self.short_number,
                "kak": f", {name}" if name else "",
                **values,
            },
        ).strip()

    def say(self, key: str, *buttons: str | Button, **values: str) -> Said:
        """The text with buttons, named or made."""
        made = (one if isinstance(one, Button) else script.button(one, self.language) for one in buttons)
        return Said(self.text(key, **values), tuple(made))

    def day(self, day: date) -> str:
        """A day in words: as a moment, but for the time."""
        moment = messages.moment(datetime.combine(day, time(12), messages.WIB), self.language)
        return moment.rsplit(" ", 2)[0]

    def days(self, number: int) -> str:
        """A number of days as it is read."""
        if self.language is Language.INDONESIAN:
            return f"{number} hari"
        return f"{number} day{'' if number == 1 else 's'}"

    def rupiah(self, amount: int) -> str:
        """An amount in IDR as it is read."""
        return messages.rupiah(amount, self.language)

    def quota(self, mb: int) -> str:
        """An amount of data as it is read."""
        if mb < 1024:
            return f"{mb} MB"
        gb = f"{mb / 1024:.1f}".removesuffix(".0")
        return f"{gb.replace('.', ',') if self.language is Language.INDONESIAN else gb} GB"


@dataclass(frozen=True)
class Talk:
    """One message within its talk: what every reader of it needs."""

    dialogue: Dialogue
    text: str
    heard: str
    facts: Facts
    language: Language
    reading: "Reading | None" = None
    """What a second reader said of the text."""

    @cached_property
    def voice(self) -> Voice:
        """How the customer is spoken to."""
        facts = self.facts
        return Voice(
            self.language, facts.operator, facts.short_number, facts.honorific, self.dialogue.called, facts.short
        )

    @cached_property
    def slots(self) -> Slots:
        """What is said of a package here, over what else the message says, and what was said before."""
        said = slots.read(self.text)
        around = Slots() if self.text == self.heard else slots.read(self.heard).frame
        before = self.dialogue.slots
        if slots.names_home(self.text):
            before = before.evolve(country="", beside=(), roaming=False)
        return said.over(around.over(before))

    @cached_property
    def clause(self) -> "Clause":
        """The text as it is understood as one whole."""
        from care.conversation import understand

        return understand.clause(self.text, self.language, self.reading)

    @property
    def seen(self) -> "Triage":
        """What the text is about."""
        return self.clause.seen

    @property
    def meant(self) -> "dict[Act, float]":
        """What the text does: the share of each act."""
        return self.clause.meant

    @property
    def asks(self) -> bool:
        """Whether it is worded as a question."""
        return self.clause.asks

    @property
    def open_case(self) -> "Case | None":
        """This chat's case, while it is worked on."""
        from care.cases.lifecycle import is_unresolved

        own = self.facts.own
        return own if own and (is_unresolved(own.status) or self.is_reopening(own)) else None

    @property
    def open_order(self) -> "Case | None":
        """The case of a package order that is not carried out yet, nor taken back."""
        for case in (self.facts.own, self.facts.ordered):
            if case and case.order and case.order.state not in ENDS and case.order.reason != TAKEN_BACK:
                return case
        return None

    def is_reopening(self, case: "Case") -> bool:
        """Whether a customer has said that a resolved case is not solved, and it is about to be reopened."""
        from care.reading.satisfaction import Verdict

        answer = case.answer
        return (
            case.status is Status.RESOLVED
            and answer is not None
            and answer.cycle == case.cycle
            and answer.verdict is Verdict.DISSATISFIED
        )

    def is_late(self, case: "Case") -> bool:
        """Whether what was promised of a case has passed."""
        from care.cases.lifecycle import is_unresolved

        return self.facts.now is not None and is_unresolved(case.status) and case.due_at < self.facts.now

    def spoken(self, text: Text) -> str:
        """An article's or a package's words, in the talk's language."""
        return text.in_(self.language, operator=self.facts.operator, short_number=self.facts.short_number)

    def filled(self, words: str) -> str:
        """Words of an article in one language, with the operator's names in them."""
        return words.format(operator=self.facts.operator, short_number=self.facts.short_number)

    def about(self, text: str) -> "Talk":
        """The same talk about other words, which the customer said before."""
        return Talk(self.dialogue, text, self.heard, self.facts, self.language)

    def turn(self, dialogue: Dialogue, *said: Said, wish: Wish | None = None) -> Turn:
        """The turn that ends at ``dialogue``."""
        return Turn(dialogue, self.language, self.heard, said, wish)

    def go(self, place: str, **more: Any) -> Turn:
        """Go to a place and ask what it asks."""
        return self.turn(self.dialogue.at(place, **more), self.ask(place))

    def ask(self, place: str, **values: str) -> Said:
        """What a place asks, with its buttons; where it can name what the text is about, and that is known, it does."""
        its = script.places()[place]
        topic = self._topic if its.about else ""
        return self.voice.say(its.about if topic else its.ask, *its.buttons, topic=topic, **values)

    @property
    def _topic(self) -> str:
        """What the text is about as far as that is sure, in words; ""."""
        seen = self.seen
        sure = seen.category_confidence >= _SURE_TOPIC and seen.category not in _NO_TOPIC
        return messages.text(f"category.{seen.category}", self.language) if sure else ""

    def ask_again(self) -> Said:
        """What is asked where the talk is, in short."""
        its = script.places()[self.dialogue.place]
        return self.voice.say(its.again or its.ask, *its.buttons)

    def stay(self, *said: Said) -> Turn:
        """Say something and stay where the talk is."""
        return self.turn(self.dialogue.evolve(misunderstood=0), *said)


def more_said(turn: Turn, before: tuple[Said, ...]) -> Turn:
    """A turn with what was said before it."""
    return replace(turn, said=(*before, *turn.said))
