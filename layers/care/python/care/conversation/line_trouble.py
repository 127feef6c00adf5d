"""Why a line does not work, where it may be read: what the operator's system says of it, before anything is filed.

A bill that is overdue, an active period that is over, a SIM card that is not registered, data that is used up: no
network team can mend these, and the customer can.
"""

from care import phone
from care.conversation import guides, lookups, script
from care.conversation.articles import Fitting
from care.conversation.asked_on import EXPLAINED, is_asked
from care.conversation.handover import notes
from care.conversation.proving import need_line
from care.conversation.talk import Add, Open, Talk, Turn
from care.line.asking import LineRead
from care.line.line import Line
from care.reading import knowledge, remarks
from care.reading.acts import Act
from care.reading.remarks import Remark
from care.telling import messages
from care.words import Category, Kind

AFTER = "trouble"
"""What a line is read for here, as ``Dialogue.after``."""
_STILL = 0.5
_FEW = 6
_OF_LINE = (
    *(Category.NETWORK, Category.INTERNET, Category.SIM, Category.PACKAGE),
    *(Category.ROAMING, Category.DEVICE, Category.APP),
)
_OF_DATA = (Category.INTERNET, Category.NETWORK)
_UNREACHABLE = frozenset({"ended", "not_registered"})
"""Reasons for which nothing at all works on a line."""
_PLACES = ("start", "answered", "guide_offered", "clarify", "unanswered", "offer", "person_offered")
_ARTICLES = {
    "bill_overdue": ("late-payment", "pay-bill"),
    "not_active": ("active-period", "extend-active-period", "top-up"),
    "ended": ("expired-number",),
    "not_registered": ("sim-registration",),
    "no_data": ("add-quota",),
}
"""What more there is to say of each reason: articles, the nearest first."""
_HELP = ("pay-bill", "extend-active-period", "expired-number", "sim-registration", "add-quota")
"""Those that say what is to be done."""


def look(talk: Talk) -> Turn | None:
    """Have the line read that may be; ``None``: it may not, or trouble of this kind does not come from it: its
    neighbours have it too.
    """
    known = talk.facts.readable and talk.facts.has_system and not talk.open_case
    of_line = talk.seen.category in _OF_LINE or any(lookups.asks(talk.text, one) for one in ("calls", "unusable"))
    is_own = of_line and not script.says("of_others_too", talk.text)
    told = EXPLAINED in talk.dialogue.told and Remark.REPORTS in remarks.read(talk.text)
    if told or not known or talk.dialogue.place not in _PLACES or not is_own or is_asked(talk):
        return None
    asked = need_line(talk, AFTER)
    return asked if asked.wish else None


def explained(talk: Talk, outcome: LineRead) -> Turn | None:
    """What the line says of why it does not work; ``None`` when it says nothing of it."""
    line = outcome.line
    reasons = _reasons(talk, line) if line else []
    if not line or not reasons:
        return None
    said = [_said(talk, line, one) for one in reasons]
    told = tuple(dict.fromkeys(id for one in reasons for id in _ARTICLES[one]))
    words = " ".join((talk.voice.text("trouble_head", number=phone.written(line.number)), *said))
    buttons = ("packages",) if "no_data" in reasons else ()
    more = talk.voice.text("trouble_beside" if is_beyond(talk, line) else "trouble_else")
    return talk.turn(
        talk.dialogue.at("start", told=(*told, EXPLAINED)),
        talk.voice.say("said", *buttons, "agent", words=f"{words} {more}"),
    )


def is_beyond(talk: Talk, line: Line) -> bool:
    """Whether trouble is looked into whatever the line says: a report is wished, or a line that can still be reached
    does not explain it.
    """
    said = remarks.read(talk.text)
    if Remark.REPORTS in said and not guides.asks(talk):
        return True
    return Remark.OF_NETWORK in said and _UNREACHABLE.isdisjoint(_reasons(talk, line))


def helps(talk: Talk) -> Turn | None:
    """What to do, asked by who was told why the line does not work."""
    told = talk.dialogue.told
    asks = script.says("what_next", talk.text) and len(script.tokens(talk.text)) <= _FEW
    helpful = [knowledge.article(id) for id in told if id in _HELP] if EXPLAINED in told and asks else []
    return guides.tell(talk, [Fitting(helpful[0], 1.0)]) if helpful else None


def settled(talk: Talk) -> Turn | None:
    """Who was told why the line does not work says that it is settled, or still does not work: it is looked into."""
    told, case = talk.dialogue.told, talk.open_case
    if EXPLAINED not in told:
        return None
    still = not talk.asks and talk.meant[Act.UNSOLVED] + talk.meant[Act.PROBLEM] > _STILL
    is_settled = script.says("settled", talk.text)
    if not (is_settled or still) or is_asked(talk):
        return None
    if not is_settled and Remark.REPORTS in remarks.read(talk.text):
        return None
    if case and not is_settled:
        return None
    if case:
        return talk.turn(talk.dialogue.at("start"), wish=Add(case.reference, talk.heard, say="settled_added"))
    opening = Open(
        kind=Kind.COMPLAINT,
        category=knowledge.article(told[0]).category,
        priority=talk.seen.priority,
        text=talk.heard,
        say="settled_taken",
        notes=notes(talk, recent=True),
    )
    return talk.turn(talk.dialogue.at("start", told=told[:-1]), wish=opening)


def _reasons(talk: Talk, line: Line) -> list[str]:
    today = talk.facts.today
    found = []
    if line.is_suspended(today):
        found.append("bill_overdue")
    if line.active_until and line.active_until < today:
        found.append("not_active" if line.grace_until and line.grace_until >= today else "ended")
    if not line.registered:
        found.append("not_registered")
    about = talk.open_case.category if talk.open_case else talk.seen.category
    if not found and not line.quota_mb and about in _OF_DATA:
        found.append("no_data")
    return found


def _said(talk: Talk, line: Line, reason: str) -> str:
    voice = talk.voice
    return voice.text(
        f"trouble_{reason}",
        amount=messages.rupiah(line.bill or 0, talk.language),
        balance=messages.rupiah(line.balance or 0, talk.language),
        due=voice.day(line.bill_due) if line.bill_due else "",
        until=voice.day(line.grace_until) if line.grace_until else "",
    )
