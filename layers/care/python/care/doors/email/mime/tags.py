"""The tags of HTML, their attributes and style, and the words between them (WHATWG HTML, "Tokenization").

In time linear in the length: every repeat is possessive, and what never ends runs to the end.
"""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

# What is not markup at all is left as it is, however much it is sent as such.
_IS_MARKUP = re.compile(
    r"<(?:!doctype|!--|/?(?:a|b|blockquote|body|br|center|dd|div|dl|dt|em|font|h[1-6]|head|hr|html|i|img|li|meta|o:p|ol"
    r"|p|pre|script|span|strong|style|table|tbody|td|th|title|tr|u|ul)(?:[\s/][^<>]*+)?>)",
    re.IGNORECASE,
)
_TOKEN = re.compile(
    r"""<!--(?:-?>|.*?(?:--!?>|\Z))|<(?:![a-z\[]|\?[a-z]|/[^a-z\s])[^>]*+(?:>|\Z)"""
    r"""|<(?P<end>/?)(?P<name>[a-z](?:[\w:-]*+))(?=[\s/>])"""
    r"""(?P<attributes>(?:[^>"'=]++|=\s*+(?:"[^"]*+"|'[^']*+')|["'=])*+)(?P<closed>>|\Z)""",
    re.IGNORECASE | re.DOTALL | re.ASCII,
)
_ATTRIBUTE = re.compile(r"""([^\s"'=/]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'][^\s]*+)))?""")
_HUGE_NUMBER = re.compile(r"&#\d{8,}+;?")
_WHOLE_ENTITY = re.compile(r"&#?\w{1,32};")
_BLANKS = re.compile(r"[ \t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]+")
_SPACES = re.compile(r"[ \xa0\u2000-\u200a\u202f\u205f\u3000]+")
_NEVER_SEEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f\xad\u034f\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
    # The joiner of pictographs makes one of several: a family, a flag.
    r"|(?<![\u2190-\U0010ffff])\u200d|\u200d(?![\u2190-\U0010ffff])"
)
_AMOUNT = re.compile(r"-?(?:\d+\.?\d*|\.\d+)")
_LONGEST_NUMBER = 6
_VERBATIM = ("script", "style", "title", "xmp", "iframe", "noembed", "noframes")
"""Elements that have no tags within."""
_VERBATIM_ENDS = {name: re.compile(rf"</{name}(?=[\s/>])[^>]*+>?", re.IGNORECASE) for name in _VERBATIM}


class Tag(NamedTuple):
    """A tag; ``content`` is all of an element that has no tags within, whose end comes with it."""

    name: str
    attributes: str
    is_end: bool = False
    content: str = ""


def is_markup(text: str) -> bool:
    """Whether a text is HTML at all."""
    return bool(_IS_MARKUP.search(text))


def tokens(markup: str) -> Iterator[str | Tag]:
    """Tags, and the text between them with its entities; comments and declarations are passed over."""
    place, endless = 0, set[str]()
    while token := _TOKEN.search(markup, place):
        yield markup[place : token.start()]
        place = token.end()
        name, attributes = (token["name"] or "").lower(), token["attributes"] or ""
        if name and not token["closed"]:
            # The markup ends within a tag: it was cut, or it is a word after a sign.
            yield "" if "=" in attributes else token[0]
        elif name in _VERBATIM_ENDS and not token["end"] and not attributes.endswith("/"):
            end = None if name in endless else _VERBATIM_ENDS[name].search(markup, place)
            if end:
                yield Tag(name, attributes, content=markup[place : end.start()])
                place = end.end()
            elif name in ("script", "style"):
                return
            else:
                endless.add(name)
        elif name:
            yield Tag(name, attributes, bool(token["end"]))
    yield markup[place:]


def words(text: str) -> str:
    """Text with the characters that its entities stand for, without those that nobody sees."""
    if "&" in text:
        text = html.unescape(_HUGE_NUMBER.sub("\ufffd", text))
    return text if text.isascii() and text.isprintable() else _NEVER_SEEN.sub("", text)


def without_breaks(text: str) -> str:
    """Text with its blanks, tabs and line breaks as single blanks; those that do not break stay."""
    return _BLANKS.sub(" ", text)


def one_line(text: str) -> str:
    """Text with all blanks between its words as single ones."""
    return _SPACES.sub(" ", _BLANKS.sub(" ", text)).strip()


def attributes_of(tag: Tag) -> dict[str, str]:
    """By their names in small letters; the first of a name counts."""
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(tag.attributes):
        # In an address, what has no semicolon is more often a parameter than an entity.
        value = _NEVER_SEEN.sub("", _WHOLE_ENTITY.sub(lambda one: words(one[0]), "".join(values)))
        found.setdefault(name.lower(), value)
    return found


def style_of(declarations: str) -> dict[str, str]:
    """CSS declarations by their names, in small letters; the last of a name counts."""
    pairs = (one.partition(":") for one in declarations.lower().split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs}


def amount(length: str, default: float = 1) -> float:
    """The number of a CSS length."""
    found = _AMOUNT.match(length)
    return float(found[0][:_LONGEST_NUMBER]) if found else default


def number(value: str, default: int) -> int:
    """A plain number of at most six digits."""
    value = value.strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) <= _LONGEST_NUMBER else default
