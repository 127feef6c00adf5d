"""Phone numbers as customers and carriers write them, made E.164 in one place.

Sources. ITU-T E.164: at most 15 digits, the country code first, never 0. RFC 3966 (``tel:``), RFC 3261 (``sip:``).
Indonesia's numbering plan (the ministry's fundamental technical plan, as the ITU and libphonenumber list it): trunk
prefix 0; mobile ``8[1-9]…`` of 9 to 12 digits; landlines an area code of two digits (21, 22, 24, 31, 61) or three and
5 to 8 digits more; ``80x`` (free phone, shared cost, premium), ``1xx``, ``14xxx``, ``500xxx`` and ``1500xxx`` are
services. International calls: ``00``, ``001``, ``007``, ``017`` and ``010xx``. Keypad letters: ITU-T E.161; gateways
that must give a number spell on them why they have none.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from unicodedata import decimal

# What is read as a plain digit, sign or blank; invisible marks come along when a number is pasted from a contact.
_ODD = re.compile(
    r"(?![0-9 \n])[\d\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff"
    r"\u2010-\u2015\u2212\ufe58\ufe63\uff0d\uff0b\ufe62\uff08\uff09\uff0e\uff0f\uff1a]"
)
_SIGNS = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-") | {
    "\uff0b": "+",
    "\ufe62": "+",
    "\uff08": "(",
    "\uff09": ")",
    "\uff0e": ".",
    "\uff0f": "/",
    "\uff1a": ":",
}
_NEW_LINES = frozenset("\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")

_LONGEST_WRITTEN = 200
_IN_BRACKETS = re.compile(r"[^<>]*<([^<>]*)>\s*")
_LABEL = re.compile(
    r"(?:(?:tel|sms|smsto|callto|telp|telepon|phone|mobile|hp|no|nomor|wa|whatsapp)\b[\s.:]*)+|sips?:|", re.I
)
_OF_WHATSAPP = re.compile(r"(?:https?://)?(?:wa\.me/|api\.whatsapp\.com/send\?phone=)", re.I)
_AT_WHATSAPP = re.compile(r"@(?:c\.us|s\.whatsapp\.net)$", re.I)
_EXTENSION = re.compile(r"(?:;.*|\?.*|,?\s*(?:ext|ekst)\.?\s*\d{1,6}\s*)$", re.I | re.S)
_NOT_DIALLED = re.compile(r"[\s().\-/\[\]_~]")

_MOBILE = re.compile(r"8[1-9]\d{7,10}")
_LANDLINE = re.compile(
    r"(?:2[124]|[36]1|(?:2[035-9]|3[02-9]|6[02-9]|[4579]\d)\d)(?!14\d{3}$|500\d{3}$|1500\d{3}$)\d{5,8}"
)
_NORTH_AMERICAN = re.compile(r"[2-9]\d{2}[2-9]\d{6}")
_FROM_SEVEN = re.compile(r"[34789]\d{9}")
# Free phone, shared cost and premium services that belong to no country.
_WORLD_SERVICES = ("800", "808", "979")

_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
_WHY_NO_NUMBER = ("anonymous", "blocked", "private", "restricted", "unavailable", "unknown", "withheld")
# A gateway may have put its own country or ours before the word.
_SPELLED = re.compile(rf"\+(?:1|62)?(?:{'|'.join(word.translate(_KEYPAD) for word in _WHY_NO_NUMBER)})")


class Found(NamedTuple):
    """A number named in a text: where it stands there, and its E.164 form."""

    start: int
    end: int
    number: str


def plain(text: str) -> str:
    """The same length, with ASCII digits, plain blanks, dashes, brackets and plus signs; line ends are ``\\n``."""
    return _ODD.sub(lambda odd: _plain_sign(odd.group()), text)


@lru_cache(maxsize=1024)
def _plain_sign(odd: str) -> str:
    if odd.isdecimal():
        return str(decimal(odd))
    return "\n" if odd in _NEW_LINES else _SIGNS.get(odd, " ")


def to_e164(written: str | None) -> str | None:
    """``0817-123 4567``, ``62817…``, ``+62 (0)817…``, ``0062…``, ``817…`` → ``+62817…``; ``None`` if it is no number.

    Blanks, dots, slashes, brackets and dashes of any kind may stand between the digits, which may be of any script;
    ``tel:``, ``sip:…@…``, ``whatsapp:``, ``wa.me/`` and labels such as ``HP`` may stand before, an extension after.
    Landlines need their area code, foreign numbers ``+``, ``00`` or an Indonesian carrier's prefix. ``0017…`` can be
    read twice: what has the shape of a North American number after ``001`` is one (00, +1), all else was dialled by
    the prefix 001; likewise ``007`` and +7. ``008`` and ``009`` are always 00 and a country code.

    Short codes and services (817, 112, 1500xxx, 0800…) are never customers. Nor are "anonymous" and the like, in
    letters or spelled on a keypad (+266696687, 862 8245 2253): all who withhold their number would be one customer,
    while a landline that happens to be one is only asked for another number.
    """
    text = plain(written or "").strip()
    if not text or len(text) > _LONGEST_WRITTEN:
        return None
    in_brackets = _IN_BRACKETS.fullmatch(text)
    text = in_brackets.group(1).strip() if in_brackets else text
    international = bool(_OF_WHATSAPP.match(text) or _AT_WHATSAPP.search(text))
    text = _AT_WHATSAPP.sub("", _OF_WHATSAPP.sub("", text, count=1))
    label = _LABEL.match(text)
    if label and label.group().lower().startswith("sip"):
        text = text[label.end() :].partition("@")[0]
    elif label:
        text = text[label.end() :]
    text = _EXTENSION.sub("", text)
    dialled = re.sub(r"(?<=\d)[(\[]0[)\]]", "", re.sub(r"\s", "", text))
    digits = _NOT_DIALLED.sub("", dialled)
    international = international or digits.startswith("+")
    digits = digits.lstrip("+")
    if not (digits.isascii() and digits.isdigit()):
        return None
    number = _of_country(digits) if international and not digits.startswith("0") else _dialled(digits)
    return None if number and _SPELLED.fullmatch(number) else number


def written(number: str) -> str:
    """An E.164 number as it is read in Indonesia: ``0817-0817-0101``; one of another country as it is."""
    if not is_domestic(number):
        return number
    national = f"0{number.removeprefix('+62')}"
    return "-".join(filter(None, (national[:4], national[4:8], national[8:])))


def is_domestic(number: str) -> bool:
    """Whether an E.164 number is one of Indonesia's."""
    return number.startswith("+62")


def is_mobile(number: str) -> bool:
    """Whether an E.164 number is one of Indonesia's that gets SMS."""
    return is_domestic(number) and _MOBILE.fullmatch(number.removeprefix("+62")) is not None


def keyed(pressed: str) -> str:
    """What counts of the keys pressed at one question: a star takes back what stands before it, a hash ends it."""
    return pressed.rpartition("*")[2].partition("#")[0]


def _dialled(digits: str) -> str | None:
    """The number that one dials so in Indonesia."""
    if digits.startswith("00"):
        return _of_country(_without_carrier(digits))
    if digits.startswith("017"):
        return _of_country(digits[3:])
    if digits.startswith("010"):
        return _of_country(digits[5:])
    if digits.startswith("0"):
        return _indonesian(digits[1:])
    if digits.startswith("62"):
        return _indonesian(digits[2:])
    return f"+62{digits}" if _MOBILE.fullmatch(digits) else None


def _without_carrier(digits: str) -> str:
    """Country code and number after ``00``, ``001`` or ``007``."""
    rest = digits[3:]
    if digits[2:3] == "1" and not _NORTH_AMERICAN.fullmatch(rest):
        return rest
    if digits[2:3] == "7" and not _FROM_SEVEN.fullmatch(rest):
        return rest
    return digits[2:]


def _of_country(digits: str) -> str | None:
    if digits.startswith("62"):
        return _indonesian(digits[2:])
    if digits.startswith("1") and not _NORTH_AMERICAN.fullmatch(digits[1:]):
        return None
    if digits.startswith("0") or digits.startswith(_WORLD_SERVICES):
        return None
    return f"+{digits}" if 8 <= len(digits) <= 15 else None


def _indonesian(national: str) -> str | None:
    """``national`` may still have its trunk 0; ``062 817…`` and ``+62 62 817…`` are written by mistake."""
    national = national.removeprefix("0")
    if _MOBILE.fullmatch(national) or _LANDLINE.fullmatch(national):
        return f"+62{national}"
    again = national.removeprefix("62").removeprefix("0")
    return f"+62{again}" if again != national and _MOBILE.fullmatch(again) else None


# ---- numbers named in free text ------------------------------------------------------------------------------------

_BETWEEN = re.compile(r" {0,2}| ?[.\-] ?| ?\(|\) ?[.\-]? ?|/")
_GROUP = re.compile(r"\+?\d+")
_DATE = re.compile(
    r"(?<![\d+])(?<!\d[-/.])(?:(?:0?[1-9]|[12]\d|3[01])([-/. ])(?:0?[1-9]|1[0-2])\1(?:(?:19|20)\d{2}|\d{2})"
    r"|(?:19|20)\d{2}([-/.])(?:0[1-9]|1[0-2])\2(?:0[1-9]|[12]\d|3[01]))(?![-/.]?\d)"
)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+(?:,\d{1,2})?(?![\d]|[.,]\d)")
_CURRENCY = re.compile(r"(?:rp|idr|usd|sgd|myr|\$)[. ]{0,2}$", re.I)
_UNIT = re.compile(r" ?(?:rb|ribu|jt|juta|k|mb|gb|kb|rupiah|perak|m|milyar|miliar|%|x|kali)\b", re.I)
_WORD_BEFORE = re.compile(r"(?:^|[^a-z0-9_])(?:\+?hp|wa|no|telp|telpon|telepon|tel|nomor|nomer|nmr|ke|dari|di)$", re.I)
_MOST_GROUPS = 7
_MOST_DIGITS = 17


class _Group(NamedTuple):
    start: int
    end: int
    digits: str


def find(text: str) -> list[str]:
    """The numbers named anywhere in ``text``, E.164, each once, in order.

    References, amounts, dates, 16 digits of a NIK or card and 15 of an IMEI are not taken for phone numbers: without
    ``+`` or ``00`` a number begins with 0, 62 or (10 digits and more) 8.
    """
    return list(dict.fromkeys(found.number for found in spans(text)))


def spans(text: str) -> list[Found]:
    """As ``find``, with the places; in order, not overlapping. Linear in the length of ``text``."""
    read = plain(text)
    read = _DATE.sub(lambda date: "|" * len(date.group()), read)
    found: list[Found] = []
    for run in _runs(read):
        found.extend(_in_run(read, run))
    return found


def _runs(read: str) -> list[list[_Group]]:
    """Groups of digits, those together that only blanks, dots, dashes, slashes or brackets part."""
    runs: list[list[_Group]] = []
    for match in _GROUP.finditer(read):
        group = _Group(match.start(), match.end(), match.group())
        if runs and group.digits[0] != "+" and _BETWEEN.fullmatch(read, runs[-1][-1].end, group.start):
            runs[-1].append(group)
        else:
            runs.append([group])
    return runs


def _in_run(read: str, run: list[_Group]) -> list[Found]:
    if _CURRENCY.search(read, max(0, run[0].start - 6), run[0].start) or _is_other(run):
        return []
    found: list[Found] = []
    place = 0
    while place < len(run):
        count = _taken(read, run, place)
        if count:
            first, last = run[place], run[place + count - 1]
            number = to_e164(read[first.start : last.end])
            assert number is not None
            found.append(Found(first.start, last.end, number))
        place += count or 1
    return found


def _is_other(run: list[_Group]) -> bool:
    """Fifteen digits and more without a phone number's beginning are a NIK, a card, an IMEI."""
    total = sum(len(group.digits) for group in run[:_MOST_DIGITS])
    return (
        total in (15, 16)
        and not run[0].digits.startswith(("+", "0"))
        and not any(len(group.digits) >= 10 and to_e164(group.digits) for group in run)
    )


def _taken(read: str, run: list[_Group], place: int) -> int:
    """How many groups from ``place`` on are one phone number; 0: none."""
    first = run[place]
    if not _may_begin(read, run, place) or _THOUSANDS.match(read, first.start):
        return 0
    if _is_number(read, first.digits, first.end):
        return 1
    if first.digits[0] == "8" and place > 0:
        return 0
    digits, best = "", 0
    for count, group in enumerate(run[place : place + _MOST_GROUPS], start=1):
        digits += group.digits
        if len(digits) > _MOST_DIGITS:
            break
        if count > 1 and len(group.digits) > 1 and _is_number(read, digits, group.end):
            best = count
    if first.digits[0] == "8" and best != len(run):
        return 0
    return best


def _may_begin(read: str, run: list[_Group], place: int) -> bool:
    """Whether a number can begin here: not inside a word, and inside a run only by a clear beginning."""
    group = run[place]
    if place > 0:
        return group.digits.startswith(("08", "628"))
    before = read[max(0, group.start - 9) : group.start]
    return not (before and (before[-1].isalnum() or before[-1] in "_*#")) or bool(_WORD_BEFORE.search(before))


def _is_number(read: str, digits: str, end: int) -> bool:
    if read[end : end + 1] in ("@", "#", "*") or to_e164(digits) is None:
        return False
    if digits.startswith("8"):
        return len(digits) >= 10 and not _UNIT.match(read, end)
    if digits.startswith("62"):
        return digits.startswith("628") or len(digits) >= 11
    return True
