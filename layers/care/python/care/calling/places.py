"""Where a call can be: the prompt that asks there, and what the flow listens for."""

from typing import NamedTuple

from care.calling import menu
from care.calling.state import State
from care.calling.turn import Listen
from care.reading import knowledge


class Place(NamedTuple):
    """A question."""

    ask: str
    listen: Listen = Listen.KEY


START = "menu"
"""Where a call is that is nowhere else."""

_PLACES = {
    "language": Place("welcome"),
    "language_again": Place("language"),
    "open_case": Place("greet_open_case"),
    "last_four": Place("last_four", Listen.DIGITS_4),
    "menu": Place("menu"),
    "product": Place("product_menu"),
    "answer": Place("answer_next"),
    "technical": Place("technical_menu"),
    "technical_more": Place("technical_more_menu"),
    "complaint": Place("complaint_menu"),
    "postcode": Place("area_ask", Listen.DIGITS_5),
    "postcode_again": Place("area_wrong", Listen.DIGITS_5),
    "consent": Place("message_consent"),
    "message": Place("message_speak", Listen.MESSAGE),
    "suggestion": Place("suggestion_ask"),
    "stored": Place("reference_next"),
    "urgent": Place("urgent_first"),
    "status": Place("status_reference", Listen.DIGITS_10),
    "status_phone": Place("status_phone", Listen.DIGITS_16),
    "told": Place("anything_else"),
    "too_many": Place("status_too_many"),
    "phone": Place("phone_ask", Listen.DIGITS_16),
    "phone_right": Place("phone_right"),
    "code": Place("code_sent", Listen.DIGITS_6),
    "code_again": Place("code_wrong", Listen.DIGITS_6),
    "code_over": Place("code_too_many"),
    "no_system": Place("no_system"),
    "line": Place("line_next"),
    "packages": Place("package_more"),
    "package": Place("package_confirm"),
    "recording": Place("recording_consent"),
    "wait": Place("wait_offer"),
    "queued": Place("queue_offer"),
    "anything_else": Place("anything_else"),
    "survey_solved": Place("survey_solved"),
    "survey_score": Place("survey_score"),
}


def of(state: State) -> Place:
    """The question at which a call stands."""
    match state.place:
        case "group":
            group = menu.product_group(state.group)
            return Place(group.menu) if group else _PLACES["product"]
        case "sub":
            return Place(f"complaint_{state.category}")
        case "guide":
            return Place("guide_next")
        case "guide_choice":
            return Place(step_prompt(state.article, state.step))
    return _PLACES.get(state.place, _PLACES[START])


def names() -> frozenset[str]:
    """All places there are."""
    return frozenset(_PLACES) | {"group", "sub", "guide", "guide_choice"}


def step_prompt(article: str, step: str) -> str:
    """What a step of a guide is called among the prompts."""
    return f"guide_{article}_{step}"


def is_choice(article: str, step: str) -> bool:
    """Whether a step asks for one of several."""
    return bool(knowledge.article(article).step(step).choices)
