"""What an agent does to a case."""

from care.cases import lifecycle, opening
from care.cases.case import Case
from care.cases.draft import Draft
from care.cases.timeline import What
from care.channels import Channel
from care.telling.messages import Template
from care.value import Value
from care.words import ClosedAs, Status


class Agent(Value):
    """Who works on cases: an ``id`` that is nobody else's and never changes, and the name that others see."""

    id: str
    name: str


class TooLong(Exception):
    """An agent's words have ``length`` characters; ``longest`` of them reach the customer with what stands around."""

    def __init__(self, length: int, longest: int) -> None:
        super().__init__(f"{length} characters, where {longest} fit")
        self.length = length
        self.longest = longest


class NotHeld(Exception):
    """Nothing of the case is held back: nothing can be released or discarded."""


class StillHeld(Exception):
    """The case is held: before anything else is done, it is released or discarded."""


def take(draft: Draft, agent: Agent) -> None:
    """An agent makes the case theirs. Before its acknowledgement it only gets its owner.

    Of a case that is done and asks for attention, an agent takes that: it is looked at, and leaves the list.
    Raises ``StillHeld``, ``IllegalMove``.
    """
    case = draft.case
    _refuse_held(draft)
    if not lifecycle.is_unresolved(case.status):
        if not case.attention:
            raise lifecycle.IllegalMove(case.reference, case.status, Status.IN_PROGRESS)
        draft.set(owner=agent.name, owner_id=agent.id, attention=None)
        draft.note(What.TAKEN, agent.name)
        return
    if case.owner_id != agent.id:
        draft.set(owner=agent.name, owner_id=agent.id)
        draft.note(What.TAKEN, agent.name)
    if case.status in (Status.ACKNOWLEDGED, Status.REOPENED):
        draft.move(Status.IN_PROGRESS, agent.name)


def release(draft: Draft, agent: Agent) -> None:
    """What was held is handled as any other from now on. Raises ``NotHeld``."""
    _require_held(draft)
    draft.set(held=None, due_at=draft.now + draft.policy.resolution_time(draft.case.kind, draft.case.priority))
    draft.note(What.RELEASED, agent.name)
    opening.begin(draft)


def discard(draft: Draft, agent: Agent) -> None:
    """What was held is nothing: it ends, and nobody is told. Raises ``NotHeld``."""
    _require_held(draft)
    _close(draft, agent.name, ClosedAs.DISCARDED)


def _require_held(draft: Draft) -> None:
    if not draft.case.is_held:
        raise NotHeld(draft.case.reference)


def _refuse_held(draft: Draft) -> None:
    if draft.case.is_held:
        raise StillHeld(draft.case.reference)


def reply(draft: Draft, agent: Agent, text: str, key: str) -> None:
    """An agent writes to the customer. Raises ``TooLong``, ``StillHeld``."""
    _refuse_held(draft)
    _require_room(draft, Template.REPLY, text)
    _take_if_unowned(draft, agent)
    draft.tell(Template.REPLY, key, by=agent.name, values={"words": text})


def resolve(draft: Draft, agent: Agent, text: str, command: str = "") -> None:
    """An agent resolves the case. A complaint's follow-up asks the customer next; a request is answered and closed.

    Raises ``TooLong``, ``StillHeld``, ``IllegalMove``.
    """
    _refuse_held(draft)
    _require_room(draft, _told_when_resolved(draft.case), text)
    _take_if_unowned(draft, agent)
    draft.set(resolution=text, resolved_at=draft.now, attention=None)
    draft.move(Status.RESOLVED, agent.name, text, message=command)
    if not draft.case.is_followed_up:
        draft.tell(_told_when_resolved(draft.case), f"answered-{draft.case.cycle}", values={"words": text})
        _close_answered(draft, agent.name)


def room_for_reply(draft: Draft) -> int | None:
    """How many characters a reply may have to reach the customer; ``None``: any number."""
    return _room(draft, Template.REPLY)


def room_for_resolution(draft: Draft) -> int | None:
    """How many characters a resolution may have for its message to reach the customer; ``None``: any number."""
    return _room(draft, _told_when_resolved(draft.case))


def close_request(draft: Draft, by: str, text: str) -> None:
    """End a request that was carried out, or could not be, and whose customer was told so."""
    if lifecycle.is_unresolved(draft.case.status):
        draft.set(resolution=text, resolved_at=draft.now, attention=None)
        draft.move(Status.RESOLVED, by, text)
        _close_answered(draft, by)


def _close_answered(draft: Draft, by: str) -> None:
    """Who ends it knows if there is nowhere to send the answer."""
    _close(draft, by, ClosedAs.ANSWERED)


def _close(draft: Draft, by: str, closed_as: ClosedAs) -> None:
    draft.set(closed_as=closed_as, closed_at=draft.now, attention=None)
    draft.move(Status.CLOSED, by, closed_as)


def _take_if_unowned(draft: Draft, agent: Agent) -> None:
    """Whoever acts on a case nobody owns owns it."""
    if not draft.case.owner and lifecycle.is_unresolved(draft.case.status):
        take(draft, agent)


def _told_when_resolved(case: Case) -> Template:
    return Template.QUESTION if case.is_followed_up else Template.ANSWERED


def _room(draft: Draft, template: Template) -> int | None:
    none, one = (draft.written(template, "", values={"words": words}) for words in ("", "x"))
    # A short question does not repeat the resolution.
    if none is None or one is None or one.text == none.text:
        return None
    longest = none.address.channel.longest_sent
    return None if longest is None else longest - Channel.length(none.text)


def _require_room(draft: Draft, template: Template, text: str) -> None:
    room = _room(draft, template)
    if room is not None and Channel.length(text) > room:
        raise TooLong(Channel.length(text), room)
