"""What is asked of a journey by words alone: whether a package is needed at all, whether what is for Indonesia works
there, and what comes there: a bill, topping up, buying more, switching off.

The words are ``content/conversation/lookups.toml``'s. "Di sana" and "matiinnya" are abroad where the talk is.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from care.conversation import catalogue, finding, guides, lookups, offers, pointing, script, understand
from care.conversation.articles import SURE, Fitting
from care.conversation.talk import Said, Talk, Turn, more_said
from care.line import packages
from care.reading import areas, knowledge, slots
from care.reading.acts import Act
from care.reading.places import HOME
from care.reading.slots import Slots
from care.words import Category

_PLACES = (
    *("start", "answered", "guide_offered", "clarify", "unanswered", "offer", "person_offered"),
    *("packages", "package"),
)
_LIKELY = 0.6
_MOST = 30
"""Words of a question about a journey."""
_A_MATTER = 5
"""Words of a clause that can be about a matter of its own."""
_MORE = "roaming-more"
"""The article for who is abroad already."""
_CALLS = "international-call"
"""The article for who calls another country from home."""
_SHARED = "family-package"
_BORDER = "border-roaming"
_OF_JOURNEYS = (Category.ROAMING, Category.PACKAGE, Category.BILLING)
_TOLD = {
    "fears_sea": "sea-air-roaming",
    "fears_border": _BORDER,
    "huge_roaming": "bill-dispute",
    "refuses_roaming": "bill-dispute",
    "fears_roaming": "roaming-costs",
    "fears_costs": "roaming-off",
    "tops_up_there": "top-up-abroad",
    "buys_there": _MORE,
    "buys_longer": _MORE,
}
"""The article that answers what is asked of a journey, by names of ``lookups.toml``."""
_ANSWERS = frozenset(_TOLD.values())


def answer(talk: Talk) -> Turn | None:
    """What is asked of a journey; ``None`` where the talk is of none, or of another matter as well."""
    if talk.dialogue.place not in _PLACES:
        return None
    shared = _shared_at_home(talk)
    if shared or len(script.tokens(talk.text)) > _MOST:
        return shared
    if any(map(_is_another, understand.clauses(talk.text, talk.language)[1:])):
        return None
    if lookups.asks(talk.text, "stays_home") and lookups.is_asked(talk):
        return _plainly(talk, talk.voice.say("stays_home", "packages"))
    if _calls_over(talk):
        return talk.turn(talk.dialogue.at("start", told=(_CALLS,)), talk.voice.say("no_calls_over"))
    if not (_is_meant(talk) or lookups.first(talk.text, "overseas", "at_sea")):
        return _at_home(talk)
    return _needed(talk) or _only_at_home(talk) or _article(talk)


def _is_another(one: understand.Clause) -> bool:
    """Whether a clause is of another matter, which wants an answer of its own."""
    best = one.fitting[:1]
    wants = one.act in (Act.ASK, Act.PROBLEM) and len(script.tokens(one.text)) >= _A_MATTER
    sure = wants and bool(best) and best[0].chance >= SURE
    return one.besides or (sure and best[0].article.category not in _OF_JOURNEYS)


def _is_meant(talk: Talk) -> bool:
    """Whether somebody is abroad, or goes there, as far as the talk tells."""
    return slots.read(talk.text).abroad or talk.dialogue.slots.abroad or bool(_country(talk)) or _is_told(talk)


def _is_told(talk: Talk) -> bool:
    """Whether what was told is about a journey."""
    told = (*talk.dialogue.told, *talk.dialogue.earlier)
    articles = (knowledge.article(one) for one in told if knowledge.is_there(one))
    about = any(one.category is Category.ROAMING or one.id in _ANSWERS for one in articles)
    return about or any(one.roaming for one in pointing.told(talk))


def _country(talk: Talk) -> str:
    """Where the talk is abroad: what is named now, else what was looked for or said last; "" where it is not."""
    said = slots.read(talk.text).country
    return said if said not in ("", HOME) else next(lookups.countries_before(talk), "")


def _shared_at_home(talk: Talk) -> Turn | None:
    """What several numbers share at home, told beside that no package holds where one of them goes."""
    said, best = slots.read(talk.text), talk.clause.fitting[:1]
    shares = bool(best) and best[0].article.id == _SHARED and best[0].chance >= _LIKELY
    if not shares or said.country in ("", HOME) or any(catalogue.covers(one, said.country) for one in _all()):
        return None
    return more_said(guides.tell(talk, best, talk.voice.say("family_at_home")), (lookups.nowhere(talk, said),))


def _all() -> Iterable[packages.Package]:
    return packages.packages().values()


def _calls_over(talk: Talk) -> bool:
    """Whether a package is looked for to call another country from home."""
    from_here = _CALLS in (*talk.dialogue.told, *talk.dialogue.earlier) and slots.read(talk.text).country != HOME
    return lookups.first(talk.text, "calls_over", "calls_from_home") != "" or (
        from_here and lookups.asks(talk.text, "call_package")
    )


# ---- whether a package is needed -----------------------------------------------------------------------------------


def _needed(talk: Talk) -> Turn | None:
    """Whether a package is needed for what is wanted, now or as just said before: yes or no before any is told."""
    if not lookups.asks(talk.text, "needs_package") or not lookups.is_asked(talk):
        return None
    said = (talk.text, *talk.dialogue.recent[-2:-1])
    found = (name for one in said if (name := lookups.first(one, *_NEEDED_FOR)))
    name = next(found, "") or lookups.first(talk.text, "need_any")
    return _NEEDED_FOR.get(name, _with_packages)(talk, talk.voice.say(name, "packages")) if name else None


def _plainly(talk: Talk, said: Said) -> Turn:
    return talk.turn(talk.dialogue.at("start", slots=_place(talk)), said)


def _with_rates(talk: Talk, said: Said) -> Turn:
    country = _country(talk)
    rates = lookups.rates_in(talk, country) if country else None
    return _plainly(talk, replace(said, text=f"{said.text} {rates.text}") if rates else said)


def _with_packages(talk: Talk, said: Said) -> Turn:
    if not _country(talk):
        return _plainly(talk, replace(said, text=f"{said.text} {talk.voice.text('which_country')}"))
    return more_said(finding.find_there(talk, _place(talk)), (said,))


_NEEDED_FOR: dict[str, Callable[[Talk, Said], Turn]] = {
    "need_sms": _plainly,
    "need_wifi": _plainly,
    "need_data": _with_packages,
    "need_calls": _with_rates,
}
"""What a package may be wanted for, and what is told with the yes or no."""


def _place(talk: Talk) -> Slots:
    """Where it goes and how long, without what is said of a package for home: "kuota bulanan 10 GB saya"."""
    said = slots.read(talk.text)
    days = None if said.days in slots.lengths(talk.text) else said.days
    return Slots(country=_country(talk), beside=said.beside, days=days, segment=said.segment)


# ---- whether what is for home works there --------------------------------------------------------------------------


def _only_at_home(talk: Talk) -> Turn | None:
    """Whether packages for Indonesia work abroad: no; and what does."""
    named = slots.read(talk.text).abroad or lookups.asks(talk.text, "there")
    meant = [one for one in packages.named(talk.text) or lookups.told_here(talk) if not one.roaming]
    if not named or not _works(talk) or not (meant or _is_for_home(talk)):
        return None
    names = offers.listed(talk, [one.name for one in meant]) if meant else talk.voice.text("that_package")
    no = talk.voice.say("fact_only_at_home", "packages", package=names)
    return _with_packages(talk, no)


def _at_home(talk: Talk) -> Turn | None:
    """Whether the own package or SIM card works elsewhere in Indonesia: yes."""
    elsewhere = slots.read(talk.text).town or areas.find(talk.text)
    had = _is_for_home(talk) or lookups.asks(talk.text, "card")
    if not elsewhere or not had or not _works(talk) or pointing.told(talk):
        return None
    return talk.stay(talk.voice.say("works_all_over", "packages"))


def _is_for_home(talk: Talk) -> bool:
    """Whether what the customer has at home is spoken of, in the whole or in a clause of it."""
    parts = (one.text for one in understand.clauses(talk.text, talk.language))
    return any(lookups.first(one, "at_home", "own_data") for one in (talk.text, *parts))


def _works(talk: Talk) -> bool:
    """Whether it is asked if what is had for home works somewhere; who has trouble there asks something else."""
    works = lookups.asks(talk.text, "works") and not lookups.asks(talk.text, "roaming")
    return works and lookups.is_asked(talk) and not slots.is_trouble(talk.text)


# ---- what comes there ----------------------------------------------------------------------------------------------


def _article(talk: Talk) -> Turn | None:
    """The article that the words alone are about."""
    if _BORDER in talk.dialogue.told and script.says("asks_way", talk.text):
        return guides.walk(talk)
    id = next(_articles(talk), "")
    if not id or id in talk.dialogue.told:
        return None
    return guides.tell(talk, [Fitting(knowledge.article(id), 1.0)])


def _articles(talk: Talk) -> Iterator[str]:
    """What answers, the likeliest first; packages told last are asked about themselves."""
    if lookups.asks(talk.text, "switches_off") and _is_told(talk) and talk.dialogue.place != "guide_offered":
        yield "roaming-off"
    if lookups.asks(talk.text, "fills_there") and _MORE in talk.dialogue.told:
        yield "top-up-abroad"
    for name, id in _TOLD.items():
        if lookups.asks(talk.text, name) and not (id == _MORE and pointing.told(talk)):
            yield id
