"""Where a call stands. It travels with the call, as one of its contact attributes, so that no step has to read it."""

import base64
import binascii

from pydantic import ValidationError

from care.value import Value
from care.words import Category, Language, Priority, Segment


class State(Value):
    """What is known in a call at one of its questions.

    ``place`` names the question; ``then`` is what goes on once a number is there (see ``numbers``). ``said`` is what
    was said before the question, to be said again; ``misses`` counts silence and wrong keys at one question.
    ``number`` was keyed in and confirmed, ``keyed`` is to be confirmed. ``reference`` is the newest case of the call.
    """

    place: str = "language"
    language: Language = Language.INDONESIAN
    greeted: bool = False
    name: str = ""
    """Of the line's owner, where it is surely who was known here before."""
    segment: Segment | None = None
    then: str = ""
    said: tuple[str, ...] = ()
    misses: int = 0
    category: Category = Category.OTHER
    sub: str = ""
    priority: Priority = Priority.NORMAL
    postcode: str = ""
    spoken: bool = False
    """The caller agreed to be recorded and spoke a message."""
    caller: str = ""
    """The number shown, where the state is kept with the call."""
    number: str = ""
    keyed: str = ""
    nameless: bool = False
    """The caller was asked for a number and gave none."""
    asked: str = ""
    """The reference whose status was asked for."""
    reference: str = ""
    group: str = ""
    article: str = ""
    step: str = ""
    tried: tuple[str, ...] = ()
    has: str = ""
    """The package that the line has."""
    offers: tuple[str, ...] = ()
    package: str = ""
    low: int = 0
    high: int = 0
    """The wait that was promised, in seconds; 0 and 0 is none."""
    tip: int = 0
    recorded: bool = True
    """The talk with an agent may be recorded: the caller was told and did not refuse."""

    def write(self) -> str:
        """As a contact attribute: letters, digits, dash and underscore, which is all that is sure to arrive
        (Amazon Connect administrator guide, "Invoke a Lambda function").
        """
        text = self.model_dump_json(exclude_defaults=True)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(text: str) -> State:
    """What ``write`` gave; a new call for what it did not give."""
    try:
        return State.model_validate_json(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValidationError, binascii.Error, ValueError):
        return State()
