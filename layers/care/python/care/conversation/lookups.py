"""Questions whose answer is a line in a table: countries, towns, shops, and the package that was told last."""

from dataclasses import replace
from functools import cache
from typing import Any

from care import content
from care.conversation import offers, pointing, readers, script
from care.conversation.catalogue import covers_all, find
from care.conversation.talk import Said, Talk, Turn
from care.line import packages
from care.line.packages import Package
from care.reading import places, slots
from care.reading.places import HOME, Town, says, words
from care.reading.slots import Slots
from care.words import Segment

_FEW = 3
_SHORT = 10
_MOST_SHOPS = 4
_MOST_COUNTRIES = 12
_SHARING = 5
"""Numbers that share a family's package."""
_NAME = "\0"
"""Stands for a package's name until it is known whose."""
_NOT_AMONG_DETAILS = frozenset(
    {
        "fact_starts",
        "fact_window",
        "fact_all_day",
        "fact_hotspot",
        "fact_no_calls",
        "fact_no_fair_use",
        "fact_no_family",
        "fact_all_apps",
        "fact_activates",
        "fact_activates_roaming",
        "fact_buy_when",
        "fact_speed",
        "fact_runs_out",
        "fact_runs_slower",
    }
)


def answer(talk: Talk) -> Said | None:
    """What the tables say to a question; ``None`` when it is about none of them."""
    return fact(talk) or _of_country(talk)


def covering(talk: Talk) -> Turn | None:
    """Where roaming in a country is asked for: the packages that hold there, for one to be chosen."""
    said, found = _of_country(talk), _covering(talk)
    if said is None or not found:
        return talk.turn(talk.dialogue.at("start", slots=talk.slots), said) if said else None
    told = tuple(one.id for one in found)
    return talk.turn(talk.dialogue.at("packages", slots=talk.slots, told=told), said)


def fact(talk: Talk) -> Said | None:
    """What is asked of the package told last, of a town, or of what calls cost abroad."""
    return about_told(talk) or _of_5g(talk) or _of_town(talk) or _calls(talk)


def is_of_shop(talk: Talk) -> bool:
    """Whether a shop in a town is asked for, whatever the words."""
    return bool(places.town(talk.text)) and asks(talk.text, "shop")


def asks_price(talk: Talk) -> bool:
    """Whether a price of packages is asked for, maybe beside something else."""
    return asks(talk.text, "packages")


def asks_packages(talk: Talk) -> bool:
    """Whether packages are spoken of at all."""
    return asks(talk.text, "kinds") or asks_price(talk)


def asks_town(talk: Talk) -> bool:
    """Whether a town is still to be named, for a shop in it."""
    return not places.town(talk.text) and asks(talk.text, "shop")


def read_town(talk: Talk) -> Turn | None:
    """The town that was asked for."""
    town = places.towns().get(places.town(talk.text))
    return talk.turn(talk.dialogue.at("start"), _shops(talk, town)) if town else None


# ---- words ---------------------------------------------------------------------------------------------------------


@cache
def _file() -> dict[str, Any]:
    return content.toml("conversation/lookups")


def asks(text: str, name: str) -> bool:
    """Whether a text says one of the phrases of that name, and none of those that say it is meant otherwise."""
    said = words(text)
    return says(said, _phrases(name)) and not says(said, _against(name))


@cache
def _phrases(name: str) -> dict[str, str]:
    return dict.fromkeys(_file()["words"][name], name)


@cache
def _against(name: str) -> dict[str, str]:
    return dict.fromkeys(_file()["not"].get(name, ()), name)


# ---- towns ---------------------------------------------------------------------------------------------------------


def _of_town(talk: Talk) -> Said | None:
    """Networks and shops in a town; where hardly more than a town is said, what was asked before is asked of it."""
    town = places.towns().get(places.town(talk.text))
    asked, before = talk.text, talk.dialogue.recent[-2:-1]
    if town and before and len(words(asked)) <= _FEW and not (asks(asked, "shop") or asks(asked, "network")):
        asked = before[0]
    if asks(asked, "shop"):
        return _shops(talk, town)
    return _network(talk, town) if asks(asked, "network") and not talk.seen.priority.goes_first else None


def _shops(talk: Talk, town: Town | None) -> Said:
    voice = talk.voice
    if town is None:
        return voice.say("shop_where")
    found = places.service_points(town.name)
    if not found:
        return voice.say("shop_none", "agent", town=town.name)
    lines = "\n".join(
        voice.text(
            "shop_line",
            address=one.address,
            days=voice.text("shop_daily" if one.sundays else "shop_weekdays"),
            opens=one.opens,
            closes=one.closes,
        )
        for one in found[:_MOST_SHOPS]
    )
    return voice.say("shops", town=town.name, list=lines)


def _network(talk: Talk, town: Town | None) -> Said | None:
    voice = talk.voice
    if town:
        return voice.say("network_5g" if "5G" in town.networks else "network_4g", town=town.name)
    if "5g" not in words(talk.text):
        return None
    place = readers.where(talk.text)
    if place and place not in script.listed("before"):
        return voice.say("network_unknown", "agent", place=place.title())
    if not asks(talk.text, "covered"):
        return None
    having = [one.name for one in places.towns().values() if "5G" in one.networks]
    return voice.say("network_5g_towns", list=", ".join(having))


def _of_5g(talk: Talk) -> Said | None:
    """Whether there are packages for 5G."""
    of_packages = "5g" in words(talk.text) and asks(talk.text, "kinds")
    return talk.voice.say("packages_5g", "packages") if of_packages else None


# ---- countries -----------------------------------------------------------------------------------------------------


def _of_country(talk: Talk) -> Said | None:
    """Whether roaming holds in the countries named; who says more of it looks for packages."""
    said = slots.read(talk.text)
    if said.country in ("", HOME) or not asks(talk.text, "covered"):
        return None
    found = _covering(talk)
    if not found:
        return _nowhere(talk, said)
    if said.looks_beyond or said.use:
        return None
    lines = "\n".join(offers.short(talk, one) for one in found)
    country = offers.country_names(talk, said.countries)
    return talk.voice.say("roaming_covers", *offers.buttons(*found), country=country, list=lines)


def _covering(talk: Talk) -> list[Package]:
    """Up to three packages that hold in the countries named: those for fewer countries cost less."""
    said = slots.read(talk.text)
    segment = said.segment or talk.dialogue.slots.segment
    known = (one for one in packages.packages().values() if segment in (None, one.segment))
    found = [one for one in known if covers_all(one, said.countries)]
    return sorted(found, key=lambda one: (one.special, len(one.countries), one.price))[:_FEW]


def _nowhere(talk: Talk, said: Slots) -> Said:
    return talk.voice.say("packages_nowhere", "packages", "agent", country=offers.not_covered(talk, said.countries))


def _calls(talk: Talk) -> Said | None:
    """What calls cost in a country without a package."""
    said = slots.read(talk.text)
    costs = asks(talk.text, "without") or (asks(talk.text, "calls") and asks(talk.text, "costs"))
    if said.country in ("", HOME) or not costs:
        return None
    there = places.countries()[said.country]
    if not there.region:
        return _nowhere(talk, said)
    rates = places.rates(there.region)
    return talk.voice.say(
        "roaming_rates",
        "packages",
        country=talk.spoken(there.name),
        call=talk.voice.rupiah(rates.call),
        receive=talk.voice.rupiah(rates.receive),
        sms=talk.voice.rupiah(rates.sms),
    )


# ---- what was told -------------------------------------------------------------------------------------------------


def about_told(talk: Talk) -> Said | None:
    """What is asked of the package told last, or pointed at among several; else of all of those.

    ``None`` when something else is asked.
    """
    told = pointing.told(talk)
    if not told or len(words(talk.text)) > _SHORT or packages.named(talk.text):
        return None
    said = slots.read(talk.text)
    regional = pointing.regional(talk)
    if regional and said.country not in ("", HOME) and asks(talk.text, "covered"):
        return _covers(talk, regional, said.countries)
    if len(told) == 1:
        return of_package(talk, told[0])
    if talk.dialogue.place != "packages":
        return None
    one = pointing.pointed(talk)
    return of_package(talk, one[0]) if len(one) == 1 else _of_several(talk, told)


def beside_details(talk: Talk, one: Package) -> Said | None:
    """What is asked of a package and does not stand among its details."""
    said = slots.read(talk.text)
    if one.roaming and said.country not in ("", HOME) and asks(talk.text, "covered") and packages.named(talk.text):
        return _covers(talk, one, said.countries)
    key = _asked(talk, one, said)
    return _with_question(talk, _fact(talk, one, key)) if key in _NOT_AMONG_DETAILS else None


def of_package(talk: Talk, one: Package) -> Said | None:
    """What is asked of a package."""
    said = slots.read(talk.text)
    if one.roaming and asks(talk.text, "countries"):
        return _countries_of(talk, one)
    if one.roaming and said.country not in ("", HOME):
        return _country_asked(talk, one, said)
    if _asks_another(talk, said) or said.days not in (None, one.validity_days) or said.mb not in (None, one.quota_mb):
        return None
    key = _asked(talk, one, said)
    if said.use and key != "fact_all_apps":
        return _suits(talk, one, said.use) if asks(talk.text, "suits") else None
    return _with_question(talk, _fact(talk, one, key)) if key else None


def _asks_another(talk: Talk, said: Slots) -> bool:
    """Whether a text asks for a package other than what was told."""
    most = (
        said.cheapest
        or said.biggest
        or said.longest
        or (said.everything and not (asks(talk.text, "all_apps") or asks(talk.text, "costs")))
    )
    return bool(said.compares or said.country or said.budget or said.figure or most) or asks(talk.text, "another")


def _country_asked(talk: Talk, one: Package, said: Slots) -> Said | None:
    """Whether a package holds in another country that is named; who names the first one looks for packages."""
    if asks(talk.text, "covered"):
        return _covers(talk, one, said.countries)
    region = places.countries()[said.country].region == said.country
    further = talk.dialogue.slots.country and not (region or said.looks_beyond or asks(talk.text, "costs"))
    return _covers(talk, one, said.countries) if further and covers_all(one, said.countries) else None


def _of_several(talk: Talk, told: list[Package]) -> Said | None:
    """What is asked of several packages, for each of them; what is so for more of them is said once."""
    said = slots.read(talk.text)
    if said.country not in ("", HOME):
        return _covered_by(talk, told, said)
    keys = [_asked(talk, one, said) for one in told[:_FEW]]
    if _asks_another(talk, said) or said.days or said.mb or not any(keys) or (said.use and keys[0] != "fact_all_apps"):
        return None
    of_each: dict[str, list[str]] = {}
    for one, key in zip(told, keys, strict=False):
        if key:
            of_each.setdefault(_fact(talk, one, key, name=_NAME), []).append(one.name)
    lines = (text.replace(_NAME, offers.listed(talk, names)) for text, names in of_each.items())
    return _with_question(talk, "\n".join(lines), told)


def _covered_by(talk: Talk, told: list[Package], said: Slots) -> Said | None:
    """Which of several packages hold in another country that is named."""
    found = [one for one in told if one.roaming and covers_all(one, said.countries)]
    further = bool(talk.dialogue.slots.country) and len(found) == len(told)
    if not found or said.looks_beyond or not (further or asks(talk.text, "covered")):
        return None
    names = offers.listed(talk, [one.name for one in found])
    country = offers.country_names(talk, said.countries)
    return _with_question(talk, talk.voice.text("fact_covers", package=names, country=country), found)


_OF_PACKAGE = ("stops", "people", "members", "per_person", "buy_when", "activates", "again")
_OF_QUOTA = (
    "starts",
    "billed",
    "lasts",
    "renews",
    "runs_out",
    "replaces",
    "all_apps",
    "speed",
    "all_day",
    "contents",
    "costs",
)
"""What is asked of a package, by the words of ``lookups.toml``: the first that is said is answered."""


def _asked(talk: Talk, one: Package, said: Slots) -> str:
    """The text that answers what is asked of a package; "" when nothing is."""
    first = next((name for name in _OF_PACKAGE if asks(talk.text, name)), "")
    if first:
        return _key(one, first)
    if said.hotspot:
        return "fact_hotspot" if one.hotspot else "no_hotspot"
    if said.calls:
        return "fact_calls" if one.minutes else "fact_no_calls"
    if said.unlimited:
        return "fact_fair_use" if one.fair_use else "fact_no_fair_use"
    if said.family:
        return "fact_family" if one.family else "fact_no_family"
    return next((_key(one, name) for name in _OF_QUOTA if asks(talk.text, name)), "")


def _key(one: Package, name: str) -> str:
    """The text for what is asked, as it is for this package; "" when there is none."""
    family = "fact_family" if one.family else "fact_no_family"
    varying = {
        "people": family,
        "members": "fact_members" if one.family else "fact_no_family",
        "per_person": "fact_per_person" if one.family else "",
        "buy_when": "fact_buy_when" if one.roaming else "fact_starts",
        "activates": "fact_activates_roaming" if one.roaming else "fact_activates",
        "billed": f"fact_billed_{one.segment}",
        "renews": "fact_renews" if one.renews else "fact_renews_not",
        "runs_out": "fact_runs_slower" if one.fair_use else "fact_runs_out",
        "replaces": "fact_replaces" if one.segment is Segment.POSTPAID and not one.roaming else "fact_replaces_not",
        "all_day": "fact_window" if one.windows else "fact_all_day",
    }
    return varying.get(name, f"fact_{name}")


def _fact(talk: Talk, one: Package, key: str, name: str = "") -> str:
    """What is asked of a package; of one among several, whose ``name`` comes later, without speaking to anybody."""
    window = one.windows[0] if one.windows else None
    voice = replace(talk.voice, called="") if name else talk.voice
    return voice.text(
        key,
        package=name or one.name,
        days=talk.voice.days(one.validity_days),
        price=voice.rupiah(one.price),
        each=voice.rupiah(one.price // _SHARING),
        quota=offers.quota(talk, one),
        minutes=str(one.minutes),
        stop=talk.spoken(one.stop),
        begins=window.begins if window else "",
        ends=window.ends if window else "",
    )


def _suits(talk: Talk, one: Package, use: str) -> Said:
    """Whether a package is enough for a use; else which is."""
    values = {"package": one.name, "quota": offers.quota(talk, one), "use": talk.voice.text(f"use_{use}")}
    if one.roaming:
        return _with_question(talk, talk.voice.text("fact_use_abroad", **values))
    better = find(Slots(use=use, days=one.validity_days), one.segment).packages
    if use in one.uses or not better:
        return _with_question(talk, talk.voice.text("fact_use", **values))
    return _with_question(talk, talk.voice.text("fact_use_more", **values, other=offers.short(talk, better[0])))


def _covers(talk: Talk, one: Package, countries: tuple[str, ...]) -> Said:
    name = offers.country_names(talk, countries)
    if covers_all(one, countries):
        return _with_question(talk, talk.voice.text("fact_covers", package=one.name, country=name))
    known = packages.packages().values()
    fitting = [each for each in known if covers_all(each, countries) and each.segment is one.segment]
    if not fitting:
        return _nowhere(talk, slots.read(talk.text))
    lines = "\n".join(offers.short(talk, each) for each in fitting[:_FEW])
    return talk.voice.say(
        "fact_covers_not", *offers.buttons(*fitting[:_FEW]), package=one.name, country=name, list=lines
    )


def _countries_of(talk: Talk, one: Package) -> Said:
    names = [talk.spoken(places.countries()[code].name) for code in one.countries[:_MOST_COUNTRIES]]
    rest = len(one.countries) - len(names)
    more = talk.voice.text("and_more", count=str(rest)) if rest else ""
    return _with_question(talk, talk.voice.text("fact_countries", package=one.name, list=", ".join(names) + more))


def _with_question(talk: Talk, words: str, told: list[Package] | None = None) -> Said:
    """The answer, and the question that stays where packages were offered."""
    place = talk.dialogue.place
    if place == "confirm":
        return talk.voice.say("said", "confirm", "refuse", words=f"{words} {talk.voice.text('go_on')}")
    if place == "packages" and told:
        asked = "" if talk.facts.short else f"\n\n{talk.voice.text('which_one')}"
        return talk.voice.say("said", *offers.buttons(*told), words=words + asked)
    if place != "package":
        return talk.voice.say("said", words=words)
    return talk.voice.say("said", "take", "packages", "cancel", words=f"{words} {talk.voice.text('ask_take')}")
