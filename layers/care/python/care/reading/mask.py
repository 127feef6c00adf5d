"""Hides personal numbers in a customer's words: what an agent does not need and a log must not have.

``[NIK]``   an identity: 16 digits of province, district, subdistrict, birth date (a woman's day plus 40) and number, as
            the population administration gives them; a family card (``[KK]``) is built alike, so one that is not named
            shows as ``[NIK]``
``[kartu]`` a payment card: 13 to 19 digits that check (ISO/IEC 7812, Luhn) of a banking issuer, with its expiry
``[OTP] [PIN] [PUK] [CVV] [sandi]``  one-time codes, PINs, PUKs, card codes, passwords, when they are named beside it

Nothing of what is hidden is left, not even its length. References, phone numbers in every spelling that ``phone``
knows, amounts, dates, IMEIs and the numbers of SIM cards (89…) stay.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from care import phone, reference

_PROVINCE = re.compile("1[1-9]|21|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[12]|9[1-7]")
_BORN = re.compile(r"\d{6}(?:[04][1-9]|[1256]\d|[37][01])(?:0[1-9]|1[0-2])\d{6}")
_NIK_LENGTH = 16
# By length, how the numbers of banking cards begin. Any other fifteen digits are an IMEI, which checks by Luhn as well.
_ISSUERS = {
    13: re.compile("4"),
    14: re.compile("3[0689]"),
    15: re.compile("3[47]"),
    16: re.compile("[2-6]"),
    17: re.compile("[56]"),
    18: re.compile("[56]"),
    19: re.compile("[456]"),
}
_CARD_GROUPS = frozenset({(4, 6, 5), (4, 6, 4), (8, 8)})
_EXPIRY = re.compile(r"[ ,;]{1,3}(?:exp\.? ?)?(?:0[1-9]|1[0-2]) ?[/\-] ?(?:20)?\d{2}(?:[ ,;]{1,3}\d{3,4})?(?!\d)", re.I)
_DIGITS = re.compile(r"\d+")
_JOINED = re.compile(r" {1,2}| ?[.\-] ?|/")
_MOST_GROUPS = 8

# What is named, by which words, and how its value is written. Order matters where two begin at one place.
_PARTED = r"\d{3}[ \-]\d{3}(?![ \-]?\d)|\d{2}(?:[ \-]\d{2}){2}(?![ \-]?\d)"
_SHORT_CODE = rf"(?:[a-z]-)?(?:{_PARTED}|\d{{4,8}})"
_LONG_NUMBER = r"\d(?:[ .\-]?\d){13,17}"
_VALUES = {
    "KK": (r"kk|kartu keluarga", _LONG_NUMBER),
    "NIK": (r"nik|e?-?ktp", _LONG_NUMBER),
    "kartu": (r"kartu (?:kredit|debit|atm)|credit card|debit card|card number", r"\d(?:[ .\-]?\d){12,18}"),
    "PUK": (r"puk ?[12]?", r"\d{8}|(?:\d{4}[ \-]\d{4}|\d{2}(?:[ \-]\d{2}){3})(?![ \-]?\d)"),
    "PIN": (r"m-?pin|pin", rf"{_PARTED}|\d{{4,8}}"),
    "CVV": (r"cvv ?2?|cvc ?2?|kode keamanan|security code", r"\d{3,4}"),
    "OTP": (
        r"otp|(?:kode|code) (?:otp|verifikasi|aktivasi|konfirmasi)|(?:verification|activation|confirmation|login) code"
        r"|kode keamanan|security code|one[ \-]time (?:password|passcode|pin|code)|passcode|kode|code",
        _SHORT_CODE,
    ),
}
_WEAK = frozenset({"kode", "code"})
_LABELS = {
    kind: re.compile(rf"(?<![^\W\d_])(?<!\[)(?P<label>{names})(?P<own>nya|ku|mu)?(?![^\W\d_]|\])", re.I)
    for kind, (names, _) in _VALUES.items()
}
_WRITTEN = {kind: re.compile(rf"(?:{value})(?![^\W_])", re.I) for kind, (_, value) in _VALUES.items()}
_PASSWORD = re.compile(
    r"(?<![^\W\d_])(?<!\[)(?:pass ?word|passwd|pass|pwd|pw|kata ?sandi"
    r"|sandi(?=nya|ku| ?[:=]| (?:wifi|wi-fi|akun|email|login)\b))(?P<own>nya|ku|mu)?(?![^\W\d_]|\])",
    re.I,
)
_TOKEN = re.compile(r"(?![\[])\S{1,200}")
_SEPARATOR = re.compile(r"[\s:=\-.,\"'(#]{0,4}")
_FILLER = re.compile(
    r"(?:saya|sy|aku|gue|gw|ku|my|our|your|kami|anda|nya|nomor|nomer|no|number|kode|code|kata|kartu|card|sim|atm|bank|akun"
    r"|account|wifi|wi-fi|email|login|internet|banking|mobile|app|aplikasi|ktp|baru|new|lama|old|yang|yg|the|itu|ini|this"
    r"|adalah|ialah|yaitu|yakni|is|was|for|untuk|utk|whatsapp|wa|google|gmail)\b",
    re.I,
)
_SAYING = frozenset({"adalah", "ialah", "yaitu", "yakni", "is", "was", "nya"})
_MOST_FILLERS = 4
_VALUE_FIRST = re.compile(
    rf"(?<![\w.,\-])(?P<value>{_SHORT_CODE}|\d{{4}}[ \-]\d{{4}})[ ,]{{1,2}}(?:itu|ini|adalah|is|as)\b", re.I
)
# Words about a password, which are none themselves.
_NO_PASSWORD = re.compile(
    "lupa|salah|ti?da?k|tak|ng?gak?|enggak|be?lu?m|s?u?dah|sdh|bisa|di|ke|dari|dan|atau|apa|harus|terus|selalu|hilang|error"
    "|gagal|ditolak|diganti|(?:di)?reset|ganti|ubah|kosong|benar|betul|wrong|not|incorrect|expired|forgotten|lost|invalid"
    "|di(?:isi|apa|pakai|pake|masuk|buat|bikin|ketik|kosong|minta|kasih|ubah)[a-z]*|apaan?|apakah|berapa|brp|gimana|gmn"
    "|bagaimana|mana|yang|yg|kok|kenapa|knp|what|which|how"
    "|kalau|kalo|klo|kl|bila|jika|juga|jg|dong|ya|kak|min|sih|aja|saja|ada(?:lah)?|perlu|wajib|sekalian|if|or|and|too|also"
    "|please|when|where|anything"
    "|required|needed|a|correct|empty|missing|changed|unknown|same|sama",
    re.I,
)
_SHORTEST_PASSWORD = 4


class _Hidden(NamedTuple):
    start: int
    end: int
    kind: str


def masked(text: str) -> str:
    """``text`` without personal numbers. Takes any text; what is masked stays as it is; linear in its length."""
    read = phone.plain(text)
    kept = _kept(text, read)
    numbers = [*_numbers(read, kept)]
    # What is named may stand right before a number, and ends there.
    named = [*_named(read), *(_named(_without(read, numbers)) if numbers else ())]
    found = [one for one in (*named, *numbers) if kept.find(1, one.start, one.end) < 0]
    parts: list[str] = []
    at = 0
    for start, end, kind in sorted(found, key=lambda one: (one.start, -one.end)):
        if start >= at:
            parts += [text[at:start], f"[{kind}]"]
            at = end
    return "".join([*parts, text[at:]])


def _without(read: str, numbers: list[_Hidden]) -> str:
    """The text with something that is no number in the place of each, as long as that."""
    parts: list[str] = []
    at = 0
    for start, end, _ in sorted(numbers):
        if start >= at:
            parts += [read[at:start], "[" * (end - start)]
            at = end
    return "".join([*parts, read[at:]])


def _kept(text: str, read: str) -> bytearray:
    """1 where a phone number or a reference stands."""
    kept = bytearray(len(read))
    for found in phone.spans(text):
        kept[found.start : found.end] = b"\1" * (found.end - found.start)
    for one in reference.spans(read):
        kept[one.start : one.end] = b"\1" * (one.end - one.start)
    return kept


def _named(read: str) -> Iterator[_Hidden]:
    for kind, labels in _LABELS.items():
        for label in labels.finditer(read):
            says = bool(label["own"]) or label["label"].lower() not in _WEAK
            yield from _value(read, label.end(), kind, says=says)
    for label in _PASSWORD.finditer(read):
        yield from _password(read, label.end(), says=bool(label["own"]))
    for first in _VALUE_FIRST.finditer(read):
        named = _named_after(read, first.end())
        if named and _WRITTEN[named].fullmatch(first["value"]):
            yield _Hidden(*first.span("value"), named)


def _places(read: str, at: int, *, says: bool) -> Iterator[tuple[int, bool]]:
    """Where a value may begin after its label, "pin baru kartu saya adalah": past up to four such words.

    With it goes whether so far something like "is" or a colon was said.
    """
    for _ in range(_MOST_FILLERS + 1):
        separator = _SEPARATOR.match(read, at)
        assert separator is not None
        at = separator.end()
        says = says or ":" in separator.group() or "=" in separator.group()
        yield at, says
        filler = _FILLER.match(read, at)
        if not filler:
            return
        at = filler.end()
        says = says or filler.group().lower() in _SAYING


def _value(read: str, at: int, kind: str, *, says: bool) -> Iterator[_Hidden]:
    for place, said in _places(read, at, says=says):
        value = _WRITTEN[kind].match(read, place)
        if value:
            if said:
                yield _Hidden(*value.span(), kind)
            return


def _password(read: str, at: int, *, says: bool) -> Iterator[_Hidden]:
    for place, said in _places(read, at, says=says):
        if _FILLER.match(read, place):
            continue
        token = _TOKEN.match(read, place)
        word = token.group().rstrip(".,;:!?\"')") if token else ""
        looks = len(word) >= _SHORTEST_PASSWORD and any(sign.isdigit() for sign in word)
        if word and not _NO_PASSWORD.fullmatch(word) and (said or looks):
            yield _Hidden(place, place + len(word), "sandi")
        return


def _named_after(read: str, at: int) -> str | None:
    """What the value that was said first is: "482913 itu kode otp saya"."""
    for place, _ in _places(read, at, says=True):
        for kind in ("OTP", "PIN", "PUK"):
            label = _LABELS[kind].match(read, place)
            if label and label["label"].lower() not in _WEAK:
                return kind
    return None


def _numbers(read: str, kept: bytearray) -> Iterator[_Hidden]:
    """Identities and cards, known by their own shape."""
    groups = [match.span() for match in _DIGITS.finditer(read)]
    place = 0
    while place < len(groups):
        found = _number(read, kept, groups[place : place + _MOST_GROUPS])
        if found:
            yield found
        while found and place + 1 < len(groups) and groups[place + 1][0] < found.end:
            place += 1
        place += 1


def _number(read: str, kept: bytearray, groups: list[tuple[int, int]]) -> _Hidden | None:
    """The longest identity or card that begins with the first group."""
    start, before, digits = groups[0][0], groups[0][0], ""
    lengths: list[int] = []
    best: _Hidden | None = None
    for first, last in groups:
        if lengths and not _JOINED.fullmatch(read, before, first):
            break
        before = last
        digits += read[first:last]
        lengths.append(last - first)
        if len(digits) > max(_ISSUERS) or kept[first]:
            break
        if _is_nik(digits, lengths):
            return _Hidden(start, last, "NIK")
        if _is_card(digits, lengths):
            expiry = _EXPIRY.match(read, last)
            best = _Hidden(start, expiry.end() if expiry else last, "kartu")
    return best


def _is_nik(digits: str, lengths: list[int]) -> bool:
    return (
        len(digits) == _NIK_LENGTH
        and all(length % 2 == 0 for length in lengths)
        and bool(_PROVINCE.match(digits))
        and bool(_BORN.fullmatch(digits))
    )


def _is_card(digits: str, lengths: list[int]) -> bool:
    issuer = _ISSUERS.get(len(digits))
    fours = all(length == 4 for length in lengths[:-1]) and lengths[-1] <= 4
    return (
        issuer is not None
        and bool(issuer.match(digits))
        and (len(lengths) == 1 or fours or tuple(lengths) in _CARD_GROUPS)
        and _checks(digits)
    )


def _checks(digits: str) -> bool:
    """Luhn's check, ISO/IEC 7812-1."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 * (value > 9)
    return total % 10 == 0
