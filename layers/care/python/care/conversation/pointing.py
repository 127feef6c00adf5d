"""Which of the packages told last a text means: by name, size, price, place in the list, or "itu"."""

from care.conversation import script
from care.conversation.catalogue import covers_all
from care.conversation.talk import Talk
from care.line import packages
from care.line.packages import Package
from care.reading import places, slots
from care.reading.slots import Slots
from care.words import Segment

REFUSED = "refused:"
"""Stands before the reason in ``told`` where the line could not have what was wanted."""
NOTHING_BOUGHT = "nothing_bought"
"""Stands in ``told`` where it was said that nothing was bought."""
_IN_MANY_NAMES = frozenset(("roaming", "gb"))


def told(talk: Talk) -> list[Package]:
    """The packages told last, the best first."""
    return [packages.package(id) for id in talk.dialogue.told if id in packages.packages()]


def refused(talk: Talk) -> str:
    """Why the line could not have what was told last; "" where it could."""
    return _refused(talk.dialogue.told)


def refused_before(talk: Talk) -> str:
    """Why the line could not have what was told last, or just before the article that was told last."""
    article = talk.dialogue.place in ("answered", "guide_offered")
    return refused(talk) or (_refused(talk.dialogue.earlier) if article else "")


def _refused(told: tuple[str, ...]) -> str:
    return next((one.removeprefix(REFUSED) for one in told if one.startswith(REFUSED)), "")


def pointed(talk: Talk) -> list[Package]:
    """The one of those told that a text means: "yang kedua", "yang 5gb", "yang Eropa", "itu"; else none."""
    known = told(talk)
    if not known:
        return []
    called = _called(talk, known)
    if called:
        return called
    said = slots.read(talk.text)
    if said.step:
        return _next(talk, known, said)
    sized = [one for one in known if _is_sized(one, said)]
    if len(sized) == 1:
        return sized
    measured = said.evolve(figure=None) != Slots() or slots.counts_times(talk.text)
    before = talk.dialogue.slots
    best = before.cheapest or before.biggest or before.longest
    place = slots.pointed(talk.text, len(known), best=best, pronouns=not (talk.asks or measured), plainly=measured)
    return [] if place is None else [known[place]]


def _next(talk: Talk, known: list[Package], said: Slots) -> list[Package]:
    """The next one up or down of those told, from the one meant last or the first."""
    last, before = talk.dialogue.package, talk.dialogue.slots
    base = next((one for one in known if one.id == last), known[0])
    if base is known[0] and (before.cheapest if said.bigger else before.biggest):
        return known[1:2]
    beyond = [one for one in known if (one.price > base.price if said.bigger else one.price < base.price)]
    return sorted(beyond, key=lambda one: abs(one.price - base.price))[:1]


def extreme(talk: Talk) -> Package | None:
    """The cheapest or the biggest of those told, where a text points at it: "yang paling murah", "yang gede itu"."""
    known, said = told(talk), slots.read(talk.text)
    if said.cheapest and known:
        return min(known, key=lambda one: one.price)
    return max(known, key=lambda one: one.quota_mb) if said.biggest and known else None


def counted(talk: Talk) -> list[Package]:
    """Those of the packages told that a text counts out: "yang pertama sama yang kedua"."""
    known = told(talk)
    return [known[at] for at in slots.pointed_at(talk.text, len(known))]


def regional(talk: Talk) -> Package | None:
    """The package that is called by its region beside a country: "paket eropa bisa di qatar?"."""
    names = {places.countries()[code].name.id for code in places.regions_of_packages(talk.text)}
    segment = talk.slots.segment or Segment.PREPAID
    known = (one for one in packages.packages().values() if one.segment is segment)
    return next((one for one in known if one.roaming and any(name in one.name for name in names)), None)


def is_called_by(one: Package, region: str) -> bool:
    """Whether a package bears the name of a region: "Roaming Eropa 8 GB"."""
    named = places.countries().get(region)
    return bool(named and named.code == named.region and named.name.id in one.name)


def _called(talk: Talk, known: list[Package]) -> list[Package]:
    """The one whose name without its number is said, or the region in its name: "yang roaming eropa"."""
    region = places.countries().get(slots.read(talk.text).country)
    regional = region.name.id if region and region.code == region.region else ""
    said = {*script.tokens(talk.text), *script.tokens(regional)}
    names = {one.id: _name(one) for one in known}
    called = sorted(
        (one for one in known if names[one.id] and names[one.id] <= said), key=lambda one: -len(names[one.id])
    )
    longest = [one for one in called if len(names[one.id]) == len(names[called[0].id])]
    return longest if len(longest) == 1 else []


def _name(one: Package) -> set[str]:
    """The words a package is called by; a length alone is what many are."""
    words = {word for word in script.tokens(one.name) if word.isalpha()}
    return set() if slots.lengths(one.name) else words - _IN_MANY_NAMES


def _is_sized(one: Package, said: Slots) -> bool:
    """Whether a package is the one of a size: "yang 25", "yang 5gb", "yang 20rb"."""
    other = said.days not in (None, one.validity_days) or not covers_all(one, said.countries)
    if said.compares or other or (said.use and not said.mb):
        return False
    figures = (one.quota_mb // 1024, one.price // 1000)
    return one.quota_mb == said.mb or one.price == said.budget or said.figure in figures
