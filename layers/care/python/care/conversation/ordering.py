"""A package is taken, confirmed, ordered and taken back; another is stopped."""

import re
from dataclasses import replace

from care import phone, reference
from care.conversation import (
    catalogue,
    finding,
    line_notes,
    lookups,
    offers,
    pointing,
    refusals,
    script,
    standing,
)
from care.conversation.dialogue import Dialogue, stored
from care.conversation.handover import notes
from care.conversation.pointing import NOTHING_BOUGHT, REFUSED
from care.conversation.proving import need_line
from care.conversation.talk import Open, ReadLine, Said, TakeBack, TakenBack, Talk, Turn, more_said
from care.line import packages
from care.line.line import Line
from care.line.order import ENDS, TAKEN_BACK, Order, OrderState
from care.line.packages import Package
from care.reading import slots
from care.reading.acts import Act
from care.reading.slots import Slots
from care.telling import messages
from care.words import Category, Kind, Priority

_ENOUGH = frozenset(("cukup", "cukupkah", "enough", "sufficient"))
_BUYING = ("packages", "package", "confirm", "number", "code")
# "bisa beli harian 1 gb ga" is a question without a mark.
_ASKED = tuple((word,) for word in ("ga", "gak", "nggak", "ngga", "gk", "kah", "kan"))
_IF = frozenset(("kalau", "kalo", "klo", "if"))
_PLAIN = 5
_BARE = 4
"""Words of a text that says little more than a country, a size or a time."""
_TROUBLE = 0.5
_AGREES = 0.5
_REFUSES = 0.3
_AND = re.compile(r"[.,;!?\n]|\b(?:dan|sama|terus|trus|lalu|sekalian|tapi|and|then|also|but)\b", re.I)
"""Between a stop and what is wanted with it."""
_WANTING = frozenset(("mau", "pengen", "pingin", "ingin", "minta", "want"))


def read_package(talk: Talk) -> Turn | None:
    """A package named is told in full, or taken if that is wanted, two are compared; others are looked for.

    ``None`` when a text says nothing of the kind.
    """
    if talk.meant[Act.NO] + talk.meant[Act.UNDO] > _TROUBLE and not packages.named(talk.text):
        return None
    fact = lookups.about_told(talk) if lookups.is_asked(talk) or not wants(talk) else None
    if fact:
        return talk.stay(fact)
    found, says = finding.named(talk), slots.read(talk.text)
    if says.abroad and found and not any(one.roaming for one in found):
        # "to Singapore with my Pasca 100" looks for what holds there, of no size that the name has.
        days = None if talk.slots.days in {one.validity_days for one in found} else talk.slots.days
        return finding.find_there(talk, talk.slots.evolve(mb=None, days=days))
    if len(found) > 1:
        return finding.compare_packages(talk, [one.id for one in found])
    if found and says.compares and not (finding.goes_to(talk, found[0]) or found == pointing.pointed(talk)):
        return finding.find_packages(replace(talk, dialogue=talk.dialogue.evolve(told=(found[0].id,))), says)
    if found:
        points = len(script.tokens(talk.text)) < _BARE and bool(pointing.pointed(talk))
        again = bool(packages.named(talk.text)) or says.mb is not None or points
        agrees = talk.meant[Act.YES] + talk.meant[Act.BUY] + talk.meant[Act.OKAY] >= _AGREES
        here = talk.dialogue.place == "package" and talk.dialogue.package == found[0].id
        offered = here and (again or agrees) and not talk.asks
        return take_package(talk, found[0]) if offered or wants(talk) else finding.tell_package(talk, found[0])
    if says.evolve(town="", calls=False) != Slots():
        return finding.find_packages(talk, talk.slots)
    if not wants(talk) or talk.dialogue.place not in ("package", "packages"):
        return None
    return take(talk) if talk.dialogue.place == "package" else change_package(talk)


def change_package(talk: Talk) -> Turn:
    """A package is wanted: the one named or told, or one to choose. A question buys nothing."""
    if talk.open_order:
        return order_status(talk)
    if finding.named(talk):
        return read_package(talk) or take(talk)
    if script.says("renews_package", talk.text):
        return need_line(talk, "renew")
    told = [id for id in talk.dialogue.told if id in packages.packages()]
    if len(told) == 1 and not talk.asks and slots.read(talk.text) == Slots():
        return order(talk) if talk.dialogue.place == "confirm" else take_package(talk, packages.package(told[0]))
    if told and talk.dialogue.place == "packages" and not talk.asks and slots.read(talk.text) == Slots():
        return talk.turn(talk.dialogue, finding.which(talk))
    return finding.find_packages(talk, talk.slots)


def wants(talk: Talk) -> bool:
    """Whether a package is wanted, not only named or asked about."""
    said = script.tokens(talk.text)
    if talk.asks or _ENOUGH & {*said} or said[-1:] in _ASKED:
        return False
    return script.says("wants_package", talk.text) or bool(_WANTING & {*said})


def wants_named(talk: Talk) -> bool:
    """Whether a package that is named, one for a country, or the line's own is wanted, whatever else is said."""
    abroad = slots.read(talk.text).abroad and lookups.asks(talk.text, "buys")
    renews = script.says("renews_package", talk.text) and not talk.asks
    return renews or (wants(talk) and (abroad or bool(packages.named(talk.text))))


def take(talk: Talk) -> Turn:
    """The package that was told is taken."""
    return take_package(talk, packages.package(talk.dialogue.package))


def offer_first(talk: Talk) -> Turn:
    """A yes to several packages: the best of them is offered."""
    told = pointing.told(talk)
    return refusals.why_refused(talk) or (
        finding.tell_package(talk, told[0]) if told else talk.stay(finding.which(talk))
    )


def decline(talk: Talk) -> Turn:
    """The package that was told is not wanted; "kok ga bisa" is a question."""
    told = tuple(one.id for one in pointing.told(talk))
    dialogue = talk.dialogue.at("packages", told=(*told, NOTHING_BOUGHT))
    return refusals.why_refused(talk) or talk.turn(dialogue, talk.voice.say("declined", "packages", "menu"))


def take_package(talk: Talk, one: Package) -> Turn:
    if talk.open_order:
        return order_status(talk)
    if lookups.asks(talk.text, "other_line") and not phone.find(talk.text):
        return talk.go("number", after="order", package=one.id)
    if talk.dialogue.place == "confirm" and talk.dialogue.package == one.id:
        return order(talk)
    talk = replace(talk, dialogue=talk.dialogue.evolve(told=(one.id,)))
    asked = _line_first(talk, one) or need_line(talk, "order", one.id)
    if talk.dialogue.place == "package" or asked.wish or asked.dialogue.place != "number":
        return asked
    return more_said(asked, (talk.voice.say("said", words=offers.short(talk, one)),))


def _line_first(talk: Talk, one: Package) -> Turn | None:
    """Where the line may be read without proof, what it cannot have is said before a code is asked for."""
    number = talk.facts.reads if talk.facts.has_system and not (talk.facts.proven or phone.find(talk.text)) else ""
    dialogue = talk.dialogue.at("start", after="order", package=one.id)
    return talk.turn(dialogue, wish=ReadLine(number)) if number else None


def confirm(talk: Talk, line: Line, one: Package) -> Turn:
    """Name, price and number are confirmed; what the line cannot have is said with what it can."""
    reason = packages.barrier(line, talk.facts.today, one)
    if reason is None and not talk.facts.proven:
        return need_line(talk, "order", one.id)
    if reason is None:
        dialogue = talk.dialogue.at("confirm", package=one.id, price=one.price, told=(one.id,))
        return talk.turn(dialogue, confirm_said(talk, dialogue, line.number, line.package))
    said = talk.voice.say("said", "packages", "agent", words=offers.barrier(talk, line, reason, one))
    refused = f"{REFUSED}{reason}"
    before = talk.dialogue.slots
    wanted = (before if before.looks else Slots(days=one.validity_days)).evolve(segment=line.segment)
    found = catalogue.find(wanted, line=line, today=talk.facts.today)
    if packages.barrier(line, talk.facts.today) or not found.affordable or not found.fits:
        return talk.turn(talk.dialogue.at("start", told=(one.id, refused)), said)
    listed = finding.listed(talk, replace(found, bigger=None), wanted, line, refused=reason)
    if listed.dialogue.place == "packages":
        # What is missing for it may be asked.
        listed = replace(listed, dialogue=listed.dialogue.evolve(package=one.id))
    return more_said(listed, (said,))


def confirm_said(talk: Talk, dialogue: Dialogue, number: str, before: str = "") -> Said:
    """What is to be confirmed; ``before`` is the package that the line has."""
    one, voice = packages.package(dialogue.package), talk.voice
    has = packages.packages().get(before)
    change = ""
    if has and packages.replaces(one, has):
        change = voice.text("replaces", package=has.name)
    elif has and not one.roaming:
        change = voice.text("quota_added", quota=voice.quota(one.quota_mb))
    values = {"package": one.name, "price": talk.voice.rupiah(dialogue.price), "number": phone.written(number)}
    paid = voice.text(f"paid_{one.segment}")
    change = f" {change}" if change else ""
    return voice.say("ask_confirm", *script.places()["confirm"].buttons, paid=paid, change=change, **values)


def read_confirmation(talk: Talk) -> Turn | None:
    """Another number or another package instead of a yes."""
    if phone.find(talk.text):
        return need_line(talk, "order", talk.dialogue.package)
    if lookups.asks(talk.text, "other_line") and not talk.asks:
        return talk.go("number", after="order", package=talk.dialogue.package)
    return read_package(talk)


def left(talk: Talk) -> Turn | None:
    """What was to be confirmed is left, and what that means is said."""
    one = packages.packages().get(talk.dialogue.package)
    place = "confirm" if talk.dialogue.place == "code" and talk.dialogue.after == "order" else talk.dialogue.place
    key = {"package": "declined", "confirm": "not_ordered", "stop_confirm": "not_stopped"}.get(place)
    if not one or not key:
        return None
    said = talk.voice.say(key, "packages", "menu", package=one.name)
    if talk.dialogue.place == "package":
        return talk.turn(talk.dialogue.at("packages", told=(one.id, NOTHING_BOUGHT)), said)
    told = (NOTHING_BOUGHT,) if key == "not_stopped" else (one.id, NOTHING_BOUGHT)
    return talk.turn(talk.dialogue.at("start", told=told), said)


def order(talk: Talk) -> Turn:
    """What was confirmed becomes a case that is carried out; one at a time, and by a plain yes only."""
    if talk.open_order:
        return order_status(talk)
    if script.says("doubts", talk.text):
        return left(talk) or decline(talk)
    one = packages.package(talk.dialogue.package)
    if not talk.facts.proven:
        return need_line(talk, "order", one.id)
    if one.price != talk.dialogue.price:
        changed = talk.voice.say("price_changed", price=talk.voice.rupiah(one.price))
        return more_said(need_line(talk, "order", one.id), (changed,))
    placed = Order(number=talk.facts.proven, package=one.id, name=one.name, price=one.price)
    summary = f"{one.name}, {talk.voice.rupiah(one.price)}, {talk.facts.proven}"
    opening = Open(
        kind=Kind.PACKAGE_CHANGE,
        category=Category.PACKAGE,
        priority=Priority.NORMAL,
        text=talk.heard,
        say="order_taken",
        summary=summary,
        notes=notes(talk),
        order=placed,
    )
    return talk.turn(talk.dialogue.at("start"), wish=opening)


def order_status(talk: Talk) -> Turn:
    """How the open order stands, else the last one: one order at a time."""
    case = talk.open_order or talk.facts.ordered
    if case is None or case.order is None:
        return talk.turn(talk.dialogue.at("start"), talk.voice.say("no_order", "packages", "status"))
    order, key = case.order, f"order_{case.order.state}" if case.order.state in ENDS else "order_open"
    key = "order_taken_back" if order.reason == TAKEN_BACK else key
    said = talk.voice.say(
        key,
        "status",
        package=order.name,
        number=phone.written(order.number),
        reference=reference.grouped(case.reference),
        reason=messages.text(f"refusal.{order.reason or 'other'}", talk.language),
    )
    return talk.turn(talk.dialogue.at("start"), said)


def undo_order(talk: Talk) -> Turn:
    """The order just made is taken back while nothing is charged; what was only looked at is not bought."""
    case = talk.open_order
    if case and case.order:
        return talk.turn(talk.dialogue.at("start"), wish=TakeBack(case.reference))
    done = talk.facts.ordered
    if done and done.order and done.order.reason == TAKEN_BACK:
        return order_status(talk)
    if done and done.order and done.order.state is OrderState.CHANGED and talk.dialogue.place == "start":
        return _too_late(talk, done.order.name)
    key = "nothing_bought" if talk.dialogue.place in _BUYING else "bought_elsewhere"
    return talk.turn(talk.dialogue.at("start", told=(NOTHING_BOUGHT,)), talk.voice.say(key, "agent", "menu"))


def taken_back(talk: Talk, outcome: TakenBack) -> Turn:
    """Whether the order could be taken back; a person can undo what is already carried out."""
    if outcome.done:
        return talk.turn(
            talk.dialogue.at("start"), talk.voice.say("order_taken_back", "packages", package=outcome.package)
        )
    return _too_late(talk, outcome.package)


def _too_late(talk: Talk, package: str) -> Turn:
    """What is carried out already a person can undo."""
    said = talk.voice.say("undo_late", "agent", "menu", package=package)
    return talk.turn(talk.dialogue.at("offer", text=stored(talk.heard)), said)


def stop_package(talk: Talk) -> Turn:
    """Stopping a package needs its line: what it does is said before, and a yes asked after; "stop" is one as well.

    What was handed over is not asked again. Who wants the number to end is told how that is done.
    """
    if lookups.asks(talk.text, "leaves"):
        return line_notes.alone(talk, "unreg-number", "postpaid-stop")
    if slots.read(talk.text).roaming and talk.dialogue.place != "stop_confirm":
        if lookups.asks_packages(talk):
            return talk.turn(talk.dialogue.at("start"), talk.voice.say("roaming_stops"))
        return line_notes.tell_of(talk, "roaming-costs")
    own = talk.open_case
    if own and own.kind is Kind.PACKAGE_CHANGE and own.order is None:
        said_open = talk.voice.say("stop_open", "status", reference=reference.grouped(own.reference))
        return talk.turn(talk.dialogue.at("start"), said_open)
    said = script.tokens(talk.text)
    plain = len(said) <= _PLAIN and not (talk.asks or _IF & {*said} or script.says("doubts", talk.text))
    if plain and talk.dialogue.place == "stop_confirm":
        return stop(talk)
    asked = need_line(talk, "stop")
    if asked.dialogue.place != "number":
        return asked
    return more_said(_with_sought(talk, asked), (talk.voice.say("stop_begins"),))


def _with_sought(talk: Talk, asked: Turn, line: Line | None = None) -> Turn:
    """What is asked of a stop, after the packages that the same message looks for or wants."""
    said = next((one for one in map(slots.read, reversed(_AND.split(talk.text))) if one.looks), Slots())
    if not lookups.asks(talk.text, "also_wants") or not (said.looks or packages.named(talk.text)):
        return asked
    named = packages.named(talk.text)
    found = named or catalogue.find(said, line=line, today=talk.facts.today).packages
    others = [one for one in found if line is None or one.id != line.package]
    if not others:
        return asked
    told = asked.dialogue.evolve(told=tuple(one.id for one in others))
    words = talk.voice.text("also_sought", list="\n".join(offers.short(talk, one) for one in others))
    return more_said(replace(asked, dialogue=told), (talk.voice.say("said", words=words),))


def ask_stop(talk: Talk, line: Line) -> Turn:
    found = packages.packages().get(line.package)
    if found is None:
        return talk.turn(talk.dialogue.at("start"), talk.voice.say("line_no_package", "packages", "complaint"))
    if not found.renews:
        return talk.turn(talk.dialogue.at("start"), talk.voice.say("stops_itself", "menu", package=found.name))
    said = talk.voice.say(
        f"stop_confirm_{found.segment}",
        *script.places()["stop_confirm"].buttons,
        package=found.name,
        number=phone.written(line.number),
    )
    return _with_sought(talk, talk.turn(talk.dialogue.at("stop_confirm", package=found.id, told=()), said), line)


def stop(talk: Talk) -> Turn:
    """What was confirmed goes to the team: the operator's system takes no stopping from here."""
    found = packages.packages().get(talk.dialogue.package)
    if not talk.facts.proven or found is None:
        return need_line(talk, "stop")
    if script.says("doubts", talk.text):
        refuses = talk.meant[Act.NO] + talk.meant[Act.UNDO] > _REFUSES
        return (left(talk) if refuses else None) or talk.stay(talk.ask("stop_confirm"))
    summary = talk.voice.text("stop_summary", package=found.name, number=talk.facts.proven)
    opening = Open(
        kind=Kind.PACKAGE_CHANGE,
        category=Category.PACKAGE,
        priority=Priority.NORMAL,
        text=summary,
        say="stop_taken",
        notes=notes(talk),
    )
    return talk.turn(
        talk.dialogue.at("start", told=(standing.stopped(found.segment), *talk.dialogue.told)), wish=opening
    )
