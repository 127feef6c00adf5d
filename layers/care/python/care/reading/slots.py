"""What a sentence says of a package, a place, a time or an amount: typed, whatever the words.

The words are ``content/slots.toml``; what a number means is read here, by its unit and by what stands around it. Time
and money are read only where a package is looked for: "sudah 3 hari lemot" and "Rp20.000 saya hilang" say neither.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from care import content
from care.reading import places
from care.reading.places import HOME, says, spotted, words
from care.value import Value
from care.words import Segment

_READ = 2000
_LONGEST = 4
"""Words of the longest phrase."""
_GB = 1024
_FEWEST, _MOST_FIGURE = 3, 500
_MOST_DAYS = 2 * 365
"""What is longer is an age."""
_NETWORKS = 5
""" "5g" is a network, "10g" is data."""
_LEAST_MONEY = 1000
_SHORT = 8
"""Words of a text that points at something."""
_FEW = 2
"""Words of a text that says little more than a number."""
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+|[^\w\s]")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_PLAIN_MONEY = re.compile(r"[1-9]\d{3,6}")
_SHARED_UNIT = re.compile(
    r"\b(\d{1,3}) ?(sama|dan|dengan|dgn|atau|vs|and|or|&|/) ?(?:yang |yg |the )?(\d{1,3}) ?(gb|giga|g)\b", re.I
)
_ENDS = frozenset(".!?;,")
# A sentence says first what is wrong, then what is wanted: "kuota habis mau beli yang 5gb".
_WANTS = frozenset(
    (
        "mau",
        "pengen",
        "pingin",
        "ingin",
        "butuh",
        "perlu",
        "cari",
        "nyari",
        "beli",
        "minta",
        "want",
        "need",
        "tapi",
        "but",
    )
)
_STOPS = frozenset(("transit", "transitnya", "singgah", "mampir", "layover", "stopover"))
_CORRECTS = re.compile(r"\b(?:eh|ralat|maksud(?:nya|ku)?|i mean|sorry|actually)\b", re.IGNORECASE)
_OVER = frozenset(("atas", "diatas", "lebih", "above", "over", "than"))
_BEFORE_FIGURE = frozenset(
    (
        "yang",
        "yg",
        "the",
        "eh",
        "paket",
        "pkt",
        "package",
        "plan",
        "harian",
        "mingguan",
        "bulanan",
        "pasca",
        "pascabayar",
    )
)
_THAN = frozenset(("dari", "dr", "daripada", "drpd", "than", "from"))
_EACH = {"a": 1, "an": 1, "per": 7}
"""Words before a unit of time that say one of it, and its fewest days: "2 GB per day" is no package of a day."""
_NOT = frozenset(("ga", "gak", "nggak", "tidak", "tak", "jangan", "no", "not"))
_TIMES = {"belas": 10, "puluh": 10, "ratus": 100}


class Slots(Value):
    """What was said, ``None`` or empty where nothing was.

    ``days`` a package is to last, ``mb`` its data, ``budget`` what it may cost at most in IDR; ``figure`` is a number
    without a unit, "yang 25": its GB or its price in thousands. ``use`` is what it is for (``video``, ``game``,
    ``work`` …: the uses of ``content/packages``), ``also`` what else. ``country`` is where it is to work: a code or a
    region of ``content/countries.toml``, `HOME` for Indonesia; ``beside`` are the other countries named; ``roaming``:
    abroad, wherever. ``town`` is where the customer is. ``cheapest``, ``biggest``, ``longest``: that one is wanted;
    ``thriftiest``: the one that costs least a GB.
    ``cheaper``, ``bigger``, ``longer``: than what was told last; ``step``: just the next one of them.
    ``unlimited``, ``calls``, ``hotspot``, ``family``: is asked for. ``everything``: the whole list.
    """

    days: int | None = None
    mb: int | None = None
    budget: int | None = None
    figure: int | None = None
    use: str = ""
    also: tuple[str, ...] = ()
    country: str = ""
    beside: tuple[str, ...] = ()
    town: str = ""
    segment: Segment | None = None
    roaming: bool = False
    cheapest: bool = False
    biggest: bool = False
    longest: bool = False
    thriftiest: bool = False
    cheaper: bool = False
    bigger: bool = False
    longer: bool = False
    step: bool = False
    unlimited: bool = False
    calls: bool = False
    hotspot: bool = False
    family: bool = False
    everything: bool = False

    @property
    def countries(self) -> tuple[str, ...]:
        """All countries it is to work in."""
        return (self.country, *self.beside) if self.country else ()

    @property
    def compares(self) -> bool:
        """Whether what is wanted is said by what was told last."""
        return self.cheaper or self.bigger or self.longer

    @property
    def looks(self) -> bool:
        """Whether something of a package is said that it can be found by."""
        said = self.model_dump(exclude_defaults=True).keys() - _NO_MEASURE
        return bool(said) or self.abroad

    @property
    def looks_beyond(self) -> bool:
        """Whether something other than a place is said that a package can be found by."""
        return self.evolve(country="", beside=(), roaming=False).looks

    @property
    def abroad(self) -> bool:
        """Whether it is to work outside Indonesia."""
        return self.roaming or self.country not in ("", HOME)

    @property
    def frame(self) -> "Slots":
        """What holds for all of a message: where, how long, for how much; not what one part of it wishes."""
        return Slots(**self.model_dump(include=_FRAME, exclude_defaults=True))

    def over(self, before: "Slots") -> "Slots":
        """These, and what was said before where these say nothing.

        What compares is not kept, nor what contradicts: one wish for the cheapest or the biggest, another purpose
        than before, Indonesia after a country. Who asks for calls or for a family's package on a journey still travels.
        """
        said = self.model_dump(exclude_defaults=True)
        kept = before.model_dump(exclude_defaults=True, exclude=_OF_THE_MOMENT)
        if said.keys() & _EXTREMES or self.compares:
            kept = {name: value for name, value in kept.items() if name not in _EXTREMES}
        if said.keys() & _PURPOSES:
            kept = {name: value for name, value in kept.items() if name not in _PURPOSES}
        if self.figure or (self.days and before.days not in (None, self.days)):
            # A size was one of that length, and a figure is another.
            kept.pop("mb", None)
        if self.country:
            kept.pop("beside", None)
        if self.biggest and not before.abroad:
            kept = {name: value for name, value in kept.items() if name not in ("mb", "unlimited")}
        if self.country == HOME:
            kept = {name: value for name, value in kept.items() if name not in ("country", "beside", "roaming")}
        return Slots(**{**kept, **said})


_COMPARISONS = {"cheaper", "bigger", "longer"}
_OF_THE_MOMENT = {"figure", "cheaper", "bigger", "longer", "step", "everything"}
_STEPS = {"step_up": "bigger", "step_down": "cheaper"}
"""What the next one up or down is beside the one before it."""
_FRAME = {"country", "beside", "roaming", "town", "segment", "days", "budget"}
_EXTREMES = {"cheapest", "biggest", "longest", "thriftiest"}
_PURPOSES = {"use", "also", "unlimited", "calls", "hotspot", "family"}
_NO_MEASURE = {"town", "country", "beside", "segment", "use", "also"}


def corrected(text: str) -> str:
    """What a text says in the end, where it corrects itself: "12gb, eh 25gb" is "25gb"; else all of it."""
    parts = _CORRECTS.split(text[:_READ])
    return next((one for part in reversed(parts[1:]) if _measures(_read(one := f"yang {part}"))), text)


def sizes(text: str) -> tuple[int, ...]:
    """The amounts of data named, in MB and in their order; "10 sama 25 gb" has one unit for both."""
    tokens = _tokens(_SHARED_UNIT.sub(r"\1 \4 \2 \3 \4", text[:_READ]))
    return tuple(
        dict.fromkeys(
            round(_value(one) * _units("mb")[unit])
            for one, unit in pairwise(tokens)
            if one[0].isdecimal() and one.isascii() and unit in _units("mb")
        )
    )


def lengths(text: str) -> tuple[int, ...]:
    """The lengths in days that kinds of packages are named by, the shortest first: "mingguan 4x apa bulanan"."""
    known = _units("days_alone")
    return tuple(sorted({round(known[token]) for token in _tokens(text) if token in known}))


def counts_times(text: str) -> bool:
    """Whether a text says how often: "dua kali"."""
    return not _listed("often", "of").keys().isdisjoint(_tokens(text))


def names_both_segments(text: str) -> bool:
    """Whether prepaid and postpaid are named side by side."""
    meant = {meant for _, meant in spotted(words(text), _phrases(), _LONGEST)}
    return meant >= {f"wish {one}" for one in Segment}


@lru_cache(maxsize=64)
def read(text: str) -> Slots:
    """What a text says; of what it says twice, the second where it corrects itself."""
    last = corrected(text)
    if last == text:
        return _read(text)
    whole, said = _read(text), _read(last)
    return said.over(whole.evolve(mb=None) if said.mb or said.figure else whole)


def _measures(said: Slots) -> bool:
    return bool(said.mb or said.days or said.budget or said.figure)


def _read(text: str) -> Slots:
    said = words(text)
    country, *beside = places.named_countries(text) or ("",)
    found: dict[str, object] = {"country": country, "beside": tuple(beside), "town": places.town(text)}
    uses: dict[str, None] = {}
    for _, meant in spotted(tuple(map(_without_ending, said)), _phrases(), _LONGEST):
        group, _, name = meant.partition(" ")
        if group == "use":
            uses[name] = None
        elif name == "at_home":
            found["country"] = found["country"] or HOME
        elif name in ("prepaid", "postpaid"):
            # Who names both is asking about them.
            found["segment"] = Segment(name) if found.get("segment", name) == name else None
        elif name in _STEPS:
            found |= {_STEPS[name]: True, "step": True}
        elif group == "wish":
            found[name] = True
    if "biggest" in found and "cheapest" in found:
        # The most for the least.
        found |= {"biggest": False, "cheapest": False, "thriftiest": True}
    if "thriftiest" in found:
        # "yang paling irit per giga" is no cheapest one.
        found |= {"cheapest": False, "cheaper": False}
    # What is done at night is told by what it is.
    by_day = [one for one in uses if one != "night"]
    found["use"], *also = by_day or list(uses) or [""]
    found["also"] = tuple(also)
    tokens = _tokens(text)
    looking = bool(country or found.keys() & _COMPARISONS) or _says("looking", said) or _is_little(tokens)
    for clause in sorted(_clauses(tokens), key=_is_stop):
        # A stop on the way is no journey: "umroh 9 hari, transit di Malaysia sehari".
        if not (_says("trouble", tuple(clause)) or (_is_stop(clause) and "days" in found)):
            _read_numbers(clause, found, looking=looking)
    return Slots.model_validate(found)


def names_home(text: str) -> bool:
    """Whether a text names a kind of package that is for Indonesia only."""
    return _says("home", words(text))


def is_trouble(text: str) -> bool:
    """Whether a text tells of trouble, a bill or a top-up, by its words."""
    return _says("trouble", words(text))


def asked_of_line(text: str) -> str:
    """What a text first asks of the own line, by the names in ``content/slots.toml``; "" if all."""
    return next(iter(all_asked_of_line(text)), "")


def all_asked_of_line(text: str) -> tuple[str, ...]:
    """All that a text asks of the own line, each once."""
    found = spotted(words(text), _line_phrases(), _LONGEST)
    return tuple(dict.fromkeys(meant.partition(" ")[2] for _, meant in found))


def pointed(text: str, among: int, *, best: bool = False, pronouns: bool = True, plainly: bool = False) -> int | None:
    """Which of so many things told a short text points at: "yang kedua", "2".

    "itu" is the only one, or the first where that was told as the ``best``; not where ``pronouns`` say something else.
    ``plainly``: a number alone counts something else.
    """
    for place in _ordinals(text, plainly=plainly):
        if place == 0 and pronouns and (among == 1 or best):
            return 0
        at = among - 1 if place < 0 else place - 1
        if place and at < among:
            return at
    return None


def pointed_at(text: str, among: int) -> tuple[int, ...]:
    """All of so many things told that a short text counts out: "beda yang pertama sama yang ketiga"."""
    places = (among - 1 if place < 0 else place - 1 for place in _ordinals(text) if place)
    return tuple(dict.fromkeys(at for at in places if at < among))


def _ordinals(text: str, *, plainly: bool = False) -> list[int]:
    said = words(text)
    known = {phrase: place for place, phrases in _file()["ordinal"].items() for phrase in phrases}
    if plainly:
        known = {one: place for one, place in known.items() if not (one.isdecimal() or one in _units("digits"))}
    return [int(meant) for _, meant in spotted(said, known, _LONGEST)] if len(said) <= _SHORT else []


# ---- words ---------------------------------------------------------------------------------------------------------


@cache
def _file() -> dict[str, Any]:
    return content.toml("slots")


def _group(*names: str) -> dict[str, str]:
    found = _file()
    return {
        phrase: f"{group} {name}" if group in names else ""
        for group in ("none", *names)
        for name, phrases in found[group].items()
        for phrase in phrases
    }


@cache
def _phrases() -> dict[str, str]:
    return _group("use", "wish")


def _without_ending(word: str) -> str:
    """ "telponnya" is telpon."""
    known = _phrases()
    stem = word.removesuffix("nya")
    return stem if word not in known and stem in known else word


@cache
def _line_phrases() -> dict[str, str]:
    return _group("line")


@cache
def _listed(group: str, name: str) -> dict[str, str]:
    return dict.fromkeys(_file()[group][name], group)


@cache
def _units(name: str) -> dict[str, float]:
    return {word: float(worth) for worth, words in _file()[name].items() for word in words}


def _says(group: str, said: tuple[str, ...]) -> bool:
    return says(said, _listed(group, "of"))


def _is_little(tokens: list[str]) -> bool:
    """Whether a text says hardly more than a number: "50rb aja"."""
    units = _units("days").keys() | _units("mb").keys() | _units("money").keys()
    return sum(word.isalpha() and word not in units for word in tokens) <= _FEW


# ---- numbers -------------------------------------------------------------------------------------------------------


def _tokens(text: str) -> list[str]:
    """Words, numbers and signs; numbers in words as digits."""
    plain = unicodedata.normalize("NFKC", text[:_READ])[:_READ].lower().replace("\n", " . ")
    tokens: list[str] = []
    number: float | None = None
    ones = _units("digits")
    for token in _TOKEN.findall(plain):
        if token in ones:
            number = (number or 0) + ones[token]
        elif token in _TIMES and number is not None:
            number = number + 10 if token == "belas" else number // 10 * 10 + number % 10 * _TIMES[token]
        else:
            if number is not None:
                tokens.append(f"{number:g}")
                number = None
            tokens.append(token)
    return tokens if number is None else [*tokens, f"{number:g}"]


def _clauses(tokens: list[str]) -> Iterator[list[str]]:
    """The parts of a text, each of which says one thing."""
    clause: list[str] = []
    for token in tokens:
        if token in _ENDS or token in _WANTS or token in _STOPS:
            yield clause
            clause = []
        clause.append(token)
    yield clause


def _is_stop(clause: list[str]) -> bool:
    """Whether a part of a text is about a stop on the way."""
    return clause[:1] != [] and clause[0] in _STOPS


def _read_numbers(clause: list[str], found: dict[str, object], *, looking: bool) -> None:
    for at, token in enumerate(clause):
        before, after = clause[max(at - 3, 0) : at], clause[at + 1 : at + 4]
        counted = before[-1:] and before[-1][0].isdecimal()
        if token in _units("days_alone") and not (counted or _is_past(before, after) or _is_how_often(before, after)):
            days = round(_units("days_alone")[token])
            if found.get("beside"):
                found["days"] = _int(found.get("days")) + days
                continue
            # "harian atau bulanan?" is any of them.
            found["days"] = days if found.get("days", days) == days else None
        elif _is_for_today(clause[at : at + 2], before):
            found.setdefault("days", 1)
        elif token in _units("money_alone"):
            found["budget"] = round(_units("money_alone")[token])
        elif token in _EACH and after and _units("days").get(after[0], 0) >= _EACH[token]:
            _read_number("1", before, after, found, looking=looking)
        elif token[0].isdecimal() and token.isascii():
            _read_number(token, before, after, found, looking=looking)


def _read_number(token: str, before: list[str], after: list[str], found: dict[str, object], *, looking: bool) -> None:
    unit = after[0] if after else ""
    last = before[-1] if before else ""
    value = _value(token)
    if unit in _units("mb") or (unit == "g" and value > _NETWORKS):
        # "dari yang 10gb ke yang lebih gede" is what is left.
        if not (_THAN.intersection(before) and found.keys() & _COMPARISONS):
            found.setdefault("mb", round(value * _units("mb").get(unit, _GB)))
    elif unit in _units("money") or last in ("rp", "idr") or _is_plain_money(token, last, unit):
        amount = round(value * _units("money").get(unit, 1))
        # "Rp 50" is said for Rp50.000.
        amount = amount * 1000 if amount < _LEAST_MONEY else amount
        if looking and (not _OVER.intersection(before) or _NOT.intersection(before) or "cheaper" in found):
            found["budget"] = max(amount, _int(found.get("budget")))
    elif unit in _units("days"):
        if looking and not (_is_past(before, after[1:]) or _is_how_often(before, after[1:])):
            # A journey through several countries takes as long as it takes in all.
            until_then = _int(found.get("days")) if found.get("beside") else 0
            days = until_then + round(value * _units("days")[unit])
            if days <= _MOST_DAYS:
                found["days"] = days
    elif last in _BEFORE_FIGURE and _is_figure(value) and unit not in _listed("counted", "of"):
        found["figure"] = round(value)


def _is_for_today(clause: list[str], before: list[str]) -> bool:
    """Whether something is for today: "buat hari ini doang", "only for today"."""
    here = clause[:1] == ["today"] or clause == ["hari", "ini"]
    return here and not _listed("looking", "today").keys().isdisjoint(before)


def _is_figure(value: float) -> bool:
    return _FEWEST <= value <= _MOST_FIGURE and value == round(value)


def _is_how_often(before: list[str], after: list[str]) -> bool:
    """Whether a time says how often something is done: "seminggu sekali", "once a week", "seminggu 3 kali"."""
    counted = after[1:2] if after and after[0][0].isdecimal() else after[:1]
    return not _listed("often", "of").keys().isdisjoint([*before[-1:], *counted])


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0


def _value(token: str) -> float:
    """ "50.000" is fifty thousand, "1.5" and "1,5" one and a half."""
    if _GROUPED.fullmatch(token):
        return float(re.sub(r"[.,]", "", token))
    whole, _, rest = token.replace(",", ".").partition(".")
    return float(f"{whole[:9]}.{rest.partition('.')[0][:3] or 0}")


def _is_plain_money(token: str, last: str, unit: str) -> bool:
    """Money without a word for it: "50.000", "50000"; no year, and no part of a phone number or a date."""
    if last in ("-", "/", "+") or unit in ("-", "/") or last[:1].isdecimal() or unit[:1].isdecimal():
        return False
    if _GROUPED.fullmatch(token):
        return True
    return bool(_PLAIN_MONEY.fullmatch(token)) and int(token) % 500 == 0 and token != "2000"


def _is_past(before: list[str], after: list[str]) -> bool:
    """Whether a time is one that has passed or is running."""
    close = before[-2:]
    if close[-1:] == ["dari"] and close[0] in ("lebih", "kurang"):
        return False
    near = " ".join(after[:1]), " ".join(after[:2])
    return not _listed("past", "before").keys().isdisjoint(close) or not _listed("past", "after").keys().isdisjoint(
        near
    )
