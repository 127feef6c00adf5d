"""What a customer does with a sentence: asks, reports trouble, wants to buy, thanks, answers …

A linear model over the same pieces as triage, learned by ``python -m training.acts`` from ``training/acts`` and kept in
``content/acts.model``. ``docs/conversation.md`` has how well it does.
"""

from enum import StrEnum
from functools import cache, lru_cache

from care.content import FOLDER
from care.reading import hashed, wording
from care.reading.hashed import ENDS, Table, shares

MAGIC = b"acts 1\n"


class Act(StrEnum):
    """What a sentence does, whatever it is about."""

    ASK = "ask"
    """Wants to know or to be shown how: an article answers."""
    PROBLEM = "problem"
    """Says that something does not work, is wrong, was taken or is bad, be it in anger, politely or in irony."""
    SUGGEST = "suggest"
    """Proposes how the operator could do better."""
    FIND = "find"
    """Wants to know what packages there are, what one costs or which is right."""
    BUY = "buy"
    """Wants a package now, or another one than today's."""
    STOP = "stop"
    """Wants a package or its renewal to end."""
    UNDO = "undo"
    """Takes back what was just ordered or asked for."""
    LINE = "line"
    """Wants to see the own line: quota, pulsa, bill, masa aktif, package."""
    STATUS = "status"
    """Wants to know how a report or an order stands, or when it will be done."""
    PERSON = "person"
    """Wants to talk to somebody, or be called."""
    CORRECT = "correct"
    """Says that the answer was about something else, or that it did not help."""
    SOLVED = "solved"
    """Says plainly that the trouble is over."""
    UNSOLVED = "unsolved"
    """Says that the trouble is still there, be it in irony."""
    TELL = "tell"
    """Gives a detail of what is talked about, or says what was done, and wants nothing new."""
    YES = "yes"
    NO = "no"
    THANKS = "thanks"
    GREET = "greet"
    BYE = "bye"
    OKAY = "okay"
    """Takes note of what was said."""
    PRAISE = "praise"
    """Is pleased with the operator, its network or this service."""
    CHAT = "chat"
    """Small talk, jokes, questions about the one who answers, matters of others."""
    INSULT = "insult"
    """Swears, or is angry at the one who answers and says nothing of the matter."""
    VICTIM = "victim"
    """Was cheated, robbed of money or of the number, gave a code away, has a messenger taken over."""
    LOST = "lost"
    """Lost the phone or the SIM card, or had it stolen."""
    DANGER = "danger"
    """Somebody's life or body is in danger now."""
    DISTRESS = "distress"
    """Wants to die or to hurt himself."""


class Model:
    """The learned weights of ``content/acts.model``, whose shape ``training/models.py`` describes."""

    def __init__(self, data: bytes) -> None:
        about, weights = hashed.unpacked(data, MAGIC)
        self._acts = [Act(name) for name in about["outputs"]]
        self._table = Table(weights, about["scales"], about["biases"], about["power"])
        self.read = lru_cache(maxsize=256)(self._read)

    def _read(self, text: str) -> dict[Act, float]:
        begin, end = ENDS
        words = [begin, *map(wording.spelled, wording.tokens(wording.plain(text))), end]
        return dict(zip(self._acts, shares(self._table.scores(words)), strict=True))


@cache
def model() -> Model:
    """The model, read at the first text."""
    return Model((FOLDER / "acts.model").read_bytes())


def read(text: str) -> dict[Act, float]:
    """The share of each act, together 1, for any text; what has no words is mostly ``CHAT``."""
    return model().read(text)
