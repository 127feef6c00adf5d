"""What happens to a talk's case, to the operator's system and to the clock while nobody writes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from care.cases import agent as agents
from care.cases import following
from care.cases.draft import Draft
from care.line.order import OrderState
from tests.unit.chatting import MemorySystem
from tests.unit.making import RINA

OF_A_CASE = frozenset({"case resolved", "case closed", "question asked", "order carried out"})
"""What happens to the newest case of a chat, which has one."""


class Talker(Protocol):
    """Somebody who talks, by chat or SMS, and what is behind."""

    now: datetime
    system: MemorySystem | None

    def change_case(self, change: Callable[[Draft], Any]) -> None:
        """Somebody else changes the newest case of the talk."""

    def ask_if_solved(self) -> None:
        """The satisfaction question of that case has come."""


def happens(chat: Talker, what: str) -> bool:
    """Let it happen; ``False``: nothing of that name is known."""
    if what not in _HAPPENINGS:
        return False
    _HAPPENINGS[what](chat)
    return True


def _close(draft: Draft) -> None:
    if draft.case.is_complaint:
        agents.resolve(draft, RINA, "Sudah kami perbaiki.")
        following.settle(draft)
    else:
        agents.close_request(draft, "care", "done")


def _carried_out(draft: Draft) -> None:
    assert draft.case.order
    draft.set(order=draft.case.order.evolve(state=OrderState.CHANGED))
    agents.close_request(draft, "care", "changed")


_HAPPENINGS: dict[str, Callable[[Talker], object]] = {
    "case resolved": lambda chat: chat.change_case(lambda draft: agents.resolve(draft, RINA, "Sudah kami perbaiki.")),
    "question asked": lambda chat: chat.ask_if_solved(),
    "case closed": lambda chat: chat.change_case(_close),
    "order carried out": lambda chat: chat.change_case(_carried_out),
    "system down": lambda chat: setattr(chat.system, "down", True),
    "system up": lambda chat: setattr(chat.system, "down", False),
    "no system": lambda chat: setattr(chat, "system", None),
    "an hour passes": lambda chat: setattr(chat, "now", chat.now + timedelta(hours=1)),
    "the next day": lambda chat: setattr(chat, "now", chat.now + timedelta(days=1)),
}
