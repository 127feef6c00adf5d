"""Packages in words: listed with the reason why, told in full, compared, and why a line may not have one."""

from collections.abc import Sequence

from care import phone
from care.conversation import script
from care.conversation.catalogue import Found, Reason, covers
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
_OF_THE_FIRST = frozenset({Reason.CHEAPEST, Reason.BIGGEST, Reason.LONGEST})


def buttons(*found: Package) -> tuple[Button, ...]:
    """The names of packages as buttons."""
    return tuple(Button(label=one.name, text=one.name) for one in found)


def quota(talk: Talk, one: Package) -> str:
    """A package's data, and its calls."""
    data = talk.voice.quota(one.quota_mb)
    return talk.voice.text("quota_and_calls", quota=data, minutes=str(one.minutes)) if one.minutes else data


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


def listed(talk: Talk, names: Sequence[str]) -> str:
    """Names one after the other, "and" before the last."""
    return f" {talk.voice.text('and')} ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


# ---- several -------------------------------------------------------------------------------------------------------


def listing(talk: Talk, found: Found, slots: Slots, line: Line | None, other: Package | None = None) -> Said:
    """What was found, one a line, the first the best; ``other`` is what there is for the segment not listed."""
    voice = talk.voice
    lines = [
        short(talk, one.package, _reason(talk, one.package, one.reasons, slots, first=place == 0))
        for place, one in enumerate(found.fits)
    ]
    after = [] if talk.facts.short else [_neighbours(talk, found), _other(talk, other), voice.text("which_one")]
    if line and not found.affordable and line.balance is not None and not packages.barrier(line, talk.facts.today):
        after.insert(0, voice.text("not_enough_yet", balance=voice.rupiah(line.balance)))
    head = _head(talk, found, slots, line)
    more = " ".join(filter(None, after))
    return voice.say(
        "packages_listed",
        *buttons(*found.packages),
        *(("postpaid",) if other else ()),
        head=head,
        list="\n".join(lines),
        after=f"\n\n{more}" if more else "",
    )


def _head(talk: Talk, found: Found, slots: Slots, line: Line | None) -> str:
    voice = talk.voice
    first = found.packages[0]
    if found.missed:
        missed = found.missed[0]
        if missed in _COMPARED:
            return voice.text(f"missed_{missed}", package=first.name)
        return voice.text("nearest", what=voice.text(f"missed_{missed}", **_values(talk, first, slots)))
    compared = [one for one in found.fits[0].reasons if one in _COMPARED]
    if compared:
        return voice.text(f"packages_{compared[0]}")
    if line and line.segment is Segment.PREPAID and found.affordable:
        return voice.text("packages_payable", balance=voice.rupiah(line.balance or 0))
    if line is None and slots.segment is None and not found.fits[0].reasons:
        return voice.text("packages_prepaid")
    return voice.text("packages_fit" if found.fits[0].reasons else "packages_some")


def _values(talk: Talk, one: Package, slots: Slots) -> dict[str, str]:
    """What texts about a wish may name."""
    voice = talk.voice
    return {
        "country": country_names(talk, slots.countries),
        "use": voice.text(f"use_{slots.use}") if slots.use else "",
        "minutes": str(one.minutes),
        "budget": voice.rupiah(slots.budget or 0),
        "quota": voice.quota(slots.mb or (slots.figure or 0) * _GB),
        "days": voice.days(slots.days or 0),
    }


def _reason(talk: Talk, one: Package, reasons: tuple[Reason, ...], slots: Slots, *, first: bool) -> str:
    """The weightiest reason that the figures do not say themselves."""
    for reason in reasons:
        if reason in _SELF_EVIDENT or (reason in _OF_THE_FIRST and not first):
            continue
        return talk.voice.text(f"reason_{reason}", **_values(talk, one, slots))
    return ""


def _neighbours(talk: Talk, found: Found) -> str:
    """What is cheaper and what is bigger than what fits, in a sentence."""
    if not found.exact or len(found.fits) > 1:
        return ""
    beside = (("neighbour_cheaper", found.cheaper), ("neighbour_bigger", found.bigger))
    return " ".join(
        talk.voice.text(key, package=one.name, price=talk.voice.rupiah(one.price)) for key, one in beside if one
    )


def _other(talk: Talk, other: Package | None) -> str:
    if other is None:
        return ""
    return talk.voice.text("if_postpaid", package=other.name, price=talk.voice.rupiah(other.price))


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
        price=voice.rupiah(one.price),
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
        price=voice.rupiah(differs.price),
        quota=voice.quota(abs(differs.mb)),
        sign=voice.text("sign_more" if differs.mb >= 0 else "sign_less"),
        days=_days_apart(talk, differs.days),
        thriftier=differs.thriftier.name,
        a_gb=voice.rupiah(round(differs.thriftier.price * _GB / differs.thriftier.quota_mb / 100) * 100),
    )
    return voice.say("said", *buttons(less, more), words=words)


def _days_apart(talk: Talk, days: int) -> str:
    if not days:
        return ""
    sign = talk.voice.text("sign_longer" if days > 0 else "sign_shorter")
    return talk.voice.text("days_apart", days=talk.voice.days(abs(days)), sign=sign)


# ---- what a line may not have --------------------------------------------------------------------------------------


def barrier(talk: Talk, line: Line, reason: RefusalReason, one: Package | None = None) -> str:
    """Why a line can buy nothing now, or not this package."""
    voice = talk.voice
    due = voice.day(line.bill_due) if line.bill_due else "-"
    until = voice.day(line.grace_until) if line.grace_until else "-"
    return voice.text(
        f"barrier_{reason}",
        package=one.name if one else "",
        price=voice.rupiah(one.price if one else 0),
        balance=voice.rupiah(line.balance or 0),
        segment=voice.text(f"kind_of_line_{line.segment}"),
        amount=voice.rupiah(line.bill or 0),
        due=due,
        until=until,
        number=phone.written(line.number),
    )
