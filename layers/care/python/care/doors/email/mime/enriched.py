"""The words of text/enriched (RFC 1896), and of text/richtext (RFC 1341 section 7.1.3) before it."""

import re

_PARAMETER = re.compile(r"<param>[^<]*+</param>", re.IGNORECASE)
_COMMAND = re.compile(r"<(/?[a-z-]{1,60})>", re.IGNORECASE)
_BREAKS = re.compile(r"\n+")
_LESS = "\ue000"


def to_text(text: str) -> str:
    """One line break is a blank, more of them are one less."""
    text = _PARAMETER.sub("", text.replace("\r\n", "\n").replace("<<", _LESS))
    text = _BREAKS.sub(lambda found: "\n" * (len(found[0]) - 1) or " ", text)
    text = _COMMAND.sub(lambda found: "\n" if found[1].lower() in ("nl", "paragraph") else "", text)
    return re.sub(r"<lt>", "<", text.replace(_LESS, "<"), flags=re.IGNORECASE)
