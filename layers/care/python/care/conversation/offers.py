"""Packages in words: listed with the reason why, told in full, compared, and why a line may not have one."""

from collections.abc import Sequence

from care import phone
from care.conversation import catalogue, script
from care.conversation.catalogue import Found, Reason, covering, covers
from care.conversation.talk import Said, Talk
from care.line import packages
from care.line.line import Line, RefusalReason
from care.line.packages import Package
from care.reading import places
from care.reading.slots import Slots
from care.telling.outbox import Button
from care.words import Segment

_GB = 1024
_COMPARED = (Reason.CHEAPER, Reason.BIGGER, Reason.LONGER)
_SELF_EVIDENT = frozenset({Reason.DAYS, Reason.QUOTA, Reason.BUDGET, *_COMPARED})
"""What a package's figures say themselves."""
_WANTED = tuple(map(Reason, ("unlimited", "use", "calls", "family", "hotspot", "country", "quota", "days", "budget")))
"""What may be asked for, in the order in which it is told that it is not to be had."""
_MOST_IN_A_ROW = 4
_OF_THE_FIRST = frozenset({Reason.CHEAPEST, Reason.BIGGEST, Reason.LONGEST})


def buttons(*found: Package) -> tuple[Button, ...]:
    """The names of packages as buttons."""
    return tuple(Button(label=one.name, text=one.name) for one in found)


def quota(talk: Talk, one: Package) -> str:
    """A package's data, and its calls."""
    data = talk.voice.quota(one.quota_mb)
    return talk.voice.text("quota_and_calls", quota=data, minutes=str(one.minutes)) if one.minutes else data


def a_gb(talk: Talk, one: Package) -> str:
    """What a GB of a package costs, in round numbers."""
    return talk.voice.rupiah(round(one.price * _GB / one.quota_mb / 100) * 100)


def short(talk: Talk, one: Package, reason: str = "") -> str:
    """A package in one line."""
    return talk.voice.text(
        "package_short",
        package=one.name,
        price=talk.voice.rupiah(one.price),
        quota=quota(talk, one),
        days=talk.voice.days(one.validity_days),
        reason=f" – {reason}" if reason else "",
    )


def country_names(talk: Talk, codes: Sequence[str]) -> str:
    """Countries and regions as they are read: "Jepang dan Korea Selatan"."""
    return listed(talk, [talk.spoken(places.countries()[code].name) for code in codes])


def not_covered(talk: Talk, codes: Sequence[str]) -> str:
    """Of some countries those where no package holds, or all when none holds in each of them."""
    known = packages.packages().values()
    return country_names(talk, [one for one in codes if not any(covers(each, one) for each in known)] or codes)


def listed(talk: Talk, names: Sequence[str], link: str = "and") -> str:
    """Names one after the other, "and" before the last, or another ``link``."""
    return f" {talk.voice.text(link)} ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


# ---- several -------------------------------------------------------------------------------------------------------


def listing(
    talk: Talk, found: Found, slots: Slots, line: Line | None, other: Sequence[Package] = (), *, asks: bool = True
) -> Said:
    """What was found, one a line, the first the best; ``other`` is what there is for the segment not listed.

    ``asks``: which one is wanted, or whether the only one is.
    """
    voice = talk.voice
    lines = [
        short(talk, one.package, _reason(talk, one.package, one.reasons, slots, first=place == 0))
        for place, one in enumerate(found.fits)
    ]
    question = voice.text("which_one" if len(found.fits) > 1 else "ask_take") if asks else ""
    in_a_row = _in_a_row(talk, found, slots)
    after = [in_a_row]
    if not talk.facts.short:
        after = [
            _neighbours(talk, found),
            _shortest(talk, slots),
            in_a_row,
            _without_beside(talk, found, slots),
            _other(talk, found, other),
            question,
        ]
    if line and not found.affordable and line.balance is not None and not packages.barrier(line, talk.facts.today):
        after.insert(0, voice.text("not_enough_yet", balance=voice.rupiah(line.balance)))
    head = "\n\n".join(filter(None, (beyond(talk, found, line), _head(talk, found, slots, line))))
    more = " ".join(filter(None, after))
    return voice.say(
        "packages_listed",
        *(buttons(*found.packages) if len(found.fits) > 1 or not asks else script.places()["package"].buttons),
        *(("postpaid",) if other and other[0].segment is Segment.POSTPAID else ()),
        head=head,
        list="\n".join(lines),
        after=f"\n\n{more}" if more else "",
    )


def beyond(talk: Talk, found: Found, line: Line | None) -> str:
    """What was asked for and the credit of a line does not reach; "" where nothing is beyond it."""
    one = found.beyond
    if one is None or line is None or line.balance is None:
        return ""
    return talk.voice.text(
        "beyond_credit",
        package=one.name,
        price=talk.voice.rupiah(one.price),
        balance=talk.voice.rupiah(line.balance),
        lacking=talk.voice.rupiah(one.price - line.balance),
    )


def _head(talk: Talk, found: Found, slots: Slots, line: Line | None) -> str:
    voice = talk.voice
    first, reasons = found.packages[0], found.fits[0].reasons
    compared = next((one for one in (*found.missed, *reasons) if one in _COMPARED), None)
    if compared and compared in found.missed:
        segment = voice.text(f"kind_of_line_{first.segment}")
        days = voice.days(first.validity_days)
        return voice.text(f"missed_{compared}", package=first.name, segment=segment, days=days)
    if found.missed:
        return _nearest(talk, found, slots)
    if compared:
        lost = f"_lost_{found.lost[0]}" if found.lost else ""
        return voice.text(f"packages_{compared}{lost}", **_values(talk, first, slots))
    if reasons[:1] == (Reason.THRIFTIEST,):
        return voice.text("packages_thriftiest")
    if line and line.segment is Segment.PREPAID and found.affordable:
        return voice.text("packages_payable", balance=voice.rupiah(line.balance or 0))
    if line is None and slots.segment is None and not reasons:
        return voice.text("packages_prepaid")
    return voice.text("packages_fit" if reasons else "packages_some")


def _nearest(talk: Talk, found: Found, slots: Slots) -> str:
    """What there is not: all of the combination that was asked for."""
    asked = {*found.fits[0].reasons, *found.missed}
    values = _values(talk, found.packages[0], slots)
    what = " ".join(talk.voice.text(f"wanted_{one}", **values) for one in _WANTED if one in asked)
    lasting = min(one.validity_days for one in found.packages) >= (slots.days or 0)
    covers = found.missed == (Reason.DAYS,) and lasting
    return talk.voice.text("nearest_covers" if covers else "nearest", what=what)


def _in_a_row(talk: Talk, found: Found, slots: Slots) -> str:
    """How often the first is bought to last as long as was asked, where none does or that is cheaper; and the price."""
    first, days = found.packages[0], slots.days or 0
    times = -(-days // first.validity_days)
    at_once = min((one.price for one in covering(days) if not slots.abroad), default=0)
    saves = Reason.DAYS in found.lost and times * first.price < at_once
    nearest = Reason.DAYS in found.missed and slots.abroad
    if not (saves or nearest) or not 1 < times <= _MOST_IN_A_ROW:
        return ""
    return talk.voice.text(
        "in_a_row",
        package=first.name,
        times=str(times),
        days=talk.voice.days(times * first.validity_days),
        sum=talk.voice.rupiah(times * first.price),
    )


def _without_beside(talk: Talk, found: Found, slots: Slots) -> str:
    """What lasts as long as the journey in its first country, where nothing does in all of them."""
    if Reason.DAYS not in found.missed or not slots.beside:
        return ""
    longer = catalogue.find(slots.evolve(beside=(), segment=found.packages[0].segment))
    if not longer.exact:
        return ""
    one = longer.packages[0]
    return talk.voice.text(
        "covers_without",
        package=one.name,
        price=talk.voice.rupiah(one.price),
        days=talk.voice.days(one.validity_days),
        country=country_names(talk, (slots.country,)),
        beside=country_names(talk, [each for each in slots.beside if not covers(one, each)]),
    )


def _shortest(talk: Talk, slots: Slots) -> str:
    """How long a roaming package lasts at least, where a shorter one was asked for."""
    least = min(one.validity_days for one in packages.packages().values() if one.roaming)
    asked = slots.abroad and slots.days is not None and slots.days < least
    return talk.voice.text("shortest_abroad", days=talk.voice.days(least)) if asked else ""


def _values(talk: Talk, one: Package, slots: Slots) -> dict[str, str]:
    """What texts about a wish may name."""
    voice = talk.voice
    return {
        "country": country_names(talk, slots.countries),
        "use": voice.text(f"use_{slots.use}") if slots.use else "",
        "minutes": str(one.minutes),
        "budget": talk.voice.rupiah(slots.budget or 0),
        "quota": voice.quota(slots.mb or (slots.figure or 0) * _GB),
        "days": voice.days(slots.days or 0),
        "a_gb": a_gb(talk, one),
    }


def _reason(talk: Talk, one: Package, reasons: tuple[Reason, ...], slots: Slots, *, first: bool) -> str:
    """The weightiest reason that the figures do not say themselves; and what it is for, where that was not asked."""
    said = [one for one in reasons if one not in _SELF_EVIDENT and (first or one not in _OF_THE_FIRST)]
    found = [talk.voice.text(f"reason_{said[0]}", **_values(talk, one, slots))] if said else []
    general = not (one.special and one.uses) or one.minutes or one.family or one.roaming or slots.use in one.uses
    if not general:
        found.append(talk.voice.text("reason_only", use=talk.voice.text(f"use_{one.uses[0]}")))
    return ", ".join(found)


def _neighbours(talk: Talk, found: Found) -> str:
    """What is cheaper and what is bigger than what fits, in a sentence."""
    if not found.exact or len(found.fits) > 1 or {*_COMPARED} & {*found.fits[0].reasons}:
        return ""
    beside = (("neighbour_cheaper", found.cheaper), ("neighbour_bigger", found.bigger))
    return " ".join(
        talk.voice.text(key, package=one.name, price=talk.voice.rupiah(one.price)) for key, one in beside if one
    )


def _other(talk: Talk, found: Found, other: Sequence[Package]) -> str:
    """What there is for numbers of the other kind."""
    if not other:
        return ""
    if Reason.BIGGER in found.missed:
        voice = talk.voice
        names = [f"{one.name} ({quota(talk, one)}, {voice.rupiah(one.price)})" for one in other]
        return voice.text(
            "bigger_elsewhere", segment=voice.text(f"kind_of_line_{other[0].segment}"), list=listed(talk, names)
        )
    return talk.voice.text("if_postpaid", package=other[0].name, price=talk.voice.rupiah(other[0].price))


# ---- one and two ---------------------------------------------------------------------------------------------------


def details(talk: Talk, one: Package, found: Found | None = None, *, asks: bool = True) -> Said:
    """All of one package, and whether it is wanted if that ``asks``; with what is beside it when it was ``found``."""
    voice = talk.voice
    renews = "renews" if one.renews else "renews_not"
    beside = _neighbours(talk, found) if found and not talk.facts.short else ""
    after = "\n\n".join(filter(None, (beside, voice.text("ask_take") if asks else "")))
    break_ = " " if talk.facts.short else "\n\n"
    return voice.say(
        "package_full",
        *script.places()["package" if asks else "packages"].buttons,
        package=one.name,
        price=talk.voice.rupiah(one.price),
        quota=quota(talk, one),
        days=voice.days(one.validity_days),
        renews=voice.text(renews),
        description=talk.spoken(one.description) + ("" if one.hotspot else f" {voice.text('no_hotspot')}"),
        stop=talk.spoken(one.stop),
        after=f"{break_}{after}" if after else "",
    )


def comparison(talk: Talk, one: Package, other: Package) -> Said:
    """Two packages, and how they differ in a sentence."""
    voice = talk.voice
    less, more = sorted((one, other), key=lambda each: (each.price, each.quota_mb))
    differs = packages.compare(less, more)
    words = voice.text(
        "compared" if differs.price else "compared_same_price",
        one=short(talk, less),
        other=short(talk, more),
        more=more.name,
        price=talk.voice.rupiah(differs.price),
        quota=voice.quota(abs(differs.mb)),
        sign=voice.text("sign_more" if differs.mb >= 0 else "sign_less"),
        days=_days_apart(talk, differs.days),
        thriftier=differs.thriftier.name,
        a_gb=a_gb(talk, differs.thriftier),
    )
    return voice.say("said", *buttons(less, more), words=words)


def difference(talk: Talk, one: Package, other: Package) -> Said:
    """How much more the dearer of two packages costs, where how they differ was just told."""
    less, more = sorted((one, other), key=lambda each: each.price)
    rupiah = talk.voice.rupiah
    words = talk.voice.text(
        "difference_only",
        price=rupiah(more.price - less.price),
        less=less.name,
        less_price=rupiah(less.price),
        more=more.name,
        more_price=rupiah(more.price),
    )
    return talk.voice.say("said", *buttons(less, more), words=words)


def _days_apart(talk: Talk, days: int) -> str:
    if not days:
        return ""
    sign = talk.voice.text("sign_longer" if days > 0 else "sign_shorter")
    return talk.voice.text("days_apart", days=talk.voice.days(abs(days)), sign=sign)


# ---- what a line may not have --------------------------------------------------------------------------------------


def barrier(talk: Talk, line: Line, reason: RefusalReason, one: Package | None = None) -> str:
    """Why a line can buy nothing now, or not this package: all that stands in the way, with what helps."""
    voice = talk.voice
    found = packages.barriers(line, talk.facts.today, one)
    reasons = [each for each in found if each is not RefusalReason.NOT_ELIGIBLE]
    values = _of_barrier(talk, line, one)
    if len(reasons) < 2 or reason is RefusalReason.NOT_ELIGIBLE:
        return voice.text(f"barrier_{reason}", **values)
    obstacles = [voice.text(f"obstacle_{each}", **values) for each in reasons]
    remedies = dict.fromkeys(voice.text(f"remedy_{each}", **values) for each in reasons)
    return voice.text("barriers", list=listed(talk, obstacles), remedies=listed(talk, [*remedies], "then"), **values)


def _of_barrier(talk: Talk, line: Line, one: Package | None) -> dict[str, str]:
    voice = talk.voice
    return {
        "package": one.name if one else "",
        "price": voice.rupiah(one.price if one else 0),
        "balance": voice.rupiah(line.balance or 0),
        "lacking": voice.rupiah(max(0, (one.price if one else 0) - (line.balance or 0))),
        "segment": voice.text(f"kind_of_line_{line.segment}"),
        "amount": voice.rupiah(line.bill or 0),
        "due": voice.day(line.bill_due) if line.bill_due else "-",
        "until": voice.day(line.grace_until) if line.grace_until else "-",
        "number": phone.written(line.number),
    }
