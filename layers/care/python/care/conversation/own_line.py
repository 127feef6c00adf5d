"""The customer's line in a talk: shown, and what is asked of what was shown."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from care import phone
from care.cases.case import Case
from care.conversation import (
    articles,
    catalogue,
    comparing,
    complaints,
    finding,
    guides,
    line_notes,
    line_told,
    lookups,
    offers,
    ordering,
    pointing,
    proving,
    readers,
    refusals,
    script,
    standing,
)
from care.conversation.dialogue import stored
from care.conversation.never_twice import was_said
from care.conversation.pointing import NOTHING_BOUGHT, REFUSED
from care.conversation.proving import need_line
from care.conversation.standing import Standing
from care.conversation.talk import Said, Talk, Turn, more_said
from care.line import packages
from care.line.asking import LineRead
from care.line.line import Line, RefusalReason
from care.reading import knowledge, slots
from care.reading.acts import Act
from care.reading.slots import Slots
from care.words import Category, Kind, Segment

_ENOUGH = frozenset(("cukup", "cukupkah", "enough", "sufficient"))
_BUYING = ("packages", "package", "confirm", "number", "code")
_PLAIN = 5
_FINDING = ("packages", finding.JOURNEY)
"""What a line is read for to find packages for it."""
_RATES = "roaming-incoming"
"""The article about what calls abroad cost, which is asked about on."""
_OPEN = ("start", "answered", "guide_offered", "clarify", "unanswered", "offer", "person_offered")
"""Places where a package that is named is told, whatever was asked there."""
_FAILING = (Category.NETWORK, Category.INTERNET, Category.SIM, Category.ROAMING, Category.DEVICE, Category.APP)
"""What trouble is of that is about no figure of the line."""
_WHY = {
    "bill": "bill-details",
    "balance": "balance-deducted",
    "quota": "quota-vanishing",
    "active": "active-period",
    "registered": "sim-registration",
}
"""The article that says why what is shown of the line is as it is."""
_BARE = 4
"""Words of a text that says little more than a country, a size or a time."""
_SHORT = 10
"""Words of a question about what was shown."""
_LONG = 14
"""Words of a question that has a condition."""
_TAKES = timedelta(hours=1)
"""So long an order may take when it is busy."""
_TROUBLE = 0.5
_AGREES = 0.5
_LASTING = ("quota", "balance", "package")
"""What of a line lasts as long as its active period."""
_TOLD_BY_WORDS = {
    "at_sea": "sea-air-roaming",
    "fixed": "home-internet-order",
    "free_call": "call-rates",
    "borrows": "emergency-credit",
    "roaming_off": "roaming-off",
    "saves": "quota-saving",
    "dials": "check-balance",
}
"""What is asked so that its words alone say which article answers, by names of ``lookups.toml``."""


def see_line(talk: Talk) -> Turn:
    """The customer wants to see the line, or one thing of it; a package named or just told is answered of."""
    if lookups.asks(talk.text, "own_number"):
        return line_notes.alone(talk, "own-number")
    if lookups.asks(talk.text, "ends") and not talk.asks:
        return ordering.stop_package(talk)
    again = _of_line_shown(talk)
    if again:
        return again
    fact = lookups.about_told(talk)
    if fact:
        return talk.stay(fact)
    found = packages.named(talk.text)
    if found:
        return finding.tell_package(talk, found[0])
    asked = list(slots.all_asked_of_line(talk.text))
    if asked and asked[0] in _LASTING and lookups.asks(talk.text, "lasts"):
        asked.append("active")
    if asked and lookups.asks(talk.text, "renewal"):
        asked.append("renewal")
    known = talk.facts.readable and asked
    together = "+".join(dict.fromkeys(asked))
    return need_line(talk, f"{together}_only" if known else together or "line")


def of_shown(talk: Talk) -> Turn | None:
    """What means one thing beside what the last answer showed: packages that were told, the line, an order."""
    place = talk.dialogue.place
    stands = _pondered(talk) or _whether_bought(talk) or standing.answer(talk) or refusals.why_refused(talk)
    meant = (
        _left_for_line(talk)
        or stands
        or _revived(talk)
        or _enough_credit(talk)
        or _compared(talk)
        or _for_another(talk)
    )
    if not meant and place in ("number", "code"):
        fact = lookups.about_told(talk)
        return talk.stay(fact, talk.ask_again()) if fact else None
    if meant or place not in (*_OPEN, "packages", "package", "confirm"):
        return meant
    beyond = None if ordering.wants(talk) or slots.is_trouble(talk.text) else lookups.beyond(talk)
    if beyond and place != "confirm":
        return beyond
    rates = lookups.rates(talk)
    if rates and place in _OPEN:
        return talk.turn(talk.dialogue.evolve(told=(_RATES,)), rates)
    if rates:
        return talk.stay(lookups.with_question(talk, rates.text, pointing.told(talk)))
    if place not in _OPEN and not lookups.is_settled(talk):
        return _of_told(talk)
    return _plain(talk) or _of_line_shown(talk) or (_of_told(talk) if standing.of_told(talk) else None)


def _pondered(talk: Talk) -> Turn | None:
    """Who thinks it over first, or asks somebody, is not hurried: what was told stays known, and nothing is done."""
    if not standing.ponders(talk):
        return None
    where = standing.standing(talk)
    if where is Standing.STOPPING:
        return talk.turn(talk.dialogue.at("start"), talk.voice.say("pondered_stop"))
    if where is Standing.REFUSED:
        return talk.stay(talk.voice.say("no_hurry"))
    told = tuple(one.id for one in pointing.told(talk))
    dialogue = talk.dialogue.at("start" if len(told) < 2 else "packages", told=(*told, NOTHING_BOUGHT))
    return talk.turn(dialogue, talk.voice.say("pondered", "packages", "menu"))


def _whether_bought(talk: Talk) -> Turn | None:
    """Whether something is charged or came in already: asked before the yes to it, or after it was given up."""
    case, place = talk.open_order, talk.dialogue.place
    early = _is_fresh(talk, case) if case else place in _BUYING
    asked = lookups.asks(talk.text, "charged_yet") or (early and lookups.asks(talk.text, "not_yet"))
    if len(script.tokens(talk.text)) > _SHORT or not asked:
        return None
    if case:
        return ordering.order_status(talk)
    if place in _BUYING and NOTHING_BOUGHT not in talk.dialogue.told and pointing.told(talk):
        said = lookups.with_question(talk, talk.voice.text("not_bought_yet"), pointing.told(talk))
        again = (talk.ask_again(),) if place in ("number", "code") else ()
        return talk.stay(said, *again)
    return None


def _left_for_line(talk: Talk) -> Turn | None:
    """What was offered is left, and the line is asked for beside it: nothing is bought, and the line is told."""
    offered = pointing.told(talk) and talk.dialogue.place in _BUYING
    if not offered or not lookups.asks(talk.text, "declines") or not slots.asked_of_line(talk.text):
        return None
    if not lookups.is_asked(talk) and talk.clause.act is not Act.LINE:
        return None
    left = replace(talk, dialogue=talk.dialogue.at("start", told=(NOTHING_BOUGHT,)))
    return more_said(see_line(left), (talk.voice.say("left_alone"),))


def _is_fresh(talk: Talk, case: Case) -> bool:
    """Whether an order was made so lately that it may still take its time, as the article says."""
    return talk.facts.now is not None and talk.facts.now - case.opened_at <= _TAKES


def _of_told(talk: Talk) -> Turn | None:
    """What is said of the packages told last."""
    confirms = talk.dialogue.place == "confirm"
    if not confirms and lookups.asks(talk.text, "declines") and not packages.named(talk.text):
        return ordering.decline(talk)
    fact = lookups.about_told(talk) if lookups.is_asked(talk) or not ordering.wants(talk) else None
    if fact:
        return talk.stay(fact)
    said = slots.read(talk.text)
    if talk.dialogue.place == "packages" and len(script.tokens(talk.text)) <= _BARE and _is_of_data(talk, said):
        return talk.stay(talk.voice.say("all_for_data", *offers.buttons(*pointing.told(talk))))
    # "eh salah, ke jepang maksudnya" corrects what is looked for.
    most = _SHORT if slots.corrected(talk.text) != talk.text or said.abroad or said.compares else _BARE
    if confirms or len(script.tokens(talk.text)) > most:
        return None
    chosen = talk.dialogue.place == "packages" and pointing.pointed(talk)
    other = said.segment is not None and len(script.tokens(talk.text)) <= _BARE
    return ordering.read_package(talk) if chosen or said.looks or other else None


def _is_of_data(talk: Talk, said: Slots) -> bool:
    """Whether nothing but data is named where packages for data were told: "internet"."""
    return said == Slots() and lookups.asks(talk.text, "only_data") and not (slots.is_trouble(talk.text) or talk.asks)


def _enough_credit(talk: Talk) -> Turn | None:
    """Whether the credit pays for the package told last, or for the renewal of what the line has."""
    said = script.tokens(talk.text)
    enough = bool(_ENOUGH & {*said}) and lookups.asks(talk.text, "credit")
    if not (enough or lookups.asks(talk.text, "lacking")) or len(said) > _SHORT:
        return None
    told = [one.id for one in pointing.pointed(talk) or pointing.told(talk)]
    if lookups.asks(talk.text, "affords"):
        return None
    told = told or [id for id in talk.dialogue.earlier if id in packages.packages()]
    if packages.named(talk.text) or not (told or line_told.LINE in talk.dialogue.told):
        return None
    asked = need_line(talk, "enough", "" if not told else talk.dialogue.package or told[0])
    # "cukup ga pulsanya? di dubai kepake?": the country as well.
    whole = talk.about(talk.heard)
    there = lookups.about_told(whole) if told and asked.wish and slots.read(whole.text).abroad else None
    return more_said(asked, (there,)) if there and not there.text.endswith("?") else asked


def _compared(talk: Talk) -> Turn | None:
    """What is held against each other: lengths, prepaid and postpaid, or what was told against what the line has."""
    apart = comparing.apart(talk)
    if apart:
        said, told = apart
        place, ids = "packages" if told else "start", tuple(one.id for one in told)
        return talk.turn(talk.dialogue.at(place, slots=talk.slots.evolve(cheapest=False), told=ids), said)
    if talk.facts.readable and lookups.asks(talk.text, "affords") and not packages.named(talk.text):
        sized = catalogue.of_size(slots.read(talk.text).mb or 0)
        return need_line(talk, "enough", sized[0].id) if sized else need_line(talk, "afford")
    told_last = pointing.told(talk)
    few = len(script.tokens(talk.text)) <= _SHORT
    if not told_last or not few or not lookups.asks(talk.text, "difference") or packages.named(talk.text):
        return None
    if lookups.asks(talk.text, "mine"):
        return need_line(talk, "compare")
    counted = pointing.counted(talk)
    pair = counted if len(counted) > 1 else told_last
    if len(pair) < 2 or slots.read(talk.text).looks:
        return None
    compared = offers.comparison(talk, *pair[:2])
    again = was_said(talk, compared)
    return (
        talk.stay(offers.difference(talk, *pair[:2]))
        if again
        else finding.compare_packages(talk, [one.id for one in pair[:2]])
    )


def _for_another(talk: Talk) -> Turn | None:
    """Who buys for somebody else hears how that goes, and what the package costs where one is meant."""
    if standing.standing(talk) is Standing.GIFT and proving.gives_number(talk) and not packages.named(talk.text):
        return talk.stay(talk.voice.say("gift_number", number=phone.written(phone.find(talk.text)[0])))
    of_credit = lookups.asks(talk.text, "credit") and not lookups.asks_packages(talk)
    if talk.dialogue.place == "confirm" or of_credit or not lookups.asks(talk.text, "gives"):
        return None
    if standing.standing(talk) is Standing.GIFT:
        return talk.stay(talk.voice.say("gift_here"))
    meant = finding.named(talk)[:1] or (pointing.told(talk) if talk.dialogue.place == "package" else [])
    before = tuple(Said(offers.short(talk, one)) for one in meant)
    return more_said(line_notes.tell_of(talk, "gift-package"), before)


def _plain(talk: Talk) -> Turn | None:
    """What the words alone say where nothing is awaited."""
    if lookups.asks(talk.text, "own_package"):
        return need_line(talk, "package")
    untroubled = talk.meant[Act.PROBLEM] < _TROUBLE
    ends = untroubled and not talk.asks and lookups.asks(talk.text, "ends")
    if ends and lookups.asks(talk.text, "also_wants"):
        return ordering.stop_package(talk)
    if _asks_why_dear(talk):
        return need_line(talk, "bill_why")
    found = packages.named(talk.text)
    if (
        found
        and "cancel-purchase" in talk.dialogue.told
        and not (talk.asks or ordering.wants(talk) or talk.facts.ordered)
    ):
        said = talk.voice.say("mistaken_named", "agent", "menu", package=found[0].name)
        return talk.turn(talk.dialogue.at("offer", text=stored(talk.heard)), said)
    if len(found) == 1 and talk.asks and lookups.asks(talk.text, "replaces"):
        return finding.tell_package(talk, found[0])
    if lookups.asks(talk.text, "mistaken"):
        return ordering.undo_order(talk) if talk.facts.ordered else line_notes.tell_of(talk, "cancel-purchase")
    if talk.slots.abroad and talk.asks and lookups.asks(talk.text, "switches_off"):
        return line_notes.tell_of(talk, "roaming-off")
    if lookups.asks(talk.text, "adds") and lookups.is_asked(talk) and talk.slots.segment is not Segment.POSTPAID:
        can_read = bool(talk.facts.readable) and talk.facts.has_system
        return need_line(talk, "adds") if can_read else finding.adds(talk, None)
    told = _TOLD_BY_WORDS.get(lookups.first(talk.text, *_TOLD_BY_WORDS), "")
    if told and untroubled:
        return line_notes.tell_of(talk, told)
    if not slots.read(talk.text).abroad and all(map(partial(lookups.asks, talk.text), ("visitor", "card", "costs"))):
        visitor = knowledge.article("visitor-sim")
        return more_said(finding.find_packages(talk, talk.slots), (Said(talk.spoken(visitor.answer)),))
    few = len(script.tokens(talk.text)) <= _LONG and untroubled
    if few and lookups.asks(talk.text, "drained") and lookups.asks(talk.text, "of_data"):
        return talk.turn(talk.dialogue.at("start"), talk.voice.say("runs_out", "packages"))
    network = lookups.network(talk)
    if network:
        return talk.stay(network)
    if _seeks(talk):
        return finding.find_packages(talk, talk.slots)
    if talk.facts.readable and lookups.asks(talk.text, "refused") and lookups.asks_packages(talk):
        return need_line(talk, "may_buy")
    own = talk.open_case
    if own and own.kind is Kind.PACKAGE_CHANGE and own.order is None and lookups.asks(talk.text, "stopped"):
        return ordering.stop_package(talk)
    if talk.open_order and talk.dialogue.place == "start" and talk.meant[Act.UNDO] + talk.meant[Act.NO] > _TROUBLE:
        return ordering.undo_order(talk)
    if len(script.tokens(talk.text)) <= _BARE and packages.named(talk.text):
        return ordering.read_package(talk)
    if _travels(talk):
        return finding.find_packages(talk, talk.slots)
    if ends and not slots.read(talk.text).looks:
        return ordering.stop_package(talk)
    if lookups.asks(talk.text, "declines") and not (talk.open_case or slots.is_trouble(talk.text)):
        return _given_up(talk)
    known = talk.facts.readable
    return need_line(talk, "active") if known and lookups.asks(talk.text, "is_active") else None


def _given_up(talk: Talk) -> Turn:
    """What was talked about is left: nothing was bought, where packages were told."""
    told = (NOTHING_BOUGHT,) if pointing.told(talk) or pointing.refused(talk) else talk.dialogue.told
    key = "nothing_bought" if NOTHING_BOUGHT in told else "cancelled"
    return talk.turn(talk.dialogue.at("start", told=told), talk.voice.say(key, *script.places()["start"].buttons))


def _seeks(talk: Talk) -> bool:
    """Whether a package is plainly looked for, whatever else is told; or the one that was found is to be bought now."""
    said = slots.read(talk.text)
    if lookups.asks(talk.text, "seeks"):
        return said.looks and not slots.is_trouble(talk.text)
    length = len(script.tokens(talk.text))
    troubled = slots.is_trouble(talk.text) or talk.meant[Act.PROBLEM] >= _TROUBLE
    if said.looks_beyond and ordering.wants(talk) and length <= _SHORT and talk.dialogue.place == "start":
        return not (troubled or packages.named(talk.text))
    bare = length < _BARE and not (talk.open_case or packages.named(talk.text) or troubled)
    if said.looks_beyond and bare:
        return talk.dialogue.place == "start"
    few = length <= _SHORT
    return few and lookups.asks(talk.text, "buys_it") and said == Slots() and talk.dialogue.slots.looks


def _travels(talk: Talk) -> bool:
    """Whether hardly more is said than where somebody goes: packages for there are what helps."""
    said = slots.read(talk.text)
    if not said.abroad or not said.country or talk.asks or slots.is_trouble(talk.text):
        return False
    return len(script.tokens(talk.text)) <= _SHORT and (said.days is not None or lookups.asks(talk.text, "goes"))


def _revived(talk: Talk) -> Turn | None:
    """Who takes what was given up after all is asked to confirm it."""
    told = pointing.told(talk)
    again = standing.standing(talk) is Standing.GIVEN_UP and len(told) == 1 and not lookups.is_asked(talk)
    few = len(script.tokens(talk.text)) <= _PLAIN and not packages.named(talk.text)
    return ordering.take_package(talk, told[0]) if again and few and lookups.asks(talk.text, "revives") else None


def _asks_why_dear(talk: Talk) -> bool:
    """Whether it is asked why a bill is as high as it is, and the line may be read."""
    of_bill = bool(talk.facts.readable) and "bill" in slots.all_asked_of_line(talk.text)
    dear = lookups.asks(talk.text, "dear") or bool(readers.amount(talk.text))
    return of_bill and dear and script.says("why_so", talk.text) and not talk.open_case


def _why_so(talk: Talk) -> Turn | None:
    """Why what was shown of the line is as it is: of a bill what it has in it, else what the article on it says."""
    before = () if talk.seen.category in _FAILING else talk.dialogue.told
    shown = [name for name in (*slots.all_asked_of_line(talk.text), *before) if name in _WHY]
    if not shown or not script.says("why_so", talk.text):
        return None
    return need_line(talk, "bill_why") if shown[0] == "bill" else line_notes.tell_of(talk, _WHY[shown[0]])


def paid(talk: Talk) -> Turn | None:
    """Who says that the bill just told is paid hears whether that is recorded."""
    told = bool(talk.facts.readable) and "bill" in talk.dialogue.told
    said = script.says("settled", talk.text) and not talk.clause.is_question
    return need_line(talk, "bill_paid") if told and said and talk.meant[Act.PROBLEM] < _TROUBLE else None


def _bill_paid(talk: Talk, line: Line) -> Turn:
    """Whether the operator's system has a payment yet."""
    key = "bill_not_recorded" if line.bill else "bill_recorded"
    return talk.turn(talk.dialogue.at("start", told=(line_told.LINE, "bill")), talk.voice.say(key))


def _bill_why(talk: Talk, line: Line) -> Turn:
    """What a bill has in it beside the price of the package, and where that is seen."""
    has, voice = packages.packages().get(line.package), talk.voice
    beyond = (line.bill or 0) - has.price if has else 0
    if has is None or beyond <= 0:
        return line_notes.tell_of(talk, _WHY["bill"])
    price, more = voice.rupiah(has.price), voice.rupiah(beyond)
    said = voice.say("bill_why", "agent", amount=voice.rupiah(line.bill or 0), package=has.name, price=price, more=more)
    return talk.turn(talk.dialogue.at("start", told=(line_told.LINE, "bill")), said)


def _of_line_shown(talk: Talk) -> Turn | None:
    """What is asked of the line that was shown: one thing of it, or what follows from it."""
    said = script.tokens(talk.text)
    known = talk.facts.readable
    if line_told.LINE not in talk.dialogue.told or not known or len(said) > _SHORT:
        return None
    if packages.named(talk.text) and not script.says("why_so", talk.text):
        return None
    if slots.read(talk.text).compares or lookups.asks(talk.text, "returned"):
        return None
    why = _why_so(talk)
    if why:
        return why
    if "bill" in talk.dialogue.told and lookups.asks(talk.text, "disputes") and not talk.clause.is_question:
        return complaints.complaint(talk.about(f"{' '.join(talk.dialogue.recent[-3:-1])} {talk.text}"))
    fills = lookups.asks(talk.text, "fills")
    if _ENOUGH & {*said}:
        return (
            line_notes.alone(talk, "extend-active-period")
            if fills
            else talk.stay(talk.voice.say("line_enough", "packages"))
        )
    if talk.meant[Act.PROBLEM] > _TROUBLE or not (talk.asks or len(said) <= _PLAIN):
        return None
    if lookups.asks(talk.text, "extends") or (fills and lookups.asks(talk.text, "lasts")):
        return line_notes.alone(talk, "extend-active-period")
    follows = lookups.first(talk.text, "renewal", "unfilled")
    until = lookups.asks(talk.text, "lasts")
    if not follows and until and talk.dialogue.told[1:2] != ("bill",):
        follows = "active"
    if follows:
        return need_line(talk, f"{follows}_only")
    asked = slots.asked_of_line(talk.text)
    return need_line(talk, f"{asked}_only") if asked and not _answered_apart(talk) else None


def _answered_apart(talk: Talk) -> bool:
    """Whether an article surely answers what names a figure of the line and asks something else: "pulsanya hangus?"."""
    best = talk.clause.fitting[:1]
    surely = bool(best) and best[0].chance >= articles.SURE and best[0].article.id != "check-balance"
    return surely and talk.meant[Act.LINE] < _AGREES


def no_system(talk: Talk) -> Turn:
    """What needs the operator's system is not possible now; packages can be told all the same."""
    if talk.dialogue.after in _FINDING:
        return finding.tell_found(talk, finding.sought(talk), None)
    if talk.dialogue.after == "details":
        return finding.details(talk, packages.package(talk.dialogue.package))
    return proving.no_system(talk)


def line_read(talk: Talk, outcome: LineRead) -> Turn:
    """Go on with the line that was read for what it was read for."""
    line, dialogue = outcome.line, talk.dialogue
    if dialogue.after in _FINDING:
        return finding.tell_found(talk, finding.sought(talk), line)
    if dialogue.after == "details":
        return finding.details_for(talk, packages.package(dialogue.package), line)
    if line is None:
        return talk.turn(dialogue.at("offer"), talk.voice.say("no_line", "agent", "menu"))
    if dialogue.after == "order":
        return ordering.confirm(talk, line, packages.package(dialogue.package))
    if dialogue.after == "renew" and line.package in packages.packages():
        return ordering.confirm(talk, line, packages.package(line.package))
    if dialogue.after == "renew":
        return finding.tell_found(talk, Slots(), line)
    if dialogue.after == "stop":
        return ordering.ask_stop(talk, line)
    if dialogue.after in _ABOUT_LINE:
        return _ABOUT_LINE[dialogue.after](talk, line)
    lacks = f"{REFUSED}{RefusalReason.NOT_REGISTERED}"
    names = dialogue.after.removesuffix("_only").split("+")
    told = (
        (line_told.LINE, *names, lacks) if "registered" in names and not line.registered else (line_told.LINE, *names)
    )
    said = line_told.line_said(talk, line, dialogue.after)
    if dialogue.place == "guide":
        return talk.stay(said, guides.again_said(talk))
    return talk.turn(dialogue.at("start", told=told), said)


_ABOUT_LINE: dict[str, Callable[[Talk, Line], Turn]] = {
    "enough": finding.enough_said,
    "compare": finding.beside_own,
    "may_buy": finding.may_buy,
    "bill_why": _bill_why,
    "bill_paid": _bill_paid,
    "adds": finding.adds,
    "afford": finding.affordable,
}
"""What a line is read for to say one thing of it."""


DEEDS: dict[str, Callable[[Talk], Turn]] = {
    "see_line": see_line,
    "see_packages": finding.see_packages,
    "change_package": ordering.change_package,
    "take_package": ordering.take,
    "decline_package": ordering.decline,
    "offer_first": ordering.offer_first,
    "order": ordering.order,
    "stop_package": ordering.stop_package,
    "stop_now": ordering.stop,
    "decline_order": lambda talk: ordering.left(talk) or ordering.decline(talk),
}
