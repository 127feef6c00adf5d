"""One step of a call: where it stands, what is known, and the ways on from any question."""

from dataclasses import dataclass, replace
from typing import Any

from care.calling import places
from care.calling.state import State
from care.calling.turn import Facts, Listen, Open, Turn, Wish
from care.words import Category, Kind, Priority

_TRIES = 3
"""So often one question is asked."""


@dataclass(frozen=True)
class Call:
    """A step in the making."""

    state: State
    facts: Facts

    @property
    def number(self) -> str:
        """Where the caller is reached: the number keyed in and confirmed, else the one shown; "" when there is none."""
        return self.state.number or self.facts.caller

    def with_(self, **changes: Any) -> "Call":
        """The same step with another state; errors as of ``Value.evolve``."""
        return replace(self, state=self.state.evolve(**changes))

    def go(self, place: str, *said: str, **changes: Any) -> Turn:
        """On to a question; ``said`` stands before it, and is said again with it."""
        state = self.state.evolve(**{"misses": 0, **changes, "place": place, "said": said})
        return _asked(state, said)

    def again(self, *said: str) -> Turn:
        """The question once more, after ``said``, with what stands before it."""
        return _asked(self.state, (*said, *self.state.said))

    def missed(self, key: str) -> Turn:
        """Silence or a key that means nothing: the question again, and after three tries an agent."""
        misses = self.state.misses + 1
        if misses >= _TRIES:
            return self.agent("to_agent_after_tries")
        return self.with_(misses=misses).again("wrong_key" if key else "silence")

    def wish(self, wish: Wish, **changes: Any) -> Turn:
        """Something is to be done before more can be said."""
        return Turn(self.state.evolve(**{"misses": 0, **changes}), wish=wish)

    def agent(self, *said: str) -> Turn:
        """On to a person: first it is looked at how long that may take."""
        return self.on(Listen.QUEUE, *said) if self.facts.has_queue else self.callback(*said)

    def callback(self, *said: str) -> Turn:
        """A person is to call back: at a number that is known, or asked for once."""
        if not self.number and not self.state.nameless:
            return self.go("phone", *said, then="callback")
        wish = Open(
            Kind.INFORMATION, Category.SERVICE, self.state.priority, "callback", "callback_stored", calls_back=True
        )
        return self.wish(wish).after(*said)

    def on(self, listen: Listen, *said: str, **changes: Any) -> Turn:
        """Nothing is asked: the flow goes on by itself."""
        return Turn(self.state.evolve(**{"misses": 0, **changes}), say=said, listen=listen)

    def menu(self, *said: str) -> Turn:
        """The main menu, after ``said``, which it does not repeat."""
        state = self.state.evolve(place=places.START, said=(), misses=0, then="", priority=Priority.NORMAL)
        return _asked(state, said)

    def end(self, *said: str) -> Turn:
        """Thanks, and the call is over."""
        return Turn(self.state, say=(*said, "goodbye"), listen=Listen.END)


def _asked(state: State, said: tuple[str, ...]) -> Turn:
    place = places.of(state)
    return Turn(state, say=said, ask=place.ask, listen=place.listen)
