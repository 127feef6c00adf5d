"""Packages are found for a customer, told, compared, and held against what the line has."""

import re
from dataclasses import replace

from care.conversation import (
    catalogue,
    comparing,
    complaints,
    line_notes,
    line_told,
    lookups,
    offers,
    pointing,
    script,
)
from care.conversation.pointing import REFUSED
from care.conversation.proving import need_line
from care.conversation.talk import ReadLine, Said, Talk, Turn, more_said
from care.line import packages
from care.line.line import Line, RefusalReason
from care.line.packages import Package
from care.reading import knowledge, slots
from care.reading.slots import Slots
from care.words import Segment

_ENOUGH = frozenset(("cukup", "cukupkah", "enough", "sufficient"))
_MOST = {"cheapest": "missed_cheaper", "biggest": "missed_bigger", "longest": "missed_longer"}
JOURNEY = "journey"
"""What a line is read for to find packages of a journey, as ``Dialogue.after``."""
_OTHERS = 2
"""So many packages are told of the other segment."""


def sought(talk: Talk) -> Slots:
    """What packages are looked for by: for a journey what is known of it, else all that is said."""
    return talk.dialogue.slots if talk.dialogue.after == JOURNEY else talk.slots


def see_packages(talk: Talk) -> Turn:
    """What there is, whatever was looked for before; of a line that was shown, its own."""
    if line_told.LINE in talk.dialogue.told and talk.facts.readable:
        return need_line(talk, "package_only")
    return find_packages(talk, slots.read(talk.text))


def find_packages(talk: Talk, wanted: Slots) -> Turn:
    """The packages that fit what is looked for, told at once, and for the line where one may be read.

    What is asked of the one that was told last is answered of that.
    """
    if lookups.asks(talk.text, "own_package"):
        return need_line(talk, "package")
    if script.says("renews_package", talk.text) and not lookups.is_asked(talk):
        return need_line(talk, "renew")
    fact = lookups.fact(talk)
    if fact:
        return talk.stay(fact)
    dialogue = talk.dialogue.at("start", slots=wanted)
    number = talk.facts.readable
    if number and talk.facts.has_system:
        return talk.turn(dialogue.evolve(after="packages"), wish=ReadLine(number))
    return tell_found(replace(talk, dialogue=dialogue), wanted, None)


def find_there(talk: Talk, wanted: Slots) -> Turn:
    """The packages for a journey, whatever else the words say of a package for home."""
    dialogue, number = talk.dialogue.at("start", slots=wanted), talk.facts.readable
    if number and talk.facts.has_system:
        return talk.turn(dialogue.evolve(after=JOURNEY), wish=ReadLine(number))
    return tell_found(replace(talk, dialogue=dialogue), wanted, None)


def tell_found(talk: Talk, wanted: Slots, line: Line | None) -> Turn:
    """One that fits is told in full, several in short; what the line can have none of is told as well."""
    today, told = talk.facts.today, tuple(one.id for one in pointing.told(talk))
    beside = _left(talk, line) or told
    wanted = wanted if line else wanted.evolve(segment=wanted.segment or _segment_said(talk))
    compared = packages.packages().get(beside[0]) if wanted.compares and beside else None
    segment = compared.segment if compared else None
    says = slots.read(talk.text)
    # "lebih murah, tetap buat meeting": the use goes before the length.
    sought = wanted.evolve(days=None) if says.compares and says.use and not says.days else wanted
    found = catalogue.find(sought, segment, line, today=today, told=beside)
    if catalogue.Reason.BUDGET in found.missed and says.budget is None and (says.days or says.mb):
        # What is wished now goes before the price that was named before.
        wanted = wanted.evolve(budget=None)
        found = catalogue.find(wanted, segment, line, today=today, told=beside)
    other = _of_other_segment(talk, wanted, found, line)
    if other and not found.fits:
        found, other = catalogue.find(wanted, Segment.POSTPAID, today=today), ()
    dialogue = talk.dialogue.at("packages", slots=wanted)
    if not found.fits:
        return talk.turn(
            dialogue.at("start", slots=wanted.evolve(country="", beside=())), lookups.nowhere(talk, wanted)
        )
    if len(found.fits) == 1 and found.exact and not found.lost and found.fits[0].reasons:
        if told == (found.packages[0].id,):
            return _best_of_told(talk, found, wanted, line)
        return details_for(replace(talk, dialogue=dialogue), found.packages[0], line, found)
    if tuple(one.id for one in found.packages) == told and found.exact:
        return _best_of_told(talk, found, wanted, line)
    return listed(talk, found, wanted, line, other)


def listed(
    talk: Talk,
    found: catalogue.Found,
    wanted: Slots,
    line: Line | None,
    other: tuple[Package, ...] = (),
    refused: RefusalReason | None = None,
) -> Turn:
    """Several packages in short, or one that is only near; a line that may buy none is not asked which one."""
    barred = packages.barrier(line, talk.facts.today) if line else None
    before = (talk.voice.say("said", words=offers.barrier(talk, line, barred)),) if line and barred else ()
    refusal = barred or refused
    if before and not (slots.read(talk.text).looks or wanted.use or lookups.asks_packages(talk)):
        return talk.turn(talk.dialogue.at("start", told=(f"{REFUSED}{refusal}",)), *before)
    ids = tuple(one.id for one in found.packages)
    place = "start" if barred else "packages" if len(ids) > 1 else "package"
    dialogue = talk.dialogue.at(place, slots=wanted, told=(*ids, f"{REFUSED}{refusal}") if refusal else ids)
    dialogue = dialogue.evolve(package=ids[0]) if place == "package" else dialogue
    fact = _each_number(talk, wanted) or lookups.beside_list(talk, list(found.packages))
    before = (*before, Said(fact)) if fact else before
    return talk.turn(dialogue, *before, offers.listing(talk, found, wanted, line, other, asks=not barred))


def _each_number(talk: Talk, wanted: Slots) -> str:
    """How several share a journey's package, where that was just said."""
    several = wanted.abroad and slots.read(talk.text).family
    return talk.voice.text("each_number") if several else ""


def _segment_said(talk: Talk) -> Segment | None:
    """Whether the number was said to be prepaid or postpaid, the last time that it was."""
    said = (slots.read(one).segment for one in reversed(talk.dialogue.recent))
    return next(filter(None, said), None)


def _left(talk: Talk, line: Line | None) -> tuple[str, ...]:
    """What another package is to be bigger or cheaper than, where it is said: "dari yang 10 GB ke yang lebih gede"."""
    if not slots.read(talk.text).compares or any(goes_to(talk, one) for one in packages.named(talk.text)):
        return ()
    sized = [one for size in slots.sizes(talk.text)[:1] for one in catalogue.of_size(size)]
    first = [one for one in sized if line and one.id == line.package]
    return tuple(one.id for one in (packages.named(talk.text) or first or sized)[:1])


def _of_other_segment(talk: Talk, wanted: Slots, found: catalogue.Found, line: Line | None) -> tuple[Package, ...]:
    """What there is for numbers of the other kind, where that helps: it is bigger, or has what was not to be had."""
    missed = catalogue.Reason
    if missed.BIGGER in found.missed:
        base = found.packages[0]
        others = [one for one in packages.packages().values() if one.segment is not base.segment and not one.special]
        return tuple(one for one in others if one.quota_mb > base.quota_mb and one.roaming is base.roaming)[:_OTHERS]
    if line or wanted.segment or wanted.compares:
        return ()
    postpaid = catalogue.find(wanted, Segment.POSTPAID, today=talk.facts.today)
    new = not pointing.told(talk) and (wanted.abroad or wanted.mb or wanted.calls or wanted.unlimited or wanted.biggest)
    return postpaid.packages[:1] if postpaid.exact and (new or not found.exact) else ()


def _best_of_told(talk: Talk, found: catalogue.Found, wanted: Slots, line: Line | None) -> Turn:
    """What was told already fits best: said in short, and offered; the first of a list in full."""
    one = found.packages[0]
    if not found.fits[0].reasons:
        return talk.turn(talk.dialogue.at("packages", slots=wanted), which(talk))
    if len(found.packages) > 1:
        return details_for(talk, one, line)
    extreme = next((name for name in ("cheapest", "biggest", "longest") if getattr(wanted, name)), "")
    head = talk.voice.text(_MOST[extreme], package=one.name) if extreme else talk.voice.text("fits_best")
    barred = packages.barrier(line, talk.facts.today, one) if line else None
    if line and barred:
        words = f"{head}\n{offers.short(talk, one)}. {offers.barrier(talk, line, barred, one)}"
        dialogue = talk.dialogue.at("start", told=(one.id, f"{REFUSED}{barred}"))
        return talk.turn(dialogue, talk.voice.say("said", "packages", "agent", words=words))
    words = f"{head}\n{offers.short(talk, one)}. {talk.voice.text('ask_take')}"
    dialogue = talk.dialogue.at("package", package=one.id, told=(one.id,))
    return talk.turn(dialogue, talk.voice.say("said", *script.places()["package"].buttons, words=words))


def which(talk: Talk) -> Said:
    """Which of the packages told last is wanted."""
    told = pointing.told(talk)
    names = offers.listed(talk, [one.name for one in told], "or")
    return talk.voice.say("which_of", *offers.buttons(*told), list=names) if len(told) > 1 else talk.ask("packages")


def goes_to(talk: Talk, one: Package) -> bool:
    """Whether a package is what a change leads to, and not what it leaves: "upgrade ke pasca 150"."""
    first = re.escape(one.name.split()[0])
    return bool(re.search(rf"\b(?:ke|jadi|to|into|ambil|get)(?: (?:yang|yg|paket|the))* {first}\b", talk.text, re.I))


def tell_package(talk: Talk, one: Package) -> Turn:
    """One package, and for the line that may be read why it may not have it."""
    number = talk.facts.readable
    if number and talk.facts.has_system:
        dialogue = talk.dialogue.at("start", after="details", package=one.id)
        return talk.turn(dialogue, wish=ReadLine(number))
    return details_for(talk, one, None)


def details_for(talk: Talk, one: Package, line: Line | None, found: catalogue.Found | None = None) -> Turn:
    """All of one package, after what else was asked of it and what the line says to it."""
    said = []
    reason = packages.barrier(line, talk.facts.today, one) if line else None
    if line and reason:
        said.append(talk.voice.say("said", words=offers.barrier(talk, line, reason, one)))
    elif line and found is None and line.balance is not None and _ENOUGH & {*script.tokens(talk.text)}:
        said.append(talk.voice.say("enough", balance=talk.voice.rupiah(line.balance), package=one.name))
    wanted = talk.dialogue.slots
    if found and found.beyond:
        said.append(talk.voice.say("said", words=offers.beyond(talk, found, line)))
    if found and wanted.abroad and wanted.country and not wanted.use and not talk.facts.short:
        country = offers.country_names(talk, wanted.countries)
        shorter = wanted.days and wanted.days < min(
            each.validity_days for each in packages.packages().values() if each.roaming
        )
        key = "covers_longer" if shorter else "covers"
        said.append(talk.voice.say(key, package=one.name, country=country, days=talk.voice.days(one.validity_days)))
    shared = _each_number(talk, wanted) if found else ""
    fact = lookups.beside_details(talk, one)
    beside = shared or (fact.text if fact else "")
    if beside:
        said.append(Said(beside))
    if reason:
        dialogue = talk.dialogue.at("packages", told=(one.id, f"{REFUSED}{reason}"))
        return talk.turn(dialogue, *said, offers.details(talk, one, found, asks=False))
    return more_said(details(talk, one, found), tuple(said))


def details(talk: Talk, one: Package, found: catalogue.Found | None = None) -> Turn:
    """All of one package; with its neighbours when it was ``found``."""
    dialogue = talk.dialogue.at("package", package=one.id, told=(one.id,))
    return talk.turn(dialogue, offers.details(talk, one, found))


def compare_packages(talk: Talk, ids: list[str]) -> Turn:
    """Two packages beside each other: the first two."""
    one, other = (packages.package(id) for id in ids[:2])
    dialogue = talk.dialogue.at("packages", told=(one.id, other.id))
    if one.roaming and other.roaming:
        dialogue = dialogue.evolve(slots=dialogue.slots.evolve(roaming=True))
    return talk.turn(dialogue, offers.comparison(talk, one, other))


def enough_said(talk: Talk, line: Line) -> Turn:
    """Whether the credit of a line is enough for the package meant, and how much is missing."""
    one = packages.packages().get(talk.dialogue.package or line.package)
    if one is None or line.balance is None:
        return talk.turn(talk.dialogue.at("start"), line_told.line_said(talk, line, "balance_only"))
    told = [id for id in talk.dialogue.told if id in packages.packages()]
    lacking = one.price - line.balance
    money = talk.voice.rupiah
    key = "enough" if lacking <= 0 else "not_enough"
    words = talk.voice.text(
        key, balance=money(line.balance), lacking=money(max(0, lacking)), package=one.name, price=money(one.price)
    )
    if lacking > 0 or not told:
        return talk.turn(
            talk.dialogue.at("packages" if told else "start"), talk.voice.say("said", "packages", words=words)
        )
    barred = packages.barrier(line, talk.facts.today, one)
    if barred:
        words = f"{words} {offers.barrier(talk, line, barred, one)}"
        dialogue = talk.dialogue.at("start", told=(one.id, f"{REFUSED}{barred}"))
        return talk.turn(dialogue, talk.voice.say("said", "packages", "agent", words=words))
    if len(told) > 1:
        # Which one is still open, of all that were told.
        asked = f"{words} {talk.voice.text('which_one')}"
        return talk.turn(talk.dialogue.at("packages", told=tuple(told)), talk.voice.say("said", words=asked))
    dialogue = talk.dialogue.at("package", package=one.id, told=(one.id,))
    words = f"{words} {talk.voice.text('ask_take')}"
    return talk.turn(dialogue, talk.voice.say("said", *script.places()["package"].buttons, words=words))


def affordable(talk: Talk, line: Line) -> Turn:
    """What the credit of a line pays for, the use that was wished after that."""
    wanted = talk.slots.evolve(use="", also=(), budget=line.balance, mb=None, biggest=False)
    return tell_found(talk, wanted, line)


def beside_own(talk: Talk, line: Line) -> Turn:
    """How what was told differs from what the line has."""
    own, told = packages.packages().get(line.package), pointing.told(talk)
    others = [one for one in told if one != own]
    if own and told and not others:
        words = talk.voice.text("same_as_own", package=own.name, quota=talk.voice.quota(own.quota_mb))
        dialogue = talk.dialogue.at("package", package=own.id, told=(own.id,))
        return talk.turn(dialogue, talk.voice.say("said", *script.places()["package"].buttons, words=words))
    if own is None or not others:
        return talk.turn(
            talk.dialogue.at("start", told=(line_told.LINE,)), line_told.line_said(talk, line, "package_only")
        )
    asked = talk.voice.text("which_one" if len(others) > 1 else "ask_take")
    dialogue = talk.dialogue.at("packages" if len(others) > 1 else "package", package=others[0].id)
    words = f"{comparing.beside_own(talk, own, others)}\n\n{asked}"
    return talk.turn(dialogue, talk.voice.say("said", *offers.buttons(*others), words=words))


def may_buy(talk: Talk, line: Line) -> Turn:
    """Why a line is refused a package; what is not seen from here is trouble."""
    reason = packages.barrier(line, talk.facts.today)
    if reason is None:
        return complaints.complaint(talk)
    said = talk.voice.say("said", "agent", words=offers.barrier(talk, line, reason))
    return talk.turn(talk.dialogue.at("start", told=(f"{REFUSED}{reason}",)), said)


def adds(talk: Talk, line: Line | None) -> Turn:
    """How quota is added to what the line has, and by which packages; a postpaid plan would replace its own."""
    if line and line.segment is Segment.POSTPAID:
        return line_notes.alone(talk, "add-quota")
    added = Said(talk.spoken(knowledge.article("add-quota").answer))
    return more_said(tell_found(talk, talk.slots, line), (added,))


named = comparing.two
"""The packages a text names, holds against each other, or points at among those told last."""
