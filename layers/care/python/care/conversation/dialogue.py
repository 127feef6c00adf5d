"""What is kept of a talk between two messages: a small value that is written as JSON into its contact."""

from typing import Any

from pydantic import Field, ValidationError

from care.reading.slots import Slots
from care.value import Value

RECENT = 5
RECENT_LENGTH = 300
TEXT_LENGTH = 2000


class Dialogue(Value):
    """Where a talk stands, and what it is about there.

    ``place`` is one of ``content/conversation/places.toml``. Of a guide ``article`` and ``step`` say where the customer
    is, ``path`` the steps on the way there, ``tried`` what did not help or cannot, ``asked`` what was asked of the step
    besides: its ``result``, to ``find`` its menu; ``next``: it is to be told. ``about`` is the reference of the case
    whose ``missing`` is still asked, or which a guide began with. ``text`` holds words that wait to be understood,
    ``after`` what a line is proven for, ``number`` the one to prove. ``offered`` are the articles whose titles are on
    buttons.
    ``recent`` is what the customer said last, for who takes over. ``ordered`` is the case of the last package order,
    ``question`` the case and cycle whose satisfaction question the customer has seen. ``slots`` is what was said so far
    of a package that is looked for, ``told`` what the last answer was about: ids of articles and packages, the best
    first, ``earlier`` what the one before that was about; ``last`` what was said last, as digests, ``lately`` the
    names of courtesies said in their first wording. ``aid`` is the first aid told last (``first_aid.py``). ``codes`` is
    how many codes were asked for on ``codes_day``.
    """

    place: str = "start"
    called: str | None = None
    article: str = ""
    step: str = ""
    path: tuple[str, ...] = ()
    tried: tuple[str, ...] = ()
    asked: str = ""
    about: str = ""
    missing: tuple[str, ...] = ()
    text: str = ""
    after: str = ""
    number: str = ""
    package: str = ""
    price: int = 0
    offered: tuple[str, ...] = ()
    misunderstood: int = 0
    ordered: str = ""
    question: str = ""
    slots: Slots = Field(default_factory=Slots)
    told: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    lately: tuple[str, ...] = ()
    aid: str = ""
    codes: int = 0
    codes_day: str = ""
    recent: tuple[str, ...] = ()

    def at(self, place: str, **more: Any) -> "Dialogue":
        """The same talk at another place: what belongs to the place it leaves is forgotten.

        ``more`` is what belongs to the new one; errors as of ``evolve``.
        """
        kept = {name: getattr(self, name) for name in _KEPT}
        return Dialogue().evolve(**{**kept, **more, "place": place})

    def heard(self, said: str) -> "Dialogue":
        """With one more thing the customer said."""
        kept = stored(said, RECENT_LENGTH)
        return self.evolve(recent=(*self.recent, kept)[-RECENT:]) if kept else self

    def following(self, before: "Dialogue") -> "Dialogue":
        """This dialogue, which followed ``before``, with what was told then; the line shown twice is one."""
        return self if self.told[:1] == before.told[:1] else self.evolve(earlier=before.told)

    def write(self) -> str:
        """As it is kept; "" at the very beginning."""
        text = self.model_dump_json(exclude_defaults=True)
        return "" if text == "{}" else text


_KEPT = (
    "called",
    "ordered",
    "question",
    "codes",
    "codes_day",
    "recent",
    "number",
    "slots",
    "told",
    "earlier",
    "last",
    "lately",
    "aid",
)


def read(kept: str) -> Dialogue:
    """What ``write`` wrote; what cannot be read begins anew."""
    try:
        return Dialogue.model_validate_json(kept or "{}")
    except ValidationError:
        return Dialogue()


def stored(text: str, length: int = TEXT_LENGTH) -> str:
    """Words as they can be kept: one line, no longer than ``length``, no halves of letters."""
    return " ".join(text[: 2 * length].encode("utf-8", "replace").decode().split())[:length]
