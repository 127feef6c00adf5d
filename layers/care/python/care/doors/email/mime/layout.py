"""Text put together line by line, as a page has it: empty lines between paragraphs, margins, marks, signatures."""

from care.doors.email.mime.tags import one_line, without_breaks

_DEEPEST_MARGIN = 20
"""So many quotes and lists within each other are shown; what is deeper stands there too."""
_DELIMITER = "-- "
"""What stands above a signature (RFC 3676 section 4.3)."""


class Lines:
    """Lines as they come to be. The line breaks wanted between two of them are one or, for an empty line, two."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.above = 0
        """The breaks that were wanted before the first line."""
        self.gap = 0
        self.is_signature = False
        """Whether the next line is the first of a signature."""
        self._words: list[str] = []
        self._is_verbatim = False
        self._margins: list[str] = []
        self._marker = ""
        self._marker_at = 0
        self._last_margin = ""
        self._quotes_after: int | None = None

    def write(self, text: str, *, verbatim: bool = False) -> None:
        """Add text to the line; blanks count as one unless it is verbatim."""
        if not verbatim:
            text = without_breaks(text)
            if not self._words or self._words[-1].endswith(" "):
                text = text.removeprefix(" ")
            if text:
                self._words.append(text)
            return
        self._is_verbatim = True
        for number, line in enumerate(text.replace("\r\n", "\n").split("\n")):
            if number:
                self.break_line()
                self._is_verbatim = True
            if line:
                self._words.append(line)

    def append(self, text: str) -> None:
        """Add to the line, or to the last one if it has ended."""
        if self._words or not self.lines:
            self._words.append(text)
        else:
            self.lines[-1] += text

    def break_line(self) -> None:
        """What ``<br>`` does: below text it ends the line, else it makes an empty one."""
        self.end(1 if any(map(str.strip, self._words)) else 2)

    def end(self, gap: int) -> None:
        """End the line, with at least so many breaks before the next."""
        if self._words:
            text, verbatim = "".join(self._words), self._is_verbatim
            self._words.clear()
            line = text.replace("\xa0", " ").rstrip() if verbatim else one_line(text)
            if line:
                self.add(line)
                gap = max(gap, 1)
            elif "\xa0" in text:
                gap = 2
        self._is_verbatim = False
        self.gap = max(self.gap, gap)
        if not self.lines:
            self.above = self.gap

    def add(self, line: str) -> None:
        """Add a line that is done."""
        if self.is_signature:
            self.is_signature = False
            if line.rstrip() == "--":
                line = _DELIMITER
            elif self.lines and self.lines[-1].strip("> ") == "--":
                self.lines[-1] = self.lines[-1].rstrip() + " "
            else:
                self.add(_DELIMITER)
        if self._quotes_after is not None and not line.endswith(":"):
            self._quote_from_here()
        margin = "".join(self._margins)
        if self._marker:
            margin = margin[: self._marker_at] + self._marker + margin[self._marker_at + len(self._marker) :]
            self._marker = ""
        if self.lines and self.gap > 1:
            self.lines.append(min(self._last_margin, margin, key=len).rstrip())
        self.lines.append(margin + line)
        self._last_margin, self.gap = "".join(self._margins), 1
        if self._quotes_after is not None:
            self._quote_from_here()

    def put(self, inner: "Lines") -> None:
        """Add all lines of others as a block."""
        self.end(max(1, inner.above))
        for line in inner.lines:
            if line:
                self.add(line)
            else:
                self.gap = 2
        self.end(max(1, inner.gap))

    def on_one_line(self) -> str:
        """All lines as one."""
        return " ".join(line.strip() for line in self.lines if line)

    def indent(self, margin: str, *, is_marker: bool = False) -> bool:
        """Begin a margin; a marker stands before the first line only. False when there are too many already."""
        if len(self._margins) == _DEEPEST_MARGIN:
            return False
        if is_marker:
            self._marker, self._marker_at = margin, len("".join(self._margins))
            margin = " " * len(margin)
        self._margins.append(margin)
        return True

    def quote_after_a_line(self) -> bool:
        """Begin a quote whose first line may be the one that says who wrote it."""
        if not self.indent(""):
            return False
        self._quotes_after = len(self._margins) - 1
        return True

    def outdent(self) -> None:
        """End the last margin."""
        self._margins.pop()
        self._marker = ""
        self._quotes_after = None

    def _quote_from_here(self) -> None:
        if self._quotes_after is not None:
            self._margins[self._quotes_after] = "> "
            self._quotes_after = None
