"""Where a customer's words end: before a signature, a contact card, a notice and what programs add."""

import re
from collections.abc import Sequence
from functools import cache

from care.doors.email.lines import ASKS, MAILBOX, Line, any_of, is_name, known, phrases, words_in, words_of

# What is looked at for one decision is bounded, so that the work grows no faster than the text.
_ENDING_LINES = 20
_NOTICE_LINES = 40
_ADDED_LENGTH = 180
_WRAPPED_FROM = 40
_LINK_LINES = 4
_FOOTER_PARAGRAPHS = 8
_SHORT_NOTICE = 60
_ADVERT_LINES = 5
_LONG_LINE = 20

_DELIMITER = re.compile(
    r"\s*(?:--|__|[-_\u2010-\u2015]{3,}|[-\u2010-\u2015]|(?:- ){2,}-|[-~]{9,}|\*{3,}|~{2,}|={3,}|#{3,}|\.{5,})\s*"
)
_PICTURES = re.compile(
    r"\s*(?:[<\[](?:image|cid|inline|logo|gambar|bild|imagen?)\b[^\]>]{0,200}[\]>]\s*)+", re.IGNORECASE
)
_LINK = re.compile(r"<[^<>]*>|[\[(]https?:[^\])]*[\])]|https?://\S+")
_LINKED = re.compile(r"https?://|\bwww\.|\w@\w")
_LABELLED_LINK = re.compile(r"[^:]{3,60}: ?https?://\S+")
_ONLY_LINK = re.compile(r"[<(\[]?(?:https?://|www\.|#)\S+")
_AND = re.compile(r",? (?:dan|and|und|et|&) |, ")
_OWN_NUMBER = re.compile(r"(?<!\d)(?:\+?62|0)[\s.()0-]{0,4}8[\d\s.-]{7,14}(?!\d)")
_AMOUNT = re.compile(r"(?:\b(?:rp|idr|usd|eur)\b|[$€£])\.?\s?\d|\d[.,]\d{3}(?!\d)|\d,-", re.IGNORECASE)
_LABELLED = re.compile(r"[^\W\d][^:]{0,40}:(?!//)\s*\S")
# What stands above a line that parts, "" for a blank line.
_SET_OFF = ("", ".", "!", "?", ")", "。")
_LONG_NUMBER = re.compile(r"\d{7}")


def ending(lines: Sequence[Line], *, may_empty: bool = False) -> int:
    """The number of lines that stay; ``may_empty`` if none may."""
    end = _trimmed(lines, len(lines))
    while end:
        ends = (_trimmed(lines, before(lines, end)) for before in _BEFORE)
        shorter = next((one for one in ends if one < end and (one or may_empty)), end)
        if shorter == end:
            break
        end = shorter
    return end


def _trimmed(lines: Sequence[Line], end: int) -> int:
    while end and lines[end - 1].is_blank:
        end -= 1
    return end


# ---- what programs add -----------------------------------------------------------------------------------------------


def _before_addition(lines: Sequence[Line], end: int) -> int:
    """Before a line that a program added, which may be wrapped or have links below it."""
    first = end - 1
    if _PICTURES.fullmatch(lines[first].raw):
        return first
    while first and end - first < _LINK_LINES and _ONLY_LINK.fullmatch(lines[first].plain):
        first -= 1
    line = lines[first]
    if _is_added(line.shown, line.name):
        return first
    above = lines[first - 1] if first else line
    is_wrapped = len(above.plain) >= _WRAPPED_FROM and _sent_from().match(above.plain)
    return first - 1 if is_wrapped and _is_added(f"{above.shown} {line.shown}", above.name) else end


def _is_added(line: str, name: str) -> bool:
    is_advert = name.startswith(phrases("ends", "adverts")) and "?" not in _LINK.sub("", line)
    return is_advert or _is_sent_from(line)


def _is_sent_from(line: str) -> bool:
    """ "Sent from my iPhone", but not "Sent from my desk, is much easier"."""
    text = _LINK.sub(" ", line).strip(" .!-_[]()")
    if len(text) > _ADDED_LENGTH or "?" in text:
        return False
    text = _excuse().sub("", text).strip(" .!-_[]()")
    found = _sent_from().match(text)
    after = next((one for one in phrases("ends", "sent_after") if text.casefold().endswith(one)), "")
    rest = found["rest"] if found else text[: -len(after)] if after else ""
    words = [word for word in (one.strip(".!'’-") for one in words_in(rest)) if word]
    if not 0 < len(words) <= 9 or not any(map(_is_named_thing, words)):
        return False
    # "Foto mit iPhone gesendet" is a sentence.
    return (bool(found) or _is_small(words[0])) and all(word[0].isupper() or _is_small(word) for word in words)


def _is_small(word: str) -> bool:
    """Whether it says nothing beside a thing, or is one."""
    lower = word.casefold()
    return not word[0].isalpha() or lower in known("ends", "beside") or _is_thing(lower)


def _is_named_thing(word: str) -> bool:
    """Whether it is more than "mail", with which anything may be sent."""
    return _is_thing(word.casefold()) and word.casefold() not in known("ends", "mail")


def _is_thing(word: str) -> bool:
    """Whether a phone, tablet or mail program is named; in scripts without blanks it is part of a longer word."""
    return any(
        word == one or ((len(one) > 3 or not one.isascii()) and one in word) for one in phrases("ends", "things")
    )


@cache
def _sent_from() -> re.Pattern[str]:
    return re.compile(rf"\W{{0,3}}(?:{any_of(phrases('ends', 'sent_from'))})(?P<rest>.*)", re.IGNORECASE)


@cache
def _excuse() -> re.Pattern[str]:
    return re.compile(rf"[\s,.;:(-]+(?:{any_of(phrases('ends', 'excuses'))})(?!\w).*", re.IGNORECASE)


def _before_notice(lines: Sequence[Line], end: int) -> int:
    """Before a last paragraph in which a lawyer speaks."""
    first = _paragraph(lines, end)
    words = _words(lines[first:end])
    said = sum(one in words for one in phrases("ends", "disclaimer"))
    above = _trimmed(lines, first)
    is_parted = above > 0 and _is_long_delimiter(lines[above - 1])
    return first if said > (0 if is_parted else 1) and len(words) > 100 and not _is_told(words) else end


def _before_footer(lines: Sequence[Line], end: int) -> int:
    """Before what a list, a provider or a robot adds: from a line that begins as such things do, to the end."""
    best, at = end, _without_delimiter(lines, end)
    for _ in range(_FOOTER_PARAGRAPHS):
        first = _paragraph(lines, at)
        words = _words(lines[first:at])
        if first == at or _is_told(words):
            break
        opening = next((number for number in range(first, at) if _opens_footer(lines[number], words)), None)
        if opening is not None:
            best = opening
            while best > first and _LABELLED_LINK.fullmatch(lines[best - 1].plain):
                best -= 1
            if best > first:
                break
        elif not _is_linked(words) and not _has_any(words, "disclaimer"):
            break
        at = _without_delimiter(lines, first)
    above = _without_delimiter(lines, best)
    is_shown = above > 0 and lines[above - 1].plain.endswith(":")
    return end if best == end or is_shown else above


def _opens_footer(line: Line, words: str) -> bool:
    """Whether what is added begins with this line; ``words`` are those of its paragraph."""
    if line.name.startswith(phrases("ends", "footers")):
        return True
    if line.name.startswith(phrases("ends", "linked_footers")):
        return _is_linked(words)
    is_notice = line.name.startswith(phrases("ends", "notices"))
    return is_notice and len(words) > _SHORT_NOTICE and _has_any(words, "disclaimer")


def _paragraph(lines: Sequence[Line], end: int) -> int:
    """Where the paragraph before ``end`` begins; a line that parts is none of it."""
    first = end
    while first and end - first < _NOTICE_LINES and not lines[first - 1].is_blank:
        if _DELIMITER.fullmatch(lines[first - 1].raw):
            break
        first -= 1
    return first


def _without_delimiter(lines: Sequence[Line], end: int) -> int:
    end = _trimmed(lines, end)
    return _trimmed(lines, end - 1) if end and _DELIMITER.fullmatch(lines[end - 1].raw) else end


def _is_long_delimiter(line: Line) -> bool:
    return len(line.raw.strip()) >= _LONG_LINE and bool(_DELIMITER.fullmatch(line.raw))


def _words(lines: Sequence[Line]) -> str:
    return " ".join(line.plain for line in lines)


def _has_any(words: str, name: str) -> bool:
    return any(one in words for one in phrases("ends", name))


def _is_told(words: str) -> bool:
    """Whether a person says it, and no lawyer or robot."""
    return "?" in _LINK.sub("", words) or not known("ends", "speakers").isdisjoint(words_of(words))


def _is_linked(words: str) -> bool:
    return bool(_LINKED.search(words))


# ---- signatures and contact cards ------------------------------------------------------------------------------------


def _before_signature(lines: Sequence[Line], end: int) -> int:
    """Before "-- " (RFC 3676, section 4.3), or another line of dashes with a card below it."""
    below = list[Line]()
    for number in range(end - 1, max(-1, end - 1 - _ENDING_LINES), -1):
        line = lines[number]
        if _DELIMITER.fullmatch(line.raw):
            above = lines[number - 1].plain if number else ""
            is_end = line.raw == "-- " and not any("?" in one.plain for one in below)
            words = _words(below[::-1])
            is_list = _has_any(words, "lists") and not _is_told(words)
            is_advert = _is_long_delimiter(line) and len(below) <= _ADVERT_LINES and _is_advert(words)
            # A person's own line of two dashes mostly has a blank line below it.
            is_near = line.raw.strip() == "--" and not lines[min(number + 1, end - 1)].is_blank and above[-1:] != ":"
            is_set_off = is_near or above[-1:] in _SET_OFF
            is_card = is_set_off and _is_signature(below[::-1], is_near=is_near)
            return number if is_end or is_list or is_advert or is_card else end
        if not line.is_blank:
            below.append(line)
    return end


def _is_advert(words: str) -> bool:
    """Whether a provider praises itself: with a link, and without a word that a person says."""
    is_provider = not known("ends", "providers").isdisjoint(word.strip("!") for word in words_of(words))
    return is_provider and bool(_LINK.search(words)) and known("ends", "speakers").isdisjoint(words_of(words))


def _is_signature(lines: Sequence[Line], *, is_near: bool) -> bool:
    """Whether the lines below a delimiter are a card; ``is_near`` if that is "--" just above a first line."""
    if not lines:
        return True
    if is_near and is_card(lines[0]) and words_in(_contact().sub("", lines[0].name)):
        return all(is_card(line) or _is_slogan(line) for line in lines)
    return _is_contact_card(lines) and all(is_card(line) for line in lines)


def _before_card(lines: Sequence[Line], end: int) -> int:
    """Before the contacts below "Salam, Budi": the formula and the name are the customer's words."""
    for number in range(end - 1, max(-1, end - 1 - _ENDING_LINES), -1):
        if formula := closing(lines[number]):
            below = [one for one in range(number + 1, end) if not _DELIMITER.fullmatch(lines[one].raw or "-")]
            card = below if formula == "with name" else below[1:]
            is_one = all(is_card(lines[one]) for one in card) and _is_contact_card([lines[one] for one in card])
            # A street alone may be where the customer lives.
            is_reached = any(_reach().search(lines[one].shown) for one in card)
            return card[0] if is_one and is_reached else end
    return end


def closing(line: Line) -> str:
    """Whether it is a closing formula: "with name", "alone" or ""."""
    formulas = _formulas()
    if line.plain in formulas or line.name in formulas or all(part in formulas for part in _AND.split(line.name)):
        return "alone"
    opening, _, rest = line.shown.partition(",")
    is_named = bool(rest) and opening.casefold() in formulas and is_name(rest, 4) and not _is_said(rest)
    return "with name" if is_named else ""


def _is_contact_card(lines: Sequence[Line]) -> bool:
    """Whether there is something of a card; a mobile number may be what the mail is about."""
    return any(_is_contact(line) for line in lines) and not any(_OWN_NUMBER.search(line.raw) for line in lines)


def is_card(line: Line) -> bool:
    """Whether a line may stand on a card: short, a name or a contact, and nothing said."""
    if line.name.startswith(phrases("ends", "adverts")) or _PICTURES.fullmatch(line.raw):
        return True
    if not 0 < len(line.plain) <= 120 or ASKS.search(line.plain):
        return False
    rest, contacts = _contact().subn(" ", line.shown)
    if (
        _is_said(rest)
        or _AMOUNT.search(rest)
        or _LONG_NUMBER.search(rest)
        or (not contacts and _LABELLED.search(line.plain))
    ):
        return False
    words = [word for word in words_in(rest) if word[0].isalpha()]
    lower = sum(word[0].islower() for word in words)
    return len(words) < 2 or lower * 2 <= len(words) or (contacts > 0 and lower < 3)


def _is_slogan(line: Line) -> bool:
    return 0 < len(line.plain) <= 70 and not ASKS.search(line.plain) and not _is_said(line.shown)


def _is_said(text: str) -> bool:
    return not words_of(text).isdisjoint(known("ends", "said"))


def _is_contact(line: Line) -> bool:
    return bool(_contact().search(line.shown))


@cache
def _formulas() -> frozenset[str]:
    return known("ends", "closings") | known("ends", "thanks")


@cache
def _contact() -> re.Pattern[str]:
    """A mail or web address, a telephone number or a street."""
    streets = any_of(phrases("ends", "streets"))
    return re.compile(
        rf"{_reach().pattern}|(?<!\w)(?:{streets})(?!\w)[^,;]{{0,40}}?\d|(?<!\w)(?:jl|jln)\b"
        rf"|\d[^,;\d]{{1,40}}\b(?:{streets})(?!\w)|[^\W\d]{{3,20}}(?:straße|strasse|str\.|weg|platz)\s\d",
        re.IGNORECASE,
    )


@cache
def _reach() -> re.Pattern[str]:
    """A mail or web address or a telephone number."""
    return re.compile(
        rf"{MAILBOX.pattern}|(?<!\S)@\w+|(?:https?://|www\.)\S+|\w\.(?:com|net|org|id|co|example)\b"
        r"|(?<![\w.])(?:\+\d|\(?0\d|\(\d{2,4}\))[\d\s()./-]{5,16}\d(?!\w)|(?<!\d)\d{3}[-.]\d{3}[-.]\d{4}(?!\d)"
        rf"|(?<!\w)(?:{any_of(phrases('ends', 'phones'))})\b[.:\s]{{0,4}}[+(\d][\d\s()./-]{{4,20}}",
        re.IGNORECASE,
    )


_BEFORE = (_before_addition, _before_notice, _before_footer, _before_signature, _before_card)
