"""The customer's line in a talk: shown; packages are found for it, ordered and stopped."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from care import phone, reference
from care.cases.case import Case
from care.conversation import (
    articles,
    catalogue,
    comparing,
    complaints,
    line_notes,
    lookups,
    offers,
    pointing,
    proving,
    readers,
    script,
    standing,
)
from care.conversation.articles import Fitting
from care.conversation.dialogue import Dialogue, stored
from care.conversation.handover import notes
from care.conversation.never_twice import fresh, was_said
from care.conversation.pointing import NOTHING_BOUGHT, REFUSED
from care.conversation.proving import need_line
from care.conversation.standing import Standing
from care.conversation.talk import Open, ReadLine, Said, TakeBack, TakenBack, Talk, Turn, more_said
from care.line import packages
from care.line.asking import LineRead
from care.line.line import Line, RefusalReason
from care.line.order import ENDS, TAKEN_BACK, Order, OrderState
from care.line.packages import Package
from care.reading import knowledge, slots
from care.reading.acts import Act
from care.reading.slots import Slots
from care.telling import messages
from care.words import Category, Kind, Priority, Segment

_ENOUGH = frozenset(("cukup", "cukupkah", "enough", "sufficient"))
_BUYING = ("packages", "package", "confirm", "number", "code")
# "bisa beli harian 1 gb ga" is a question without a mark.
_ASKED = tuple((word,) for word in ("ga", "gak", "nggak", "ngga", "gk", "kah", "kan"))
_MOST = {"cheapest": "missed_cheaper", "biggest": "missed_bigger", "longest": "missed_longer"}
_IF = frozenset(("kalau", "kalo", "klo", "if"))
_PLAIN = 5
_JOURNEY = "journey"
_FINDING = ("packages", _JOURNEY)
"""What a line is read for to find packages for it."""
_RATES = "roaming-incoming"
"""The article about what calls abroad cost, which is asked about on."""
LINE = "line"
"""Stands in ``told`` where the line was shown."""
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
_OTHERS = 2
"""So many packages are told of the other segment."""
_LONG = 14
"""Words of a question that has a condition."""
_TAKES = timedelta(hours=1)
"""So long an order may take when it is busy."""
_TROUBLE = 0.5
_AGREES = 0.5
_REFUSES = 0.3
_LASTING = ("quota", "balance", "package")
"""What of a line lasts as long as its active period."""
_AND = re.compile(r"[.,;!?\n]|\b(?:dan|sama|terus|trus|lalu|sekalian|tapi|and|then|also|but)\b", re.I)
"""Between a stop and what is wanted with it."""
_WANTING = frozenset(("mau", "pengen", "pingin", "ingin", "minta", "want"))


# ---- the line ------------------------------------------------------------------------------------------------------


def see_line(talk: Talk) -> Turn:
    """The customer wants to see the line, or one thing of it; a package named or just told is answered of."""
    if lookups.asks(talk.text, "own_number"):
        return _article(talk, "own-number")
    if lookups.asks(talk.text, "ends") and not talk.asks:
        return stop_package(talk)
    again = _of_line_shown(talk)
    if again:
        return again
    fact = lookups.about_told(talk)
    if fact:
        return talk.stay(fact)
    found = packages.named(talk.text)
    if found:
        return tell_package(talk, found[0])
    asked = list(slots.all_asked_of_line(talk.text))
    if asked and asked[0] in _LASTING and lookups.asks(talk.text, "lasts"):
        asked.append("active")
    known = talk.facts.readable and asked
    together = "+".join(dict.fromkeys(asked))
    return need_line(talk, f"{together}_only" if known else together or "line")


def _article(talk: Talk, *ids: str) -> Turn:
    said = (Said(talk.spoken(knowledge.article(id).answer)) for id in ids)
    return talk.turn(talk.dialogue.at("start", told=ids), *said)


def of_shown(talk: Talk) -> Turn | None:
    """What means one thing beside what the last answer showed: packages that were told, the line, an order."""
    place = talk.dialogue.place
    stands = _pondered(talk) or _whether_bought(talk) or standing.answer(talk) or _why_refused(talk)
    meant = stands or _revived(talk) or _enough_credit(talk) or _compared(talk) or _for_another(talk)
    if not meant and place in ("number", "code"):
        fact = lookups.about_told(talk)
        return talk.stay(fact, talk.ask_again()) if fact else None
    if meant or place not in (*_OPEN, "packages", "package", "confirm"):
        return meant
    beyond = None if _wants(talk) or slots.is_trouble(talk.text) else lookups.beyond(talk)
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
        return order_status(talk)
    if place in _BUYING and NOTHING_BOUGHT not in talk.dialogue.told and pointing.told(talk):
        said = lookups.with_question(talk, talk.voice.text("not_bought_yet"), pointing.told(talk))
        again = (talk.ask_again(),) if place in ("number", "code") else ()
        return talk.stay(said, *again)
    return None


def _is_fresh(talk: Talk, case: Case) -> bool:
    """Whether an order was made so lately that it may still take its time, as the article says."""
    return talk.facts.now is not None and talk.facts.now - case.opened_at <= _TAKES


def _of_told(talk: Talk) -> Turn | None:
    """What is said of the packages told last."""
    confirms = talk.dialogue.place == "confirm"
    if not confirms and lookups.asks(talk.text, "declines") and not packages.named(talk.text):
        return decline(talk)
    fact = lookups.about_told(talk) if lookups.is_asked(talk) or not _wants(talk) else None
    if fact:
        return talk.stay(fact)
    said = slots.read(talk.text)
    # "eh salah, ke jepang maksudnya" corrects what is looked for.
    most = _SHORT if slots.corrected(talk.text) != talk.text or said.abroad or said.compares else _BARE
    if confirms or len(script.tokens(talk.text)) > most:
        return None
    chosen = talk.dialogue.place == "packages" and pointing.pointed(talk)
    other = said.segment is not None and len(script.tokens(talk.text)) <= _BARE
    return read_package(talk) if chosen or said.looks or other else None


def _enough_credit(talk: Talk) -> Turn | None:
    """Whether the credit pays for the package told last, or for the renewal of what the line has."""
    said = script.tokens(talk.text)
    enough = bool(_ENOUGH & {*said}) and lookups.asks(talk.text, "credit")
    if not (enough or lookups.asks(talk.text, "lacking")) or len(said) > _SHORT:
        return None
    told = [one.id for one in pointing.pointed(talk) or pointing.told(talk)]
    if packages.named(talk.text) or not (told or LINE in talk.dialogue.told):
        return None
    return need_line(talk, "enough", "" if not told else talk.dialogue.package or told[0])


def _compared(talk: Talk) -> Turn | None:
    """What is held against each other: lengths, prepaid and postpaid, or what was told against what the line has."""
    apart = comparing.apart(talk)
    if apart:
        said, told = apart
        place, ids = "packages" if told else "start", tuple(one.id for one in told)
        return talk.turn(talk.dialogue.at(place, slots=talk.slots.evolve(cheapest=False), told=ids), said)
    if talk.facts.readable and lookups.asks(talk.text, "affords") and not packages.named(talk.text):
        return need_line(talk, "afford")
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
        talk.stay(offers.difference(talk, *pair[:2])) if again else compare_packages(talk, [one.id for one in pair[:2]])
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
    meant = named(talk)[:1] or (pointing.told(talk) if talk.dialogue.place == "package" else [])
    before = tuple(Said(offers.short(talk, one)) for one in meant)
    return more_said(_guided(talk, "gift-package"), before)


def _plain(talk: Talk) -> Turn | None:
    """What the words alone say where nothing is awaited."""
    if lookups.asks(talk.text, "own_package"):
        return need_line(talk, "package")
    untroubled = talk.meant[Act.PROBLEM] < _TROUBLE
    ends = untroubled and not talk.asks and lookups.asks(talk.text, "ends")
    if ends and lookups.asks(talk.text, "also_wants"):
        return stop_package(talk)
    found = packages.named(talk.text)
    if found and "cancel-purchase" in talk.dialogue.told and not (talk.asks or _wants(talk) or talk.facts.ordered):
        said = talk.voice.say("mistaken_named", "agent", "menu", package=found[0].name)
        return talk.turn(talk.dialogue.at("offer", text=stored(talk.heard)), said)
    if len(found) == 1 and talk.asks and lookups.asks(talk.text, "replaces"):
        return tell_package(talk, found[0])
    if lookups.asks(talk.text, "mistaken"):
        return undo_order(talk) if talk.facts.ordered else _guided(talk, "cancel-purchase")
    if talk.slots.abroad and talk.asks and lookups.asks(talk.text, "switches_off"):
        return _guided(talk, "roaming-off")
    if lookups.asks(talk.text, "adds") and lookups.is_asked(talk) and talk.slots.segment is not Segment.POSTPAID:
        can_read = bool(talk.facts.readable) and talk.facts.has_system
        return need_line(talk, "adds") if can_read else _adds(talk, None)
    told = _TOLD_BY_WORDS.get(lookups.first(talk.text, *_TOLD_BY_WORDS), "")
    if told and untroubled:
        return _guided(talk, told)
    if not slots.read(talk.text).abroad and all(map(partial(lookups.asks, talk.text), ("visitor", "card", "costs"))):
        visitor = knowledge.article("visitor-sim")
        return more_said(find_packages(talk, talk.slots), (Said(talk.spoken(visitor.answer)),))
    few = len(script.tokens(talk.text)) <= _LONG and untroubled
    if few and lookups.asks(talk.text, "drained") and lookups.asks(talk.text, "of_data"):
        return talk.turn(talk.dialogue.at("start"), talk.voice.say("runs_out", "packages"))
    network = lookups.network(talk)
    if network:
        return talk.stay(network)
    if _seeks(talk):
        return find_packages(talk, talk.slots)
    if talk.facts.readable and lookups.asks(talk.text, "refused") and lookups.asks_packages(talk):
        return need_line(talk, "may_buy")
    own = talk.open_case
    if own and own.kind is Kind.PACKAGE_CHANGE and own.order is None and lookups.asks(talk.text, "stopped"):
        return stop_package(talk)
    if talk.open_order and talk.dialogue.place == "start" and talk.meant[Act.UNDO] + talk.meant[Act.NO] > _TROUBLE:
        return undo_order(talk)
    if len(script.tokens(talk.text)) <= _BARE and packages.named(talk.text):
        return read_package(talk)
    if _travels(talk):
        return find_packages(talk, talk.slots)
    if ends and not slots.read(talk.text).looks:
        return stop_package(talk)
    if lookups.asks(talk.text, "declines") and not (talk.open_case or slots.is_trouble(talk.text)):
        return _given_up(talk)
    known = talk.facts.readable
    return need_line(talk, "active") if known and lookups.asks(talk.text, "is_active") else None


def _given_up(talk: Talk) -> Turn:
    """What was talked about is left: nothing was bought, where packages were told."""
    told = (NOTHING_BOUGHT,) if pointing.told(talk) or pointing.refused(talk) else talk.dialogue.told
    key = "nothing_bought" if NOTHING_BOUGHT in told else "cancelled"
    return talk.turn(talk.dialogue.at("start", told=told), talk.voice.say(key, *script.places()["start"].buttons))


def _guided(talk: Talk, id: str) -> Turn:
    """An article that words alone are about, and its guide."""
    return line_notes.tell(talk, [Fitting(knowledge.article(id), 1.0)])


def _seeks(talk: Talk) -> bool:
    """Whether a package is plainly looked for, whatever else is told; or the one that was found is to be bought now."""
    said = slots.read(talk.text)
    if lookups.asks(talk.text, "seeks"):
        return said.looks and not slots.is_trouble(talk.text)
    length = len(script.tokens(talk.text))
    troubled = slots.is_trouble(talk.text) or talk.meant[Act.PROBLEM] >= _TROUBLE
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


_CLEARS = {
    RefusalReason.NOT_REGISTERED: "sim-registration",
    RefusalReason.NOT_ACTIVE: "extend-active-period",
    RefusalReason.BILL_OVERDUE: "pay-bill",
    RefusalReason.NOT_ENOUGH_BALANCE: "top-up",
}
"""The article that tells how what a line is refused for is cleared."""
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


def _agrees_alone(talk: Talk) -> bool:
    """Whether no more than a yes is said: what was wanted is still refused."""
    agrees = talk.meant[Act.YES] + talk.meant[Act.BUY] >= _AGREES and not slots.read(talk.text).looks
    here = talk.dialogue.place == "start" or (talk.dialogue.place == "packages" and lookups.is_settled(talk))
    return here and len(script.tokens(talk.text)) <= _BARE and agrees


def _why_refused(talk: Talk) -> Turn | None:
    """Why the line could not have what was wanted, once more and with what helps."""
    reason = pointing.refused(talk)
    if reason in _CLEARS and len(script.tokens(talk.text)) <= _PLAIN and lookups.asks(talk.text, "clears"):
        where = lookups.asks(talk.text, "where") and reason == RefusalReason.NOT_ACTIVE
        return _guided(talk, "top-up" if where else _CLEARS[RefusalReason(reason)])
    if not reason or len(script.tokens(talk.text)) > _SHORT:
        return _settled(talk)
    if reason == RefusalReason.BILL_OVERDUE and slots.asked_of_line(talk.text) == "bill" and talk.asks:
        return need_line(talk, "bill")
    if lookups.asks(talk.text, "how_much_fills") and reason == RefusalReason.NOT_ENOUGH_BALANCE:
        return need_line(talk, "enough", talk.dialogue.package or pointing.told(talk)[0].id)
    if lookups.asks(talk.text, "how_much_fills") and reason == RefusalReason.NOT_ACTIVE:
        return _guided(talk, "extend-active-period")
    of_credit = lookups.asks(talk.text, "credit") or readers.amount(talk.text)
    if of_credit and lookups.asks(talk.text, "insists"):
        return _once_more(talk, f"why_{reason}", f"still_{reason}")
    if lookups.asks(talk.text, "why"):
        return _once_more(talk, f"why_{reason}", f"still_{reason}")
    return _once_more(talk, f"still_{reason}", f"why_{reason}") if _agrees_alone(talk) else _settled(talk)


def _once_more(talk: Talk, *keys: str) -> Turn:
    """The refusal in the first of these words that was not said just before."""
    return talk.stay(talk.voice.say("said", "agent", words=fresh(talk, *keys)))


def _settled(talk: Talk) -> Turn | None:
    """Who says that what stood in the way is paid or done hears when the package can be bought."""
    reason = pointing.refused_before(talk)
    done = reason not in ("", RefusalReason.NOT_ELIGIBLE) and script.says("settled", talk.text) and not talk.asks
    return talk.stay(talk.voice.say(f"cleared_{reason}")) if done else None


def _revived(talk: Talk) -> Turn | None:
    """Who takes what was given up after all is asked to confirm it."""
    told = pointing.told(talk)
    again = standing.standing(talk) is Standing.GIVEN_UP and len(told) == 1 and not lookups.is_asked(talk)
    few = len(script.tokens(talk.text)) <= _PLAIN and not packages.named(talk.text)
    return _take(talk, told[0]) if again and few and lookups.asks(talk.text, "revives") else None


def _why_so(talk: Talk) -> Turn | None:
    """Why what was shown of the line is as it is: of a bill what it has in it, else what the article on it says."""
    before = () if talk.seen.category in _FAILING else talk.dialogue.told
    shown = [name for name in (*slots.all_asked_of_line(talk.text), *before) if name in _WHY]
    if not shown or not script.says("why_so", talk.text):
        return None
    return need_line(talk, "bill_why") if shown[0] == "bill" else _guided(talk, _WHY[shown[0]])


def _bill_why(talk: Talk, line: Line) -> Turn:
    """What a bill has in it beside the price of the package, and where that is seen."""
    has, voice = packages.packages().get(line.package), talk.voice
    beyond = (line.bill or 0) - has.price if has else 0
    if has is None or beyond <= 0:
        return _guided(talk, _WHY["bill"])
    price, more = voice.rupiah(has.price), voice.rupiah(beyond)
    said = voice.say("bill_why", "agent", amount=voice.rupiah(line.bill or 0), package=has.name, price=price, more=more)
    return talk.turn(talk.dialogue.at("start", told=(LINE, "bill")), said)


def _of_line_shown(talk: Talk) -> Turn | None:
    """What is asked of the line that was shown: one thing of it, or what follows from it."""
    said = script.tokens(talk.text)
    known = talk.facts.readable
    if LINE not in talk.dialogue.told or not known or len(said) > _SHORT:
        return None
    if packages.named(talk.text) and not script.says("why_so", talk.text):
        return None
    if slots.read(talk.text).compares or lookups.asks(talk.text, "returned"):
        return None
    why = _why_so(talk)
    if why:
        return why
    fills = lookups.asks(talk.text, "fills")
    if _ENOUGH & {*said}:
        return _article(talk, "extend-active-period") if fills else talk.stay(talk.voice.say("line_enough", "packages"))
    if talk.meant[Act.PROBLEM] > _TROUBLE or not (talk.asks or len(said) <= _PLAIN):
        return None
    if lookups.asks(talk.text, "extends") or (fills and lookups.asks(talk.text, "lasts")):
        return _article(talk, "extend-active-period")
    follows = lookups.first(talk.text, "renewal", "unfilled")
    until = lookups.asks(talk.text, "lasts")
    if not follows and until and talk.dialogue.told[1:2] != ("bill",):
        follows = "active"
    asked = follows or slots.asked_of_line(talk.text)
    return need_line(talk, f"{asked}_only") if asked and not _answered_apart(talk) else None


def _answered_apart(talk: Talk) -> bool:
    """Whether an article surely answers what names a figure of the line and asks something else: "pulsanya hangus?"."""
    best = talk.clause.fitting[:1]
    surely = bool(best) and best[0].chance >= articles.SURE and best[0].article.id != "check-balance"
    return surely and talk.meant[Act.LINE] < _AGREES


def no_system(talk: Talk) -> Turn:
    """What needs the operator's system is not possible now; packages can be told all the same."""
    if talk.dialogue.after in _FINDING:
        return _tell_found(talk, _sought(talk), None)
    if talk.dialogue.after == "details":
        return details(talk, packages.package(talk.dialogue.package))
    return proving.no_system(talk)


def line_read(talk: Talk, outcome: LineRead) -> Turn:
    """Go on with the line that was read for what it was read for."""
    line, dialogue = outcome.line, talk.dialogue
    if dialogue.after in _FINDING:
        return _tell_found(talk, _sought(talk), line)
    if dialogue.after == "details":
        return _details_for(talk, packages.package(dialogue.package), line)
    if line is None:
        return talk.turn(dialogue.at("offer"), talk.voice.say("no_line", "agent", "menu"))
    if dialogue.after == "order":
        return _confirm(talk, line, packages.package(dialogue.package))
    if dialogue.after == "renew" and line.package in packages.packages():
        return _confirm(talk, line, packages.package(line.package))
    if dialogue.after == "renew":
        return _tell_found(talk, Slots(), line)
    if dialogue.after == "stop":
        return _ask_stop(talk, line)
    if dialogue.after in _ABOUT_LINE:
        return _ABOUT_LINE[dialogue.after](talk, line)
    lacks = f"{REFUSED}{RefusalReason.NOT_REGISTERED}"
    names = dialogue.after.removesuffix("_only").split("+")
    told = (LINE, *names, lacks) if "registered" in names and not line.registered else (LINE, *names)
    return talk.turn(dialogue.at("start", told=told), line_said(talk, line, dialogue.after))


def _sought(talk: Talk) -> Slots:
    """What packages are looked for by: for a journey what is known of it, else all that is said."""
    return talk.dialogue.slots if talk.dialogue.after == _JOURNEY else talk.slots


def line_said(talk: Talk, line: Line, asked: str = "") -> Said:
    """A line as its owner hears it: what was ``asked`` first (``quota``, ``balance`` …), then the rest.

    Several are joined: ``quota+active``. Who has been shown the line hears only what is asked: ``quota_only``.
    """
    voice = talk.voice
    head = voice.text("line_head", number=phone.written(line.number), name=line.name)
    found = packages.packages().get(line.package)
    parts = _line_parts(talk, line)
    only, names = asked.endswith("_only"), asked.removesuffix("_only").split("+")
    if only and found:
        parts["quota"] = voice.text("line_quota_of", quota=voice.quota(line.quota_mb), package=found.name)
    if only and "balance" in names and line.in_grace(talk.facts.today):
        names.append("active")
    answers = (parts.pop(name, "") or _follows(talk, line, name) for name in dict.fromkeys(names))
    answer = "\n".join(filter(None, answers))
    if answer and only:
        if "quota" in names and _ENOUGH & {*script.tokens(talk.text)}:
            answer = f"{answer} {voice.text('line_enough')}"
        return voice.say("said", "line", "packages", words=answer)
    # What goes without saying is told to who asks for it.
    parts.pop("bill" if line.segment is Segment.PREPAID else "balance", "")
    if line.registered:
        parts.pop("registered", "")
    rest = "\n".join([head, *filter(None, parts.values())])
    words = voice.text("line_asked", answer=answer, rest=rest) if answer else rest
    return voice.say("said", "packages", "change_number", "complaint", words=words)


def _line_parts(talk: Talk, line: Line) -> dict[str, str]:
    """What there is to say of a line, by what may be asked."""
    voice = talk.voice
    found = packages.packages().get(line.package)
    prepaid = line.segment is Segment.PREPAID
    due = voice.day(line.bill_due) if line.bill_due else "-"
    amount = voice.rupiah(line.balance or 0)
    key = "line_bill_suspended" if line.is_suspended(talk.facts.today) else "line_bill"
    bill = voice.text(key, amount=voice.rupiah(line.bill), due=due) if line.bill else ""
    return {
        "package": voice.text("line_package", package=found.name) if found else voice.text("line_no_package"),
        "quota": voice.text("line_quota", quota=voice.quota(line.quota_mb)),
        "balance": voice.text("line_balance", amount=amount) if prepaid else voice.text("line_no_balance"),
        "active": _active(talk, line) if prepaid else "",
        "bill": bill or voice.text("line_no_bill_prepaid" if prepaid else "line_no_bill"),
        "registered": voice.text("line_registered" if line.registered else "line_not_registered"),
    }


def _follows(talk: Talk, line: Line, asked: str) -> str:
    """What follows from a line: when its package renews, and what comes when no pulsa is filled up; "" of all else."""
    voice, has = talk.voice, packages.packages().get(line.package)
    if asked not in ("renewal", "unfilled"):
        return ""
    if asked == "renewal" and has:
        key = f"line_renews_{line.segment}" if has.renews else "fact_renews_not"
        return voice.text(key, package=has.name, days=voice.days(has.validity_days))
    if asked == "renewal":
        return voice.text("line_no_package")
    if line.grace_until is None:
        return voice.text("line_no_balance")
    ends = voice.day(line.grace_until)
    if line.active_until and line.active_until >= talk.facts.today:
        return voice.text("line_unfilled", active=voice.day(line.active_until), ends=ends)
    return voice.text("line_unfilled_grace", ends=ends)


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
    """What there is, whatever was looked for before; of a line that was shown, its own."""
    if LINE in talk.dialogue.told and talk.facts.readable:
        return need_line(talk, "package_only")
    return find_packages(talk, slots.read(talk.text))


def find_packages(talk: Talk, wanted: Slots) -> Turn:
    """The packages that fit what is looked for, told at once, and for the line where one may be read.

    What is asked of the one that was told last is answered of that.
    """
    if lookups.asks(talk.text, "own_package"):
        return need_line(talk, "package")
    if script.says("renews_package", talk.text):
        return need_line(talk, "renew")
    fact = lookups.fact(talk)
    if fact:
        return talk.stay(fact)
    dialogue = talk.dialogue.at("start", slots=wanted)
    number = talk.facts.readable
    if number and talk.facts.has_system:
        return talk.turn(dialogue.evolve(after="packages"), wish=ReadLine(number))
    return _tell_found(replace(talk, dialogue=dialogue), wanted, None)


def find_there(talk: Talk, wanted: Slots) -> Turn:
    """The packages for a journey, whatever else the words say of a package for home."""
    dialogue, number = talk.dialogue.at("start", slots=wanted), talk.facts.readable
    if number and talk.facts.has_system:
        return talk.turn(dialogue.evolve(after=_JOURNEY), wish=ReadLine(number))
    return _tell_found(replace(talk, dialogue=dialogue), wanted, None)


def _tell_found(talk: Talk, wanted: Slots, line: Line | None) -> Turn:
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
        return _details_for(replace(talk, dialogue=dialogue), found.packages[0], line, found)
    if tuple(one.id for one in found.packages) == told and found.exact:
        return _best_of_told(talk, found, wanted, line)
    return _listed(talk, found, wanted, line, other)


def _listed(
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
    ids = tuple(one.id for one in found.packages)
    place = "start" if barred else "packages" if len(ids) > 1 else "package"
    dialogue = talk.dialogue.at(place, slots=wanted, told=(*ids, f"{REFUSED}{refusal}") if refusal else ids)
    dialogue = dialogue.evolve(package=ids[0]) if place == "package" else dialogue
    fact = lookups.beside_list(talk, list(found.packages))
    before = (*before, Said(fact)) if fact else before
    return talk.turn(dialogue, *before, offers.listing(talk, found, wanted, line, other, asks=not barred))


def _segment_said(talk: Talk) -> Segment | None:
    """Whether the number was said to be prepaid or postpaid, the last time that it was."""
    said = (slots.read(one).segment for one in reversed(talk.dialogue.recent))
    return next(filter(None, said), None)


def _left(talk: Talk, line: Line | None) -> tuple[str, ...]:
    """What another package is to be bigger or cheaper than, where it is said: "dari yang 10 GB ke yang lebih gede"."""
    if not slots.read(talk.text).compares or any(_goes_to(talk, one) for one in packages.named(talk.text)):
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
        return _details_for(talk, one, line)
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


named = comparing.two
"""The packages a text names, holds against each other, or points at among those told last."""


def which(talk: Talk) -> Said:
    """Which of the packages told last is wanted."""
    told = pointing.told(talk)
    names = offers.listed(talk, [one.name for one in told], "or")
    return talk.voice.say("which_of", *offers.buttons(*told), list=names) if len(told) > 1 else talk.ask("packages")


def read_package(talk: Talk) -> Turn | None:
    """A package named is told in full, or taken if that is wanted, two are compared; others are looked for.

    ``None`` when a text says nothing of the kind.
    """
    if talk.meant[Act.NO] + talk.meant[Act.UNDO] > _TROUBLE and not packages.named(talk.text):
        return None
    fact = lookups.about_told(talk) if lookups.is_asked(talk) or not _wants(talk) else None
    if fact:
        return talk.stay(fact)
    found, says = named(talk), slots.read(talk.text)
    if len(found) > 1:
        return compare_packages(talk, [one.id for one in found])
    if found and says.compares and not _goes_to(talk, found[0]):
        return find_packages(replace(talk, dialogue=talk.dialogue.evolve(told=(found[0].id,))), says)
    if found:
        points = len(script.tokens(talk.text)) < _BARE and bool(pointing.pointed(talk))
        again = bool(packages.named(talk.text)) or says.mb is not None or points
        agrees = talk.meant[Act.YES] + talk.meant[Act.BUY] + talk.meant[Act.OKAY] >= _AGREES
        here = talk.dialogue.place == "package" and talk.dialogue.package == found[0].id
        offered = here and (again or agrees) and not talk.asks
        return _take(talk, found[0]) if offered or _wants(talk) else tell_package(talk, found[0])
    if says.evolve(town="", calls=False) != Slots():
        return find_packages(talk, talk.slots)
    if not _wants(talk) or talk.dialogue.place not in ("package", "packages"):
        return None
    return take(talk) if talk.dialogue.place == "package" else change_package(talk)


def _goes_to(talk: Talk, one: Package) -> bool:
    """Whether a package is what a change leads to, and not what it leaves: "upgrade ke pasca 150"."""
    first = re.escape(one.name.split()[0])
    return bool(re.search(rf"\b(?:ke|jadi|to|into|ambil|get)(?: (?:yang|yg|paket|the))* {first}\b", talk.text, re.I))


def tell_package(talk: Talk, one: Package) -> Turn:
    """One package, and for the line that may be read why it may not have it."""
    number = talk.facts.readable
    if number and talk.facts.has_system:
        dialogue = talk.dialogue.at("start", after="details", package=one.id)
        return talk.turn(dialogue, wish=ReadLine(number))
    return _details_for(talk, one, None)


def _details_for(talk: Talk, one: Package, line: Line | None, found: catalogue.Found | None = None) -> Turn:
    """All of one package, after what else was asked of it and what the line says to it."""
    said = []
    reason = packages.barrier(line, talk.facts.today, one) if line else None
    if line and reason:
        said.append(talk.voice.say("said", words=offers.barrier(talk, line, reason, one)))
    elif line and found is None and line.balance is not None and _ENOUGH & {*script.tokens(talk.text)}:
        said.append(talk.voice.say("enough", balance=talk.voice.rupiah(line.balance), package=one.name))
    wanted = talk.dialogue.slots
    if found and wanted.abroad and wanted.country and not wanted.use and not talk.facts.short:
        country = offers.country_names(talk, wanted.countries)
        shorter = wanted.days and wanted.days < min(
            each.validity_days for each in packages.packages().values() if each.roaming
        )
        key = "covers_longer" if shorter else "covers"
        said.append(talk.voice.say(key, package=one.name, country=country, days=talk.voice.days(one.validity_days)))
    fact = lookups.beside_details(talk, one)
    if fact:
        said.append(Said(fact.text))
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


def change_package(talk: Talk) -> Turn:
    """A package is wanted: the one named or told, or one to choose. A question buys nothing."""
    if talk.open_order:
        return order_status(talk)
    if named(talk):
        return read_package(talk) or take(talk)
    if script.says("renews_package", talk.text):
        return need_line(talk, "renew")
    told = [id for id in talk.dialogue.told if id in packages.packages()]
    if len(told) == 1 and not talk.asks and slots.read(talk.text) == Slots():
        return order(talk) if talk.dialogue.place == "confirm" else _take(talk, packages.package(told[0]))
    if told and talk.dialogue.place == "packages" and not talk.asks and slots.read(talk.text) == Slots():
        return talk.turn(talk.dialogue, which(talk))
    return find_packages(talk, talk.slots)


def _wants(talk: Talk) -> bool:
    """Whether a package is wanted, not only named or asked about."""
    said = script.tokens(talk.text)
    if talk.asks or _ENOUGH & {*said} or said[-1:] in _ASKED:
        return False
    return script.says("wants_package", talk.text) or bool(_WANTING & {*said})


def wants_named(talk: Talk) -> bool:
    """Whether a package that is named, one for a country, or the line's own is wanted, whatever else is said."""
    abroad = slots.read(talk.text).abroad and lookups.asks(talk.text, "buys")
    renews = script.says("renews_package", talk.text) and not talk.asks
    return renews or (_wants(talk) and (abroad or bool(packages.named(talk.text))))


def _enough_said(talk: Talk, line: Line) -> Turn:
    """Whether the credit of a line is enough for the package meant, and how much is missing."""
    one = packages.packages().get(talk.dialogue.package or line.package)
    if one is None or line.balance is None:
        return talk.turn(talk.dialogue.at("start"), line_said(talk, line, "balance_only"))
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


def _affordable(talk: Talk, line: Line) -> Turn:
    """What the credit of a line pays for, the use that was wished after that."""
    wanted = talk.slots.evolve(use="", also=(), budget=line.balance, mb=None, biggest=False, cheapest=False)
    return _tell_found(talk, wanted, line)


def _beside_own(talk: Talk, line: Line) -> Turn:
    """How what was told differs from what the line has."""
    own, told = packages.packages().get(line.package), pointing.told(talk)
    others = [one for one in told if one != own]
    if own and told and not others:
        words = talk.voice.text("same_as_own", package=own.name, quota=talk.voice.quota(own.quota_mb))
        dialogue = talk.dialogue.at("package", package=own.id, told=(own.id,))
        return talk.turn(dialogue, talk.voice.say("said", *script.places()["package"].buttons, words=words))
    if own is None or not others:
        return talk.turn(talk.dialogue.at("start", told=(LINE,)), line_said(talk, line, "package_only"))
    asked = talk.voice.text("which_one" if len(others) > 1 else "ask_take")
    dialogue = talk.dialogue.at("packages" if len(others) > 1 else "package", package=others[0].id)
    words = f"{comparing.beside_own(talk, own, others)}\n\n{asked}"
    return talk.turn(dialogue, talk.voice.say("said", *offers.buttons(*others), words=words))


def _may_buy(talk: Talk, line: Line) -> Turn:
    """Why a line is refused a package; what is not seen from here is trouble."""
    reason = packages.barrier(line, talk.facts.today)
    if reason is None:
        return complaints.complaint(talk)
    said = talk.voice.say("said", "agent", words=offers.barrier(talk, line, reason))
    return talk.turn(talk.dialogue.at("start", told=(f"{REFUSED}{reason}",)), said)


def _adds(talk: Talk, line: Line | None) -> Turn:
    """How quota is added to what the line has, and by which packages; a postpaid plan would replace its own."""
    if line and line.segment is Segment.POSTPAID:
        return _article(talk, "add-quota")
    added = Said(talk.spoken(knowledge.article("add-quota").answer))
    return more_said(_tell_found(talk, talk.slots, line), (added,))


_ABOUT_LINE: dict[str, Callable[[Talk, Line], Turn]] = {
    "enough": _enough_said,
    "compare": _beside_own,
    "may_buy": _may_buy,
    "bill_why": _bill_why,
    "adds": _adds,
    "afford": _affordable,
}
"""What a line is read for to say one thing of it."""


def take(talk: Talk) -> Turn:
    """The package that was told is taken."""
    return _take(talk, packages.package(talk.dialogue.package))


def offer_first(talk: Talk) -> Turn:
    """A yes to several packages: the best of them is offered."""
    told = pointing.told(talk)
    return _why_refused(talk) or (tell_package(talk, told[0]) if told else talk.stay(which(talk)))


def decline(talk: Talk) -> Turn:
    """The package that was told is not wanted; "kok ga bisa" is a question."""
    told = tuple(one.id for one in pointing.told(talk))
    dialogue = talk.dialogue.at("packages", told=(*told, NOTHING_BOUGHT))
    return _why_refused(talk) or talk.turn(dialogue, talk.voice.say("declined", "packages", "menu"))


def _take(talk: Talk, one: Package) -> Turn:
    if talk.open_order:
        return order_status(talk)
    if lookups.asks(talk.text, "other_line") and not phone.find(talk.text):
        return talk.go("number", after="order", package=one.id)
    if talk.dialogue.place == "confirm" and talk.dialogue.package == one.id:
        return order(talk)
    talk = replace(talk, dialogue=talk.dialogue.evolve(told=(one.id,)))
    asked = need_line(talk, "order", one.id)
    if talk.dialogue.place == "package" or asked.wish or asked.dialogue.place != "number":
        return asked
    return more_said(asked, (talk.voice.say("said", words=offers.short(talk, one)),))


def _confirm(talk: Talk, line: Line, one: Package) -> Turn:
    """Name, price and number are confirmed; what the line cannot have is said with what it can."""
    reason = packages.barrier(line, talk.facts.today, one)
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
    listed = _listed(talk, replace(found, bigger=None), wanted, line, refused=reason)
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


# ---- stopping ------------------------------------------------------------------------------------------------------


def stop_package(talk: Talk) -> Turn:
    """Stopping a package needs its line: what it does is said before, and a yes asked after; "stop" is one as well.

    What was handed over is not asked again. Who wants the number to end is told how that is done.
    """
    if lookups.asks(talk.text, "leaves"):
        return _article(talk, "unreg-number", "postpaid-stop")
    if slots.read(talk.text).roaming and talk.dialogue.place != "stop_confirm":
        if lookups.asks_packages(talk):
            return talk.turn(talk.dialogue.at("start"), talk.voice.say("roaming_stops"))
        return _guided(talk, "roaming-costs")
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


def _ask_stop(talk: Talk, line: Line) -> Turn:
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


DEEDS: dict[str, Callable[[Talk], Turn]] = {
    "see_line": see_line,
    "see_packages": see_packages,
    "change_package": change_package,
    "take_package": take,
    "decline_package": decline,
    "offer_first": offer_first,
    "order": order,
    "stop_package": stop_package,
    "stop_now": stop,
    "decline_order": lambda talk: left(talk) or decline(talk),
}
