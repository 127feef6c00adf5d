"""The words of the domain that are chosen from a list; every part speaks of these by these names."""

from enum import IntEnum, StrEnum

from care.value import Value

CUSTOMER = "customer"
CARE = "care"
AGENT = "agent"
"""Who says or does something: a customer, the centre itself, one of its people (or that person's own name)."""


class Language(StrEnum):
    """What a customer is answered in."""

    INDONESIAN = "id"
    ENGLISH = "en"


class Text(Value):
    """The same words in both languages; ``{operator}`` and ``{short_number}`` are the only placeholders."""

    id: str
    en: str

    def in_(self, language: Language, **values: str) -> str:
        """The words in one language, placeholders filled when values are given.

        Raises ``KeyError`` when values are given and one is missing.
        """
        words = self.id if language is Language.INDONESIAN else self.en
        return words.format_map(values) if values else words


class Kind(StrEnum):
    """Of what kind a case is. Information, technical and package change are called requests."""

    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    INFORMATION = "information"
    TECHNICAL = "technical"
    PACKAGE_CHANGE = "package_change"


class Category(StrEnum):
    """What a case is about."""

    NETWORK = "network"
    INTERNET = "internet"
    BILLING = "billing"
    PACKAGE = "package"
    SIM = "sim"
    DEVICE = "device"
    ROAMING = "roaming"
    APP = "app"
    SERVICE = "service"
    OTHER = "other"


class Priority(StrEnum):
    """How long something can wait, the most pressing first: lists stand in this order, times are by it."""

    DANGER = "danger"
    """A life may be at stake."""
    URGENT = "urgent"
    """Lost or stolen, fraud, or a deadline of today or tomorrow."""
    HIGH = "high"
    """Service wholly gone, days of trouble, money lost, reports unanswered, work harmed."""
    NORMAL = "normal"

    @property
    def rank(self) -> int:
        """Its place, 0 for the most pressing."""
        return list(Priority).index(self)

    @property
    def goes_first(self) -> bool:
        """Whether it stands before whatever else its team has, and is told so."""
        return self in (Priority.DANGER, Priority.URGENT)

    @property
    def raised(self) -> "Priority":
        """One step more pressing; what goes first stays as it is."""
        return self if self.goes_first else list(Priority)[self.rank - 1]

    def or_more(self, other: "Priority") -> "Priority":
        """The more pressing of both."""
        return min(self, other, key=lambda one: one.rank)


class Segment(StrEnum):
    """How a line is paid for."""

    PREPAID = "prepaid"
    POSTPAID = "postpaid"


class Team(StrEnum):
    """Who is answerable for a case."""

    NETWORK = "network"
    NETWORK_EAST = "network_east"
    BILLING = "billing"
    REGISTRATION = "registration"
    TECHNICAL = "technical"
    CARE = "care"


class Status(StrEnum):
    """Where a case stands; ``cases.lifecycle`` has the moves between them."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    IN_PROGRESS = "in_progress"
    WAITING_FOR_CUSTOMER = "waiting_for_customer"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"


class ClosedAs(StrEnum):
    """How a case ended: its customer is satisfied, got an answer, never said; it went on as another; it was none."""

    SATISFIED = "satisfied"
    ANSWERED = "answered"
    UNCONFIRMED = "unconfirmed"
    MERGED = "merged"
    DISCARDED = "discarded"


class Attention(StrEnum):
    """Why a person must look at a case."""

    NO_ADDRESS = "no_address"
    NOT_DELIVERED = "not_delivered"
    PERSON_WANTED = "person_wanted"
    ORDER_STUCK = "order_stuck"
    PROMISE_BROKEN = "promise_broken"
    CUSTOMER_SILENT = "customer_silent"
    FOLLOW_UP_STUCK = "follow_up_stuck"


class CaseList(StrEnum):
    """Which of its team's lists a case stands in: to work on, done but to be looked at, waiting for its customer, kept
    apart.
    """

    OPEN = "open"
    ATTENTION = "attention"
    RESOLVED = "resolved"
    HELD = "held"


class Held(StrEnum):
    """Why a case is kept apart, and nothing happens to it, until a person releases it or ends it."""

    SPAM = "spam"
    VIRUS = "virus"
    FLOOD = "flood"


class Danger(StrEnum):
    """Why a file is kept apart, and nobody is given it."""

    PROGRAM = "program"
    SCRIPT = "script"
    SHORTCUT = "shortcut"
    """It leads to a program or a page elsewhere."""
    PAGE = "page"
    """A web page or a drawing that may do what a page can."""
    DISK_IMAGE = "disk_image"
    MACRO = "macro"
    """A document with macros."""
    ACTIVE = "active"
    """A document that runs, fetches or brings along something else when it is opened."""
    PACKED = "packed"
    """An archive with any of these in it."""
    SEALED = "sealed"
    """Locked by a password, or an archive of a kind that cannot be looked into: anything may be in it."""
    DISGUISED = "disguised"
    """Any of these under a name that says it is something harmless."""


class Awaited(StrEnum):
    """What a follow-up waits for: its team's work, what the customer was asked for, or whether it is solved."""

    WORK = "work"
    CUSTOMER = "customer"
    ANSWER = "answer"


class Tier(IntEnum):
    """Who is answerable for a case within its team; each reopening leads one up."""

    AGENT = 1
    LEAD = 2
    MANAGER = 3

    @property
    def next(self) -> "Tier":
        """One up; a manager's case stays a manager's."""
        return Tier(min(self + 1, Tier.MANAGER))


class Unasked(StrEnum):
    """Why the customer of a resolved complaint is told so and not asked: wants no questions, was asked about another
    case lately, cannot be reached.
    """

    UNSUBSCRIBED = "unsubscribed"
    ASKED_LATELY = "asked_lately"
    NO_ADDRESS = "no_address"
