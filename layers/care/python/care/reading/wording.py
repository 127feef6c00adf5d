"""A text's words as everything here reads them: the writer's own, in small letters, in one spelling."""

import re
import unicodedata
from functools import cache, lru_cache

from care.content import toml

READ = 4000
"""So many characters of a text count: what is the matter stands at the beginning."""

_LONGEST_WORD = 24
# Addresses, links, handles and tags; each alternative passes over a text once, whatever the text.
_NOT_THEIRS = re.compile(
    r"https?://\S+|www\.\S+|(?<!\S)[^\s@]+@[\w-]+\.[\w.]+|@\s?\w+|<\w+>|\[\w+\]|&\w{2,6};"
    r"|(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.(?:com|co|id|net|org|io)\b(?:/\S*)?"
)
_SIGNS = ("@", ".", "//", "<", "[", "&")
"""Each of them has one of these."""
_TOKEN = re.compile(r"[345]g\b|[^\W\d_]+(?:'[^\W\d_]+)?|\d+|[?!\U0001f000-\U0001faff\u2600-\u27bf]|:['-]?[()]")
_MARKS = r"[?!\U0001f000-\U0001faff\u2600-\u27bf]"
_REPEATED_MARK = re.compile(rf"({_MARKS})\1+")
_REPEATED = re.compile(r"(.)\1{2,}")


@cache
def _spelling() -> dict[str, str]:
    """Ways of writing a word to the one the models know."""
    return {way: word for word, ways in toml("triage")["spelling"].items() for way in ways.split()}


def plain(text: str) -> str:
    """The beginning of a text in small letters, without what is not the writer's: addresses, handles, links, tags.

    A mark repeated for emphasis stands once.
    """
    sample = text[:READ]
    if not sample.isascii():
        sample = unicodedata.normalize("NFKC", sample)[:READ].replace("’", "'")
    said = sample.lower()
    if any(sign in said for sign in _SIGNS):
        said = _NOT_THEIRS.sub(" ", said)
    return _REPEATED_MARK.sub(r"\1", said)


def tokens(plain_text: str) -> list[str]:
    """The words, numbers, marks and emoji of a plain text."""
    return _TOKEN.findall(plain_text)


@lru_cache(maxsize=1 << 14)
def spelled(token: str) -> str:
    """A token as the models know it: numbers alike, letters drawn out shortened, common spellings made one."""
    if token.isdigit():
        return "0"
    spelling, word = _spelling(), drawn_in(token)
    return spelling.get(token) or spelling.get(word, word)


def drawn_in(word: str) -> str:
    """A word without letters repeated for emphasis, and no longer than a word may be."""
    return _REPEATED.sub(r"\1", word[:_LONGEST_WORD])
