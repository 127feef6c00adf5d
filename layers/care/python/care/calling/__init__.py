"""A call: what is said and asked at each step, by keys. The flow that plays it is ``flows/817.json``."""

from care.calling.engine import after, begin, full, pressed, queued, told, waiting
from care.calling.openings import opening, unfinished
from care.calling.queueing import Queue
from care.calling.state import State, read
from care.calling.turn import (
    MOST_PIECES,
    Answer,
    Answered,
    Facts,
    FindLast,
    FindStatus,
    Found,
    Listen,
    NotFound,
    Open,
    Opened,
    Outcome,
    ReadLine,
    Turn,
    Wish,
)
from care.line.asking import CodeSent, CodeTried, LineRead, NoSystem, SendCode, TooManyCodes, TryCode

__all__ = [
    "MOST_PIECES",
    "Answer",
    "Answered",
    "CodeSent",
    "CodeTried",
    "Facts",
    "FindLast",
    "FindStatus",
    "Found",
    "LineRead",
    "Listen",
    "NoSystem",
    "NotFound",
    "Open",
    "Opened",
    "Outcome",
    "Queue",
    "ReadLine",
    "SendCode",
    "State",
    "TooManyCodes",
    "TryCode",
    "Turn",
    "Wish",
    "after",
    "begin",
    "full",
    "opening",
    "pressed",
    "queued",
    "read",
    "told",
    "unfinished",
    "waiting",
]
