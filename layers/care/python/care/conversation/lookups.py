"""Questions whose answer is a line in a table: countries, towns, shops, and the package that was told last."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from care import content
from care.conversation import articles, aspects, comparing, offers, pointing, readers, script
from care.conversation.catalogue import covers_all, find, of_length
from care.conversation.never_twice import was_said
from care.conversation.talk import ReadLine, Said, Talk, Turn
from care.line import packages
from care.line.packages import Package
from care.reading import areas, menus, places, remarks, slots
from care.reading.knowledge import sentences
from care.reading.places import HOME, Town, says, words
from care.reading.remarks import Remark
from care.reading.slots import Slots
from care.words import Segment

_FEW = 3
_TOLD = ("answered", "guide_offered", "person_offered")
"""Places where it is asked on about an article."""
_HARDLY_MORE = 5
"""Words that hardly say more than a town: "kalo di kota mataramnya?"."""
_SHORT = 10
_LONG = 14
"""Words of a question about packages of a kind."""
_MOST_SHOPS = 4
_MOST_COUNTRIES = 12
_PILGRIMAGES = ("hajj", "umrah")
_NETWORKS = frozenset({"network-4g-5g", "network-5g", "coverage-check"})
"""Articles that a town named alone asks on about."""
_PARTS = re.compile(r"[,;.?!\n]+")
_PLACES_NAMED = re.compile(r"[,;.?!/\n]+|\b(?:sama|dan|terus|trus|atau|ato|kalau|kalo|klo|and|or)\b", re.I)
"""What stands between two places that are asked for in one message."""
_PILGRIMS = "SA"
"""Where these lead."""
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
        "fact_no_calls_abroad",
        "fact_no_fair_use",
        "fact_no_family",
        "fact_no_family_abroad",
        "fact_all_apps",
        "fact_only_for",
        "fact_own_numbers",
        "fact_own_numbers_shared",
        "fact_activates",
        "fact_activates_roaming",
        "fact_buy_when",
        "fact_speed",
        "fact_runs_out",
        "fact_runs_slower",
        "fact_runs_out_abroad",
        "fact_runs_out_postpaid",
        "fact_prolongs",
        "fact_every_day",
        "fact_replaces",
        "fact_replaces_not",
        "fact_again",
        "fact_sms",
    }
)


_BESIDE_A_LIST = frozenset(
    {
        "fact_starts",
        "fact_activates",
        "fact_activates_roaming",
        "fact_buy_when",
        "fact_prolongs",
        "fact_no_calls_abroad",
    }
)


def answer(talk: Talk) -> Said | None:
    """What the tables say to a question; ``None`` when it is about none of them."""
    apart = comparing.apart(talk)
    return apart[0] if apart else fact(talk) or _of_country(talk)


def covering(talk: Talk) -> Turn | None:
    """Where roaming in a country is asked for: the packages that hold there, or those that the line can have."""
    said, found = _of_country(talk), _covering(talk)
    if said is None or not found:
        return talk.turn(talk.dialogue.at("start", slots=talk.slots), said) if said else None
    if talk.facts.readable and talk.facts.has_system:
        dialogue = talk.dialogue.at("start", slots=talk.slots, after="packages", told=())
        return talk.turn(dialogue, wish=ReadLine(talk.facts.readable))
    told = tuple(one.id for one in found)
    return talk.turn(talk.dialogue.at("packages", slots=talk.slots, told=told), said)


def fact(talk: Talk) -> Said | None:
    """What is asked of the package told last, of a town, of hotspots, or of what calls cost abroad."""
    return about_told(talk) or _of_5g(talk) or _of_town(talk) or _hotspots(talk) or rates(talk) or _menu(talk)


def beyond(talk: Talk) -> Turn | None:
    """What is asked of packages of a length: with the packages told."""
    return _of_kind(talk)


def is_of_place(talk: Talk) -> bool:
    """Whether a shop or the network in a place that is named is asked for, or where in a town something is done."""
    goes = asks_where(talk) and not (talk.dialogue.told and talk.dialogue.place in _TOLD)
    there = _there(talk)
    goes_on = there is not talk and (_asks_shop(there) or _asks_network(there))
    in_town = bool(places.town(talk.text)) and (_asks_shop(talk) or goes or goes_on)
    return (
        in_town
        or bool(talk.dialogue.place not in _TOLD and asks(talk.text, "shop") and _town(talk))
        or bool(asks(talk.text, "hours") and _town(talk))
        or (_answers(talk, "coverage-check") and bool(places.town(talk.text) or _elsewhere(talk)))
    )


def asks_price(talk: Talk) -> bool:
    """Whether a price of packages is asked for, maybe beside something else."""
    return asks(talk.text, "packages")


def asks_packages(talk: Talk) -> bool:
    """Whether packages are spoken of at all."""
    return asks(talk.text, "kinds") or asks_price(talk)


def asks_town(talk: Talk) -> bool:
    """Whether a town is still to be named, for a shop in it."""
    return _asks_shop(talk) and not _town(talk) and not _elsewhere(talk)


def shops_beside(talk: Talk, said: Iterable[str]) -> tuple[Said, ...]:
    """The shops in the customer's town, where he asks where to go and what is ``said`` sends him to a shop."""
    town = _town(talk)
    asked = asks_where(talk) and not _asks_shop(talk)
    return (_shops(talk, town),) if town and asked and any(map(sends_to_shop, said)) else ()


def network_told(talk: Talk, said: Said) -> tuple[str, ...]:
    """The article that is asked on about after the network of a town was told."""
    town = _town(talk)
    of_network = _network(talk, town) if town and not _asks_shop(talk) else None
    return ("network-5g",) if said == of_network and "5g" in words(talk.text) else ()


def sends_to_shop(said: str) -> bool:
    """Whether what is said sends somebody to a shop."""
    return any(asks(one, "shop") for one in sentences(said))


def asks_where(talk: Talk) -> bool:
    """Whether it is asked where something is done."""
    return "where" in aspects.asked(talk.text)


def read_town(talk: Talk) -> Turn | None:
    """The town that was asked for."""
    town = places.towns().get(places.town(talk.text))
    return talk.turn(talk.dialogue.at("start"), _shops(talk, town)) if town else None


# ---- words ---------------------------------------------------------------------------------------------------------


@cache
def _file() -> dict[str, Any]:
    return content.toml("conversation/lookups")


@lru_cache(maxsize=1024)
def asks(text: str, name: str) -> bool:
    """Whether a text says one of the phrases of that name, and none of those that say it is meant otherwise.

    Some names are asked for by the phrases of two others as well, wherever these stand: "kalau … habis".
    """
    said, both = words(text), _file()["both"].get(name, ())
    found = says(said, _phrases(name)) or (bool(both) and all(asks(text, one) for one in both))
    return found and not says(said, _against(name))


def first(text: str, *names: str) -> str:
    """The first of those names by whose phrases a text asks; "" if by none."""
    return next((name for name in names if asks(text, name)), "")


@cache
def _phrases(name: str) -> dict[str, str]:
    words, both = _file()["words"], _file()["both"]
    return dict.fromkeys(() if name in both and name not in words else words[name], name)


@cache
def _against(name: str) -> dict[str, str]:
    return dict.fromkeys(_file()["not"].get(name, ()), name)


# ---- towns ---------------------------------------------------------------------------------------------------------


def _of_town(talk: Talk) -> Said | None:
    """Networks and shops in a town; where hardly more than a town is said, what was asked before is asked of it."""
    there = _there(talk)
    if _asks_shop(there) or (there is talk and _asks_where_to_go(talk)):
        return _shops(talk, _town(talk))
    asked = _asks_network(there) or _asks_network_beside(talk)
    return _network(there, _town(talk)) if asked and not talk.seen.priority.goes_first else None


def _asks_network_beside(talk: Talk) -> bool:
    """Whether the network of a town is asked for beside something else, or after what was told of networks."""
    if not places.town(talk.text):
        return False
    of_network = not _NETWORKS.isdisjoint(talk.dialogue.told) and len(words(talk.text)) <= _SHORT
    parts = (one for one in _PARTS.split(talk.text) if places.town(one))
    return (of_network and asks(talk.text, "covered")) or any(asks(one, "network") for one in parts)


def _there(talk: Talk) -> Talk:
    """The talk about what was asked before, where hardly more than a town is said; else as it is."""
    before = talk.dialogue.recent[-2:-1]
    new = bool(places.town(talk.text)) and len(words(talk.text)) <= _HARDLY_MORE
    return talk.about(before[0]) if new and before and not (_asks_shop(talk) or _asks_network(talk)) else talk


def _asks_shop(talk: Talk) -> bool:
    if asks(talk.text, "shop") or (asks(talk.text, "hours") and _town(talk)):
        return True
    return "comes" not in aspects.asked(talk.text) and _answers(talk, "shops")


def _asks_network(talk: Talk) -> bool:
    return asks(talk.text, "network") or _answers(talk, "coverage-check")


def _answers(talk: Talk, id: str) -> bool:
    """Whether that article answers, which only asks for the place; surely, where no town was named."""
    least = articles.TOLD if _town(talk) else articles.SURE
    return any(one.article.id == id and one.chance >= least for one in talk.clause.fitting[:1])


def _asks_where_to_go(talk: Talk) -> bool:
    """Whether it is asked where in a town, maybe named before, to go with what no article surely answers."""
    asked = asks_where(talk) if places.town(talk.text) else asks(talk.text, "goes_where") and bool(_town(talk))
    return asked and not articles.to_tell(talk.clause) and not slots.read(talk.text).looks


def _town(talk: Talk) -> Town | None:
    """The town that is named; else, unless another place is, the one named last."""
    said = (talk.text, talk.heard) if _elsewhere(talk) else (talk.text, talk.heard, *reversed(talk.dialogue.recent))
    return places.towns().get(next(filter(None, map(places.town, said)), ""))


def _elsewhere(talk: Talk) -> str:
    """The place named that is none of our towns, as it is called; "" when none is."""
    if places.town(talk.text):
        return ""
    named = areas.named(talk.text) or readers.where(talk.text)
    return "" if named in script.listed("before") else named.title()


def _menu(talk: Talk) -> Said | None:
    """Where a menu of the phone is, beside a trouble."""
    seeks = talk.open_case is not None and Remark.SEEKS in remarks.read(talk.text)
    found = menus.named(talk.text) if seeks else None
    return talk.voice.say("said", words=found.on(talk.text, talk.language)) if found else None


def _shops(talk: Talk, town: Town | None) -> Said:
    voice, elsewhere = talk.voice, _elsewhere(talk)
    if town is None and not elsewhere:
        return voice.say("shop_where")
    name = town.name if town else elsewhere
    found = places.service_points(name)
    if not found:
        return voice.say("shop_none", "agent", town=name)
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
    if not asks(talk.text, "sunday"):
        told = voice.say("shops", town=name, list=lines)
        again = asks(talk.text, "hours") and was_said(talk, told)
        return voice.say("shop_hours", list=lines) if again else told
    daily = offers.listed(talk, [one.address for one in found if one.sundays])
    sunday = voice.text("shop_sunday" if daily else "shop_no_sunday", address=daily)
    return voice.say("shops", town=name, list=f"{lines}\n{sunday}")


def _network(talk: Talk, town: Town | None) -> Said | None:
    voice = talk.voice
    if town:
        told = voice.say("network_5g" if "5G" in town.networks else "network_4g", town=town.name)
        beyond = voice.say("network_beyond", "agent")
        both = replace(beyond, text=f"{told.text} {beyond.text}")
        # The town that was told before: something else is asked of it now.
        again = not places.town(talk.text) and any(was_said(talk, one) for one in (told, both))
        return None if again else both if _asks_beyond(talk) else told
    place = _elsewhere(talk)
    if place and ("5g" in words(talk.text) or asks(talk.text, "covered")):
        return voice.say("network_unknown", "agent", place=place)
    if "5g" not in words(talk.text) or not asks(talk.text, "covered"):
        return None
    having = [one.name for one in places.towns().values() if "5G" in one.networks]
    return voice.say("network_5g_towns", list=", ".join(having))


def _asks_beyond(talk: Talk) -> bool:
    """Whether the network is asked for around a town too: on an island, at sea, on a mountain."""
    return any(asks(one, "beyond") and not places.town(one) for one in _PLACES_NAMED.split(talk.text))


def _of_5g(talk: Talk) -> Said | None:
    """Whether there are packages for 5G; in a town that is named, whether it is there."""
    if "5g" not in words(talk.text) or not asks(talk.text, "kinds"):
        return None
    network = _network_of(talk)
    return talk.voice.say("packages_5g_in" if network else "packages_5g", "packages", network=network)


def network(talk: Talk) -> Said | None:
    """Whether 4G or 5G is there, for packages or in a town, where no trouble is told."""
    if slots.is_trouble(talk.text) or not asks(talk.text, "generation"):
        return None
    town = places.towns().get(places.town(talk.text))
    return _of_5g(talk) or (_network(talk, town) if town and len(words(talk.text)) <= _SHORT else None)


def _network_of(talk: Talk) -> str:
    """The networks in the town that is named, or was before; "" where none was."""
    town = places.towns().get(places.town(talk.text) or places.town(talk.heard) or talk.slots.town)
    key = "network_5g" if town and "5G" in town.networks else "network_4g"
    return replace(talk.voice, called="").text(key, town=town.name) if town else ""


def _hotspots(talk: Talk) -> Said | None:
    """Whether a hotspot is allowed, where no package is looked for."""
    said = slots.read(talk.text)
    besides = said.evolve(hotspot=False, town="")
    besides = besides.evolve(days=None, segment=None) if asks(talk.text, "my_package") else besides
    if besides != Slots() or not said.hotspot or not asks(talk.text, "allowed"):
        return None
    best = talk.clause.fitting[:1]
    if best and best[0].chance >= articles.SURE and best[0].article.id != "hotspot":
        return None
    barred = [one.name for one in packages.packages().values() if not one.hotspot]
    return talk.voice.say("hotspots", "packages", list=offers.listed(talk, barred))


# ---- countries -----------------------------------------------------------------------------------------------------


def _of_country(talk: Talk) -> Said | None:
    """Whether roaming holds in the countries named; who says more of it looks for packages."""
    said = slots.read(talk.text)
    named = [
        one for one in _covering(talk) if asks(talk.text, "countries") and pointing.is_called_by(one, said.country)
    ]
    if named:
        return _countries_of(talk, named[0])
    if said.country in ("", HOME) or not asks(talk.text, "covered"):
        return None
    found = _covering(talk)
    if not found:
        return nowhere(talk, said)
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


def nowhere(talk: Talk, said: Slots) -> Said:
    """That no package holds in the countries named."""
    return talk.voice.say("packages_nowhere", "packages", "agent", country=offers.not_covered(talk, said.countries))


def rates(talk: Talk) -> Said | None:
    """What calls cost in a country without a package; who calls there from home is told by an article."""
    said, text = slots.read(talk.text), talk.text
    calls = asks(text, "calls") and asks(text, "costs") and not asks(text, "kinds")
    calls = calls and not (said.abroad and asks(text, "calls_there"))
    home = said.country == HOME and asks(text, "calls")
    asked = calls or home or asks(text, "reached") or asks(text, "without")
    country = (said.country if said.abroad else next(countries_before(talk), "")) if asked else ""
    if country in ("", HOME):
        return None
    return rates_in(talk, country)


def rates_in(talk: Talk, country: str) -> Said:
    """What calls cost in a country without a package."""
    there = places.countries()[country]
    if not there.region:
        return nowhere(talk, Slots(country=country))
    costs = places.rates(there.region)
    return talk.voice.say(
        "roaming_rates",
        "packages",
        country=talk.spoken(there.name),
        call=talk.voice.rupiah(costs.call),
        receive=talk.voice.rupiah(costs.receive),
        sms=talk.voice.rupiah(costs.sms),
    )


def countries_before(talk: Talk) -> Iterator[str]:
    """Where the talk was abroad, the last first: as it was looked for, or only said; pilgrims go to one country."""
    named = (places.country(one) for one in reversed(talk.dialogue.recent[:-1]))
    pilgrims = _PILGRIMS if talk.dialogue.slots.use in _PILGRIMAGES else ""
    return (one for one in (talk.dialogue.slots.country, *named, pilgrims) if one not in ("", HOME))


def told_here(talk: Talk) -> list[Package]:
    """The packages told last, where they are still offered."""
    return pointing.told(talk) if talk.dialogue.place in ("packages", "package", "confirm") else []


_OF_KIND = ("renews", "lasts", "all_day", "every_day", "runs_out", "prolongs", "replaces")
"""What can be asked of all packages of a length."""


def _of_kind(talk: Talk) -> Turn | None:
    """What is asked of packages of a length, "paket bulanan", whatever was told; of any, which renew."""
    said, named = slots.read(talk.text), slots.lengths(talk.text)
    asked = first(talk.text, *_OF_KIND)
    measured = said.mb or said.budget or said.figure or said.abroad or (said.use and said.use != "night")
    if not asked or measured or len(words(talk.text)) > _LONG or packages.named(talk.text) or said.cheapest:
        return None
    segment = talk.slots.segment or Segment.PREPAID
    if len(named) == 1 and is_asked(talk):
        kind = [one for one in of_length(named[0]) if one.segment is segment]
        if not kind:
            return None
        told = tuple(one.id for one in kind[:_FEW])
        said_of = _lines_of(talk, kind, [_key(one, asked) for one in kind])
        return talk.turn(
            talk.dialogue.at("packages", slots=Slots(days=named[0]), told=told), talk.voice.say("said", words=said_of)
        )
    if asked != "renews" or named or told_here(talk) or not asks(talk.text, "kinds") or talk.facts.readable:
        return None
    renewing = _renewing(talk, segment)
    overview = talk.voice.say("renewal_overview", "packages", list=offers.listed(talk, renewing))
    return talk.turn(talk.dialogue.at("start"), overview)


def is_asked(talk: Talk) -> bool:
    """Whether something is asked, if only by a word at the end: "bisa buat maps kan"."""
    return talk.asks or asks(talk.text, "whether")


def _renewing(talk: Talk, segment: Segment) -> list[str]:
    """What renews by itself: all packages of a length, or those by name."""
    known = [one for one in packages.packages().values() if one.segment is segment and not one.roaming]
    of_days = {one.validity_days: [each for each in known if each.validity_days == one.validity_days] for one in known}
    return [
        name
        for days, kind in of_days.items()
        for name in (
            [talk.voice.text("packages_of_days", days=talk.voice.days(days))]
            if all(one.renews for one in kind)
            else [one.name for one in kind if one.renews]
        )
    ]


# ---- what was told -------------------------------------------------------------------------------------------------


def about_told(talk: Talk) -> Said | None:
    """What is asked of the package told last, or pointed at among several; else of all of those.

    ``None`` when something else is asked.
    """
    told = pointing.told(talk)
    most = _LONG if first(talk.text, *_ANYWAY) else _SHORT
    if not told or len(words(talk.text)) > most or packages.named(talk.text):
        return None
    said = slots.read(talk.text)
    if said.segment and all(one.segment is not said.segment for one in told):
        return None
    regional = pointing.regional(talk)
    if regional and said.country not in ("", HOME) and asks(talk.text, "covered"):
        return _covers(talk, regional, said.countries)
    if len(told) == 1:
        return of_package(talk, told[0])
    if talk.dialogue.place not in ("packages", "start"):
        return None
    one = pointing.pointed(talk)
    if len(one) == 1:
        return of_package(talk, one[0])
    extreme = pointing.extreme(talk) if is_asked(talk) else None
    of_extreme = of_package(talk, extreme, said.evolve(cheapest=False, biggest=False)) if extreme else None
    return of_extreme or _of_several(talk, told)


def beside_details(talk: Talk, one: Package) -> Said | None:
    """What is asked of a package and does not stand among its details."""
    said = slots.read(talk.text)
    said = said.evolve(calls=said.calls or (one.roaming and slots.read(talk.heard).calls))
    if one.roaming and said.country not in ("", HOME) and asks(talk.text, "covered") and packages.named(talk.text):
        return _covers(talk, one, said.countries)
    if said.use and talk.asks and asks(talk.text, "does") and not one.roaming:
        return _suits(talk, one, said.use)
    if asks(talk.text, "enough") and not (said.use or asks(talk.text, "credit")):
        return talk.voice.say("line_enough")
    key = _asked(talk, one, said)
    return with_question(talk, _fact(talk, one, key)) if key in _NOT_AMONG_DETAILS else None


def beside_list(talk: Talk, told: list[Package]) -> str:
    """What is asked of packages that are told in short, and does not stand in it; "" when nothing is."""
    said = slots.read(talk.text)
    keys = [key if key in _BESIDE_A_LIST else "" for key in (_asked(talk, one, said) for one in told[:_FEW])]
    return _lines_of(talk, told, keys)


def of_package(talk: Talk, one: Package, said: Slots | None = None) -> Said | None:
    """What is asked of a package; ``said`` is what the text says, without what only points at the package."""
    said = said or slots.read(talk.text)
    if one.roaming and asks(talk.text, "countries"):
        return _countries_of(talk, one)
    if one.roaming and said.country not in ("", HOME):
        return _country_asked(talk, one, said)
    anyway = _first_key(talk, one, _ANYWAY)
    if anyway:
        return with_question(talk, _fact(talk, one, anyway))
    if _asks_at_home(talk, said):
        return _at_home(talk, [one])
    if _asks_another(talk, said) or said.days not in (None, one.validity_days) or said.mb not in (None, one.quota_mb):
        return None
    key = _asked(talk, one, said)
    if said.use and key not in _OF_APPS:
        return _suits(talk, one, said.use) if asks(talk.text, "suits") else None
    return with_question(talk, _fact(talk, one, key)) if key else None


def _asks_another(talk: Talk, said: Slots) -> bool:
    """Whether a text asks for a package other than what was told."""
    most = (
        said.cheapest
        or said.biggest
        or said.longest
        or (said.everything and not (asks(talk.text, "all_apps") or asks(talk.text, "costs")))
    )
    other = said.unlimited and asks(talk.text, "there_is")
    measured = said.compares or said.country or said.budget or said.figure or most or other
    return bool(measured) or asks(talk.text, "another")


def _country_asked(talk: Talk, one: Package, said: Slots) -> Said | None:
    """Whether a package holds in another country that is named; who names the first one looks for packages."""
    if said.use in _PILGRIMAGES and said.use not in one.uses:
        return None
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
    anyway = first(talk.text, *_ANYWAY)
    keys = [_key(one, anyway) for one in told[:_FEW]] if anyway else []
    if any(keys):
        return with_question(talk, _lines_of(talk, told, keys), told)
    if _asks_at_home(talk, said):
        return _at_home(talk, told)
    if said.use and said.evolve(use="", also=()) == Slots() and asks(talk.text, "suits") and is_asked(talk):
        return _suiting(talk, told, said.use)
    keys = [_asked(talk, one, said) for one in told[:_FEW]]
    if _asks_another(talk, said) or said.days or said.mb or not any(keys) or (said.use and keys[0] not in _OF_APPS):
        return None
    return with_question(talk, _lines_of(talk, told, keys), told)


def _lines_of(talk: Talk, told: list[Package], keys: list[str]) -> str:
    """What is asked of several packages; what is so for more of them is said once."""
    of_each: dict[tuple[str, str], list[str]] = {}
    for one, key in zip(told, keys, strict=False):
        if key:
            of_each.setdefault((_fact(talk, one, key, name=_NAME), key), []).append(one.name)
    return "\n".join(
        text.replace(_NAME, offers.listed(talk, names, "or" if key in _OF_EITHER else "and"))
        for (text, key), names in of_each.items()
    )


def _asks_at_home(talk: Talk, said: Slots) -> bool:
    """Whether it is asked if packages work in Indonesia, or somewhere in it; who calls there asks something else."""
    if asks(talk.text, "calls"):
        return False
    before = bool(talk.slots.town) and asks(talk.text, "yonder")
    named = said.country == HOME or before or bool(said.town or areas.find(talk.text))
    return named and asks(talk.text, "works") and not (said.looks_beyond or said.use)


def _at_home(talk: Talk, told: list[Package]) -> Said:
    """Whether packages work in Indonesia, or in a town of it."""
    names = offers.listed(talk, [one.name for one in told])
    key = "fact_not_home" if told[0].roaming else "fact_home"
    words = " ".join(filter(None, (talk.voice.text(key, package=names), "" if told[0].roaming else _network_of(talk))))
    return with_question(talk, words, told)


def _covered_by(talk: Talk, told: list[Package], said: Slots) -> Said | None:
    """Which of several packages hold in another country that is named."""
    found = [one for one in told if one.roaming and covers_all(one, said.countries)]
    further = bool(talk.dialogue.slots.country) and len(found) == len(told)
    if not found or said.looks_beyond or not (further or asks(talk.text, "covered")):
        return None
    names = offers.listed(talk, [one.name for one in found])
    country = offers.country_names(talk, said.countries)
    return with_question(talk, talk.voice.text("fact_covers", package=names, country=country), found)


_ANYWAY = (
    *("starts", "runs_out", "prolongs", "every_day", "limits", "anywhere"),
    *("own_numbers", "replaces", "all_apps", "billed"),
)
"""What is asked of a package though another length or size is said with it."""
_OF_APPS = frozenset({"fact_all_apps", "fact_only_for"})
"""What is said of apps though a use is named."""
_OF_EITHER = frozenset(
    {"fact_runs_out", "fact_runs_out_abroad", "fact_runs_out_postpaid", "fact_activates", "fact_activates_roaming"}
)
"""Where several packages are told of as one or the other."""
_OF_PACKAGE = (
    "stops",
    "slows",
    "people",
    "members",
    "per_person",
    "buy_when",
    "activates",
    "again",
)
_OF_QUOTA = (
    "starts",
    "billed",
    "lasts",
    "renews",
    "runs_out",
    "speed",
    "all_day",
    "contents",
    "costs",
)
"""What is asked of a package, by the words of ``lookups.toml``: the first that is said is answered."""


def _asked(talk: Talk, one: Package, said: Slots) -> str:
    """The text that answers what is asked of a package; "" when nothing is."""
    asked = first(talk.text, *_OF_PACKAGE)
    if asked:
        return _key(one, asked)
    if said.hotspot:
        return "fact_hotspot" if one.hotspot else "fact_no_hotspot"
    if said.calls:
        lacking = "fact_no_calls_abroad" if one.roaming else "fact_no_calls"
        return "fact_calls" if one.minutes else lacking
    if said.unlimited:
        return "fact_fair_use" if one.fair_use else "fact_no_fair_use"
    if said.family and not (one.roaming and slots.names_home(talk.text)):
        return _of_sharing(one)
    return _first_key(talk, one, _OF_QUOTA)


def _first_key(talk: Talk, one: Package, names: tuple[str, ...]) -> str:
    """The text for the first of those names that is asked; "" when none is, or there is no text."""
    asked = first(talk.text, *names)
    return _key(one, asked) if asked else ""


def _of_sharing(one: Package) -> str:
    """Whether a package is shared by several numbers; what is shared at home is not named on a journey."""
    return "fact_family" if one.family else "fact_no_family_abroad" if one.roaming else "fact_no_family"


def _key(one: Package, name: str) -> str:
    """The text for what is asked, as it is for this package; "" when there is none."""
    family = _of_sharing(one)
    for_one_use = one.special and not (one.windows or one.minutes or one.family or one.roaming)
    varying = {
        "people": family,
        "members": "fact_members" if one.family else family,
        "per_person": "fact_per_person" if one.family else "",
        "buy_when": "fact_buy_when" if one.roaming else "fact_starts",
        "activates": "fact_activates_roaming" if one.roaming else "fact_activates",
        "billed": f"fact_billed_{one.segment}",
        "renews": "fact_renews" if one.renews else "fact_renews_not",
        "runs_out": "fact_runs_slower" if one.fair_use else _key_of_end(one),
        "starts": "fact_buy_when" if one.roaming else "fact_starts",
        "slows": "fact_runs_slower" if one.fair_use else "fact_no_fair_use",
        "limits": "fact_limits" if one.family else "",
        "anywhere": "fact_anywhere" if one.family else "",
        "replaces": "fact_replaces" if one.segment is Segment.POSTPAID and not one.roaming else "fact_replaces_not",
        "all_apps": "fact_only_for" if for_one_use else "fact_all_apps",
        "own_numbers": "fact_own_numbers_shared" if one.family else "fact_own_numbers",
        "all_day": "fact_window" if one.windows else "fact_all_day",
    }
    return varying.get(name, f"fact_{name}")


def _key_of_end(one: Package) -> str:
    """The text for what comes when the data of a package is used up."""
    if one.roaming:
        return "fact_runs_out_abroad"
    return "fact_runs_out_postpaid" if one.segment is Segment.POSTPAID else "fact_runs_out"


def _fact(talk: Talk, one: Package, key: str, name: str = "") -> str:
    """What is asked of a package; of one among several, whose ``name`` comes later, without speaking to anybody."""
    if key == "fact_speed" and _network_of(talk):
        key = "fact_speed_in"
    window = one.windows[0] if one.windows else None
    voice = replace(talk.voice, called="") if name else talk.voice
    return voice.text(
        key,
        package=name or one.name,
        days=talk.voice.days(one.validity_days),
        price=talk.voice.rupiah(one.price),
        twice=talk.voice.rupiah(2 * one.price),
        each=talk.voice.rupiah(one.price // _SHARING),
        network=_network_of(talk),
        quota=offers.quota(talk, one),
        minutes=str(one.minutes),
        use=voice.text(f"use_{one.uses[0]}") if one.uses else "",
        stop=talk.spoken(one.stop),
        begins=window.begins if window else "",
        ends=window.ends if window else "",
    )


def _suits(talk: Talk, one: Package, use: str) -> Said:
    """Whether a package is enough for a use; else which is."""
    values = {"package": one.name, "quota": offers.quota(talk, one), "use": talk.voice.text(f"use_{use}")}
    if one.roaming:
        return with_question(talk, talk.voice.text("fact_use_abroad", **values))
    better = find(Slots(use=use, days=one.validity_days), one.segment).packages
    if use in one.uses or not better:
        return with_question(talk, talk.voice.text("fact_use", **values))
    return with_question(talk, talk.voice.text("fact_use_more", **values, other=offers.short(talk, better[0])))


def _suiting(talk: Talk, told: list[Package], use: str) -> Said | None:
    """Which of several packages are for a use."""
    names = [one.name for one in told if use in one.uses]
    values = {"package": offers.listed(talk, names), "use": talk.voice.text(f"use_{use}")}
    return with_question(talk, talk.voice.text("fact_use_of", **values), told) if names else None


def _covers(talk: Talk, one: Package, countries: tuple[str, ...]) -> Said:
    name = offers.country_names(talk, countries)
    if covers_all(one, countries):
        return with_question(talk, talk.voice.text("fact_covers", package=one.name, country=name))
    known = packages.packages().values()
    fitting = [each for each in known if covers_all(each, countries) and each.segment is one.segment]
    if not fitting:
        return nowhere(talk, slots.read(talk.text))
    lines = "\n".join(offers.short(talk, each) for each in fitting[:_FEW])
    return talk.voice.say(
        "fact_covers_not", *offers.buttons(*fitting[:_FEW]), package=one.name, country=name, list=lines
    )


def _countries_of(talk: Talk, one: Package) -> Said:
    names = [talk.spoken(places.countries()[code].name) for code in one.countries[:_MOST_COUNTRIES]]
    rest = len(one.countries) - len(names)
    more = talk.voice.text("and_more", count=str(rest)) if rest else ""
    return with_question(talk, talk.voice.text("fact_countries", package=one.name, list=", ".join(names) + more))


def is_settled(talk: Talk) -> bool:
    """Whether nothing of what was told is to be chosen any more: the line may not have it, or it was given up."""
    told = talk.dialogue.told
    return pointing.NOTHING_BOUGHT in told or (bool(pointing.refused(talk)) and len(pointing.told(talk)) <= 1)


def with_question(talk: Talk, words: str, told: list[Package] | None = None) -> Said:
    """The answer, and the question that stays where packages were offered."""
    place = talk.dialogue.place
    if place == "confirm":
        return talk.voice.say("said", "confirm", "refuse", words=f"{words} {talk.voice.text('go_on')}")
    if place == "packages" and told and not is_settled(talk):
        asked = "" if talk.facts.short else f"\n\n{talk.voice.text('which_one')}"
        return talk.voice.say("said", *offers.buttons(*told), words=words + asked)
    if place != "package" or is_settled(talk):
        return talk.voice.say("said", words=words)
    return talk.voice.say("said", "take", "packages", "cancel", words=f"{words} {talk.voice.text('ask_take')}")
