"""The places that customers name: countries to roam in, towns, and the operator's shops there.

``content/countries.toml``, ``content/towns.toml`` and ``content/service_points.toml``.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from care import content
from care.value import Value
from care.words import Text

HOME = "ID"
_WORD = re.compile(r"[^\W_]+")
_READ = 2000
_LONGEST_PHRASE = 4
_LONGEST = 3
"""Words of the longest name of a place."""
_BEFORE = frozenset(
    (
        "ke",
        "di",
        "dari",
        "utk",
        "untuk",
        "buat",
        "dan",
        "liburan",
        "in",
        "the",
        "to",
        "at",
        "of",
        "from",
        "for",
        "and",
        "trip",
        "about",
        "sama",
        "atau",
        "or",
        "plus",
        "visit",
        "visiting",
        "kalau",
        "kalo",
        "klo",
    )
)
_FROM = (("dari",), ("dr",), ("from",))
_NO_PLACE_AFTER = frozenset(["bahasa"])
# "paket eropa" and "the Europe one" name a package, not where it is to work.
_OF_A_PACKAGE = frozenset(("paket", "pkt", "roaming", "package", "plan", "one"))


class Country(Value, extra="forbid"):
    """A country by its ISO 3166-1 code, or a region by its id, in small letters; ``region`` is where it lies.

    A country without a region is one where no package and no price holds.
    """

    code: str
    name: Text
    region: str = ""


class Rates(Value, extra="forbid"):
    """What it costs abroad without a package, in IDR: a minute of a call made or received, and an SMS sent."""

    call: int
    receive: int
    sms: int


class Town(Value, extra="forbid"):
    """A town, and the networks there, ``4G`` and ``5G``."""

    name: str
    networks: tuple[str, ...]


class ServicePoint(Value, extra="forbid"):
    """A shop of the operator. Times are of the place: ``09.00``; it is open on weekdays and Saturdays."""

    town: str
    address: str
    opens: str
    closes: str
    sundays: bool


# ---- words ---------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def small_letters(text: str) -> str:
    """The beginning of a text in small letters, apostrophes left out."""
    # Some letters stand for eighteen.
    return unicodedata.normalize("NFKC", text[:_READ])[:_READ].lower().replace("'", "").replace("’", "")


@lru_cache(maxsize=64)
def words(text: str) -> tuple[str, ...]:
    """The words and numbers of the beginning of a text, in small letters."""
    return tuple(_WORD.findall(small_letters(text)))


def spotted(said: tuple[str, ...], known: Mapping[str, str], longest: int) -> Iterator[tuple[int, str]]:
    """Where a text says one of the phrases known, the longest that fits, and what it means."""
    begin = 0
    while begin < len(said):
        for end in range(min(begin + longest, len(said)), begin, -1):
            meant = known.get(" ".join(said[begin:end]))
            if meant is not None:
                yield begin, meant
                begin = end
                break
        else:
            begin += 1


def says(said: tuple[str, ...], known: Mapping[str, str]) -> bool:
    """Whether a text says one of the phrases known, none of more than four words."""
    return not known.keys().isdisjoint(_runs(said))


@lru_cache(maxsize=64)
def _runs(said: tuple[str, ...]) -> frozenset[str]:
    """All runs of as many words as a phrase may have."""
    ends = range(1, _LONGEST_PHRASE + 1)
    return frozenset(" ".join(said[at : at + length]) for at in range(len(said)) for length in ends)


# ---- places --------------------------------------------------------------------------------------------------------


def country(text: str) -> str:
    """The code of the first country or region named, `HOME` for Indonesia; "" when none is."""
    return next(iter(named_countries(text)), "")


@lru_cache(maxsize=64)
def named_countries(text: str) -> tuple[str, ...]:
    """The codes of all countries and regions named, in their order.

    Beside another country neither Indonesia is one, "from Japan to Indonesia", nor the region in a package's name. Who
    comes here from one is in Indonesia: "coming to Bali from Germany".
    """
    found = _countries_said(text)
    regions = {_all_countries()[meant]["region"] for meant in found if meant not in _file("countries")["regions"]}
    asked = tuple(meant for meant, beside in found.items() if not beside and meant not in regions)
    if asked and _comes(text, len(asked)):
        return (HOME,)
    return asked or tuple(found)


def _comes(text: str, named: int) -> bool:
    """Whether all the countries named, so many, are where somebody comes from who visits; who calls home does not."""
    said, phrases = words(text), _file("countries")["visitors"]
    if says(said, dict.fromkeys(phrases["calls"], "")):
        return False
    names, short = _country_names()
    left = [at for at, meant in _places(said, {**names, **short}, {}) if meant != HOME and _is_left(said[:at])]
    return len(left) >= named and (bool(town(text)) or says(said, dict.fromkeys(phrases["comes"], "")))


def regions_of_packages(text: str) -> tuple[str, ...]:
    """The regions that name a package beside a country: "paket eropa bisa di Qatar?"."""
    named = named_countries(text)
    return tuple(meant for meant in _countries_said(text) if meant not in named and meant != HOME)


def _countries_said(text: str) -> dict[str, bool]:
    """The countries and regions said, and whether each may be said only beside another."""
    names, short = _country_names()
    said = words(text)
    found: dict[str, bool] = {}
    for at, meant in _places(said, names, short):
        around = {*said[max(at - 1, 0) : at], *said[at + 1 : at + 2]}
        of_package = meant in _file("countries")["regions"] and not _OF_A_PACKAGE.isdisjoint(around)
        found[meant] = found.get(meant, True) and (meant == HOME or of_package)
    return found


@lru_cache(maxsize=64)
def town(text: str) -> str:
    """The name of the first of our towns that is named; "" when none is."""
    return next((meant for _, meant in _places(words(text), _town_names(), {})), "")


def _is_left(before: tuple[str, ...]) -> bool:
    """Whether a place said after these words is where somebody comes from: "from the Netherlands"."""
    return tuple(one for one in before[-2:] if one != "the")[-1:] in _FROM


@cache
def _file(name: str) -> dict[str, Any]:
    return content.toml(name)


@cache
def countries() -> dict[str, Country]:
    """All countries and regions by code."""
    return {
        code: Country(code=code, name=Text(id=one["id"], en=one["en"]), region=one["region"])
        for code, one in _all_countries().items()
    }


@cache
def _all_countries() -> dict[str, dict[str, Any]]:
    found = _file("countries")
    regions = {id: {**one, "region": id} for id, one in found["regions"].items()}
    elsewhere = {code: {**one, "region": ""} for code, one in found["elsewhere"].items()}
    return {**regions, **found["countries"], **elsewhere}


@cache
def _rates() -> dict[str, Rates]:
    return {region: Rates.model_validate(one) for region, one in _file("countries")["rates"].items()}


def rates(region: str) -> Rates:
    """The prices in a region. Raises ``KeyError``."""
    return _rates()[region]


@cache
def towns() -> dict[str, Town]:
    """All towns by name."""
    found = _file("towns")["towns"]
    return {name: Town(name=name, networks=one["networks"]) for name, one in found.items()}


@cache
def _service_points() -> tuple[ServicePoint, ...]:
    return tuple(ServicePoint.model_validate(one) for one in _file("service_points")["points"])


def service_points(town: str) -> tuple[ServicePoint, ...]:
    """The shops in a town; none when there are none, or no such town."""
    return tuple(one for one in _service_points() if one.town == town)


def _places(said: tuple[str, ...], names: Mapping[str, str], short: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    """The names said and where; a short one only at the beginning or behind a word that a place follows."""
    plain = tuple(_without_endings(word, names) for word in said)
    for at, meant in spotted(plain, {**names, **short} if short else names, _LONGEST):
        before = said[at - 1] if at else ""
        if before not in _NO_PLACE_AFTER and (plain[at] not in short or before in _BEFORE or not at):
            yield at, meant


def _without_endings(word: str, names: Mapping[str, str]) -> str:
    """ "jepangnya" and "kejepang" are Jepang."""
    for one in (word, word.removesuffix("nya"), word.removeprefix("ke"), word.removeprefix("di")):
        if one in names:
            return one
    return word


def _by_name(named: Iterable[tuple[str, Iterable[str]]]) -> dict[str, str]:
    return {" ".join(words(name)): meant for meant, names in named for name in names}


@cache
def _country_names() -> tuple[dict[str, str], dict[str, str]]:
    both = _all_countries()
    full = ((code, (one["id"], one["en"].removeprefix("the "), *one.get("also", ()))) for code, one in both.items())
    return _by_name(full), _by_name((code, one.get("after", ())) for code, one in both.items())


@cache
def _town_names() -> dict[str, str]:
    found = _file("towns")["towns"]
    return _by_name((name, (name, *one.get("also", ()))) for name, one in found.items())
