"""What is only known during a call, as the names of the prompts that say it, joined as each language is spoken.

The prompts are those of ``flows/prompts/texts.toml``. One name means the same in both languages; which are said, and in
which order, is decided here. Every function takes the language, also where both say the same.
"""

from datetime import date, time

from care.areas import Zone
from care.words import Language

Pieces = tuple[str, ...]

_NAMES = (
    "adi agung agus ahmad andi ani arif ayu bambang bayu budi dedi dewi dian dimas dwi eko fajar fitri hadi hasan"
    " hendra ida indah irfan iwan joko kadek ketut komang lestari lina made maria maya muhammad nina nur nurul nyoman"
    " putri putu rahmat ratna rina rini rizky rudi sari siti slamet sri sugeng teguh tini tono wahyu wati wayan yanti"
    " yudi yuni yusuf"
)
NAMES = frozenset(_NAMES.split())
"""The first names that can be said."""

_SCALES = ((1_000_000_000, "billion"), (1_000_000, "million"), (1_000, "thousand"))
_TOO_LARGE = 1_000_000_000_000
_GB = 1024
_LAST_GROUP = (0, 4, 2)
"""How many digits are not in threes, by how many are left over."""


def number(n: int, language: Language) -> Pieces:
    """A number in words, "seratus dua belas"; one of more than twelve digits is read digit by digit."""
    if n < 0:
        return ("minus", *number(-n, language))
    if n >= _TOO_LARGE:
        return digits(str(n), language)
    said: list[str] = []
    left = n
    for scale, called in _SCALES:
        count, left = divmod(left, scale)
        if count == 1 and called == "thousand":
            said.append("one_thousand")
        elif count:
            said += [*_hundreds(count, language), called]
    if left or not said:
        # "One thousand and twelve", but "one thousand one hundred".
        joins = said and left < 100 and language is Language.ENGLISH
        said += ["and"] if joins else []
        said += _hundreds(left, language)
    return tuple(said)


def _hundreds(n: int, language: Language) -> list[str]:
    """A number below 1000."""
    hundreds, rest = divmod(n, 100)
    if not hundreds:
        return [f"n_{rest}"]
    joins = ["and"] if rest and language is Language.ENGLISH else []
    return [f"n_{hundreds}00", *joins, *([f"n_{rest}"] if rest else [])]


def amount(rupiah: int, language: Language) -> Pieces:
    """An amount in IDR: "lima puluh ribu rupiah"."""
    return (*number(rupiah, language), "rupiah")


def data(megabytes: int, language: Language) -> Pieces:
    """Data as it is written too: below 1024 MB whole, else in GB with at most one decimal: "satu koma lima giga"."""
    if megabytes < _GB:
        return _counted(megabytes, "mega", "one_mega", language)
    tenths = round(megabytes * 10 / _GB)
    whole, decimal = divmod(tenths, 10)
    if not decimal:
        return _counted(whole, "giga", "one_giga", language)
    return (*number(whole, language), "comma", f"n_{decimal}", "giga")


def digits(text: str, language: Language) -> Pieces:
    """The digits of a reference or phone number, one by one, for somebody who writes them down.

    Groups of three with a pause after each, of the last the two or four that are left: ``417 220 1935``. Anything but
    the digits 0 to 9 is passed over.
    """
    plain = "".join(one for one in text if one in "0123456789")
    last = _LAST_GROUP[len(plain) % 3]
    ends = max(len(plain) - last, 0)
    said = [piece for at in range(0, ends, 3) for piece in (f"d_{plain[at : at + 2]}", f"d_{plain[at + 2]}")]
    return (*said, *(f"d_{plain[at : at + 2]}" for at in range(ends, len(plain), 2)))


def clock(at: time, zone: Zone, language: Language) -> Pieces:
    """A time of day and its zone: "pukul empat belas tiga puluh WIB", "at two thirty PM Western Indonesia Time"."""
    minutes = () if not at.minute else (f"n_{at.minute}",) if at.minute > 9 else ("oh", f"n_{at.minute}")
    place = zone.lower()
    if language is Language.INDONESIAN:
        return ("at", f"n_{at.hour}", *minutes, place)
    if not minutes and at.hour in (0, 12):
        return ("at", "noon" if at.hour else "midnight", place)
    return ("at", f"n_{at.hour % 12 or 12}", *minutes, "pm" if at.hour >= 12 else "am", place)


def day(on: date, language: Language, *, year: bool = False) -> Pieces:
    """A day: "tiga Desember", "the third of December"; with its year on request."""
    return (f"o_{on.day}", f"month_{on.month}", *(_year(on.year, language) if year else ()))


def _year(year: int, language: Language) -> Pieces:
    """English reads 2026 as twenty, twenty-six."""
    if language is Language.ENGLISH and 2010 <= year < 2100:
        return ("n_20", f"n_{year % 100}")
    return number(year, language)


def span(low_minutes: int, high_minutes: int, language: Language) -> Pieces:
    """How many minutes, from the fewer to the more: "tiga sampai enam menit"; equal ones once."""
    low, high = sorted((low_minutes, high_minutes))
    until = _counted(high, "minutes", "one_minute", language)
    return until if low == high else (*number(low, language), "to", *until)


def _counted(n: int, many: str, one: str, language: Language) -> Pieces:
    return (one,) if n == 1 else (*number(n, language), many)


def name(full: str, language: Language) -> Pieces:
    """The first of somebody's names, if it is one of ``NAMES``; else nothing is said."""
    first = full.split(maxsplit=1)[0].lower() if full.strip() else ""
    return (f"name_{first}",) if first in NAMES else ()
