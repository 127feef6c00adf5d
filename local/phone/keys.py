"""What a caller keys: which keys a block takes, when it has enough of them, and what it keeps.

Administrator guide: "Store customer input", "Set Touchtone Buffer Behavior", "Touchtone buffering".
"""

import re
from dataclasses import dataclass

from local.phone.flow import Action, FlowError

KEYS = re.compile(r"[0-9*#]{0,100}")
"""What can be pressed at once."""
SECONDS = re.compile(r"[0-9]{1,6}")
SILENCE = "Timeout"
"""What a storing block keeps when nothing was keyed."""
LONGEST_BUFFER = 30
LONGEST_NUMBER = 15
SHORTEST_NUMBER = 8
USUAL_SECONDS = 5
LONGEST_SAID = 1000
"""Characters that a bot is given."""

# ISO 3166 code and calling code (ITU-T E.164), of the countries whose local numbers can be keyed here.
CODES = (
    "AE:971 AR:54 AT:43 AU:61 BD:880 BE:32 BG:359 BH:973 BN:673 BR:55 CA:1 CH:41 CL:56 CN:86 CO:57 CZ:420 DE:49"
    " DK:45 EG:20 ES:34 FI:358 FR:33 GB:44 GR:30 HK:852 HU:36 ID:62 IE:353 IL:972 IN:91 IT:39 JP:81 KE:254 KH:855"
    " KR:82 KW:965 LA:856 LK:94 LU:352 MA:212 MM:95 MX:52 MY:60 NG:234 NL:31 NO:47 NP:977 NZ:64 OM:968 PE:51 PH:63"
    " PK:92 PL:48 PT:351 QA:974 RO:40 SA:966 SE:46 SG:65 SK:421 TH:66 TR:90 TW:886 UA:380 US:1 VN:84 ZA:27"
)
CALLING_CODES = dict(pair.split(":") for pair in CODES.split())
# Where a leading 0 is part of the number.
KEEPS_ZERO = frozenset({"IT"})


class NotListening(Exception):
    """Keys were pressed in a call that takes none now."""


class BadKeys(ValueError):
    """Keys that no phone has, or at a block that does not play."""


@dataclass(frozen=True)
class WaitsFor:
    """The keys a block listens for."""

    max_digits: int
    seconds: int
    """Of silence before the first key."""
    terminator: str | None = None
    interdigit_seconds: int | None = None
    """Of silence after a key, before what was keyed counts as finished; None when one key is all."""


@dataclass(frozen=True)
class WaitsForWords(WaitsFor):
    """A bot listens: what is said is the name of an intent."""

    intents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """What was keyed for a storing block; `rest` was keyed after it had enough."""

    digits: str
    rest: str = ""
    complete: bool = False
    """Nothing more is waited for: the terminator was pressed, or all digits are there."""
    terminated: bool = False


@dataclass(frozen=True)
class Storing:
    """How a block collects and checks what it stores."""

    longest: int
    terminator: str
    cancels: bool
    """A star begins anew."""
    interdigit_seconds: int
    number_format: str | None
    """Local or E164; None for any digits."""
    country: str

    @classmethod
    def of(cls, action: Action) -> "Storing":
        """Raises FlowError for a block that does not say what it stores."""
        validation, dtmf = action.part("InputValidation"), action.part("DTMFConfiguration")
        terminator = str(dtmf.get("InputTerminationSequence") or "#")
        interdigit = whole(action, "InterdigitTimeLimitSeconds", dtmf.get("InterdigitTimeLimitSeconds", USUAL_SECONDS))
        cancels = not is_true(dtmf.get("DisableCancelKey")) and "*" not in terminator
        phone, custom = validation.get("PhoneNumberValidation"), validation.get("CustomValidation")
        if isinstance(phone, dict):
            number_format, country = str(phone.get("NumberFormat")), str(phone.get("CountryCode", ""))
            return cls(LONGEST_NUMBER, terminator, cancels, interdigit, number_format, country)
        if isinstance(custom, dict):
            longest = whole(action, "MaximumLength", custom.get("MaximumLength"))
            return cls(longest, terminator, cancels, interdigit, None, "")
        raise FlowError(f"Block {action.identifier} stores what is keyed, but does not say how it is validated.")

    def entry(self, keys: str) -> Entry:
        digits = ""
        for place, key in enumerate(keys, 1):
            if key == "*" and self.cancels:
                digits = ""
                continue
            digits += key
            if digits.endswith(self.terminator):
                return Entry(digits[: -len(self.terminator)], keys[place:], complete=True, terminated=True)
            if len(digits) >= self.longest:
                return Entry(digits, keys[place:], complete=True)
        return Entry(digits)

    def kept(self, entry: Entry) -> str | None:
        """What is stored of it; None for what is no phone number where one is asked for."""
        if not entry.digits and not entry.terminated:
            return SILENCE
        return e164(entry.digits, self.country) if self.number_format else entry.digits


@dataclass
class Buffer:
    """Keys that were pressed before a block listened."""

    on: bool = False
    keys: str = ""

    def add(self, keys: str) -> None:
        """What is pressed while the buffer is off, or full, is lost."""
        if self.on:
            self.keys = (self.keys + keys)[:LONGEST_BUFFER]

    def stop(self) -> str:
        """Clear it and take no more; what was in it."""
        keys, self.on, self.keys = self.keys, False, ""
        return keys


def waits_for(action: Action, keyed: str = "") -> WaitsFor:
    """What a block listens for that has `keyed` already."""
    if action.type == "ConnectParticipantWithLexBot":
        limit = str(action.part("LexTimeoutSeconds").get("Text"))
        seconds = int(limit) if SECONDS.fullmatch(limit) else USUAL_SECONDS
        intents = tuple(operand for one in action.conditions for operand in one.operands)
        return WaitsForWords(LONGEST_SAID, seconds, intents=intents)
    seconds = whole(action, "InputTimeLimitSeconds", action.parameters.get("InputTimeLimitSeconds"))
    if not stores(action):
        return WaitsFor(1, seconds)
    storing = Storing.of(action)
    first = storing.interdigit_seconds if keyed else seconds
    return WaitsFor(storing.longest - len(keyed), first, storing.terminator, storing.interdigit_seconds)


def stores(action: Action) -> bool:
    return is_true(action.parameters.get("StoreInput"))


def is_true(value: object) -> bool:
    """ "True" and "true" are both written."""
    return str(value).lower() == "true"


def whole(action: Action, name: str, value: object) -> int:
    """A parameter that is a whole number from 0. Raises FlowError when it is none."""
    text = str(value)
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return int(text)
    raise FlowError(f"Block {action.identifier}: {name} is {text[:40]!r}, not a number.")


def e164(keyed: str, country: str = "") -> str | None:
    """The number in E.164 when it may be one by its length: keyed as in its country, or with the calling code.

    Which numbers a country has given out is not known here.
    """
    code = CALLING_CODES.get(country.upper(), "")
    national = keyed if country.upper() in KEEPS_ZERO else keyed.lstrip("0") if code else keyed
    number = code + national
    if not (number.isascii() and number.isdecimal()) or (number.startswith("0") and not code):
        return None
    if code == "1" and len(number) != 11:
        return None
    return f"+{number}" if SHORTEST_NUMBER <= len(number) <= LONGEST_NUMBER else None
