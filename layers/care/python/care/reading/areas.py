"""Which kota, kabupaten, province or zone a customer names: ``content/areas.toml``, ``content/area_words.toml``."""

import re
from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from care import areas, content
from care.areas import KINDS, Zone
from care.reading.places import small_letters, words
from care.value import Value

_KIND = frozenset(("kota", "kabupaten", "provinsi"))
_CALLED_POSTCODE = re.compile(
    r"\b(?:kode ?post?|post ?code|postal code|zip(?: ?code)?)\b(?:(?!\brp)\D){0,25}(?<!\d)([1-9][0-9]{4})\b"
)
_BEHIND_FROM, _ANYWHERE, _UNSURE = 1, 2, 3
"""How sure a place is; 0 is the surest."""


class Place(Value):
    """Where a customer is: kota or kabupaten and province as far as a text names them, and their zone."""

    area: str = ""
    province: str = ""
    zone: Zone


class _Hit(NamedTuple):
    """What may be a place, from one word to before another, and how sure it is one: the less the surer."""

    begin: int
    end: int
    place: Place
    rank: int


def find(text: str) -> Place | None:
    """The place that a text names; None when it names none.

    A postcode that is called one counts most, then a place behind "di", "kota", "daerah" and the like, then one behind
    "dari", then any other; of equals the first.
    """
    said = tuple(KINDS.get(word, word) for word in words(text))
    hits = _places(_hits(said))
    place = _surest(hits)
    code = _postcode(text, said, hits, place)
    return _with_postcode(code, place) if code else place


def named(text: str) -> str:
    """The words that name the place a text is about, "nusa penida"; "" when it names none."""
    said = tuple(KINDS.get(word, word) for word in words(text))
    surest = min(_places(_hits(said)), key=lambda hit: (hit.rank, hit.begin), default=None)
    return " ".join(said[surest.begin : surest.end]) if surest else ""


def _hits(said: tuple[str, ...]) -> list[_Hit]:
    known, longest, ordinary = _known(), _longest(), _words("ordinary")
    hits: list[_Hit] = []
    at = 0
    while at < len(said):
        word = said[at]
        for size in range(longest.get(word, 0), 0, -1):
            phrase = " ".join(said[at : at + size])
            if phrase in known:
                place, rank = known[phrase], _rank(phrase, said[at - 1] if at else "")
                if place and rank is not None:
                    hits.append(_Hit(at, at + size, place, rank))
                at += size
                break
        else:
            # "dibandung" is in Bandung, "diserang" is attacked.
            glued = word[2:] if word.startswith("di") else ""
            there = known.get(glued)
            if there and glued not in ordinary:
                hits.append(_Hit(at, at + 1, there, 0))
            at += 1
    return hits


def _rank(phrase: str, before: str) -> int | None:
    """How sure a phrase is a place by the word before it; None when it is none."""
    if before in _words("no_place_behind"):
        return None
    if before in _words("from"):
        return _BEHIND_FROM
    if before in _words("at") or phrase.partition(" ")[0] in _KIND:
        return 0
    return _UNSURE if phrase in _words("ordinary") else _ANYWHERE


def _places(hits: list[_Hit]) -> list[_Hit]:
    """Those that are places: an ordinary word is one beside another that it lies in or near, "Batu, Jawa Timur"."""
    beside = {
        one.begin
        for left, right in pairwise(hits)
        for one in (left, right)
        if left.end == right.begin and _belong_together(left.place, right.place)
    }
    return [one for one in hits if one.rank < _UNSURE or one.begin in beside]


def _belong_together(one: Place, other: Place) -> bool:
    if one.province and other.province:
        return one.province == other.province
    return one.zone is other.zone


def _surest(hits: list[_Hit]) -> Place | None:
    """The surest place, the first of equals; a kota or kabupaten that is named too, where that is only larger."""
    ordered = sorted(hits, key=lambda hit: (hit.rank, hit.begin))
    if not ordered:
        return None
    place = ordered[0].place
    inside = (one.place for one in ordered if one.place.area and _belong_together(one.place, place))
    return place if place.area else next(inside, place)


def _postcode(text: str, said: tuple[str, ...], hits: list[_Hit], place: Place | None) -> str:
    """A postcode that is called one, or stands beside a place where it may be; "" for none, and for an amount."""
    if not any(len(word) == 5 and word.isdecimal() for word in said):
        return ""
    called = _CALLED_POSTCODE.search(small_letters(text))
    if called and areas.zone_of_postcode(called[1]):
        return called[1]
    beside = (said[at] for hit in hits for at in (hit.begin - 1, hit.end) if 0 <= at < len(said))
    return next((one for one in beside if place and _may_be_postcode(one, place)), "")


def _may_be_postcode(number: str, place: Place) -> bool:
    """Whether a number beside a place is a postcode there; a round one is an amount."""
    if number.endswith("00") or areas.zone_of_postcode(number) is not place.zone:
        return False
    return place.province in ("", areas.province_of_postcode(number))


def _with_postcode(code: str, place: Place | None) -> Place | None:
    """Where a postcode is; the place that was named as well, if it can lie there."""
    zone, province, area = areas.zone_of_postcode(code), areas.province_of_postcode(code), areas.area_of_postcode(code)
    if zone is None:
        return place
    there = Place(area=area.name if area else "", province=province, zone=zone)
    if place is None or not _belong_together(place, there):
        return there
    return Place(area=place.area or there.area, province=place.province or province, zone=zone)


@cache
def _file() -> dict[str, Any]:
    return content.toml("area_words")


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset(_file()[name])


@cache
def _known() -> Mapping[str, Place | None]:
    """Every phrase that names a place, or None: a region before the province of its name, and a kota before both."""
    areas_by_name = areas.areas()
    places = {name: Place(area=name, province=one.province, zone=one.zone) for name, one in areas_by_name.items()}
    found: dict[str, Place | None] = {
        name: places[area.name] for name, area in areas.names().items() if name not in _words("not_alone")
    }
    found |= dict.fromkeys(_words("elsewhere"))
    for zone, regions in _file()["regions"].items():
        found |= {region: Place(zone=Zone(zone)) for region in regions}
    for name, province in areas.province_names():
        place = Place(province=province, zone=areas.provinces()[province])
        found.setdefault(name, place)
        found[f"provinsi {name}"] = place
    return found


@cache
def _longest() -> Mapping[str, int]:
    """How many words the longest phrase has that begins with a word."""
    found: dict[str, int] = {}
    for phrase in _known():
        first, size = phrase.partition(" ")[0], phrase.count(" ") + 1
        found[first] = max(found.get(first, 0), size)
    return found
