"""The case that a call wishes opened, in words for the team."""

from care import areas
from care.calling import subjects
from care.calling.state import State
from care.calling.turn import Open
from care.cases.opening import Opening, Party
from care.telling import messages
from care.words import Attention, Category, Kind, Language

_HALF_SAID = frozenset({"sub", "postcode", "postcode_again", "consent", "message"})
_ASKS_NUMBER = frozenset({"phone", "phone_right"})


def opening(wish: Open, state: State, new: str, party: Party) -> Opening:
    """The case under the reference ``new``."""
    language = state.language
    area = areas.area_of_postcode(wish.postcode)
    summary = _summary(wish, language)
    notes = list(wish.notes)
    if wish.postcode:
        notes.append(messages.text("note.postcode", language, postcode=wish.postcode))
    if wish.spoken:
        notes.append(messages.text("note.message", language))
    waits = wish.calls_back or wish.spoken or wish.summary == "callback"
    return Opening(
        reference=new,
        party=party,
        kind=wish.kind,
        category=wish.category,
        priority=wish.priority,
        language=language,
        text=summary,
        summary=summary,
        notes=tuple(notes),
        area=area.name if area else "",
        zone=areas.zone_of_postcode(wish.postcode),
        segment=state.segment,
        order=wish.order,
        attention=Attention.PERSON_WANTED if waits else None,
    )


def unfinished(state: State) -> Open | None:
    """What somebody wanted who hung up before it was stored: a complaint of which the category was said."""
    complains = state.place in _HALF_SAID and state.then != "suggestion"
    asked = state.place in _ASKS_NUMBER and state.then in ("complaint", "urgent")
    if not (complains or asked):
        return None
    note = messages.text("note.hung_up", state.language)
    category = Category.SIM if state.then == "urgent" else state.category
    return Open(
        Kind.COMPLAINT, category, state.priority, state.sub, "complaint_stored", (note,), state.postcode, spoken=False
    )


def _summary(wish: Open, language: Language) -> str:
    if wish.order:
        order = wish.order
        return f"{order.name}, {messages.rupiah(order.price, language)}, {order.number}"
    if wish.kind is not Kind.COMPLAINT:
        return messages.text(f"summary.{wish.summary}", language)
    category = messages.text(f"category.{wish.category}", language)
    subject = subjects.named(wish.category, wish.summary)
    about = f"{category}, {subject.label.in_(language)}" if subject else category
    return messages.text("summary.complaint", language, category=about)
