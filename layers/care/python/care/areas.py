"""Where in Indonesia: provinces with their kota and kabupaten, time zones and postcodes, of ``content/areas.toml``."""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta, timezone
from enum import StrEnum
from functools import cache
from typing import Any

from care import content
from care.value import Value

_WORD = re.compile(r"[^\W_]+")
_POSTCODE = re.compile(r"[1-9][0-9]{4}")

KINDS = {"kab": "kabupaten", "kodya": "kota", "kotamadya": "kota"}
"""Short and old words for what a place is."""


class Zone(StrEnum):
    """A time zone of Indonesia (Keppres 41/1987), by the name that times are told with."""

    WIB = "WIB"
    WITA = "WITA"
    WIT = "WIT"

    @property
    def tz(self) -> timezone:
        """Its offset from UTC, the same all year."""
        return _OFFSETS[self]


_OFFSETS = {zone: timezone(timedelta(hours=hours), zone.value) for zone, hours in zip(Zone, (7, 8, 9), strict=True)}


class Area(Value):
    """A kota or kabupaten by its full name, "Kota Bandung", with its province and zone."""

    name: str
    province: str
    zone: Zone


@cache
def _file() -> dict[str, Any]:
    return content.toml("areas")


def plain(name: str) -> str:
    """A name in small letters and single spaces, short forms of kabupaten and kota written out."""
    return " ".join(KINDS.get(word, word) for word in _WORD.findall(name.lower()))


@cache
def provinces() -> Mapping[str, Zone]:
    """The zone of each province by its name."""
    return {name: Zone(one["zone"]) for name, one in _file()["provinces"].items()}


@cache
def areas() -> Mapping[str, Area]:
    """All kota and kabupaten by their full names."""
    found = {}
    for province, one in _file()["provinces"].items():
        for kind in ("kota", "kabupaten"):
            for bare in one[kind]:
                name = f"{kind.title()} {bare}"
                found[name] = Area(name=name, province=province, zone=Zone(one["zone"]))
    return found


@cache
def names() -> Mapping[str, Area]:
    """Every name of an area as `plain` writes it: the full one, the bare one, what else it is called.

    A bare name of two is the kota's; what is called a kota and is only a kabupaten is that, and the other way round.
    """
    found = {plain(name): area for name, area in areas().items()}
    found |= {name: areas()[area] for area, also in _file()["also"].items() for name in also}
    kotas_first = sorted(areas().items(), key=lambda one: one[0].startswith("Kabupaten"))
    for name, area in kotas_first:
        bare = plain(name).partition(" ")[2]
        for said in dict.fromkeys((bare, bare.replace(" ", ""))):
            for one in (said, f"kota {said}", f"kabupaten {said}"):
                found.setdefault(one, area)
    return found


def province_names() -> Iterator[tuple[str, str]]:
    """What each province is called, as `plain` writes it, and its name."""
    for name, one in _file()["provinces"].items():
        for called in (plain(name), *one.get("also", ())):
            yield called, name


def named(name: str) -> Area | None:
    """The kota or kabupaten of a name that is nothing but a name: "Kota Bandung", "kab. bandung", "Jaksel"."""
    return names().get(plain(name))


def zone_of_postcode(code: str) -> Zone | None:
    """The zone of a postcode of five digits; None when there is none that begins so."""
    known = _zones_by_beginning()
    return next((known[one] for one in _beginnings(code) if one in known), None)


def province_of_postcode(code: str) -> str:
    """The province of a postcode; "" when it is not sure."""
    known = _provinces_by_beginning()
    return next((known[one] for one in _beginnings(code) if one in known), "")


def area_of_postcode(code: str) -> Area | None:
    """The kota of a postcode; None when others begin alike."""
    return _areas_by_beginning().get(code[:3]) if _POSTCODE.fullmatch(code) else None


def _beginnings(code: str) -> tuple[str, ...]:
    """The beginnings of a postcode, the longest first."""
    return (code[:3], code[:2], code[:1]) if _POSTCODE.fullmatch(code) else ()


@cache
def _zones_by_beginning() -> dict[str, Zone]:
    return {one: Zone(zone) for zone, beginnings in _file()["zones"].items() for one in beginnings}


@cache
def _provinces_by_beginning() -> dict[str, str]:
    return {one: name for name, province in _file()["provinces"].items() for one in province["postcodes"]}


@cache
def _areas_by_beginning() -> dict[str, Area]:
    return {one: areas()[name] for name, beginnings in _file()["postcodes"].items() for one in beginnings}
