"""The customer's line in a talk: proven by a code, shown, and its package changed."""

from collections.abc import Callable

from care import phone, reference
from care.conversation import script
from care.conversation.dialogue import Dialogue
from care.conversation.handover import notes
from care.conversation.talk import CodeTried, LineRead, Open, ReadLine, Said, SendCode, Talk, TryCode, Turn
from care.line import packages, proof
from care.line.line import Line
from care.line.order import Order
from care.line.packages import Package
from care.line.proof import Checked
from care.telling import messages
from care.telling.outbox import Button
from care.words import Category, Kind, Segment

_MOST_LISTED = 8
_ALTERNATIVES = 3


# ---- proof ---------------------------------------------------------------------------------------------------------


def see_line(talk: Talk) -> Turn:
    """The customer wants to see the line."""
    return need_line(talk, "line")


def other_number(talk: Talk) -> Turn:
    """Another line is to be proven; the one proven so far stays until then."""
    return _ask_number(talk, talk.dialogue.after or "line", talk.dialogue.package)


def need_line(talk: Talk, after: str, package: str = "") -> Turn:
    """Do ``after`` with the proven line: ``line``, ``packages``, ``order`` (of ``package``) or ``stop``."""
    if talk.facts.proven and talk.facts.has_system:
        dialogue = talk.dialogue.at("start", after=after, package=package)
        return talk.turn(dialogue, wish=ReadLine(talk.facts.proven))
    return _ask_number(talk, after, package)


def _ask_number(talk: Talk, after: str, package: str) -> Turn:
    if not talk.facts.has_system:
        return no_system(talk)
    numbers = phone.find(talk.text)
    if numbers:
        return _send(talk, numbers[0], after, package)
    return talk.go("number", after=after, package=package)


def no_system(talk: Talk) -> Turn:
    """What needs the operator's system is not possible now; all else is."""
    return talk.turn(talk.dialogue.at("offer"), talk.voice.say("no_system", "agent", "menu"))


def read_number(talk: Talk) -> Turn | None:
    """The number to prove."""
    number = next(iter(phone.find(talk.text)), None) or phone.to_e164(talk.text)
    return _send(talk, number, talk.dialogue.after, talk.dialogue.package) if number else None


def number_for_code(dialogue: Dialogue, text: str) -> str:
    """The number that a code may be sent to when this is said; "" when none will be."""
    numbers = phone.find(text)
    if numbers:
        return numbers[0]
    if dialogue.place == "number":
        return phone.to_e164(text) or ""
    return dialogue.number if dialogue.place == "code" else ""


def resend(talk: Talk) -> Turn:
    """A new code to the same number."""
    if not talk.dialogue.number:
        return talk.go("number", after=talk.dialogue.after, package=talk.dialogue.package)
    return _send(talk, talk.dialogue.number, talk.dialogue.after, talk.dialogue.package)


def _send(talk: Talk, number: str, after: str, package: str) -> Turn:
    today = talk.facts.today.isoformat()
    codes = talk.dialogue.codes + 1 if talk.dialogue.codes_day == today else 1
    if codes > talk.facts.codes_a_day:
        return too_many_codes(talk)
    dialogue = talk.dialogue.at(
        "code", after=after or "line", package=package, number=number, codes=codes, codes_day=today
    )
    return talk.turn(dialogue, wish=SendCode(number))


def too_many_codes(talk: Talk) -> Turn:
    """No more codes today."""
    return talk.turn(talk.dialogue.at("offer"), talk.voice.say("too_many_codes", "agent", "menu"))


def read_code(talk: Talk) -> Turn | None:
    """The code, or another number to send it to."""
    code = proof.code_in(talk.text)
    if code and not phone.find(talk.text):
        return talk.turn(talk.dialogue, wish=TryCode(code))
    return read_number(talk)


def code_sent(talk: Talk) -> Turn:
    """The same words for any number: nothing tells whether it is one of the operator's."""
    its = script.places()["code"]
    return talk.turn(talk.dialogue, talk.voice.say("code_sent", *its.buttons, number=talk.dialogue.number))


def code_tried(talk: Talk, outcome: CodeTried) -> Turn:
    """What the code came to; once it proves the line, what it was proven for goes on."""
    if outcome.checked is Checked.PROVEN:
        dialogue = talk.dialogue.at("start", after=talk.dialogue.after or "line", package=talk.dialogue.package)
        return talk.turn(dialogue, talk.voice.say("proven"), wish=ReadLine(talk.facts.proven))
    key = {Checked.WRONG: "code_wrong", Checked.EXPIRED: "code_expired"}.get(outcome.checked, "code_tries")
    said = talk.voice.say(key, "resend", "change_number", "agent", left=str(outcome.left))
    return talk.turn(talk.dialogue, said)


# ---- the line ------------------------------------------------------------------------------------------------------


def line_read(talk: Talk, outcome: LineRead) -> Turn:
    """Go on with the line that was read for what it was proven for."""
    line, dialogue = outcome.line, talk.dialogue
    if line is None:
        return talk.turn(dialogue.at("offer"), talk.voice.say("no_line", "agent", "menu"))
    if dialogue.after == "packages":
        return _list(talk, packages.eligible(line), "packages_for_line", line)
    if dialogue.after == "order":
        return _confirm(talk, line, packages.package(dialogue.package))
    if dialogue.after == "stop":
        return _stop(talk, line)
    return talk.turn(dialogue.at("start"), line_said(talk, line))


def proof_over(talk: Talk) -> Turn:
    """What was proven is no more: it is proven anew, for what it was wanted."""
    return talk.go("number", after=talk.dialogue.after, package=talk.dialogue.package)


def line_said(talk: Talk, line: Line) -> Said:
    """A line as its owner hears it."""
    voice = talk.voice
    found = packages.packages().get(line.package)
    parts = [
        voice.text("line_head", number=line.number, name=line.name),
        voice.text("line_package", package=found.name if found else "-") if found else voice.text("line_no_package"),
        voice.text("line_quota", quota=voice.quota(line.quota_mb)),
    ]
    if line.segment is Segment.PREPAID:
        parts.append(voice.text("line_balance", amount=messages.rupiah(line.balance or 0)))
        parts.append(_active(talk, line))
    elif line.bill:
        due = voice.day(line.bill_due) if line.bill_due else "-"
        parts.append(voice.text("line_bill", amount=messages.rupiah(line.bill), due=due))
    else:
        parts.append(voice.text("line_no_bill"))
    if not line.registered:
        parts.append(voice.text("line_not_registered"))
    return voice.say(
        "said", "change_package", "change_number", "complaint", words="\n".join(one for one in parts if one)
    )


def _active(talk: Talk, line: Line) -> str:
    """Masa aktif and masa tenggang in words."""
    today, voice = talk.facts.today, talk.voice
    if line.active_until and line.active_until >= today:
        days = voice.days((line.active_until - today).days)
        return voice.text("line_active", day=voice.day(line.active_until), days=days)
    if line.grace_until and line.grace_until >= today:
        return voice.text(
            "line_grace", day=voice.day(line.grace_until), days=voice.days((line.grace_until - today).days)
        )
    return voice.text("line_ended") if line.active_until or line.grace_until else ""


# ---- packages ------------------------------------------------------------------------------------------------------


def see_packages(talk: Talk) -> Turn:
    """What there is: for the proven line, else for prepaid or postpaid."""
    segment = _segment(talk.text)
    if segment is None and talk.facts.proven and talk.facts.has_system:
        return need_line(talk, "packages")
    return _of_segment(talk, segment) if segment else talk.go("segment")


def _segment(text: str) -> Segment | None:
    return next((one for one in Segment if script.says(one.value, text)), None)


def read_segment(talk: Talk) -> Turn | None:
    """Prepaid or postpaid."""
    segment = _segment(talk.text)
    return _of_segment(talk, segment) if segment else read_package(talk)


def _of_segment(talk: Talk, segment: Segment) -> Turn:
    found = [one for one in packages.packages().values() if one.segment is segment]
    return _list(talk, found, "packages_of_segment")


def _list(talk: Talk, found: list[Package], say: str, line: Line | None = None) -> Turn:
    if not found:
        balance = messages.rupiah(line.balance or 0) if line else ""
        return talk.turn(talk.dialogue.at("start"), talk.voice.say("no_packages", "menu", "agent", balance=balance))
    listed = found[:_MOST_LISTED]
    lines = "\n".join(_short(talk, one) for one in listed)
    buttons = (Button(label=one.name, text=one.name) for one in listed)
    return talk.turn(talk.dialogue.at("packages"), talk.voice.say(say, *buttons, "cancel", list=lines))


def _short(talk: Talk, one: Package) -> str:
    values = {"quota": talk.voice.quota(one.quota_mb), "price": messages.rupiah(one.price)}
    return talk.voice.text("package_short", package=one.name, days=talk.voice.days(one.validity_days), **values)


def named(talk: Talk) -> list[Package]:
    """The packages a text names; where packages are listed, also by their size alone."""
    found = packages.named(talk.text)
    if found or talk.dialogue.place not in ("packages", "package", "segment"):
        return found
    said = f" {' '.join(script.tokens(talk.text))} ".replace("gb ", " gb ").replace("giga ", " gb ")
    said = " ".join(said.split())
    sizes = {one.id: one.name.lower().split(maxsplit=1)[-1] for one in packages.packages().values()}
    return [packages.package(id) for id, size in sizes.items() if f" {size} " in f" {said} "]


def read_package(talk: Talk) -> Turn | None:
    """A package named: told in full, or taken at once if that is wanted; ``None`` when none is named."""
    found = named(talk)
    if not found:
        return None
    if len(found) > 1:
        return _list(talk, found, "packages_named")
    if script.says("wants_package", talk.text) and not talk.asks:
        return _take(talk, found[0])
    return details(talk, found[0])


def details(talk: Talk, one: Package) -> Turn:
    """All of one package."""
    voice = talk.voice
    said = voice.say(
        "package_full",
        *script.places()["package"].buttons,
        package=one.name,
        price=messages.rupiah(one.price),
        quota=voice.quota(one.quota_mb),
        days=voice.days(one.validity_days),
        renews=voice.text("renews" if one.renews else "renews_not"),
        description=talk.spoken(one.description),
        stop=talk.spoken(one.stop),
    )
    return talk.turn(talk.dialogue.at("package", package=one.id), said)


def change_package(talk: Talk) -> Turn:
    """A package is wanted: the one named, or one to choose for the proven line."""
    if talk.open_order:
        return order_status(talk)
    found = named(talk)
    if len(found) == 1:
        return _take(talk, found[0])
    return need_line(talk, "packages")


def take(talk: Talk) -> Turn:
    """The package that was told is taken."""
    return _take(talk, packages.package(talk.dialogue.package))


def _take(talk: Talk, one: Package) -> Turn:
    if talk.open_order:
        return order_status(talk)
    return need_line(talk, "order", one.id)


def _confirm(talk: Talk, line: Line, one: Package) -> Turn:
    """Name, price and number are confirmed; what the line cannot have is said with what it can."""
    possible = packages.eligible(line)
    if one in possible:
        dialogue = talk.dialogue.at("confirm", package=one.id, price=one.price)
        return talk.turn(dialogue, confirm_said(talk, dialogue, line.number))
    key = "package_not_possible"
    if one.id == line.package:
        key = "package_already"
    elif one.segment is line.segment and one.price > (line.balance or 0):
        key = "not_enough"
    others = possible[-_ALTERNATIVES:]
    buttons = (Button(label=each.name, text=each.name) for each in others)
    balance = messages.rupiah(line.balance or 0)
    values = {"package": one.name, "price": messages.rupiah(one.price), "balance": balance}
    said = talk.voice.say(key, **values)
    after = talk.voice.say("alternatives" if others else "no_alternatives", *buttons, "menu", "agent")
    return talk.turn(talk.dialogue.at("packages" if others else "start"), said, after)


def confirm_said(talk: Talk, dialogue: Dialogue, number: str) -> Said:
    """What is to be confirmed."""
    one = packages.package(dialogue.package)
    values = {"package": one.name, "price": messages.rupiah(dialogue.price), "number": number}
    paid = talk.voice.text(f"paid_{one.segment}")
    return talk.voice.say("ask_confirm", *script.places()["confirm"].buttons, paid=paid, **values)


def read_confirmation(talk: Talk) -> Turn | None:
    """Another package named instead of a yes."""
    return read_package(talk)


def order(talk: Talk) -> Turn:
    """What was confirmed becomes a case that is carried out; one at a time."""
    if talk.open_order:
        return order_status(talk)
    one = packages.package(talk.dialogue.package)
    if not talk.facts.proven or one.price != talk.dialogue.price:
        return need_line(talk, "order", one.id)
    placed = Order(number=talk.facts.proven, package=one.id, name=one.name, price=one.price)
    summary = f"{one.name}, {messages.rupiah(one.price)}, {talk.facts.proven}"
    opening = Open(
        kind=Kind.PACKAGE_CHANGE,
        category=Category.PACKAGE,
        urgent=False,
        text=talk.heard,
        say="order_taken",
        summary=summary,
        notes=notes(talk),
        order=placed,
    )
    return talk.turn(talk.dialogue.at("start"), wish=opening)


def order_status(talk: Talk) -> Turn:
    """One order at a time: how the open one stands."""
    case = talk.open_order
    assert case is not None
    assert case.order is not None
    grouped = reference.grouped(case.reference)
    said = talk.voice.say("order_open", "status", package=case.order.name, number=case.order.number, reference=grouped)
    return talk.turn(talk.dialogue.at("start"), said)


def stop_package(talk: Talk) -> Turn:
    """Stopping a package needs its line; a person does it."""
    return need_line(talk, "stop")


def _stop(talk: Talk, line: Line) -> Turn:
    found = packages.packages().get(line.package)
    if found is None:
        return talk.turn(talk.dialogue.at("start"), talk.voice.say("line_no_package"))
    summary = talk.voice.text("stop_summary", package=found.name, number=line.number)
    opening = Open(
        kind=Kind.PACKAGE_CHANGE,
        category=Category.PACKAGE,
        urgent=False,
        text=summary,
        say="request_taken",
        notes=notes(talk),
    )
    return talk.turn(talk.dialogue.at("start"), wish=opening)


DEEDS: dict[str, Callable[[Talk], Turn]] = {
    "see_line": see_line,
    "other_number": other_number,
    "resend_code": resend,
    "see_packages": see_packages,
    "change_package": change_package,
    "take_package": take,
    "order": order,
    "stop_package": stop_package,
}
