"""What stands in the fields of a mail's header: words, mailboxes, ids, parameters (RFC 5322, 2045, 2047, 2231, 6532).

Programs write them in many ways that no grammar has; what can be understood is. A field comes as ``parts`` gives it:
raw bytes beyond ASCII as lone surrogates. ``charset`` is that of the mail's text, in which raw bytes may be.
"""

import re
from dataclasses import dataclass, field
from email.utils import unquote
from urllib.parse import unquote_to_bytes

from care.doors.email.mime import transfer
from care.doors.email.mime.charsets import codec_of, decode
from care.telling.mime import one_line

# RFC 5321 section 4.5.3.1: 64 for the mailbox, 255 for the domain.
_ADDRESS_LENGTH = 320
_NAME_LENGTH = 100
_MAILBOX_LENGTH = 2000
_MOST_PARAMETERS = 100
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_RAW_BYTE = re.compile("[\udc80-\udcff]")
_ESCAPE = "\x1b$"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_FOLD = re.compile(r"\r?\n(?=[ \t])|\r(?=[ \t])")


def text_of(value: str, charset: str = "") -> str:
    """A field as it was written, its raw bytes read as UTF-8, else by the charset of the mail's text, else as
    Windows-1252; escapes of Japanese (ISO-2022-JP) are raw bytes, too.
    """
    if _RAW_BYTE.search(value) or _ESCAPE in value:
        # What is a surrogate otherwise came of no byte.
        raw = value.encode("utf-8", "surrogateescape" if _only_bytes(value) else "replace")
        value = decode(raw, None, otherwise=charset)
    return storable(value)


def storable(text: str) -> str:
    """A text without what can neither be stored nor sent: lone surrogates and zeros."""
    return _LONE_SURROGATE.sub("\ufffd", text).replace("\0", "")


def _only_bytes(value: str) -> bool:
    return all("\udc80" <= one <= "\udcff" for one in _LONE_SURROGATE.findall(value))


# ---- words -----------------------------------------------------------------------------------------------------------

_BEGIN_OF_WORD = re.compile(r"=\?([^?\s]{0,100})\?([bBqQ])\?")


@dataclass
class _Words:
    """What was read of a text with encoded words, and the bytes of the words that still wait for what follows them: a
    character may be split between two words of one charset.
    """

    said: list[str] = field(default_factory=list)
    charset: str = ""
    waiting: bytes = b""

    def add(self, charset: str, raw: bytes) -> None:
        """One more encoded word."""
        if charset.lower() != self.charset:
            self.end()
        self.charset = charset.lower()
        self.waiting += raw

    def end(self) -> None:
        """No word of this charset follows."""
        if self.waiting:
            self.said.append(decode(self.waiting, self.charset))
        self.waiting = b""


def in_words(text: str) -> str:
    """A text with its encoded words decoded (RFC 2047), wherever they stand; what cannot be decoded stays as it is."""
    found = _decoded(text)
    # Some programs encode what is encoded.
    twice = found != text and found.startswith("=?") and found.endswith("?=")
    return storable(_decoded(found) if twice else found)


def _decoded(text: str) -> str:
    words, place = _Words(), 0
    while begin := _BEGIN_OF_WORD.search(text, place):
        between = text[place : begin.start()]
        if not words.waiting or between.strip():
            words.end()
            words.said.append(between)
        end = text.find("?=", begin.end())
        following = _BEGIN_OF_WORD.search(text, begin.end(), end if end >= 0 else len(text))
        if following:
            payload, place = text[begin.end() : following.start()].rstrip(" \t\r\n?"), following.start()
        elif end >= 0:
            payload, place = text[begin.end() : end], end + 2
        elif (unended := _unended(begin, text)) is not None:
            payload, place = unended, len(text)
        else:
            words.end()
            words.said.append(text[begin.start() :])
            return "".join(words.said)
        words.add(begin[1].partition("*")[0], _bytes_of(begin[2], payload))
    words.end()
    return "".join([*words.said, text[place:]])


def _unended(begin: re.Match[str], text: str) -> str | None:
    """What a last word says that was cut off before its end, if it says something."""
    payload = text[begin.end() :].rstrip("? \t\r\n")
    if not codec_of(begin[1].partition("*")[0]) or "=?" in payload:
        return None
    raw = _bytes_of(begin[2], payload)
    return payload if raw and "\ufffd" not in raw.decode("utf-8", "replace") else None


def _bytes_of(encoding: str, payload: str) -> bytes:
    raw = payload.encode("utf-8", "replace")
    return transfer.of_base64(raw) if encoding in "bB" else transfer.of_q(raw)


def words_of(value: str, charset: str = "") -> str:
    """A field of free words, on one line."""
    return one_line(in_words(text_of(value, charset)))


# ---- ids -------------------------------------------------------------------------------------------------------------

# As much as may be written again, see ``care.telling.mime.ids``; an id without @ is read too: somebody's answer has it.
_ANGLED_ID = re.compile(r"<([^<>]{1,1100})>")
_BARE_ID = re.compile(r"[^\s<>()\[\],;\"]{1,1100}")
_IS_ID = re.compile(r"(?=.{1,980}\Z)[!-;=?-~]+")


def ids(value: str) -> tuple[str, ...]:
    """The ids in a field (RFC 5322 section 3.6.4) in angle brackets, each once, in their order; blanks of folding
    within one are none of it. Without any bracket, the words with an @ are ids.
    """
    text = text_of(value)
    text = in_words(text) if text.lstrip().startswith("=?") else text
    found = _ANGLED_ID.findall(text) if "<" in text else [one for one in _BARE_ID.findall(text) if "@" in one]
    squeezed = ("".join(one.split()) for one in found)
    return tuple(dict.fromkeys(f"<{one}>" for one in squeezed if _IS_ID.fullmatch(one) and "=?" not in one))


def own_id(value: str) -> str:
    """The id in a field Message-ID, which may be one word of any kind; "" if there is none."""
    found = ids(value)
    if found:
        return found[0]
    word = text_of(value).strip(" \t\r\n<>")
    return f"<{word}>" if _IS_ID.fullmatch(word) and "<" not in word and ">" not in word and "=?" not in word else ""


# ---- mailboxes -------------------------------------------------------------------------------------------------------

_ITEM = re.compile(r"(?:[^,;<]++|<[^<>]*+>|<)++")
_ANGLED = re.compile(r"<([^<>]*)(?:>|\Z)")
# A domain may be an address of the network in brackets.
_WORD = re.compile(r"[^<>\s:;,()\[\]]+(?:(?<=@)\[[^<>\s()\[\]]+\])?")
# Of an address all but the blanks at its dots and its @ (RFC 5322 section 4.4).
_OF_ADDRESS = re.compile(r"\S++|(?<=[^\s@.])\s++(?=[^\s@.])")
_AT = re.compile(r"\s*+@\s*+")
_ADDRESS = re.compile(r"\S+@[^\s@]+")
# RFC 5322 section 4.4: hosts that a mail once went through.
_ROUTE = re.compile(r"\s*+@[^:]*+:")
_COMMENT = re.compile(r"\((.*)\)", re.DOTALL)
_CHARACTERS = re.compile(r"\\.|.", re.DOTALL)
_ENCODED = re.compile(r"=\?[^?\s]{0,100}\?[bBqQ]\?[^?]{0,1000}\?=")
_BRACKETED = re.compile(r"\[(?:mailto:)?([^\[\]\s<>@:]+@[^\[\]\s<>@]+)\]", re.IGNORECASE)
_MAILTO = re.compile(r"\bmailto:(?=[^\s<>@]+@)", re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"')
_STRAY_QUOTE = re.compile(r'\\?"')
_GROUP = re.compile(r"[^:;,<>@]*:")


def mailbox(value: str, charset: str = "") -> tuple[str, str]:
    """Name and address of the first mailbox in a field, however it is written; "" for what is not there. A name that
    has no address is still read.

    The standard library gives nothing for what the grammar forbids, or, before Python 3.13.1, a piece of the name.
    """
    raw = _CONTROL.sub("", _FOLD.sub("", text_of(value[:_MAILBOX_LENGTH], charset)))
    raw = _MAILTO.sub("", _BRACKETED.sub(r"<\1>", raw))
    named, address = _first(raw) or _first(in_words(raw)) or _first(_closed_up(raw)) or (_without_address(raw), "")
    return _name(named), address if len(address) <= _ADDRESS_LENGTH else ""


def _first(raw: str) -> tuple[str, str] | None:
    """The first mailbox in a text. What is quoted is none by itself, but may be the begin of one (RFC 5322 section
    3.4.1).
    """
    return _mailbox(raw, _plain(raw)) or _mailbox(raw, raw)


def _plain(raw: str) -> str:
    """A field with blanks for its comments, and nothing that looks like more in what is quoted or encoded."""
    return bare(_ENCODED.sub(lambda one: "_" * len(one[0]), raw), quoted="_")[0]


def _closed_up(raw: str) -> str:
    """A field without the blanks and comments beside an @."""
    kept, place = list[str](), 0
    for found in _AT.finditer(_plain(raw)):
        kept += raw[place : found.start()], "@"
        place = found.end()
    return "".join([*kept, raw[place:]])


def _mailbox(raw: str, plain: str) -> tuple[str, str] | None:
    """The first mailbox that ``plain`` shows, as it stands in ``raw``: name and address.

    The name may hold what it should not ("Budi @kantor <b@x.example>", "Dewi, Sari <s@x.example>"), so an address in
    angle brackets comes before any other, and what stands before it belongs to it as long as it is no address.
    """
    group = _GROUP.match(plain)
    begin = group.end() if group and ";" in plain[group.end() :] else 0
    for item in _ITEM.finditer(plain, begin):
        start, end = item.span()
        for found in _ANGLED.finditer(plain, start, end):
            route = _ROUTE.match(plain, *found.span(1))
            place = route.end() if route else found.start(1)
            shown, said = plain[place : found.end(1)], raw[place : found.end(1)]
            kept = [slice(*one.span()) for one in _OF_ADDRESS.finditer(shown)]
            if _ADDRESS.fullmatch("".join(shown[one] for one in kept)):
                name = _uncommented(raw[begin : found.start()], plain[begin : found.start()]).strip(" \t<,;")
                beside = _comment(raw[found.end() : end]) or _comment(raw[begin : found.start()])
                return name or beside, "".join(said[one] for one in kept)
        for found in _WORD.finditer(plain, start, end):
            if _ADDRESS.fullmatch(found[0]):
                before = raw[start : found.start()]
                beside = _comment(raw[found.end() : end]) or _comment(before) or before.strip(" \t<>:(")
                return beside, raw[slice(*found.span())]
    return None


def _uncommented(raw: str, plain: str) -> str:
    return "".join(one if shown != " " else " " for one, shown in zip(raw, plain, strict=True))


def _comment(beside: str) -> str:
    """The name in a comment beside an address, where it stood before there were angle brackets."""
    found = _COMMENT.search(beside)
    return found[1] if found else ""


def _without_address(raw: str) -> str:
    """The name in a field that has no address."""
    return "" if _GROUP.match(raw) else _ANGLED.sub("", raw).strip("<> \t")


def _name(shown: str) -> str:
    name, quoted = _QUOTED.subn(lambda one: unquote(one[0]), shown)
    if not quoted:
        name = _STRAY_QUOTE.sub("", name)
    return one_line(in_words(name))[:_NAME_LENGTH]


def bare(value: str, quoted: str = " ") -> tuple[str, bool]:
    """A header's value with blanks for its comments and ``quoted`` for its quoted strings (RFC 5322 section 3.2),
    character for character; and whether each of them ends.
    """
    depth, within, kept = 0, False, list[str]()
    for one in _CHARACTERS.findall(value):
        hidden = ""
        if within:
            hidden, within = quoted, one != '"'
        elif one == "(":
            hidden, depth = " ", depth + 1
        elif depth:
            hidden, depth = " ", depth - (one == ")")
        elif one == '"':
            hidden, within = quoted, True
        kept.append(hidden * len(one) or one)
    return "".join(kept), not (depth or within)


# ---- parameters ------------------------------------------------------------------------------------------------------

# A quoted value ends at the quote that something else follows: programs forget to escape those within. What was looked
# ahead at is not looked at again; "*+" would say so too, but Python before 3.11.5 gets that wrong (cpython gh-106052).
_PARAMETER = re.compile(
    r"""\s*+([^\s=;"]++)\s*+=\s*+"""
    r"""(?:"(?=((?:[^"\\]|\\.|"(?!\s*+(?:;|\(|\Z)|\s++[\w*-]++=))*))\2"[^;]*?(?:;|\Z|(?=\s[\w*-]++=))|([^;]*+)(?:;|\Z))""",
    re.DOTALL,
)
_ESCAPED = re.compile(r'\\(["\\])')
_FIRST_WORD = re.compile(r"""[\s;"]*+([^\s;:,="()]++(?:(?:\s++/|(?<=/)\s)\s*+[^\s;:,="()]++)?)(?!\s*+=)[\s;:,"]*+""")
_SECTION = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*)?")
# RFC 2231 section 4: charset, language, and the value with percents.
_EXTENDED = re.compile(r"([^']*)'([^']*)'(.*)", re.DOTALL)


@dataclass(frozen=True)
class Value:
    """A field with parameters: its own value in small letters, and its parameters by their names in small letters."""

    value: str = ""
    parameters: dict[str, str] = field(default_factory=dict)

    def word(self, name: str) -> str:
        """A parameter that is one word, such as a charset; "" if it is not there."""
        words = self.parameters.get(name, "").replace('"', " ").replace("'", " ").replace("(", " ").split()
        return words[0] if words else ""


def with_parameters(value: str) -> Value:
    """A field such as Content-Type (RFC 2045 section 5.1, RFC 2231). Values of parameters are raw, but for those that
    say what charset they are in.
    """
    value = _FOLD.sub("", value)
    first = _FIRST_WORD.match(value)
    given = dict[str, str]()
    place = first.end() if first else 0
    last = ""
    for _ in range(_MOST_PARAMETERS):
        if place >= len(value):
            break
        found = _PARAMETER.match(value, place)
        if found:
            last = found[1].lower()
            given.setdefault(last, _ESCAPED.sub(r"\1", found[2]) if found[2] is not None else _unquoted(found[3]))
            place = found.end()
            continue
        end = value.find(";", place)
        end = len(value) if end < 0 else end
        if "name" in last and value[place:end].strip() and '"' not in value[place:end]:
            # A name that nobody quoted has the separator in it.
            given[last] += ";" + value[place:end].rstrip()
        place = end + 1
    return Value("".join(first[1].lower().split()) if first else "", _joined(given))


def _unquoted(value: str) -> str:
    """A value without quotes, or with one that does not end."""
    value = value.strip()
    if not value.startswith('"'):
        return value
    return value[1:].partition('"')[0].strip(" \t\\")


def _joined(given: dict[str, str]) -> dict[str, str]:
    """Parameters whose values came in sections, or with a charset, under their own names; those come first."""
    plain, sections = dict[str, str](), dict[str, list[tuple[int, bool, str]]]()
    for key, value in given.items():
        found = _SECTION.fullmatch(key)
        if found and (found[2] or found[3]):
            sections.setdefault(found[1], []).append((int(found[2] or 0), bool(found[3]), value))
        else:
            plain[key] = value
    for name, parts in sections.items():
        said = _of_sections(sorted(parts, key=lambda one: one[0]))
        if said and ("\ufffd" not in said or name not in plain):
            plain[name] = said
    return plain


def _of_sections(parts: list[tuple[int, bool, str]]) -> str:
    if not any(is_extended for _, is_extended, _ in parts):
        return "".join(value for _, _, value in parts)
    charset, raw = "", b""
    for place, (_, is_extended, value) in enumerate(parts):
        begin = _EXTENDED.fullmatch(value) if place == 0 and is_extended else None
        charset, value = (begin[1], begin[3]) if begin else (charset, value)
        said = value.encode("utf-8", "surrogateescape" if _only_bytes(value) else "replace")
        raw += unquote_to_bytes(said) if is_extended else said
    return decode(raw, charset)
