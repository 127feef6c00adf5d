"""What one step of a call is decided by, and what comes of it."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from care.calling.state import State
from care.cases.case import Case
from care.line.asking import CodeSent, CodeTried, LineRead, NoSystem, SendCode, TooManyCodes, TryCode
from care.line.order import Order
from care.words import Category, Kind, Language, Priority, Segment

MOST_PIECES = 28
"""So many prompts are played one after the other before a question: the flow has a block for each."""


class Listen(StrEnum):
    """How the flow goes on after what is said. Of digits so many at most, ended by a hash."""

    KEY = "key"
    DIGITS_4 = "digits_4"
    DIGITS_5 = "digits_5"
    DIGITS_6 = "digits_6"
    DIGITS_10 = "digits_10"
    DIGITS_16 = "digits_16"
    MESSAGE = "message"
    """The caller is recorded until a key is pressed or nothing is said."""
    QUEUE = "queue"
    """On to the agents: what the queue is like is asked for first."""
    TRANSFER = "transfer"
    """Into the queue."""
    CALLBACK = "callback"
    """Connect keeps the place in the queue and calls back."""
    WAIT = "wait"
    """Back to the music."""
    END = "end"


@dataclass(frozen=True)
class Facts:
    """What a step has to know besides where the call stands.

    ``caller`` is the number shown, E.164, "" when none is or it is no number; ``remembered`` the language chosen in an
    earlier contact, ``name`` the line's owner, "" where that may be another than was known here. ``has_queue``: there
    are agents to be put through to. ``proven`` is the number proven in this call.
    """

    today: date
    caller: str = ""
    remembered: Language | None = None
    segment: Segment | None = None
    known: bool = False
    name: str = ""
    has_open: bool = False
    has_system: bool = False
    has_queue: bool = False
    proven: str = ""


# ---- what a step wishes done, and what came of it --------------------------------------------------------------------


@dataclass(frozen=True)
class Open:
    """A case is to be opened. ``summary`` names what it is about, in the catalogue of messages, ``thanks`` the prompt
    that says it is stored; ``notes`` are what the team has to know.

    ``joins``: one about the same of an earlier call of these hours takes it in. ``calls_back``: a person calls back,
    and when is promised. ``spoken``: the caller's words are on a recording that comes after the call.
    """

    kind: Kind
    category: Category
    priority: Priority
    summary: str
    thanks: str
    notes: tuple[str, ...] = ()
    postcode: str = ""
    joins: bool = False
    calls_back: bool = False
    spoken: bool = False
    order: Order | None = None


@dataclass(frozen=True)
class FindLast:
    """The status of the caller's own open case whose reference ends so."""

    digits: str


@dataclass(frozen=True)
class FindStatus:
    """The status of a reference; ``number`` is the second factor where the caller id is not enough."""

    reference: str
    number: str = ""


@dataclass(frozen=True)
class ReadLine:
    """The line proven in this call."""


@dataclass(frozen=True)
class Answer:
    """What a caller answered after the agent hung up: solved or not, and the score, 1 to 5."""

    solved: bool
    score: int | None = None


Wish = Open | FindLast | FindStatus | SendCode | TryCode | ReadLine | Answer


@dataclass(frozen=True)
class Opened:
    """What was to be opened is stored, as a new case or in one it joined. ``back_at`` are the pieces of the time until
    which a person calls back. ``unreached``: nothing can be sent to the caller.
    """

    wish: Open
    reference: str
    joined: bool = False
    back_at: tuple[str, ...] = ()
    unreached: bool = False


class NotFound(StrEnum):
    """Why no status is told."""

    NEED_PHONE = "need_phone"
    NOT_FOUND = "not_found"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class Found:
    """A case whose status may be told, and the pieces of when it is due."""

    case: Case
    status: str
    due: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answered:
    """The answer is with its case."""


Outcome = Opened | NotFound | Found | CodeSent | TooManyCodes | CodeTried | LineRead | NoSystem | Answered


@dataclass(frozen=True)
class Turn:
    """What is said, asked, and how the flow goes on; or what is wished first.

    ``say`` and ``ask`` are names of prompts; ``ask`` is played where keys already count.
    """

    state: State
    say: tuple[str, ...] = ()
    ask: str = ""
    listen: Listen = Listen.KEY
    wish: Wish | None = None

    def after(self, *said: str) -> "Turn":
        """The turn, with this said first; a repetition says the rest only."""
        return replace(self, say=(*said, *self.say))

    def instead(self, *said: str) -> "Turn":
        """The turn, with this said now in place of what a repetition says."""
        return replace(self, say=said)
