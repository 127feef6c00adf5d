"""What is said in a talk with a customer, on any channel that is written or spoken in turns.

A turn is a function of what was said before (``Dialogue``), what the customer writes now, and the ``Facts``; it says
something, and wishes at most one thing of the centre. What came of the wish goes back to ``told``. The talk itself is
data: ``content/conversation``, with its texts in ``messages.toml``. ``docs/conversation.md`` tells how to change it.
"""

from care.conversation.dialogue import Dialogue, read
from care.conversation.engine import told, turn, welcome
from care.conversation.essential import essential
from care.conversation.letter import Letter, asked_for, condolence, letter, missing, not_helped, understood
from care.conversation.proving import number_for_code
from care.conversation.reply import Reply, reply
from care.conversation.talk import (
    Add,
    Added,
    AskStatus,
    Facts,
    Open,
    Opened,
    Outcome,
    ProofOver,
    ReadAgain,
    ReadLine,
    Said,
    StatusRead,
    TakeBack,
    TakenBack,
    Turn,
    Voice,
    WasRead,
    Wish,
)
from care.line.asking import CodeSent, CodeTried, LineRead, NoSystem, SendCode, TooManyCodes, TryCode

__all__ = [
    "Add",
    "Added",
    "AskStatus",
    "CodeSent",
    "CodeTried",
    "Dialogue",
    "Facts",
    "Letter",
    "LineRead",
    "NoSystem",
    "Open",
    "Opened",
    "Outcome",
    "ProofOver",
    "ReadAgain",
    "ReadLine",
    "Reply",
    "Said",
    "SendCode",
    "StatusRead",
    "TakeBack",
    "TakenBack",
    "TooManyCodes",
    "TryCode",
    "Turn",
    "Voice",
    "WasRead",
    "Wish",
    "asked_for",
    "condolence",
    "essential",
    "letter",
    "missing",
    "not_helped",
    "number_for_code",
    "read",
    "reply",
    "told",
    "turn",
    "understood",
    "welcome",
]
