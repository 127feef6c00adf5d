"""Where a menu of a phone is found: ``content/menus.toml``."""

from functools import cache

from care.content import toml
from care.reading.knowledge import sentences
from care.reading.places import says, words
from care.value import Value
from care.words import Language, Text


class Menu(Value, extra="forbid"):
    """The words that name a menu, and where it is found on common phones."""

    words: tuple[str, ...]
    find: Text

    def on(self, phone: str, language: Language) -> str:
        """Where it is on the phone that a text names; on all of them where it names none of these."""
        said, found = set(words(phone)), sentences(self.find.in_(language))
        its = [one for one in found if ":" in one and said & {*words(one.partition(":")[0])}]
        return " ".join([one for one in found if one in its or ":" not in one] if its else found)


@cache
def _menus() -> tuple[Menu, ...]:
    return tuple(Menu.model_validate(one) for one in toml("menus").values())


def anywhere() -> Menu:
    """How any menu is found: the last of the file."""
    return _menus()[-1]


def named(*texts: str) -> Menu | None:
    """The menu named in the first of the texts that names one; ``None`` when none does."""
    for text in texts:
        said = words(text)
        for menu in _menus():
            if says(said, dict.fromkeys(menu.words, "")):
                return menu
    return None
