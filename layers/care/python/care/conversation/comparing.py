"""Packages held against each other: two, a short one bought several times and a long one, prepaid and postpaid."""

import re

from care.conversation import catalogue, offers, pointing, script
from care.conversation.talk import Said, Talk
from care.line import packages
from care.line.packages import Package
from care.reading import slots
from care.reading.slots import Slots
from care.words import Segment

_MONTH = 30
_FEW = 8
"""Words of a size that is said after a question."""
_TIMES = re.compile(r"\b(\d{1,2}) ?(?:x|kali|times)\b", re.I)


def two(talk: Talk) -> list[Package]:
    """The two packages that a text holds against each other; else the one that it names, or points at."""
    found = packages.named(slots.corrected(talk.text))
    compares = script.says("compares", talk.text)
    if compares and len(found) < 2:
        counted = pointing.counted(talk)
        pair = _two_sizes(talk.text) or _next_to_cheapest(talk) or _next_bigger(found, talk)
        pair = pair or _of_other_segment(talk, found)
        found = pair or (counted if len(counted) > 1 else found)
    pointed = found or pointing.pointed(talk)
    told = pointing.told(talk)
    if len(pointed) == 1 and told and told[0] not in pointed and compares:
        return [told[0], *pointed]
    return pointed


_OR = frozenset(("apa", "atau", "ato", "or", "vs", "dari", "daripada", "dibanding", "than"))
Compared = tuple[Said, tuple[Package, ...]]
"""What is said, and of which packages."""


def apart(talk: Talk) -> Compared | None:
    """What a text holds against each other that are no two packages: two lengths, or prepaid and postpaid."""
    if packages.named(talk.text):
        return None
    compares = script.says("compares", talk.text)
    before = talk.dialogue.recent[-2:-1] if talk.asks or len(script.tokens(talk.text)) <= _FEW else ()
    sized = (talk.heard, *before) if slots.read(talk.text).mb else ()
    if any(map(slots.names_both_segments, sized)) or (compares and slots.names_both_segments(talk.text)):
        return _segments(talk)
    said = slots.read(talk.text)
    judged = said.cheaper or said.cheapest or said.thriftiest or said.biggest or said.bigger
    return _lengths(talk) if compares or (judged and bool(_OR & {*script.tokens(talk.text)})) else None


def beside_own(talk: Talk, own: Package, told: list[Package]) -> str:
    """How each of those told differs from what the line has."""
    voice = talk.voice
    lines = []
    for one in told:
        differs = packages.compare(own, one)
        minutes = one.minutes - own.minutes
        lines.append(
            voice.text(
                "of_own",
                package=one.name,
                price=voice.rupiah(abs(differs.price)),
                price_sign=voice.text("sign_dearer" if differs.price >= 0 else "sign_cheaper"),
                quota=voice.quota(abs(differs.mb)),
                sign=_sign(talk, differs.mb),
                minutes=voice.text("minutes_apart", minutes=str(abs(minutes)), sign=_sign(talk, minutes))
                if minutes
                else "",
            )
        )
    return voice.text("compared_to_own", package=own.name, list="\n".join(lines))


def _sign(talk: Talk, amount: int) -> str:
    return talk.voice.text("sign_more" if amount >= 0 else "sign_less")


def _two_sizes(text: str) -> list[Package]:
    """The packages of two sizes that are held against each other: "mingguan 5gb sama 12gb"."""
    said = slots.read(text)
    found = [catalogue.find(said.evolve(mb=size, figure=None, budget=None)).packages for size in slots.sizes(text)[:2]]
    firsts = list({each[0].id: each[0] for each in found if each}.values())
    return firsts if len(firsts) == 2 else []


def _next_to_cheapest(talk: Talk) -> list[Package]:
    """ "bedanya yang paling murah sama yang di atasnya": of what was told, else of what there is."""
    said = slots.read(talk.text)
    if not (said.cheapest and said.bigger):
        return []
    among = pointing.told(talk) or list(catalogue.find(talk.slots.evolve(bigger=False)).packages)
    return sorted(among, key=lambda one: one.price)[:2]


def _next_bigger(named: list[Package], talk: Talk) -> list[Package]:
    """ "bedanya bulanan 10gb sama yang di atasnya": the one named, and the nearest that is bigger and lasts as long."""
    if len(named) != 1 or not slots.read(talk.text).bigger:
        return []
    wanted = Slots(bigger=True, days=named[0].validity_days, segment=named[0].segment)
    bigger = catalogue.find(wanted, told=(named[0].id,)).packages
    return [named[0], bigger[0]] if bigger and bigger[0].quota_mb > named[0].quota_mb else []


def _of_other_segment(talk: Talk, named: list[Package]) -> list[Package]:
    """The package named or told, and one of about its size of the segment that it is compared with."""
    segment, meant = slots.read(talk.text).segment, named or pointing.told(talk)
    if len(meant) != 1 or meant[0].roaming or segment in (None, meant[0].segment):
        return []
    like = Slots(mb=meant[0].quota_mb, days=meant[0].validity_days, segment=segment)
    return [meant[0], *catalogue.find(like).packages[:1]]


def _lengths(talk: Talk) -> Compared | None:
    """A short package as often as it is bought in the time of a long one, and the long one of about that size."""
    days = slots.lengths(talk.text)
    if len(days) < 2:
        return None
    short, long = days[0], days[-1]
    said = talk.slots.evolve(days=None, mb=None, cheapest=False, thriftiest=False, bigger=False)
    one = catalogue.find(said.evolve(days=short, cheapest=True)).packages[0]
    times = _TIMES.search(talk.text)
    often = int(times[1]) if times else long // one.validity_days
    of_long = [each for each in catalogue.of_length(long) if each.segment is one.segment]
    if not of_long or often < 1:
        return None
    other = min(of_long, key=lambda each: abs(each.quota_mb - often * one.quota_mb))
    words = talk.voice.say(
        "compared_lengths",
        *offers.buttons(one, other),
        one=one.name,
        times=str(often),
        sum=talk.voice.rupiah(often * one.price),
        quota=talk.voice.quota(often * one.quota_mb),
        days=talk.voice.days(often * one.validity_days),
        other=offers.short(talk, other),
        better=_better(talk, one, often, other),
    )
    return words, (one, other)


def _better(talk: Talk, one: Package, often: int, other: Package) -> str:
    voice = talk.voice
    saves, mb = often * one.price - other.price, other.quota_mb - often * one.quota_mb
    thrifty, mb = (other, mb) if saves >= 0 else (one, -mb)
    more = voice.text("lengths_more" if mb > 0 else "lengths_less", quota=voice.quota(abs(mb))) if mb else ""
    key = "lengths_better" if saves else "lengths_same"
    return voice.text(key, package=thrifty.name, price=voice.rupiah(abs(saves)), more=more)


def _segments(talk: Talk) -> Compared:
    """How prepaid and postpaid differ; of about the size that is said one of each."""
    voice, said = talk.voice, slots.read(talk.text)
    words = voice.text("prepaid_or_postpaid")
    if not said.mb:
        return voice.say("said", "packages", words=words), ()
    wanted = Slots(mb=said.mb, days=_MONTH)
    one, other = (catalogue.find(wanted.evolve(segment=each)).packages[0] for each in Segment)
    thrifty = packages.compare(one, other).thriftier
    of_both = voice.text(
        "of_both",
        one=offers.short(talk, one),
        other=offers.short(talk, other),
        thriftier=thrifty.name,
        a_gb=offers.a_gb(talk, thrifty),
    )
    return voice.say("said", *offers.buttons(one, other), words=f"{words}\n\n{of_both}"), (one, other)
