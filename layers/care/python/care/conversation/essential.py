"""Which sentences of an answer must not be lost where there is room for few: those that say what was asked.

What is asked and by which words a sentence answers it is ``content/conversation/asked_on.toml``'s.
"""

from collections.abc import Callable, Iterable

from care.conversation import aspects
from care.reading import search
from care.reading.knowledge import sentences
from care.words import Language


def essential(text: str, said: Iterable[str], language: Language) -> Callable[[str], bool]:
    """Whether a sentence of what is ``said`` answers what a text asks: of "syaratnya apa?" the one that names what to
    bring, of "kena denda ga?" the only one that speaks of it.
    """
    asked = aspects.asked(text)
    known = search.index().words
    having = [{*search.stems(one, language, known)} for each in said for one in sentences(each)]
    named = {one for one in search.stems(text, language, known) if sum(one in each for each in having) == 1}

    def is_essential(sentence: str) -> bool:
        answers = any(aspects.answers(name, sentence) for name in asked)
        return answers or not named.isdisjoint(search.stems(sentence, language, known))

    return is_essential
