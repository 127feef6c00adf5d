"""Which packages fit what a customer said: up to three, why each fits, and what none of them can do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from care.line import packages
from care.line.line import Line
from care.line.packages import Package
from care.reading import places
from care.reading.places import HOME
from care.reading.slots import Slots
from care.words import Segment

_MOST, _MANY = 3, 8
_COMMON = (1, 7, 30)
"""Days that most packages last."""
_GB = 1024
_HOTSPOT_MB = 3 * _GB
"""Less is not for a second device."""
_TOLERANCE = 15
"""31 days are a month of 30."""
_LONGER = 1.5
"""What lasts so many times longer than was asked for is another length."""
_ABOUT = 1.6
"""Up to so many times what was asked for is still about that."""


class Reason(StrEnum):
    """Why a package is among those told."""

    COUNTRY = "country"
    UNLIMITED = "unlimited"
    CALLS = "calls"
    FAMILY = "family"
    USE = "use"
    HOTSPOT = "hotspot"
    CHEAPEST = "cheapest"
    BIGGEST = "biggest"
    LONGEST = "longest"
    THRIFTIEST = "thriftiest"
    CHEAPER = "cheaper"
    BIGGER = "bigger"
    LONGER = "longer"
    DAYS = "days"
    QUOTA = "quota"
    BUDGET = "budget"


@dataclass(frozen=True)
class Fit:
    """A package, and the reasons why it is told, the weightiest first."""

    package: Package
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Found:
    """What was found, the best first.

    ``missed`` is what was asked for and no package has: then these come nearest. ``lost`` is what was asked for before
    and none of those that are cheaper, bigger or longer has. ``cheaper`` and ``bigger`` are the neighbours of the first
    that are not among them. ``affordable``: the line can pay each of them now. ``beyond`` is the biggest that was asked
    for, where the credit of the line does not reach it.
    """

    fits: tuple[Fit, ...]
    missed: tuple[Reason, ...] = ()
    lost: tuple[Reason, ...] = ()
    cheaper: Package | None = None
    bigger: Package | None = None
    affordable: bool = True
    beyond: Package | None = None

    @property
    def exact(self) -> bool:
        """Whether all that was asked for is there."""
        return bool(self.fits) and not self.missed

    @property
    def packages(self) -> tuple[Package, ...]:
        """The packages alone."""
        return tuple(one.package for one in self.fits)


def find(
    slots: Slots,
    segment: Segment | None = None,
    line: Line | None = None,
    *,
    today: date | None = None,
    told: tuple[str, ...] = (),
) -> Found:
    """The packages that fit, of the segment of ``line``, the one said, or ``segment``; of prepaid if none is known.

    ``told`` are the ids of the packages told last, the best first: "cheaper" is cheaper than all of them, or than what
    the line has; the next one up goes on from the first. With ``line`` and ``today`` those it can pay go before the
    others.
    """
    wanted = line.segment if line else slots.segment or segment or Segment.PREPAID
    pool = [one for one in packages.packages().values() if one.segment is wanted]
    search = _Search(pool)
    _keep_place(search, slots)
    of_kind = search.pool
    _keep_wishes(search, slots)
    base = _base(told, line, wanted, slots) if slots.compares else None
    if slots.compares and base is None:
        slots = slots.evolve(cheapest=slots.cheaper, biggest=slots.bigger, longest=slots.longer)
        if slots.longer and slots.days:
            if not any(one.validity_days > slots.days for one in search.pool):
                search.missed.append(Reason.LONGER)
            slots = slots.evolve(days=None)
    if base:
        _compare(search, slots, base, of_kind)
    else:
        _keep_measures(search, slots, of_kind)
    affordable, beyond = True, None
    if line and today:
        most = max(search.pool, key=lambda one: one.quota_mb, default=None) if slots.biggest and base is None else None
        payable = [one for one in search.pool if packages.barrier(line, today, one) is None]
        affordable, search.pool = bool(payable), payable or search.pool
        beyond = most if most not in search.pool else None
    chosen = _chosen(search, slots, base)
    return Found(
        fits=tuple(Fit(one, tuple(each for each in search.reasons if _holds(each, one, slots))) for one in chosen),
        missed=tuple(search.missed),
        lost=tuple(search.lost),
        cheaper=_neighbour(chosen, of_kind, lambda one, first: one.price < first.price, last=True),
        bigger=_neighbour(chosen, of_kind, lambda one, first: one.quota_mb > first.quota_mb, last=False),
        affordable=affordable,
        beyond=beyond,
    )


def _holds(reason: Reason, one: Package, slots: Slots) -> bool:
    """Whether a package has what is wished; the one beside may not."""
    has = {
        Reason.UNLIMITED: one.fair_use,
        Reason.CALLS: one.minutes > 0,
        Reason.FAMILY: one.family,
        Reason.USE: slots.use in one.uses,
        Reason.HOTSPOT: one.hotspot,
    }
    return has.get(reason, True)


def of_size(mb: int) -> list[Package]:
    """The general packages at home of a size, those that last longest first."""
    found = [one for one in packages.packages().values() if one.quota_mb == mb and not (one.roaming or one.special)]
    return sorted(found, key=lambda one: -one.validity_days)


def of_length(days: int) -> list[Package]:
    """The general packages at home that last just so many days."""
    return [one for one in covering(days) if one.validity_days == days]


def covering(days: int) -> list[Package]:
    """The general packages at home that last so many days or more."""
    found = packages.packages().values()
    return [one for one in found if one.validity_days >= days and not (one.roaming or one.special)]


_COMPARISONS: dict[Reason, tuple[Callable[[Package, Package], bool], Callable[[Package], int]]] = {
    Reason.CHEAPER: (lambda one, base: one.price < base.price, lambda one: -one.price),
    Reason.BIGGER: (lambda one, base: one.quota_mb > base.quota_mb, lambda one: one.quota_mb),
    Reason.LONGER: (lambda one, base: one.validity_days > base.validity_days, lambda one: one.price),
}
"""What is so beside another package, and which is the nearest of them."""


class _Search:
    """The packages that are left, why, what none of them has, and what these do not have."""

    def __init__(self, pool: list[Package]) -> None:
        self.pool = pool
        self.reasons: list[Reason] = []
        self.missed: list[Reason] = []
        self.lost: list[Reason] = []

    def keep(self, reason: Reason, fits: Callable[[Package], bool]) -> bool:
        """Keep those that fit, if there are any."""
        kept = [one for one in self.pool if fits(one)]
        if kept:
            self.pool = kept
            self.reasons.append(reason)
        else:
            self.missed.append(reason)
        return bool(kept)


def covers(package: Package, country: str) -> bool:
    """Whether a package holds in a country, or in most of a region; all at home do in Indonesia."""
    if country == HOME:
        return not package.roaming
    lying = {one.code for one in places.countries().values() if one.region == country and one.code != country}
    return country in package.countries or len(lying & set(package.countries)) * 2 > len(lying)


def covers_all(package: Package, countries: tuple[str, ...]) -> bool:
    """Whether a package holds in each of some countries and regions."""
    return all(covers(package, one) for one in countries)


def _keep_place(search: _Search, slots: Slots) -> None:
    search.pool = [one for one in search.pool if one.roaming is slots.abroad]
    if slots.abroad and slots.country:
        if search.keep(Reason.COUNTRY, lambda one: covers_all(one, slots.countries)):
            # Who goes to one country need not pay for the world.
            search.pool.sort(key=lambda one: (slots.use not in one.uses, bool(one.uses), len(one.countries), one.price))
            # The hajj takes as long as it takes.
            if slots.use == "hajj":
                search.keep(Reason.USE, lambda one: "hajj" in one.uses)
        else:
            search.pool = []


def _keep_wishes(search: _Search, slots: Slots) -> None:
    pool = search.pool
    if slots.calls:
        search.keep(Reason.CALLS, lambda one: one.minutes > 0)
    if slots.unlimited:
        search.keep(Reason.UNLIMITED, lambda one: one.fair_use)
    if slots.family and not slots.abroad:
        search.keep(Reason.FAMILY, lambda one: one.family)
    if slots.use and not slots.abroad:
        search.keep(Reason.USE, lambda one: _suits(one, slots))
        search.pool.sort(key=lambda one: (*_made_for(one, slots), one.price))
    if search.pool is pool or slots.abroad:
        suits = [one for one in search.pool if not one.special or slots.use in one.uses]
        general = suits if _lasts(suits, slots) or not _lasts(search.pool, slots) else search.pool
        search.pool = general + _for_little(search.pool, slots)
    if slots.hotspot:
        search.keep(Reason.HOTSPOT, lambda one: one.hotspot and one.quota_mb >= _HOTSPOT_MB)


def _made_for(one: Package, slots: Slots) -> tuple[int, bool]:
    """How little a package is made for what is wanted: the more of the uses the better, its first most of all."""
    return -len({*slots.also} & {*one.uses}), slots.use not in one.uses[:1]


def _lasts(pool: list[Package], slots: Slots) -> bool:
    """Whether one of them lasts as long as a journey, if that is said."""
    days = slots.days if slots.abroad else None
    return not days or any(one.validity_days >= days - days // _TOLERANCE for one in pool)


def _suits(one: Package, slots: Slots) -> bool:
    """Whether a package is for a use; what is for one purpose only is told to who asks for just that."""
    made = slots.use in one.uses[:1] and not (slots.also or one.minutes)
    asked = (slots.family and one.family) or (slots.calls and one.minutes > 0)
    return slots.use in one.uses and (asked or (made and not one.family) or not one.special)


def _for_little(pool: list[Package], slots: Slots) -> list[Package]:
    """What is for one purpose costs little: told where nothing else is as cheap."""
    if slots.abroad or not (slots.cheapest or slots.budget):
        return []
    special = [one for one in pool if one.special and not one.windows and not one.minutes and not one.family]
    lasting = sorted((one for one in special if slots.days in (None, one.validity_days)), key=lambda one: one.price)
    if not slots.budget:
        return lasting[:1]
    general = [one.price for one in pool if not one.special and slots.days in (None, one.validity_days)]
    return lasting if min(general, default=0) > slots.budget else []


def _keep_measures(search: _Search, slots: Slots, of_kind: list[Package]) -> None:
    """How long, how much, for how much: what is not to be had exactly comes near."""
    days, mb = slots.days, slots.mb
    if slots.figure:
        _keep_figure(search, slots.figure, of_kind)
    if days and search.pool and slots.use != "hajj":
        lasting = [one.validity_days for one in search.pool]
        nearest = min((one for one in lasting if one >= days - days // _TOLERANCE), default=max(lasting))
        search.keep(Reason.DAYS, lambda one: one.validity_days == nearest)
        # A journey is shorter than its package, what is for daily life is about as long.
        if nearest < days - days // _TOLERANCE or (nearest > days * _LONGER and not slots.abroad):
            search.missed.append(Reason.DAYS)
    if mb and search.pool:
        exactly = [one for one in search.pool if one.quota_mb == mb] or (
            [] if days or slots.budget else [one for one in of_kind if one.quota_mb == mb]
        )
        if exactly:
            search.pool = exactly
            search.reasons.append(Reason.QUOTA)
        elif not search.keep(Reason.QUOTA, lambda one: mb <= one.quota_mb <= mb * _ABOUT) and not _at_least(search, mb):
            search.pool = [max(search.pool, key=lambda one: one.quota_mb)]
    if slots.budget and search.pool:
        _keep_budget(search, slots, slots.budget, of_kind)


def _at_least(search: _Search, mb: int) -> bool:
    """The smallest that have as much or more; whether there are any."""
    enough = [one.quota_mb for one in search.pool if one.quota_mb >= mb]
    if enough:
        search.missed.remove(Reason.QUOTA)
        search.keep(Reason.QUOTA, lambda one: one.quota_mb == min(enough))
    return bool(enough)


def _keep_figure(search: _Search, figure: int, of_kind: list[Package]) -> None:
    """ "yang 25" is 25 GB, or else Rp25.000."""
    general = [one for one in of_kind if not one.special]
    for measured in (
        [one for one in general if one.quota_mb == figure * _GB],
        [one for one in of_kind if one.price == figure * 1000],
        [one for one in of_kind if one.quota_mb == figure * _GB],
    ):
        if measured:
            search.pool = measured
            search.reasons.append(Reason.QUOTA)
            return
    search.keep(Reason.QUOTA, lambda one: one.quota_mb >= figure * _GB)


def _keep_budget(search: _Search, slots: Slots, budget: int, of_kind: list[Package]) -> None:
    if search.keep(Reason.BUDGET, lambda one: one.price <= budget):
        # What is made for the use first, then the most for the money.
        search.pool.sort(key=lambda one: (*_made_for(one, slots), one.special, -one.price, -one.quota_mb))
        return
    search.pool = [min(search.pool, key=lambda one: one.price)]
    others = [one for one in of_kind if one.price <= budget and not one.special]
    beside = max(others, key=lambda one: one.price) if others else min(of_kind, key=lambda one: one.price)
    if beside not in search.pool:
        search.pool.append(beside)


def _base(told: tuple[str, ...], line: Line | None, segment: Segment, slots: Slots) -> Package | None:
    """What the wished one is compared with: cheaper than all that were told, else the first, or what the line has."""
    ids = (*told, *((line.package,) if line and not (told and slots.cheaper) else ()))
    known = [one for one in map(packages.packages().get, ids) if one and one.segment is segment]
    if slots.cheaper and not slots.step:
        return min(known, key=lambda one: one.price, default=None)
    return known[0] if known else None


def _compare(search: _Search, slots: Slots, base: Package, of_kind: list[Package]) -> None:
    """The nearest that are cheaper, bigger or last longer: as long and for the same if there are any, else for any use.

    Who said how long gets that length before the use, where not both can be had.
    """
    reason = Reason.CHEAPER if slots.cheaper else Reason.BIGGER if slots.bigger else Reason.LONGER
    beside, order = _COMPARISONS[reason]
    general = [one for one in of_kind if not one.special or one is base]
    fitting = [one for one in search.pool if beside(one, base)]
    others = [one for one in general if one.roaming is base.roaming and beside(one, base)]
    of_length = [[one for one in each if one.validity_days == base.validity_days] for each in (fitting, others)]
    choices = [of_length[0], of_length[1], fitting, others] if slots.days else [of_length[0], fitting, others]
    if reason is Reason.LONGER:
        of_use = [one for one in of_kind if one.special and not (one.windows or one.minutes or one.family)]
        payable = [one for one in (*others, *of_use) if beside(one, base) and one.price <= (slots.budget or 0)]
        choices = [payable, fitting, others]
    found = next(filter(None, choices), None)
    if found is None:
        search.missed.append(reason)
        search.pool = [base]
        return
    search.pool = sorted(found, key=lambda one: (one.validity_days != base.validity_days, order(one)))
    if not {one.id for one in found} & {one.id for one in fitting}:
        search.reasons = []
        if slots.use and not slots.abroad:
            search.lost.append(Reason.USE)
    if reason is Reason.CHEAPER and all(one.validity_days < base.validity_days for one in found):
        search.lost.append(Reason.DAYS)
    if slots.thriftiest:
        search.pool.append(base)
    else:
        search.reasons.insert(0, reason)


def _chosen(search: _Search, slots: Slots, base: Package | None) -> list[Package]:
    pool = list(search.pool)
    if slots.cheapest and base is None:
        search.reasons.insert(0, Reason.CHEAPEST)
        pool.sort(key=lambda one: (one.price, -one.quota_mb))
    elif slots.biggest:
        search.reasons.insert(0, Reason.BIGGEST)
        pool.sort(key=lambda one: -one.quota_mb)
    elif slots.thriftiest:
        search.reasons.insert(0, Reason.THRIFTIEST)
        pool.sort(key=lambda one: one.price / one.quota_mb)
        if base in pool[_MOST:]:
            # What the others were held against stays beside them.
            pool = [*pool[: _MOST - 1], base]
    elif slots.longest:
        search.reasons.insert(0, Reason.LONGEST)
        pool.sort(key=lambda one: (-one.validity_days, one.price))
    elif not {*search.reasons} - {Reason.HOTSPOT} and base is None:
        return pool[:_MANY] if slots.everything else _of_each_length(pool)
    elif base is None and not (slots.budget or slots.abroad):
        # What is made for just that use stays before what is for it, too.
        return sorted(pool[:_MOST], key=lambda one: (not (one.special and slots.use in one.uses[:1]), one.price))
    return pool[:1] if slots.step and base else pool[:_MOST]


def _of_each_length(pool: list[Package]) -> list[Package]:
    """A first look: for each of the commonest lengths one; where all last as long, the cheapest."""
    first: dict[int, Package] = {}
    for one in pool:
        if one.validity_days in _COMMON:
            first.setdefault(one.validity_days, one)
    return list(first.values()) if len(first) > 1 else pool[:_MOST]


def _neighbour(
    chosen: list[Package], of_kind: list[Package], beside: Callable[[Package, Package], bool], *, last: bool
) -> Package | None:
    """The nearest one beside the first chosen that lasts as long and is not chosen."""
    if not chosen:
        return None
    first = chosen[0]
    if first.special and not first.family:
        return None
    found = [
        one
        for one in of_kind
        if one not in chosen
        and beside(one, first)
        and one.validity_days == first.validity_days
        and (not one.special or one.family is first.family is True)
        and {*first.countries} <= {*one.countries}
    ]
    return (found[-1] if last else found[0]) if found else None
