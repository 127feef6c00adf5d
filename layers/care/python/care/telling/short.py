"""What is said in a talk, as one SMS: plain letters, no longer than it may be, and whole sentences."""

import re
import unicodedata
from collections.abc import Callable, Iterable

# The letters of which 160 fit a part (3GPP TS 23.038); with any other it is 70.
GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØøÅå_ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# In an SMS these take the room of two.
_EXTENDED = frozenset("^\\~|€")
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("‘’‛′`´", "'"),
        **dict.fromkeys("“”„″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−•·▪●", "-"),
        **dict.fromkeys("→➜›", ">"),
        **dict.fromkeys("[{", "("),
        **dict.fromkeys("]}", ")"),
        **dict.fromkeys("\t\u00a0\u202f", " "),
        "…": "...",
        "×": "x",
        "≥": ">=",
        "≤": "<=",
    }
)
# Not after the number of a step: "1. Buka pengaturan."
_ENDS = re.compile(r"(?<=[.?!])(?<!^\d\.)(?<!\s\d\.) +")
_PARAGRAPHS = re.compile(r"\n\s*\n")
_TELLS = 50
"""Letters that say enough alone: "Buka setelan ponsel." does not."""
# A reference, a moment, how to get SMS again, a question.
_STAYS = re.compile(r"\d{3} \d{3} \d{4}|\b(?:WIB|WITA|WIT)\b|\bSTART\b|\?$")

Keeps = Callable[[str], bool]
"""Whether a sentence must not be cut."""


def plain(text: str) -> str:
    """With plain letters for typographic ones and without symbols that cost an SMS more than half of its room.

    Letters of any script stay: they are somebody's name or words.
    """
    return "".join(map(_letter, text.translate(_PLAIN)))


def _letter(one: str) -> str:
    if one in GSM_7 or one in _EXTENDED:
        return one
    simple = "".join(letter for letter in unicodedata.normalize("NFKD", one) if letter in GSM_7)
    if simple:
        return simple
    return one if unicodedata.category(one)[0] in "LM" else ""


def one_text(said: Iterable[str], longest: int, essential: Keeps = lambda _: False) -> str:
    """Messages as one text of at most ``longest`` characters, a line each paragraph.

    The longest paragraph after the first gives up its last sentence, then the first does, as long as what is left of it
    says something; then the second goes whole, and so on: what is to be done comes last. What must be known stays: a
    reference, a time, a question, and what is ``essential``. A question that stands by itself goes before all that the
    first paragraph says does; then what is essential is as any other, and at last the text is cut.
    """
    parts = [sentences for one in said for part in _PARAGRAPHS.split(one) if (sentences := _sentences(plain(part)))]
    stays = _as_they_must(essential)
    while len(text := "\n".join("".join(one).strip() for one in parts)) > longest:
        spare = [one for one in (*parts[1:], parts[0]) if _spared(one, stays)]
        rich = [one for one in spare if _left(one, stays) >= _TELLS]
        later = [one for one in rich if one is not parts[0]]
        most = max(later or rich, key=lambda one: len("".join(one))) if rich else next(iter(spare), [])
        is_last = not most or (most is parts[0] and len(most) == 1)
        if is_last and len(parts) > 1 and _is_question(parts[-1]):
            parts.pop()
        elif not most and stays is not _stays:
            stays = _stays
        elif not most or len(parts) == len(parts[0]) == 1:
            return text[: longest - 3].rsplit(maxsplit=1)[0].rstrip(",;:.") + "..."
        else:
            most.remove(_spared(most, stays)[-1])
            parts = [one for one in parts if one]
    return text


def _stays(sentence: str) -> bool:
    return bool(_STAYS.search(sentence))


def _as_they_must(essential: Keeps) -> Keeps:
    return lambda sentence: _stays(sentence) or essential(sentence)


def _is_question(sentences: list[str]) -> bool:
    return len(sentences) == 1 and sentences[0].endswith("?")


def _sentences(text: str) -> list[str]:
    """The sentences of a text, each but the first with the blank or the line's end before it."""
    lines = [_ENDS.split(line.strip()) for line in text.splitlines() if line.strip()]
    found = [f" {one}" if place else f"\n{one}" for line in lines for place, one in enumerate(line)]
    return [found[0].lstrip(), *found[1:]] if found else []


def _spared(sentences: list[str], stays: Keeps) -> list[str]:
    """What of them may go."""
    return [one for one in sentences if not stays(one)]


def _left(sentences: list[str], stays: Keeps) -> int:
    """How many letters are left when the last that may go is gone."""
    return len("".join(sentences)) - len(_spared(sentences, stays)[-1])
