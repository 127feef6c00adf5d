"""The HTML of a mail as the text that its reader sees, with ``> `` before what it quotes.

Read token by token with a stack of what is open, no tree: of what was measured, lxml loses all that is nested deeper
than 256, lexbor takes seconds and gigabytes for what is made to, and the standard library's parser takes the square of
the length. Syntax: WHATWG HTML, "Tokenization" and "Optional tags". Classes and ids are those that mail programs write.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, unquote

from care.doors.email.mime import tags
from care.doors.email.mime.layout import Lines
from care.doors.email.mime.tags import Tag, amount, number, one_line

_DEEPEST_CELL = 20
_MOST_LINES = 4
"""A cell of a table of data that has more lines is shown as a block of its own."""
_LONGEST_ROW = 200
"""Characters; a longer row of a table of layout is more than one line."""
_LONGEST_ADDRESS = 200
"""Characters; a longer one is of use to whoever counts clicks."""
_TINY = 2
"""Pixels of a picture that is not there to be seen."""


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


_VOID = _names("area base bgsound br col embed frame hr img input link meta param source track wbr")
_UNSEEN = _names("iframe noframes noscript object script style svg template title xml")
_PARAGRAPHS = _names("blockquote dl h1 h2 h3 h4 h5 h6 ol p pre ul")
_BLOCKS = _PARAGRAPHS | _names(
    "address article aside body caption center dd details dir div dt fieldset figcaption figure footer form header"
    " html legend li main nav optgroup option section summary table tbody td tfoot th thead tr"
)
_CELLS, _LISTS, _GROUPS = ("td", "th"), ("ol", "ul"), ("tr", "tbody", "thead", "tfoot")
# What the start of an element ends, unless that began outside of what comes second ("Optional tags").
_ENDS: dict[str, tuple[Iterable[str], Iterable[str]]] = {
    "li": (("li",), (*_LISTS, "table", *_CELLS, "blockquote")),
    **dict.fromkeys(("dt", "dd"), (("dt", "dd"), ("dl", "table", *_CELLS))),
    **dict.fromkeys(_CELLS, (_CELLS, ("table", "tr"))),
    **dict.fromkeys(_GROUPS, (_GROUPS, ("table",))),
    "tr": (("tr",), ("table",)),
}

# The classes and ids that mail programs write; Outlook puts "x_" before those of others.
_QUOTES = re.compile(r"quote|cite|gmail_extra|zmail_extra", re.IGNORECASE)
_QUOTED_BY_YAHOO = re.compile(r"yahoo_quoted(?:\s|$)")
_SAYS_WHO_WROTE = re.compile(r"moz-cite-prefix|gmail_attr")
_SIGNATURE = re.compile(
    r"(?:^|\s)(?:(?:x_)*(?:gmail_signature|moz-signature|signature|protonmail_signature_block|_rc_sig)"
    r"|ydp\S*signature|messageSignatureSection)(?:$|\s)",
    re.IGNORECASE,
)
_ADVERTISES = re.compile(r"ymail_\w+_signature|ms-outlook-mobile-signature")
_OF_WORD = re.compile(r"Mso[A-Z]")
"""A class of paragraphs without space between them."""
_BULLETS = frozenset("·o§-•–Øüvqà\uf0b7\uf0a7\uf0d8\uf0fc")
_LEVEL = re.compile(r"level(\d)")
_NO_BORDER = re.compile(r"0(?:px|pt)?(?:\s|$)|.*\bnone\b")
_SAFE_LINK = re.compile(r"//[\w-]+\.safelinks\.protection\.outlook\.com/", re.IGNORECASE)
_LONELY_COLON = re.compile(r" \| :(?=\s|$)")


def to_text(markup: str) -> str:
    """The text of a mail's HTML, never with more than one empty line in a row; what is no HTML stays as it is.

    Cells are parted by `` | ``, items begin with ``- `` or their number, a picture is its ``[description]``, a link is
    followed by its address in parentheses where that is not in its words. Quotes have ``> `` before each line; a
    signature stands below the line ``-- ``. Hidden text is left out unless there is no other.
    """
    if not tags.is_markup(markup):
        return tags.words(markup).strip()
    reader = _Reader()
    text = reader.read(markup)
    return _Reader(shows_all=True).read(markup) if reader.has_hidden and not text else text


@dataclass(frozen=True, slots=True)
class _Look:
    """How text looks where it stands, by all that is open."""

    hidden: bool = False
    tiny: bool = False
    verbatim: bool = False
    within_quote: bool = False
    is_mark: bool = False
    """Whether it is the bullet or number that Word writes before an item."""
    advertises: bool = False
    """Whether it names the program that wrote the mail; where that is to be had tells nothing."""


@dataclass(slots=True)
class _Element:
    """One that is open."""

    name: str
    outer: _Look
    is_block: bool = False
    below: int = 1
    margins: int = 0
    next_number: int | None = None
    """Of the next item of a numbered list."""
    is_marked: bool = True
    is_data: bool = False
    """Whether a table is one of data rather than of layout, as far as is known."""
    cells: list[Lines] | None = None
    """Of a row, those that ended."""
    is_cell: bool = False
    signs: bool = False
    is_attribution: bool = False
    """Whether it says who wrote what follows."""


class _Reader:
    """Goes through markup once."""

    def __init__(self, *, shows_all: bool = False) -> None:
        self.has_hidden = False
        """Whether there was text that is not shown."""
        self._shows_all = shows_all
        self._look = _Look()
        self._open: list[_Element] = []
        self._places: dict[str, list[int]] = {}
        """Of each name, where the elements that are open stand among all of them."""
        self._blocks: list[int] = []
        self._outer: list[Lines] = []
        self._out = Lines()
        self._link: tuple[str, list[str]] | None = None
        self._tight: set[str] = set()
        """The selectors of paragraphs that have no space between them."""
        self._follows_attribution = False

    def read(self, markup: str) -> str:
        """The text of it."""
        for token in tags.tokens(markup):
            if isinstance(token, str):
                self._text(token)
            elif token.is_end:
                self._end(token.name)
            elif token.name == "style":
                self._tight |= _tight_paragraphs(token.content)
            elif not token.content:
                self._start(token)
            elif token.name not in _UNSEEN:
                self._text(token.content)
        self._close(0)
        self._out.end(0)
        return "\n".join(self._out.lines)

    @property
    def _is_shown(self) -> bool:
        """Whether what stands here is part of the page; text may still be too small to be seen."""
        return self._shows_all or not self._look.hidden

    def _text(self, raw: str) -> None:
        look = self._look
        if not raw:
            return
        if (look.hidden or look.tiny) and not self._shows_all:
            self.has_hidden = True
            return
        text = tags.words(raw)
        if look.is_mark:
            text = one_line(text)
            text = "- " if text in _BULLETS else f"{text} " if text else ""
        if text.strip():
            self._follows_attribution = False
            if self._link:
                self._link[1].append(text)
        self._out.write(text, verbatim=look.verbatim)

    def _last(self, *names: str) -> int:
        """Where the innermost open element of these names stands, -1 for none."""
        return max((places[-1] for name in names if (places := self._places.get(name))), default=-1)

    def _start(self, tag: Tag) -> None:
        name = tag.name
        attributes = tags.attributes_of(tag) if tag.attributes else {}
        style = tags.style_of(attributes["style"]) if "style" in attributes else {}
        if name in _VOID:
            self._void(name, attributes, style)
            return
        if tag.attributes.endswith("/") and (":" in name or name in _UNSEEN):
            return
        display = style.get("display", "")
        is_block = display != "inline" if name in _BLOCKS else display in ("block", "table", "list-item", "flex")
        self._end_what_ends_by(name, is_block=is_block)
        if name == "a":
            self._end_link()
            self._link = None
        look = self._looking(name, attributes, style)
        element = _Element(name, self._look, is_block)
        self._look = look
        if self._is_shown:
            if is_block:
                self._start_block(element, attributes, style)
            elif name == "a" and not look.advertises and (address := _shown_address(attributes)):
                self._link = address, []
            elif name == "q":
                self._out.write("“")
        self._push(element)

    def _push(self, element: _Element) -> None:
        place = len(self._open)
        self._open.append(element)
        self._places.setdefault(element.name, []).append(place)
        if element.is_block:
            self._blocks.append(place)

    def _end_what_ends_by(self, name: str, *, is_block: bool) -> None:
        if is_block and self._blocks and self._open[self._blocks[-1]].name == "p":
            self._close(self._blocks[-1])
        if name in _ENDS:
            ended, within = _ENDS[name]
            place = min((one for one in map(self._last, ended) if one > self._last(*within)), default=-1)
            if place >= 0:
                self._close(place)
        if name in _CELLS and self._last("tr") <= self._last("table", *_CELLS):
            self._start(Tag("tr", ""))

    def _looking(self, name: str, attributes: dict[str, str], style: dict[str, str]) -> _Look:
        look = self._look
        named = attributes.get("class", "")
        if name in _UNSEEN or "hidden" in attributes or _hides(name, style):
            look = replace(look, hidden=True)
        if "font-size" in style:
            look = replace(look, tiny=amount(style["font-size"]) == 0)
        space = "pre" if name == "pre" else style.get("white-space", "")
        if space:
            look = replace(look, verbatim=space.startswith(("pre", "break")))
        if name in ("div", "blockquote") and _QUOTES.search(named):
            look = replace(look, within_quote=True)
        if _ADVERTISES.match(attributes.get("id", "")):
            look = replace(look, advertises=True)
        if "ignore" in style.get("mso-list", ""):
            look = replace(look, is_mark=True)
        return look

    def _start_block(self, element: _Element, attributes: dict[str, str], style: dict[str, str]) -> None:
        name, out = element.name, self._out
        above, element.below = self._gaps(name, attributes, style)
        named = attributes.get("class", "")
        out.end(2 if _has_border("top", style) else above)
        element.is_attribution = bool(_SAYS_WHO_WROTE.search(named))
        if (name == "blockquote" and self._quotes(attributes, style)) or (
            name == "div" and self._last("blockquote") >= 0 and _has_border("left", style)
        ):
            element.margins += out.indent("> ")
        elif _QUOTED_BY_YAHOO.search(named):
            out.end(2)
            element.margins += out.quote_after_a_line()
        if attributes and any(
            _SIGNATURE.search(attributes.get(one, "")) for one in ("class", "id", "name", "data-smartmail")
        ):
            element.signs = out.is_signature = True
        if name in _LISTS:
            element.next_number = number(attributes.get("start", ""), 1) if name == "ol" else None
            element.is_marked = "none" not in style.get("list-style", "") + style.get("list-style-type", "")
        elif name == "li":
            element.margins += self._start_item(attributes, style)
        elif name == "dd":
            element.margins += out.indent("  ")
        elif name == "p" and (level := _LEVEL.search(style.get("mso-list", ""))):
            element.margins += out.indent("  " * (int(level[1]) - 1))
        elif name == "table":
            element.is_data = number(attributes.get("border", ""), 0) > 0
        elif name == "tr":
            element.cells = []
        elif name in _CELLS and len(self._outer) < _DEEPEST_CELL:
            if name == "th":
                self._is_of_data()
            element.is_cell = True
            self._outer.append(out)
            self._out = Lines()

    def _gaps(self, name: str, attributes: dict[str, str], style: dict[str, str]) -> tuple[int, int]:
        """The breaks above and below a block."""
        if name not in _PARAGRAPHS or (name in _LISTS and self._last("li") > self._last(*_CELLS)):
            return 1, 1
        named = attributes.get("class", "")
        if name == "p" and (
            self._last("li") > self._last(*_LISTS)
            or _OF_WORD.search(named)
            or "p" in self._tight
            or any(f"p.{one}" in self._tight for one in named.lower().split())
        ):
            return 1, 1
        return _margins(style)

    def _quotes(self, attributes: dict[str, str], style: dict[str, str]) -> bool:
        """Whether a blockquote quotes; it may be no more than what its writer set off."""
        return (
            attributes.get("type", "").lower() == "cite"
            or "cite" in attributes
            or self._look.within_quote
            or self._follows_attribution
            or _has_border("left", style)
        )

    def _start_item(self, attributes: dict[str, str], style: dict[str, str]) -> bool:
        place = self._last(*_LISTS)
        its_list = self._open[place] if place >= 0 else _Element("ul", self._look)
        if not its_list.is_marked or "none" in style.get("list-style", "") + style.get("list-style-type", ""):
            return self._out.indent("")
        if its_list.next_number is None:
            return self._out.indent("- ", is_marker=True)
        place = number(attributes.get("value", ""), its_list.next_number)
        its_list.next_number = place + 1
        return self._out.indent(f"{place}. ", is_marker=True)

    def _is_of_data(self) -> None:
        place = self._last("table")
        if place >= 0:
            self._open[place].is_data = True

    def _void(self, name: str, attributes: dict[str, str], style: dict[str, str]) -> None:
        if name == "col":
            self._is_of_data()
        if not self._is_shown:
            return
        if name == "br":
            self._out.break_line()
        elif name == "hr":
            self._out.end(2)
        elif name == "img" and (said := _description(attributes, style)):
            self._out.write(said)

    def _end(self, name: str) -> None:
        if name in ("br", "p") and self._last(name) < 0:
            if self._is_shown:
                self._out.end(2) if name == "p" else self._out.break_line()
            return
        if name == "a":
            self._end_link()
            self._link = None
        place = self._last(name)
        if name in (*_CELLS, *_GROUPS, "caption"):
            beyond = self._last("table")
        elif name == "table":
            beyond = -1
        elif name in _BLOCKS:
            beyond = self._last(*_CELLS)
        else:
            beyond = self._blocks[-1] - 1 if self._blocks else -1
        if place > beyond:
            self._close(place)

    def _close(self, place: int) -> None:
        """End all that is open from there on."""
        while len(self._open) > place:
            element = self._open.pop()
            self._places[element.name].pop()
            if element.is_block:
                self._blocks.pop()
            self._closed(element)
            self._look = element.outer

    def _closed(self, element: _Element) -> None:
        if not self._is_shown:
            return
        if element.name == "q":
            self._out.write("”")
        if not element.is_block:
            return
        if element.is_cell:
            self._end_link()
            cell, self._out = self._out, self._outer.pop()
            cell.end(0)
            row = self._last("tr")
            cells = self._open[row].cells if row >= 0 else None
            if cells is None:
                self._out.put(cell)
            else:
                cells.append(cell)
            return
        if element.cells:
            self._put_row(element.cells)
        self._out.end(element.below)
        for _ in range(element.margins):
            self._out.outdent()
        if element.signs:
            self._out.is_signature = False
        if element.is_attribution:
            self._follows_attribution = True

    def _put_row(self, cells: list[Lines]) -> None:
        table = self._last("table")
        is_data = table >= 0 and self._open[table].is_data
        filled = [one for one in cells if one.lines]
        most = max((len(one.lines) for one in filled), default=0)
        if len(filled) > 1 and most <= (_MOST_LINES if is_data else 1):
            row = _row([one.on_one_line() for one in (cells if is_data else filled)])
            if is_data or len(row) <= _LONGEST_ROW:
                self._out.add(row)
                return
        for one in filled or cells:
            self._out.put(one)

    def _end_link(self) -> None:
        if self._link:
            address, words = self._link
            said = one_line("".join(words))
            if said:
                self._link = None
            if said and not _is_same(said, address):
                self._out.append(f" ({_shortened(address)})")


def _row(words: list[str]) -> str:
    """Cells on a line; a colon between a name and its value is enough."""
    line = " |".join(one and f" {one}" for one in words).strip(" |")
    return _LONELY_COLON.sub(":", line).replace(": | ", ": ")


def _tight_paragraphs(sheet: str) -> set[str]:
    """The selectors of paragraphs that a style sheet leaves no space between, in small letters."""
    found: set[str] = set()
    depth = 0
    for rule in sheet.lower().split("}"):
        head, *bodies = rule.split("{")
        # What is within "@media" is for other screens.
        if depth == 0 and len(bodies) == 1 and "margin" in rule and _margins(tags.style_of(bodies[0])) == (1, 1):
            selectors = head.rpartition("*/")[2].rpartition("<!--")[2]
            found |= {one.strip() for one in selectors.split(",")}
        depth = max(0, depth + len(bodies) - 1)
    return found


def _margins(style: dict[str, str]) -> tuple[int, int]:
    """The breaks above and below a paragraph by its style."""
    sides = style.get("margin", "").split() or [""]
    above = style.get("margin-top", sides[0])
    below = style.get("margin-bottom", sides[2] if len(sides) > 2 else sides[0])
    return 1 if _is_nothing(above) else 2, 1 if _is_nothing(below) else 2


def _is_nothing(length: str) -> bool:
    return abs(amount(length)) < 0.01


def _has_border(side: str, style: dict[str, str]) -> bool:
    sides = (style.get(f"border-{side}{what}", "") for what in ("", "-style", "-width"))
    return any(one and not _NO_BORDER.match(one) for one in sides)


def _hides(name: str, style: dict[str, str]) -> bool:
    return (
        style.get("display") == "none"
        or style.get("visibility") == "hidden"
        or ("max-height" in style and amount(style["max-height"]) == 0)
        # A button that Outlook shows in another way is hidden from Outlook alone.
        or (style.get("mso-hide") == "all" and name != "a")
    )


def _description(attributes: dict[str, str], style: dict[str, str]) -> str:
    """Of a picture, "" for one that is not there to be seen; an emoji is itself."""
    said = one_line(attributes.get("alt", ""))
    sizes = (attributes.get(one) or style.get(one, "") for one in ("width", "height"))
    if not said or "hidden" in attributes or _hides("img", style) or any(amount(one, 9) <= _TINY for one in sizes):
        return ""
    return f"[{said}]" if any(map(str.isalnum, said)) else said


def _shown_address(attributes: dict[str, str]) -> str:
    """Where a link leads, "" where that tells a reader nothing."""
    address = "".join((attributes.get("originalsrc") or attributes.get("href", "")).split())
    scheme, _, rest = address.partition(":")
    scheme = scheme.lower()
    if scheme in ("mailto", "tel"):
        return f"{scheme}:{''.join(unquote(rest.partition('?')[0]).split())}"
    if scheme not in ("http", "https"):
        return ""
    # Outlook puts its own address before those of others.
    if (asked := rest.partition("?")[2]) and _SAFE_LINK.match(rest):
        with suppress(ValueError):
            wrapped = "".join(parse_qs(asked, max_num_fields=20).get("url", [""])[0].split())
            return wrapped if wrapped.startswith(("http:", "https:")) else address
    return address


def _is_same(words: str, address: str) -> bool:
    scheme, _, rest = address.partition(":")
    if scheme == "tel":
        digits = "".join(filter(str.isdigit, rest))
        return bool(digits) and digits[-7:] == "".join(filter(str.isdigit, words))[-7:]
    return _bare(rest if scheme == "mailto" else address) in _bare(words)


def _bare(address: str) -> str:
    """Without what people leave out."""
    address = unquote(address).lower().removeprefix("mailto:").strip(" <>[]()")
    return address.removeprefix("http://").removeprefix("https://").removeprefix("www.").rstrip("/")


def _shortened(address: str) -> str:
    scheme, _, rest = address.partition(":")
    if scheme in ("mailto", "tel"):
        return rest[:_LONGEST_ADDRESS]
    if len(address) <= _LONGEST_ADDRESS:
        return address
    host = rest.removeprefix("//").partition("/")[0].partition("?")[0]
    return f"{scheme}://{host[:_LONGEST_ADDRESS]}/…"
