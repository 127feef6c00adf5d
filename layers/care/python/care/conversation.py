"""What is said in a chat. A turn is a function of what was said before and what the customer writes now.

The dialogue has few places: nowhere in particular (``""``), telling a complaint, telling a message for a person, naming
a reference. At any place a person can be asked for, another language chosen, or a new complaint begun.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from care import messages, reference, triage
from care.contact import Button
from care.words import Kind, Language

_COMPLAIN = re.compile(
    r"^\W*(?:(?:halo|hai|min|kak|saya|aku|mau|ingin|i want to|i'd like to)\W+)*"
    r"(?:sampaikan keluhan|keluhan|komplain|keluhan baru|make a complaint|complaint|complain|new complaint)"
    r"(?: (?:dong|kak|min|ya|nih))?\W*$",
    re.I,
)
_STATUS = re.compile(r"^\W*(?:cek status|status|check a status|check status)\b", re.I)
_AGENT = re.compile(
    r"\b(?:bicara dengan (?:petugas|orang|agen|cs)|petugas|agen|agent|operator"
    r"|talk to a (?:person|human)|human|real person|customer service)\b",
    re.I,
)
_CANCEL = re.compile(r"^\W*(?:batal|cancel|kembali|back)\W*$", re.I)
_GREETING = re.compile(
    r"^\W*(?:halo|hallo|hai|hi|hello|selamat (?:pagi|siang|sore|malam)|assalamu'?alaikum|permisi"
    r"|pagi|siang|sore|malam|good (?:morning|afternoon|evening)|min|kak|p)(?:\W+(?:min|kak|admin|cs|there))*\W*$",
    re.I,
)
_THANKS = re.compile(
    r"^\W*(?:(?:terima ?kasih|makasih|trims|thanks?|thank you|thx)(?: banyak| kak| min| ya| so much| very much)*)\W*$",
    re.I,
)
_LANGUAGES = {
    Language.ENGLISH: re.compile(r"^\W*(?:english|inggris|bahasa inggris|in english)\W*$", re.I),
    Language.INDONESIAN: re.compile(r"^\W*(?:indonesia|bahasa indonesia|indonesian|bahasa)\W*$", re.I),
}


class Place(StrEnum):
    """Where a dialogue stands."""

    START = ""
    COMPLAINT = "complaint"
    MESSAGE = "message"
    REFERENCE = "reference"


class Wish(StrEnum):
    """What a turn asks the centre to do besides answering."""

    NOTHING = "nothing"
    OPEN = "open"
    STATUS = "status"
    ADD = "add"


@dataclass(frozen=True)
class Said:
    """One line of an answer."""

    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Turn:
    """The answer to one message. ``kind`` is set when a case is to be opened, ``reference`` when one is asked for."""

    place: Place
    language: Language
    said: tuple[Said, ...] = ()
    wish: Wish = Wish.NOTHING
    kind: Kind | None = None
    reference: str = ""


@dataclass(frozen=True)
class Voice:
    """Speaks a language in the operator's name."""

    language: Language
    operator: str
    short_number: str

    def say(self, key: str, *buttons: str, **values: str) -> Said:
        """The text ``chat.<key>`` with the buttons ``chat.button_<name>``."""
        text = messages.text(
            f"chat.{key}", self.language, operator=self.operator, short_number=self.short_number, **values
        )
        return Said(text, tuple(self._button(name) for name in buttons))

    def _button(self, name: str) -> Button:
        label = messages.text(f"chat.button_{name}", self.language)
        return Button(label=label, text=label)


MENU = ("complaint", "status", "agent", "language")


def turn(place: Place, language: Language | None, text: str, voice_of: "VoiceOf", own: str, is_open: bool) -> Turn:
    """Answer ``text``. ``own`` is the reference of this chat's case, if any; ``is_open``: words can be added to it."""
    chosen = next((one for one, pattern in _LANGUAGES.items() if pattern.match(text)), None)
    if chosen:
        return Turn(place, chosen, (voice_of(chosen).say("language", *MENU),))
    seen = triage.read(text)
    speaking = _language(language, seen.language, text)
    voice = voice_of(speaking)
    named = reference.find(text)
    if _CANCEL.match(text):
        return Turn(Place.START, speaking, (voice.say("cancelled", *MENU),))
    if _COMPLAIN.match(text):
        return Turn(Place.COMPLAINT, speaking, (voice.say("ask_complaint", "cancel"),))
    if named and (place is Place.REFERENCE or _STATUS.match(text) or len(text.split()) <= 6):
        return Turn(Place.START, speaking, wish=Wish.STATUS, reference=named[0])
    if place is Place.COMPLAINT:
        return Turn(Place.START, speaking, wish=Wish.OPEN, kind=Kind.COMPLAINT)
    if place is Place.MESSAGE:
        return Turn(Place.START, speaking, wish=Wish.OPEN, kind=seen.kind)
    if _STATUS.match(text) and own:
        return Turn(Place.START, speaking, wish=Wish.STATUS, reference=own)
    if _STATUS.match(text):
        return Turn(Place.REFERENCE, speaking, (voice.say("ask_reference", "cancel"),))
    if place is Place.REFERENCE and re.search(r"\d{4}", text):
        return Turn(Place.REFERENCE, speaking, wish=Wish.STATUS, reference=re.sub(r"\D", "", text)[:20])
    if _AGENT.search(text):
        return Turn(
            Place.START,
            speaking,
            wish=Wish.OPEN,
            kind=seen.kind if len(text.split()) > 6 else Kind.INFORMATION,
        )
    if _THANKS.match(text):
        return Turn(Place.START, speaking, (voice.say("thanks"),))
    if _GREETING.match(text) or not text.strip():
        return Turn(Place.START, speaking, (voice.say("welcome", *MENU),))
    if is_open:
        return Turn(Place.START, speaking, wish=Wish.ADD)
    if seen.kind is not Kind.INFORMATION or len(text.split()) >= 4:
        return Turn(Place.START, speaking, wish=Wish.OPEN, kind=seen.kind)
    return Turn(Place.START, speaking, (voice.say("not_understood", *MENU),))


def welcome(language: Language, voice_of: "VoiceOf") -> Said:
    """What a chatter is greeted with."""
    return voice_of(language).say("welcome", *MENU)


def _language(current: Language | None, seen: Language | None, text: str) -> Language:
    """Choice beats memory beats detection: a chat changes its language only on a sentence of four words or more."""
    if current is None:
        return seen or Language.INDONESIAN
    return seen if seen and len(text.split()) >= 4 else current


class VoiceOf:
    """Makes the voice of a language."""

    def __init__(self, operator: str, short_number: str) -> None:
        self._operator = operator
        self._short_number = short_number

    def __call__(self, language: Language) -> Voice:
        return Voice(language, self._operator, self._short_number)
