"""Which language a customer is answered in."""

from care.reading import frame, triage, wording
from care.words import Language

_SENTENCE = 4
"""Fewer words than this change no talk's language."""
_SURE_OF_A_WORD = 0.9
"""A word alone of which less is sure is answered as most customers are, in Indonesian."""
_SURE = 0.96
"""Nor does a sentence whose language is less sure: names and borrowed words alone are."""


def answer_language(text: str, known: Language | None) -> Language:
    """The language to answer a text in; ``known`` is the talk's so far, which a word or a name does not change.

    A first message without words of either language, or of borrowed ones alone, is answered in Indonesian.
    """
    plain_text = wording.plain(text)
    words = triage.own_words(plain_text)
    seen, confidence = triage.spoken(plain_text)
    if known is None:
        tells = not frame.is_borrowed(words) and (len(words) > 1 or confidence >= _SURE_OF_A_WORD)
        return seen if seen and tells else Language.INDONESIAN
    if seen is None or len(words) < _SENTENCE or confidence < _SURE:
        return known
    return seen
